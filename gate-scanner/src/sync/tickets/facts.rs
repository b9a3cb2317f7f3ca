//! Tickets as two lists are compared: a holder that is sealed anew is the same holder.

use ticket_core::credential::{KeysDigest, ShortCodeDigest};
use ticket_core::ids::{IssueNumber, TicketId, TicketSerial};
use ticket_core::ticket::TicketStateName;

use super::Tickets;

/// Of a ticket, without what is sealed.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sync) struct Facts<'a> {
    id: TicketId,
    keys_digest: KeysDigest,
    short_digest: ShortCodeDigest,
    issue: IssueNumber,
    state: TicketStateName,
    first_at: i64,
    first_gate: Option<&'a str>,
    has_holder: bool,
}

impl Tickets {
    /// All but the sealed holder, of which only whether there is one: to compare two lists.
    pub(in crate::sync) fn facts(&self) -> impl Iterator<Item = (TicketSerial, Facts<'_>)> {
        self.rows.iter().map(|row| {
            let gate = row.first_gate.map(|no| usize::from(no.get()) - 1);
            let facts = Facts {
                id: row.ticket_id,
                keys_digest: row.keys_digest,
                short_digest: row.short_digest,
                issue: row.issue,
                state: row.state,
                first_at: row.first_at,
                first_gate: gate.and_then(|at| self.gates.get(at)).map(String::as_str),
                has_holder: row.holder.is_some(),
            };
            (TicketSerial(row.serial), facts)
        })
    }
}
