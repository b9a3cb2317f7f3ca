//! Logs: one line an event, JSON in production. Never personal data, keys, codes or tokens.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use super::config::Mode;

pub fn start(mode: Mode) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,tokio_postgres=warn,actix_server=warn"));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start (in tests) keeps the first.
    let _ = match mode {
        Mode::Production => builder.json().try_init(),
        Mode::Development => builder.compact().try_init(),
    };
}
