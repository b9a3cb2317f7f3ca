//! SQL of activation codes.

use jiff::Timestamp;
use ticket_core::account::Activation;
use ticket_core::ids::UserId;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_CODE,
    &COUNT_CODES,
    &LIST_CODES,
    &FIND_LIVE_CODE,
    &FIND_SIGN_UP,
    &COUNT_TRY,
    &MARK_CODE_USED,
    &DELETE_OTHER_CODES,
];

/// An activation code as it is stored: a keyed digest.
pub(in crate::accounts) struct NewCode<'a> {
    pub id: Uuid,
    pub user: UserId,
    pub sign_up: Uuid,
    pub asked: &'a [u8],
    pub digest: [u8; 32],
}

const INSERT_CODE: Sql = sql!(
    "accounts.insert_code",
    "INSERT INTO activation_codes (id, user_id, sign_up_id, sign_up, code_hash, created_at,
         expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
pub(in crate::accounts) async fn insert_code(
    tx: &Tx<'_>,
    code: &NewCode<'_>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let values: [Value<'_>; 7] = [
        &code.id,
        &code.user.as_uuid(),
        &code.sign_up,
        &code.asked,
        &code.digest.as_slice(),
        &now,
        &expires_at,
    ];
    tx.execute_one(&INSERT_CODE, &values).await
}

const COUNT_CODES: Sql = sql!(
    "accounts.count_codes",
    "SELECT count(*) AS sent FROM activation_codes WHERE user_id = $1 AND created_at > $2"
);
pub(in crate::accounts) async fn count_codes(
    tx: &Tx<'_>,
    user: UserId,
    since: Timestamp,
) -> Result<i64, Error> {
    let row = tx
        .query_one(&COUNT_CODES, &[&user.as_uuid(), &since])
        .await?;
    Ok(row.get("sent"))
}

/// A code that was sent, perhaps used.
pub(in crate::accounts) struct Code {
    pub id: Uuid,
    pub sign_up: Uuid,
    pub asked: Vec<u8>,
    pub activation: Activation,
    pub is_used: bool,
}

const LIST_CODES: Sql = sql!(
    "accounts.list_codes",
    "SELECT id, sign_up_id, sign_up, code_hash, created_at, tries, used_at
     FROM activation_codes WHERE user_id = $1 AND created_at > $2
     ORDER BY created_at DESC LIMIT 50"
);
pub(in crate::accounts) async fn list_codes(
    tx: &Tx<'_>,
    user: UserId,
    since: Timestamp,
) -> Result<Vec<Code>, Error> {
    let rows = tx.query(&LIST_CODES, &[&user.as_uuid(), &since]).await?;
    rows.iter().map(code).collect()
}

/// The code of a row, of a sign-up or of a new password.
pub(in crate::accounts) fn activation(row: &Row) -> Result<Activation, Error> {
    let digest: Vec<u8> = row.get("code_hash");
    let tries: i32 = row.get("tries");
    Ok(Activation {
        digest: digest
            .try_into()
            .map_err(|_| Error::bug("a code's digest has the wrong length"))?,
        sent_at: row.get("created_at"),
        tries: u32::try_from(tries).map_err(Error::bug)?,
    })
}

fn code(row: &Row) -> Result<Code, Error> {
    Ok(Code {
        id: row.get("id"),
        sign_up: row.get("sign_up_id"),
        asked: row.get("sign_up"),
        activation: activation(row)?,
        is_used: row.get::<_, Option<Timestamp>>("used_at").is_some(),
    })
}

const FIND_LIVE_CODE: Sql = sql!(
    "accounts.find_live_code",
    "SELECT sign_up_id, sign_up FROM activation_codes
     WHERE id = $1 AND used_at IS NULL AND expires_at > $2"
);
/// The sign-up of a code that can still be used.
pub(in crate::accounts) async fn find_live_code(
    conn: &Conn,
    id: Uuid,
    now: Timestamp,
) -> Result<Option<(Uuid, Vec<u8>)>, Error> {
    let row = conn.query_opt(&FIND_LIVE_CODE, &[&id, &now]).await?;
    Ok(row.map(|row| (row.get("sign_up_id"), row.get("sign_up"))))
}

const FIND_SIGN_UP: Sql = sql!(
    "accounts.find_sign_up",
    "SELECT sign_up_id, sign_up FROM activation_codes
     WHERE user_id = $1 AND ($2::uuid IS NULL OR sign_up_id = $2)
     ORDER BY created_at DESC, id LIMIT 1"
);
/// The sign-up asked for, or the latest.
pub(in crate::accounts) async fn find_sign_up(
    tx: &Tx<'_>,
    user: UserId,
    sign_up: Option<Uuid>,
) -> Result<Option<(Uuid, Vec<u8>)>, Error> {
    let row = tx
        .query_opt(&FIND_SIGN_UP, &[&user.as_uuid(), &sign_up])
        .await?;
    Ok(row.map(|row| (row.get("sign_up_id"), row.get("sign_up"))))
}

const COUNT_TRY: Sql = sql!(
    "accounts.count_try",
    "UPDATE activation_codes SET tries = tries + 1
     WHERE user_id = $1 AND used_at IS NULL AND expires_at > $2"
);
/// A wrong try counts against every code that could have been meant.
pub(in crate::accounts) async fn count_try(
    tx: &Tx<'_>,
    user: UserId,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(&COUNT_TRY, &[&user.as_uuid(), &now])
        .await
        .map(|_| ())
}

const MARK_CODE_USED: Sql = sql!(
    "accounts.mark_code_used",
    "UPDATE activation_codes SET used_at = $2 WHERE id = $1 AND used_at IS NULL"
);
pub(in crate::accounts) async fn mark_code_used(
    tx: &Tx<'_>,
    id: Uuid,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&MARK_CODE_USED, &[&id, &now]).await
}

const DELETE_OTHER_CODES: Sql = sql!(
    "accounts.delete_other_codes",
    "DELETE FROM activation_codes WHERE user_id = $1 AND id <> $2"
);
/// What other sign-ups asked for is nobody's business any more.
pub(in crate::accounts) async fn delete_other_codes(
    tx: &Tx<'_>,
    user: UserId,
    kept: Uuid,
) -> Result<(), Error> {
    tx.execute(&DELETE_OTHER_CODES, &[&user.as_uuid(), &kept])
        .await
        .map(|_| ())
}
