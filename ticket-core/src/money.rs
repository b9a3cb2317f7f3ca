//! Money in whole cents with its currency. Addition and multiplication are checked; there is no
//! subtraction because nothing here owes change.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The currencies in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Currency {
    #[serde(rename = "EUR")]
    Eur,
}

impl Currency {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
        }
    }

    /// Reads an ISO 4217 code.
    pub fn parse(text: &str) -> Result<Self, MoneyRefused> {
        match text {
            "EUR" => Ok(Self::Eur),
            _ => Err(MoneyRefused::UnknownCurrency),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyRefused {
    #[error("an amount is never negative")]
    Negative,
    #[error("the amount is too large")]
    Overflow,
    #[error("amounts of two currencies cannot be added")]
    MixedCurrencies,
    #[error("unknown currency")]
    UnknownCurrency,
}

/// An amount to pay or to give back. Invariant: `amount_cents >= 0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyOnWire")]
pub struct Money {
    amount_cents: i64,
    currency: Currency,
}

#[derive(Deserialize)]
struct MoneyOnWire {
    amount_cents: i64,
    currency: Currency,
}

impl TryFrom<MoneyOnWire> for Money {
    type Error = MoneyRefused;

    fn try_from(wire: MoneyOnWire) -> Result<Self, MoneyRefused> {
        Self::new(wire.amount_cents, wire.currency)
    }
}

impl Money {
    pub const fn new(amount_cents: i64, currency: Currency) -> Result<Self, MoneyRefused> {
        if amount_cents < 0 {
            return Err(MoneyRefused::Negative);
        }
        Ok(Self {
            amount_cents,
            currency,
        })
    }

    pub const fn zero(currency: Currency) -> Self {
        Self {
            amount_cents: 0,
            currency,
        }
    }

    pub const fn amount_cents(self) -> i64 {
        self.amount_cents
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    pub const fn is_zero(self) -> bool {
        self.amount_cents == 0
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyRefused> {
        if self.currency != other.currency {
            return Err(MoneyRefused::MixedCurrencies);
        }
        let sum = self.amount_cents.checked_add(other.amount_cents);
        Ok(Self {
            amount_cents: sum.ok_or(MoneyRefused::Overflow)?,
            ..self
        })
    }

    pub fn checked_times(self, count: u32) -> Result<Self, MoneyRefused> {
        let product = self.amount_cents.checked_mul(i64::from(count));
        Ok(Self {
            amount_cents: product.ok_or(MoneyRefused::Overflow)?,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(amount_cents: i64) -> Money {
        Money::new(amount_cents, Currency::Eur).unwrap()
    }

    #[test]
    fn money_is_never_negative_not_even_from_the_wire() {
        assert_eq!(Money::new(-1, Currency::Eur), Err(MoneyRefused::Negative));
        let wire = r#"{"amount_cents":-1,"currency":"EUR"}"#;
        assert!(serde_json::from_str::<Money>(wire).is_err());
        assert!(serde_json::from_str::<Money>(&wire.replace("-1", "1")).is_ok());
        assert!(serde_json::from_str::<Money>(&wire.replace("-1", "1.5")).is_err());
    }

    #[test]
    fn sums_and_products_are_checked() {
        assert_eq!(euros(1100).checked_add(euros(50)), Ok(euros(1150)));
        assert_eq!(euros(1100).checked_times(4), Ok(euros(4400)));
        assert_eq!(
            euros(i64::MAX).checked_add(euros(1)),
            Err(MoneyRefused::Overflow)
        );
        assert_eq!(
            euros(i64::MAX).checked_times(2),
            Err(MoneyRefused::Overflow)
        );
    }
}
