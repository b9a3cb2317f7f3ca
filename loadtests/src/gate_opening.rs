//! `loadtests gate_opening`: the doors open and the whole crowd comes to one gate's service, by
//! schedule or as fast as it is let in.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::drive::{self, Arrivals, Progress, Shape};
use crate::meter::{Meter, per_second};
use crate::run::{tell, write_report};
use crate::scenarios::gate::{Entrance, Gate};
use crate::wire::{Connection, Reach, Target};
use crate::{audit, say};

/// The gate reads its list every second or two, and a large one takes a while to be made.
const LIST_WITHIN: Duration = Duration::from_mins(3);
const TOLD_WITHIN: Duration = Duration::from_mins(3);
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How to reach the gate, and who comes.
#[derive(Debug, Clone, Args)]
pub(crate) struct GateSettings {
    #[arg(long, env = "GATE_URL", default_value = "http://127.0.0.1:8090")]
    pub gate_url: String,
    /// A gate of the same name that has the same list and no link to the centre.
    #[arg(long, env = "CUT_GATE_URL")]
    pub cut_gate_url: Option<String>,
    #[arg(long, env = "GATE_TOKEN", hide_env_values = true, default_value = "")]
    pub gate_token: String,
    #[arg(long, env = "GATE_NAME", default_value = "Gate-A")]
    pub gate_name: String,
    /// Credentials, made by `api rehearse tickets`; nobody has entered with one yet.
    #[arg(long, env = "LOAD_TICKETS")]
    pub tickets: Option<PathBuf>,
    /// Of an event that does not enter there.
    #[arg(long, env = "LOAD_OTHER_TICKETS")]
    pub other_tickets: Option<PathBuf>,
}

impl GateSettings {
    /// # Errors
    /// When the gate is on another machine, or there are no tickets.
    pub(crate) fn gate(&self, reach: Reach) -> Result<Gate, String> {
        self.gate_at(&self.gate_url, reach)
    }

    /// The one without a link, if there is one.
    ///
    /// # Errors
    /// As for `gate`.
    pub(crate) fn cut_gate(&self, reach: Reach) -> Result<Option<Gate>, String> {
        let url = self.cut_gate_url.as_deref();
        url.map(|url| self.gate_at(url, reach)).transpose()
    }

    fn gate_at(&self, url: &str, reach: Reach) -> Result<Gate, String> {
        let tickets = self.tickets.as_deref();
        let tickets = lines(tickets.ok_or("LOAD_TICKETS names no file of credentials")?)?;
        let others = self.other_tickets.as_deref().map(lines).transpose()?;
        let entrance = Entrance {
            target: Target::parse(url, reach)?,
            token: self.gate_token.clone(),
            name: self.gate_name.clone(),
        };
        Ok(Gate::new(entrance, tickets, others.unwrap_or_default()))
    }
}

fn lines(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[command(flatten)]
    gate: GateSettings,
    #[arg(long, env = "API_BINARY")]
    api_binary: Option<PathBuf>,
    /// Talk to an address that is not this machine's.
    #[arg(long)]
    allow_remote: bool,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Visitors a second; 0: as fast as they are let in.
    #[arg(long, default_value_t = 0.0)]
    per_second: f64,
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    #[arg(long, default_value_t = 1)]
    warm_up: u64,
    #[arg(long, default_value = ".local/reports")]
    reports: PathBuf,
}

/// # Errors
/// When a verdict was wrong, a request failed, or the audit does.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let reach = if settings.allow_remote {
        Reach::Anywhere
    } else {
        Reach::Loopback
    };
    let gate = settings.gate.gate(reach)?;
    knows_tickets(&gate).await?;
    let meter = Meter::start(Duration::from_secs(settings.warm_up));
    gate.measured_by(&meter);
    let gate = Rc::new(gate);
    let progress = Progress::of(&meter, "gate");
    let lasts = Duration::from_secs(settings.seconds + settings.warm_up);
    if settings.per_second <= 0.0 {
        drive::closed(&gate, &gate.target, settings.connections, lasts).await;
    } else {
        let arrivals = Arrivals {
            per_second: settings.per_second,
            poisson: true,
            lasts,
            shape: Shape::Even,
        };
        drive::open(&gate, &gate.target, settings.connections, arrivals).await;
    }
    drop(progress);
    let found = figures(&gate);
    tell("gate_opening", &meter);
    say(&serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?);
    write_report(&settings.reports, "gate_opening", &meter, &found)?;
    told_centre(&gate).await?;
    audit::run(settings.api_binary.as_deref())?;
    gate.check()?;
    match meter.0.borrow().failed {
        0 => Ok(()),
        failed => Err(format!("{failed} requests failed")),
    }
}

pub(crate) fn figures(gate: &Gate) -> Value {
    let meter = gate.meter();
    let seen = meter.0.borrow();
    let elapsed = seen.last_goal.duration_since(seen.counts_from);
    json!({
        "verdicts": *gate.verdicts.borrow(),
        "wrong_verdicts": *gate.wrong.borrow(),
        "admitted": gate.admitted(),
        "decided_without_the_centre": gate.decided_alone.get(),
        "scans_per_second": per_second(seen.goals, elapsed),
    })
}

/// Waits until the gate has a list with tickets in it.
///
/// # Errors
/// When it has none in time.
pub(crate) async fn knows_tickets(gate: &Gate) -> Result<(), String> {
    let wanted = u64::try_from(gate.tickets()).unwrap_or(u64::MAX);
    until(gate, LIST_WITHIN, "knows its tickets", |status| {
        let events = status.get("events").and_then(Value::as_array);
        let tickets = events.into_iter().flatten();
        let most = tickets
            .filter_map(|event| event.get("tickets")?.as_u64())
            .max();
        most >= Some(wanted)
    })
    .await
}

/// Waits until the centre knows all that was scanned: then it can be audited.
///
/// # Errors
/// When it does not in time.
pub(crate) async fn told_centre(gate: &Gate) -> Result<(), String> {
    until(
        gate,
        TOLD_WITHIN,
        "has told the centre everything",
        |status| status.get("waiting").and_then(Value::as_u64) == Some(0),
    )
    .await
}

async fn until(
    gate: &Gate,
    within: Duration,
    what: &str,
    holds: impl Fn(&Value) -> bool,
) -> Result<(), String> {
    let mut connection = Connection::new(&gate.target);
    let patience = Instant::now() + within;
    while Instant::now() < patience {
        if gate
            .status(&mut connection)
            .await
            .as_ref()
            .is_some_and(&holds)
        {
            return Ok(());
        }
        sleep(LOOK_EVERY).await;
    }
    Err(format!("{within:?} are over before the gate {what}"))
}
