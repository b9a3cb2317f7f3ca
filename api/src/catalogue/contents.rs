//! The catalogue at one moment: immutable, sorted by start, found by id and by code.

use std::collections::HashMap;
use std::sync::Arc;

use ticket_core::ids::{EventCode, EventId, EventNumber};

use super::event::{Event, Sport, Venue};
use super::search::Index;

/// Everything the catalogue knows, as of one version.
#[derive(Debug, Default)]
pub struct Snapshot {
    version: String,
    events: Vec<Arc<Event>>,
    index: Index,
    by_id: HashMap<EventId, Arc<Event>>,
    by_code: HashMap<EventCode, Arc<Event>>,
    by_number: HashMap<EventNumber, Arc<Event>>,
    sports: Vec<Arc<Sport>>,
    venues: Vec<Arc<Venue>>,
}

impl Snapshot {
    pub(super) fn new(version: String, mut events: Vec<Arc<Event>>) -> Self {
        events.sort_by(|a, b| (a.starts_at, &a.code).cmp(&(b.starts_at, &b.code)));
        let mut sports: Vec<_> = events.iter().map(|event| event.sport.clone()).collect();
        sports.sort_by(|a, b| a.code.cmp(&b.code));
        sports.dedup_by(|a, b| a.code == b.code);
        let mut venues: Vec<_> = events.iter().map(|event| event.venue.clone()).collect();
        venues.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
        venues.dedup_by(|a, b| a.id == b.id);
        Self {
            version,
            index: Index::new(&events),
            by_id: events.iter().map(|e| (e.id, e.clone())).collect(),
            by_code: events.iter().map(|e| (e.code.clone(), e.clone())).collect(),
            by_number: events.iter().map(|e| (e.number, e.clone())).collect(),
            events,
            sports,
            venues,
        }
    }

    /// Changes whenever anything in the catalogue does.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All events by start.
    pub fn events(&self) -> &[Arc<Event>] {
        &self.events
    }

    /// What words are looked for in; events are named by their place in [`Self::events`].
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    pub fn event(&self, id: EventId) -> Option<&Arc<Event>> {
        self.by_id.get(&id)
    }

    pub fn event_by_code(&self, code: &EventCode) -> Option<&Arc<Event>> {
        self.by_code.get(code)
    }

    pub fn event_by_number(&self, number: EventNumber) -> Option<&Arc<Event>> {
        self.by_number.get(&number)
    }

    /// Sports that have events, by code.
    pub fn sports(&self) -> &[Arc<Sport>] {
        &self.sports
    }

    /// Venues that have events, by name.
    pub fn venues(&self) -> &[Arc<Venue>] {
        &self.venues
    }
}
