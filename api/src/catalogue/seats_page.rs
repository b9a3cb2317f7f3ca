//! `/events/{code}/seats`: choosing seats on the plan, with a list that does the same without the
//! picture and without scripts.

use actix_web::rt::time::timeout;
use actix_web::web::{Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde::Deserialize;
use ticket_core::event::EventState;
use ticket_core::formula::Formula;
use ticket_core::ids::{EventCode, HoldId};

use super::event::Event;
use super::pages::{LOOK_MAX, Refused, closed};
use super::seats_view::{Chosen, Drawn, SeatsPageView};
use super::snapshot;
use super::views::EventView;
use crate::accounts::Reader;
use crate::app::App;
use crate::availability;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Page;
use crate::platform::seal::random_bytes;
use crate::waiting_room;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(show_seats);
}

/// What the address says was chosen; what cannot be read counts as not chosen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SeatsQuery {
    pub block: String,
    pub formula: String,
    /// `row:position`, counted in the category.
    pub seat: String,
}

impl SeatsQuery {
    fn read(&self) -> Chosen {
        Chosen {
            block: self.block.parse().ok(),
            formula: Formula::parse(&self.formula).ok(),
            seat: self.seat.clone(),
        }
    }
}

#[get("/events/{code}/seats")]
async fn show_seats(
    app: Data<App>,
    request: HttpRequest,
    reader: Reader,
    code: Path<String>,
    chosen: Query<SeatsQuery>,
) -> Result<HttpResponse, Error> {
    let code = EventCode::parse(&code).map_err(|_| Error::not_found())?;
    let snapshot = snapshot(&app).await?;
    let event = snapshot
        .event_by_code(&code)
        .filter(|event| event.state != EventState::Draft)
        .ok_or_else(Error::not_found)?;
    seats_page(&app, reader.page(&request), event, &chosen, None).await
}

/// The seat map, also when holding seats chosen on it was refused.
pub(crate) async fn seats_page(
    app: &App,
    page: Page,
    event: &Event,
    chosen: &SeatsQuery,
    refused: Option<Refused>,
) -> Result<HttpResponse, Error> {
    let words = page.words();
    let seen = timeout(LOOK_MAX, availability::seat_rows(app, event)).await;
    let seen = seen.ok().and_then(Result::ok);
    let drawn = Drawn {
        words,
        event,
        seen: seen.as_deref(),
    };
    let error = match (&refused, &seen) {
        (Some(refused), _) => Some(words.refusal(refused.code)),
        (None, None) => Some(words.t("sale-unavailable")),
        (None, Some(_)) => None,
    };
    let chosen = chosen.read();
    let closed = closed(words, event, app.clock.now());
    let view = SeatsPageView {
        event: EventView::of(event, words),
        map: drawn.map(&chosen),
        legend: drawn.legend(&chosen),
        groups: drawn.groups(&chosen),
        formulas: drawn.formulas(&chosen),
        block: drawn.block(&chosen),
        hold_id: HoldId::from_random_bytes(random_bytes()?).to_string(),
        is_ahead: closed.as_ref().is_none_or(|closed| closed.kind == "soon"),
        closed,
        queue_href: waiting_room::address_of(app, event.id).await,
        error,
        page,
    };
    match refused {
        None => html::page(&view),
        Some(refused) => html::render(HttpResponse::build(refused.status), &view),
    }
}
