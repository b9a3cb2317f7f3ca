//! The one source of time: nothing else reads the system clock. Wall time is read once and then
//! carried on by the monotonic clock, so that a jump of this machine's clock changes nothing; the
//! comparison with PostgreSQL's clock (see the health slice) corrects one that was wrong from the
//! start. Tests move it.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Less than this is the network's, not the clock's.
const TOLERATED: SignedDuration = SignedDuration::from_secs(2);

/// The system's clock as it was at the anchor, plus an offset that tests can move forward.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<Body>);

#[derive(Debug, Default)]
struct Body {
    anchor: RwLock<Anchor>,
    offset_seconds: AtomicI64,
    is_compared: AtomicBool,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    wall: Timestamp,
    at: Instant,
}

impl Default for Anchor {
    fn default() -> Self {
        Self {
            wall: Timestamp::now(),
            at: Instant::now(),
        }
    }
}

impl Clock {
    /// Now, cut to microseconds so that what PostgreSQL stores reads back equal.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_secs(self.0.offset_seconds.load(Ordering::Relaxed));
        let now = self
            .carried()
            .saturating_add(offset)
            .unwrap_or(Timestamp::MAX);
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Moves this clock and all its clones forward.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.offset_seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Told what time it is by another clock: takes it over when it differs by more than two
    /// seconds, and returns by how much this one was ahead.
    pub fn compare(&self, other: Timestamp) -> Option<SignedDuration> {
        let ahead = self.carried().duration_since(other);
        self.0.is_compared.store(true, Ordering::Relaxed);
        if ahead.abs() <= TOLERATED {
            return None;
        }
        let mut anchor = self
            .0
            .anchor
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *anchor = Anchor {
            wall: other,
            at: Instant::now(),
        };
        Some(ahead)
    }

    /// Whether another clock has agreed, or been obeyed, since the start.
    pub fn is_compared(&self) -> bool {
        self.0.is_compared.load(Ordering::Relaxed)
    }

    fn carried(&self) -> Timestamp {
        let anchor = *self.0.anchor.read().unwrap_or_else(PoisonError::into_inner);
        let elapsed = SignedDuration::try_from(anchor.at.elapsed()).unwrap_or_default();
        anchor
            .wall
            .saturating_add(elapsed)
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_ten_minutes_off_is_corrected_and_says_by_how_much() {
        let clock = Clock::default();
        let truth = clock.now() - SignedDuration::from_mins(10);
        assert!(!clock.is_compared());
        let ahead = clock.compare(truth).unwrap();
        assert_eq!(ahead.as_mins(), 10);
        assert!(clock.is_compared());
        assert!(clock.now().duration_since(truth) < SignedDuration::from_secs(2));
    }

    #[test]
    fn a_small_difference_and_the_offset_of_tests_change_nothing() {
        let clock = Clock::default();
        let truth = clock.now() + SignedDuration::from_millis(1500);
        clock.advance_seconds(600);
        assert_eq!(clock.compare(truth), None);
        assert!(clock.now().duration_since(truth) > SignedDuration::from_secs(590));
    }
}
