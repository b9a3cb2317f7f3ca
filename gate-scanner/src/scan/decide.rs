//! The verdict: the rules applied to the list and to what this service itself let in, and for an
//! admission the centre's word while it can be had.

use jiff::Timestamp;
use ticket_core::admission::{self, Entry as Entered, Placement, Reason, Situation, Verdict};
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport, FirstScan};
use ticket_core::ticket::TicketStateName;

use super::enter::Case;
use crate::app::App;
use crate::ledger::{Certainty, Told};
use crate::sync::{Found, LinkState};

/// What is answered, and whether the centre knows it already.
pub(super) struct Decision {
    pub(super) verdict: Verdict,
    pub(super) certainty: Certainty,
    pub(super) first_scan: Option<FirstScan>,
    /// Of the ticket, once this scan was decided.
    pub(super) state: Option<TicketStateName>,
    pub(super) told: Told,
    /// Refused because it entered already, though not by this ledger.
    pub(super) entered_elsewhere: bool,
}

/// By the list and the ledger alone.
pub(super) fn decide(app: &App, case: &Case<'_>, now: Timestamp) -> Decision {
    let sight = case.sight;
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
        .map(|found| situation(found, case, now));
    let mut verdict = admission::decide(sight.shown(), record.as_ref(), situation.as_ref());
    if enters_nearby(app, case, now) {
        verdict = Verdict::of(Reason::WrongGate);
    }
    let state = record.map(|record| match verdict.verdict {
        Entered::Admit if !case.context.look_only => TicketStateName::Scanned,
        Entered::Admit | Entered::Refuse => record.state,
    });
    let is_again = verdict.reason == Reason::AlreadyScanned;
    let entered_elsewhere = is_again && admitted_here.is_none();
    let first_scan = admitted_here.or_else(|| ticket?.first_scan.clone());
    Decision {
        verdict,
        certainty: if app.link.is_up() {
            Certainty::Confirmed
        } else {
            Certainty::Local
        },
        first_scan: first_scan.filter(|_| is_again),
        state,
        told: Told::Waiting,
        entered_elsewhere,
    }
}

fn situation(found: &Found, case: &Case<'_>, now: Timestamp) -> Situation {
    let event = &found.event;
    let asked = case.context.event_asked.as_ref();
    let placement = if asked.is_some_and(|asked| *asked != event.code) {
        Placement::OtherEvent
    } else {
        case.gate.placement(event.number, event.venue_id)
    };
    Situation {
        placement,
        window: event.window(),
        // Who comes with a live code vouches for those beside them.
        live_code_required: event.live_code_required && case.context.party_of.is_none(),
        now,
    }
}

/// The code says it is of an event that enters at this moment at another gate of the venue.
fn enters_nearby(app: &App, case: &Case<'_>, now: Timestamp) -> bool {
    let Some(event) = case.sight.strange_event() else {
        return false;
    };
    app.list().is_some_and(|list| {
        list.elsewhere(event).is_some_and(|event| {
            let is_open = event.gates_open_at <= now && now < event.gates_close_at;
            is_open && event.venue_id == case.gate.venue_id
        })
    })
}

/// An admission as all gates together see it. Without an answer in time this gate decides alone,
/// and the centre is told later.
pub(super) async fn confirm(app: &App, report: &AdmissionReport, decision: &mut Decision) {
    let Some(answer) = ask(app, report).await else {
        decision.certainty = Certainty::Local;
        return;
    };
    decision.certainty = Certainty::Confirmed;
    let (reason, first_scan) = match answer {
        AdmissionAnswer::Accepted => {
            decision.told = Told::Acknowledged;
            return;
        }
        AdmissionAnswer::AlreadyAdmitted { first_scan } => {
            (Reason::AlreadyScanned, Some(first_scan))
        }
        AdmissionAnswer::Refused { reason } => (reason, None),
        // Another gate would hear the same. From a list of now such a ticket is missing.
        AdmissionAnswer::NotNow => (Reason::Unknown, None),
    };
    decision.verdict = Verdict::of(reason);
    decision.first_scan = first_scan;
    // Nothing but a ticket that was sent gets this far.
    decision.state = state_after(reason).or(Some(TicketStateName::Sent));
}

/// The list says that the ticket has entered, and this ledger knows nothing of it. It may have
/// been this very scan: accepted by the centre just before the power was cut here.
pub(super) async fn recall(app: &App, report: &AdmissionReport, decision: &mut Decision) {
    if ask(app, report).await == Some(AdmissionAnswer::Accepted) {
        decision.told = Told::Acknowledged;
        decision.verdict = Verdict::of(Reason::Ok);
        decision.first_scan = None;
    }
}

async fn ask(app: &App, report: &AdmissionReport) -> Option<AdmissionAnswer> {
    if !app.link.is_up() {
        return None;
    }
    let admitted = Verdict::of(Reason::Ok);
    let question = AdmissionReport {
        asking: true,
        verdict: admitted.verdict,
        reason: admitted.reason,
        ..report.clone()
    };
    match app.asks.ask(question, app.config.ask()).await {
        Ok(answer) => Some(answer),
        Err(error) => {
            tracing::warn!(%error, "decided without the centre");
            app.link.set(LinkState::Down, app.clock.now());
            None
        }
    }
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
