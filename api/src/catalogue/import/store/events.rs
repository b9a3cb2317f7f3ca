//! Writing events with their keys and categories.

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::{EventCode, EventId};
use uuid::Uuid;

use super::json_of;
use crate::catalogue::import::write::EventFacts;
use crate::catalogue::keys::NewKeys;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

/// An event that is not there yet.
pub(in super::super) struct NewEvent {
    pub(in super::super) id: EventId,
    pub(in super::super) code: EventCode,
    pub(in super::super) facts: EventFacts,
    pub(in super::super) keys: NewKeys,
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
    names_until_hours: Vec<i32>,
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
            names_until_hours: facts().map(|e| e.names_until_hours).collect(),
            capacities: facts()
                .map(|e| e.categories.iter().map(|c| c.capacity).sum())
                .collect(),
        }
    }
}

pub(super) const INSERT_EVENTS: Sql = sql!(
    "catalogue.insert_events",
    "INSERT INTO events (id, code, sport_code, venue_id, seat_plan_id, title, programme,
         medal_event, starts_at, ends_at, utc_offset_seconds, sale_opens_at, sale_closes_at,
         release_hours, capacity, updated_at, names_until_hours)
     SELECT n.id, n.code, n.sport, v.id, p.id, n.title, n.programme, n.medal, n.starts_at,
         n.ends_at, n.utc_offset, n.opens_at, n.closes_at, n.release_hours, n.capacity, $16,
         n.names_until_hours
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::jsonb[],
         $7::jsonb[], $8::boolean[], $9::timestamptz[], $10::timestamptz[], $11::integer[],
         $12::timestamptz[], $13::timestamptz[], $14::integer[], $15::integer[], $17::integer[])
         WITH ORDINALITY
         AS n (id, code, sport, venue, digest, title, programme, medal, starts_at, ends_at,
             utc_offset, opens_at, closes_at, release_hours, capacity, names_until_hours, place)
     JOIN venues v ON v.code = n.venue
     JOIN seat_plans p ON p.digest = n.digest
     ORDER BY n.place"
);
pub(in super::super) async fn insert_events(
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
                &c.names_until_hours,
            ],
        )
        .await?;
    expect_rows(inserted, events.len())
}

pub(super) const UPDATE_EVENTS: Sql = sql!(
    "catalogue.update_events",
    "UPDATE events SET sport_code = n.sport, venue_id = v.id, seat_plan_id = p.id,
         title = n.title, programme = n.programme, medal_event = n.medal,
         starts_at = n.starts_at, ends_at = n.ends_at, utc_offset_seconds = n.utc_offset,
         sale_opens_at = n.opens_at, sale_closes_at = n.closes_at,
         release_hours = n.release_hours, names_until_hours = n.names_until_hours,
         capacity = n.capacity, updated_at = $15
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::jsonb[], $6::jsonb[],
         $7::boolean[], $8::timestamptz[], $9::timestamptz[], $10::integer[],
         $11::timestamptz[], $12::timestamptz[], $13::integer[], $14::integer[], $16::integer[])
         AS n (id, sport, venue, digest, title, programme, medal, starts_at, ends_at, utc_offset,
             opens_at, closes_at, release_hours, capacity, names_until_hours)
     JOIN venues v ON v.code = n.venue
     JOIN seat_plans p ON p.digest = n.digest
     WHERE events.id = n.id"
);
pub(in super::super) async fn update_events(
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
                &c.names_until_hours,
            ],
        )
        .await?;
    expect_rows(updated, events.len())
}

pub(super) const INSERT_SEALING_KEYS: Sql = sql!(
    "catalogue.insert_sealing_keys",
    "INSERT INTO event_sealing_keys (event_id, kek_id, wrapped)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])"
);
pub(super) const INSERT_SIGNING_KEYS: Sql = sql!(
    "catalogue.insert_signing_keys",
    "INSERT INTO event_signing_keys (event_id, slot, public_key, kek_id, wrapped, created_at)
     SELECT n.id, 0, n.public_key, n.kek_id, n.wrapped, $5
     FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::bytea[])
         AS n (id, public_key, kek_id, wrapped)"
);
pub(in super::super) async fn insert_keys(
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

pub(super) const UPSERT_CATEGORIES: Sql = sql!(
    "catalogue.upsert_categories",
    "INSERT INTO categories (event_id, category_no, code, capacity, price_cents)
     SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::integer[], $5::bigint[])
     ON CONFLICT (event_id, category_no) DO UPDATE
     SET code = excluded.code, capacity = excluded.capacity, price_cents = excluded.price_cents"
);
pub(in super::super) async fn upsert_categories(
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

pub(super) const DELETE_CATEGORIES: Sql = sql!(
    "catalogue.delete_categories",
    "DELETE FROM categories WHERE event_id = ANY ($1)"
);
/// For events in whose categories nothing was ever ordered.
pub(in super::super) async fn delete_categories(
    tx: &Tx<'_>,
    events: &[EventId],
) -> Result<(), Error> {
    let ids: Vec<Uuid> = events.iter().map(EventId::as_uuid).collect();
    tx.execute(&DELETE_CATEGORIES, &[&ids]).await?;
    Ok(())
}

fn expect_rows(touched: u64, wanted: usize) -> Result<(), Error> {
    if usize::try_from(touched) == Ok(wanted) {
        return Ok(());
    }
    Err(Error::bug(format!("{touched} rows written, not {wanted}")))
}
