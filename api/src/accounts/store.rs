//! All SQL of accounts.

use std::collections::HashMap;

use jiff::Timestamp;
use ticket_core::access::Role;
use ticket_core::ids::UserId;
use tokio_postgres::Row;
use uuid::Uuid;

use super::sign_up::Channel;
use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::Wrapped;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &FIND_PERSON,
    &LIST_DATA_KEYS,
    &COUNT_DESTROYED_KEYS,
    &LIST_NAMES,
    &FIND_USER_KEY,
    &FIND_BY_EMAIL,
    &LOCK_BY_EMAIL,
    &GET_ACCOUNT,
    &FIND_ACCOUNT,
    &INSERT_ACCOUNT,
    &INSERT_DATA_KEY,
    &REPLACE_PROFILE,
    &MARK_ACTIVE,
    &MARK_PROVED_BY_MAIL,
    &HAS_BOUGHT,
    &SET_ROLE,
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

const LIST_DATA_KEYS: Sql = sql!(
    "accounts.list_data_keys",
    "SELECT id, kek_id, wrapped FROM data_keys WHERE id = ANY($1) LIMIT 1000"
);
/// The keys there are, in any order.
pub(super) async fn list_data_keys(
    conn: &Conn,
    users: &[UserId],
) -> Result<HashMap<UserId, Wrapped>, Error> {
    let ids: Vec<Uuid> = users.iter().map(UserId::as_uuid).collect();
    let rows = conn.query(&LIST_DATA_KEYS, &[&ids]).await?;
    let key = |row: &Row| (UserId::from_uuid(row.get("id")), wrapped(row));
    Ok(rows.iter().map(key).collect())
}

/// The same within a transaction.
pub(super) async fn list_data_keys_in(
    tx: &Tx<'_>,
    users: &[Uuid],
) -> Result<HashMap<UserId, Wrapped>, Error> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = tx.query(&LIST_DATA_KEYS, &[&users]).await?;
    let key = |row: &Row| (UserId::from_uuid(row.get("id")), wrapped(row));
    Ok(rows.iter().map(key).collect())
}

const COUNT_DESTROYED_KEYS: Sql = sql!(
    "accounts.count_destroyed_keys",
    "SELECT destroyed FROM data_key_marks"
);
pub(super) async fn count_destroyed_keys(tx: &Tx<'_>) -> Result<i64, Error> {
    let row = tx.query_one(&COUNT_DESTROYED_KEYS, &[]).await?;
    Ok(row.get("destroyed"))
}

/// The names of a person as stored, and the key that opens them.
pub(super) struct SealedName {
    pub user: UserId,
    pub first_name: Vec<u8>,
    pub last_name: Vec<u8>,
    pub wrapped: Wrapped,
}

const LIST_NAMES: Sql = sql!(
    "accounts.list_names",
    "SELECT u.id, u.first_name, u.last_name, d.kek_id, d.wrapped
     FROM users u JOIN data_keys d ON d.id = u.id WHERE u.id = ANY($1) LIMIT 1000"
);
/// Of those whose key is there, in any order.
pub(super) async fn list_names(conn: &Conn, users: &[Uuid]) -> Result<Vec<SealedName>, Error> {
    let rows = conn.query(&LIST_NAMES, &[&users]).await?;
    let name = |row: &Row| SealedName {
        user: UserId::from_uuid(row.get("id")),
        first_name: row.get("first_name"),
        last_name: row.get("last_name"),
        wrapped: wrapped(row),
    };
    Ok(rows.iter().map(name).collect())
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AccountState {
    Pending,
    Active,
    Closed,
}

/// What signing in needs to know.
pub(super) struct Account {
    pub id: UserId,
    pub state: AccountState,
    pub role: Role,
    pub password_hash: String,
    /// Active, but nobody has shown yet that the address is theirs.
    pub by_phone_only: bool,
}

const FIND_BY_EMAIL: Sql = sql!(
    "accounts.find_by_email",
    "SELECT id, state, role, password_hash, by_phone_only FROM users WHERE email_index = $1"
);
pub(super) async fn find_by_email(conn: &Conn, index: &[u8]) -> Result<Option<Account>, Error> {
    let row = conn.query_opt(&FIND_BY_EMAIL, &[&index]).await?;
    row.as_ref().map(account).transpose()
}

const LOCK_BY_EMAIL: Sql = sql!(
    "accounts.lock_by_email",
    "SELECT id, state, role, password_hash, by_phone_only FROM users
     WHERE email_index = $1 FOR UPDATE"
);
pub(super) async fn lock_by_email(tx: &Tx<'_>, index: &[u8]) -> Result<Option<Account>, Error> {
    let row = tx.query_opt(&LOCK_BY_EMAIL, &[&index]).await?;
    row.as_ref().map(account).transpose()
}

const FIND_ACCOUNT: Sql = sql!(
    "accounts.find_account",
    "SELECT id, state, role, password_hash, by_phone_only FROM users WHERE id = $1"
);
pub(super) async fn find_account(conn: &Conn, user: UserId) -> Result<Option<Account>, Error> {
    let row = conn.query_opt(&FIND_ACCOUNT, &[&user.as_uuid()]).await?;
    row.as_ref().map(account).transpose()
}

const GET_ACCOUNT: Sql = sql!(
    "accounts.get_account",
    "SELECT id, state, role, password_hash, by_phone_only FROM users
     WHERE id = $1 FOR UPDATE"
);
pub(super) async fn get_account(tx: &Tx<'_>, user: UserId) -> Result<Account, Error> {
    account(&tx.query_one(&GET_ACCOUNT, &[&user.as_uuid()]).await?)
}

fn account(row: &Row) -> Result<Account, Error> {
    let state = match row.get("state") {
        "pending" => AccountState::Pending,
        "active" => AccountState::Active,
        "closed" => AccountState::Closed,
        _ => return Err(Error::bug("a state of an account is unknown")),
    };
    Ok(Account {
        id: UserId::from_uuid(row.get("id")),
        state,
        role: role(row)?,
        password_hash: row.get("password_hash"),
        by_phone_only: row.get("by_phone_only"),
    })
}

/// What a sign-up says about a person, as stored.
pub(super) struct SealedProfile {
    pub phone: Option<Vec<u8>>,
    pub first_name: Vec<u8>,
    pub last_name: Vec<u8>,
    pub password_hash: String,
    pub locale: Locale,
}

pub(super) struct NewAccount {
    pub id: UserId,
    pub email_index: Vec<u8>,
    pub email: Vec<u8>,
    pub profile: SealedProfile,
    pub user_key: Vec<u8>,
    pub wrapped: Wrapped,
}

const INSERT_ACCOUNT: Sql = sql!(
    "accounts.insert_account",
    "INSERT INTO users (id, email_index, email, phone, first_name, last_name, password_hash,
         locale, user_key, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT ON CONSTRAINT users_email_index DO NOTHING"
);
const INSERT_DATA_KEY: Sql = sql!(
    "accounts.insert_data_key",
    "INSERT INTO data_keys (id, kek_id, wrapped) VALUES ($1, $2, $3)"
);
/// False when the address is taken: nothing was written.
pub(super) async fn insert_account(
    tx: &Tx<'_>,
    new: &NewAccount,
    now: Timestamp,
) -> Result<bool, Error> {
    let (id, profile) = (new.id.as_uuid(), &new.profile);
    let values: [Value<'_>; 10] = [
        &id,
        &new.email_index,
        &new.email,
        &profile.phone,
        &profile.first_name,
        &profile.last_name,
        &profile.password_hash,
        &profile.locale.code(),
        &new.user_key,
        &now,
    ];
    if tx.execute(&INSERT_ACCOUNT, &values).await? == 0 {
        return Ok(false);
    }
    let wrapped = &new.wrapped;
    tx.execute_one(&INSERT_DATA_KEY, &[&id, &wrapped.kek_id, &wrapped.bytes])
        .await?;
    Ok(true)
}

/// One key, inside a transaction; absence is an error.
pub(super) async fn get_data_key(tx: &Tx<'_>, user: UserId) -> Result<Wrapped, Error> {
    let row = tx
        .query_opt(&LIST_DATA_KEYS, &[&[user.as_uuid()].as_slice()])
        .await?;
    row.as_ref().map(wrapped).ok_or_else(Error::not_found)
}

const REPLACE_PROFILE: Sql = sql!(
    "accounts.replace_profile",
    "UPDATE users SET phone = $2, first_name = $3, last_name = $4, password_hash = $5,
         locale = $6
     WHERE id = $1"
);
pub(super) async fn replace_profile(
    tx: &Tx<'_>,
    user: UserId,
    profile: &SealedProfile,
) -> Result<(), Error> {
    let values: [Value<'_>; 6] = [
        &user.as_uuid(),
        &profile.phone,
        &profile.first_name,
        &profile.last_name,
        &profile.password_hash,
        &profile.locale.code(),
    ];
    tx.execute_one(&REPLACE_PROFILE, &values).await
}

const MARK_ACTIVE: Sql = sql!(
    "accounts.mark_active",
    "UPDATE users SET state = 'active', activated_at = $2, by_phone_only = $3
     WHERE id = $1 AND state = 'pending'"
);
pub(super) async fn mark_active(
    tx: &Tx<'_>,
    (user, by): (UserId, Channel),
    now: Timestamp,
) -> Result<(), Error> {
    let by_phone_only = by == Channel::Sms;
    tx.execute_one(&MARK_ACTIVE, &[&user.as_uuid(), &now, &by_phone_only])
        .await
}

const MARK_PROVED_BY_MAIL: Sql = sql!(
    "accounts.mark_proved_by_mail",
    "UPDATE users SET by_phone_only = false WHERE id = $1 AND by_phone_only"
);
pub(super) async fn mark_proved_by_mail(tx: &Tx<'_>, user: UserId) -> Result<(), Error> {
    tx.execute_one(&MARK_PROVED_BY_MAIL, &[&user.as_uuid()])
        .await
}

const HAS_BOUGHT: Sql = sql!(
    "accounts.has_bought",
    "SELECT EXISTS (SELECT FROM orders WHERE user_id = $1
         AND state IN ('awaiting_payment', 'paid', 'refunded')) AS has_bought"
);
/// Orders that came to nothing do not count: they cost nothing, and would keep an owner out.
pub(super) async fn has_bought(tx: &Tx<'_>, user: UserId) -> Result<bool, Error> {
    let row = tx.query_one(&HAS_BOUGHT, &[&user.as_uuid()]).await?;
    Ok(row.get("has_bought"))
}

const SET_ROLE: Sql = sql!(
    "accounts.set_role",
    "UPDATE users SET role = $2 WHERE id = $1"
);
pub(super) async fn set_role(tx: &Tx<'_>, user: UserId, role: Role) -> Result<(), Error> {
    tx.execute_one(&SET_ROLE, &[&user.as_uuid(), &role.name()])
        .await
}

fn wrapped(row: &Row) -> Wrapped {
    Wrapped {
        kek_id: row.get("kek_id"),
        bytes: row.get("wrapped"),
    }
}

pub(super) fn role(row: &Row) -> Result<Role, Error> {
    let text: &str = row.get("role");
    Role::parse(text).ok_or_else(|| Error::bug("a role in the database is unknown"))
}

pub(super) fn locale(row: &Row) -> Result<Locale, Error> {
    let text: &str = row.get("locale");
    text.parse()
        .map_err(|()| Error::bug("a language in the database is unknown"))
}
