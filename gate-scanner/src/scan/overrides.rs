//! A supervisor lets in against a verdict, with a reason; what had entered before only together
//! with a second person. What is not a ticket of ours, or is good no more, is never let in.

use ticket_core::admission::{Entry as Entered, Reason, Verdict};
use ticket_core::ids::{ScanId, TabletId};
use ticket_core::manifest::{
    AdmissionReport, AgentNumber, FirstScan, ManifestTicket, Override, ScanContext,
};
use ticket_core::ticket::TicketStateName;

use super::answer::Answer;
use super::enter::{keep, unavailable};
use super::sight::Sight;
use crate::agents::SignedIn;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{Certainty, ContentDigest, Entry, Told};

pub(crate) struct Wanted {
    pub(crate) scan_id: ScanId,
    pub(crate) of: ScanId,
    pub(crate) reason: String,
    pub(crate) supervisor: SignedIn,
    pub(crate) tablet: Option<TabletId>,
    /// Another agent, whose PIN was right.
    pub(crate) second: Option<AgentNumber>,
}

/// Lets in. Must run to its end once begun.
///
/// # Errors
/// `scan_unknown`, `not_overridable`, `second_person_needed`.
pub(crate) async fn let_in(app: App, wanted: Wanted) -> Result<Answer, Error> {
    let _turn = app.scan_turns.take(wanted.scan_id).await;
    if let Some(entry) = app.ledger.find(wanted.scan_id).map_err(unavailable)? {
        return replay(&app, &entry, wanted.of);
    }
    let refused = app.ledger.find(wanted.of).map_err(unavailable)?;
    let refused = refused.ok_or(Refusal::ScanUnknown)?;
    check(&refused, &wanted)?;
    let ticket = refused.report.ticket_id.ok_or(Refusal::NotOverridable)?;
    let _ticket_turn = app.ticket_turns.take(ticket).await;
    // As it is now: it may have entered, or been refunded, since it was refused.
    let sight = sight(&app, &refused);
    let listed = sight.ticket().ok_or(Refusal::NotOverridable)?;
    let admitted_here = app.ledger.admission_of(ticket);
    check_now(&refused, &wanted, listed, admitted_here.as_ref())?;
    let verdict = Verdict::of(Reason::Ok);
    let entry = Entry {
        certainty: Certainty::Local,
        serial: Some(listed.serial),
        state: Some(TicketStateName::Scanned),
        first_scan: admitted_here.or_else(|| listed.first_scan.clone()),
        content: content(&app, &wanted),
        told: Told::Waiting,
        report: AdmissionReport {
            scan_id: wanted.scan_id,
            ticket_id: Some(ticket),
            event: refused.report.event,
            keys_digest: Some(listed.keys_digest),
            gate: refused.report.gate.clone(),
            device: app.config.device_name.clone(),
            scanned_at: app.clock.now(),
            asking: false,
            verdict: verdict.verdict,
            reason: verdict.reason,
            context: ScanContext {
                agent: Some(wanted.supervisor.number),
                tablet: wanted.tablet,
                event_asked: refused.report.context.event_asked.clone(),
                overrides: Some(Override {
                    of: wanted.of,
                    was: refused.report.reason,
                    reason: wanted.reason,
                    second: wanted.second,
                }),
                ..ScanContext::default()
            },
        },
    };
    keep(&app, &entry).await?;
    let (agent, scan) = (wanted.supervisor.number, wanted.scan_id);
    tracing::info!(%agent, scan.id = %scan, "let in against the verdict");
    Ok(Answer::of(&app, &entry, &sight))
}

fn check(refused: &Entry, wanted: &Wanted) -> Result<(), Refusal> {
    if refused.report.verdict == Entered::Admit {
        return Err(Refusal::NotOverridable);
    }
    match refused.report.reason {
        Reason::AlreadyScanned => second_person(wanted),
        Reason::WrongEvent
        | Reason::WrongGate
        | Reason::TooEarly
        | Reason::EventOver
        | Reason::LiveCodeRequired
        | Reason::LiveCodeStale => Ok(()),
        // Refunded or replaced; not released yet; no ticket of ours.
        Reason::Deactivated
        | Reason::NotSent
        | Reason::Forged
        | Reason::Unknown
        | Reason::Unreadable
        | Reason::Ok => Err(Refusal::NotOverridable),
    }
}

/// The ticket as it is at this moment. A code of an earlier issue, or not of this ticket, is not
/// made good by having been refused for something else first.
fn check_now(
    refused: &Entry,
    wanted: &Wanted,
    listed: &ManifestTicket,
    admitted_here: Option<&FirstScan>,
) -> Result<(), Refusal> {
    if refused.report.keys_digest != Some(listed.keys_digest) {
        return Err(Refusal::NotOverridable);
    }
    match listed.state {
        TicketStateName::Deactivated | TicketStateName::Paid => Err(Refusal::NotOverridable),
        TicketStateName::Scanned => second_person(wanted),
        TicketStateName::Sent if admitted_here.is_some() => second_person(wanted),
        TicketStateName::Sent => Ok(()),
    }
}

fn second_person(wanted: &Wanted) -> Result<(), Refusal> {
    let second = wanted.second;
    let is_other = second.is_some_and(|second| second != wanted.supervisor.number);
    if is_other {
        Ok(())
    } else {
        Err(Refusal::SecondPersonNeeded)
    }
}

/// The ticket, without a code: nobody's name is opened.
fn sight(app: &App, entry: &Entry) -> Sight {
    let found = entry.report.event.zip(entry.serial);
    let found = app.list().zip(found).and_then(|(list, (event, serial))| {
        let found = list.find(event, serial)?;
        let id = found.ticket.as_ref()?.ticket_id;
        (Some(id) == entry.report.ticket_id).then_some(found)
    });
    Sight::beside(found)
}

fn content(app: &App, wanted: &Wanted) -> ContentDigest {
    let of = wanted.of.to_string();
    ContentDigest::of(&app.config.gate_token, "override", &of)
}

fn replay(app: &App, entry: &Entry, of: ScanId) -> Result<Answer, Error> {
    let overrides = entry.report.context.overrides.as_ref();
    if overrides.is_some_and(|known| known.of == of) {
        return Ok(Answer::of(app, entry, &sight(app, entry)));
    }
    Err(Refusal::IdReused.into())
}
