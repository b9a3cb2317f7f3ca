//! An order must take as long among millions of tickets as in an empty shop: the same modest rate
//! of orders, before and after the tickets are there.

use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::store::Database;
use super::{Figure, Settings, as_f64, median, prepare};
use crate::drive::{self, Arrivals, Progress, Shape};
use crate::meter::{Meter, Step};
use crate::say;
use crate::scenarios::Order;
use crate::shop::Shop;

/// A sold-out stadium each.
const PLACES: u32 = 80_000;
/// Events that are filled by one command.
const EVENTS_AT_ONCE: u64 = 8;
const CONNECTIONS: usize = 64;
const WARM_UP: Duration = Duration::from_secs(2);
const FACTOR_MAX: f64 = 1.3;
const SETTLED_AFTER: Duration = Duration::from_secs(5);

/// Microseconds, a value for each round.
#[derive(Default)]
struct Latencies {
    p50: Vec<f64>,
    p99: Vec<f64>,
}

pub(super) async fn measure(settings: &Settings) -> Result<Vec<Figure>, String> {
    let database = Database::open(&settings.database_url).await?;
    let shop = settings.shop.shop()?;
    shop.shows_events().await?;
    let few = database.count_tickets().await?;
    let before = rounds(settings, &shop).await?;
    fill(settings, &database).await?;
    let many = database.count_tickets().await?;
    let size = database.bytes().await?;
    let after = rounds(settings, &shop).await?;
    let mut figures = vec![
        Figure::new("tickets before", as_f64(few), ""),
        Figure::new("tickets after", as_f64(many), ""),
        Figure::new("the database after", as_f64(size) / 1e6, "MB"),
    ];
    let kinds = [
        ("median", before.p50, after.p50),
        ("p99", before.p99, after.p99),
    ];
    for (kind, before, after) in kinds {
        let (before, after) = (median(before), median(after));
        let factor = after / before.max(1.0);
        figures.extend([
            Figure::new(format!("order, {kind}, before"), before, "µs"),
            Figure::new(format!("order, {kind}, after"), after, "µs"),
            Figure::new(format!("order, {kind}, after / before"), factor, "").wanted(FACTOR_MAX),
        ]);
    }
    Ok(figures)
}

/// Tickets as `api rehearse tickets` makes them, in stadiums of their own.
async fn fill(settings: &Settings, database: &Database) -> Result<(), String> {
    let begun = Instant::now();
    let mut left = settings.tickets.div_ceil(u64::from(PLACES));
    while left > 0 {
        let count = left.min(EVENTS_AT_ONCE);
        let codes = prepare::events(settings, PLACES, usize::try_from(count).unwrap_or(1))?;
        let (codes, each) = (codes.join(","), PLACES.to_string());
        let arguments: [&str; 6] = ["rehearse", "tickets", "--event", &codes, "--count", &each];
        prepare::api(settings, &arguments)?;
        left -= count;
        let tickets = database.count_tickets().await?;
        say(&format!("{tickets} tickets after {:.0?}", begun.elapsed()));
    }
    database.settle().await?;
    // What was written in bulk has gone to the disk before anything is measured: every order waits
    // for its own writing, and would wait for gigabytes before it.
    let written = Command::new("sync").status();
    if !written.map_err(|error| format!("sync: {error}"))?.success() {
        return Err("sync: what was prepared may not be on the disk".to_owned());
    }
    sleep(SETTLED_AFTER).await;
    Ok(())
}

async fn rounds(settings: &Settings, shop: &Rc<Shop>) -> Result<Latencies, String> {
    let mut latencies = Latencies::default();
    for _ in 0..settings.order_rounds {
        let (p50, p99) = round(settings, shop).await?;
        latencies.p50.push(p50);
        latencies.p99.push(p99);
    }
    Ok(latencies)
}

async fn round(settings: &Settings, shop: &Rc<Shop>) -> Result<(f64, f64), String> {
    let lasts = WARM_UP + Duration::from_secs(settings.order_seconds);
    let seconds = usize::try_from(lasts.as_secs()).unwrap_or(1);
    let wanted = usize::try_from(settings.orders_per_second).unwrap_or(1) * seconds;
    let prepared = Order::prepare(shop, CONNECTIONS, wanted + wanted / 10).await;
    let meter = Meter::start(WARM_UP);
    let order = Rc::new(prepared.measured_by(&meter));
    let progress = Progress::of(&meter, "orders");
    let arrivals = Arrivals {
        per_second: f64::from(settings.orders_per_second),
        poisson: true,
        lasts,
        shape: Shape::Even,
    };
    drive::open(&order, &shop.target, CONNECTIONS, arrivals).await;
    drop(progress);
    let seen = meter.0.borrow();
    let figures = seen.steps.get(&Step::Order).ok_or("no order was placed")?;
    if seen.failed > 0 {
        return Err(format!("{} requests failed", seen.failed));
    }
    let at = |quantile| as_f64(figures.served.value_at_quantile(quantile));
    Ok((at(0.5), at(0.99)))
}
