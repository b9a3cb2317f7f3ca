//! `GET /api/v1/events/{code}/availability`: free places per category, shared for a second; and
//! what is free on the seat map (`seats`).

pub(crate) mod seats;

use actix_web::http::header;
use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpResponse, get};
use jiff::Timestamp;
use serde::Serialize;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::EventCode;

use super::{CategoryCount, seen};
use crate::app::App;
use crate::catalogue;
use crate::platform::error::{Error, Problem};

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(show_availability);
    seats::routes(routes);
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AvailabilityAnswer<'a> {
    event: &'a str,
    /// When these figures were true.
    #[schema(value_type = String)]
    as_of: Timestamp,
    categories: &'a [CategoryCount],
}

#[utoipa::path(get, path = "/api/v1/events/{code}/availability", tag = "catalogue",
    params(("code" = String, Path, description = "the event's code")),
    responses(
        (status = 200, body = AvailabilityAnswer),
        (status = 404, description = "`unknown_event`", body = Problem),
        (status = 503, description = "`unavailable`", body = Problem),
    ))]
#[get("/api/v1/events/{code}/availability")]
async fn show_availability(app: Data<App>, code: Path<String>) -> Result<HttpResponse, Error> {
    let snapshot = catalogue::snapshot(&app).await?;
    let event = EventCode::parse(&code)
        .ok()
        .and_then(|code| snapshot.event_by_code(&code))
        .ok_or(HoldRefused::UnknownEvent)?;
    let seen = seen(&app, event.id).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=1, s-maxage=1"))
        .insert_header((header::VARY, "accept-encoding"))
        .json(AvailabilityAnswer {
            event: event.code.as_str(),
            as_of: seen.as_of,
            categories: &seen.categories,
        }))
}
