//! SQL of corrected names.

use jiff::Timestamp;
use ticket_core::ids::{OrderId, TicketId};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::sql;

/// A ticket of a party that nobody else changes meanwhile.
pub(in crate::tickets) struct Locked {
    pub(in crate::tickets) id: TicketId,
    pub(in crate::tickets) state: String,
    pub(in crate::tickets) first_name: Vec<u8>,
    pub(in crate::tickets) last_name: Vec<u8>,
}

pub(super) const LOCK_PARTY: Sql = sql!(
    "tickets.lock_party",
    "SELECT id, state, holder_first_name, holder_last_name FROM tickets
     WHERE order_id = $1 ORDER BY id FOR NO KEY UPDATE"
);
/// The tickets of an order, locked in the order in which gates lock theirs: a name that changes
/// touches them all, so that gates are told again with whom each comes (V17).
pub(in crate::tickets) async fn lock_party(
    tx: &Tx<'_>,
    order: OrderId,
) -> Result<Vec<Locked>, Error> {
    let rows = tx.query(&LOCK_PARTY, &[&order.as_uuid()]).await?;
    let locked = |row: &Row| Locked {
        id: TicketId::from_uuid(row.get("id")),
        state: row.get("state"),
        first_name: row.get("holder_first_name"),
        last_name: row.get("holder_last_name"),
    };
    Ok(rows.iter().map(locked).collect())
}

pub(super) const COUNT_CORRECTIONS: Sql = sql!(
    "tickets.count_corrections",
    "SELECT count(*) AS count FROM name_corrections WHERE ticket_id = $1"
);
pub(in crate::tickets) async fn count_corrections(
    conn: &Conn,
    ticket: TicketId,
) -> Result<u32, Error> {
    count(
        &conn
            .query_one(&COUNT_CORRECTIONS, &[&ticket.as_uuid()])
            .await?,
    )
}

pub(in crate::tickets) async fn count_corrections_in(
    tx: &Tx<'_>,
    ticket: TicketId,
) -> Result<u32, Error> {
    count(
        &tx.query_one(&COUNT_CORRECTIONS, &[&ticket.as_uuid()])
            .await?,
    )
}

fn count(row: &Row) -> Result<u32, Error> {
    u32::try_from(row.get::<_, i64>("count")).map_err(Error::bug)
}

/// The names of before, sealed at their own place.
pub(in crate::tickets) struct Former {
    pub(in crate::tickets) id: Uuid,
    pub(in crate::tickets) ticket: Uuid,
    pub(in crate::tickets) order: Uuid,
    pub(in crate::tickets) no: i16,
    pub(in crate::tickets) first_name: Vec<u8>,
    pub(in crate::tickets) last_name: Vec<u8>,
}

pub(super) const INSERT_CORRECTION: Sql = sql!(
    "tickets.insert_correction",
    "INSERT INTO name_corrections
         (id, ticket_id, order_id, no, former_first_name, former_last_name, corrected_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
pub(in crate::tickets) async fn insert_correction(
    tx: &Tx<'_>,
    former: &Former,
    now: Timestamp,
) -> Result<(), Error> {
    let values: [Value<'_>; 7] = [
        &former.id,
        &former.ticket,
        &former.order,
        &former.no,
        &former.first_name,
        &former.last_name,
        &now,
    ];
    tx.execute_one(&INSERT_CORRECTION, &values).await
}

/// Names to write, sealed at the ticket's own place.
pub(in crate::tickets) struct NewNames {
    pub(in crate::tickets) ticket: Uuid,
    pub(in crate::tickets) first_name: Vec<u8>,
    pub(in crate::tickets) last_name: Vec<u8>,
}

pub(super) const SET_NAMES: Sql = sql!(
    "tickets.set_names",
    "UPDATE tickets SET holder_first_name = $2, holder_last_name = $3
     WHERE id = $1 AND state IN ('paid', 'sent')"
);
pub(in crate::tickets) async fn set_names(tx: &Tx<'_>, names: &NewNames) -> Result<(), Error> {
    let values: [Value<'_>; 3] = [&names.ticket, &names.first_name, &names.last_name];
    tx.execute_one(&SET_NAMES, &values).await
}

/// A correction with the names of before still sealed.
pub(in crate::tickets) struct StoredCorrection {
    pub(in crate::tickets) id: Uuid,
    pub(in crate::tickets) ticket: TicketId,
    pub(in crate::tickets) at: Timestamp,
    pub(in crate::tickets) first_name: Vec<u8>,
    pub(in crate::tickets) last_name: Vec<u8>,
}

pub(super) const LIST_CORRECTIONS: Sql = sql!(
    "tickets.list_corrections",
    "SELECT id, ticket_id, corrected_at, former_first_name, former_last_name
     FROM name_corrections WHERE order_id = $1 ORDER BY corrected_at, ticket_id, no LIMIT 200"
);
pub(in crate::tickets) async fn list_corrections(
    conn: &Conn,
    order: OrderId,
) -> Result<Vec<StoredCorrection>, Error> {
    let rows = conn.query(&LIST_CORRECTIONS, &[&order.as_uuid()]).await?;
    let correction = |row: &Row| StoredCorrection {
        id: row.get("id"),
        ticket: TicketId::from_uuid(row.get("ticket_id")),
        at: row.get("corrected_at"),
        first_name: row.get("former_first_name"),
        last_name: row.get("former_last_name"),
    };
    Ok(rows.iter().map(correction).collect())
}
