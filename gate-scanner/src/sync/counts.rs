//! How many are expected and how many are in, per event: of the whole list, so at all gates.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ticket_core::ids::{EventNumber, TicketId};
use ticket_core::ticket::TicketStateName;

use super::list::List;

/// A hundred tablets ask; 100,000 tickets are counted for all of them.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EventCount {
    /// Tickets that are good, or have entered.
    pub(crate) expected: usize,
    pub(crate) entered: usize,
}

pub(crate) type EventCounts = Arc<HashMap<EventNumber, EventCount>>;

#[derive(Debug, Default)]
pub(crate) struct HeadCounts(Mutex<Option<(Instant, EventCounts)>>);

impl HeadCounts {
    /// `is_in` tells of tickets that the list does not know to have entered yet.
    pub(crate) fn count(&self, list: &List, is_in: impl Fn(TicketId) -> bool) -> EventCounts {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, counts)) = kept.as_ref()
            && at.elapsed() < FRESH
        {
            return Arc::clone(counts);
        }
        let events = list.events().into_iter();
        let counts = events.map(|listed| {
            let mut count = EventCount::default();
            for (ticket, state) in listed.states() {
                let has_entered = match state {
                    TicketStateName::Deactivated => continue,
                    TicketStateName::Scanned => true,
                    TicketStateName::Paid | TicketStateName::Sent => is_in(ticket),
                };
                count.expected += 1;
                count.entered += usize::from(has_entered);
            }
            (listed.event.number, count)
        });
        let counts: EventCounts = Arc::new(counts.collect());
        *kept = Some((Instant::now(), Arc::clone(&counts)));
        counts
    }
}
