//! From what the files want to what the database says: one transaction that writes differences
//! only.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use ticket_core::event::SaleWindow;
use ticket_core::ids::{EventId, VenueId};

use super::Wanted;
use super::audit::Fault;
use super::report::Tally;
use super::sessions::EventRow;
use super::store::{self, NewEvent};
use super::venues::VenueRow;
use crate::app::App;
use crate::catalogue::Texts;
use crate::catalogue::keys::NewKeys;
use crate::platform::db::Tx;
use crate::platform::error::Error;
use crate::platform::seal::random_bytes;

/// All that an import says of an event, in a form that can be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventFacts {
    pub(super) sport: String,
    pub(super) venue: String,
    pub(super) title: Texts,
    pub(super) programme: Texts,
    pub(super) medal_event: bool,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
    pub(super) utc_offset_seconds: i32,
    pub(super) sale: SaleWindow,
    pub(super) release_hours: Option<i32>,
    pub(super) names_until_hours: i32,
    pub(super) plan_digest: Vec<u8>,
    pub(super) categories: Vec<CategoryFacts>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CategoryFacts {
    pub(super) code: String,
    pub(super) capacity: i32,
    pub(super) price_cents: i64,
}

/// An event as the database has it.
#[derive(Debug)]
pub(super) struct StoredEvent {
    pub(super) id: EventId,
    pub(super) facts: EventFacts,
    /// Whether its inventory was ever built.
    pub(super) loaded: bool,
}

impl EventRow {
    pub(super) fn facts(&self) -> EventFacts {
        let plans = &self.plan.plan.categories;
        EventFacts {
            sport: self.sport.clone(),
            venue: self.venue.clone(),
            title: self.title.clone(),
            programme: self.programme.clone(),
            medal_event: self.medal_event,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            utc_offset_seconds: self.utc_offset_seconds,
            sale: self.sale,
            release_hours: self.release_hours,
            names_until_hours: self.names_until_hours,
            plan_digest: self.plan.digest.to_vec(),
            categories: plans
                .iter()
                .zip(&self.prices)
                .map(|(plan, price)| CategoryFacts {
                    code: plan.code.to_string(),
                    capacity: i32::try_from(plan.capacity()).unwrap_or(i32::MAX),
                    price_cents: price.amount_cents(),
                })
                .collect(),
        }
    }
}

impl EventFacts {
    fn same_categories(&self, other: &Self) -> bool {
        let codes = |facts: &Self| -> Vec<String> {
            facts.categories.iter().map(|c| c.code.clone()).collect()
        };
        codes(self) == codes(other)
    }
}

/// What one transaction did.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) sports: Tally,
    pub(super) venues: Tally,
    pub(super) plans_created: u64,
    pub(super) events: Tally,
    /// Events whose inventory must be built.
    pub(super) to_load: Vec<EventId>,
}

/// An event that is there and is to be otherwise.
struct Change<'a> {
    stored: &'a StoredEvent,
    row: &'a EventRow,
    facts: EventFacts,
}

impl Change<'_> {
    fn replans(&self) -> bool {
        self.stored.facts.plan_digest != self.facts.plan_digest
    }

    fn changes_categories(&self) -> bool {
        !self.stored.facts.same_categories(&self.facts)
    }
}

pub(super) async fn write(
    app: &App,
    wanted: &Wanted,
) -> Result<Result<Written, Vec<Fault>>, Error> {
    let now = app.clock.now();
    app.db
        .write("catalogue.import", async |tx| {
            store::lock_imports(tx).await?;
            let stored = store::list_stored_events(tx, &wanted.events).await?;
            let (new, changes) = differences(wanted, &stored);
            let faults = sold_faults(tx, wanted, &changes).await?;
            if !faults.is_empty() {
                return Ok(Err(faults));
            }
            let mut written = Written {
                sports: write_sports(tx, &wanted.sports, now).await?,
                venues: write_venues(tx, &wanted.venues, now).await?,
                plans_created: write_plans(tx, &new, &changes).await?,
                events: Tally::new(new.len(), changes.len(), wanted.events.len()),
                to_load: not_loaded(&stored, &changes),
            };
            written.to_load.extend(create(app, tx, &new, now).await?);
            update(tx, &changes, now).await?;
            Ok(Ok(written))
        })
        .await
}

fn differences<'a>(
    wanted: &'a Wanted,
    stored: &'a HashMap<String, StoredEvent>,
) -> (Vec<&'a EventRow>, Vec<Change<'a>>) {
    let mut new = Vec::new();
    let mut changes = Vec::new();
    for row in &wanted.events {
        let facts = row.facts();
        match stored.get(row.code.as_str()) {
            None => new.push(row),
            Some(stored) if stored.facts == facts => {}
            Some(stored) => changes.push(Change { stored, row, facts }),
        }
    }
    (new, changes)
}

/// Places that are sold cannot be moved, nor a category that was ever ordered renamed.
async fn sold_faults(
    tx: &Tx<'_>,
    wanted: &Wanted,
    changes: &[Change<'_>],
) -> Result<Vec<Fault>, Error> {
    let touched: Vec<_> = changes
        .iter()
        .filter(|change| change.replans() || change.changes_categories())
        .collect();
    let ids: Vec<_> = touched.iter().map(|change| change.stored.id).collect();
    let sold = store::lock_and_count_sold(tx, &ids).await?;
    let mut faults = Vec::new();
    for change in touched {
        let sold = sold.get(&change.stored.id).copied().unwrap_or_default();
        let code = &change.row.code;
        let reason = if change.replans() && sold.claims > 0 {
            format!(
                "the places of {code} would change, and {} are sold",
                sold.claims
            )
        } else if change.changes_categories() && sold.orders > 0 {
            format!("the categories of {code} would change, and places were ordered in them")
        } else {
            continue;
        };
        faults.push(Fault {
            file: wanted.sessions_file.clone(),
            line: change.row.line,
            reason,
        });
    }
    Ok(faults)
}

fn not_loaded(stored: &HashMap<String, StoredEvent>, changes: &[Change<'_>]) -> Vec<EventId> {
    let replanned = changes.iter().filter(|change| change.replans());
    let mut ids: Vec<_> = stored
        .values()
        .filter(|event| !event.loaded)
        .map(|event| event.id)
        .chain(replanned.map(|change| change.stored.id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

async fn write_sports(
    tx: &Tx<'_>,
    wanted: &BTreeMap<String, Texts>,
    now: Timestamp,
) -> Result<Tally, Error> {
    let stored = store::list_sports(tx).await?;
    let differing: Vec<_> = wanted
        .iter()
        .filter(|(code, name)| stored.get(*code) != Some(name))
        .collect();
    let created = differing
        .iter()
        .filter(|(code, _)| !stored.contains_key(*code))
        .count();
    store::upsert_sports(tx, &differing, now).await?;
    Ok(Tally::new(created, differing.len() - created, wanted.len()))
}

async fn write_venues(
    tx: &Tx<'_>,
    wanted: &BTreeMap<String, VenueRow>,
    now: Timestamp,
) -> Result<Tally, Error> {
    let stored = store::list_venues(tx).await?;
    let differing: Vec<_> = wanted
        .iter()
        .filter(|(code, venue)| stored.get(*code) != Some(venue))
        .collect();
    let created = differing
        .iter()
        .filter(|(code, _)| !stored.contains_key(*code))
        .count();
    let ids = differing
        .iter()
        .map(|_| Ok(VenueId::from_random_bytes(random_bytes()?)))
        .collect::<Result<Vec<_>, Error>>()?;
    store::upsert_venues(tx, &ids, &differing, now).await?;
    Ok(Tally::new(created, differing.len() - created, wanted.len()))
}

async fn write_plans(tx: &Tx<'_>, new: &[&EventRow], changes: &[Change<'_>]) -> Result<u64, Error> {
    let mut plans = BTreeMap::new();
    for row in new
        .iter()
        .copied()
        .chain(changes.iter().map(|change| change.row))
    {
        plans.entry(row.plan.digest).or_insert(&row.plan);
    }
    let plans: Vec<_> = plans.into_values().collect();
    store::insert_plans(tx, &plans).await
}

async fn create(
    app: &App,
    tx: &Tx<'_>,
    new: &[&EventRow],
    now: Timestamp,
) -> Result<Vec<EventId>, Error> {
    let mut events = Vec::new();
    for row in new {
        let id = EventId::from_random_bytes(random_bytes()?);
        events.push(NewEvent {
            id,
            code: row.code.clone(),
            facts: row.facts(),
            keys: NewKeys::make(&app.keyring, id)?,
        });
    }
    store::insert_events(tx, &events, now).await?;
    store::insert_keys(tx, &events, now).await?;
    let categories: Vec<_> = events
        .iter()
        .map(|event| (event.id, &event.facts))
        .collect();
    store::upsert_categories(tx, &categories).await?;
    Ok(events.iter().map(|event| event.id).collect())
}

async fn update(tx: &Tx<'_>, changes: &[Change<'_>], now: Timestamp) -> Result<(), Error> {
    let facts: Vec<_> = changes
        .iter()
        .map(|change| (change.stored.id, &change.facts))
        .collect();
    store::update_events(tx, &facts, now).await?;
    let renamed: Vec<_> = changes
        .iter()
        .filter(|change| change.changes_categories())
        .map(|change| change.stored.id)
        .collect();
    store::delete_categories(tx, &renamed).await?;
    store::upsert_categories(tx, &facts).await
}
