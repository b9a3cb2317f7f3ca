//! What becomes of the bank's webhooks in a rehearsal: some are lost, some come twice, drawn from
//! a seed so that a run can be repeated.

use std::cell::Cell;
use std::str::FromStr;

/// `lost:0.2,doubled:0.1`: shares of all captures.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Shares {
    lost: f64,
    doubled: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Told,
    /// The bank has the money and says nothing: the shop has to ask.
    Lost,
    /// The same event twice, at the same time.
    Doubled,
}

impl FromStr for Shares {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut shares = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let wrong = || format!("{part}: lost:SHARE or doubled:SHARE is expected");
            let (name, share) = part.split_once(':').ok_or_else(wrong)?;
            let share: f64 = share.parse().map_err(|_| wrong())?;
            match name {
                "lost" => shares.lost = share,
                "doubled" => shares.doubled = share,
                _ => return Err(wrong()),
            }
        }
        let all = shares.lost + shares.doubled;
        if shares.lost < 0.0 || shares.doubled < 0.0 || !(0.0..=1.0).contains(&all) {
            return Err(format!("{text}: shares lie between 0 and 1 together"));
        }
        Ok(shares)
    }
}

/// One fate after another.
pub(crate) struct Fates {
    shares: Shares,
    state: Cell<u64>,
}

impl Fates {
    pub(crate) fn new(shares: Shares, seed: u64) -> Self {
        Self {
            shares,
            state: Cell::new(seed),
        }
    }

    pub(crate) fn next(&self) -> Fate {
        let drawn = self.draw();
        if drawn < self.shares.lost {
            Fate::Lost
        } else if drawn < self.shares.lost + self.shares.doubled {
            Fate::Doubled
        } else {
            Fate::Told
        }
    }

    /// From 0 up to, not including, 1: `SplitMix64`.
    fn draw(&self) -> f64 {
        let state = self.state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.state.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let [a, b, c, d, ..] = mixed.to_be_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fates_come_in_their_shares_and_again_under_the_same_seed() {
        let shares: Shares = "lost:0.2,doubled:0.1".parse().unwrap();
        let fates = |seed| -> Vec<Fate> {
            let fates = Fates::new(shares, seed);
            (0..10_000).map(|_| fates.next()).collect()
        };
        let drawn = fates(7);
        let count = |fate| drawn.iter().filter(|it| **it == fate).count();
        assert!((1_800..2_200).contains(&count(Fate::Lost)));
        assert!((800..1_200).contains(&count(Fate::Doubled)));
        assert_eq!(drawn, fates(7));
        assert_ne!(drawn, fates(8));
        let none = Fates::new(Shares::default(), 7);
        assert!((0..1_000).all(|_| none.next() == Fate::Told));
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in [
            "lost",
            "lost:x",
            "late:0.1",
            "lost:0.6,doubled:0.6",
            "lost:-1",
            "lost:NaN",
        ] {
            assert!(text.parse::<Shares>().is_err(), "{text}");
        }
    }
}
