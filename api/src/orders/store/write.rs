//! Changing orders and their claims. Each write is guarded: it states what it expects to find.

use jiff::Timestamp;
use ticket_core::ids::OrderId;
use ticket_core::order::OrderState;
use uuid::Uuid;

use super::read::{order_state, rows_of_lock};
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(super) const CLAIM_AGAIN: Sql = sql!(
    "orders.claim_again",
    "WITH wanted AS (
         SELECT event_id, category_no, row_no, seat_no, hold_id FROM order_lines
         WHERE order_id = $1),
     claimed AS (
         INSERT INTO seat_claims (event_id, category_no, row_no, seat_no, order_id, claimed_at,
             hold_id)
         SELECT event_id, category_no, row_no, seat_no, $1, $2, hold_id FROM wanted
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
    "DELETE FROM seat_claims WHERE ctid = ANY (ARRAY(
         SELECT c.ctid FROM order_lines l CROSS JOIN LATERAL (
             SELECT ctid FROM seat_claims
             WHERE event_id = l.event_id AND category_no = l.category_no AND row_no = l.row_no
                 AND seat_no = l.seat_no AND order_id = $1
             OFFSET 0) AS c
         WHERE l.order_id = $1))"
);
/// By their places, which the lines name: claims have no index of orders. They never move, so each
/// is still where it was found.
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

pub(super) const MARK_ENDED_BEFORE: Sql = sql!(
    "orders.mark_ended_before",
    "UPDATE order_marks SET ended_before = least($1, now()) WHERE ended_before < least($1, now())"
);
/// No order that was to be paid before this still waits. None comes back there: each is written
/// minutes before its time is over, in a transaction of seconds. PostgreSQL's clock has a say,
/// lest one that ran ahead makes orders wait for ever.
pub(in crate::orders) async fn mark_ended_before(tx: &Tx<'_>, at: Timestamp) -> Result<(), Error> {
    tx.execute(&MARK_ENDED_BEFORE, &[&at]).await?;
    Ok(())
}
