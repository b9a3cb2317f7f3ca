//! When those who are turned away should come back: soon while they are few, later the more of
//! them there are, and never all at the same moment.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WAIT_MIN_SECONDS: f64 = 2.0;
const WAIT_MAX_SECONDS: f64 = 90.0;
/// Figures are drawn up so often.
const REVIEWED_EVERY: Duration = Duration::from_secs(1);

/// Of one door.
#[derive(Debug)]
pub(super) struct Later {
    /// Since the last review.
    served: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    reviewed: Instant,
    /// Since then.
    refused: u32,
    served_per_second: f64,
    /// Those who were told to come back, as far as one can know.
    waiting: f64,
    wait_seconds: f64,
    chance: u64,
}

impl Later {
    pub(super) fn new() -> Self {
        Self {
            served: AtomicU32::new(0),
            state: Mutex::new(State {
                reviewed: Instant::now(),
                refused: 0,
                served_per_second: 0.0,
                waiting: 0.0,
                wait_seconds: WAIT_MIN_SECONDS,
                chance: 0x9E37_79B9_7F4A_7C15,
            }),
        }
    }

    pub(super) fn note_served(&self) {
        self.served.fetch_add(1, Ordering::Relaxed);
    }

    /// In how many seconds somebody who is turned away now should come back.
    pub(super) fn turn_away(&self, now: Instant) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.saturating_duration_since(state.reviewed);
        if since >= REVIEWED_EVERY {
            state.review(self.served.swap(0, Ordering::Relaxed), since.as_secs_f64());
            state.reviewed = now;
        }
        state.refused = state.refused.saturating_add(1);
        state.wait()
    }
}

impl State {
    /// Those who wait are asked back over the time that serving them takes. Whoever was refused
    /// since the last review was so within its first second: the next refusal is reviewed.
    fn review(&mut self, served: u32, seconds: f64) {
        let stayed = |seconds: f64| match seconds.max(0.0) / self.wait_seconds {
            // All have come by now, or will not.
            waits if waits > 2.0 => 0.0,
            waits => (-waits).exp(),
        };
        let came = f64::from(self.refused) * stayed(seconds - REVIEWED_EVERY.as_secs_f64());
        self.waiting = self.waiting.mul_add(stayed(seconds), came);
        self.refused = 0;
        let kept = (-seconds).exp();
        let rate = f64::from(served) / seconds;
        self.served_per_second = self.served_per_second.mul_add(kept, rate * (1.0 - kept));
        let wait = self.waiting / self.served_per_second.max(1.0);
        self.wait_seconds = wait.clamp(WAIT_MIN_SECONDS, WAIT_MAX_SECONDS);
    }

    /// Between half of the wait and half as much again.
    fn wait(&mut self) -> u64 {
        // xorshift: who comes back when need not be a secret.
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        let share = f64::from(u32::try_from(self.chance >> 32).unwrap_or(0)) / f64::from(u32::MAX);
        let seconds = Duration::from_secs_f64(self.wait_seconds * (0.5 + share));
        (seconds.as_secs() + u64::from(seconds.subsec_millis() >= 500)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turned away and served in each second of a crowd's time at the door.
    fn waits(later: &Later, seconds: u64, (refused, served): (u32, u32)) -> Vec<u64> {
        let began = Instant::now();
        let mut waits = Vec::new();
        for second in 0..seconds {
            for _ in 0..served {
                later.note_served();
            }
            waits = (0..refused)
                .map(|_| later.turn_away(began + Duration::from_secs(second)))
                .collect();
        }
        waits
    }

    #[test]
    fn few_come_back_soon_and_not_all_at_once() {
        let waits = waits(&Later::new(), 5, (50, 100));
        assert!(waits.iter().all(|wait| (1..=3).contains(wait)), "{waits:?}");
        assert!(waits.contains(&1) && waits.contains(&3), "{waits:?}");
    }

    #[test]
    fn the_more_wait_the_later_they_come_back() {
        let waits = waits(&Later::new(), 20, (1000, 100));
        let mean = waits.iter().sum::<u64>() / 1000;
        assert!(mean > 20, "{mean}");
        assert!(waits.iter().all(|wait| *wait <= 135));
    }

    #[test]
    fn when_the_crowd_has_gone_the_next_comes_back_soon() {
        let later = Later::new();
        waits(&later, 20, (1000, 100));
        for _ in 0..100 {
            later.note_served();
        }
        let after = Instant::now() + Duration::from_mins(5);
        assert!(later.turn_away(after) <= 3);
    }
}
