//! The manifest: what a gate needs to decide without the centre, and what it reports back.
//!
//! These types are the wire between `api` and `gate-scanner`. Bytes travel as base64. Nothing here
//! opens a gate or shows a name without the code that its holder presents: keys are digests,
//! holders are sealed ([`SealedHolder`]).

mod base64_text;
mod conflict;
mod context;
mod desk;
mod holder;
mod signature;
mod staff;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use conflict::{AdmissionConflict, ConflictEntry};
pub use context::{IdentityCheck, IdentityOutcome, IdentityReason, Override, ReadBy, ScanContext};
pub use desk::{
    DESK_TEXT_LENGTH_MAX, Enrolled, EnrolmentRequest, FoundTicket, KnownScan, SearchRequest,
    TabletFacts,
};
pub use holder::{
    HolderKeyFrom, HolderKeys, HolderRecord, HolderRefused, PartyMember, SealedHolder, open_holder,
    seal_holder,
};
pub use signature::{ManifestRefused, ManifestSigner, ManifestVerifier, SignedManifest};
pub use staff::{AgentNumber, AgentRole, GateStaff, ManifestAgent, ManifestTablet};

use crate::{
    admission::{Entry, Placement, Reason, TicketRecord},
    credential::{EventKeys, EventVerifier, KeysDigest, SealingKey, ShortCodeDigest, SigningSlot},
    event::AdmissionWindow,
    ids::{EventCode, EventId, EventNumber, IssueNumber, ScanId, TicketId, TicketSerial, VenueId},
    ticket::TicketStateName,
};

pub const MANIFEST_VERSION: u32 = 1;
/// Complaints at the gate are over by then, and the names of holders go.
pub const NAMES_KEPT_AFTER_CLOSING: SignedDuration = SignedDuration::from_hours(2);

/// The full list, or with `since` only what changed after that cursor.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub version: u32,
    pub generated_at: Timestamp,
    /// `None`: the full list, which replaces what was known. Else changes to it: an event or ticket
    /// here replaces the one of the same number and serial.
    pub since: Option<i64>,
    /// To ask for the changes after this manifest.
    pub cursor: i64,
    pub gates: Vec<ManifestGate>,
    #[serde(default, skip_serializing_if = "GateStaff::is_empty")]
    pub staff: GateStaff,
    /// Events that enter at other gates; in the full list only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<EventElsewhere>,
    pub events: Vec<ManifestEvent>,
    /// Tickets of which nothing else changed; in the full list none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entered: Vec<Entered>,
    /// In the full list the latest ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<AdmissionConflict>,
}

/// What a visitor at the wrong gate is told of the event they hold a ticket for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventElsewhere {
    pub number: EventNumber,
    pub code: EventCode,
    pub title: String,
    pub starts_at: Timestamp,
    pub gates_open_at: Timestamp,
    pub gates_close_at: Timestamp,
    pub venue_id: VenueId,
    pub venue: String,
    /// Names of the gates where it enters.
    pub gates: Vec<String>,
}

/// A gate and what enters there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestGate {
    pub name: String,
    pub venue_id: VenueId,
    /// Empty: every event of the manifest that is held at this gate's venue.
    pub events: Vec<EventNumber>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ManifestEvent {
    pub event_id: EventId,
    pub number: EventNumber,
    pub code: EventCode,
    pub venue_id: VenueId,
    pub title: String,
    pub starts_at: Timestamp,
    pub gates_open_at: Timestamp,
    pub gates_close_at: Timestamp,
    /// Whether paper and screenshots stay outside.
    pub live_code_required: bool,
    pub signing_keys: Vec<ManifestSigningKey>,
    #[serde(with = "base64_text")]
    pub sealing_key: SealingKey,
    pub tickets: Vec<ManifestTicket>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestSigningKey {
    pub slot: SigningSlot,
    #[serde(with = "base64_text")]
    pub public_key: EventVerifier,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestTicket {
    pub ticket_id: TicketId,
    pub serial: TicketSerial,
    pub issue: IssueNumber,
    pub state: TicketStateName,
    #[serde(with = "base64_text")]
    pub keys_digest: KeysDigest,
    #[serde(with = "base64_text")]
    pub short_digest: ShortCodeDigest,
    /// `None` when the holder's data is erased.
    pub holder: Option<SealedHolder>,
    /// When and where it was admitted, once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_scan: Option<FirstScan>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstScan {
    pub at: Timestamp,
    pub gate: String,
}

/// A ticket of the list that is *Scanned* now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    pub event: EventNumber,
    pub serial: TicketSerial,
    #[serde(flatten)]
    pub first_scan: FirstScan,
}

impl Manifest {
    pub fn gate(&self, name: &str) -> Option<&ManifestGate> {
        self.gates.iter().find(|gate| gate.name == name)
    }
}

impl ManifestGate {
    /// Where an event enters, seen from this gate. At its own venue the event is merely at another
    /// gate.
    pub fn placement(&self, event: EventNumber, venue: VenueId) -> Placement {
        let same_venue = venue == self.venue_id;
        if self.events.contains(&event) || (self.events.is_empty() && same_venue) {
            Placement::Here
        } else if same_venue {
            Placement::OtherGate
        } else {
            Placement::OtherEvent
        }
    }
}

impl ManifestEvent {
    pub fn keys(&self) -> EventKeys {
        let verifiers = self
            .signing_keys
            .iter()
            .map(|key| (key.slot, key.public_key));
        EventKeys {
            verifiers: verifiers.collect(),
            sealing: self.sealing_key.clone(),
        }
    }

    pub const fn window(&self) -> AdmissionWindow {
        AdmissionWindow {
            opens_at: self.gates_open_at,
            closes_at: self.gates_close_at,
        }
    }
}

impl ManifestTicket {
    pub const fn record(&self) -> TicketRecord {
        TicketRecord {
            issue: self.issue,
            state: self.state,
            keys_digest: self.keys_digest,
        }
    }
}

/// One scan, told to the centre; told again until it is answered. `(device, scan_id)` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionReport {
    pub scan_id: ScanId,
    /// `None` when the code led to no ticket.
    pub ticket_id: Option<TicketId>,
    pub event: Option<EventNumber>,
    #[serde(
        default,
        with = "base64_text::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub keys_digest: Option<KeysDigest>,
    pub gate: String,
    pub device: String,
    pub scanned_at: Timestamp,
    /// The agent still waits: the ticket is let in only if the centre accepts. Otherwise the agent
    /// has been answered, and this is what was said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asking: bool,
    pub verdict: Entry,
    pub reason: Reason,
    #[serde(default, skip_serializing_if = "ScanContext::is_empty")]
    pub context: ScanContext,
}

/// The centre's answer to a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum AdmissionAnswer {
    /// Recorded; an admitted ticket is now *Scanned*.
    Accepted,
    /// Another gate was first.
    AlreadyAdmitted { first_scan: FirstScan },
    /// Recorded, but the centre would not have admitted it.
    Refused { reason: Reason },
    /// Not recorded: something is wrong with this ticket's own rows. To be told again.
    NotNow,
}

#[cfg(test)]
mod tests;
