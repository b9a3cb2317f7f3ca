//! `loadtests limits`: services that do the least that could be done, on the same HTTP stack with
//! the same settings as `api serve`: what the real endpoints are measured against.

mod scan;
mod store;

use std::time::Duration;

use actix_web::web::{Bytes, Data, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer, get, post, rt};
use clap::Args;
use redis::Script;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};

use self::scan::Scans;
pub(crate) use self::scan::{MESSAGE_BYTES, SEED};
use self::store::Commits;

/// As in `api serve`.
const WORKERS: usize = 2;
const KEEP_ALIVE: Duration = Duration::from_secs(75);

#[derive(Debug, Args)]
pub(crate) struct Settings {
    #[arg(long, env = "LIMITS_LISTEN", default_value = "127.0.0.1:8099")]
    listen: String,
    /// A database of its own on the server that the shop uses.
    #[arg(long, env = "LIMITS_DATABASE_URL", hide_env_values = true)]
    database_url: String,
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    redis_url: String,
    /// Where the log of scans is synced: on the disk that the gate would use.
    #[arg(
        long,
        env = "LIMITS_SCAN_LOG",
        default_value = ".local/limits-scans.log"
    )]
    scan_log: std::path::PathBuf,
}

struct Limits {
    redis: ConnectionManager,
    script: Script,
    commits: Commits,
    scans: Scans,
}

/// # Errors
/// When a store does not answer or the address is taken.
pub(crate) async fn serve(settings: Settings) -> Result<(), String> {
    let client = redis::Client::open(settings.redis_url).map_err(|error| error.to_string())?;
    let redis = ConnectionManager::new_with_config(client, ConnectionManagerConfig::new())
        .await
        .map_err(|error| error.to_string())?;
    let limits = Data::new(Limits {
        redis,
        script: Script::new("return redis.call('INCR', KEYS[1])"),
        commits: Commits::start(&settings.database_url).await?,
        scans: Scans::start(&settings.scan_log)?,
    });
    HttpServer::new(move || App::new().app_data(limits.clone()).configure(routes))
        .workers(WORKERS)
        .keep_alive(KEEP_ALIVE)
        .shutdown_timeout(1)
        .bind(&settings.listen)
        .map_err(|error| format!("{}: {error}", settings.listen))?
        .run()
        .await
        .map_err(|error| error.to_string())
}

/// Runs it in a system of actix's own.
pub(crate) fn run(settings: Settings) -> Result<(), String> {
    rt::System::new().block_on(serve(settings))
}

fn routes(routes: &mut ServiceConfig) {
    routes
        .service(hello)
        .service(run_script)
        .service(commit)
        .service(admit);
}

#[get("/hello")]
async fn hello() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain")
        .body("Hello, world!")
}

#[post("/redis")]
async fn run_script(limits: Data<Limits>) -> HttpResponse {
    let mut redis = limits.redis.clone();
    let done: Result<i64, _> = limits
        .script
        .key("limits:turns")
        .invoke_async(&mut redis)
        .await;
    match done {
        Ok(turns) => HttpResponse::Created().body(turns.to_string()),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

#[post("/commit")]
async fn commit(limits: Data<Limits>) -> HttpResponse {
    match limits.commits.commit().await {
        Some(order) => HttpResponse::Created().body(order.to_string()),
        None => HttpResponse::ServiceUnavailable().finish(),
    }
}

#[post("/scan")]
async fn admit(limits: Data<Limits>, body: Bytes) -> HttpResponse {
    match limits.scans.admit(&body).await {
        Some(first) => HttpResponse::Ok().body(if first { "admit" } else { "again" }),
        None => HttpResponse::BadRequest().finish(),
    }
}
