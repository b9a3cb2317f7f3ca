//! Sessions of agents, by the digest of their token. They are in the ledger, so that a restart in
//! the midst of a crowd signs nobody out.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use ticket_core::ids::TabletId;
use ticket_core::manifest::AgentNumber;

use crate::app::{App, token_digest};
use crate::error::Error;
use crate::ledger::{DeskRecord, LedgerBroken, Record, Session, SessionDigest};

/// A shift.
const LIFE: SignedDuration = SignedDuration::from_hours(12);
const TOKEN_BYTES: usize = 32;

/// Opens one; its token is told this once.
pub(super) async fn open(
    app: &App,
    agent: AgentNumber,
    tablet: Option<TabletId>,
) -> Result<(String, Session), Error> {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; TOKEN_BYTES]>());
    let now = app.clock.now();
    let session = Session {
        digest: digest(&token),
        agent,
        tablet,
        expires_at: now.checked_add(LIFE).unwrap_or(now),
    };
    keep(app, DeskRecord::SessionOpened(session)).await?;
    Ok((token, session))
}

/// The session of a token on a tablet, while it holds. Whether its agent is one still is left to
/// the caller.
pub(crate) fn find(app: &App, token: &str, tablet: Option<TabletId>) -> Option<Session> {
    let found = app.ledger.session(digest(token));
    found.filter(|session| session.tablet == tablet && session.expires_at > app.clock.now())
}

pub(super) async fn end(app: &App, token: &str) -> Result<(), Error> {
    let digest = digest(token);
    if app.ledger.session(digest).is_none() {
        return Ok(());
    }
    keep(app, DeskRecord::SessionEnded(digest)).await
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
