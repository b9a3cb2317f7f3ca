//! The conditions at the foot of the sheet: a list in two columns, in the largest size at which
//! all of it fits.

use krilla::tagging::{ListNumbering, Tag, TagGroup};

use crate::canvas::{Canvas, Frame, Ink, MM};
use crate::cell::heading;
use crate::fit::{Room, Style, fit};
use crate::page::{HAIR, LABEL, SMALL, WIDTH, in_column};
use crate::shades::{INK, MUTED};
use crate::{PrintError, Sheet};

const TOP: f32 = 253.0;
const BOTTOM: f32 = 287.0;
const GAP: f32 = 6.0;
/// Millimetres between two conditions.
const BETWEEN: f32 = 1.0;
const SMALLEST: f32 = 0.5;

/// Draws the heading and the list.
pub(crate) fn draw(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    if sheet.conditions.is_empty() {
        return Ok(());
    }
    let words = sheet.language.words();
    canvas.rule(in_column(0, (TOP, 0.0)).wide(WIDTH), HAIR);
    let label = Ink::new(words.conditions, LABEL, INK);
    canvas.write_as(
        heading(2, words.conditions),
        label,
        in_column(0, (TOP + 2.2, 4.5)),
    )?;

    let room = in_column(0, (TOP + 7.2, BOTTOM - TOP - 7.2)).wide((WIDTH - GAP) / 2.0);
    let (style, places) = placed(&sheet.conditions, room)?;
    let mut list = TagGroup::new(Tag::L(ListNumbering::None));
    for (text, frame) in sheet.conditions.iter().zip(places) {
        let mut body = TagGroup::new(Tag::LBody);
        canvas.write(&mut body, Ink::new(text, style, MUTED), frame)?;
        let mut item = TagGroup::new(Tag::LI);
        item.push(body);
        list.push(item);
    }
    canvas.section.push(list);
    Ok(())
}

/// The frame of each condition, and the size at which they all fit.
fn placed(texts: &[String], room: Frame) -> Result<(Style, Vec<Frame>), PrintError> {
    let mut style = Style { size: 7.6, ..SMALL };
    loop {
        let mut heights = Vec::with_capacity(texts.len());
        for text in texts {
            let endless = Room {
                width: room.width * MM,
                height: f32::INFINITY,
            };
            heights.push(fit(text, style, endless)?.height() / MM);
        }
        let frames = columns(&heights, room);
        if let Some(frames) = frames {
            return Ok((style, frames));
        }
        if style.size < SMALLEST {
            return Ok((style, vec![room; texts.len()]));
        }
        style.size *= 0.95;
    }
}

/// The first column is filled before the second; nothing when two do not suffice.
fn columns(heights: &[f32], room: Frame) -> Option<Vec<Frame>> {
    // A hair more than measured, so that the same text set again is not made smaller.
    const SLACK: f32 = 0.05;
    let half = heights.iter().map(|height| height + BETWEEN).sum::<f32>() / 2.0;
    let mut frames = Vec::with_capacity(heights.len());
    let (mut x, mut y) = (room.x, room.y);
    for height in heights {
        let full = y + height > room.y + room.height || y - room.y >= half;
        if full && x <= room.x {
            (x, y) = (room.x + room.width + GAP, room.y);
        }
        if y + height > room.y + room.height {
            return None;
        }
        frames.push(Frame {
            x,
            y,
            width: room.width,
            height: height + SLACK,
        });
        y += height + BETWEEN;
    }
    Some(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Frame = Frame {
        x: 0.0,
        y: 0.0,
        width: 90.0,
        height: 20.0,
    };

    #[test]
    fn the_list_is_balanced_over_two_columns() {
        let frames = columns(&[4.0, 4.0, 4.0, 4.0], ROOM).unwrap();
        let left = frames.iter().filter(|frame| frame.x <= 0.0).count();
        assert_eq!(left, 2);
    }

    #[test]
    fn what_does_not_fit_two_columns_is_refused_and_set_smaller() {
        assert!(columns(&[19.0, 19.0, 19.0], ROOM).is_none());
        let many = vec!["Une condition qui prend plus d'une ligne de la colonne. ".repeat(4); 20];
        let (style, frames) = placed(&many, ROOM).unwrap();
        assert!(style.size < 7.6);
        assert!(
            frames
                .iter()
                .all(|frame| frame.y + frame.height <= ROOM.height + 0.1)
        );
    }
}
