//! Searching the catalogue: pure, over one snapshot. Free places are the caller's business.

mod distance;
mod fold;
mod index;
mod synonyms;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use ticket_core::money::Money;

use super::Snapshot;
use super::event::{Event, EventState};
pub(super) use fold::fold;
pub(super) use index::Index;

/// Every wish narrows the result; none at all gives everything that is still to come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Search {
    /// Words that must all occur in titles, programmes, sport, venue, city or code, in either
    /// language; a mistyped word is read as the nearest that there is.
    pub q: String,
    pub sport: Option<String>,
    pub venue: Option<String>,
    pub city: Option<String>,
    /// Days on the venue's clock, both included.
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub max_price_cents: Option<i64>,
    /// Only where one can go without a step.
    pub step_free: bool,
    pub sort: Sort,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    #[default]
    Start,
    /// The cheapest first; what has no price last.
    Price,
    /// What fits the words best first.
    Fit,
}

/// What was found, and words that were read otherwise than they were typed.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub events: Vec<Arc<Event>>,
    pub read_as: Vec<(String, String)>,
}

/// The events that fit. What is over shows only to those who ask for its dates, or when the
/// catalogue has nothing else.
pub(crate) fn search(snapshot: &Snapshot, wanted: &Search, now: Timestamp) -> Found {
    let hits = snapshot.index().find(&wanted.q);
    let is_over_shown = wanted.from.is_some()
        || wanted.to.is_some()
        || snapshot.events().iter().all(|event| event.ends_at <= now);
    let fitting = snapshot.events().iter().enumerate().filter(|(_, event)| {
        event.state != EventState::Draft
            && (is_over_shown || event.ends_at > now)
            && fits(event, wanted)
    });
    let mut found: Vec<(u32, &Arc<Event>)> = fitting
        .filter_map(|(place, event)| match &hits {
            Some(hits) => Some((*hits.scores.get(&place)?, event)),
            None => Some((0, event)),
        })
        .collect();
    match wanted.sort {
        // As the catalogue is.
        Sort::Start => {}
        Sort::Price => found.sort_by_key(|(_, event)| {
            let price = event.price_from().map(Money::amount_cents);
            price.unwrap_or(i64::MAX)
        }),
        Sort::Fit => found.sort_by_key(|(score, _)| std::cmp::Reverse(*score)),
    }
    Found {
        events: found.into_iter().map(|(_, event)| event.clone()).collect(),
        read_as: hits.map(|hits| hits.read_as).unwrap_or_default(),
    }
}

fn fits(event: &Event, wanted: &Search) -> bool {
    let day = event.local_start().date();
    let price = event.price_from().map(Money::amount_cents);
    let is = |wish: &Option<String>, what: &str| wish.as_ref().is_none_or(|it| it == what);
    is(&wanted.sport, &event.sport.code)
        && is(&wanted.venue, &event.venue.code)
        && is(&wanted.city, &event.venue.city)
        && wanted.from.is_none_or(|from| day >= from)
        && wanted.to.is_none_or(|to| day <= to)
        && (!wanted.step_free || event.is_step_free())
        && wanted
            .max_price_cents
            .is_none_or(|most| price.is_some_and(|price| price <= most))
}
