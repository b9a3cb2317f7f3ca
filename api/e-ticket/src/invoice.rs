//! An invoice or a credit note on one A4 page: who sold, to whom, what, and the sums. Every text
//! comes written out, the labels too; figures stand flush right.

use krilla::tagging::{TableHeaderScope, Tag, TagGroup, TagKind};

use crate::canvas::{Canvas, Frame, Ink, Look, MM};
use crate::cell::{Cell, heading};
use crate::face::Weight;
use crate::fit::{Style, fit};
use crate::page::{HAIR, LABEL, LEFT, SMALL, WIDTH};
use crate::shades::{INK, MUTED};
use crate::{Language, PrintError};

/// All that the paper shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    pub language: Language,
    /// `Invoice F-2026-000012`.
    pub title: String,
    /// Labels and what they say: dates, numbers. At most four are shown.
    pub facts: Vec<(String, String)>,
    pub seller: Party,
    /// Nobody whose name is not kept.
    pub buyer: Option<Party>,
    /// Over what was sold, how many, the price of one, and all of them.
    pub columns: [String; 4],
    pub rows: Vec<Row>,
    /// Labels and amounts; the last is the one that counts.
    pub sums: Vec<(String, String)>,
    pub notes: Vec<String>,
}

/// One side of the sale: a label, and lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub label: String,
    pub lines: Vec<String>,
}

/// One line of what was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub what: String,
    /// In smaller type below it.
    pub detail: String,
    pub count: String,
    pub price: String,
    pub amount: String,
}

const TITLE: Style = Style::new(Weight::Display, 24.0);
const MARK: Style = Style::new(Weight::Display, 17.0);
const BODY: Style = Style::new(Weight::Regular, 10.0);
const STRONG: Style = Style::new(Weight::SemiBold, 10.0);
const TOTAL: Style = Style::new(Weight::Display, 13.0);
const HEAVY: Look = Look::line(INK, 1.6);

const FACTS: (f32, f32) = (46.0, 16.0);
const PARTIES_TOP: f32 = 68.0;
const TABLE_TOP: f32 = 110.0;
const HEAD_HEIGHT: f32 = 7.0;
/// What the rows may take; the sums and the notes are below.
const ROWS_HEIGHT: f32 = 112.0;
const ROW_HEIGHT_MAX: f32 = 13.0;
const SUM_HEIGHT: f32 = 6.5;
const NOTES_TOP: f32 = 272.0;
/// Left edge and width of each column, from the left of the type area.
const COLUMNS: [(f32, f32); 4] = [(0.0, 100.0), (102.0, 18.0), (122.0, 30.0), (154.0, 32.0)];

fn area(x: f32, y: f32, width: f32, height: f32) -> Frame {
    Frame {
        x: LEFT + x,
        y,
        width,
        height,
    }
}

/// Draws the whole paper.
pub(crate) fn draw(invoice: &Invoice, canvas: &mut Canvas) -> Result<(), PrintError> {
    let mark = Ink::new("Guichet", MARK, INK);
    canvas.write_as(Tag::P, mark, area(0.0, 14.0, 60.0, 8.0))?;
    let title = Ink::new(&invoice.title, TITLE, INK);
    let frame = area(0.0, 29.0, WIDTH, 11.0);
    canvas.write_as(heading(1, &invoice.title), title, frame)?;
    facts(invoice, canvas)?;
    party(&invoice.seller, area(0.0, PARTIES_TOP, 88.0, 36.0), canvas)?;
    if let Some(buyer) = &invoice.buyer {
        party(buyer, area(98.0, PARTIES_TOP, 88.0, 36.0), canvas)?;
    }
    let bottom = table(invoice, canvas)?;
    sums(invoice, bottom + 5.0, canvas)?;
    notes(invoice, canvas)
}

fn facts(invoice: &Invoice, canvas: &mut Canvas) -> Result<(), PrintError> {
    let (top, height) = FACTS;
    canvas.rule(area(0.0, top, WIDTH, 0.0), HEAVY);
    let width = WIDTH / 4.0;
    for ((label, text), index) in invoice.facts.iter().zip(0_u8..4) {
        let frame = area(width * f32::from(index), top, width - 2.0, height);
        Cell {
            label,
            value: Ink::new(text, STRONG, INK),
            muted: MUTED,
        }
        .draw(canvas, frame.flush())?;
    }
    Ok(())
}

fn party(party: &Party, frame: Frame, canvas: &mut Canvas) -> Result<(), PrintError> {
    let label = Ink::new(&party.label, LABEL, MUTED);
    canvas.write_as(heading(2, &party.label), label, frame.tall(4.0))?;
    let mut group = TagGroup::new(Tag::P);
    let mut below = frame.below(5.0);
    let mut style = STRONG;
    for line in &party.lines {
        let height = canvas.write(&mut group, Ink::new(line, style, INK), below)?;
        below = below.below(height + 0.6);
        style = BODY;
    }
    canvas.section.push(group);
    Ok(())
}

/// Returns where it ends.
fn table(invoice: &Invoice, canvas: &mut Canvas) -> Result<f32, PrintError> {
    let mut table = TagGroup::new(Tag::Table);
    let mut head = TagGroup::new(Tag::TR);
    canvas.rule(area(0.0, TABLE_TOP, WIDTH, 0.0), HEAVY);
    for (text, column) in invoice.columns.iter().zip(0_usize..) {
        let frame = cell(column, TABLE_TOP + 2.0, HEAD_HEIGHT - 2.0);
        let tag = Tag::TH(TableHeaderScope::Column).into();
        let ink = Ink::new(text, LABEL, MUTED);
        in_row(canvas, &mut head, (tag, column), (ink, frame))?;
    }
    table.push(head);
    let count = u16::try_from(invoice.rows.len()).unwrap_or(u16::MAX).max(1);
    let height = (ROWS_HEIGHT / f32::from(count)).min(ROW_HEIGHT_MAX);
    let mut top = TABLE_TOP + HEAD_HEIGHT;
    for row in &invoice.rows {
        canvas.rule(area(0.0, top, WIDTH, 0.0), HAIR);
        let mut group = TagGroup::new(Tag::TR);
        what(
            row,
            cell(0, top + height * 0.14, height * 0.82),
            (&mut group, &mut *canvas),
        )?;
        let figures = [&row.count, &row.price, &row.amount];
        for (text, column) in figures.into_iter().zip(1_usize..) {
            let frame = cell(column, top + height * 0.14, height * 0.5);
            let ink = Ink::new(text, BODY, INK);
            in_row(canvas, &mut group, (Tag::TD.into(), column), (ink, frame))?;
        }
        table.push(group);
        top += height;
    }
    canvas.rule(area(0.0, top, WIDTH, 0.0), HEAVY);
    canvas.section.push(table);
    Ok(top)
}

fn cell(column: usize, top: f32, height: f32) -> Frame {
    let (x, width) = COLUMNS.get(column).copied().unwrap_or_default();
    area(x, top, width, height)
}

/// What was sold, and the smaller type below it, in one cell.
fn what(
    row: &Row,
    frame: Frame,
    (group, canvas): (&mut TagGroup, &mut Canvas),
) -> Result<(), PrintError> {
    let mut content = TagGroup::new(Tag::TD);
    let half = frame.tall(frame.height * 0.5);
    canvas.write(&mut content, Ink::new(&row.what, STRONG, INK), half)?;
    let below = frame.below(frame.height * 0.52);
    canvas.write(&mut content, Ink::new(&row.detail, SMALL, MUTED), below)?;
    group.push(content);
    Ok(())
}

/// The first column reads from the left; figures are flush right.
fn in_row(
    canvas: &mut Canvas,
    row: &mut TagGroup,
    (tag, column): (TagKind, usize),
    (ink, frame): (Ink, Frame),
) -> Result<(), PrintError> {
    let mut group = TagGroup::new(tag);
    let frame = if column == 0 {
        frame
    } else {
        flush_right(ink, frame)?
    };
    canvas.write(&mut group, ink, frame)?;
    row.push(group);
    Ok(())
}

/// The frame moved so that the text ends where the frame does.
fn flush_right(ink: Ink, frame: Frame) -> Result<Frame, PrintError> {
    // A hair of room, so that the text set again in it is not wrapped.
    const SLACK: f32 = 0.1;
    let block = fit(ink.text, ink.style, frame.room())?;
    let widest = block.lines.iter().map(|line| line.width_em);
    let width = widest.fold(0.0, f32::max) * block.size / MM + SLACK;
    Ok(frame.inset_left((frame.width - width).max(0.0)))
}

fn sums(invoice: &Invoice, top: f32, canvas: &mut Canvas) -> Result<(), PrintError> {
    let last = invoice.sums.len().saturating_sub(1);
    let mut top = top;
    for (index, (label, amount)) in invoice.sums.iter().enumerate() {
        let style = if index == last { TOTAL } else { BODY };
        if index == last {
            canvas.rule(area(86.0, top, WIDTH - 86.0, 0.0), HAIR);
            top += 1.6;
        }
        let mut group = TagGroup::new(Tag::P);
        let frame = area(86.0, top, 64.0, SUM_HEIGHT);
        canvas.write(&mut group, Ink::new(label, style, INK), frame)?;
        let ink = Ink::new(amount, style, INK);
        let frame = flush_right(ink, area(150.0, top, WIDTH - 150.0, SUM_HEIGHT))?;
        canvas.write(&mut group, ink, frame)?;
        canvas.section.push(group);
        top += SUM_HEIGHT;
    }
    Ok(())
}

fn notes(invoice: &Invoice, canvas: &mut Canvas) -> Result<(), PrintError> {
    let mut below = area(0.0, NOTES_TOP, WIDTH, 16.0);
    canvas.rule(below.tall(0.0), HAIR);
    below = below.below(2.0);
    for note in &invoice.notes {
        let height = canvas.write_as(Tag::P, Ink::new(note, SMALL, MUTED), below)?;
        below = below.below(height + 0.6);
    }
    Ok(())
}
