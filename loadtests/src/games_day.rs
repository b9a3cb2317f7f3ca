//! `loadtests games_day`: everything at once, with a day's curve in a few minutes: a quiet night, a
//! busy day, the evening when everybody is home.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use crate::drive::{self, Arrivals, Progress, Shape};
use crate::gate_opening::{self, GateSettings, knows_tickets, told_centre};
use crate::meter::Meter;
use crate::run::{ShopSettings, tell, write_report};
use crate::scenarios::day::Day;
use crate::{audit, say};

#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[command(flatten)]
    shop: ShopSettings,
    #[command(flatten)]
    gate: GateSettings,
    /// Visits a second at the evening's peak.
    #[arg(long, default_value_t = 300.0)]
    per_second: f64,
    #[arg(long, default_value_t = 3)]
    minutes: u64,
    /// Visitors with a connection at once; whoever finds none free waits, and the wait counts.
    #[arg(long, default_value_t = 512)]
    visitors_max: usize,
    #[arg(long, default_value = ".local/reports")]
    reports: PathBuf,
}

/// # Errors
/// When a request failed, a verdict was wrong, a paid order got no ticket, or the audit fails.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let shop = settings.shop.shop()?;
    shop.shows_events().await?;
    let meter = Meter::start(Duration::ZERO);
    let gate = Rc::new(settings.gate.gate(settings.shop.reach())?);
    gate.measured_by(&meter);
    knows_tickets(&gate).await?;
    let day = Rc::new(Day::new(&shop, &gate, &meter));
    let arrivals = Arrivals {
        per_second: settings.per_second,
        poisson: true,
        lasts: Duration::from_mins(settings.minutes),
        shape: Shape::Day,
    };
    let progress = Progress::of(&meter, "day");
    drive::open(&day, &shop.target, settings.visitors_max, arrivals).await;
    let issued = day.issued.all().await;
    drop(progress);
    if !day.tickets_left.get() {
        say("the gate's crowd was smaller than its share of the visits");
    }
    let found = json!({
        "visits": day.done(),
        "gate": gate_opening::figures(&gate),
        "peak_visits_per_second": settings.per_second,
        "minutes": settings.minutes,
    });
    tell("games_day", &meter);
    say(&serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?);
    write_report(&settings.reports, "games_day", &meter, &found)?;
    told_centre(&gate).await?;
    audit::run(settings.shop.api_binary.as_deref())?;
    issued?;
    gate.check()?;
    match meter.0.borrow().failed {
        0 => Ok(()),
        failed => Err(format!("{failed} requests failed")),
    }
}
