//! Where a ticket is expected that is shown at the wrong gate or for the wrong event.

use jiff::Timestamp;
use serde::Serialize;
use ticket_core::admission::Reason;
use ticket_core::ids::EventCode;

use super::sight::Sight;
use crate::app::App;
use crate::ledger::Entry;

/// More names of gates than an agent reads out.
const GATES_SHOWN_MAX: usize = 3;

#[derive(Serialize)]
pub(super) struct ExpectedAt {
    event: EventCode,
    title: String,
    starts_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    venue: Option<String>,
}

/// What a code that this gate cannot open says of its event is a claim; nobody is let in by it.
pub(super) fn at(app: &App, entry: &Entry, sight: &Sight) -> Option<ExpectedAt> {
    if !matches!(entry.report.reason, Reason::WrongEvent | Reason::WrongGate) {
        return None;
    }
    let list = app.list()?;
    let found = sight.found.as_ref().map(|found| &found.event);
    let number = found
        .map(|event| event.number)
        .or_else(|| sight.strange_event())?;
    if let Some(event) = list.elsewhere(number) {
        let gates: Vec<_> = event.gates.iter().take(GATES_SHOWN_MAX).cloned().collect();
        return Some(ExpectedAt {
            event: event.code.clone(),
            title: event.title.clone(),
            starts_at: event.starts_at,
            gate: Some(gates.join(", ")).filter(|gates| !gates.is_empty()),
            venue: Some(event.venue.clone()),
        });
    }
    // It enters here, and another was chosen on the tablet.
    let event = found?;
    Some(ExpectedAt {
        event: event.code.clone(),
        title: event.title.clone(),
        starts_at: event.starts_at,
        gate: list
            .gates()
            .iter()
            .find(|gate| {
                gate.placement(event.number, event.venue_id)
                    == ticket_core::admission::Placement::Here
            })
            .map(|gate| gate.name.clone()),
        venue: None,
    })
}
