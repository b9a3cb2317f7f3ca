//! Reading orders and their lines.

use jiff::Timestamp;
use ticket_core::formula::Formula;
use ticket_core::ids::{EventId, HoldId, OrderId, OrderNumber, PaymentId, RefundId, UserId};
use ticket_core::money::{Currency, Money};
use ticket_core::order::OrderState;
use ticket_core::venue::{SeatLabel, SeatRef};
use tokio_postgres::Row;
use uuid::Uuid;

use super::super::order::PaymentAttempt;
use crate::holds::HeldSeats;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::sql;

/// An order without its lines.
pub(in crate::orders) struct StoredOrder {
    pub(in crate::orders) id: OrderId,
    pub(in crate::orders) number: OrderNumber,
    pub(in crate::orders) owner: UserId,
    pub(in crate::orders) locale: Locale,
    pub(in crate::orders) amount: Money,
    pub(in crate::orders) state: OrderState,
    pub(in crate::orders) created_at: Timestamp,
    pub(in crate::orders) pay_before: Timestamp,
    pub(in crate::orders) payment: Option<PaymentAttempt>,
    /// Who collects the first payment, when the order alone may stand for it.
    pub(in crate::orders) first_provider: Option<String>,
}

/// A line with its names still sealed.
pub(in crate::orders) struct StoredLine {
    pub(in crate::orders) order: OrderId,
    pub(in crate::orders) id: Uuid,
    pub(in crate::orders) no: u8,
    pub(in crate::orders) hold: HoldId,
    pub(in crate::orders) event: EventId,
    pub(in crate::orders) category_no: u8,
    pub(in crate::orders) formula: Formula,
    pub(in crate::orders) seat: SeatRef,
    pub(in crate::orders) label: SeatLabel,
    pub(in crate::orders) price: Money,
    pub(in crate::orders) first_name: Vec<u8>,
    pub(in crate::orders) last_name: Vec<u8>,
}

pub(super) const FIND_DIGEST: Sql = sql!(
    "orders.find_digest",
    "SELECT content_digest FROM orders WHERE id = $1"
);
/// The digest of what was asked under this id.
pub(in crate::orders) async fn find_digest(
    conn: &Conn,
    id: OrderId,
) -> Result<Option<Vec<u8>>, Error> {
    let row = conn.query_opt(&FIND_DIGEST, &[&id.as_uuid()]).await?;
    Ok(row.map(|row| row.get("content_digest")))
}

pub(super) const FIND_ORDER: Sql = sql!(
    "orders.find",
    "SELECT o.id, o.number, o.user_id, o.locale, o.amount_cents, o.currency, o.state, o.created_at,
         o.pay_before, o.first_provider, o.paid_at, o.payment_id, o.closed_at,
         p.id AS attempt_id, p.state AS attempt_state, p.payment_url, p.refund_cause
     FROM orders o
     LEFT JOIN LATERAL (
         SELECT id, state, payment_url, refund_cause FROM payments
         WHERE order_id = o.id ORDER BY created_at DESC, id DESC LIMIT 1) p ON true
     WHERE o.id = $1"
);
pub(in crate::orders) async fn find_order(
    conn: &Conn,
    id: OrderId,
) -> Result<Option<StoredOrder>, Error> {
    let row = conn.query_opt(&FIND_ORDER, &[&id.as_uuid()]).await?;
    row.as_ref().map(stored_order).transpose()
}

pub(super) const LIST_OF_USER: Sql = sql!(
    "orders.list_of_user",
    "SELECT o.id, o.number, o.user_id, o.locale, o.amount_cents, o.currency, o.state, o.created_at,
         o.pay_before, o.first_provider, o.paid_at, o.payment_id, o.closed_at,
         p.id AS attempt_id, p.state AS attempt_state, p.payment_url, p.refund_cause
     FROM orders o
     LEFT JOIN LATERAL (
         SELECT id, state, payment_url, refund_cause FROM payments
         WHERE order_id = o.id ORDER BY created_at DESC, id DESC LIMIT 1) p ON true
     WHERE o.user_id = $1 ORDER BY o.created_at DESC, o.id LIMIT $2"
);
pub(in crate::orders) async fn list_of_user(
    conn: &Conn,
    owner: UserId,
    limit: i64,
) -> Result<Vec<StoredOrder>, Error> {
    let rows = conn
        .query(&LIST_OF_USER, &[&owner.as_uuid(), &limit])
        .await?;
    rows.iter().map(stored_order).collect()
}

pub(super) const LIST_LINES: Sql = sql!(
    "orders.list_lines",
    "SELECT l.*, o.currency FROM order_lines l JOIN orders o ON o.id = l.order_id
     WHERE l.order_id = ANY($1) ORDER BY l.order_id, l.line_no LIMIT 1000"
);
pub(in crate::orders) async fn list_lines(
    conn: &Conn,
    orders: &[OrderId],
) -> Result<Vec<StoredLine>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let rows = conn.query(&LIST_LINES, &[&ids]).await?;
    rows.iter().map(stored_line).collect()
}

pub(super) const LIST_HELD: Sql = sql!(
    "orders.list_held",
    "SELECT o.user_id, l.hold_id, l.event_id, l.category_no,
         array_agg(l.row_no ORDER BY l.line_no) AS rows,
         array_agg(l.seat_no ORDER BY l.line_no) AS seats
     FROM order_lines l JOIN orders o ON o.id = l.order_id
     WHERE o.id = $1
     GROUP BY o.user_id, l.hold_id, l.event_id, l.category_no
     ORDER BY min(l.line_no) LIMIT 100"
);
/// The seats of an order's holds, as its lines remember them.
pub(in crate::orders) async fn list_held(
    conn: &Conn,
    order: OrderId,
) -> Result<Vec<HeldSeats>, Error> {
    let rows = conn.query(&LIST_HELD, &[&order.as_uuid()]).await?;
    rows.iter()
        .map(|row| {
            let rows: Vec<i32> = row.get("rows");
            let seats: Vec<i16> = row.get("seats");
            Ok(HeldSeats {
                order,
                hold: HoldId::from_uuid(row.get("hold_id")),
                owner: UserId::from_uuid(row.get("user_id")),
                event: EventId::from_uuid(row.get("event_id")),
                category_no: category_no(row)?,
                seats: rows
                    .into_iter()
                    .zip(seats)
                    .map(|(row, seat)| seat_ref(row, seat))
                    .collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

pub(super) const LIST_OVERDUE: Sql = sql!(
    "orders.list_overdue",
    "SELECT id, pay_before FROM orders
     WHERE state = 'awaiting_payment' AND pay_before <= $1
         AND pay_before >= (SELECT ended_before FROM order_marks)
     ORDER BY pay_before LIMIT $2"
);
/// Unpaid orders whose time is over, and since when, first the oldest. What is behind the mark of
/// [`mark_ended_before`](super::mark_ended_before) is not looked at.
pub(in crate::orders) async fn list_overdue(
    conn: &Conn,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(OrderId, Timestamp)>, Error> {
    let rows = conn.query(&LIST_OVERDUE, &[&now, &limit]).await?;
    Ok(rows
        .iter()
        .map(|row| (OrderId::from_uuid(row.get("id")), row.get("pay_before")))
        .collect())
}

pub(super) const GET_ENDED_BEFORE: Sql = sql!(
    "orders.get_ended_before",
    "SELECT ended_before FROM order_marks"
);
pub(in crate::orders) async fn get_ended_before(conn: &Conn) -> Result<Timestamp, Error> {
    let row = conn.query_one(&GET_ENDED_BEFORE, &[]).await?;
    Ok(row.get("ended_before"))
}

fn stored_order(row: &Row) -> Result<StoredOrder, Error> {
    let number: String = row.get("number");
    let locale: String = row.get("locale");
    let attempt: Option<Uuid> = row.get("attempt_id");
    Ok(StoredOrder {
        id: OrderId::from_uuid(row.get("id")),
        number: OrderNumber::parse(&number).map_err(Error::bug)?,
        owner: UserId::from_uuid(row.get("user_id")),
        locale: locale.parse().unwrap_or(Locale::Fr),
        amount: money(row, "amount_cents")?,
        state: order_state(row)?,
        created_at: row.get("created_at"),
        pay_before: row.get("pay_before"),
        first_provider: row.get("first_provider"),
        payment: attempt.map(|_| PaymentAttempt {
            state: row.get("attempt_state"),
            payment_url: row.get("payment_url"),
            refund_cause: row.get("refund_cause"),
        }),
    })
}

fn stored_line(row: &Row) -> Result<StoredLine, Error> {
    let formula: String = row.get("formula");
    let (order, no) = (OrderId::from_uuid(row.get("order_id")), line_no(row)?);
    Ok(StoredLine {
        order,
        id: order.line_id(no),
        no,
        hold: HoldId::from_uuid(row.get("hold_id")),
        event: EventId::from_uuid(row.get("event_id")),
        category_no: category_no(row)?,
        formula: Formula::parse(&formula).map_err(Error::bug)?,
        seat: seat_ref(row.get("row_no"), row.get("seat_no"))?,
        label: serde_json::from_value(row.get("seat_label")).map_err(Error::bug)?,
        price: money(row, "price_cents")?,
        first_name: row.get("holder_first_name"),
        last_name: row.get("holder_last_name"),
    })
}

/// The state as its columns tell it.
pub(super) fn order_state(row: &Row) -> Result<OrderState, Error> {
    let name: String = row.get("state");
    let missing = || Error::bug(format!("an order that is {name} lacks a column"));
    let closed_at = || {
        row.get::<_, Option<Timestamp>>("closed_at")
            .ok_or_else(missing)
    };
    let payment = || row.get::<_, Option<Uuid>>("payment_id").ok_or_else(missing);
    match name.as_str() {
        "awaiting_payment" => Ok(OrderState::AwaitingPayment {
            pay_before: row.get("pay_before"),
        }),
        "paid" => Ok(OrderState::Paid {
            paid_at: row
                .get::<_, Option<Timestamp>>("paid_at")
                .ok_or_else(missing)?,
            payment: PaymentId::from_uuid(payment()?),
        }),
        "expired" => Ok(OrderState::Expired { at: closed_at()? }),
        "cancelled" => Ok(OrderState::Cancelled { at: closed_at()? }),
        "refunded" => Ok(OrderState::Refunded {
            at: closed_at()?,
            payment: PaymentId::from_uuid(payment()?),
            // A payment is refunded once, as a whole: its refund goes by its id.
            refund: RefundId::from_uuid(payment()?),
        }),
        _ => Err(Error::bug(format!("an order is {name}"))),
    }
}

pub(super) async fn rows_of_lock(tx: &Tx<'_>, sql: &Sql, id: OrderId) -> Result<Row, Error> {
    tx.query_opt(sql, &[&id.as_uuid()])
        .await?
        .ok_or_else(Error::not_found)
}

fn money(row: &Row, column: &str) -> Result<Money, Error> {
    let currency: String = row.get("currency");
    let currency = Currency::parse(&currency).map_err(Error::bug)?;
    Money::new(row.get(column), currency).map_err(Error::bug)
}

fn line_no(row: &Row) -> Result<u8, Error> {
    u8::try_from(row.get::<_, i16>("line_no")).map_err(Error::bug)
}

pub(super) fn category_no(row: &Row) -> Result<u8, Error> {
    u8::try_from(row.get::<_, i16>("category_no")).map_err(Error::bug)
}

pub(super) fn seat_ref(row: i32, position: i16) -> Result<SeatRef, Error> {
    Ok(SeatRef {
        row: u32::try_from(row).map_err(Error::bug)?,
        position: u16::try_from(position).map_err(Error::bug)?,
    })
}
