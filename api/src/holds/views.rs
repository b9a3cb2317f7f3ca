//! What the page of held seats is fed with.

use askama::Template;

use crate::catalogue::{EventView, SeatView};
use crate::platform::field::Field;
use crate::platform::page::Page;

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
