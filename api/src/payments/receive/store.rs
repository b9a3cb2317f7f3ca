//! SQL of many webhooks at once.

use jiff::Timestamp;
use ticket_core::ids::{OrderId, PaymentId, UserId};

use super::super::provider::ProviderPayment;
use super::super::settle::Outcome;
use super::{News, Plain};
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&LOCK_PLAIN, &MARK_CAPTURED, &INSERT_NEWS];

const LOCK_PLAIN: Sql = sql!(
    "payments.lock_plain",
    "SELECT p.id, p.order_id, p.provider, p.provider_ref, o.user_id
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[])
         AS t (provider, provider_ref, amount_cents, currency)
     JOIN payments p ON p.provider = t.provider AND p.provider_ref = t.provider_ref
         AND p.amount_cents = t.amount_cents AND p.currency = t.currency
     JOIN orders o ON o.id = p.order_id AND o.amount_cents = p.amount_cents
         AND o.currency = p.currency
     WHERE p.state = 'created' AND o.state = 'awaiting_payment'
     ORDER BY o.id, p.id FOR UPDATE OF o, p"
);
/// Locks those payments, and their orders, that stand as a capture expects them.
pub(super) async fn lock_plain(
    tx: &Tx<'_>,
    captures: &[(&str, &ProviderPayment)],
) -> Result<Vec<Plain>, Error> {
    let providers: Vec<&str> = captures.iter().map(|(provider, _)| *provider).collect();
    let told = || captures.iter().map(|(_, told)| told);
    let rows = tx
        .query(
            &LOCK_PLAIN,
            &[
                &providers,
                &told().map(|t| t.provider_ref.as_str()).collect::<Vec<_>>(),
                &told().map(|t| t.amount_cents).collect::<Vec<_>>(),
                &told().map(|t| t.currency.as_str()).collect::<Vec<_>>(),
            ],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Plain {
            order: OrderId::from_uuid(row.get("order_id")),
            payment: PaymentId::from_uuid(row.get("id")),
            owner: UserId::from_uuid(row.get("user_id")),
            provider: row.get("provider"),
            provider_ref: row.get("provider_ref"),
        })
        .collect())
}

const MARK_CAPTURED: Sql = sql!(
    "payments.mark_captured",
    "UPDATE payments SET state = 'captured', captured_at = $2, ask_at = NULL
     WHERE id = ANY($1) AND state = 'created'"
);
/// Under the locks of [`lock_plain`].
pub(super) async fn mark_captured(
    tx: &Tx<'_>,
    paid: &[(OrderId, UserId, PaymentId)],
    now: Timestamp,
) -> Result<(), Error> {
    let ids: Vec<_> = paid
        .iter()
        .map(|(_, _, payment)| payment.as_uuid())
        .collect();
    let marked = tx.execute(&MARK_CAPTURED, &[&ids, &now]).await?;
    if usize::try_from(marked).is_ok_and(|marked| marked == paid.len()) {
        Ok(())
    } else {
        Err(Error::bug("a locked payment has moved"))
    }
}

const INSERT_NEWS: Sql = sql!(
    "payments.insert_news",
    "INSERT INTO payment_inbox (provider, provider_event_id, payload, received_at, try_at,
         processed_at, outcome)
     SELECT provider, id, payload, $4, $4, CASE WHEN is_settled THEN $4::timestamptz END,
         CASE WHEN is_settled THEN $6 END
     FROM unnest($1::text[], $2::text[], $3::jsonb[], $5::boolean[])
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
