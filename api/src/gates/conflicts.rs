//! Tickets that were let in more than once, by gates that could not ask: told to every gate where
//! the event enters, with who, where and when.

use serde_json::{Value, json};
use ticket_core::ids::{EventNumber, ScanId, TicketId, TicketSerial};
use ticket_core::manifest::{AdmissionConflict, ConflictEntry};
use uuid::Uuid;

use super::store::{self, ConflictRow};
use crate::catalogue::Event;
use crate::platform::db::Conn;
use crate::platform::error::Error;

/// Those of the given events, found in or after a transaction; 0: all. The latest first.
pub(super) async fn list(
    conn: &Conn,
    events: &[(Uuid, EventNumber)],
    since: i64,
) -> Result<Vec<AdmissionConflict>, Error> {
    let ids: Vec<Uuid> = events.iter().map(|(id, _)| *id).collect();
    let mut conflicts: Vec<AdmissionConflict> = Vec::new();
    for row in store::list_conflicts(conn, &ids, since).await? {
        let event = events.iter().find(|(id, _)| *id == row.event_id);
        let (_, event) = *event.ok_or_else(|| Error::bug("a conflict of no event"))?;
        let entry = entry(&row);
        match conflicts.last_mut() {
            Some(last) if last.ticket_id == TicketId::from_uuid(row.ticket_id) => {
                last.entries.push(entry);
            }
            Some(_) | None => conflicts.push(AdmissionConflict {
                ticket_id: TicketId::from_uuid(row.ticket_id),
                event,
                serial: TicketSerial(u32::try_from(row.serial).map_err(Error::bug)?),
                entries: vec![entry],
            }),
        }
    }
    Ok(conflicts)
}

fn entry(row: &ConflictRow) -> ConflictEntry {
    ConflictEntry {
        scan_id: ScanId::from_uuid(row.scan_id),
        gate: row.gate.clone(),
        device: row.device.clone(),
        agent: row.agent.clone(),
        at: row.at,
        confirmed: row.asked,
    }
}

/// As gates show it.
pub(super) fn shown(conflict: &AdmissionConflict, event: &Event) -> Value {
    let entries = conflict.entries.iter().map(|entry| {
        json!({
            "scan_id": entry.scan_id,
            "gate": entry.gate,
            "device": entry.device,
            "agent": entry.agent,
            "at": entry.at,
            "certainty": if entry.confirmed { "confirmed" } else { "local" },
        })
    });
    json!({
        "ticket_id": conflict.ticket_id,
        "event": event.code,
        "serial": conflict.serial,
        "entries": entries.collect::<Vec<_>>(),
    })
}
