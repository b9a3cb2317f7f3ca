//! An order as the rest of the service sees it: its state, its lines, and the payment in course.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ticket_core::account::parse_name;
use ticket_core::formula::Formula;
use ticket_core::ids::{EventId, HoldId, OrderId, OrderNumber, UserId};
use ticket_core::money::Money;
use ticket_core::order::OrderState;
use ticket_core::venue::{SeatLabel, SeatRef};
use uuid::Uuid;

use crate::platform::error::Error;
use crate::platform::i18n::Locale;

/// The person a ticket is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Holder {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

/// What a spectator asks for. The id is made by the caller: the same request again is the same
/// order.
#[derive(Debug, Clone)]
pub(crate) struct OrderRequest {
    pub(crate) id: OrderId,
    pub(crate) owner: UserId,
    pub(crate) locale: Locale,
    pub(crate) holds: Vec<HoldId>,
    /// One per seat, in the order of the holds and of their seats.
    pub(crate) holders: Vec<Holder>,
    pub(crate) accept_terms: bool,
}

/// A purchase.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) number: OrderNumber,
    pub(crate) owner: UserId,
    pub(crate) locale: Locale,
    pub(crate) amount: Money,
    pub(crate) state: OrderState,
    pub(crate) created_at: Timestamp,
    pub(crate) pay_before: Timestamp,
    pub(crate) lines: Vec<Line>,
    /// The latest attempt to collect, if any.
    pub(crate) payment: Option<PaymentAttempt>,
}

/// One seat of an order.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Made of the order and the number: [`OrderId::line_id`].
    pub(crate) id: Uuid,
    /// From 1.
    pub(crate) no: u8,
    pub(crate) hold: HoldId,
    pub(crate) event: EventId,
    pub(crate) category_no: u8,
    pub(crate) formula: Formula,
    pub(crate) seat: SeatRef,
    pub(crate) label: SeatLabel,
    pub(crate) price: Money,
    pub(crate) holder: Holder,
}

/// How the latest attempt to collect stands.
#[derive(Debug, Clone)]
pub(crate) struct PaymentAttempt {
    /// As in `payments.state`.
    pub(crate) state: String,
    pub(crate) payment_url: Option<String>,
    /// Why money goes or went back, as in `payments.refund_cause`.
    pub(crate) refund_cause: Option<String>,
}

impl Order {
    /// Where to pay, while that makes sense.
    pub(crate) fn payment_url(&self) -> Option<&str> {
        let attempt = self.payment.as_ref()?;
        let is_open =
            matches!(self.state, OrderState::AwaitingPayment { .. }) && attempt.state == "created";
        is_open.then_some(attempt.payment_url.as_deref()).flatten()
    }
}

impl Holder {
    /// Names as they will be printed.
    pub(super) fn check(&self) -> Result<Self, Error> {
        Ok(Self {
            first_name: check_name(&self.first_name)?,
            last_name: check_name(&self.last_name)?,
        })
    }
}

fn check_name(name: &str) -> Result<String, Error> {
    parse_name(name).map_err(|refused| {
        let detail = format!("each holder has a first name and a last name: {refused}");
        Error::invalid("holders", detail)
    })
}
