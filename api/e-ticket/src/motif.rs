//! The figure in the corner of the accent slab: the lanes of a stadium seen from above, one bend
//! of concentric tracks. Decoration only.

use krilla::geom::{Path, PathBuilder};

use crate::Rgb;
use crate::canvas::{Canvas, Frame, Look, MM};

/// Where on a quarter circle the control points of its curve lie, as a part of the radius.
const KAPPA: f32 = 0.552_285;
const LANES: u8 = 9;
const LANE_MM: f32 = 6.2;
const LINE_MM: f32 = 2.3;
const INNERMOST_MM: f32 = 9.0;

/// Draws the lanes around the lower corner of the slab where its words end, straight on to its
/// edges.
pub(crate) fn lanes(canvas: &mut Canvas, slab: Frame, color: Rgb) {
    let look = Look::line(color, LINE_MM * MM);
    canvas.clipped(slab, |canvas| {
        for lane in 0..LANES {
            let radius = INNERMOST_MM + LANE_MM * f32::from(lane);
            if let Some(path) = bend(slab, radius, |x| canvas.across(x) * MM) {
                canvas.decorate(&path, look);
            }
        }
    });
}

/// A quarter turn with its two straights; `across` says how far right on paper something lies.
fn bend(slab: Frame, radius: f32, across: impl Fn(f32) -> f32) -> Option<Path> {
    let (right, bottom) = (slab.x + slab.width, slab.y + slab.height);
    let (center_x, center_y) = (right - 16.0, bottom - 8.0);
    let (left, top) = (center_x - radius, center_y - radius);
    let pull = radius * KAPPA;
    let mut path = PathBuilder::new();
    path.move_to(across(left), bottom * MM);
    path.line_to(across(left), center_y * MM);
    path.cubic_to(
        across(left),
        (center_y - pull) * MM,
        across(center_x - pull),
        top * MM,
        across(center_x),
        top * MM,
    );
    path.line_to(across(right), top * MM);
    path.finish()
}
