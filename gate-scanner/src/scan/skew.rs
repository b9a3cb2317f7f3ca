//! How far the clocks of telephones, of this machine and of the centre are apart: a live code is
//! of a moment, and is refused beyond two steps. Counted since the start, shown in the status.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};
use ticket_core::credential::live_steps;
use ticket_core::limits::{LIVE_CODE_STEP_SECONDS, LIVE_CODE_STEPS_TOLERANCE};

use super::sight::{Code, Sight};

/// An hour: a clock that nobody set to summer time is told from an invented code.
const REACH_STEPS: u16 = 244;
/// As many steps are accepted; the middle one is now.
const ACCEPTED: usize = 5;
const UNKNOWN: i64 = i64::MIN;
const CENTRE_APART_MAX_MS: u64 = 10_000;

#[derive(Debug)]
pub(crate) struct Skew {
    /// Live codes by their step, from the earliest that is accepted.
    accepted: [AtomicU64; ACCEPTED],
    /// Old ones: screenshots, clocks that are slow.
    behind: AtomicU64,
    /// Clocks that are fast.
    ahead: AtomicU64,
    /// Of no moment within an hour.
    strange: AtomicU64,
    /// Milliseconds that the centre's clock is before this one.
    centre_ms: AtomicI64,
}

impl Default for Skew {
    fn default() -> Self {
        Self {
            accepted: Default::default(),
            behind: AtomicU64::new(0),
            ahead: AtomicU64::new(0),
            strange: AtomicU64::new(0),
            centre_ms: AtomicI64::new(UNKNOWN),
        }
    }
}

impl Skew {
    pub(super) fn note(&self, sight: &Sight, now: Timestamp) {
        let Code::Opened(opened, Some(live)) = &sight.code else {
            return;
        };
        let steps = live_steps(&opened.keys.ticket, *live, now, REACH_STEPS);
        let counter = match steps {
            None => &self.strange,
            Some(steps) => {
                let place = usize::try_from(steps + LIVE_CODE_STEPS_TOLERANCE).ok();
                let late = if steps < 0 { &self.behind } else { &self.ahead };
                place
                    .and_then(|place| self.accepted.get(place))
                    .unwrap_or(late)
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// What the centre's clock said, and when that arrived.
    pub(crate) fn note_centre(&self, said: Timestamp, received: Timestamp) {
        let apart = said.as_millisecond() - received.as_millisecond();
        let before = self.centre_ms.swap(apart, Ordering::Relaxed);
        let is_far = apart.unsigned_abs() > CENTRE_APART_MAX_MS;
        let was_far = before != UNKNOWN && before.unsigned_abs() > CENTRE_APART_MAX_MS;
        if is_far && !was_far {
            tracing::warn!(apart_ms = apart, "this clock and the centre's are apart");
        }
    }

    pub(crate) fn seen(&self) -> Value {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let steps: serde_json::Map<String, Value> = (-LIVE_CODE_STEPS_TOLERANCE..)
            .zip(&self.accepted)
            .map(|(step, counter)| (step.to_string(), count(counter).into()))
            .collect();
        let centre = self.centre_ms.load(Ordering::Relaxed);
        json!({
            "step_seconds": LIVE_CODE_STEP_SECONDS,
            "accepted_by_step": steps,
            "behind": count(&self.behind),
            "ahead": count(&self.ahead),
            "strange": count(&self.strange),
            "centre_clock_ms": (centre != UNKNOWN).then_some(centre),
        })
    }
}
