//! Whether an event's inventory agrees with itself and with the claims: invariants I1 and I2.

use std::collections::{BTreeSet, HashMap, HashSet};

use ticket_core::ids::EventId;
use ticket_core::venue::SeatRef;

use super::dump::{Category, Dump, Holdings, Unpaid, dump};
use super::store::Claim;
use super::{reconcile, store};
use crate::app::App;
use crate::platform::error::Error;

/// The indexes of rows by their free runs, in the order of the scripts: from the shortest to the
/// longest run that counts.
const FITS: [(usize, usize); 9] = [
    (1, 1),
    (2, 2),
    (3, 3),
    (4, 4),
    (5, 5),
    (3, usize::MAX),
    (4, usize::MAX),
    (5, usize::MAX),
    (6, usize::MAX),
];

type Seat = (u8, SeatRef);

/// What is wrong with the event's inventory, a sentence each; empty when all is well. Sales may
/// go on meanwhile: what is found is looked at once more before it is told.
pub async fn audit(app: &App, event: EventId) -> Result<Vec<String>, Error> {
    let mut found = look(app, event).await?;
    if !found.is_empty() {
        let again: HashSet<String> = look(app, event).await?.into_iter().collect();
        found.retain(|sentence| again.contains(sentence));
    }
    Ok(found)
}

async fn look(app: &App, event: EventId) -> Result<Vec<String>, Error> {
    let dump = dump(app, event).await?;
    let claims = store::list_claims(&app.db.read().await?, event).await?;
    let mut found = disagreements(&dump);
    found.extend(unfenced(&dump, &claims));
    let now_ms = app.clock.now().as_millisecond();
    for held in reconcile::orphans(&dump.holdings.sold, &claims, now_ms) {
        let no = held.category_no;
        found.extend(held.seats.iter().map(|seat| {
            let SeatRef { row, position } = seat;
            format!("category {no} row {row} place {position} is taken in Redis, but not claimed")
        }));
    }
    Ok(found)
}

/// Seats claimed in PostgreSQL that Redis would sell again.
fn unfenced(dump: &Dump, claims: &[Claim]) -> Vec<String> {
    let taken: HashSet<Seat> = occupied(dump).into_keys().collect();
    claims
        .iter()
        .flat_map(|claim| {
            let no = claim.held.category_no;
            claim.held.seats.iter().map(move |seat| (no, *seat))
        })
        .filter(|seat| !taken.contains(seat))
        .map(|(no, seat)| {
            let SeatRef { row, position } = seat;
            format!("category {no} row {row} place {position} is claimed, but free in Redis")
        })
        .collect()
}

/// Every seat that a hold or an order has, with how many have it.
fn occupied(dump: &Dump) -> HashMap<Seat, u32> {
    let Holdings { unpaid, sold } = &dump.holdings;
    let unpaid = unpaid.iter().map(|hold| (hold.category_no, &hold.seats));
    let sold = sold
        .iter()
        .map(|sold| (sold.held.category_no, &sold.held.seats));
    let mut occupied = HashMap::new();
    for (no, seats) in unpaid.chain(sold) {
        for seat in seats {
            *occupied.entry((no, *seat)).or_default() += 1;
        }
    }
    occupied
}

/// Where the dump contradicts itself.
pub(super) fn disagreements(dump: &Dump) -> Vec<String> {
    let occupied = occupied(dump);
    let mut found: Vec<String> = occupied
        .iter()
        .filter(|(_, times)| **times > 1)
        .map(|((no, seat), times)| format!("category {no} {seat:?} is held {times} times"))
        .collect();
    for category in &dump.categories {
        found.extend(rows_disagree(category, &occupied));
        found.extend(fits_disagree(category));
        found.extend(counters_disagree(dump, category));
    }
    found.extend(forgotten(dump));
    found
}

fn rows_disagree(category: &Category, occupied: &HashMap<Seat, u32>) -> Vec<String> {
    let no = category.no;
    let mut found = Vec::new();
    let mut seen = 0;
    for (row, seats) in &category.rows {
        let index = usize::try_from(*row).unwrap_or(usize::MAX);
        if category
            .lengths
            .get(index)
            .map(|length| usize::from(*length))
            != Some(seats.len())
        {
            found.push(format!("category {no} row {row} has another length"));
        }
        for (position, bit) in (0..).zip(seats.bytes()) {
            let seat = SeatRef {
                row: *row,
                position,
            };
            let is_occupied = occupied.contains_key(&(no, seat));
            seen += usize::from(is_occupied);
            if is_occupied != (bit == b'1') {
                let bit = char::from(bit);
                found.push(format!("category {no} row {row} place {position} is {bit}"));
            }
        }
    }
    let wanted = occupied.keys().filter(|(of, _)| *of == no).count();
    if seen != wanted {
        found.push(format!(
            "category {no}: {wanted} places occupied, {seen} in opened rows"
        ));
    }
    found
}

fn fits_disagree(category: &Category) -> Vec<String> {
    let has_run = |seats: &str, least: usize, most: usize| {
        let mut runs = seats.split('1').map(str::len);
        runs.any(|length| (least..=most).contains(&length))
    };
    let no = category.no;
    FITS.iter()
        .zip(&category.fits)
        .filter(|((least, most), is)| {
            let rows = category.rows.iter();
            let wanted: BTreeSet<u32> = rows
                .filter(|(_, seats)| has_run(seats, *least, *most))
                .map(|(row, _)| *row)
                .collect();
            wanted != **is
        })
        .map(|((least, _), _)| format!("category {no}: an index of runs from {least} is wrong"))
        .collect()
}

fn counters_disagree(dump: &Dump, category: &Category) -> Vec<String> {
    let no = category.no;
    let of = |seats: usize| i64::try_from(seats).unwrap_or(i64::MAX);
    let unpaid = dump
        .holdings
        .unpaid
        .iter()
        .filter(|hold| hold.category_no == no);
    let sold = dump
        .holdings
        .sold
        .iter()
        .filter(|sold| sold.held.category_no == no);
    let held = of(unpaid.map(|hold| hold.seats.len()).sum());
    let taken = of(sold.map(|sold| sold.held.seats.len()).sum());
    let capacity: i64 = category
        .lengths
        .iter()
        .map(|length| i64::from(*length))
        .sum();
    let mut found = Vec::new();
    for (name, wanted) in [
        ("cap", capacity),
        ("held", held),
        ("taken", taken),
        ("free", capacity - held - taken),
    ] {
        let is = dump.counters.get(&format!("{name}:{no}"));
        if is.and_then(|is| is.parse().ok()) != Some(wanted) {
            found.push(format!("category {no}: {name} says {is:?}, not {wanted}"));
        }
    }
    let next = dump.counters.get(&format!("next:{no}"));
    let next: u32 = next.and_then(|next| next.parse().ok()).unwrap_or(0);
    if (0..next).any(|row| !category.rows.contains_key(&row)) {
        found.push(format!("category {no}: a fresh row was passed over"));
    }
    found
}

/// Holds that nobody will look at again would keep their seats for ever.
fn forgotten(dump: &Dump) -> Vec<String> {
    let is_forgotten = |hold: &&Unpaid| !dump.awaited.contains(&hold.owner);
    let mut found = Vec::new();
    let forgotten = dump.holdings.unpaid.iter().filter(is_forgotten).count();
    if forgotten > 0 {
        found.push(format!("{forgotten} holds would never expire"));
    }
    let due: Option<i64> = dump.counters.get("due").and_then(|due| due.parse().ok());
    if let Some(earliest) = dump.earliest_ms
        && due.is_none_or(|due| due > earliest)
    {
        found.push(format!("holds end at {earliest}, but due says {due:?}"));
    }
    found
}
