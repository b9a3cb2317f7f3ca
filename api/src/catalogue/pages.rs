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
use super::linked_data;
use super::snapshot;
use super::views::{
    AboutView, CategoryRow, ClosedView, EventPageView, EventView, FormulaView, NoneLeft, OfferView,
};
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
        .service(show_event)
        .configure(super::seats_page::routes)
        .configure(super::machines_page::routes);
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
    let counts = counts.ok().and_then(Result::ok).map(|seen| seen.categories);
    let error = match (&refused, &counts) {
        (Some(refused), _) => Some(words.refusal(refused.code)),
        (None, None) => Some(words.t("sale-unavailable")),
        (None, Some(_)) => None,
    };
    let rows = event
        .categories
        .iter()
        .map(|category| {
            let count = counts.as_ref().map(|counts| count_of(counts, category));
            row(words, category, count, offer)
        })
        .collect();
    let now = app.clock.now();
    let view = EventPageView {
        event: EventView::of(event, words),
        formulas: Formula::ALL.map(|formula| glyph(words, formula)).into(),
        rows,
        hold_id: HoldId::from_random_bytes(random_bytes()?).to_string(),
        closed: closed(words, event, now),
        none_left: counts.as_ref().and_then(|counts| none_left(counts)),
        queue_href: waiting_room::address_of(app, event.id).await,
        error,
        about: about(app, words, event, counts.as_deref().map(Vec::as_slice)),
        page,
    };
    match refused {
        None => html::browse_page(&view.page, &view),
        Some(refused) => html::render(HttpResponse::build(refused.status), &view),
    }
}

/// What search engines and those who share the address are told.
fn about(app: &App, words: Words, event: &Event, counts: Option<&[CategoryCount]>) -> AboutView {
    let shop = &app.config.public_url;
    let facts = linked_data::Facts {
        words,
        shop,
        counts,
        now: app.clock.now(),
    };
    AboutView {
        linked_data: linked_data::of_event(event, &facts),
        description: linked_data::description(event, words),
        address: format!("{shop}/events/{}", event.code),
        picture: format!("{shop}/events/{}/picture.png", event.code),
    }
}

fn none_left(counts: &[CategoryCount]) -> Option<NoneLeft> {
    if counts.iter().any(|count| count.free > 0) {
        return None;
    }
    let in_baskets = counts.iter().any(|count| count.held > 0);
    Some(if in_baskets {
        NoneLeft::InBaskets
    } else {
        NoneLeft::SoldOut
    })
}

/// Free and held places of a category.
pub(super) fn count_of(counts: &[CategoryCount], category: &Category) -> (u32, u32) {
    let found = counts.iter().find(|count| count.no == category.no);
    found.map_or((0, 0), |count| (count.free, count.held))
}

/// Why nothing can be bought now, if so.
pub(super) fn closed(words: Words, event: &Event, now: jiff::Timestamp) -> Option<ClosedView> {
    let closed = |kind, words| ClosedView {
        kind,
        words,
        opens: None,
    };
    match event.sale_state(now) {
        SaleState::Open => None,
        SaleState::Closed => Some(closed("over", words.t("event-closed"))),
        SaleState::Cancelled => Some(closed("cancelled", words.t("event-cancelled"))),
        SaleState::NotYet => {
            let opens = wording::at_venue(event.sale.opens_at, event.utc_offset.seconds());
            let date = wording::moment(words, opens);
            let opens = (event.with_offset(event.sale.opens_at), now.to_string());
            Some(ClosedView {
                opens: (event.sale.opens_at > now).then_some(opens),
                ..closed("soon", words.with("event-not-open", "date", date))
            })
        }
    }
}

/// One category; unknown availability refuses nothing beforehand.
fn row(words: Words, category: &Category, count: Option<(u32, u32)>, chosen: &str) -> CategoryRow {
    let name = category_name(words, category);
    let wheelchairs = category.for_wheelchairs;
    let offers = Formula::ALL.map(|formula| {
        let value = format!("{}:{formula}", category.code);
        let is_left = count.is_none_or(|(free, _)| free >= u32::from(formula.seats()));
        OfferView {
            label: words.with_all(
                "offer-label",
                &[
                    ("formula", words.pick("formula-", formula.name())),
                    ("category", name.clone()),
                ],
            ),
            price: price_of(words, category, formula),
            available: is_left && category.sells(formula),
            checked: value == chosen,
            value,
        }
    });
    CategoryRow {
        free_words: match count {
            Some((0, held)) if held > 0 => words.t("category-baskets"),
            Some((free, _)) => words.count_shown("category-free", free),
            None => words.t("category-unknown"),
        },
        held_words: match count {
            Some((_, held)) if held > 0 => words.count_shown("category-held", held),
            Some(_) | None => String::new(),
        },
        wheelchairs,
        offers: offers.into(),
        name,
    }
}

/// What a formula costs in a category; empty if that is beyond counting.
pub(super) fn price_of(words: Words, category: &Category, formula: Formula) -> String {
    let seats = u32::from(formula.seats());
    let price = category.price.checked_times(seats).ok();
    price.map_or_else(String::new, |price| wording::price(words, price))
}

/// `Category B`, or what its places are for.
pub(super) fn category_name(words: Words, category: &Category) -> String {
    let key = if category.for_wheelchairs {
        "category-wheelchairs"
    } else {
        "category-name"
    };
    words.with(key, "code", &category.code)
}

/// Seats side by side, as drawn at the head of a formula.
pub(super) fn glyph(words: Words, formula: Formula) -> FormulaView {
    let seats = u32::from(formula.seats());
    FormulaView {
        name: words.pick("formula-", formula.name()),
        words: words.pick("formula-words-", formula.name()),
        seats_x: (0..seats).map(|seat| seat * 20 + 2).collect(),
        width: seats * 20 - 2,
    }
}
