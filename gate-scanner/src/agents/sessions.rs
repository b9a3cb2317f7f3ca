//! Sessions of agents, by the digest of their token. They are in the ledger, so that a restart in
//! the midst of a crowd signs nobody out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ticket_core::ids::TabletId;
use ticket_core::manifest::ManifestAgent;

use crate::app::{App, token_digest};
use crate::error::Error;
use crate::ledger::{DeskRecord, LedgerBroken, Record, Session, SessionDigest};

/// A shift.
const LIFE: SignedDuration = SignedDuration::from_hours(12);
const TOKEN_BYTES: usize = 32;

/// Opens one; its token is told this once.
pub(super) async fn open(
    app: &App,
    agent: &ManifestAgent,
    tablet: Option<TabletId>,
) -> Result<(String, Session), Error> {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; TOKEN_BYTES]>());
    let now = app.clock.now();
    let session = Session {
        digest: digest(&token),
        agent: agent.number,
        tablet,
        pin: token_digest(&agent.pin_hash),
        opened_at: now,
        expires_at: now.checked_add(LIFE).unwrap_or(now),
        ended_at: None,
    };
    keep(app, DeskRecord::SessionOpened(session)).await?;
    Ok((token, session))
}

/// The session of a token on a tablet, while it holds. Whether its agent is one still, with the
/// same PIN, is left to the caller.
pub(crate) fn find(app: &App, token: &str, tablet: Option<TabletId>) -> Option<Session> {
    let found = app.ledger.session(digest(token));
    let found = found.filter(|session| session.tablet == tablet && session.ended_at.is_none());
    found.filter(|session| session.expires_at > app.clock.now())
}

impl Session {
    /// Whether it was opened with the PIN that the agent has now. An agent who was revoked and
    /// declared anew has another, though it were the same six digits.
    pub(crate) fn is_of(&self, agent: &ManifestAgent) -> bool {
        self.agent == agent.number && self.pin == token_digest(&agent.pin_hash)
    }
}

pub(super) async fn end(app: &App, token: &str) -> Result<(), Error> {
    let digest = digest(token);
    let known = app.ledger.session(digest);
    if known.is_none_or(|session| session.ended_at.is_some()) {
        return Ok(());
    }
    let at = app.clock.now();
    keep(app, DeskRecord::SessionEnded { digest, at }).await
}

async fn keep(app: &App, record: DeskRecord) -> Result<(), Error> {
    let kept = app.ledger.keep(vec![Record::Desk(record)]).await;
    kept.map_err(|broken: LedgerBroken| {
        tracing::error!(%broken, "the ledger fails");
        Error::Unavailable("the ledger cannot be written".into())
    })
}

fn digest(token: &str) -> SessionDigest {
    SessionDigest(token_digest(token))
}
