//! What cards and filters show of an event: how many places are free, how many lie in baskets, and
//! how many can be had side by side.

use ticket_core::hold::HoldRefused;
use ticket_core::ids::EventId;

use super::count::numbers;
use super::epoch::ask;
use super::scripts::{self, read};
use crate::app::App;
use crate::catalogue;
use crate::platform::error::Error;

/// One category at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glance {
    pub no: u8,
    pub free: u32,
    /// In baskets, or waiting for their payment: they may come back.
    pub held: u32,
    /// Places side by side, from 0 to 4.
    pub together: u16,
}

/// Every category of an event as it is now, best first.
///
/// # Errors
/// Unavailable without Redis or while the inventory is loaded anew.
pub async fn glance(app: &App, event: EventId) -> Result<Vec<Glance>, Error> {
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot.event(event).ok_or(HoldRefused::UnknownEvent)?;
    let words: Vec<String> = read(ask(app, event.id, &scripts::GLANCE, &numbers(event)).await?)?;
    let mut told = words.iter().skip(1).map(|word| word.parse::<u32>().ok());
    let mut next = || told.next().flatten();
    event
        .categories
        .iter()
        .map(|category| {
            let (free, held, together) = (next()?, next()?, next()?);
            Some(Glance {
                no: category.no,
                free,
                held,
                together: u16::try_from(together.min(4)).ok()?,
            })
        })
        .collect::<Option<_>>()
        .ok_or_else(|| Error::bug(format!("glance at {}: {words:?}", event.code)))
}
