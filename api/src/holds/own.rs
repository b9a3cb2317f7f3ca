//! All that one person holds, over all events: what their basket is made of.

use futures_util::future::join_all;
use ticket_core::formula::Formula;
use ticket_core::ids::{CategoryCode, EventId, UserId};

use super::{Hold, find, pointer};
use crate::app::App;
use crate::availability::{self, Own};
use crate::catalogue;
use crate::platform::error::Error;

/// The unpaid holds of a person.
#[derive(Debug, Clone, Default)]
pub struct OwnHolds {
    /// Held, or kept for an order that is not paid; those of an event together.
    pub live: Vec<Hold>,
    pub ran_out: Vec<RanOut>,
}

/// A hold whose moment passed before it was ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RanOut {
    pub event: EventId,
    pub category: CategoryCode,
    pub formula: Formula,
}

/// What a person holds now, and what they lost lately.
pub async fn of_owner(app: &App, owner: UserId) -> Result<OwnHolds, Error> {
    let events = pointer::events_of(app, owner).await?;
    let snapshot = catalogue::snapshot(app).await?;
    let asked = events.into_iter().map(async |event| {
        let own = availability::of_owner(app, event, owner).await;
        (event, own)
    });
    let mut all = OwnHolds::default();
    for (event, own) in join_all(asked).await {
        let event = snapshot.event(event).ok_or_else(Error::not_found)?;
        for (id, own) in own? {
            match own {
                Own::Live(found) => all.live.push(find::as_hold(event, id, found)?),
                Own::RanOut {
                    category_no,
                    formula,
                } => {
                    let category = event.category_no(category_no);
                    all.ran_out.extend(category.map(|category| RanOut {
                        event: event.id,
                        category: category.code.clone(),
                        formula,
                    }));
                }
            }
        }
    }
    Ok(all)
}
