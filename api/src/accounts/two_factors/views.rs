//! What the pages of two factors are fed with.

use askama::Template;

use crate::platform::page::Page;

#[derive(Template)]
#[template(path = "accounts/code.html")]
pub(super) struct CodeView {
    pub(super) page: Page,
    pub(super) next: String,
    pub(super) error: Option<String>,
    /// A kept code was typed: its field stays open.
    pub(super) is_recovery: bool,
}

#[derive(Template)]
#[template(path = "accounts/two_factors.html")]
pub(super) struct TwoFactorsView {
    pub(super) page: Page,
    pub(super) stage: StageView,
    /// Of the form that was refused.
    pub(super) error: Option<FormError>,
}

pub(super) enum StageView {
    Off,
    Begun {
        /// An SVG.
        qr: String,
        secret: String,
        address: String,
    },
    On {
        since: String,
        codes_left: i64,
    },
}

/// Which form of the page it is about, and what is wrong.
pub(super) struct FormError {
    pub(super) form: &'static str,
    pub(super) words: String,
}

impl TwoFactorsView {
    pub(super) fn error_of(&self, form: &str) -> Option<String> {
        let error = self.error.as_ref().filter(|error| error.form == form);
        error.map(|error| error.words.clone())
    }
}

#[derive(Template)]
#[template(path = "accounts/recovery_codes.html")]
pub(super) struct RecoveryCodesView {
    pub(super) page: Page,
    pub(super) codes: Vec<String>,
    /// Two factors have just been switched on.
    pub(super) is_new: bool,
}
