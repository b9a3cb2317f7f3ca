//! The colours of the sheet: one deep ink, paper, two greys, and what the accent asks for.

use crate::Rgb;

pub(crate) const INK: Rgb = Rgb {
    red: 0x14,
    green: 0x21,
    blue: 0x3D,
};
pub(crate) const PAPER: Rgb = Rgb {
    red: 0xFF,
    green: 0xFF,
    blue: 0xFF,
};
/// Labels: 7 to 1 on paper.
pub(crate) const MUTED: Rgb = Rgb {
    red: 0x4E,
    green: 0x58,
    blue: 0x6E,
};
pub(crate) const HAIRLINE: Rgb = Rgb {
    red: 0xC4,
    green: 0xCA,
    blue: 0xD6,
};

impl Rgb {
    /// Ink or paper, whichever reads better on this colour.
    pub(crate) fn type_on(self) -> Self {
        if contrast(self, INK) >= contrast(self, PAPER) {
            INK
        } else {
            PAPER
        }
    }

    /// This colour with a part of another, from 0 to 1.
    pub(crate) fn mixed(self, other: Self, part: f32) -> Self {
        let mix = |mine: u8, theirs: u8| {
            let mine = f32::from(mine);
            channel(mine + (f32::from(theirs) - mine) * part)
        };
        Self {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }
}

/// The nearest whole channel; a search, because Rust has no checked way from float to integer.
fn channel(value: f32) -> u8 {
    (0..u8::MAX)
        .find(|whole| value < f32::from(*whole) + 0.5)
        .unwrap_or(u8::MAX)
}

/// Contrast as in WCAG 2.2, from 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Rgb) -> f32 {
    let linear = |channel: u8| {
        let part = f32::from(channel) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_on_any_accent_has_a_contrast_of_four_to_one() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let accent = Rgb { red, green, blue };
                    let found = contrast(accent, accent.type_on());
                    assert!(found > 3.9, "{accent:?}: {found}");
                }
            }
        }
    }

    #[test]
    fn a_sport_has_the_same_colour_each_time_and_sports_differ() {
        assert_eq!(Rgb::of_sport("Judo"), Rgb::of_sport("Judo"));
        let sports = [
            "Judo",
            "Natation",
            "Athlétisme",
            "Handball",
            "Escrime",
            "Voile",
        ];
        let colors: std::collections::BTreeSet<_> = sports
            .map(Rgb::of_sport)
            .map(|color| (color.red, color.green, color.blue))
            .into();
        assert!(colors.len() >= 4, "{colors:?}");
    }

    #[test]
    fn labels_read_at_seven_to_one_on_paper() {
        assert!(contrast(MUTED, PAPER) >= 7.0);
    }

    #[test]
    fn mixing_goes_from_one_colour_to_the_other() {
        assert_eq!(INK.mixed(PAPER, 0.0), INK);
        assert_eq!(INK.mixed(PAPER, 1.0), PAPER);
    }
}
