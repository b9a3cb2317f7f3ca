//! SQL of forgotten passwords.

use jiff::Timestamp;
use ticket_core::account::Activation;
use ticket_core::ids::UserId;
use uuid::Uuid;

use crate::accounts::codes;
use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &DELETE_STALE,
    &COUNT_SINCE,
    &GET_PHONE,
    &INSERT,
    &IS_LIVE,
    &COUNT_TRY,
    &MARK_USED,
    &DELETE_OTHERS,
    &DELETE_OF_USER,
];

const DELETE_STALE: Sql = sql!(
    "forgotten.delete_stale",
    "DELETE FROM password_resets WHERE id IN (
         SELECT id FROM password_resets WHERE expires_at < $1
         ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED)"
);
/// Clears some of those away that nobody asks for any more.
pub(super) async fn delete_stale(tx: &Tx<'_>, before: Timestamp) -> Result<(), Error> {
    tx.execute(&DELETE_STALE, &[&before]).await?;
    Ok(())
}

const COUNT_SINCE: Sql = sql!(
    "forgotten.count_since",
    "SELECT count(*) AS sent FROM password_resets WHERE user_id = $1 AND created_at > $2"
);
pub(super) async fn count_since(tx: &Tx<'_>, user: UserId, since: Timestamp) -> Result<i64, Error> {
    let row = tx
        .query_one(&COUNT_SINCE, &[&user.as_uuid(), &since])
        .await?;
    Ok(row.get("sent"))
}

const GET_PHONE: Sql = sql!(
    "forgotten.get_phone",
    "SELECT phone FROM users WHERE id = $1"
);
/// Sealed.
pub(super) async fn get_phone(tx: &Tx<'_>, user: UserId) -> Result<Option<Vec<u8>>, Error> {
    let row = tx.query_one(&GET_PHONE, &[&user.as_uuid()]).await?;
    Ok(row.get("phone"))
}

pub(super) struct NewReset {
    pub(super) id: Uuid,
    /// None: the code goes to nobody.
    pub(super) user: Option<UserId>,
    pub(super) digest: [u8; 32],
}

const INSERT: Sql = sql!(
    "forgotten.insert",
    "INSERT INTO password_resets (id, user_id, code_hash, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING"
);
/// False when the id is known.
pub(super) async fn insert(
    tx: &Tx<'_>,
    reset: &NewReset,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    let user = reset.user.map(|user| user.as_uuid());
    let digest = reset.digest.as_slice();
    let values: [Value<'_>; 5] = [&reset.id, &user, &digest, &now, &expires_at];
    Ok(tx.execute(&INSERT, &values).await? == 1)
}

const IS_LIVE: Sql = sql!(
    "forgotten.is_live",
    "SELECT EXISTS (SELECT FROM password_resets
         WHERE id = $1 AND used_at IS NULL AND expires_at > $2) AS is_live"
);
pub(super) async fn is_live(conn: &Conn, id: Uuid, now: Timestamp) -> Result<bool, Error> {
    let row = conn.query_one(&IS_LIVE, &[&id, &now]).await?;
    Ok(row.get("is_live"))
}

/// A code that is tried, with the tries before this one.
pub(super) struct Tried {
    pub(super) user: Option<UserId>,
    pub(super) code: Activation,
    pub(super) is_used: bool,
}

const COUNT_TRY: Sql = sql!(
    "forgotten.count_try",
    "UPDATE password_resets SET tries = tries + 1 WHERE id = $1
     RETURNING user_id, code_hash, created_at, tries - 1 AS tries, used_at"
);
/// Tries that come together are counted one by one.
pub(super) async fn count_try(tx: &Tx<'_>, id: Uuid) -> Result<Option<Tried>, Error> {
    let Some(row) = tx.query_opt(&COUNT_TRY, &[&id]).await? else {
        return Ok(None);
    };
    Ok(Some(Tried {
        user: row.get::<_, Option<Uuid>>("user_id").map(UserId::from_uuid),
        code: codes::store::activation(&row)?,
        is_used: row.get::<_, Option<Timestamp>>("used_at").is_some(),
    }))
}

const MARK_USED: Sql = sql!(
    "forgotten.mark_used",
    "UPDATE password_resets SET used_at = $2 WHERE id = $1 AND used_at IS NULL"
);
/// False when it was used already.
pub(super) async fn mark_used(tx: &Tx<'_>, id: Uuid, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.execute(&MARK_USED, &[&id, &now]).await? == 1)
}

const DELETE_OTHERS: Sql = sql!(
    "forgotten.delete_others",
    "DELETE FROM password_resets WHERE user_id = $1 AND id <> $2"
);
pub(super) async fn delete_others(tx: &Tx<'_>, user: UserId, kept: Uuid) -> Result<(), Error> {
    tx.execute(&DELETE_OTHERS, &[&user.as_uuid(), &kept])
        .await?;
    Ok(())
}

const DELETE_OF_USER: Sql = sql!(
    "forgotten.delete_of_user",
    "DELETE FROM password_resets WHERE user_id = $1"
);
pub(super) async fn delete_of_user(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    tx.execute(&DELETE_OF_USER, &[&user.as_uuid()]).await?;
    Ok(())
}
