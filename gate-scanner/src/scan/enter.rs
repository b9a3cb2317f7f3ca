//! The steps of one scan, in their order. The same `scan_id` again gets the same answer.

use std::time::Duration;

use serde::Deserialize;
use ticket_core::ids::ScanId;
use ticket_core::manifest::{AdmissionReport, ManifestGate};

use super::answer::Answer;
use super::decide::{self, Decision};
use super::sight::Sight;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{ContentDigest, Entry, LedgerBroken};
use crate::sync::pull_once;

/// How long a scan waits for a list that may be behind.
const PULL_PATIENCE: Duration = Duration::from_millis(1500);

#[derive(Deserialize)]
pub(crate) struct Request {
    pub(super) scan_id: ScanId,
    pub(super) gate: String,
    pub(super) code: String,
}

/// Decides, writes, answers. Must run to its end once begun: the centre may have been asked.
pub(crate) async fn scan(app: App, request: Request) -> Result<Answer, Error> {
    let content = ContentDigest::of(&app.config.gate_token, &request.gate, &request.code);
    let _turn = app.scan_turns.take(request.scan_id).await;
    if let Some(entry) = app.ledger.find(request.scan_id).map_err(unavailable)? {
        return replay(&app, &entry, &request, &content);
    }
    let (gate, sight) = look(&app, &request).await?;
    let ticket = sight.ticket().map(|ticket| ticket.ticket_id);
    // Whoever comes second with the same ticket sees the first one's entry in the ledger.
    let _ticket_turn = match ticket {
        Some(ticket) => Some(app.ticket_turns.take(ticket).await),
        None => None,
    };
    let now = app.clock.now();
    app.skew.note(&sight, now);
    let mut decision = decide::decide(&app, &sight, &gate, now).map_err(unavailable)?;
    let mut report = AdmissionReport {
        scan_id: request.scan_id,
        ticket_id: ticket,
        event: sight.found.as_ref().map(|found| found.event.number),
        keys_digest: sight.keys_digest(),
        gate: request.gate,
        device: app.config.device_name.clone(),
        scanned_at: now,
        asking: false,
        verdict: decision.verdict.verdict,
        reason: decision.verdict.reason,
    };
    if decision.verdict.admits() {
        decide::confirm(&app, &report, &mut decision).await;
    } else if decision.entered_elsewhere {
        decide::recall(&app, &report, &mut decision).await;
    }
    report.verdict = decision.verdict.verdict;
    report.reason = decision.verdict.reason;
    let entry = entry(report, &sight, decision, content);
    let answer = Answer::of(&entry, &sight);
    app.ledger.append(entry).await.map_err(unavailable)?;
    Ok(answer)
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
    let list = app.list();
    let list = list.ok_or_else(|| Error::Unavailable("no list of tickets has come yet".into()))?;
    let gate = list.gate(&request.gate).ok_or(Refusal::GateUnknown)?;
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
    if entry.content != *content {
        return Err(Refusal::IdReused.into());
    }
    let list = app.list();
    let list = list.ok_or_else(|| Error::Unavailable("no list of tickets has come yet".into()))?;
    Ok(Answer::of(entry, &Sight::of(&request.code, &list)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape `map_err` wants")]
fn unavailable(broken: LedgerBroken) -> Error {
    tracing::error!(%broken, "the ledger fails");
    Error::Unavailable("the ledger cannot be read or written".into())
}
