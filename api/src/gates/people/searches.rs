//! How often holders are searched for by name. The token of a gate service stands on every fixed
//! reader, and the centre has only its word for who asks: few names are had with it, and not the
//! machine's whole strength.

use std::num::NonZeroU32;
use std::time::Duration;

use ticket_core::manifest::AgentNumber;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use crate::platform::error::Error;
use crate::platform::rate_limit::Limit;
use crate::platform::tally::Tally;

const TEN_MINUTES: Duration = Duration::from_mins(10);
/// At once, then so many more in ten minutes.
const PER_AGENT: u32 = 20;
/// A gate has a few supervisors.
const PER_DEVICE: u32 = 60;
/// Each opens all names of an event.
const AT_ONCE: usize = 1;

pub(crate) struct Searches {
    per_agent: Limit,
    per_device: Limit,
    turns: Semaphore,
}

impl Searches {
    pub(in crate::gates) fn new(tally: &Tally) -> Self {
        let limit = |name, burst| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Limit::new(name, (burst, TEN_MINUTES), tally)
        };
        Self {
            per_agent: limit("gate_search.agent", PER_AGENT),
            per_device: limit("gate_search.device", PER_DEVICE),
            turns: Semaphore::new(AT_ONCE),
        }
    }

    pub(super) async fn agent(&self, agent: AgentNumber) -> Result<(), Error> {
        self.per_agent.check(&agent.to_string()).await
    }

    pub(super) async fn device(&self, device: Uuid) -> Result<(), Error> {
        self.per_device.check(&device.to_string()).await
    }

    /// One at a time in a process.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        self.turns.acquire().await.map_err(Error::bug)
    }
}
