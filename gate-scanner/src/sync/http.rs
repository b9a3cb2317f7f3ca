//! `GET /v1/status`: what the agent must know of the service itself, and the counts of the shift.

use actix_web::http::header::{self, ContentEncoding};
use actix_web::web::{self, Data, Query, ServiceConfig};
use actix_web::{HttpResponse, get};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::conflicts;
use super::counts::EventCounts;
use super::list::List;
use super::page_list;
use crate::app::App;
use crate::device::Device;
use crate::error::Error;

pub(crate) fn routes(routes: &mut ServiceConfig) {
    routes
        .service(status)
        .service(list_conflicts)
        .service(list_tickets);
}

/// 200 as soon as the service runs; the link may be down.
#[get("/v1/status")]
async fn status(app: Data<App>, device: Device) -> Result<HttpResponse, Error> {
    let waiting = app.ledger.count_waiting();
    let now = app.clock.now();
    let (full, changes) = app.follower.costs();
    // Before the list is held: it is read there as well.
    let conflicts = conflicts::count(&app);
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
    let counts = list
        .as_ref()
        .map(|list| {
            app.heads
                .count(list, |ticket| app.ledger.has_admitted(ticket))
        })
        .unwrap_or_default();
    let events = list.as_ref().map(|list| events(list, &counts));
    let shown = list
        .as_ref()
        .map(|list| shown_counts(&app, list, &counts, now));
    let gate = device.tablet.as_ref().map(|tablet| &tablet.gate);
    let tablet = device.tablet.as_ref();
    let tablet = tablet.map(|tablet| json!({ "id": tablet.id, "name": tablet.name }));
    let mut body = json!({
        "gate": gate.unwrap_or(&app.config.gate_name),
        "device": app.config.device_name,
        "server_time": now,
        "link": app.link.seen(),
        "events": events.unwrap_or_default(),
        "counts": shown,
        "waiting": waiting,
        "conflicts": conflicts,
        "manifest": manifest,
        "live_codes": app.skew.seen(),
    });
    if let (Some(tablet), Some(body)) = (tablet, body.as_object_mut()) {
        body.insert("tablet".into(), tablet);
    }
    Ok(HttpResponse::Ok().json(body))
}

fn events(list: &List, counts: &EventCounts) -> Vec<Value> {
    let events = list.events().into_iter().map(|listed| {
        let event = &listed.event;
        let count = counts.get(&event.number).copied().unwrap_or_default();
        json!({
            "number": event.number,
            "code": event.code,
            "title": event.title,
            "starts_at": event.starts_at,
            "opens_at": event.gates_open_at,
            "closes_at": event.gates_close_at,
            "tickets": listed.count_tickets(),
            "expected": count.expected,
            "entered": count.entered,
            "live_only": event.live_code_required,
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

#[derive(Deserialize)]
struct Since {
    since: Option<u64>,
}

/// The list as a page keeps it, or what changed of it.
#[get("/v1/list")]
async fn list_tickets(
    app: Data<App>,
    device: Device,
    query: Query<Since>,
) -> Result<HttpResponse, Error> {
    let gate = device.tablet.map(|tablet| tablet.gate);
    let gate = gate.unwrap_or_else(|| app.config.gate_name.clone());
    let since = query.since;
    // A second of work for 100,000 tickets.
    let text = web::block(move || page_list::text(&app, &gate, since)).await;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // Most of it is sealed or a digest: packing it is work for nothing.
        .insert_header(ContentEncoding::Identity)
        .content_type("application/json")
        .body(text.map_err(Error::bug)??))
}

/// Entered and expected: of the events that are open now, or of all when none is. The rest is what
/// this service decided within a shift.
fn shown_counts(app: &App, list: &List, counts: &EventCounts, now: Timestamp) -> Value {
    let all: Vec<_> = list.events();
    let is_open = |open_at: Timestamp, close_at: Timestamp| open_at <= now && now < close_at;
    let open = all
        .iter()
        .filter(|listed| is_open(listed.event.gates_open_at, listed.event.gates_close_at));
    let mut numbers: Vec<_> = open.map(|listed| listed.event.number).collect();
    if numbers.is_empty() {
        numbers = all.iter().map(|listed| listed.event.number).collect();
    }
    let of_open = numbers.iter().filter_map(|number| counts.get(number));
    let (expected, entered) = of_open.fold((0, 0), |(expected, entered), count| {
        (expected + count.expected, entered + count.entered)
    });
    let shift = app.tally.shift(now);
    json!({
        "entered": entered,
        "expected": expected,
        "refused": shift.refused,
        "per_minute": shift.per_minute,
        "by_reason": shift.by_reason,
    })
}
