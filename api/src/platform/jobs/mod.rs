//! Work that follows a commit: a row of the outbox written in the same transaction, done later
//! by any worker, at least once. Handlers must bear being run twice.

mod store;

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::Notify;

use super::clock::Clock;
use super::db::{Db, Sql, Tx};
use super::error::Error;

/// How long a worker may take before another may try the same job.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
const BATCH: i64 = 32;
/// Jobs under way at once: one slow mail server holds up no other work, and a batch of the
/// slowest ends within the lease.
const TOGETHER: usize = 8;
/// After these many failures a job is set aside and the audit tells. What is merely unavailable
/// is tried for ever.
const ATTEMPTS_MAX: i32 = 12;
const IDLE: Duration = Duration::from_millis(500);

pub(crate) const STATEMENTS: &[&Sql] = store::STATEMENTS;

/// Wakes workers of this process at once; the timer covers the rest.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    pub fn now(&self) {
        self.0.notify_waiters();
        // For the one that was about to wait.
        self.0.notify_one();
    }

    pub async fn wait(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.0.notified()).await;
    }
}

/// Adds a job inside the caller's transaction. `run_at` may lie in the future.
pub async fn enqueue(
    tx: &Tx<'_>,
    kind: &'static str,
    payload: &Value,
    (now, run_at): (Timestamp, Timestamp),
) -> Result<(), Error> {
    store::insert_job(tx, kind, payload, now, run_at).await
}

/// A job to add: its kind, its payload, and when to run it.
pub type NewJob = (&'static str, Value, Timestamp);

/// Adds many jobs inside the caller's transaction.
pub async fn enqueue_all(tx: &Tx<'_>, jobs: &[NewJob], now: Timestamp) -> Result<(), Error> {
    store::insert_jobs(tx, jobs, now).await
}

/// One job as a handler sees it.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: i64,
    pub kind: String,
    pub payload: Value,
    pub attempts: i32,
}

/// Jobs of one lane do not wait for those of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// What somebody waits for, or what sells: codes, seats given back.
    Prompt,
    /// What may come by the thousand and takes its time: kinds added by [`Handlers::in_bulk`].
    Bulk,
}

impl Lane {
    pub const ALL: [Self; 2] = [Self::Prompt, Self::Bulk];
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), Error>>>>;
type Handler = Rc<dyn Fn(Job) -> Outcome>;

/// Which function does which kind of job.
#[derive(Default, Clone)]
pub struct Handlers {
    all: HashMap<&'static str, Handler>,
    bulk: Vec<&'static str>,
}

impl Handlers {
    pub fn on<F, Fut>(&mut self, kind: &'static str, handler: F)
    where
        F: Fn(Job) -> Fut + 'static,
        Fut: Future<Output = Result<(), Error>> + 'static,
    {
        self.all
            .insert(kind, Rc::new(move |job| Box::pin(handler(job))));
    }

    /// Puts a kind into the lane of its own.
    pub fn in_bulk(&mut self, kind: &'static str) {
        self.bulk.push(kind);
    }
}

/// Runs jobs of a lane that are due until none is left. Returns how many were done.
pub async fn run_due(
    db: &Db,
    clock: &Clock,
    handlers: &Handlers,
    lane: Lane,
) -> Result<usize, Error> {
    let kinds = (handlers.bulk.as_slice(), lane == Lane::Bulk);
    let mut done = 0;
    loop {
        let now = clock.now();
        let jobs = db
            .write("jobs.lease", async |tx| {
                store::lease_jobs(tx, (now, now + LEASE), BATCH, kinds).await
            })
            .await?;
        if jobs.is_empty() {
            return Ok(done);
        }
        let mut outcomes = stream::iter(jobs)
            .map(|job| run_one(db, clock, handlers, job))
            .buffer_unordered(TOGETHER);
        while let Some(outcome) = outcomes.next().await {
            done += usize::from(outcome?);
        }
    }
}

async fn run_one(db: &Db, clock: &Clock, handlers: &Handlers, job: Job) -> Result<bool, Error> {
    let (id, attempts) = (job.id, job.attempts);
    let outcome = match handlers.all.get(job.kind.as_str()) {
        Some(handler) => handler(job.clone()).await,
        None => Err(Error::bug(format!(
            "no handler for jobs of kind {}",
            job.kind
        ))),
    };
    let now = clock.now();
    match outcome {
        Ok(()) => {
            db.write("jobs.done", async |tx| store::mark_done(tx, id, now).await)
                .await?;
            Ok(true)
        }
        Err(error) => {
            tracing::warn!(
                job.kind,
                job.id = id,
                attempts,
                code = error.code(),
                "job failed"
            );
            error.log();
            let unavailable = matches!(error, Error::Unavailable(_));
            let failed = attempts >= ATTEMPTS_MAX && !unavailable;
            let retry_at = now + backoff(attempts);
            let code = error.code();
            db.write("jobs.failed", async |tx| {
                store::mark_failed(tx, id, (now, retry_at), failed.then_some(now), code).await
            })
            .await?;
            Ok(false)
        }
    }
}

/// 1, 2, 4 … seconds, at most ten minutes.
fn backoff(attempts: i32) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(1, 10)).unwrap_or(1) - 1;
    SignedDuration::from_secs((1_i64 << doublings).min(600))
}

/// The life of a worker of one lane: run what is due, then wait for a wake or the timer.
pub async fn work((db, clock): (Db, Clock), handlers: Handlers, lane: Lane, wake: Wake) {
    loop {
        if let Err(error) = run_due(&db, &clock, &handlers, lane).await {
            error.log();
        }
        wake.wait(IDLE).await;
    }
}
