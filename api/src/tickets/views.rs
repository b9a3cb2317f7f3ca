//! What the templates of tickets are fed with.

use askama::Template;

use crate::catalogue::SeatView;
use crate::platform::field::Field;
use crate::platform::page::Page;
use crate::platform::spoken::Spoken;

/// A ticket in a list.
pub(crate) struct TicketRow {
    pub href: String,
    pub plate: &'static str,
    pub title: Spoken,
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
    /// What was just done.
    pub done: Option<String>,
    pub naming: Option<NamingView>,
    /// Why the name cannot be corrected, where that needs saying.
    pub names_closed: Option<String>,
}

/// The form that corrects the name.
pub(crate) struct NamingView {
    pub action: String,
    pub first_name: Field,
    pub last_name: Field,
    pub until: String,
    /// How often it may still be corrected.
    pub left: u32,
    pub error: Option<String>,
}

pub(crate) struct TicketView {
    pub row: TicketRow,
    pub number: String,
    pub order_number: String,
    pub order_href: String,
    pub price: String,
    pub codes: Option<CodesView>,
    /// The ticket made for the phone, while it opens a gate.
    pub m_href: Option<String>,
    /// While the ticket is worth something.
    pub calendar_href: Option<String>,
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

#[derive(Template)]
#[template(path = "tickets/m_ticket.html")]
pub(crate) struct MTicketsView {
    pub page: Page,
    pub plate: &'static str,
    pub tickets: Vec<MTicketView>,
}

/// One ticket as the phone shows it.
pub(crate) struct MTicketView {
    pub row: TicketRow,
    pub href: String,
    pub first_name: String,
    /// The 253 digits of the credential.
    pub digits: String,
    /// base64 of what live codes are made of.
    pub seed: String,
    pub short_code: String,
    /// For a phone without scripts, where paper enters too.
    pub qr_href: Option<String>,
}
