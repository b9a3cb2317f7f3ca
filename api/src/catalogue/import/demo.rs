//! The demonstration catalogue: files inside the program, with times relative to today.
//!
//! A time is written `{+12}T20:30` (twelve days after the
//! first import, on the clock of Paris; `{-1}` is the day before) or `{soon}`, `{soon+90}` (minutes
//! after a start about two hours from now, so that gates are open).
//! Dates once imported stay; when all is over, a new import moves them forward. A `{soon}` event
//! moves when less than an hour is left to buy its tickets.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use ticket_core::ids::EventCode;

use super::audit::Audit;
use super::sessions::COLUMNS;
use super::table::{Source, Table};
use super::{CatalogueFiles, Dates, store};
use crate::app::App;
use crate::platform::error::Error;

/// Central European time by its rule, so that no time zone database is needed.
const PARIS: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const SOON_MINUTES: i64 = 120;
const SOON_LEFT_MINUTES_MIN: i64 = 60;
const ROUND_TO_SECONDS: i64 = 300;

pub(super) fn files() -> CatalogueFiles {
    let source = |name: &str, text: &str| Source {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    CatalogueFiles {
        venues: source("demo/venues.csv", include_str!("../../../demo/venues.csv")),
        sessions: source(
            "demo/sessions.csv",
            include_str!("../../../demo/sessions.csv"),
        ),
        plans: Some(source(
            "demo/plans.json",
            include_str!("../../../demo/plans.json"),
        )),
        texts: Some(source(
            "demo/texts.csv",
            include_str!("../../../demo/texts.csv"),
        )),
    }
}

/// A time as the demonstration files write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RelativeTime {
    /// So many days after the first day, at this time of day.
    Day(i64, Time),
    /// So many minutes after the start of what begins soon.
    Soon(i64),
}

impl RelativeTime {
    fn parse(text: &str) -> Option<Self> {
        let (place, rest) = text.strip_prefix('{')?.split_once('}')?;
        if let Some(minutes) = place.strip_prefix("soon") {
            let minutes = if minutes.is_empty() {
                0
            } else {
                minutes.parse().ok()?
            };
            return rest.is_empty().then_some(Self::Soon(minutes));
        }
        let days = place.strip_prefix('+').unwrap_or(place).parse().ok()?;
        Some(Self::Day(days, rest.strip_prefix('T')?.parse().ok()?))
    }
}

/// What the relative times are relative to.
#[derive(Debug)]
pub(super) struct Calendar {
    paris: TimeZone,
    first_day: Date,
    soon: Timestamp,
}

impl Calendar {
    /// The calendar of the last import as far as it is still good. `None`: the dates of these
    /// files are not relative.
    pub(super) async fn find(
        app: &App,
        files: &CatalogueFiles,
        dates: Dates,
    ) -> Result<Option<Self>, Error> {
        if dates != Dates::Relative {
            return Ok(None);
        }
        // Faults of form are told by the reading that follows.
        let Some(table) = Table::read(&files.sessions, &COLUMNS, &mut Audit::default()) else {
            return Ok(None);
        };
        let now = app.clock.now();
        let mut calendar = Self::fresh(now)?;
        let (mut day_known, mut soon_known) = (false, false);
        let conn = app.db.read().await?;
        for row in &table.rows {
            let Some(start) = RelativeTime::parse(table.field(row, "starts_at")) else {
                continue;
            };
            let known = match start {
                RelativeTime::Day(..) => &mut day_known,
                RelativeTime::Soon(_) => &mut soon_known,
            };
            if *known {
                continue;
            }
            let Ok(code) = EventCode::parse(table.field(row, "session_code")) else {
                continue;
            };
            let Some(stored) = store::find_start(&conn, &code).await? else {
                continue;
            };
            *known = true;
            calendar.keep(start, stored, now, days_max(&table));
        }
        Ok(Some(calendar))
    }

    fn fresh(now: Timestamp) -> Result<Self, Error> {
        let paris = TimeZone::posix(PARIS).map_err(Error::bug)?;
        let soon = now + SignedDuration::from_mins(SOON_MINUTES);
        let seconds = round_up(soon.as_second());
        Ok(Self {
            first_day: now.to_zoned(paris.clone()).date(),
            soon: Timestamp::from_second(seconds).map_err(Error::bug)?,
            paris,
        })
    }

    /// Takes over the date that an event has, unless it is too late for it.
    fn keep(&mut self, start: RelativeTime, stored: Timestamp, now: Timestamp, days_max: i64) {
        match start {
            RelativeTime::Day(days, _) => {
                let local = stored.to_zoned(self.paris.clone()).date();
                let first = local.saturating_sub(days.days());
                if first.saturating_add(days_max.days()) >= self.first_day {
                    self.first_day = first;
                }
            }
            RelativeTime::Soon(minutes) => {
                let soon = stored - SignedDuration::from_mins(minutes);
                if soon >= now + SignedDuration::from_mins(SOON_LEFT_MINUTES_MIN) {
                    self.soon = soon;
                }
            }
        }
    }

    /// Writes real times in the place of relative ones; what is no relative time stays and is
    /// audited as it is.
    pub(super) fn resolve(&self, table: &mut Table) {
        for field in table.rows.iter_mut().flat_map(|row| &mut row.fields) {
            let resolved = RelativeTime::parse(field).and_then(|time| self.moment(time));
            if let Some(at) = resolved {
                let offset = at.offset();
                *field = at.timestamp().display_with_offset(offset).to_string();
            }
        }
    }

    fn moment(&self, time: RelativeTime) -> Option<Zoned> {
        match time {
            RelativeTime::Day(days, time) => {
                let date = self.first_day.checked_add(days.days()).ok()?;
                date.to_datetime(time).to_zoned(self.paris.clone()).ok()
            }
            RelativeTime::Soon(minutes) => {
                let at = self
                    .soon
                    .checked_add(SignedDuration::from_mins(minutes))
                    .ok()?;
                Some(at.to_zoned(self.paris.clone()))
            }
        }
    }
}

/// The last day on which something begins.
fn days_max(table: &Table) -> i64 {
    table
        .rows
        .iter()
        .filter_map(
            |row| match RelativeTime::parse(table.field(row, "starts_at"))? {
                RelativeTime::Day(days, _) => Some(days),
                RelativeTime::Soon(_) => None,
            },
        )
        .max()
        .unwrap_or(0)
}

/// Whole five minutes read better.
const fn round_up(seconds: i64) -> i64 {
    (seconds + ROUND_TO_SECONDS - 1).div_euclid(ROUND_TO_SECONDS) * ROUND_TO_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_times_are_read_and_nothing_else_is() {
        let evening = Time::constant(20, 30, 0, 0);
        let read = RelativeTime::parse;
        assert_eq!(read("{+12}T20:30"), Some(RelativeTime::Day(12, evening)));
        assert_eq!(read("{-1}T20:30"), Some(RelativeTime::Day(-1, evening)));
        assert_eq!(read("{soon}"), Some(RelativeTime::Soon(0)));
        assert_eq!(read("{soon+90}"), Some(RelativeTime::Soon(90)));
        for other in [
            "",
            "2026-01-01T20:30",
            "{+1}",
            "{+1}20:30",
            "{later}T20:30",
            "{soon}T1",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn the_clock_of_paris_follows_summer_time() {
        let calendar = |now: &str| Calendar::fresh(now.parse().unwrap()).unwrap();
        let noon = RelativeTime::Day(1, Time::constant(12, 0, 0, 0));
        let winter = calendar("2026-11-23T07:01:00Z");
        assert_eq!(winter.moment(noon).unwrap().offset().seconds(), 3600);
        let summer = calendar("2027-06-01T07:01:00Z");
        assert_eq!(summer.moment(noon).unwrap().offset().seconds(), 7200);
        assert_eq!(winter.soon.to_string(), "2026-11-23T09:05:00Z");
    }
}
