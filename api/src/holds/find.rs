//! Finding and giving back a hold by its id alone.

use jiff::Timestamp;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{HoldId, UserId};

use super::{Hold, HoldState, pointer};
use crate::app::App;
use crate::availability::{self, Found, HoldKey};
use crate::catalogue::{self, Event};
use crate::platform::error::Error;

/// The owner's hold, held or kept for an order.
///
/// # Errors
/// `unknown_hold`; `hold_expired` once its moment has passed; `hold_ordered` once it is paid.
pub async fn find(app: &App, hold: HoldId, owner: UserId) -> Result<Hold, Error> {
    let event = pointer::follow(app, hold, owner).await?;
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot.event(event).ok_or(HoldRefused::UnknownEvent)?;
    let key = HoldKey {
        event: event.id,
        owner,
        hold,
    };
    let found = availability::find_hold(app, key).await;
    let hold = as_hold(event, hold, found.map_err(ended)?)?;
    check_alive(&hold, app.clock.now())?;
    Ok(hold)
}

/// Gives the seats back before they are ordered; again is no error.
///
/// # Errors
/// `unknown_hold`; `hold_ordered` once it is in an order.
pub async fn release(app: &App, hold: HoldId, owner: UserId) -> Result<(), Error> {
    let event = pointer::follow(app, hold, owner).await?;
    let outcome = availability::release(app, HoldKey { event, owner, hold }).await;
    // The pointer says there was one: it has ended, which is what the caller wants.
    let is_gone = |error: &Error| error.code() == HoldRefused::UnknownHold.code();
    if outcome.as_ref().is_err_and(is_gone) {
        return Ok(());
    }
    outcome
}

/// A hold with a pointer that the inventory has forgotten has expired.
pub(super) fn ended(error: Error) -> Error {
    if error.code() == HoldRefused::UnknownHold.code() {
        return HoldRefused::Expired.into();
    }
    error
}

pub(super) fn as_hold(event: &Event, id: HoldId, found: Found) -> Result<Hold, Error> {
    let category = event
        .category_no(found.category_no)
        .ok_or_else(|| Error::bug("a hold in a category that is gone"))?;
    Ok(Hold {
        id,
        owner: found.owner,
        event: event.id,
        category: category.code.clone(),
        formula: found.formula,
        seats: found.run.seats(),
        amount: found.amount,
        state: found.state,
    })
}

/// Sweeping may come later than the moment itself.
pub(super) fn check_alive(hold: &Hold, now: Timestamp) -> Result<(), Error> {
    match hold.state {
        HoldState::Held { expires_at } if expires_at <= now => Err(HoldRefused::Expired.into()),
        HoldState::Held { .. } | HoldState::Kept { .. } => Ok(()),
        HoldState::Claimed { .. } => Err(HoldRefused::AlreadyOrdered.into()),
        HoldState::Released { .. } => Err(HoldRefused::Expired.into()),
    }
}
