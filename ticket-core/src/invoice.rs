//! Invoices and credit notes: their numbers, without gaps a year and kind, and the tax within a
//! price that includes it.

use std::fmt;

use crate::money::{Money, MoneyRefused};

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaperKind {
    /// Of a paid order.
    Invoice,
    /// Takes an invoice back: of a refunded order.
    CreditNote,
}

impl PaperKind {
    pub const ALL: [Self; 2] = [Self::Invoice, Self::CreditNote];

    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote => "credit_note",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == text)
    }

    /// The series: *facture*, *avoir*.
    const fn letter(self) -> char {
        match self {
            Self::Invoice => 'F',
            Self::CreditNote => 'A',
        }
    }
}

/// `F-2026-000012`: the twelfth invoice of 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaperNumber {
    pub kind: PaperKind,
    pub year: i16,
    /// From 1.
    pub no: u32,
}

impl fmt::Display for PaperNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, year, no } = self;
        write!(f, "{}-{year}-{no:06}", kind.letter())
    }
}

/// A price taken apart. Invariant: the parts make up the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taxed {
    pub net: Money,
    pub vat: Money,
}

const WHOLE_BASIS_POINTS: i128 = 10_000;

/// The tax within a price that includes it, at a rate in basis points (550: 5.5 %). The net price
/// is rounded to the nearest cent, half a cent up, and the tax is what is left.
///
/// # Errors
/// `Overflow`, which no price in use comes near.
pub fn tax_within(gross: Money, rate_basis_points: u16) -> Result<Taxed, MoneyRefused> {
    let cents = i128::from(gross.amount_cents());
    let divisor = WHOLE_BASIS_POINTS + i128::from(rate_basis_points);
    let net = (2 * cents * WHOLE_BASIS_POINTS + divisor) / (2 * divisor);
    let money = |cents: i128| {
        let cents = i64::try_from(cents).map_err(|_| MoneyRefused::Overflow)?;
        Money::new(cents, gross.currency())
    };
    Ok(Taxed {
        net: money(net)?,
        vat: money(cents - net)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Currency;

    fn euros(cents: i64) -> Money {
        Money::new(cents, Currency::Eur).unwrap()
    }

    #[test]
    fn a_number_says_kind_year_and_place_in_the_series() {
        let number = |kind, no| {
            PaperNumber {
                kind,
                year: 2026,
                no,
            }
            .to_string()
        };
        assert_eq!(number(PaperKind::Invoice, 12), "F-2026-000012");
        assert_eq!(number(PaperKind::CreditNote, 1), "A-2026-000001");
        assert_eq!(number(PaperKind::Invoice, 1_234_567), "F-2026-1234567");
        for kind in PaperKind::ALL {
            assert_eq!(PaperKind::parse(kind.name()), Some(kind));
        }
        assert_eq!(PaperKind::parse("receipt"), None);
    }

    #[test]
    fn the_tax_is_taken_out_of_the_price() {
        for (gross, rate, net, vat) in [
            (10_550, 550, 10_000, 550),
            (2_500, 550, 2_370, 130),
            (1, 550, 1, 0),
            (0, 550, 0, 0),
            (12_000, 2_000, 10_000, 2_000),
            (999, 0, 999, 0),
            // 0.5 of a cent goes up.
            (3, 10_000, 2, 1),
        ] {
            let taxed = tax_within(euros(gross), rate).unwrap();
            let parts = (taxed.net.amount_cents(), taxed.vat.amount_cents());
            assert_eq!(parts, (net, vat), "{gross} at {rate}");
        }
    }

    proptest! {
        #[test]
        fn the_parts_make_up_the_whole(cents in 0..=i64::MAX, rate in 0..=10_000_u16) {
            let taxed = tax_within(euros(cents), rate).unwrap();
            prop_assert_eq!(taxed.net.amount_cents() + taxed.vat.amount_cents(), cents);
        }
    }
}
