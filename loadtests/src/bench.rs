//! `loadtests bench`: each limit and its real endpoint in turn, several times, with the same
//! generator and the same connections; the median of the ratios.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use crate::drive::{self, Next, Visit, Visitors};
use crate::gate_opening::{GateSettings, knows_tickets, told_centre};
use crate::limits::{MESSAGE_BYTES, SEED};
use crate::meter::{Meter, NO_ANSWER, Step, per_second};
use crate::run::ShopSettings;
use crate::scenarios::checkout::Issued;
use crate::scenarios::gate::Gate;
use crate::scenarios::{Browse, Checkout, Hold, Order};
use crate::shop::{BROWSER_HEADERS, Shop};
use crate::verdicts::Verdicts;
use crate::wire::{Connection, Target};
use crate::{audit, machine, say};

/// More orders a second than this machine's limit could commit are not prepared.
const ORDERS_PREPARED_PER_SECOND: u64 = 20_000;

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// What to measure; all of it when nothing is named.
    #[arg(value_enum)]
    pairs: Vec<Pair>,
    #[command(flatten)]
    shop: ShopSettings,
    #[command(flatten)]
    gate: GateSettings,
    #[arg(long, env = "LIMITS_URL", default_value = "http://127.0.0.1:8099")]
    limits_url: String,
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    #[arg(long, default_value_t = 1)]
    warm_up: u64,
    #[arg(long, default_value = ".local/bench.json")]
    out: PathBuf,
}

/// What is measured against what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Pair {
    BrowseHello,
    HoldRedis,
    OrderCommit,
    CheckoutCommit,
    /// While the centre answers every scan, on the same processors.
    Scan,
    /// While the gate decides alone.
    ScanCut,
}

impl Pair {
    const ALL: [Self; 6] = [
        Self::BrowseHello,
        Self::HoldRedis,
        Self::OrderCommit,
        Self::CheckoutCommit,
        Self::Scan,
        Self::ScanCut,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::BrowseHello => "browse/hello",
            Self::HoldRedis => "hold/redis",
            Self::OrderCommit => "order/commit",
            Self::CheckoutCommit => "checkout/commit",
            Self::Scan => "scan/scan",
            Self::ScanCut => "scan cut/scan",
        }
    }

    /// What the issue asks for.
    const fn wanted(self) -> f64 {
        match self {
            Self::BrowseHello => 0.7,
            Self::HoldRedis | Self::OrderCommit | Self::Scan | Self::ScanCut => 0.5,
            Self::CheckoutCommit => 0.25,
        }
    }
}

/// Rates of one pair, a value per round.
struct Rates {
    pair: Pair,
    limit: Vec<f64>,
    real: Vec<f64>,
}

/// # Errors
/// When a request failed or the audit did.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let bench = Bench {
        shop: settings.shop.shop()?,
        limits: settings.shop.target(&settings.limits_url)?,
        gate: only_fresh(settings.gate.gate(settings.shop.reach())?),
        cut_gate: settings
            .gate
            .cut_gate(settings.shop.reach())?
            .map(only_fresh),
        settings,
    };
    bench.shop.shows_events().await?;
    for gate in bench.gates() {
        knows_tickets(gate).await?;
    }
    let mut all: Vec<Rates> = Vec::new();
    let pairs = match bench.settings.pairs.as_slice() {
        [] => &Pair::ALL,
        some => some,
    };
    for &pair in pairs {
        let mut rates = Rates {
            pair,
            limit: Vec::new(),
            real: Vec::new(),
        };
        for round in 1..=bench.settings.rounds {
            rates.limit.push(bench.limit(pair).await?);
            rates.real.push(bench.real(pair).await?);
            say(&format!(
                "{:<16} round {round}: limit {:>8.0}/s  real {:>8.0}/s",
                pair.name(),
                rates.limit.last().unwrap_or(&0.0),
                rates.real.last().unwrap_or(&0.0),
            ));
        }
        all.push(rates);
    }
    print_table(&all);
    let gate = bench.gate_figures(&all).await?;
    bench.write(&all, &gate)?;
    told_centre(&bench.gate).await?;
    audit::run(bench.settings.shop.api_binary.as_deref())?;
    bench.gates().try_for_each(|gate| gate.check())
}

fn only_fresh(mut gate: Gate) -> Rc<Gate> {
    gate.only_fresh = true;
    Rc::new(gate)
}

struct Bench {
    shop: Rc<Shop>,
    limits: Target,
    gate: Rc<Gate>,
    cut_gate: Option<Rc<Gate>>,
    settings: Settings,
}

impl Bench {
    fn gates(&self) -> impl Iterator<Item = &Rc<Gate>> {
        std::iter::once(&self.gate).chain(&self.cut_gate)
    }

    fn meter(&self) -> Meter {
        Meter::start(Duration::from_secs(self.settings.warm_up))
    }

    async fn load<V: Visitors>(&self, visitors: &Rc<V>, target: &Target) {
        let lasts = Duration::from_secs(self.settings.seconds + self.settings.warm_up);
        drive::closed(visitors, target, self.settings.shop.connections, lasts).await;
    }

    async fn limit(&self, pair: Pair) -> Result<f64, String> {
        let requests = match pair {
            Pair::BrowseHello => vec![self.limits.request("GET /hello", BROWSER_HEADERS, "")],
            Pair::HoldRedis => vec![self.limits.request("POST /redis", "", "")],
            Pair::OrderCommit | Pair::CheckoutCommit => {
                vec![self.limits.request("POST /commit", "", "")]
            }
            Pair::Scan | Pair::ScanCut => self.signed_scans(),
        };
        let meter = self.meter();
        let calls = Rc::new(Calls {
            requests,
            meter: meter.clone(),
        });
        self.load(&calls, &self.limits).await;
        rate_of(&meter, pair.name())
    }

    /// More of them than are asked in a round would not change what an admission costs.
    fn signed_scans(&self) -> Vec<Vec<u8>> {
        let key = SigningKey::from_bytes(&SEED);
        let head = self
            .limits
            .request("POST /scan", "", &" ".repeat(MESSAGE_BYTES + 64));
        let head = &head[..head.len() - MESSAGE_BYTES - 64];
        (0..10_000_u32)
            .map(|number| {
                let mut message = [0; MESSAGE_BYTES];
                message[..4].copy_from_slice(&number.to_le_bytes());
                let signature = key.sign(&message).to_bytes();
                [head, &message, &signature].concat()
            })
            .collect()
    }

    async fn real(&self, pair: Pair) -> Result<f64, String> {
        let meter = self.meter();
        let shop = Rc::clone(&self.shop);
        let target = &self.shop.target;
        match pair {
            Pair::BrowseHello => {
                let meter = meter.clone();
                self.load(&Rc::new(Browse { shop, meter }), target).await;
            }
            Pair::HoldRedis => {
                let meter = meter.clone();
                self.load(&Rc::new(Hold { shop, meter }), target).await;
            }
            Pair::OrderCommit => return self.orders().await,
            Pair::CheckoutCommit => return self.checkouts().await,
            Pair::Scan => return self.scans(&self.gate).await,
            Pair::ScanCut => return self.scans_cut().await,
        }
        rate_of(&meter, pair.name())
    }

    async fn orders(&self) -> Result<f64, String> {
        let seconds = self.settings.seconds + self.settings.warm_up;
        let wanted = usize::try_from(ORDERS_PREPARED_PER_SECOND * seconds).unwrap_or(usize::MAX);
        let connections = self.settings.shop.connections;
        let prepared = Order::prepare(&self.shop, connections, wanted).await;
        let meter = self.meter();
        let order = Rc::new(prepared.measured_by(&meter));
        self.load(&order, &self.shop.target).await;
        rate_of(&meter, "order")
    }

    /// Each ticket is shown once; the gate is that of a whole run, so that none comes twice.
    async fn scans(&self, gate: &Rc<Gate>) -> Result<f64, String> {
        let meter = self.meter();
        gate.measured_by(&meter);
        self.load(gate, &gate.target).await;
        rate_of(&meter, "scan")
    }

    async fn scans_cut(&self) -> Result<f64, String> {
        let gate = self.cut_gate.as_ref().ok_or("CUT_GATE_URL names no gate")?;
        let rate = self.scans(gate).await?;
        let admitted = u64::try_from(gate.admitted()).unwrap_or(u64::MAX);
        if gate.decided_alone.get() < admitted {
            return Err("the gate without a link got answers of the centre".to_owned());
        }
        Ok(rate)
    }

    /// The time until the last ticket is issued counts.
    async fn checkouts(&self) -> Result<f64, String> {
        let meter = self.meter();
        let issued = Issued::watch_with(&self.shop, &meter);
        let checkout = Rc::new(Checkout {
            shop: Rc::clone(&self.shop),
            meter: meter.clone(),
            issued,
        });
        let started = Instant::now();
        self.load(&checkout, &self.shop.target).await;
        let sold = started.elapsed();
        checkout.issued.all().await?;
        let drained = started.elapsed().saturating_sub(sold);
        if drained > Duration::from_millis(500) {
            say(&format!(
                "  the last tickets were issued {drained:.1?} after the last sale"
            ));
        }
        rate_of(&meter, "checkout")
    }

    /// What else the gate is measured by: verdicts while it is half as busy as it can be, and what
    /// its list costs.
    async fn gate_figures(&self, all: &[Rates]) -> Result<Value, String> {
        let Some(scans) = all.iter().find(|rates| rates.pair == Pair::Scan) else {
            return Ok(Value::Null);
        };
        let half = median(scans.real.clone()).unwrap_or(0.0) / 2.0;
        let lasts = Duration::from_secs(self.settings.seconds);
        let verdicts = Verdicts {
            per_second: half,
            lasts,
            connections: self.settings.shop.connections,
        };
        let meter = self.meter();
        verdicts.measure(&self.gate, &meter).await
    }

    fn write(&self, all: &[Rates], gate: &Value) -> Result<(), String> {
        let mut ratios = serde_json::Map::new();
        let mut rates = serde_json::Map::new();
        for pair in all {
            let name = pair.pair.name().to_owned();
            ratios.insert(name.clone(), pair.ratio().map_or(Value::Null, rounded));
            rates.insert(
                name,
                json!({ "limit_per_second": pair.limit, "real_per_second": pair.real,
                    "wanted": pair.pair.wanted() }),
            );
        }
        let text = json!({
            "ratios": ratios,
            "rates": rates,
            "gate": gate,
            "machine": machine::describe(),
            "settings": { "rounds": self.settings.rounds, "seconds": self.settings.seconds,
                "warm_up": self.settings.warm_up,
                "connections": self.settings.shop.connections },
        });
        let text = serde_json::to_string_pretty(&text).map_err(|error| error.to_string())?;
        let out = &self.settings.out;
        std::fs::write(out, text).map_err(|error| format!("{}: {error}", out.display()))
    }
}

/// A rate means nothing where requests failed.
fn rate_of(meter: &Meter, name: &str) -> Result<f64, String> {
    let figures = meter.0.borrow();
    if figures.failed > 0 {
        return Err(format!("{name}: {} requests failed", figures.failed));
    }
    for (step, figures) in &figures.steps {
        let refused: u64 = figures
            .statuses
            .iter()
            .filter(|(status, _)| !(200..300).contains(*status))
            .map(|(_, count)| count)
            .sum();
        if refused > 0 {
            say(&format!(
                "  {name}: {refused} refused at {}: {:?}",
                step.name(),
                figures.statuses
            ));
        }
    }
    Ok(per_second(figures.goals, figures.counts_from.elapsed()))
}

fn rounded(value: f64) -> Value {
    json!((value * 1_000.0).round() / 1_000.0)
}

impl Rates {
    fn ratio(&self) -> Option<f64> {
        let ratios = self.real.iter().zip(&self.limit);
        median(ratios.map(|(real, limit)| real / limit.max(1.0)).collect())
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn print_table(all: &[Rates]) {
    say("");
    say("real/limit          limit/s     real/s   ratio  wanted");
    for rates in all {
        let shown = |values: &[f64]| {
            median(values.to_vec()).map_or_else(|| "-".to_owned(), |value| format!("{value:.0}"))
        };
        let ratio = rates.ratio();
        say(&format!(
            "{:<16} {:>10} {:>10} {:>7} {:>7.2}",
            rates.pair.name(),
            shown(&rates.limit),
            shown(&rates.real),
            ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
            rates.pair.wanted(),
        ));
    }
    say("");
}

/// Prepared requests, in turn.
struct Calls {
    requests: Vec<Vec<u8>>,
    meter: Meter,
}

impl Visitors for Calls {
    async fn visit(&self, connection: &mut Connection, visit: Visit) -> Next {
        let turn = usize::try_from(visit.number).unwrap_or(0) % self.requests.len();
        let answer = connection.ask(&self.requests[turn]).await;
        let status = answer.map_or(NO_ANSWER, |answer| answer.status);
        self.meter.note(Step::Limit, visit.due.elapsed(), status);
        if (200..300).contains(&status) {
            self.meter.goal(0);
        }
        Next::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_its_rounds() {
        let rates = Rates {
            pair: Pair::HoldRedis,
            limit: vec![100.0, 100.0, 100.0],
            real: vec![90.0, 50.0, 60.0],
        };
        assert_eq!(rates.ratio(), Some(0.6));
        assert_eq!(median(Vec::new()), None);
    }
}
