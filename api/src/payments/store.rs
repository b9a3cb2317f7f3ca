//! SQL of payments and of the inbox of webhooks.

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::{OrderId, PaymentId, RefundId};
use ticket_core::money::Money;
use ticket_core::payment::{PaymentState, RefundCause};
use tokio_postgres::Row;

use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_PAYMENT,
    &LIST_OPEN,
    &LATEST_OF_ORDER,
    &MARK_OPENED,
    &FIND_BY_REF,
    &FIND_BY_ID,
    &LOCK_PAYMENT,
    &SAVE_STATE,
    &MARK_REFUNDED,
    &ABANDON_OPEN,
    &LEASE_TO_ASK,
    &ASK_AGAIN,
    &LIST_EVENTS,
    &MARK_PROCESSED,
    &TRY_AGAIN,
];

/// A payment without what the spectator sees of it.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) id: PaymentId,
    pub(super) order: OrderId,
    pub(super) provider: String,
    pub(super) provider_ref: Option<String>,
    pub(super) payment_url: Option<String>,
    pub(super) amount_cents: i64,
    pub(super) currency: String,
    pub(super) state: PaymentState,
    pub(super) created_at: Timestamp,
}

const INSERT_PAYMENT: Sql = sql!(
    "payments.insert",
    "INSERT INTO payments (id, order_id, provider, amount_cents, currency, state, created_at)
     SELECT $1, $2, $3, $4, $5, 'created', $6
     WHERE NOT EXISTS (SELECT 1 FROM payments WHERE order_id = $2 AND state = 'created')"
);
/// Under the order's lock: an order has one open attempt at a time, so a second one is not made.
pub(super) async fn insert_payment(
    tx: &Tx<'_>,
    (id, order): (PaymentId, OrderId),
    provider: &str,
    amount: Money,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        &INSERT_PAYMENT,
        &[
            &id.as_uuid(),
            &order.as_uuid(),
            &provider,
            &amount.amount_cents(),
            &amount.currency().code(),
            &now,
        ],
    )
    .await?;
    Ok(())
}

const LIST_OPEN: Sql = sql!(
    "payments.list_open",
    "SELECT * FROM payments WHERE order_id = $1 AND state = 'created'
     ORDER BY created_at, id LIMIT 20"
);
/// The attempts of an order that may still be paid.
pub(super) async fn list_open(conn: &Conn, order: OrderId) -> Result<Vec<Stored>, Error> {
    let rows = conn.query(&LIST_OPEN, &[&order.as_uuid()]).await?;
    rows.iter().map(stored).collect()
}

const LATEST_OF_ORDER: Sql = sql!(
    "payments.latest_of_order",
    "SELECT * FROM payments WHERE order_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1"
);
pub(super) async fn latest_of_order(conn: &Conn, order: OrderId) -> Result<Option<Stored>, Error> {
    let row = conn
        .query_opt(&LATEST_OF_ORDER, &[&order.as_uuid()])
        .await?;
    row.as_ref().map(stored).transpose()
}

const MARK_OPENED: Sql = sql!(
    "payments.mark_opened",
    "UPDATE payments SET provider_ref = $2, payment_url = $3, ask_at = $4
     WHERE id = $1 AND provider_ref IS NULL"
);
/// The provider's page is open. Told twice, the first stands.
pub(super) async fn mark_opened(
    tx: &Tx<'_>,
    id: PaymentId,
    (provider_ref, payment_url): (&str, &str),
    ask_at: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        &MARK_OPENED,
        &[&id.as_uuid(), &provider_ref, &payment_url, &ask_at],
    )
    .await?;
    Ok(())
}

const FIND_BY_REF: Sql = sql!(
    "payments.find_by_ref",
    "SELECT * FROM payments WHERE provider = $1 AND provider_ref = $2 AND NOT own_ref"
);
/// By the reference that the provider gave it; one made of the payment's id says that id itself.
pub(super) async fn find_by_ref(
    conn: &Conn,
    provider: &str,
    provider_ref: &str,
) -> Result<Option<Stored>, Error> {
    let row = conn
        .query_opt(&FIND_BY_REF, &[&provider, &provider_ref])
        .await?;
    row.as_ref().map(stored).transpose()
}

const FIND_BY_ID: Sql = sql!("payments.find", "SELECT * FROM payments WHERE id = $1");
pub(super) async fn find_by_id(conn: &Conn, id: PaymentId) -> Result<Option<Stored>, Error> {
    let row = conn.query_opt(&FIND_BY_ID, &[&id.as_uuid()]).await?;
    row.as_ref().map(stored).transpose()
}

const LOCK_PAYMENT: Sql = sql!(
    "payments.lock",
    "SELECT * FROM payments WHERE id = $1 FOR UPDATE"
);
pub(super) async fn lock_payment(tx: &Tx<'_>, id: PaymentId) -> Result<Stored, Error> {
    stored(&tx.query_one(&LOCK_PAYMENT, &[&id.as_uuid()]).await?)
}

const SAVE_STATE: Sql = sql!(
    "payments.save_state",
    "UPDATE payments SET state = $3, captured_at = coalesce($4, captured_at),
         closed_at = coalesce($5, closed_at), refund_cause = $6, ask_at = $7
     WHERE id = $1 AND state = $2"
);
/// Moves a payment on; a refund is written by [`mark_refunded`].
pub(super) async fn save_state(
    tx: &Tx<'_>,
    before: &Stored,
    after: PaymentState,
    ask_at: Option<Timestamp>,
) -> Result<(), Error> {
    let (captured_at, closed_at, cause) = match after {
        PaymentState::Created => (None, None, None),
        PaymentState::Captured { at } => (Some(at), None, None),
        PaymentState::Refused { at } | PaymentState::Abandoned { at } => (None, Some(at), None),
        PaymentState::RefundDue { captured_at, cause }
        | PaymentState::Refunded {
            at: captured_at,
            cause,
            ..
        } => (Some(captured_at), None, Some(cause.name())),
    };
    tx.execute_one(
        &SAVE_STATE,
        &[
            &before.id.as_uuid(),
            &before.state.name(),
            &after.name(),
            &captured_at,
            &closed_at,
            &cause,
            &ask_at,
        ],
    )
    .await
}

const MARK_REFUNDED: Sql = sql!(
    "payments.mark_refunded",
    "UPDATE payments SET state = 'refunded', refunded_at = $2, refund_ref = $3, ask_at = NULL
     WHERE id = $1 AND state = 'refund_due'"
);
pub(super) async fn mark_refunded(
    tx: &Tx<'_>,
    id: PaymentId,
    refund_ref: &str,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&MARK_REFUNDED, &[&id.as_uuid(), &now, &refund_ref])
        .await
}

const ABANDON_OPEN: Sql = sql!(
    "payments.abandon_open",
    "UPDATE payments SET state = 'abandoned', closed_at = $2,
         ask_at = CASE WHEN provider_ref IS NULL THEN NULL ELSE $3::timestamptz END
     WHERE order_id = $1 AND state = 'created'"
);
/// The order has ended: nobody should pay it any more. The provider is asked once more later.
pub(super) async fn abandon_open(
    tx: &Tx<'_>,
    order: OrderId,
    now: Timestamp,
    ask_at: Timestamp,
) -> Result<(), Error> {
    tx.execute(&ABANDON_OPEN, &[&order.as_uuid(), &now, &ask_at])
        .await?;
    Ok(())
}

/// A payment to ask the provider about, leased to this worker.
pub(super) struct ToAsk {
    pub(super) payment: Stored,
    pub(super) order_awaits_payment: bool,
}

const LEASE_TO_ASK: Sql = sql!(
    "payments.lease_to_ask",
    "UPDATE payments p SET ask_at = $2 FROM orders o
     WHERE o.id = p.order_id AND p.id IN (
         SELECT id FROM payments WHERE ask_at <= $1
         ORDER BY ask_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING p.*, o.state = 'awaiting_payment' AS order_awaits_payment"
);
pub(super) async fn lease_to_ask(
    tx: &Tx<'_>,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<ToAsk>, Error> {
    let rows = tx.query(&LEASE_TO_ASK, &[&now, &until, &limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(ToAsk {
                payment: stored(row)?,
                order_awaits_payment: row.get("order_awaits_payment"),
            })
        })
        .collect()
}

const ASK_AGAIN: Sql = sql!(
    "payments.ask_again",
    "UPDATE payments SET ask_at = $3 WHERE id = $1 AND state = $2"
);
/// When to ask next, unless the payment has moved on meanwhile; `None`: never.
pub(super) async fn ask_again(
    tx: &Tx<'_>,
    payment: &Stored,
    at: Option<Timestamp>,
) -> Result<(), Error> {
    tx.execute(
        &ASK_AGAIN,
        &[&payment.id.as_uuid(), &payment.state.name(), &at],
    )
    .await?;
    Ok(())
}

/// An event of the inbox that is not processed yet.
pub(super) struct InboxEvent {
    pub(super) provider: String,
    pub(super) id: String,
    pub(super) payload: Value,
    pub(super) attempts: i32,
}

const LIST_EVENTS: Sql = sql!(
    "payments.list_events",
    "SELECT provider, provider_event_id, payload, attempts FROM payment_inbox
     WHERE processed_at IS NULL AND try_at <= $1 ORDER BY try_at LIMIT $2"
);
pub(super) async fn list_events(
    conn: &Conn,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<InboxEvent>, Error> {
    let rows = conn.query(&LIST_EVENTS, &[&now, &limit]).await?;
    Ok(rows
        .iter()
        .map(|row| InboxEvent {
            provider: row.get("provider"),
            id: row.get("provider_event_id"),
            payload: row.get("payload"),
            attempts: row.get("attempts"),
        })
        .collect())
}

const MARK_PROCESSED: Sql = sql!(
    "payments.mark_processed",
    "UPDATE payment_inbox SET processed_at = $3, outcome = $4
     WHERE provider = $1 AND provider_event_id = $2 AND processed_at IS NULL"
);
/// True for the worker that was first.
pub(super) async fn mark_processed(
    tx: &Tx<'_>,
    event: &InboxEvent,
    outcome: &str,
    now: Timestamp,
) -> Result<bool, Error> {
    let marked = tx
        .execute(
            &MARK_PROCESSED,
            &[&event.provider, &event.id, &now, &outcome],
        )
        .await?;
    Ok(marked == 1)
}

const TRY_AGAIN: Sql = sql!(
    "payments.try_again",
    "UPDATE payment_inbox SET attempts = attempts + 1, try_at = $3
     WHERE provider = $1 AND provider_event_id = $2 AND processed_at IS NULL"
);
pub(super) async fn try_again(tx: &Tx<'_>, event: &InboxEvent, at: Timestamp) -> Result<(), Error> {
    tx.execute(&TRY_AGAIN, &[&event.provider, &event.id, &at])
        .await?;
    Ok(())
}

fn stored(row: &Row) -> Result<Stored, Error> {
    Ok(Stored {
        id: PaymentId::from_uuid(row.get("id")),
        order: OrderId::from_uuid(row.get("order_id")),
        provider: row.get("provider"),
        provider_ref: row.get("provider_ref"),
        payment_url: row.get("payment_url"),
        amount_cents: row.get("amount_cents"),
        currency: row.get("currency"),
        state: state(row)?,
        created_at: row.get("created_at"),
    })
}

/// The state as its columns tell it.
fn state(row: &Row) -> Result<PaymentState, Error> {
    let name: String = row.get("state");
    let at = |column: &str| {
        row.get::<_, Option<Timestamp>>(column)
            .ok_or_else(|| Error::bug(format!("a payment that is {name} lacks {column}")))
    };
    match name.as_str() {
        "created" => Ok(PaymentState::Created),
        "captured" => Ok(PaymentState::Captured {
            at: at("captured_at")?,
        }),
        "refused" => Ok(PaymentState::Refused {
            at: at("closed_at")?,
        }),
        "abandoned" => Ok(PaymentState::Abandoned {
            at: at("closed_at")?,
        }),
        "refund_due" => Ok(PaymentState::RefundDue {
            captured_at: at("captured_at")?,
            cause: cause(row)?,
        }),
        "refunded" => Ok(PaymentState::Refunded {
            at: at("refunded_at")?,
            // A payment is refunded once, as a whole: its refund goes by its id.
            refund: RefundId::from_uuid(row.get("id")),
            cause: cause(row)?,
        }),
        _ => Err(Error::bug(format!("a payment is {name}"))),
    }
}

fn cause(row: &Row) -> Result<RefundCause, Error> {
    let name: Option<String> = row.get("refund_cause");
    let all = [
        RefundCause::SeatsGone,
        RefundCause::OrderCancelled,
        RefundCause::PaidTwice,
        RefundCause::WrongAmount,
        RefundCause::EventCancelled,
        RefundCause::Granted,
    ];
    all.into_iter()
        .find(|cause| Some(cause.name()) == name.as_deref())
        .ok_or_else(|| Error::bug("a refund lacks its cause"))
}
