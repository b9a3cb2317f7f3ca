//! What the catalogue's templates are fed with: words and addresses, no rules.

use askama::Template;
use ticket_core::ids::CategoryCode;
use ticket_core::venue::{SeatLabel, SeatRef};

use super::event::Event;
use super::plates::plate;
use crate::platform::page::{Page, Words};
use crate::platform::wording;

#[derive(Template)]
#[template(path = "catalogue/home.html")]
pub(crate) struct HomeView {
    pub page: Page,
    pub counts: Counts,
    pub hero_plates: Vec<&'static str>,
    pub filters: FiltersView,
    pub notices: Vec<String>,
    pub total: usize,
    pub filtered: bool,
    pub cards: Vec<CardView>,
    pub previous_href: Option<String>,
    pub next_href: Option<String>,
}

pub(crate) struct Counts {
    pub events: usize,
    pub sports: usize,
    pub venues: usize,
}

#[derive(Default)]
pub(crate) struct FiltersView {
    pub q: String,
    pub sports: Vec<Choice>,
    pub venues: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub max_price: String,
    pub available: bool,
}

pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

pub(crate) struct CardView {
    pub href: String,
    pub plate: &'static str,
    pub sport: String,
    pub title: String,
    pub starts_at: String,
    pub weekday: String,
    pub day: String,
    pub month: String,
    pub times: String,
    pub venue: String,
    pub city: String,
    pub programme: String,
    /// Absent when nothing can be bought now; then `not_for_sale` says why.
    pub lowest_price: Option<String>,
    pub not_for_sale: String,
}

#[derive(Template)]
#[template(path = "catalogue/event.html")]
pub(crate) struct EventPageView {
    pub page: Page,
    pub event: EventView,
    pub formulas: Vec<FormulaView>,
    pub rows: Vec<CategoryRow>,
    pub hold_id: String,
    pub closed: Option<String>,
    /// Where to queue first, when one has to.
    pub queue_href: Option<String>,
    pub error: Option<String>,
}

/// One event, as the heads of pages and tickets show it.
#[derive(Clone)]
pub(crate) struct EventView {
    pub code: String,
    pub plate: &'static str,
    pub sport: String,
    pub title: String,
    pub starts_at: String,
    pub date_long: String,
    pub times: String,
    pub venue: String,
    pub city: String,
    pub programme: Vec<String>,
}

pub(crate) struct FormulaView {
    pub name: String,
    pub words: String,
    /// Where each seat of the glyph starts, and how wide the glyph is.
    pub seats_x: Vec<u32>,
    pub width: u32,
}

pub(crate) struct CategoryRow {
    pub name: String,
    pub free_words: String,
    pub offers: Vec<OfferView>,
}

pub(crate) struct OfferView {
    /// `category:formula`, as the form sends it.
    pub value: String,
    pub label: String,
    pub price: String,
    pub available: bool,
    pub checked: bool,
}

/// A place as its holder reads it; what does not apply is absent.
#[derive(Clone)]
pub(crate) struct SeatView {
    pub category: String,
    pub section: Option<String>,
    pub row: Option<String>,
    pub number: Option<String>,
    pub standing: Option<String>,
}

impl EventView {
    pub(crate) fn of(event: &Event, words: Words) -> Self {
        let (from, to) = (event.local_start().datetime(), event.local_end().datetime());
        let programme = event.programme.of(words.0);
        Self {
            code: event.code.to_string(),
            plate: plate(&event.sport.code),
            sport: event.sport.name.of(words.0).to_owned(),
            title: wording::typeset(words, event.title.of(words.0)),
            starts_at: event.with_offset(event.starts_at),
            date_long: wording::days(words, from, to),
            times: wording::times(words, from, to),
            venue: event.venue.name.clone(),
            city: event.venue.city.clone(),
            programme: programme
                .split(';')
                .map(|item| capital(&wording::typeset(words, item.trim())))
                .filter(|item| !item.is_empty())
                .collect(),
        }
    }
}

impl SeatView {
    pub(crate) fn of(category: &str, label: &SeatLabel) -> Self {
        let number = Some(label.seat.to_string());
        let (seated, standing) = if label.standing {
            (None, number)
        } else {
            (number, None)
        };
        Self {
            category: category.to_string(),
            section: Some(label.section.clone()),
            row: label.row.clone(),
            number: seated,
            standing,
        }
    }

    /// The seat of an event's plan; a seat the plan does not know shows its category only.
    pub(crate) fn in_plan(event: &Event, category: &CategoryCode, seat: SeatRef) -> Self {
        match event.plan.label(category, seat) {
            Some(label) => Self::of(category.as_str(), &label),
            None => Self {
                category: category.to_string(),
                section: None,
                row: None,
                number: None,
                standing: None,
            },
        }
    }
}

/// An item of a list begins like a sentence.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A place in one line, for order lines and mails.
pub(crate) fn seat_words(words: Words, label: &SeatLabel) -> String {
    let key = if label.standing {
        "seat-label-standing"
    } else {
        "seat-label"
    };
    words.with_all(
        key,
        &[
            ("section", label.section.clone()),
            ("row", label.row.clone().unwrap_or_default()),
            ("seat", label.seat.to_string()),
        ],
    )
}
