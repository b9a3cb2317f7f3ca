//! Below the perforation: what was paid, when, where and to whom (the mentions that the law asks
//! for), and the short code for laser readers and for typing.

use krilla::tagging::Tag;

use crate::canvas::{Canvas, Frame, Ink, Look, PAGE_WIDTH};
use crate::cell::Cell;
use crate::code128::{self, grouped};
use crate::fit::Style;
use crate::page::{COLUMN, HAIR, SMALL, TEXT, in_column};
use crate::shades::{INK, MUTED};
use crate::{PrintError, Sheet};

const PERFORATION: f32 = 201.0;
const TOP: f32 = 208.0;
const ROW: f32 = 14.4;
/// White between a cell and the next column; also the quiet zone left of the Code 128.
const GUTTER: f32 = 4.0;
/// Millimetres of one module of the Code 128: coarse enough for any laser reader.
const MODULE: f32 = 0.33;
const BARS: (f32, f32) = (TOP + 1.2, 18.5);

pub(crate) fn draw(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let fold = Frame {
        x: 0.0,
        y: PERFORATION,
        width: PAGE_WIDTH,
        height: 0.0,
    };
    canvas.rule(fold, Look::dots(INK, 1.3));
    purchase(sheet, canvas)?;
    short_code(sheet, canvas)
}

fn purchase(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let sold = [&*sheet.sold_at_text, &*sheet.sold_place].join(words.comma);
    let facts = [
        (words.price, sheet.price_text.as_str()),
        (words.formula, sheet.formula.as_str()),
        (words.order, sheet.order_number.as_str()),
        (words.ticket, sheet.ticket_number.as_str()),
        (words.sold, sold.as_str()),
        (words.seller, sheet.seller.as_str()),
    ];
    for ((label, text), index) in facts.into_iter().zip(0_u8..) {
        let top = TOP + ROW * f32::from(index / 2);
        let frame = in_column(index % 2, (top, ROW)).wide(COLUMN - GUTTER);
        canvas.rule(frame.tall(0.0), HAIR);
        let value = Ink::new(text, TEXT, INK);
        Cell {
            label,
            value,
            muted: MUTED,
        }
        .draw(canvas, frame.flush())?;
    }
    Ok(())
}

fn short_code(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let symbol = code128::symbol(&sheet.short_digits)?;
    let frame = in_column(2, BARS).wide(f32::from(symbol.width) * MODULE);
    let bars = symbol.bars.iter().map(|bar| Frame {
        x: frame.x + f32::from(bar.x) * MODULE,
        width: f32::from(bar.width) * MODULE,
        ..frame
    });
    let alt = format!("{} {}", words.code128_alt, sheet.ticket_number);
    canvas.barcode(alt, frame, bars);

    let digits = grouped(&sheet.short_digits);
    let style = Style { size: 11.5, ..TEXT };
    let below = frame.below(frame.height + 2.0);
    canvas.write_as(Tag::P, Ink::new(&digits, style, INK), below.tall(6.0))?;
    let hint = Ink::new(words.short_code, SMALL, MUTED);
    canvas.write_as(Tag::P, hint, below.below(5.6).tall(8.0))?;
    Ok(())
}
