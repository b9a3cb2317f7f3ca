//! Who was let in more than once while gates were apart: what the centre found, and what this
//! ledger admitted against the centre's word, which it was told when it reported.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use ticket_core::ids::TicketId;
use ticket_core::manifest::ConflictEntry;

use crate::app::App;
use crate::ledger::{Certainty, Entry, LedgerBroken, Told};

/// The latest ones.
const CONFLICTS_MAX: usize = 1000;

/// The centre knows of all sides; this ledger alone for a moment of its own only.
pub(super) fn count(app: &App) -> usize {
    let found = app.list().map(|list| list.conflicts().count());
    found.unwrap_or_default().max(app.ledger.count_conflicts())
}

pub(super) fn list(app: &App) -> Result<Vec<Value>, LedgerBroken> {
    let own = app.ledger.list_conflicts(CONFLICTS_MAX)?;
    let mut found: BTreeMap<TicketId, Vec<Value>> = BTreeMap::new();
    let mut shown = BTreeMap::new();
    if let Some(list) = app.list() {
        for conflict in list.conflicts() {
            let entries = conflict.entries.iter().map(told);
            found.insert(conflict.ticket_id, entries.collect());
            let event = list.event(conflict.event).map(|event| event.code.clone());
            shown.insert(conflict.ticket_id, (event, conflict.serial));
        }
        for entry in &own {
            let Some((ticket, serial)) = entry.report.ticket_id.zip(entry.serial) else {
                continue;
            };
            let event = entry.report.event.and_then(|event| list.event(event));
            let event = event.map(|event| event.code.clone());
            shown.entry(ticket).or_insert((event, serial));
        }
    }
    for entry in &own {
        let Some(ticket) = entry.report.ticket_id else {
            continue;
        };
        let entries = found.entry(ticket).or_default();
        if entries.is_empty() {
            entries.extend(first(entry));
        }
        let scan_id = json!(entry.scan_id());
        if !entries.iter().any(|known| known["scan_id"] == scan_id) {
            entries.push(ours(entry));
        }
    }
    let line = |(ticket, entries): (TicketId, Vec<Value>)| {
        let (event, serial) = shown.remove(&ticket).unzip();
        json!({
            "ticket_id": ticket,
            "event": event.flatten(),
            "serial": serial,
            "entries": entries,
        })
    };
    Ok(found.into_iter().map(line).collect())
}

fn told(entry: &ConflictEntry) -> Value {
    let certainty = if entry.confirmed {
        Certainty::Confirmed
    } else {
        Certainty::Local
    };
    json!({
        "scan_id": entry.scan_id,
        "gate": entry.gate,
        "device": entry.device,
        "agent": entry.agent,
        "at": entry.at,
        "certainty": certainty,
    })
}

fn ours(entry: &Entry) -> Value {
    json!({
        "scan_id": entry.scan_id(),
        "gate": entry.report.gate,
        "device": entry.report.device,
        "agent": entry.report.context.agent,
        "at": entry.report.scanned_at,
        "certainty": entry.certainty,
    })
}

/// Whoever was first, as far as the centre's answer tells; what it would have refused for another
/// reason has one side only.
fn first(entry: &Entry) -> Option<Value> {
    match &entry.told {
        Told::Conflict { first_scan, .. } => {
            let first = first_scan.as_ref()?;
            Some(json!({ "gate": first.gate, "at": first.at }))
        }
        Told::Waiting | Told::Acknowledged => None,
    }
}
