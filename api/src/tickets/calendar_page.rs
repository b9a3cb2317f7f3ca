//! The calendar file of a ticket, and of all tickets of an order.

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use ticket_core::ids::{OrderId, TicketId};

use super::{Ticket, calendar, read};
use crate::accounts::Visitor;
use crate::app::App;
use crate::catalogue;
use crate::orders;
use crate::platform::error::Error;

pub(super) fn routes(routes: &mut ServiceConfig) {
    routes.service(of_ticket).service(of_order);
}

/// With all tickets of the same order for the same event: it is one entry in a calendar.
#[get("/account/tickets/{id}/calendar.ics")]
async fn of_ticket(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<TicketId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let ticket = read::find(&app, *id, owner.user_id).await?;
    let mut tickets = read::of_order(&app, ticket.order).await?;
    tickets.retain(|it| it.event == ticket.event);
    answer(&app, (&request, &visitor), (ticket.order, &tickets)).await
}

#[get("/account/orders/{id}/calendar.ics")]
async fn of_order(
    app: Data<App>,
    request: HttpRequest,
    visitor: Visitor,
    id: Path<OrderId>,
) -> Result<HttpResponse, Error> {
    let owner = visitor.require_signed_in()?;
    let order = orders::find(&app, *id, owner.user_id).await?;
    let tickets = read::of_order(&app, order.id).await?;
    answer(&app, (&request, &visitor), (order.id, &tickets)).await
}

async fn answer(
    app: &App,
    (request, visitor): (&HttpRequest, &Visitor),
    of: (OrderId, &[Ticket]),
) -> Result<HttpResponse, Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let frame = calendar::Frame {
        public_url: &app.config.public_url,
        words: visitor.page(request).words(),
        now: app.clock.now(),
    };
    let file = calendar::file(frame, of, &catalogue).ok_or_else(Error::not_found)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/calendar; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"guichet.ics\"",
        ))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(file))
}
