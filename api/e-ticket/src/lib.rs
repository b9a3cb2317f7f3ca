//! Draws a ticket: the E-ticket on A4 paper as a tagged PDF, and its two barcodes as pictures;
//! the invoice of an order; and the poster of an event, for those who share its address.
//!
//! Data in, bytes out: no clock, no network, no database. Every text comes already in the
//! reader's language, except the labels printed beside them (`words`). What a font cannot show
//! is printed as its code point, so that no part of a name is ever lost (`legible`).

mod canvas;
mod cell;
mod code128;
mod conditions;
mod document;
mod face;
mod fit;
mod invoice;
mod legible;
mod motif;
mod page;
mod poster;
mod qr;
mod shades;
mod shape;
mod stub;
mod words;

pub use code128::code128_svg;
pub use document::{render, render_invoice};
pub use invoice::{Invoice, Party, Row};
pub use poster::{Poster, draw_poster};
pub use qr::{qr_svg, qr_text_svg};

/// The language of the labels and of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Fr,
    En,
    Es,
    De,
    Ar,
}

/// Where a sheet of this language begins: that of Arabic is the others in a mirror, but for its
/// barcodes and for what is written from left to right in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    FromLeft,
    FromRight,
}

/// The place that the ticket gives a right to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Seat {
        section: String,
        row: String,
        seat: String,
    },
    Standing {
        area: String,
    },
}

/// A colour on screen and paper, each part from 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

/// All that one ticket shows; dates and amounts are already written out for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    pub language: Language,
    pub event_title: String,
    pub sport: String,
    pub venue: String,
    pub city: String,
    pub starts_at_text: String,
    pub doors_text: String,
    pub category: String,
    pub formula: String,
    pub place: Place,
    pub holder_first_name: String,
    pub holder_last_name: String,
    pub price_text: String,
    pub order_number: String,
    pub ticket_number: String,
    pub sold_at_text: String,
    pub sold_place: String,
    pub seller: String,
    pub conditions: Vec<String>,
    /// The credential: 253 digits.
    pub qr_digits: String,
    /// The short code: 22 digits.
    pub short_digits: String,
    /// The colour of the sport.
    pub accent: Rgb,
}

/// Why a ticket could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    #[error("a document needs at least one ticket")]
    NoSheet,
    #[error("the QR code takes 1 to 1,000 digits and nothing else")]
    QrDigits,
    #[error("the text is too long for a QR code")]
    QrText,
    #[error("the short code takes an even number of digits, 2 to 40, and nothing else")]
    ShortDigits,
    #[error("the font {0} cannot be read")]
    Font(&'static str),
    #[error("the picture could not be drawn: {0}")]
    Picture(String),
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

impl Rgb {
    /// The colour for the sport of that name: the same each time, one of eight that carry
    /// white or dark type well. For callers without a table of their own.
    pub fn of_sport(name: &str) -> Self {
        const PALETTE: [(u8, u8, u8); 8] = [
            (0xE6, 0x39, 0x46), // red
            (0x00, 0x81, 0xA7), // blue-green
            (0xF4, 0xA2, 0x61), // apricot
            (0x2A, 0x9D, 0x8F), // green
            (0x6A, 0x4C, 0x93), // violet
            (0xFF, 0xCA, 0x3A), // yellow
            (0x1D, 0x6F, 0xE8), // blue
            (0xFF, 0x7A, 0x59), // coral
        ];
        let folded = name.bytes().fold(0_usize, |sum, byte| {
            (sum * 31 + usize::from(byte)) % 1_000_003
        });
        let (red, green, blue) = PALETTE
            .get(folded % PALETTE.len())
            .copied()
            .unwrap_or_default();
        Self { red, green, blue }
    }
}
