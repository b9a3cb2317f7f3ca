//! A ticket as its owner and the gates know it.

use jiff::Timestamp;
use ticket_core::credential::TicketNumbers;
use ticket_core::formula::Formula;
use ticket_core::ids::{
    EventId, IssueNumber, OrderId, OrderNumber, TicketId, TicketSerial, UserId,
};
use ticket_core::money::Money;
use ticket_core::ticket::{DeactivationReason, TicketState};
use ticket_core::venue::SeatLabel;

use crate::catalogue::Event;
use crate::orders::Holder;

/// One ticket with its holder's name in clear, but without its key.
#[derive(Debug, Clone)]
pub(crate) struct Ticket {
    pub(crate) id: TicketId,
    pub(crate) event: EventId,
    pub(crate) serial: TicketSerial,
    pub(crate) issue: IssueNumber,
    pub(crate) order: OrderId,
    pub(crate) order_number: OrderNumber,
    pub(crate) owner: UserId,
    pub(crate) formula: Formula,
    pub(crate) category_no: u8,
    pub(crate) label: SeatLabel,
    pub(crate) price: Money,
    pub(crate) holder: Holder,
    pub(crate) state: TicketState,
    pub(crate) paid_at: Timestamp,
    pub(crate) sent_at: Option<Timestamp>,
    pub(crate) scanned_at: Option<Timestamp>,
    pub(crate) scanned_gate: Option<String>,
    pub(crate) deactivated: Option<Deactivation>,
}

/// When a ticket ended, and why.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deactivation {
    pub(crate) at: Timestamp,
    pub(crate) reason: DeactivationReason,
}

impl Ticket {
    /// As printed: the event's code and the serial in its unbroken series.
    pub(crate) fn number(&self, event: &Event) -> String {
        format!("{}-{:06}", event.code, self.serial.0)
    }

    pub(super) fn numbers(&self, event: &Event) -> TicketNumbers {
        TicketNumbers {
            event: event.number,
            serial: self.serial,
            issue: self.issue,
        }
    }
}
