//! The M-ticket: a ticket on the phone, with those that came with it, made to be opened once with
//! a network and shown without. The live code is computed on the phone.

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ticket_core::ids::TicketId;
use ticket_core::ticket::TicketState;

use super::pages::{in_fours, row};
use super::views::{MTicketView, MTicketsView};
use super::{Ticket, credential_digits, read};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue::{self, Event, EventView};
use crate::gates;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::Words;

/// Keeps M-tickets for airplane mode.
const WORKER: &str = include_str!("../../static/m-ticket-worker.js");

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(worker).service(show);
}

pub(super) fn href(ticket: TicketId) -> String {
    format!("/account/tickets/{ticket}/m")
}

#[get("/m-ticket-worker.js")]
async fn worker() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/javascript; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(WORKER)
}

/// The ticket asked for comes first; one that opens no gate sends to its own page, which says why.
#[get("/account/tickets/{id}/m")]
async fn show(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<TicketId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let asked = read::find(&app, *id, owner.user_id).await?;
    let catalogue = catalogue::snapshot(&app).await?;
    let event = catalogue.event(asked.event).ok_or_else(Error::not_found)?;
    let now = app.clock.now();
    if !opens_gates(&asked, event, now) {
        return Ok(html::see_other(&format!("/account/tickets/{id}")));
    }
    let mut together = read::of_order(&app, asked.order).await?;
    together.retain(|it| it.event == asked.event && opens_gates(it, event, now));
    together.sort_by_key(|it| (it.id != asked.id, it.serial));
    let live_only = gates::is_live_only(&app, asked.event).await?;
    let page = visitor.page(&request);
    let mut tickets = Vec::with_capacity(together.len());
    for ticket in &together {
        let words = page.words();
        tickets.push(view(&app, words, (ticket, event), live_only).await?);
    }
    let plate = EventView::of(event, page.words()).plate;
    html::page(&MTicketsView {
        page,
        plate,
        tickets,
    })
}

fn opens_gates(ticket: &Ticket, event: &Event, now: Timestamp) -> bool {
    let is_used = matches!(ticket.state, TicketState::Scanned { .. });
    !is_used && read::check_released(ticket, event, now).is_ok()
}

async fn view(
    app: &App,
    words: Words,
    (ticket, event): (&Ticket, &Event),
    live_only: bool,
) -> Result<MTicketView, Error> {
    let codes = credential_digits(app, ticket, event).await?;
    Ok(MTicketView {
        row: row(words, ticket, event),
        href: format!("/account/tickets/{}", ticket.id),
        first_name: ticket.holder.first_name.clone(),
        digits: codes.credential.as_str().to_owned(),
        seed: STANDARD.encode(codes.live_seed.as_slice()),
        short_code: in_fours(codes.short.as_str()),
        qr_href: (!live_only).then(|| format!("/api/v1/tickets/{}/qr.svg", ticket.id)),
    })
}
