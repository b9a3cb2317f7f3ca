//! What the templates of tickets are fed with.

use askama::Template;

use crate::catalogue::SeatView;
use crate::platform::page::Page;

/// A ticket in a list.
pub(crate) struct TicketRow {
    pub href: String,
    pub plate: &'static str,
    pub title: String,
    pub date_long: String,
    pub times: String,
    pub venue: String,
    pub city: String,
    pub holder: String,
    /// `paid`, `sent`, `scanned` or `deactivated`.
    pub state: &'static str,
    pub is_over: bool,
    pub seat: SeatView,
}

#[derive(Template)]
#[template(path = "tickets/ticket.html")]
pub(crate) struct TicketPageView {
    pub page: Page,
    pub ticket: TicketView,
}

pub(crate) struct TicketView {
    pub row: TicketRow,
    pub number: String,
    pub order_number: String,
    pub order_href: String,
    pub price: String,
    pub codes: Option<CodesView>,
    pub without_codes: String,
    pub timeline: Vec<StateStep>,
}

/// The pictures of the credential; present once the ticket is released and while it opens a gate.
pub(crate) struct CodesView {
    pub qr_href: String,
    pub code128_href: String,
    pub short_code: String,
    pub pdf_href: String,
}

pub(crate) struct StateStep {
    pub state: &'static str,
    pub words: String,
    pub done: bool,
    pub current: bool,
}
