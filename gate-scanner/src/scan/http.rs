//! `POST /v1/scans` and `GET /v1/scans`.

use actix_web::http::header;
use actix_web::web::{Data, Json, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post, rt};
use serde::Deserialize;
use serde_json::{Value, json};
use ticket_core::ids::ScanId;

use super::enter::{Request, scan};
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::http::Device;
use crate::ledger::{Entry, Told};

const HISTORY_LENGTH: usize = 50;
const HISTORY_LENGTH_MAX: usize = 500;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(post_scan).service(list_scans);
}

/// As it arrives.
#[derive(Deserialize)]
struct Body {
    scan_id: ScanId,
    gate: String,
    code: String,
}

#[post("/v1/scans")]
async fn post_scan(app: Data<App>, _: Device, body: Json<Body>) -> Result<HttpResponse, Error> {
    let body = body.into_inner();
    let request = Request {
        scan_id: body.scan_id,
        gate: body.gate,
        code: body.code,
    };
    // A task of its own: a tablet that hangs up does not stop a scan halfway.
    let task = rt::spawn(scan(app.get_ref().clone(), request));
    let answer = task.await.map_err(Error::bug)??;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(answer))
}

#[derive(Deserialize)]
struct Wanted {
    gate: Option<String>,
    limit: Option<usize>,
}

/// Newest first. No personal data: the ledger has none.
#[get("/v1/scans")]
async fn list_scans(
    app: Data<App>,
    _: Device,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Error> {
    let limit = wanted.limit.unwrap_or(HISTORY_LENGTH);
    if !(1..=HISTORY_LENGTH_MAX).contains(&limit) {
        return Err(Refusal::Invalid("limit is 1 to 500".into()).into());
    }
    let entries = app.ledger.list(wanted.gate.as_deref(), limit);
    let entries = entries.map_err(Error::bug)?;
    let scans: Vec<Value> = entries.iter().map(|entry| line(&app, entry)).collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "scans": scans })))
}

fn line(app: &App, entry: &Entry) -> Value {
    let (waiting, conflict) = match &entry.told {
        Told::Waiting => (true, None),
        Told::Acknowledged => (false, None),
        Told::Conflict { reason, first_scan } => {
            let conflict = json!({ "reason": reason, "first_scan": first_scan });
            (false, Some(conflict))
        }
    };
    let verdict = entry.verdict();
    json!({
        "scan_id": entry.scan_id(),
        "scanned_at": entry.report.scanned_at,
        "gate": entry.report.gate,
        "device": entry.report.device,
        "verdict": verdict.verdict,
        "status": verdict.status,
        "reason": verdict.reason,
        "certainty": entry.certainty,
        "ticket_id": entry.report.ticket_id,
        "event": event_code(app, entry),
        "serial": entry.serial,
        "first_scan": entry.first_scan,
        "waiting": waiting,
        "conflict": conflict,
    })
}

fn event_code(app: &App, entry: &Entry) -> Option<String> {
    let list = app.list()?;
    let found = list.find(entry.report.event?, entry.serial?)?;
    Some(found.event.code.as_str().to_owned())
}
