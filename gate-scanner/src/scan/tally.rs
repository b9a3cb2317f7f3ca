//! What this service decided within a shift, counted as it happens.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ticket_core::admission::Entry as Entered;

use crate::ledger::{Entry, Ledger, LedgerBroken};

const SHIFT_MINUTES: i64 = 12 * 60;
/// How far back the rate is shown.
const RATE_MINUTES: usize = 15;
/// Scans of a shift that are counted again at a start.
const RECALLED_MAX: usize = 100_000;

#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// Oldest first; minutes without scans are not there.
    minutes: VecDeque<Minute>,
}

#[derive(Debug)]
struct Minute {
    number: i64,
    admitted: u32,
    refused: BTreeMap<&'static str, u32>,
}

/// What is shown of a shift.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) refused: u32,
    pub(crate) by_reason: BTreeMap<&'static str, u32>,
    /// Let in per minute, oldest first, this minute last.
    pub(crate) per_minute: [u32; RATE_MINUTES],
}

impl Tally {
    /// From the ledger.
    pub(crate) fn of(ledger: &Ledger, now: Timestamp) -> Result<Self, LedgerBroken> {
        let tally = Self::default();
        let first = minute(now) - SHIFT_MINUTES;
        let recent = ledger.list(None, RECALLED_MAX)?;
        let of_shift = recent.iter().rev();
        for entry in of_shift.filter(|entry| minute(entry.report.scanned_at) > first) {
            tally.note(entry);
        }
        Ok(tally)
    }

    pub(crate) fn note(&self, entry: &Entry) {
        if entry.report.context.look_only || entry.report.context.unproven {
            return;
        }
        let mut counts = self.counts();
        let counted = counts.minute(minute(entry.report.scanned_at));
        match entry.report.verdict {
            Entered::Admit => counted.admitted += 1,
            Entered::Refuse => {
                *counted
                    .refused
                    .entry(entry.report.reason.code())
                    .or_default() += 1;
            }
        }
    }

    pub(crate) fn shift(&self, now: Timestamp) -> Shift {
        let this = minute(now);
        let mut counts = self.counts();
        counts
            .minutes
            .retain(|each| each.number > this - SHIFT_MINUTES);
        let mut shift = Shift {
            refused: 0,
            by_reason: BTreeMap::new(),
            per_minute: [0; RATE_MINUTES],
        };
        for each in &counts.minutes {
            for (reason, count) in &each.refused {
                shift.refused += count;
                *shift.by_reason.entry(reason).or_default() += count;
            }
            let place = usize::try_from(this - each.number)
                .ok()
                .and_then(|ago| RATE_MINUTES.checked_sub(ago + 1));
            if let Some(shown) = place.and_then(|place| shift.per_minute.get_mut(place)) {
                *shown += each.admitted;
            }
        }
        shift
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn minute(&mut self, number: i64) -> &mut Minute {
        // Nearly always the last; what tablets tell later is older.
        let after = self
            .minutes
            .iter()
            .rposition(|each| each.number <= number)
            .map_or(0, |place| place + 1);
        let is_there = after
            .checked_sub(1)
            .and_then(|place| self.minutes.get(place))
            .is_some_and(|each| each.number == number);
        let place = if is_there { after - 1 } else { after };
        if !is_there {
            let fresh = Minute {
                number,
                admitted: 0,
                refused: BTreeMap::new(),
            };
            self.minutes.insert(place, fresh);
        }
        self.minutes
            .get_mut(place)
            .unwrap_or_else(|| unreachable!("found or put there just now"))
    }
}

fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}
