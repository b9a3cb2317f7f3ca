//! SQL of reminders and of the changes of events.

use std::collections::HashSet;

use jiff::Timestamp;
use ticket_core::ids::{EventId, UserId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::change::Former;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &LIST_REMINDED,
    &CLAIM_REMINDERS,
    &MARK_REMINDED,
    &COUNT_UNTOLD,
    &LOCK_UNTOLD,
    &MARK_TOLD,
    &LIST_CONCERNED,
    &WANTS_REMINDERS,
    &SET_WISHES,
];

const LIST_REMINDED: Sql = sql!(
    "notices.list_reminded",
    "SELECT event_id FROM reminded_events WHERE event_id = ANY ($1)"
);
/// Those of the events of which everybody was reminded.
pub(super) async fn list_reminded(conn: &Conn, events: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    let rows = conn.query(&LIST_REMINDED, &[&events]).await?;
    Ok(rows.iter().map(|row| row.get("event_id")).collect())
}

const CLAIM_REMINDERS: Sql = sql!(
    "notices.claim_reminders",
    "INSERT INTO reminders (event_id, user_id, queued_at)
     SELECT DISTINCT t.event_id, t.user_id, $3::timestamptz
     FROM tickets t JOIN users u ON u.id = t.user_id
     WHERE t.event_id = $1 AND t.state IN ('paid', 'sent') AND t.paid_at <= $2
         AND u.state = 'active' AND u.wants_reminders
         AND NOT EXISTS (SELECT FROM reminders r
             WHERE r.event_id = t.event_id AND r.user_id = t.user_id)
     ORDER BY t.user_id LIMIT $4
     ON CONFLICT DO NOTHING RETURNING user_id"
);
/// Who is to be reminded and was not yet; they are, from now on.
pub(super) async fn claim_reminders(
    tx: &Tx<'_>,
    (event, paid_before): (EventId, Timestamp),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<UserId>, Error> {
    let rows = tx
        .query(
            &CLAIM_REMINDERS,
            &[&event.as_uuid(), &paid_before, &now, &limit],
        )
        .await?;
    Ok(rows.iter().map(user).collect())
}

fn user(row: &Row) -> UserId {
    UserId::from_uuid(row.get("user_id"))
}

const MARK_REMINDED: Sql = sql!(
    "notices.mark_reminded",
    "INSERT INTO reminded_events (event_id, done_at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
);
pub(super) async fn mark_reminded(
    tx: &Tx<'_>,
    event: EventId,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(&MARK_REMINDED, &[&event.as_uuid(), &now])
        .await?;
    Ok(())
}

/// A change of an event that nobody was told of.
pub(super) struct NotedChange {
    pub(super) event: EventId,
    pub(super) is_cancelled: bool,
    pub(super) former: Former,
    pub(super) former_venue: Uuid,
}

const COUNT_UNTOLD: Sql = sql!(
    "notices.count_untold",
    "SELECT count(*) AS count FROM event_changes WHERE told_at IS NULL"
);
pub(super) async fn count_untold(conn: &Conn) -> Result<i64, Error> {
    Ok(conn.query_one(&COUNT_UNTOLD, &[]).await?.get("count"))
}

const LOCK_UNTOLD: Sql = sql!(
    "notices.lock_untold",
    "SELECT c.event_id, c.is_cancelled, c.former_starts_at, c.former_venue_id,
         v.name || ', ' || v.city AS former_venue
     FROM event_changes c JOIN venues v ON v.id = c.former_venue_id
     WHERE c.told_at IS NULL AND c.event_id IN (
         SELECT event_id FROM event_changes WHERE told_at IS NULL
         GROUP BY event_id ORDER BY min(changed_at) LIMIT 20)
     ORDER BY c.event_id, c.revision FOR UPDATE OF c"
);
/// All changes of the events that waited longest, first the oldest of each.
pub(super) async fn lock_untold(tx: &Tx<'_>) -> Result<Vec<NotedChange>, Error> {
    let rows = tx.query(&LOCK_UNTOLD, &[]).await?;
    let change = |row: &Row| NotedChange {
        event: EventId::from_uuid(row.get("event_id")),
        is_cancelled: row.get("is_cancelled"),
        former: Former {
            starts_at: row.get("former_starts_at"),
            venue: row.get("former_venue"),
        },
        former_venue: row.get("former_venue_id"),
    };
    Ok(rows.iter().map(change).collect())
}

const MARK_TOLD: Sql = sql!(
    "notices.mark_told",
    "UPDATE event_changes SET told_at = $2 WHERE event_id = $1 AND told_at IS NULL"
);
pub(super) async fn mark_told(tx: &Tx<'_>, event: EventId, now: Timestamp) -> Result<(), Error> {
    tx.execute(&MARK_TOLD, &[&event.as_uuid(), &now]).await?;
    Ok(())
}

const LIST_CONCERNED: Sql = sql!(
    "notices.list_concerned",
    "SELECT DISTINCT user_id FROM tickets WHERE event_id = $1 AND state IN ('paid', 'sent')
     ORDER BY user_id LIMIT 300000"
);
/// Who has live tickets for an event.
pub(super) async fn list_concerned(tx: &Tx<'_>, event: EventId) -> Result<Vec<UserId>, Error> {
    let rows = tx.query(&LIST_CONCERNED, &[&event.as_uuid()]).await?;
    Ok(rows.iter().map(user).collect())
}

const WANTS_REMINDERS: Sql = sql!(
    "notices.wants_reminders",
    "SELECT EXISTS (SELECT FROM users WHERE id = $1 AND state = 'active' AND wants_reminders)
         AS wants"
);
pub(super) async fn wants_reminders(conn: &Conn, user: UserId) -> Result<bool, Error> {
    let row = conn.query_one(&WANTS_REMINDERS, &[&user.as_uuid()]).await?;
    Ok(row.get("wants"))
}

const SET_WISHES: Sql = sql!(
    "notices.set_wishes",
    "UPDATE users SET wants_reminders = $2 WHERE id = $1 AND state = 'active'"
);
/// Does nothing to an account that is closed.
pub(super) async fn set_wishes(tx: &Tx<'_>, user: UserId, reminders: bool) -> Result<(), Error> {
    tx.execute(&SET_WISHES, &[&user.as_uuid(), &reminders])
        .await?;
    Ok(())
}
