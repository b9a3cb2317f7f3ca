//! SQL of what is counted about messages.

use jiff::Timestamp;

use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&COUNT_SMS, &MARK_TOLD];

const COUNT_SMS: Sql = sql!(
    "notifications.count_sms",
    "INSERT INTO sms_counts AS counted (prefix, hour_at, asked)
     SELECT $1, $2::timestamptz, 1 WHERE $3::bigint > 0
     ON CONFLICT (prefix, hour_at) DO UPDATE SET asked = counted.asked + 1
     WHERE counted.asked < $3"
);
/// False when the hour's ceiling is reached; then nothing is counted.
pub(super) async fn count_within(
    tx: &Tx<'_>,
    (prefix, hour): (&str, Timestamp),
    ceiling: i64,
) -> Result<bool, Error> {
    let counted = tx.execute(&COUNT_SMS, &[&prefix, &hour, &ceiling]).await?;
    Ok(counted == 1)
}

const MARK_TOLD: Sql = sql!(
    "notifications.mark_told",
    "INSERT INTO sms_counts AS counted (prefix, hour_at, asked, told_at) VALUES ($1, $2, 0, $3)
     ON CONFLICT (prefix, hour_at) DO UPDATE SET told_at = $3 WHERE counted.told_at IS NULL"
);
/// True for the first caller of this hour.
pub(super) async fn mark_told(
    tx: &Tx<'_>,
    (prefix, hour): (&str, Timestamp),
    now: Timestamp,
) -> Result<bool, Error> {
    let told = tx.execute(&MARK_TOLD, &[&prefix, &hour, &now]).await?;
    Ok(told == 1)
}
