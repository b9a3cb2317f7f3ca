//! SQL of setting up gates: what enters where, who asks, and which codes.

use jiff::Timestamp;
use uuid::Uuid;

use super::Codes;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[&UPSERT_POLICY, &UPSERT_GATE, &UPSERT_DEVICE];

const UPSERT_POLICY: Sql = sql!(
    "gates.upsert_policy",
    "INSERT INTO entry_policies (event_id, live_only, set_at) VALUES ($1, $2, $3)
     ON CONFLICT (event_id) DO UPDATE SET live_only = $2, set_at = $3"
);
pub(super) async fn upsert_policy(
    tx: &Tx<'_>,
    event: Uuid,
    codes: Codes,
    now: Timestamp,
) -> Result<(), Error> {
    let live_only = codes == Codes::LiveOnly;
    tx.execute_one(&UPSERT_POLICY, &[&event, &live_only, &now])
        .await
}

const UPSERT_GATE: Sql = sql!(
    "gates.upsert_gate",
    "INSERT INTO gates (name, venue_id, event_ids) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET venue_id = $2, event_ids = $3"
);
pub(super) async fn upsert_gate(
    tx: &Tx<'_>,
    name: &str,
    venue: Uuid,
    events: &[Uuid],
) -> Result<(), Error> {
    tx.execute_one(&UPSERT_GATE, &[&name, &venue, &events])
        .await
}

const UPSERT_DEVICE: Sql = sql!(
    "gates.upsert_device",
    "INSERT INTO devices (id, name, gate, token_hash, created_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (token_hash) DO UPDATE SET name = $2, gate = $3"
);
pub(super) async fn upsert_device(
    tx: &Tx<'_>,
    (name, gate): (&str, &str),
    token_hash: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    let id = Uuid::new_v4();
    tx.execute_one(&UPSERT_DEVICE, &[&id, &name, &gate, &token_hash, &now])
        .await
}
