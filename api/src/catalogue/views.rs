//! What the catalogue's templates are fed with: words and addresses, no rules.

use askama::Template;
use ticket_core::ids::CategoryCode;
use ticket_core::venue::{SeatLabel, SeatRef};

use super::calendar::CalendarView;
use super::event::Event;
use super::plates::plate;
use crate::platform::page::{Page, Words};
use crate::platform::spoken::Spoken;
use crate::platform::wording;

#[derive(Template)]
#[template(path = "catalogue/home.html")]
pub(crate) struct HomeView {
    pub page: Page,
    pub counts: Counts,
    pub hero_plates: Vec<&'static str>,
    pub filters: FiltersView,
    pub chips: Vec<Chip>,
    pub notices: Vec<String>,
    pub total: usize,
    pub filtered: bool,
    pub cards: Vec<CardView>,
    pub calendar: Option<CalendarView>,
    pub cards_href: String,
    pub calendar_href: String,
    pub previous_href: Option<String>,
    pub next_href: Option<String>,
    /// Of the shop, for those who link to it.
    pub address: String,
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
    pub cities: Vec<Choice>,
    pub together: Vec<Choice>,
    pub sorts: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub max_price: String,
    pub view: String,
    pub step_free: bool,
    pub available: bool,
    /// Whether the further wishes are shown from the start.
    pub is_open: bool,
}

pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub selected: bool,
}

impl Choice {
    pub(super) fn of(value: &str, label: &str, chosen: &str) -> Self {
        Self {
            value: value.to_owned(),
            label: label.to_owned(),
            selected: value == chosen,
        }
    }
}

/// A wish that narrows the results, and the address without it.
pub(crate) struct Chip {
    pub label: String,
    pub href: String,
}

pub(crate) struct CardView {
    pub href: String,
    pub plate: &'static str,
    pub sport: Spoken,
    pub title: Spoken,
    pub starts_at: String,
    pub weekday: String,
    pub day: String,
    pub month: String,
    pub times: String,
    pub venue: String,
    pub city: String,
    pub programme: Spoken,
    pub medals: bool,
    pub step_free: bool,
    /// Absent when nothing can be bought now; `stock` says why.
    pub lowest_price: Option<String>,
    /// `good`, `few`, `baskets`, `sold`, `soon` or `over`.
    pub tone: &'static str,
    pub stock: String,
}

#[derive(Template)]
#[template(path = "catalogue/event.html")]
pub(crate) struct EventPageView {
    pub page: Page,
    pub event: EventView,
    pub formulas: Vec<FormulaView>,
    pub rows: Vec<CategoryRow>,
    pub hold_id: String,
    pub closed: Option<ClosedView>,
    /// Nothing is left, or all is in baskets.
    pub none_left: Option<NoneLeft>,
    /// Where to queue first, when one has to.
    pub queue_href: Option<String>,
    pub error: Option<String>,
    pub about: AboutView,
}

/// What the page says of the event to readers that are programs.
pub(crate) struct AboutView {
    /// JSON-LD, safe inside a script element.
    pub linked_data: String,
    pub description: String,
    pub address: String,
    pub picture: String,
}

/// Why nothing can be bought now.
pub(crate) struct ClosedView {
    /// `soon`, `over` or `cancelled`.
    pub kind: &'static str,
    pub words: String,
    /// The opening and the present moment, for the countdown.
    pub opens: Option<(String, String)>,
}

/// Why there is nothing to choose although the sale is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoneLeft {
    InBaskets,
    SoldOut,
}

/// One event, as the heads of pages and tickets show it.
#[derive(Clone)]
pub(crate) struct EventView {
    pub code: String,
    pub plate: &'static str,
    pub sport: Spoken,
    pub title: Spoken,
    pub starts_at: String,
    pub date_long: String,
    pub times: String,
    /// When one may enter.
    pub gates: String,
    pub venue: String,
    pub city: String,
    pub programme: Vec<Spoken>,
    pub step_free: bool,
    /// How to get there and in, where that is known.
    pub access: Option<Spoken>,
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
    /// How many more lie in other baskets; empty if none.
    pub held_words: String,
    /// Spaces for wheelchairs with a companion's seat each.
    pub wheelchairs: bool,
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
        let programme = event.programme.spoken(words);
        Self {
            code: event.code.to_string(),
            plate: plate(&event.sport.code),
            sport: event.sport.name.spoken(words),
            title: event.title.spoken(words),
            starts_at: event.with_offset(event.starts_at),
            date_long: wording::days(words, from, to),
            times: wording::times(words, from, to),
            gates: {
                let opens = event.admission().opens_at;
                let opens = wording::at_venue(opens, event.utc_offset.seconds());
                words.with("gates-open", "time", wording::time(words, opens))
            },
            venue: event.venue.name.clone(),
            city: event.venue.city.clone(),
            step_free: event.is_step_free(),
            access: event.venue.access.as_ref().map(|it| it.spoken(words)),
            programme: programme
                .as_str()
                .split(';')
                .map(|item| programme.map(|_| capital(item.trim())))
                .filter(|item| !item.as_str().is_empty())
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
