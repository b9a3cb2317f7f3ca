//! What the history says of a scan: what the agent saw, and what was learnt later.

use serde_json::{Value, json};

use crate::app::App;
use crate::ledger::{Entry, Told};

/// One line of the history. What was not so is left out of the second half.
pub(super) fn line(app: &App, entry: &Entry) -> Value {
    let (waiting, conflict) = match &entry.told {
        Told::Waiting => (true, None),
        Told::Acknowledged => (false, None),
        Told::Conflict { reason, first_scan } => {
            let conflict = json!({ "reason": reason, "first_scan": first_scan });
            (false, Some(conflict))
        }
    };
    let verdict = entry.verdict();
    let mut line = json!({
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
    });
    let context = serde_json::to_value(&entry.report.context);
    if let (Some(line), Ok(Value::Object(context))) = (line.as_object_mut(), context) {
        line.extend(context);
    }
    line
}

fn event_code(app: &App, entry: &Entry) -> Option<String> {
    let list = app.list()?;
    let found = list.find(entry.report.event?, entry.serial?)?;
    Some(found.event.code.as_str().to_owned())
}
