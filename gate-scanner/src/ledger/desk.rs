//! What the ledger keeps of people at work: sessions of agents, so that a restart signs nobody out,
//! and outcomes of identity checks, until the centre has them and after.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ticket_core::ids::{ScanId, TabletId};
use ticket_core::manifest::{AgentNumber, IdentityCheck};
use uuid::Uuid;

use super::entry::base64_text;

/// As long as a tablet may be alone before it tells what was decided in a session.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeskRecord {
    SessionOpened(Session),
    SessionEnded {
        digest: SessionDigest,
        at: Timestamp,
    },
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
    /// SHA-256 of the hash of the PIN that opened it: another PIN ends it.
    #[serde(with = "base64_text")]
    pub(crate) pin: [u8; 32],
    pub(crate) opened_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Signed out.
    pub(crate) ended_at: Option<Timestamp>,
}

impl Session {
    pub(crate) fn ends_at(&self) -> Timestamp {
        self.ended_at
            .map_or(self.expires_at, |ended| ended.min(self.expires_at))
    }
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
                // Whoever opens one clears those of long ago.
                let opened = session.opened_at;
                self.sessions
                    .retain(|_, known| opened.duration_since(known.expires_at) < REMEMBERED);
                self.sessions.insert(session.digest, *session);
            }
            DeskRecord::SessionEnded { digest, at } => {
                if let Some(session) = self.sessions.get_mut(digest) {
                    session.ended_at.get_or_insert(*at);
                }
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

    /// Whether an agent was signed in on a device at some time, by clocks that may be so far apart.
    pub(super) fn had_session(
        &self,
        (agent, tablet): (AgentNumber, Option<TabletId>),
        at: Timestamp,
        apart: SignedDuration,
    ) -> bool {
        self.sessions.values().any(|session| {
            session.agent == agent
                && session.tablet == tablet
                && session.opened_at.duration_since(at) <= apart
                && at.duration_since(session.ends_at()) <= apart
        })
    }

    pub(super) fn checks_of(&self, scan: ScanId) -> Vec<IdentityCheck> {
        self.checks.get(&scan).cloned().unwrap_or_default()
    }

    pub(super) fn untold(&self, limit: usize) -> Vec<IdentityCheck> {
        self.untold.iter().take(limit).cloned().collect()
    }
}
