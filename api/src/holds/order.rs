//! Keeping a hold for an order until it is paid.

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::OrderId;

use super::{Hold, pointer};
use crate::app::App;
use crate::availability;
use crate::platform::error::Error;

/// The order's own expiry gives its seats back; this much later the inventory does so by itself,
/// should that never come. A payment told late by the bank has this long to find its seats.
const GRACE: SignedDuration = SignedDuration::from_mins(10);

/// Keeps the seats for an unpaid order. To be called *before* the seats are claimed in
/// PostgreSQL: so a hold can neither expire nor be ordered twice in between.
///
/// # Errors
/// `hold_expired`; `hold_ordered` when another order has it.
pub async fn keep_until(
    app: &App,
    hold: &Hold,
    order: OrderId,
    pay_before: Timestamp,
) -> Result<(), Error> {
    let kept_until = pay_before.saturating_add(GRACE).unwrap_or(pay_before);
    availability::keep(app, (hold.event, hold.id), order, (pay_before, kept_until)).await?;
    let lengthened = pointer::lengthen(app, hold.id);
    tokio::try_join!(lengthened, availability::touch(app, hold.event))?;
    Ok(())
}
