//! A label above its value, and headings: what every part of the sheet is made of.

use std::num::NonZeroU16;

use krilla::tagging::{Tag, TagGroup, TagKind};

use crate::canvas::{Canvas, Frame, Ink};
use crate::page::LABEL;
use crate::{PrintError, Rgb};

/// Air between a cell's edge and its text, in millimetres.
pub(crate) const PAD: f32 = 2.6;

/// A label above its value; both are one paragraph.
pub(crate) struct Cell<'t> {
    pub label: &'t str,
    pub value: Ink<'t>,
    /// The colour of the label.
    pub muted: Rgb,
}

impl Cell<'_> {
    pub(crate) fn draw(self, canvas: &mut Canvas, frame: Frame) -> Result<(), PrintError> {
        let inside = frame.inset(PAD);
        let mut group = TagGroup::new(Tag::P);
        let label = Ink::new(self.label, LABEL, self.muted);
        let top = canvas.write(&mut group, label, inside.tall(4.5))?;
        // Below, half the air suffices: letters seldom reach the foot of their line.
        let room = inside.below(top + 0.8);
        canvas.write(&mut group, self.value, room.tall(room.height + PAD / 2.0))?;
        canvas.section.push(group);
        Ok(())
    }
}

impl Frame {
    /// The cell whose text, after its air, starts at the left edge of this one.
    pub(crate) fn flush(self) -> Self {
        self.inset_left(-PAD)
    }
}

/// A heading of that level; its title serves readers that list headings.
pub(crate) fn heading(level: u16, title: &str) -> TagKind {
    let level = NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN);
    Tag::Hn(level, Some(title.to_owned())).into()
}
