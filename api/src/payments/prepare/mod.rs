//! What the first attempt to collect will be, known before its order is written, so that many
//! orders and their payments are written in one transaction.

mod store;

use jiff::Timestamp;
use ticket_core::ids::{OrderId, PaymentId};
use ticket_core::money::Money;

use super::attempt::{FIRST_ASK, Payer, new_payment};
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::random_bytes;

pub(super) use store::STATEMENTS;

/// An attempt that is not written yet. Without a reference the provider knows nothing of it:
/// [`open`](super::open) tells it after the commit.
#[derive(Debug, Clone)]
pub(crate) struct NewAttempt {
    pub(crate) id: PaymentId,
    pub(crate) provider: &'static str,
    pub(crate) provider_ref: Option<String>,
    pub(crate) payment_url: Option<String>,
    /// When to ask the provider how it stands, unless it tells first.
    pub(crate) ask_at: Option<Timestamp>,
    pub(crate) amount_cents: i64,
    pub(crate) currency: &'static str,
    pub(crate) created_at: Timestamp,
}

/// The first attempt of an order that costs something. No network, no database: where the payer
/// brings the payment along, it is open at once.
///
/// # Errors
/// Unavailable when no provider is configured.
pub(crate) fn prepare(
    app: &App,
    payer: &Payer,
    amount: Money,
    now: Timestamp,
) -> Result<NewAttempt, Error> {
    let id = PaymentId::from_random_bytes(random_bytes()?);
    let provider = app.payments.current()?;
    let opened = provider.redirect(&new_payment(app, payer, id, amount));
    let (provider_ref, payment_url) = opened
        .map(|opened| (opened.provider_ref, opened.payment_url))
        .unzip();
    Ok(NewAttempt {
        id,
        provider: provider.name(),
        ask_at: provider_ref.as_ref().map(|_| now + FIRST_ASK),
        provider_ref,
        payment_url,
        amount_cents: amount.amount_cents(),
        currency: amount.currency().code(),
        created_at: now,
    })
}

/// Writes the attempts of orders that the same transaction writes: each order's first.
pub(crate) async fn insert_attempts(
    tx: &Tx<'_>,
    attempts: &[(OrderId, NewAttempt)],
) -> Result<(), Error> {
    store::insert_attempts(tx, attempts).await
}
