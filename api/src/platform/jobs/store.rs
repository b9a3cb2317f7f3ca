//! SQL of the outbox.

use jiff::Timestamp;
use serde_json::Value;

use super::{Job, NewJob};
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(super) const STATEMENTS: &[&Sql] = &[
    &INSERT_JOB,
    &INSERT_JOBS,
    &LEASE_JOBS,
    &MARK_DONE,
    &MARK_FAILED,
];

const INSERT_JOB: Sql = sql!(
    "jobs.insert",
    "INSERT INTO outbox (kind, payload, created_at, run_at) VALUES ($1, $2, $3, $4)"
);
pub(super) async fn insert_job(
    tx: &Tx<'_>,
    kind: &str,
    payload: &Value,
    now: Timestamp,
    run_at: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&INSERT_JOB, &[&kind, &payload, &now, &run_at])
        .await
}

const INSERT_JOBS: Sql = sql!(
    "jobs.insert_many",
    "INSERT INTO outbox (kind, payload, run_at, created_at)
     SELECT kind, payload, run_at, $4
     FROM unnest($1::text[], $2::jsonb[], $3::timestamptz[]) AS j (kind, payload, run_at)"
);
pub(super) async fn insert_jobs(tx: &Tx<'_>, jobs: &[NewJob], now: Timestamp) -> Result<(), Error> {
    let kinds: Vec<&str> = jobs.iter().map(|(kind, _, _)| *kind).collect();
    let payloads: Vec<&Value> = jobs.iter().map(|(_, payload, _)| payload).collect();
    let run_ats: Vec<Timestamp> = jobs.iter().map(|(_, _, run_at)| *run_at).collect();
    tx.execute(&INSERT_JOBS, &[&kinds, &payloads, &run_ats, &now])
        .await?;
    Ok(())
}

const LEASE_JOBS: Sql = sql!(
    "jobs.lease",
    "UPDATE outbox SET locked_until = $2, attempts = attempts + 1
     WHERE id IN (
         SELECT id FROM outbox
         WHERE done_at IS NULL AND failed_at IS NULL AND run_at <= $1
             AND (locked_until IS NULL OR locked_until <= $1)
             AND (kind = ANY($4)) = $5
         ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
     RETURNING id, kind, payload, attempts"
);
/// Jobs that are due, of these kinds or of all others.
pub(super) async fn lease_jobs(
    tx: &Tx<'_>,
    (now, until): (Timestamp, Timestamp),
    limit: i64,
    (kinds, is_of_these): (&[&str], bool),
) -> Result<Vec<Job>, Error> {
    let rows = tx
        .query(&LEASE_JOBS, &[&now, &until, &limit, &kinds, &is_of_these])
        .await?;
    let mut jobs: Vec<Job> = rows
        .iter()
        .map(|row| Job {
            id: row.get("id"),
            kind: row.get("kind"),
            payload: row.get("payload"),
            attempts: row.get("attempts"),
        })
        .collect();
    jobs.sort_by_key(|job| job.id);
    Ok(jobs)
}

const MARK_DONE: Sql = sql!(
    "jobs.mark_done",
    "UPDATE outbox SET done_at = $2, locked_until = NULL WHERE id = $1"
);
pub(super) async fn mark_done(tx: &Tx<'_>, id: i64, now: Timestamp) -> Result<(), Error> {
    tx.execute_one(&MARK_DONE, &[&id, &now]).await
}

const MARK_FAILED: Sql = sql!(
    "jobs.mark_failed",
    "UPDATE outbox SET run_at = $2, failed_at = $3, last_error = $4, locked_until = NULL
     WHERE id = $1"
);
pub(super) async fn mark_failed(
    tx: &Tx<'_>,
    id: i64,
    (_now, retry_at): (Timestamp, Timestamp),
    failed_at: Option<Timestamp>,
    code: &str,
) -> Result<(), Error> {
    tx.execute_one(&MARK_FAILED, &[&id, &retry_at, &failed_at, &code])
        .await
}
