//! QR codes at level M: the credential's in numeric mode, as a grid for print and as an SVG; and
//! any text's as an SVG.

use std::fmt::Write;

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::PrintError;

/// Light modules that the standard asks for on each side of the symbol.
pub(crate) const QUIET_MODULES: u16 = 4;

/// A square of modules; only the dark ones are listed, joined along each row.
pub(crate) struct Grid {
    pub side: u16,
    pub bars: Vec<Bar>,
}

/// A run of dark modules in one row.
pub(crate) struct Bar {
    pub x: u16,
    pub y: u16,
    pub length: u16,
}

/// The smallest symbol that holds the digits in numeric mode at level M.
pub(crate) fn grid(digits: &str) -> Result<Grid, PrintError> {
    let code = encode(digits).ok_or(PrintError::QrDigits)?;
    grid_of(&code).ok_or(PrintError::QrDigits)
}

fn grid_of(code: &QrCode) -> Option<Grid> {
    let side = u16::try_from(code.width()).ok()?;
    let colors = code.to_colors();
    let mut bars = Vec::new();
    for (row, y) in colors.chunks(code.width()).zip(0..) {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            let length = u16::try_from(run.len()).ok()?;
            if run.first() == Some(&Color::Dark) {
                bars.push(Bar { x, y, length });
            }
            x += length;
        }
    }
    Some(Grid { side, bars })
}

/// Numeric mode is written out, so that the size never depends on a guess of the library.
fn encode(digits: &str) -> Option<QrCode> {
    let valid = (1..=1_000).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !valid {
        return None;
    }
    (1..=40).find_map(|version| {
        let mut bits = Bits::new(Version::Normal(version));
        bits.push_numeric_data(digits.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::M).ok()?;
        QrCode::with_bits(bits, EcLevel::M).ok()
    })
}

/// The QR code as an SVG with its quiet zone; `title` is what a screen reader says.
///
/// # Errors
/// [`PrintError::QrDigits`] for anything but 1 to 1,000 ASCII digits.
pub fn qr_svg(digits: &str, title: &str) -> Result<String, PrintError> {
    Ok(svg(&grid(digits)?, title))
}

/// The same of any text, an address mostly.
///
/// # Errors
/// [`PrintError::QrText`] for more than a symbol holds, about 2,300 bytes.
pub fn qr_text_svg(text: &str, title: &str) -> Result<String, PrintError> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M);
    let grid = code.ok().as_ref().and_then(grid_of);
    Ok(svg(&grid.ok_or(PrintError::QrText)?, title))
}

fn svg(grid: &Grid, title: &str) -> String {
    let side = grid.side + 2 * QUIET_MODULES;
    let mut path = String::new();
    for bar in &grid.bars {
        let (x, y) = (bar.x + QUIET_MODULES, bar.y + QUIET_MODULES);
        // Writing to a String cannot fail.
        let _ = write!(path, "M{x} {y}h{length}v1h-{length}z", length = bar.length);
    }
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {side} {side}\" \
         shape-rendering=\"crispEdges\"><title>{title}</title>\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
         <path d=\"{path}\" fill=\"#000\"/></svg>"
    )
}

/// Text made safe between tags of XML; what XML cannot carry becomes a space.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '\u{FFFE}' | '\u{FFFF}' => safe.push(' '),
            other if other.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_fits_version_6_and_a_live_code_version_7() {
        for (digits, side) in [(253, 41), (255, 41), (256, 45), (261, 45)] {
            for digit in ["0", "9", "1"] {
                assert_eq!(
                    grid(&digit.repeat(digits)).unwrap().side,
                    side,
                    "{digits} digits"
                );
            }
        }
    }

    #[test]
    fn anything_but_digits_is_refused() {
        for text in ["", "12a", " 12", "１２", "1.5", &"1".repeat(1_001)] {
            assert!(
                matches!(qr_svg(text, "t"), Err(PrintError::QrDigits)),
                "{text}"
            );
        }
    }

    #[test]
    fn the_svg_needs_no_style_and_its_title_is_escaped() {
        let svg = qr_svg("123", "A & <b>").unwrap();
        assert!(svg.contains("<title>A &amp; &lt;b&gt;</title>"));
        assert!(svg.contains("role=\"img\"") && !svg.contains("style"));
    }
}
