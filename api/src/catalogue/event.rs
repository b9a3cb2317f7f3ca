//! What the catalogue says of an event, a venue, a sport: plain values, shared and never changed.

use std::sync::Arc;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde::{Deserialize, Serialize};
pub use ticket_core::event::EventState;
use ticket_core::event::{AdmissionWindow, SaleRefused, SaleWindow, check_sale};
use ticket_core::formula::Formula;
use ticket_core::ids::{CategoryCode, EventCode, EventId, EventNumber, VenueId};
use ticket_core::money::Money;
use ticket_core::venue::{Access, SeatPlan};

use crate::platform::i18n::Locale;
use crate::platform::page::Words;
use crate::platform::spoken::Spoken;

/// A text of the catalogue: in French and English, and in other languages where somebody wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Texts {
    pub fr: String,
    pub en: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub es: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub de: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ar: Option<String>,
}

impl Texts {
    /// The same words in both languages: names, and programmes nobody translated.
    pub fn same(text: &str) -> Self {
        Self {
            fr: text.to_owned(),
            en: text.to_owned(),
            ..Self::default()
        }
    }

    /// What a reader of this language is shown.
    pub fn of(&self, locale: Locale) -> &str {
        self.told(locale).0
    }

    /// The same, and the language it is in: English, then French, where there is no translation.
    pub fn told(&self, locale: Locale) -> (&str, Locale) {
        let own = match locale {
            Locale::Fr => Some(&self.fr),
            Locale::En => Some(&self.en),
            Locale::Es => self.es.as_ref(),
            Locale::De => self.de.as_ref(),
            Locale::Ar => self.ar.as_ref(),
        };
        match own {
            Some(text) => (text, locale),
            None if !self.en.is_empty() => (&self.en, Locale::En),
            None => (&self.fr, Locale::Fr),
        }
    }

    /// On a page of the reader's.
    pub fn spoken(&self, words: Words) -> Spoken {
        Spoken::new(words, self.told(words.0))
    }

    /// In every language there is.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let more = [&self.es, &self.de, &self.ar];
        let more = more.into_iter().flatten().map(String::as_str);
        [self.fr.as_str(), self.en.as_str()].into_iter().chain(more)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sport {
    /// `ARC`, `VBV`.
    pub code: String,
    pub name: Texts,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    pub id: VenueId,
    pub code: String,
    pub name: String,
    pub city: String,
    pub capacity: u32,
    /// Whether one gets from the street to places without a step.
    pub step_free: bool,
    /// How to get there and in.
    pub access: Option<Texts>,
}

/// A price zone of one event. `no` is its place in the seat plan, best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    pub no: u8,
    pub code: CategoryCode,
    pub price: Money,
    pub capacity: u32,
    /// Of spaces for wheelchairs with their companions' seats, as the plan says.
    pub for_wheelchairs: bool,
    /// In which its places are sold, as the plan says.
    pub formulas: Vec<Formula>,
}

impl Category {
    pub fn sells(&self, formula: Formula) -> bool {
        self.formulas.contains(&formula)
    }

    /// What somebody who asks for this formula is offered.
    pub fn formula_sold(&self, asked: Formula) -> Formula {
        if self.sells(asked) {
            return asked;
        }
        self.formulas.first().copied().unwrap_or(asked)
    }
}

/// Whether one can buy, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaleState {
    NotYet,
    Open,
    Closed,
    Cancelled,
}

/// One dated happening with tickets on sale.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: EventId,
    pub number: EventNumber,
    pub code: EventCode,
    pub sport: Arc<Sport>,
    pub venue: Arc<Venue>,
    pub title: Texts,
    pub programme: Texts,
    pub medal_event: bool,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    /// The venue's clock at the start.
    pub utc_offset: Offset,
    pub sale: SaleWindow,
    /// Tickets are released this many hours before the start; `None`: at once.
    pub release_hours: Option<u32>,
    /// Names on tickets may be corrected until this many hours before the doors open.
    pub names_until_hours: u32,
    pub state: EventState,
    /// How often its time, its venue or its state was changed.
    pub revision: u32,
    pub capacity: u32,
    /// In the order of the plan, best first.
    pub categories: Vec<Category>,
    pub plan: Arc<SeatPlan>,
}

impl Event {
    pub fn category(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories
            .iter()
            .find(|category| category.code == *code)
    }

    pub fn category_no(&self, no: u8) -> Option<&Category> {
        self.categories.iter().find(|category| category.no == no)
    }

    /// Whether one can buy now.
    pub fn sale_state(&self, now: Timestamp) -> SaleState {
        match check_sale(self.state, self.sale, now) {
            Ok(()) => SaleState::Open,
            Err(SaleRefused::NotPublished | SaleRefused::NotOpenYet { .. }) => SaleState::NotYet,
            Err(SaleRefused::Closed { .. }) => SaleState::Closed,
            Err(SaleRefused::Cancelled) => SaleState::Cancelled,
        }
    }

    /// Start on the venue's clock.
    pub fn local_start(&self) -> Zoned {
        self.starts_at.to_zoned(self.utc_offset.to_time_zone())
    }

    /// End on the venue's clock.
    pub fn local_end(&self) -> Zoned {
        self.ends_at.to_zoned(self.utc_offset.to_time_zone())
    }

    /// RFC 3339 with the venue's offset.
    pub fn with_offset(&self, at: Timestamp) -> String {
        at.display_with_offset(self.utc_offset).to_string()
    }

    /// From when tickets may be sent; `None`: as soon as they are paid.
    pub fn releases_at(&self) -> Option<Timestamp> {
        let hours = self.release_hours?;
        let span = SignedDuration::from_hours(i64::from(hours));
        Some(self.starts_at.checked_sub(span).unwrap_or(Timestamp::MIN))
    }

    /// Until when names on tickets may be corrected.
    pub fn names_until(&self) -> Timestamp {
        let span = SignedDuration::from_hours(i64::from(self.names_until_hours));
        let doors = self.admission().opens_at;
        doors.checked_sub(span).unwrap_or(Timestamp::MIN)
    }

    /// When its gates admit.
    pub fn admission(&self) -> AdmissionWindow {
        AdmissionWindow::around(self.starts_at, self.ends_at)
    }

    /// Whether somebody who cannot climb stairs can come.
    pub fn is_step_free(&self) -> bool {
        let mut sections = self.plan.categories.iter().flat_map(|it| &it.sections);
        self.venue.step_free || sections.any(|section| section.access != Access::Stairs)
    }

    /// The lowest price of one place.
    pub fn price_from(&self) -> Option<Money> {
        self.categories
            .iter()
            .map(|category| category.price)
            .min_by_key(|price| price.amount_cents())
    }
}
