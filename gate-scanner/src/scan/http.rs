//! `POST /v1/scans`, `GET /v1/scans`, and what follows a scan.

use actix_web::http::header;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, get, post, rt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ticket_core::ids::{EventCode, ScanId, TicketId};
use ticket_core::manifest::{IdentityOutcome, IdentityReason, ReadBy, ScanContext};

use super::enter::{Request, scan};
use super::history::{self, Filter};
use super::identity;
use super::party::{self, Wanted};
use super::told;
use crate::app::App;
use crate::device::{Device, Worker};
use crate::error::Error;
use crate::http::json_rules_up_to;

/// Two hundred scans, with their codes.
const TOLD_BYTES_MAX: usize = 256 * 1024;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(post_scan)
        .service(post_party)
        .service(post_identity)
        .service(list_scans)
        .service(list_scans_of)
        .service(
            web::resource("/v1/told")
                .app_data(json_rules_up_to(TOLD_BYTES_MAX))
                .route(web::post().to(post_told)),
        );
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
struct Outcome {
    outcome: IdentityOutcome,
    reason: Option<IdentityReason>,
}

#[post("/v1/scans/{scan_id}/identity")]
async fn post_identity(
    app: Data<App>,
    worker: Worker,
    scan_id: Path<ScanId>,
    body: Json<Outcome>,
) -> Result<HttpResponse, Error> {
    let agent = worker.agent.map(|agent| agent.number);
    let seen = (body.outcome, body.reason);
    identity::note(&app, *scan_id, seen, agent).await?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize)]
struct ToldScans {
    scans: Vec<Value>,
}

/// By a tablet whose agent may have gone home meanwhile.
async fn post_told(
    app: Data<App>,
    device: Device,
    body: Json<ToldScans>,
) -> Result<HttpResponse, Error> {
    let scans = body.into_inner().scans;
    let keep = told::keep_all(app.get_ref().clone(), device.tablet_id(), scans);
    let answers = rt::spawn(keep).await.map_err(Error::bug)??;
    Ok(private(&json!({ "answers": answers })))
}

#[get("/v1/scans")]
async fn list_scans(
    app: Data<App>,
    _: Worker,
    filter: Query<Filter>,
) -> Result<HttpResponse, Error> {
    // A season of scans may be read.
    let scans = web::block(move || history::list(&app, &filter)).await;
    Ok(private(&json!({ "scans": scans.map_err(Error::bug)?? })))
}

#[get("/v1/tickets/{ticket_id}/history")]
async fn list_scans_of(
    app: Data<App>,
    _: Worker,
    ticket_id: Path<TicketId>,
) -> Result<HttpResponse, Error> {
    let ticket = *ticket_id;
    let elsewhere = if app.link.is_up() {
        app.centre.scans_of(ticket).await.ok()
    } else {
        None
    };
    let complete = elsewhere.is_some();
    let elsewhere = elsewhere.unwrap_or_default();
    let scans = web::block(move || history::of_ticket(&app, ticket, &elsewhere)).await;
    let scans = scans.map_err(Error::bug)??;
    Ok(private(&json!({ "scans": scans, "complete": complete })))
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
