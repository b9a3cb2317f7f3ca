//! Venues' seat plans: categories, sections, rows, seats, all in quality order (best first).
//!
//! A plan is stored as JSON, rows as runs of equal rows, so that a stadium of 80,000 takes a few
//! kilobytes. Standing areas are cut into rows of numbered units, so that one rule of choice
//! ([`crate::seating`]) serves both. Prices belong to events, not to plans.

mod generate;
mod validate;

use serde::{Deserialize, Serialize};

use crate::{formula::Formula, ids::CategoryCode, limits::ROW_SEATS_MAX};
pub use validate::PlanRefused;

/// The places of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatPlan {
    pub categories: Vec<CategoryPlan>,
}

/// The places sold at one price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryPlan {
    pub code: CategoryCode,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub name: String,
    #[serde(default, skip_serializing_if = "Access::is_stairs")]
    pub access: Access,
    #[serde(flatten)]
    pub kind: SectionKind,
}

/// How one gets to the places of a section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// By stairs, or nobody said.
    #[default]
    Stairs,
    /// Without a step.
    StepFree,
    /// Spaces for wheelchairs: each row is one space with a companion's seat beside it.
    Wheelchair,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionKind {
    /// `{"name": "A1", "seated": [rows…]}`
    Seated(Vec<Rows>),
    /// `{"name": "Pit", "standing": 800}`: so many places, numbered from 1.
    Standing(u32),
}

/// `count` equal rows. The label of the first is given; those after it count on from it,
/// which only a number or a single letter A to Z can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    #[serde(rename = "row")]
    pub first_label: String,
    pub seats: u16,
    /// The number on the first seat of each row.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub first_number: u16,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u16,
}

const fn one() -> u16 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_one(number: &u16) -> bool {
    *number == 1
}

/// One place of a category: row within the category, position from 0 within the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatRef {
    pub row: u32,
    pub position: u16,
}

/// One row of a category, seated or cut from a standing area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRef<'a> {
    /// Counted from 0 through the whole category, best first.
    pub index: u32,
    pub section: &'a str,
    /// `None` in a standing area.
    pub label: Option<String>,
    pub seats: u16,
    /// The number of the first place.
    pub first_number: u32,
}

/// One section of a plan with where its places are in its category: what a seat map draws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRef<'a> {
    /// Counted from 0 through the whole plan.
    pub index: usize,
    pub category: &'a CategoryCode,
    pub section: &'a Section,
    /// Its first row, counted within the category, and how many it has.
    pub first_row: u32,
    pub rows: u32,
}

/// What is printed on a ticket; the words ("row", "seat", "standing") are the caller's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatLabel {
    pub section: String,
    /// `None` in a standing area.
    pub row: Option<String>,
    pub seat: u32,
    pub standing: bool,
}

impl SeatPlan {
    pub fn category(&self, code: &CategoryCode) -> Option<&CategoryPlan> {
        self.categories
            .iter()
            .find(|category| category.code == *code)
    }

    pub fn capacity(&self) -> u32 {
        self.categories
            .iter()
            .map(CategoryPlan::capacity)
            .fold(0, u32::saturating_add)
    }

    /// Every section, category after category.
    pub fn blocks(&self) -> Vec<BlockRef<'_>> {
        let mut blocks = Vec::new();
        for category in &self.categories {
            let mut first_row = 0;
            for section in &category.sections {
                let rows = section.row_count();
                blocks.push(BlockRef {
                    index: blocks.len(),
                    category: &category.code,
                    section,
                    first_row,
                    rows,
                });
                first_row += rows;
            }
        }
        blocks
    }

    /// What to print for a seat; `None` when the plan has no such seat.
    pub fn label(&self, category: &CategoryCode, seat: SeatRef) -> Option<SeatLabel> {
        self.category(category)?.label(seat)
    }
}

impl Access {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature serde asks for"
    )]
    fn is_stairs(&self) -> bool {
        *self == Self::Stairs
    }
}

impl BlockRef<'_> {
    /// Its rows, numbered within the category.
    pub fn rows(&self) -> impl Iterator<Item = RowRef<'_>> {
        self.section.rows().map(|row| RowRef {
            index: self.first_row + row.index,
            ..row
        })
    }
}

impl CategoryPlan {
    /// Whether these are spaces for wheelchairs with their companions' seats.
    pub fn is_for_wheelchairs(&self) -> bool {
        self.sections
            .iter()
            .any(|section| section.access == Access::Wheelchair)
    }

    /// Whether its places are sold in this formula: a space for a wheelchair goes with the seat of
    /// its companion, and neither goes alone.
    pub fn sells(&self, formula: Formula) -> bool {
        !self.is_for_wheelchairs() || formula == Formula::Duo
    }

    pub fn capacity(&self) -> u32 {
        self.sections
            .iter()
            .map(Section::capacity)
            .fold(0, u32::saturating_add)
    }

    /// All rows, best first.
    pub fn rows(&self) -> impl Iterator<Item = RowRef<'_>> {
        let rows = self.sections.iter().flat_map(Section::rows);
        (0_u32..)
            .zip(rows)
            .map(|(index, row)| RowRef { index, ..row })
    }

    /// Length of each row, by row index: all that [`crate::seating`] needs.
    pub fn row_lengths(&self) -> Vec<u16> {
        self.rows().map(|row| row.seats).collect()
    }

    pub fn label(&self, seat: SeatRef) -> Option<SeatLabel> {
        let mut first_row = 0;
        for section in &self.sections {
            let end = first_row + section.row_count();
            if seat.row < end {
                let row = section.row(seat.row - first_row)?;
                let standing = row.label.is_none();
                let number = row.first_number + u32::from(seat.position);
                return (seat.position < row.seats).then(|| SeatLabel {
                    section: row.section.to_owned(),
                    row: row.label,
                    seat: number,
                    standing,
                });
            }
            first_row = end;
        }
        None
    }
}

impl Section {
    pub fn capacity(&self) -> u32 {
        match &self.kind {
            SectionKind::Standing(places) => *places,
            SectionKind::Seated(runs) => runs
                .iter()
                .map(|run| u32::from(run.count) * u32::from(run.seats))
                .fold(0, u32::saturating_add),
        }
    }

    fn row_count(&self) -> u32 {
        match &self.kind {
            SectionKind::Standing(places) => places.div_ceil(u32::from(ROW_SEATS_MAX)),
            SectionKind::Seated(runs) => runs.iter().map(|run| u32::from(run.count)).sum(),
        }
    }

    /// The rows with their index within the section.
    fn rows(&self) -> impl Iterator<Item = RowRef<'_>> {
        (0..self.row_count()).filter_map(|index| self.row(index))
    }

    fn row(&self, index: u32) -> Option<RowRef<'_>> {
        match &self.kind {
            SectionKind::Standing(places) => {
                let before = index.checked_mul(u32::from(ROW_SEATS_MAX))?;
                let left = places.checked_sub(before).filter(|left| *left > 0)?;
                let seats = u16::try_from(left).unwrap_or(u16::MAX).min(ROW_SEATS_MAX);
                let first_number = before + 1;
                Some(RowRef {
                    index,
                    section: &self.name,
                    label: None,
                    seats,
                    first_number,
                })
            }
            SectionKind::Seated(runs) => {
                let mut within = index;
                for run in runs {
                    if within < u32::from(run.count) {
                        return Some(RowRef {
                            index,
                            section: &self.name,
                            label: Some(run.label(within)?),
                            seats: run.seats,
                            first_number: u32::from(run.first_number),
                        });
                    }
                    within -= u32::from(run.count);
                }
                None
            }
        }
    }
}

impl Rows {
    /// The label of the row so many rows after the first of this run.
    fn label(&self, within: u32) -> Option<String> {
        if within == 0 {
            return Some(self.first_label.clone());
        }
        if let Ok(first) = self.first_label.parse::<u32>() {
            return Some(first.checked_add(within)?.to_string());
        }
        let &[letter @ b'A'..=b'Z'] = self.first_label.as_bytes() else {
            return None;
        };
        let next = u8::try_from(u32::from(letter).checked_add(within)?).ok()?;
        next.is_ascii_uppercase()
            .then(|| char::from(next).to_string())
    }
}

#[cfg(test)]
mod tests;
