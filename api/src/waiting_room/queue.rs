//! One queue as stored, and what this process knows of all of them: a snapshot that is a second
//! old, so that asking whether an event has a queue costs nothing.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix_web::rt::time::sleep;
use jiff::Timestamp;
use ticket_core::ids::{EventId, QueueId};
use ticket_core::queue::{Draw, Inlet, Place};

use super::latency::Latency;
use super::pass::Signer;
use super::store;
use crate::app::App;
use crate::entrance_names;
use crate::platform::config::Config;
use crate::platform::entrance::{Entrance, Width};
use crate::platform::error::Error;
use crate::platform::proof_of_work::ProofOfWork;
use crate::platform::seal::Wrapped;
use crate::platform::tally::Tally;

const POLL: Duration = Duration::from_secs(1);
/// New places of one account in ten minutes, over all queues, before it is asked for a proof:
/// far more than losing one's browser accounts for. Nothing is counted per network address here,
/// because whoever enters has an account.
const ENTRIES_PER_ACCOUNT: u32 = 20;
/// People come to a sale ten times as fast as they sign up for it.
const ENTRIES_PER_SIGN_UP: u32 = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueueState {
    /// Everybody who enters now is drawn.
    PreQueue,
    /// The list is closed and published, the seed not told yet.
    Listed,
    Open,
    Closed,
}

impl QueueState {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::PreQueue, Self::Listed, Self::Open, Self::Closed]
            .into_iter()
            .find(|state| state.name() == text)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::PreQueue => "pre_queue",
            Self::Listed => "listed",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// What is needed to make one.
pub(super) struct NewQueue {
    pub id: QueueId,
    pub event: Option<EventId>,
    pub opens_at: Timestamp,
    pub automatic: bool,
    pub seed_hash: [u8; 32],
    pub seed: Wrapped,
}

#[derive(Debug, Clone)]
pub(crate) struct Queue {
    pub id: QueueId,
    /// Absent: the whole shop.
    pub event: Option<EventId>,
    pub state: QueueState,
    pub opens_at: Timestamp,
    pub automatic: bool,
    pub seed_hash: [u8; 32],
    pub wrapped: Wrapped,
    pub seed: Option<[u8; 32]>,
    pub reserved: u64,
    pub entries: u64,
    pub list_size: Option<u64>,
    pub list_hash: Option<[u8; 32]>,
    pub listed_at: Option<Timestamp>,
    pub inlet: Inlet,
    pub pace_fixed: Option<u32>,
    pub admitted: u64,
    pub paced_at: Timestamp,
}

impl Queue {
    /// As shown: an open queue with nothing left to buy says so.
    pub(crate) fn shown_state(&self) -> &'static str {
        if self.state == QueueState::Open && self.inlet.sold_out {
            "sold_out"
        } else {
            self.state.name()
        }
    }

    /// Known once the draw is.
    pub(crate) fn rank(&self, place: Place) -> Option<u64> {
        let draw = Draw::new(self.id, self.seed?, self.list_size?);
        Some(draw.rank(place))
    }

    pub(crate) fn waiting(&self) -> u64 {
        self.entries.saturating_sub(self.inlet.serving)
    }
}

/// What a process keeps of the waiting rooms; nothing of any visitor.
pub struct State {
    pub(super) signer: Signer,
    pub(super) entrance: Entrance,
    pub(super) latency: Latency,
    /// One at a time asks PostgreSQL for more numbers.
    pub(super) reserving: tokio::sync::Mutex<()>,
    present: RwLock<Option<Arc<Vec<Queue>>>>,
}

impl State {
    pub fn new(
        config: &Config,
        signer: Signer,
        (tally, proofs): (&Tally, &Arc<ProofOfWork>),
    ) -> Self {
        let factor = config.rate_limit_factor;
        let width = Width {
            per_caller: ENTRIES_PER_ACCOUNT.saturating_mul(factor),
            everybody_per_minute: config
                .crowded_above_per_minute
                .saturating_mul(factor)
                .saturating_mul(ENTRIES_PER_SIGN_UP),
        };
        Self {
            signer,
            entrance: Entrance::new(entrance_names!("queue"), width, tally, proofs),
            latency: Latency::default(),
            reserving: tokio::sync::Mutex::default(),
            present: RwLock::default(),
        }
    }
}

/// Every queue, live ones first, as they were a second ago.
pub(super) async fn present(app: &App) -> Result<Arc<Vec<Queue>>, Error> {
    let known = app
        .waiting_room
        .present
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    match known {
        Some(known) => Ok(known),
        None => refresh(app).await,
    }
}

/// Looks at PostgreSQL now.
///
/// # Errors
/// When it does not answer; what was known stays.
pub(super) async fn refresh(app: &App) -> Result<Arc<Vec<Queue>>, Error> {
    let queues = Arc::new(store::list_queues(&app.db.read().await?).await?);
    let mut present = app
        .waiting_room
        .present
        .write()
        .unwrap_or_else(PoisonError::into_inner);
    *present = Some(queues.clone());
    Ok(queues)
}

/// # Errors
/// 404 when there is none.
pub(super) async fn get(app: &App, id: QueueId) -> Result<Queue, Error> {
    let queues = present(app).await?;
    let found = queues.iter().find(|queue| queue.id == id).cloned();
    found.ok_or_else(Error::not_found)
}

/// The live queue that stands before an event: its own, or the shop's.
pub(super) async fn before(app: &App, event: EventId) -> Result<Option<Queue>, Error> {
    let queues = present(app).await?;
    let live = |of: Option<EventId>| {
        queues
            .iter()
            .find(|queue| queue.state != QueueState::Closed && queue.event == of)
    };
    Ok(live(Some(event)).or_else(|| live(None)).cloned())
}

/// Follows changes, and tells how long orders take, for as long as the process lives.
pub(crate) async fn watch(app: App) {
    loop {
        let known = refresh(&app).await;
        let told = match &known {
            Ok(queues) if queues.iter().any(|queue| queue.state == QueueState::Open) => {
                super::latency::tell(&app).await
            }
            _ => Ok(()),
        };
        for error in [known.err(), told.err()].into_iter().flatten() {
            error.log();
        }
        sleep(POLL).await;
    }
}
