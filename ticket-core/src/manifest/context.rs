//! How a scan came about, beside what was decided: who, on what, for which event. Nothing personal
//! of the holder, nothing of an identity document.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::staff::AgentNumber;
use crate::{
    admission::Reason,
    ids::{EventCode, ScanId, TabletId},
};

/// What is missing was not so, or is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScanContext {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tablet: Option<TabletId>,
    /// The event that was chosen on the tablet: tickets of another are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_asked: Option<EventCode>,
    /// Decided and shown; nobody was let in by it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub look_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_by: Option<ReadBy>,
    /// Let in with the party of the ticket that this scan presented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party_of: Option<ScanId>,
    /// Decided by the tablet alone, without its gate service.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub on_tablet: bool,
    /// Told by a tablet on which nobody was signed in then, or let in with keys that are not the
    /// ticket's: to be looked at, and nobody's entry.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unproven: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Override>,
}

impl ScanContext {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What brought the code in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadBy {
    Wedge,
    Hid,
    Serial,
    Camera,
    Typed,
    Reader,
}

/// A supervisor let in against the verdict of an earlier scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub of: ScanId,
    /// What that scan said.
    pub was: Reason,
    /// The supervisor's words.
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<AgentNumber>,
}

/// The outcome of comparing a holder with their identity document. One more does not change those
/// before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityCheck {
    /// Made by the gate service; the same id is the same check, told again.
    pub id: Uuid,
    pub scan_id: ScanId,
    pub at: Timestamp,
    pub outcome: IdentityOutcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<IdentityReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentNumber>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityOutcome {
    Checked,
    Refused,
}

impl IdentityOutcome {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Refused => "refused",
        }
    }
}

/// Why an identity was refused. No data of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityReason {
    OtherPerson,
    NoDocument,
    UnreadableDocument,
    NotConvinced,
}

impl IdentityReason {
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherPerson => "other_person",
            Self::NoDocument => "no_document",
            Self::UnreadableDocument => "unreadable_document",
            Self::NotConvinced => "not_convinced",
        }
    }
}
