//! `sessions.csv`: one row for each event.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use ticket_core::event::SaleWindow;
use ticket_core::ids::{CategoryCode, EventCode};
use ticket_core::limits::{EVENT_PLACES_MAX, PRICE_CENTS_MAX};
use ticket_core::money::{Currency, Money};

use super::audit::Audit;
use super::fields::{Fields, LocalMoment};
use super::plans::{Plans, SharedPlan};
use super::sports;
use super::table::{Columns, Table};
use super::texts::EventTexts;
use super::venues::VenueRow;
use crate::catalogue::Texts;

pub(super) const COLUMNS: Columns = Columns {
    required: &[
        "session_code",
        "discipline_code",
        "discipline",
        "venue_code",
        "starts_at",
        "ends_at",
        "medal_session",
        "programme",
        "capacity",
        "price_a_cents",
        "price_b_cents",
        "price_c_cents",
        "price_d_cents",
    ],
    optional: &[
        "release_hours",
        "names_until_hours",
        "sale_opens_days",
        "sale_closes_at",
    ],
};

const PRICES: [(&str, &str); 4] = [
    ("A", "price_a_cents"),
    ("B", "price_b_cents"),
    ("C", "price_c_cents"),
    ("D", "price_d_cents"),
];
const SPORT_CODE_LENGTH_MAX: usize = 8;
const SPORT_CHARS_MAX: usize = 80;
pub(super) const PROGRAMME_CHARS_MAX: usize = 2_000;
/// A sale opens this long before the start unless the file says otherwise: a fixed rule, so that
/// importing the same file another day changes nothing.
const SALE_OPENS_DAYS: i64 = 365;
/// Names may be corrected until so many hours before the doors open, unless the file says other.
const NAMES_UNTIL_HOURS: i64 = 24;
/// Ten years.
const DAYS_MAX: i64 = 3_650;

/// An event as the files want it.
#[derive(Debug, Clone)]
pub(super) struct EventRow {
    pub(super) line: u64,
    pub(super) code: EventCode,
    pub(super) sport: String,
    pub(super) venue: String,
    pub(super) title: Texts,
    pub(super) programme: Texts,
    pub(super) medal_event: bool,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) utc_offset_seconds: i32,
    pub(super) sale: SaleWindow,
    pub(super) release_hours: Option<i32>,
    pub(super) names_until_hours: i32,
    pub(super) plan: SharedPlan,
    /// In the order of the plan's categories.
    pub(super) prices: Vec<Money>,
}

/// What a session refers to in the other files.
pub(super) struct Known<'a> {
    pub(super) venues: &'a BTreeMap<String, VenueRow>,
    pub(super) texts: &'a BTreeMap<String, EventTexts>,
    pub(super) plans: Plans,
}

/// Everything the sessions file says.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    pub(super) sports: BTreeMap<String, Texts>,
    pub(super) events: Vec<EventRow>,
}

/// Every row that can be used; the others are in the audit.
pub(super) fn of_table(table: &Table, known: &mut Known<'_>, audit: &mut Audit) -> Sessions {
    let mut sessions = Sessions::default();
    let mut lines: HashMap<&str, u64> = HashMap::new();
    let mut disciplines: HashMap<&str, (&str, u64)> = HashMap::new();
    for row in &table.rows {
        let mut fields = Fields::new(table, row, audit);
        let code = fields.raw("session_code");
        if let Some(first) = lines.insert(code, row.line) {
            fields.fault(format!("session_code {code} is already on line {first}"));
        }
        let sport = sport(&mut fields, &mut disciplines);
        let event = event(&mut fields, known);
        if let Some((code, name)) = sport {
            sessions.sports.entry(code.to_owned()).or_insert(name);
        }
        sessions.events.extend(event);
    }
    sessions
}

fn sport<'a>(
    fields: &mut Fields<'a, '_>,
    disciplines: &mut HashMap<&'a str, (&'a str, u64)>,
) -> Option<(&'a str, Texts)> {
    let code = fields.code("discipline_code", SPORT_CODE_LENGTH_MAX);
    let name = fields.text("discipline", SPORT_CHARS_MAX);
    let (code, name) = (code?, name?);
    let (earlier, line) = *disciplines.entry(code).or_insert((name, fields.line()));
    if earlier != name {
        fields.fault(format!(
            "discipline_code {code} is {earlier:?} on line {line}"
        ));
    }
    Some((code, sports::name(code, name)))
}

fn event(fields: &mut Fields<'_, '_>, known: &mut Known<'_>) -> Option<EventRow> {
    let code = event_code(fields);
    let times = times(fields);
    let medal_event = fields.flag("medal_session");
    let programme = fields.text("programme", PROGRAMME_CHARS_MAX);
    let release_hours = fields.number_or("release_hours", (0, 24 * DAYS_MAX), None, Some);
    let hours = (0, 24 * DAYS_MAX);
    let names_until = fields.number_or("names_until_hours", hours, NAMES_UNTIL_HOURS, |n| n);
    let days = (0, DAYS_MAX);
    let sale_opens_days = fields.number_or("sale_opens_days", days, SALE_OPENS_DAYS, |n| n);
    let sale_closes_at = sale_closes(fields, times);
    let plan = plan_and_prices(fields, known);
    let (code, (start, end), medal_event) = (code?, times?, medal_event?);
    let (plan, prices) = plan?;
    let programme = Texts::same(programme?);
    let texts = known.texts.get(code.as_str());
    let days = sale_opens_days?;
    Some(EventRow {
        line: fields.line(),
        title: texts.map_or_else(
            || {
                sports::title(
                    fields.raw("discipline_code"),
                    fields.raw("discipline"),
                    medal_event,
                )
            },
            |texts| texts.title.clone(),
        ),
        programme: texts.map_or(programme, |texts| texts.programme.clone()),
        code,
        sport: fields.raw("discipline_code").to_owned(),
        venue: fields.raw("venue_code").to_owned(),
        medal_event,
        starts_at: start.at,
        ends_at: end.at,
        utc_offset_seconds: start.offset.seconds(),
        sale: SaleWindow {
            opens_at: start
                .at
                .checked_sub(SignedDuration::from_hours(24 * days))
                .ok()?,
            closes_at: sale_closes_at?,
        },
        release_hours: release_hours?.and_then(|hours| i32::try_from(hours).ok()),
        names_until_hours: i32::try_from(names_until?).ok()?,
        plan,
        prices,
    })
}

fn event_code(fields: &mut Fields<'_, '_>) -> Option<EventCode> {
    let text = fields.raw("session_code");
    EventCode::parse(text)
        .map_err(|refused| fields.fault(format!("session_code {text:?}: {refused}")))
        .ok()
}

fn times(fields: &mut Fields<'_, '_>) -> Option<(LocalMoment, LocalMoment)> {
    let start = fields.moment("starts_at");
    let end = fields.moment("ends_at");
    let (start, end) = (start?, end?);
    if end.at <= start.at {
        fields.fault("ends_at is not after starts_at");
        return None;
    }
    Some((start, end))
}

/// When the sale closes: at the start, unless the file says otherwise, and never after the end.
fn sale_closes(
    fields: &mut Fields<'_, '_>,
    times: Option<(LocalMoment, LocalMoment)>,
) -> Option<Timestamp> {
    if fields.raw("sale_closes_at").is_empty() {
        return times.map(|(start, _)| start.at);
    }
    let closes = fields.moment("sale_closes_at")?.at;
    if times.is_some_and(|(_, end)| closes > end.at) {
        fields.fault("sale_closes_at is after ends_at");
        return None;
    }
    Some(closes)
}

fn plan_and_prices(
    fields: &mut Fields<'_, '_>,
    known: &mut Known<'_>,
) -> Option<(SharedPlan, Vec<Money>)> {
    let venue = fields.raw("venue_code");
    let places_max = known
        .venues
        .get(venue)
        .map(|venue| i64::from(venue.capacity));
    if places_max.is_none() {
        fields.fault(format!("venue_code {venue:?} is not in the venues file"));
    }
    let capacity = fields.number(
        "capacity",
        1,
        places_max.unwrap_or(i64::from(EVENT_PLACES_MAX)),
    );
    let prices = prices(fields)?;
    let capacity = u32::try_from(capacity?).ok()?;
    places_max?;
    let codes: Vec<_> = prices.iter().map(|(code, _)| code.clone()).collect();
    let plan = known.plans.plan(venue, capacity, &codes);
    if plan.category_codes() != codes.iter().collect::<Vec<_>>() {
        let list = |codes: &[&CategoryCode]| {
            codes
                .iter()
                .map(|c| c.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        fields.fault(format!(
            "prices are given for the categories {}, and the plan of {capacity} places has {}",
            list(&codes.iter().collect::<Vec<_>>()),
            list(&plan.category_codes()),
        ));
        return None;
    }
    Some((plan, prices.into_iter().map(|(_, price)| price).collect()))
}

/// The categories that are sold: an empty price or 0 means that there is none.
fn prices(fields: &mut Fields<'_, '_>) -> Option<Vec<(CategoryCode, Money)>> {
    let mut prices = Vec::new();
    let mut faulty = false;
    for (code, column) in PRICES {
        match fields.number_or(column, (0, PRICE_CENTS_MAX), 0, |cents| cents) {
            None => faulty = true,
            Some(0) => {}
            Some(cents) => {
                let code = CategoryCode::parse(code).ok()?;
                prices.push((code, Money::new(cents, Currency::Eur).ok()?));
            }
        }
    }
    if prices.is_empty() && !faulty {
        fields.fault("no category has a price");
        faulty = true;
    }
    (!faulty).then_some(prices)
}
