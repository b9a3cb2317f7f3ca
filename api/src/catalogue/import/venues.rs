//! `venues.csv`: code, name, city, capacity; how to get in, where that is known.

use std::collections::BTreeMap;

use ticket_core::limits::EVENT_PLACES_MAX;

use super::audit::Audit;
use super::fields::Fields;
use super::table::{Columns, Source, Table};
use crate::catalogue::Texts;

const COLUMNS: Columns = Columns {
    required: &["venue_code", "venue", "city", "capacity"],
    optional: &[
        "step_free",
        "access_fr",
        "access_en",
        "access_es",
        "access_de",
        "access_ar",
    ],
};
const ACCESS: [&str; 5] = [
    "access_fr",
    "access_en",
    "access_es",
    "access_de",
    "access_ar",
];
const CODE_LENGTH_MAX: usize = 8;
const NAME_CHARS_MAX: usize = 120;
const ACCESS_CHARS_MAX: usize = 400;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VenueRow {
    pub(super) name: String,
    pub(super) city: String,
    pub(super) capacity: u32,
    pub(super) step_free: bool,
    pub(super) access: Option<Texts>,
}

/// Venues by code, and how many rows the file has. Bad rows are in the audit.
pub(super) fn read(source: &Source, audit: &mut Audit) -> BTreeMap<String, VenueRow> {
    let Some(table) = Table::read(source, &COLUMNS, audit) else {
        return BTreeMap::new();
    };
    let mut venues = BTreeMap::new();
    let mut lines = BTreeMap::new();
    for row in &table.rows {
        let mut fields = Fields::new(&table, row, audit);
        let code = fields.code("venue_code", CODE_LENGTH_MAX);
        let venue = venue(&mut fields);
        let Some(code) = code else { continue };
        if let Some(first) = lines.insert(code.to_owned(), row.line) {
            fields.fault(format!("venue_code {code} is already on line {first}"));
        }
        if let Some(venue) = venue {
            venues.insert(code.to_owned(), venue);
        }
    }
    venues
}

fn venue(fields: &mut Fields<'_, '_>) -> Option<VenueRow> {
    let name = fields.text("venue", NAME_CHARS_MAX);
    let city = fields.text("city", NAME_CHARS_MAX);
    let capacity = fields.number("capacity", 1, i64::from(EVENT_PLACES_MAX));
    let step_free = match fields.raw("step_free") {
        "" => Some(false),
        _ => fields.flag("step_free"),
    };
    let access = access(fields);
    Some(VenueRow {
        name: name?.to_owned(),
        city: city?.to_owned(),
        capacity: u32::try_from(capacity?).ok()?,
        step_free: step_free?,
        access: access.ok()?,
    })
}

/// A field is wrong; the audit has it.
struct AtFault;

/// In French and English, with other languages besides, or in none.
fn access(fields: &mut Fields<'_, '_>) -> Result<Option<Texts>, AtFault> {
    if ACCESS.iter().all(|column| fields.raw(column).is_empty()) {
        return Ok(None);
    }
    let texts = fields.texts(ACCESS, ACCESS_CHARS_MAX);
    texts.map(Some).ok_or(AtFault)
}
