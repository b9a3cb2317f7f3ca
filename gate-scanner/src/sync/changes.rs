//! Which tickets changed lately, for pages that keep a list of their own: a cursor of this service,
//! which counts on over restarts.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ticket_core::ids::{EventNumber, TicketSerial};

/// Whoever was away longer takes the whole list.
const KEPT_MAX: usize = 100_000;

#[derive(Debug)]
pub(crate) struct Changes(Mutex<Log>);

#[derive(Debug)]
struct Log {
    /// The cursor before the first one kept.
    since: u64,
    /// `None`: no ticket, but something of an event or a gate.
    changed: VecDeque<Option<(EventNumber, TicketSerial)>>,
}

/// What a page with a cursor must be told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum News {
    All,
    Of(BTreeSet<(EventNumber, TicketSerial)>),
}

impl Changes {
    /// Later than every cursor that was given before this start: no service tells a million changes
    /// a second.
    pub(crate) fn starting(now: Timestamp) -> Self {
        Self(Mutex::new(Log {
            since: u64::try_from(now.as_microsecond()).unwrap_or(0),
            changed: VecDeque::new(),
        }))
    }

    /// To be called once the list has changed, be it in no ticket.
    pub(crate) fn note(&self, changed: impl IntoIterator<Item = (EventNumber, TicketSerial)>) {
        let mut log = self.log();
        let before = log.changed.len();
        log.changed.extend(changed.into_iter().map(Some));
        if log.changed.len() == before {
            log.changed.push_back(None);
        }
        let surplus = log.changed.len().saturating_sub(KEPT_MAX);
        log.changed.drain(..surplus);
        log.since += u64::try_from(surplus).unwrap_or(0);
    }

    /// Other events, or another list: whoever asks takes all of it.
    pub(crate) fn begin_again(&self) {
        let mut log = self.log();
        log.since = log.cursor() + 1;
        log.changed.clear();
    }

    /// To be called before the list is read: what changes meanwhile is told again.
    pub(super) fn since(&self, cursor: Option<u64>) -> (u64, News) {
        let log = self.log();
        let now = log.cursor();
        let known = cursor.filter(|cursor| (log.since..=now).contains(cursor));
        let news = known.map_or(News::All, |cursor| {
            let told = usize::try_from(cursor - log.since).unwrap_or(usize::MAX);
            News::Of(log.changed.iter().skip(told).flatten().copied().collect())
        });
        (now, news)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    fn cursor(&self) -> u64 {
        self.since + u64::try_from(self.changed.len()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(serial: u32) -> (EventNumber, TicketSerial) {
        (EventNumber::new(7).unwrap(), TicketSerial(serial))
    }

    #[test]
    fn a_page_is_told_what_changed_since_and_all_when_that_is_not_known_any_more() {
        let changes = Changes::starting(Timestamp::from_second(1).unwrap());
        let (start, news) = changes.since(None);
        assert_eq!(news, News::All);
        assert_eq!(changes.since(Some(start)).1, News::Of(BTreeSet::new()));
        changes.note([ticket(1), ticket(2)]);
        let (later, news) = changes.since(Some(start));
        assert_eq!(news, News::Of([ticket(1), ticket(2)].into()));
        assert_eq!(changes.since(Some(later)).1, News::Of(BTreeSet::new()));
        for strange in [0, start - 1, later + 1, u64::MAX] {
            assert_eq!(changes.since(Some(strange)).1, News::All);
        }
        // An event was put off: nobody's ticket changed, and the page must ask all the same.
        changes.note([]);
        let (put_off, news) = changes.since(Some(later));
        assert_eq!((put_off, news), (later + 1, News::Of(BTreeSet::new())));
        let later = put_off;
        changes.note((0..100_000).map(ticket));
        assert_eq!(changes.since(Some(start)).1, News::All);
        let (_, News::Of(many)) = changes.since(Some(later)) else {
            panic!("it is kept");
        };
        assert_eq!(many.len(), 100_000);
        let (before, _) = changes.since(None);
        changes.begin_again();
        assert_eq!(changes.since(Some(before)).1, News::All);
    }
}
