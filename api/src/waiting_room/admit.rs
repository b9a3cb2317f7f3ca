//! From a place that is called to a stay inside: one per place, with more time on request.

use jiff::{SignedDuration, Timestamp};
use ticket_core::ids::UserId;
use ticket_core::queue::Place;

use super::pass::{Admission, PlacePass};
use super::queue::{Queue, QueueState};
use super::{QueueRefused, keys};
use crate::app::App;
use crate::platform::error::Error;

const STAY: SignedDuration = SignedDuration::from_mins(10);
/// WCAG 2.2.1: more time on request, for everybody.
const MORE: SignedDuration = SignedDuration::from_mins(10);
pub(super) const EXTENSIONS_MAX: u32 = 2;

/// A stay, and how often it may still be extended.
pub(super) struct Stay {
    pub admission: Admission,
    pub extensions_left: u32,
}

/// The same stay again for the same place.
pub(super) async fn admit(app: &App, queue: &Queue, pass: &PlacePass) -> Result<Stay, Error> {
    match queue.state {
        QueueState::PreQueue | QueueState::Listed => return Err(QueueRefused::NotYourTurn.into()),
        QueueState::Closed => return Err(QueueRefused::Closed.into()),
        QueueState::Open => {}
    }
    let rank = queue
        .rank(pass.place)
        .ok_or_else(|| Error::bug("an open queue without a draw"))?;
    if rank > queue.inlet.serving {
        let refused = if queue.inlet.sold_out {
            QueueRefused::SoldOut
        } else {
            QueueRefused::NotYourTurn
        };
        return Err(refused.into());
    }
    let place = match pass.place {
        Place::Number(number) => number,
        Place::Again(_) => 0,
    };
    let behind_draw = u8::from(place > queue.list_size.unwrap_or_default());
    let now = app.clock.now();
    let keys = [
        keys::admissions(&app.redis, queue.id),
        keys::inside(&app.redis, queue.id),
        keys::counters(&app.redis, queue.id),
    ];
    let values = [
        pass.account.to_string(),
        place.to_string(),
        behind_draw.to_string(),
        now.as_millisecond().to_string(),
        (now + STAY).as_millisecond().to_string(),
    ];
    let answer: (i64, u32) = app.redis.run(&keys::ADMIT, &keys, &values).await?;
    stay(queue, pass.account, answer).ok_or_else(|| QueueRefused::Used.into())
}

/// # Errors
/// 409 when it was extended often enough or is over.
pub(super) async fn extend(app: &App, queue: &Queue, account: UserId) -> Result<Stay, Error> {
    let keys = [
        keys::admissions(&app.redis, queue.id),
        keys::inside(&app.redis, queue.id),
    ];
    let values = [
        account.to_string(),
        app.clock.now().as_millisecond().to_string(),
        MORE.as_millis().to_string(),
        EXTENSIONS_MAX.to_string(),
    ];
    let answer: (i64, u32) = app.redis.run(&keys::EXTEND, &keys, &values).await?;
    stay(queue, account, answer).ok_or_else(|| QueueRefused::NoMoreTime.into())
}

/// Whoever holds seats no longer competes for the free ones.
pub(super) async fn leave(app: &App, queue: &Queue, account: UserId) -> Result<(), Error> {
    let keys = [keys::inside(&app.redis, queue.id)];
    let values = [account.to_string()];
    let _: i64 = app.redis.run(&keys::LEAVE, &keys, &values).await?;
    Ok(())
}

fn stay(queue: &Queue, account: UserId, (until_ms, extensions): (i64, u32)) -> Option<Stay> {
    if until_ms < 0 {
        return None;
    }
    Some(Stay {
        admission: Admission {
            queue: queue.id,
            account,
            until: Timestamp::from_millisecond(until_ms).ok()?,
        },
        extensions_left: EXTENSIONS_MAX.saturating_sub(extensions),
    })
}
