//! `gate-scanner serve`: the long-running process.

use std::io::IsTerminal;
use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, DefaultHeaders};
use actix_web::{App as ActixApp, HttpServer};
use clap::{Parser, Subcommand};
use tracing_actix_web::TracingLogger;
use tracing_subscriber::EnvFilter;

use crate::app::App;
use crate::config::Config;
use crate::http::{RequestSpan, SECURITY_HEADERS};
use crate::{reader, routes, sync};

/// The gate service of Guichet.
#[derive(Debug, Parser)]
#[command(name = "gate-scanner", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer scans, follow the list of tickets, tell the centre what was scanned.
    Serve(#[command(flatten)] Box<Config>),
    /// Show what USB readers read to a gate service.
    Reader(#[command(flatten)] Box<reader::Settings>),
}

/// Runs until it is told to stop.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(cli: Cli) -> Result<(), String> {
    start_log();
    match cli.command {
        Command::Serve(config) => serve(config).await,
        Command::Reader(settings) => reader::run(*settings).await,
    }
}

async fn serve(config: Box<Config>) -> Result<(), String> {
    let listen = config.listen.clone();
    let app = App::open(*config)?;
    let listener = TcpListener::bind(&listen)
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let server = server(&app, listener).map_err(|error| error.to_string())?;
    sync::start(&app);
    tracing::info!("listening on {address}");
    server.await.map_err(|error| error.to_string())
}

fn server(app: &App, listener: TcpListener) -> std::io::Result<Server> {
    let app = app.clone();
    let server = HttpServer::new(move || {
        let mut headers = DefaultHeaders::new();
        for header in SECURITY_HEADERS {
            headers = headers.add(header);
        }
        ActixApp::new()
            .wrap(headers)
            .wrap(Compress::default())
            .wrap(TracingLogger::<RequestSpan>::new())
            .configure(|config| routes::configure(&app, config))
    });
    let server = server.workers(2).shutdown_timeout(5).listen(listener)?;
    Ok(server.run())
}

/// One line an event. Never names, keys, codes or tokens.
fn start_log() {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // A second start keeps the first one's.
    let _ = log.compact().try_init();
}
