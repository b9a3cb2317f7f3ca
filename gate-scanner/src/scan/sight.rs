//! What a code leads to: its kind, what it opens to, the ticket in the list, the holder's record.

use jiff::Timestamp;
use ticket_core::admission::Shown;
use ticket_core::credential::{
    CredentialRefused, KeysDigest, LiveCode, Opened, Presented, ShortCode, check_live, classify,
    holder_key_from_keys, holder_key_from_short, keys_digest, open,
};
use ticket_core::ids::EventNumber;
use ticket_core::manifest::{HolderKeyFrom, HolderRecord, ManifestTicket, open_holder};
use ticket_core::ticket::TicketStateName;

use crate::sync::{Found, List};

/// A code as it was presented, read once.
pub(super) enum Code {
    Unreadable,
    NotOpened(CredentialRefused),
    Opened(Box<Opened>, Option<LiveCode>),
    Short(ShortCode),
    /// None: let in beside a ticket of the same party, whose code was presented.
    Beside,
}

/// The code and where it led.
pub(super) struct Sight {
    pub(super) code: Code,
    pub(super) found: Option<Found>,
}

impl Sight {
    pub(super) fn of(text: &str, list: &List) -> Self {
        let code = read(text, list);
        let found = match &code {
            Code::Unreadable | Code::NotOpened(_) | Code::Beside => None,
            Code::Opened(opened, _) => list.find(opened.numbers.event, opened.numbers.serial),
            Code::Short(short) => list.find_short(short),
        };
        Self { code, found }
    }

    /// Another ticket of the party.
    pub(super) const fn beside(found: Option<Found>) -> Self {
        let code = Code::Beside;
        Self { code, found }
    }

    /// The event that the code says it is of, when this gate has no keys of it.
    pub(super) const fn strange_event(&self) -> Option<EventNumber> {
        match &self.code {
            Code::NotOpened(CredentialRefused::UnknownEvent(event)) => Some(*event),
            Code::NotOpened(_)
            | Code::Unreadable
            | Code::Opened(..)
            | Code::Short(_)
            | Code::Beside => None,
        }
    }

    pub(super) fn ticket(&self) -> Option<&ManifestTicket> {
        self.found.as_ref()?.ticket.as_ref()
    }

    /// Whether the list may merely be behind: a ticket issued or sent a moment ago.
    pub(super) fn may_be_behind(&self) -> bool {
        match &self.code {
            Code::Unreadable | Code::NotOpened(_) | Code::Beside => false,
            Code::Opened(..) | Code::Short(_) => self
                .ticket()
                .is_none_or(|ticket| ticket.state == TicketStateName::Paid),
        }
    }

    pub(super) fn shown(&self) -> Shown<'_> {
        match &self.code {
            Code::Unreadable => Shown::Unreadable,
            Code::NotOpened(refused) => Shown::NotOpened(*refused),
            Code::Opened(opened, live) => Shown::Opened {
                opened,
                live: *live,
            },
            // Proves as little by itself, and is found in the list as well.
            Code::Short(_) | Code::Beside => Shown::Short,
        }
    }

    /// Whether it was shown by the telephone itself at this moment, or near enough.
    pub(super) fn is_live(&self, at: Timestamp) -> bool {
        match &self.code {
            Code::Opened(opened, Some(live)) => check_live(&opened.keys.ticket, *live, at).is_ok(),
            Code::Opened(_, None)
            | Code::Unreadable
            | Code::NotOpened(_)
            | Code::Short(_)
            | Code::Beside => false,
        }
    }

    /// Of the keys that were presented; a short code was found by the list's own.
    pub(super) fn keys_digest(&self) -> Option<KeysDigest> {
        match &self.code {
            Code::Unreadable | Code::NotOpened(_) => None,
            Code::Opened(opened, _) => Some(keys_digest(&opened.keys)),
            Code::Short(_) | Code::Beside => self.ticket().map(|ticket| ticket.keys_digest),
        }
    }

    /// Opens with nothing but what was presented.
    pub(super) fn holder(&self) -> Option<HolderRecord> {
        let found = self.found.as_ref()?;
        let ticket = found.ticket.as_ref()?;
        let sealed = ticket.holder.as_ref()?;
        match &self.code {
            Code::Unreadable | Code::NotOpened(_) | Code::Beside => None,
            Code::Opened(opened, _) => {
                let key = holder_key_from_keys(&opened.keys);
                open_holder(sealed, ticket.ticket_id, HolderKeyFrom::Keys(&key)).ok()
            }
            Code::Short(short) => {
                let key = holder_key_from_short(&found.event.sealing_key, short);
                open_holder(sealed, ticket.ticket_id, HolderKeyFrom::Short(&key)).ok()
            }
        }
    }
}

fn read(text: &str, list: &List) -> Code {
    let (digits, live) = match classify(text) {
        Err(_) => return Code::Unreadable,
        Ok(Presented::Short(short)) => return Code::Short(short),
        Ok(Presented::Full(digits)) => (digits, None),
        Ok(Presented::Live(digits, live)) => (digits, Some(live)),
    };
    match open(&digits, |event| list.keys(event)) {
        Ok(opened) => Code::Opened(Box::new(opened), live),
        Err(refused) => Code::NotOpened(refused),
    }
}
