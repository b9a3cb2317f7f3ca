//! The fonts of the ticket, read once, and the order in which they are tried for a character.
//! `docs/fonts.md` tells where they come from and what they cover.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use krilla::text::Font;
use rustybuzz::{Direction, Script, ShapePlan};

use crate::PrintError;

/// How heavy a text is. Scripts other than Latin, Greek and Cyrillic have one weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
    Display,
}

/// One font, as the shaper and as the PDF writer see it.
pub(crate) struct Face {
    pub shaper: rustybuzz::Face<'static>,
    pub font: Font,
    plans: Mutex<Vec<(Segment, Arc<ShapePlan>)>>,
}

/// What a plan to shape depends on besides the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub script: Script,
    pub direction: Direction,
}

impl Face {
    /// The plan to shape such a segment: made once, because making it takes longer than shaping
    /// a word. There are no more of them than scripts, twice.
    pub(crate) fn plan(&self, segment: Segment) -> Arc<ShapePlan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, plan)) = plans.iter().find(|(known, _)| *known == segment) {
            return Arc::clone(plan);
        }
        let Segment { script, direction } = segment;
        let plan = Arc::new(ShapePlan::new(
            &self.shaper,
            direction,
            Some(script),
            None,
            &[],
        ));
        plans.push((segment, Arc::clone(&plan)));
        plan
    }

    pub(crate) fn covers(&self, character: char) -> bool {
        self.shaper
            .glyph_index(character)
            .is_some_and(|glyph| glyph.0 != 0)
    }
}

/// A font file by its name, for the list below.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../fonts/", $name)).as_slice())),+]
    };
}

const FILES: [(&str, &[u8]); 27] = files![
    "Archivo-Regular.ttf",
    "Archivo-SemiBold.ttf",
    "Archivo-ExtraBold.ttf",
    "NotoSans-Regular.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansArabic.ttf",
    "NotoSansCJKsc-Bold.otf",
    "NotoSansHebrew.ttf",
    "NotoSansArmenian.ttf",
    "NotoSansGeorgian.ttf",
    "NotoSansEthiopic.ttf",
    "NotoSansDevanagari.ttf",
    "NotoSansBengali.ttf",
    "NotoSansGurmukhi.ttf",
    "NotoSansGujarati.ttf",
    "NotoSansOriya.ttf",
    "NotoSansTamil.ttf",
    "NotoSansTelugu.ttf",
    "NotoSansKannada.ttf",
    "NotoSansMalayalam.ttf",
    "NotoSansSinhala.ttf",
    "NotoSansThai.ttf",
    "NotoSansLao.ttf",
    "NotoSansKhmer.ttf",
    "NotoSansMyanmar.ttf",
    "NotoSansThaana.ttf",
    "NotoSansTifinagh.ttf",
];

/// Where the fonts of every weight begin in [`FILES`].
const SCRIPTS: usize = 5;

static LIBRARY: LazyLock<Result<Vec<Face>, &'static str>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|(name, data)| read(data).ok_or(*name))
        .collect()
});

fn read(data: &'static [u8]) -> Option<Face> {
    let shaper = rustybuzz::Face::from_slice(data, 0)?;
    let (font, plans) = (Font::new(data.into(), 0)?, Mutex::default());
    Some(Face {
        shaper,
        font,
        plans,
    })
}

/// The fonts to try for texts of one weight, best first.
pub(crate) struct Faces {
    order: Vec<&'static Face>,
}

impl Faces {
    pub(crate) fn of(weight: Weight) -> Result<Self, PrintError> {
        let library = LIBRARY.as_ref().map_err(|name| PrintError::Font(name))?;
        let first = match weight {
            Weight::Regular => [0, 3],
            Weight::SemiBold => [1, 4],
            Weight::Display => [2, 4],
        };
        let latin = first.into_iter().filter_map(|index| library.get(index));
        Ok(Self {
            order: latin.chain(library.iter().skip(SCRIPTS)).collect(),
        })
    }

    /// The first font that has every character of the cluster, and its place in the order.
    pub(crate) fn find(&self, cluster: &str) -> Option<usize> {
        self.order.iter().position(|face| has(face, cluster))
    }

    /// Whether the font at that place has the whole cluster.
    pub(crate) fn covers(&self, place: usize, cluster: &str) -> bool {
        self.get(place).is_some_and(|face| has(face, cluster))
    }

    pub(crate) fn get(&self, place: usize) -> Option<&'static Face> {
        self.order.get(place).copied()
    }
}

fn has(face: &Face, cluster: &str) -> bool {
    cluster
        .chars()
        .all(|character| is_joiner(character) || face.covers(character))
}

/// Joiners and variation selectors steer shaping and have no shape of their own.
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(
        character,
        '\u{200C}' | '\u{200D}' | '\u{034F}' | '\u{FE00}'..='\u{FE0F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_can_be_read() {
        assert!(LIBRARY.is_ok());
        assert_eq!(LIBRARY.as_ref().unwrap().len(), FILES.len());
    }

    #[test]
    fn every_living_script_of_names_finds_a_font() {
        let names = [
            "Zoë",
            "Nguyễn",
            "Łukasz",
            "Ğül",
            "Ελένη",
            "Дмитро",
            "محمد",
            "יעל",
            "Արամ",
            "გიორგი",
            "ሃይሌ",
            "प्रिया",
            "অনন্যা",
            "ਸਿੰਘ",
            "પટેલ",
            "ପଣ୍ଡା",
            "தமிழ்",
            "తెలుగు",
            "ಕನ್ನಡ",
            "മലയാളം",
            "සිංහල",
            "สมชาย",
            "ສົມສັກ",
            "សុខ",
            "အောင်",
            "ދިވެހި",
            "ⴰⵎⴰⵣⵉⵖ",
            "王小明",
            "髙橋さくら",
            "김철수",
            "똠방각하",
            "𠮷野",
        ];
        let faces = Faces::of(Weight::Display).unwrap();
        let lost: Vec<_> = names
            .iter()
            .flat_map(|name| name.chars())
            .filter(|character| faces.find(&character.to_string()).is_none())
            .collect();
        // The one beyond Unicode's first plane stands for what falls back to its code point.
        assert_eq!(lost, ['𠮷']);
    }
}
