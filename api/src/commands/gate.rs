//! `api gate add`: a gate, what enters there, and a device with the token of `GATE_TOKEN`.

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::gates::setup::{self, NewGate};

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum GateCommand {
    /// Make or change a gate and one device of it.
    Add {
        #[arg(long)]
        name: String,
        /// Codes of the events that enter here.
        #[arg(long, value_delimiter = ',', required = true)]
        events: Vec<String>,
        #[arg(long, default_value = "gate service")]
        device: String,
        /// What the device signs in with; only its digest is stored.
        #[arg(long, env = "GATE_TOKEN", hide_env_values = true)]
        token: SecretString,
    },
}

/// # Errors
/// A sentence for the operator.
pub(crate) async fn run(app: App, command: GateCommand) -> Result<(), String> {
    match command {
        GateCommand::Add {
            name,
            events,
            device,
            token,
        } => {
            let token = token.expose_secret().to_owned();
            setup::add(
                &app,
                NewGate {
                    name,
                    events,
                    device,
                    token,
                },
            )
            .await
        }
    }
}
