//! The outcome of comparing a holder with their identity document: one of few words, and nothing
//! of the document.

use ticket_core::ids::ScanId;
use ticket_core::manifest::{AgentNumber, IdentityCheck, IdentityOutcome, IdentityReason};
use uuid::Uuid;

use super::enter::unavailable;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{DeskRecord, Record};

/// Added to those before it; returns once it is on disk.
///
/// # Errors
/// `scan_unknown`; `invalid` for a reason why somebody was not refused.
pub(crate) async fn note(
    app: &App,
    scan_id: ScanId,
    (outcome, reason): (IdentityOutcome, Option<IdentityReason>),
    agent: Option<AgentNumber>,
) -> Result<(), Error> {
    if outcome == IdentityOutcome::Checked && reason.is_some() {
        return Err(Refusal::Invalid("reason: only of a refusal".into()).into());
    }
    let scan = app.ledger.find(scan_id).map_err(unavailable)?;
    scan.ok_or(Refusal::ScanUnknown)?;
    let check = IdentityCheck {
        id: Uuid::new_v4(),
        scan_id,
        at: app.clock.now(),
        outcome,
        reason,
        agent,
    };
    let record = Record::Desk(DeskRecord::Checked(check));
    app.ledger.keep(vec![record]).await.map_err(unavailable)?;
    app.ledger.news.notify_one();
    Ok(())
}
