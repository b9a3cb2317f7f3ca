//! What every slice stands on: configuration, clock, stores, errors, sealing, jobs, languages.
//! It imports no slice.

pub mod batch;
pub mod clock;
pub mod config;
pub mod csrf;
pub mod db;
pub mod entrance;
pub mod error;
pub mod field;
pub mod front;
pub mod html;
pub mod http;
pub mod i18n;
pub mod jobs;
mod packed;
pub mod page;
pub mod proof_of_work;
pub mod rate_limit;
pub mod recent;
pub mod redis;
pub mod seal;
pub mod span;
pub mod spoken;
pub mod static_files;
pub mod tally;
pub mod telemetry;
pub mod wording;
