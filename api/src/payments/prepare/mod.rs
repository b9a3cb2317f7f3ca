//! The first attempt to collect. Where the payer brings the payment along, all of it follows from
//! the order: it is written when something happens to it, which is a capture for most, and one row
//! then. Until that its order stands for it.

mod store;

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::{OrderId, PaymentId};
use ticket_core::limits::PAY_WINDOW_SECONDS;
use ticket_core::money::Money;

use super::attempt::{FIRST_ASK, Payer, new_payment};
use super::provider::PaymentProvider;
use crate::app::App;
use crate::platform::db::Tx;
use crate::platform::error::Error;

use store::Implied;
pub(super) use store::STATEMENTS;

const BATCH: i64 = 256;
/// The mark of what was looked at moves this often at most.
const MARK_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// An attempt that is not written yet. Without a reference the provider knows nothing of it:
/// [`open`](super::open) tells it after the commit.
#[derive(Debug, Clone)]
pub(crate) struct NewAttempt {
    pub(crate) id: PaymentId,
    pub(crate) provider: String,
    pub(crate) provider_ref: Option<String>,
    pub(crate) payment_url: Option<String>,
    /// When to ask the provider how it stands, unless it tells first.
    pub(crate) ask_at: Option<Timestamp>,
    pub(crate) amount_cents: i64,
    pub(crate) currency: &'static str,
    pub(crate) created_at: Timestamp,
}

impl NewAttempt {
    /// The provider, where the order alone stands for this attempt.
    pub(crate) fn implied_by(&self) -> Option<&str> {
        self.provider_ref.as_ref().map(|_| self.provider.as_str())
    }
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
    let provider = app.payments.current()?;
    let name = provider.name().to_owned();
    Ok(first(app, (name, Some(provider)), payer, (amount, now)))
}

fn first(
    app: &App,
    (name, provider): (String, Option<&dyn PaymentProvider>),
    payer: &Payer,
    (amount, created_at): (Money, Timestamp),
) -> NewAttempt {
    let id = PaymentId::first_of(payer.order);
    let (provider_ref, payment_url) = provider
        .and_then(|provider| provider.redirect(&new_payment(app, payer, id, amount)))
        .map(|opened| (opened.provider_ref, opened.payment_url))
        .unzip();
    NewAttempt {
        id,
        provider: name,
        ask_at: provider_ref.as_ref().map(|_| created_at + FIRST_ASK),
        provider_ref,
        payment_url,
        amount_cents: amount.amount_cents(),
        currency: amount.currency().code(),
        created_at,
    }
}

/// Where to pay an order whose first attempt is not written; none without its provider.
pub(crate) fn implied_url(
    app: &App,
    provider: &str,
    payer: &Payer,
    (amount, created_at): (Money, Timestamp),
) -> Option<String> {
    let known = app.payments.by_name(provider);
    first(
        app,
        (provider.to_owned(), known),
        payer,
        (amount, created_at),
    )
    .payment_url
}

/// Writes attempts that are not there yet.
pub(crate) async fn insert_attempts(
    tx: &Tx<'_>,
    attempts: &[(OrderId, NewAttempt)],
) -> Result<(), Error> {
    store::insert_attempts(tx, attempts).await
}

/// Writes the first attempt of an order, unless it is there or there is none.
pub(super) async fn write_first(app: &App, order: OrderId) -> Result<(), Error> {
    app.db
        .write("payments.write_first", async |tx| {
            write_first_in(app, tx, order).await
        })
        .await
}

pub(super) async fn write_first_in(app: &App, tx: &Tx<'_>, order: OrderId) -> Result<(), Error> {
    match store::find_implied(tx, order).await? {
        Some(implied) => insert_attempts(tx, &[attempt_of(app, implied)]).await,
        None => Ok(()),
    }
}

/// Writes the first attempts of which nobody has heard, so that they are asked about. Missing one
/// loses nothing: whoever comes back from the provider's page is looked after at once, and what
/// ends an order asks first.
pub(super) async fn write_silent(app: &App, now: Timestamp) -> Result<(), Error> {
    let until = now - FIRST_ASK + SignedDuration::from_secs(PAY_WINDOW_SECONDS);
    app.db
        .write("payments.write_silent", async |tx| {
            let mark = store::get_written_before(tx).await?;
            let silent = store::list_silent(tx, (mark, until), BATCH).await?;
            let is_last = i64::try_from(silent.len()).is_ok_and(|listed| listed < BATCH);
            let seen = match silent.last() {
                Some(last) if !is_last => last.pay_before,
                Some(_) | None => until,
            };
            let attempts: Vec<_> = silent
                .into_iter()
                .map(|implied| attempt_of(app, implied))
                .collect();
            insert_attempts(tx, &attempts).await?;
            if !is_last || seen >= mark + MARK_EVERY {
                store::mark_written_before(tx, seen, PAY_WINDOW_SECONDS).await?;
            }
            Ok(())
        })
        .await
}

fn attempt_of(app: &App, implied: Implied) -> (OrderId, NewAttempt) {
    let payer = Payer {
        order: implied.order,
        number: implied.number,
        locale: implied.locale,
    };
    let known = app.payments.by_name(&implied.provider);
    let what = (implied.amount, implied.created_at);
    let attempt = first(app, (implied.provider, known), &payer, what);
    (implied.order, attempt)
}
