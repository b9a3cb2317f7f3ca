//! SQL of the rotation; rows are locked in id order.

use uuid::Uuid;

use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::platform::seal::{Place, Wrapped};
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &LOCK_DATA_KEYS,
    &LOCK_SEALING_KEYS,
    &LOCK_SIGNING_KEYS,
    &LOCK_QUEUE_SEEDS,
    &REWRAP_DATA_KEY,
    &REWRAP_SEALING_KEY,
    &REWRAP_SIGNING_KEY,
    &REWRAP_QUEUE_SEED,
];

/// The tables that hold wrapped keys.
#[derive(Debug, Clone, Copy)]
pub(super) enum KeyTable {
    Data,
    EventSealing,
    EventSigning,
    QueueSeed,
}

pub(super) struct StoredKey {
    pub(super) id: Uuid,
    pub(super) slot: i16,
    pub(super) kek_id: String,
    pub(super) wrapped: Vec<u8>,
}

impl KeyTable {
    pub(super) const ALL: [Self; 4] = [
        Self::Data,
        Self::EventSealing,
        Self::EventSigning,
        Self::QueueSeed,
    ];

    pub(super) fn place(self, id: Uuid, slot: i16) -> Place {
        match self {
            Self::Data => Place::data_key(id),
            Self::EventSealing => Place::event_sealing_key(id),
            Self::QueueSeed => Place::new("queues", "wrapped", id),
            Self::EventSigning => {
                Place::event_signing_key(id, u8::try_from(slot).unwrap_or(u8::MAX))
            }
        }
    }

    fn statements(self) -> (&'static Sql, &'static Sql) {
        match self {
            Self::Data => (&LOCK_DATA_KEYS, &REWRAP_DATA_KEY),
            Self::EventSealing => (&LOCK_SEALING_KEYS, &REWRAP_SEALING_KEY),
            Self::EventSigning => (&LOCK_SIGNING_KEYS, &REWRAP_SIGNING_KEY),
            Self::QueueSeed => (&LOCK_QUEUE_SEEDS, &REWRAP_QUEUE_SEED),
        }
    }
}

const LOCK_DATA_KEYS: Sql = sql!(
    "keys.lock_data_keys",
    "SELECT id, 0::smallint AS slot, kek_id, wrapped FROM data_keys
     WHERE kek_id <> $1 ORDER BY id LIMIT $2 FOR UPDATE"
);
const LOCK_SEALING_KEYS: Sql = sql!(
    "keys.lock_sealing_keys",
    "SELECT event_id AS id, 0::smallint AS slot, kek_id, wrapped FROM event_sealing_keys
     WHERE kek_id <> $1 ORDER BY event_id LIMIT $2 FOR UPDATE"
);
const LOCK_SIGNING_KEYS: Sql = sql!(
    "keys.lock_signing_keys",
    "SELECT event_id AS id, slot, kek_id, wrapped FROM event_signing_keys
     WHERE kek_id <> $1 ORDER BY event_id, slot LIMIT $2 FOR UPDATE"
);
const LOCK_QUEUE_SEEDS: Sql = sql!(
    "keys.lock_queue_seeds",
    "SELECT id, 0::smallint AS slot, kek_id, wrapped FROM queues
     WHERE kek_id <> $1 ORDER BY id LIMIT $2 FOR UPDATE"
);
pub(super) async fn lock_old(
    tx: &Tx<'_>,
    table: KeyTable,
    current: &str,
    limit: i64,
) -> Result<Vec<StoredKey>, Error> {
    let rows = tx.query(table.statements().0, &[&current, &limit]).await?;
    Ok(rows
        .iter()
        .map(|row| StoredKey {
            id: row.get("id"),
            slot: row.get("slot"),
            kek_id: row.get("kek_id"),
            wrapped: row.get("wrapped"),
        })
        .collect())
}

const REWRAP_DATA_KEY: Sql = sql!(
    "keys.rewrap_data_key",
    "UPDATE data_keys SET kek_id = $3, wrapped = $4 WHERE id = $1 AND $2::smallint = 0"
);
const REWRAP_SEALING_KEY: Sql = sql!(
    "keys.rewrap_sealing_key",
    "UPDATE event_sealing_keys SET kek_id = $3, wrapped = $4
     WHERE event_id = $1 AND $2::smallint = 0"
);
const REWRAP_SIGNING_KEY: Sql = sql!(
    "keys.rewrap_signing_key",
    "UPDATE event_signing_keys SET kek_id = $3, wrapped = $4 WHERE event_id = $1 AND slot = $2"
);
const REWRAP_QUEUE_SEED: Sql = sql!(
    "keys.rewrap_queue_seed",
    "UPDATE queues SET kek_id = $3, wrapped = $4 WHERE id = $1 AND $2::smallint = 0"
);
pub(super) async fn mark_rewrapped(
    tx: &Tx<'_>,
    table: KeyTable,
    (id, slot): (Uuid, i16),
    new: &Wrapped,
) -> Result<(), Error> {
    tx.execute_one(table.statements().1, &[&id, &slot, &new.kek_id, &new.bytes])
        .await
}
