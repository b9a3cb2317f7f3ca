//! The Lua scripts, each with the shared prelude before it, and how one is called.

use std::sync::LazyLock;

use redis::{FromRedisValue, Script, Value, from_redis_value};
use ticket_core::ids::EventId;

use super::keys;
use crate::platform::error::Error;
use crate::platform::redis::Redis;

macro_rules! scripts {
    ($($name:ident = $file:literal;)+) => {$(
        pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            Script::new(concat!(include_str!("lua/prelude.lua"), include_str!($file)))
        });
    )+};
}

scripts! {
    HOLD = "lua/hold.lua";
    FIND = "lua/find.lua";
    RELEASE = "lua/release.lua";
    KEEP = "lua/keep.lua";
    CLAIM = "lua/claim.lua";
    GIVE_BACK = "lua/give_back.lua";
    COUNT = "lua/count.lua";
    GLANCE = "lua/glance.lua";
    ROWS = "lua/rows.lua";
    DUMP = "lua/dump.lua";
    LOAD_BEGIN = "lua/load_begin.lua";
    LOAD_CATEGORY = "lua/load_category.lua";
    LOAD_SOLD = "lua/load_sold.lua";
    LOAD_END = "lua/load_end.lua";
}

/// Which load of an event a caller believes in, and when it is for the caller.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) event: EventId,
    pub(super) epoch: i64,
    pub(super) now_ms: i64,
}

/// What a script says.
#[derive(Debug)]
pub(super) enum Said {
    Answer(Value),
    OtherEpoch(OtherEpoch),
}

/// What is in force instead of the caller's epoch: nothing, when Redis has lost the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OtherEpoch {
    pub(super) epoch: Option<i64>,
    pub(super) loading_since_ms: Option<i64>,
}

pub(super) async fn call(
    redis: &Redis,
    script: &Script,
    moment: Moment,
    values: &[Vec<u8>],
) -> Result<Said, Error> {
    let mut all = vec![
        moment.epoch.to_string().into_bytes(),
        moment.now_ms.to_string().into_bytes(),
    ];
    all.extend_from_slice(values);
    let answer: Value = redis
        .run(script, &[keys::meta(redis, moment.event)], &all)
        .await?;
    let Value::Array(parts) = &answer else {
        return Err(Error::bug("a script answered with no list"));
    };
    if parts.first().is_some_and(is_epoch) {
        let words: Vec<String> = read(answer)?;
        let number = |at: usize| words.get(at).and_then(|word| word.parse().ok());
        return Ok(Said::OtherEpoch(OtherEpoch {
            epoch: number(1),
            loading_since_ms: number(3),
        }));
    }
    Ok(Said::Answer(answer))
}

fn is_epoch(value: &Value) -> bool {
    matches!(value, Value::BulkString(word) if word == b"EPOCH")
}

/// # Errors
/// A bug: the script answered in another shape.
pub(super) fn read<T: FromRedisValue>(answer: Value) -> Result<T, Error> {
    from_redis_value(answer).map_err(Error::bug)
}

/// Values for a script.
#[macro_export]
macro_rules! script_values {
    ($($value:expr),* $(,)?) => { [$($value.to_string().into_bytes()),*] };
}
