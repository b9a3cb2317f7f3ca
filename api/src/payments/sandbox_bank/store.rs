//! SQL of the sandbox bank's books.

use jiff::Timestamp;
use tokio_postgres::Row;

use super::super::sandbox_client::BankState;
use super::super::sandbox_link::{Link, merchant_id};
use crate::platform::db::{Conn, Sql, Tx, Value};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &ARRIVE,
    &CLOSE_UNSEEN,
    &FIND_PAYMENT,
    &LOCK_PAYMENT,
    &SET_STATE,
    &SET_REFUNDED,
    &INSERT_WEBHOOK,
    &LEASE_WEBHOOKS,
    &MARK_WEBHOOKS_DONE,
    &GET_FAULTS,
    &SET_FAULTS,
];

/// A payment in the bank's books.
#[derive(Debug, Clone)]
pub(super) struct Booked {
    pub(super) reference: String,
    pub(super) order_number: String,
    pub(super) amount_cents: i64,
    pub(super) currency: String,
    pub(super) locale: String,
    pub(super) return_url: String,
    pub(super) state: BankState,
    pub(super) challenge_code: Option<String>,
    pub(super) refund_key: Option<String>,
    pub(super) refund_ref: Option<String>,
}

impl Booked {
    /// False while the bank knows only that the payment was closed.
    pub(super) fn is_seen(&self) -> bool {
        !self.return_url.is_empty()
    }
}

fn state_name(state: BankState) -> &'static str {
    match state {
        BankState::Open => "open",
        BankState::Challenged => "challenged",
        BankState::Captured => "captured",
        BankState::Refused => "refused",
        BankState::Expired => "expired",
        BankState::Refunded => "refunded",
    }
}

fn parse_state(name: &str) -> Result<BankState, Error> {
    let all = [
        BankState::Open,
        BankState::Challenged,
        BankState::Captured,
        BankState::Refused,
        BankState::Expired,
        BankState::Refunded,
    ];
    all.into_iter()
        .find(|state| state_name(*state) == name)
        .ok_or_else(|| Error::bug(format!("a bank payment is {name}")))
}

fn booked(row: &Row) -> Result<Booked, Error> {
    // Empty while only its closing is known.
    let text = |column: &str| row.get::<_, Option<String>>(column).unwrap_or_default();
    Ok(Booked {
        reference: row.get("ref"),
        order_number: text("order_number"),
        amount_cents: row.get::<_, Option<i64>>("amount_cents").unwrap_or(0),
        currency: text("currency"),
        locale: text("locale"),
        return_url: text("return_url"),
        state: parse_state(row.get("state"))?,
        challenge_code: row.get("challenge_code"),
        refund_key: row.get("refund_key"),
        refund_ref: row.get("refund_ref"),
    })
}

const ARRIVE: Sql = sql!(
    "sandbox_bank.arrive",
    "INSERT INTO sandbox_bank_payments (ref, merchant_payment_id, order_number, amount_cents,
         currency, locale, return_url, state, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8)
     ON CONFLICT (ref) DO UPDATE SET order_number = excluded.order_number,
         amount_cents = excluded.amount_cents, currency = excluded.currency,
         locale = excluded.locale, return_url = excluded.return_url
     WHERE sandbox_bank_payments.return_url IS NULL"
);
/// A payer has come with a link of the shop. A payment that is known stays as it is; one that was
/// closed unseen is known from now on, and stays closed.
pub(super) async fn arrive(
    tx: &Tx<'_>,
    reference: &str,
    link: &Link,
    now: Timestamp,
) -> Result<(), Error> {
    let Some(id) = merchant_id(reference) else {
        return Err(Error::not_found());
    };
    let values: [Value<'_>; 8] = [
        &reference,
        &id,
        &link.order,
        &link.amount_cents,
        &link.currency,
        &link.locale,
        &link.return_url,
        &now,
    ];
    tx.execute(&ARRIVE, &values).await?;
    Ok(())
}

const CLOSE_UNSEEN: Sql = sql!(
    "sandbox_bank.close_unseen",
    "INSERT INTO sandbox_bank_payments (ref, merchant_payment_id, state, created_at)
     VALUES ($1, $2, 'expired', $3) ON CONFLICT (ref) DO NOTHING"
);
/// Closes a payment before its payer arrives; false when the bank knows it.
pub(super) async fn close_unseen(
    tx: &Tx<'_>,
    reference: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let Some(id) = merchant_id(reference) else {
        return Err(Error::not_found());
    };
    Ok(tx.execute(&CLOSE_UNSEEN, &[&reference, &id, &now]).await? == 1)
}

/// Anybody may put anything into the address; PostgreSQL would not even read some of it.
const FIND_PAYMENT: Sql = sql!(
    "sandbox_bank.find_payment",
    "SELECT * FROM sandbox_bank_payments WHERE ref = $1"
);
pub(super) async fn find_payment(conn: &Conn, reference: &str) -> Result<Option<Booked>, Error> {
    if merchant_id(reference).is_none() {
        return Ok(None);
    }
    let row = conn.query_opt(&FIND_PAYMENT, &[&reference]).await?;
    row.as_ref().map(booked).transpose()
}

const LOCK_PAYMENT: Sql = sql!(
    "sandbox_bank.lock_payment",
    "SELECT * FROM sandbox_bank_payments WHERE ref = $1 FOR UPDATE"
);
pub(super) async fn lock_payment(tx: &Tx<'_>, reference: &str) -> Result<Option<Booked>, Error> {
    if merchant_id(reference).is_none() {
        return Ok(None);
    }
    let row = tx.query_opt(&LOCK_PAYMENT, &[&reference]).await?;
    row.as_ref().map(booked).transpose()
}

const SET_STATE: Sql = sql!(
    "sandbox_bank.set_state",
    "UPDATE sandbox_bank_payments SET state = $3, challenge_code = $4, decided_at = $5
     WHERE ref = $1 AND state = $2"
);
pub(super) async fn set_state(
    tx: &Tx<'_>,
    before: &Booked,
    state: BankState,
    challenge_code: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let (old, new) = (state_name(before.state), state_name(state));
    tx.execute_one(
        &SET_STATE,
        &[&before.reference, &old, &new, &challenge_code, &now],
    )
    .await
}

const SET_REFUNDED: Sql = sql!(
    "sandbox_bank.set_refunded",
    "UPDATE sandbox_bank_payments SET state = 'refunded', refund_key = $2, refund_ref = $3
     WHERE ref = $1 AND state = 'captured'"
);
pub(super) async fn set_refunded(
    tx: &Tx<'_>,
    reference: &str,
    refund_key: &str,
    refund_ref: &str,
) -> Result<(), Error> {
    tx.execute_one(&SET_REFUNDED, &[&reference, &refund_key, &refund_ref])
        .await
}

const INSERT_WEBHOOK: Sql = sql!(
    "sandbox_bank.insert_webhook",
    "INSERT INTO sandbox_bank_webhooks (ref, body, send_at) VALUES ($1, $2, $3)"
);
pub(super) async fn insert_webhook(
    tx: &Tx<'_>,
    reference: &str,
    body: &str,
    send_at: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&INSERT_WEBHOOK, &[&reference, &body, &send_at])
        .await
}

/// A webhook to send, leased to this worker.
pub(super) struct Webhook {
    pub(super) id: i64,
    pub(super) body: String,
    pub(super) attempts: i32,
}

const LEASE_WEBHOOKS: Sql = sql!(
    "sandbox_bank.lease_webhooks",
    "UPDATE sandbox_bank_webhooks
     SET attempts = attempts + 1,
         send_at = $1::timestamptz + make_interval(secs => 2 ^ least(attempts, 8))
     WHERE id IN (
         SELECT id FROM sandbox_bank_webhooks WHERE done_at IS NULL AND send_at <= $1
         ORDER BY send_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
     RETURNING id, body, attempts"
);
pub(super) async fn lease_webhooks(
    tx: &Tx<'_>,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Webhook>, Error> {
    let rows = tx.query(&LEASE_WEBHOOKS, &[&now, &limit]).await?;
    let mut leased: Vec<Webhook> = rows
        .iter()
        .map(|row| Webhook {
            id: row.get("id"),
            body: row.get("body"),
            attempts: row.get("attempts"),
        })
        .collect();
    leased.sort_by_key(|webhook| webhook.id);
    Ok(leased)
}

const MARK_WEBHOOKS_DONE: Sql = sql!(
    "sandbox_bank.mark_webhooks_done",
    "UPDATE sandbox_bank_webhooks SET done_at = $2 WHERE id = ANY($1)"
);
pub(super) async fn mark_webhooks_done(
    tx: &Tx<'_>,
    ids: &[i64],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(&MARK_WEBHOOKS_DONE, &[&ids, &now]).await?;
    Ok(())
}

/// How the bank misbehaves for now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faults {
    pub(super) down_until: Option<Timestamp>,
    pub(super) slow_ms: i64,
    pub(super) ignores_expiry: bool,
}

const GET_FAULTS: Sql = sql!(
    "sandbox_bank.get_faults",
    "SELECT down_until, slow_ms, ignores_expiry FROM sandbox_bank_faults"
);
pub(super) async fn get_faults(conn: &Conn) -> Result<Faults, Error> {
    let row = conn.query_one(&GET_FAULTS, &[]).await?;
    Ok(Faults {
        down_until: row.get("down_until"),
        slow_ms: row.get("slow_ms"),
        ignores_expiry: row.get("ignores_expiry"),
    })
}

const SET_FAULTS: Sql = sql!(
    "sandbox_bank.set_faults",
    "UPDATE sandbox_bank_faults SET down_until = $1, slow_ms = $2, ignores_expiry = $3"
);
pub(super) async fn set_faults(tx: &Tx<'_>, faults: Faults) -> Result<(), Error> {
    tx.execute_one(
        &SET_FAULTS,
        &[&faults.down_until, &faults.slow_ms, &faults.ignores_expiry],
    )
    .await
}
