//! SQL of tickets in bulk: whatever a paid order consists of, a statement for each table.

use jiff::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_ORDERS,
    &INSERT_CLAIMS,
    &INSERT_PAYMENTS,
    &INSERT_TICKETS,
];

/// Paid orders by column.
#[derive(Default)]
pub(super) struct Orders {
    pub(super) ids: Vec<Uuid>,
    pub(super) numbers: Vec<String>,
    pub(super) owners: Vec<Uuid>,
    pub(super) amounts: Vec<i64>,
    /// As `orders.lines` has them.
    pub(super) lines: Vec<Json>,
    pub(super) seats: Vec<i16>,
}

/// Their seats by column, each with its line and its ticket.
#[derive(Default)]
pub(super) struct Seats {
    pub(super) orders: Vec<Uuid>,
    pub(super) line_nos: Vec<i16>,
    pub(super) holds: Vec<Uuid>,
    pub(super) categories: Vec<i16>,
    pub(super) rows: Vec<i32>,
    pub(super) positions: Vec<i16>,
    pub(super) tickets: Vec<Uuid>,
    pub(super) serials: Vec<i64>,
    pub(super) owners: Vec<Uuid>,
    pub(super) keys: Vec<Vec<u8>>,
    pub(super) ticket_first_names: Vec<Vec<u8>>,
    pub(super) ticket_last_names: Vec<Vec<u8>>,
}

// To be paid within as long as any other, so that invoices follow as late.
const INSERT_ORDERS: Sql = sql!(
    "tickets.rehearse_orders",
    "INSERT INTO orders (id, payment_id, number, user_id, amount_cents, lines, seats, event_id,
         content_digest, locale, currency, state, first_provider, created_at, terms_accepted_at,
         pay_before, paid_at)
     SELECT n.id, n.id, number, user_id, amount_cents, lines, seats, $7, '\\x00', 'fr', 'EUR',
         'paid', 'sandbox', $8, $8, $8::timestamptz + interval '15 minutes', $8
     FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::json[], $6::smallint[])
         AS n (id, number, user_id, amount_cents, lines, seats)"
);
const INSERT_PAYMENTS: Sql = sql!(
    "tickets.rehearse_payments",
    "INSERT INTO payments (id, order_id, amount_cents, provider, provider_ref, own_ref, currency,
         state, created_at, captured_at, closed_at)
     SELECT n.id, n.id, n.amount, 'sandbox', n.id::text, true, 'EUR', 'captured', $3, $3, $3
     FROM unnest($1::uuid[], $2::bigint[]) AS n (id, amount)"
);
pub(super) async fn insert_orders(
    tx: &Tx<'_>,
    (event, orders): (Uuid, &Orders),
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        &INSERT_ORDERS,
        &[
            &orders.ids,
            &orders.numbers,
            &orders.owners,
            &orders.amounts,
            &orders.lines,
            &orders.seats,
            &event,
            &now,
        ],
    )
    .await?;
    tx.execute(&INSERT_PAYMENTS, &[&orders.ids, &orders.amounts, &now])
        .await?;
    Ok(())
}

const INSERT_CLAIMS: Sql = sql!(
    "tickets.rehearse_claims",
    "INSERT INTO seat_claims (event_id, claimed_at, category_no, row_no, seat_no, order_id,
         hold_id)
     SELECT $1, $2, * FROM unnest($3::smallint[], $4::integer[], $5::smallint[], $6::uuid[],
         $7::uuid[])"
);
const INSERT_TICKETS: Sql = sql!(
    "tickets.rehearse_tickets",
    "INSERT INTO tickets (event_id, state, paid_at, id, serial, order_id, line_no, user_id,
         ticket_key, holder_first_name, holder_last_name)
     SELECT $1, 'paid', $2, * FROM unnest($3::uuid[], $4::bigint[], $5::uuid[], $6::smallint[],
         $7::uuid[], $8::bytea[], $9::bytea[], $10::bytea[])"
);
pub(super) async fn insert_seats(
    tx: &Tx<'_>,
    event: Uuid,
    seats: &Seats,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        &INSERT_CLAIMS,
        &[
            &event,
            &now,
            &seats.categories,
            &seats.rows,
            &seats.positions,
            &seats.orders,
            &seats.holds,
        ],
    )
    .await?;
    tx.execute(
        &INSERT_TICKETS,
        &[
            &event,
            &now,
            &seats.tickets,
            &seats.serials,
            &seats.orders,
            &seats.line_nos,
            &seats.owners,
            &seats.keys,
            &seats.ticket_first_names,
            &seats.ticket_last_names,
        ],
    )
    .await?;
    Ok(())
}
