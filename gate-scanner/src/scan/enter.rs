//! The steps of one scan, in their order. The same `scan_id` again gets the same answer.

use std::time::Duration;

use ticket_core::ids::ScanId;
use ticket_core::manifest::{AdmissionReport, ManifestGate, ScanContext};

use super::answer::Answer;
use super::decide::{self, Decision};
use super::sight::Sight;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{ContentDigest, Entry, LedgerBroken};
use crate::sync::pull_once;

/// How long a scan waits for a list that may be behind.
const PULL_PATIENCE: Duration = Duration::from_millis(1500);

pub(crate) struct Request {
    pub(super) scan_id: ScanId,
    pub(super) gate: String,
    pub(super) code: String,
    pub(super) context: ScanContext,
}

/// What is to be decided, once the code has been read.
pub(super) struct Case<'a> {
    pub(super) scan_id: ScanId,
    pub(super) gate: &'a ManifestGate,
    pub(super) sight: &'a Sight,
    pub(super) context: ScanContext,
    pub(super) content: ContentDigest,
}

/// Decides, writes, answers. Must run to its end once begun: the centre may have been asked.
pub(crate) async fn scan(app: App, request: Request) -> Result<Answer, Error> {
    let content = ContentDigest::of(&app.config.gate_token, &request.gate, &request.code);
    let _turn = app.scan_turns.take(request.scan_id).await;
    if let Some(entry) = app.ledger.find(request.scan_id).map_err(unavailable)? {
        return replay(&app, &entry, &request, &content);
    }
    let (gate, sight) = look(&app, &request).await?;
    let case = Case {
        scan_id: request.scan_id,
        gate: &gate,
        sight: &sight,
        context: request.context,
        content,
    };
    let entry = settle(&app, case).await?;
    Ok(Answer::of(&app, &entry, &sight))
}

/// Decides, asks the centre where it must, and returns once the entry is on disk.
pub(super) async fn settle(app: &App, case: Case<'_>) -> Result<Entry, Error> {
    let sight = case.sight;
    let ticket = sight.ticket().map(|ticket| ticket.ticket_id);
    // Whoever comes second with the same ticket sees the first one's entry in the ledger.
    let _ticket_turn = match ticket {
        Some(ticket) => Some(app.ticket_turns.take(ticket).await),
        None => None,
    };
    let now = app.clock.now();
    app.skew.note(sight, now);
    let mut decision = decide::decide(app, &case, now);
    let mut report = AdmissionReport {
        scan_id: case.scan_id,
        ticket_id: ticket,
        event: sight.found.as_ref().map(|found| found.event.number),
        keys_digest: sight.keys_digest(),
        gate: case.gate.name.clone(),
        device: app.config.device_name.clone(),
        scanned_at: now,
        asking: false,
        verdict: decision.verdict.verdict,
        reason: decision.verdict.reason,
        context: case.context,
    };
    // A look takes nothing: nobody need be asked for it.
    if !report.context.look_only {
        if decision.verdict.admits() {
            decide::confirm(app, &report, &mut decision).await;
        } else if decision.entered_elsewhere {
            decide::recall(app, &report, &mut decision).await;
        }
    }
    report.verdict = decision.verdict.verdict;
    report.reason = decision.verdict.reason;
    let entry = entry(report, sight, decision, case.content);
    keep(app, &entry).await?;
    Ok(entry)
}

/// Returns once the entry is on disk.
pub(super) async fn keep(app: &App, entry: &Entry) -> Result<(), Error> {
    app.ledger
        .append(entry.clone())
        .await
        .map_err(unavailable)?;
    app.tally.note(entry);
    let of_ticket = entry.report.event.zip(entry.serial);
    if let (Some(_), Some(ticket)) = (entry.admitted_ticket(), of_ticket) {
        app.changes.note([ticket]);
    }
    Ok(())
}

/// Reads the code against the list; once more against a newer one where that may change it.
async fn look(app: &App, request: &Request) -> Result<(ManifestGate, Sight), Error> {
    let seen = look_now(app, request)?;
    if !seen.1.may_be_behind() || !app.link.is_up() {
        return Ok(seen);
    }
    let pulled = tokio::time::timeout(PULL_PATIENCE, pull_once(app)).await;
    if matches!(pulled, Ok(Ok(()))) {
        return look_now(app, request);
    }
    Ok(seen)
}

fn look_now(app: &App, request: &Request) -> Result<(ManifestGate, Sight), Error> {
    let list = app.list().ok_or_else(Error::no_list)?;
    let gate = list.gate(&request.gate).ok_or(Refusal::GateUnknown)?;
    let asked = request.context.event_asked.as_ref();
    if asked.is_some_and(|code| !list.has_event(code)) {
        return Err(Refusal::EventUnknown.into());
    }
    Ok((gate.clone(), Sight::of(&request.code, &list)))
}

fn entry(
    report: AdmissionReport,
    sight: &Sight,
    decision: Decision,
    content: ContentDigest,
) -> Entry {
    Entry {
        report,
        certainty: decision.certainty,
        serial: sight.ticket().map(|ticket| ticket.serial),
        state: decision.state,
        first_scan: decision.first_scan,
        content,
        told: decision.told,
    }
}

/// The holder is opened again from the code, which is the same.
fn replay(
    app: &App,
    entry: &Entry,
    request: &Request,
    content: &ContentDigest,
) -> Result<Answer, Error> {
    let (was, is) = (&entry.report.context, &request.context);
    let is_same = entry.content == *content
        && was.look_only == is.look_only
        && was.event_asked == is.event_asked;
    if !is_same {
        return Err(Refusal::IdReused.into());
    }
    let list = app.list().ok_or_else(Error::no_list)?;
    let sight = Sight::of(&request.code, &list);
    drop(list);
    Ok(Answer::of(app, entry, &sight))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
pub(super) fn unavailable(broken: LedgerBroken) -> Error {
    tracing::error!(%broken, "the ledger fails");
    Error::Unavailable("the ledger cannot be read or written".into())
}
