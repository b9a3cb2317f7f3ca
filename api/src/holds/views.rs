//! The time that is left, as pages show it.

use jiff::Timestamp;

use crate::app::App;
use crate::catalogue::Event;
use crate::platform::page::Words;
use crate::platform::wording;

/// Both instants come from the server, so that the browser's clock does not matter.
pub(crate) struct TimerView {
    pub expires_at: String,
    pub now: String,
    pub clock: String,
    pub then_href: String,
}

impl TimerView {
    /// Counts down to a moment, told on the clock of the event's venue.
    pub(crate) fn until(
        app: &App,
        words: Words,
        (until, event): (Timestamp, &Event),
        then_href: String,
    ) -> Self {
        let local = wording::at_venue(until, event.utc_offset.seconds());
        Self {
            expires_at: until.to_string(),
            now: app.clock.now().to_string(),
            clock: wording::time(words, local),
            then_href,
        }
    }
}
