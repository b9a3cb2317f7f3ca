//! `api staff`: staff accounts, roles, and the demonstration's device.

use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use ticket_core::access::Role;

use super::staff_cases::{self, CasesCommand};
use super::staff_gate::{self, StaffGateCommand};
use crate::accounts::{self, Declared, Outcome};
use crate::app::App;
use crate::gates::setup::Codes;
use crate::{catalogue, gates};

#[derive(Debug, Subcommand)]
pub(super) enum StaffCommand {
    /// Make the demonstration's accounts from `ADMIN_EMAIL`, `ADMIN_PASSWORD`, and so on.
    Demo(Box<Demo>),
    /// Give an account another role.
    SetRole {
        #[arg(long)]
        email: String,
        /// user, editor, `gate_agent`, manager or administrator.
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// Make or change a gate's device, with the token from `GATE_TOKEN`.
    Device {
        #[arg(long)]
        gate: String,
        #[arg(long, default_value = "device-1")]
        name: String,
        /// Codes of the events that enter there, comma-separated; none: all.
        #[arg(long, value_delimiter = ',')]
        events: Vec<String>,
        #[arg(long, env = "GATE_TOKEN", hide_env_values = true)]
        token: SecretString,
    },
    /// Say which codes enter at an event; gates know within seconds.
    Codes {
        #[arg(long)]
        event: String,
        /// `any`: also on paper; `live-only`: only what a telephone shows at this moment.
        #[arg(long, value_parser = parse_codes)]
        codes: Codes,
    },
    /// Requests and claims of spectators.
    Cases {
        #[command(subcommand)]
        command: CasesCommand,
    },
    #[command(flatten)]
    Gate(StaffGateCommand),
}

/// Who the demonstration shows; a pair that is not set is left out.
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    #[arg(long, env = "ADMIN_EMAIL")]
    admin_email: Option<String>,
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    admin_password: Option<SecretString>,
    #[arg(long, env = "MANAGER_EMAIL")]
    manager_email: Option<String>,
    #[arg(long, env = "MANAGER_PASSWORD", hide_env_values = true)]
    manager_password: Option<SecretString>,
    #[arg(long, env = "EDITOR_EMAIL")]
    editor_email: Option<String>,
    #[arg(long, env = "EDITOR_PASSWORD", hide_env_values = true)]
    editor_password: Option<SecretString>,
    #[arg(long, env = "AGENT_EMAIL")]
    agent_email: Option<String>,
    #[arg(long, env = "AGENT_PASSWORD", hide_env_values = true)]
    agent_password: Option<SecretString>,
    #[arg(long, env = "SPECTATOR_EMAIL")]
    spectator_email: Option<String>,
    #[arg(long, env = "SPECTATOR_PASSWORD", hide_env_values = true)]
    spectator_password: Option<SecretString>,
}

fn parse_codes(text: &str) -> Result<Codes, String> {
    match text {
        "any" => Ok(Codes::Any),
        "live-only" => Ok(Codes::LiveOnly),
        _ => Err("any or live-only".to_owned()),
    }
}

/// # Errors
/// A sentence for the operator.
pub(super) async fn run(app: App, command: StaffCommand) -> Result<(), String> {
    match command {
        StaffCommand::Demo(demo) => make_demo(&app, *demo).await,
        StaffCommand::Cases { command } => staff_cases::run(&app, command).await,
        StaffCommand::SetRole { email, role } => {
            let outcome = accounts::set_role(&app, &email, role).await;
            report(role, outcome.map_err(|error| error.to_string())?);
            Ok(())
        }
        StaffCommand::Gate(command) => staff_gate::run(&app, command).await,
        StaffCommand::Device {
            gate,
            name,
            events,
            token,
        } => {
            let events = if events.is_empty() {
                all_events(&app).await?
            } else {
                events
            };
            let new = gates::setup::NewGate {
                name: gate,
                events,
                device: name,
                token: token.expose_secret().to_owned(),
            };
            gates::setup::add(&app, new).await
        }
        StaffCommand::Codes { event, codes } => gates::setup::set_codes(&app, &event, codes).await,
    }
}

async fn make_demo(app: &App, demo: Demo) -> Result<(), String> {
    if !app.config.is_development() {
        return Err("demonstration accounts are refused in production".into());
    }
    let everyone = [
        (
            Role::Administrator,
            "Alix",
            demo.admin_email,
            demo.admin_password,
        ),
        (
            Role::Manager,
            "Maud",
            demo.manager_email,
            demo.manager_password,
        ),
        (
            Role::Editor,
            "Eliott",
            demo.editor_email,
            demo.editor_password,
        ),
        (
            Role::GateAgent,
            "Gabin",
            demo.agent_email,
            demo.agent_password,
        ),
        (
            Role::User,
            "Sacha",
            demo.spectator_email,
            demo.spectator_password,
        ),
    ];
    for (role, first_name, email, password) in everyone {
        let (Some(email), Some(password)) = (email, password) else {
            continue;
        };
        let declared = Declared {
            email,
            password,
            role,
            first_name: first_name.to_owned(),
            last_name: "Démonstration".to_owned(),
        };
        let outcome = accounts::declare(app, declared).await;
        report(role, outcome.map_err(|error| format!("{role}: {error}"))?);
    }
    Ok(())
}

async fn all_events(app: &App) -> Result<Vec<String>, String> {
    let snapshot = catalogue::snapshot(app)
        .await
        .map_err(|error| error.to_string())?;
    Ok(snapshot
        .events()
        .iter()
        .map(|event| event.code.to_string())
        .collect())
}

fn report(role: Role, outcome: Outcome) {
    let outcome = match outcome {
        Outcome::Made => "made",
        Outcome::Changed => "changed",
        Outcome::Unchanged => "unchanged",
    };
    tracing::info!(role = role.name(), outcome, "account");
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text)
        .filter(|role| *role != Role::Visitor)
        .ok_or_else(|| "one of: user, editor, gate_agent, manager, administrator".to_owned())
}
