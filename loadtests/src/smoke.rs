//! The smoke scenario: an open loop, so that a slow service cannot slow its own measurement.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Args;
use hdrhistogram::Histogram;
use reqwest::{Client, Url};

/// Requests under way at once; more arrivals than this mean the service has fallen behind.
const IN_FLIGHT_MAX: usize = 2_000;
const PATHS: [&str; 3] = ["/api/v1/events", "/", "/api/v1/events?q=a&page=1"];

#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[arg(long, env = "API_URL", default_value = "http://127.0.0.1:8080")]
    url: Url,
    #[arg(long, default_value_t = 200)]
    per_second: u32,
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Talk to an address that is not this machine's.
    #[arg(long)]
    anywhere: bool,
}

#[derive(Debug)]
struct Tally {
    latency_us: Histogram<u64>,
    failed: u64,
}

type Shared = Arc<Mutex<Tally>>;

/// # Errors
/// When a request failed, or the target is not this machine.
pub(crate) async fn run(settings: &Settings) -> Result<(), String> {
    if !settings.anywhere && !is_loopback(&settings.url) {
        return Err(format!(
            "{} is not this machine: say --anywhere",
            settings.url
        ));
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|error| error.to_string())?;
    let latency_us =
        Histogram::new_with_bounds(1, 60_000_000, 3).map_err(|error| error.to_string())?;
    let tally: Shared = Arc::new(Mutex::new(Tally {
        latency_us,
        failed: 0,
    }));
    let total = settings.per_second * settings.seconds;
    let late = send_all(settings, &client, &tally, total).await?;
    report(&tally, total, late)
}

fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"))
}

/// Returns how many arrivals found no room.
async fn send_all(
    settings: &Settings,
    client: &Client,
    tally: &Shared,
    total: u32,
) -> Result<u32, String> {
    let room = Arc::new(tokio::sync::Semaphore::new(IN_FLIGHT_MAX));
    let started = Instant::now();
    let mut late = 0;
    for number in 0..total {
        let due = started + Duration::from_secs(1) * number / settings.per_second.max(1);
        tokio::time::sleep_until(due.into()).await;
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            late += 1;
            continue;
        };
        let path = PATHS[number as usize % PATHS.len()];
        let url = settings.url.join(path).map_err(|error| error.to_string())?;
        let (client, tally) = (client.clone(), Arc::clone(tally));
        tokio::spawn(async move {
            let good = ask(&client, url).await;
            note(&tally, due, good);
            drop(permit);
        });
    }
    // All permits back: all answers are in.
    let all = u32::try_from(IN_FLIGHT_MAX).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(Duration::from_secs(15), room.acquire_many(all)).await;
    Ok(late)
}

async fn ask(client: &Client, url: Url) -> bool {
    match client.get(url).send().await {
        Ok(answer) => answer.status().is_success() && answer.bytes().await.is_ok(),
        Err(_) => false,
    }
}

fn note(tally: &Shared, due: Instant, good: bool) {
    let Ok(mut tally) = tally.lock() else { return };
    let micros = u64::try_from(due.elapsed().as_micros()).unwrap_or(u64::MAX);
    tally.latency_us.saturating_record(micros);
    tally.failed += u64::from(!good);
}

fn report(tally: &Shared, total: u32, late: u32) -> Result<(), String> {
    let tally = tally.lock().map_err(|error| error.to_string())?;
    let at = |quantile| tally.latency_us.value_at_quantile(quantile);
    let (p50, p99, max) = (at(0.5), at(0.99), tally.latency_us.max());
    let failed = tally.failed + u64::from(late);
    say(&format!(
        "{total} requests, {failed} failed; p50 {p50} µs, p99 {p99} µs, max {max} µs"
    ));
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} requests failed"))
    }
}

pub(crate) fn say(line: &str) {
    // Nobody listens to a closed terminal.
    let _ = writeln!(std::io::stdout(), "{line}");
}
