//! Every scan is recorded as the agent saw it; an admission passes one guarded update, so that a
//! ticket enters once across all gates (I7). What a gate tells in one call is one transaction of
//! statements over many rows; each report has an answer of its own.

mod asides;

use std::cell::Cell;
use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;
use ticket_core::admission::{Entry, Reason};
use ticket_core::credential::{KeysDigest, keys_digest};
use ticket_core::ids::{EventId, UserId};
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport, AgentNumber, FirstScan};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use super::device::Device;
use super::holders::{Person, open_data_key};
use super::store::{self, FoundTicket, ScanFate, ScanRow, Scanned, SealedKeys};
use crate::app::App;
use crate::audit_log;
use crate::catalogue::{self, Snapshot};
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// Reports may be late by as long as a gate is cut off.
const CLOCK_ERROR_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Answers reports, in their order; the same report again gets the same answer.
pub(super) async fn record(
    app: &App,
    device: &Device,
    reports: &[AdmissionReport],
) -> Result<Vec<AdmissionAnswer>, Error> {
    let now = app.clock.now();
    let snapshot = catalogue::snapshot(app).await?;
    let met = Cell::new(false);
    for care in [Care::Light, Care::Full, Care::Full, Care::Full] {
        let recorded = app
            .db
            .write("gates.record", async |tx| {
                let call = Call::read((app, &snapshot), tx, (device, care), reports, now).await?;
                call.record(tx, reports, &met).await
            })
            .await;
        if recorded.is_ok() || !met.take() {
            return recorded;
        }
    }
    Err(Error::unavailable("the same scans are being told"))
}

/// How much is read before a call is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// No ticket is locked, and of tickets that may enter nobody asks whether this very scan was
    /// told before: as long as nobody else tells of the same tickets and scans, nothing else comes
    /// of it.
    Light,
    /// After another call was met.
    Full,
}

/// What one call is decided from, and what came of it so far.
struct Call<'a> {
    app: &'a App,
    snapshot: &'a Snapshot,
    device: &'a Device,
    now: Timestamp,
    tickets: HashMap<Uuid, FoundTicket>,
    /// The keys of those whose digest is not kept.
    sealed: HashMap<Uuid, SealedKeys>,
    /// What this device was told about scans it told before.
    told: HashMap<Uuid, AdmissionAnswer>,
    first_scans: HashMap<Uuid, FirstScan>,
    scanned: Vec<Scanned>,
    rows: Vec<ScanRow>,
    /// Accounts of the supervisors who let in against a verdict.
    supervisors: HashMap<AgentNumber, UserId>,
    audited: Vec<audit_log::Entry>,
}

impl<'a> Call<'a> {
    async fn read(
        (app, snapshot): (&'a App, &'a Snapshot),
        tx: &Tx<'_>,
        (device, care): (&'a Device, Care),
        reports: &[AdmissionReport],
        now: Timestamp,
    ) -> Result<Self, Error> {
        let tickets = reports.iter().filter_map(|report| report.ticket_id);
        let mut tickets: Vec<Uuid> = tickets.map(|id| id.as_uuid()).collect();
        tickets.sort_unstable();
        tickets.dedup();
        if care == Care::Full {
            // In the order of their ids: two gates with one ticket queue here.
            store::lock_tickets(tx, &tickets).await?;
        }
        let tickets = store::find_tickets(tx, &tickets).await?;
        let without_digest = tickets.iter().filter(|(_, row)| row.keys_digest.is_none());
        let without_digest: Vec<Uuid> = without_digest.map(|(id, _)| *id).collect();
        let mut sealed = HashMap::new();
        if !without_digest.is_empty() {
            sealed = store::list_sealed_keys(tx, &without_digest).await?;
        }
        let may_be_told = |report: &&AdmissionReport| {
            let ticket = report.ticket_id.map(|id| id.as_uuid());
            let ticket = ticket.and_then(|id| tickets.get(&id));
            care == Care::Full || ticket.is_none_or(|ticket| ticket.state != "sent")
        };
        let scans: Vec<Uuid> = reports.iter().filter(may_be_told).map(scan_id).collect();
        let mut told = HashMap::new();
        if !scans.is_empty() {
            for (scan, answer) in store::list_answers(tx, device.id, &scans).await? {
                told.insert(scan, serde_json::from_value(answer).map_err(Error::bug)?);
            }
        }
        let entered = tickets.iter().filter(|(_, row)| row.state == "scanned");
        let entered: Vec<Uuid> = entered.map(|(id, _)| *id).collect();
        let mut first_scans = HashMap::new();
        if !entered.is_empty() {
            let admissions = store::list_admissions(tx, &entered).await?;
            first_scans.extend(admissions);
        }
        Ok(Self {
            app,
            snapshot,
            device,
            now,
            tickets,
            sealed,
            told,
            first_scans,
            scanned: Vec::new(),
            rows: Vec::with_capacity(reports.len()),
            supervisors: asides::supervisors(tx, reports).await?,
            audited: Vec::new(),
        })
    }

    async fn record(
        mut self,
        tx: &Tx<'_>,
        reports: &[AdmissionReport],
        met: &Cell<bool>,
    ) -> Result<Vec<AdmissionAnswer>, Error> {
        let mut answers = Vec::with_capacity(reports.len());
        for report in reports {
            answers.push(self.answer(report)?);
        }
        let is_first = (self.scanned.is_empty()
            || store::mark_scanned(tx, &self.scanned, &self.device.gate).await?)
            && (self.rows.is_empty()
                || store::insert_scans(tx, self.device, &self.rows, self.now).await?);
        if !is_first {
            // Nothing of it stays; the next attempt finds what was there.
            met.set(true);
            return Err(Error::bug("a scan or its ticket was told of meanwhile"));
        }
        for entry in &self.audited {
            audit_log::record(tx, entry, self.now).await?;
        }
        Ok(answers)
    }

    /// One report's answer, and what is to be written for it.
    fn answer(&mut self, report: &AdmissionReport) -> Result<AdmissionAnswer, Error> {
        let scan = scan_id(report);
        if let Some(answer) = self.told.get(&scan) {
            return Ok(answer.clone());
        }
        let scanned_at = believable(report.scanned_at, self.now);
        let ticket = report.ticket_id.map(|id| id.as_uuid());
        let ticket = ticket.filter(|id| self.tickets.contains_key(id));
        let (answer, fate) = match self.aside(report, ticket, scanned_at) {
            Some(became) => became,
            None => self.by_the_rule(report, ticket, scanned_at)?,
        };
        // Of a question only a yes is kept: what the agent sees after a no, or without waiting for
        // the answer, the gate tells when it is decided.
        let is_kept = !report.asking || answer == AdmissionAnswer::Accepted;
        if !is_kept || answer == AdmissionAnswer::NotNow {
            return Ok(answer);
        }
        let context = Some(&report.context).filter(|context| !context.is_empty());
        let context = context.map(serde_json::to_value).transpose();
        self.rows.push(ScanRow {
            id: scan,
            ticket_id: ticket,
            scanned_at,
            verdict: match report.verdict {
                Entry::Admit => "admit",
                Entry::Refuse => "refuse",
            },
            reason: report.reason.code(),
            asked: report.asking,
            fate,
            answer: serde_json::to_value(&answer).map_err(Error::bug)?,
            context: context.map_err(Error::bug)?,
        });
        self.told.insert(scan, answer.clone());
        Ok(answer)
    }

    fn by_the_rule(
        &mut self,
        report: &AdmissionReport,
        ticket: Option<Uuid>,
        at: Timestamp,
    ) -> Result<(AdmissionAnswer, ScanFate), Error> {
        let answer = match (report.verdict, ticket) {
            (Entry::Refuse, _) => AdmissionAnswer::Accepted,
            (Entry::Admit, None) => refused(Reason::Unknown),
            (Entry::Admit, Some(id)) => self.admit(report, id, at)?,
        };
        let fate = fate(report, &answer);
        Ok((answer, fate))
    }

    fn admit(
        &mut self,
        report: &AdmissionReport,
        ticket: Uuid,
        at: Timestamp,
    ) -> Result<AdmissionAnswer, Error> {
        let Some(row) = self.tickets.get_mut(&ticket) else {
            return Ok(refused(Reason::Unknown));
        };
        let event = self.snapshot.event(EventId::from_uuid(row.event_id));
        if !event.is_some_and(|event| self.device.lets_in(row.event_id, event.venue.id.as_uuid())) {
            return Ok(refused(Reason::WrongGate));
        }
        match keys_hold(report, row, || opened(self.app, ticket, &self.sealed)) {
            Ok(true) => {}
            Ok(false) => return Ok(refused(Reason::Forged)),
            // Rows of one person that do not open are no reason to keep the others outside.
            Err(error) => {
                tracing::error!(ticket.id = %ticket, %error, "a ticket's keys do not open");
                return Ok(AdmissionAnswer::NotNow);
            }
        }
        let state = TicketStateName::parse(&row.state).ok_or_else(|| Error::bug("ticket state"))?;
        Ok(match state {
            TicketStateName::Sent => {
                "scanned".clone_into(&mut row.state);
                let gate = self.device.gate.clone();
                self.first_scans.insert(ticket, FirstScan { at, gate });
                self.scanned.push(Scanned { ticket, at });
                AdmissionAnswer::Accepted
            }
            TicketStateName::Scanned => match self.first_scans.get(&ticket).cloned() {
                Some(first_scan) => AdmissionAnswer::AlreadyAdmitted { first_scan },
                None => refused(Reason::AlreadyScanned),
            },
            TicketStateName::Paid => refused(Reason::NotSent),
            TicketStateName::Deactivated => refused(Reason::Deactivated),
        })
    }
}

fn scan_id(report: &AdmissionReport) -> Uuid {
    report.scan_id.as_uuid()
}

/// A gate's clock may be wrong, not by a year: then the centre's own time is nearer the truth.
fn believable(at: Timestamp, now: Timestamp) -> Timestamp {
    let apart = at.duration_since(now).abs();
    if apart > CLOCK_ERROR_MAX { now } else { at }
}

/// What became of a scan that is recorded.
fn fate(report: &AdmissionReport, answer: &AdmissionAnswer) -> ScanFate {
    match (report.verdict, answer) {
        (Entry::Refuse, _) => ScanFate::Noted,
        (Entry::Admit, AdmissionAnswer::Accepted) => ScanFate::Admission,
        (Entry::Admit, _) => ScanFate::Conflict,
    }
}

const fn refused(reason: Reason) -> AdmissionAnswer {
    AdmissionAnswer::Refused { reason }
}

/// Both keys of the code compared with the ticket's, in constant time. `opened` is asked where no
/// digest of them is kept.
fn keys_hold(
    report: &AdmissionReport,
    row: &FoundTicket,
    opened: impl FnOnce() -> Result<Option<KeysDigest>, Error>,
) -> Result<bool, Error> {
    let Some(given) = report.keys_digest else {
        return Ok(false);
    };
    if let Some(kept) = &row.keys_digest {
        return Ok(bool::from(kept.as_slice().ct_eq(given.as_bytes())));
    }
    let digest = opened()?;
    Ok(digest.is_some_and(|digest| bool::from(digest.as_bytes().ct_eq(given.as_bytes()))))
}

/// The digest of keys that are opened for it; `None` once their person is erased.
fn opened(
    app: &App,
    ticket: Uuid,
    sealed: &HashMap<Uuid, SealedKeys>,
) -> Result<Option<KeysDigest>, Error> {
    let Some(keys) = sealed.get(&ticket) else {
        return Ok(None);
    };
    let Some(data_key) = open_data_key(app, keys.user_id, keys.data_key.as_ref())? else {
        return Ok(None);
    };
    let person = Person {
        user_id: keys.user_id,
        user_key: &keys.user_key,
        ticket_id: ticket,
        ticket_key: &keys.ticket_key,
    };
    Ok(Some(keys_digest(&person.credential_keys(&data_key)?)))
}
