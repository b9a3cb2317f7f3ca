//! Fits a text into a box: wraps at spaces, after hyphens and between Han or kana, shrinks, and
//! cuts inside a word only when it has become small already. The whole text is always inside.

use std::ops::RangeInclusive;

use unicode_segmentation::UnicodeSegmentation;

use crate::face::{Faces, Weight};
use crate::legible::legible;
use crate::shape::{self, Line};
use crate::{PrintError, Reading};

/// How a text may be set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    pub weight: Weight,
    /// The size wanted, in points; a text that is too long gets a smaller one.
    pub size: f32,
    /// Distance of two baselines, in ems.
    pub leading: f32,
}

impl Style {
    /// Display type is set tight, running text with air.
    pub(crate) const fn new(weight: Weight, size: f32) -> Self {
        let leading = match weight {
            Weight::Display => 1.05,
            Weight::SemiBold | Weight::Regular => 1.26,
        };
        Self {
            weight,
            size,
            leading,
        }
    }
}

/// The room for a text, in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub width: f32,
    pub height: f32,
}

/// A text set: lines of one size, none wider than the room.
pub(crate) struct Block {
    pub lines: Vec<Line>,
    pub size: f32,
    pub leading: f32,
}

impl Block {
    pub(crate) fn height(&self) -> f32 {
        rows(self.lines.len()) * self.leading * self.size
    }
}

/// Each try is this much smaller than the one before.
const SHRINK: f32 = 0.96;
/// Points; a book set as a name ends here, outside its room, instead of never.
const SMALLEST: f32 = 0.1;
/// Words are cut only below this part of the wanted size.
const CUT_BELOW: f32 = 0.5;
/// Han, kana and their punctuation: a line may end after each of them.
const IDEOGRAPHS: [RangeInclusive<char>; 3] = [
    '\u{2E80}'..='\u{303F}',
    '\u{3041}'..='\u{A4CF}',
    '\u{F900}'..='\u{FAFF}',
];

/// A part of a line that may not be parted.
#[derive(Clone)]
struct Atom<'t> {
    text: &'t str,
    width_em: f32,
    /// The space before it, in ems; none inside a word.
    gap_em: f32,
}

/// Sets the text as large as style and room allow.
///
/// # Errors
/// Only when a font cannot be read.
pub(crate) fn fit(text: &str, style: Style, room: Room) -> Result<Block, PrintError> {
    fit_read(text, style, room, Reading::FromLeft)
}

/// The same, in the order of a sheet that is read so.
///
/// # Errors
/// Only when a font cannot be read.
pub(crate) fn fit_read(
    text: &str,
    style: Style,
    room: Room,
    reading: Reading,
) -> Result<Block, PrintError> {
    let faces = Faces::of(style.weight)?;
    let text = legible(text, &faces);
    let whole = atoms(&text, &faces);
    // Only an atom too wide for the wanted size can ever need cutting.
    let cut: Vec<Atom> = whole
        .iter()
        .flat_map(|atom| letters(atom, &faces, room.width / style.size))
        .collect();

    let mut size = style.size;
    loop {
        let parts = if size < style.size * CUT_BELOW {
            &cut
        } else {
            &whole
        };
        if let Some(lines) = wrap(parts, room.width / size)
            && (rows(lines.len()) * style.leading * size <= room.height || size < SMALLEST)
        {
            return Ok(set(
                &lines,
                &faces,
                Setting {
                    size,
                    style,
                    width: room.width,
                    reading,
                },
            ));
        }
        size *= SHRINK;
    }
}

fn rows(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

fn atoms<'t>(text: &'t str, faces: &Faces) -> Vec<Atom<'t>> {
    let space_em = shape::line(" ", faces).width_em;
    let mut atoms = Vec::new();
    for word in text.split(' ') {
        let mut gap_em = if atoms.is_empty() { 0.0 } else { space_em };
        for text in parts_of(word) {
            atoms.push(Atom {
                text,
                width_em: shape::line(text, faces).width_em,
                gap_em,
            });
            gap_em = 0.0;
        }
    }
    atoms
}

/// A word cut where a line may end: after a hyphen between letters, and after each ideograph.
fn parts_of(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut after_letter = false;
    for (index, cluster) in word.grapheme_indices(true) {
        let end = index + cluster.len();
        let rest = word.get(end..).unwrap_or_default();
        let hyphen = cluster == "-" && after_letter && rest.starts_with(char::is_alphabetic);
        let first = cluster.chars().next();
        let ideograph = first.is_some_and(|c| IDEOGRAPHS.iter().any(|range| range.contains(&c)));
        if hyphen || ideograph || rest.is_empty() {
            parts.extend(word.get(start..end));
            start = end;
        }
        after_letter = first.is_some_and(char::is_alphabetic);
    }
    parts
}

/// An atom wider than a line, cut into its letters; any other as it is.
fn letters<'t>(atom: &Atom<'t>, faces: &Faces, limit_em: f32) -> Vec<Atom<'t>> {
    if atom.width_em <= limit_em {
        return vec![atom.clone()];
    }
    let mut gap_em = atom.gap_em;
    let letter = |text: &'t str| {
        let width_em = shape::line(text, faces).width_em;
        Atom {
            text,
            width_em,
            gap_em: std::mem::take(&mut gap_em),
        }
    };
    atom.text.graphemes(true).map(letter).collect()
}

/// Lines of atoms, or nothing when one of them is wider than a line.
fn wrap(atoms: &[Atom], limit_em: f32) -> Option<Vec<String>> {
    let mut lines: Vec<String> = Vec::new();
    let mut used_em = 0.0;
    for atom in atoms {
        if atom.width_em > limit_em {
            return None;
        }
        let longer_em = used_em + atom.gap_em + atom.width_em;
        match lines.last_mut() {
            Some(line) if longer_em <= limit_em => {
                line.push_str(if atom.gap_em > 0.0 { " " } else { "" });
                line.push_str(atom.text);
                used_em = longer_em;
            }
            _ => {
                lines.push(atom.text.to_owned());
                used_em = atom.width_em;
            }
        }
    }
    Some(lines)
}

#[derive(Clone, Copy)]
struct Setting {
    size: f32,
    style: Style,
    width: f32,
    reading: Reading,
}

fn set(lines: &[String], faces: &Faces, setting: Setting) -> Block {
    let shaped = |text: &String| shape::line_read(text, faces, setting.reading);
    let lines: Vec<Line> = lines.iter().map(shaped).collect();
    // A whole line can come out a hair wider than the sum of its words.
    let widest = lines.iter().map(|line| line.width_em).fold(0.0, f32::max);
    let size = if widest * setting.size > setting.width {
        setting.width / widest
    } else {
        setting.size
    };
    Block {
        lines,
        size,
        leading: setting.style.leading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style {
        weight: Weight::Display,
        size: 40.0,
        leading: 1.05,
    };
    const ROOM: Room = Room {
        width: 500.0,
        height: 80.0,
    };

    fn text_of(block: &Block) -> String {
        let lines = block.lines.iter().map(|line| {
            line.runs
                .iter()
                .map(|run| run.text.as_str())
                .collect::<String>()
        });
        lines.collect::<Vec<_>>().join("|")
    }

    fn assert_inside(block: &Block) {
        assert!(block.height() <= ROOM.height + 0.01);
        for line in &block.lines {
            assert!(line.width_em * block.size <= ROOM.width + 0.01);
        }
    }

    #[test]
    fn a_short_name_keeps_the_size_wanted() {
        let block = fit("Ana Li", STYLE, ROOM).unwrap();
        assert!((block.size - 40.0).abs() < f32::EPSILON);
        assert_eq!(text_of(&block), "Ana Li");
    }

    #[test]
    fn a_name_of_200_letters_is_inside_and_whole() {
        for name in [
            "Wolfe".repeat(40),
            "Anne-Marie ".repeat(18),
            "王".repeat(200),
            "محمد ".repeat(40),
        ] {
            let block = fit(&name, STYLE, ROOM).unwrap();
            assert_inside(&block);
            let kept: usize = text_of(&block)
                .chars()
                .filter(|c| !c.is_whitespace() && *c != '|')
                .count();
            assert_eq!(kept, name.chars().filter(|c| !c.is_whitespace()).count());
            assert!(block.size > 6.0, "{} points", block.size);
        }
    }

    #[test]
    fn words_are_not_cut_while_they_are_large() {
        let block = fit("Constantinopolitanopoulos Papadopoulos", STYLE, ROOM).unwrap();
        assert_eq!(text_of(&block), "Constantinopolitanopoulos|Papadopoulos");
        assert_inside(&block);
    }

    #[test]
    fn ideographs_break_anywhere_and_hyphens_break_after() {
        assert_eq!(parts_of("王小明"), ["王", "小", "明"]);
        assert_eq!(parts_of("Saint-Denis"), ["Saint-", "Denis"]);
        assert_eq!(parts_of("313-6-2"), ["313-6-2"]);
        assert_eq!(parts_of(""), Vec::<&str>::new());
    }

    #[test]
    fn an_empty_text_is_an_empty_block() {
        assert!(fit("", STYLE, ROOM).unwrap().lines.is_empty());
    }
}
