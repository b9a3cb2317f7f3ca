//! A ticket: the right of one named person to enter once. It moves Paid → Sent → Scanned →
//! Deactivated, Paid and Sent may go straight to Deactivated, and nothing else (invariant I4,
//! which a trigger in the database enforces once more).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TicketState {
    Paid {
        paid_at: Timestamp,
    },
    Sent {
        sent_at: Timestamp,
    },
    Scanned {
        scanned_at: Timestamp,
        gate: String,
    },
    Deactivated {
        at: Timestamp,
        reason: DeactivationReason,
    },
}

/// A [`TicketState`] without its data, as stored and as sent to gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStateName {
    Paid,
    Sent,
    Scanned,
    Deactivated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeactivationReason {
    Refunded,
    /// Another ticket was made for the person it was given to.
    Transferred,
    EventCancelled,
    EventOver,
    /// A member of staff decided it.
    Revoked,
}

impl DeactivationReason {
    pub const ALL: [Self; 5] = [
        Self::Refunded,
        Self::Transferred,
        Self::EventCancelled,
        Self::EventOver,
        Self::Revoked,
    ];

    /// The machine form, as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Transferred => "transferred",
            Self::EventCancelled => "event_cancelled",
            Self::EventOver => "event_over",
            Self::Revoked => "revoked",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == text)
    }
}

impl TicketStateName {
    pub const ALL: [Self; 4] = [Self::Paid, Self::Sent, Self::Scanned, Self::Deactivated];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Sent => "sent",
            Self::Scanned => "scanned",
            Self::Deactivated => "deactivated",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// Transitions. Each may be repeated with the same cause and then changes nothing.
impl TicketState {
    pub const fn kind(&self) -> TicketStateName {
        match self {
            Self::Paid { .. } => TicketStateName::Paid,
            Self::Sent { .. } => TicketStateName::Sent,
            Self::Scanned { .. } => TicketStateName::Scanned,
            Self::Deactivated { .. } => TicketStateName::Deactivated,
        }
    }

    /// The machine form: `paid`, `sent`, `scanned`, `deactivated`.
    pub const fn name(&self) -> &'static str {
        self.kind().as_str()
    }

    /// The mail was accepted for delivery. Sending once more later changes nothing.
    pub fn send(self, sent_at: Timestamp) -> Result<Self, TicketRefused> {
        match self {
            Self::Paid { .. } => Ok(Self::Sent { sent_at }),
            Self::Sent { .. } | Self::Scanned { .. } => Ok(self),
            Self::Deactivated { .. } => Err(TicketRefused::Deactivated),
        }
    }

    /// Its holder enters. The same entry told again (same instant and gate) changes nothing.
    pub fn scan(self, at: Timestamp, at_gate: &str) -> Result<Self, TicketRefused> {
        match self {
            Self::Sent { .. } => Ok(Self::Scanned {
                scanned_at: at,
                gate: at_gate.to_owned(),
            }),
            Self::Scanned {
                scanned_at,
                ref gate,
            } if scanned_at == at && gate == at_gate => Ok(self),
            Self::Scanned { .. } => Err(TicketRefused::AlreadyScanned),
            Self::Paid { .. } => Err(TicketRefused::NotSent),
            Self::Deactivated { .. } => Err(TicketRefused::Deactivated),
        }
    }

    /// It is worth nothing any more. The first reason stands.
    pub fn deactivate(
        self,
        at: Timestamp,
        reason: DeactivationReason,
    ) -> Result<Self, TicketRefused> {
        match self {
            Self::Paid { .. } | Self::Sent { .. } | Self::Scanned { .. } => {
                Ok(Self::Deactivated { at, reason })
            }
            Self::Deactivated { reason: by, .. } if by == reason => Ok(self),
            Self::Deactivated { .. } => Err(TicketRefused::Deactivated),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefused {
    #[error("no such ticket")]
    UnknownTicket,
    #[error("the ticket is not released yet")]
    NotReleased,
    #[error("the ticket is not sent yet")]
    NotSent,
    #[error("the ticket was scanned")]
    AlreadyScanned,
    #[error("the ticket is deactivated")]
    Deactivated,
}

impl TicketRefused {
    /// The stable code of the contract.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownTicket => "unknown_ticket",
            Self::NotReleased => "not_released",
            Self::NotSent => "not_sent",
            Self::AlreadyScanned => "already_scanned",
            Self::Deactivated => "deactivated",
        }
    }
}
