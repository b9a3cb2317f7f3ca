//! What the page of held seats is fed with.

use askama::Template;
use jiff::Timestamp;

use crate::app::App;
use crate::catalogue::{Event, EventView, SeatView};
use crate::platform::field::Field;
use crate::platform::page::{Page, Words};
use crate::platform::wording;

#[derive(Template)]
#[template(path = "holds/hold.html")]
pub(crate) struct HoldPageView {
    pub page: Page,
    pub hold_id: String,
    pub order_id: String,
    pub event: EventView,
    pub formula_words: String,
    pub places: Vec<PlaceView>,
    pub amount: String,
    pub timer: TimerView,
    pub terms_error: Option<String>,
    pub error: Option<String>,
}

/// One held seat and who will sit there.
pub(crate) struct PlaceView {
    pub seat: SeatView,
    pub first_name: Field,
    pub last_name: Field,
}

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
