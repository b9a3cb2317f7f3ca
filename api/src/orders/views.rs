//! What the pages of orders and the results of payments are fed with.

use askama::Template;
use ticket_core::ids::OrderId;

use crate::catalogue::EventView;
use crate::holds::TimerView;
use crate::platform::page::Page;
use crate::platform::spoken::Spoken;
use crate::tickets::TicketRow;

/// The answer to "did it work?", one page for every way it can go.
#[derive(Template)]
#[template(path = "orders/outcome.html")]
pub(crate) struct OutcomeView {
    pub page: Page,
    /// The name of an `outcome_page::Kind`.
    pub kind: &'static str,
    pub tone: &'static str,
    /// What `<meta http-equiv="refresh">` says; none: the page is final.
    pub refresh: Option<String>,
    pub step: u32,
    pub events: Vec<EventView>,
    pub order_number: String,
    pub order_href: String,
    pub formula_words: String,
    pub amount: String,
    pub pay_action: Option<String>,
    pub bank_href: Option<String>,
    pub timer: Option<TimerView>,
    pub event_href: Option<String>,
}

#[derive(Template)]
#[template(path = "orders/order.html")]
pub(crate) struct OrderPageView {
    pub page: Page,
    pub id: OrderId,
    pub order: OrderView,
    pub formula_words: String,
    pub events: Vec<OrderedEvent>,
    pub tickets: Vec<TicketRow>,
    pub pay_action: Option<String>,
    pub cancel_action: Option<String>,
    pub refund: Option<String>,
    pub history: Vec<HistoryStep>,
    pub calendar_href: Option<String>,
    pub papers: Vec<PaperLink>,
}

/// An invoice or a credit note to take along.
pub(crate) struct PaperLink {
    pub href: String,
    pub words: String,
}

/// An event of an order, with the seats that were ordered for it.
pub(crate) struct OrderedEvent {
    pub event: EventView,
    pub lines: Vec<LineView>,
}

/// One line of what happened to an order.
pub(crate) struct HistoryStep {
    /// RFC 3339.
    pub at: String,
    pub at_words: String,
    pub words: String,
}

/// An order in a list or at the head of its page.
pub(crate) struct OrderView {
    pub href: String,
    pub number: String,
    pub title: Spoken,
    /// Where there is more than one event.
    pub others: Option<String>,
    pub formula_words: String,
    pub placed: String,
    pub amount: String,
    pub state: &'static str,
    pub tone: &'static str,
}

pub(crate) struct LineView {
    pub seat: String,
    pub holder: String,
    pub price: String,
}
