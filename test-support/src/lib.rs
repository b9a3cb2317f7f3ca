//! What integration tests share: fresh databases, a proxy that cuts connections, plain HTTP.
//! The services under test are started by each service's own tests.

mod database;
mod http;
mod proxy;

pub use database::Database;
pub use http::{Answer, Client};
pub use proxy::Proxy;

/// A setting of the test run.
///
/// # Panics
/// When it is missing: the tests need the services that `make test` starts.
pub fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `make test`"))
}

/// Redis of the test run; every test uses a prefix of its own.
pub fn redis_url() -> String {
    setting("TEST_REDIS_URL")
}
