//! A label above its value, and headings: what every part of the sheet is made of.

use std::num::NonZeroU16;

use krilla::tagging::{Tag, TagGroup, TagKind};

use crate::canvas::{Canvas, Frame, Ink};
use crate::fit::{Style, fit};
use crate::page::LABEL;
use crate::{PrintError, Rgb};

/// Air between a cell's edge and its text, in millimetres.
pub(crate) const PAD: f32 = 2.6;

/// One line of a label, with its leading.
const LABEL_HEIGHT: f32 = 3.4;

/// A label above its value; both are one paragraph.
pub(crate) struct Cell<'t> {
    pub label: &'t str,
    pub value: Ink<'t>,
    /// The colour of the label.
    pub muted: Rgb,
}

impl Cell<'_> {
    pub(crate) fn draw(self, canvas: &mut Canvas, frame: Frame) -> Result<(), PrintError> {
        let mut group = TagGroup::new(Tag::P);
        let label = Ink::new(self.label, LABEL, self.muted);
        canvas.write(&mut group, label, frame.inset(PAD).tall(LABEL_HEIGHT))?;
        canvas.write(&mut group, self.value, value_frame(frame))?;
        canvas.section.push(group);
        Ok(())
    }
}

/// Where the value of a cell stands. Half the air suffices below: letters seldom reach the foot
/// of their line.
fn value_frame(frame: Frame) -> Frame {
    let room = frame.inset(PAD).below(LABEL_HEIGHT + 0.8);
    room.tall(room.height + PAD / 2.0)
}

/// The largest style, up to the one given, in which each text fits such a cell.
pub(crate) fn common<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    style: Style,
    frame: Frame,
) -> Result<Style, PrintError> {
    let mut common = style;
    for text in texts {
        let block = fit(text, style, value_frame(frame).room())?;
        common.size = common.size.min(block.size);
    }
    Ok(common)
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
