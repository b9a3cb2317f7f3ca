//! Events as search engines read them: schema.org in JSON-LD, the same facts as on the page.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::event::{Category, Event, EventState, SaleState};
use super::pages::{category_name, count_of};
use crate::availability::CategoryCount;
use crate::platform::page::Words;
use crate::platform::wording;

/// What is known of an event besides the event.
pub(super) struct Facts<'a> {
    pub(super) words: Words,
    /// Address of the shop.
    pub(super) shop: &'a str,
    /// Absent when nobody could count.
    pub(super) counts: Option<&'a [CategoryCount]>,
    pub(super) now: Timestamp,
}

/// A `SportsEvent` with an `Offer` for each category, safe inside a script element.
pub(super) fn of_event(event: &Event, facts: &Facts<'_>) -> String {
    let words = facts.words;
    let address = format!("{}/events/{}", facts.shop, event.code);
    let status = match event.state {
        EventState::Cancelled { .. } => "EventCancelled",
        EventState::Draft | EventState::Scheduled => "EventScheduled",
    };
    let offers: Vec<Value> = event
        .categories
        .iter()
        .map(|category| offer(event, category, facts, &address))
        .collect();
    let told = json!({
        "@context": "https://schema.org",
        "@type": "SportsEvent",
        "name": event.title.of(words.0),
        "description": description(event, words),
        "sport": event.sport.name.of(words.0),
        "url": address,
        "image": [format!("{address}/picture.png")],
        "startDate": event.with_offset(event.starts_at),
        "endDate": event.with_offset(event.ends_at),
        "doorTime": event.with_offset(event.admission().opens_at),
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": event.venue.name,
            "maximumAttendeeCapacity": event.venue.capacity,
            "address": {
                "@type": "PostalAddress",
                "addressLocality": event.venue.city,
            },
        },
        "organizer": {"@type": "Organization", "name": "Guichet", "url": facts.shop},
        "offers": offers,
    });
    // No text of ours or of a catalogue may end the script element.
    told.to_string().replace('<', "\\u003c")
}

fn offer(event: &Event, category: &Category, facts: &Facts<'_>, address: &str) -> Value {
    let free = facts.counts.map(|counts| count_of(counts, category).0);
    let availability = match event.sale_state(facts.now) {
        SaleState::Open if free == Some(0) => "SoldOut",
        SaleState::Open => "InStock",
        SaleState::NotYet => "PreOrder",
        SaleState::Closed | SaleState::Cancelled => "Discontinued",
    };
    let cents = category.price.amount_cents();
    json!({
        "@type": "Offer",
        "name": category_name(facts.words, category),
        "category": "primary",
        "price": format!("{}.{:02}", cents / 100, cents % 100),
        "priceCurrency": category.price.currency().code(),
        "availability": format!("https://schema.org/{availability}"),
        "validFrom": event.with_offset(event.sale.opens_at),
        "validThrough": event.with_offset(event.sale.closes_at),
        "url": address,
    })
}

/// Where and when, then what happens: one or two sentences.
pub(super) fn description(event: &Event, words: Words) -> String {
    let (from, to) = (event.local_start().datetime(), event.local_end().datetime());
    let facts = [
        ("date", wording::days(words, from, to)),
        ("venue", event.venue.name.clone()),
        ("city", event.venue.city.clone()),
        ("programme", event.programme.of(words.0).to_owned()),
    ];
    words.with_all("event-description", &facts)
}
