//! Moving a catalogue of the past into the future, for load tests and rehearsals: all dates by
//! the same whole number of days.

use jiff::{SignedDuration, Timestamp};

use super::sessions::EventRow;
use super::store;
use crate::app::App;
use crate::platform::error::Error;

const SECONDS_PER_DAY: i64 = 86_400;
/// The first event starts this many days from today.
const FIRST_DAYS: i64 = 30;

/// A shift made before is kept until its last event is over, so that another run changes nothing.
pub(super) async fn to_future(app: &App, events: &mut [EventRow]) -> Result<(), Error> {
    let now = app.clock.now();
    let (Some(first), Some(last)) = (
        events.iter().min_by_key(|event| event.starts_at),
        events.iter().map(|event| event.ends_at).max(),
    ) else {
        return Ok(());
    };
    let stored = store::find_start(&app.db.read().await?, &first.code).await?;
    let days_until = |from: Timestamp, to: Timestamp| {
        to.duration_since(from)
            .as_secs()
            .div_euclid(SECONDS_PER_DAY)
    };
    let kept = stored
        .map(|start| days_until(first.starts_at, start))
        .filter(|days| moved(last, *days) > now);
    let days = kept.unwrap_or_else(|| days_until(first.starts_at, now) + FIRST_DAYS);
    for event in events {
        event.starts_at = moved(event.starts_at, days);
        event.ends_at = moved(event.ends_at, days);
        event.sale.opens_at = moved(event.sale.opens_at, days);
        event.sale.closes_at = moved(event.sale.closes_at, days);
    }
    Ok(())
}

fn moved(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(days * SECONDS_PER_DAY))
        .unwrap_or(at)
}
