//! One attempt to collect after another: opening it at the provider, asking how it stands, and
//! closing it when nobody should pay it any more.

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::{OrderId, OrderNumber, PaymentId};
use ticket_core::money::{Currency, Money};
use ticket_core::payment::PaymentState;

use super::prepare;
use super::provider::{NewPayment, PaymentProvider, ProviderState};
use super::settle::settle;
use super::store::{self, Stored};
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::i18n::Locale;
use crate::platform::seal::random_bytes;

/// A webhook usually comes sooner; then nobody needs to ask.
pub(super) const FIRST_ASK: SignedDuration = SignedDuration::from_secs(10);
/// A capture may cross an expiry on the wire: after closing, ask once more.
const LAST_ASK: SignedDuration = SignedDuration::from_secs(600);

/// For whom and to where a payment is opened.
pub(crate) struct Payer {
    pub(crate) order: OrderId,
    pub(crate) number: OrderNumber,
    pub(crate) locale: Locale,
}

/// The provider of new payments.
///
/// # Errors
/// Unavailable when none is configured.
pub(crate) fn provider_name(app: &App) -> Result<&'static str, Error> {
    Ok(app.payments.current()?.name())
}

/// Writes a new attempt; the provider is told afterwards, by [`open`].
pub(crate) async fn insert_attempt(
    app: &App,
    tx: &Tx<'_>,
    order: OrderId,
    amount: Money,
) -> Result<(), Error> {
    let id = PaymentId::from_random_bytes(random_bytes()?);
    let provider = provider_name(app)?;
    store::insert_payment(tx, (id, order), provider, amount, app.clock.now()).await
}

/// Opens the latest attempt at the provider, unless it is open already or over.
///
/// # Errors
/// Unavailable when the provider does not answer: the same call later goes on from there.
pub(crate) async fn open(app: &App, payer: &Payer) -> Result<(), Error> {
    prepare::write_first(app, payer.order).await?;
    let latest = store::latest_of_order(&app.db.read().await?, payer.order).await?;
    let Some(attempt) = latest else {
        return Ok(());
    };
    if attempt.state != PaymentState::Created || attempt.payment_url.is_some() {
        return Ok(());
    }
    let currency = Currency::parse(&attempt.currency).map_err(Error::bug)?;
    let amount = Money::new(attempt.amount_cents, currency).map_err(Error::bug)?;
    let request = new_payment(app, payer, attempt.id, amount);
    let opened = provider_of(app, &attempt)?.create(&request).await?;
    let ask_at = app.clock.now() + FIRST_ASK;
    app.db
        .write("payments.opened", async |tx| {
            let names = (opened.provider_ref.as_str(), opened.payment_url.as_str());
            store::mark_opened(tx, attempt.id, names, ask_at).await
        })
        .await
}

/// What a provider needs to know of a payment.
pub(super) fn new_payment(app: &App, payer: &Payer, id: PaymentId, amount: Money) -> NewPayment {
    NewPayment {
        id,
        order_number: payer.number.clone(),
        amount,
        return_url: format!("{}/orders/{}/return", app.config.public_url, payer.order),
        locale: payer.locale,
    }
}

/// Asks the provider at once how the order's open attempts stand, and settles what it says:
/// the spectator is back and need not wait for the webhook.
///
/// # Errors
/// Unavailable when the provider does not answer.
pub(crate) async fn refresh(app: &App, order: OrderId) -> Result<(), Error> {
    prepare::write_first(app, order).await?;
    let attempts = store::list_open(&app.db.read().await?, order).await?;
    for attempt in attempts {
        let Some(provider_ref) = &attempt.provider_ref else {
            continue;
        };
        let told = provider_of(app, &attempt)?.status(provider_ref).await?;
        settle(app, &attempt.provider, &told).await?;
    }
    Ok(())
}

/// Closes every attempt of an order at the provider, also a refused one that could be tried
/// again there. What was captured in the meantime is settled as paid.
///
/// # Errors
/// Unavailable when the provider does not answer.
pub(crate) async fn close(app: &App, order: OrderId) -> Result<(), Error> {
    prepare::write_first(app, order).await?;
    let conn = app.db.read().await?;
    let mut attempts = store::list_open(&conn, order).await?;
    let latest = store::latest_of_order(&conn, order).await?;
    drop(conn);
    let is_new = |latest: &Stored| attempts.iter().all(|known| known.id != latest.id);
    attempts.extend(latest.filter(is_new));
    for attempt in attempts {
        close_one(app, &attempt).await?;
    }
    Ok(())
}

pub(super) async fn close_one(app: &App, attempt: &Stored) -> Result<ProviderState, Error> {
    let Some(provider_ref) = &attempt.provider_ref else {
        return Ok(ProviderState::Expired);
    };
    let told = provider_of(app, attempt)?.expire(provider_ref).await?;
    settle(app, &attempt.provider, &told).await?;
    Ok(told.state)
}

/// In the transaction that ends an order: its open attempts end with it.
pub(crate) async fn abandon_open(
    app: &App,
    tx: &Tx<'_>,
    order: OrderId,
    now: Timestamp,
) -> Result<(), Error> {
    prepare::write_first_in(app, tx, order).await?;
    store::abandon_open(tx, order, now, now + LAST_ASK).await
}

pub(super) fn provider_of<'a>(
    app: &'a App,
    payment: &Stored,
) -> Result<&'a dyn PaymentProvider, Error> {
    app.payments.by_name(&payment.provider).ok_or_else(|| {
        Error::unavailable(format!("payment provider {} is not set", payment.provider))
    })
}
