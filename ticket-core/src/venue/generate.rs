//! A plausible seat plan for a venue of which only the capacity is known.

use super::{Access, CategoryPlan, Rows, SeatPlan, Section, SectionKind};
use crate::ids::CategoryCode;

/// Shares of the first categories in percent; the last category takes the rest.
const SHARES_PERCENT: [u32; 3] = [20, 30, 30];
/// An aisle to walk to the middle of a block: blocks are at most this many rows deep.
const SECTION_ROWS_MAX: u32 = 25;

impl SeatPlan {
    /// Exactly `capacity` places over the categories, best first: 20 %, 30 %, 30 % and the rest
    /// (with fewer categories the last takes the rest; beyond four the rest is split evenly).
    /// The same arguments always give the same plan. Categories left without a place are dropped.
    pub fn generate(capacity: u32, categories: &[CategoryCode]) -> Self {
        let mut left = capacity;
        let count = u32::try_from(categories.len()).unwrap_or(u32::MAX);
        let mut plans = Vec::new();
        for (index, code) in (0_u32..).zip(categories) {
            let places = share(capacity, left, index, count);
            left -= places;
            if places > 0 {
                plans.push(CategoryPlan {
                    code: code.clone(),
                    sections: sections(code, places),
                });
            }
        }
        Self { categories: plans }
    }
}

fn share(capacity: u32, left: u32, index: u32, count: u32) -> u32 {
    let after = count - index - 1;
    if after == 0 {
        return left;
    }
    let wanted = usize::try_from(index)
        .ok()
        .and_then(|index| SHARES_PERCENT.get(index))
        .map_or_else(
            || left / (after + 1),
            |percent| {
                u32::try_from(u64::from(capacity) * u64::from(*percent) / 100).unwrap_or(left)
            },
        );
    // Small halls: at least one place each, as far as they go.
    wanted.max(1).min(left)
}

fn sections(code: &CategoryCode, places: u32) -> Vec<Section> {
    let seats = row_seats(places);
    let section_places = SECTION_ROWS_MAX * u32::from(seats);
    let mut sections = Vec::new();
    let mut left = places;
    while left > 0 {
        let here = left.min(section_places);
        left -= here;
        let name = format!("{code}{}", sections.len() + 1);
        sections.push(Section {
            name,
            access: Access::Stairs,
            kind: SectionKind::Seated(rows(here, seats)),
        });
    }
    sections
}

fn rows(places: u32, seats: u16) -> Vec<Rows> {
    let run = |first_label: u32, seats: u16, count: u16| Rows {
        first_label: first_label.to_string(),
        seats,
        first_number: 1,
        count,
    };
    let full = u16::try_from(places / u32::from(seats)).unwrap_or(u16::MAX);
    let rest = u16::try_from(places % u32::from(seats)).unwrap_or(0);
    let mut rows = Vec::new();
    if full > 0 {
        rows.push(run(1, seats, full));
    }
    if rest > 0 {
        rows.push(run(u32::from(full) + 1, rest, 1));
    }
    rows
}

/// Longer rows in larger places, as in real ones.
const fn row_seats(places: u32) -> u16 {
    match places {
        0..1_000 => 20,
        1_000..5_000 => 30,
        _ => 40,
    }
}
