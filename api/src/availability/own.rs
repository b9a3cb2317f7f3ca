//! What one person holds of an event, for their basket: read as it is stored, without a script, so
//! that whoever looks at their basket again and again costs the sale next to nothing.

use jiff::{SignedDuration, Timestamp};
use ticket_core::formula::Formula;
use ticket_core::hold::HoldState;
use ticket_core::ids::{EventId, HoldId, UserId};

use super::entry::{Entry, Stage, entries};
use super::inventory::{Found, as_found, odd};
use super::keys;
use crate::app::App;
use crate::platform::error::Error;

/// What ran out is told of for so long: since its moment, or since the inventory swept it, which
/// may be later. As long as the inventory remembers it (`ENDED_MS` in `prelude.lua`), so that it
/// makes no difference who swept, and when.
const TOLD: SignedDuration = SignedDuration::from_mins(2);

/// What has become of a hold that is not paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// Held, or kept for an order that is not paid.
    Live(Found),
    /// Its moment passed before it was ordered, a little while ago.
    RanOut { category_no: u8, formula: Formula },
}

/// The unpaid holds of a person in an event, and those that ran out lately.
pub async fn of_owner(
    app: &App,
    event: EventId,
    owner: UserId,
) -> Result<Vec<(HoldId, Own)>, Error> {
    let mut asked = redis::cmd("HGET");
    asked.arg(keys::people(&app.redis, event));
    asked.arg(owner.as_uuid().as_bytes());
    let record: Option<Vec<u8>> = asked.query_async(&mut app.redis.connection()).await?;
    let entries = entries(&record.unwrap_or_default()).ok_or_else(|| odd(b"a strange record"))?;
    let now = app.clock.now();
    let own = entries.iter().filter_map(|entry| {
        let own = as_own(owner, entry, now)?;
        Some((entry.hold, own))
    });
    Ok(own.collect())
}

fn as_own(owner: UserId, entry: &Entry, now: Timestamp) -> Option<Own> {
    let ran_out = || {
        let seats = u16::try_from(entry.places.mask.count_ones()).ok()?;
        Some(Own::RanOut {
            category_no: entry.category_no,
            formula: Formula::ALL.into_iter().find(|it| it.seats() == seats)?,
        })
    };
    let is_lately = |at: Timestamp| now.duration_since(at) < TOLD;
    if let Stage::Ended { at_ms } = entry.stage {
        let at = Timestamp::from_millisecond(at_ms).ok()?;
        return is_lately(at).then(ran_out)?;
    }
    let found = as_found(owner, entry)?;
    match found.state {
        // Sweeping may come later than the moment itself.
        HoldState::Held { expires_at } if expires_at <= now => {
            is_lately(expires_at).then(ran_out)?
        }
        HoldState::Kept { pay_before, .. } if pay_before <= now => None,
        HoldState::Held { .. } | HoldState::Kept { .. } => Some(Own::Live(found)),
        HoldState::Claimed { .. } | HoldState::Released { .. } => None,
    }
}
