//! A ticket that was let in more than once, by gates that could not ask: told to all of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{EventNumber, ScanId, TicketId, TicketSerial};

/// Replaces what was known of the ticket's conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmissionConflict {
    pub ticket_id: TicketId,
    pub event: EventNumber,
    pub serial: TicketSerial,
    /// By the time of the scan.
    pub entries: Vec<ConflictEntry>,
}

/// One time that somebody was let in: who, where, when. Nothing of the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictEntry {
    pub scan_id: ScanId,
    pub gate: String,
    pub device: String,
    /// Staff number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    pub at: Timestamp,
    /// Whether the centre said yes before; else the gate decided alone.
    pub confirmed: bool,
}
