//! Reading the catalogue from PostgreSQL.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::Value;
use ticket_core::credential::SigningSlot;
use ticket_core::event::SaleWindow;
use ticket_core::formula::Formula;
use ticket_core::ids::{CategoryCode, EventCode, EventId, EventNumber, VenueId};
use ticket_core::money::{Currency, Money};
use ticket_core::venue::SeatPlan;
use tokio_postgres::Row;
use uuid::Uuid;

use super::event::{Category, Event, EventState, Sport, Texts, Venue};
use crate::platform::db::{Conn, Sql};
use crate::platform::error::Error;
use crate::platform::seal::Wrapped;
use crate::sql;

pub(crate) const STATEMENTS: &[&Sql] = &[
    &VERSION,
    &LIST_SPORTS,
    &LIST_VENUES,
    &LIST_PLANS,
    &LIST_CATEGORIES,
    &LIST_EVENTS,
    &GET_SEALING_KEY,
    &LIST_SIGNING_KEYS,
];

const VERSION: Sql = sql!(
    "catalogue.version",
    "SELECT count(*) || ':' ||
         coalesce(md5(string_agg(id::text || extract(epoch FROM updated_at), ',' ORDER BY id)), '')
         AS version
     FROM events"
);
/// One short text that changes whenever an event does: whoever changes a sport or a venue
/// touches `updated_at` of its events.
pub(super) async fn get_version(conn: &Conn) -> Result<String, Error> {
    Ok(conn.query_one(&VERSION, &[]).await?.get("version"))
}

const LIST_SPORTS: Sql = sql!("catalogue.list_sports", "SELECT code, name FROM sports");
const LIST_VENUES: Sql = sql!(
    "catalogue.list_venues",
    "SELECT id, code, name, city, capacity, step_free, access FROM venues"
);
const LIST_PLANS: Sql = sql!("catalogue.list_plans", "SELECT id, plan FROM seat_plans");
const LIST_CATEGORIES: Sql = sql!(
    "catalogue.list_categories",
    "SELECT event_id, category_no, code, capacity, price_cents, currency FROM categories
     ORDER BY event_id, category_no"
);
const LIST_EVENTS: Sql = sql!(
    "catalogue.list_events",
    "SELECT id, number, code, sport_code, venue_id, seat_plan_id, title, programme, medal_event,
         starts_at, ends_at, utc_offset_seconds, sale_opens_at, sale_closes_at, release_hours,
         names_until_hours, state, cancelled_at, revision, capacity
     FROM events"
);
/// Every event with all it refers to.
pub(super) async fn list_events(conn: &Conn) -> Result<Vec<Arc<Event>>, Error> {
    let sports = list_sports(conn).await?;
    let venues = list_venues(conn).await?;
    let plans = list_plans(conn).await?;
    let mut categories = list_categories(conn).await?;
    let mut events = Vec::new();
    for row in conn.query(&LIST_EVENTS, &[]).await? {
        let id = EventId::from_uuid(row.get("id"));
        let known = Known {
            sport: get_shared(&sports, row.get::<_, &str>("sport_code"))?,
            venue: get_shared(&venues, &row.get::<_, Uuid>("venue_id"))?,
            plan: get_shared(&plans, &row.get::<_, Uuid>("seat_plan_id"))?,
            categories: categories.remove(&id).unwrap_or_default(),
        };
        events.push(Arc::new(event(&row, known)?));
    }
    Ok(events)
}

struct Known {
    sport: Arc<Sport>,
    venue: Arc<Venue>,
    plan: Arc<SeatPlan>,
    categories: Vec<Category>,
}

fn get_shared<K, Q, T>(known: &HashMap<K, Arc<T>>, key: &Q) -> Result<Arc<T>, Error>
where
    K: std::borrow::Borrow<Q> + std::hash::Hash + Eq,
    Q: std::hash::Hash + Eq + ?Sized,
{
    known
        .get(key)
        .cloned()
        .ok_or_else(|| Error::bug("an event refers to a row made after it: read again"))
}

fn event(row: &Row, known: Known) -> Result<Event, Error> {
    let number: i32 = row.get("number");
    let release_hours: Option<i32> = row.get("release_hours");
    Ok(Event {
        id: EventId::from_uuid(row.get("id")),
        number: EventNumber::new(positive(number)?).map_err(Error::bug)?,
        code: EventCode::parse(row.get("code")).map_err(Error::bug)?,
        sport: known.sport,
        venue: known.venue,
        title: texts(row.get("title"))?,
        programme: texts(row.get("programme"))?,
        medal_event: row.get("medal_event"),
        starts_at: row.get("starts_at"),
        ends_at: row.get("ends_at"),
        utc_offset: Offset::from_seconds(row.get("utc_offset_seconds")).map_err(Error::bug)?,
        sale: SaleWindow {
            opens_at: row.get("sale_opens_at"),
            closes_at: row.get("sale_closes_at"),
        },
        release_hours: release_hours.map(positive).transpose()?,
        names_until_hours: positive(row.get("names_until_hours"))?,
        state: state(row.get("state"), row.get("cancelled_at"))?,
        revision: positive(row.get("revision"))?,
        capacity: positive(row.get("capacity"))?,
        categories: as_planned(known.categories, &known.plan),
        plan: known.plan,
    })
}

/// A category that the plan does not have yet is like any other.
fn as_planned(mut categories: Vec<Category>, plan: &SeatPlan) -> Vec<Category> {
    for category in &mut categories {
        if let Some(plan) = plan.category(&category.code) {
            category.for_wheelchairs = plan.is_for_wheelchairs();
            category.formulas.retain(|formula| plan.sells(*formula));
        }
    }
    categories
}

fn state(name: &str, cancelled_at: Option<Timestamp>) -> Result<EventState, Error> {
    match (name, cancelled_at) {
        ("draft", _) => Ok(EventState::Draft),
        ("scheduled", _) => Ok(EventState::Scheduled),
        ("cancelled", Some(at)) => Ok(EventState::Cancelled { at }),
        _ => Err(Error::bug(format!("unknown event state {name}"))),
    }
}

async fn list_sports(conn: &Conn) -> Result<HashMap<String, Arc<Sport>>, Error> {
    let mut sports = HashMap::new();
    for row in conn.query(&LIST_SPORTS, &[]).await? {
        let code: String = row.get("code");
        let name = texts(row.get("name"))?;
        sports.insert(code.clone(), Arc::new(Sport { code, name }));
    }
    Ok(sports)
}

async fn list_venues(conn: &Conn) -> Result<HashMap<Uuid, Arc<Venue>>, Error> {
    let mut venues = HashMap::new();
    for row in conn.query(&LIST_VENUES, &[]).await? {
        let id: Uuid = row.get("id");
        let venue = Venue {
            id: VenueId::from_uuid(id),
            code: row.get("code"),
            name: row.get("name"),
            city: row.get("city"),
            capacity: positive(row.get("capacity"))?,
            step_free: row.get("step_free"),
            access: row
                .get::<_, Option<Value>>("access")
                .map(texts)
                .transpose()?,
        };
        venues.insert(id, Arc::new(venue));
    }
    Ok(venues)
}

async fn list_plans(conn: &Conn) -> Result<HashMap<Uuid, Arc<SeatPlan>>, Error> {
    let mut plans = HashMap::new();
    for row in conn.query(&LIST_PLANS, &[]).await? {
        let plan: SeatPlan = serde_json::from_value(row.get("plan")).map_err(Error::bug)?;
        plans.insert(row.get("id"), Arc::new(plan));
    }
    Ok(plans)
}

async fn list_categories(conn: &Conn) -> Result<HashMap<EventId, Vec<Category>>, Error> {
    let mut by_event: HashMap<EventId, Vec<Category>> = HashMap::new();
    for row in conn.query(&LIST_CATEGORIES, &[]).await? {
        let currency = Currency::parse(row.get("currency")).map_err(Error::bug)?;
        let category = Category {
            no: u8::try_from(row.get::<_, i16>("category_no")).map_err(Error::bug)?,
            code: CategoryCode::parse(row.get("code")).map_err(Error::bug)?,
            price: Money::new(row.get("price_cents"), currency).map_err(Error::bug)?,
            capacity: positive(row.get("capacity"))?,
            // The plan says both: see `as_planned`.
            for_wheelchairs: false,
            formulas: Formula::ALL.to_vec(),
        };
        let event = EventId::from_uuid(row.get("event_id"));
        by_event.entry(event).or_default().push(category);
    }
    Ok(by_event)
}

fn texts(value: Value) -> Result<Texts, Error> {
    serde_json::from_value(value).map_err(Error::bug)
}

fn positive(number: i32) -> Result<u32, Error> {
    u32::try_from(number).map_err(Error::bug)
}

/// An event's keys as they are stored, by slot.
pub(super) struct KeyRows {
    pub(super) sealing: Wrapped,
    pub(super) signing: Vec<(SigningSlot, Wrapped)>,
}

const GET_SEALING_KEY: Sql = sql!(
    "catalogue.get_sealing_key",
    "SELECT kek_id, wrapped FROM event_sealing_keys WHERE event_id = $1"
);
const LIST_SIGNING_KEYS: Sql = sql!(
    "catalogue.list_signing_keys",
    "SELECT slot, kek_id, wrapped FROM event_signing_keys WHERE event_id = $1 ORDER BY slot"
);
pub(super) async fn list_keys(conn: &Conn, event: EventId) -> Result<KeyRows, Error> {
    let id = event.as_uuid();
    let sealing = conn.query_one(&GET_SEALING_KEY, &[&id]).await?;
    let mut signing = Vec::new();
    for row in conn.query(&LIST_SIGNING_KEYS, &[&id]).await? {
        let slot = u8::try_from(row.get::<_, i16>("slot")).map_err(Error::bug)?;
        signing.push((SigningSlot::new(slot).map_err(Error::bug)?, wrapped(&row)));
    }
    Ok(KeyRows {
        sealing: wrapped(&sealing),
        signing,
    })
}

fn wrapped(row: &Row) -> Wrapped {
    Wrapped {
        kek_id: row.get("kek_id"),
        bytes: row.get("wrapped"),
    }
}
