//! What stands where on the sheet. Three columns of 62 mm; from the top: the event and its QR
//! code, when and where, the holder, the place; below the perforation the stub and the
//! conditions. Everything is drawn in the order in which it is read.

use krilla::tagging::{Tag, TagGroup};

use crate::canvas::{Canvas, Frame, Ink, Look};
use crate::cell::{self, Cell, PAD, heading};
use crate::face::Weight;
use crate::fit::Style;
use crate::shades::{HAIRLINE, INK, MUTED, PAPER};
use crate::{Place, PrintError, Sheet, conditions, motif, qr, stub};

pub(crate) const LEFT: f32 = 12.0;
pub(crate) const COLUMN: f32 = 62.0;
pub(crate) const WIDTH: f32 = 3.0 * COLUMN;
/// Top and height of the accent slab and the panel of the QR code.
const HEAD: (f32, f32) = (21.0, 76.0);

pub(crate) const LABEL: Style = Style::new(Weight::SemiBold, 7.5);
pub(crate) const SMALL: Style = Style::new(Weight::Regular, 8.0);
pub(crate) const TEXT: Style = Style::new(Weight::SemiBold, 11.0);
const SPORT: Style = Style::new(Weight::SemiBold, 14.0);
const STRONG: Style = Style::new(Weight::Display, 15.0);
const MARK: Style = Style::new(Weight::Display, 17.0);
const BOARD: Style = Style::new(Weight::Display, 24.0);
const NAME: Style = Style::new(Weight::Display, 48.0);
const TITLE: Style = Style::new(Weight::Display, 50.0);
const FIGURE: Style = Style::new(Weight::Display, 56.0);

pub(crate) const HAIR: Look = Look::line(HAIRLINE, 0.7);
const HEAVY: Look = Look::line(INK, 1.6);

/// Draws the whole ticket.
pub(crate) fn draw(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    header(sheet, canvas)?;
    event(sheet, canvas)?;
    qr_code(sheet, canvas)?;
    when_and_where(sheet, canvas)?;
    holder(sheet, canvas)?;
    place(sheet, canvas)?;
    stub::draw(sheet, canvas)?;
    conditions::draw(sheet, canvas)
}

/// A frame that starts at the left edge of a column, as wide as that column.
pub(crate) fn in_column(column: u8, top_and_height: (f32, f32)) -> Frame {
    let (y, height) = top_and_height;
    Frame {
        x: LEFT + COLUMN * f32::from(column),
        y,
        width: COLUMN,
        height,
    }
}

/// The wordmark, and what kind of paper this is.
fn header(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let mark = Ink::new("Guichet", MARK, INK);
    canvas.write_as(Tag::P, mark, in_column(0, (11.0, 7.0)))?;
    let kind = Ink::new(words.document, TEXT, INK);
    canvas.write_as(Tag::P, kind, in_column(1, (12.3, 5.6)))?;
    let printing = Ink::new(words.printing, SMALL, MUTED);
    canvas.write_as(Tag::P, printing, in_column(2, (11.2, 7.4)))?;
    Ok(())
}

/// The accent slab with the sport and the title.
fn event(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let slab = in_column(0, HEAD).wide(2.0 * COLUMN - 4.0);
    let color = sheet.accent.type_on();
    canvas.area(slab, Look::Fill(sheet.accent));
    motif::lanes(canvas, slab, sheet.accent.mixed(color, 0.13));

    let inside = slab.inset(5.0);
    canvas.write_as(
        Tag::P,
        Ink::new(&sheet.sport, SPORT, color),
        inside.tall(8.0),
    )?;
    canvas.rule(
        inside.below(8.0).tall(0.0).wide(14.0),
        Look::line(color, 2.4),
    );
    let title = Ink::new(&sheet.event_title, TITLE, color);
    canvas.write_as(heading(1, &sheet.event_title), title, inside.below(12.5))?;
    Ok(())
}

/// The credential: with its quiet zone as wide as its column, 52 mm without.
fn qr_code(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let panel = in_column(2, HEAD);
    let grid = qr::grid(&sheet.qr_digits)?;
    let module = COLUMN / f32::from(grid.side + 2 * qr::QUIET_MODULES);
    let at = |modules: u16| module * f32::from(modules + qr::QUIET_MODULES);
    let bars = grid.bars.iter().map(|bar| Frame {
        x: panel.x + at(bar.x),
        y: panel.y + at(bar.y),
        width: module * f32::from(bar.length),
        height: module,
    });
    let alt = format!("{} {}", words.qr_alt, sheet.ticket_number);
    canvas.area(panel, HEAVY);
    canvas.barcode(alt, panel.tall(COLUMN), bars);

    let below = panel.inset(5.0).below(COLUMN - 5.6);
    let hint = Ink::new(words.show_code, TEXT, INK);
    canvas.write_as(Tag::P, hint, below.tall(5.2))?;
    let number = Ink::new(&sheet.ticket_number, SMALL, MUTED);
    canvas.write_as(Tag::P, number, below.below(5.4))?;
    Ok(())
}

/// Three cells under a heavy rule.
fn when_and_where(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let row = (102.0, 23.0);
    canvas.rule(in_column(0, row).tall(0.0).wide(WIDTH), HEAVY);
    let venue = format!("{}, {}", sheet.venue, sheet.city);
    let cells = [
        (words.date, sheet.starts_at_text.as_str()),
        (words.doors, sheet.doors_text.as_str()),
        (words.venue, venue.as_str()),
    ];
    for ((label, text), column) in cells.into_iter().zip(0_u8..) {
        let frame = in_column(column, row);
        let value = Ink::new(text, STRONG, INK);
        let cell = Cell {
            label,
            value,
            muted: MUTED,
        };
        if column == 0 {
            cell.draw(canvas, frame.flush())?;
        } else {
            canvas.rule(frame.wide(0.0), HAIR);
            cell.draw(canvas, frame)?;
        }
    }
    Ok(())
}

/// The name, as large as it can be, over the whole width.
fn holder(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let band = in_column(0, (125.0, 36.0)).wide(WIDTH);
    canvas.rule(band.tall(0.0), HAIR);
    let name = format!("{} {}", sheet.holder_first_name, sheet.holder_last_name);
    let mut group = TagGroup::new(heading(2, &name));
    let label = Ink::new(words.holder, LABEL, MUTED);
    canvas.write(&mut group, label, in_column(0, (125.0 + PAD, 4.5)))?;
    canvas.write(&mut group, Ink::new(&name, NAME, INK), band.below(10.0))?;
    canvas.section.push(group);
    let note = Ink::new(words.holder_note, SMALL, MUTED);
    let beside = in_column(1, (125.0 + PAD, 4.5))
        .inset_left(PAD)
        .wide(2.0 * COLUMN - PAD);
    canvas.write_as(Tag::P, note, beside)?;
    Ok(())
}

/// Category and place as on a scoreboard: white on ink.
fn place(sheet: &Sheet, canvas: &mut Canvas) -> Result<(), PrintError> {
    let words = sheet.language.words();
    let board = in_column(0, (162.0, 31.0)).wide(WIDTH);
    canvas.area(board, Look::Fill(INK));
    canvas.area(board.wide(3.0), Look::Fill(sheet.accent));
    let category = [(words.category, sheet.category.as_str())];
    let first = board.inset_left(4.0).wide(COLUMN - 4.0);
    figures(canvas, first, (&category, BOARD))?;
    let rest = board.inset_left(COLUMN);
    match &sheet.place {
        Place::Seat { section, row, seat } => {
            let cells = [
                (words.section, section.as_str()),
                (words.row, row),
                (words.seat, seat),
            ];
            figures(canvas, rest, (&cells, FIGURE))
        }
        Place::Standing { area } => {
            let cells = [(words.area, area.as_str()), (words.seat, words.standing)];
            figures(canvas, rest, (&cells, BOARD))
        }
    }
}

/// Cells of one width side by side, their values of one size.
fn figures(
    canvas: &mut Canvas,
    frame: Frame,
    (cells, style): (&[(&str, &str)], Style),
) -> Result<(), PrintError> {
    let count = u8::try_from(cells.len()).unwrap_or(1).max(1);
    let width = frame.width / f32::from(count);
    let texts = cells.iter().map(|(_, text)| *text);
    let style = cell::common(texts, style, frame.wide(width))?;
    for ((label, text), index) in cells.iter().zip(0_u8..) {
        let part = frame.inset_left(width * f32::from(index)).wide(width);
        if frame.x > LEFT + COLUMN / 2.0 {
            let edge = part.below(4.0).tall(frame.height - 8.0).wide(0.0);
            canvas.rule(edge, Look::line(INK.mixed(PAPER, 0.35), 0.6));
        }
        let value = Ink::new(text, style, PAPER);
        Cell {
            label,
            value,
            muted: INK.mixed(PAPER, 0.78),
        }
        .draw(canvas, part)?;
    }
    Ok(())
}
