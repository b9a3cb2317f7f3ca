//! The inventory that sells: which places of an event are free, held or taken.
//!
//! It lives in Redis, changes by Lua scripts only, and is rebuilt from PostgreSQL when Redis has
//! lost it. `seat_claims` in PostgreSQL stays the fence: what is here may be wrong for a moment,
//! and then somebody is refused a seat, but no seat is sold twice.

use serde::Serialize;
use ticket_core::ids::{CategoryCode, EventId};

use crate::app::App;
use crate::platform::error::Error;

/// Places of one category. Invariant (I2): `free + held + taken = capacity`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryCount {
    pub no: u8,
    pub category: CategoryCode,
    pub free: u32,
    pub held: u32,
    pub taken: u32,
    pub capacity: u32,
}

/// The counters as they are now, best category first.
pub async fn of_event(_app: &App, _event: EventId) -> Result<Vec<CategoryCount>, Error> {
    Err(Error::unavailable("inventory"))
}

/// Builds the event's inventory anew from its seat plan and the claims in PostgreSQL. Holds that
/// are in no order are lost. One caller at a time per event, across processes.
pub async fn load(_app: &App, _event: EventId) -> Result<(), Error> {
    Err(Error::unavailable("inventory"))
}

/// Compares the inventory with the claims and mends what differs; returns how much that was.
pub async fn reconcile(_app: &App, _event: EventId) -> Result<usize, Error> {
    Err(Error::unavailable("inventory"))
}

/// What is wrong with the event's inventory, a sentence each; empty when all is well (I2).
pub async fn audit(_app: &App, _event: EventId) -> Result<Vec<String>, Error> {
    Err(Error::unavailable("inventory"))
}
