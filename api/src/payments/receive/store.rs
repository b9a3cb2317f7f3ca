//! SQL of many webhooks at once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use ticket_core::ids::{OrderId, UserId};
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::super::settle::Outcome;
use super::{Capture, News, Plain};
use crate::orders::SealedSeat;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&MARK_PAID, &INSERT_CAPTURED, &INSERT_NEWS];

const MARK_PAID: Sql = sql!(
    "payments.mark_orders_paid",
    "UPDATE orders o SET state = 'paid', paid_at = $5, payment_id = o.id
     FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::text[])
         AS t (id, provider, amount_cents, currency)
     WHERE o.id = t.id AND o.first_provider = t.provider AND o.amount_cents = t.amount_cents
         AND o.currency = t.currency AND o.state = 'awaiting_payment'
         AND coalesce((SELECT p.state FROM payments p WHERE p.id = t.id), 'created') = 'created'
     RETURNING o.id, o.user_id, o.created_at, o.lines"
);
/// Marks the orders paid that stand as such a capture expects them: the order awaits its payment,
/// the amount is the one asked, and the first payment is still open.
pub(super) async fn mark_paid(
    tx: &Tx<'_>,
    captures: &BTreeMap<OrderId, Capture<'_>>,
    now: Timestamp,
) -> Result<Vec<Plain>, Error> {
    if captures.is_empty() {
        return Ok(Vec::new());
    }
    let told = || captures.values().map(|(_, told)| told);
    let rows = tx
        .query(
            &MARK_PAID,
            &[
                &captures.keys().map(OrderId::as_uuid).collect::<Vec<_>>(),
                &captures.values().map(|(by, _)| *by).collect::<Vec<_>>(),
                &told().map(|t| t.amount_cents).collect::<Vec<_>>(),
                &told().map(|t| t.currency.as_str()).collect::<Vec<_>>(),
                &now,
            ],
        )
        .await?;
    let plain = |row: &Row| Plain {
        order: OrderId::from_uuid(row.get("id")),
        owner: UserId::from_uuid(row.get("user_id")),
        created_at: row.get("created_at"),
        lines: row.get::<_, Json<Vec<SealedSeat>>>("lines").0,
    };
    Ok(rows.iter().map(plain).collect())
}

const INSERT_CAPTURED: Sql = sql!(
    "payments.insert_captured",
    "INSERT INTO payments AS p (id, order_id, provider, provider_ref, own_ref, amount_cents,
         currency, state, created_at, captured_at)
     SELECT id, id, provider, provider_ref, true, amount_cents, currency, 'captured', created_at, $7
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[])
         AS c (id, provider, provider_ref, amount_cents, currency, created_at)
     ON CONFLICT (id) DO UPDATE SET state = 'captured', captured_at = $7, ask_at = NULL
         WHERE p.state = 'created'"
);
/// The payments of orders that the same transaction has marked paid, as they now are: what was
/// told is what was asked.
pub(super) async fn insert_captured(
    tx: &Tx<'_>,
    (captures, plain): (&BTreeMap<OrderId, Capture<'_>>, &[Plain]),
    now: Timestamp,
) -> Result<(), Error> {
    if plain.is_empty() {
        return Ok(());
    }
    let paid: Vec<_> = plain
        .iter()
        .filter_map(|one| Some((one, captures.get(&one.order)?)))
        .collect();
    let told = || paid.iter().map(|(_, (_, told))| told);
    let written = tx
        .execute(
            &INSERT_CAPTURED,
            &[
                &paid
                    .iter()
                    .map(|(one, _)| one.order.as_uuid())
                    .collect::<Vec<_>>(),
                &paid.iter().map(|(_, (by, _))| *by).collect::<Vec<_>>(),
                &told().map(|t| t.provider_ref.as_str()).collect::<Vec<_>>(),
                &told().map(|t| t.amount_cents).collect::<Vec<_>>(),
                &told().map(|t| t.currency.as_str()).collect::<Vec<_>>(),
                &paid
                    .iter()
                    .map(|(one, _)| one.created_at)
                    .collect::<Vec<_>>(),
                &now,
            ],
        )
        .await?;
    if usize::try_from(written).is_ok_and(|written| written == plain.len()) {
        Ok(())
    } else {
        Err(Error::bug("a payment has moved without its order"))
    }
}

const INSERT_NEWS: Sql = sql!(
    "payments.insert_news",
    "INSERT INTO payment_inbox (provider, provider_event_id, payload, received_at, try_at,
         processed_at, outcome)
     SELECT provider, id, payload, $4, $4, CASE WHEN is_settled THEN $4::timestamptz END,
         CASE WHEN is_settled THEN $6 END
     FROM unnest($1::text[], $2::text[], $3::json[], $5::boolean[])
         AS n (provider, id, payload, is_settled)
     ON CONFLICT DO NOTHING"
);
/// What came in before stays as it is: the payment's own state says whether it was settled.
pub(super) async fn insert_news(
    tx: &Tx<'_>,
    news: &[(&News, bool)],
    now: Timestamp,
) -> Result<(), Error> {
    let all = || news.iter().map(|(news, _)| news);
    tx.execute(
        &INSERT_NEWS,
        &[
            &all().map(|n| n.provider).collect::<Vec<_>>(),
            &all().map(|n| n.event.id.as_str()).collect::<Vec<_>>(),
            &all().map(|n| &n.event.payload).collect::<Vec<_>>(),
            &now,
            &news
                .iter()
                .map(|(_, is_settled)| *is_settled)
                .collect::<Vec<_>>(),
            &Outcome::Paid.name(),
        ],
    )
    .await?;
    Ok(())
}
