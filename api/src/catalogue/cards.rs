//! Cards and the search panel: from events and what was typed to what the page shows.

use jiff::Timestamp;

use super::Snapshot;
use super::event::{Event, SaleState};
use super::free::{FreePlaces, Stock};
use super::search::fold;
use super::typed::Typed;
use super::views::{CardView, Chip, Choice, EventView, FiltersView};
use crate::platform::page::Words;
use crate::platform::spoken::Spoken;
use crate::platform::wording;

pub(super) fn card(
    words: Words,
    (event, free): (&Event, &FreePlaces),
    typed: &Typed,
    now: Timestamp,
) -> CardView {
    let shown = EventView::of(event, words);
    let (start, end) = (event.local_start().datetime(), event.local_end().datetime());
    let times = if wording::is_one_day(start, end) {
        shown.times
    } else {
        let day = wording::day(words, end);
        words.with_all("times-until", &[("times", shown.times), ("day", day)])
    };
    let (tone, stock) = stock(words, event, free, now);
    let lowest = Some(free.lowest_price(event, typed.places_together()))
        .filter(|_| matches!(tone, "good" | "few"))
        .flatten();
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
        programme: joined(&shown.programme),
        medals: event.medal_event,
        step_free: event.is_step_free(),
        lowest_price: lowest.map(|price| wording::price(words, price)),
        tone,
        stock,
    }
}

/// The parts of a programme on one line; all are in one language.
fn joined(parts: &[Spoken]) -> Spoken {
    let texts: Vec<&str> = parts.iter().map(Spoken::as_str).collect();
    let line = texts.join(" · ");
    match parts.first() {
        Some(first) => first.map(|_| line),
        None => Spoken::own(line),
    }
}

/// How it stands with an event's places: a tone for the eye and the words for it. `good` and `few`
/// can be bought.
fn stock(words: Words, event: &Event, free: &FreePlaces, now: Timestamp) -> (&'static str, String) {
    match event.sale_state(now) {
        SaleState::Closed => ("over", words.t("card-closed")),
        SaleState::Cancelled => ("sold", words.t("card-cancelled")),
        SaleState::NotYet => {
            let opens = wording::at_venue(event.sale.opens_at, event.utc_offset.seconds());
            let day = wording::day(words, opens);
            ("soon", words.with("card-not-open", "date", day))
        }
        SaleState::Open => match free.stock(event) {
            Stock::Unknown => ("good", words.t("stock-unknown")),
            Stock::Free => ("good", words.t("stock-free")),
            Stock::Last(places) => ("few", words.count_shown("stock-last", places)),
            Stock::InBaskets => ("baskets", words.t("stock-baskets")),
            Stock::SoldOut => ("sold", words.t("card-sold-out")),
        },
    }
}

pub(super) fn filters(words: Words, snapshot: &Snapshot, typed: &Typed) -> FiltersView {
    let mut sports: Vec<Choice> = snapshot
        .sports()
        .iter()
        .map(|sport| Choice::of(&sport.code, sport.name.of(words.0), &typed.sport))
        .collect();
    sports.sort_by_key(|sport| fold(&sport.label));
    let venues = snapshot.venues().iter().map(|venue| {
        let label = format!("{}, {}", venue.name, venue.city);
        Choice::of(&venue.code, &label, &typed.venue)
    });
    let mut cities: Vec<&str> = snapshot
        .venues()
        .iter()
        .map(|it| it.city.as_str())
        .collect();
    cities.sort_unstable();
    cities.dedup();
    let together = ["", "2", "3", "4"].map(|places| {
        let label = match places.parse::<u32>() {
            Ok(places) => words.count_shown("search-together-places", places),
            Err(_) => words.t("search-together-any"),
        };
        Choice::of(places, &label, &typed.together)
    });
    let orders = ["", "date", "price"].map(|sort| {
        let label = match (sort, typed.q.trim().is_empty()) {
            ("", false) => words.t("sort-fit"),
            ("", true) | ("date", _) => words.t("sort-date"),
            _ => words.t("sort-price"),
        };
        Choice::of(sort, &label, &typed.sort)
    });
    let is_twice = |choice: &Choice| typed.q.trim().is_empty() && choice.value == "date";
    FiltersView {
        sports,
        venues: venues.collect(),
        cities: cities
            .into_iter()
            .map(|city| Choice::of(city, city, &typed.city))
            .collect(),
        together: together.into(),
        sorts: orders.into_iter().filter(|it| !is_twice(it)).collect(),
        q: typed.q.clone(),
        from: typed.from.clone(),
        to: typed.to.clone(),
        max_price: typed.max_price.clone(),
        view: typed.view.clone(),
        step_free: typed.wants_step_free(),
        available: typed.wants_available(),
        is_open: typed.is_filtered_further(),
    }
}

/// What the results are narrowed by, each with the address that takes it away.
pub(super) fn chips(words: Words, filters: &FiltersView, typed: &Typed) -> Vec<Chip> {
    let chosen = |choices: &[Choice]| {
        let found = choices
            .iter()
            .find(|it| it.selected && !it.value.is_empty());
        found.map_or_else(String::new, |choice| choice.label.clone())
    };
    let said = |key: &str, value: &str| match value.trim() {
        "" => String::new(),
        value => words.with(key, "value", value),
    };
    let ticked = |is_ticked: bool, key: &str| {
        if is_ticked {
            words.t(key)
        } else {
            String::new()
        }
    };
    let date = |key: &str, value: &str| {
        let date = value.parse::<jiff::civil::Date>().ok();
        date.map_or_else(String::new, |date| {
            words.with(key, "value", wording::day(words, date.at(0, 0, 0, 0)))
        })
    };
    let all = [
        ("q", said("chip-words", &typed.q)),
        ("sport", chosen(&filters.sports)),
        ("venue", chosen(&filters.venues)),
        ("city", chosen(&filters.cities)),
        ("from", date("chip-from", &typed.from)),
        ("to", date("chip-to", &typed.to)),
        ("max_price", said("chip-max-price", &typed.max_price)),
        ("together", chosen(&filters.together)),
        ("step_free", ticked(filters.step_free, "search-step-free")),
        ("available", ticked(filters.available, "search-available")),
    ];
    all.into_iter()
        .filter(|(_, label)| !label.is_empty())
        .map(|(name, label)| Chip {
            href: typed.href(&[(name, "")]),
            label,
        })
        .collect()
}
