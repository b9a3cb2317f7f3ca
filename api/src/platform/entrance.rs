//! An entrance that nobody is shut out of for sharing an address: quiet hours let everyone
//! through; under pressure a proof of work is asked, and only beyond that is anyone refused.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use actix_web::http::StatusCode;

use super::error::{Error, Refusal};
use super::proof_of_work::{Proof, ProofField, ProofOfWork};
use super::rate_limit::Limit;
use super::tally::Tally;

const TEN_MINUTES: Duration = Duration::from_mins(10);
const MINUTE: Duration = Duration::from_mins(1);
/// With a proof, one address gets so many times its share. A school solves them in its browsers.
const PROVED_FACTOR: u32 = 10;
/// Without JavaScript, one address gets this part of its share, but two dozen at least.
const WAITED_PART: u32 = 5;
const WAITED_MIN: u32 = 24;
/// An entrance stays crowded for so long after it was.
const CROWDED_SECONDS: i64 = 60;

/// How wide an entrance is.
#[derive(Debug, Clone, Copy)]
pub struct Width {
    /// Entries of one network address in ten minutes, before a proof is asked.
    pub per_caller: u32,
    /// Entries of everybody in a minute, before a proof is asked.
    pub everybody_per_minute: u32,
}

/// Names of the limits that make up one entrance.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    pub everybody: &'static str,
    pub caller: &'static str,
    pub proved: &'static str,
    pub waited: &'static str,
}

/// The names of an entrance's limits: `names!("sign_up")`.
#[macro_export]
macro_rules! entrance_names {
    ($name:literal) => {
        $crate::platform::entrance::Names {
            everybody: concat!($name, ".everybody"),
            caller: concat!($name, ".caller"),
            proved: concat!($name, ".proved"),
            waited: concat!($name, ".waited"),
        }
    };
}

/// Whether something else than the entrance itself asks for a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressure {
    Normal,
    High,
}

pub struct Entrance {
    everybody: Limit,
    caller: Limit,
    proved: Limit,
    waited: Limit,
    crowded_until: AtomicI64,
    tally: Tally,
    proofs: Arc<ProofOfWork>,
}

impl Entrance {
    pub fn new(names: Names, width: Width, tally: &Tally, proofs: &Arc<ProofOfWork>) -> Self {
        let limit = |name, burst: u32, window| {
            let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
            Limit::new(name, (burst, window), tally)
        };
        let Width {
            per_caller,
            everybody_per_minute,
        } = width;
        let proved = per_caller.saturating_mul(PROVED_FACTOR);
        let waited = (per_caller / WAITED_PART).max(WAITED_MIN);
        Self {
            everybody: limit(names.everybody, everybody_per_minute, MINUTE),
            caller: limit(names.caller, per_caller, TEN_MINUTES),
            proved: limit(names.proved, proved, TEN_MINUTES),
            waited: limit(names.waited, waited, TEN_MINUTES),
            crowded_until: 0.into(),
            tally: tally.clone(),
            proofs: proofs.clone(),
        }
    }

    /// Lets one request through, or says what it needs.
    ///
    /// # Errors
    /// `proof_of_work_required` under pressure, `proof_of_work_wrong`; `rate_limited` when the
    /// address has used up what even proofs give.
    pub async fn enter(
        &self,
        caller: &str,
        proof: Proof<'_>,
        pressure: Pressure,
    ) -> Result<(), Error> {
        let crowded = self.everybody.check("").await.is_err();
        if crowded {
            let until = self.now() + CROWDED_SECONDS;
            self.crowded_until.store(until, Ordering::Relaxed);
            self.proofs.crowded_until(until);
        }
        let used_up = self.caller.check(caller).await.is_err();
        if !crowded && !used_up && pressure == Pressure::Normal {
            return Ok(());
        }
        match proof {
            Proof {
                altcha: Some(solution),
                ..
            } => {
                self.proved.check(caller).await?;
                self.proofs.take_solution(solution).await
            }
            Proof {
                waited: Some(token),
                ..
            } => {
                self.waited.check(caller).await?;
                self.proofs.take_waiting_token(token).await
            }
            Proof { .. } => Err(required()),
        }
    }

    /// Whether a page should ask this caller's browser for a proof before it is needed.
    pub async fn will_ask(&self, caller: &str) -> bool {
        let crowded = self.crowded_until.load(Ordering::Relaxed) > self.now();
        crowded || self.everybody.is_used_up("").await || self.caller.is_used_up(caller).await
    }

    /// What a form must carry now, if anything.
    ///
    /// # Errors
    /// A bug: no randomness.
    pub async fn field(&self, caller: &str) -> Result<Option<ProofField>, Error> {
        if self.will_ask(caller).await {
            return self.proofs.field().map(Some);
        }
        Ok(None)
    }

    /// What a form that was refused must carry when it is sent again.
    ///
    /// # Errors
    /// A bug: no randomness.
    pub async fn field_again(
        &self,
        caller: &str,
        refused: &Refusal,
        proof: Proof<'_>,
    ) -> Result<Option<ProofField>, Error> {
        let asked = refused.code.starts_with("proof_of_work_");
        if !asked && !self.will_ask(caller).await {
            return Ok(None);
        }
        let mut field = self.proofs.field()?;
        if let (Some(waited), None, "rate_limited") = (proof.waited, proof.altcha, refused.code) {
            // Who was only too early goes on waiting, and does not start anew.
            waited.clone_into(&mut field.waited);
            field.seconds = refused.retry_after_seconds.unwrap_or(field.seconds);
        }
        Ok(Some(field))
    }

    fn now(&self) -> i64 {
        self.tally.now().as_second()
    }
}

fn required() -> Error {
    Error::refused(
        StatusCode::PRECONDITION_REQUIRED,
        "proof_of_work_required",
        "many are here at once: solve GET /api/v1/challenge and send the solution as `altcha`",
    )
}
