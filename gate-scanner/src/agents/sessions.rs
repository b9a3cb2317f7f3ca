//! Sessions of agents, by the digest of their token. Each holds on the tablet it was opened on.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::TabletId;
use ticket_core::manifest::AgentNumber;

use crate::app::token_digest;

/// A shift.
const LIFE: SignedDuration = SignedDuration::from_hours(12);
const TOKEN_BYTES: usize = 32;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    pub(crate) agent: AgentNumber,
    pub(crate) tablet: Option<TabletId>,
    pub(crate) expires_at: Timestamp,
}

type Known = HashMap<[u8; 32], Session>;

#[derive(Debug, Default)]
pub(crate) struct Sessions(RwLock<Known>);

impl Sessions {
    /// Opens one; its token is told this once.
    pub(super) fn open(
        &self,
        agent: AgentNumber,
        tablet: Option<TabletId>,
        now: Timestamp,
    ) -> (String, Session) {
        let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; TOKEN_BYTES]>());
        let session = Session {
            agent,
            tablet,
            expires_at: now.checked_add(LIFE).unwrap_or(now),
        };
        let mut known = self.write();
        known.retain(|_, session| session.expires_at > now);
        known.insert(token_digest(&token), session);
        (token, session)
    }

    /// Whether it has expired, and whether its agent is one still, is left to the caller.
    pub(crate) fn find(&self, token: &str, tablet: Option<TabletId>) -> Option<Session> {
        let found = self.read().get(&token_digest(token)).copied();
        found.filter(|session| session.tablet == tablet)
    }

    pub(super) fn end(&self, token: &str) {
        self.write().remove(&token_digest(token));
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Known> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}
