//! SQL of what people do with their own account.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ticket_core::ids::UserId;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::accounts::session::TokenHash;
use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &CHANGE_PERSON,
    &SET_PASSWORD,
    &REVOKE_OTHER_SESSIONS,
    &LIST_SESSIONS,
    &GET_SINCE,
    &LOCK_OPEN,
    &REPLACE_CHANGE,
    &FIND_CHANGE,
    &LOCK_CHANGE,
    &COUNT_CHANGE_TRY,
    &DELETE_CHANGE,
    &SET_EMAIL,
    &COUNT_OPEN,
    &CLOSE_ACCOUNT,
    &DELETE_CODES,
    &DELETE_DATA_KEY,
];

/// What one may correct, sealed.
pub(super) struct SealedNames {
    pub(super) first_name: Vec<u8>,
    pub(super) last_name: Vec<u8>,
    pub(super) phone: Option<Vec<u8>>,
    pub(super) locale: Locale,
}

const CHANGE_PERSON: Sql = sql!(
    "accounts.change_person",
    "UPDATE users SET first_name = $2, last_name = $3, phone = $4, locale = $5
     WHERE id = $1 AND state = 'active'"
);
pub(super) async fn change_person(
    tx: &Tx<'_>,
    user: UserId,
    person: &SealedNames,
) -> Result<(), Error> {
    let values: [Value<'_>; 5] = [
        &user.as_uuid(),
        &person.first_name,
        &person.last_name,
        &person.phone,
        &person.locale.code(),
    ];
    tx.execute_one(&CHANGE_PERSON, &values).await
}

const SET_PASSWORD: Sql = sql!(
    "accounts.set_password",
    "UPDATE users SET password_hash = $2 WHERE id = $1 AND state = 'active'"
);
pub(in crate::accounts) async fn set_password(
    tx: &Tx<'_>,
    user: UserId,
    hash: &str,
) -> Result<(), Error> {
    tx.execute_one(&SET_PASSWORD, &[&user.as_uuid(), &hash])
        .await
}

const REVOKE_OTHER_SESSIONS: Sql = sql!(
    "accounts.revoke_other_sessions",
    "UPDATE sessions SET revoked_at = $3
     WHERE user_id = $1 AND token_hash <> $2 AND revoked_at IS NULL"
);
pub(in crate::accounts) async fn revoke_other_sessions(
    tx: &Tx<'_>,
    (user, session): (UserId, &TokenHash),
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        &REVOKE_OTHER_SESSIONS,
        &[&user.as_uuid(), &session.as_slice(), &now],
    )
    .await?;
    Ok(())
}

/// Where an account is open.
pub(super) struct StoredSession {
    pub(super) hash: TokenHash,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) seen_at: Timestamp,
    /// As [`device_words`](crate::accounts::device::device_words) reads it.
    pub(super) device: String,
}

impl StoredSession {
    /// What forms call it: half of the digest, which gives nothing away of the token.
    pub(super) fn id(&self) -> String {
        let half = self.hash.first_chunk::<16>();
        half.map_or_else(String::new, |half| URL_SAFE_NO_PAD.encode(half))
    }
}

const LIST_SESSIONS: Sql = sql!(
    "accounts.list_open_sessions",
    "SELECT token_hash, created_at, expires_at, device, COALESCE(seen_at, created_at) AS seen_at
     FROM sessions
     WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
     ORDER BY seen_at DESC LIMIT 50"
);
/// The one that was seen last first.
pub(super) async fn list_sessions(
    conn: &Conn,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<StoredSession>, Error> {
    let rows = conn.query(&LIST_SESSIONS, &[&user.as_uuid(), &now]).await?;
    let session = |row: &Row| {
        let hash: &[u8] = row.get("token_hash");
        Ok(StoredSession {
            hash: hash.try_into().map_err(Error::bug)?,
            created_at: row.get("created_at"),
            expires_at: row.get("expires_at"),
            seen_at: row.get("seen_at"),
            device: row.get("device"),
        })
    };
    rows.iter().map(session).collect()
}

/// How long somebody has been with us.
pub(super) struct Since {
    pub(super) created_at: Timestamp,
    pub(super) activated_at: Option<Timestamp>,
}

const GET_SINCE: Sql = sql!(
    "accounts.get_since",
    "SELECT created_at, activated_at FROM users WHERE id = $1"
);
pub(super) async fn get_since(conn: &Conn, user: UserId) -> Result<Since, Error> {
    let row = conn.query_one(&GET_SINCE, &[&user.as_uuid()]).await?;
    Ok(Since {
        created_at: row.get("created_at"),
        activated_at: row.get("activated_at"),
    })
}

const LOCK_OPEN: Sql = sql!(
    "accounts.lock_open",
    "SELECT id FROM users WHERE id = $1 AND state = 'active' FOR NO KEY UPDATE"
);
/// Whether the account is open; then nobody closes it until the transaction ends.
pub(super) async fn lock_open(tx: &Tx<'_>, user: UserId) -> Result<bool, Error> {
    let row = tx.query_opt(&LOCK_OPEN, &[&user.as_uuid()]).await?;
    Ok(row.is_some())
}

/// A change of address that awaits its codes.
pub(super) struct Pending {
    pub(super) id: Uuid,
    pub(super) email: Vec<u8>,
    pub(super) email_index: Vec<u8>,
    pub(super) old_code_hash: Vec<u8>,
    pub(super) new_code_hash: Vec<u8>,
    pub(super) expires_at: Timestamp,
    pub(super) tries: i32,
}

const REPLACE_CHANGE: Sql = sql!(
    "accounts.replace_email_change",
    "INSERT INTO email_changes (user_id, id, email, email_index, old_code_hash, new_code_hash,
         created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, email = excluded.email,
         email_index = excluded.email_index, old_code_hash = excluded.old_code_hash,
         new_code_hash = excluded.new_code_hash, created_at = excluded.created_at,
         expires_at = excluded.expires_at, tries = 0"
);
pub(super) async fn replace_change(
    tx: &Tx<'_>,
    user: UserId,
    change: &Pending,
    now: Timestamp,
) -> Result<(), Error> {
    let values: [Value<'_>; 8] = [
        &user.as_uuid(),
        &change.id,
        &change.email,
        &change.email_index,
        &change.old_code_hash,
        &change.new_code_hash,
        &now,
        &change.expires_at,
    ];
    tx.execute_one(&REPLACE_CHANGE, &values).await
}

const FIND_CHANGE: Sql = sql!(
    "accounts.find_email_change",
    "SELECT id, email, email_index, old_code_hash, new_code_hash, expires_at, tries
     FROM email_changes WHERE user_id = $1"
);
pub(super) async fn find_change(conn: &Conn, user: UserId) -> Result<Option<Pending>, Error> {
    let row = conn.query_opt(&FIND_CHANGE, &[&user.as_uuid()]).await?;
    Ok(row.as_ref().map(pending))
}

const LOCK_CHANGE: Sql = sql!(
    "accounts.lock_email_change",
    "SELECT id, email, email_index, old_code_hash, new_code_hash, expires_at, tries
     FROM email_changes WHERE user_id = $1 FOR UPDATE"
);
/// Tries wait for each other: five are five.
pub(super) async fn lock_change(tx: &Tx<'_>, user: UserId) -> Result<Option<Pending>, Error> {
    let row = tx.query_opt(&LOCK_CHANGE, &[&user.as_uuid()]).await?;
    Ok(row.as_ref().map(pending))
}

fn pending(row: &Row) -> Pending {
    Pending {
        id: row.get("id"),
        email: row.get("email"),
        email_index: row.get("email_index"),
        old_code_hash: row.get("old_code_hash"),
        new_code_hash: row.get("new_code_hash"),
        expires_at: row.get("expires_at"),
        tries: row.get("tries"),
    }
}

const COUNT_CHANGE_TRY: Sql = sql!(
    "accounts.count_email_change_try",
    "UPDATE email_changes SET tries = tries + 1 WHERE user_id = $1"
);
pub(super) async fn count_change_try(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    tx.execute_one(&COUNT_CHANGE_TRY, &[&user.as_uuid()]).await
}

const DELETE_CHANGE: Sql = sql!(
    "accounts.delete_email_change",
    "DELETE FROM email_changes WHERE user_id = $1"
);
pub(super) async fn delete_change(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    tx.execute(&DELETE_CHANGE, &[&user.as_uuid()]).await?;
    Ok(())
}

const SET_EMAIL: Sql = sql!(
    "accounts.set_email",
    "UPDATE users SET email = $2, email_index = $3, by_phone_only = false
     WHERE id = $1 AND state = 'active'"
);
pub(super) async fn set_email(
    tx: &Tx<'_>,
    user: UserId,
    (sealed, index): (&[u8], &[u8]),
) -> Result<(), Error> {
    tx.execute_one(&SET_EMAIL, &[&user.as_uuid(), &sealed, &index])
        .await
}

/// What keeps an account open.
pub(super) struct Open {
    pub(super) tickets_to_come: i64,
    pub(super) money_under_way: i64,
}

const COUNT_OPEN: Sql = sql!(
    "accounts.count_open",
    "SELECT
         (SELECT count(*) FROM orders o JOIN tickets t ON t.order_id = o.id
              JOIN events e ON e.id = t.event_id
          WHERE o.user_id = $1 AND t.state IN ('paid', 'sent') AND e.ends_at > $2) AS tickets,
         (SELECT count(*) FROM orders o WHERE o.user_id = $1 AND (o.state = 'awaiting_payment'
              OR EXISTS (SELECT FROM payments p
                  WHERE p.order_id = o.id AND p.state = 'refund_due'))) AS money"
);
pub(super) async fn count_open(tx: &Tx<'_>, user: UserId, now: Timestamp) -> Result<Open, Error> {
    let row = tx.query_one(&COUNT_OPEN, &[&user.as_uuid(), &now]).await?;
    Ok(Open {
        tickets_to_come: row.get("tickets"),
        money_under_way: row.get("money"),
    })
}

const CLOSE_ACCOUNT: Sql = sql!(
    "accounts.close_account",
    "UPDATE users SET state = 'closed', email_index = $2, password_hash = '', phone = NULL
     WHERE id = $1 AND state = 'active'"
);
/// `nobody` takes the place of the address's index: the address is free again.
pub(super) async fn close_account(tx: &Tx<'_>, user: UserId, nobody: &[u8]) -> Result<(), Error> {
    tx.execute_one(&CLOSE_ACCOUNT, &[&user.as_uuid(), &nobody])
        .await
}

const DELETE_CODES: Sql = sql!(
    "accounts.delete_codes",
    "DELETE FROM activation_codes WHERE user_id = $1"
);
const DELETE_DATA_KEY: Sql = sql!(
    "accounts.delete_data_key",
    "DELETE FROM data_keys WHERE id = $1"
);
/// Nothing that is sealed to this person can be read any more. The database counts it, and whoever
/// knows keys reads them again.
pub(super) async fn forget_person(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    let id = user.as_uuid();
    tx.execute(&DELETE_CODES, &[&id]).await?;
    delete_change(tx, user).await?;
    tx.execute_one(&DELETE_DATA_KEY, &[&id]).await
}
