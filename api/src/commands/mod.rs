//! The command line: one file per command.

mod audit;
mod import;
mod inventory;
mod keys;
pub mod migrate;
mod queue;
mod rehearse;
pub mod serve;
mod staff;
mod staff_cases;
mod staff_gate;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::telemetry;

#[derive(Debug, Parser)]
#[command(name = "api", about = "Guichet: e-ticketing for the Games", version)]
pub struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve web pages and the JSON API.
    Serve {
        /// Also run the jobs, for one machine.
        #[arg(long)]
        with_worker: bool,
    },
    /// Run the jobs only.
    Work,
    /// Check the invariants on the live stores; fails on any violation.
    Audit {
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Bring a catalogue in from files.
    Import {
        #[command(subcommand)]
        command: import::Import,
    },
    /// The inventory in Redis.
    Inventory {
        #[command(subcommand)]
        command: inventory::InventoryCommand,
    },
    /// Key-encryption keys.
    Keys {
        #[command(subcommand)]
        command: keys::KeysCommand,
    },
    /// Waiting rooms.
    Queue {
        #[command(subcommand)]
        command: queue::QueueCommand,
    },
    /// Staff accounts, roles and the demonstration's device.
    Staff {
        #[command(subcommand)]
        command: staff::StaffCommand,
    },
    /// Accounts and events in bulk, for load tests; development only.
    #[command(hide = true)]
    Rehearse {
        #[command(subcommand)]
        command: rehearse::Rehearse,
    },
    /// Bring the database to this version's schema.
    Migrate,
}

/// Runs one command to its end.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(cli: Cli) -> Result<(), String> {
    telemetry::start(cli.config.mode);
    if let Command::Migrate = cli.command {
        return migrate::run(&cli.config).await;
    }
    let app = App::new(cli.config, Clock::default())?;
    match cli.command {
        Command::Serve { with_worker } => serve::run(app, with_worker).await,
        Command::Work => serve::work(app).await,
        Command::Audit { json } => audit::run(app, json).await,
        Command::Import { command } => import::run(app, command).await,
        Command::Inventory { command } => inventory::run(app, command).await,
        Command::Keys { command } => keys::run(app, command).await,
        Command::Rehearse { command } => rehearse::run(app, command).await,
        Command::Queue { command } => queue::run(app, command).await,
        Command::Staff { command } => staff::run(app, command).await,
        Command::Migrate => Ok(()),
    }
}
