//! Guichet's service: everything spectators and staff reach over HTTP, its jobs and its
//! administration by command line.

mod accounts;
pub mod app;
pub mod audit;
mod audit_log;
pub mod availability;
mod basket;
pub mod catalogue;
pub mod commands;
mod content;
mod gates;
mod health;
pub mod holds;
mod invoices;
mod keys;
mod notices;
mod notifications;
mod openapi;
mod orders;
pub mod payments;
pub mod platform;
pub mod routes;
mod support;
mod tickets;
pub mod waiting_room;
pub mod workers;

/// Every SQL statement of the service, for the test that prepares them all.
pub fn statements() -> Vec<platform::db::Sql> {
    [
        catalogue::STATEMENTS,
        audit::STATEMENTS,
        availability::STATEMENTS,
        gates::STATEMENTS,
        gates::PEOPLE_STATEMENTS,
        gates::SETUP_STATEMENTS,
        catalogue::IMPORT_STATEMENTS,
        health::STATEMENTS,
        keys::STATEMENTS,
        accounts::STATEMENTS,
        accounts::SESSION_STATEMENTS,
        accounts::CODE_STATEMENTS,
        accounts::FORGOTTEN_STATEMENTS,
        accounts::SETTINGS_STATEMENTS,
        accounts::TWO_FACTORS_STATEMENTS,
        invoices::STATEMENTS,
        notices::STATEMENTS,
        notifications::STATEMENTS,
        accounts::REHEARSAL_STATEMENTS,
        audit_log::STATEMENTS,
        orders::STATEMENTS,
        payments::STATEMENTS,
        payments::PREPARE_STATEMENTS,
        payments::RECEIVE_STATEMENTS,
        payments::SANDBOX_BANK_STATEMENTS,
        support::STATEMENTS,
        tickets::STATEMENTS,
        tickets::REHEARSAL_STATEMENTS,
        waiting_room::STATEMENTS,
        platform::jobs::STATEMENTS,
    ]
    .concat()
    .into_iter()
    .copied()
    .collect()
}

pub use keys::rotate as rotate_keys;
