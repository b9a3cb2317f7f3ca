//! The PDF: one page per ticket, or an invoice, tagged after PDF/UA-1, with title, language and
//! outline. The PDF writer checks the conformance it can check and refuses to write anything else.

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};

use crate::canvas::{Canvas, MM, PAGE_WIDTH};
use crate::legible::plain;
use crate::{Invoice, Language, PrintError, Sheet, invoice, page};

const HEIGHT_MM: f32 = 297.0;

/// Draws the tickets, one A4 page each, into one document of that title.
///
/// # Errors
/// [`PrintError`] when there is no sheet, when its digits are no digits, or when the PDF
/// cannot be written.
pub fn render(sheets: &[Sheet], title: &str) -> Result<Vec<u8>, PrintError> {
    let first = sheets.first().ok_or(PrintError::NoSheet)?;
    let language = first.language.words().tag;
    let mut document = begin(language, title)?;

    let mut outline = Outline::new();
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    for (index, sheet) in sheets.iter().enumerate() {
        tree.push(add_page(&mut document, index, sheet)?);
        let top = XyzDestination::new(index, Point::from_xy(0.0, 0.0));
        let entry = format!("{}. {}", index + 1, plain(&sheet.event_title));
        outline.push_child(OutlineNode::new(entry, top));
    }
    document.set_outline(outline);
    finish(document, tree)
}

/// Draws an invoice or a credit note on one A4 page.
///
/// # Errors
/// [`PrintError`] when the PDF cannot be written.
pub fn render_invoice(invoice: &Invoice) -> Result<Vec<u8>, PrintError> {
    let language = invoice.language.words().tag;
    let mut document = begin(language, &invoice.title)?;
    let section = on_page(&mut document, (0, invoice.language), |canvas| {
        invoice::draw(invoice, canvas)
    })?;
    let mut outline = Outline::new();
    let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
    outline.push_child(OutlineNode::new(plain(&invoice.title), top));
    document.set_outline(outline);
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    tree.push(section);
    finish(document, tree)
}

fn begin(language: &str, title: &str) -> Result<Document, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PrintError::Pdf(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(
        Metadata::new()
            .title(plain(title))
            .language(language.to_owned())
            .creator("Guichet".to_owned()),
    );
    Ok(document)
}

fn finish(mut document: Document, tree: TagTree) -> Result<Vec<u8>, PrintError> {
    document.set_tag_tree(tree);
    document
        .finish()
        .map_err(|error| PrintError::Pdf(format!("{error:?}")))
}

fn add_page(document: &mut Document, index: usize, sheet: &Sheet) -> Result<TagGroup, PrintError> {
    on_page(document, (index, sheet.language), |canvas| {
        page::draw(sheet, canvas)
    })
}

/// One more A4 page with what `draw` draws on it.
fn on_page(
    document: &mut Document,
    (index, language): (usize, Language),
    draw: impl FnOnce(&mut Canvas) -> Result<(), PrintError>,
) -> Result<TagGroup, PrintError> {
    let settings = PageSettings::from_wh(PAGE_WIDTH * MM, HEIGHT_MM * MM)
        .ok_or_else(|| PrintError::Pdf("the page has no size".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let tag = language.words().tag.to_owned();
    let section = TagGroup::new(Tag::Section.with_lang(Some(tag)));
    let mut canvas = Canvas::new(&mut surface, index, language.reading(), section);
    draw(&mut canvas)?;
    Ok(canvas.section)
}
