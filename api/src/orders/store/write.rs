//! Writing orders, lines and claims. Each write is guarded: it states what it expects to find.

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::{EventId, OrderId, UserId};
use ticket_core::money::Money;
use ticket_core::order::{OrderRefused, OrderState};
use uuid::Uuid;

use super::super::order::Order;
use super::read::{order_state, rows_of_lock};
use crate::platform::db::{Sql, Tx, broken_constraint};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::sql;

pub(super) const LOCK_BUYER: Sql = sql!(
    "orders.lock_buyer",
    "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))"
);
/// One person's orders are placed one after the other, so that the limit per person holds.
pub(in crate::orders) async fn lock_buyer(tx: &Tx<'_>, owner: UserId) -> Result<(), Error> {
    tx.query_one(&LOCK_BUYER, &[&owner.to_string()]).await?;
    Ok(())
}

/// An order to write.
pub(in crate::orders) struct NewOrder<'a> {
    pub(in crate::orders) id: OrderId,
    pub(in crate::orders) number: &'a str,
    pub(in crate::orders) owner: UserId,
    pub(in crate::orders) content_digest: &'a [u8],
    pub(in crate::orders) locale: Locale,
    pub(in crate::orders) amount: Money,
    pub(in crate::orders) created_at: Timestamp,
    pub(in crate::orders) pay_before: Timestamp,
}

pub(super) const INSERT_ORDER: Sql = sql!(
    "orders.insert",
    "INSERT INTO orders (id, number, user_id, content_digest, locale, amount_cents, currency,
         state, created_at, terms_accepted_at, pay_before)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'awaiting_payment', $8, $8, $9)
     ON CONFLICT (id) DO NOTHING"
);
/// False when an order with this id is there already.
pub(in crate::orders) async fn insert_order(
    tx: &Tx<'_>,
    order: &NewOrder<'_>,
) -> Result<bool, Error> {
    let inserted = tx
        .execute(
            &INSERT_ORDER,
            &[
                &order.id.as_uuid(),
                &order.number,
                &order.owner.as_uuid(),
                &order.content_digest,
                &order.locale.code(),
                &order.amount.amount_cents(),
                &order.amount.currency().code(),
                &order.created_at,
                &order.pay_before,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

pub(super) const COUNT_TICKETS: Sql = sql!(
    "orders.count_tickets",
    "SELECT count(*) AS tickets FROM order_lines l JOIN orders o ON o.id = l.order_id
     WHERE o.user_id = $1 AND l.event_id = $2 AND o.state IN ('awaiting_payment', 'paid')"
);
/// What the person has ordered for an event so far.
pub(in crate::orders) async fn count_tickets(
    tx: &Tx<'_>,
    owner: UserId,
    event: EventId,
) -> Result<i64, Error> {
    let row = tx
        .query_one(&COUNT_TICKETS, &[&owner.as_uuid(), &event.as_uuid()])
        .await?;
    Ok(row.get("tickets"))
}

/// The names of a line, sealed under the buyer's data key at the line's own place.
pub(in crate::orders) struct SealedLine {
    pub(in crate::orders) first_name: Vec<u8>,
    pub(in crate::orders) last_name: Vec<u8>,
}

pub(super) const INSERT_LINES: Sql = sql!(
    "orders.insert_lines",
    "INSERT INTO order_lines (order_id, id, line_no, hold_id, event_id, category_no, row_no,
         seat_no, formula, seat_label, price_cents, holder_first_name, holder_last_name)
     SELECT $1, * FROM unnest($2::uuid[], $3::smallint[], $4::uuid[], $5::uuid[], $6::smallint[],
         $7::integer[], $8::smallint[], $9::text[], $10::jsonb[], $11::bigint[], $12::bytea[],
         $13::bytea[])"
);
pub(in crate::orders) async fn insert_lines(
    tx: &Tx<'_>,
    order: &Order,
    sealed: &[SealedLine],
) -> Result<(), Error> {
    let columns = Columns::of(order)?;
    let names = |pick: fn(&SealedLine) -> &[u8]| sealed.iter().map(pick).collect::<Vec<_>>();
    tx.execute(
        &INSERT_LINES,
        &[
            &order.id.as_uuid(),
            &columns.ids,
            &columns.line_nos,
            &columns.holds,
            &columns.events,
            &columns.category_nos,
            &columns.row_nos,
            &columns.seat_nos,
            &columns.formulas,
            &columns.labels,
            &columns.prices,
            &names(|line| &line.first_name),
            &names(|line| &line.last_name),
        ],
    )
    .await?;
    Ok(())
}

pub(super) const CLAIM_SEATS: Sql = sql!(
    "orders.claim_seats",
    "INSERT INTO seat_claims (event_id, category_no, row_no, seat_no, order_id, claimed_at)
     SELECT event_id, category_no, row_no, seat_no, $1, $2 FROM order_lines
     WHERE order_id = $1 ORDER BY event_id, category_no, row_no, seat_no"
);
/// The fence: each seat has one claim. The seats are those of the order's lines.
///
/// # Errors
/// `seats_taken` when another order has one of them.
pub(in crate::orders) async fn claim_seats(
    tx: &Tx<'_>,
    order: OrderId,
    now: Timestamp,
) -> Result<(), Error> {
    match tx.execute(&CLAIM_SEATS, &[&order.as_uuid(), &now]).await {
        Ok(_) => Ok(()),
        Err(error) if broken_constraint(&error) == Some("seat_claims_seat") => {
            Err(OrderRefused::SeatsTaken.into())
        }
        Err(error) => Err(error),
    }
}

pub(super) const CLAIM_AGAIN: Sql = sql!(
    "orders.claim_again",
    "WITH wanted AS (
         SELECT event_id, category_no, row_no, seat_no FROM order_lines WHERE order_id = $1),
     claimed AS (
         INSERT INTO seat_claims (event_id, category_no, row_no, seat_no, order_id, claimed_at)
         SELECT event_id, category_no, row_no, seat_no, $1, $2 FROM wanted
         ORDER BY event_id, category_no, row_no, seat_no
         ON CONFLICT DO NOTHING RETURNING 1)
     SELECT (SELECT count(*) FROM wanted) = (SELECT count(*) FROM claimed) AS complete"
);
/// For a payment that came late: true when every seat could be claimed. Whatever was claimed of
/// an incomplete set is let go again.
pub(in crate::orders) async fn claim_again(
    tx: &Tx<'_>,
    order: OrderId,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = tx
        .query_one(&CLAIM_AGAIN, &[&order.as_uuid(), &now])
        .await?;
    let complete: bool = row.get("complete");
    if !complete {
        delete_claims(tx, order).await?;
    }
    Ok(complete)
}

pub(super) const DELETE_CLAIMS: Sql = sql!(
    "orders.delete_claims",
    "DELETE FROM seat_claims WHERE order_id = $1"
);
pub(in crate::orders) async fn delete_claims(tx: &Tx<'_>, order: OrderId) -> Result<(), Error> {
    tx.execute(&DELETE_CLAIMS, &[&order.as_uuid()]).await?;
    Ok(())
}

pub(super) const LOCK_ORDER: Sql = sql!(
    "orders.lock",
    "SELECT state, pay_before, paid_at, payment_id, closed_at FROM orders
     WHERE id = $1 FOR UPDATE"
);
/// The state of an order, which nobody else changes until the transaction ends.
pub(in crate::orders) async fn lock_order(tx: &Tx<'_>, id: OrderId) -> Result<OrderState, Error> {
    order_state(&rows_of_lock(tx, &LOCK_ORDER, id).await?)
}

pub(super) const MARK_PAID: Sql = sql!(
    "orders.mark_paid",
    "UPDATE orders SET state = 'paid', paid_at = $3, payment_id = $4, closed_at = NULL
     WHERE id = $1 AND state = $2"
);
pub(in crate::orders) async fn mark_paid(
    tx: &Tx<'_>,
    id: OrderId,
    before: OrderState,
    (paid_at, payment): (Timestamp, Uuid),
) -> Result<(), Error> {
    tx.execute_one(
        &MARK_PAID,
        &[&id.as_uuid(), &before.name(), &paid_at, &payment],
    )
    .await
}

pub(super) const MARK_CLOSED: Sql = sql!(
    "orders.mark_closed",
    "UPDATE orders SET state = $3, closed_at = $4 WHERE id = $1 AND state = $2"
);
/// Expired or cancelled.
pub(in crate::orders) async fn mark_closed(
    tx: &Tx<'_>,
    id: OrderId,
    (before, after): (OrderState, OrderState),
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(
        &MARK_CLOSED,
        &[&id.as_uuid(), &before.name(), &after.name(), &now],
    )
    .await
}

/// The lines of an order, column by column.
struct Columns {
    ids: Vec<Uuid>,
    line_nos: Vec<i16>,
    holds: Vec<Uuid>,
    events: Vec<Uuid>,
    category_nos: Vec<i16>,
    row_nos: Vec<i32>,
    seat_nos: Vec<i16>,
    formulas: Vec<&'static str>,
    labels: Vec<Value>,
    prices: Vec<i64>,
}

impl Columns {
    fn of(order: &Order) -> Result<Self, Error> {
        let lines = &order.lines;
        let collect = |value: fn(&super::super::order::Line) -> Uuid| {
            lines.iter().map(value).collect::<Vec<_>>()
        };
        Ok(Self {
            ids: collect(|line| line.id),
            line_nos: (1_i16..).take(lines.len()).collect(),
            holds: collect(|line| line.hold.as_uuid()),
            events: collect(|line| line.event.as_uuid()),
            category_nos: lines
                .iter()
                .map(|line| i16::from(line.category_no))
                .collect(),
            row_nos: lines
                .iter()
                .map(|line| i32::try_from(line.seat.row).map_err(Error::bug))
                .collect::<Result<_, _>>()?,
            seat_nos: lines
                .iter()
                .map(|line| i16::try_from(line.seat.position).map_err(Error::bug))
                .collect::<Result<_, _>>()?,
            formulas: lines.iter().map(|line| line.formula.name()).collect(),
            labels: lines
                .iter()
                .map(|line| serde_json::to_value(&line.label).map_err(Error::bug))
                .collect::<Result<_, _>>()?,
            prices: lines.iter().map(|line| line.price.amount_cents()).collect(),
        })
    }
}
