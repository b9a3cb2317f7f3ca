//! Seat plans: read from `plans.json` (`{"VENUE": [plan, …]}`), or generated where there is none.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use ticket_core::ids::CategoryCode;
use ticket_core::venue::SeatPlan;

use super::audit::Audit;
use super::table::Source;
use super::venues::VenueRow;

/// A plan with the digest by which events share it.
#[derive(Debug, Clone)]
pub(super) struct SharedPlan {
    pub(super) plan: Arc<SeatPlan>,
    pub(super) digest: [u8; 32],
}

impl SharedPlan {
    fn new(plan: SeatPlan) -> Self {
        // A plan of plain texts and numbers always has a JSON form.
        let json = serde_json::to_vec(&plan).unwrap_or_default();
        Self {
            plan: Arc::new(plan),
            digest: Sha256::digest(&json).into(),
        }
    }

    pub(super) fn category_codes(&self) -> Vec<&CategoryCode> {
        self.plan.categories.iter().map(|c| &c.code).collect()
    }
}

/// The drawn plans of each venue, and the generated ones made so far.
#[derive(Debug, Default)]
pub(super) struct Plans {
    drawn: BTreeMap<String, Vec<SharedPlan>>,
    generated: HashMap<(u32, Vec<CategoryCode>), SharedPlan>,
}

impl Plans {
    pub(super) fn read(
        source: &Source,
        venues: &BTreeMap<String, VenueRow>,
        audit: &mut Audit,
    ) -> Self {
        let drawn: BTreeMap<String, Vec<SeatPlan>> = match serde_json::from_slice(&source.bytes) {
            Ok(drawn) => drawn,
            Err(error) => {
                let line = u64::try_from(error.line()).unwrap_or(1).max(1);
                audit.fault(&source.name, line, error.to_string());
                return Self::default();
            }
        };
        for (venue, plans) in &drawn {
            let line = line_of_key(&source.bytes, venue);
            check(venue, plans, venues.get(venue), |reason| {
                audit.fault(&source.name, line, reason);
            });
        }
        let share = |(venue, plans): (String, Vec<SeatPlan>)| {
            (venue, plans.into_iter().map(SharedPlan::new).collect())
        };
        Self {
            drawn: drawn.into_iter().map(share).collect(),
            generated: HashMap::new(),
        }
    }

    /// The venue's plan of just this capacity, else a generated one with these categories.
    pub(super) fn plan(
        &mut self,
        venue: &str,
        capacity: u32,
        categories: &[CategoryCode],
    ) -> SharedPlan {
        let drawn = self.drawn.get(venue).into_iter().flatten();
        if let Some(plan) = drawn
            .clone()
            .find(|drawn| drawn.plan.capacity() == capacity)
        {
            return plan.clone();
        }
        self.generated
            .entry((capacity, categories.to_vec()))
            .or_insert_with(|| SharedPlan::new(SeatPlan::generate(capacity, categories)))
            .clone()
    }
}

fn check(venue: &str, plans: &[SeatPlan], known: Option<&VenueRow>, mut fault: impl FnMut(String)) {
    let Some(known) = known else {
        return fault(format!("venue {venue} is not in the venues file"));
    };
    for (index, plan) in plans.iter().enumerate() {
        let capacity = plan.capacity();
        if let Err(refused) = plan.validate() {
            fault(format!("venue {venue}, plan {}: {refused}", index + 1));
        } else if capacity > known.capacity {
            let places = known.capacity;
            fault(format!(
                "venue {venue}, plan {}: {capacity} places, and the venue has {places}",
                index + 1
            ));
        } else if plans.iter().take(index).any(|p| p.capacity() == capacity) {
            fault(format!("venue {venue} has two plans of {capacity} places"));
        }
    }
}

/// Where a venue's plans begin: JSON values do not remember their lines.
fn line_of_key(bytes: &[u8], key: &str) -> u64 {
    let text = String::from_utf8_lossy(bytes);
    let before = text.find(&format!("\"{key}\"")).unwrap_or(0);
    let lines = text.get(..before).unwrap_or("").matches('\n').count();
    u64::try_from(lines).unwrap_or(0) + 1
}
