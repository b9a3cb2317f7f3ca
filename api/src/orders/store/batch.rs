//! Writing many orders at once: each statement is one for all orders of a batch.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use ticket_core::ids::{EventId, OrderId, UserId};
use tokio_postgres::types::Json;
use uuid::Uuid;

use super::super::order::{Line, Order};
use super::lines::NewLine;
use super::read::category_no;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(super) const LOCK: Sql = sql!(
    "orders.lock_buyers_and_events",
    "SELECT
         (SELECT count(pg_advisory_xact_lock(uuid_hash_extended(buyer, 0)))
          FROM unnest($1::uuid[]) AS b (buyer)),
         (SELECT count(pg_advisory_xact_lock_shared(uuid_hash_extended(event, 1)))
          FROM unnest($2::uuid[]) AS e (event))"
);
/// Before [`lock`], so that it is sent as soon as it is asked for, and other statements after it.
pub(in crate::orders) async fn make_lock_ready(tx: &Tx<'_>) -> Result<(), Error> {
    tx.make_ready(&LOCK).await
}

/// One person's orders are placed one after the other, so that the limit per person holds; and the
/// plans of these events stay as they are: an import that changes one waits for the orders in
/// course, and they for it. The sets are sorted: two batches do not wait for each other in a
/// circle.
pub(in crate::orders) async fn lock(
    tx: &Tx<'_>,
    buyers: &BTreeSet<UserId>,
    events: &BTreeSet<EventId>,
) -> Result<(), Error> {
    let buyers: Vec<Uuid> = buyers.iter().map(UserId::as_uuid).collect();
    let events: Vec<Uuid> = events.iter().map(EventId::as_uuid).collect();
    tx.query_one(&LOCK, &[&buyers, &events]).await?;
    Ok(())
}

pub(super) const LIST_MISSING_CATEGORIES: Sql = sql!(
    "orders.list_missing_categories",
    "SELECT w.event_id, w.category_no FROM unnest($1::uuid[], $2::smallint[])
         AS w (event_id, category_no)
     WHERE NOT EXISTS (SELECT FROM categories c
         WHERE c.event_id = w.event_id AND c.category_no = w.category_no)"
);
/// Those that are not there (any more), under the lock of their events.
pub(in crate::orders) async fn list_missing_categories(
    tx: &Tx<'_>,
    categories: &BTreeSet<(EventId, u8)>,
) -> Result<HashSet<(EventId, u8)>, Error> {
    let events: Vec<Uuid> = categories
        .iter()
        .map(|(event, _)| event.as_uuid())
        .collect();
    let numbers: Vec<i16> = categories.iter().map(|(_, no)| i16::from(*no)).collect();
    let rows = tx
        .query(&LIST_MISSING_CATEGORIES, &[&events, &numbers])
        .await?;
    rows.iter()
        .map(|row| Ok((EventId::from_uuid(row.get("event_id")), category_no(row)?)))
        .collect()
}

pub(super) const LIST_KNOWN: Sql = sql!(
    "orders.list_known",
    "SELECT id FROM orders WHERE id = ANY($1) LIMIT 1000"
);
/// Those that are there already.
pub(in crate::orders) async fn list_known(
    tx: &Tx<'_>,
    ids: &[OrderId],
) -> Result<HashSet<OrderId>, Error> {
    let ids: Vec<Uuid> = ids.iter().map(OrderId::as_uuid).collect();
    let rows = tx.query(&LIST_KNOWN, &[&ids]).await?;
    let ids = rows.iter().map(|row| OrderId::from_uuid(row.get("id")));
    Ok(ids.collect())
}

// Subqueries per row, not joins: whatever the planner believes of tables that grow fast, each row
// costs its own few index reads.
pub(super) const COUNT_TICKETS: Sql = sql!(
    "orders.count_tickets",
    "SELECT w.user_id, w.event_id, (
         SELECT coalesce(sum(CASE WHEN o.event_id = w.event_id THEN o.seats
             WHEN o.event_id IS NULL THEN (
                 SELECT count(*) FROM json_to_recordset(o.lines) AS l (event uuid)
                 WHERE l.event = w.event_id)
             END), 0)::bigint
         FROM orders o
         WHERE o.user_id = w.user_id AND o.state IN ('awaiting_payment', 'paid')) AS tickets
     FROM unnest($1::uuid[], $2::uuid[]) AS w (user_id, event_id)"
);
/// What each person has ordered for each of these events so far.
pub(in crate::orders) async fn count_tickets(
    tx: &Tx<'_>,
    pairs: &BTreeSet<(UserId, EventId)>,
) -> Result<HashMap<(UserId, EventId), i64>, Error> {
    let owners: Vec<Uuid> = pairs.iter().map(|(owner, _)| owner.as_uuid()).collect();
    let events: Vec<Uuid> = pairs.iter().map(|(_, event)| event.as_uuid()).collect();
    let rows = tx.query(&COUNT_TICKETS, &[&owners, &events]).await?;
    let counts = rows.iter().map(|row| {
        let owner = UserId::from_uuid(row.get("user_id"));
        let event = EventId::from_uuid(row.get("event_id"));
        ((owner, event), row.get("tickets"))
    });
    Ok(counts.collect())
}

pub(super) const INSERT_ORDERS: Sql = sql!(
    "orders.insert",
    "INSERT INTO orders (id, number, user_id, content_digest, locale, lines, seats, event_id,
         amount_cents, currency, state, created_at, terms_accepted_at, pay_before, first_provider)
     SELECT id, number, user_id, content_digest, locale, lines, seats, event_id, amount_cents,
         currency, 'awaiting_payment', created_at, created_at, pay_before, first_provider
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::text[], $6::json[],
         $7::smallint[], $8::uuid[], $9::bigint[], $10::text[], $11::timestamptz[],
         $12::timestamptz[], $13::text[])
         AS n (id, number, user_id, content_digest, locale, lines, seats, event_id, amount_cents,
             currency, created_at, pay_before, first_provider)"
);
/// An order to write.
pub(in crate::orders) struct NewOrder<'a> {
    pub(in crate::orders) order: &'a Order,
    /// Of what was asked.
    pub(in crate::orders) digest: &'a [u8],
    /// Who collects its first payment, when the order alone stands for that.
    pub(in crate::orders) first_provider: Option<&'a str>,
    pub(in crate::orders) lines: Json<Vec<NewLine<'a>>>,
}

/// The constraint that gives each id one order.
pub(in crate::orders) const ONE_ORDER_PER_ID: &str = "orders_pkey";

/// Sorted by the caller. Where one is there already, the statement breaks [`ONE_ORDER_PER_ID`].
pub(in crate::orders) async fn insert_orders(
    tx: &Tx<'_>,
    orders: &[NewOrder<'_>],
) -> Result<(), Error> {
    let all = || orders.iter().map(|new| new.order);
    let seats: Result<Vec<i16>, Error> = all()
        .map(|order| i16::try_from(order.lines.len()).map_err(Error::bug))
        .collect();
    tx.execute(
        &INSERT_ORDERS,
        &[
            &all().map(|order| order.id.as_uuid()).collect::<Vec<_>>(),
            &all().map(|order| order.number.as_str()).collect::<Vec<_>>(),
            &all().map(|order| order.owner.as_uuid()).collect::<Vec<_>>(),
            &orders.iter().map(|new| new.digest).collect::<Vec<_>>(),
            &all().map(|order| order.locale.code()).collect::<Vec<_>>(),
            &orders.iter().map(|new| &new.lines).collect::<Vec<_>>(),
            &seats?,
            &all().map(only_event).collect::<Vec<_>>(),
            &all()
                .map(|order| order.amount.amount_cents())
                .collect::<Vec<_>>(),
            &all()
                .map(|order| order.amount.currency().code())
                .collect::<Vec<_>>(),
            &all().map(|order| order.created_at).collect::<Vec<_>>(),
            &all().map(|order| order.pay_before).collect::<Vec<_>>(),
            &orders
                .iter()
                .map(|new| new.first_provider)
                .collect::<Vec<_>>(),
        ],
    )
    .await?;
    Ok(())
}

/// The event of all lines; none when there are several.
fn only_event(order: &Order) -> Option<Uuid> {
    let first = order.lines.first()?.event;
    let is_only = order.lines.iter().all(|line| line.event == first);
    is_only.then_some(first.as_uuid())
}

pub(super) const CLAIM_SEATS: Sql = sql!(
    "orders.claim_seats",
    "INSERT INTO seat_claims (event_id, category_no, row_no, seat_no, order_id, claimed_at, hold_id)
     SELECT event_id, category_no, row_no, seat_no, order_id, $7, hold_id
     FROM unnest($1::uuid[], $2::smallint[], $3::integer[], $4::smallint[], $5::uuid[], $6::uuid[])
         AS w (event_id, category_no, row_no, seat_no, order_id, hold_id)"
);
/// The constraint that gives each seat one claim.
pub(in crate::orders) const ONE_CLAIM_PER_SEAT: &str = "seat_claims_seat";

/// The fence: each seat has one claim, or the statement breaks [`ONE_CLAIM_PER_SEAT`].
pub(in crate::orders) async fn claim_seats(
    tx: &Tx<'_>,
    orders: &[&Order],
    now: Timestamp,
) -> Result<(), Error> {
    let mut claims: Vec<(&Line, Uuid)> = Vec::new();
    for order in orders {
        claims.extend(order.lines.iter().map(|line| (line, order.id.as_uuid())));
    }
    // In one order everywhere, so that two batches never wait for each other.
    claims.sort_unstable_by_key(|(line, _)| (line.event, line.category_no, line.seat));
    let lines = || claims.iter().map(|(line, _)| *line);
    let rows: Result<Vec<i32>, Error> = lines()
        .map(|line| i32::try_from(line.seat.row).map_err(Error::bug))
        .collect();
    let seats: Result<Vec<i16>, Error> = lines()
        .map(|line| i16::try_from(line.seat.position).map_err(Error::bug))
        .collect();
    tx.execute(
        &CLAIM_SEATS,
        &[
            &lines().map(|l| l.event.as_uuid()).collect::<Vec<_>>(),
            &lines()
                .map(|l| i16::from(l.category_no))
                .collect::<Vec<_>>(),
            &rows?,
            &seats?,
            &claims.iter().map(|(_, order)| *order).collect::<Vec<_>>(),
            &lines().map(|l| l.hold.as_uuid()).collect::<Vec<_>>(),
            &now,
        ],
    )
    .await?;
    Ok(())
}
