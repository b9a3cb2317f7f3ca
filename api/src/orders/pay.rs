//! Paying again: a new attempt after a refusal, while the order's seats are still claimed.

use ticket_core::ids::{OrderId, UserId};
use ticket_core::order::{OrderRefused, OrderState};

use super::order::Order;
use super::{read, store};
use crate::app::App;
use crate::payments::{self, Payer};
use crate::platform::error::Error;

/// An order with a payment that can be paid now. An attempt that is still open is gone on with;
/// one that failed is closed at the provider, and a new one is made.
///
/// # Errors
/// `already_paid`, `order_expired`, `order_cancelled`; unavailable without the provider.
pub(crate) async fn pay_again(app: &App, id: OrderId, owner: UserId) -> Result<Order, Error> {
    read::find(app, id, owner).await?;
    payments::refresh(app, id).await?;
    let order = read::find(app, id, owner).await?;
    check_open(order.state, app)?;
    if !has_open_attempt(&order) {
        payments::close(app, id).await?;
        app.db
            .write("orders.pay_again", async |tx| {
                check_open(store::lock_order(tx, id).await?, app)?;
                payments::insert_attempt(app, tx, id, order.amount).await
            })
            .await?;
    }
    open(app, &order).await?;
    read::find(app, id, owner).await
}

/// Opens what is to be paid of an order at the provider.
pub(super) async fn open(app: &App, order: &Order) -> Result<(), Error> {
    payments::open(app, &payer(order)).await
}

pub(super) fn payer(order: &Order) -> Payer {
    Payer {
        order: order.id,
        number: order.number.clone(),
        locale: order.locale,
    }
}

fn has_open_attempt(order: &Order) -> bool {
    order
        .payment
        .as_ref()
        .is_some_and(|attempt| attempt.state == "created")
}

/// Whether the order still waits for money.
pub(super) fn check_open(state: OrderState, app: &App) -> Result<(), Error> {
    match state {
        OrderState::AwaitingPayment { pay_before } if app.clock.now() < pay_before => Ok(()),
        OrderState::AwaitingPayment { .. } | OrderState::Expired { .. } => {
            Err(OrderRefused::Expired.into())
        }
        OrderState::Paid { .. } | OrderState::Refunded { .. } => {
            Err(OrderRefused::AlreadyPaid.into())
        }
        OrderState::Cancelled { .. } => Err(OrderRefused::Cancelled.into()),
    }
}
