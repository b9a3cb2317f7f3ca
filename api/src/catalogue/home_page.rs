//! The home page: the search panel and, under it, one card per event.

use std::sync::Arc;

use actix_web::rt::time::timeout;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::{Event, SaleState};
use super::free::{FreePlaces, free_places};
use super::pages::LOOK_MAX;
use super::plates::plate;
use super::search::{Search, search};
use super::views::{CardView, Choice, Counts, EventView, FiltersView, HomeView};
use super::{Snapshot, snapshot};
use crate::accounts::Reader;
use crate::app::App;
use crate::platform::error::Error;
use crate::platform::html;
use crate::platform::page::{Words, percent};
use crate::platform::wording;

const CARDS_PER_PAGE: usize = 24;
const HERO_PLATES: usize = 6;

/// As typed: what cannot be read is said and left out, never refused.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    q: String,
    sport: String,
    venue: String,
    from: String,
    to: String,
    max_price: String,
    available: String,
    page: String,
}

impl Typed {
    fn wants_available(&self) -> bool {
        !matches!(self.available.as_str(), "" | "0" | "false")
    }

    fn is_filtered(&self) -> bool {
        let texts = [
            &self.q,
            &self.sport,
            &self.venue,
            &self.from,
            &self.to,
            &self.max_price,
        ];
        self.wants_available() || texts.iter().any(|text| !text.trim().is_empty())
    }

    /// The search, and whether something was left out.
    fn read(&self) -> (Search, bool) {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (from, to) = (some(&self.from), some(&self.to));
        let most = some(&self.max_price);
        let wanted = Search {
            q: self.q.trim().chars().take(100).collect(),
            sport: some(&self.sport),
            venue: some(&self.venue),
            from: from.as_ref().and_then(|text| text.parse().ok()),
            to: to.as_ref().and_then(|text| text.parse().ok()),
            max_price_cents: most.as_ref().and_then(|text| euros(text)),
        };
        let left_out = from.is_some() != wanted.from.is_some()
            || to.is_some() != wanted.to.is_some()
            || most.is_some() != wanted.max_price_cents.is_some();
        (wanted, left_out)
    }

    fn href(&self, page: usize) -> String {
        let fields = [
            ("q", &self.q),
            ("sport", &self.sport),
            ("venue", &self.venue),
            ("from", &self.from),
            ("to", &self.to),
            ("max_price", &self.max_price),
            ("available", &self.available),
        ];
        let mut href = format!("/?page={page}");
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            href = format!("{href}&{name}={}", percent(value));
        }
        href
    }
}

/// `24` or `24,50`, in cents.
fn euros(text: &str) -> Option<i64> {
    let (whole, cents) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let whole: u32 = whole.trim().parse().ok()?;
    let cents: i64 = match cents.len() {
        0 => 0,
        1 | 2 => cents.parse::<u8>().ok().map(i64::from)? * if cents.len() == 1 { 10 } else { 1 },
        _ => return None,
    };
    Some(i64::from(whole) * 100 + cents)
}

#[get("/")]
pub(super) async fn show_home(
    app: Data<App>,
    request: HttpRequest,
    reader: Reader,
    typed: Query<Typed>,
) -> Result<HttpResponse, Error> {
    let page = reader.page(&request);
    let (words, now) = (page.words(), app.clock.now());
    let snapshot = snapshot(&app).await?;
    let (wanted, left_out) = typed.read();
    let mut found = search(&snapshot, &wanted, now);
    let free = timeout(LOOK_MAX, free_places(&app, &snapshot)).await;
    let free = free.unwrap_or_else(|_| Arc::new(FreePlaces::unknown()));
    if typed.wants_available() {
        found.retain(|event| event.sale_state(now) == SaleState::Open && free.is_likely(event.id));
    }
    let pages = found.len().div_ceil(CARDS_PER_PAGE).max(1);
    let at = typed.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let start = (at - 1) * CARDS_PER_PAGE;
    let shown = found.iter().skip(start).take(CARDS_PER_PAGE);
    let cards = shown.map(|event| card(words, event, &free, now));
    let mut notices = Vec::new();
    if left_out {
        notices.push(words.t("search-ignored"));
    }
    if free.is_unknown {
        notices.push(words.t("sale-unavailable"));
    }
    let view = HomeView {
        counts: counts(&snapshot, now),
        hero_plates: hero_plates(&snapshot),
        filters: filters(words, &snapshot, &typed),
        notices,
        total: found.len(),
        filtered: typed.is_filtered(),
        cards: cards.collect(),
        previous_href: (at > 1).then(|| typed.href(at - 1)),
        next_href: (at < pages).then(|| typed.href(at + 1)),
        page,
    };
    html::browse_page(&view.page, &view)
}

fn counts(snapshot: &Snapshot, now: Timestamp) -> Counts {
    let events = search(snapshot, &Search::default(), now);
    Counts {
        events: events.len(),
        sports: snapshot.sports().len(),
        venues: snapshot.venues().len(),
    }
}

/// Some of the plates of the catalogue's own sports, each once.
fn hero_plates(snapshot: &Snapshot) -> Vec<&'static str> {
    let mut plates: Vec<&'static str> = Vec::new();
    for sport in snapshot.sports() {
        let drawn = plate(&sport.code);
        if !plates.contains(&drawn) && plates.len() < HERO_PLATES {
            plates.push(drawn);
        }
    }
    plates
}

fn filters(words: Words, snapshot: &Snapshot, typed: &Typed) -> FiltersView {
    let mut sports: Vec<Choice> = snapshot
        .sports()
        .iter()
        .map(|sport| Choice {
            value: sport.code.clone(),
            label: sport.name.of(words.0).to_owned(),
            selected: sport.code == typed.sport,
        })
        .collect();
    sports.sort_by(|a, b| a.label.cmp(&b.label));
    let venues = snapshot.venues().iter().map(|venue| Choice {
        value: venue.code.clone(),
        label: format!("{}, {}", venue.name, venue.city),
        selected: venue.code == typed.venue,
    });
    FiltersView {
        sports,
        venues: venues.collect(),
        q: typed.q.clone(),
        from: typed.from.clone(),
        to: typed.to.clone(),
        max_price: typed.max_price.clone(),
        available: typed.wants_available(),
    }
}

fn card(words: Words, event: &Event, free: &FreePlaces, now: Timestamp) -> CardView {
    let shown = EventView::of(event, words);
    let (start, end) = (event.local_start().datetime(), event.local_end().datetime());
    let times = if wording::is_one_day(start, end) {
        shown.times
    } else {
        let day = wording::day(words, end);
        words.with_all("times-until", &[("times", shown.times), ("day", day)])
    };
    let not_for_sale = match event.sale_state(now) {
        SaleState::Open if free.is_likely(event.id) => None,
        SaleState::Open => Some(words.t("card-sold-out")),
        SaleState::Closed => Some(words.t("card-closed")),
        SaleState::Cancelled => Some(words.t("card-cancelled")),
        SaleState::NotYet => {
            let opens = wording::at_venue(event.sale.opens_at, event.utc_offset.seconds());
            Some(words.with("card-not-open", "date", wording::day(words, opens)))
        }
    };
    let lowest = event.price_from().filter(|_| not_for_sale.is_none());
    CardView {
        href: format!("/events/{}", event.code),
        plate: shown.plate,
        sport: shown.sport,
        title: shown.title,
        starts_at: shown.starts_at,
        weekday: wording::weekday_short(words, start),
        day: start.day().to_string(),
        month: wording::month_short(words, start),
        times,
        venue: shown.venue,
        city: shown.city,
        programme: shown.programme.join(" · "),
        lowest_price: lowest
            .map(|price| wording::money(words, price.amount_cents(), price.currency().code())),
        not_for_sale: not_for_sale.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_read_with_point_or_comma() {
        assert_eq!(euros("24"), Some(2400));
        assert_eq!(euros("24,5"), Some(2450));
        assert_eq!(euros("24.05"), Some(2405));
        for bad in ["", "x", "-1", "1.234", "1,x", "99999999999"] {
            assert_eq!(euros(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_left_out_and_said() {
        let typed = Typed {
            from: "2026-02-30".into(),
            q: "  judo ".into(),
            ..Typed::default()
        };
        let (wanted, left_out) = typed.read();
        assert!(left_out);
        assert_eq!((wanted.from, wanted.q.as_str()), (None, "judo"));
        assert_eq!(typed.href(2), "/?page=2&q=%20%20judo%20&from=2026-02-30");
    }
}
