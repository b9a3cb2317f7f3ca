//! The catalogue: sports, venues and events, imported from files, read from an immutable
//! snapshot in memory that stays up when the stores are down. Free places are no part of it:
//! they belong to `availability`.

mod answers;
mod cache;
mod calendar;
mod cards;
mod contents;
mod event;
mod free;
mod home_page;
pub(crate) mod http;
mod import;
mod keys;
mod linked_data;
mod machines_page;
pub(crate) mod pages;
mod plates;
mod search;
mod seat_map;
mod seats_page;
mod seats_view;
mod store;
mod typed;
mod views;

pub use cache::{Cache, refresh, snapshot, watch};
pub use contents::Snapshot;
pub use event::{Category, Event, EventState, SaleState, Sport, Texts, Venue};
pub(crate) use free::places_on_sale;
pub(crate) use import::STATEMENTS as IMPORT_STATEMENTS;
pub use import::{
    CatalogueFiles, Dates, Fault, ImportRefused, ImportReport, Source, Tally, demo_files,
    import_catalogue,
};
pub use keys::{EventKeys, event_keys};
pub(crate) use pages::{Refused, event_page};
pub(crate) use seats_page::{SeatsQuery, seats_page};
pub(crate) use store::STATEMENTS;
pub(crate) use views::{EventView, SeatView, seat_words};
