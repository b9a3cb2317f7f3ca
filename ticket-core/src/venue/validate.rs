//! Whether a seat plan can be sold from: bounds, names, no empty parts.

use std::collections::HashSet;

use super::{Access, CategoryPlan, Rows, SeatPlan, Section, SectionKind};
use crate::limits::{
    CATEGORIES_MAX, EVENT_PLACES_MAX, ROW_LABEL_CHARS_MAX, ROW_RUNS_PER_SECTION_MAX, ROW_SEATS_MAX,
    SECTION_NAME_CHARS_MAX, SECTIONS_PER_CATEGORY_MAX,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    #[error("a plan has 1 to {CATEGORIES_MAX} categories")]
    CategoryCount,
    #[error("two categories have the same code")]
    CategoryTwice,
    #[error("a category has 1 to {SECTIONS_PER_CATEGORY_MAX} sections")]
    SectionCount,
    #[error("a section's name has 1 to {SECTION_NAME_CHARS_MAX} characters")]
    SectionName,
    #[error("a section has 1 to {ROW_RUNS_PER_SECTION_MAX} runs of rows")]
    RowCount,
    #[error("a row has 1 to {ROW_SEATS_MAX} seats")]
    RowLength,
    #[error("a row's label has 1 to {ROW_LABEL_CHARS_MAX} characters")]
    RowLabel,
    #[error("labels of several rows count on only from a number or a letter up to Z")]
    RowLabelsDoNotCount,
    #[error("a section is listed twice or a row's label is used twice in a section")]
    LabelTwice,
    #[error("a standing area has at least one place")]
    StandingEmpty,
    #[error("spaces for wheelchairs are a category of their own, with rows of two")]
    WheelchairsMixed,
    #[error("a plan has at most {EVENT_PLACES_MAX} places")]
    TooManyPlaces,
}

impl SeatPlan {
    /// Checks every bound, so that a stored plan never surprises the sale.
    pub fn validate(&self) -> Result<(), PlanRefused> {
        if self.categories.is_empty() || self.categories.len() > CATEGORIES_MAX {
            return Err(PlanRefused::CategoryCount);
        }
        let mut codes = HashSet::new();
        for category in &self.categories {
            if !codes.insert(&category.code) {
                return Err(PlanRefused::CategoryTwice);
            }
            category.validate()?;
        }
        if self.capacity() > EVENT_PLACES_MAX {
            return Err(PlanRefused::TooManyPlaces);
        }
        self.labels_are_unique()
    }

    /// Two tickets must never name the same place, so labels are unique across the event.
    fn labels_are_unique(&self) -> Result<(), PlanRefused> {
        let mut standing = HashSet::new();
        let mut rows = HashSet::new();
        for section in self
            .categories
            .iter()
            .flat_map(|category| &category.sections)
        {
            match section.kind {
                SectionKind::Standing(_) => {
                    if !standing.insert(section.name.as_str()) {
                        return Err(PlanRefused::LabelTwice);
                    }
                }
                SectionKind::Seated(_) => {
                    for row in section.rows() {
                        if !rows.insert((row.section, row.label)) {
                            return Err(PlanRefused::LabelTwice);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

impl CategoryPlan {
    fn validate(&self) -> Result<(), PlanRefused> {
        if self.sections.is_empty() || self.sections.len() > SECTIONS_PER_CATEGORY_MAX {
            return Err(PlanRefused::SectionCount);
        }
        self.wheelchairs_are_apart()?;
        self.sections.iter().try_for_each(Section::validate)
    }

    /// Else the best seats of a category would be given to people who do not need them; and of a
    /// space and its companion's seat nobody else gets one.
    fn wheelchairs_are_apart(&self) -> Result<(), PlanRefused> {
        let right = |section: &Section| match &section.kind {
            SectionKind::Standing(_) => false,
            SectionKind::Seated(runs) => {
                section.access == Access::Wheelchair && runs.iter().all(|run| run.seats == 2)
            }
        };
        if self.is_for_wheelchairs() && !self.sections.iter().all(right) {
            return Err(PlanRefused::WheelchairsMixed);
        }
        Ok(())
    }
}

impl Section {
    fn validate(&self) -> Result<(), PlanRefused> {
        if !has_chars(&self.name, SECTION_NAME_CHARS_MAX) {
            return Err(PlanRefused::SectionName);
        }
        match &self.kind {
            SectionKind::Standing(0) => Err(PlanRefused::StandingEmpty),
            SectionKind::Standing(places) if *places > EVENT_PLACES_MAX => {
                Err(PlanRefused::TooManyPlaces)
            }
            SectionKind::Standing(_) => Ok(()),
            SectionKind::Seated(runs) => {
                if runs.is_empty() || runs.len() > ROW_RUNS_PER_SECTION_MAX {
                    return Err(PlanRefused::RowCount);
                }
                if self.capacity() > EVENT_PLACES_MAX {
                    return Err(PlanRefused::TooManyPlaces);
                }
                runs.iter().try_for_each(Rows::validate)
            }
        }
    }
}

impl Rows {
    fn validate(&self) -> Result<(), PlanRefused> {
        if self.count == 0 {
            return Err(PlanRefused::RowCount);
        }
        if self.seats == 0 || self.seats > ROW_SEATS_MAX {
            return Err(PlanRefused::RowLength);
        }
        if !has_chars(&self.first_label, ROW_LABEL_CHARS_MAX) {
            return Err(PlanRefused::RowLabel);
        }
        match self.label(u32::from(self.count) - 1) {
            Some(_) => Ok(()),
            None => Err(PlanRefused::RowLabelsDoNotCount),
        }
    }
}

fn has_chars(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(char::is_control)
}
