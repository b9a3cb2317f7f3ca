//! Sessions: an opaque token in a cookie, its digest in PostgreSQL, and a memory of it in the
//! process, so that a busy spectator does not cost a query per click.

mod changes;
mod memory;
pub(super) mod store;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use ticket_core::access::Role;
use ticket_core::ids::UserId;

pub(crate) use changes::{run_once, start, watch};
pub(super) use memory::Memory;

use super::device::Device;
use super::lookups;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::random_bytes;

/// A spectator comes back all week; staff sign in for each shift.
pub(super) const SPECTATOR_TTL_SECONDS: i64 = 7 * 24 * 3600;
const STAFF_TTL_SECONDS: i64 = 12 * 3600;
/// How finely it is kept when a session was seen last: often enough for its owner, and not a write
/// for each click. Who is remembered is noted when they are read again.
pub(super) const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(15);
/// base64 of 32 bytes without padding.
const TOKEN_CHARS: usize = 43;

pub(super) type TokenHash = [u8; 32];

/// 256 random bits. Never logged, never stored; only its digest is.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    pub(super) fn make() -> Result<Self, Error> {
        Ok(Self(URL_SAFE_NO_PAD.encode(random_bytes::<32>()?)))
    }

    /// From a cookie; anything of another shape is no token.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (text.len() == TOKEN_CHARS && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> TokenHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.0.as_bytes()).as_ref());
        hash
    }
}

/// Who a token stands for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Session {
    pub user_id: UserId,
    pub role: Role,
    pub locale: Locale,
    pub expires_at: Timestamp,
    /// To [`SEEN_EVERY`].
    pub seen_at: Timestamp,
}

/// The live session of a token, if there is one.
pub(super) async fn find(app: &App, token: &Token) -> Result<Option<Session>, Error> {
    let hash = token.hash();
    let reading = match app.accounts.sessions.recall(&hash, app.clock.now()) {
        Ok(session) => return Ok(Some(session)),
        Err(reading) => reading,
    };
    let found = lookups::session(app, hash).await?;
    if let Some(session) = found {
        app.accounts.sessions.remember(hash, session, reading);
    }
    Ok(found)
}

/// A fresh session for someone who just proved who they are. Returns its lifetime too.
pub(super) async fn open(
    tx: &Tx<'_>,
    (user, role): (UserId, Role),
    device: Device,
    now: Timestamp,
) -> Result<Opened, Error> {
    let lives_seconds = if role.is_staff() {
        STAFF_TTL_SECONDS
    } else {
        SPECTATOR_TTL_SECONDS
    };
    let token = Token::make()?;
    let expires_at = now + SignedDuration::from_secs(lives_seconds);
    store::insert_session(tx, (&token.hash(), user), device, (now, expires_at)).await?;
    Ok(Opened {
        token,
        user,
        lives_seconds,
        is_own_browser: false,
    })
}

/// A session that was just opened: what its cookie needs.
pub(super) struct Opened {
    pub token: Token,
    pub user: UserId,
    pub lives_seconds: i64,
    /// The session before it was the same person's: what pages kept in this browser is theirs.
    pub is_own_browser: bool,
}

/// Whether a token is of a live session of this person.
pub(super) async fn is_of(app: &App, token: Option<&Token>, user: UserId) -> Result<bool, Error> {
    let Some(token) = token else {
        return Ok(false);
    };
    let session = find(app, token).await?;
    Ok(session.is_some_and(|session| session.user_id == user))
}

/// Ends one session: at once here, within five seconds elsewhere.
pub(super) async fn revoke(app: &App, token: &Token) -> Result<(), Error> {
    let (hash, now) = (token.hash(), app.clock.now());
    app.db
        .write("accounts.revoke_session", async |tx| {
            store::revoke_session(tx, &hash, now).await
        })
        .await?;
    app.accounts.sessions.forget(&hash);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_other_shapes_are_none() {
        let token = Token::make().unwrap();
        assert_eq!(Token::parse(token.as_str()).unwrap().hash(), token.hash());
        for bad in ["", "a", &"é".repeat(22), &"a".repeat(44), &" ".repeat(43)] {
            assert!(Token::parse(bad).is_none());
        }
    }
}
