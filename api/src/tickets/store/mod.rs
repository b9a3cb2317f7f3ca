//! All SQL of tickets.

pub(super) mod corrections;

use jiff::Timestamp;
use ticket_core::credential::KeysDigest;
use ticket_core::formula::Formula;
use ticket_core::ids::{
    EventId, IssueNumber, OrderId, OrderNumber, TicketId, TicketSerial, UserId,
};
use ticket_core::money::{Currency, Money};
use ticket_core::ticket::{DeactivationReason, TicketState};
use ticket_core::venue::SeatLabel;
use tokio_postgres::Row;
use uuid::Uuid;

use super::ticket::Deactivation;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &TAKE_SERIALS,
    &INSERT_TICKETS,
    &LIST_OF_USER,
    &LIST_OF_ORDER,
    &FIND_TICKET,
    &GET_KEY,
    &MARK_SENT,
    &corrections::LOCK_PARTY,
    &corrections::COUNT_CORRECTIONS,
    &corrections::INSERT_CORRECTION,
    &corrections::SET_NAMES,
    &corrections::LIST_CORRECTIONS,
];

const TAKE_SERIALS: Sql = sql!(
    "tickets.take_serials",
    "UPDATE events SET next_serial = next_serial + $2 WHERE id = $1
     RETURNING next_serial - $2 AS first"
);
/// The next serials of an event's unbroken series; the first of them.
pub(super) async fn take_serials(tx: &Tx<'_>, event: EventId, count: i64) -> Result<i64, Error> {
    let row = tx
        .query_one(&TAKE_SERIALS, &[&event.as_uuid(), &count])
        .await?;
    Ok(row.get("first"))
}

/// A ticket to write, its secrets sealed at its own place.
pub(super) struct NewTicket {
    pub(super) id: Uuid,
    pub(super) serial: i64,
    pub(super) event: Uuid,
    pub(super) order: Uuid,
    pub(super) owner: Uuid,
    pub(super) line_no: i16,
    pub(super) key: Vec<u8>,
    pub(super) first_name: Vec<u8>,
    pub(super) last_name: Vec<u8>,
}

const INSERT_TICKETS: Sql = sql!(
    "tickets.insert",
    "INSERT INTO tickets (state, paid_at, id, serial, event_id, order_id, user_id, line_no,
         ticket_key, holder_first_name, holder_last_name)
     SELECT 'paid', $1, * FROM unnest($2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[],
         $6::uuid[], $7::smallint[], $8::bytea[], $9::bytea[], $10::bytea[])"
);
pub(super) async fn insert_tickets(
    tx: &Tx<'_>,
    tickets: &[NewTicket],
    now: Timestamp,
) -> Result<(), Error> {
    let bytes = |pick: fn(&NewTicket) -> &[u8]| tickets.iter().map(pick).collect::<Vec<_>>();
    let ids = |pick: fn(&NewTicket) -> Uuid| tickets.iter().map(pick).collect::<Vec<_>>();
    let line_nos: Vec<i16> = tickets.iter().map(|ticket| ticket.line_no).collect();
    let serials: Vec<i64> = tickets.iter().map(|ticket| ticket.serial).collect();
    tx.execute(
        &INSERT_TICKETS,
        &[
            &now,
            &ids(|ticket| ticket.id),
            &serials,
            &ids(|ticket| ticket.event),
            &ids(|ticket| ticket.order),
            &ids(|ticket| ticket.owner),
            &line_nos,
            &bytes(|ticket| &ticket.key),
            &bytes(|ticket| &ticket.first_name),
            &bytes(|ticket| &ticket.last_name),
        ],
    )
    .await?;
    Ok(())
}

/// A ticket with its holder's name still sealed.
pub(super) struct Stored {
    pub(super) id: TicketId,
    pub(super) event: EventId,
    pub(super) serial: TicketSerial,
    pub(super) issue: IssueNumber,
    pub(super) order: OrderId,
    pub(super) order_number: OrderNumber,
    pub(super) owner: UserId,
    pub(super) formula: Formula,
    pub(super) category_no: u8,
    pub(super) label: SeatLabel,
    pub(super) price: Money,
    pub(super) first_name: Vec<u8>,
    pub(super) last_name: Vec<u8>,
    pub(super) state: TicketState,
    pub(super) paid_at: Timestamp,
    pub(super) sent_at: Option<Timestamp>,
    pub(super) scanned_at: Option<Timestamp>,
    pub(super) scanned_gate: Option<String>,
    pub(super) deactivated: Option<Deactivation>,
}

const LIST_OF_USER: Sql = sql!(
    "tickets.list_of_user",
    "SELECT t.id, t.event_id, t.serial, t.issue_number, t.order_id, t.user_id, t.state, t.paid_at,
         t.sent_at, t.scanned_at, t.scanned_gate, t.deactivated_at, t.deactivated_reason,
         t.holder_first_name, t.holder_last_name, o.number AS order_number, o.currency,
         l.formula, l.category_no, l.seat_label, l.price_cents
     FROM orders o
     JOIN tickets t ON t.order_id = o.id
     JOIN order_lines l ON l.order_id = t.order_id AND l.line_no = t.line_no
     JOIN events e ON e.id = t.event_id
     WHERE o.user_id = $1
     ORDER BY e.starts_at DESC, t.event_id, t.serial LIMIT $2"
);
pub(super) async fn list_of_user(
    conn: &Conn,
    owner: UserId,
    limit: i64,
) -> Result<Vec<Stored>, Error> {
    let rows = conn
        .query(&LIST_OF_USER, &[&owner.as_uuid(), &limit])
        .await?;
    rows.iter().map(stored).collect()
}

const LIST_OF_ORDER: Sql = sql!(
    "tickets.list_of_order",
    "SELECT t.id, t.event_id, t.serial, t.issue_number, t.order_id, t.user_id, t.state, t.paid_at,
         t.sent_at, t.scanned_at, t.scanned_gate, t.deactivated_at, t.deactivated_reason,
         t.holder_first_name, t.holder_last_name, o.number AS order_number, o.currency,
         l.formula, l.category_no, l.seat_label, l.price_cents
     FROM tickets t
     JOIN order_lines l ON l.order_id = t.order_id AND l.line_no = t.line_no
     JOIN orders o ON o.id = t.order_id
     WHERE t.order_id = $1 ORDER BY l.line_no LIMIT 200"
);
pub(super) async fn list_of_order(conn: &Conn, order: OrderId) -> Result<Vec<Stored>, Error> {
    let rows = conn.query(&LIST_OF_ORDER, &[&order.as_uuid()]).await?;
    rows.iter().map(stored).collect()
}

const FIND_TICKET: Sql = sql!(
    "tickets.find",
    "SELECT t.id, t.event_id, t.serial, t.issue_number, t.order_id, t.user_id, t.state, t.paid_at,
         t.sent_at, t.scanned_at, t.scanned_gate, t.deactivated_at, t.deactivated_reason,
         t.holder_first_name, t.holder_last_name, o.number AS order_number, o.currency,
         l.formula, l.category_no, l.seat_label, l.price_cents
     FROM tickets t
     JOIN order_lines l ON l.order_id = t.order_id AND l.line_no = t.line_no
     JOIN orders o ON o.id = t.order_id
     WHERE t.id = $1"
);
pub(super) async fn find_ticket(conn: &Conn, id: TicketId) -> Result<Option<Stored>, Error> {
    let row = conn.query_opt(&FIND_TICKET, &[&id.as_uuid()]).await?;
    row.as_ref().map(stored).transpose()
}

const GET_KEY: Sql = sql!(
    "tickets.get_key",
    "SELECT ticket_key FROM tickets WHERE id = $1"
);
/// The sealed ticket key.
pub(super) async fn get_key(conn: &Conn, id: TicketId) -> Result<Vec<u8>, Error> {
    let row = conn.query_one(&GET_KEY, &[&id.as_uuid()]).await?;
    Ok(row.get("ticket_key"))
}

const MARK_SENT: Sql = sql!(
    "tickets.mark_sent",
    "UPDATE tickets t SET state = 'sent', sent_at = $3, keys_digest = s.digest
     FROM unnest($1::uuid[], $2::bytea[]) AS s (id, digest)
     WHERE t.id = s.id AND t.state = 'paid'"
);
/// Those that are still paid become sent; a ticket that has moved on stays as it is.
pub(super) async fn mark_sent(
    tx: &Tx<'_>,
    tickets: &[(Uuid, KeysDigest)],
    now: Timestamp,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = tickets.iter().map(|(id, _)| *id).collect();
    let digests: Vec<&[u8]> = tickets
        .iter()
        .map(|(_, it)| it.as_bytes().as_slice())
        .collect();
    tx.execute(&MARK_SENT, &[&ids, &digests, &now]).await?;
    Ok(())
}

fn stored(row: &Row) -> Result<Stored, Error> {
    let formula: String = row.get("formula");
    let number: String = row.get("order_number");
    let currency: String = row.get("currency");
    let currency = Currency::parse(&currency).map_err(Error::bug)?;
    let deactivated = deactivation(row)?;
    Ok(Stored {
        id: TicketId::from_uuid(row.get("id")),
        event: EventId::from_uuid(row.get("event_id")),
        serial: TicketSerial(u32::try_from(row.get::<_, i64>("serial")).map_err(Error::bug)?),
        issue: IssueNumber(u8::try_from(row.get::<_, i16>("issue_number")).map_err(Error::bug)?),
        order: OrderId::from_uuid(row.get("order_id")),
        order_number: OrderNumber::parse(&number).map_err(Error::bug)?,
        owner: UserId::from_uuid(row.get("user_id")),
        formula: Formula::parse(&formula).map_err(Error::bug)?,
        category_no: u8::try_from(row.get::<_, i16>("category_no")).map_err(Error::bug)?,
        label: serde_json::from_value(row.get("seat_label")).map_err(Error::bug)?,
        price: Money::new(row.get("price_cents"), currency).map_err(Error::bug)?,
        first_name: row.get("holder_first_name"),
        last_name: row.get("holder_last_name"),
        state: state(row, deactivated)?,
        paid_at: row.get("paid_at"),
        sent_at: row.get("sent_at"),
        scanned_at: row.get("scanned_at"),
        scanned_gate: row.get("scanned_gate"),
        deactivated,
    })
}

fn deactivation(row: &Row) -> Result<Option<Deactivation>, Error> {
    let at: Option<Timestamp> = row.get("deactivated_at");
    let reason: Option<String> = row.get("deactivated_reason");
    let (Some(at), Some(reason)) = (at, reason) else {
        return Ok(None);
    };
    let reason = DeactivationReason::parse(&reason)
        .ok_or_else(|| Error::bug("a ticket ended for no known reason"))?;
    Ok(Some(Deactivation { at, reason }))
}

/// The state as its columns tell it.
fn state(row: &Row, deactivated: Option<Deactivation>) -> Result<TicketState, Error> {
    let name: String = row.get("state");
    let missing = || Error::bug(format!("a ticket that is {name} lacks a column"));
    match name.as_str() {
        "paid" => Ok(TicketState::Paid {
            paid_at: row.get("paid_at"),
        }),
        "sent" => Ok(TicketState::Sent {
            sent_at: row
                .get::<_, Option<Timestamp>>("sent_at")
                .ok_or_else(missing)?,
        }),
        "scanned" => Ok(TicketState::Scanned {
            scanned_at: row
                .get::<_, Option<Timestamp>>("scanned_at")
                .ok_or_else(missing)?,
            gate: row
                .get::<_, Option<String>>("scanned_gate")
                .ok_or_else(missing)?,
        }),
        "deactivated" => deactivated
            .map(|it| TicketState::Deactivated {
                at: it.at,
                reason: it.reason,
            })
            .ok_or_else(missing),
        _ => Err(Error::bug(format!("a ticket is {name}"))),
    }
}
