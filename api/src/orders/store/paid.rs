//! Orders that are paid together.

use jiff::Timestamp;
use ticket_core::ids::{EventId, HoldId, OrderId, PaymentId, UserId};
use ticket_core::venue::SeatRef;
use uuid::Uuid;

use super::read::{category_no, seat_ref};
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

/// What the tickets of a line need, its names still sealed.
pub(in crate::orders) struct LineToIssue {
    pub(in crate::orders) order: OrderId,
    pub(in crate::orders) id: Uuid,
    pub(in crate::orders) hold: HoldId,
    pub(in crate::orders) event: EventId,
    pub(in crate::orders) category_no: u8,
    pub(in crate::orders) seat: SeatRef,
    pub(in crate::orders) first_name: Vec<u8>,
    pub(in crate::orders) last_name: Vec<u8>,
}

pub(super) const LIST_TO_ISSUE: Sql = sql!(
    "orders.list_to_issue",
    "SELECT order_id, id, hold_id, event_id, category_no, row_no, seat_no, holder_first_name,
         holder_last_name
     FROM order_lines WHERE order_id = ANY($1) ORDER BY order_id, line_no LIMIT 100000"
);
pub(in crate::orders) async fn list_to_issue(
    tx: &Tx<'_>,
    orders: &[OrderId],
) -> Result<Vec<LineToIssue>, Error> {
    let ids: Vec<Uuid> = orders.iter().map(OrderId::as_uuid).collect();
    let rows = tx.query(&LIST_TO_ISSUE, &[&ids]).await?;
    rows.iter()
        .map(|row| {
            Ok(LineToIssue {
                order: OrderId::from_uuid(row.get("order_id")),
                id: row.get("id"),
                hold: HoldId::from_uuid(row.get("hold_id")),
                event: EventId::from_uuid(row.get("event_id")),
                category_no: category_no(row)?,
                seat: seat_ref(row.get("row_no"), row.get("seat_no"))?,
                first_name: row.get("holder_first_name"),
                last_name: row.get("holder_last_name"),
            })
        })
        .collect()
}

pub(super) const MARK_ALL_PAID: Sql = sql!(
    "orders.mark_all_paid",
    "UPDATE orders o SET state = 'paid', paid_at = $3, payment_id = p.payment_id, closed_at = NULL
     FROM unnest($1::uuid[], $2::uuid[]) AS p (order_id, payment_id)
     WHERE o.id = p.order_id AND o.state = 'awaiting_payment'"
);
/// Each of them must await payment: the caller has locked them.
pub(in crate::orders) async fn mark_all_paid(
    tx: &Tx<'_>,
    paid: &[(OrderId, UserId, PaymentId)],
    now: Timestamp,
) -> Result<(), Error> {
    let orders: Vec<Uuid> = paid.iter().map(|(order, _, _)| order.as_uuid()).collect();
    let payments: Vec<Uuid> = paid
        .iter()
        .map(|(_, _, payment)| payment.as_uuid())
        .collect();
    let marked = tx
        .execute(&MARK_ALL_PAID, &[&orders, &payments, &now])
        .await?;
    if usize::try_from(marked).is_ok_and(|marked| marked == paid.len()) {
        Ok(())
    } else {
        Err(Error::bug("a locked order has moved"))
    }
}
