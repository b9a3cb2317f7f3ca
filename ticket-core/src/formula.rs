//! Formulas: how many adjacent seats are bought as one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Formula {
    Solo,
    Duo,
    Family,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a formula is solo, duo or family")]
pub struct UnknownFormula;

impl Formula {
    pub const ALL: [Self; 3] = [Self::Solo, Self::Duo, Self::Family];

    pub const fn seats(self) -> u16 {
        match self {
            Self::Solo => 1,
            Self::Duo => 2,
            Self::Family => 4,
        }
    }

    /// The machine form: `solo`, `duo`, `family`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Solo => "solo",
            Self::Duo => "duo",
            Self::Family => "family",
        }
    }

    pub fn parse(text: &str) -> Result<Self, UnknownFormula> {
        Self::ALL
            .into_iter()
            .find(|formula| formula.name() == text)
            .ok_or(UnknownFormula)
    }
}

impl FromStr for Formula {
    type Err = UnknownFormula;

    fn from_str(text: &str) -> Result<Self, UnknownFormula> {
        Self::parse(text)
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_formula_is_read_back_from_its_name() {
        for formula in Formula::ALL {
            assert_eq!(Formula::parse(formula.name()), Ok(formula));
            assert_eq!(serde_json::to_value(formula).unwrap(), formula.name());
        }
        assert_eq!(Formula::parse("Trio"), Err(UnknownFormula));
        assert_eq!(Formula::ALL.map(Formula::seats), [1, 2, 4]);
    }
}
