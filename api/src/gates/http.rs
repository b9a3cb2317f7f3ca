//! The gate's side of the API: devices only, by bearer token.

use actix_web::http::header;
use actix_web::web::{Data, Json, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::json;
use ticket_core::manifest::AdmissionReport;

use super::device::Device;
use super::{admissions, conflicts, manifest, people};
use crate::app::App;
use crate::platform::error::Error;

/// Reports in one call; a gate that has more calls again.
const REPORTS_MAX: usize = 500;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(key)
        .service(take_manifest)
        .service(report)
        .service(list_conflicts);
    people::http::routes(routes);
}

#[derive(Deserialize)]
struct Since {
    since: Option<i64>,
}

/// The public key that manifests are signed with.
#[get("/api/v1/gate/manifest-key")]
async fn key(app: Data<App>) -> Result<HttpResponse, Error> {
    let public_key = STANDARD.encode(manifest::signer(&app)?.verifier().to_bytes());
    Ok(HttpResponse::Ok().json(json!({ "public_key": public_key })))
}

/// The full manifest of the device's gate, or what changed after `since`.
#[get("/api/v1/gate/manifest")]
async fn take_manifest(
    app: Data<App>,
    device: Device,
    query: Query<Since>,
) -> Result<HttpResponse, Error> {
    let signed = manifest::build(&app, &device, query.since).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(signed))
}

#[derive(Deserialize)]
struct Reports {
    reports: Vec<AdmissionReport>,
}

/// Scans told by a gate; answered one by one, in order.
#[post("/api/v1/gate/admissions")]
async fn report(
    app: Data<App>,
    device: Device,
    body: Json<Reports>,
) -> Result<HttpResponse, Error> {
    if body.reports.len() > REPORTS_MAX {
        return Err(Error::invalid("reports", "at most 500 reports in one call"));
    }
    let is_odd = |report: &AdmissionReport| report.gate.chars().any(char::is_control);
    if body.reports.iter().any(is_odd) {
        return Err(Error::invalid("gate", "the name of a gate is on one line"));
    }
    let answers = admissions::record(&app, &device, &body.reports).await?;
    Ok(HttpResponse::Ok().json(json!({ "answers": answers })))
}

/// Tickets that were let in more than once, with every time that they were.
#[get("/api/v1/gate/conflicts")]
async fn list_conflicts(app: Data<App>, device: Device) -> Result<HttpResponse, Error> {
    let found = manifest::list_conflicts(&app, &device).await?;
    let shown = found.iter();
    let shown = shown.map(|(conflict, event)| conflicts::shown(conflict, event));
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "conflicts": shown.collect::<Vec<_>>() })))
}
