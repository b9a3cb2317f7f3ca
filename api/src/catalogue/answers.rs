//! The catalogue's answers as JSON. Money is in cents, times are RFC 3339 on the venue's clock.

use jiff::Timestamp;
use serde::Serialize;
use ticket_core::formula::Formula;
use ticket_core::money::Money;
use utoipa::ToSchema;

use super::event::{Category, Event, SaleState, Sport, Texts, Venue};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SportAnswer<'a> {
    pub(super) code: &'a str,
    pub(super) name: &'a Texts,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VenueAnswer<'a> {
    pub(super) code: &'a str,
    pub(super) name: &'a str,
    pub(super) city: &'a str,
    pub(super) capacity: u32,
}

/// When tickets are sold. Times are RFC 3339 on the venue's clock.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SaleAnswer {
    pub(super) state: SaleState,
    pub(super) opens_at: String,
    pub(super) closes_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventSummary<'a> {
    pub(super) code: &'a str,
    pub(super) title: &'a Texts,
    pub(super) programme: &'a Texts,
    pub(super) sport: SportAnswer<'a>,
    pub(super) venue: VenueAnswer<'a>,
    pub(super) medal_event: bool,
    /// RFC 3339 on the venue's clock.
    pub(super) starts_at: String,
    pub(super) ends_at: String,
    /// `draft`, `scheduled` or `cancelled`.
    pub(super) state: &'static str,
    pub(super) sale: SaleAnswer,
    /// The cheapest place.
    pub(super) price_from_cents: Option<i64>,
    pub(super) currency: &'static str,
    pub(super) capacity: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventsAnswer<'a> {
    pub(super) events: Vec<EventSummary<'a>>,
    /// Events found on all pages.
    pub(super) total: usize,
    pub(super) page: usize,
    pub(super) pages: usize,
    pub(super) per_page: usize,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FormulaPrice {
    pub(super) formula: &'static str,
    pub(super) seats: u16,
    pub(super) amount_cents: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryAnswer<'a> {
    pub(super) no: u8,
    pub(super) code: &'a str,
    /// Of one place.
    pub(super) price_cents: i64,
    pub(super) currency: &'static str,
    pub(super) capacity: u32,
    pub(super) formulas: Vec<FormulaPrice>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventAnswer<'a> {
    #[serde(flatten)]
    pub(super) summary: EventSummary<'a>,
    /// Best first.
    pub(super) categories: Vec<CategoryAnswer<'a>>,
    /// From when tickets are sent; absent: as soon as they are paid.
    pub(super) releases_at: Option<String>,
    pub(super) gates_open_at: String,
    pub(super) gates_close_at: String,
}

pub(super) fn sport(sport: &Sport) -> SportAnswer<'_> {
    SportAnswer {
        code: &sport.code,
        name: &sport.name,
    }
}

pub(super) fn venue(venue: &Venue) -> VenueAnswer<'_> {
    VenueAnswer {
        code: &venue.code,
        name: &venue.name,
        city: &venue.city,
        capacity: venue.capacity,
    }
}

pub(super) fn summary(event: &Event, now: Timestamp) -> EventSummary<'_> {
    let cheapest = event.price_from();
    EventSummary {
        code: event.code.as_str(),
        title: &event.title,
        programme: &event.programme,
        sport: sport(&event.sport),
        venue: venue(&event.venue),
        medal_event: event.medal_event,
        starts_at: event.with_offset(event.starts_at),
        ends_at: event.with_offset(event.ends_at),
        state: event.state.name(),
        sale: SaleAnswer {
            state: event.sale_state(now),
            opens_at: event.with_offset(event.sale.opens_at),
            closes_at: event.with_offset(event.sale.closes_at),
        },
        price_from_cents: cheapest.map(Money::amount_cents),
        currency: cheapest.map_or("EUR", |price| price.currency().code()),
        capacity: event.capacity,
    }
}

fn category(category: &Category) -> CategoryAnswer<'_> {
    let price_cents = category.price.amount_cents();
    CategoryAnswer {
        no: category.no,
        code: category.code.as_str(),
        price_cents,
        currency: category.price.currency().code(),
        capacity: category.capacity,
        formulas: Formula::ALL
            .into_iter()
            .map(|formula| FormulaPrice {
                formula: formula.name(),
                seats: formula.seats(),
                amount_cents: price_cents * i64::from(formula.seats()),
            })
            .collect(),
    }
}

/// One event with all that buying needs.
pub(super) fn event_answer(event: &Event, now: Timestamp) -> EventAnswer<'_> {
    let gates = event.admission();
    EventAnswer {
        summary: summary(event, now),
        categories: event.categories.iter().map(category).collect(),
        releases_at: event.releases_at().map(|at| event.with_offset(at)),
        gates_open_at: event.with_offset(gates.opens_at),
        gates_close_at: event.with_offset(gates.closes_at),
    }
}
