//! SQL of the waiting room.

use jiff::Timestamp;
use ticket_core::ids::{EventId, QueueId};
use ticket_core::queue::Inlet;
use tokio_postgres::Row;
use uuid::Uuid;

use super::queue::{NewQueue, Queue, QueueState};
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::platform::seal::Wrapped;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &INSERT_QUEUE,
    &LIST_QUEUES,
    &LOCK_QUEUE,
    &RESERVE,
    &MARK_LISTED,
    &MARK_OPEN,
    &MARK_CLOSED,
    &MARK_PACED,
    &MARK_PACE_FIXED,
    &MARK_PRE_QUEUE_ENDS,
];

const INSERT_QUEUE: Sql = sql!(
    "waiting_room.insert_queue",
    "INSERT INTO queues (id, event_id, state, opens_at, automatic, seed_hash, kek_id, wrapped,
         paced_at, created_at)
     VALUES ($1, $2, 'pre_queue', $3, $4, $5, $6, $7, $8, $8)"
);
pub(super) async fn insert_queue(tx: &Tx<'_>, new: &NewQueue, now: Timestamp) -> Result<(), Error> {
    let Wrapped { kek_id, bytes } = &new.seed;
    let event = new.event.map(|event| event.as_uuid());
    let id = new.id.as_uuid();
    let hash = new.seed_hash.as_slice();
    tx.execute_one(
        &INSERT_QUEUE,
        &[
            &id,
            &event,
            &new.opens_at,
            &new.automatic,
            &hash,
            kek_id,
            bytes,
            &now,
        ],
    )
    .await
}

const LIST_QUEUES: Sql = sql!(
    "waiting_room.list_queues",
    "SELECT * FROM queues ORDER BY (state = 'closed'), created_at DESC LIMIT 200"
);
/// Live ones first.
pub(super) async fn list_queues(conn: &Conn) -> Result<Vec<Queue>, Error> {
    let rows = conn.query(&LIST_QUEUES, &[]).await?;
    rows.iter().map(read).collect()
}

const LOCK_QUEUE: Sql = sql!(
    "waiting_room.lock_queue",
    "SELECT * FROM queues WHERE id = $1 FOR UPDATE"
);
pub(super) async fn lock_queue(tx: &Tx<'_>, id: QueueId) -> Result<Option<Queue>, Error> {
    let row = tx.query_opt(&LOCK_QUEUE, &[&id.as_uuid()]).await?;
    row.as_ref().map(read).transpose()
}

const RESERVE: Sql = sql!(
    "waiting_room.reserve",
    "UPDATE queues SET reserved = reserved + $2 WHERE id = $1 RETURNING reserved"
);
/// The new ceiling of numbers.
pub(super) async fn reserve(tx: &Tx<'_>, id: QueueId, numbers: i64) -> Result<i64, Error> {
    let row = tx.query_one(&RESERVE, &[&id.as_uuid(), &numbers]).await?;
    Ok(row.get(0))
}

const MARK_LISTED: Sql = sql!(
    "waiting_room.mark_listed",
    "UPDATE queues SET state = 'listed', list_size = $2, list_hash = $3, listed_at = $4
     WHERE id = $1 AND state = 'pre_queue'"
);
pub(super) async fn mark_listed(
    tx: &Tx<'_>,
    id: QueueId,
    (size, hash): (u64, [u8; 32]),
    now: Timestamp,
) -> Result<(), Error> {
    let (size, hash) = (signed(size), hash.as_slice());
    tx.execute_one(&MARK_LISTED, &[&id.as_uuid(), &size, &hash, &now])
        .await
}

const MARK_OPEN: Sql = sql!(
    "waiting_room.mark_open",
    "UPDATE queues SET state = 'open', seed = $2, opened_at = $3, paced_at = $3
     WHERE id = $1 AND state = 'listed'"
);
pub(super) async fn mark_open(
    tx: &Tx<'_>,
    id: QueueId,
    seed: &[u8],
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute_one(&MARK_OPEN, &[&id.as_uuid(), &seed, &now])
        .await
}

const MARK_CLOSED: Sql = sql!(
    "waiting_room.mark_closed",
    "UPDATE queues SET state = 'closed', closed_at = $2 WHERE id = $1 AND state <> 'closed'"
);
pub(super) async fn mark_closed(tx: &Tx<'_>, id: QueueId, now: Timestamp) -> Result<u64, Error> {
    tx.execute(&MARK_CLOSED, &[&id.as_uuid(), &now]).await
}

const MARK_PRE_QUEUE_ENDS: Sql = sql!(
    "waiting_room.mark_pre_queue_ends",
    "UPDATE queues SET opens_at = $2, automatic = true WHERE id = $1 AND state = 'pre_queue'"
);
/// The operator opens now: the loop does the rest.
pub(super) async fn mark_pre_queue_ends(
    tx: &Tx<'_>,
    id: QueueId,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.execute(&MARK_PRE_QUEUE_ENDS, &[&id.as_uuid(), &now])
        .await
}

const MARK_PACE_FIXED: Sql = sql!(
    "waiting_room.mark_pace_fixed",
    "UPDATE queues SET pace_fixed = $2 WHERE id = $1 AND state <> 'closed'"
);
pub(super) async fn mark_pace_fixed(
    tx: &Tx<'_>,
    id: QueueId,
    pace: Option<u32>,
) -> Result<u64, Error> {
    let pace = pace.map(|pace| i32::try_from(pace).unwrap_or(i32::MAX));
    tx.execute(&MARK_PACE_FIXED, &[&id.as_uuid(), &pace]).await
}

const MARK_PACED: Sql = sql!(
    "waiting_room.mark_paced",
    "UPDATE queues SET serving = $3, pace_per_minute = $4, called_per_minute = $5, expected = $6,
         sold_out = $7, entries = $8, admitted = $9, paced_at = $10
     WHERE id = $1 AND paced_at = $2 AND state = 'open'"
);
/// What one look at the door changed.
pub(super) struct Paced {
    pub inlet: Inlet,
    pub entries: u64,
    pub admitted: u64,
    pub now: Timestamp,
}
/// False when another process did it in the meantime.
pub(super) async fn mark_paced(tx: &Tx<'_>, old: &Queue, new: &Paced) -> Result<bool, Error> {
    let inlet = &new.inlet;
    let number = |it: u32| i32::try_from(it).unwrap_or(i32::MAX);
    let touched = tx
        .execute(
            &MARK_PACED,
            &[
                &old.id.as_uuid(),
                &old.paced_at,
                &signed(inlet.serving),
                &number(inlet.pace_per_minute),
                &number(inlet.called_per_minute),
                &signed(inlet.expected),
                &inlet.sold_out,
                &signed(new.entries),
                &signed(new.admitted),
                &new.now,
            ],
        )
        .await?;
    Ok(touched == 1)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn unsigned(row: &Row, column: &str) -> u64 {
    u64::try_from(row.get::<_, i64>(column)).unwrap_or_default()
}

fn small(row: &Row, column: &str) -> u32 {
    u32::try_from(row.get::<_, i32>(column)).unwrap_or_default()
}

fn read(row: &Row) -> Result<Queue, Error> {
    let digest = |column: &str| -> Result<Option<[u8; 32]>, Error> {
        let bytes: Option<Vec<u8>> = row.get(column);
        let array = bytes.map(<[u8; 32]>::try_from).transpose();
        array.map_err(|_| Error::bug(format!("queues.{column} has not 32 bytes")))
    };
    let list_size: Option<i64> = row.get("list_size");
    let pace_fixed: Option<i32> = row.get("pace_fixed");
    Ok(Queue {
        id: row.get::<_, Uuid>("id").into(),
        event: row.get::<_, Option<Uuid>>("event_id").map(EventId::from),
        state: QueueState::parse(row.get("state")).ok_or_else(|| Error::bug("queues.state"))?,
        opens_at: row.get("opens_at"),
        automatic: row.get("automatic"),
        seed_hash: digest("seed_hash")?.ok_or_else(|| Error::bug("queues.seed_hash"))?,
        wrapped: Wrapped {
            kek_id: row.get("kek_id"),
            bytes: row.get("wrapped"),
        },
        seed: digest("seed")?,
        reserved: unsigned(row, "reserved"),
        entries: unsigned(row, "entries"),
        list_size: list_size.and_then(|size| u64::try_from(size).ok()),
        list_hash: digest("list_hash")?,
        listed_at: row.get("listed_at"),
        inlet: Inlet {
            serving: unsigned(row, "serving"),
            pace_per_minute: small(row, "pace_per_minute"),
            called_per_minute: small(row, "called_per_minute"),
            expected: unsigned(row, "expected"),
            sold_out: row.get("sold_out"),
        },
        pace_fixed: pace_fixed.and_then(|pace| u32::try_from(pace).ok()),
        admitted: unsigned(row, "admitted"),
        paced_at: row.get("paced_at"),
    })
}
