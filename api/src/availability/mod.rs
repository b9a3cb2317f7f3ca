//! The inventory that sells: which places of an event are free, held or taken.
//!
//! It lives in Redis (`keys.rs` says how), changes by Lua scripts only, and is loaded anew from
//! PostgreSQL when Redis has lost it. `seat_claims` in PostgreSQL stays the fence: what is here
//! may be wrong for a moment, and then somebody is refused a seat, but no seat is sold twice.

mod audit;
mod count;
mod dump;
mod entry;
mod epoch;
mod glance;
pub(crate) mod http;
mod inventory;
mod keys;
mod load;
mod own;
mod reconcile;
mod scripts;
mod seat_rows;
mod store;
#[cfg(test)]
mod tests;
mod together;

pub use audit::audit;
pub use count::{CategoryCount, Seen, of_event, seen};
pub use glance::{Glance, glance};
pub use inventory::{
    Beside, Found, Held, HeldSeats, HoldKey, Run, ToKeep, Wanted, claim, find_hold, give_back,
    hold, keep, release,
};
pub use load::{ensure_loaded, load};
pub use own::{Own, of_owner};
pub use reconcile::{reconcile, reconcile_touched, touch, touch_often, watch};
pub use seat_rows::{SeatRows, seat_rows};
pub(crate) use store::STATEMENTS;

/// What a process remembers about inventories; nothing that it could not learn again.
#[derive(Default)]
pub struct Inventory {
    waiting: inventory::Waiting,
    epochs: epoch::Epochs,
    shared: count::Shared,
    rows: seat_rows::Shared,
    watchers: http::seats::Watchers,
    round: reconcile::Round,
    noted: reconcile::Noted,
}
