//! Tickets: the right of one named person to enter once. Issued in the transaction that marks
//! their order paid, sent once released, shown to their owner only. The code that opens a gate is
//! made from the keys when it is shown, and stored nowhere.

mod calendar;
mod calendar_page;
mod correct;
mod credential;
mod follow_up;
pub(crate) mod http;
mod issue;
mod m_ticket_page;
mod mail;
mod name_page;
pub(crate) mod pages;
mod read;
mod rehearse;
mod send;
mod sheet;
mod store;
mod ticket;
mod views;

pub(crate) use correct::{Correction, corrections_of, tell_corrected};
pub(crate) use credential::{Codes, credential_digits};
pub(crate) use follow_up::follow_up;
pub(crate) use issue::{Issue, issue, issue_all};
pub(crate) use pages::{is_over, row};
pub(crate) use read::{of_order, of_user};
pub(crate) use rehearse::store::STATEMENTS as REHEARSAL_STATEMENTS;
pub(crate) use rehearse::{Purpose, rehearse};
pub(crate) use send::{confirm, send};
pub(crate) use sheet::{on_paper, seat_text};
pub(crate) use store::STATEMENTS;
pub(crate) use ticket::Ticket;
pub(crate) use views::TicketRow;

/// Kind of the job that makes the jobs of many orders, issued together.
pub(crate) const FOLLOW_UP: &str = "tickets.follow_up";
/// Kind of the job that mails the tickets of one order for one event.
pub(crate) const SEND_TICKETS: &str = "tickets.send";
/// Kind of the job that sends a ticket whose name was corrected.
pub(crate) const CORRECTED: &str = "tickets.corrected";
/// Kind of the job that tells a buyer when the tickets of an event will come.
pub(crate) const CONFIRM_ORDER: &str = "tickets.confirm";
