//! `api serve` and `api work`: the long-running processes.

use std::net::TcpListener;
use std::num::NonZero;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::DefaultHeaders;
use actix_web::{App as ActixApp, HttpServer, rt};
use tracing_actix_web::TracingLogger;

use crate::app::App;
use crate::platform::front::FrontDoor;
use crate::platform::html::SECURITY_HEADERS;
use crate::platform::span::RequestSpan;
use crate::{accounts, catalogue, health, notifications, routes, workers};

/// Longer than clients and proxies keep an idle connection, so that none sends a request into a
/// connection that is being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Connections that wait to be accepted: a rush opens thousands within one round of the workers.
const BACKLOG: u32 = 4096;
/// Per worker. An idle connection costs some 20 kB and a file descriptor.
const CONNECTIONS_MAX: usize = 25_000;
/// So long a client may take to send the head of its request.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// # Errors
/// When the address cannot be listened on.
pub async fn run(app: App, with_worker: bool) -> Result<(), String> {
    let listen = app.config.listen.clone();
    let listener = TcpListener::bind(&listen)
        .map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    if with_worker {
        workers::start(&app);
    }
    tracing::info!(listen, "serving");
    server(app, vec![listener])?
        .await
        .map_err(|error| error.to_string())
}

/// The HTTP server on sockets that listen already.
///
/// # Errors
/// When a socket cannot be used.
pub fn server(app: App, listeners: Vec<TcpListener>) -> Result<Server, String> {
    rt::spawn(health::watch_clock(app.clone()));
    rt::spawn(catalogue::watch(app.clone()));
    rt::spawn(accounts::watch(app.clone()));
    rt::spawn(crate::waiting_room::watch(app.clone()));
    notifications::receive_mail(&app)?;
    let workers = match app.config.workers {
        Some(workers) => usize::try_from(workers).unwrap_or(1),
        None => std::thread::available_parallelism().map_or(1, NonZero::get),
    };
    let mut server = HttpServer::new(move || {
        let mut headers = DefaultHeaders::new();
        for (name, value) in SECURITY_HEADERS {
            headers = headers.add((name, value));
        }
        ActixApp::new()
            .wrap(headers)
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(FrontDoor(app.front.clone()))
            .configure(|config| routes::configure(&app, config))
    })
    .workers(workers)
    .backlog(BACKLOG)
    .max_connections(CONNECTIONS_MAX)
    .keep_alive(KEEP_ALIVE)
    .client_request_timeout(HEAD_WITHIN)
    .shutdown_timeout(5);
    for listener in listeners {
        server = server.listen(listener).map_err(|error| error.to_string())?;
    }
    Ok(server.run())
}

/// Works until it is told to stop.
///
/// # Errors
/// When signals cannot be listened to.
pub async fn work(app: App) -> Result<(), String> {
    rt::spawn(health::watch_clock(app.clone()));
    workers::start(&app);
    rt::spawn(catalogue::watch(app.clone()));
    tracing::info!("working");
    rt::signal::ctrl_c()
        .await
        .map_err(|error| error.to_string())
}
