//! `loadtests costs`: what things cost, on stores of its own: a hold in halls of any size, a whole
//! Games in Redis, an order among millions of tickets, an idle connection, somebody who waits. A
//! table, and JSON that keeps what was not measured this time.

mod connections;
mod games;
mod halls;
mod orders;
mod prepare;
mod process;
mod redis_server;
mod store;
mod waiting;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::run::ShopSettings;
use crate::{audit, machine, say};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Memory of an idle connection that is kept open.
    Connections,
    /// Time and Redis' processor time of a hold, by size of the hall.
    Halls,
    /// What the servers keep of somebody who waits.
    Waiting,
    /// Redis' memory for a whole Games, one place in twenty held.
    Games,
    /// Latency of an order, before and after millions of tickets.
    Orders,
}

impl Part {
    /// The last two leave little of the stores as they were.
    const ALL: [Self; 5] = [
        Self::Connections,
        Self::Halls,
        Self::Waiting,
        Self::Games,
        Self::Orders,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Halls => "halls",
            Self::Waiting => "waiting",
            Self::Games => "games",
            Self::Orders => "orders",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// What to measure; all of it when nothing is named.
    #[arg(value_enum)]
    parts: Vec<Part>,
    #[command(flatten)]
    shop: ShopSettings,
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: String,
    /// The database's owner: tables are counted and vacuumed.
    #[arg(long, env = "DATABASE_OWNER_URL", hide_env_values = true)]
    database_url: String,
    /// The process of `api serve`, whose memory is read.
    #[arg(long, env = "API_PID")]
    api_pid: u32,
    /// As far as the limit on open files goes.
    #[arg(long, default_value_t = 20_000)]
    idle_connections: usize,
    #[arg(long, value_delimiter = ',', default_values_t = [500, 8_000, 80_000, 1_000_000])]
    hall_places: Vec<u32>,
    /// Halls of each size, so that the small ones have room for a round's holds.
    #[arg(long, default_value_t = 8)]
    halls: usize,
    #[arg(long, default_value_t = 1_024)]
    hall_holds: usize,
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Visitors of the waiting room.
    #[arg(long, default_value_t = 50_000)]
    waiting: u64,
    /// A folder with `venues.csv` and `sessions.csv` of a whole Games.
    #[arg(long, env = "GAMES_FOLDER")]
    games: Option<PathBuf>,
    /// Everything in this Redis may be erased: it serves nothing but this.
    #[arg(long)]
    erase_redis: bool,
    /// Among how many tickets orders are placed.
    #[arg(long, default_value_t = 5_000_000)]
    tickets: u64,
    #[arg(long, default_value_t = 200)]
    orders_per_second: u32,
    #[arg(long, default_value_t = 10)]
    order_seconds: u64,
    #[arg(long, default_value_t = 5)]
    order_rounds: usize,
    #[arg(long, default_value = ".local/costs.json")]
    out: PathBuf,
}

/// One line of the table.
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    /// What the issue asks for, at most.
    wanted_max: Option<f64>,
}

impl Figure {
    fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            wanted_max: None,
        }
    }

    const fn wanted(mut self, at_most: f64) -> Self {
        self.wanted_max = Some(at_most);
        self
    }

    fn json(&self) -> Value {
        json!({ "what": self.what, "value": rounded(self.value), "unit": self.unit,
            "wanted_max": self.wanted_max })
    }
}

/// # Errors
/// When something cannot be measured, or the audit fails.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let parts = if settings.parts.is_empty() {
        Part::ALL.to_vec()
    } else {
        settings.parts.clone()
    };
    for part in parts {
        say(&format!("measuring: {}", part.name()));
        let figures = match part {
            Part::Connections => connections::measure(&settings).await?,
            Part::Halls => halls::measure(&settings).await?,
            Part::Waiting => waiting::measure(&settings).await?,
            Part::Games => games::measure(&settings).await?,
            Part::Orders => orders::measure(&settings).await?,
        };
        if figures.is_empty() {
            continue;
        }
        print(&figures);
        keep(&settings, part, &figures)?;
        audit::run(settings.shop.api_binary.as_deref())?;
    }
    say(&format!("costs: {}", settings.out.display()));
    Ok(())
}

fn print(figures: &[Figure]) {
    say("");
    for figure in figures {
        let wanted = figure
            .wanted_max
            .map_or_else(String::new, |most| format!("   wanted: {most} at most"));
        say(&format!(
            "{:<62} {:>12.2} {}{wanted}",
            figure.what, figure.value, figure.unit
        ));
    }
    say("");
}

fn keep(settings: &Settings, part: Part, figures: &[Figure]) -> Result<(), String> {
    let out = &settings.out;
    let old = std::fs::read_to_string(out).unwrap_or_default();
    let mut all: Value = serde_json::from_str(&old).unwrap_or_else(|_| json!({}));
    let figures: Vec<Value> = figures.iter().map(Figure::json).collect();
    all[part.name()] = json!({ "figures": figures, "machine": machine::describe() });
    let text = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
    std::fs::write(out, text).map_err(|error| format!("{}: {error}", out.display()))
}

fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "figures stay far below 2^52")]
fn as_f64(count: u64) -> f64 {
    count as f64
}

/// As a figure, however it was counted.
fn number(count: usize) -> f64 {
    as_f64(u64::try_from(count).unwrap_or(u64::MAX))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
