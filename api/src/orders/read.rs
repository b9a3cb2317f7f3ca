//! Reading orders: with their names opened, for their buyer or for what must follow a payment.

use ticket_core::ids::{OrderId, UserId};
use ticket_core::order::OrderRefused;

use super::order::{Order, PaymentAttempt};
use super::{pay, seal, store};
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::seal::DataKey;
use crate::{accounts, payments};

/// A page of one's history.
const ORDERS_MAX: i64 = 100;

/// The order, whoever asks: for jobs and payments.
///
/// # Errors
/// `unknown_order` when there is none.
pub(crate) async fn load(app: &App, id: OrderId) -> Result<Order, Error> {
    let conn = app.db.read().await?;
    let order = store::find_order(&conn, id)
        .await?
        .ok_or(OrderRefused::UnknownOrder)?;
    let lines = store::list_lines(&conn, &[id]).await?;
    drop(conn);
    let key = accounts::data_key(app, order.owner).await?;
    open(app, &key, order, lines)
}

/// With the payment that the order stands for while nothing has happened to it.
fn open(
    app: &App,
    key: &DataKey,
    stored: store::StoredOrder,
    lines: Vec<store::StoredLine>,
) -> Result<Order, Error> {
    let provider = stored.first_provider.clone();
    let mut order = seal::open_order(key, stored, lines)?;
    if let Some(provider) = provider.filter(|_| order.payment.is_none()) {
        let what = (order.amount, order.created_at);
        order.payment = Some(PaymentAttempt {
            state: "created".to_owned(),
            payment_url: payments::implied_url(app, &provider, &pay::payer(&order), what),
            refund_cause: None,
        });
    }
    Ok(order)
}

/// The order of this buyer; a stranger's is as unknown as one that never was.
///
/// # Errors
/// `unknown_order`.
pub(crate) async fn find(app: &App, id: OrderId, owner: UserId) -> Result<Order, Error> {
    let order = load(app, id).await?;
    if order.owner == owner {
        Ok(order)
    } else {
        Err(OrderRefused::UnknownOrder.into())
    }
}

/// The buyer's orders, newest first.
pub(crate) async fn list(app: &App, owner: UserId) -> Result<Vec<Order>, Error> {
    let conn = app.db.read().await?;
    let orders = store::list_of_user(&conn, owner, ORDERS_MAX).await?;
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let mut lines = store::list_lines(&conn, &ids).await?;
    drop(conn);
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let key = accounts::data_key(app, owner).await?;
    orders
        .into_iter()
        .map(|order| {
            let (own, rest) = lines
                .drain(..)
                .partition(|line: &store::StoredLine| line.order == order.id);
            lines = rest;
            open(app, &key, order, own)
        })
        .collect()
}
