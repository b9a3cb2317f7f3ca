//! The end of a hold: its seats are sold, or free again, or taken once more for a late payment.

use ticket_core::hold::HoldRefused;

use super::HeldSeats;
use crate::app::App;
use crate::availability;
use crate::platform::error::Error;

/// The order is paid: the seats are sold, whatever had become of the hold.
pub async fn mark_claimed(app: &App, held: &HeldSeats) -> Result<(), Error> {
    let outcome = availability::claim(app, held).await;
    let is_taken = |error: &Error| error.code() == HoldRefused::SeatsTaken.code();
    if outcome.as_ref().is_err_and(is_taken) {
        // The order has the claim; who has the seats now will be refused at theirs.
        tracing::warn!(hold.id = %held.hold, "paid, and meanwhile held by somebody else");
        return availability::touch(app, held.event).await;
    }
    outcome.map(|_| ())
}

/// The order has ended (expired, cancelled, refunded) and its claims are gone: the seats are
/// free. Only what still belongs to this hold and order is freed, so a repetition frees nobody
/// else's seat.
pub async fn give_back(app: &App, held: &HeldSeats) -> Result<(), Error> {
    availability::give_back(app, held).await?;
    availability::touch(app, held.event).await
}

/// For a late payment: takes exactly these seats again, all or none. The caller then claims them
/// in PostgreSQL, and calls [`give_back`] when that fails.
pub async fn retake(app: &App, held: &[HeldSeats]) -> Result<bool, Error> {
    for (done, one) in held.iter().enumerate() {
        let outcome = availability::claim(app, one).await;
        if outcome.is_ok() {
            continue;
        }
        for taken in held.iter().take(done) {
            give_back(app, taken).await?;
        }
        return match outcome {
            Err(error) if !error.is_refusal() => Err(error),
            Ok(_) | Err(_) => Ok(false),
        };
    }
    Ok(true)
}
