//! Every scan is recorded as the agent saw it; an admission passes one guarded update, so that a
//! ticket enters once across all gates (I7).

use jiff::Timestamp;
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
    let scan_id = report.scan_id.as_uuid();
    // The ticket first: two gates with one ticket queue here.
    let ticket = match report.ticket_id {
        Some(id) => store::lock_ticket(tx, id.as_uuid())
            .await?
            .map(|row| (id.as_uuid(), row)),
        None => None,
    };
    let scan = ScanRow {
        device_id: device.id,
        id: scan_id,
        gate: &report.gate,
        ticket_id: ticket.as_ref().map(|(id, _)| *id),
        scanned_at: report.scanned_at,
        verdict: match report.verdict {
            Entry::Admit => "admit",
            Entry::Refuse => "refuse",
        },
        reason: report.reason.code(),
    };
    if !store::insert_scan(tx, &scan, now).await? {
        return told_before(tx, device.id, scan_id).await;
    }
    let (answer, fate) = match (report.verdict, ticket) {
        (Entry::Refuse, _) => (AdmissionAnswer::Accepted, ScanFate::Noted),
        (Entry::Admit, None) => (refused(Reason::Unknown), ScanFate::Conflict),
        (Entry::Admit, Some((id, row))) => admit(app, tx, report, (id, row)).await?,
    };
    let told = serde_json::to_value(&answer).map_err(Error::bug)?;
    store::close_scan(tx, (device.id, scan_id), fate, &told).await?;
    Ok(answer)
}

async fn admit(
    app: &App,
    tx: &Tx<'_>,
    report: &AdmissionReport,
    (ticket, row): (Uuid, LockedTicket),
) -> Result<(AdmissionAnswer, ScanFate), Error> {
    if !keys_hold(app, ticket, &row, report)? {
        return Ok((refused(Reason::Forged), ScanFate::Conflict));
    }
    let state = TicketStateName::parse(&row.state).ok_or_else(|| Error::bug("ticket state"))?;
    let answer = match state {
        TicketStateName::Sent => {
            store::mark_scanned(tx, ticket, report.scanned_at, &report.gate).await?;
            return Ok((AdmissionAnswer::Accepted, ScanFate::Admission));
        }
        TicketStateName::Scanned => match first_scan(tx, ticket).await? {
            Some(first_scan) => AdmissionAnswer::AlreadyAdmitted { first_scan },
            None => refused(Reason::AlreadyScanned),
        },
        TicketStateName::Paid => refused(Reason::NotSent),
        TicketStateName::Deactivated => refused(Reason::Deactivated),
    };
    Ok((answer, ScanFate::Conflict))
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

async fn told_before(tx: &Tx<'_>, device: Uuid, scan: Uuid) -> Result<AdmissionAnswer, Error> {
    let told = store::find_answer(tx, device, scan)
        .await?
        .ok_or_else(|| Error::bug("a scan told before has no answer"))?;
    serde_json::from_value(told).map_err(Error::bug)
}

async fn first_scan(tx: &Tx<'_>, ticket: Uuid) -> Result<Option<FirstScan>, Error> {
    let found = store::find_admission(tx, ticket).await?;
    Ok(found.map(|(at, gate)| FirstScan { at, gate }))
}
