//! A supervisor's search for a holder by name, among the events of the gate. Names are sealed, so
//! all of an event's are opened and looked at; the audit log keeps who asked and why, never for
//! which name.

use std::sync::Arc;

use actix_web::http::StatusCode;
use serde_json::json;
use ticket_core::ids::{TicketId, TicketSerial, UserId};
use ticket_core::manifest::{
    AgentRole, DESK_TEXT_LENGTH_MAX, FoundTicket, HolderRecord, SearchRequest,
};
use ticket_core::ticket::TicketStateName;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::agents;
use crate::app::App;
use crate::audit_log;
use crate::catalogue::Event;
use crate::gates::device::Device;
use crate::gates::holders::Opener;
use crate::gates::manifest;
use crate::gates::store::{self, TicketRow};
use crate::platform::error::Error;

/// Enough to find somebody who stands there; too few to copy a list.
const FOUND_MAX: usize = 20;
/// Tickets of events that are looked through; the next event is not begun beyond.
const OPENED_MAX: usize = 300_000;
const NAME_LENGTH_MIN: usize = 2;
const REASON_LENGTH_MIN: usize = 3;

pub(super) struct Found {
    pub(super) tickets: Vec<FoundTicket>,
    /// There are more than are told.
    pub(super) more: bool,
}

/// # Errors
/// `invalid`; `supervisor_needed` when the agent is none.
pub(super) async fn search(
    app: &App,
    device: &Device,
    request: &SearchRequest,
) -> Result<Found, Error> {
    let limits = &app.gates.searches;
    limits.device(device.id).await?;
    let words = words(&request.name)?;
    let reason = parse_reason(&request.reason)?;
    let agent = agents::user_of(&app.db.read().await?, request.agent).await?;
    let Some((user, AgentRole::Supervisor)) = agent else {
        let detail = "only a supervisor searches by name";
        return Err(Error::refused(
            StatusCode::FORBIDDEN,
            "supervisor_needed",
            detail,
        ));
    };
    limits.agent(request.agent).await?;
    let _turn = limits.turn().await?;
    let events = manifest::events_of(app, device).await?;
    let asked = events.into_iter().filter(|event| {
        let asked = request.event.as_ref();
        asked.is_none_or(|code| *code == event.code)
    });
    let mut found = Found {
        tickets: Vec::new(),
        more: false,
    };
    let mut opened = 0;
    for event in asked {
        if found.tickets.len() > FOUND_MAX {
            break;
        }
        if opened >= OPENED_MAX {
            found.more = true;
            break;
        }
        let rows = {
            let conn = app.db.read().await?;
            store::list_tickets(&conn, event.id.as_uuid(), 0).await?
        };
        opened += rows.len();
        let (app, words) = (app.clone(), words.clone());
        // Seconds of work for 100,000 tickets: not on a thread that serves people.
        let work = move || matching(&app, &event, &rows, &words);
        let matching = tokio::task::spawn_blocking(work).await;
        found.tickets.extend(matching.map_err(Error::bug)??);
    }
    found.more |= found.tickets.len() > FOUND_MAX;
    found.tickets.truncate(FOUND_MAX);
    record(app, device, (user, request, &reason), found.tickets.len()).await?;
    Ok(found)
}

async fn record(
    app: &App,
    device: &Device,
    (user, request, reason): (UserId, &SearchRequest, &str),
    found: usize,
) -> Result<(), Error> {
    let now = app.clock.now();
    let entry = audit_log::Entry {
        actor: Some(user),
        action: "gate.holder_searched",
        subject: format!("gate:{}", device.gate),
        detail: json!({
            "agent": request.agent, "event": request.event, "reason": reason, "found": found,
        }),
    };
    app.db
        .write("gates.record_search", async |tx| {
            audit_log::record(tx, &entry, now).await
        })
        .await
}

/// One more than are told, so that one knows.
fn matching(
    app: &App,
    event: &Arc<Event>,
    rows: &[TicketRow],
    words: &[String],
) -> Result<Vec<FoundTicket>, Error> {
    let mut opener = Opener::new(app);
    let mut found = Vec::new();
    for row in rows {
        let Some(record) = manifest::or_left_out(row, opener.holder(row, event)) else {
            continue;
        };
        if !matches(&record, words) {
            continue;
        }
        found.push(FoundTicket {
            ticket_id: TicketId::from_uuid(row.id),
            serial: TicketSerial(u32::try_from(row.serial).map_err(Error::bug)?),
            event: event.code.clone(),
            first_name: record.first_name,
            last_name: record.last_name,
            email: record.email,
            seat: record.seat,
            state: TicketStateName::parse(&row.state).ok_or_else(|| Error::bug("ticket state"))?,
            scanned_at: row.scanned_at,
        });
        if found.len() > FOUND_MAX {
            break;
        }
    }
    Ok(found)
}

/// Every word asked for begins a word of the name.
fn matches(record: &HolderRecord, words: &[String]) -> bool {
    let name = fold(&format!("{} {}", record.first_name, record.last_name));
    let of_name: Vec<&str> = name.split(is_between).collect();
    let begins = |word: &String| of_name.iter().any(|part| part.starts_with(word.as_str()));
    words.iter().all(begins)
}

fn words(name: &str) -> Result<Vec<String>, Error> {
    let length = name.trim().chars().count();
    if !(NAME_LENGTH_MIN..=DESK_TEXT_LENGTH_MAX).contains(&length) {
        return Err(Error::invalid("name", "2 to 120 characters"));
    }
    let folded = fold(name);
    let words = folded.split(is_between).filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(str::to_owned).collect();
    if words.is_empty() {
        return Err(Error::invalid("name", "no letter in it"));
    }
    Ok(words)
}

fn is_between(sign: char) -> bool {
    !sign.is_alphanumeric()
}

/// Without case and accents: what one hears at a gate is not how it is spelt.
fn fold(text: &str) -> String {
    let plain = text.nfkd().filter(|sign| !is_combining_mark(*sign));
    plain.flat_map(char::to_lowercase).collect()
}

fn parse_reason(text: &str) -> Result<String, Error> {
    let reason = text.trim();
    let is_reason = (REASON_LENGTH_MIN..=DESK_TEXT_LENGTH_MAX).contains(&reason.chars().count())
        && !reason.chars().any(char::is_control);
    if is_reason {
        Ok(reason.to_owned())
    } else {
        Err(Error::invalid("reason", "3 to 120 characters on one line"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(first_name: &str, last_name: &str) -> HolderRecord {
        HolderRecord {
            first_name: first_name.into(),
            last_name: last_name.into(),
            email: String::new(),
            formula: ticket_core::formula::Formula::Solo,
            category: "A".parse().unwrap(),
            seat: String::new(),
            party: vec![],
        }
    }

    #[test]
    fn a_name_is_found_without_its_accents_and_by_its_beginning() {
        let zoe = holder("Zoé", "Dupont-Ďurišová");
        for heard in ["zoe", "DUPONT", "duris zo", "Ďuri", "zoé dupont"] {
            assert!(matches(&zoe, &words(heard).unwrap()), "{heard}");
        }
        for other in ["zoa", "pont", "zoe martin"] {
            assert!(!matches(&zoe, &words(other).unwrap()), "{other}");
        }
        for bad in ["", "a", " - ", &"a".repeat(121)] {
            assert_eq!(words(bad).unwrap_err().code(), "invalid", "{bad}");
        }
    }
}
