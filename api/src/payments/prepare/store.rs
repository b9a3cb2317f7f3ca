//! SQL of first attempts: those that orders imply, and those that are written, many together.

use jiff::Timestamp;
use ticket_core::ids::{OrderId, OrderNumber};
use ticket_core::money::{Currency, Money};
use tokio_postgres::Row;

use super::NewAttempt;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_ATTEMPTS,
    &FIND_IMPLIED,
    &LIST_SILENT,
    &GET_WRITTEN_BEFORE,
    &MARK_WRITTEN_BEFORE,
];

const INSERT_ATTEMPTS: Sql = sql!(
    "payments.insert_attempts",
    "INSERT INTO payments (id, order_id, provider, provider_ref, own_ref, payment_url, amount_cents,
         currency, state, created_at, ask_at)
     SELECT id, order_id, provider, provider_ref, provider_ref IS NOT NULL, payment_url,
         amount_cents, currency, 'created', created_at, ask_at
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[],
         $7::text[], $8::timestamptz[], $9::timestamptz[])
         AS a (id, order_id, provider, provider_ref, payment_url, amount_cents, currency,
             created_at, ask_at)
     ON CONFLICT (id) DO NOTHING"
);
pub(super) async fn insert_attempts(
    tx: &Tx<'_>,
    attempts: &[(OrderId, NewAttempt)],
) -> Result<(), Error> {
    if attempts.is_empty() {
        return Ok(());
    }
    let orders: Vec<_> = attempts.iter().map(|(order, _)| order.as_uuid()).collect();
    let all = || attempts.iter().map(|(_, attempt)| attempt);
    tx.execute(
        &INSERT_ATTEMPTS,
        &[
            &all().map(|a| a.id.as_uuid()).collect::<Vec<_>>(),
            &orders,
            &all().map(|a| a.provider.as_str()).collect::<Vec<_>>(),
            &all().map(|a| a.provider_ref.as_deref()).collect::<Vec<_>>(),
            &all().map(|a| a.payment_url.as_deref()).collect::<Vec<_>>(),
            &all().map(|a| a.amount_cents).collect::<Vec<_>>(),
            &all().map(|a| a.currency).collect::<Vec<_>>(),
            &all().map(|a| a.created_at).collect::<Vec<_>>(),
            &all().map(|a| a.ask_at).collect::<Vec<_>>(),
        ],
    )
    .await?;
    Ok(())
}

/// An order that stands for its first attempt.
pub(super) struct Implied {
    pub(super) order: OrderId,
    pub(super) number: OrderNumber,
    pub(super) locale: Locale,
    pub(super) amount: Money,
    pub(super) provider: String,
    pub(super) created_at: Timestamp,
    pub(super) pay_before: Timestamp,
}

const FIND_IMPLIED: Sql = sql!(
    "payments.find_implied",
    "SELECT o.id, o.number, o.locale, o.amount_cents, o.currency, o.first_provider, o.created_at,
         o.pay_before
     FROM orders o
     WHERE o.id = $1 AND o.first_provider IS NOT NULL
         AND NOT EXISTS (SELECT FROM payments p WHERE p.id = o.id)"
);
pub(super) async fn find_implied(tx: &Tx<'_>, order: OrderId) -> Result<Option<Implied>, Error> {
    let row = tx.query_opt(&FIND_IMPLIED, &[&order.as_uuid()]).await?;
    row.as_ref().map(implied).transpose()
}

const LIST_SILENT: Sql = sql!(
    "payments.list_silent",
    "SELECT o.id, o.number, o.locale, o.amount_cents, o.currency, o.first_provider, o.created_at,
         o.pay_before
     FROM orders o
     WHERE o.pay_before >= $1 AND o.pay_before <= $2 AND o.state = 'awaiting_payment'
         AND o.first_provider IS NOT NULL
         AND (SELECT p.id FROM payments p WHERE p.id = o.id) IS NULL
     ORDER BY o.pay_before LIMIT $3"
);
/// Those that are to be paid between these moments, first the oldest.
pub(super) async fn list_silent(
    tx: &Tx<'_>,
    (from, until): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Implied>, Error> {
    let rows = tx.query(&LIST_SILENT, &[&from, &until, &limit]).await?;
    rows.iter().map(implied).collect()
}

const GET_WRITTEN_BEFORE: Sql = sql!(
    "payments.get_written_before",
    "SELECT written_before FROM order_marks"
);
pub(super) async fn get_written_before(tx: &Tx<'_>) -> Result<Timestamp, Error> {
    let row = tx.query_one(&GET_WRITTEN_BEFORE, &[]).await?;
    Ok(row.get("written_before"))
}

const MARK_WRITTEN_BEFORE: Sql = sql!(
    "payments.mark_written_before",
    "UPDATE order_marks SET written_before = m.mark
     FROM (SELECT least($1, now() + interval '1 second' * $2::bigint) AS mark) m
     WHERE written_before < m.mark"
);
/// Not beyond so many seconds from now, as PostgreSQL sees it: a clock that ran ahead keeps nobody
/// from asking for long.
pub(super) async fn mark_written_before(
    tx: &Tx<'_>,
    at: Timestamp,
    ahead_seconds_max: i64,
) -> Result<(), Error> {
    tx.execute(&MARK_WRITTEN_BEFORE, &[&at, &ahead_seconds_max])
        .await?;
    Ok(())
}

fn implied(row: &Row) -> Result<Implied, Error> {
    let (number, locale): (String, String) = (row.get("number"), row.get("locale"));
    let currency: String = row.get("currency");
    let currency = Currency::parse(&currency).map_err(Error::bug)?;
    Ok(Implied {
        order: OrderId::from_uuid(row.get("id")),
        number: OrderNumber::parse(&number).map_err(Error::bug)?,
        locale: locale.parse().unwrap_or(Locale::Fr),
        amount: Money::new(row.get("amount_cents"), currency).map_err(Error::bug)?,
        provider: row.get("first_provider"),
        created_at: row.get("created_at"),
        pay_before: row.get("pay_before"),
    })
}
