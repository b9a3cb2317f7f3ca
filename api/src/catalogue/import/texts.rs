//! `texts.csv`: titles and programmes by session code: in French and English, and in other
//! languages where somebody wrote them.

use std::collections::BTreeMap;

use ticket_core::limits::EVENT_TITLE_CHARS_MAX;

use super::audit::Audit;
use super::fields::Fields;
use super::sessions::PROGRAMME_CHARS_MAX;
use super::table::{Columns, Source, Table};
use crate::catalogue::Texts;

const COLUMNS: Columns = Columns {
    required: &[
        "session_code",
        "title_fr",
        "title_en",
        "programme_fr",
        "programme_en",
    ],
    optional: &[
        "title_es",
        "title_de",
        "title_ar",
        "programme_es",
        "programme_de",
        "programme_ar",
    ],
};
const TITLES: [&str; 5] = ["title_fr", "title_en", "title_es", "title_de", "title_ar"];
const PROGRAMMES: [&str; 5] = [
    "programme_fr",
    "programme_en",
    "programme_es",
    "programme_de",
    "programme_ar",
];

/// What people read about one event.
#[derive(Debug, Clone)]
pub(super) struct EventTexts {
    pub(super) line: u64,
    pub(super) title: Texts,
    pub(super) programme: Texts,
}

/// Texts by session code; whether the sessions exist is checked by whoever reads those.
pub(super) fn read(source: &Source, audit: &mut Audit) -> BTreeMap<String, EventTexts> {
    let Some(table) = Table::read(source, &COLUMNS, audit) else {
        return BTreeMap::new();
    };
    let mut texts: BTreeMap<String, EventTexts> = BTreeMap::new();
    for row in &table.rows {
        let mut fields = Fields::new(&table, row, audit);
        let code = fields.raw("session_code").to_owned();
        if let Some(first) = texts.get(&code).map(|earlier| earlier.line) {
            fields.fault(format!("session_code {code} is already on line {first}"));
        }
        if let Some(event) = event_texts(&mut fields) {
            texts.insert(code, event);
        }
    }
    texts
}

fn event_texts(fields: &mut Fields<'_, '_>) -> Option<EventTexts> {
    let title = fields.texts(TITLES, EVENT_TITLE_CHARS_MAX);
    let programme = fields.texts(PROGRAMMES, PROGRAMME_CHARS_MAX);
    Some(EventTexts {
        line: fields.line(),
        title: title?,
        programme: programme?,
    })
}
