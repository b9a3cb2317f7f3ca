//! Keeping a hold for an order until it is paid.

use jiff::{SignedDuration, Timestamp};
use ticket_core::hold::HoldRefused;
use ticket_core::ids::{HoldId, OrderId, UserId};

use super::{Hold, find, pointer};
use crate::app::App;
use crate::availability::{self, HoldKey, ToKeep};
use crate::catalogue;
use crate::platform::error::Error;

/// The order's own expiry gives its seats back; this much later the inventory does so by itself,
/// should that never come. A payment told late by the bank has this long to find its seats.
const GRACE: SignedDuration = SignedDuration::from_mins(10);

/// A hold as its order names it.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    pub id: HoldId,
    pub owner: UserId,
    /// A hold of another number of seats is not kept, only shown.
    pub seats: usize,
}

impl From<&Hold> for Named {
    fn from(hold: &Hold) -> Self {
        Self {
            id: hold.id,
            owner: hold.owner,
            seats: hold.seats.len(),
        }
    }
}

/// Keeps the seats for an unpaid order, and answers the hold as it then is. To be called *before*
/// the seats are claimed in PostgreSQL: so a hold can neither expire nor be ordered twice in
/// between.
///
/// # Errors
/// `unknown_hold`; `hold_expired`; `hold_ordered` when another order has it, or it is paid.
pub async fn keep_until(
    app: &App,
    named: &Named,
    order: OrderId,
    pay_before: Timestamp,
) -> Result<Hold, Error> {
    let event = pointer::recall(app, named.id, named.owner).await?;
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot.event(event).ok_or(HoldRefused::UnknownEvent)?;
    let wanted = ToKeep {
        order,
        places: named.seats,
        pay_before,
        kept_until: pay_before.saturating_add(GRACE).unwrap_or(pay_before),
    };
    let key = HoldKey {
        event: event.id,
        owner: named.owner,
        hold: named.id,
    };
    let kept = availability::keep(app, key, &wanted).await;
    availability::touch_often(app, event.id).await?;
    find::as_hold(event, named.id, kept.map_err(find::ended)?)
}
