//! Guichet's service: everything spectators and staff reach over HTTP, its jobs and its
//! administration by command line.

pub mod app;
pub mod availability;
pub mod catalogue;
pub mod commands;
mod health;
pub mod holds;

pub mod platform;
pub mod routes;
pub mod workers;

/// Every SQL statement of the service, for the test that prepares them all.
pub fn statements() -> Vec<platform::db::Sql> {
    [
        catalogue::STATEMENTS,
        health::STATEMENTS,
        platform::jobs::STATEMENTS,
    ]
    .concat()
    .into_iter()
    .copied()
    .collect()
}
