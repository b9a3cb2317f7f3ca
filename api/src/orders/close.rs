//! How an unpaid order ends: its buyer cancels it, or its time is over. Either way the provider
//! is told first, so that what was captured in the last moment is not lost.

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::{OrderId, UserId};
use ticket_core::order::{OrderRefused, OrderState};

use super::order::Order;
use super::{SEATS_RELEASED, inventory, read, store};
use crate::app::App;
use crate::payments;
use crate::platform::error::Error;

const BATCH: i64 = 50;
/// So long an order waits for a provider that does not answer: less than the inventory keeps its
/// seats. After that the seats go back, and a payment that turns up is settled as a late one.
const PATIENCE: SignedDuration = SignedDuration::from_secs(300);
/// The mark of what was looked at moves this often at most: rounds come every second.
const MARK_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// Ends unpaid orders whose time is over; returns how many. A provider that did not answer once
/// is not asked again in the same round.
pub(crate) async fn expire_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    let overdue = store::list_overdue(&app.db.read().await?, now, BATCH).await?;
    let is_last = i64::try_from(overdue.len()).is_ok_and(|listed| listed < BATCH);
    // Up to where no order is left that waits.
    let mut ended_before = match overdue.last() {
        Some((_, pay_before)) if !is_last => *pay_before,
        Some(_) | None => now,
    };
    let mut ended = 0;
    let mut provider_answers = true;
    for (order, pay_before) in overdue {
        let closed = if provider_answers {
            payments::close(app, order).await
        } else {
            Err(Error::unavailable("the payment provider"))
        };
        if let Err(error) = closed {
            if provider_answers {
                error.log();
            }
            provider_answers &= !matches!(error, Error::Unavailable(_));
            if now < pay_before + PATIENCE {
                ended_before = ended_before.min(pay_before);
                continue;
            }
        }
        match end(app, order, OrderState::expire).await {
            Ok(()) => ended += 1,
            // Paid in the last moment, or ended by another worker.
            Err(Error::Refused(_)) => {}
            Err(error) => {
                ended_before = ended_before.min(pay_before);
                error.log();
            }
        }
    }
    mark_ended(app, ended_before).await?;
    Ok(ended)
}

/// Remembers how far this round came, so that the next one begins there.
async fn mark_ended(app: &App, at: Timestamp) -> Result<(), Error> {
    let seen = store::get_ended_before(&app.db.read().await?).await?;
    if at < seen + MARK_EVERY {
        return Ok(());
    }
    app.db
        .write("orders.mark_ended", async |tx| {
            store::mark_ended_before(tx, at).await
        })
        .await
}

/// The buyer gives up. Seats go back at once.
///
/// # Errors
/// `already_paid` when the money was faster; unavailable without the provider.
pub(crate) async fn cancel(app: &App, id: OrderId, owner: UserId) -> Result<Order, Error> {
    let order = read::find(app, id, owner).await?;
    if matches!(order.state, OrderState::AwaitingPayment { .. }) {
        payments::close(app, id).await?;
    }
    end(app, id, OrderState::cancel).await?;
    read::find(app, id, owner).await
}

/// One transaction: the order, its claims and its open payments end together.
async fn end(
    app: &App,
    id: OrderId,
    step: fn(OrderState, Timestamp) -> Result<OrderState, OrderRefused>,
) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .write("orders.end", async |tx| {
            let before = store::lock_order(tx, id).await?;
            let after = step(before, now)?;
            if after == before {
                return Ok(());
            }
            store::mark_closed(tx, id, (before, after), now).await?;
            store::delete_claims(tx, id).await?;
            payments::abandon_open(app, tx, id, now).await?;
            inventory::enqueue(tx, SEATS_RELEASED, id, now).await
        })
        .await?;
    app.wake.now();
    Ok(())
}
