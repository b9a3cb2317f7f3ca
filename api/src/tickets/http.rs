//! Tickets over JSON, and their pictures: for their owner, once released.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, get};
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::ids::TicketId;
use ticket_core::naming::CorrectionRefused;
use ticket_core::ticket::TicketRefused;
use ticket_core::venue::SeatLabel;
use uuid::Uuid;

use super::credential::{self, Codes};
use super::ticket::Ticket;
use super::{read, sheet};
use crate::accounts::SignedIn;
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::orders::Holder;
use crate::platform::error::{Error, Problem};
use crate::platform::page::Words;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(list_tickets)
        .service(show_ticket)
        .service(e_ticket_pdf)
        .service(qr_picture)
        .service(code128_picture);
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TicketsAnswer {
    tickets: Vec<TicketAnswer>,
}

/// A ticket as its owner sees it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TicketAnswer {
    id: Uuid,
    /// As printed.
    number: String,
    order_id: Uuid,
    order_number: String,
    state: &'static str,
    event: TicketEvent,
    category: Option<String>,
    formula: &'static str,
    #[schema(value_type = Object)]
    seat: SeatLabel,
    price_cents: i64,
    currency: &'static str,
    holder: Holder,
    /// Whether the codes may be shown now.
    released: bool,
    /// With late release: from when.
    #[schema(value_type = Option<String>)]
    releases_at: Option<Timestamp>,
    #[schema(value_type = String)]
    paid_at: Timestamp,
    #[schema(value_type = Option<String>)]
    sent_at: Option<Timestamp>,
    #[schema(value_type = Option<String>)]
    scanned_at: Option<Timestamp>,
    scanned_gate: Option<String>,
    #[schema(value_type = Option<String>)]
    deactivated_at: Option<Timestamp>,
    deactivated_reason: Option<&'static str>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
struct TicketEvent {
    code: String,
    title: String,
    venue: String,
    city: String,
    /// On the venue's clock.
    starts_at: String,
}

#[utoipa::path(get, path = "/api/v1/tickets", tag = "tickets", responses(
    (status = 200, description = "The owner's tickets, latest events first", body = TicketsAnswer),
))]
#[get("/api/v1/tickets")]
pub(crate) async fn list_tickets(app: Data<App>, owner: SignedIn) -> Result<HttpResponse, Error> {
    let catalogue = catalogue::snapshot(&app).await?;
    let tickets = read::of_user(&app, owner.user_id).await?;
    let now = app.clock.now();
    let shown = tickets.iter().filter_map(|ticket| {
        let event = catalogue.event(ticket.event)?;
        Some(answer(ticket, event, &owner, now))
    });
    Ok(HttpResponse::Ok().json(TicketsAnswer {
        tickets: shown.collect(),
    }))
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}", tag = "tickets",
    params(("id" = Uuid, Path, description = "Of the ticket")),
    responses(
        (status = 200, description = "State, seat, holder, times of each state",
            body = TicketAnswer),
        (status = 404, description = "`unknown_ticket`", body = Problem),
))]
#[get("/api/v1/tickets/{id}")]
pub(crate) async fn show_ticket(
    app: Data<App>,
    owner: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let ticket = read::find(&app, TicketId::from_uuid(*id), owner.user_id).await?;
    let catalogue = catalogue::snapshot(&app).await?;
    let event = catalogue.event(ticket.event).ok_or_else(Error::not_found)?;
    Ok(HttpResponse::Ok().json(answer(&ticket, event, &owner, app.clock.now())))
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}/e-ticket.pdf", tag = "tickets",
    params(("id" = Uuid, Path, description = "Of the ticket")),
    responses(
        (status = 200, description = "The printed ticket", content_type = "application/pdf"),
        (status = 404, description = "`unknown_ticket`", body = Problem),
        (status = 409, description = "`not_released`, `deactivated`", body = Problem),
))]
#[get("/api/v1/tickets/{id}/e-ticket.pdf")]
pub(crate) async fn e_ticket_pdf(
    app: Data<App>,
    owner: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let shown = show(&app, &owner, *id).await?;
    let page = sheet::sheet(&shown.ticket, &shown.event, &shown.codes, owner.locale);
    let pdf = sheet::pdf(vec![page], &shown.ticket.order_number, owner.locale).await?;
    let name = shown.ticket.number(&shown.event);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"guichet-{name}.pdf\""),
        ))
        .content_type("application/pdf")
        .body(pdf))
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}/qr.svg", tag = "tickets",
    params(("id" = Uuid, Path, description = "Of the ticket")),
    responses(
        (status = 200, description = "The credential as a QR code", content_type = "image/svg+xml"),
        (status = 404, description = "`unknown_ticket`", body = Problem),
        (status = 409, description = "`not_released`, `deactivated`", body = Problem),
))]
#[get("/api/v1/tickets/{id}/qr.svg")]
pub(crate) async fn qr_picture(
    app: Data<App>,
    owner: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let shown = show(&app, &owner, *id).await?;
    let title = Words(owner.locale).t("ticket-qr-alt");
    let drawn = e_ticket::qr_svg(shown.codes.credential.as_str(), &title);
    Ok(picture(drawn.map_err(Error::bug)?))
}

#[utoipa::path(get, path = "/api/v1/tickets/{id}/code128.svg", tag = "tickets",
    params(("id" = Uuid, Path, description = "Of the ticket")),
    responses(
        (status = 200, description = "The short code as Code 128", content_type = "image/svg+xml"),
        (status = 404, description = "`unknown_ticket`", body = Problem),
        (status = 409, description = "`not_released`, `deactivated`", body = Problem),
))]
#[get("/api/v1/tickets/{id}/code128.svg")]
pub(crate) async fn code128_picture(
    app: Data<App>,
    owner: SignedIn,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let shown = show(&app, &owner, *id).await?;
    let title = Words(owner.locale).t("ticket-code128-alt");
    let drawn = e_ticket::code128_svg(shown.codes.short.as_str(), &title);
    Ok(picture(drawn.map_err(Error::bug)?))
}

/// A ticket whose codes may be shown.
struct Shown {
    ticket: Ticket,
    event: std::sync::Arc<Event>,
    codes: Codes,
}

async fn show(app: &App, owner: &SignedIn, id: Uuid) -> Result<Shown, Error> {
    let ticket = read::find(app, TicketId::from_uuid(id), owner.user_id).await?;
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue
        .event(ticket.event)
        .cloned()
        .ok_or_else(Error::not_found)?;
    read::check_released(&ticket, &event, app.clock.now())?;
    let codes = credential::credential_digits(app, &ticket, &event).await?;
    Ok(Shown {
        ticket,
        event,
        codes,
    })
}

fn picture(svg: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .content_type("image/svg+xml")
        .body(svg)
}

fn answer(ticket: &Ticket, event: &Event, owner: &SignedIn, now: Timestamp) -> TicketAnswer {
    let category = event.category_no(ticket.category_no);
    TicketAnswer {
        id: ticket.id.as_uuid(),
        number: ticket.number(event),
        order_id: ticket.order.as_uuid(),
        order_number: ticket.order_number.to_string(),
        state: ticket.state.name(),
        event: TicketEvent {
            code: event.code.to_string(),
            title: event.title.of(owner.locale).to_owned(),
            venue: event.venue.name.clone(),
            city: event.venue.city.clone(),
            starts_at: event.with_offset(event.starts_at),
        },
        category: category.map(|category| category.code.to_string()),
        formula: ticket.formula.name(),
        seat: ticket.label.clone(),
        price_cents: ticket.price.amount_cents(),
        currency: ticket.price.currency().code(),
        holder: ticket.holder.clone(),
        released: read::check_released(ticket, event, now).is_ok(),
        releases_at: event.releases_at(),
        paid_at: ticket.paid_at,
        sent_at: ticket.sent_at,
        scanned_at: ticket.scanned_at,
        scanned_gate: ticket.scanned_gate.clone(),
        deactivated_at: ticket.deactivated.map(|it| it.at),
        deactivated_reason: ticket.deactivated.map(|it| it.reason.name()),
    }
}

impl From<CorrectionRefused> for Error {
    fn from(refused: CorrectionRefused) -> Self {
        let status = match refused {
            CorrectionRefused::TicketOver
            | CorrectionRefused::NamesClosed { .. }
            | CorrectionRefused::TooManyCorrections => StatusCode::CONFLICT,
        };
        Self::refused(status, refused.code(), refused.to_string())
    }
}

impl From<TicketRefused> for Error {
    fn from(refused: TicketRefused) -> Self {
        let status = match refused {
            TicketRefused::UnknownTicket => StatusCode::NOT_FOUND,
            TicketRefused::NotReleased
            | TicketRefused::NotSent
            | TicketRefused::AlreadyScanned
            | TicketRefused::Deactivated => StatusCode::CONFLICT,
        };
        Self::refused(status, refused.code(), refused.to_string())
    }
}
