//! What a gate service asks the centre for on behalf of people: a tablet to enrol, a holder to
//! find by name, the scans of a ticket at all gates.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::context::ScanContext;
use super::staff::AgentNumber;
use crate::{
    admission::{Entry, Reason},
    ids::{EventCode, ScanId, TabletId, TicketId, TicketSerial},
    ticket::TicketStateName,
};

/// Longest names of tablets, texts of searches and reasons, in characters.
pub const DESK_TEXT_LENGTH_MAX: usize = 120;

#[derive(Clone, Serialize, Deserialize)]
pub struct EnrolmentRequest {
    /// As typed, or the text of the QR (`guichet-enrol:CODE`).
    pub code: String,
    /// What the tablet is called; that of the enrolment when empty.
    #[serde(default)]
    pub name: String,
}

impl fmt::Debug for EnrolmentRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentRequest(secret)")
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Enrolled {
    /// Told once; only its digest is kept.
    pub token: String,
    pub tablet: TabletFacts,
}

impl fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Enrolled({:?})", self.tablet)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabletFacts {
    pub id: TabletId,
    pub name: String,
    pub gate: String,
}

/// A supervisor's search; the reason is kept in the audit log, the name is not.
#[derive(Clone, Serialize, Deserialize)]
pub struct SearchRequest {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventCode>,
    pub reason: String,
    pub agent: AgentNumber,
}

impl fmt::Debug for SearchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SearchRequest(personal)")
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct FoundTicket {
    pub ticket_id: TicketId,
    pub serial: TicketSerial,
    pub event: EventCode,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub seat: String,
    pub state: TicketStateName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanned_at: Option<Timestamp>,
}

impl fmt::Debug for FoundTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoundTicket(personal)")
    }
}

/// A scan as the centre has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownScan {
    pub scan_id: ScanId,
    pub device: String,
    pub gate: String,
    pub scanned_at: Timestamp,
    pub verdict: Entry,
    pub reason: Reason,
    /// The ticket's one admission.
    pub admission: bool,
    /// Let in where the centre would have refused.
    pub conflict: bool,
    #[serde(default, skip_serializing_if = "ScanContext::is_empty")]
    pub context: ScanContext,
}
