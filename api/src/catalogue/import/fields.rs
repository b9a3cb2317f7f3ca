//! One row's fields as typed values. A bad field is a fault of the row, and reading goes on, so
//! that one run shows all there is to mend.

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use super::audit::Audit;
use super::table::{Row, Table};
use crate::catalogue::Texts;

/// A moment with the offset it was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LocalMoment {
    pub(super) at: Timestamp,
    pub(super) offset: Offset,
}

/// `'t` is the table's life: texts taken from it outlive the reading of one row.
pub(super) struct Fields<'t, 'a> {
    table: &'t Table,
    row: &'t Row,
    audit: &'a mut Audit,
}

impl<'t, 'a> Fields<'t, 'a> {
    pub(super) fn new(table: &'t Table, row: &'t Row, audit: &'a mut Audit) -> Self {
        Self { table, row, audit }
    }

    pub(super) fn line(&self) -> u64 {
        self.row.line
    }

    pub(super) fn fault(&mut self, reason: impl Into<String>) {
        self.audit.fault(&self.table.file, self.row.line, reason);
    }

    pub(super) fn raw(&self, column: &str) -> &'t str {
        self.table.field(self.row, column)
    }

    /// Words for people: 1 to `chars_max` characters, none of them control characters.
    pub(super) fn text(&mut self, column: &str, chars_max: usize) -> Option<&'t str> {
        let text = self.raw(column);
        let chars = text.chars().count();
        if chars == 0 || chars > chars_max {
            self.fault(format!(
                "{column} has {chars} characters, not 1 to {chars_max}"
            ));
            return None;
        }
        if text.chars().any(char::is_control) {
            self.fault(format!("{column} holds a control character"));
            return None;
        }
        Some(text)
    }

    /// A code of A-Z and 0-9.
    /// A text by language, in the order of the language choice: French and English are needed, the
    /// other columns may be empty or left out.
    pub(super) fn texts(&mut self, columns: [&str; 5], chars_max: usize) -> Option<Texts> {
        let [fr, en, es, de, ar] = columns;
        let fr = self.text(fr, chars_max);
        let en = self.text(en, chars_max);
        let mut more = |column| match self.raw(column) {
            "" => Some(None),
            _ => self.text(column, chars_max).map(|it| Some(it.to_owned())),
        };
        let (es, de, ar) = (more(es), more(de), more(ar));
        Some(Texts {
            fr: fr?.to_owned(),
            en: en?.to_owned(),
            es: es?,
            de: de?,
            ar: ar?,
        })
    }

    pub(super) fn code(&mut self, column: &str, length_max: usize) -> Option<&'t str> {
        let text = self.raw(column);
        let right = (1..=length_max).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !right {
            self.fault(format!(
                "{column} {text:?} is not 1 to {length_max} of A-Z and 0-9"
            ));
        }
        right.then_some(text)
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&mut self, column: &str, least: i64, most: i64) -> Option<i64> {
        let text = self.raw(column);
        match text.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Some(number),
            Ok(number) => {
                self.fault(format!("{column} is {number}, not {least} to {most}"));
                None
            }
            Err(_) => {
                self.fault(format!("{column} {text:?} is not a whole number"));
                None
            }
        }
    }

    /// The same, or `absent` for an empty field.
    pub(super) fn number_or<T>(
        &mut self,
        column: &str,
        (least, most): (i64, i64),
        absent: T,
        present: impl FnOnce(i64) -> T,
    ) -> Option<T> {
        if self.raw(column).is_empty() {
            return Some(absent);
        }
        self.number(column, least, most).map(present)
    }

    /// `0` or `1`.
    pub(super) fn flag(&mut self, column: &str) -> Option<bool> {
        match self.raw(column) {
            "0" => Some(false),
            "1" => Some(true),
            other => {
                self.fault(format!("{column} {other:?} is neither 0 nor 1"));
                None
            }
        }
    }

    /// RFC 3339 with an offset.
    pub(super) fn moment(&mut self, column: &str) -> Option<LocalMoment> {
        let text = self.raw(column);
        let moment = moment(text);
        if moment.is_none() {
            self.fault(format!(
                "{column} {text:?} is not a time with an offset, like 2024-07-25T09:30:00+02:00"
            ));
        }
        moment
    }
}

fn moment(text: &str) -> Option<LocalMoment> {
    let pieces = Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let local = pieces.date().to_datetime(pieces.time()?);
    let at = offset.to_timestamp(local).ok()?;
    Some(LocalMoment { at, offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_keeps_the_offset_it_was_written_in() {
        let tahiti = moment("2024-07-27T07:00:00-10:00").unwrap();
        assert_eq!(tahiti.at.to_string(), "2024-07-27T17:00:00Z");
        assert_eq!(tahiti.offset.seconds(), -36_000);
        assert_eq!(moment("2024-07-27T07:00:00Z").unwrap().offset, Offset::UTC);
        for bad in [
            "",
            "2024-07-27",
            "2024-07-27T07:00:00",
            "2024-02-30T07:00:00Z",
            "soon",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
