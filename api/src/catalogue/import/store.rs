//! SQL of the import: whole columns at a time, so that a catalogue is a handful of statements.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use ticket_core::event::SaleWindow;
use ticket_core::ids::{EventCode, EventId, VenueId};
use tokio_postgres::Row;
use uuid::Uuid;

use super::plans::SharedPlan;
use super::report::Totals;
use super::sessions::EventRow;
use super::venues::VenueRow;
use super::write::{CategoryFacts, EventFacts, StoredEvent};
use crate::catalogue::Texts;
use crate::catalogue::keys::NewKeys;
use crate::platform::db::{Conn, Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &LOCK_IMPORTS,
    &LIST_STORED_EVENTS,
    &FIND_START,
    &LOCK_EVENTS,
    &COUNT_SOLD,
    &LIST_SPORTS,
    &UPSERT_SPORTS,
    &TOUCH_SPORTS,
    &LIST_VENUES,
    &UPSERT_VENUES,
    &TOUCH_VENUES,
    &INSERT_PLANS,
    &INSERT_EVENTS,
    &UPDATE_EVENTS,
    &INSERT_SEALING_KEYS,
    &INSERT_SIGNING_KEYS,
    &UPSERT_CATEGORIES,
    &DELETE_CATEGORIES,
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
         e.sale_closes_at, e.release_hours, p.digest, e.inventory_epoch,
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
            plan_digest: row.get("digest"),
            categories,
        },
    })
}

fn texts(value: Value) -> Result<Texts, Error> {
    serde_json::from_value(value).map_err(Error::bug)
}

fn json_of(texts: &Texts) -> Value {
    json!({ "fr": texts.fr, "en": texts.en })
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
    pub(super) order_lines: i64,
}

const LOCK_EVENTS: Sql = sql!(
    "catalogue.lock_events",
    "SELECT id FROM events WHERE id = ANY ($1) ORDER BY id FOR UPDATE"
);
const COUNT_SOLD: Sql = sql!(
    "catalogue.count_sold",
    "SELECT e.id,
         (SELECT count(*) FROM seat_claims c WHERE c.event_id = e.id) AS claims,
         (SELECT count(*) FROM order_lines l WHERE l.event_id = e.id) AS order_lines
     FROM unnest($1::uuid[]) AS e (id)"
);
/// Waits for orders in course on these events, keeps new ones out until the transaction ends, and
/// counts what is sold. The lines of an order refer to its event, hence the lock.
pub(super) async fn lock_and_count_sold(
    tx: &Tx<'_>,
    events: &[EventId],
) -> Result<HashMap<EventId, Sold>, Error> {
    if events.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = events.iter().map(EventId::as_uuid).collect();
    tx.query(&LOCK_EVENTS, &[&ids]).await?;
    let rows = tx.query(&COUNT_SOLD, &[&ids]).await?;
    let sold = |row: &Row| Sold {
        claims: row.get("claims"),
        order_lines: row.get("order_lines"),
    };
    Ok(rows
        .iter()
        .map(|row| (EventId::from_uuid(row.get("id")), sold(row)))
        .collect())
}

const LIST_SPORTS: Sql = sql!("catalogue.import_sports", "SELECT code, name FROM sports");
pub(super) async fn list_sports(tx: &Tx<'_>) -> Result<HashMap<String, Texts>, Error> {
    let rows = tx.query(&LIST_SPORTS, &[]).await?;
    rows.iter()
        .map(|row| Ok((row.get("code"), texts(row.get("name"))?)))
        .collect()
}

const UPSERT_SPORTS: Sql = sql!(
    "catalogue.upsert_sports",
    "INSERT INTO sports (code, name) SELECT * FROM unnest($1::text[], $2::jsonb[])
     ON CONFLICT (code) DO UPDATE SET name = excluded.name"
);
const TOUCH_SPORTS: Sql = sql!(
    "catalogue.touch_sports",
    "UPDATE events SET updated_at = $2 WHERE sport_code = ANY ($1)"
);
/// Their events count as changed, so that every process reads them again.
pub(super) async fn upsert_sports(
    tx: &Tx<'_>,
    sports: &[(&String, &Texts)],
    now: Timestamp,
) -> Result<(), Error> {
    if sports.is_empty() {
        return Ok(());
    }
    let codes: Vec<&str> = sports.iter().map(|(code, _)| code.as_str()).collect();
    let names: Vec<Value> = sports.iter().map(|(_, name)| json_of(name)).collect();
    tx.execute(&UPSERT_SPORTS, &[&codes, &names]).await?;
    tx.execute(&TOUCH_SPORTS, &[&codes, &now]).await?;
    Ok(())
}

const LIST_VENUES: Sql = sql!(
    "catalogue.import_venues",
    "SELECT code, name, city, capacity FROM venues"
);
pub(super) async fn list_venues(tx: &Tx<'_>) -> Result<HashMap<String, VenueRow>, Error> {
    let rows = tx.query(&LIST_VENUES, &[]).await?;
    rows.iter()
        .map(|row| {
            let venue = VenueRow {
                name: row.get("name"),
                city: row.get("city"),
                capacity: u32::try_from(row.get::<_, i32>("capacity")).map_err(Error::bug)?,
            };
            Ok((row.get("code"), venue))
        })
        .collect()
}

const UPSERT_VENUES: Sql = sql!(
    "catalogue.upsert_venues",
    "INSERT INTO venues (id, code, name, city, capacity)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::integer[])
     ON CONFLICT (code) DO UPDATE
     SET name = excluded.name, city = excluded.city, capacity = excluded.capacity"
);
const TOUCH_VENUES: Sql = sql!(
    "catalogue.touch_venues",
    "UPDATE events SET updated_at = $2
     WHERE venue_id IN (SELECT id FROM venues WHERE code = ANY ($1))"
);
/// `ids` are for those that are new. Their events count as changed.
pub(super) async fn upsert_venues(
    tx: &Tx<'_>,
    ids: &[VenueId],
    venues: &[(&String, &VenueRow)],
    now: Timestamp,
) -> Result<(), Error> {
    if venues.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = ids.iter().map(VenueId::as_uuid).collect();
    let codes: Vec<&str> = venues.iter().map(|(code, _)| code.as_str()).collect();
    let names: Vec<&str> = venues
        .iter()
        .map(|(_, venue)| venue.name.as_str())
        .collect();
    let cities: Vec<&str> = venues
        .iter()
        .map(|(_, venue)| venue.city.as_str())
        .collect();
    let capacities = venues
        .iter()
        .map(|(_, venue)| i32::try_from(venue.capacity))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::bug)?;
    tx.execute(
        &UPSERT_VENUES,
        &[&ids, &codes, &names, &cities, &capacities],
    )
    .await?;
    tx.execute(&TOUCH_VENUES, &[&codes, &now]).await?;
    Ok(())
}

const INSERT_PLANS: Sql = sql!(
    "catalogue.insert_plans",
    "INSERT INTO seat_plans (id, digest, plan)
     SELECT gen_random_uuid(), n.digest, n.plan FROM unnest($1::bytea[], $2::jsonb[])
         AS n (digest, plan)
     ON CONFLICT (digest) DO NOTHING"
);
/// Plans are shared by digest; returns how many were new.
pub(super) async fn insert_plans(tx: &Tx<'_>, plans: &[&SharedPlan]) -> Result<u64, Error> {
    let digests: Vec<&[u8]> = plans.iter().map(|plan| plan.digest.as_slice()).collect();
    let values = plans
        .iter()
        .map(|plan| serde_json::to_value(&*plan.plan))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::bug)?;
    tx.execute(&INSERT_PLANS, &[&digests, &values]).await
}

/// An event that is not there yet.
pub(super) struct NewEvent {
    pub(super) id: EventId,
    pub(super) code: EventCode,
    pub(super) facts: EventFacts,
    pub(super) keys: NewKeys,
}

/// The columns that creating and updating share.
struct EventColumns<'a> {
    ids: Vec<Uuid>,
    sports: Vec<&'a str>,
    venues: Vec<&'a str>,
    digests: Vec<&'a [u8]>,
    titles: Vec<Value>,
    programmes: Vec<Value>,
    medals: Vec<bool>,
    starts: Vec<Timestamp>,
    ends: Vec<Timestamp>,
    offsets: Vec<i32>,
    sale_opens: Vec<Timestamp>,
    sale_closes: Vec<Timestamp>,
    release_hours: Vec<Option<i32>>,
    capacities: Vec<i32>,
}

impl<'a> EventColumns<'a> {
    fn of(events: &[(EventId, &'a EventFacts)]) -> Self {
        let facts = || events.iter().map(|(_, facts)| *facts);
        Self {
            ids: events.iter().map(|(id, _)| id.as_uuid()).collect(),
            sports: facts().map(|e| e.sport.as_str()).collect(),
            venues: facts().map(|e| e.venue.as_str()).collect(),
            digests: facts().map(|e| e.plan_digest.as_slice()).collect(),
            titles: facts().map(|e| json_of(&e.title)).collect(),
            programmes: facts().map(|e| json_of(&e.programme)).collect(),
            medals: facts().map(|e| e.medal_event).collect(),
            starts: facts().map(|e| e.starts_at).collect(),
            ends: facts().map(|e| e.ends_at).collect(),
            offsets: facts().map(|e| e.utc_offset_seconds).collect(),
            sale_opens: facts().map(|e| e.sale.opens_at).collect(),
            sale_closes: facts().map(|e| e.sale.closes_at).collect(),
            release_hours: facts().map(|e| e.release_hours).collect(),
            capacities: facts()
                .map(|e| e.categories.iter().map(|c| c.capacity).sum())
                .collect(),
        }
    }
}

const INSERT_EVENTS: Sql = sql!(
    "catalogue.insert_events",
    "INSERT INTO events (id, code, sport_code, venue_id, seat_plan_id, title, programme,
         medal_event, starts_at, ends_at, utc_offset_seconds, sale_opens_at, sale_closes_at,
         release_hours, capacity, updated_at)
     SELECT n.id, n.code, n.sport, v.id, p.id, n.title, n.programme, n.medal, n.starts_at,
         n.ends_at, n.utc_offset, n.opens_at, n.closes_at, n.release_hours, n.capacity, $16
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::jsonb[],
         $7::jsonb[], $8::boolean[], $9::timestamptz[], $10::timestamptz[], $11::integer[],
         $12::timestamptz[], $13::timestamptz[], $14::integer[], $15::integer[])
         WITH ORDINALITY
         AS n (id, code, sport, venue, digest, title, programme, medal, starts_at, ends_at,
             utc_offset, opens_at, closes_at, release_hours, capacity, place)
     JOIN venues v ON v.code = n.venue
     JOIN seat_plans p ON p.digest = n.digest
     ORDER BY n.place"
);
pub(super) async fn insert_events(
    tx: &Tx<'_>,
    events: &[NewEvent],
    now: Timestamp,
) -> Result<(), Error> {
    let codes: Vec<&str> = events.iter().map(|event| event.code.as_str()).collect();
    let facts: Vec<_> = events
        .iter()
        .map(|event| (event.id, &event.facts))
        .collect();
    let c = EventColumns::of(&facts);
    let inserted = tx
        .execute(
            &INSERT_EVENTS,
            &[
                &c.ids,
                &codes,
                &c.sports,
                &c.venues,
                &c.digests,
                &c.titles,
                &c.programmes,
                &c.medals,
                &c.starts,
                &c.ends,
                &c.offsets,
                &c.sale_opens,
                &c.sale_closes,
                &c.release_hours,
                &c.capacities,
                &now,
            ],
        )
        .await?;
    expect_rows(inserted, events.len())
}

const UPDATE_EVENTS: Sql = sql!(
    "catalogue.update_events",
    "UPDATE events SET sport_code = n.sport, venue_id = v.id, seat_plan_id = p.id,
         title = n.title, programme = n.programme, medal_event = n.medal,
         starts_at = n.starts_at, ends_at = n.ends_at, utc_offset_seconds = n.utc_offset,
         sale_opens_at = n.opens_at, sale_closes_at = n.closes_at,
         release_hours = n.release_hours, capacity = n.capacity, updated_at = $15
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::jsonb[], $6::jsonb[],
         $7::boolean[], $8::timestamptz[], $9::timestamptz[], $10::integer[],
         $11::timestamptz[], $12::timestamptz[], $13::integer[], $14::integer[])
         AS n (id, sport, venue, digest, title, programme, medal, starts_at, ends_at, utc_offset,
             opens_at, closes_at, release_hours, capacity)
     JOIN venues v ON v.code = n.venue
     JOIN seat_plans p ON p.digest = n.digest
     WHERE events.id = n.id"
);
pub(super) async fn update_events(
    tx: &Tx<'_>,
    events: &[(EventId, &EventFacts)],
    now: Timestamp,
) -> Result<(), Error> {
    let c = EventColumns::of(events);
    let updated = tx
        .execute(
            &UPDATE_EVENTS,
            &[
                &c.ids,
                &c.sports,
                &c.venues,
                &c.digests,
                &c.titles,
                &c.programmes,
                &c.medals,
                &c.starts,
                &c.ends,
                &c.offsets,
                &c.sale_opens,
                &c.sale_closes,
                &c.release_hours,
                &c.capacities,
                &now,
            ],
        )
        .await?;
    expect_rows(updated, events.len())
}

const INSERT_SEALING_KEYS: Sql = sql!(
    "catalogue.insert_sealing_keys",
    "INSERT INTO event_sealing_keys (event_id, kek_id, wrapped)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])"
);
const INSERT_SIGNING_KEYS: Sql = sql!(
    "catalogue.insert_signing_keys",
    "INSERT INTO event_signing_keys (event_id, slot, public_key, kek_id, wrapped, created_at)
     SELECT n.id, 0, n.public_key, n.kek_id, n.wrapped, $5
     FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::bytea[])
         AS n (id, public_key, kek_id, wrapped)"
);
pub(super) async fn insert_keys(
    tx: &Tx<'_>,
    events: &[NewEvent],
    now: Timestamp,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.id.as_uuid()).collect();
    let sealing: Vec<_> = events.iter().map(|event| &event.keys.sealing).collect();
    let kek_ids: Vec<&str> = sealing.iter().map(|key| key.kek_id.as_str()).collect();
    let wrapped: Vec<&[u8]> = sealing.iter().map(|key| key.bytes.as_slice()).collect();
    tx.execute(&INSERT_SEALING_KEYS, &[&ids, &kek_ids, &wrapped])
        .await?;
    let public_keys: Vec<&[u8]> = events
        .iter()
        .map(|event| event.keys.public_key.as_slice())
        .collect();
    let signing: Vec<_> = events.iter().map(|event| &event.keys.signing).collect();
    let kek_ids: Vec<&str> = signing.iter().map(|key| key.kek_id.as_str()).collect();
    let wrapped: Vec<&[u8]> = signing.iter().map(|key| key.bytes.as_slice()).collect();
    tx.execute(
        &INSERT_SIGNING_KEYS,
        &[&ids, &public_keys, &kek_ids, &wrapped, &now],
    )
    .await?;
    Ok(())
}

const UPSERT_CATEGORIES: Sql = sql!(
    "catalogue.upsert_categories",
    "INSERT INTO categories (event_id, category_no, code, capacity, price_cents)
     SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::integer[], $5::bigint[])
     ON CONFLICT (event_id, category_no) DO UPDATE
     SET code = excluded.code, capacity = excluded.capacity, price_cents = excluded.price_cents"
);
pub(super) async fn upsert_categories(
    tx: &Tx<'_>,
    events: &[(EventId, &EventFacts)],
) -> Result<(), Error> {
    let mut ids = Vec::new();
    let mut numbers: Vec<i16> = Vec::new();
    let mut codes = Vec::new();
    let mut capacities = Vec::new();
    let mut prices = Vec::new();
    for (id, facts) in events {
        for (number, category) in (0_i16..).zip(&facts.categories) {
            ids.push(id.as_uuid());
            numbers.push(number);
            codes.push(category.code.as_str());
            capacities.push(category.capacity);
            prices.push(category.price_cents);
        }
    }
    let written = tx
        .execute(
            &UPSERT_CATEGORIES,
            &[&ids, &numbers, &codes, &capacities, &prices],
        )
        .await?;
    expect_rows(written, ids.len())
}

const DELETE_CATEGORIES: Sql = sql!(
    "catalogue.delete_categories",
    "DELETE FROM categories WHERE event_id = ANY ($1)"
);
/// For events in whose categories nothing was ever ordered.
pub(super) async fn delete_categories(tx: &Tx<'_>, events: &[EventId]) -> Result<(), Error> {
    let ids: Vec<Uuid> = events.iter().map(EventId::as_uuid).collect();
    tx.execute(&DELETE_CATEGORIES, &[&ids]).await?;
    Ok(())
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

fn expect_rows(touched: u64, wanted: usize) -> Result<(), Error> {
    if usize::try_from(touched) == Ok(wanted) {
        return Ok(());
    }
    Err(Error::bug(format!("{touched} rows written, not {wanted}")))
}
