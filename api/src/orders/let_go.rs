//! Holds kept for an order that has no use for them: they are given back at once, not when the
//! time of that order would have ended.

use ticket_core::ids::{HoldId, OrderId, UserId};

use super::order::OrderRequest;
use super::read;
use crate::app::App;
use crate::catalogue;
use crate::holds::{self, Hold, HoldState};
use crate::platform::error::Error;

/// After a refusal: what was kept is given back. The inventory then compares itself with the
/// claims, since it had offered a seat that was not to be had.
pub(super) async fn let_go(app: &App, order: OrderId, kept: &[Hold]) {
    for hold in kept {
        if !matches!(hold.state, HoldState::Kept { order: other, .. } if other == order) {
            continue;
        }
        if let Err(error) = let_go_one(app, order, hold).await {
            error.log();
        }
    }
}

/// The id stands for an order with other content: what was kept under it now, and that order does
/// not have, would belong to nobody. A stranger's order has none of the asker's holds.
pub(super) async fn let_go_strays(app: &App, request: &OrderRequest, kept: &mut Vec<Hold>) {
    match read::find(app, request.id, request.owner).await {
        Ok(order) => kept.retain(|hold| order.lines.iter().all(|line| line.hold != hold.id)),
        Err(Error::Refused(_)) => {}
        Err(error) => return error.log(),
    }
    let_go(app, request.id, kept).await;
}

/// Gives a hold back that is kept for an order that was never written, as after a 503 in between.
/// False when an order has it, or it is kept no more.
///
/// # Errors
/// Unavailable when a store does not answer.
pub(crate) async fn give_back_unwritten(
    app: &App,
    hold: HoldId,
    owner: UserId,
) -> Result<bool, Error> {
    let hold = match holds::find(app, hold, owner).await {
        Ok(hold) => hold,
        Err(Error::Refused(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let HoldState::Kept { order, .. } = hold.state else {
        return Ok(false);
    };
    match read::find(app, order, owner).await {
        Ok(_) => Ok(false),
        Err(Error::Refused(_)) => {
            let_go_one(app, order, &hold).await?;
            Ok(true)
        }
        Err(error) => Err(error),
    }
}

async fn let_go_one(app: &App, order: OrderId, hold: &Hold) -> Result<(), Error> {
    let catalogue = catalogue::snapshot(app).await?;
    let event = catalogue.event(hold.event).ok_or_else(Error::not_found)?;
    let category = event.category(&hold.category);
    let seats = holds::HeldSeats {
        order,
        hold: hold.id,
        owner: hold.owner,
        event: hold.event,
        category_no: category.ok_or_else(Error::not_found)?.no,
        seats: hold.seats.clone(),
    };
    holds::give_back(app, &seats).await
}
