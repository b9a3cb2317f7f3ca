//! What the ledger's file is made of, besides entries.

use serde::{Deserialize, Serialize};
use ticket_core::ids::ScanId;

use super::desk::DeskRecord;
use super::entry::{Entry, Told};

/// Written once, never changed: what is learnt later is a record of its own.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    Entry(Box<Entry>),
    /// What the centre answered about an entry.
    Told {
        scan_id: ScanId,
        told: Told,
    },
    /// The key of manifests, trusted from its first use on.
    ManifestKey([u8; 32]),
    /// Of people at work.
    Desk(DeskRecord),
}
