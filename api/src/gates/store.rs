//! SQL of gates, devices, manifests and scans.

use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::device::Device;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &FIND_DEVICE,
    &FIND_GATE,
    &FEED_CURSOR,
    &LIST_TICKETS,
    &LOCK_TICKET,
    &INSERT_SCAN,
    &FIND_SCAN,
    &FIND_ADMISSION,
    &MARK_SCANNED,
    &MARK_CONFLICT,
    &UPSERT_GATE,
    &UPSERT_DEVICE,
];

const FIND_DEVICE: Sql = sql!(
    "gates.find_device",
    "SELECT id, gate FROM devices WHERE token_hash = $1 AND revoked_at IS NULL"
);
pub(super) async fn find_device(conn: &Conn, hash: &[u8]) -> Result<Option<Device>, Error> {
    let row = conn.query_opt(&FIND_DEVICE, &[&hash]).await?;
    Ok(row.map(|row| Device {
        id: row.get("id"),
        gate: row.get("gate"),
    }))
}

/// A gate and what enters there.
pub(super) struct GateRow {
    pub(super) venue_id: Uuid,
    pub(super) event_ids: Vec<Uuid>,
}

const FIND_GATE: Sql = sql!(
    "gates.find_gate",
    "SELECT venue_id, event_ids FROM gates WHERE name = $1"
);
pub(super) async fn find_gate(conn: &Conn, name: &str) -> Result<Option<GateRow>, Error> {
    let row = conn.query_opt(&FIND_GATE, &[&name]).await?;
    Ok(row.map(|row| GateRow {
        venue_id: row.get("venue_id"),
        event_ids: row.get("event_ids"),
    }))
}

const FEED_CURSOR: Sql = sql!(
    "gates.feed_cursor",
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS cursor"
);
/// Every transaction before this one has ended: what it changed is visible.
pub(super) async fn feed_cursor(conn: &Conn) -> Result<i64, Error> {
    Ok(conn.query_one(&FEED_CURSOR, &[]).await?.get("cursor"))
}

/// A ticket with what seals it, as the manifest needs it.
pub(super) struct TicketRow {
    pub(super) id: Uuid,
    pub(super) serial: i64,
    pub(super) issue: i16,
    pub(super) state: String,
    pub(super) ticket_key: Vec<u8>,
    pub(super) first_name: Vec<u8>,
    pub(super) last_name: Vec<u8>,
    pub(super) scanned_at: Option<Timestamp>,
    pub(super) scanned_gate: Option<String>,
    pub(super) category_no: i16,
    pub(super) formula: String,
    pub(super) seat_label: Value,
    pub(super) user_id: Uuid,
    pub(super) user_key: Vec<u8>,
    pub(super) email: Vec<u8>,
    /// `None` once the person is erased.
    pub(super) data_key: Option<(String, Vec<u8>)>,
}

fn ticket(row: &Row) -> TicketRow {
    let kek_id: Option<String> = row.get("kek_id");
    let wrapped: Option<Vec<u8>> = row.get("wrapped");
    TicketRow {
        id: row.get("id"),
        serial: row.get("serial"),
        issue: row.get("issue_number"),
        state: row.get("state"),
        ticket_key: row.get("ticket_key"),
        first_name: row.get("holder_first_name"),
        last_name: row.get("holder_last_name"),
        scanned_at: row.get("scanned_at"),
        scanned_gate: row.get("scanned_gate"),
        category_no: row.get("category_no"),
        formula: row.get("formula"),
        seat_label: row.get("seat_label"),
        user_id: row.get("user_id"),
        user_key: row.get("user_key"),
        email: row.get("email"),
        data_key: kek_id.zip(wrapped),
    }
}

const LIST_TICKETS: Sql = sql!(
    "gates.list_tickets",
    "SELECT t.id, t.serial, t.issue_number, t.state, t.ticket_key, t.holder_first_name,
         t.holder_last_name, t.scanned_at, t.scanned_gate, t.user_id, l.category AS category_no,
         l.formula, l.label AS seat_label, u.user_key, u.email, d.kek_id, d.wrapped
     FROM tickets t
     JOIN orders o ON o.id = t.order_id
     CROSS JOIN LATERAL json_to_recordset(o.lines)
         AS l (no smallint, category smallint, formula text, label json)
     JOIN users u ON u.id = t.user_id
     LEFT JOIN data_keys d ON d.id = t.user_id
     WHERE t.event_id = $1 AND t.changed_in >= $2 AND l.no = t.line_no
     ORDER BY t.serial LIMIT 300000"
);
/// Tickets of an event that changed in or after a transaction; 0: all.
pub(super) async fn list_tickets(
    conn: &Conn,
    event: Uuid,
    since: i64,
) -> Result<Vec<TicketRow>, Error> {
    Ok(conn
        .query(&LIST_TICKETS, &[&event, &since])
        .await?
        .iter()
        .map(ticket)
        .collect())
}

/// A ticket locked for its admission.
pub(super) struct LockedTicket {
    pub(super) enters_here: bool,
    pub(super) state: String,
    pub(super) ticket_key: Vec<u8>,
    pub(super) user_id: Uuid,
    pub(super) user_key: Vec<u8>,
    pub(super) data_key: Option<(String, Vec<u8>)>,
}

const LOCK_TICKET: Sql = sql!(
    "gates.lock_ticket",
    "SELECT t.state, t.ticket_key, t.user_id, u.user_key, d.kek_id, d.wrapped,
         EXISTS (SELECT 1 FROM gates g JOIN events e ON e.id = t.event_id
             WHERE g.name = $2 AND (e.id = ANY (g.event_ids)
                 OR (g.event_ids = '{}' AND e.venue_id = g.venue_id))) AS enters_here
     FROM tickets t JOIN users u ON u.id = t.user_id LEFT JOIN data_keys d ON d.id = t.user_id
     WHERE t.id = $1 FOR UPDATE OF t"
);
/// The ticket, and whether its event enters at this gate.
pub(super) async fn lock_ticket(
    tx: &Tx<'_>,
    id: Uuid,
    gate: &str,
) -> Result<Option<LockedTicket>, Error> {
    Ok(tx.query_opt(&LOCK_TICKET, &[&id, &gate]).await?.map(|row| {
        let kek_id: Option<String> = row.get("kek_id");
        LockedTicket {
            enters_here: row.get("enters_here"),
            state: row.get("state"),
            ticket_key: row.get("ticket_key"),
            user_id: row.get("user_id"),
            user_key: row.get("user_key"),
            data_key: kek_id.zip(row.get("wrapped")),
        }
    }))
}

/// What became of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ScanFate {
    /// Recorded only.
    Noted,
    /// The ticket's one admission.
    Admission,
    /// Admitted there, where the centre would have refused.
    Conflict,
}

/// A scan as it is recorded: what the agent saw, and what the gate was told.
pub(super) struct ScanRow<'a> {
    pub(super) device_id: Uuid,
    pub(super) id: Uuid,
    pub(super) gate: &'a str,
    pub(super) ticket_id: Option<Uuid>,
    pub(super) scanned_at: Timestamp,
    pub(super) verdict: &'a str,
    pub(super) reason: &'a str,
    pub(super) fate: ScanFate,
    pub(super) answer: Value,
}

const INSERT_SCAN: Sql = sql!(
    "gates.insert_scan",
    "INSERT INTO scans (device_id, id, gate, ticket_id, scanned_at, received_at, verdict, reason,
         admission, conflict, answer)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (device_id, id) DO NOTHING"
);
/// False when this scan is there already.
pub(super) async fn insert_scan(
    tx: &Tx<'_>,
    scan: &ScanRow<'_>,
    now: Timestamp,
) -> Result<bool, Error> {
    let inserted = tx
        .execute(
            &INSERT_SCAN,
            &[
                &scan.device_id,
                &scan.id,
                &scan.gate,
                &scan.ticket_id,
                &scan.scanned_at,
                &now,
                &scan.verdict,
                &scan.reason,
                &(scan.fate == ScanFate::Admission),
                &(scan.fate == ScanFate::Conflict),
                &scan.answer,
            ],
        )
        .await?;
    Ok(inserted == 1)
}

const FIND_SCAN: Sql = sql!(
    "gates.find_scan",
    "SELECT answer FROM scans WHERE device_id = $1 AND id = $2"
);
/// What the gate was told about a scan it told before.
pub(super) async fn find_answer(
    tx: &Tx<'_>,
    (device, scan): (Uuid, Uuid),
) -> Result<Option<Value>, Error> {
    let row = tx.query_opt(&FIND_SCAN, &[&device, &scan]).await?;
    Ok(row.and_then(|row| row.get("answer")))
}

const MARK_CONFLICT: Sql = sql!(
    "gates.mark_conflict",
    "UPDATE scans SET conflict = true WHERE device_id = $1 AND id = $2"
);
pub(super) async fn mark_conflict(tx: &Tx<'_>, (device, scan): (Uuid, Uuid)) -> Result<(), Error> {
    tx.execute_one(&MARK_CONFLICT, &[&device, &scan]).await
}

const FIND_ADMISSION: Sql = sql!(
    "gates.find_admission",
    "SELECT scanned_at, gate FROM scans WHERE ticket_id = $1 AND admission"
);
/// When and where a ticket entered.
pub(super) async fn find_admission(
    tx: &Tx<'_>,
    ticket: Uuid,
) -> Result<Option<(Timestamp, String)>, Error> {
    let row = tx.query_opt(&FIND_ADMISSION, &[&ticket]).await?;
    Ok(row.map(|row| (row.get("scanned_at"), row.get("gate"))))
}

const MARK_SCANNED: Sql = sql!(
    "gates.mark_scanned",
    "UPDATE tickets SET state = 'scanned', scanned_at = $2, scanned_gate = $3
     WHERE id = $1 AND state = 'sent'"
);
/// The guarded update of invariant I7.
pub(super) async fn mark_scanned(
    tx: &Tx<'_>,
    ticket: Uuid,
    at: Timestamp,
    gate: &str,
) -> Result<(), Error> {
    tx.execute_one(&MARK_SCANNED, &[&ticket, &at, &gate]).await
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
