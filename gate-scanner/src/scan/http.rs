//! `POST /v1/scans`, `GET /v1/scans`, and what follows a scan.

use actix_web::http::header;
use actix_web::web::{Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post, rt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ticket_core::ids::{EventCode, ScanId};
use ticket_core::manifest::{ReadBy, ScanContext};

use super::enter::{Request, scan};
use super::history;
use super::party::{self, Wanted};
use crate::app::App;
use crate::device::Worker;
use crate::error::{Error, Refusal};

const HISTORY_LENGTH: usize = 50;
const HISTORY_LENGTH_MAX: usize = 500;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(post_scan)
        .service(post_party)
        .service(list_scans);
}

/// As it arrives.
#[derive(Deserialize)]
struct Body {
    scan_id: ScanId,
    gate: String,
    code: String,
    event: Option<EventCode>,
    #[serde(default)]
    look_only: bool,
    read_by: Option<ReadBy>,
}

#[post("/v1/scans")]
async fn post_scan(
    app: Data<App>,
    worker: Worker,
    body: Json<Body>,
) -> Result<HttpResponse, Error> {
    let body = body.into_inner();
    let request = Request {
        scan_id: body.scan_id,
        gate: body.gate,
        code: body.code,
        context: ScanContext {
            event_asked: body.event,
            look_only: body.look_only,
            read_by: body.read_by,
            ..context(&worker)
        },
    };
    // A task of its own: a tablet that hangs up does not stop a scan halfway.
    let task = rt::spawn(scan(app.get_ref().clone(), request));
    let answer = task.await.map_err(Error::bug)??;
    Ok(private(&answer))
}

#[derive(Deserialize)]
struct Party {
    admit: Vec<Wanted>,
}

#[post("/v1/scans/{scan_id}/party")]
async fn post_party(
    app: Data<App>,
    worker: Worker,
    scan_id: Path<ScanId>,
    body: Json<Party>,
) -> Result<HttpResponse, Error> {
    let wanted = body.into_inner().admit;
    let context = context(&worker);
    let admit = party::admit(app.get_ref().clone(), *scan_id, wanted, context);
    let answers = rt::spawn(admit).await.map_err(Error::bug)??;
    Ok(private(&json!({ "answers": answers })))
}

#[derive(Deserialize)]
struct Filter {
    gate: Option<String>,
    limit: Option<usize>,
}

/// Newest first. No personal data: the ledger has none.
#[get("/v1/scans")]
async fn list_scans(
    app: Data<App>,
    _: Worker,
    wanted: Query<Filter>,
) -> Result<HttpResponse, Error> {
    let limit = wanted.limit.unwrap_or(HISTORY_LENGTH);
    if !(1..=HISTORY_LENGTH_MAX).contains(&limit) {
        return Err(Refusal::Invalid("limit is 1 to 500".into()).into());
    }
    let entries = app.ledger.list(wanted.gate.as_deref(), limit);
    let entries = entries.map_err(Error::bug)?;
    let lines = entries.iter().map(|entry| history::line(&app, entry));
    let scans: Vec<Value> = lines.collect();
    Ok(private(&json!({ "scans": scans })))
}

/// Who did it, on what.
fn context(worker: &Worker) -> ScanContext {
    ScanContext {
        agent: worker.agent.map(|agent| agent.number),
        tablet: worker.device.tablet_id(),
        ..ScanContext::default()
    }
}

fn private(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(body)
}
