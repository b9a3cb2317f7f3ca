//! SQL of the import: whole columns at a time, so that a catalogue is a handful of statements.

mod events;
mod places;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use ticket_core::event::SaleWindow;
use ticket_core::ids::{EventCode, EventId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::report::Totals;
use super::sessions::EventRow;
use super::write::{CategoryFacts, EventFacts, StoredEvent};
use crate::catalogue::Texts;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(super) use events::{
    NewEvent, delete_categories, insert_events, insert_keys, update_events, upsert_categories,
};
pub(super) use places::{insert_plans, list_sports, list_venues, upsert_sports, upsert_venues};

pub(crate) const STATEMENTS: &[&Sql] = &[
    &LOCK_IMPORTS,
    &LIST_STORED_EVENTS,
    &FIND_START,
    &LOCK_EVENTS,
    &COUNT_SOLD,
    &places::LIST_SPORTS,
    &places::UPSERT_SPORTS,
    &places::TOUCH_SPORTS,
    &places::LIST_VENUES,
    &places::UPSERT_VENUES,
    &places::TOUCH_VENUES,
    &places::INSERT_PLANS,
    &events::INSERT_EVENTS,
    &events::UPDATE_EVENTS,
    &events::INSERT_SEALING_KEYS,
    &events::INSERT_SIGNING_KEYS,
    &events::UPSERT_CATEGORIES,
    &events::DELETE_CATEGORIES,
    &GET_TOTALS,
];

const LOCK_IMPORTS: Sql = sql!(
    "catalogue.lock_imports",
    "SELECT pg_advisory_xact_lock(hashtextextended('catalogue.import', 0))"
);
/// One import at a time; released with the transaction.
pub(super) async fn lock_imports(tx: &Tx<'_>) -> Result<(), Error> {
    tx.query_one(&LOCK_IMPORTS, &[]).await?;
    Ok(())
}

const LIST_STORED_EVENTS: Sql = sql!(
    "catalogue.list_stored_events",
    "SELECT e.id, e.code, e.sport_code, v.code AS venue_code, e.title, e.programme,
         e.medal_event, e.starts_at, e.ends_at, e.utc_offset_seconds, e.sale_opens_at,
         e.sale_closes_at, e.release_hours, e.names_until_hours, p.digest, e.inventory_epoch,
         c.codes, c.capacities, c.prices
     FROM events e
     JOIN venues v ON v.id = e.venue_id
     JOIN seat_plans p ON p.id = e.seat_plan_id
     JOIN LATERAL (
         SELECT array_agg(code ORDER BY category_no) AS codes,
             array_agg(capacity ORDER BY category_no) AS capacities,
             array_agg(price_cents ORDER BY category_no) AS prices
         FROM categories WHERE event_id = e.id) c ON true
     WHERE e.code = ANY ($1)"
);
/// Those of the wanted events that are there already, by code.
pub(super) async fn list_stored_events(
    tx: &Tx<'_>,
    wanted: &[EventRow],
) -> Result<HashMap<String, StoredEvent>, Error> {
    let codes: Vec<&str> = wanted.iter().map(|row| row.code.as_str()).collect();
    let rows = tx.query(&LIST_STORED_EVENTS, &[&codes]).await?;
    rows.iter()
        .map(|row| Ok((row.get("code"), stored_event(row)?)))
        .collect()
}

fn stored_event(row: &Row) -> Result<StoredEvent, Error> {
    let codes: Option<Vec<String>> = row.get("codes");
    let capacities: Option<Vec<i32>> = row.get("capacities");
    let prices: Option<Vec<i64>> = row.get("prices");
    let categories = codes
        .into_iter()
        .flatten()
        .zip(capacities.into_iter().flatten())
        .zip(prices.into_iter().flatten())
        .map(|((code, capacity), price_cents)| CategoryFacts {
            code,
            capacity,
            price_cents,
        })
        .collect();
    Ok(StoredEvent {
        id: EventId::from_uuid(row.get("id")),
        loaded: row.get::<_, i64>("inventory_epoch") > 0,
        facts: EventFacts {
            sport: row.get("sport_code"),
            venue: row.get("venue_code"),
            title: texts(row.get("title"))?,
            programme: texts(row.get("programme"))?,
            medal_event: row.get("medal_event"),
            starts_at: row.get("starts_at"),
            ends_at: row.get("ends_at"),
            utc_offset_seconds: row.get("utc_offset_seconds"),
            sale: SaleWindow {
                opens_at: row.get("sale_opens_at"),
                closes_at: row.get("sale_closes_at"),
            },
            release_hours: row.get("release_hours"),
            names_until_hours: row.get("names_until_hours"),
            plan_digest: row.get("digest"),
            categories,
        },
    })
}

fn texts(value: Value) -> Result<Texts, Error> {
    serde_json::from_value(value).map_err(Error::bug)
}

fn json_of(texts: &Texts) -> Value {
    json!(texts)
}

const FIND_START: Sql = sql!(
    "catalogue.find_start",
    "SELECT starts_at FROM events WHERE code = $1"
);
/// When the event of this code starts, if there is one.
pub(super) async fn find_start(conn: &Conn, code: &EventCode) -> Result<Option<Timestamp>, Error> {
    let row = conn.query_opt(&FIND_START, &[&code.as_str()]).await?;
    Ok(row.map(|row| row.get("starts_at")))
}

/// What stands in the way of another plan.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sold {
    pub(super) claims: i64,
    pub(super) orders: i64,
}

const LOCK_EVENTS: Sql = sql!(
    "catalogue.lock_events",
    "SELECT count(pg_advisory_xact_lock(uuid_hash_extended(event, 1)))
     FROM unnest($1::uuid[]) AS e (event)"
);
const COUNT_SOLD: Sql = sql!(
    "catalogue.count_sold",
    "SELECT e.id,
         (SELECT count(*) FROM seat_claims c WHERE c.event_id = e.id) AS claims,
         (SELECT count(*) FROM orders o WHERE o.event_id = e.id OR (o.event_id IS NULL
             AND EXISTS (SELECT FROM json_to_recordset(o.lines) AS l (event uuid)
                 WHERE l.event = e.id))) AS orders
     FROM unnest($1::uuid[]) AS e (id)"
);
/// Waits for orders in course on these events, keeps new ones out until the transaction ends, and
/// counts what is sold. An order takes the same lock, shared (`orders::store::lock_events`).
pub(super) async fn lock_and_count_sold(
    tx: &Tx<'_>,
    events: &[EventId],
) -> Result<HashMap<EventId, Sold>, Error> {
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let mut ids: Vec<Uuid> = events.iter().map(EventId::as_uuid).collect();
    ids.sort_unstable();
    tx.query_one(&LOCK_EVENTS, &[&ids]).await?;
    let rows = tx.query(&COUNT_SOLD, &[&ids]).await?;
    let sold = |row: &Row| Sold {
        claims: row.get("claims"),
        orders: row.get("orders"),
    };
    Ok(rows
        .iter()
        .map(|row| (EventId::from_uuid(row.get("id")), sold(row)))
        .collect())
}

const GET_TOTALS: Sql = sql!(
    "catalogue.get_totals",
    "SELECT (SELECT count(*) FROM sports) AS sports, (SELECT count(*) FROM venues) AS venues,
         (SELECT count(*) FROM seat_plans) AS plans, (SELECT count(*) FROM events) AS events,
         (SELECT coalesce(sum(capacity), 0)::bigint FROM categories) AS places"
);
pub(super) async fn get_totals(tx: &Tx<'_>) -> Result<Totals, Error> {
    let row = tx.query_one(&GET_TOTALS, &[]).await?;
    Ok(Totals {
        sports: row.get("sports"),
        venues: row.get("venues"),
        plans: row.get("plans"),
        events: row.get("events"),
        places: row.get("places"),
    })
}
