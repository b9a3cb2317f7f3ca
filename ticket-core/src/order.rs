//! An order: the purchase of the seats of one or more holds. Its seats are claimed before anyone
//! pays; what happens when the money comes late is decided here.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    hold::HoldRefused,
    ids::{PaymentId, RefundId},
    limits::{MAX_HOLDS_PER_ORDER, MAX_TICKETS_PER_PERSON_AND_EVENT},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum OrderState {
    AwaitingPayment {
        pay_before: Timestamp,
    },
    Paid {
        paid_at: Timestamp,
        payment: PaymentId,
    },
    Expired {
        at: Timestamp,
    },
    Cancelled {
        at: Timestamp,
    },
    Refunded {
        at: Timestamp,
        payment: PaymentId,
        refund: RefundId,
    },
}

/// Whether the seats of an expired order could be claimed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatsAgain {
    Claimed,
    Gone,
}

/// What a payment after the end of its order leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LatePayment {
    Paid(OrderState),
    /// The order stays as it was and the money goes back.
    RefundDue(OrderState),
}

/// Transitions. Each may be repeated with the same cause and then changes nothing.
impl OrderState {
    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AwaitingPayment { .. } => "awaiting_payment",
            Self::Paid { .. } => "paid",
            Self::Expired { .. } => "expired",
            Self::Cancelled { .. } => "cancelled",
            Self::Refunded { .. } => "refunded",
        }
    }

    /// The payment is captured. While the order awaits it the seats are still claimed, so a payment
    /// that outruns the expiry counts, even after `pay_before`. The same payment told again, also
    /// after its refund, changes nothing; a second one is refused and is to be given back.
    pub fn pay(self, payment: PaymentId, paid_at: Timestamp) -> Result<Self, OrderRefused> {
        match self {
            Self::AwaitingPayment { .. } => Ok(Self::Paid { paid_at, payment }),
            Self::Paid { payment: by, .. } | Self::Refunded { payment: by, .. }
                if by == payment =>
            {
                Ok(self)
            }
            Self::Paid { .. } | Self::Refunded { .. } => Err(OrderRefused::AlreadyPaid),
            Self::Expired { .. } => Err(OrderRefused::Expired),
            Self::Cancelled { .. } => Err(OrderRefused::Cancelled),
        }
    }

    /// The payment is captured after the order ended: the seats again if they could be claimed,
    /// else the money back. A cancelled order is never revived.
    pub fn pay_late(
        self,
        payment: PaymentId,
        paid_at: Timestamp,
        seats: SeatsAgain,
    ) -> Result<LatePayment, OrderRefused> {
        match self {
            Self::Expired { .. } => Ok(match seats {
                SeatsAgain::Claimed => LatePayment::Paid(Self::Paid { paid_at, payment }),
                SeatsAgain::Gone => LatePayment::RefundDue(self),
            }),
            Self::Cancelled { .. } => Ok(LatePayment::RefundDue(self)),
            Self::AwaitingPayment { .. } | Self::Paid { .. } | Self::Refunded { .. } => {
                self.pay(payment, paid_at).map(LatePayment::Paid)
            }
        }
    }

    /// Nobody paid in time.
    pub fn expire(self, now: Timestamp) -> Result<Self, OrderRefused> {
        match self {
            Self::AwaitingPayment { pay_before } if now >= pay_before => {
                Ok(Self::Expired { at: now })
            }
            Self::AwaitingPayment { .. } => Err(OrderRefused::NotExpiredYet),
            Self::Expired { .. } => Ok(self),
            Self::Paid { .. } | Self::Refunded { .. } => Err(OrderRefused::AlreadyPaid),
            Self::Cancelled { .. } => Err(OrderRefused::Cancelled),
        }
    }

    /// The buyer or the bank gave up before paying.
    pub fn cancel(self, at: Timestamp) -> Result<Self, OrderRefused> {
        match self {
            Self::AwaitingPayment { .. } => Ok(Self::Cancelled { at }),
            Self::Cancelled { .. } => Ok(self),
            Self::Paid { .. } | Self::Refunded { .. } => Err(OrderRefused::AlreadyPaid),
            Self::Expired { .. } => Err(OrderRefused::Expired),
        }
    }

    /// The money went back; the tickets are deactivated with it.
    pub fn refund(self, refund: RefundId, at: Timestamp) -> Result<Self, OrderRefused> {
        match self {
            Self::Paid { payment, .. } => Ok(Self::Refunded {
                at,
                payment,
                refund,
            }),
            Self::Refunded { refund: by, .. } if by == refund => Ok(self),
            Self::Refunded { .. } => Err(OrderRefused::AlreadyRefunded),
            Self::AwaitingPayment { .. } | Self::Expired { .. } | Self::Cancelled { .. } => {
                Err(OrderRefused::NotPaid)
            }
        }
    }
}

/// Why an order was not placed or not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefused {
    #[error("no such order")]
    UnknownOrder,
    #[error("this id was used for another order")]
    IdReused,
    #[error("{0}")]
    Hold(#[from] HoldRefused),
    #[error("an order has 1 to {MAX_HOLDS_PER_ORDER} holds")]
    HoldCount,
    #[error("at most {MAX_TICKETS_PER_PERSON_AND_EVENT} tickets per person and event")]
    TooManyTickets,
    #[error("one holder is named for each seat")]
    HolderCount,
    #[error("the terms of sale must be accepted")]
    TermsNotAccepted,
    #[error("a seat was sold to another order")]
    SeatsTaken,
    #[error("the order is paid")]
    AlreadyPaid,
    #[error("the order is refunded")]
    AlreadyRefunded,
    #[error("the order is not paid")]
    NotPaid,
    #[error("the order has expired")]
    Expired,
    #[error("the order has not expired yet")]
    NotExpiredYet,
    #[error("the order is cancelled")]
    Cancelled,
}

impl OrderRefused {
    /// The stable code of the contract.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownOrder => "unknown_order",
            Self::IdReused => "id_reused",
            Self::Hold(refused) => refused.code(),
            Self::HoldCount => "hold_count",
            Self::TooManyTickets => "too_many_tickets",
            Self::HolderCount => "holder_count",
            Self::TermsNotAccepted => "terms_not_accepted",
            Self::SeatsTaken => "seats_taken",
            Self::AlreadyPaid => "already_paid",
            Self::AlreadyRefunded => "already_refunded",
            Self::NotPaid => "not_paid",
            Self::Expired => "order_expired",
            Self::NotExpiredYet => "order_not_expired",
            Self::Cancelled => "order_cancelled",
        }
    }
}
