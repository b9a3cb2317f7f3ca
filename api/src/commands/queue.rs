//! `api queue`: making, opening, pacing and closing waiting rooms.

use std::io::{Write, stdout};

use clap::Subcommand;
use jiff::Timestamp;
use ticket_core::ids::{EventCode, QueueId};

use crate::app::App;
use crate::waiting_room::{self, Opening};
use crate::{catalogue, platform::error::Error};

#[derive(Debug, Subcommand)]
pub(super) enum QueueCommand {
    /// Make a queue; people may enter at once and are drawn at the opening.
    Create {
        /// The event's code; none: the whole shop.
        #[arg(long)]
        event: Option<EventCode>,
        /// RFC 3339.
        #[arg(long)]
        opens_at: Timestamp,
        /// Wait for `api queue open` instead of opening at that time.
        #[arg(long)]
        by_hand: bool,
    },
    /// Open now.
    Open { id: QueueId },
    /// Close: holds need no admission any more.
    Close { id: QueueId },
    /// Call so many a minute (0 stops), or, without a number, as measured.
    Pace {
        id: QueueId,
        per_minute: Option<u32>,
    },
    /// Every queue, live ones first.
    List,
}

/// # Errors
/// A sentence for the operator.
pub(super) async fn run(app: App, command: QueueCommand) -> Result<(), String> {
    let told = |error: Error| error.to_string();
    let done = match command {
        QueueCommand::Create {
            event,
            opens_at,
            by_hand,
        } => {
            let opening = Opening {
                at: opens_at,
                automatic: !by_hand,
            };
            let id = create(&app, event, opening).await?;
            return print(&[id.to_string()]);
        }
        QueueCommand::Open { id } => waiting_room::open_now(&app, id).await.map_err(told)?,
        QueueCommand::Close { id } => waiting_room::close(&app, id).await.map_err(told)?,
        QueueCommand::Pace { id, per_minute } => {
            let paced = waiting_room::fix_pace(&app, id, per_minute).await;
            paced.map_err(told)?
        }
        QueueCommand::List => {
            return print(&waiting_room::lines(&app).await.map_err(told)?);
        }
    };
    if done {
        Ok(())
    } else {
        Err("no such queue in a state for that".to_owned())
    }
}

async fn create(app: &App, code: Option<EventCode>, opening: Opening) -> Result<QueueId, String> {
    let told = |error: Error| error.to_string();
    let snapshot = catalogue::snapshot(app).await.map_err(told)?;
    let event = match code {
        None => None,
        Some(code) => {
            let event = snapshot.event_by_code(&code);
            Some(event.ok_or_else(|| format!("no event {code}"))?.id)
        }
    };
    waiting_room::create(app, event, opening)
        .await
        .map_err(told)
}

fn print(lines: &[String]) -> Result<(), String> {
    let mut out = stdout().lock();
    lines
        .iter()
        .try_for_each(|line| writeln!(out, "{line}"))
        .map_err(|error| error.to_string())
}
