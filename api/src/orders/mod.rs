//! Orders: the purchase of held seats. [`place()`] is the only door: the seats become claims in
//! PostgreSQL, all or none, before anyone pays; an order that nobody pays gives them back.

mod close;
mod history;
pub(crate) mod http;
mod inventory;
mod let_go;
mod order;
mod order_page;
mod outcome_page;
pub(crate) mod pages;
mod paid;
mod pay;
mod place;
mod plan;
mod read;
mod seal;
mod state;
mod store;
mod views;
mod write_batch;

use std::collections::BTreeSet;

use jiff::Timestamp;
use ticket_core::ids::{OrderId, UserId};
use ticket_core::order::OrderState;
use uuid::Uuid;

use crate::platform::db::Tx;
use crate::platform::error::Error;

pub(crate) use close::{cancel, expire_due};
pub(crate) use inventory::{give_back_unless_paid, mark_sold, release, retake};
pub(crate) use let_go::give_back_unwritten;
pub(crate) use order::{Holder, Line, Order, OrderRequest};
pub(crate) use order_page::order_view;
pub(crate) use paid::{PaidOrder, open_paid, tell_sold, touch_sold};
pub(crate) use pay::pay_again;
pub(crate) use place::place;
pub(crate) use read::{find, list, load};
pub(crate) use state::State;
pub(crate) use store::{STATEMENTS, SealedSeat};
pub(crate) use views::OrderView;

/// Kind of the job that tells the inventory that seats are sold.
pub(crate) const SEATS_SOLD: &str = "inventory.sold";
/// Kind of the job that gives the seats of an ended order back.
pub(crate) const SEATS_RELEASED: &str = "inventory.release";

/// The state of an order, which nobody else changes until the transaction ends.
pub(crate) async fn lock(tx: &Tx<'_>, order: OrderId) -> Result<OrderState, Error> {
    store::lock_order(tx, order).await
}

/// Whoever buys as this person does so before or after the transaction.
pub(crate) async fn lock_buyer(tx: &Tx<'_>, buyer: UserId) -> Result<(), Error> {
    store::lock(tx, &BTreeSet::from([buyer]), &BTreeSet::new()).await
}

/// True when every seat of an expired order could be claimed once more.
pub(crate) async fn claim_again(
    tx: &Tx<'_>,
    order: OrderId,
    now: Timestamp,
) -> Result<bool, Error> {
    store::claim_again(tx, order, now).await
}

/// The order is paid; its inventory is told after the commit.
pub(crate) async fn mark_paid(
    tx: &Tx<'_>,
    order: OrderId,
    before: OrderState,
    paid: (Timestamp, Uuid),
) -> Result<(), Error> {
    store::mark_paid(tx, order, before, paid).await?;
    inventory::enqueue(tx, SEATS_SOLD, order, paid.0).await
}
