//! A case as its writer and the staff read it.

use jiff::Timestamp;
use ticket_core::ids::{OrderId, TicketId, UserId};
use ticket_core::support::{Author, CaseNumber, CaseState, Subject};
use uuid::Uuid;

use super::attachment::Kind;
use crate::platform::i18n::Locale;

/// What a case is about, among what its writer has bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Order(OrderId),
    Ticket(TicketId),
}

impl About {
    pub(super) fn order(self) -> Option<Uuid> {
        match self {
            Self::Order(id) => Some(id.as_uuid()),
            Self::Ticket(_) => None,
        }
    }

    pub(super) fn ticket(self) -> Option<Uuid> {
        match self {
            Self::Ticket(id) => Some(id.as_uuid()),
            Self::Order(_) => None,
        }
    }
}

/// Whoever wrote.
#[derive(Debug, Clone)]
pub(crate) enum Writer {
    Person(UserId),
    /// Not signed in; the address they gave. Nobody has shown that it is theirs.
    Stranger {
        email: String,
    },
}

impl Writer {
    pub(super) fn user(&self) -> Option<UserId> {
        match self {
            Self::Person(user) => Some(*user),
            Self::Stranger { .. } => None,
        }
    }
}

/// A case with its address opened; its messages are read apart.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) id: Uuid,
    pub(crate) number: CaseNumber,
    pub(crate) writer: Writer,
    pub(crate) locale: Locale,
    pub(crate) subject: Subject,
    pub(crate) about: Option<About>,
    pub(crate) state: CaseState,
    pub(crate) created_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) created_at: Timestamp,
    pub(crate) files: Vec<FileFacts>,
}

/// An attachment without its content.
#[derive(Debug, Clone)]
pub(crate) struct FileFacts {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) size_bytes: i32,
}
