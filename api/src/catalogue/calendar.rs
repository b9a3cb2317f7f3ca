//! What was found, as the programme of a festival prints it: a row for each sport, a column for
//! each day.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::event::{Event, Sport};
use super::plates::plate;
use super::search::fold;
use super::typed::Typed;
use crate::platform::page::Words;
use crate::platform::spoken::Spoken;
use crate::platform::wording;

/// Days in one table; who looks further chooses dates.
const DAYS_MAX: usize = 45;

pub(crate) struct CalendarView {
    pub months: Vec<MonthView>,
    pub days: Vec<DayView>,
    pub rows: Vec<RowView>,
    /// There are more days than are shown.
    pub is_cut: bool,
}

pub(crate) struct MonthView {
    pub name: String,
    pub days: usize,
}

pub(crate) struct DayView {
    pub weekday: String,
    pub day: i8,
    pub href: String,
    /// For those who hear the table: the month, with its year.
    pub month: String,
}

pub(crate) struct RowView {
    pub sport: Spoken,
    pub plate: &'static str,
    pub cells: Vec<CellView>,
}

pub(crate) struct CellView {
    /// Zero: nothing that day.
    pub events: usize,
    pub medals: bool,
    pub href: String,
    pub words: String,
}

pub(super) fn calendar(words: Words, found: &[Arc<Event>], typed: &Typed) -> CalendarView {
    let all: BTreeSet<Date> = found.iter().map(|it| it.local_start().date()).collect();
    let is_cut = all.len() > DAYS_MAX;
    let dates: Vec<Date> = all.into_iter().take(DAYS_MAX).collect();
    let mut by_sport: BTreeMap<String, (&Sport, BTreeMap<Date, Vec<&Event>>)> = BTreeMap::new();
    for event in found {
        let (_, days) = by_sport
            .entry(fold(event.sport.name.of(words.0)))
            .or_insert_with(|| (&event.sport, BTreeMap::new()));
        days.entry(event.local_start().date())
            .or_default()
            .push(event);
    }
    let rows = by_sport.into_values().map(|(sport, days)| RowView {
        sport: sport.name.spoken(words),
        plate: plate(&sport.code),
        cells: dates
            .iter()
            .map(|date| cell(words, days.get(date), (sport, *date), typed))
            .collect(),
    });
    CalendarView {
        rows: rows.collect(),
        months: months(words, &dates),
        days: dates.iter().map(|date| day(words, *date, typed)).collect(),
        is_cut,
    }
}

fn day(words: Words, date: Date, typed: &Typed) -> DayView {
    let at = date.at(0, 0, 0, 0);
    let iso = date.to_string();
    DayView {
        weekday: wording::weekday_short(words, at),
        day: date.day(),
        href: typed.href(&[("from", &iso), ("to", &iso), ("view", "")]),
        month: month_of_year(words, date),
    }
}

fn month_of_year(words: Words, date: Date) -> String {
    words.with_all(
        "month-of-year",
        &[
            ("month", words.pick("month-", date.month().to_string())),
            ("year", date.year().to_string()),
        ],
    )
}

fn cell(
    words: Words,
    events: Option<&Vec<&Event>>,
    (sport, date): (&Sport, Date),
    typed: &Typed,
) -> CellView {
    let events = events.map(Vec::as_slice).unwrap_or_default();
    let iso = date.to_string();
    let that_day = [
        ("sport", sport.code.as_str()),
        ("from", &iso),
        ("to", &iso),
        ("view", ""),
    ];
    let href = match events {
        [only] => format!("/events/{}", only.code),
        _ => typed.href(&that_day),
    };
    let medals = events.iter().any(|event| event.medal_event);
    let key = if medals {
        "calendar-cell-medals"
    } else {
        "calendar-cell"
    };
    CellView {
        events: events.len(),
        medals,
        href,
        words: words.with_all(
            key,
            &[
                ("sport", sport.name.of(words.0).to_owned()),
                ("day", wording::date_long(words, date.at(0, 0, 0, 0))),
                ("events", words.count_shown("calendar-events", events.len())),
            ],
        ),
    }
}

/// Neighbouring days of one month under its name.
fn months(words: Words, dates: &[Date]) -> Vec<MonthView> {
    let is_same = |a: &Date, b: &Date| (a.year(), a.month()) == (b.year(), b.month());
    let month = |days: &[Date]| {
        let first = days.first().copied().unwrap_or_default();
        MonthView {
            name: month_of_year(words, first),
            days: days.len(),
        }
    };
    dates.chunk_by(is_same).map(month).collect()
}
