//! What the centre of the tests finds: tickets that were let in more than once.

use std::collections::HashMap;

use ticket_core::ids::TicketId;
use ticket_core::manifest::{AdmissionConflict, AdmissionReport, ConflictEntry, Entered};

use super::State;

impl State {
    /// What the centre found, by the ids of tickets.
    pub(crate) fn conflicts(&self) -> HashMap<TicketId, AdmissionConflict> {
        let found = self.conflicts.iter();
        found
            .map(|(_, found)| (found.ticket_id, found.clone()))
            .collect()
    }

    /// Those that changed in another way as well are told as a whole.
    pub(super) fn entered_since(&self, since: i64) -> Vec<Entered> {
        let is_whole = |entered: &Entered| {
            let events = self.events.iter();
            let mut tickets = events.flat_map(|event| &event.tickets);
            tickets.any(|(changed, ticket)| ticket.serial == entered.serial && *changed > since)
        };
        let entered = self.entered.iter();
        let entered = entered.filter(|(cursor, entered)| *cursor > since && !is_whole(entered));
        entered.map(|(_, entered)| entered.clone()).collect()
    }

    /// Let in now, or against what is known here.
    pub(super) fn note(&mut self, report: &AdmissionReport, id: TicketId) {
        let entry = ConflictEntry {
            scan_id: report.scan_id,
            gate: report.gate.clone(),
            device: report.device.clone(),
            agent: None,
            at: report.scanned_at,
            confirmed: report.asking,
        };
        let Some(first) = self.admissions.get(&id) else {
            self.admissions.insert(id, entry);
            return;
        };
        if report.asking {
            return;
        }
        let conflicts = &mut self.conflicts;
        if let Some((cursor, found)) = conflicts.iter_mut().find(|(_, f)| f.ticket_id == id) {
            *cursor = self.cursor;
            found.entries.push(entry);
            return;
        }
        let tickets = self.events.iter().flat_map(|event| &event.tickets);
        let mut tickets = tickets.map(|(_, ticket)| ticket);
        let found = AdmissionConflict {
            ticket_id: id,
            event: report.event.unwrap(),
            serial: tickets
                .find(|ticket| ticket.ticket_id == id)
                .unwrap()
                .serial,
            entries: vec![first.clone(), entry],
        };
        self.conflicts.push((self.cursor, found));
    }
}
