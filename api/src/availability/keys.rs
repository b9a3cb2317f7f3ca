//! The inventory's keys in Redis: each family with its type, its life, and what happens when it
//! is gone. All keys of an event share the hash tag `{e:<event>}`, so a script touches one node.
//!
//! | key | type | holds | life | when it is gone |
//! |---|---|---|---|---|
//! | `{e:E}:meta` | hash | `epoch`; per category `cap:c`, `free:c`, `held:c`, `taken:c`, `next:c` (the first row that may be fresh); `loading`, `loading_at` during a load | until the next load | selling stops (503) and the event is loaded anew |
//! | `{e:E}:lay:c` | string | the length of each row, a byte each, best row first | with the load | as `meta` |
//! | `{e:E}:rows:c` | hash | row → a string of 0 (free) and 1; opened rows only, so an untouched row costs one byte | with the load | the audit finds it; the reconciler takes claimed seats again |
//! | `{e:E}:fit:c:L` | sorted set | opened rows with a free run of exactly L (1 to 5) or of 6 and more (6), by row | with the load | rows are not found; the audit finds it |
//! | `{e:E}:h:H` | hash | one unpaid hold: state `h` held, `k` kept, `x` gone; owner, category, row, first place, k, formula, amount, expiry, order | until claimed; 120 s as a tombstone | the hold has expired |
//! | `{e:E}:exp` | sorted set | unpaid holds by the millisecond at which they are swept | with the load | holds are never swept; the audit finds it |
//! | `{e:E}:own` | hash | owner → tickets held and taken | with the load | the cap per person starts anew |
//! | `{e:E}:sold` | hash | hold → `category row first mask owner order at` of taken seats | with the load | the reconciler writes it again from the claims |
//! | `touched` | set | events with orders lately, for the reconciler | none | those events wait for their turn in the round |

use ticket_core::ids::EventId;

use crate::platform::redis::Redis;

/// The key from which scripts name the event's others.
pub(super) fn meta(redis: &Redis, event: EventId) -> String {
    redis.key(&format!("{{e:{event}}}:meta"))
}

pub(super) fn touched(redis: &Redis) -> String {
    redis.key("touched")
}
