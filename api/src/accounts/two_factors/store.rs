//! SQL of second factors.

use jiff::Timestamp;
use ticket_core::ids::UserId;
use tokio_postgres::Row;

use crate::accounts::session::TokenHash;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &FIND_FACTOR,
    &LOCK_FACTOR,
    &REPLACE_UNCONFIRMED,
    &CONFIRM,
    &USE_STEP,
    &DELETE_FACTOR,
    &DELETE_RECOVERY_CODES,
    &INSERT_RECOVERY_CODES,
    &USE_RECOVERY_CODE,
    &COUNT_RECOVERY_CODES,
    &DELETE_STALE,
    &DELETE_AWAITED_OF_USER,
    &INSERT_AWAITED,
    &COUNT_TRY,
    &DELETE_AWAITED,
    &FIND_AWAITED,
];

/// A second factor, its secret still sealed.
pub(super) struct Factor {
    pub(super) secret: Vec<u8>,
    /// None while it waits for its first code.
    pub(super) confirmed_at: Option<Timestamp>,
    pub(super) last_step: i64,
    pub(super) created_at: Timestamp,
}

fn factor(row: &Row) -> Factor {
    Factor {
        secret: row.get("secret"),
        confirmed_at: row.get("confirmed_at"),
        last_step: row.get("last_step"),
        created_at: row.get("created_at"),
    }
}

const FIND_FACTOR: Sql = sql!(
    "two_factors.find",
    "SELECT secret, confirmed_at, last_step, created_at FROM second_factors WHERE user_id = $1"
);
pub(super) async fn find_factor(conn: &Conn, user: UserId) -> Result<Option<Factor>, Error> {
    let row = conn.query_opt(&FIND_FACTOR, &[&user.as_uuid()]).await?;
    Ok(row.as_ref().map(factor))
}

const LOCK_FACTOR: Sql = sql!(
    "two_factors.lock",
    "SELECT secret, confirmed_at, last_step, created_at FROM second_factors
     WHERE user_id = $1 FOR UPDATE"
);
pub(super) async fn lock_factor(tx: &Tx<'_>, user: UserId) -> Result<Option<Factor>, Error> {
    let row = tx.query_opt(&LOCK_FACTOR, &[&user.as_uuid()]).await?;
    Ok(row.as_ref().map(factor))
}

const REPLACE_UNCONFIRMED: Sql = sql!(
    "two_factors.replace_unconfirmed",
    "INSERT INTO second_factors (user_id, secret, created_at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret,
         created_at = excluded.created_at, last_step = 0
     WHERE second_factors.confirmed_at IS NULL"
);
/// Does nothing to a factor that is in use.
pub(super) async fn replace_unconfirmed(
    tx: &Tx<'_>,
    user: UserId,
    secret: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(&REPLACE_UNCONFIRMED, &[&user.as_uuid(), &secret, &now])
        .await
        .map(|_| ())
}

const CONFIRM: Sql = sql!(
    "two_factors.confirm",
    "UPDATE second_factors SET confirmed_at = $2, last_step = $3
     WHERE user_id = $1 AND confirmed_at IS NULL"
);
pub(super) async fn confirm(
    tx: &Tx<'_>,
    user: UserId,
    step: i64,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&CONFIRM, &[&user.as_uuid(), &now, &step])
        .await
}

const USE_STEP: Sql = sql!(
    "two_factors.use_step",
    "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2"
);
/// The codes of this step and before it are worth nothing from now on.
pub(super) async fn use_step(tx: &Tx<'_>, user: UserId, step: i64) -> Result<(), Error> {
    tx.execute_one(&USE_STEP, &[&user.as_uuid(), &step]).await
}

const DELETE_FACTOR: Sql = sql!(
    "two_factors.delete",
    "DELETE FROM second_factors WHERE user_id = $1"
);
const DELETE_RECOVERY_CODES: Sql = sql!(
    "two_factors.delete_recovery_codes",
    "DELETE FROM recovery_codes WHERE user_id = $1"
);
const DELETE_AWAITED_OF_USER: Sql = sql!(
    "two_factors.delete_awaited_of_user",
    "DELETE FROM awaited_sign_ins WHERE user_id = $1"
);
/// Everything of a person's second factor.
pub(super) async fn delete_all(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    let id = user.as_uuid();
    tx.execute(&DELETE_FACTOR, &[&id]).await?;
    tx.execute(&DELETE_RECOVERY_CODES, &[&id]).await?;
    delete_awaited_of_user(tx, user).await
}

pub(super) async fn delete_awaited_of_user(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    tx.execute(&DELETE_AWAITED_OF_USER, &[&user.as_uuid()])
        .await
        .map(|_| ())
}

const INSERT_RECOVERY_CODES: Sql = sql!(
    "two_factors.insert_recovery_codes",
    "INSERT INTO recovery_codes (user_id, digest, created_at)
     SELECT $1, digest, $3 FROM unnest($2::bytea[]) AS digest"
);
/// In the place of all that there were.
pub(super) async fn replace_recovery_codes(
    tx: &Tx<'_>,
    user: UserId,
    digests: &[Vec<u8>],
    now: Timestamp,
) -> Result<(), Error> {
    let id = user.as_uuid();
    tx.execute(&DELETE_RECOVERY_CODES, &[&id]).await?;
    tx.execute(&INSERT_RECOVERY_CODES, &[&id, &digests, &now])
        .await
        .map(|_| ())
}

const USE_RECOVERY_CODE: Sql = sql!(
    "two_factors.use_recovery_code",
    "UPDATE recovery_codes SET used_at = $3
     WHERE user_id = $1 AND digest = $2 AND used_at IS NULL"
);
/// False for a code that is none, or was used.
pub(super) async fn use_recovery_code(
    tx: &Tx<'_>,
    user: UserId,
    digest: &[u8],
    now: Timestamp,
) -> Result<bool, Error> {
    let touched = tx
        .execute(&USE_RECOVERY_CODE, &[&user.as_uuid(), &digest, &now])
        .await?;
    Ok(touched == 1)
}

const COUNT_RECOVERY_CODES: Sql = sql!(
    "two_factors.count_recovery_codes",
    "SELECT count(*) AS count FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL"
);
pub(super) async fn count_recovery_codes(conn: &Conn, user: UserId) -> Result<i64, Error> {
    let row = conn
        .query_one(&COUNT_RECOVERY_CODES, &[&user.as_uuid()])
        .await?;
    Ok(row.get("count"))
}

const DELETE_STALE: Sql = sql!(
    "two_factors.delete_stale",
    "DELETE FROM awaited_sign_ins WHERE user_id = $1 AND expires_at <= $2"
);
const INSERT_AWAITED: Sql = sql!(
    "two_factors.insert_awaited",
    "INSERT INTO awaited_sign_ins (token_hash, user_id, created_at, expires_at)
     VALUES ($1, $2, $3, $4)"
);
/// Clears away what this person left unfinished.
pub(super) async fn insert_awaited(
    tx: &Tx<'_>,
    (hash, user): (&TokenHash, UserId),
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let id = user.as_uuid();
    tx.execute(&DELETE_STALE, &[&id, &now]).await?;
    tx.execute_one(&INSERT_AWAITED, &[&hash.as_slice(), &id, &now, &expires_at])
        .await
}

const FIND_AWAITED: Sql = sql!(
    "two_factors.find_awaited",
    "SELECT user_id FROM awaited_sign_ins
     WHERE token_hash = $1 AND expires_at > $2 AND tries < $3"
);
/// Whose code is awaited.
pub(super) async fn find_awaited(
    conn: &Conn,
    hash: &TokenHash,
    now: Timestamp,
    tries_max: i32,
) -> Result<Option<UserId>, Error> {
    let row = conn
        .query_opt(&FIND_AWAITED, &[&hash.as_slice(), &now, &tries_max])
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.get("user_id"))))
}

const COUNT_TRY: Sql = sql!(
    "two_factors.count_try",
    "UPDATE awaited_sign_ins SET tries = tries + 1
     WHERE token_hash = $1 AND expires_at > $2 AND tries < $3 RETURNING user_id"
);
/// Takes one of the tries; tries wait for each other. None when there is none left.
pub(super) async fn count_try(
    tx: &Tx<'_>,
    hash: &TokenHash,
    now: Timestamp,
    tries_max: i32,
) -> Result<Option<UserId>, Error> {
    let row = tx
        .query_opt(&COUNT_TRY, &[&hash.as_slice(), &now, &tries_max])
        .await?;
    Ok(row.map(|row| UserId::from_uuid(row.get("user_id"))))
}

const DELETE_AWAITED: Sql = sql!(
    "two_factors.delete_awaited",
    "DELETE FROM awaited_sign_ins WHERE token_hash = $1"
);
pub(super) async fn delete_awaited(tx: &Tx<'_>, hash: &TokenHash) -> Result<(), Error> {
    tx.execute_one(&DELETE_AWAITED, &[&hash.as_slice()]).await
}
