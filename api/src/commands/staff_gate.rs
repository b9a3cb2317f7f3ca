//! `api staff enrolment`, `agent` and `revoke-tablet`: who works at a gate.

use std::io::Write;

use clap::Subcommand;
use secrecy::SecretString;
use ticket_core::manifest::{AgentNumber, AgentRole};
use uuid::Uuid;

use crate::app::App;
use crate::gates::{self, NewAgent, NewEnrolment};

#[derive(Debug, Subcommand)]
pub(super) enum StaffGateCommand {
    /// Make a code that enrols one tablet at a gate, and print it.
    Enrolment {
        #[arg(long)]
        gate: String,
        /// What the tablet is called.
        #[arg(long, default_value = "tablet")]
        name: String,
        /// How long the code is good; at most 60, but in development.
        #[arg(long, default_value_t = 15)]
        minutes: i64,
    },
    /// Make a gate agent of a staff account, or give an agent another PIN or role.
    Agent {
        #[arg(long)]
        email: String,
        /// Four digits.
        #[arg(long)]
        number: AgentNumber,
        /// Six digits; better given in `AGENT_PIN`, where others on the machine do not see it.
        #[arg(long, env = "AGENT_PIN", hide_env_values = true)]
        pin: SecretString,
        /// May search by name and let in against the verdict.
        #[arg(long)]
        supervisor: bool,
    },
    /// Refuse a tablet from now on; it forgets what it holds within seconds.
    RevokeTablet {
        #[arg(long)]
        id: Uuid,
    },
}

/// # Errors
/// A sentence for the operator.
pub(super) async fn run(app: &App, command: StaffGateCommand) -> Result<(), String> {
    let done = match command {
        StaffGateCommand::Enrolment {
            gate,
            name,
            minutes,
        } => {
            let new = NewEnrolment {
                gate,
                name,
                valid_minutes: minutes,
            };
            let code = gates::make_enrolment(app, &new).await;
            return print_code(&code.map_err(|error| error.to_string())?);
        }
        StaffGateCommand::Agent {
            email,
            number,
            pin,
            supervisor,
        } => {
            let role = if supervisor {
                AgentRole::Supervisor
            } else {
                AgentRole::Agent
            };
            let new = NewAgent {
                email,
                number,
                pin,
                role,
            };
            gates::declare_agent(app, new).await
        }
        StaffGateCommand::RevokeTablet { id } => gates::revoke_tablet(app, id).await,
    };
    done.map_err(|error| error.to_string())
}

/// The code alone on the first line, then what a QR of it says.
fn print_code(code: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    let prefix = gates::ENROLMENT_QR_PREFIX;
    writeln!(out, "{code}\n{prefix}{code}").map_err(|error| error.to_string())
}
