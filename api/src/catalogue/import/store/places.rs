//! Writing sports, venues and seat plans.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use ticket_core::ids::VenueId;
use uuid::Uuid;

use super::{json_of, texts};
use crate::catalogue::Texts;
use crate::catalogue::import::plans::SharedPlan;
use crate::catalogue::import::venues::VenueRow;
use crate::platform::db::{Sql, Tx};
use crate::platform::error::Error;
use crate::sql;

pub(super) const LIST_SPORTS: Sql =
    sql!("catalogue.import_sports", "SELECT code, name FROM sports");
pub(in super::super) async fn list_sports(tx: &Tx<'_>) -> Result<HashMap<String, Texts>, Error> {
    let rows = tx.query(&LIST_SPORTS, &[]).await?;
    rows.iter()
        .map(|row| Ok((row.get("code"), texts(row.get("name"))?)))
        .collect()
}

pub(super) const UPSERT_SPORTS: Sql = sql!(
    "catalogue.upsert_sports",
    "INSERT INTO sports (code, name) SELECT * FROM unnest($1::text[], $2::jsonb[])
     ON CONFLICT (code) DO UPDATE SET name = excluded.name"
);
pub(super) const TOUCH_SPORTS: Sql = sql!(
    "catalogue.touch_sports",
    "UPDATE events SET updated_at = $2 WHERE sport_code = ANY ($1)"
);
/// Their events count as changed, so that every process reads them again.
pub(in super::super) async fn upsert_sports(
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

pub(super) const LIST_VENUES: Sql = sql!(
    "catalogue.import_venues",
    "SELECT code, name, city, capacity, step_free, access FROM venues"
);
pub(in super::super) async fn list_venues(tx: &Tx<'_>) -> Result<HashMap<String, VenueRow>, Error> {
    let rows = tx.query(&LIST_VENUES, &[]).await?;
    rows.iter()
        .map(|row| {
            let venue = VenueRow {
                name: row.get("name"),
                city: row.get("city"),
                capacity: u32::try_from(row.get::<_, i32>("capacity")).map_err(Error::bug)?,
                step_free: row.get("step_free"),
                access: row
                    .get::<_, Option<Value>>("access")
                    .map(texts)
                    .transpose()?,
            };
            Ok((row.get("code"), venue))
        })
        .collect()
}

pub(super) const UPSERT_VENUES: Sql = sql!(
    "catalogue.upsert_venues",
    "INSERT INTO venues (id, code, name, city, capacity, step_free, access)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::integer[],
         $6::boolean[], $7::jsonb[])
     ON CONFLICT (code) DO UPDATE
     SET name = excluded.name, city = excluded.city, capacity = excluded.capacity,
         step_free = excluded.step_free, access = excluded.access"
);
pub(super) const TOUCH_VENUES: Sql = sql!(
    "catalogue.touch_venues",
    "UPDATE events SET updated_at = $2
     WHERE venue_id IN (SELECT id FROM venues WHERE code = ANY ($1))"
);
/// `ids` are for those that are new. Their events count as changed.
pub(in super::super) async fn upsert_venues(
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
    let step_free: Vec<bool> = venues.iter().map(|(_, venue)| venue.step_free).collect();
    let access: Vec<Option<Value>> = venues
        .iter()
        .map(|(_, venue)| venue.access.as_ref().map(json_of))
        .collect();
    tx.execute(
        &UPSERT_VENUES,
        &[
            &ids,
            &codes,
            &names,
            &cities,
            &capacities,
            &step_free,
            &access,
        ],
    )
    .await?;
    tx.execute(&TOUCH_VENUES, &[&codes, &now]).await?;
    Ok(())
}

pub(super) const INSERT_PLANS: Sql = sql!(
    "catalogue.insert_plans",
    "INSERT INTO seat_plans (id, digest, plan)
     SELECT gen_random_uuid(), n.digest, n.plan FROM unnest($1::bytea[], $2::jsonb[])
         AS n (digest, plan)
     ON CONFLICT (digest) DO NOTHING"
);
/// Plans are shared by digest; returns how many were new.
pub(in super::super) async fn insert_plans(
    tx: &Tx<'_>,
    plans: &[&SharedPlan],
) -> Result<u64, Error> {
    let digests: Vec<&[u8]> = plans.iter().map(|plan| plan.digest.as_slice()).collect();
    let values = plans
        .iter()
        .map(|plan| serde_json::to_value(&*plan.plan))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Error::bug)?;
    tx.execute(&INSERT_PLANS, &[&digests, &values]).await
}
