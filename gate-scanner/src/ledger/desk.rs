//! What the ledger keeps of people at work: sessions of agents, so that a restart signs nobody out,
//! and outcomes of identity checks, until the centre has them and after.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket_core::ids::{ScanId, TabletId};
use ticket_core::manifest::{AgentNumber, IdentityCheck};
use uuid::Uuid;

use super::entry::base64_text;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeskRecord {
    SessionOpened(Session),
    SessionEnded(SessionDigest),
    Checked(IdentityCheck),
    /// By their ids.
    ChecksTold(Vec<Uuid>),
}

/// SHA-256 of a session's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct SessionDigest(#[serde(with = "base64_text")] pub(crate) [u8; 32]);

/// Holds on the tablet it was opened on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) digest: SessionDigest,
    pub(crate) agent: AgentNumber,
    pub(crate) tablet: Option<TabletId>,
    pub(crate) expires_at: Timestamp,
}

#[derive(Debug, Default)]
pub(super) struct Desk {
    sessions: HashMap<SessionDigest, Session>,
    checks: HashMap<ScanId, Vec<IdentityCheck>>,
    /// In the order they were made.
    untold: Vec<IdentityCheck>,
}

impl Desk {
    pub(super) fn apply(&mut self, record: &DeskRecord) {
        match record {
            DeskRecord::SessionOpened(session) => {
                // Whoever opens one clears those that have ended by themselves.
                let opened = session.expires_at;
                self.sessions
                    .retain(|_, known| is_younger_than_two_lives(known, opened));
                self.sessions.insert(session.digest, *session);
            }
            DeskRecord::SessionEnded(digest) => {
                self.sessions.remove(digest);
            }
            DeskRecord::Checked(check) => {
                let of_scan = self.checks.entry(check.scan_id).or_default();
                of_scan.push(check.clone());
                self.untold.push(check.clone());
            }
            DeskRecord::ChecksTold(ids) => {
                self.untold.retain(|check| !ids.contains(&check.id));
            }
        }
    }

    pub(super) fn session(&self, digest: SessionDigest) -> Option<Session> {
        self.sessions.get(&digest).copied()
    }

    pub(super) fn checks_of(&self, scan: ScanId) -> Vec<IdentityCheck> {
        self.checks.get(&scan).cloned().unwrap_or_default()
    }

    pub(super) fn untold(&self, limit: usize) -> Vec<IdentityCheck> {
        self.untold.iter().take(limit).cloned().collect()
    }
}

/// All sessions live equally long, so one that expired before this one was opened expires more than
/// a life before it. A day is longer than any life.
fn is_younger_than_two_lives(known: &Session, opened_expires_at: Timestamp) -> bool {
    let apart = opened_expires_at.duration_since(known.expires_at);
    apart < jiff::SignedDuration::from_hours(24)
}
