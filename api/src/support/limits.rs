//! Limits on writing to us: narrow per person, who can be asked to wait; for whoever is not
//! signed in an entrance as wide as that of sign-ups, and few mails to one address.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use ticket_core::ids::UserId;

use crate::entrance_names;
use crate::platform::config::Config;
use crate::platform::entrance::{Entrance, Pressure, Width};
use crate::platform::error::Error;
use crate::platform::proof_of_work::{Proof, ProofOfWork};
use crate::platform::rate_limit::Limit;
use crate::platform::tally::Tally;

const HOUR: Duration = Duration::from_hours(1);
/// Whoever has more to tell attaches it, or goes on in a case.
const MESSAGES_PER_HOUR: u32 = 20;
/// Each sends a mail to an address that nobody has proved.
const CASES_PER_ADDRESS_AND_HOUR: u32 = 3;
/// Of one network address in ten minutes, before a proof of work is asked.
const STRANGERS_PER_CALLER: u32 = 10;

pub(super) struct Limits {
    pub(super) strangers: Entrance,
    messages_per_person: Limit,
    cases_per_address: Limit,
}

impl Limits {
    pub(super) fn new(config: &Config, tally: &Tally, proofs: &Arc<ProofOfWork>) -> Self {
        let factor = config.rate_limit_factor;
        let width = Width {
            per_caller: STRANGERS_PER_CALLER.saturating_mul(factor),
            everybody_per_minute: config.crowded_above_per_minute.saturating_mul(factor),
        };
        let limit = |name, burst: u32| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Limit::new(name, (burst, HOUR), tally)
        };
        Self {
            strangers: Entrance::new(entrance_names!("support"), width, tally, proofs),
            messages_per_person: limit("support.person", MESSAGES_PER_HOUR),
            cases_per_address: limit("support.address", CASES_PER_ADDRESS_AND_HOUR),
        }
    }

    pub(super) async fn person(&self, user: UserId) -> Result<(), Error> {
        self.messages_per_person.check(&user.to_string()).await
    }

    /// Behind the link of a mail.
    pub(super) async fn follower(&self, case: uuid::Uuid) -> Result<(), Error> {
        self.messages_per_person.check(&case.to_string()).await
    }

    pub(super) async fn stranger(
        &self,
        (caller, proof): (&str, Proof<'_>),
        address: &str,
    ) -> Result<(), Error> {
        self.strangers
            .enter(caller, proof, Pressure::Normal)
            .await?;
        self.cases_per_address.check(address).await
    }
}
