//! Settling what a provider says of a payment: the one place where money becomes a paid order,
//! or a refund. Told twice, late or out of order, the result is the same.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use ticket_core::order::{LatePayment, OrderRefused, OrderState, SeatsAgain};
use ticket_core::payment::{PaymentState, RefundCause};

use super::prepare;
use super::provider::{ProviderPayment, ProviderState};
use super::store::{self, Stored};
use crate::app::App;
use crate::catalogue::Snapshot;
use crate::orders::{self, Order};
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs;
use crate::platform::seal::DataKey;
use crate::tickets::{self, Issue};
use crate::{accounts, catalogue, invoices};

/// A refused payment may yet be captured on the same page: ask once more.
const ASK_AFTER_REFUSAL: SignedDuration = SignedDuration::from_secs(600);

/// What news of a payment led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Paid,
    RefundDue,
    Closed,
    Unchanged,
    UnknownPayment,
}

impl Outcome {
    /// As in `payment_inbox.outcome`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::RefundDue => "refund_due",
            Self::Closed => "closed",
            Self::Unchanged => "unchanged",
            Self::UnknownPayment => "unknown_payment",
        }
    }
}

/// Applies what the provider says.
pub(super) async fn settle(
    app: &App,
    provider: &str,
    told: &ProviderPayment,
) -> Result<Outcome, Error> {
    let Some(payment) = find(app, provider, &told.provider_ref).await? else {
        tracing::warn!(provider, "news of a payment that nobody made here");
        return Ok(Outcome::UnknownPayment);
    };
    match told.state {
        ProviderState::Captured => capture(app, &payment, told).await,
        ProviderState::Refused | ProviderState::Expired => end(app, &payment, told.state).await,
        // Our own refunds are written down when they are made.
        ProviderState::Open | ProviderState::Refunded => Ok(Outcome::Unchanged),
    }
}

/// The payment of this reference; one that only its order stood for is written.
async fn find(app: &App, provider: &str, provider_ref: &str) -> Result<Option<Stored>, Error> {
    let known = app.payments.by_name(provider);
    let Some(id) = known.and_then(|known| known.payment_of(provider_ref)) else {
        return store::find_by_ref(&app.db.read().await?, provider, provider_ref).await;
    };
    let mut found = store::find_by_id(&app.db.read().await?, id).await?;
    if found.is_none() {
        prepare::write_first(app, id.as_first()).await?;
        found = store::find_by_id(&app.db.read().await?, id).await?;
    }
    let is_it = |payment: &Stored| {
        payment.provider == provider && payment.provider_ref.as_deref() == Some(provider_ref)
    };
    Ok(found.filter(is_it))
}

/// The attempt failed; the order waits for another, until its time is over.
async fn end(app: &App, payment: &Stored, told: ProviderState) -> Result<Outcome, Error> {
    let now = app.clock.now();
    app.db
        .write("payments.end", async |tx| {
            let before = store::lock_payment(tx, payment.id).await?;
            let after = match told {
                ProviderState::Refused => before.state.refuse(now),
                ProviderState::Expired
                | ProviderState::Open
                | ProviderState::Captured
                | ProviderState::Refunded => before.state.abandon(now),
            };
            if after == before.state {
                return Ok(Outcome::Unchanged);
            }
            store::save_state(tx, &before, after, Some(now + ASK_AFTER_REFUSAL)).await?;
            Ok(Outcome::Closed)
        })
        .await
}

/// What a capture met inside its transaction.
enum Met {
    Done(Outcome),
    /// The order has expired: its seats are to be taken again first.
    NeedsSeats,
}

async fn capture(app: &App, payment: &Stored, told: &ProviderPayment) -> Result<Outcome, Error> {
    let order = orders::load(app, payment.order).await?;
    let key = accounts::data_key(app, order.owner).await?;
    let mut seats = match order.state {
        OrderState::Expired { .. } => Some(orders::retake(app, &order).await?),
        OrderState::AwaitingPayment { .. }
        | OrderState::Paid { .. }
        | OrderState::Cancelled { .. }
        | OrderState::Refunded { .. } => None,
    };
    let capture = Capture {
        app,
        order: &order,
        key: &key,
        catalogue: catalogue::snapshot(app).await?,
        told,
    };
    let mut outcome = capture.write(payment, seats).await?;
    if matches!(outcome, Met::NeedsSeats) {
        // It expired between the two looks.
        seats = Some(orders::retake(app, &order).await?);
        outcome = capture.write(payment, seats).await?;
    }
    let Met::Done(outcome) = outcome else {
        return Err(Error::unavailable("an order that keeps expiring"));
    };
    if seats == Some(true) && outcome != Outcome::Paid {
        orders::give_back_unless_paid(app, order.id).await?;
    }
    app.wake.now();
    app.payments.wake.now();
    Ok(outcome)
}

/// A capture and all that its transaction needs.
struct Capture<'a> {
    app: &'a App,
    order: &'a Order,
    key: &'a DataKey,
    catalogue: Arc<Snapshot>,
    told: &'a ProviderPayment,
}

impl Capture<'_> {
    /// One transaction: the payment, the order, its claims and its tickets move together.
    async fn write(&self, payment: &Stored, retaken: Option<bool>) -> Result<Met, Error> {
        let now = self.app.clock.now();
        self.app
            .db
            .write("payments.capture", async |tx| {
                let order = orders::lock(tx, payment.order).await?;
                let before = store::lock_payment(tx, payment.id).await?;
                let captured = before.state.capture(now);
                if captured == before.state {
                    return Ok(Met::Done(Outcome::Unchanged));
                }
                if !self.is_the_amount_asked(&before) {
                    return refund(tx, &before, captured, RefundCause::WrongAmount, now).await;
                }
                match order.pay(payment.id, now) {
                    Ok(_) => self.pay(tx, &before, (order, captured), now).await,
                    Err(OrderRefused::Expired) => match retaken {
                        None => Ok(Met::NeedsSeats),
                        Some(retaken) => {
                            self.pay_late(tx, &before, (order, captured), retaken).await
                        }
                    },
                    Err(OrderRefused::Cancelled) => {
                        refund(tx, &before, captured, RefundCause::OrderCancelled, now).await
                    }
                    Err(OrderRefused::AlreadyPaid) => {
                        refund(tx, &before, captured, RefundCause::PaidTwice, now).await
                    }
                    Err(other) => Err(Error::bug(other)),
                }
            })
            .await
    }

    fn is_the_amount_asked(&self, payment: &Stored) -> bool {
        let same = payment.amount_cents == self.told.amount_cents
            && payment.currency == self.told.currency
            && payment.amount_cents == self.order.amount.amount_cents();
        if !same {
            tracing::error!(payment.id = %payment.id, "another amount was captured than asked");
        }
        same
    }

    async fn pay(
        &self,
        tx: &Tx<'_>,
        before: &Stored,
        (order, captured): (OrderState, PaymentState),
        now: Timestamp,
    ) -> Result<Met, Error> {
        store::save_state(tx, before, captured, None).await?;
        let paid = (now, before.id.as_uuid());
        orders::mark_paid(tx, before.order, order, paid).await?;
        let issue = Issue {
            order: self.order,
            key: self.key,
            catalogue: &self.catalogue,
            now,
        };
        tickets::issue(tx, &issue).await?;
        Ok(Met::Done(Outcome::Paid))
    }

    /// The seats again if PostgreSQL still has them free, else the money back.
    async fn pay_late(
        &self,
        tx: &Tx<'_>,
        before: &Stored,
        (order, captured): (OrderState, PaymentState),
        retaken: bool,
    ) -> Result<Met, Error> {
        let now = self.app.clock.now();
        let seats = if retaken && orders::claim_again(tx, before.order, now).await? {
            SeatsAgain::Claimed
        } else {
            SeatsAgain::Gone
        };
        match order.pay_late(before.id, now, seats).map_err(Error::bug)? {
            LatePayment::Paid(_) => {
                // The loop that invoices has gone past this order.
                let payload = json!({ "orders": [before.order] });
                jobs::enqueue(tx, invoices::ISSUE, &payload, (now, now)).await?;
                self.pay(tx, before, (order, captured), now).await
            }
            LatePayment::RefundDue(_) => {
                refund(tx, before, captured, RefundCause::SeatsGone, now).await
            }
        }
    }
}

/// The money goes back; the reconciler sees to it at once.
async fn refund(
    tx: &Tx<'_>,
    before: &Stored,
    captured: PaymentState,
    cause: RefundCause,
    now: Timestamp,
) -> Result<Met, Error> {
    let due = captured.require_refund(cause).map_err(Error::bug)?;
    store::save_state(tx, before, due, Some(now)).await?;
    let payload = json!({ "payment": before.id });
    jobs::enqueue(tx, super::REFUND_NOTICE, &payload, (now, now)).await?;
    Ok(Met::Done(Outcome::RefundDue))
}
