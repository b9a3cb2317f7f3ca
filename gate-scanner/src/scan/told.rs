//! What a tablet decided alone and tells afterwards. It is kept as the agent saw it, whatever the
//! list says now; a second entry is shown as a conflict and changes nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use ticket_core::admission::{Entry as Entered, Reason};
use ticket_core::credential::KeysDigest;
use ticket_core::ids::{EventCode, EventNumber, ScanId, TabletId, TicketId, TicketSerial};
use ticket_core::manifest::{
    AdmissionReport, AgentNumber, DESK_TEXT_LENGTH_MAX, FirstScan, ManifestTicket, ReadBy,
    ScanContext,
};
use ticket_core::ticket::TicketStateName;

use super::enter::{keep, unavailable};
use super::sight::Sight;
use crate::app::App;
use crate::error::{Error, Refusal};
use crate::ledger::{Certainty, ContentDigest, Entry, LedgerBroken, Told};
use crate::sync::List;

/// In one call; a tablet that has more calls again.
const SCANS_MAX: usize = 200;
/// A tablet's clock may be a little ahead, and it may have been alone for days.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);
/// Between a tablet's clock, which follows the service's, and this one.
const APART_MAX: SignedDuration = SignedDuration::from_mins(5);
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
    /// `None`: it has none that can be read.
    scan_id: Option<ScanId>,
    kept: bool,
    /// Let in, though it had entered before, or without anything that proves it.
    conflict: bool,
    /// Why it is not kept, nor will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'static str>,
}

/// One answer for each, in their order: one that cannot be keeps none of the others. Must run to
/// its end once begun.
///
/// # Errors
/// `invalid` for too many.
pub(crate) async fn keep_all(
    app: App,
    tablet: Option<TabletId>,
    scans: Vec<Value>,
) -> Result<Vec<ToldAnswer>, Error> {
    if scans.len() > SCANS_MAX {
        return Err(Refusal::Invalid("scans: at most 200 in one call".into()).into());
    }
    let mut answers = Vec::with_capacity(scans.len());
    for scan in scans {
        answers.push(match ToldScan::parse(scan) {
            Ok(scan) => keep_one(&app, tablet, scan).await?,
            Err(answer) => answer,
        });
    }
    Ok(answers)
}

impl ToldScan {
    fn parse(told: Value) -> Result<Self, ToldAnswer> {
        let scan_id = told.get("scan_id").cloned();
        let scan_id = scan_id.and_then(|id| serde_json::from_value(id).ok());
        let scan = serde_json::from_value(told).map_err(|_| "not a scan");
        let scan = scan.and_then(|scan: Self| scan.check().map(|()| scan));
        scan.map_err(|detail| ToldAnswer {
            scan_id,
            kept: false,
            conflict: false,
            code: Some("invalid"),
            detail: Some(detail),
        })
    }

    fn check(&self) -> Result<(), &'static str> {
        let refused = Err;
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

    /// What it led to: by the code, else by what the tablet says.
    fn lead(&self, list: &List) -> Lead {
        let Some(code) = &self.code else {
            return self.lead_without_code(list);
        };
        let sight = Sight::of(code, list);
        let keys = sight.keys_digest();
        let event = sight.found.as_ref().map(|found| found.event.number);
        let listed = sight.ticket().cloned();
        let listed = listed.filter(|listed| keys == Some(listed.keys_digest));
        // Nothing is claimed of a ticket whose code did not hold.
        let ticket = listed.as_ref().map(|listed| listed.ticket_id);
        Lead {
            event,
            ticket,
            keys,
            listed,
        }
    }

    fn lead_without_code(&self, list: &List) -> Lead {
        let found = self.event.as_ref().zip(self.serial);
        let found = found.and_then(|(code, serial)| {
            let events = list.events();
            let listed = events.iter().find(|listed| listed.event.code == *code)?;
            list.find(listed.event.number, serial)
        });
        let event = found.as_ref().map(|found| found.event.number);
        let listed = found.and_then(|found| found.ticket);
        let listed = listed.filter(|listed| self.ticket_id == Some(listed.ticket_id));
        // Only beside another of the party no code was presented.
        let of_party = listed.as_ref().filter(|_| self.party_of.is_some());
        let of_party = of_party.map(|listed| listed.keys_digest);
        Lead {
            event,
            ticket: self.ticket_id,
            keys: self.keys_digest().or(of_party),
            listed,
        }
    }
}

/// The ticket is of the list, unless that has none of it.
struct Lead {
    event: Option<EventNumber>,
    ticket: Option<TicketId>,
    keys: Option<KeysDigest>,
    listed: Option<ManifestTicket>,
}

impl Lead {
    /// Whether the keys that were presented are the ticket's; the centre looks again.
    fn holds(&self) -> bool {
        let known = self.listed.as_ref().map(|listed| listed.keys_digest);
        self.ticket.is_some() && self.keys.is_some() && (known.is_none() || known == self.keys)
    }
}

/// Whether the agent was signed in there then. Readers have none, and the service's own token.
fn is_attributed(
    app: &App,
    (agent, tablet): (Option<AgentNumber>, Option<TabletId>),
    at: Timestamp,
) -> bool {
    agent.map_or(tablet.is_none(), |agent| {
        app.ledger.had_session((agent, tablet), at, APART_MAX)
    })
}

async fn keep_one(
    app: &App,
    tablet: Option<TabletId>,
    scan: ToldScan,
) -> Result<ToldAnswer, Error> {
    let told_as = scan.scan_id;
    let _turn = app.scan_turns.take(told_as).await;
    let answered = |entry: &Entry| ToldAnswer {
        scan_id: Some(told_as),
        ..kept(entry)
    };
    let (scan_id, known) = known(app, &scan).map_err(unavailable)?;
    if let Some(entry) = known {
        return Ok(answered(&entry));
    }
    let lead = {
        let list = app.list().ok_or_else(Error::no_list)?;
        scan.lead(&list)
    };
    let _ticket_turn = match lead.ticket {
        Some(ticket) => Some(app.ticket_turns.take(ticket).await),
        None => None,
    };
    let admitted_here = lead
        .ticket
        .and_then(|ticket| app.ledger.admission_of(ticket));
    let entry = entry(app, (scan_id, tablet), scan, &lead, admitted_here);
    keep(app, &entry).await?;
    Ok(answered(&entry))
}

fn entry(
    app: &App,
    (scan_id, tablet): (ScanId, Option<TabletId>),
    scan: ToldScan,
    lead: &Lead,
    admitted_here: Option<FirstScan>,
) -> Entry {
    let listed = lead.listed.as_ref();
    let at = believable(scan.scanned_at, app.clock.now());
    let is_attributed = is_attributed(app, (scan.agent, tablet), at);
    let is_proven = is_attributed && (scan.verdict == Entered::Refuse || lead.holds());
    Entry {
        certainty: Certainty::Local,
        serial: listed.map(|listed| listed.serial).or(scan.serial),
        state: match scan.verdict {
            Entered::Admit if is_proven => Some(TicketStateName::Scanned),
            Entered::Admit | Entered::Refuse => listed.map(|listed| listed.state),
        },
        first_scan: admitted_here.or_else(|| listed?.first_scan.clone()),
        content: content(app, &scan),
        told: Told::Waiting,
        report: AdmissionReport {
            scan_id,
            ticket_id: lead.ticket,
            event: lead.event,
            keys_digest: lead.keys,
            device: app.config.device_name.clone(),
            scanned_at: at,
            asking: false,
            verdict: scan.verdict,
            reason: scan.reason,
            context: ScanContext {
                agent: scan.agent.filter(|_| is_attributed),
                tablet,
                read_by: scan.read_by,
                party_of: scan.party_of,
                on_tablet: true,
                unproven: !is_proven,
                ..ScanContext::default()
            },
            gate: scan.gate,
        },
    }
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
    let is_doubtful = entry.first_scan.is_some() || entry.report.context.unproven;
    let is_again = is_doubtful && entry.report.verdict == Entered::Admit;
    ToldAnswer {
        scan_id: Some(entry.scan_id()),
        kept: true,
        conflict: is_again || matches!(entry.told, Told::Conflict { .. }),
        code: None,
        detail: None,
    }
}

/// A clock that is wrong by more is not believed.
fn believable(at: Timestamp, now: Timestamp) -> Timestamp {
    let ago = now.duration_since(at);
    let is_possible = ago < ALONE_MAX && ago > -AHEAD_MAX;
    if is_possible { at } else { now }
}
