//! Whether the centre answers, as last seen, and since when.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LinkState {
    Up,
    Down,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Seen {
    pub(crate) state: LinkState,
    pub(crate) since: Timestamp,
}

#[derive(Debug)]
pub(crate) struct Link(Mutex<Seen>);

impl Link {
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self(Mutex::new(Seen {
            state: LinkState::Down,
            since: now,
        }))
    }

    pub(crate) fn seen(&self) -> Seen {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_up(&self) -> bool {
        self.seen().state == LinkState::Up
    }

    pub(crate) fn set(&self, state: LinkState, now: Timestamp) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.state != state {
            tracing::info!(?state, "the link with the centre changed");
            *seen = Seen { state, since: now };
        }
    }
}
