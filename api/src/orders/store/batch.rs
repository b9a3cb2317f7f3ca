//! Writing many orders at once: each statement is one for all orders of a batch.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::{EventId, OrderId, UserId};
use uuid::Uuid;

use super::super::order::{Line, Order};
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(super) const LOCK_BUYERS: Sql = sql!(
    "orders.lock_buyers",
    "SELECT pg_advisory_xact_lock(hashtextextended(buyer, 0)) FROM unnest($1::text[]) AS b (buyer)"
);
/// One person's orders are placed one after the other, so that the limit per person holds. The
/// set is sorted: two batches with the same buyers do not wait for each other in a circle.
pub(in crate::orders) async fn lock_buyers(
    tx: &Tx<'_>,
    buyers: &BTreeSet<UserId>,
) -> Result<(), Error> {
    let texts: Vec<String> = buyers.iter().map(UserId::to_string).collect();
    tx.query(&LOCK_BUYERS, &[&texts]).await?;
    Ok(())
}

// Here and in the next one a subquery per row, not a join: whatever the planner believes of tables
// that grow fast, each row costs its own few index reads.
pub(super) const LIST_KNOWN: Sql = sql!(
    "orders.list_known",
    "SELECT (SELECT o.id FROM orders o WHERE o.id = w.id) AS id FROM unnest($1::uuid[]) AS w (id)"
);
/// Those that are there already.
pub(in crate::orders) async fn list_known(
    tx: &Tx<'_>,
    ids: &[Uuid],
) -> Result<HashSet<OrderId>, Error> {
    let rows = tx.query(&LIST_KNOWN, &[&ids]).await?;
    let ids = rows.iter().filter_map(|row| row.get("id"));
    Ok(ids.map(OrderId::from_uuid).collect())
}

pub(super) const COUNT_TICKETS: Sql = sql!(
    "orders.count_tickets",
    "SELECT w.user_id, w.event_id, (
         SELECT count(*) FROM orders o JOIN order_lines l ON l.order_id = o.id
         WHERE o.user_id = w.user_id AND l.event_id = w.event_id
             AND o.state IN ('awaiting_payment', 'paid')) AS tickets
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
    "INSERT INTO orders (id, number, user_id, content_digest, locale, amount_cents, currency,
         state, created_at, terms_accepted_at, pay_before)
     SELECT id, number, user_id, content_digest, locale, amount_cents, currency,
         'awaiting_payment', created_at, created_at, pay_before
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::text[], $6::bigint[],
         $7::text[], $8::timestamptz[], $9::timestamptz[])
         AS n (id, number, user_id, content_digest, locale, amount_cents, currency, created_at,
             pay_before)
     ON CONFLICT DO NOTHING RETURNING id"
);
/// Answers those that were written: the others have an id, or a number, that is there already.
/// Sorted by the caller, with the digest of what was asked.
pub(in crate::orders) async fn insert_orders(
    tx: &Tx<'_>,
    orders: &[(&Order, &[u8])],
) -> Result<HashSet<OrderId>, Error> {
    let all = || orders.iter().map(|(order, _)| order);
    let rows = tx
        .query(
            &INSERT_ORDERS,
            &[
                &all().map(|order| order.id.as_uuid()).collect::<Vec<_>>(),
                &all().map(|order| order.number.as_str()).collect::<Vec<_>>(),
                &all().map(|order| order.owner.as_uuid()).collect::<Vec<_>>(),
                &orders.iter().map(|(_, digest)| *digest).collect::<Vec<_>>(),
                &all().map(|order| order.locale.code()).collect::<Vec<_>>(),
                &all()
                    .map(|order| order.amount.amount_cents())
                    .collect::<Vec<_>>(),
                &all()
                    .map(|order| order.amount.currency().code())
                    .collect::<Vec<_>>(),
                &all().map(|order| order.created_at).collect::<Vec<_>>(),
                &all().map(|order| order.pay_before).collect::<Vec<_>>(),
            ],
        )
        .await?;
    let ids = rows.iter().map(|row| OrderId::from_uuid(row.get("id")));
    Ok(ids.collect())
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
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::smallint[], $4::uuid[], $5::uuid[],
         $6::smallint[], $7::integer[], $8::smallint[], $9::text[], $10::jsonb[], $11::bigint[],
         $12::bytea[], $13::bytea[])"
);
pub(in crate::orders) async fn insert_lines(
    tx: &Tx<'_>,
    columns: &Columns,
    sealed: &[SealedLine],
) -> Result<(), Error> {
    let names = |pick: fn(&SealedLine) -> &[u8]| sealed.iter().map(pick).collect::<Vec<_>>();
    tx.execute(
        &INSERT_LINES,
        &[
            &columns.orders,
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
     SELECT event_id, category_no, row_no, seat_no, order_id, $6
     FROM unnest($1::uuid[], $2::smallint[], $3::integer[], $4::smallint[], $5::uuid[])
         AS w (event_id, category_no, row_no, seat_no, order_id)
     ORDER BY event_id, category_no, row_no, seat_no"
);
/// The constraint that gives each seat one claim.
pub(in crate::orders) const ONE_CLAIM_PER_SEAT: &str = "seat_claims_seat";

/// The fence: each seat has one claim, or the statement breaks [`ONE_CLAIM_PER_SEAT`].
pub(in crate::orders) async fn claim_seats(
    tx: &Tx<'_>,
    columns: &Columns,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        &CLAIM_SEATS,
        &[
            &columns.events,
            &columns.category_nos,
            &columns.row_nos,
            &columns.seat_nos,
            &columns.orders,
            &now,
        ],
    )
    .await?;
    Ok(())
}

/// The lines of orders, column by column.
pub(in crate::orders) struct Columns {
    orders: Vec<Uuid>,
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
    pub(in crate::orders) fn of(orders: &[&Order]) -> Result<Self, Error> {
        let lines = || orders.iter().flat_map(|order| &order.lines);
        let ids = |id: fn(&Line) -> Uuid| lines().map(id).collect::<Vec<_>>();
        let with_order = |order: &&Order| vec![order.id.as_uuid(); order.lines.len()];
        Ok(Self {
            orders: orders.iter().flat_map(with_order).collect(),
            ids: ids(|line| line.id),
            line_nos: orders
                .iter()
                .flat_map(|order| (1_i16..).take(order.lines.len()))
                .collect(),
            holds: ids(|line| line.hold.as_uuid()),
            events: ids(|line| line.event.as_uuid()),
            category_nos: lines().map(|line| i16::from(line.category_no)).collect(),
            row_nos: lines()
                .map(|line| i32::try_from(line.seat.row).map_err(Error::bug))
                .collect::<Result<_, _>>()?,
            seat_nos: lines()
                .map(|line| i16::try_from(line.seat.position).map_err(Error::bug))
                .collect::<Result<_, _>>()?,
            formulas: lines().map(|line| line.formula.name()).collect(),
            labels: lines()
                .map(|line| serde_json::to_value(&line.label).map_err(Error::bug))
                .collect::<Result<_, _>>()?,
            prices: lines().map(|line| line.price.amount_cents()).collect(),
        })
    }
}
