//! Which seats are free, row by row: what seat maps show, a moment old and shared by all who look.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use redis::Value;
use ticket_core::hold::HoldRefused;
use ticket_core::ids::EventId;
use ticket_core::venue::RowRef;

use super::epoch::ask;
use super::scripts::{self, read};
use crate::app::App;
use crate::catalogue::{self, Event};
use crate::platform::error::Error;

/// One look at an event's rows serves everybody for this long.
const SHARED_FOR: SignedDuration = SignedDuration::from_millis(1500);
/// What nobody looked at for so long is forgotten: a full stadium's rows are some 100 kB.
const KEPT_FOR: SignedDuration = SignedDuration::from_mins(1);

/// The seats of an event at one moment.
#[derive(Debug)]
pub struct SeatRows {
    pub as_of: Timestamp,
    /// In the order of the event's categories.
    pub categories: Vec<CategoryRows>,
    /// Free places of each block of the plan, by its index.
    pub free_by_block: Vec<u32>,
}

#[derive(Debug)]
pub struct CategoryRows {
    pub no: u8,
    pub free: u32,
    pub held: u32,
    pub taken: u32,
    /// A string of 0 (free) and 1 by row; rows that nobody has a seat in are not here.
    opened: HashMap<u32, String>,
}

impl SeatRows {
    /// A row's places, `0` for each free one and `1` for each other.
    pub fn row(&self, category_no: u8, row: &RowRef<'_>) -> String {
        let category = self.categories.iter().find(|it| it.no == category_no);
        let opened = category.and_then(|category| category.opened.get(&row.index));
        opened.map_or_else(|| "0".repeat(usize::from(row.seats)), Clone::clone)
    }

    fn new(event: &Event, as_of: Timestamp, categories: Vec<CategoryRows>) -> Self {
        let mut seen = Self {
            as_of,
            categories,
            free_by_block: Vec::new(),
        };
        let free_of = |(no, row): (u8, RowRef<'_>)| {
            let taken = seen.row(no, &row).matches('1').count();
            u32::from(row.seats).saturating_sub(u32::try_from(taken).unwrap_or(u32::MAX))
        };
        let blocks = event.plan.blocks();
        let free = blocks.iter().map(|block| {
            let category = event.category(block.category);
            category.map_or(0, |category| {
                block.rows().map(|row| free_of((category.no, row))).sum()
            })
        });
        let free = free.collect();
        seen.free_by_block = free;
        seen
    }
}

type Slot = Arc<tokio::sync::Mutex<Option<Arc<SeatRows>>>>;

/// The last look per event. The inner lock makes those who come at the same time wait for one
/// answer instead of asking Redis each.
#[derive(Default)]
pub(super) struct Shared(Mutex<HashMap<EventId, Slot>>);

impl Shared {
    fn slot(&self, event: EventId, now: Timestamp) -> Slot {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !slots.contains_key(&event) {
            slots.retain(|_, slot| {
                slot.try_lock().map_or(true, |seen| {
                    seen.as_ref()
                        .is_some_and(|seen| now.duration_since(seen.as_of) < KEPT_FOR)
                })
            });
        }
        slots.entry(event).or_default().clone()
    }
}

/// The seats as they were at most a moment ago.
///
/// # Errors
/// Unavailable without Redis or while the inventory is loaded anew.
pub async fn seat_rows(app: &App, event: &Event) -> Result<Arc<SeatRows>, Error> {
    let slot = app.inventory.rows.slot(event.id, app.clock.now());
    let mut slot = slot.lock().await;
    let now = app.clock.now();
    if let Some(seen) = slot.as_ref()
        && now.duration_since(seen.as_of) < SHARED_FOR
    {
        return Ok(seen.clone());
    }
    // The plan of this moment: it may have changed since the caller looked.
    let snapshot = catalogue::snapshot(app).await?;
    let event = snapshot.event(event.id).ok_or(HoldRefused::UnknownEvent)?;
    let seen = Arc::new(SeatRows::new(event, now, look(app, event).await?));
    *slot = Some(seen.clone());
    Ok(seen)
}

async fn look(app: &App, event: &Event) -> Result<Vec<CategoryRows>, Error> {
    let numbers: Vec<Vec<u8>> = event
        .categories
        .iter()
        .map(|category| category.no.to_string().into_bytes())
        .collect();
    let Value::Array(parts) = ask(app, event.id, &scripts::ROWS, &numbers).await? else {
        return Err(Error::bug("the rows are no list"));
    };
    let told = parts.into_iter().skip(1);
    event
        .categories
        .iter()
        .zip(told)
        .map(|(category, part)| {
            let (free, held, taken, opened) = read(part)?;
            Ok(CategoryRows {
                no: category.no,
                free,
                held,
                taken,
                opened,
            })
        })
        .collect()
}
