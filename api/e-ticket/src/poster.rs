//! The picture of an event that is shown where its address is shared: 1200 × 630, the sport's plate
//! beside the title. Letters are drawn as outlines, so no font of the machine matters.

use std::fmt::Write;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

use crate::PrintError;
use crate::face::{Face, Faces, Weight};

/// What a poster shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poster {
    /// The inside of an SVG of 320 × 200, in which `currentColor` is the ink.
    pub drawing: String,
    /// The spot colour, `#ff8a5c`.
    pub accent: String,
    pub kicker: String,
    pub title: String,
    pub lines: Vec<String>,
}

const WIDTH: u16 = 1200;
const HEIGHT: u16 = 630;
const PLATE_X: u16 = 700;
const MARGIN: f32 = 56.0;
const INK: &str = "#10312b";
const PAPER: &str = "#eff3ec";
const TITLE_LINES_MAX: usize = 4;
const TITLE_SIZES: [f32; 5] = [84.0, 72.0, 60.0, 50.0, 40.0];

/// A PNG.
///
/// # Errors
/// When the drawing is no SVG.
pub fn draw_poster(poster: &Poster) -> Result<Vec<u8>, PrintError> {
    let wrong = |error: &dyn std::fmt::Display| PrintError::Picture(error.to_string());
    let tree = Tree::from_str(&svg(poster)?, &Options::default()).map_err(|it| wrong(&it))?;
    let mut picture = Pixmap::new(u32::from(WIDTH), u32::from(HEIGHT))
        .ok_or_else(|| wrong(&"no picture of this size"))?;
    resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
    picture.encode_png().map_err(|it| wrong(&it))
}

fn svg(poster: &Poster) -> Result<String, PrintError> {
    let drawing = poster
        .drawing
        .replace("var(--art-light, #fff)", "#fff")
        .replace("var(--accent, #ccc)", &poster.accent);
    let accent = &poster.accent;
    let plate_width = WIDTH - PLATE_X;
    let words = words(poster)?;
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         color=\"{INK}\"><rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"{PAPER}\"/>\
         <svg x=\"{PLATE_X}\" width=\"{plate_width}\" height=\"{HEIGHT}\" viewBox=\"0 0 320 200\" \
         preserveAspectRatio=\"xMidYMid slice\"><rect x=\"-320\" y=\"-200\" width=\"960\" \
         height=\"600\" fill=\"{accent}\"/>{drawing}</svg>\
         <rect x=\"{PLATE_X}\" width=\"6\" height=\"{HEIGHT}\" fill=\"{INK}\"/>\
         <rect width=\"{WIDTH}\" height=\"16\" fill=\"{INK}\"/>\
         <g fill=\"{INK}\">{words}</g></svg>"
    ))
}

/// Everything that is written, from the top down and, for the facts, from the bottom up.
fn words(poster: &Poster) -> Result<String, PrintError> {
    let (display, text) = (Pen::new(Weight::Display)?, Pen::new(Weight::SemiBold)?);
    let width = f32::from(PLATE_X) - 2.0 * MARGIN;
    let mut drawn = text.write(&poster.kicker, (MARGIN, 96.0), 30.0);
    let (size, lines) = TITLE_SIZES
        .into_iter()
        .map(|size| (size, display.wrap(&poster.title, size, width)))
        .find(|(_, lines)| lines.len() <= TITLE_LINES_MAX)
        .unwrap_or_else(|| (40.0, display.wrap(&poster.title, 40.0, width)));
    let mut baseline = 96.0 + size + 12.0;
    for line in lines.iter().take(TITLE_LINES_MAX) {
        drawn += &display.write(line, (MARGIN, baseline), size);
        baseline += size * 1.02;
    }
    let facts: Vec<String> = poster
        .lines
        .iter()
        .flat_map(|line| text.wrap(line, 28.0, width))
        .collect();
    let mut baseline = f32::from(HEIGHT) - 104.0;
    for line in facts.iter().rev().take(4) {
        drawn += &text.write(line, (MARGIN, baseline), 28.0);
        baseline -= 38.0;
    }
    drawn += &display.write("Guichet", (MARGIN, f32::from(HEIGHT) - 42.0), 34.0);
    Ok(drawn)
}

/// Writes one weight, with the first font that has a character.
struct Pen {
    faces: Faces,
}

impl Pen {
    fn new(weight: Weight) -> Result<Self, PrintError> {
        Ok(Self {
            faces: Faces::of(weight)?,
        })
    }

    fn glyph(&self, character: char) -> Option<(&'static Face, GlyphId)> {
        let mut letters = [0; 4];
        let place = self.faces.find(character.encode_utf8(&mut letters))?;
        let face = self.faces.get(place)?;
        Some((face, face.shaper.glyph_index(character)?))
    }

    fn advance(&self, character: char, size: f32) -> f32 {
        self.glyph(character).map_or(size / 4.0, |(face, glyph)| {
            let advance = face.shaper.glyph_hor_advance(glyph).unwrap_or_default();
            f32::from(advance) * scale(face, size)
        })
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|it| self.advance(it, size)).sum()
    }

    fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.width(&format!("{line} {word}"), size) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                Some(_) | None => lines.push(word.to_owned()),
            }
        }
        lines
    }

    /// Outlines as one path each, from this point on the baseline.
    fn write(&self, text: &str, (x, y): (f32, f32), size: f32) -> String {
        let (mut at, mut drawn) = (x, String::new());
        for character in text.chars() {
            if let Some((face, glyph)) = self.glyph(character) {
                let scale = scale(face, size);
                let mut outline = Outline::default();
                face.shaper.outline_glyph(glyph, &mut outline);
                let path = outline.0;
                // Writing to a text cannot fail.
                let _ = write!(
                    drawn,
                    "<path transform=\"translate({at} {y}) scale({scale} -{scale})\" d=\"{path}\"/>"
                );
            }
            at += self.advance(character, size);
        }
        drawn
    }
}

fn scale(face: &Face, size: f32) -> f32 {
    size / f32::from((*face.shaper).units_per_em())
}

/// A glyph as the data of an SVG path.
#[derive(Default)]
struct Outline(String);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "M{x} {y}");
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let _ = write!(self.0, "L{x} {y}");
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let _ = write!(self.0, "Q{x1} {y1} {x} {y}");
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let _ = write!(self.0, "C{x1} {y1} {x2} {y2} {x} {y}");
    }

    fn close(&mut self) {
        self.0.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poster_is_a_picture_of_the_size_that_is_shown_everywhere() {
        let poster = Poster {
            drawing: "<circle cx=\"10\" cy=\"10\" r=\"9\" fill=\"currentColor\"/>".into(),
            accent: "#ff8a5c".into(),
            kicker: "Judo".into(),
            title: "Un titre très long & <étrange> ".repeat(9),
            lines: vec!["samedi 25 juillet 2026".into(), "Halle, Brest".into()],
        };
        let png = draw_poster(&poster).unwrap();
        assert_eq!(&png[1..4], b"PNG");
        assert_eq!(&png[16..24], &[0, 0, 4, 176, 0, 0, 2, 118], "1200 × 630");
        let wrong = Poster {
            drawing: "</svg><".into(),
            ..poster
        };
        assert!(draw_poster(&wrong).is_err());
    }
}
