//! `loadtests on_sale_rush`: calibrates, loads half of it, then opens the hot sale to three times
//! what can be served, until nothing is left.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use crate::drive::{self, Arrivals, Progress, Shape};
use crate::meter::{Meter, Step, per_second};
use crate::run::{ShopSettings, tell, write_report};
use crate::scenarios::Checkout;
use crate::scenarios::checkout::Issued;
use crate::scenarios::rush::Rush;
use crate::shop::{People, Shop};
use crate::{audit, say};

const OVERLOAD: f64 = 3.0;
const SUSTAINED_SECONDS: usize = 60;
/// At least this share is sold before the sale says that it is sold out.
const SOLD_SHARE_MIN: f64 = 0.995;
/// Of the median at half load: what the slowest hundredth of the served may take.
const SLOWER_MAX: u64 = 20;

#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[command(flatten)]
    shop: ShopSettings,
    /// The event that everybody wants; the others serve to calibrate.
    #[arg(long, env = "LOAD_HOT_EVENT")]
    hot_event: String,
    #[arg(long, env = "LOAD_HOT_PLACES", default_value_t = 80_000)]
    hot_places: u64,
    #[arg(long, default_value_t = 8)]
    calibrate_seconds: u64,
    #[arg(long, default_value_t = 900)]
    seconds_max: u64,
    /// Visitors with a connection at once; whoever finds none free waits, and the wait counts.
    #[arg(long, default_value_t = 4_000)]
    visitors_max: usize,
    #[arg(long, default_value = ".local/reports")]
    reports: PathBuf,
}

/// # Errors
/// When the sale does not end as it must, or the audit fails.
pub(crate) async fn run(settings: Settings) -> Result<(), String> {
    let shop = settings.shop.shop()?;
    shop.shows_events().await?;
    let capacity = calibrate(&settings, &shop).await?;
    let half_p50 = half_load(&settings, &shop, capacity / 2.0).await?;
    let hot = ShopSettings {
        events: vec![settings.hot_event.clone()],
        ..settings.shop.clone()
    };
    let hot = hot_shop(&hot, &shop)?;
    hot.shows_events().await?;
    let arrivals = Arrivals {
        per_second: capacity * OVERLOAD,
        poisson: true,
        lasts: Duration::from_secs(settings.seconds_max),
        shape: Shape::Even,
    };
    say(&format!(
        "the sale opens: {} places, {:.0} people a second",
        settings.hot_places, arrivals.per_second
    ));
    let meter = Meter::start(Duration::ZERO);
    let rush = Rc::new(Rush::new(&hot, &meter));
    let progress = Progress::of(&meter, "rush");
    drive::open(&rush, &hot.target, settings.visitors_max, arrivals).await;
    let issued = rush.issued.all().await;
    drop(progress);
    let found = figures(&settings, &rush, half_p50);
    tell("on_sale_rush", &meter);
    say(&serde_json::to_string_pretty(&found).map_err(|error| error.to_string())?);
    write_report(&settings.reports, "on_sale_rush", &meter, &found)?;
    audit::run(settings.shop.api_binary.as_deref())?;
    issued?;
    verdict(&settings, &rush, &meter)
}

/// The hot sale's people come from the end of the file: nobody has bought before.
fn hot_shop(settings: &ShopSettings, calibrated: &Shop) -> Result<Rc<Shop>, String> {
    let target = settings.target(&settings.url)?;
    let people = People::read(&settings.accounts)?;
    people.skip(calibrated.people.used());
    let events = settings.events.clone();
    Ok(Rc::new(Shop::new(
        target,
        people,
        events,
        &settings.bank_secret,
    )))
}

/// Whole checkouts a second, as fast as they are served.
async fn calibrate(settings: &Settings, shop: &Rc<Shop>) -> Result<f64, String> {
    let meter = Meter::start(Duration::from_secs(2));
    let checkout = checkout(shop, &meter);
    let lasts = Duration::from_secs(2 + settings.calibrate_seconds);
    drive::closed(&checkout, &shop.target, settings.shop.connections, lasts).await;
    checkout.issued.all().await?;
    let rate = meter.rate();
    say(&format!("calibrated: {rate:.0} checkouts a second"));
    if rate < 1.0 {
        return Err("nothing is served: there is nothing to rush for".to_owned());
    }
    Ok(rate)
}

/// The median of a hold, in microseconds, when half as many come as can be served.
async fn half_load(settings: &Settings, shop: &Rc<Shop>, per_second: f64) -> Result<u64, String> {
    let meter = Meter::start(Duration::from_secs(2));
    let checkout = checkout(shop, &meter);
    let arrivals = Arrivals {
        per_second,
        poisson: true,
        lasts: Duration::from_secs(2 + settings.calibrate_seconds),
        shape: Shape::Even,
    };
    drive::open(&checkout, &shop.target, settings.visitors_max, arrivals).await;
    checkout.issued.all().await?;
    let p50 = hold_latency(&meter, 0.5);
    say(&format!("at half load the median hold takes {p50} µs"));
    Ok(p50)
}

fn checkout(shop: &Rc<Shop>, meter: &Meter) -> Rc<Checkout> {
    Rc::new(Checkout {
        shop: Rc::clone(shop),
        meter: meter.clone(),
        issued: Issued::watch_with(shop, meter),
    })
}

fn hold_latency(meter: &Meter, quantile: f64) -> u64 {
    let figures = meter.0.borrow();
    let hold = figures.steps.get(&Step::Hold);
    hold.map_or(0, |hold| hold.served.value_at_quantile(quantile))
}

fn figures(settings: &Settings, rush: &Rush, half_p50: u64) -> Value {
    let seen = rush.meter.0.borrow();
    // The last seats are paid after the last is held: until then the rush is not over.
    let elapsed = seen.last_goal.duration_since(seen.started);
    let p99 = hold_latency(&rush.meter, 0.99);
    json!({
        "places": settings.hot_places,
        "tickets": seen.tickets,
        "sold_share": share(seen.tickets, settings.hot_places),
        "seconds_to_sold_out": rush.sold_out_after.get().map(|after| after.as_secs_f64()),
        "tickets_per_second": per_second(seen.tickets, elapsed),
        "best_60_s_tickets_per_second": seen.best_tickets(SUSTAINED_SECONDS),
        "hold_p50_at_half_load_us": half_p50,
        "hold_p99_us": p99,
        "hold_p99_in_bounds": p99 <= half_p50 * SLOWER_MAX,
        "gave_up": rush.gave_up.get(),
    })
}

fn share(part: u64, whole: u64) -> f64 {
    per_second(part, Duration::from_secs(whole))
}

fn verdict(settings: &Settings, rush: &Rush, meter: &Meter) -> Result<(), String> {
    let seen = meter.0.borrow();
    if rush.sold_out_after.get().is_none() {
        return Err("the sale did not end in time".to_owned());
    }
    if seen.failed > 0 {
        return Err(format!("{} requests failed", seen.failed));
    }
    if share(seen.tickets, settings.hot_places) < SOLD_SHARE_MIN {
        return Err(format!("only {} tickets were sold", seen.tickets));
    }
    Ok(())
}
