//! `loadtests`: scenarios against a running shop, the services it is measured against, and the
//! ratios between both. One thread generates the load; it talks to loopback unless told otherwise.

mod audit;
mod bench;
mod costs;
mod drive;
mod games_day;
mod gate_opening;
mod html;
mod limits;
mod machine;
mod meter;
mod run;
mod rush;
mod scenarios;
mod shop;
mod verdicts;
mod webhooks;
mod wire;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// As in `api`, so that the limits have what it has.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[derive(Debug, Parser)]
#[command(name = "loadtests", about = "Load scenarios for Guichet", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One scenario: figures every second, reports at the end, then the audit.
    Run(run::Settings),
    /// One hot event, three times as many people as can be served, until nothing is left.
    #[command(name = "on_sale_rush")]
    Rush(rush::Settings),
    /// The doors open: a crowd with its tickets at one gate's service.
    #[command(name = "gate_opening")]
    GateOpening(gate_opening::Settings),
    /// Everything at once, with a day's curve.
    #[command(name = "games_day")]
    GamesDay(games_day::Settings),
    /// The services that do the least: what the real endpoints are measured against.
    Limits(limits::Settings),
    /// Limits and real endpoints in turn, and the ratios between them.
    Bench(bench::Settings),
    /// What things cost, in time and memory, and how little that grows.
    Costs(costs::Settings),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Limits(settings) => limits::run(settings),
        Command::Run(settings) => generate(run::run(settings)),
        Command::Rush(settings) => generate(rush::run(settings)),
        Command::GamesDay(settings) => generate(games_day::run(settings)),
        Command::GateOpening(settings) => generate(gate_opening::run(settings)),
        Command::Bench(settings) => generate(bench::run(settings)),
        Command::Costs(settings) => generate(costs::run(settings)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            say(&sentence);
            ExitCode::FAILURE
        }
    }
}

/// On this one thread.
fn generate(load: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    tokio::task::LocalSet::new().block_on(&runtime, load)
}

pub(crate) fn say(line: &str) {
    // Nobody listens to a closed terminal.
    let _ = writeln!(std::io::stdout(), "{line}");
}
