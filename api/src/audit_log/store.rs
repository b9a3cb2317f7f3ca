//! SQL of the audit log.

use jiff::Timestamp;

use super::Entry;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&INSERT_ENTRY];

const INSERT_ENTRY: Sql = sql!(
    "audit_log.insert",
    "INSERT INTO audit_log (at, actor_id, action, subject, detail) VALUES ($1, $2, $3, $4, $5)"
);
pub(super) async fn insert_entry(tx: &Tx<'_>, entry: &Entry, now: Timestamp) -> Result<(), Error> {
    let actor = entry.actor.map(|user| user.as_uuid());
    tx.execute_one(
        &INSERT_ENTRY,
        &[&now, &actor, &entry.action, &entry.subject, &entry.detail],
    )
    .await
}
