//! Free places of every event on sale, a moment old: for cards and for the wish "available".
//! Who buys is told the exact figure by `availability`.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::EventId;
use ticket_core::money::Money;
use tokio::sync::Mutex;

use super::event::{Category, Event, SaleState};
use crate::app::App;
use crate::availability::{self, Glance};
use crate::platform::error::Error;

/// What is shown of an event's places is at most so old.
pub(super) const SHOWN_FOR: SignedDuration = SignedDuration::from_secs(2);
/// What only sorts events into those with and without free places may be older: a Games has
/// hundreds of them, and a look at each costs Redis a tenth of a millisecond.
pub(super) const FILTERED_FOR: SignedDuration = SignedDuration::from_secs(15);
/// An inventory that did not answer is left alone for so long.
const LEFT_ALONE_FOR: SignedDuration = SignedDuration::from_secs(2);
/// Questions to the inventory at the same time.
const QUESTIONS_AT_ONCE: usize = 64;

/// Places by event, as far as somebody looked, with the moment of each look.
#[derive(Debug, Clone, Default)]
pub(super) struct FreePlaces {
    by_event: HashMap<EventId, (Timestamp, Arc<[Glance]>)>,
    /// When the inventory last did not answer; until it does, nothing is known.
    failed_at: Option<Timestamp>,
}

/// What can be had of an event, honestly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stock {
    /// Nobody has counted.
    Unknown,
    Free,
    /// So few that it is worth saying.
    Last(u64),
    /// Nothing is free, but places lie in other people's baskets and may come back.
    InBaskets,
    SoldOut,
}

impl FreePlaces {
    /// Nothing was counted.
    pub(super) fn unknown() -> Self {
        Self {
            failed_at: Some(Timestamp::UNIX_EPOCH),
            ..Self::default()
        }
    }

    /// The inventory does not answer.
    pub(super) fn is_unknown(&self) -> bool {
        self.failed_at.is_some()
    }

    fn seen(&self, event: EventId) -> Option<&[Glance]> {
        self.by_event.get(&event).map(|(_, seen)| &**seen)
    }

    /// The age of what is known of an event.
    fn age(&self, event: EventId, now: Timestamp) -> Option<SignedDuration> {
        let (at, _) = self.by_event.get(&event)?;
        Some(now.duration_since(*at))
    }

    /// An event whose places could not be counted is not held to be sold out.
    pub(super) fn is_likely(&self, event: EventId) -> bool {
        self.have_together(event, 1)
    }

    /// Whether so many places side by side are likely to be had.
    pub(super) fn have_together(&self, event: EventId, places: u16) -> bool {
        self.seen(event)
            .is_none_or(|seen| seen.iter().any(|category| category.together >= places))
    }

    pub(super) fn stock(&self, event: &Event) -> Stock {
        const FEW_PERCENT: u64 = 3;
        let Some(seen) = self.seen(event.id) else {
            return Stock::Unknown;
        };
        let free: u64 = seen.iter().map(|category| u64::from(category.free)).sum();
        if free == 0 {
            let in_baskets = seen.iter().any(|category| category.held > 0);
            return if in_baskets {
                Stock::InBaskets
            } else {
                Stock::SoldOut
            };
        }
        if free * 100 <= u64::from(event.capacity) * FEW_PERCENT {
            return Stock::Last(free);
        }
        Stock::Free
    }

    /// The lowest price of so many places side by side that are likely to be had.
    pub(super) fn lowest_price(&self, event: &Event, places: u16) -> Option<Money> {
        let seen = self.seen(event.id);
        let is_there = |category: &&Category| {
            seen.is_none_or(|seen| {
                let counted = seen.iter().find(|it| it.no == category.no);
                counted.is_some_and(|it| it.together >= places)
            })
        };
        let there = event.categories.iter().filter(is_there);
        there
            .map(|category| category.price)
            .min_by_key(|price| price.amount_cents())
    }
}

/// What all looks together have seen.
#[derive(Default)]
pub(super) struct LastLook {
    looking: Mutex<()>,
    seen: RwLock<Arc<FreePlaces>>,
}

impl LastLook {
    fn get(&self) -> Arc<FreePlaces> {
        let seen = self.seen.read();
        seen.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, seen: Arc<FreePlaces>) {
        *self.seen.write().unwrap_or_else(PoisonError::into_inner) = seen;
    }
}

/// Free and held places of all events on sale, a moment old; nothing when none is on sale or not
/// all could be counted.
///
/// # Errors
/// When there is no catalogue yet.
pub(crate) async fn places_on_sale(app: &App) -> Result<Option<(u64, u64)>, Error> {
    let snapshot = super::snapshot(app).await?;
    let places = free_places(app, snapshot.events(), SHOWN_FOR).await;
    let now = app.clock.now();
    let on_sale = snapshot
        .events()
        .iter()
        .filter(|event| event.sale_state(now) == SaleState::Open);
    let seen: Vec<&Glance> = on_sale
        .filter_map(|event| places.seen(event.id))
        .flatten()
        .collect();
    if places.is_unknown() || seen.is_empty() {
        return Ok(None);
    }
    let free = seen.iter().map(|category| u64::from(category.free)).sum();
    let held = seen.iter().map(|category| u64::from(category.held)).sum();
    Ok(Some((free, held)))
}

/// Free places of these events, at most so old. One caller looks; those who come meanwhile get
/// what was seen before.
pub(super) async fn free_places(
    app: &App,
    events: &[Arc<Event>],
    age_max: SignedDuration,
) -> Arc<FreePlaces> {
    let last = &app.catalogue.free;
    let seen = last.get();
    let wanted = stale(app, &seen, events, age_max);
    if wanted.is_empty() {
        return seen;
    }
    let is_known = |event: &EventId| seen.by_event.contains_key(event);
    let _looking = match last.looking.try_lock() {
        Ok(looking) => looking,
        Err(_) if wanted.iter().all(is_known) => return seen,
        Err(_) => last.looking.lock().await,
    };
    // Somebody may have looked meanwhile.
    let seen = last.get();
    let wanted = stale(app, &seen, events, age_max);
    if wanted.is_empty() {
        return seen;
    }
    let seen = Arc::new(look(app, &seen, &wanted).await);
    last.put(seen.clone());
    seen
}

/// The events on sale of which what is known is too old.
fn stale(
    app: &App,
    seen: &FreePlaces,
    events: &[Arc<Event>],
    age_max: SignedDuration,
) -> Vec<EventId> {
    let now = app.clock.now();
    let failed = seen.failed_at.map(|at| now.duration_since(at));
    if failed.is_some_and(|ago| ago < LEFT_ALONE_FOR) {
        return Vec::new();
    }
    events
        .iter()
        .filter(|event| event.sale_state(now) == SaleState::Open)
        .filter(|event| seen.age(event.id, now).is_none_or(|age| age >= age_max))
        .map(|event| event.id)
        .collect()
}

async fn look(app: &App, before: &FreePlaces, wanted: &[EventId]) -> FreePlaces {
    let questions = wanted
        .iter()
        .map(async |event| (*event, availability::glance(app, *event).await));
    let mut answers = stream::iter(questions).buffer_unordered(QUESTIONS_AT_ONCE);
    let mut places = FreePlaces {
        by_event: before.by_event.clone(),
        failed_at: None,
    };
    while let Some((event, answer)) = answers.next().await {
        let now = app.clock.now();
        let Ok(seen) = answer else {
            return FreePlaces {
                failed_at: Some(now),
                ..FreePlaces::default()
            };
        };
        places.by_event.insert(event, (now, seen.into()));
    }
    drop(answers);
    places
}
