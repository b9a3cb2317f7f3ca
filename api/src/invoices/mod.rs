//! Invoices of paid orders and credit notes of refunded ones: numbered without a gap, written once,
//! drawn as PDF when asked for. A loop comes after the sale and numbers what was paid; who asks
//! before it gets theirs at once. Nothing here is part of a sale.

mod draft;
mod draw;
mod issue;
pub(crate) mod pages;
mod store;
mod sweep;

pub(crate) use issue::{ISSUE, issue_orders};
pub(crate) use pages::path;
pub(crate) use store::{PaperFacts, STATEMENTS};
pub(crate) use sweep::{run_once, start};

use ticket_core::ids::OrderId;
use ticket_core::invoice::PaperKind;
use ticket_core::order::OrderState;

use crate::app::App;
use crate::orders::Order;
use crate::platform::error::Error;

/// Where the papers of an order are, for those that it has.
pub(crate) fn hrefs(order: &Order) -> Vec<(PaperKind, String)> {
    PaperKind::ALL
        .into_iter()
        .filter(|kind| has(order, *kind))
        .map(|kind| (kind, pages::path(order.id, kind)))
        .collect()
}

/// The papers of orders that are written already, in the order of time.
///
/// # Errors
/// Unavailable.
pub(crate) async fn of_orders(app: &App, orders: &[OrderId]) -> Result<Vec<PaperFacts>, Error> {
    store::list_papers(&app.db.read().await?, orders).await
}

/// What cost nothing has no papers.
fn has(order: &Order, kind: PaperKind) -> bool {
    let is_due = match order.state {
        OrderState::Paid { .. } => kind == PaperKind::Invoice,
        OrderState::Refunded { .. } => true,
        OrderState::AwaitingPayment { .. }
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. } => false,
    };
    is_due && order.amount.amount_cents() > 0
}
