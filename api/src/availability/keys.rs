//! The inventory's keys in Redis: each family with its type, its life, and what happens when it
//! is gone. All keys of an event E share the hash tag `{e:E}`, so a script touches one node. Those
//! without a life of their own live until the event is loaded anew.
//!
//! - `{e:E}:meta`, hash: the `epoch`; per category c the counters `cap:c`, `free:c`, `held:c` and
//!   `taken:c`, and `next:c`, the first row that may be fresh; during a load, `loading` (its epoch)
//!   and `loading_at`. Gone: selling stops with 503 and the event is loaded anew.
//! - `{e:E}:lay:c`, string: the length of each row, a byte each, best row first. Gone: fresh rows
//!   are not found; the audit tells.
//! - `{e:E}:rows:c`, hash of row → a string of 0 (free) and 1. Opened rows only, so an untouched
//!   row costs one byte. Gone: the audit tells, and the reconciler takes claimed seats again.
//! - `{e:E}:fit:c:L`, sorted set of the opened rows that have a free run of exactly L places (`1`
//!   to `5`) or of at least so many (`3+` to `6+`). Gone: they are not found; the audit tells.
//! - `{e:E}:h:H`, hash: one unpaid hold H: state `h` held, `k` kept for an order or `x` ended;
//!   owner, category, row, first place, number of places, formula, amount, expiry, order. Lives
//!   until it is paid or ends; then 120 s as a tombstone. Gone: the hold has expired.
//! - `{e:E}:exp`, sorted set of unpaid holds by the millisecond at which they are swept. Gone:
//!   nothing is swept; the audit tells.
//! - `{e:E}:own`, hash of owner → tickets held and taken. Gone: the cap per person starts anew.
//! - `{e:E}:sold`, hash of hold → `category row first mask owner order at`: taken seats. Gone: the
//!   reconciler writes it again from the claims.
//! - `touched`, set of events with orders lately, for the reconciler; emptied by it. Gone: those
//!   events wait for their turn in its round.

use ticket_core::ids::EventId;

use crate::platform::redis::Redis;

/// The key from which scripts name the event's others.
pub(super) fn meta(redis: &Redis, event: EventId) -> String {
    redis.key(&format!("{{e:{event}}}:meta"))
}

pub(super) fn sold(redis: &Redis, event: EventId) -> String {
    redis.key(&format!("{{e:{event}}}:sold"))
}

pub(super) fn expiries(redis: &Redis, event: EventId) -> String {
    redis.key(&format!("{{e:{event}}}:exp"))
}

pub(super) fn hold(redis: &Redis, event: EventId, hold: &str) -> String {
    redis.key(&format!("{{e:{event}}}:h:{hold}"))
}

pub(super) fn touched(redis: &Redis) -> String {
    redis.key("touched")
}
