//! Holds: the seats of one formula kept for one spectator until a moment.
//!
//! The rules are in `ticket_core::hold`; the inventory that keeps the seats is `availability`.
//! An order *keeps* its holds before it claims their seats in PostgreSQL, *marks them claimed*
//! once paid, and *gives them back* when it ends. Each of these may be repeated.

mod end;
mod find;
pub(crate) mod http;
mod order;
mod own;
pub(crate) mod pages;
mod place;
mod pointer;
mod state;
mod views;

pub use crate::availability::HeldSeats;
pub use end::{give_back, mark_claimed, retake};
pub use find::{find, release};
pub use order::{Named, keep_until};
pub use own::{OwnHolds, RanOut, of_owner};
pub(crate) use pages::formula_words;
pub use place::{Placed, place};
pub use state::State;
pub use ticket_core::hold::{Hold, HoldRequest, HoldState};
pub(crate) use views::TimerView;
