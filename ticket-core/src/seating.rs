//! Which adjacent seats a formula gets: the rule, as a plain reference model.
//!
//! The inventory that sells is a script in Redis that must make the same choices; this model is
//! its oracle in tests. It favours clarity over speed.
//!
//! # The rule
//! A category is a list of rows in quality order; a row is a list of places, each free or taken. A
//! *run* is a longest stretch of free places in one row. Of two runs the *better* is the one in the
//! row of the lower index, then the one further left. A row is *opened* by the first look of step 3
//! or by the taking of a chosen seat in it; an opened row stays opened. A row that is not opened is
//! *fresh*: all its places are free.
//!
//! `hold(k)` takes the k leftmost places of the first run found by these steps:
//! 1. among opened rows, the best run of length exactly k (fill exact gaps first);
//! 2. among opened rows, the best run of length k + 2 or more (what stays is no single);
//! 3. fresh rows in quality order: each is opened; it is used if its length is k or at least
//!    k + 2, else passed over (it is now an opened row like any other);
//! 4. the best run of length k + 1 (all rows are opened by now): only when nothing else fits is a
//!    new single left;
//! 5. else nothing: sold out for this formula.
//!
//! Consequences, tested in `tests/properties.rs`: no place is given twice; the places are adjacent;
//! free + taken = capacity; a new single place appears only when every choice would leave one.

use crate::{formula::Formula, venue::SeatRef};

/// Why seats chosen on the plan cannot be taken, or why seats cannot be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SeatsRefused {
    #[error("no such seat, a seat named twice, or not as many as the formula has")]
    Invalid,
    #[error("the seats are not adjacent in one row")]
    NotAdjacent,
    #[error("a seat is taken")]
    Taken,
}

/// Checks the shape of seats chosen on the plan: as many as the formula has, all different, next to
/// each other in one row. Returns them sorted. Whether they exist and are free is the inventory's
/// to say.
pub fn check_chosen(seats: &[SeatRef], formula: Formula) -> Result<Vec<SeatRef>, SeatsRefused> {
    if seats.len() != usize::from(formula.seats()) {
        return Err(SeatsRefused::Invalid);
    }
    let mut sorted = seats.to_vec();
    sorted.sort_unstable();
    for (left, right) in sorted.iter().zip(sorted.iter().skip(1)) {
        if left == right {
            return Err(SeatsRefused::Invalid);
        }
        if left.row != right.row || left.position.checked_add(1) != Some(right.position) {
            return Err(SeatsRefused::NotAdjacent);
        }
    }
    Ok(sorted)
}

/// The free and taken places of one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    rows: Vec<RowState>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct RowState {
    opened: bool,
    /// One per place, left to right.
    free: Vec<bool>,
}

/// A longest stretch of free places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    row: usize,
    first: usize,
    length: usize,
}

impl Inventory {
    /// All places free, all rows fresh. `row_lengths` in quality order, as
    /// [`crate::venue::CategoryPlan::row_lengths`] gives them.
    pub fn new(row_lengths: &[u16]) -> Self {
        let fresh = |length: &u16| RowState {
            opened: false,
            free: vec![true; usize::from(*length)],
        };
        Self {
            rows: row_lengths.iter().map(fresh).collect(),
        }
    }

    pub fn capacity(&self) -> usize {
        self.rows.iter().map(|row| row.free.len()).sum()
    }

    pub fn free(&self) -> usize {
        self.rows
            .iter()
            .flat_map(|row| &row.free)
            .filter(|free| **free)
            .count()
    }

    pub fn is_free(&self, seat: SeatRef) -> bool {
        self.place(seat).copied().unwrap_or(false)
    }

    /// The k best adjacent places, taken; `None` when no k adjacent places are free.
    pub fn hold(&mut self, k: u16) -> Option<Vec<SeatRef>> {
        let k = usize::from(k);
        if k == 0 {
            return None;
        }
        let run = self
            .best_opened(|length| length == k)
            .or_else(|| self.best_opened(|length| length >= k + 2))
            .or_else(|| self.open_fresh(k))
            .or_else(|| self.best_opened(|length| length == k + 1))?;
        let seats = (run.first..run.first + k).filter_map(|position| seat_ref(run.row, position));
        let seats: Vec<SeatRef> = seats.collect();
        self.set(&seats, false);
        Some(seats)
    }

    /// Takes seats chosen on the plan, all or none. What they leave beside them is the spectator's
    /// choice.
    pub fn take_chosen(
        &mut self,
        seats: &[SeatRef],
        formula: Formula,
    ) -> Result<Vec<SeatRef>, SeatsRefused> {
        let sorted = check_chosen(seats, formula)?;
        self.take(&sorted)?;
        Ok(sorted)
    }

    /// Takes any free seats, all or none: how an inventory is rebuilt from what was sold.
    pub fn take(&mut self, seats: &[SeatRef]) -> Result<(), SeatsRefused> {
        self.check(seats, true)?;
        self.set(seats, false);
        Ok(())
    }

    /// Gives taken seats back, all or none: freeing twice is refused, so it can never free
    /// another's seat.
    pub fn release(&mut self, seats: &[SeatRef]) -> Result<(), SeatsRefused> {
        self.check(seats, false)?;
        self.set(seats, true);
        Ok(())
    }

    /// The lengths of all runs; for tests and statistics.
    pub fn run_lengths(&self) -> Vec<usize> {
        self.runs(|_| true).map(|run| run.length).collect()
    }

    fn best_opened(&self, fits: impl Fn(usize) -> bool) -> Option<Run> {
        self.runs(|row| row.opened).find(|run| fits(run.length))
    }

    fn open_fresh(&mut self, k: usize) -> Option<Run> {
        for (row, state) in self
            .rows
            .iter_mut()
            .enumerate()
            .filter(|(_, state)| !state.opened)
        {
            state.opened = true;
            let length = state.free.len();
            if length == k || length >= k + 2 {
                return Some(Run {
                    row,
                    first: 0,
                    length,
                });
            }
        }
        None
    }

    /// Best first.
    fn runs(&self, of_row: impl Fn(&RowState) -> bool) -> impl Iterator<Item = Run> {
        let rows = self
            .rows
            .iter()
            .enumerate()
            .filter(move |(_, state)| of_row(state));
        rows.flat_map(|(row, state)| {
            let mut first = 0;
            let stretches = state
                .free
                .chunk_by(|left, right| left == right)
                .map(move |stretch| {
                    let run = Run {
                        row,
                        first,
                        length: stretch.len(),
                    };
                    first += stretch.len();
                    (run, stretch.first() == Some(&true))
                });
            stretches.filter_map(|(run, free)| free.then_some(run))
        })
    }

    fn check(&self, seats: &[SeatRef], expect_free: bool) -> Result<(), SeatsRefused> {
        for (index, seat) in seats.iter().enumerate() {
            let named_before = seats.iter().take(index).any(|other| other == seat);
            match self.place(*seat) {
                Some(_) if named_before => return Err(SeatsRefused::Invalid),
                Some(free) if *free == expect_free => {}
                Some(true) | None => return Err(SeatsRefused::Invalid),
                Some(false) => return Err(SeatsRefused::Taken),
            }
        }
        Ok(())
    }

    fn place(&self, seat: SeatRef) -> Option<&bool> {
        self.rows
            .get(usize::try_from(seat.row).ok()?)?
            .free
            .get(usize::from(seat.position))
    }

    fn set(&mut self, seats: &[SeatRef], free: bool) {
        for seat in seats {
            let row = usize::try_from(seat.row)
                .ok()
                .and_then(|row| self.rows.get_mut(row));
            if let Some(row) = row {
                row.opened = true;
                if let Some(place) = row.free.get_mut(usize::from(seat.position)) {
                    *place = free;
                }
            }
        }
    }
}

fn seat_ref(row: usize, position: usize) -> Option<SeatRef> {
    Some(SeatRef {
        row: u32::try_from(row).ok()?,
        position: u16::try_from(position).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seats(row: u32, positions: std::ops::Range<u16>) -> Vec<SeatRef> {
        positions
            .map(|position| SeatRef { row, position })
            .collect()
    }

    #[test]
    fn an_exact_gap_is_filled_before_a_better_row_is_cut() {
        let mut hall = Inventory::new(&[6, 6]);
        assert_eq!(hall.take(&seats(1, 2..6)), Ok(()));
        assert_eq!(hall.take(&seats(0, 0..1)), Ok(()));
        assert_eq!(hall.hold(2), Some(seats(1, 0..2)));
        assert_eq!(hall.hold(2), Some(seats(0, 1..3)));
    }

    #[test]
    fn an_opened_row_is_used_before_a_fresh_one() {
        let mut hall = Inventory::new(&[6, 6]);
        assert_eq!(hall.take(&seats(1, 0..1)), Ok(()));
        assert_eq!(hall.hold(2), Some(seats(1, 1..3)));
        assert_eq!(hall.hold(1), Some(seats(1, 3..4)));
        assert_eq!(hall.hold(4), Some(seats(0, 0..4)));
    }

    #[test]
    fn a_single_is_left_only_when_nothing_else_fits() {
        let mut hall = Inventory::new(&[3, 4]);
        assert_eq!(hall.hold(2), Some(seats(1, 0..2)));
        assert_eq!(hall.hold(2), Some(seats(1, 2..4)));
        assert_eq!(hall.hold(2), Some(seats(0, 0..2)));
        assert_eq!(hall.hold(2), None);
        assert_eq!(hall.hold(1), Some(seats(0, 2..3)));
        assert_eq!(hall.free(), 0);
    }

    #[test]
    fn a_row_passed_over_is_opened() {
        let mut hall = Inventory::new(&[3, 9]);
        assert_eq!(hall.hold(2), Some(seats(1, 0..2)));
        assert_eq!(hall.hold(1), Some(seats(0, 0..1)));
    }

    #[test]
    fn chosen_seats_are_adjacent_free_and_as_many_as_the_formula() {
        let mut hall = Inventory::new(&[6, 6]);
        let duo = |hall: &mut Inventory, chosen: &[SeatRef]| hall.take_chosen(chosen, Formula::Duo);
        let [a, b] = [
            SeatRef {
                row: 0,
                position: 3,
            },
            SeatRef {
                row: 0,
                position: 2,
            },
        ];
        assert_eq!(duo(&mut hall, &[a]), Err(SeatsRefused::Invalid));
        assert_eq!(duo(&mut hall, &[a, a]), Err(SeatsRefused::Invalid));
        let apart = SeatRef {
            row: 0,
            position: 5,
        };
        assert_eq!(duo(&mut hall, &[a, apart]), Err(SeatsRefused::NotAdjacent));
        let behind = SeatRef {
            row: 1,
            position: 4,
        };
        assert_eq!(duo(&mut hall, &[a, behind]), Err(SeatsRefused::NotAdjacent));
        assert_eq!(duo(&mut hall, &seats(0, 5..7)), Err(SeatsRefused::Invalid));
        assert_eq!(duo(&mut hall, &[a, b]), Ok(vec![b, a]));
        assert_eq!(duo(&mut hall, &seats(0, 3..5)), Err(SeatsRefused::Taken));
        assert_eq!(hall.free(), 10);
        assert_eq!(hall.release(&[a, b]), Ok(()));
        assert_eq!(hall.release(&[a, b]), Err(SeatsRefused::Invalid));
        assert_eq!(hall.free(), 12);
    }
}
