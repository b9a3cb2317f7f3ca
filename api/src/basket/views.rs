//! What the page of the basket is fed with.

use askama::Template;

use crate::catalogue::{EventView, SeatView};
use crate::holds::TimerView;
use crate::platform::field::Field;
use crate::platform::page::Page;
use crate::platform::spoken::Spoken;

#[derive(Template)]
#[template(path = "basket/basket.html")]
pub(super) struct BasketView {
    pub page: Page,
    pub order_id: String,
    pub lines: Vec<LineView>,
    /// How many more there are than one order takes.
    pub later: usize,
    pub lost: Vec<LostView>,
    pub unpaid: Vec<UnpaidView>,
    pub total: String,
    /// One for all: that of the first line to end.
    pub timer: Option<TimerView>,
    pub accepted: bool,
    pub terms_error: Option<String>,
    pub error: Option<String>,
    /// What was just done.
    pub done: Option<String>,
}

/// One hold.
pub(super) struct LineView {
    pub hold_id: String,
    pub event: EventView,
    pub formula_words: String,
    pub amount: String,
    /// The price of a seat, where there are several.
    pub each: Option<String>,
    /// When this line ends, where others end at other times.
    pub kept_until: Option<String>,
    pub places: Vec<PlaceView>,
}

/// One held seat and who will sit there.
pub(super) struct PlaceView {
    /// From 1, over the whole basket.
    pub number: usize,
    /// Whether it is the first ticket of its event.
    pub is_own: bool,
    pub seat: SeatView,
    pub first_name: Field,
    pub last_name: Field,
}

/// What is not in the basket any more.
pub(super) struct LostView {
    pub title: Spoken,
    pub formula_words: String,
    /// `ran-out` or `cancelled`.
    pub why: &'static str,
    pub href: Option<String>,
}

/// An order that waits for its payment.
pub(super) struct UnpaidView {
    pub words: String,
    pub href: String,
}
