//! `api rehearse`: what a load test needs, made in bulk. Refused in production.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::SignedDuration;
use ticket_core::ids::EventCode;
use ticket_core::limits::EVENT_PLACES_MAX;

use crate::accounts::{self, Rehearsed};
use crate::app::App;
use crate::catalogue::{CatalogueFiles, Dates, ImportRefused, Source, import_catalogue};
use crate::tickets::{self, Purpose};

/// Far enough that no ticket is released, and no mail due, while a test runs.
const DAYS_AHEAD: i64 = 60;
const RELEASE_HOURS: u32 = 24;
/// Near enough that the gates are open, far enough for a run of the load test.
const HOURS_AHEAD_AT_THE_GATES: i64 = 2;
const PRICE_COLUMNS: usize = 4;

#[derive(Debug, Subcommand)]
pub(super) enum Rehearse {
    /// Active accounts with a session each; `cookie csrf email password` by line in a file of the
    /// owner's.
    Accounts {
        #[arg(long)]
        count: usize,
        #[arg(long)]
        out: PathBuf,
    },
    /// Events on sale, each in a hall of so many places.
    Event {
        #[arg(long, required = true, value_delimiter = ',')]
        code: Vec<String>,
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(EVENT_PLACES_MAX)))]
        places: u32,
        #[arg(long, default_value_t = 2_500)]
        price_cents: u32,
        /// Price categories, from A.
        #[arg(long, default_value_t = 1)]
        #[arg(value_parser = clap::value_parser!(u8).range(1..=4))]
        categories: u8,
        /// Begins so soon that its gates admit, and sends its tickets as soon as they are paid.
        #[arg(long)]
        gates_open: bool,
    },
    /// Tickets paid and sent, for events that have none yet.
    Tickets {
        #[arg(long, required = true, value_delimiter = ',')]
        event: Vec<EventCode>,
        /// For each event.
        #[arg(long)]
        count: u32,
        /// Their credentials, a line each, in a file of the owner's; without it they are paid only.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// When a rehearsed event takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ahead {
    Weeks,
    GatesOpen,
}

/// # Errors
/// In production, or when a store does not answer.
pub(super) async fn run(app: App, command: Rehearse) -> Result<(), String> {
    if !app.config.is_development() {
        return Err("rehearsals are for development: MODE is production".into());
    }
    match command {
        Rehearse::Accounts { count, out } => {
            let made = accounts::rehearse(&app, count).await;
            let made = made.map_err(|error| error.to_string())?;
            write_file(&out, made.iter().map(account_line))
        }
        Rehearse::Tickets { event, count, out } => {
            let purpose = out.as_ref().map_or(Purpose::Filler, |_| Purpose::Gate);
            let digits = tickets::rehearse(&app, &event, (count, purpose)).await;
            let digits = digits.map_err(|error| error.to_string())?;
            out.map_or(Ok(()), |out| write_file(&out, digits.into_iter()))
        }
        Rehearse::Event {
            code,
            places,
            price_cents,
            categories,
            gates_open,
        } => {
            let ahead = if gates_open {
                Ahead::GatesOpen
            } else {
                Ahead::Weeks
            };
            let hall = (places, price_cents, categories);
            let sessions = sessions(&app, &code, hall, ahead)?;
            import(&app, sessions, places).await
        }
    }
}

fn account_line(made: &Rehearsed) -> String {
    let Rehearsed {
        cookie,
        csrf,
        email,
        password,
        ..
    } = made;
    format!("{cookie} {csrf} {email} {password}")
}

fn write_file(path: &Path, lines: impl Iterator<Item = String>) -> Result<(), String> {
    write_lines(path, lines).map_err(|error| format!("{}: {error}", path.display()))
}

fn write_lines(path: &Path, lines: impl Iterator<Item = String>) -> std::io::Result<()> {
    // An older file keeps its rights when it is written again.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    let mut file = std::io::BufWriter::new(file);
    for line in lines {
        writeln!(file, "{line}")?;
    }
    file.flush()
}

fn sessions(
    app: &App,
    codes: &[String],
    (places, price_cents, categories): (u32, u32, u8),
    ahead: Ahead,
) -> Result<String, String> {
    let (hours, release) = match ahead {
        Ahead::Weeks => (24 * DAYS_AHEAD, RELEASE_HOURS.to_string()),
        Ahead::GatesOpen => (HOURS_AHEAD_AT_THE_GATES, String::new()),
    };
    let start = app.clock.now() + SignedDuration::from_hours(hours);
    let end = start + SignedDuration::from_hours(3);
    let mut prices = vec![price_cents.to_string(); usize::from(categories)];
    prices.resize(PRICE_COLUMNS, String::new());
    let prices = prices.join(",");
    let mut text = String::from(
        "session_code,discipline_code,discipline,venue_code,starts_at,ends_at,medal_session,\
         programme,capacity,price_a_cents,price_b_cents,price_c_cents,price_d_cents,\
         release_hours\n",
    );
    let minute = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:00+00:00").to_string();
    let (start, end) = (minute(start), minute(end));
    for code in codes {
        writeln!(
            text,
            "{code},LOAD,Load test,L{places},{start},{end},0,Rehearsal,{places},{prices},\
             {release}"
        )
        .map_err(|error| error.to_string())?;
    }
    Ok(text)
}

async fn import(app: &App, sessions: String, places: u32) -> Result<(), String> {
    let source = |name: &str, text: String| Source {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    };
    let venue =
        format!("venue_code,venue,city,capacity\nL{places},Load test hall,Nowhere,{places}\n");
    let files = CatalogueFiles {
        venues: source("venues", venue),
        sessions: source("sessions", sessions),
        plans: None,
        texts: None,
    };
    let report = import_catalogue(app, &files, Dates::AsWritten)
        .await
        .map_err(|refused| match refused {
            ImportRefused::Failed(error) => error.to_string(),
            ImportRefused::Faults(faults) => faults
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n"),
        })?;
    report.loaded.map(|_| ()).map_err(|error| error.to_string())
}
