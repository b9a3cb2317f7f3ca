//! What nearly every request of a signed-in person reads: the session, the data key. Requests that
//! come together ask PostgreSQL together.

use std::collections::HashMap;
use std::time::Duration;

use actix_web::rt;
use jiff::Timestamp;
use ticket_core::ids::UserId;

use super::session::{self, SEEN_EVERY, Session, TokenHash};
use super::store;
use crate::app::App;
use crate::platform::batch::{Batcher, Bounds, all_failed};
use crate::platform::error::Error;
use crate::platform::seal::Wrapped;

/// Two readers, so that one slow answer does not stop everybody.
const BOUNDS: Bounds = Bounds {
    batch_max: 256,
    queue_max: 4096,
    writers_max: 2,
    gather: Duration::from_millis(4),
    enough: 64,
};

pub(super) struct Lookups {
    sessions: Batcher<TokenHash, Option<Session>>,
    data_keys: Batcher<UserId, Option<Wrapped>>,
}

impl Default for Lookups {
    fn default() -> Self {
        Self {
            sessions: Batcher::new(BOUNDS),
            data_keys: Batcher::new(BOUNDS),
        }
    }
}

/// The session with this digest, if it is live.
pub(super) async fn session(app: &App, hash: TokenHash) -> Result<Option<Session>, Error> {
    let reader = app.clone();
    let read = move |hashes: Vec<TokenHash>| {
        let app = reader.clone();
        async move {
            match list_sessions(&app, &hashes).await {
                Ok(found) => hashes
                    .iter()
                    .map(|hash| Ok(found.get(hash).copied()))
                    .collect(),
                Err(error) => all_failed(error, hashes.len()),
            }
        }
    };
    app.accounts.lookups.sessions.submit(hash, read).await
}

/// A person's wrapped key, unless there is none or it was destroyed.
pub(super) async fn data_key(app: &App, user: UserId) -> Result<Option<Wrapped>, Error> {
    let reader = app.clone();
    let read = move |users: Vec<UserId>| {
        let app = reader.clone();
        async move {
            match list_data_keys(&app, &users).await {
                Ok(found) => users
                    .iter()
                    .map(|user| Ok(found.get(user).cloned()))
                    .collect(),
                Err(error) => all_failed(error, users.len()),
            }
        }
    };
    app.accounts.lookups.data_keys.submit(user, read).await
}

async fn list_sessions(
    app: &App,
    hashes: &[TokenHash],
) -> Result<HashMap<TokenHash, Session>, Error> {
    let now = app.clock.now();
    let found = session::store::list_sessions(&app.db.read().await?, hashes, now).await?;
    let before = now - SEEN_EVERY;
    let stale = found.iter().filter(|(_, it)| it.seen_at < before);
    let stale: Vec<TokenHash> = stale.map(|(hash, _)| *hash).collect();
    if !stale.is_empty() {
        rt::spawn(mark_seen(app.clone(), stale, (now, before)));
    }
    Ok(found)
}

/// Beside the answer: nobody waits for it, and the next request tries again.
async fn mark_seen(app: App, hashes: Vec<TokenHash>, when: (Timestamp, Timestamp)) {
    let marked = async {
        let conn = app.db.read().await?;
        session::store::mark_seen(&conn, &hashes, when).await
    };
    if let Err(error) = marked.await {
        error.log();
    }
}

async fn list_data_keys(app: &App, users: &[UserId]) -> Result<HashMap<UserId, Wrapped>, Error> {
    store::list_data_keys(&app.db.read().await?, users).await
}
