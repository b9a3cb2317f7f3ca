//! `api import catalogue`: reads the files, imports them, prints the proof.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::app::App;
use crate::catalogue::{
    CatalogueFiles, Dates, ImportRefused, Source, demo_files, import_catalogue,
};

/// Far above any catalogue, far below memory.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Venues and events from CSV files; nothing changes unless every row is right.
    Catalogue(CatalogueArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CatalogueArgs {
    /// Columns: `venue_code, venue, city, capacity`.
    #[arg(long, required_unless_present = "demo")]
    venues: Option<PathBuf>,
    /// One row for each event; columns in `docs/import.md`.
    #[arg(long, required_unless_present = "demo")]
    events: Option<PathBuf>,
    /// Seat plans by venue code (JSON); without one, plans are made from the capacity.
    #[arg(long)]
    plans: Option<PathBuf>,
    /// Titles and programmes in French and English, by session code.
    #[arg(long)]
    texts: Option<PathBuf>,
    /// Move all dates by the same number of days, so that the first event is a month away.
    #[arg(long)]
    shift_to_future: bool,
    /// The demonstration catalogue that comes with the program.
    #[arg(long, conflicts_with_all = ["venues", "events", "plans", "texts", "shift_to_future"])]
    demo: bool,
}

/// # Errors
/// A sentence for the operator; the faults of the files stand on standard error.
pub(crate) async fn run(app: App, import: Import) -> Result<(), String> {
    let Import::Catalogue(args) = import;
    let (files, dates) = files_and_dates(&args)?;
    let report = match import_catalogue(&app, &files, dates).await {
        Ok(report) => report,
        Err(ImportRefused::Failed(error)) => {
            error.log();
            return Err(format!("the catalogue was not imported: {error}"));
        }
        Err(ImportRefused::Faults(faults)) => {
            let mut stderr = std::io::stderr().lock();
            for fault in &faults {
                writeln!(stderr, "{fault}").map_err(|error| error.to_string())?;
            }
            let count = match faults.len() {
                1 => "1 fault".to_owned(),
                more => format!("{more} faults"),
            };
            return Err(format!("{count} in the files; nothing was changed"));
        }
    };
    writeln!(std::io::stdout(), "{report}").map_err(|error| error.to_string())?;
    if !report.is_proven() {
        return Err("the database does not say what the files say".into());
    }
    match report.loaded {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "the catalogue is stored, but its inventory is not in Redis: {error}; \
             import again when Redis answers"
        )),
    }
}

fn files_and_dates(args: &CatalogueArgs) -> Result<(CatalogueFiles, Dates), String> {
    let (Some(venues), Some(events)) = (&args.venues, &args.events) else {
        return Ok((demo_files(), Dates::Relative));
    };
    let files = CatalogueFiles {
        venues: source(venues)?,
        sessions: source(events)?,
        plans: args.plans.as_deref().map(source).transpose()?,
        texts: args.texts.as_deref().map(source).transpose()?,
    };
    let dates = if args.shift_to_future {
        Dates::ShiftedToFuture
    } else {
        Dates::AsWritten
    };
    Ok((files, dates))
}

fn source(path: impl AsRef<Path>) -> Result<Source, String> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let size = std::fs::metadata(path)
        .map_err(|error| format!("{name}: {error}"))?
        .len();
    if size > FILE_BYTES_MAX {
        return Err(format!(
            "{name}: {size} bytes are more than {FILE_BYTES_MAX}"
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    Ok(Source { name, bytes })
}
