//! Importing a catalogue from files: audit everything first, then one transaction, then proof.
//!
//! Codes identify: a known code is updated or left alone, an unknown one is made, and what the
//! files do not mention stays. What would break sold places is refused like a bad row.

mod audit;
mod demo;
mod fields;
mod plans;
mod report;
mod sessions;
mod shift;
mod sports;
mod store;
mod table;
mod texts;
mod venues;
mod write;

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use ticket_core::ids::EventId;

use self::audit::Audit;
use self::plans::Plans;
use self::sessions::{EventRow, Known};
use self::table::Table;
use self::texts::EventTexts;
use self::venues::VenueRow;
use crate::app::App;
use crate::availability;
use crate::catalogue::{Texts, refresh};
use crate::platform::error::Error;

pub use audit::Fault;
pub use report::{ImportReport, Tally};
pub(crate) use store::STATEMENTS;
pub use table::Source;

/// Each load is a few round trips to Redis and PostgreSQL: enough of them to keep both busy.
const LOADS_AT_ONCE: usize = 6;

/// The files of one catalogue.
#[derive(Debug, Clone)]
pub struct CatalogueFiles {
    pub venues: Source,
    pub sessions: Source,
    pub plans: Option<Source>,
    pub texts: Option<Source>,
}

/// What becomes of the dates in the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    AsWritten,
    /// All moved by the same number of days, so that the first event is some weeks away.
    ShiftedToFuture,
    /// Written relative to today, as in the demonstration catalogue.
    Relative,
}

#[derive(Debug)]
pub enum ImportRefused {
    /// Everything there is to mend. Nothing was changed.
    Faults(Vec<Fault>),
    /// A store did not answer. Nothing was changed, unless the report says otherwise.
    Failed(Error),
}

impl From<Error> for ImportRefused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Vec<Fault>> for ImportRefused {
    fn from(faults: Vec<Fault>) -> Self {
        Self::Faults(faults)
    }
}

/// The files, read and found good.
#[derive(Debug)]
struct Wanted {
    sessions_file: String,
    sports: BTreeMap<String, Texts>,
    venues: BTreeMap<String, VenueRow>,
    events: Vec<EventRow>,
}

/// The demonstration catalogue that comes with the program.
pub fn demo_files() -> CatalogueFiles {
    demo::files()
}

/// Imports a catalogue.
///
/// # Errors
/// With all faults of the files, or when a store does not answer; the catalogue is then as before.
pub async fn import_catalogue(
    app: &App,
    files: &CatalogueFiles,
    dates: Dates,
) -> Result<ImportReport, ImportRefused> {
    let calendar = demo::Calendar::find(app, files, dates).await?;
    let mut wanted = read(files, calendar.as_ref())?;
    if dates == Dates::ShiftedToFuture {
        shift::to_future(app, &mut wanted.events).await?;
    }
    let written = write::write(app, &wanted).await??;
    refresh(app).await?;
    let mut report = report::prove(app, &wanted, &written).await?;
    report.loaded = load_inventory(app, &written.to_load).await;
    Ok(report)
}

/// Reads and audits all files; touches nothing.
fn read(files: &CatalogueFiles, calendar: Option<&demo::Calendar>) -> Result<Wanted, Vec<Fault>> {
    let mut audit = Audit::default();
    let venues = venues::read(&files.venues, &mut audit);
    let plans = files
        .plans
        .as_ref()
        .map(|source| Plans::read(source, &venues, &mut audit))
        .unwrap_or_default();
    let texts = files
        .texts
        .as_ref()
        .map(|source| texts::read(source, &mut audit))
        .unwrap_or_default();
    let mut known = Known {
        venues: &venues,
        texts: &texts,
        plans,
    };
    let mut sessions = sessions::Sessions::default();
    if let Some(mut table) = Table::read(&files.sessions, &sessions::COLUMNS, &mut audit) {
        if let Some(calendar) = calendar {
            calendar.resolve(&mut table);
        }
        sessions = sessions::of_table(&table, &mut known, &mut audit);
        texts_have_sessions(files, &texts, &table, &mut audit);
    }
    audit.verdict()?;
    Ok(Wanted {
        sessions_file: files.sessions.name.clone(),
        sports: sessions.sports,
        events: sessions.events,
        venues,
    })
}

fn texts_have_sessions(
    files: &CatalogueFiles,
    texts: &BTreeMap<String, EventTexts>,
    sessions: &Table,
    audit: &mut Audit,
) {
    let codes: std::collections::HashSet<&str> = sessions
        .rows
        .iter()
        .map(|row| sessions.field(row, "session_code"))
        .collect();
    let file = files.texts.as_ref().map_or("", |source| &source.name);
    for (code, text) in texts {
        if !codes.contains(code.as_str()) {
            audit.fault(
                file,
                text.line,
                format!("session_code {code:?} is no session"),
            );
        }
    }
}

/// Builds the inventory of these events; how many. The catalogue is stored already: when this
/// fails, the next import or the first sale does it.
async fn load_inventory(app: &App, events: &[EventId]) -> Result<usize, Error> {
    stream::iter(events)
        .map(|event| availability::load(app, *event))
        .buffer_unordered(LOADS_AT_ONCE)
        .try_fold(0, |loaded, ()| async move { Ok(loaded + 1) })
        .await
}
