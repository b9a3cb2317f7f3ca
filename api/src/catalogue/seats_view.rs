//! What the page of the seat map shows: the plan drawn, the same as a list of blocks, and the seats
//! of one block as a list to choose from.

use askama::Template;
use ticket_core::formula::Formula;
use ticket_core::venue::{Access, BlockRef, RowRef, SectionKind};

use super::event::{Category, Event};
use super::pages::{category_name, price_of};
use super::seat_map::{Shape, seat_map};
use super::views::{Choice, ClosedView, EventView};
use crate::availability::SeatRows;
use crate::platform::page::{Page, Words};

#[derive(Template)]
#[template(path = "catalogue/seats.html")]
pub(crate) struct SeatsPageView {
    pub page: Page,
    pub event: EventView,
    pub map: MapView,
    pub legend: Vec<LegendView>,
    pub groups: Vec<BlockGroup>,
    pub formulas: Vec<FormulaChoice>,
    pub block: Option<BlockView>,
    pub hold_id: String,
    pub closed: Option<ClosedView>,
    /// Nothing is to be chosen of what is over or cancelled.
    pub is_ahead: bool,
    pub queue_href: Option<String>,
    pub error: Option<String>,
}

pub(crate) struct MapView {
    pub view_box: String,
    pub field_x: f64,
    pub field_y: f64,
    pub shapes: Vec<ShapeView>,
}

pub(crate) struct ShapeView {
    pub shape: Shape,
    pub href: String,
    /// Place of its category in the plan: its colour and its letter.
    pub category: usize,
    pub is_full: bool,
    pub is_chosen: bool,
    pub words: String,
}

/// A category as the legend explains it.
pub(crate) struct LegendView {
    pub category: usize,
    pub code: String,
    pub name: String,
    pub formula: String,
    pub price: String,
    pub stock: String,
    /// `category:formula` of its best seats; absent when there are none to be had.
    pub best: Option<String>,
}

pub(crate) struct BlockGroup {
    pub name: String,
    pub blocks: Vec<Choice>,
}

pub(crate) struct FormulaChoice {
    pub value: &'static str,
    pub name: String,
    pub words: String,
    pub seats: u16,
    pub is_chosen: bool,
}

pub(crate) struct BlockView {
    pub index: usize,
    pub name: String,
    pub category: usize,
    pub category_name: String,
    pub free: String,
    /// What is said where there are no `rows`.
    pub none_left: String,
    /// `category:formula`, as the form sends it.
    pub offer: String,
    pub price: String,
    pub rows: Vec<SeatGroup>,
    pub standing: bool,
    pub step_free: bool,
    pub wheelchairs: bool,
}

pub(crate) struct SeatGroup {
    pub name: String,
    pub seats: Vec<Choice>,
}

/// What was chosen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Chosen {
    pub(super) block: Option<usize>,
    pub(super) formula: Option<Formula>,
    pub(super) seat: String,
}

impl Chosen {
    fn formula(&self) -> Formula {
        self.formula.unwrap_or(Formula::Duo)
    }
}

/// The plan and its seats in the reader's language.
pub(super) struct Drawn<'a> {
    pub(super) words: Words,
    pub(super) event: &'a Event,
    /// Absent when the inventory does not answer.
    pub(super) seen: Option<&'a SeatRows>,
}

impl Drawn<'_> {
    fn free(&self, block: &BlockRef<'_>) -> Option<u32> {
        self.seen?.free_by_block.get(block.index).copied()
    }

    fn free_words(&self, free: Option<u32>) -> String {
        match free {
            Some(free) => self.words.count_shown("category-free", free),
            None => self.words.t("category-unknown"),
        }
    }

    fn category(&self, block: &BlockRef<'_>) -> Option<(usize, &Category)> {
        let mut categories = self.event.categories.iter().enumerate();
        categories.find(|(_, category)| category.code == *block.category)
    }

    fn place_of(&self, block: &BlockRef<'_>) -> usize {
        self.category(block).map_or(0, |(place, _)| place)
    }

    pub(super) fn map(&self, chosen: &Chosen) -> MapView {
        let map = seat_map(&self.event.plan);
        let blocks = self.event.plan.blocks();
        let shapes = map.shapes.into_iter().filter_map(|shape| {
            let block = blocks.get(shape.block)?;
            let free = self.free(block);
            let category = self.category(block);
            let words = [
                ("block", block.section.name.clone()),
                (
                    "category",
                    category.map_or_else(String::new, |(_, it)| category_name(self.words, it)),
                ),
                ("free", self.free_words(free)),
            ];
            Some(ShapeView {
                href: format!(
                    "/events/{}/seats?block={}&formula={}#block",
                    self.event.code,
                    shape.block,
                    chosen.formula()
                ),
                category: self.place_of(block),
                is_full: free == Some(0),
                is_chosen: chosen.block == Some(shape.block),
                words: self.words.with_all("map-block", &words),
                shape,
            })
        });
        MapView {
            shapes: shapes.collect(),
            view_box: map.view_box,
            field_x: map.field.0,
            field_y: map.field.1,
        }
    }

    pub(super) fn legend(&self, chosen: &Chosen) -> Vec<LegendView> {
        let seen = |category: &Category| {
            let mut rows = self.seen?.categories.iter();
            rows.find(|it| it.no == category.no)
        };
        let categories = self.event.categories.iter().enumerate();
        categories
            .map(|(place, category)| {
                let counted = seen(category);
                let free = self.free_words(counted.map(|it| it.free));
                let held = counted.map_or(0, |it| it.held);
                let formula = category.formula_sold(chosen.formula());
                let is_left = counted.is_none_or(|it| it.free >= u32::from(formula.seats()));
                LegendView {
                    formula: self.words.pick("formula-", formula.name()),
                    best: is_left.then(|| format!("{}:{formula}", category.code)),
                    category: place,
                    code: category.code.to_string(),
                    name: category_name(self.words, category),
                    price: price_of(self.words, category, formula),
                    stock: match (counted, held) {
                        (Some(counted), 1..) if counted.free == 0 => {
                            self.words.t("category-baskets")
                        }
                        (_, 0) => free,
                        (_, held) => {
                            format!("{free}, {}", self.words.count_shown("category-held", held))
                        }
                    },
                }
            })
            .collect()
    }

    pub(super) fn groups(&self, chosen: &Chosen) -> Vec<BlockGroup> {
        let blocks = self.event.plan.blocks();
        let categories = self.event.categories.iter();
        categories
            .map(|category| BlockGroup {
                name: category_name(self.words, category),
                blocks: blocks
                    .iter()
                    .filter(|block| *block.category == category.code)
                    .map(|block| Choice {
                        value: block.index.to_string(),
                        label: format!(
                            "{} – {}",
                            block.section.name,
                            self.free_words(self.free(block))
                        ),
                        selected: chosen.block == Some(block.index),
                    })
                    .collect(),
            })
            .collect()
    }

    pub(super) fn formulas(&self, chosen: &Chosen) -> Vec<FormulaChoice> {
        let formulas = Formula::ALL.into_iter();
        formulas
            .map(|formula| FormulaChoice {
                value: formula.name(),
                name: self.words.pick("formula-", formula.name()),
                words: self.words.pick("formula-words-", formula.name()),
                seats: formula.seats(),
                is_chosen: formula == chosen.formula(),
            })
            .collect()
    }

    /// The chosen block with the seats that can be had in it; `None`: none is chosen.
    pub(super) fn block(&self, chosen: &Chosen) -> Option<BlockView> {
        let blocks = self.event.plan.blocks();
        let block = blocks.get(chosen.block?)?;
        let (place, category) = self.category(block)?;
        let wheelchairs = block.section.access == Access::Wheelchair;
        let formula = category.formula_sold(chosen.formula());
        let standing = matches!(block.section.kind, SectionKind::Standing(_));
        let mut rows: Vec<SeatGroup> = block
            .rows()
            .map(|row| self.row(category.no, &row, formula, &chosen.seat))
            .filter(|row| !row.seats.is_empty())
            .collect();
        if !rows
            .iter()
            .any(|row| row.seats.iter().any(|seat| seat.selected))
        {
            propose(&mut rows);
        }
        if standing {
            // One place is as good as another: the first will do.
            rows.truncate(1);
            for row in &mut rows {
                row.seats.truncate(1);
            }
        }
        Some(BlockView {
            index: block.index,
            name: block.section.name.clone(),
            category: place,
            category_name: category_name(self.words, category),
            free: self.free_words(self.free(block)),
            none_left: self.words.t(match self.free(block) {
                Some(0) => "map-block-full",
                Some(_) | None => "map-none-together",
            }),
            offer: format!("{}:{formula}", category.code),
            price: price_of(self.words, category, formula),
            rows,
            standing,
            step_free: block.section.access != Access::Stairs,
            wheelchairs,
        })
    }

    /// Every way to sit in a row; none when nobody knows what is free.
    fn row(&self, category_no: u8, row: &RowRef<'_>, formula: Formula, chosen: &str) -> SeatGroup {
        let seats = usize::from(formula.seats());
        let category = self.event.category_no(category_no);
        let places = self
            .seen
            .map_or_else(String::new, |seen| seen.row(category_no, row));
        let runs = places.as_bytes().windows(seats).enumerate();
        let free = runs.filter(|(_, run)| run.iter().all(|place| *place == b'0'));
        let is_pair = category.is_some_and(|it| it.for_wheelchairs);
        let number = |at: usize| row.first_number + u32::try_from(at).unwrap_or_default();
        let choice = |at: usize| {
            let value = format!("{}:{at}", row.index);
            let ends = [
                ("from", number(at).to_string()),
                ("to", number(at + seats - 1).to_string()),
            ];
            let key = match seats {
                _ if is_pair => "map-pair",
                1 => "map-seat",
                _ => "map-seats",
            };
            Choice {
                selected: value == chosen,
                label: self.words.with_all(key, &ends),
                value,
            }
        };
        SeatGroup {
            name: match &row.label {
                Some(label) => self.words.with("map-row", "row", label),
                None => self.words.t("seat-standing"),
            },
            seats: free.map(|(at, _)| choice(at)).collect(),
        }
    }
}

/// Proposes the middle of the first row that has seats: rows are in order, best first.
fn propose(rows: &mut [SeatGroup]) {
    let Some(row) = rows.first_mut() else {
        return;
    };
    let middle = row.seats.len() / 2;
    if let Some(seat) = row.seats.get_mut(middle) {
        seat.selected = true;
    }
}
