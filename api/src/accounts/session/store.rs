//! Sessions as stored, and what changed of them lately.

use std::collections::HashMap;

use jiff::Timestamp;
use ticket_core::ids::UserId;
use tokio_postgres::Row;

use super::changes::Heard;
use super::memory::Change;
use super::{Session, TokenHash};
use crate::accounts::device::Device;
use crate::accounts::store as accounts_store;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &LIST_SESSIONS,
    &INSERT_SESSION,
    &MARK_SEEN,
    &REVOKE_SESSION,
    &REVOKE_SESSIONS_OF_USER,
    &LIST_CHANGES,
    &DELETE_CHANGES,
];

const LIST_SESSIONS: Sql = sql!(
    "accounts.list_sessions",
    "SELECT s.token_hash, s.user_id, s.expires_at, u.role, u.locale,
         COALESCE(s.seen_at, s.created_at) AS seen_at
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = ANY($1) AND s.revoked_at IS NULL AND s.expires_at > $2
         AND u.state = 'active' LIMIT 1000"
);
/// Those of the sessions that are live, in any order.
pub(in crate::accounts) async fn list_sessions(
    conn: &Conn,
    hashes: &[TokenHash],
    now: Timestamp,
) -> Result<HashMap<TokenHash, Session>, Error> {
    let hashes: Vec<&[u8]> = hashes.iter().map(TokenHash::as_slice).collect();
    let rows = conn.query(&LIST_SESSIONS, &[&hashes, &now]).await?;
    let session = |row: &Row| {
        let hash: &[u8] = row.get("token_hash");
        let session = Session {
            user_id: UserId::from_uuid(row.get("user_id")),
            role: accounts_store::role(row)?,
            locale: accounts_store::locale(row)?,
            expires_at: row.get("expires_at"),
            seen_at: row.get("seen_at"),
        };
        Ok((hash.try_into().map_err(Error::bug)?, session))
    };
    rows.iter().map(session).collect()
}

const INSERT_SESSION: Sql = sql!(
    "accounts.insert_session",
    "INSERT INTO sessions (token_hash, user_id, created_at, expires_at, device)
     VALUES ($1, $2, $3, $4, $5)"
);
pub(in crate::accounts) async fn insert_session(
    tx: &Tx<'_>,
    (hash, user): (&TokenHash, UserId),
    device: Device,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<(), Error> {
    let (user, device) = (user.as_uuid(), device.stored());
    tx.execute_one(
        &INSERT_SESSION,
        &[&hash.as_slice(), &user, &now, &expires_at, &device],
    )
    .await
}

const MARK_SEEN: Sql = sql!(
    "accounts.mark_seen",
    "UPDATE sessions s SET seen_at = $2
     FROM (SELECT token_hash FROM sessions
           WHERE token_hash = ANY($1) AND COALESCE(seen_at, created_at) < $3
           ORDER BY token_hash FOR UPDATE SKIP LOCKED) AS stale
     WHERE s.token_hash = stale.token_hash"
);
/// Those that were not seen since `before` were seen now.
pub(in crate::accounts) async fn mark_seen(
    conn: &Conn,
    hashes: &[TokenHash],
    (now, before): (Timestamp, Timestamp),
) -> Result<(), Error> {
    let hashes: Vec<&[u8]> = hashes.iter().map(TokenHash::as_slice).collect();
    conn.execute(&MARK_SEEN, &[&hashes, &now, &before]).await?;
    Ok(())
}

const REVOKE_SESSION: Sql = sql!(
    "accounts.revoke_session",
    "UPDATE sessions SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL"
);
/// Does nothing to a session that is over already.
pub(in crate::accounts) async fn revoke_session(
    tx: &Tx<'_>,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(&REVOKE_SESSION, &[&hash.as_slice(), &now])
        .await
        .map(|_| ())
}

const REVOKE_SESSIONS_OF_USER: Sql = sql!(
    "accounts.revoke_sessions_of_user",
    "UPDATE sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL"
);
pub(in crate::accounts) async fn revoke_sessions_of_user(
    tx: &Tx<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.execute(&REVOKE_SESSIONS_OF_USER, &[&user.as_uuid(), &now])
        .await
}

/// More than this is not read: then everything is forgotten.
const CHANGES_MAX: usize = 10_000;

const LIST_CHANGES: Sql = sql!(
    "accounts.list_session_changes",
    "SELECT pg_current_snapshot()::text AS snapshot, pg_postmaster_start_time()::text AS server,
         c.user_id, c.token_hash
     FROM (VALUES ($1::text::pg_snapshot)) AS h (heard)
     LEFT JOIN session_changes c ON c.changed_in >= pg_snapshot_xmin(h.heard)::text::bigint
         AND NOT pg_visible_in_snapshot(c.changed_in::text::xid8, h.heard)
     LIMIT 10001"
);
/// What has committed since it was heard last, and up to where that is. `None` for the changes when
/// they are too many; none are told to whoever has not heard before.
pub(super) async fn list_changes(
    conn: &Conn,
    heard: Option<&Heard>,
) -> Result<(Heard, Option<Vec<Change>>), Error> {
    let snapshot = heard.map(|heard| &heard.snapshot);
    let rows = conn.query(&LIST_CHANGES, &[&snapshot]).await?;
    let first = rows.first().ok_or_else(|| Error::bug("no snapshot"))?;
    let heard = Heard {
        snapshot: first.get("snapshot"),
        server: first.get("server"),
    };
    if rows.len() > CHANGES_MAX {
        return Ok((heard, None));
    }
    Ok((heard, Some(rows.iter().filter_map(change).collect())))
}

/// None where nothing changed, or nothing that could be remembered.
fn change(row: &Row) -> Option<Change> {
    let user = UserId::from_uuid(row.get::<_, Option<_>>("user_id")?);
    match row.get::<_, Option<&[u8]>>("token_hash") {
        None => Some(Change::OfUser(user)),
        Some(hash) => hash.try_into().ok().map(Change::OfSession),
    }
}

const DELETE_CHANGES: Sql = sql!(
    "accounts.delete_session_changes",
    "DELETE FROM session_changes WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM session_changes WHERE noted_at < $1
         ORDER BY noted_at LIMIT 10000))"
);
/// Returns how many there were, 10,000 at most.
pub(super) async fn delete_changes(conn: &Conn, before: Timestamp) -> Result<u64, Error> {
    conn.execute(&DELETE_CHANGES, &[&before]).await
}
