//! Free places of every event on sale, a moment old: for cards and for the wish "available".
//! Who buys is told the exact figure by `availability`.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::EventId;
use ticket_core::money::Money;
use tokio::sync::Mutex;

use super::contents::Snapshot;
use super::event::{Category, Event, SaleState};
use crate::app::App;
use crate::availability::{self, Glance};
use crate::platform::error::Error;

/// One look at the whole inventory serves everybody for this long.
const SHARED_FOR: SignedDuration = SignedDuration::from_secs(2);
/// Questions to the inventory at the same time.
const QUESTIONS_AT_ONCE: usize = 64;

/// Places by event, as far as the inventory answered.
#[derive(Debug, Clone, Default)]
pub(super) struct FreePlaces {
    by_event: HashMap<EventId, Vec<Glance>>,
    /// The inventory did not answer: some events may be missing.
    pub(super) is_unknown: bool,
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
            is_unknown: true,
            ..Self::default()
        }
    }

    /// An event whose places could not be counted is not held to be sold out.
    pub(super) fn is_likely(&self, event: EventId) -> bool {
        self.have_together(event, 1)
    }

    /// Whether so many places side by side are likely to be had.
    pub(super) fn have_together(&self, event: EventId, places: u16) -> bool {
        let counted = self.by_event.get(&event);
        counted.is_none_or(|seen| seen.iter().any(|category| category.together >= places))
    }

    pub(super) fn stock(&self, event: &Event) -> Stock {
        const FEW_PERCENT: u64 = 3;
        let Some(seen) = self.by_event.get(&event.id) else {
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
        let seen = self.by_event.get(&event.id);
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

/// The last look, with its time.
#[derive(Default)]
pub(super) struct LastLook {
    looking: Mutex<()>,
    seen: std::sync::RwLock<Option<(Timestamp, Arc<FreePlaces>)>>,
}

impl LastLook {
    fn get(&self) -> Option<(Timestamp, Arc<FreePlaces>)> {
        let seen = self.seen.read();
        seen.unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    fn put(&self, at: Timestamp, seen: Arc<FreePlaces>) {
        let mut slot = self
            .seen
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *slot = Some((at, seen));
    }
}

/// Free and held places of all events on sale, a moment old; nothing when none is on sale or not
/// all could be counted.
///
/// # Errors
/// When there is no catalogue yet.
pub(crate) async fn places_on_sale(app: &App) -> Result<Option<(u64, u64)>, Error> {
    let snapshot = super::snapshot(app).await?;
    let places = free_places(app, &snapshot).await;
    if places.is_unknown || places.by_event.is_empty() {
        return Ok(None);
    }
    let all = places.by_event.values().flatten();
    let (free, held): (Vec<_>, Vec<_>) = all
        .map(|category| (u64::from(category.free), u64::from(category.held)))
        .unzip();
    Ok(Some((free.iter().sum(), held.iter().sum())))
}

/// Free places by event. One caller looks; those who come meanwhile get the look before.
pub(super) async fn free_places(app: &App, snapshot: &Snapshot) -> Arc<FreePlaces> {
    let last = &app.catalogue.free;
    let fresh = || {
        let now = app.clock.now();
        last.get()
            .filter(|(at, _)| now.duration_since(*at) < SHARED_FOR)
            .map(|(_, seen)| seen)
    };
    if let Some(seen) = fresh() {
        return seen;
    }
    let _looking = match (last.looking.try_lock(), last.get()) {
        (Ok(looking), _) => looking,
        (Err(_), Some((_, seen))) => return seen,
        (Err(_), None) => last.looking.lock().await,
    };
    if let Some(seen) = fresh() {
        return seen;
    }
    let seen = Arc::new(look(app, snapshot).await);
    last.put(app.clock.now(), seen.clone());
    seen
}

async fn look(app: &App, snapshot: &Snapshot) -> FreePlaces {
    let now = app.clock.now();
    let on_sale = snapshot
        .events()
        .iter()
        .filter(|event| event.sale_state(now) == SaleState::Open);
    let mut answers = stream::iter(
        on_sale.map(async |event| (event.id, availability::glance(app, event.id).await)),
    )
    .buffer_unordered(QUESTIONS_AT_ONCE);
    let mut places = FreePlaces::default();
    while let Some((event, answer)) = answers.next().await {
        let Ok(seen) = answer else {
            places.is_unknown = true;
            break;
        };
        places.by_event.insert(event, seen);
    }
    drop(answers);
    places
}
