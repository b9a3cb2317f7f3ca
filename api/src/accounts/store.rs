//! All SQL of accounts.

use jiff::Timestamp;
use ticket_core::access::Role;
use ticket_core::ids::UserId;
use tokio_postgres::Row;

use super::session::{Session, TokenHash};
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::Wrapped;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &FIND_PERSON,
    &FIND_DATA_KEY,
    &FIND_USER_KEY,
    &FIND_SESSION,
    &INSERT_SESSION,
    &REVOKE_SESSION,
];

/// A person as stored: nothing readable but the language and the role.
pub(super) struct SealedPerson {
    pub email: Vec<u8>,
    pub phone: Option<Vec<u8>>,
    pub first_name: Vec<u8>,
    pub last_name: Vec<u8>,
    pub locale: Locale,
    pub role: Role,
    pub wrapped: Wrapped,
}

const FIND_PERSON: Sql = sql!(
    "accounts.find_person",
    "SELECT u.email, u.phone, u.first_name, u.last_name, u.locale, u.role, d.kek_id, d.wrapped
     FROM users u JOIN data_keys d ON d.id = u.id WHERE u.id = $1"
);
pub(super) async fn find_person(conn: &Conn, user: UserId) -> Result<Option<SealedPerson>, Error> {
    let Some(row) = conn.query_opt(&FIND_PERSON, &[&user.as_uuid()]).await? else {
        return Ok(None);
    };
    Ok(Some(SealedPerson {
        email: row.get("email"),
        phone: row.get("phone"),
        first_name: row.get("first_name"),
        last_name: row.get("last_name"),
        locale: locale(&row)?,
        role: role(&row)?,
        wrapped: wrapped(&row),
    }))
}

const FIND_DATA_KEY: Sql = sql!(
    "accounts.find_data_key",
    "SELECT kek_id, wrapped FROM data_keys WHERE id = $1"
);
pub(super) async fn find_data_key(conn: &Conn, user: UserId) -> Result<Option<Wrapped>, Error> {
    let row = conn.query_opt(&FIND_DATA_KEY, &[&user.as_uuid()]).await?;
    Ok(row.as_ref().map(wrapped))
}

const FIND_USER_KEY: Sql = sql!(
    "accounts.find_user_key",
    "SELECT u.user_key, d.kek_id, d.wrapped
     FROM users u JOIN data_keys d ON d.id = u.id WHERE u.id = $1"
);
pub(super) async fn find_user_key(
    conn: &Conn,
    user: UserId,
) -> Result<Option<(Wrapped, Vec<u8>)>, Error> {
    let row = conn.query_opt(&FIND_USER_KEY, &[&user.as_uuid()]).await?;
    Ok(row.map(|row| (wrapped(&row), row.get("user_key"))))
}

const FIND_SESSION: Sql = sql!(
    "accounts.find_session",
    "SELECT s.user_id, s.expires_at, u.role, u.locale
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2
         AND u.state = 'active'"
);
pub(super) async fn find_session(
    conn: &Conn,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let values: [crate::platform::db::Value<'_>; 2] = [&hash.as_slice(), &now];
    let Some(row) = conn.query_opt(&FIND_SESSION, &values).await? else {
        return Ok(None);
    };
    Ok(Some(Session {
        user_id: UserId::from_uuid(row.get("user_id")),
        role: role(&row)?,
        locale: locale(&row)?,
        expires_at: row.get("expires_at"),
    }))
}

const INSERT_SESSION: Sql = sql!(
    "accounts.insert_session",
    "INSERT INTO sessions (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)"
);
pub(super) async fn insert_session(
    tx: &Tx<'_>,
    (hash, user): (&TokenHash, UserId),
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(
        &INSERT_SESSION,
        &[&hash.as_slice(), &user.as_uuid(), &now, &expires_at],
    )
    .await
}

const REVOKE_SESSION: Sql = sql!(
    "accounts.revoke_session",
    "UPDATE sessions SET revoked_at = $2 WHERE token_hash = $1 AND revoked_at IS NULL"
);
/// Does nothing to a session that is over already.
pub(super) async fn revoke_session(
    tx: &Tx<'_>,
    hash: &TokenHash,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(&REVOKE_SESSION, &[&hash.as_slice(), &now])
        .await
        .map(|_| ())
}

fn wrapped(row: &Row) -> Wrapped {
    Wrapped {
        kek_id: row.get("kek_id"),
        bytes: row.get("wrapped"),
    }
}

fn role(row: &Row) -> Result<Role, Error> {
    let text: &str = row.get("role");
    Role::parse(text).ok_or_else(|| Error::bug("a role in the database is unknown"))
}

fn locale(row: &Row) -> Result<Locale, Error> {
    let text: &str = row.get("locale");
    text.parse()
        .map_err(|()| Error::bug("a language in the database is unknown"))
}
