//! The drawing surface of one page: shapes, texts and barcodes in millimetres from the top left,
//! each either tagged with its meaning or marked as decoration.

use krilla::color::{luma, rgb};
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, BBox, ContentTag, SpanTag, Tag, TagGroup, TagKind};

use crate::fit::{Room, Style, fit_read};
use crate::{PrintError, Reading, Rgb};

/// Millimetres.
pub(crate) const PAGE_WIDTH: f32 = 210.0;
/// Points in a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// First baseline below the top of a block, in ems: the height of capitals, with some air.
const RISE_EM: f32 = 0.78;

/// A box on the page, in millimetres.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

impl Frame {
    /// The box inside, with a margin on each side.
    pub(crate) fn inset(self, margin: f32) -> Self {
        let inside = self.inset_left(margin).below(margin);
        inside
            .wide(inside.width - margin)
            .tall(inside.height - margin)
    }

    /// The same box without its first millimetres from the top.
    pub(crate) fn below(self, top: f32) -> Self {
        Self {
            y: self.y + top,
            height: self.height - top,
            ..self
        }
    }

    /// The same box without its first millimetres from the left.
    pub(crate) fn inset_left(self, left: f32) -> Self {
        Self {
            x: self.x + left,
            width: self.width - left,
            ..self
        }
    }

    pub(crate) fn wide(self, width: f32) -> Self {
        Self { width, ..self }
    }

    pub(crate) fn tall(self, height: f32) -> Self {
        Self { height, ..self }
    }

    /// The room that a text has in it.
    pub(crate) fn room(self) -> Room {
        Room {
            width: self.width * MM,
            height: self.height * MM,
        }
    }

    fn rect(self) -> Option<Rect> {
        Rect::from_xywh(self.x * MM, self.y * MM, self.width * MM, self.height * MM)
    }
}

/// A text, how and in which colour.
#[derive(Clone, Copy)]
pub(crate) struct Ink<'t> {
    pub text: &'t str,
    pub style: Style,
    pub color: Rgb,
}

impl<'t> Ink<'t> {
    pub(crate) fn new(text: &'t str, style: Style, color: Rgb) -> Self {
        Self { text, style, color }
    }
}

/// The page being drawn and the tags of what was drawn, in reading order.
pub(crate) struct Canvas<'s, 'd> {
    surface: &'s mut Surface<'d>,
    /// Counted from zero.
    page: usize,
    reading: Reading,
    pub section: TagGroup,
}

impl<'s, 'd> Canvas<'s, 'd> {
    pub(crate) fn new(
        surface: &'s mut Surface<'d>,
        page: usize,
        reading: Reading,
        section: TagGroup,
    ) -> Self {
        Self {
            surface,
            page,
            reading,
            section,
        }
    }

    /// How far right on paper that lies which is `x` from where reading begins.
    pub(crate) fn across(&self, x: f32) -> f32 {
        match self.reading {
            Reading::FromLeft => x,
            Reading::FromRight => PAGE_WIDTH - x,
        }
    }

    /// Where a box lies on paper.
    fn placed(&self, frame: Frame) -> Frame {
        match self.reading {
            Reading::FromLeft => frame,
            Reading::FromRight => Frame {
                x: self.across(frame.x + frame.width),
                ..frame
            },
        }
    }

    /// Writes the text into the frame and returns its height in millimetres.
    pub(crate) fn write(
        &mut self,
        group: &mut TagGroup,
        ink: Ink,
        frame: Frame,
    ) -> Result<f32, PrintError> {
        let block = fit_read(ink.text, ink.style, frame.room(), self.reading)?;
        let frame = self.placed(frame);
        self.fill(ink.color);
        let mut baseline = frame.y * MM + RISE_EM * block.size;
        for line in &block.lines {
            let mut x = match self.reading {
                Reading::FromLeft => frame.x * MM,
                Reading::FromRight => (frame.x + frame.width) * MM - line.width_em * block.size,
            };
            group.push(
                self.surface
                    .start_tagged(ContentTag::Span(SpanTag::empty())),
            );
            for run in &line.runs {
                let (start, font) = (Point::from_xy(x, baseline), run.face.font.clone());
                self.surface
                    .draw_glyphs(start, &run.glyphs, font, &run.text, block.size, false);
                x += run.width_em * block.size;
            }
            self.surface.end_tagged();
            baseline += block.leading * block.size;
        }
        Ok(block.height() / MM)
    }

    /// Writes one text as a paragraph, a heading or the like of its own.
    pub(crate) fn write_as(
        &mut self,
        tag: impl Into<TagKind>,
        ink: Ink,
        frame: Frame,
    ) -> Result<f32, PrintError> {
        let mut group = TagGroup::new(tag);
        let height = self.write(&mut group, ink, frame)?;
        self.section.push(group);
        Ok(height)
    }

    /// A box, or its edge, that means nothing by itself.
    pub(crate) fn area(&mut self, frame: Frame, look: Look) {
        if let Some(path) = rectangles([self.placed(frame)]) {
            self.decorate(&path, look);
        }
    }

    /// A straight line that means nothing by itself.
    pub(crate) fn rule(&mut self, frame: Frame, look: Look) {
        let frame = self.placed(frame);
        let mut builder = PathBuilder::new();
        builder.move_to(frame.x * MM, frame.y * MM);
        builder.line_to((frame.x + frame.width) * MM, (frame.y + frame.height) * MM);
        if let Some(path) = builder.finish() {
            self.decorate(&path, look);
        }
    }

    /// Draws a shape as decoration.
    pub(crate) fn decorate(&mut self, path: &Path, look: Look) {
        let artifact = Artifact::with_kind(ArtifactType::Layout);
        self.surface.start_tagged(ContentTag::Artifact(artifact));
        self.surface.set_fill(look.fill());
        self.surface.set_stroke(look.stroke());
        self.surface.draw_path(path);
        self.surface.set_stroke(None);
        self.surface.end_tagged();
    }

    /// Everything that `draw` draws stays inside the frame.
    pub(crate) fn clipped(&mut self, frame: Frame, draw: impl FnOnce(&mut Self)) {
        if let Some(path) = rectangles([self.placed(frame)]) {
            self.surface.push_clip_path(&path, &FillRule::NonZero);
            draw(self);
            self.surface.pop();
        }
    }

    /// Draws a barcode in pure black, as a picture that says in words what it is. Its bars are
    /// never mirrored: they move with their frame.
    pub(crate) fn barcode(
        &mut self,
        alt: String,
        frame: Frame,
        bars: impl IntoIterator<Item = Frame>,
    ) {
        let right = self.placed(frame).x - frame.x;
        let moved = bars
            .into_iter()
            .map(|bar| bar.inset_left(right).wide(bar.width));
        let Some(path) = rectangles(moved) else {
            return;
        };
        let frame = self.placed(frame);
        let place = frame.rect().map(|rect| BBox::new(self.page, rect));
        let mut group = TagGroup::new(Tag::Figure(Some(alt)).with_bbox(place));
        group.push(self.surface.start_tagged(ContentTag::Other));
        // One ink only: a mix of inks has blurred edges on paper.
        self.surface.set_fill(Some(plain(luma::Color::black())));
        self.surface.draw_path(&path);
        self.surface.end_tagged();
        self.section.push(group);
    }

    fn fill(&mut self, color: Rgb) {
        self.surface.set_fill(Some(plain(color.paint())));
    }
}

/// How a decoration is drawn; widths in points.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Look {
    Fill(Rgb),
    Line { color: Rgb, width: f32 },
    Dots { color: Rgb, width: f32 },
}

impl Look {
    pub(crate) const fn line(color: Rgb, width: f32) -> Self {
        Self::Line { color, width }
    }

    pub(crate) const fn dots(color: Rgb, width: f32) -> Self {
        Self::Dots { color, width }
    }

    fn stroke(self) -> Option<Stroke> {
        let (color, width, line_cap, dash) = match self {
            Self::Fill(_) => return None,
            Self::Line { color, width } => (color, width, LineCap::Butt, None),
            Self::Dots { color, width } => {
                let array = vec![0.0, 4.0 * width];
                (
                    color,
                    width,
                    LineCap::Round,
                    Some(StrokeDash { array, offset: 0.0 }),
                )
            }
        };
        let paint = color.paint().into();
        Some(Stroke {
            paint,
            width,
            line_cap,
            dash,
            ..Stroke::default()
        })
    }

    fn fill(self) -> Option<Fill> {
        match self {
            Self::Fill(color) => Some(plain(color.paint())),
            Self::Line { .. } | Self::Dots { .. } => None,
        }
    }
}

impl Rgb {
    fn paint(self) -> rgb::Color {
        rgb::Color::new(self.red, self.green, self.blue)
    }
}

fn plain(color: impl Into<krilla::paint::Paint>) -> Fill {
    Fill {
        paint: color.into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

fn rectangles(frames: impl IntoIterator<Item = Frame>) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for rect in frames.into_iter().filter_map(Frame::rect) {
        builder.push_rect(rect);
    }
    builder.finish()
}
