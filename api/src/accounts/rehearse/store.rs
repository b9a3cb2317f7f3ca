//! SQL of accounts in bulk.

use jiff::Timestamp;

use super::bulk::Bulk;
use crate::platform::db::{Sql, Tx, Value};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&INSERT_USERS, &INSERT_DATA_KEYS, &INSERT_SESSIONS];

const INSERT_USERS: Sql = sql!(
    "accounts.rehearse_users",
    "INSERT INTO users (id, email_index, email, first_name, last_name, user_key, password_hash,
         locale, state, created_at, activated_at)
     SELECT n.*, $7, $8, 'active', $9, $9
     FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[], $6::bytea[])
         AS n"
);
const INSERT_DATA_KEYS: Sql = sql!(
    "accounts.rehearse_data_keys",
    "INSERT INTO data_keys (id, kek_id, wrapped)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])"
);
pub(super) async fn insert_accounts(
    tx: &Tx<'_>,
    bulk: &Bulk,
    (password_hash, locale): (&str, Locale),
    now: Timestamp,
) -> Result<(), Error> {
    let values: [Value<'_>; 9] = [
        &bulk.ids,
        &bulk.email_indexes,
        &bulk.emails,
        &bulk.first_names,
        &bulk.last_names,
        &bulk.user_keys,
        &password_hash,
        &locale.code(),
        &now,
    ];
    tx.execute(&INSERT_USERS, &values).await?;
    let values: [Value<'_>; 3] = [&bulk.ids, &bulk.kek_ids, &bulk.wrapped];
    tx.execute(&INSERT_DATA_KEYS, &values).await?;
    Ok(())
}

const INSERT_SESSIONS: Sql = sql!(
    "accounts.rehearse_sessions",
    "INSERT INTO sessions (token_hash, user_id, created_at, expires_at)
     SELECT n.token_hash, n.user_id, $3, $4 FROM unnest($1::bytea[], $2::uuid[])
         AS n (token_hash, user_id)"
);
pub(super) async fn insert_sessions(
    tx: &Tx<'_>,
    bulk: &Bulk,
    now: Timestamp,
    ends: Timestamp,
) -> Result<(), Error> {
    let values: [Value<'_>; 4] = [&bulk.token_hashes, &bulk.ids, &now, &ends];
    tx.execute(&INSERT_SESSIONS, &values).await?;
    Ok(())
}
