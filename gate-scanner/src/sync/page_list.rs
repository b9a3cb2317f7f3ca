//! The list as a tablet's page keeps it, to go on alone: it verifies codes, knows states, and opens
//! a holder with the code that is presented, as this service does.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};
use ticket_core::ids::{EventNumber, IssueNumber, TabletId, TicketId, TicketSerial};
use ticket_core::manifest::{FirstScan, ManifestEvent, ManifestTicket};
use ticket_core::ticket::TicketStateName;

use super::changes::News;
use crate::app::App;
use crate::error::Error;

/// Read at a time: scans wait while the list is read.
const CHUNK_LENGTH: usize = 1000;

/// Short names: 100,000 of them are sent.
#[derive(Serialize)]
struct Line<'a> {
    e: EventNumber,
    n: TicketSerial,
    i: IssueNumber,
    s: &'static str,
    id: TicketId,
    k: String,
    c: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    h: Option<Holder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    f: Option<&'a FirstScan>,
}

#[derive(Serialize)]
struct Holder {
    sealed: String,
    by_keys: String,
    by_short: String,
}

/// As JSON text: what changed since a cursor, or all.
///
/// # Errors
/// Unavailable before the first list has come.
pub(super) fn text(app: &App, gate: &str, since: Option<u64>) -> Result<String, Error> {
    let (cursor, news) = app.changes.since(since);
    let about = about(app, gate, cursor, &news)?;
    let mut text = about.to_string();
    // The tickets go in before the last bracket.
    text.pop();
    text.push_str(",\"tickets\":[");
    let mut out = Out {
        app,
        text,
        is_first: true,
    };
    match news {
        News::All => out.all()?,
        News::Of(changed) => {
            for (event, serial) in changed {
                let found = app.list().and_then(|list| list.find(event, serial)?.ticket);
                if let Some(ticket) = found {
                    out.line(event, &ticket)?;
                }
            }
        }
    }
    out.text.push_str("]}");
    Ok(out.text)
}

struct Out<'a> {
    app: &'a App,
    text: String,
    is_first: bool,
}

impl Out<'_> {
    fn all(&mut self) -> Result<(), Error> {
        let events: Vec<EventNumber> = {
            let list = self.app.list().ok_or_else(Error::no_list)?;
            let events = list.events().into_iter();
            events.map(|listed| listed.event.number).collect()
        };
        for event in events {
            let mut after = None;
            loop {
                let chunk = {
                    let list = self.app.list().ok_or_else(Error::no_list)?;
                    list.tickets_after(event, after, CHUNK_LENGTH)
                };
                for ticket in &chunk {
                    self.line(event, ticket)?;
                }
                let Some(last) = chunk.last() else { break };
                after = Some(last.serial);
            }
        }
        Ok(())
    }

    fn line(&mut self, event: EventNumber, ticket: &ManifestTicket) -> Result<(), Error> {
        let has_entered = self.app.ledger.has_admitted(ticket.ticket_id);
        let holder = ticket.holder.as_ref();
        let line = Line {
            e: event,
            n: ticket.serial,
            i: ticket.issue,
            s: match ticket.state {
                TicketStateName::Paid => "p",
                TicketStateName::Sent if has_entered => "x",
                TicketStateName::Sent => "s",
                TicketStateName::Scanned => "x",
                TicketStateName::Deactivated => "d",
            },
            id: ticket.ticket_id,
            k: STANDARD.encode(ticket.keys_digest.as_bytes()),
            c: STANDARD.encode(ticket.short_digest.as_bytes()),
            h: holder.map(|holder| Holder {
                sealed: STANDARD.encode(&holder.sealed),
                by_keys: STANDARD.encode(&holder.key_by_keys),
                by_short: STANDARD.encode(&holder.key_by_short),
            }),
            f: ticket.first_scan.as_ref(),
        };
        if !self.is_first {
            self.text.push(',');
        }
        self.is_first = false;
        self.text
            .push_str(&serde_json::to_string(&line).map_err(Error::bug)?);
        Ok(())
    }
}

/// All but the tickets.
fn about(app: &App, gate: &str, cursor: u64, news: &News) -> Result<Value, Error> {
    let list = app.list().ok_or_else(Error::no_list)?;
    let events = list.events().into_iter().map(|listed| event(&listed.event));
    let revoked: Vec<TabletId> = list.staff.revoked_tablets();
    let mut about = json!({
        "cursor": cursor,
        "full": *news == News::All,
        "gate": gate,
        "gates": list.gates(),
        "events": events.collect::<Vec<_>>(),
        "tablets_revoked": revoked,
    });
    // They come with the whole list only, and stay.
    if let (News::All, Some(about)) = (news, about.as_object_mut()) {
        let elsewhere: Vec<_> = list.all_elsewhere().collect();
        about.insert("elsewhere".into(), json!(elsewhere));
    }
    Ok(about)
}

fn event(event: &ManifestEvent) -> Value {
    let keys = event.signing_keys.iter().map(|key| {
        let public_key = STANDARD.encode(key.public_key.to_bytes());
        (key.slot.get().to_string(), public_key)
    });
    json!({
        "number": event.number,
        "code": event.code,
        "title": event.title,
        "venue_id": event.venue_id,
        "starts_at": event.starts_at,
        "opens_at": event.gates_open_at,
        "closes_at": event.gates_close_at,
        "live_only": event.live_code_required,
        "keys": keys.collect::<BTreeMap<_, _>>(),
        "sealing_key": STANDARD.encode(event.sealing_key.as_bytes()),
    })
}
