//! Holds: the seats of one formula kept for one spectator until a moment.
//!
//! The rules are in `ticket_core::hold`; the inventory that keeps the seats is `availability`.
//! An order *keeps* its holds before it claims their seats in PostgreSQL, *marks them claimed*
//! once paid, and *gives them back* when it ends. Each of these may be repeated.

pub(crate) mod pages;
mod views;

use jiff::Timestamp;
use ticket_core::ids::{EventId, HoldId, OrderId, UserId};
use ticket_core::venue::SeatRef;

use crate::app::App;
use crate::platform::error::Error;

pub use ticket_core::hold::{Hold, HoldRequest, HoldState};

/// The seats of one hold as an order's lines remember them, for when the hold itself may be gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSeats {
    pub hold: HoldId,
    pub owner: UserId,
    pub event: EventId,
    pub category_no: u8,
    pub seats: Vec<SeatRef>,
}

/// A hold, and whether this very call made it (201) or it was there already (200).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub hold: Hold,
    pub created: bool,
}

/// Holds the best adjacent free seats of a category, or the chosen ones.
///
/// # Errors
/// Every `HoldRefused`; unavailable without Redis or while the inventory is rebuilt.
pub async fn place(_app: &App, _request: HoldRequest) -> Result<Placed, Error> {
    Err(Error::unavailable("inventory"))
}

/// The owner's hold: held or kept. `hold_expired` once its moment has passed.
pub async fn find(_app: &App, _hold: HoldId, _owner: UserId) -> Result<Hold, Error> {
    Err(Error::unavailable("inventory"))
}

/// Gives the seats back before they are ordered.
pub async fn release(_app: &App, _hold: HoldId, _owner: UserId) -> Result<(), Error> {
    Err(Error::unavailable("inventory"))
}

/// Keeps the seats for an unpaid order. To be called *before* the seats are claimed in
/// PostgreSQL: so a hold can neither expire nor be ordered twice in between.
pub async fn keep_until(
    _app: &App,
    _hold: &Hold,
    _order: OrderId,
    _pay_before: Timestamp,
) -> Result<(), Error> {
    Err(Error::unavailable("inventory"))
}

/// The order is paid: the seats are sold, whatever had become of the hold.
pub async fn mark_claimed(_app: &App, _held: &HeldSeats) -> Result<(), Error> {
    Err(Error::unavailable("inventory"))
}

/// The order has ended (expired, cancelled, refunded) and its claims are gone: the seats are free.
/// Only what still belongs to this hold is freed, so a repetition frees nobody else's seat.
pub async fn give_back(_app: &App, _held: &HeldSeats) -> Result<(), Error> {
    Err(Error::unavailable("inventory"))
}

/// For a late payment: takes exactly these seats again, all or none. The caller then claims them
/// in PostgreSQL, and calls [`give_back`] when that fails.
pub async fn retake(_app: &App, _held: &[HeldSeats]) -> Result<bool, Error> {
    Err(Error::unavailable("inventory"))
}
