//! The proof at the end: what was read, what was done, what the database holds afterwards, and
//! that every row reads back equal.

use std::fmt;

use super::write::Written;
use super::{Wanted, store};
use crate::app::App;
use crate::platform::error::Error;

/// Rows of one file, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub read: usize,
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
}

impl Tally {
    pub(super) fn new(created: usize, updated: usize, read: usize) -> Self {
        Self {
            read,
            created,
            updated,
            unchanged: read - created - updated,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} read: {} created, {} updated, {} unchanged",
            self.read, self.created, self.updated, self.unchanged
        )
    }
}

/// Counts of rows in the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    pub sports: i64,
    pub venues: i64,
    pub plans: i64,
    pub events: i64,
    pub places: i64,
}

/// What an import did.
#[derive(Debug)]
pub struct ImportReport {
    pub sports: Tally,
    pub venues: Tally,
    pub plans_created: u64,
    pub events: Tally,
    /// Events of these files that read back from the database equal to their rows.
    pub proven: usize,
    /// Places of the events of these files, in the database.
    pub places: i64,
    /// Of the whole database afterwards.
    pub totals: Totals,
    /// How many inventories were built; or why it failed, with the catalogue stored.
    pub loaded: Result<usize, Error>,
}

pub(super) async fn prove(
    app: &App,
    wanted: &Wanted,
    written: &Written,
) -> Result<ImportReport, Error> {
    app.db
        .write("catalogue.prove", async |tx| {
            let stored = store::list_stored_events(tx, &wanted.events).await?;
            let equal = wanted.events.iter().filter(|row| {
                stored
                    .get(row.code.as_str())
                    .is_some_and(|stored| stored.facts == row.facts())
            });
            let categories = stored.values().flat_map(|event| &event.facts.categories);
            Ok(ImportReport {
                sports: written.sports,
                venues: written.venues,
                plans_created: written.plans_created,
                events: written.events,
                proven: equal.count(),
                places: categories
                    .map(|category| i64::from(category.capacity))
                    .sum(),
                totals: store::get_totals(tx).await?,
                loaded: Ok(0),
            })
        })
        .await
}

impl ImportReport {
    /// Whether the database says what the files say.
    pub fn is_proven(&self) -> bool {
        self.proven == self.events.read
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "venues   {}", self.venues)?;
        writeln!(f, "sports   {}", self.sports)?;
        writeln!(f, "events   {}", self.events)?;
        writeln!(f, "plans    {} created", self.plans_created)?;
        match &self.loaded {
            Ok(loaded) => writeln!(f, "inventory of {loaded} events loaded")?,
            Err(error) => writeln!(f, "inventory not loaded: {error}")?,
        }
        writeln!(
            f,
            "proof    {} of {} events read back equal, with {} places",
            self.proven, self.events.read, self.places
        )?;
        let Totals {
            sports,
            venues,
            plans,
            events,
            places,
        } = self.totals;
        write!(
            f,
            "after    {events} events, {places} places, {venues} venues, {sports} sports, \
             {plans} seat plans"
        )
    }
}
