//! What the agent sees. Made from the ledger's entry and from the code itself, so that the same
//! scan told again looks the same.

use jiff::Timestamp;
use serde::Serialize;
use ticket_core::admission::{Reason, Verdict};
use ticket_core::formula::Formula;
use ticket_core::ids::{CategoryCode, EventCode, TicketId, TicketSerial};
use ticket_core::manifest::{AgentNumber, FirstScan, HolderRecord};
use ticket_core::ticket::TicketStateName;

use super::expected::{self, ExpectedAt};
use super::party;
use super::sight::Sight;
use crate::app::App;
use crate::ledger::{Certainty, Entry};

#[derive(Serialize)]
pub(crate) struct Answer {
    scan_id: ticket_core::ids::ScanId,
    scanned_at: Timestamp,
    #[serde(flatten)]
    verdict: Verdict,
    certainty: Certainty,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<Ticket>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_scan: Option<FirstScan>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<AgentNumber>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    look_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_at: Option<ExpectedAt>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    party: Vec<party::Shown>,
}

/// `category`, `formula` and `seat` are sealed with the holder: absent once that is erased.
#[derive(Serialize)]
struct Ticket {
    id: TicketId,
    event: EventCode,
    event_title: String,
    serial: TicketSerial,
    category: Option<CategoryCode>,
    formula: Option<Formula>,
    seat: Option<String>,
    state: TicketStateName,
}

#[derive(Serialize)]
struct Holder {
    first_name: String,
    last_name: String,
    email: String,
}

impl Answer {
    pub(super) fn of(app: &App, entry: &Entry, sight: &Sight) -> Self {
        let is_shown = shows_ticket(entry.report.reason);
        let record = sight.holder().filter(|_| is_shown);
        let party = record.as_ref();
        let party = party.map(|record| party::shown(app, entry, sight, record));
        Self {
            scan_id: entry.scan_id(),
            scanned_at: entry.report.scanned_at,
            verdict: entry.verdict(),
            certainty: entry.certainty,
            ticket: ticket(entry, sight, record.as_ref()).filter(|_| is_shown),
            holder: record.map(|record| Holder {
                first_name: record.first_name,
                last_name: record.last_name,
                email: record.email,
            }),
            first_scan: entry.first_scan.clone(),
            agent: entry.report.context.agent,
            look_only: entry.report.context.look_only,
            expected_at: expected::at(app, entry, sight),
            party: party.unwrap_or_default(),
        }
    }
}

fn ticket(entry: &Entry, sight: &Sight, record: Option<&HolderRecord>) -> Option<Ticket> {
    let found = sight.found.as_ref()?;
    let listed = found.ticket.as_ref()?;
    Some(Ticket {
        id: listed.ticket_id,
        event: found.event.code.clone(),
        event_title: found.event.title.clone(),
        serial: listed.serial,
        category: record.map(|record| record.category.clone()),
        formula: record.map(|record| record.formula),
        seat: record.map(|record| record.seat.clone()),
        state: entry.state.unwrap_or(listed.state),
    })
}

/// Nothing is shown of a ticket to whoever shows a code that is not its own.
const fn shows_ticket(reason: Reason) -> bool {
    match reason {
        Reason::Forged | Reason::Unknown | Reason::Unreadable => false,
        Reason::Ok
        | Reason::AlreadyScanned
        | Reason::WrongEvent
        | Reason::WrongGate
        | Reason::NotSent
        | Reason::Deactivated
        | Reason::TooEarly
        | Reason::EventOver
        | Reason::LiveCodeRequired
        | Reason::LiveCodeStale => true,
    }
}
