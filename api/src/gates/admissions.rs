//! Every scan is recorded as the agent saw it; an admission passes one guarded update, so that a
//! ticket enters once across all gates (I7).

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;
use ticket_core::admission::{Entry, Reason};
use ticket_core::credential::keys_digest;
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport, FirstScan};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use super::device::Device;
use super::manifest::{Person, open_data_key};
use super::store::{self, LockedTicket, ScanFate, ScanRow};
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Reports may be late by as long as a gate is cut off.
const CLOCK_ERROR_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Answers one report; the same report again gets the same answer.
pub(super) async fn record(
    app: &App,
    device: &Device,
    report: &AdmissionReport,
) -> Result<AdmissionAnswer, Error> {
    let now = app.clock.now();
    app.db
        .write("gates.record", async |tx| {
            in_transaction(app, tx, device, report, now).await
        })
        .await
}

async fn in_transaction(
    app: &App,
    tx: &Tx<'_>,
    device: &Device,
    report: &AdmissionReport,
    now: Timestamp,
) -> Result<AdmissionAnswer, Error> {
    // The ticket first: two gates with one ticket queue here.
    let ticket = match report.ticket_id {
        Some(id) => store::lock_ticket(tx, id.as_uuid(), &device.gate)
            .await?
            .map(|row| (id.as_uuid(), row)),
        None => None,
    };
    if let Some(told) = told_before(tx, device, report).await? {
        return Ok(told);
    }
    let scanned_at = believable(report.scanned_at, now);
    let ticket_id = ticket.as_ref().map(|(id, _)| *id);
    let answer = match (report.verdict, ticket) {
        (Entry::Refuse, _) => AdmissionAnswer::Accepted,
        (Entry::Admit, None) => refused(Reason::Unknown),
        (Entry::Admit, Some((id, row))) => {
            let place = (device.gate.as_str(), scanned_at);
            admit(app, tx, report, (id, row), place).await?
        }
    };
    let (seen, fate) = seen_and_fate(report, &answer);
    let scan = ScanRow {
        device_id: device.id,
        id: report.scan_id.as_uuid(),
        // A device speaks for its own gate, whatever it says.
        gate: &device.gate,
        ticket_id,
        scanned_at,
        verdict: match seen.entry() {
            Entry::Admit => "admit",
            Entry::Refuse => "refuse",
        },
        reason: seen.code(),
        fate,
        answer: serde_json::to_value(&answer).map_err(Error::bug)?,
    };
    if store::insert_scan(tx, &scan, now).await? {
        Ok(answer)
    } else {
        // Told twice at the same moment: told once more, it finds the answer.
        Err(Error::unavailable("the same scan is being told"))
    }
}

/// A gate's clock may be wrong, not by a year: then the centre's own time is nearer the truth.
fn believable(at: Timestamp, now: Timestamp) -> Timestamp {
    let apart = at.duration_since(now).abs();
    if apart > CLOCK_ERROR_MAX { now } else { at }
}

/// What the agent saw, and what became of it.
fn seen_and_fate(report: &AdmissionReport, answer: &AdmissionAnswer) -> (Reason, ScanFate) {
    match (report.verdict, answer) {
        (Entry::Refuse, _) => (report.reason, ScanFate::Noted),
        (Entry::Admit, AdmissionAnswer::Accepted) => (report.reason, ScanFate::Admission),
        // The gate asked first: what the centre refuses, nobody was let in by.
        (Entry::Admit, _) if report.asking => (refusal(answer), ScanFate::Noted),
        (Entry::Admit, _) => (report.reason, ScanFate::Conflict),
    }
}

const fn refusal(answer: &AdmissionAnswer) -> Reason {
    match answer {
        AdmissionAnswer::Accepted => Reason::Ok,
        AdmissionAnswer::AlreadyAdmitted { .. } => Reason::AlreadyScanned,
        AdmissionAnswer::Refused { reason } => *reason,
    }
}

async fn admit(
    app: &App,
    tx: &Tx<'_>,
    report: &AdmissionReport,
    (ticket, row): (Uuid, LockedTicket),
    (gate, at): (&str, Timestamp),
) -> Result<AdmissionAnswer, Error> {
    if !row.enters_here {
        return Ok(refused(Reason::WrongGate));
    }
    if !keys_hold(app, ticket, &row, report)? {
        return Ok(refused(Reason::Forged));
    }
    let state = TicketStateName::parse(&row.state).ok_or_else(|| Error::bug("ticket state"))?;
    Ok(match state {
        TicketStateName::Sent => {
            store::mark_scanned(tx, ticket, at, gate).await?;
            AdmissionAnswer::Accepted
        }
        TicketStateName::Scanned => match first_scan(tx, ticket).await? {
            Some(first_scan) => AdmissionAnswer::AlreadyAdmitted { first_scan },
            None => refused(Reason::AlreadyScanned),
        },
        TicketStateName::Paid => refused(Reason::NotSent),
        TicketStateName::Deactivated => refused(Reason::Deactivated),
    })
}

const fn refused(reason: Reason) -> AdmissionAnswer {
    AdmissionAnswer::Refused { reason }
}

/// Both keys of the code compared with those of the rows, in constant time.
fn keys_hold(
    app: &App,
    ticket: Uuid,
    row: &LockedTicket,
    report: &AdmissionReport,
) -> Result<bool, Error> {
    let Some(given) = report.keys_digest else {
        return Ok(false);
    };
    let Some(data_key) = open_data_key(app, row.user_id, row.data_key.as_ref())? else {
        return Ok(false);
    };
    let person = Person {
        user_id: row.user_id,
        user_key: &row.user_key,
        ticket_id: ticket,
        ticket_key: &row.ticket_key,
    };
    let digest = keys_digest(&person.credential_keys(&data_key)?);
    Ok(bool::from(digest.as_bytes().ct_eq(given.as_bytes())))
}

/// The answer to a scan that was told before. A gate that asked and did not wait for the answer
/// may have let the ticket in alone meanwhile.
async fn told_before(
    tx: &Tx<'_>,
    device: &Device,
    report: &AdmissionReport,
) -> Result<Option<AdmissionAnswer>, Error> {
    let scan = (device.id, report.scan_id.as_uuid());
    let Some(told) = store::find_answer(tx, scan).await? else {
        return Ok(None);
    };
    let answer: AdmissionAnswer = serde_json::from_value(told).map_err(Error::bug)?;
    let let_in = report.verdict == Entry::Admit && !report.asking;
    if let_in && answer != AdmissionAnswer::Accepted {
        store::mark_conflict(tx, scan).await?;
    }
    Ok(Some(answer))
}

async fn first_scan(tx: &Tx<'_>, ticket: Uuid) -> Result<Option<FirstScan>, Error> {
    let found = store::find_admission(tx, ticket).await?;
    Ok(found.map(|(at, gate)| FirstScan { at, gate }))
}
