//! What needs no input: the inbox is processed, providers are asked about payments that stay
//! silent, and refunds that are due are made. A lost webhook loses nothing.

use jiff::{SignedDuration, Timestamp};
use ticket_core::payment::PaymentState;

use super::attempt::{close_one, provider_of};
use super::prepare;
use super::settle::{Outcome, settle};
use super::store::{self, InboxEvent, Stored, ToAsk};
use crate::app::App;
use crate::platform::error::Error;

const BATCH: i64 = 32;
/// How long a worker may take before another asks about the same payment, and how soon it is
/// asked again after the provider did not answer.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(10);
const PAUSE_MAX: SignedDuration = SignedDuration::from_secs(300);

/// Processes the webhooks that came in; returns how many were done.
pub(super) async fn process_inbox(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let events = store::list_events(&app.db.read().await?, now, BATCH).await?;
    let mut done = 0;
    for event in events {
        match process(app, &event).await {
            Ok(outcome) => {
                done += usize::from(
                    app.db
                        .write("payments.processed", async |tx| {
                            store::mark_processed(tx, &event, outcome.name(), now).await
                        })
                        .await?,
                );
            }
            Err(error) => {
                error.log();
                let at = now + pause(event.attempts);
                app.db
                    .write("payments.try_again", async |tx| {
                        store::try_again(tx, &event, at).await
                    })
                    .await?;
            }
        }
    }
    Ok(done)
}

async fn process(app: &App, event: &InboxEvent) -> Result<Outcome, Error> {
    let provider = app.payments.by_name(&event.provider).ok_or_else(|| {
        Error::unavailable(format!("payment provider {} is not set", event.provider))
    })?;
    let told = provider.read_event(&event.payload)?;
    settle(app, &event.provider, &told).await
}

/// Asks about payments whose moment has come; returns how many moved.
pub(super) async fn ask_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    prepare::write_silent(app, now).await?;
    let due = app
        .db
        .write("payments.lease", async |tx| {
            store::lease_to_ask(tx, now, now + LEASE, BATCH).await
        })
        .await?;
    let mut moved = 0;
    for to_ask in due {
        match ask(app, &to_ask).await {
            Ok(has_moved) => {
                moved += usize::from(has_moved);
                let next = next_ask(&to_ask.payment, now);
                app.db
                    .write("payments.ask_again", async |tx| {
                        store::ask_again(tx, &to_ask.payment, next).await
                    })
                    .await?;
            }
            // The lease runs out, and the provider is asked again.
            Err(error) => error.log(),
        }
    }
    Ok(moved)
}

/// True when the payment has moved on.
async fn ask(app: &App, to_ask: &ToAsk) -> Result<bool, Error> {
    let payment = &to_ask.payment;
    let Some(provider_ref) = &payment.provider_ref else {
        return Ok(false);
    };
    match payment.state {
        PaymentState::RefundDue { .. } => refund(app, payment, provider_ref).await,
        PaymentState::Created if to_ask.order_awaits_payment => {
            let told = provider_of(app, payment)?.status(provider_ref).await?;
            let outcome = settle(app, &payment.provider, &told).await?;
            Ok(outcome != Outcome::Unchanged)
        }
        PaymentState::Created | PaymentState::Refused { .. } | PaymentState::Abandoned { .. } => {
            close_one(app, payment).await?;
            Ok(false)
        }
        PaymentState::Captured { .. } | PaymentState::Refunded { .. } => Ok(false),
    }
}

/// Gives back what was captured. The provider makes one refund per payment, however often asked.
async fn refund(app: &App, payment: &Stored, provider_ref: &str) -> Result<bool, Error> {
    let provider = provider_of(app, payment)?;
    let told = provider.status(provider_ref).await?;
    let key = payment.id.to_string();
    let refund_ref = provider
        .refund(provider_ref, &key, told.amount_cents)
        .await?;
    let now = app.clock.now();
    app.db
        .write("payments.refunded", async |tx| {
            let before = store::lock_payment(tx, payment.id).await?;
            match before.state {
                PaymentState::RefundDue { .. } => {
                    store::mark_refunded(tx, payment.id, &refund_ref, now).await?;
                    Ok(true)
                }
                PaymentState::Created
                | PaymentState::Captured { .. }
                | PaymentState::Refused { .. }
                | PaymentState::Abandoned { .. }
                | PaymentState::Refunded { .. } => Ok(false),
            }
        })
        .await
}

/// An open payment is asked about less and less often; a closed one not again.
fn next_ask(payment: &Stored, now: Timestamp) -> Option<Timestamp> {
    match payment.state {
        PaymentState::Created => {
            let half_age = now.duration_since(payment.created_at) / 2;
            Some(now + half_age.clamp(PAUSE_MIN, PAUSE_MAX))
        }
        PaymentState::Captured { .. }
        | PaymentState::Refused { .. }
        | PaymentState::Abandoned { .. }
        | PaymentState::RefundDue { .. }
        | PaymentState::Refunded { .. } => None,
    }
}

/// 1, 2, 4 … seconds, at most five minutes.
fn pause(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(0, 10)).unwrap_or_default();
    SignedDuration::from_secs(1_i64 << doublings).min(PAUSE_MAX)
}
