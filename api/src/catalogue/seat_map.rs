//! A plan drawn: stands around the field, block after block. Plans say what there is and not
//! where, so the picture is a scheme: the best categories are nearest, and a stand whose name tells
//! a direction lies there.

use std::f64::consts::PI;
use std::fmt::Write;

use ticket_core::venue::{BlockRef, SeatPlan, SectionKind};

/// Half axes of the field with its surroundings.
const INNER: (f64, f64) = (190.0, 120.0);
/// What a tier of stands adds, at most.
const TIER: (f64, f64) = (78.0, 66.0);
const OUTER_MAX: (f64, f64) = (480.0, 360.0);
/// Between two blocks and between two stands, in degrees.
const AISLE: f64 = 0.8;
const CORNER: f64 = 4.0;
/// Blocks of a stand without a direction: from so many on it goes round the field.
const ROUND_FROM: usize = 8;
const BLOCK_DEGREES_MAX: f64 = 42.0;

/// All of a plan's blocks as shapes, and the picture they fit into.
pub(super) struct SeatMap {
    pub(super) view_box: String,
    /// Half axes of the field, around the origin.
    pub(super) field: (f64, f64),
    pub(super) shapes: Vec<Shape>,
}

/// One block: an SVG path, and where its label stands.
pub(super) struct Shape {
    pub(super) block: usize,
    pub(super) path: String,
    pub(super) label: String,
    pub(super) label_x: f64,
    pub(super) label_y: f64,
    pub(super) label_size: f64,
}

/// Blocks of one name.
struct Stand {
    /// Degrees from the right, clockwise as screens count; `None`: nobody said.
    direction: Option<f64>,
    blocks: Vec<usize>,
}

/// Where a stand lies.
struct Place {
    tier: usize,
    from: f64,
    to: f64,
}

pub(super) fn seat_map(plan: &SeatPlan) -> SeatMap {
    let blocks = plan.blocks();
    let stands = stands(&blocks);
    let places = places(&stands);
    let tiers = places.iter().map(|place| place.tier + 1).max().unwrap_or(1);
    let count = u32::try_from(tiers).map_or(1.0, f64::from);
    let tier = (
        TIER.0.min((OUTER_MAX.0 - INNER.0) / count),
        TIER.1.min((OUTER_MAX.1 - INNER.1) / count),
    );
    let mut shapes = Vec::new();
    for (stand, place) in stands.iter().zip(&places) {
        shapes.extend(stand_shapes(stand, place, tier, &blocks));
    }
    shapes.sort_by_key(|shape| shape.block);
    let field = (INNER.0 - 36.0, INNER.1 - 30.0);
    SeatMap {
        view_box: view_box(field, &stands, &places, tier),
        field,
        shapes,
    }
}

/// The smallest picture that holds the field and every stand.
fn view_box(field: (f64, f64), stands: &[Stand], places: &[Place], tier: (f64, f64)) -> String {
    const MARGIN: f64 = 12.0;
    const LOOKS: u32 = 24;
    let (mut right, mut bottom) = field;
    let (mut left, mut top) = (-right, -bottom);
    for place in places.iter().take(stands.len()) {
        let depth = u32::try_from(place.tier + 1).map_or(1.0, f64::from);
        let far = (INNER.0 + tier.0 * depth, INNER.1 + tier.1 * depth);
        for look in 0..=LOOKS {
            let part = f64::from(look) / f64::from(LOOKS);
            let (x, y) = point(far, place.from + (place.to - place.from) * part);
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        }
    }
    format!(
        "{:.0} {:.0} {:.0} {:.0}",
        left - MARGIN,
        top - MARGIN,
        right - left + 2.0 * MARGIN,
        bottom - top + 2.0 * MARGIN
    )
}

fn stands(blocks: &[BlockRef<'_>]) -> Vec<Stand> {
    let mut names: Vec<String> = Vec::new();
    let mut stands: Vec<Stand> = Vec::new();
    for block in blocks {
        let name = stand_name(&block.section.name);
        let at = names.iter().position(|known| *known == name);
        let at = at.unwrap_or_else(|| {
            stands.push(Stand {
                direction: direction(&name),
                blocks: Vec::new(),
            });
            names.push(name);
            names.len() - 1
        });
        if let Some(stand) = stands.get_mut(at) {
            stand.blocks.push(block.index);
        }
    }
    for stand in &mut stands {
        stand.blocks.sort_by_key(|index| {
            let name = blocks.get(*index).map(|it| it.section.name.as_str());
            natural(name.unwrap_or_default())
        });
    }
    stands
}

/// `Tribune Est, bloc 205` → `Tribune Est`; `A12` → `A`.
fn stand_name(section: &str) -> String {
    let name = section.rsplit_once(',').map_or(section, |(name, _)| name);
    name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == ' ')
        .to_owned()
}

fn direction(name: &str) -> Option<f64> {
    let folded = name.to_lowercase();
    let mut words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.find_map(|word| match word {
        "est" | "east" => Some(0.0),
        "sud" | "south" => Some(90.0),
        "ouest" | "west" => Some(180.0),
        "nord" | "north" => Some(270.0),
        _ => None,
    })
}

/// Numbers by their value: block 9 comes before block 10.
fn natural(name: &str) -> (u32, String) {
    (number_of(name).parse().unwrap_or(0), name.to_owned())
}

/// The last digits of a name.
fn number_of(name: &str) -> &str {
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    name.get(stem.len()..).unwrap_or_default()
}

/// Stands one behind the other on each side, in the order of the plan: the best are nearest.
fn places(stands: &[Stand]) -> Vec<Place> {
    const SIDES: [f64; 4] = [0.0, 90.0, 180.0, 270.0];
    let has_directions = stands.iter().any(|stand| stand.direction.is_some());
    let mut depths = [0_usize; 4];
    let mut places = Vec::new();
    for stand in stands {
        let count = stand.blocks.len();
        let side = match stand.direction {
            Some(direction) => SIDES.iter().position(|side| (side - direction).abs() < 1.0),
            None if has_directions && count < ROUND_FROM => emptiest(&depths),
            None => None,
        };
        if let Some(side) = side {
            let depth = depths.get_mut(side);
            let tier = depth.as_ref().map_or(0, |depth| **depth);
            if let Some(depth) = depth {
                *depth += 1;
            }
            let middle = SIDES.get(side).copied().unwrap_or_default();
            let half = 45.0 - CORNER;
            places.push(Place {
                tier,
                from: middle - half,
                to: middle + half,
            });
            continue;
        }
        let tier = depths.into_iter().max().unwrap_or_default();
        depths = [tier + 1; 4];
        let half = if count >= ROUND_FROM {
            180.0
        } else {
            let wanted = u32::try_from(count).map_or(1.0, f64::from) * BLOCK_DEGREES_MAX;
            wanted.clamp(80.0, 320.0) / 2.0
        };
        // From the bottom of the picture, which is nearest to who looks at it.
        places.push(Place {
            tier,
            from: 90.0 - half,
            to: 90.0 + half,
        });
    }
    places
}

/// First below, then above, then at the sides.
fn emptiest(depths: &[usize; 4]) -> Option<usize> {
    [1, 3, 0, 2]
        .into_iter()
        .min_by_key(|side| depths.get(*side))
}

fn stand_shapes(
    stand: &Stand,
    place: &Place,
    tier: (f64, f64),
    blocks: &[BlockRef<'_>],
) -> Vec<Shape> {
    let count = u32::try_from(stand.blocks.len()).map_or(1.0, f64::from);
    let step = (place.to - place.from) / count;
    let depth = u32::try_from(place.tier).map_or(0.0, f64::from);
    let near = (INNER.0 + tier.0 * depth, INNER.1 + tier.1 * depth);
    let far = (near.0 + tier.0 - 5.0, near.1 + tier.1 - 5.0);
    let mut from = place.from;
    let mut shapes = Vec::new();
    for index in &stand.blocks {
        let Some(block) = blocks.get(*index) else {
            continue;
        };
        let to = from + step;
        let middle = f64::midpoint(from, to);
        let (label_x, label_y) = point(
            (f64::midpoint(near.0, far.0), f64::midpoint(near.1, far.1)),
            middle,
        );
        let label = label(block);
        let across = step.min(120.0) * PI / 180.0 * f64::midpoint(near.0, near.1);
        let letters = u32::try_from(label.chars().count()).map_or(1.0, f64::from);
        shapes.push(Shape {
            block: *index,
            path: path(near, far, (from + AISLE / 2.0, to - AISLE / 2.0)),
            label_size: (across * 1.5 / letters).clamp(7.0, 26.0).min(tier.1 * 0.5),
            label,
            label_x,
            label_y,
        });
        from = to;
    }
    shapes
}

/// The number of a block; whole names where there is none.
fn label(block: &BlockRef<'_>) -> String {
    let name = block.section.name.as_str();
    let number = number_of(name);
    match (&block.section.kind, number.is_empty()) {
        (_, false) if name.len() <= 4 => name.to_owned(),
        (_, false) => number.to_owned(),
        (SectionKind::Seated(_) | SectionKind::Standing(_), true) => name.to_owned(),
    }
}

fn point(axes: (f64, f64), degrees: f64) -> (f64, f64) {
    let angle = degrees * PI / 180.0;
    (axes.0 * angle.cos(), axes.1 * angle.sin())
}

/// A piece of an elliptic ring.
fn path(near: (f64, f64), far: (f64, f64), (from, to): (f64, f64)) -> String {
    let large = u8::from(to - from > 180.0);
    let (a, b) = (point(near, from), point(near, to));
    let (c, d) = (point(far, to), point(far, from));
    let mut path = String::new();
    // Writing to a text cannot fail.
    let _ = write!(
        path,
        "M{:.1} {:.1}A{:.1} {:.1} 0 {large} 1 {:.1} {:.1}",
        a.0, a.1, near.0, near.1, b.0, b.1
    );
    let _ = write!(
        path,
        "L{:.1} {:.1}A{:.1} {:.1} 0 {large} 0 {:.1} {:.1}Z",
        c.0, c.1, far.0, far.1, d.0, d.1
    );
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(json: &str) -> SeatPlan {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn stands_lie_where_their_names_say_and_blocks_in_order() {
        let hall = plan(
            r#"{"categories": [{"code": "A", "sections": [
                {"name": "Tribune Ouest, bloc 10", "standing": 9},
                {"name": "Tribune Ouest, bloc 9", "standing": 9},
                {"name": "Kop Nord", "standing": 9}]}]}"#,
        );
        let map = seat_map(&hall);
        let [ten, nine, kop] = map.shapes.as_slice() else {
            panic!("three blocks");
        };
        assert!(
            ten.label_x < 0.0 && nine.label_x < 0.0,
            "the west is at the left"
        );
        assert!(nine.label_y > ten.label_y, "clockwise: 9 comes before 10");
        assert!(kop.label_y < 0.0, "the north is above");
        assert_eq!((ten.label.as_str(), kop.label.as_str()), ("10", "Kop Nord"));
    }

    #[test]
    fn a_plan_made_from_a_capacity_goes_round_the_field() {
        let codes = ["A", "B", "C", "D"].map(|code| code.parse().unwrap());
        let stadium = SeatPlan::generate(77_000, &codes);
        let map = seat_map(&stadium);
        assert_eq!(map.shapes.len(), stadium.blocks().len());
        assert!(
            map.shapes
                .iter()
                .enumerate()
                .all(|(at, shape)| at == shape.block)
        );
    }
}
