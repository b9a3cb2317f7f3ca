//! Telling the inventory in Redis what became of an order's seats. Each call may be repeated, and
//! looks at the order first: old news never frees a seat that was sold since.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use ticket_core::ids::OrderId;
use ticket_core::order::OrderState;

use super::order::Order;
use super::store;
use crate::app::App;
use crate::holds;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::jobs::{self, Job};

#[derive(Deserialize)]
struct Payload {
    order: OrderId,
}

pub(super) async fn enqueue(
    tx: &Tx<'_>,
    kind: &'static str,
    order: OrderId,
    now: Timestamp,
) -> Result<(), Error> {
    jobs::enqueue(tx, kind, &json!({ "order": order }), (now, now)).await
}

/// The job [`SEATS_SOLD`](super::SEATS_SOLD).
pub(crate) async fn mark_sold(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { order } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    let all_held = store::list_held(&app.db.read().await?, order).await?;
    for held in all_held {
        holds::mark_claimed(app, &held).await?;
    }
    Ok(())
}

/// The job [`SEATS_RELEASED`](super::SEATS_RELEASED).
pub(crate) async fn release(app: &App, job: &Job) -> Result<(), Error> {
    let Payload { order } = serde_json::from_value(job.payload.clone()).map_err(Error::bug)?;
    give_back_unless_paid(app, order).await
}

/// Gives the seats of an order back, unless it has been paid since.
pub(crate) async fn give_back_unless_paid(app: &App, order: OrderId) -> Result<(), Error> {
    let conn = app.db.read().await?;
    let stored = store::find_order(&conn, order).await?;
    let is_over = stored.is_some_and(|order| match order.state {
        OrderState::Expired { .. } | OrderState::Cancelled { .. } | OrderState::Refunded { .. } => {
            true
        }
        OrderState::AwaitingPayment { .. } | OrderState::Paid { .. } => false,
    });
    if !is_over {
        return Ok(());
    }
    let held = store::list_held(&conn, order).await?;
    drop(conn);
    for seats in &held {
        holds::give_back(app, seats).await?;
    }
    Ok(())
}

/// For a late payment: true when the inventory could set all the seats aside again.
pub(crate) async fn retake(app: &App, order: &Order) -> Result<bool, Error> {
    let held = store::list_held(&app.db.read().await?, order.id).await?;
    holds::retake(app, &held).await
}
