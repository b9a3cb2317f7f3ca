//! What the manifest says of people and of other gates.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::EventNumber;
use ticket_core::manifest::{EventElsewhere, GateStaff};
use uuid::Uuid;

use super::store::{self, GateAnywhere};
use crate::catalogue::{Event, Snapshot};
use crate::platform::db::Conn;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;

/// Who comes a day late is told so.
const TOLD_AFTER_CLOSING: SignedDuration = SignedDuration::from_hours(24);

/// Tablets of the gate, and agents; all, or what changed in or after a transaction.
pub(in crate::gates) async fn staff(
    conn: &Conn,
    gate: &str,
    since: Option<i64>,
) -> Result<GateStaff, Error> {
    Ok(GateStaff {
        tablets: store::list_tablets(conn, gate, since.unwrap_or(0)).await?,
        agents: store::list_agents(conn, since).await?,
    })
}

/// The events that do not enter at this gate, with the gates where they do.
pub(in crate::gates) async fn elsewhere(
    conn: &Conn,
    snapshot: &Snapshot,
    here: &[EventNumber],
    now: Timestamp,
) -> Result<Vec<EventElsewhere>, Error> {
    let gates = store::list_gates(conn).await?;
    let since = now.checked_sub(TOLD_AFTER_CLOSING).unwrap_or(now);
    let mut of_venue: HashMap<Uuid, Vec<&GateAnywhere>> = HashMap::new();
    for gate in &gates {
        of_venue.entry(gate.venue_id).or_default().push(gate);
    }
    let events = snapshot.events().iter();
    let others =
        events.filter(|event| !here.contains(&event.number) && event.admission().closes_at > since);
    let told = others.map(|event| {
        let at_venue = of_venue.get(&event.venue.id.as_uuid());
        told(event, at_venue.map_or(&[], Vec::as_slice))
    });
    Ok(told.collect())
}

fn told(event: &Event, at_venue: &[&GateAnywhere]) -> EventElsewhere {
    let window = event.admission();
    let id = event.id.as_uuid();
    let enters = |gate: &&&GateAnywhere| gate.event_ids.is_empty() || gate.event_ids.contains(&id);
    EventElsewhere {
        number: event.number,
        code: event.code.clone(),
        title: event.title.of(Locale::Fr).to_owned(),
        starts_at: event.starts_at,
        gates_open_at: window.opens_at,
        gates_close_at: window.closes_at,
        venue_id: event.venue.id,
        venue: event.venue.name.clone(),
        gates: at_venue
            .iter()
            .filter(enters)
            .map(|gate| gate.name.clone())
            .collect(),
    }
}
