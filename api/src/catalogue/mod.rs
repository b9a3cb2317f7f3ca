//! The catalogue: sports, venues and events, imported from files, read from an immutable
//! snapshot in memory that stays up when the stores are down. Free places are no part of it:
//! they belong to `availability`.

mod cache;
mod event;
mod home_page;
mod keys;
pub(crate) mod pages;
mod plates;
mod search;
mod snapshot;
mod store;
mod views;

pub use cache::{Cache, refresh, snapshot, watch};
pub use event::{Category, Event, EventState, SaleState, Sport, Texts, Venue};
pub use keys::{EventKeys, event_keys};
pub(crate) use pages::{Refused, event_page};
pub use snapshot::Snapshot;
pub(crate) use store::STATEMENTS;
pub(crate) use views::{EventView, SeatView, seat_words};
