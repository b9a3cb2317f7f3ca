//! SQL of gates, devices, manifests and scans.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::{EventNumber, TicketSerial};
use ticket_core::manifest::{Entered, FirstScan};
use tokio_postgres::Row;
use uuid::Uuid;

use super::device::Device;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &FIND_DEVICE,
    &FEED_CURSOR,
    &LIST_TICKETS,
    &LIST_ENTERED,
    &LIST_OF_ORDERS,
    &LOCK_TICKETS,
    &FIND_TICKETS,
    &LIST_SEALED_KEYS,
    &INSERT_SCANS,
    &LIST_ANSWERS,
    &LIST_ADMISSIONS,
    &MARK_SCANNED,
    &LIST_CONFLICTS,
    &LIST_LIVE_ONLY,
];

const FIND_DEVICE: Sql = sql!(
    "gates.find_device",
    "SELECT d.id, d.gate, g.venue_id, g.event_ids
     FROM devices d JOIN gates g ON g.name = d.gate
     WHERE d.token_hash = $1 AND d.revoked_at IS NULL"
);
pub(super) async fn find_device(conn: &Conn, hash: &[u8]) -> Result<Option<Device>, Error> {
    let row = conn.query_opt(&FIND_DEVICE, &[&hash]).await?;
    Ok(row.map(|row| Device {
        id: row.get("id"),
        gate: row.get("gate"),
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
    pub(super) order_id: Uuid,
    /// Tickets of one order and one hold are a party.
    pub(super) hold_id: Uuid,
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
        order_id: row.get("order_id"),
        hold_id: row.get("hold_id"),
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
         t.holder_last_name, t.scanned_at, t.scanned_gate, t.user_id, t.order_id,
         l.hold AS hold_id, l.category AS category_no, l.formula, l.label AS seat_label,
         u.user_key, u.email, d.kek_id, d.wrapped
     FROM (SELECT * FROM tickets WHERE event_id = $1 AND sealed_in >= $2 OFFSET 0) t
     JOIN orders o ON o.id = t.order_id
     CROSS JOIN LATERAL json_to_recordset(o.lines)
         AS l (no smallint, hold uuid, category smallint, formula text, label json)
     JOIN users u ON u.id = t.user_id
     LEFT JOIN data_keys d ON d.id = t.user_id
     WHERE l.no = t.line_no
     ORDER BY t.serial LIMIT 300000"
);
/// Tickets of an event of which something was sealed in or after a transaction: all but those that
/// merely entered; 0: all. They are found by themselves, whatever their order: whoever asks what
/// has changed does not read the whole event.
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

const LIST_ENTERED: Sql = sql!(
    "gates.list_entered",
    "SELECT t.event_id, t.serial, t.scanned_at, t.scanned_gate
     FROM (SELECT ticket_id FROM scans WHERE admission AND admitted_in >= $2 OFFSET 0) s
     CROSS JOIN LATERAL (SELECT * FROM tickets WHERE id = s.ticket_id OFFSET 0) t
     WHERE t.event_id = ANY ($1) AND t.sealed_in < $2 AND t.state = 'scanned'
     ORDER BY t.event_id, t.serial LIMIT 300000"
);
/// Tickets of events that entered in or after a transaction, and did not change besides.
pub(super) async fn list_entered(
    conn: &Conn,
    events: &[(Uuid, EventNumber)],
    since: i64,
) -> Result<Vec<Entered>, Error> {
    let ids: Vec<Uuid> = events.iter().map(|(id, _)| *id).collect();
    let numbers: HashMap<Uuid, EventNumber> = events.iter().copied().collect();
    let rows = conn.query(&LIST_ENTERED, &[&ids, &since]).await?;
    let entered = |row: &Row| {
        let serial: i64 = row.get("serial");
        let number = numbers.get(&row.get::<_, Uuid>("event_id"));
        Ok(Entered {
            event: *number.ok_or_else(|| Error::bug("an entry at no event"))?,
            serial: TicketSerial(u32::try_from(serial).map_err(Error::bug)?),
            first_scan: FirstScan {
                at: row.get("scanned_at"),
                gate: row.get("scanned_gate"),
            },
        })
    };
    rows.iter().map(entered).collect()
}
const LIST_OF_ORDERS: Sql = sql!(
    "gates.list_of_orders",
    "SELECT t.id, t.serial, t.issue_number, t.state, t.ticket_key, t.holder_first_name,
         t.holder_last_name, t.scanned_at, t.scanned_gate, t.user_id, t.order_id,
         l.hold AS hold_id, l.category AS category_no, l.formula, l.label AS seat_label,
         u.user_key, u.email, d.kek_id, d.wrapped
     FROM tickets t
     JOIN orders o ON o.id = t.order_id
     CROSS JOIN LATERAL json_to_recordset(o.lines)
         AS l (no smallint, hold uuid, category smallint, formula text, label json)
     JOIN users u ON u.id = t.user_id
     LEFT JOIN data_keys d ON d.id = t.user_id
     WHERE t.order_id = ANY ($1) AND t.event_id = $2 AND l.no = t.line_no
     ORDER BY t.serial LIMIT 300000"
);
/// All tickets of an event that these orders have: those that changed and those beside them.
pub(super) async fn list_of_orders(
    conn: &Conn,
    event: Uuid,
    orders: &[Uuid],
) -> Result<Vec<TicketRow>, Error> {
    let rows = conn.query(&LIST_OF_ORDERS, &[&orders, &event]).await?;
    Ok(rows.iter().map(ticket).collect())
}

const LOCK_TICKETS: Sql = sql!(
    "gates.lock_tickets",
    "SELECT FROM unnest($1::uuid[]) AS w (id)
     CROSS JOIN LATERAL (SELECT FROM tickets WHERE id = w.id FOR NO KEY UPDATE) t"
);
/// In the order in which they are given.
pub(super) async fn lock_tickets(tx: &Tx<'_>, ids: &[Uuid]) -> Result<(), Error> {
    tx.execute(&LOCK_TICKETS, &[&ids]).await?;
    Ok(())
}

/// A ticket as an admission finds it.
pub(super) struct FoundTicket {
    pub(super) event_id: Uuid,
    pub(super) state: String,
    /// What the reported keys are compared with; `None` unless it was kept when it was sent.
    pub(super) keys_digest: Option<Vec<u8>>,
}

const FIND_TICKETS: Sql = sql!(
    "gates.find_tickets",
    "SELECT t.id, t.event_id, t.state, t.keys_digest FROM unnest($1::uuid[]) AS w (id)
     CROSS JOIN LATERAL (
         SELECT id, event_id, state, keys_digest FROM tickets WHERE id = w.id OFFSET 0) t"
);
/// Tickets by their ids, one by one for the reason given at `LIST_ANSWERS`.
pub(super) async fn find_tickets(
    tx: &Tx<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, FoundTicket>, Error> {
    let rows = tx.query(&FIND_TICKETS, &[&ids]).await?;
    let ticket = |row: &Row| {
        let ticket = FoundTicket {
            event_id: row.get("event_id"),
            state: row.get("state"),
            keys_digest: row.get("keys_digest"),
        };
        (row.get("id"), ticket)
    };
    Ok(rows.iter().map(ticket).collect())
}

/// The two keys of a ticket, sealed, with what opens them.
pub(super) struct SealedKeys {
    pub(super) ticket_key: Vec<u8>,
    pub(super) user_id: Uuid,
    pub(super) user_key: Vec<u8>,
    /// `None` once the person is erased.
    pub(super) data_key: Option<(String, Vec<u8>)>,
}

const LIST_SEALED_KEYS: Sql = sql!(
    "gates.list_sealed_keys",
    "SELECT t.id, t.ticket_key, t.user_id, u.user_key, d.kek_id, d.wrapped
     FROM tickets t
     JOIN users u ON u.id = t.user_id
     LEFT JOIN data_keys d ON d.id = t.user_id
     WHERE t.id = ANY ($1) LIMIT 500"
);
pub(super) async fn list_sealed_keys(
    tx: &Tx<'_>,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, SealedKeys>, Error> {
    let rows = tx.query(&LIST_SEALED_KEYS, &[&ids]).await?;
    let keys = |row: &Row| {
        let kek_id: Option<String> = row.get("kek_id");
        let keys = SealedKeys {
            ticket_key: row.get("ticket_key"),
            user_id: row.get("user_id"),
            user_key: row.get("user_key"),
            data_key: kek_id.zip(row.get("wrapped")),
        };
        (row.get("id"), keys)
    };
    Ok(rows.iter().map(keys).collect())
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
pub(super) struct ScanRow {
    pub(super) id: Uuid,
    pub(super) ticket_id: Option<Uuid>,
    pub(super) scanned_at: Timestamp,
    pub(super) verdict: &'static str,
    pub(super) reason: &'static str,
    /// The centre said yes before the ticket was let in.
    pub(super) asked: bool,
    pub(super) fate: ScanFate,
    pub(super) answer: Value,
    /// `ScanContext`, when there is anything in it.
    pub(super) context: Option<Value>,
}

const INSERT_SCANS: Sql = sql!(
    "gates.insert_scans",
    "INSERT INTO scans (device_id, id, gate, ticket_id, scanned_at, received_at, verdict, reason,
         asked, admission, admitted_in, conflict, conflict_in, answer, context)
     SELECT $1, s.id, $2, s.ticket_id, s.scanned_at, $3, s.verdict, s.reason, s.asked, s.admission,
         CASE WHEN s.admission THEN x.id END, s.conflict, CASE WHEN s.conflict THEN x.id END,
         s.answer, s.context
     FROM (SELECT pg_current_xact_id()::text::bigint AS id OFFSET 0) x
     CROSS JOIN unnest($4::uuid[], $5::uuid[], $6::timestamptz[], $7::text[], $8::text[],
             $9::boolean[], $10::boolean[], $11::boolean[], $12::jsonb[], $13::jsonb[])
         AS s (id, ticket_id, scanned_at, verdict, reason, asked, admission, conflict, answer,
             context)
     ON CONFLICT (device_id, id) DO NOTHING"
);
/// False when one of these scans is there already. A device speaks for its own gate, whatever it
/// says.
pub(super) async fn insert_scans(
    tx: &Tx<'_>,
    device: &Device,
    scans: &[ScanRow],
    now: Timestamp,
) -> Result<bool, Error> {
    fn column<T>(scans: &[ScanRow], of: impl Fn(&ScanRow) -> T) -> Vec<T> {
        scans.iter().map(of).collect()
    }
    let inserted = tx
        .execute(
            &INSERT_SCANS,
            &[
                &device.id,
                &device.gate,
                &now,
                &column(scans, |scan| scan.id),
                &column(scans, |scan| scan.ticket_id),
                &column(scans, |scan| scan.scanned_at),
                &column(scans, |scan| scan.verdict),
                &column(scans, |scan| scan.reason),
                &column(scans, |scan| scan.asked),
                &column(scans, |scan| scan.fate == ScanFate::Admission),
                &column(scans, |scan| scan.fate == ScanFate::Conflict),
                &column(scans, |scan| scan.answer.clone()),
                &column(scans, |scan| scan.context.clone()),
            ],
        )
        .await?;
    Ok(usize::try_from(inserted) == Ok(scans.len()))
}

const LIST_ANSWERS: Sql = sql!(
    "gates.list_answers",
    "SELECT w.id, s.answer FROM unnest($2::uuid[]) AS w (id)
     CROSS JOIN LATERAL (
         SELECT answer FROM scans WHERE device_id = $1 AND id = w.id OFFSET 0) s
     WHERE s.answer IS NOT NULL LIMIT 500"
);
/// What the gate was told about scans it told before. One by one by the key: asked for as a set,
/// all scans of the device are looked through when the plan was made while there were few.
pub(super) async fn list_answers(
    tx: &Tx<'_>,
    device: Uuid,
    scans: &[Uuid],
) -> Result<Vec<(Uuid, Value)>, Error> {
    let rows = tx.query(&LIST_ANSWERS, &[&device, &scans]).await?;
    Ok(rows
        .iter()
        .map(|row| (row.get("id"), row.get("answer")))
        .collect())
}

const LIST_ADMISSIONS: Sql = sql!(
    "gates.list_admissions",
    "SELECT w.id AS ticket_id, s.scanned_at, s.gate FROM unnest($1::uuid[]) AS w (id)
     CROSS JOIN LATERAL (
         SELECT scanned_at, gate FROM scans WHERE ticket_id = w.id AND admission OFFSET 0) s
     LIMIT 500"
);
/// When and where tickets entered.
pub(super) async fn list_admissions(
    tx: &Tx<'_>,
    tickets: &[Uuid],
) -> Result<Vec<(Uuid, FirstScan)>, Error> {
    let rows = tx.query(&LIST_ADMISSIONS, &[&tickets]).await?;
    let first_scan = |row: &Row| FirstScan {
        at: row.get("scanned_at"),
        gate: row.get("gate"),
    };
    Ok(rows
        .iter()
        .map(|row| (row.get("ticket_id"), first_scan(row)))
        .collect())
}

/// A ticket that enters now.
pub(super) struct Scanned {
    pub(super) ticket: Uuid,
    pub(super) at: Timestamp,
}

const MARK_SCANNED: Sql = sql!(
    "gates.mark_scanned",
    "UPDATE tickets t SET state = 'scanned', scanned_at = s.at, scanned_gate = $3
     FROM unnest($1::uuid[], $2::timestamptz[]) AS s (id, at)
     WHERE t.id = s.id AND t.state = 'sent'"
);
/// The guarded update of invariant I7; false when one of them is not *Sent* any more.
pub(super) async fn mark_scanned(
    tx: &Tx<'_>,
    scanned: &[Scanned],
    gate: &str,
) -> Result<bool, Error> {
    let tickets: Vec<Uuid> = scanned.iter().map(|scanned| scanned.ticket).collect();
    let times: Vec<Timestamp> = scanned.iter().map(|scanned| scanned.at).collect();
    let touched = tx
        .execute(&MARK_SCANNED, &[&tickets, &times, &gate])
        .await?;
    Ok(usize::try_from(touched) == Ok(scanned.len()))
}

/// One admission of a ticket that was let in more than once.
pub(super) struct ConflictRow {
    pub(super) ticket_id: Uuid,
    pub(super) event_id: Uuid,
    pub(super) serial: i64,
    pub(super) scan_id: Uuid,
    pub(super) gate: String,
    pub(super) device: String,
    pub(super) agent: Option<String>,
    pub(super) at: Timestamp,
    pub(super) asked: bool,
}

const LIST_CONFLICTS: Sql = sql!(
    "gates.list_conflicts",
    "SELECT s.ticket_id, c.event_id, c.serial, s.id, s.gate, d.name AS device, s.agent,
         s.scanned_at, s.asked
     FROM (SELECT c.ticket_id, t.event_id, t.serial, max(c.conflict_in) AS found_in
           FROM scans c JOIN tickets t ON t.id = c.ticket_id
           WHERE c.conflict AND c.conflict_in >= $2 AND t.event_id = ANY ($1)
           GROUP BY c.ticket_id, t.event_id, t.serial
           ORDER BY found_in DESC LIMIT 1000) c
     CROSS JOIN LATERAL (
         SELECT * FROM scans WHERE ticket_id = c.ticket_id AND admission
         UNION ALL
         SELECT * FROM scans WHERE ticket_id = c.ticket_id AND NOT admission) s
     JOIN devices d ON d.id = s.device_id
     WHERE s.verdict = 'admit' AND NOT s.look_only
     ORDER BY c.found_in DESC, s.ticket_id, s.scanned_at LIMIT 5000"
);
/// The latest conflicts of events, found in or after a transaction: ticket by ticket, all times
/// that it was let in.
pub(super) async fn list_conflicts(
    conn: &Conn,
    events: &[Uuid],
    since: i64,
) -> Result<Vec<ConflictRow>, Error> {
    let rows = conn.query(&LIST_CONFLICTS, &[&events, &since]).await?;
    let conflict = |row: &Row| ConflictRow {
        ticket_id: row.get("ticket_id"),
        event_id: row.get("event_id"),
        serial: row.get("serial"),
        scan_id: row.get("id"),
        gate: row.get("gate"),
        device: row.get("device"),
        agent: row.get("agent"),
        at: row.get("scanned_at"),
        asked: row.get("asked"),
    };
    Ok(rows.iter().map(conflict).collect())
}

const LIST_LIVE_ONLY: Sql = sql!(
    "gates.list_live_only",
    "SELECT event_id FROM entry_policies WHERE live_only AND event_id = ANY ($1) LIMIT 10000"
);
/// Those of these events where paper stays outside.
pub(super) async fn list_live_only(conn: &Conn, events: &[Uuid]) -> Result<Vec<Uuid>, Error> {
    let rows = conn.query(&LIST_LIVE_ONLY, &[&events]).await?;
    Ok(rows.iter().map(|row| row.get("event_id")).collect())
}
