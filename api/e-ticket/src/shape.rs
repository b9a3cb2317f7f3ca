//! From a printable text to glyphs: direction (bidirectional algorithm), a font for each
//! cluster, joined and positioned forms (shaping). Widths and offsets are in ems.

use std::ops::Range;

use krilla::text::{GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use unicode_bidi::{BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use crate::Reading;
use crate::face::{Face, Faces, Segment};

/// One line, its runs in the order in which they stand on paper.
pub(crate) struct Line {
    pub runs: Vec<Run>,
    pub width_em: f32,
}

/// Glyphs of one font and direction.
pub(crate) struct Run {
    pub face: &'static Face,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width_em: f32,
}

/// Shapes a text that [`crate::legible::legible`] made printable with the same fonts.
pub(crate) fn line(text: &str, faces: &Faces) -> Line {
    line_read(text, faces, Reading::FromLeft)
}

/// The same on a sheet that is read so: from the right, what has a word of such a script is in its
/// order as a whole, whatever it begins with; numbers and names in Latin letters keep theirs.
pub(crate) fn line_read(text: &str, faces: &Faces, reading: Reading) -> Line {
    let mut runs = Vec::new();
    let mut bidi = BidiInfo::new(text, None);
    if reading == Reading::FromRight && bidi.has_rtl() {
        bidi = BidiInfo::new(text, Some(Level::rtl()));
    }
    for paragraph in &bidi.paragraphs {
        let (levels, ranges) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for range in ranges {
            let level = levels.get(range.start).copied().unwrap_or(Level::ltr());
            let part = text.get(range).unwrap_or_default();
            let mut pieces = by_font(part, faces);
            if level.is_rtl() {
                pieces.reverse();
            }
            for (place, piece) in pieces {
                let piece = part.get(piece).unwrap_or_default();
                runs.extend(faces.get(place).map(|face| shape(piece, face, level)));
            }
        }
    }
    let width_em = runs.iter().map(|run| run.width_em).sum();
    Line { runs, width_em }
}

/// Splits where the font changes. A space stays in the font before it.
fn by_font(text: &str, faces: &Faces) -> Vec<(usize, Range<usize>)> {
    let mut pieces: Vec<(usize, Range<usize>)> = Vec::new();
    for (start, cluster) in text.grapheme_indices(true) {
        let end = start + cluster.len();
        let blank = cluster.chars().all(char::is_whitespace);
        let sticky = pieces
            .last()
            .map(|(place, _)| *place)
            .filter(|place| blank && faces.covers(*place, cluster));
        // A cluster without a font cannot come here; the first font would show an empty box.
        let place = sticky.or_else(|| faces.find(cluster)).unwrap_or(0);
        match pieces.last_mut() {
            Some((last, range)) if *last == place => range.end = end,
            _ => pieces.push((place, start..end)),
        }
    }
    pieces
}

fn shape(text: &str, face: &'static Face, level: Level) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    let direction = if level.is_rtl() {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    };
    buffer.set_direction(direction);
    let plan = face.plan(Segment {
        script: buffer.script(),
        direction,
    });
    let shaped = rustybuzz::shape_with_plan(&face.shaper, &plan, buffer);

    let starts = cluster_starts(shaped.glyph_infos(), text.len());
    let ems = |units: i32| em(units, face);
    let mut glyphs = Vec::with_capacity(shaped.len());
    for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
        glyphs.push(KrillaGlyph::new(
            GlyphId::new(info.glyph_id),
            ems(position.x_advance),
            ems(position.x_offset),
            ems(position.y_offset),
            ems(position.y_advance),
            cluster_range(&starts, info.cluster),
            None,
        ));
    }
    let width_em = glyphs.iter().map(|glyph| glyph.x_advance).sum();
    Run {
        face,
        text: text.to_owned(),
        glyphs,
        width_em,
    }
}

/// Where clusters start, in the order of the text, then its end.
fn cluster_starts(infos: &[rustybuzz::GlyphInfo], end: usize) -> Vec<usize> {
    let mut starts: Vec<usize> = infos
        .iter()
        .filter_map(|info| usize::try_from(info.cluster).ok())
        .collect();
    starts.push(end);
    starts.sort_unstable();
    starts.dedup();
    starts
}

fn cluster_range(starts: &[usize], cluster: u32) -> Range<usize> {
    let start = usize::try_from(cluster).unwrap_or_default();
    let next = starts.partition_point(|other| *other <= start);
    start..starts.get(next).copied().unwrap_or(start)
}

/// Font units as a part of the em.
fn em(units: i32, face: &Face) -> f32 {
    // Font units fit 16 bits but for the sum of very wide glyphs, which saturates.
    let units = i16::try_from(units).unwrap_or(if units < 0 { i16::MIN } else { i16::MAX });
    f32::from(units) / face.font.units_per_em()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Weight;

    fn shaped(text: &str) -> Line {
        line(text, &Faces::of(Weight::Display).unwrap())
    }

    #[test]
    fn no_glyph_is_the_empty_box() {
        for text in [
            "Zoë",
            "Ελένη",
            "Дмитро",
            "محمد عبد الله",
            "王小明",
            "김철수",
            "प्रिया",
            "สมชาย",
        ] {
            let line = shaped(text);
            let glyphs = line.runs.iter().flat_map(|run| &run.glyphs);
            assert!(
                glyphs.into_iter().all(|glyph| glyph.glyph_id.to_u32() != 0),
                "{text}"
            );
        }
    }

    #[test]
    fn arabic_letters_are_joined_and_run_from_right_to_left() {
        let joined = shaped("محمد");
        let run = &joined.runs[0];
        assert_eq!(
            run.glyphs[0].text_range,
            6..8,
            "the last letter stands leftmost"
        );
        let apart: Vec<_> = ["د", "م", "ح", "م"]
            .iter()
            .map(|letter| shaped(letter))
            .collect();
        let same = run
            .glyphs
            .iter()
            .zip(&apart)
            .filter(|(glyph, alone)| glyph.glyph_id == alone.runs[0].glyphs[0].glyph_id);
        assert!(same.count() < 2, "letters take their joined forms");
    }

    #[test]
    fn a_latin_word_inside_an_arabic_name_keeps_its_own_direction() {
        let line = shaped("محمد Ali");
        let order: Vec<_> = line.runs.iter().map(|run| run.text.trim()).collect();
        assert_eq!(
            order,
            ["Ali", "", "محمد"]
                .iter()
                .filter(|t| !t.is_empty())
                .copied()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn every_byte_of_the_text_belongs_to_a_glyph() {
        for text in ["office", "محمد عبد الله", "प्रिया", "e\u{301}"] {
            for run in shaped(text).runs {
                let mut covered = vec![false; run.text.len()];
                for glyph in &run.glyphs {
                    covered[glyph.text_range.clone()].fill(true);
                }
                assert!(covered.into_iter().all(|byte| byte), "{text}");
            }
        }
    }
}
