//! What gate services ask for on behalf of people; devices only, by bearer token.

use actix_web::http::header;
use actix_web::web::{Data, Json, Path, ServiceConfig};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use serde_json::json;
use ticket_core::manifest::{EnrolmentRequest, IdentityCheck, SearchRequest};
use uuid::Uuid;

use super::{checks, enrol, search, store};
use crate::app::App;
use crate::gates::device::Device;
use crate::platform::error::Error;

/// Outcomes in one call; a gate that has more calls again.
const CHECKS_MAX: usize = 500;

pub(in crate::gates) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(enrol_tablet)
        .service(keep_checks)
        .service(search_holders)
        .service(list_scans);
}

/// A tablet for a code; its token is told this once.
#[post("/api/v1/gate/enrolments")]
async fn enrol_tablet(
    app: Data<App>,
    device: Device,
    body: Json<EnrolmentRequest>,
) -> Result<HttpResponse, Error> {
    let enrolled = enrol::enrol(&app, &device, &body).await?;
    Ok(private(HttpResponse::Created(), &enrolled))
}

#[derive(Deserialize)]
struct Checks {
    checks: Vec<IdentityCheck>,
}

/// Outcomes of identity checks.
#[post("/api/v1/gate/identity-checks")]
async fn keep_checks(
    app: Data<App>,
    device: Device,
    body: Json<Checks>,
) -> Result<HttpResponse, Error> {
    if body.checks.len() > CHECKS_MAX {
        return Err(Error::invalid("checks", "at most 500 checks in one call"));
    }
    checks::keep(&app, &device, &body.checks).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Holders by name, for a supervisor.
#[post("/api/v1/gate/search")]
async fn search_holders(
    app: Data<App>,
    device: Device,
    body: Json<SearchRequest>,
) -> Result<HttpResponse, Error> {
    let found = search::search(&app, &device, &body).await?;
    let (tickets, more) = (found.tickets, found.more);
    Ok(private(
        HttpResponse::Ok(),
        &json!({ "tickets": tickets, "more": more }),
    ))
}

/// A ticket's scans at all gates.
#[get("/api/v1/gate/tickets/{id}/scans")]
async fn list_scans(
    app: Data<App>,
    _device: Device,
    id: Path<Uuid>,
) -> Result<HttpResponse, Error> {
    let scans = store::list_scans_of(&app.db.read().await?, *id).await?;
    Ok(private(HttpResponse::Ok(), &json!({ "scans": scans })))
}

fn private(mut answer: actix_web::HttpResponseBuilder, body: &impl Serialize) -> HttpResponse {
    answer
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}
