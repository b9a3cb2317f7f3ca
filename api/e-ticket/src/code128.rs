//! Code 128, set C only: pairs of digits for laser readers, which read no QR.

use std::fmt::Write;

use crate::PrintError;
use crate::qr::escape;

/// Light modules that ISO/IEC 15417 asks for on each side.
pub(crate) const QUIET_MODULES: u16 = 10;

const START_C: u16 = 105;
/// Bars and spaces of the stop character: seven widths, one more than the others.
const STOP: [u16; 7] = [2, 3, 3, 1, 1, 1, 2];

/// ISO/IEC 15417, table 1: widths of the bars and spaces of values 0 to 105, six each.
const WIDTHS: &str = "\
    212222222122222221121223121322131222122213122312132212221213221312231212\
    112232122132122231113222123122123221223211221132221231213212223112312131\
    311222321122321221312212322112322211212123212321232121111323131123131321\
    112313132113132311211313231113231311112133112331132131113123113321133121\
    313121211331231131213113213311213131311123311321331121312113312311332111\
    314111221411431111111224111422121124121421141122141221112214112412122114\
    122411142112142211241211221114413111241112134111111242121142121241114212\
    124112124211411212421112421211212141214121412121111143111341131141114113\
    114311411113411311113141114131311141411131211412211214211232";

/// A dark bar: where it starts after the quiet zone, and its width, in modules.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub x: u16,
    pub width: u16,
}

/// The symbol without its quiet zones.
pub(crate) struct Symbol {
    pub width: u16,
    pub bars: Vec<Bar>,
}

/// The symbol of an even number of digits: start C, the pairs, the check character, stop.
pub(crate) fn symbol(digits: &str) -> Result<Symbol, PrintError> {
    let mut values = vec![START_C];
    values.extend(pairs(digits)?);
    let check = values
        .iter()
        .zip(0_u16..)
        .map(|(value, i)| u32::from(*value) * u32::from(i.max(1)));
    values.push(u16::try_from(check.sum::<u32>() % 103).map_err(|_| PrintError::ShortDigits)?);

    let mut bars = Vec::new();
    let mut x = 0;
    for (width, index) in values.into_iter().flat_map(widths).chain(STOP).zip(0_u32..) {
        if index % 2 == 0 {
            bars.push(Bar { x, width });
        }
        x += width;
    }
    Ok(Symbol { width: x, bars })
}

fn pairs(digits: &str) -> Result<Vec<u16>, PrintError> {
    let bytes = digits.as_bytes();
    let valid = (2..=40).contains(&bytes.len())
        && bytes.len().is_multiple_of(2)
        && bytes.iter().all(u8::is_ascii_digit);
    if !valid {
        return Err(PrintError::ShortDigits);
    }
    let value = |byte: &u8| u16::from(byte - b'0');
    Ok(bytes
        .chunks(2)
        .map(|pair| pair.iter().map(value).fold(0, |sum, d| sum * 10 + d))
        .collect())
}

/// Every character starts with a bar and has three bars and three spaces.
fn widths(value: u16) -> impl Iterator<Item = u16> {
    let bytes = WIDTHS.bytes().skip(usize::from(value) * 6).take(6);
    bytes.map(|byte| u16::from(byte - b'0'))
}

/// The digits as people read and type them: groups of four.
pub(crate) fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The Code 128 as an SVG with its quiet zones and its digits below; `title` is what a screen
/// reader says.
///
/// # Errors
/// [`PrintError::ShortDigits`] for anything but an even number of 2 to 40 ASCII digits.
pub fn code128_svg(digits: &str, title: &str) -> Result<String, PrintError> {
    let symbol = symbol(digits)?;
    let width = symbol.width + 2 * QUIET_MODULES;
    let mut path = String::new();
    for bar in &symbol.bars {
        // Writing to a String cannot fail.
        let x = bar.x + QUIET_MODULES;
        let _ = write!(path, "M{x} 4h{width}v44h-{width}z", width = bar.width);
    }
    let (title, text, middle) = (escape(title), grouped(digits), width / 2);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} 62\" \
         shape-rendering=\"crispEdges\"><title>{title}</title>\
         <rect width=\"{width}\" height=\"62\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/>\
         <text x=\"{middle}\" y=\"58\" font-family=\"monospace\" font-size=\"8\" \
         text-anchor=\"middle\" fill=\"#000\">{text}</text></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_code_is_176_modules_wide_with_its_quiet_zones() {
        let symbol = symbol(&"0123456789012345678901"[..22]).unwrap();
        assert_eq!(symbol.width + 2 * QUIET_MODULES, 176);
        assert_eq!(symbol.bars.len(), 14 * 3 + 1);
    }

    #[test]
    fn every_character_is_eleven_modules() {
        for value in 0..=105 {
            assert_eq!(widths(value).sum::<u16>(), 11, "value {value}");
            assert_eq!(widths(value).count(), 6, "value {value}");
        }
    }

    #[test]
    fn the_digits_are_grouped_by_four() {
        assert_eq!(
            grouped("1234567890123456789012"),
            "1234 5678 9012 3456 7890 12"
        );
    }

    #[test]
    fn odd_counts_and_other_characters_are_refused() {
        for text in ["", "1", "123", "12a4", "１２", &"1".repeat(42)] {
            assert!(
                matches!(code128_svg(text, "t"), Err(PrintError::ShortDigits)),
                "{text}"
            );
        }
    }
}
