//! A payment: one attempt to collect an order's money. The provider's news may come twice, late
//! and in any order; captured money is never forgotten, whatever else is told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::RefundId;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PaymentState {
    /// The payer was sent to the provider's page.
    Created,
    Captured {
        at: Timestamp,
    },
    Refused {
        at: Timestamp,
    },
    /// The payer walked away, or the provider's page expired.
    Abandoned {
        at: Timestamp,
    },
    RefundDue {
        captured_at: Timestamp,
        cause: RefundCause,
    },
    Refunded {
        at: Timestamp,
        refund: RefundId,
        cause: RefundCause,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundCause {
    /// Paid too late and the seats were sold to others.
    SeatsGone,
    /// The order was cancelled before the money came.
    OrderCancelled,
    /// Another payment had already paid the order.
    PaidTwice,
    /// The provider captured another amount than was asked.
    WrongAmount,
    EventCancelled,
    /// A member of staff decided it.
    Granted,
}

impl RefundCause {
    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SeatsGone => "seats_gone",
            Self::OrderCancelled => "order_cancelled",
            Self::PaidTwice => "paid_twice",
            Self::WrongAmount => "wrong_amount",
            Self::EventCancelled => "event_cancelled",
            Self::Granted => "granted",
        }
    }
}

/// Transitions. News that is older than what is known changes nothing.
impl PaymentState {
    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Captured { .. } => "captured",
            Self::Refused { .. } => "refused",
            Self::Abandoned { .. } => "abandoned",
            Self::RefundDue { .. } => "refund_due",
            Self::Refunded { .. } => "refunded",
        }
    }

    /// The provider holds the money: truer than any refusal told before.
    #[must_use]
    pub const fn capture(self, at: Timestamp) -> Self {
        match self {
            Self::Created | Self::Refused { .. } | Self::Abandoned { .. } => Self::Captured { at },
            Self::Captured { .. } | Self::RefundDue { .. } | Self::Refunded { .. } => self,
        }
    }

    /// The bank said no. Never undoes a capture.
    #[must_use]
    pub const fn refuse(self, at: Timestamp) -> Self {
        match self {
            Self::Created | Self::Abandoned { .. } => Self::Refused { at },
            Self::Refused { .. }
            | Self::Captured { .. }
            | Self::RefundDue { .. }
            | Self::Refunded { .. } => self,
        }
    }

    /// Nobody finished it. Never undoes a capture or a refusal.
    #[must_use]
    pub const fn abandon(self, at: Timestamp) -> Self {
        match self {
            Self::Created => Self::Abandoned { at },
            Self::Abandoned { .. }
            | Self::Refused { .. }
            | Self::Captured { .. }
            | Self::RefundDue { .. }
            | Self::Refunded { .. } => self,
        }
    }

    /// The money is to go back. The first cause stands.
    pub const fn require_refund(self, cause: RefundCause) -> Result<Self, PaymentRefused> {
        match self {
            Self::Captured { at } => Ok(Self::RefundDue {
                captured_at: at,
                cause,
            }),
            Self::RefundDue { .. } | Self::Refunded { .. } => Ok(self),
            Self::Created | Self::Refused { .. } | Self::Abandoned { .. } => {
                Err(PaymentRefused::NotCaptured)
            }
        }
    }

    /// The provider confirmed the refund.
    pub fn refund(self, refund: RefundId, at: Timestamp) -> Result<Self, PaymentRefused> {
        match self {
            Self::RefundDue { cause, .. } => Ok(Self::Refunded { at, refund, cause }),
            Self::Refunded { refund: by, .. } if by == refund => Ok(self),
            Self::Refunded { .. } => Err(PaymentRefused::AlreadyRefunded),
            Self::Captured { .. } => Err(PaymentRefused::NoRefundDue),
            Self::Created | Self::Refused { .. } | Self::Abandoned { .. } => {
                Err(PaymentRefused::NotCaptured)
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefused {
    #[error("no such payment")]
    UnknownPayment,
    #[error("nothing was captured")]
    NotCaptured,
    #[error("no refund is due")]
    NoRefundDue,
    #[error("the payment is refunded")]
    AlreadyRefunded,
}

impl PaymentRefused {
    /// The stable code of the contract.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPayment => "unknown_payment",
            Self::NotCaptured => "not_captured",
            Self::NoRefundDue => "no_refund_due",
            Self::AlreadyRefunded => "already_refunded",
        }
    }
}
