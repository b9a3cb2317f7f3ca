//! The verdict: the rules applied to the list and to what this service itself let in, and for an
//! admission the centre's word while it can be had.

use jiff::Timestamp;
use ticket_core::admission::{self, Entry as Entered, Placement, Reason, Situation, Verdict};
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport, FirstScan, ManifestGate};
use ticket_core::ticket::TicketStateName;

use super::sight::Sight;
use crate::app::App;
use crate::ledger::{Certainty, Told};
use crate::sync::Found;

/// What is answered, and whether the centre knows it already.
pub(super) struct Decision {
    pub(super) verdict: Verdict,
    pub(super) certainty: Certainty,
    pub(super) first_scan: Option<FirstScan>,
    /// Of the ticket, once this scan was decided.
    pub(super) state: Option<TicketStateName>,
    pub(super) told: Told,
}

/// By the list and the ledger alone.
pub(super) fn decide(app: &App, sight: &Sight, gate: &ManifestGate, now: Timestamp) -> Decision {
    let ticket = sight.ticket();
    let admitted_here = ticket.and_then(|ticket| app.ledger.admission_of(ticket.ticket_id));
    let mut record = ticket.map(ticket_core::manifest::ManifestTicket::record);
    if let Some(record) = &mut record
        && record.state == TicketStateName::Sent
        && admitted_here.is_some()
    {
        record.state = TicketStateName::Scanned;
    }
    let situation = sight
        .found
        .as_ref()
        .map(|found| situation(found, gate, now));
    let verdict = admission::decide(sight.shown(), record.as_ref(), situation.as_ref());
    let state = record.map(|record| match verdict.verdict {
        Entered::Admit => TicketStateName::Scanned,
        Entered::Refuse => record.state,
    });
    let first_scan = admitted_here.or_else(|| ticket?.first_scan.clone());
    Decision {
        verdict,
        certainty: if app.link.is_up() {
            Certainty::Confirmed
        } else {
            Certainty::Local
        },
        first_scan: first_scan.filter(|_| verdict.reason == Reason::AlreadyScanned),
        state,
        told: Told::Waiting,
    }
}

fn situation(found: &Found, gate: &ManifestGate, now: Timestamp) -> Situation {
    let event = &found.event;
    let placement: Placement = gate.placement(event.number, event.venue_id);
    Situation {
        placement,
        window: event.window(),
        live_code_required: event.live_code_required,
        now,
    }
}

/// An admission as all gates together see it. Without an answer in time this gate decides alone,
/// and the centre is told later.
pub(super) async fn confirm(app: &App, report: &AdmissionReport, decision: &mut Decision) {
    decision.certainty = Certainty::Local;
    if !app.link.is_up() {
        return;
    }
    let mut question = report.clone();
    question.asking = true;
    let answer = match app.centre.ask(&question, app.config.ask()).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(%error, "decided without the centre");
            app.link.set(crate::sync::LinkState::Down, app.clock.now());
            return;
        }
    };
    decision.certainty = Certainty::Confirmed;
    decision.told = Told::Acknowledged;
    let (reason, first_scan) = match answer {
        AdmissionAnswer::Accepted => return,
        AdmissionAnswer::AlreadyAdmitted { first_scan } => {
            (Reason::AlreadyScanned, Some(first_scan))
        }
        AdmissionAnswer::Refused { reason } => (reason, None),
    };
    decision.verdict = Verdict::of(reason);
    decision.first_scan = first_scan;
    decision.state = state_after(reason).or(decision.state);
}

/// What the centre's refusal says of the ticket's state.
const fn state_after(reason: Reason) -> Option<TicketStateName> {
    match reason {
        Reason::AlreadyScanned => Some(TicketStateName::Scanned),
        Reason::Deactivated => Some(TicketStateName::Deactivated),
        Reason::NotSent => Some(TicketStateName::Paid),
        Reason::Ok
        | Reason::WrongEvent
        | Reason::WrongGate
        | Reason::Forged
        | Reason::Unknown
        | Reason::Unreadable
        | Reason::TooEarly
        | Reason::EventOver
        | Reason::LiveCodeRequired
        | Reason::LiveCodeStale => None,
    }
}
