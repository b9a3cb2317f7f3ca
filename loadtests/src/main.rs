//! `loadtests smoke`: asks a running service for pages at a steady rate for some seconds and
//! tells the latencies, measured from when each request was due. It talks to loopback only.

mod smoke;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "loadtests", about = "Load scenarios for Guichet", version)]
struct Cli {
    #[command(subcommand)]
    scenario: Scenario,
}

#[derive(Debug, Subcommand)]
enum Scenario {
    /// Browse the catalogue at a steady rate: is the service up to it at all?
    Smoke(smoke::Settings),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().scenario {
        Scenario::Smoke(settings) => smoke::run(&settings).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            smoke::say(&sentence);
            ExitCode::FAILURE
        }
    }
}
