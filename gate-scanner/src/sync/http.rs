//! `GET /v1/status`: what the agent must know of the service itself.

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, get};
use serde_json::{Value, json};

use super::conflicts;
use super::list::List;
use crate::app::App;
use crate::error::Error;
use crate::http::Device;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes.service(status).service(list_conflicts);
}

/// 200 as soon as the service runs; the link may be down.
#[get("/v1/status")]
async fn status(app: Data<App>, _: Device) -> Result<HttpResponse, Error> {
    let waiting = app.ledger.count_waiting();
    let now = app.clock.now();
    let (full, changes) = app.follower.costs();
    let list = app.list();
    let manifest = list.as_ref().map(|list| {
        let age = now.duration_since(list.generated_at).as_secs().max(0);
        let bytes = list.events().into_iter().map(super::list::Listed::bytes);
        let (bytes, names) = bytes.fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        json!({
            "cursor": list.cursor,
            "age_seconds": age,
            "full": full,
            "changes": changes,
            "bytes": bytes,
            "bytes_of_names": names,
        })
    });
    let events = list.as_ref().map(|list| events(list));
    Ok(HttpResponse::Ok().json(json!({
        "gate": app.config.gate_name,
        "device": app.config.device_name,
        "link": app.link.seen(),
        "events": events.unwrap_or_default(),
        "waiting": waiting,
        "conflicts": conflicts::count(&app),
        "manifest": manifest,
        "live_codes": app.skew.seen(),
    })))
}

fn events(list: &List) -> Vec<Value> {
    let events = list.events().into_iter().map(|listed| {
        json!({
            "code": listed.event.code,
            "title": listed.event.title,
            "starts_at": listed.event.starts_at,
            "tickets": listed.count_tickets(),
        })
    });
    events.collect()
}

/// Tickets that were let in more than once while gates were apart, with every time that they were.
#[get("/v1/conflicts")]
async fn list_conflicts(app: Data<App>, _: Device) -> Result<HttpResponse, Error> {
    let conflicts = conflicts::list(&app).map_err(Error::bug)?;
    Ok(HttpResponse::Ok().json(json!({ "conflicts": conflicts })))
}
