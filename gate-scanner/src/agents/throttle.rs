//! Bounds how often a PIN is tried: a million PINs are few.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use ticket_core::manifest::AgentNumber;

const TRIES_MAX: usize = 5;
const WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// The times of the latest tries of each number, whoever made them. A number has four digits, so
/// the map is small.
#[derive(Debug, Default)]
pub(super) struct Throttle(Mutex<HashMap<AgentNumber, Vec<Timestamp>>>);

impl Throttle {
    /// Takes a try before it is known to be wrong, so that many at once are not many more.
    ///
    /// # Errors
    /// Seconds to wait when there were too many.
    pub(super) fn take(&self, number: AgentNumber, now: Timestamp) -> Result<(), u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = all.entry(number).or_default();
        tries.retain(|at| now.duration_since(*at) < WINDOW);
        if tries.len() < TRIES_MAX {
            tries.push(now);
            return Ok(());
        }
        let oldest = tries.first().copied().unwrap_or(now);
        let wait = WINDOW - now.duration_since(oldest);
        Err(u64::try_from(wait.as_secs()).unwrap_or(0) + 1)
    }

    /// The PIN was right.
    pub(super) fn forget(&self, number: AgentNumber) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_tries_in_five_minutes_and_the_right_one_clears_them() {
        let throttle = Throttle::default();
        let [one, other] = ["0001", "0002"].map(|text| AgentNumber::parse(text).unwrap());
        let at = |second| Timestamp::from_second(second).unwrap();
        for second in 0..5 {
            assert_eq!(throttle.take(one, at(second)), Ok(()));
        }
        assert_eq!(throttle.take(one, at(10)), Err(291));
        assert_eq!(throttle.take(other, at(10)), Ok(()));
        assert_eq!(throttle.take(one, at(300)), Ok(()));
        assert!(throttle.take(one, at(300)).is_err());
        throttle.forget(one);
        assert_eq!(throttle.take(one, at(300)), Ok(()));
    }
}
