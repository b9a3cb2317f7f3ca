//! Gates and devices made by the command line; each change is in the audit log.

mod store;

pub(crate) use store::STATEMENTS;

use serde_json::json;

use super::{device, manifest};
use crate::app::App;
use crate::audit_log::{self, Entry};
use crate::catalogue;
use crate::platform::error::Error;

/// What `api staff device` was told.
#[derive(Debug)]
pub(crate) struct NewGate {
    pub(crate) name: String,
    /// Codes of the events that enter here; the first one's venue is the gate's.
    pub(crate) events: Vec<String>,
    pub(crate) device: String,
    pub(crate) token: String,
}

/// Makes or changes a gate and a device of it. Running it again changes nothing.
///
/// # Errors
/// A sentence for the operator.
pub(crate) async fn add(app: &App, gate: NewGate) -> Result<(), String> {
    if gate.token.len() < 20 {
        return Err("GATE_TOKEN is too short: 20 characters at least".into());
    }
    let events = manifest::event_ids(app, &gate.events).await?;
    let first = events.first().ok_or("name at least one event")?;
    let snapshot = catalogue::snapshot(app)
        .await
        .map_err(|error| error.to_string())?;
    let venue = snapshot
        .event(*first)
        .ok_or("no such event")?
        .venue
        .id
        .as_uuid();
    let ids: Vec<_> = events
        .iter()
        .map(ticket_core::ids::EventId::as_uuid)
        .collect();
    let hash = device::token_hash(&gate.token);
    let entry = Entry {
        actor: None,
        action: "gate.device_set",
        subject: format!("gate:{}", gate.name),
        detail: json!({ "device": gate.device, "events": gate.events }),
    };
    let now = app.clock.now();
    let done: Result<(), Error> = app
        .db
        .write("gates.add", async |tx| {
            store::upsert_gate(tx, &gate.name, venue, &ids).await?;
            store::upsert_device(tx, (&gate.device, &gate.name), &hash, now).await?;
            audit_log::record(tx, &entry, now).await
        })
        .await;
    done.map_err(|error| error.to_string())
}

/// Which codes enter at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codes {
    /// On paper, on a screenshot, live.
    Any,
    /// Only what a telephone shows at this moment.
    LiveOnly,
}

/// Sets which codes enter at an event; gates know within seconds.
///
/// # Errors
/// A sentence for the operator.
pub(crate) async fn set_codes(app: &App, event: &str, codes: Codes) -> Result<(), String> {
    let events = manifest::event_ids(app, &[event.to_owned()]).await?;
    let id = events.first().ok_or("no such event")?.as_uuid();
    let entry = Entry {
        actor: None,
        action: "gate.codes_set",
        subject: format!("event:{event}"),
        detail: json!({ "live_only": codes == Codes::LiveOnly }),
    };
    let now = app.clock.now();
    let done: Result<(), Error> = app
        .db
        .write("gates.set_codes", async |tx| {
            store::upsert_policy(tx, id, codes, now).await?;
            audit_log::record(tx, &entry, now).await
        })
        .await;
    done.map_err(|error| error.to_string())
}
