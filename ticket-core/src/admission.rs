//! The gate's decision: what was shown, what the list says, when and where; one verdict.
//! Looking things up, writing the ledger and telling the centre is left to the gate service.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    credential::{CredentialRefused, KeysDigest, LiveCode, Opened, check_live, keys_digest},
    event::{AdmissionTime, AdmissionWindow},
    ids::IssueNumber,
    ticket::TicketStateName,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    Admit,
    Refuse,
}

/// The four words of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Valid,
    Invalid,
    Scanned,
    Expired,
}

/// Why; the list is part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Ok,
    AlreadyScanned,
    WrongEvent,
    WrongGate,
    NotSent,
    Deactivated,
    Forged,
    Unknown,
    Unreadable,
    TooEarly,
    EventOver,
    LiveCodeRequired,
    LiveCodeStale,
}

impl Reason {
    pub const ALL: [Self; 13] = [
        Self::Ok,
        Self::AlreadyScanned,
        Self::WrongEvent,
        Self::WrongGate,
        Self::NotSent,
        Self::Deactivated,
        Self::Forged,
        Self::Unknown,
        Self::Unreadable,
        Self::TooEarly,
        Self::EventOver,
        Self::LiveCodeRequired,
        Self::LiveCodeStale,
    ];

    /// The stable code of the contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::AlreadyScanned => "already_scanned",
            Self::WrongEvent => "wrong_event",
            Self::WrongGate => "wrong_gate",
            Self::NotSent => "not_sent",
            Self::Deactivated => "deactivated",
            Self::Forged => "forged",
            Self::Unknown => "unknown",
            Self::Unreadable => "unreadable",
            Self::TooEarly => "too_early",
            Self::EventOver => "event_over",
            Self::LiveCodeRequired => "live_code_required",
            Self::LiveCodeStale => "live_code_stale",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == text)
    }

    pub const fn entry(self) -> Entry {
        match self {
            Self::Ok => Entry::Admit,
            Self::AlreadyScanned
            | Self::WrongEvent
            | Self::WrongGate
            | Self::NotSent
            | Self::Deactivated
            | Self::Forged
            | Self::Unknown
            | Self::Unreadable
            | Self::TooEarly
            | Self::EventOver
            | Self::LiveCodeRequired
            | Self::LiveCodeStale => Entry::Refuse,
        }
    }

    pub const fn status(self) -> Status {
        match self {
            Self::Ok => Status::Valid,
            Self::AlreadyScanned => Status::Scanned,
            // Both were good once and are no more.
            Self::Deactivated | Self::EventOver => Status::Expired,
            Self::WrongEvent
            | Self::WrongGate
            | Self::NotSent
            | Self::Forged
            | Self::Unknown
            | Self::Unreadable
            | Self::TooEarly
            | Self::LiveCodeRequired
            | Self::LiveCodeStale => Status::Invalid,
        }
    }
}

/// The answer of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    pub verdict: Entry,
    pub status: Status,
    pub reason: Reason,
}

impl Verdict {
    pub const fn of(reason: Reason) -> Self {
        Self {
            verdict: reason.entry(),
            status: reason.status(),
            reason,
        }
    }

    pub const fn admits(self) -> bool {
        match self.verdict {
            Entry::Admit => true,
            Entry::Refuse => false,
        }
    }
}

/// What was shown, as far as cryptography alone can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// No code of ours: wrong length, no digits, wrong check digits.
    Unreadable,
    /// A full or live code that did not open.
    NotOpened(CredentialRefused),
    /// A full code; with its time code when it was a live one.
    Opened {
        opened: &'a Opened,
        live: Option<LiveCode>,
    },
    /// A short code: proves nothing until it is found in a list.
    Short,
}

/// What the list (manifest or database) says of the ticket that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketRecord {
    pub issue: IssueNumber,
    pub state: TicketStateName,
    pub keys_digest: KeysDigest,
}

/// Where the ticket's event enters, seen from this gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    Here,
    OtherGate,
    OtherEvent,
}

/// The ticket's event, here and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    pub placement: Placement,
    pub window: AdmissionWindow,
    pub live_code_required: bool,
    pub now: Timestamp,
}

/// Decides. `record` is the ticket found in the list by event and serial, or by the short code's
/// digest; `situation` is of that ticket's event, `None` when the event is not known here.
///
/// What is wrong for ever is told before what is wrong for now: not ours, elsewhere, not in the
/// list, deactivated, over, entered already, not sent, too early, not live.
pub fn decide(
    shown: Shown<'_>,
    record: Option<&TicketRecord>,
    situation: Option<&Situation>,
) -> Verdict {
    Verdict::of(
        refusal(shown, record, situation)
            .err()
            .unwrap_or(Reason::Ok),
    )
}

fn refusal(
    shown: Shown<'_>,
    record: Option<&TicketRecord>,
    situation: Option<&Situation>,
) -> Result<(), Reason> {
    match shown {
        Shown::Unreadable => return Err(Reason::Unreadable),
        Shown::NotOpened(refused) => return Err(not_opened(refused)),
        Shown::Opened { .. } | Shown::Short => {}
    }
    let situation = match (shown, situation) {
        (_, Some(situation)) => situation,
        (Shown::Opened { .. }, None) => return Err(Reason::WrongEvent),
        (Shown::Short | Shown::Unreadable | Shown::NotOpened(_), None) => {
            return Err(Reason::Unknown);
        }
    };
    match situation.placement {
        Placement::Here => {}
        Placement::OtherGate => return Err(Reason::WrongGate),
        Placement::OtherEvent => return Err(Reason::WrongEvent),
    }
    let record = record.ok_or(Reason::Unknown)?;
    if let Shown::Opened { opened, .. } = shown {
        check_keys(opened, record)?;
    }
    check_state_and_time(record.state, situation)?;
    check_liveness(shown, situation)
}

/// An unverified claim to be of another event is most often just that: a visitor at the wrong
/// place.
const fn not_opened(refused: CredentialRefused) -> Reason {
    match refused {
        CredentialRefused::UnknownEvent(_) => Reason::WrongEvent,
        CredentialRefused::Overflow
        | CredentialRefused::UnknownVersion
        | CredentialRefused::UnknownSlot
        | CredentialRefused::WrongSignature => Reason::Forged,
    }
}

fn check_keys(opened: &Opened, record: &TicketRecord) -> Result<(), Reason> {
    // The code of an earlier issue was replaced by a newer one.
    if opened.numbers.issue < record.issue {
        return Err(Reason::Deactivated);
    }
    if opened.numbers.issue > record.issue || keys_digest(&opened.keys) != record.keys_digest {
        return Err(Reason::Forged);
    }
    Ok(())
}

fn check_state_and_time(state: TicketStateName, situation: &Situation) -> Result<(), Reason> {
    let time = situation.window.at(situation.now);
    match (state, time) {
        (TicketStateName::Deactivated, _) => Err(Reason::Deactivated),
        (_, AdmissionTime::Over) => Err(Reason::EventOver),
        (TicketStateName::Scanned, _) => Err(Reason::AlreadyScanned),
        (TicketStateName::Paid, _) => Err(Reason::NotSent),
        (TicketStateName::Sent, AdmissionTime::TooEarly) => Err(Reason::TooEarly),
        (TicketStateName::Sent, AdmissionTime::Open) => Ok(()),
    }
}

fn check_liveness(shown: Shown<'_>, situation: &Situation) -> Result<(), Reason> {
    match shown {
        Shown::Opened {
            opened,
            live: Some(code),
        } => {
            check_live(&opened.keys.ticket, code, situation.now).map_err(|_| Reason::LiveCodeStale)
        }
        Shown::Opened { live: None, .. } | Shown::Short if situation.live_code_required => {
            Err(Reason::LiveCodeRequired)
        }
        Shown::Opened { live: None, .. }
        | Shown::Short
        | Shown::Unreadable
        | Shown::NotOpened(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
