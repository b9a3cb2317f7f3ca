//! The inventory's keys in Redis: each family with its type, its life, and what happens when it
//! is gone. All keys of an event E share the hash tag `{e:E}`, so a script touches one node. Those
//! without a life of their own live until the event is loaded anew.
//!
//! - `{e:E}:meta`, hash: the `epoch`; per category c the counters `cap:c`, `free:c`, `held:c` and
//!   `taken:c`, and `next:c`, the first row that may be fresh; `due`, the earliest moment of the
//!   queues below; during a load, `loading` (its epoch) and `loading_at`. Gone: selling stops with
//!   503 and the event is loaded anew.
//! - `{e:E}:lay:c`, string: the length of each row, a byte each, best row first. Gone: fresh rows
//!   are not found; the audit tells.
//! - `{e:E}:rows:c`, hash of row → a string of 0 (free) and 1. Opened rows only, so an untouched
//!   row costs one byte. Gone: the audit tells, and the reconciler takes claimed seats again.
//! - `{e:E}:fit:c:L`, sorted set of the opened rows that have a free run of exactly L places (`1`
//!   to `5`) or of at least so many (`3+` to `6+`). Gone: they are not found; the audit tells.
//! - `{e:E}:people`, hash of owner (16 bytes) → the entries of their holds: held, kept for an
//!   order, sold, or ended within the last 120 s; `entry.rs` has the bytes. Gone: holds are lost,
//!   the cap per person starts anew, and the reconciler writes what is sold again from the claims.
//! - `{e:E}:due:h`, `due:k`, `due:x`, lists of a moment and its owners: who is to be looked at
//!   when, for holds that expire, kept ones that are not paid, and ended ones that are forgotten.
//!   Each is in the order of its moments. Gone: nothing is swept; the audit tells.
//! - `touched`, set of events with orders lately, for the reconciler; emptied by it. Gone: those
//!   events wait for their turn in its round.

use ticket_core::ids::EventId;

use crate::platform::redis::Redis;

/// The key from which scripts name the event's others.
pub(super) fn meta(redis: &Redis, event: EventId) -> String {
    redis.key(&format!("{{e:{event}}}:meta"))
}

pub(super) fn people(redis: &Redis, event: EventId) -> String {
    redis.key(&format!("{{e:{event}}}:people"))
}

pub(super) fn touched(redis: &Redis) -> String {
    redis.key("touched")
}
