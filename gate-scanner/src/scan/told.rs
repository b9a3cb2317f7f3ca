//! What a tablet decided alone and tells afterwards. It is kept as the agent saw it, whatever the
//! list says now; a second entry is shown as a conflict and changes nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ticket_core::admission::{Entry as Entered, Reason};
use ticket_core::credential::KeysDigest;
use ticket_core::ids::{EventCode, ScanId, TabletId, TicketId, TicketSerial};
use ticket_core::manifest::{
    AdmissionReport, AgentNumber, DESK_TEXT_LENGTH_MAX, ReadBy, ScanContext,
};
use ticket_core::ticket::TicketStateName;

use super::enter::{keep, unavailable};
use super::sight::Sight;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{Certainty, ContentDigest, Entry, LedgerBroken, Told};
use crate::sync::{Found, List};

/// In one call; a tablet that has more calls again.
const SCANS_MAX: usize = 200;
/// A tablet's clock may be a little ahead, and it may have been alone for days.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);
const ALONE_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);

/// With the code while the tablet still has it, else with what it led to there.
#[derive(Deserialize)]
pub(crate) struct ToldScan {
    scan_id: ScanId,
    gate: String,
    code: Option<String>,
    event: Option<EventCode>,
    serial: Option<TicketSerial>,
    ticket_id: Option<TicketId>,
    /// Base64 of the digest of the keys that were presented.
    keys: Option<String>,
    scanned_at: Timestamp,
    verdict: Entered,
    reason: Reason,
    agent: Option<AgentNumber>,
    read_by: Option<ReadBy>,
    party_of: Option<ScanId>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ToldAnswer {
    scan_id: ScanId,
    kept: bool,
    /// Let in, though it had entered before.
    conflict: bool,
}

/// One answer for each, in their order. Must run to its end once begun.
///
/// # Errors
/// `invalid` when one of them cannot be: then none is kept.
pub(crate) async fn keep_all(
    app: App,
    tablet: Option<TabletId>,
    scans: Vec<ToldScan>,
) -> Result<Vec<ToldAnswer>, Error> {
    if scans.len() > SCANS_MAX {
        return Err(Refusal::Invalid("scans: at most 200 in one call".into()).into());
    }
    for scan in &scans {
        scan.check()?;
    }
    let mut answers = Vec::with_capacity(scans.len());
    for scan in scans {
        answers.push(keep_one(&app, tablet, scan).await?);
    }
    Ok(answers)
}

impl ToldScan {
    fn check(&self) -> Result<(), Refusal> {
        let refused = |what: &str| Err(Refusal::Invalid(what.into()));
        if self.reason.entry() != self.verdict {
            return refused("reason: not of this verdict");
        }
        if self.gate.chars().count() > DESK_TEXT_LENGTH_MAX
            || self.gate.chars().any(char::is_control)
        {
            return refused("gate: the name of a gate is on one line");
        }
        if self.keys.is_some() && self.keys_digest().is_none() {
            return refused("keys: 32 bytes in base64");
        }
        Ok(())
    }

    fn keys_digest(&self) -> Option<KeysDigest> {
        let bytes = STANDARD.decode(self.keys.as_ref()?).ok()?;
        bytes.try_into().ok().map(KeysDigest::from_bytes)
    }

    /// What it led to, by the code or by what the tablet says; nothing when the list has it not.
    fn found(&self, list: &List) -> Option<Found> {
        if let Some(code) = &self.code {
            return Sight::of(code, list).found;
        }
        let code = self.event.as_ref()?;
        let listed = list.events();
        let listed = listed.iter().find(|listed| listed.event.code == *code)?;
        list.find(listed.event.number, self.serial?)
    }
}

async fn keep_one(
    app: &App,
    tablet: Option<TabletId>,
    scan: ToldScan,
) -> Result<ToldAnswer, Error> {
    let told_as = scan.scan_id;
    let _turn = app.scan_turns.take(told_as).await;
    let answered = |entry: &Entry| ToldAnswer {
        scan_id: told_as,
        ..kept(entry)
    };
    let (scan_id, known) = known(app, &scan).map_err(unavailable)?;
    if let Some(entry) = known {
        return Ok(answered(&entry));
    }
    let found = {
        let list = app.list().ok_or_else(Error::no_list)?;
        scan.found(&list)
    };
    let listed = found.as_ref().and_then(|found| found.ticket.as_ref());
    let listed = listed.filter(|listed| scan.ticket_id.is_none_or(|id| id == listed.ticket_id));
    // Nothing is claimed of a ticket whose code did not hold.
    let ticket_id = match (&scan.code, scan.ticket_id) {
        (_, Some(id)) => Some(id),
        (Some(_), None) => listed.map(|listed| listed.ticket_id),
        (None, None) => None,
    };
    let _ticket_turn = match ticket_id {
        Some(ticket) => Some(app.ticket_turns.take(ticket).await),
        None => None,
    };
    let admitted_here = match ticket_id {
        Some(ticket) => app.ledger.admission_of(ticket).map_err(unavailable)?,
        None => None,
    };
    let first_scan = admitted_here.or_else(|| listed?.first_scan.clone());
    let now = app.clock.now();
    let entry = Entry {
        certainty: Certainty::Local,
        serial: listed.map(|listed| listed.serial).or(scan.serial),
        state: match scan.verdict {
            Entered::Admit => Some(TicketStateName::Scanned),
            Entered::Refuse => listed.map(|listed| listed.state),
        },
        first_scan,
        content: content(app, &scan),
        told: Told::Waiting,
        report: AdmissionReport {
            scan_id,
            ticket_id,
            event: found.as_ref().map(|found| found.event.number),
            keys_digest: scan
                .keys_digest()
                .or_else(|| listed.map(|listed| listed.keys_digest)),
            device: app.config.device_name.clone(),
            scanned_at: believable(scan.scanned_at, now),
            asking: false,
            verdict: scan.verdict,
            reason: scan.reason,
            context: ScanContext {
                agent: scan.agent,
                tablet,
                read_by: scan.read_by,
                party_of: scan.party_of,
                on_tablet: true,
                ..ScanContext::default()
            },
            gate: scan.gate,
        },
    };
    keep(app, &entry).await?;
    Ok(answered(&entry))
}

/// The id to keep it under, and what is kept under it already.
fn known(app: &App, scan: &ToldScan) -> Result<(ScanId, Option<Entry>), LedgerBroken> {
    let scan_id = scan.scan_id;
    let Some(entry) = app.ledger.find(scan_id)? else {
        return Ok((scan_id, None));
    };
    if entry.report.context.on_tablet || entry.report.verdict == scan.verdict {
        return Ok((scan_id, Some(entry)));
    }
    // The service decided too, otherwise, and its answer did not arrive in time.
    let scan_id = beside(scan_id);
    Ok((scan_id, app.ledger.find(scan_id)?))
}

/// The id of what a tablet decided, beside what this service decided under the same id.
fn beside(scan_id: ScanId) -> ScanId {
    let digest = Sha256::new()
        .chain_update(b"guichet-scan-on-tablet-v1")
        .chain_update(scan_id.as_uuid().as_bytes())
        .finalize();
    let mut bytes = [0; 16];
    for (byte, of_digest) in bytes.iter_mut().zip(digest) {
        *byte = of_digest;
    }
    ScanId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn content(app: &App, scan: &ToldScan) -> ContentDigest {
    let code = scan.code.as_deref().unwrap_or_default();
    ContentDigest::of(&app.config.gate_token, &scan.gate, code)
}

fn kept(entry: &Entry) -> ToldAnswer {
    let is_again = entry.first_scan.is_some() && entry.report.verdict == Entered::Admit;
    ToldAnswer {
        scan_id: entry.scan_id(),
        kept: true,
        conflict: is_again || matches!(entry.told, Told::Conflict { .. }),
    }
}

/// A clock that is wrong by more is not believed.
fn believable(at: Timestamp, now: Timestamp) -> Timestamp {
    let ago = now.duration_since(at);
    let is_possible = ago < ALONE_MAX && ago > -AHEAD_MAX;
    if is_possible { at } else { now }
}
