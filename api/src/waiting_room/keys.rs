//! The waiting room's keys in Redis and its scripts. Keys of a queue Q share the hash tag `{q:Q}`.
//!
//! - `{q:Q}:n`, hash: `n`, the last number given; `ceiling`, up to which PostgreSQL knows of
//!   numbers; `admitted`. Gone: counting goes on above the ceiling, so no number is given twice
//!   (a failover that loses the last moments may: two people then share a rank).
//! - `{q:Q}:seen`, bitmap of 4 MB: a Bloom filter of the accounts in the draw. Gone: an account
//!   may get a second number.
//! - `{q:Q}:adm`, hash of admitted account → `place until extensions`. Gone: a place may be used
//!   once more.
//! - `{q:Q}:in`, sorted set of the admitted without a hold, by the end of their stay. Gone: the
//!   door takes the room for empty.
//! - `order_ms`, hash of process → `p90 at`: how long orders take. Gone: written again at once.

use std::sync::LazyLock;

use redis::Script;
use ticket_core::ids::QueueId;

use crate::platform::redis::Redis;

macro_rules! scripts {
    ($($name:ident = $file:literal;)+) => {$(
        pub(super) static $name: LazyLock<Script> =
            LazyLock::new(|| Script::new(include_str!($file)));
    )+};
}

scripts! {
    ENTER = "lua/enter.lua";
    RESERVE = "lua/reserve.lua";
    ADMIT = "lua/admit.lua";
    EXTEND = "lua/extend.lua";
    LOOK = "lua/look.lua";
    LEAVE = "lua/leave.lua";
    TELL_LATENCY = "lua/tell_latency.lua";
    READ_LATENCY = "lua/read_latency.lua";
}

pub(super) fn counters(redis: &Redis, queue: QueueId) -> String {
    redis.key(&format!("{{q:{queue}}}:n"))
}

pub(super) fn seen(redis: &Redis, queue: QueueId) -> String {
    redis.key(&format!("{{q:{queue}}}:seen"))
}

pub(super) fn admissions(redis: &Redis, queue: QueueId) -> String {
    redis.key(&format!("{{q:{queue}}}:adm"))
}

pub(super) fn inside(redis: &Redis, queue: QueueId) -> String {
    redis.key(&format!("{{q:{queue}}}:in"))
}

pub(super) fn order_latency(redis: &Redis) -> String {
    redis.key("order_ms")
}
