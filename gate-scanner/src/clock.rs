//! The one source of time of the gate service.

use jiff::Timestamp;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock;

impl Clock {
    /// Now, cut to microseconds: what the centre stores reads back equal.
    #[expect(
        clippy::unused_self,
        reason = "time is asked of a clock that one was given"
    )]
    pub(crate) fn now(self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }
}
