//! The history: what agents saw, scan by scan, and what was learnt later. It holds no personal
//! data, as the ledger has none.

use std::collections::HashSet;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use ticket_core::admission::{Reason, Verdict};
use ticket_core::ids::{EventCode, ScanId, TicketId, TicketSerial};
use ticket_core::manifest::{AgentNumber, KnownScan};

use super::enter::unavailable;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{Entry, Told};

const LENGTH: usize = 50;
const LENGTH_MAX: usize = 500;

/// What is asked for; all of it must hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Filter {
    gate: Option<String>,
    limit: Option<usize>,
    /// Those older than this scan: the last one of the page before.
    before: Option<ScanId>,
    agent: Option<AgentNumber>,
    reason: Option<Reason>,
    event: Option<EventCode>,
    serial: Option<TicketSerial>,
}

/// Newest first.
///
/// # Errors
/// `invalid`, `event_unknown`; `scan_unknown` for `before`.
pub(super) fn list(app: &App, filter: &Filter) -> Result<Vec<Value>, Error> {
    let limit = filter.limit.unwrap_or(LENGTH);
    if !(1..=LENGTH_MAX).contains(&limit) {
        return Err(Refusal::Invalid("limit is 1 to 500".into()).into());
    }
    if let Some(before) = filter.before {
        let known = app.ledger.find(before).map_err(unavailable)?;
        known.ok_or(Refusal::ScanUnknown)?;
    }
    let event = match &filter.event {
        None => None,
        Some(code) => {
            let list = app.list().ok_or_else(Error::no_list)?;
            let events = list.events();
            let found = events.iter().find(|listed| listed.event.code == *code);
            Some(found.ok_or(Refusal::EventUnknown)?.event.number)
        }
    };
    let suits = |entry: &Entry| {
        let report = &entry.report;
        filter.gate.as_ref().is_none_or(|gate| *gate == report.gate)
            && filter.reason.is_none_or(|reason| reason == report.reason)
            && event.is_none_or(|event| Some(event) == report.event)
            && filter
                .serial
                .is_none_or(|serial| Some(serial) == entry.serial)
            && filter
                .agent
                .is_none_or(|agent| Some(agent) == report.context.agent)
    };
    let mut is_reached = filter.before.is_none();
    let mut found = Vec::new();
    let read = app.ledger.each_newest(|entry| {
        if !is_reached {
            is_reached = filter.before == Some(entry.scan_id());
            return ControlFlow::Continue(());
        }
        if suits(&entry) {
            found.push(entry);
        }
        if found.len() < limit {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    read.map_err(unavailable)?;
    Ok(found.iter().map(|entry| line(app, entry)).collect())
}

/// All scans of a ticket: those of this ledger, and those of other gates as far as the centre
/// tells. The newest first.
pub(super) fn of_ticket(
    app: &App,
    ticket: TicketId,
    elsewhere: &[KnownScan],
) -> Result<Vec<Value>, Error> {
    let mut own = HashSet::new();
    let mut lines = Vec::new();
    let read = app.ledger.each_newest(|entry| {
        if entry.report.ticket_id == Some(ticket) {
            own.insert(entry.scan_id());
            lines.push((entry.report.scanned_at, line(app, &entry)));
        }
        ControlFlow::Continue(())
    });
    read.map_err(unavailable)?;
    let others = elsewhere.iter().filter(|scan| !own.contains(&scan.scan_id));
    lines.extend(others.map(|scan| (scan.scanned_at, line_of_other(ticket, scan))));
    lines.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// What was not so is left out of the second half.
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
    let checks = app.ledger.checks_of(entry.scan_id()).into_iter();
    let checks: Vec<Value> = checks
        .map(|check| {
            json!({
                "at": check.at,
                "outcome": check.outcome,
                "reason": check.reason,
                "agent": check.agent,
            })
        })
        .collect();
    if let Some(line) = line.as_object_mut() {
        extend(line, serde_json::to_value(&entry.report.context).ok());
        if !checks.is_empty() {
            line.insert("identity".into(), checks.into());
        }
    }
    line
}

fn line_of_other(ticket: TicketId, scan: &KnownScan) -> Value {
    let verdict = Verdict::of(scan.reason);
    let mut line = json!({
        "scan_id": scan.scan_id,
        "scanned_at": scan.scanned_at,
        "gate": scan.gate,
        "device": scan.device,
        "verdict": scan.verdict,
        "status": verdict.status,
        "reason": scan.reason,
        "ticket_id": ticket,
        "waiting": false,
        "conflict": scan.conflict.then(|| json!({})),
    });
    if let Some(line) = line.as_object_mut() {
        extend(line, serde_json::to_value(&scan.context).ok());
    }
    line
}

fn extend(line: &mut Map<String, Value>, context: Option<Value>) {
    if let Some(Value::Object(context)) = context {
        line.extend(context);
    }
}

fn event_code(app: &App, entry: &Entry) -> Option<String> {
    let list = app.list()?;
    let event = list.event(entry.report.event?)?;
    Some(event.code.as_str().to_owned())
}
