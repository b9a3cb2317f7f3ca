//! One field of a form, given back with what was typed and what is wrong with it.

#[derive(Debug, Clone, Default)]
pub struct Field {
    pub value: String,
    pub error: Option<String>,
    pub required: bool,
}

impl Field {
    pub fn required(value: &str) -> Self {
        Self {
            value: value.to_owned(),
            error: None,
            required: true,
        }
    }

    pub fn optional(value: &str) -> Self {
        Self {
            required: false,
            ..Self::required(value)
        }
    }
}
