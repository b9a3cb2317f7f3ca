//! The list of tickets in memory, found by event and serial or by the digest of a short code.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use ticket_core::credential::{EventKeys, ShortCode, short_code_digest};
use ticket_core::ids::{EventCode, EventNumber, TicketId, TicketSerial};
use ticket_core::manifest::{
    AdmissionConflict, EventElsewhere, Manifest, ManifestEvent, ManifestGate, ManifestTicket,
    NAMES_KEPT_AFTER_CLOSING,
};
use ticket_core::ticket::TicketStateName;

use super::staff::Staff;
use super::tickets::Tickets;

#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) cursor: i64,
    pub(crate) generated_at: Timestamp,
    pub(crate) staff: Staff,
    gates: Vec<ManifestGate>,
    elsewhere: HashMap<EventNumber, EventElsewhere>,
    events: HashMap<EventNumber, Listed>,
    /// Let in more than once, as the centre found.
    conflicts: HashMap<TicketId, AdmissionConflict>,
}

/// One event of the list.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// Without its tickets: those are in `tickets`.
    pub(crate) event: Arc<ManifestEvent>,
    keys: EventKeys,
    tickets: Tickets,
}

/// Where a code led.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) event: Arc<ManifestEvent>,
    pub(crate) ticket: Option<ManifestTicket>,
}

/// Changes to an event that is not in the list: only the full list tells all of its tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NeedsFull;

impl List {
    /// From a full manifest.
    pub(crate) fn of(manifest: Manifest) -> Self {
        let events = manifest.events.into_iter().map(|event| {
            let number = event.number;
            (number, Listed::of(event))
        });
        Self {
            cursor: manifest.cursor,
            generated_at: manifest.generated_at,
            staff: Staff::of(manifest.staff),
            gates: manifest.gates,
            elsewhere: manifest
                .elsewhere
                .into_iter()
                .map(|event| (event.number, event))
                .collect(),
            events: events.collect(),
            conflicts: by_ticket(manifest.conflicts),
        }
    }

    /// Takes out of changes what belongs to no ticket or event of this list; then it fails.
    pub(crate) fn retain_known(&self, changes: &mut Manifest) -> Result<(), NeedsFull> {
        let length = |changes: &Manifest| changes.events.len() + changes.entered.len();
        let before = length(changes);
        let known = |event: &ManifestEvent| self.events.contains_key(&event.number);
        changes.events.retain(known);
        let told: HashSet<_> = changes
            .events
            .iter()
            .flat_map(|event| event.tickets.iter().map(|one| (event.number, one.serial)))
            .collect();
        changes.entered.retain(|entered| {
            let listed = self.events.get(&entered.event);
            listed.is_some_and(|listed| listed.tickets.has(entered.serial))
                || told.contains(&(entered.event, entered.serial))
        });
        if length(changes) == before {
            Ok(())
        } else {
            Err(NeedsFull)
        }
    }

    /// Applies changes. When it fails, nothing of them is applied.
    pub(crate) fn merge(&mut self, mut changes: Manifest) -> Result<(), NeedsFull> {
        self.retain_known(&mut changes)?;
        for event in changes.events {
            if let Some(listed) = self.events.get_mut(&event.number) {
                listed.merge(event);
            }
        }
        for entered in &changes.entered {
            if let Some(listed) = self.events.get_mut(&entered.event) {
                listed.tickets.enter(entered.serial, &entered.first_scan);
            }
        }
        self.conflicts.extend(by_ticket(changes.conflicts));
        self.staff.merge(changes.staff);
        self.gates = changes.gates;
        self.cursor = changes.cursor;
        self.generated_at = changes.generated_at;
        Ok(())
    }

    pub(crate) fn gate(&self, name: &str) -> Option<&ManifestGate> {
        self.gates.iter().find(|gate| gate.name == name)
    }

    /// Whether an event is over for long, and names of it are still here.
    pub(super) fn has_names_too_long(&self, now: Timestamp) -> bool {
        let mut events = self.events.values();
        events.any(|listed| listed.names_are_due(now) && listed.tickets.bytes().1 > 0)
    }

    pub(super) fn forget_names(&mut self, now: Timestamp) {
        let due = |listed: &&mut Listed| listed.names_are_due(now);
        for listed in self.events.values_mut().filter(due) {
            listed.tickets.forget_holders();
        }
    }

    /// All of it.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        let mut events = self.events.values();
        !self.events.is_empty() && events.all(|listed| listed.names_are_due(now))
    }

    pub(crate) fn gates(&self) -> &[ManifestGate] {
        &self.gates
    }

    /// An event that does not enter here.
    pub(crate) fn elsewhere(&self, event: EventNumber) -> Option<&EventElsewhere> {
        self.elsewhere.get(&event)
    }

    pub(crate) fn all_elsewhere(&self) -> impl Iterator<Item = &EventElsewhere> {
        self.elsewhere.values()
    }

    /// By serial, so many at most.
    pub(crate) fn tickets_after(
        &self,
        event: EventNumber,
        after: Option<TicketSerial>,
        limit: usize,
    ) -> Vec<ManifestTicket> {
        let listed = self.events.get(&event);
        let tickets = listed.map(|listed| listed.tickets.after(after, limit));
        tickets.unwrap_or_default()
    }

    pub(crate) fn has_event(&self, code: &EventCode) -> bool {
        self.events
            .values()
            .any(|listed| listed.event.code == *code)
    }

    pub(crate) fn keys(&self, event: EventNumber) -> Option<&EventKeys> {
        self.events.get(&event).map(|listed| &listed.keys)
    }

    /// By start, then by code.
    pub(crate) fn events(&self) -> Vec<&Listed> {
        let mut events: Vec<_> = self.events.values().collect();
        events.sort_by_key(|listed| (listed.event.starts_at, listed.event.code.clone()));
        events
    }

    pub(crate) fn find(&self, event: EventNumber, serial: TicketSerial) -> Option<Found> {
        let listed = self.events.get(&event)?;
        Some(Found {
            event: Arc::clone(&listed.event),
            ticket: listed.tickets.get(serial),
        })
    }

    pub(crate) fn find_short(&self, code: &ShortCode) -> Option<Found> {
        self.events.values().find_map(|listed| {
            let digest = short_code_digest(&listed.keys.sealing, code);
            let ticket = listed.tickets.find_short(&digest)?;
            Some(Found {
                event: Arc::clone(&listed.event),
                ticket: Some(ticket),
            })
        })
    }

    pub(crate) fn conflict(&self, ticket: TicketId) -> Option<&AdmissionConflict> {
        self.conflicts.get(&ticket)
    }

    pub(crate) fn conflicts(&self) -> impl Iterator<Item = &AdmissionConflict> {
        self.conflicts.values()
    }

    pub(crate) fn event(&self, number: EventNumber) -> Option<&ManifestEvent> {
        self.events.get(&number).map(|listed| &*listed.event)
    }

    /// The tickets that are other ones in a newer full list; `None` when its events are others.
    pub(crate) fn differences(&self, newer: &Self) -> Option<Vec<(EventNumber, TicketSerial)>> {
        let is_same = self.gates == newer.gates
            && self.events.len() == newer.events.len()
            && self.elsewhere == newer.elsewhere;
        if !is_same {
            return None;
        }
        let mut changed = Vec::new();
        for (number, new) in &newer.events {
            let old = self.events.get(number)?;
            if old.facts_differ(&new.event) || old.tickets.len() > new.tickets.len() {
                return None;
            }
            let mut before = old.tickets.facts().peekable();
            for (serial, facts) in new.tickets.facts() {
                let same = before.next_if(|(known, _)| *known == serial);
                if same.is_none_or(|(_, known)| known != facts) {
                    changed.push((*number, serial));
                }
            }
            // One of the old ones is gone.
            if before.next().is_some() {
                return None;
            }
        }
        Some(changed)
    }

    /// Whether these changes would change anything but the cursor: what is worth keeping.
    pub(crate) fn is_changed_by(&self, changes: &Manifest) -> bool {
        let event_changed = |event: &ManifestEvent| {
            let known = self.events.get(&event.number);
            !event.tickets.is_empty() || known.is_none_or(|known| known.facts_differ(event))
        };
        self.gates != changes.gates
            || !changes.staff.is_empty()
            || !changes.entered.is_empty()
            || changes
                .conflicts
                .iter()
                .any(|found| self.conflict(found.ticket_id) != Some(found))
            || changes.events.iter().any(event_changed)
    }
}

fn by_ticket(conflicts: Vec<AdmissionConflict>) -> HashMap<TicketId, AdmissionConflict> {
    let by_ticket = conflicts.into_iter();
    by_ticket.map(|found| (found.ticket_id, found)).collect()
}

impl Listed {
    fn of(mut event: ManifestEvent) -> Self {
        let tickets = std::mem::take(&mut event.tickets);
        Self {
            keys: event.keys(),
            event: Arc::new(event),
            tickets: tickets.into_iter().collect(),
        }
    }

    fn merge(&mut self, mut event: ManifestEvent) {
        let tickets = std::mem::take(&mut event.tickets);
        self.keys = event.keys();
        self.event = Arc::new(event);
        for ticket in &tickets {
            self.tickets.put(ticket);
        }
    }

    fn names_are_due(&self, now: Timestamp) -> bool {
        now.duration_since(self.event.gates_close_at) > NAMES_KEPT_AFTER_CLOSING
    }

    /// In memory, all told; and of these what is sealed of names.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        self.tickets.bytes()
    }

    /// Without what is sealed: to count.
    pub(crate) fn states(&self) -> impl Iterator<Item = (TicketId, TicketStateName)> {
        self.tickets.states()
    }

    pub(crate) fn count_tickets(&self) -> usize {
        self.tickets.len()
    }

    fn facts_differ(&self, event: &ManifestEvent) -> bool {
        let facts = |event: &ManifestEvent| {
            (
                event.venue_id,
                event.gates_open_at,
                event.gates_close_at,
                event.starts_at,
                event.live_code_required,
                event.title.clone(),
                event.signing_keys.clone(),
            )
        };
        facts(&self.event) != facts(event)
    }
}
