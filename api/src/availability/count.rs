//! How many places are free, held and taken: exact for those who must know, and up to a second
//! old for those who look.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{CategoryCode, EventId};

use super::epoch::ask;
use super::scripts::{self, read};
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::platform::error::Error;

/// How old an answer may be that is shared between those who look.
const SHARED_FOR: SignedDuration = SignedDuration::from_secs(1);

/// Places of one category. Invariant (I2): `free + held + taken = capacity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CategoryCount {
    pub no: u8,
    #[schema(value_type = String)]
    pub category: CategoryCode,
    pub free: u32,
    pub held: u32,
    pub taken: u32,
    pub capacity: u32,
}

/// Counters with the moment they were true at.
#[derive(Debug, Clone)]
pub struct Seen {
    pub as_of: Timestamp,
    pub categories: Arc<Vec<CategoryCount>>,
}

/// The last answer per event. The inner lock makes those who ask at the same time wait for one
/// answer instead of asking Redis each.
#[derive(Default)]
pub(super) struct Shared(Mutex<HashMap<EventId, Arc<tokio::sync::Mutex<Option<Seen>>>>>);

/// The counters as they are now, best category first.
pub async fn of_event(app: &App, event: EventId) -> Result<Vec<CategoryCount>, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot.event(event).ok_or(HoldRefused::UnknownEvent)?;
    let words: Vec<String> = read(ask(app, event.id, &scripts::COUNT, &numbers(event)).await?)?;
    let mut counters = words.iter().skip(1).map(|word| word.parse::<u32>().ok());
    let mut next = || counters.next().flatten();
    event
        .categories
        .iter()
        .map(|category| {
            let (free, held, taken, capacity) = (next(), next(), next(), next());
            Some(CategoryCount {
                no: category.no,
                category: category.code.clone(),
                free: free?,
                held: held?,
                taken: taken?,
                capacity: capacity?,
            })
        })
        .collect::<Option<_>>()
        .ok_or_else(|| Error::bug(format!("counters of {}: {words:?}", event.code)))
}

/// What scripts that look at every category of an event are asked with.
pub(super) fn numbers(event: &Event) -> Vec<Vec<u8>> {
    let numbers = event.categories.iter().map(|category| category.no);
    numbers.map(|no| no.to_string().into_bytes()).collect()
}

/// The counters as they were at most a second ago.
pub async fn seen(app: &App, event: EventId) -> Result<Seen, Error> {
    let slot = {
        let mut slots = app
            .inventory
            .shared
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        slots.entry(event).or_default().clone()
    };
    let mut slot = slot.lock().await;
    let now = app.clock.now();
    if let Some(seen) = slot.as_ref()
        && now.duration_since(seen.as_of) < SHARED_FOR
    {
        return Ok(seen.clone());
    }
    let categories = Arc::new(of_event(app, event).await?);
    let seen = Seen {
        as_of: now,
        categories,
    };
    *slot = Some(seen.clone());
    Ok(seen)
}
