//! Scans beside the rule of one admission: a look lets nobody in, and a supervisor lets in
//! against it. Both are recorded as they were; what only one person let in again is a conflict.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::json;
use ticket_core::admission::{Entry, Reason};
use ticket_core::ids::UserId;
use ticket_core::manifest::{AdmissionAnswer, AdmissionReport, AgentNumber, FirstScan, Override};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use super::{Call, keys_hold, opened};
use crate::audit_log;
use crate::gates::people;
use crate::gates::store::{ScanFate, Scanned};
use crate::platform::db::Tx;
use crate::platform::error::Error;

/// The accounts of those who let in against a verdict.
pub(super) async fn supervisors(
    tx: &Tx<'_>,
    reports: &[AdmissionReport],
) -> Result<HashMap<AgentNumber, UserId>, Error> {
    let overrides = reports
        .iter()
        .filter(|report| report.context.overrides.is_some());
    let mut users = HashMap::new();
    for agent in overrides.filter_map(|report| report.context.agent) {
        if let Some(user) = people::account_of(tx, agent).await? {
            users.insert(agent, user);
        }
    }
    Ok(users)
}

impl Call<'_> {
    /// What becomes of such a scan, and what the gate is told; `None` for all others.
    pub(super) fn aside(
        &mut self,
        report: &AdmissionReport,
        ticket: Option<Uuid>,
        at: Timestamp,
    ) -> Option<(AdmissionAnswer, ScanFate)> {
        let noted = (AdmissionAnswer::Accepted, ScanFate::Noted);
        if report.context.look_only {
            return Some(noted);
        }
        if report.context.unproven && report.verdict == Entry::Admit {
            let answer = self.entered(ticket?);
            let answer = answer.unwrap_or_else(|| super::refused(Reason::Unknown));
            return Some((answer, ScanFate::Conflict));
        }
        let overrides = report.context.overrides.as_ref()?;
        let became = match ticket {
            Some(ticket) if report.verdict == Entry::Admit => {
                self.enter(report, overrides, (ticket, at))
            }
            Some(_) | None => noted,
        };
        let entry = self.audit_entry(report, overrides, ticket);
        self.audited.push(entry);
        Some(became)
    }

    /// The ticket's one admission, when it has not entered yet and may. A further entry is what two
    /// people meant it to be, else a conflict.
    fn enter(
        &mut self,
        report: &AdmissionReport,
        overrides: &Override,
        (ticket, at): (Uuid, Timestamp),
    ) -> (AdmissionAnswer, ScanFate) {
        let noted = (AdmissionAnswer::Accepted, ScanFate::Noted);
        let Some(row) = self.tickets.get_mut(&ticket) else {
            return noted;
        };
        let was_refused = |reason| (super::refused(reason), ScanFate::Conflict);
        match TicketStateName::parse(&row.state) {
            Some(TicketStateName::Sent) => {}
            Some(TicketStateName::Scanned) => {
                let agent = report.context.agent;
                if overrides.second.is_some_and(|second| Some(second) != agent) {
                    return noted;
                }
                let answer = self.entered(ticket);
                let answer = answer.unwrap_or_else(|| super::refused(Reason::AlreadyScanned));
                return (answer, ScanFate::Conflict);
            }
            Some(TicketStateName::Deactivated) => return was_refused(Reason::Deactivated),
            Some(TicketStateName::Paid) => return was_refused(Reason::NotSent),
            None => return noted,
        }
        // Keys that do not open are no reason to tell it for ever: it was so, and is recorded.
        let keys = || opened(self.app, ticket, &self.sealed);
        if !keys_hold(report, row, keys).unwrap_or(false) {
            return was_refused(Reason::Forged);
        }
        "scanned".clone_into(&mut row.state);
        let gate = self.device.gate.clone();
        self.first_scans.insert(ticket, FirstScan { at, gate });
        self.scanned.push(Scanned { ticket, at });
        (AdmissionAnswer::Accepted, ScanFate::Admission)
    }

    /// The first entry of a ticket that has one.
    fn entered(&self, ticket: Uuid) -> Option<AdmissionAnswer> {
        let first_scan = self.first_scans.get(&ticket).cloned()?;
        Some(AdmissionAnswer::AlreadyAdmitted { first_scan })
    }

    fn audit_entry(
        &self,
        report: &AdmissionReport,
        overrides: &Override,
        ticket: Option<Uuid>,
    ) -> audit_log::Entry {
        let agent = report.context.agent;
        audit_log::Entry {
            actor: agent.and_then(|agent| self.supervisors.get(&agent).copied()),
            action: "gate.overridden",
            subject: format!("ticket:{}", ticket.unwrap_or_default()),
            detail: json!({
                "gate": self.device.gate,
                "scan": report.scan_id,
                "of": overrides.of,
                "was": overrides.was,
                "reason": overrides.reason,
                "agent": agent,
                "second": overrides.second,
            }),
        }
    }
}
