//! The page of one event: formulas, categories with prices and free places, and the form that
//! holds seats. The page stays up when the inventory does not answer.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::rt::time::timeout;
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use ticket_core::formula::Formula;
use ticket_core::ids::{EventCode, HoldId};

use super::event::{Category, Event, SaleState};
use super::snapshot;
use super::views::{CategoryRow, EventPageView, EventView, FormulaView, OfferView};
use crate::accounts::Reader;
use crate::app::App;
use crate::availability::{self, CategoryCount};
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Page, Words};
use crate::platform::seal::random_bytes;
use crate::platform::wording;
use crate::waiting_room;

/// A page waits so long for an inventory that does not answer, and then shows without it.
pub(super) const LOOK_MAX: Duration = Duration::from_millis(400);

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(super::home_page::show_home)
        .service(show_event);
}

#[derive(Deserialize)]
struct Chosen {
    /// `category:formula`: what was chosen before signing in.
    #[serde(default)]
    offer: String,
}

#[get("/events/{code}")]
async fn show_event(
    app: Data<App>,
    request: HttpRequest,
    reader: Reader,
    code: Path<String>,
    chosen: Query<Chosen>,
) -> Result<HttpResponse, Error> {
    let code = EventCode::parse(&code).map_err(|_| Error::not_found())?;
    let snapshot = snapshot(&app).await?;
    let event = snapshot.event_by_code(&code).ok_or_else(Error::not_found)?;
    event_page(&app, reader.page(&request), event, &chosen.offer, None).await
}

/// A refusal to be shown above the prices.
pub(crate) struct Refused {
    pub status: StatusCode,
    pub code: &'static str,
}

/// The page of an event, also when holding seats on it was refused.
pub(crate) async fn event_page(
    app: &App,
    page: Page,
    event: &Event,
    offer: &str,
    refused: Option<Refused>,
) -> Result<HttpResponse, Error> {
    let words = page.words();
    let counts = timeout(LOOK_MAX, availability::seen(app, event.id)).await;
    let counts = counts.ok().and_then(Result::ok);
    let error = match (&refused, &counts) {
        (Some(refused), _) => Some(words.refusal(refused.code)),
        (None, None) => Some(words.t("sale-unavailable")),
        (None, Some(_)) => None,
    };
    let rows = event
        .categories
        .iter()
        .map(|category| {
            let free = counts
                .as_ref()
                .map(|seen| free_in(&seen.categories, category));
            row(words, category, free, offer)
        })
        .collect();
    let view = EventPageView {
        event: EventView::of(event, words),
        formulas: Formula::ALL.map(|formula| glyph(words, formula)).into(),
        rows,
        hold_id: HoldId::from_random_bytes(random_bytes()?).to_string(),
        closed: closed(words, event, app.clock.now()),
        queue_href: waiting_room::address_of(app, event.id).await,
        error,
        page,
    };
    match refused {
        None => html::browse_page(&view.page, &view),
        Some(refused) => html::render(HttpResponse::build(refused.status), &view),
    }
}

fn free_in(counts: &[CategoryCount], category: &Category) -> u32 {
    counts
        .iter()
        .find(|count| count.no == category.no)
        .map_or(0, |count| count.free)
}

/// Why nothing can be bought now, if so.
fn closed(words: Words, event: &Event, now: jiff::Timestamp) -> Option<String> {
    match event.sale_state(now) {
        SaleState::Open => None,
        SaleState::Closed => Some(words.t("event-closed")),
        SaleState::Cancelled => Some(words.t("event-cancelled")),
        SaleState::NotYet => {
            let opens = wording::at_venue(event.sale.opens_at, event.utc_offset.seconds());
            Some(words.with("event-not-open", "date", wording::moment(words, opens)))
        }
    }
}

/// One category; unknown availability refuses nothing beforehand.
fn row(words: Words, category: &Category, free: Option<u32>, chosen: &str) -> CategoryRow {
    let name = words.with("category-name", "code", &category.code);
    let offers = Formula::ALL.map(|formula| {
        let value = format!("{}:{formula}", category.code);
        let price = category
            .price
            .checked_times(u32::from(formula.seats()))
            .ok();
        OfferView {
            label: words.with_all(
                "offer-label",
                &[
                    ("formula", words.pick("formula-", formula.name())),
                    ("category", name.clone()),
                ],
            ),
            price: price.map_or_else(String::new, |price| {
                wording::money(words, price.amount_cents(), price.currency().code())
            }),
            available: free.is_none_or(|free| free >= u32::from(formula.seats())),
            checked: value == chosen,
            value,
        }
    });
    CategoryRow {
        free_words: match free {
            Some(free) => words.count_shown("category-free", free),
            None => words.t("category-unknown"),
        },
        offers: offers.into(),
        name,
    }
}

/// Seats side by side, as drawn at the head of a formula.
fn glyph(words: Words, formula: Formula) -> FormulaView {
    let seats = u32::from(formula.seats());
    FormulaView {
        name: words.pick("formula-", formula.name()),
        words: words.pick("formula-words-", formula.name()),
        seats_x: (0..seats).map(|seat| seat * 20 + 2).collect(),
        width: seats * 20 - 2,
    }
}
