//! SQL of first attempts, many in one statement.

use ticket_core::ids::OrderId;

use super::NewAttempt;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&INSERT_ATTEMPTS];

const INSERT_ATTEMPTS: Sql = sql!(
    "payments.insert_attempts",
    "INSERT INTO payments (id, order_id, provider, provider_ref, payment_url, amount_cents,
         currency, state, created_at, ask_at)
     SELECT id, order_id, provider, provider_ref, payment_url, amount_cents, currency, 'created',
         created_at, ask_at
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[],
         $7::text[], $8::timestamptz[], $9::timestamptz[])
         AS a (id, order_id, provider, provider_ref, payment_url, amount_cents, currency,
             created_at, ask_at)"
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
            &all().map(|a| a.provider).collect::<Vec<_>>(),
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
