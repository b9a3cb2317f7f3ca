//! `loadtests run SCENARIO`: one scenario, open by default, closed to find what can be served.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::drive::{self, Arrivals, Progress, Shape, Visitors};
use crate::meter::{Meter, NO_ANSWER};
use crate::scenarios::checkout::Issued;
use crate::scenarios::{Browse, Checkout, Hold, Order};
use crate::shop::{People, Shop};
use crate::webhooks::{Fates, Shares};
use crate::wire::{Reach, Target};
use crate::{audit, html, machine, say};

/// How to reach the shop, and who comes.
#[derive(Debug, Clone, Args)]
pub(crate) struct ShopSettings {
    #[arg(long, env = "API_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// Made by `api rehearse accounts`.
    #[arg(long, env = "LOAD_ACCOUNTS")]
    pub accounts: PathBuf,
    /// Codes, comma-separated; made by `api rehearse event`.
    #[arg(long, env = "LOAD_EVENTS", value_delimiter = ',', required = true)]
    pub events: Vec<String>,
    /// What the sandbox bank signs with.
    #[arg(
        long,
        env = "SANDBOX_BANK_SECRET",
        hide_env_values = true,
        default_value = ""
    )]
    pub bank_secret: String,
    /// What becomes of the bank's webhooks: `lost:0.2,doubled:0.2` of all captures.
    #[arg(long, default_value = "")]
    pub webhooks: Shares,
    /// Fates are drawn from it.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The program that audits afterwards.
    #[arg(long, env = "API_BINARY")]
    pub api_binary: Option<PathBuf>,
    /// Talk to an address that is not this machine's.
    #[arg(long)]
    pub allow_remote: bool,
    /// As many as a process has requests under way when many people come.
    #[arg(long, default_value_t = 256)]
    pub connections: usize,
}

impl ShopSettings {
    pub(crate) fn target(&self, url: &str) -> Result<Target, String> {
        Target::parse(url, self.reach())
    }

    pub(crate) const fn reach(&self) -> Reach {
        if self.allow_remote {
            Reach::Anywhere
        } else {
            Reach::Loopback
        }
    }

    pub(crate) fn shop(&self) -> Result<Rc<Shop>, String> {
        let target = self.target(&self.url)?;
        let people = People::read(&self.accounts)?;
        let events = self.events.clone();
        let fates = Fates::new(self.webhooks, self.seed);
        let shop = Shop::new(target, people, events, &self.bank_secret);
        Ok(Rc::new(shop.with_webhooks(fates)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// Browsing at a modest rate: is the service up to it at all?
    Smoke,
    Browse,
    Hold,
    Order,
    Checkout,
}

impl Scenario {
    const fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Browse => "browse",
            Self::Hold => "hold",
            Self::Order => "order",
            Self::Checkout => "checkout",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    scenario: Scenario,
    #[command(flatten)]
    shop: ShopSettings,
    /// Arrivals a second; 0: as fast as the connections are answered.
    #[arg(long, default_value_t = 200.0)]
    per_second: f64,
    /// Arrivals at random with this mean, not evenly.
    #[arg(long)]
    poisson: bool,
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    #[arg(long, default_value_t = 0)]
    warm_up: u64,
    #[arg(long, default_value = ".local/reports")]
    reports: PathBuf,
}

/// # Errors
/// When requests failed, or the audit did.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let shop = settings.shop.shop()?;
    shop.shows_events().await?;
    let name = settings.scenario.name();
    let meter = match settings.scenario {
        Scenario::Order => order(&settings, &shop).await,
        Scenario::Checkout => checkout(&settings, &shop).await?,
        Scenario::Smoke | Scenario::Browse => {
            let meter = settings.meter();
            let shop = Rc::clone(&shop);
            let browse = Rc::new(Browse { shop, meter });
            settings
                .load(&browse, &browse.shop.target, &browse.meter)
                .await;
            browse.meter.clone()
        }
        Scenario::Hold => {
            let meter = settings.meter();
            let shop = Rc::clone(&shop);
            let hold = Rc::new(Hold { shop, meter });
            settings.load(&hold, &hold.shop.target, &hold.meter).await;
            hold.meter.clone()
        }
    };
    write_report(&settings.reports, name, &meter, &json!({}))?;
    tell(name, &meter);
    audit::run(settings.shop.api_binary.as_deref())?;
    match meter.0.borrow().failed {
        0 => Ok(()),
        failed => Err(format!("{failed} requests failed")),
    }
}

async fn order(settings: &Settings, shop: &Rc<Shop>) -> Meter {
    // As many as will come, or more than can be served.
    let seconds = f64::from(u32::try_from(settings.seconds).unwrap_or(u32::MAX));
    let rate = if settings.per_second > 0.0 {
        settings.per_second
    } else {
        4_000.0
    };
    let wanted = usize_of(rate * seconds);
    let prepared = Order::prepare(shop, settings.shop.connections, wanted).await;
    let meter = settings.meter();
    let order = Rc::new(prepared.measured_by(&meter));
    settings.load(&order, &shop.target, &meter).await;
    meter
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of requests, positive and small"
)]
fn usize_of(count: f64) -> usize {
    count as usize
}

async fn checkout(settings: &Settings, shop: &Rc<Shop>) -> Result<Meter, String> {
    let meter = settings.meter();
    let issued = Issued::watch_with(shop, &meter);
    let checkout = Rc::new(Checkout {
        shop: Rc::clone(shop),
        meter: meter.clone(),
        issued,
    });
    settings.load(&checkout, &shop.target, &meter).await;
    checkout.issued.all().await?;
    Ok(meter)
}

impl Settings {
    fn meter(&self) -> Meter {
        Meter::start(Duration::from_secs(self.warm_up))
    }

    async fn load<V: Visitors>(&self, visitors: &Rc<V>, target: &Target, meter: &Meter) {
        let _progress = Progress::of(meter, self.scenario.name());
        let lasts = Duration::from_secs(self.seconds + self.warm_up);
        if self.per_second <= 0.0 {
            return drive::closed(visitors, target, self.shop.connections, lasts).await;
        }
        let arrivals = Arrivals {
            per_second: self.per_second,
            poisson: self.poisson,
            lasts,
            shape: Shape::Even,
        };
        drive::open(visitors, target, self.shop.connections, arrivals).await;
    }
}

/// Latencies and answers of each step.
pub(crate) fn tell(name: &str, meter: &Meter) {
    say(&format!("{name}: {:.0} done a second", meter.rate()));
    for (step, figures) in &meter.0.borrow().steps {
        let at = |quantile| figures.served.value_at_quantile(quantile);
        let statuses: Vec<String> = figures
            .statuses
            .iter()
            .map(|(status, count)| match *status {
                NO_ANSWER => format!("no answer {count}"),
                status => format!("{status}: {count}"),
            })
            .collect();
        say(&format!(
            "  {:<8} p50 {:>7} µs  p99 {:>8} µs  max {:>8} µs   {}",
            step.name(),
            at(0.5),
            at(0.99),
            figures.served.max(),
            statuses.join("  ")
        ));
    }
}

/// `NAME.json` and `NAME.html` among the reports.
pub(crate) fn write_report(
    folder: &std::path::Path,
    name: &str,
    meter: &Meter,
    more: &Value,
) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let report = json!({
        "scenario": name,
        "machine": machine::describe(),
        "figures": meter.0.borrow().json(),
        "more": more,
    });
    let text = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
    let page = html::page(name, &meter.0.borrow().seconds, &report);
    for (ending, text) in [("json", text), ("html", page)] {
        let path = folder.join(format!("{name}.{ending}"));
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        say(&format!("report: {}", path.display()));
    }
    Ok(())
}
