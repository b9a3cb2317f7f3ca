//! A calendar file (RFC 5545): one entry for each event that an order has live tickets for.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ticket_core::ids::OrderId;

use super::{Ticket, sheet};
use crate::catalogue::{Event, EventState, Snapshot};
use crate::platform::page::Words;
use crate::platform::wording;

/// RFC 5545, 3.1: octets of a line, without its break.
const LINE_BYTES_MAX: usize = 75;

/// The tickets of one order for one event, as a calendar shows them.
struct Entry<'a> {
    order: OrderId,
    event: &'a Event,
    tickets: Vec<&'a Ticket>,
}

/// Where the service is, and in whose words.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) public_url: &'a str,
    pub(super) words: Words,
    pub(super) now: Timestamp,
}

/// The file; none when no ticket among these is worth anything any more.
pub(super) fn file(
    frame: Frame<'_>,
    (order, tickets): (OrderId, &[Ticket]),
    catalogue: &Snapshot,
) -> Option<String> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for ticket in tickets.iter().filter(|ticket| ticket.deactivated.is_none()) {
        let event = catalogue.event(ticket.event)?;
        match entries.iter_mut().find(|entry| entry.event.id == event.id) {
            Some(entry) => entry.tickets.push(ticket),
            None => entries.push(Entry {
                order,
                event,
                tickets: vec![ticket],
            }),
        }
    }
    if entries.is_empty() {
        return None;
    }
    let mut out = String::new();
    for (name, value) in [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", "-//Guichet//Tickets//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        line(&mut out, name, value);
    }
    for entry in &entries {
        write_entry(&mut out, frame, entry);
    }
    line(&mut out, "END", "VCALENDAR");
    Some(out)
}

fn write_entry(out: &mut String, frame: Frame<'_>, entry: &Entry<'_>) {
    let Frame {
        public_url,
        words,
        now,
    } = frame;
    let event = entry.event;
    let host = public_url.split("://").last().unwrap_or(public_url);
    let status = match event.state {
        EventState::Cancelled { .. } => "CANCELLED",
        EventState::Draft | EventState::Scheduled => "CONFIRMED",
    };
    let place = format!("{}, {}", event.venue.name, event.venue.city);
    let address = format!("{public_url}/account/orders/{}", entry.order);
    // The same for each file of this order, so that a later one replaces an earlier one.
    let uid = format!("{}.{}@{host}", entry.order, event.id);
    for (name, value) in [
        ("BEGIN", "VEVENT".to_owned()),
        ("UID", escaped(&uid)),
        ("DTSTAMP", utc(now)),
        ("SEQUENCE", event.revision.to_string()),
        ("DTSTART", utc(event.starts_at)),
        ("DTEND", utc(event.ends_at)),
        ("SUMMARY", escaped(event.title.of(words.0))),
        ("LOCATION", escaped(&place)),
        ("DESCRIPTION", escaped(&description(words, entry))),
        ("URL", address),
        ("STATUS", status.to_owned()),
        ("TRANSP", "OPAQUE".to_owned()),
        ("END", "VEVENT".to_owned()),
    ] {
        line(out, name, &value);
    }
}

fn description(words: Words, entry: &Entry<'_>) -> String {
    let doors = entry.event.admission().opens_at;
    let doors = wording::time(words, entry.event.utc_offset.to_datetime(doors));
    let mut lines = vec![words.with("calendar-doors", "time", doors)];
    for ticket in &entry.tickets {
        let seat = sheet::seat_text(&ticket.label, words);
        let holder = &ticket.holder;
        lines.push(format!(
            "{} {}: {seat}",
            holder.first_name, holder.last_name
        ));
    }
    lines.push(words.t("calendar-bring"));
    lines.join("\n")
}

/// `20260725T173000Z`
fn utc(at: Timestamp) -> String {
    let at = at.to_zoned(TimeZone::UTC);
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A text as a value: 3.3.11. What no calendar can show is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// One line, folded between characters, never within one.
fn line(out: &mut String, name: &str, value: &str) {
    let mut bytes = 0;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if bytes + c.len_utf8() > LINE_BYTES_MAX {
            out.push_str("\r\n ");
            bytes = 1;
        }
        out.push(c);
        bytes += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_folded_at_75_octets_between_characters() {
        let mut out = String::new();
        line(&mut out, "SUMMARY", &"é王".repeat(60));
        for part in out.trim_end().split("\r\n") {
            assert!(part.len() <= 75, "{}", part.len());
        }
        let unfolded = out.replace("\r\n ", "");
        assert_eq!(unfolded, format!("SUMMARY:{}\r\n", "é王".repeat(60)));
        let mut short = String::new();
        line(&mut short, "X", &"a".repeat(73));
        assert_eq!(short.len(), 77);
    }

    #[test]
    fn a_text_carries_its_marks_and_no_line_of_its_own() {
        assert_eq!(
            escaped("Judo; 1,2\\3\r\nEND:VEVENT\u{7}"),
            "Judo\\; 1\\,2\\\\3\\nEND:VEVENT"
        );
        assert_eq!(utc(Timestamp::UNIX_EPOCH), "19700101T000000Z");
    }
}
