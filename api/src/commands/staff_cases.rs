//! `api staff cases`: requests and claims of spectators, read and answered.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;

use clap::Subcommand;
use ticket_core::support::{CaseNumber, CaseState};

use crate::accounts::Outcome;
use crate::app::App;
use crate::platform::error::Error;
use crate::support::{self, StaffMember};

#[derive(Debug, Subcommand)]
pub(super) enum CasesCommand {
    /// The cases in a state, who waits longest first.
    List {
        /// open, answered or closed.
        #[arg(long, default_value = "open", value_parser = parse_state)]
        state: CaseState,
    },
    /// One case with all its messages. Every look is in the audit log.
    Show {
        #[arg(value_parser = parse_number)]
        number: CaseNumber,
        /// The address of the manager or administrator who looks.
        #[arg(long)]
        by: String,
        /// Where to save what was attached.
        #[arg(long)]
        files: Option<PathBuf>,
    },
    /// Answer: the text is mailed and shown in the case.
    Reply {
        #[arg(value_parser = parse_number)]
        number: CaseNumber,
        #[arg(long)]
        by: String,
        /// Without it, the text is read from standard input.
        #[arg(long)]
        text: Option<String>,
    },
    /// Switch two factors off for whoever wrote a case of that subject, once you have checked who
    /// they are (docs/runbooks/second-factor.md). They are told by mail; it is in the audit log.
    SecondFactorOff {
        #[arg(value_parser = parse_number)]
        number: CaseNumber,
        #[arg(long)]
        by: String,
    },
    /// Close; a further message of the writer opens it again.
    Close {
        #[arg(value_parser = parse_number)]
        number: CaseNumber,
        #[arg(long)]
        by: String,
    },
}

/// # Errors
/// A sentence for the operator.
pub(super) async fn run(app: &App, command: CasesCommand) -> Result<(), String> {
    let told = |error: Error| error.to_string();
    match command {
        CasesCommand::List { state } => {
            print(&support::list_lines(app, state).await.map_err(told)?)
        }
        CasesCommand::Show { number, by, files } => {
            let by = StaffMember::find(app, &by).await.map_err(told)?;
            let (lines, saved) = support::show(app, &number, by).await.map_err(told)?;
            if let Some(folder) = files {
                for file in saved {
                    let path = folder.join(&file.name);
                    fs::write(&path, &*file.bytes)
                        .map_err(|error| format!("{}: {error}", path.display()))?;
                }
            }
            print(&lines)
        }
        CasesCommand::Reply { number, by, text } => {
            let by = StaffMember::find(app, &by).await.map_err(told)?;
            let text = text.map_or_else(read_text, Ok)?;
            support::answer(app, (&number, by), &text)
                .await
                .map_err(told)
        }
        CasesCommand::SecondFactorOff { number, by } => {
            let by = StaffMember::find(app, &by).await.map_err(told)?;
            let outcome = support::second_factor_off(app, &number, by).await;
            let said = match outcome.map_err(told)? {
                Outcome::Made | Outcome::Changed => "two factors are off, every session has ended",
                Outcome::Unchanged => "there were no two factors: nothing was changed",
            };
            print(&[said.to_owned()])
        }
        CasesCommand::Close { number, by } => {
            let by = StaffMember::find(app, &by).await.map_err(told)?;
            support::close_as_staff(app, &number, by)
                .await
                .map_err(told)
        }
    }
}

fn read_text() -> Result<String, String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

fn print(lines: &[String]) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
        .map_err(|error| error.to_string())
}

fn parse_number(text: &str) -> Result<CaseNumber, String> {
    CaseNumber::parse(text).ok_or_else(|| "a number like GC-7F3K-92".to_owned())
}

fn parse_state(text: &str) -> Result<CaseState, String> {
    CaseState::parse(text).ok_or_else(|| "one of: open, answered, closed".to_owned())
}
