//! Scans beside the rule of one admission: a look lets nobody in, and a supervisor lets in
//! against it. Both are recorded as they were, and neither is a conflict.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::json;
use ticket_core::admission::Entry;
use ticket_core::ids::UserId;
use ticket_core::manifest::{AdmissionReport, AgentNumber, FirstScan, Override};
use ticket_core::ticket::TicketStateName;
use uuid::Uuid;

use super::{Call, keys_hold};
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
    /// What becomes of such a scan; `None` for all others.
    pub(super) fn aside(
        &mut self,
        report: &AdmissionReport,
        ticket: Option<Uuid>,
        at: Timestamp,
    ) -> Option<ScanFate> {
        if report.context.look_only {
            return Some(ScanFate::Noted);
        }
        let overrides = report.context.overrides.as_ref()?;
        let fate = match ticket {
            Some(ticket) if report.verdict == Entry::Admit => self.enter(report, ticket, at),
            Some(_) | None => ScanFate::Noted,
        };
        let entry = self.audit_entry(report, overrides, ticket);
        self.audited.push(entry);
        Some(fate)
    }

    /// The ticket's one admission, when it has not entered yet and may; else a further entry.
    fn enter(&mut self, report: &AdmissionReport, ticket: Uuid, at: Timestamp) -> ScanFate {
        let Some(row) = self.tickets.get_mut(&ticket) else {
            return ScanFate::Noted;
        };
        let is_sent = TicketStateName::parse(&row.state) == Some(TicketStateName::Sent);
        // Keys that do not open are no reason to tell it for ever: it was so, and is recorded.
        let holds = is_sent && keys_hold(self.app, ticket, row, report).unwrap_or(false);
        if !holds {
            return ScanFate::Noted;
        }
        "scanned".clone_into(&mut row.state);
        let gate = self.device.gate.clone();
        self.first_scans.insert(ticket, FirstScan { at, gate });
        self.scanned.push(Scanned { ticket, at });
        ScanFate::Admission
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
