//! Makes a text printable without losing a character: composed, on one line, free of invisible
//! controls (which could also reorder a name), and with `[U+1F389]` for what no font can show.

use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::face::{Faces, is_joiner};

/// The text as these fonts can print it.
pub(crate) fn legible(text: &str, faces: &Faces) -> String {
    let line = plain(text);
    let mut printable = String::with_capacity(line.len());
    for cluster in line.graphemes(true) {
        if faces.find(cluster).is_some() {
            printable.push_str(cluster);
        } else {
            spell_out(cluster, faces, &mut printable);
        }
    }
    printable
}

/// The text on one line without controls, for where the reader's own fonts show it: the title
/// of the document and its outline.
pub(crate) fn plain(text: &str) -> String {
    let visible: String = text
        .nfc()
        .filter(|character| !is_invisible(*character))
        .collect();
    visible
        .split(is_blank)
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Keeps what has a shape, and names the rest by code point.
fn spell_out(cluster: &str, faces: &Faces, printable: &mut String) {
    for character in cluster.chars().filter(|character| !is_joiner(*character)) {
        if faces.find(character.encode_utf8(&mut [0; 4])).is_some() {
            printable.push(character);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(printable, "[U+{:04X}]", u32::from(character));
        }
    }
}

/// White space and control characters separate words.
fn is_blank(character: char) -> bool {
    character.is_control() || (character.is_whitespace() && !is_fixed_space(character))
}

/// Spaces that typography put there on purpose: "20 h 30", "45 €".
pub(crate) fn is_fixed_space(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{202F}')
}

/// Characters that print nothing and carry no name: soft hyphen, byte order mark, bidirectional
/// controls, zero-width space, tags.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Weight;

    fn of(text: &str) -> String {
        legible(text, &Faces::of(Weight::Display).unwrap())
    }

    #[test]
    fn names_that_the_fonts_cover_stay_as_they_are() {
        for name in [
            "Zoë de la Tour",
            "Ελένη Παπαδοπούλου",
            "محمد عبد الله",
            "山田 太郎",
            "김철수",
        ] {
            assert_eq!(of(name), name);
        }
    }

    #[test]
    fn what_no_font_has_is_named_by_its_code_point() {
        assert_eq!(of("Ana 🎉"), "Ana [U+1F389]");
        assert_eq!(of("𠮷野"), "[U+20BB7]野");
        assert_eq!(of("👨\u{200D}👩"), "[U+1F468][U+1F469]");
        assert_eq!(of("x\u{E000}\u{FFFE}"), "x[U+E000][U+FFFE]");
    }

    #[test]
    fn letters_and_their_accents_are_composed() {
        assert_eq!(of("Zoe\u{308}"), "Zoë");
    }

    #[test]
    fn lines_tabs_and_controls_become_one_space() {
        assert_eq!(of(" a\r\n\tb\0c "), "a b c");
    }

    #[test]
    fn controls_that_reorder_a_name_are_dropped() {
        assert_eq!(of("a\u{202E}b\u{2066}c\u{FEFF}"), "abc");
    }

    #[test]
    fn spaces_that_do_not_break_are_kept() {
        assert_eq!(of("45,00\u{202F}€"), "45,00\u{202F}€");
    }
}
