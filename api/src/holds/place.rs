//! Placing a hold: the best adjacent free seats of a category, or the chosen ones.

use jiff::SignedDuration;
use ticket_core::event::check_sale;
use ticket_core::hold::HoldRefused;
use ticket_core::limits::HOLD_TTL_SECONDS;
use ticket_core::seating::check_chosen;

use super::{Hold, HoldRequest, find, pointer};
use crate::app::App;
use crate::availability::{self, Found, HoldKey, Wanted};
use crate::catalogue;
use crate::platform::error::Error;

/// A hold, and whether this very call made it (201) or it was there already (200).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub hold: Hold,
    pub created: bool,
}

/// Holds seats. The same request again answers with the hold that exists.
///
/// # Errors
/// `HoldRefused`; unavailable without Redis or while the inventory is loaded anew.
pub async fn place(app: &App, request: HoldRequest) -> Result<Placed, Error> {
    let now = app.clock.now();
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot
        .event(request.event)
        .ok_or(HoldRefused::UnknownEvent)?;
    check_sale(event.state, event.sale, now).map_err(HoldRefused::from)?;
    let category = event
        .category(&request.category)
        .ok_or(HoldRefused::UnknownCategory)?;
    if !category.sells(request.formula) {
        return Err(HoldRefused::FormulaNotSold.into());
    }
    let chosen = match &request.seats {
        None => None,
        Some(seats) => check_chosen(seats, request.formula)
            .map_err(HoldRefused::from)?
            .first()
            .copied(),
    };
    let seats = u32::from(request.formula.seats());
    let wanted = Wanted {
        id: request.id,
        owner: request.owner,
        event: request.event,
        category_no: category.no,
        formula: request.formula,
        amount: category.price.checked_times(seats).map_err(Error::bug)?,
        expires_at: now + SignedDuration::from_secs(HOLD_TTL_SECONDS),
        chosen,
    };
    let (created, found) = take(app, wanted).await?;
    let hold = find::as_hold(event, request.id, found)?;
    hold.check_same_request(&request)?;
    find::check_alive(&hold, now)?;
    Ok(Placed { hold, created })
}

/// Binds the id and takes the seats in one breath. Where the id turns out to be bound to other
/// seats, those just taken are given back.
async fn take(app: &App, wanted: Wanted) -> Result<(bool, Found), Error> {
    let key = HoldKey {
        event: wanted.event,
        owner: wanted.owner,
        hold: wanted.id,
    };
    let (held, bound) = availability::hold(app, wanted, pointer::bind).await?;
    let refusal = match bound {
        Ok(true) => {
            pointer::remember(app, key);
            return held;
        }
        Ok(false) => HoldRefused::IdReused.into(),
        Err(error) => error,
    };
    if refusal.is_refusal() && matches!(held, Ok((true, _))) {
        availability::release(app, key).await?;
    }
    Err(refusal)
}
