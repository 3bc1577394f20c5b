//! Cutting an area along a line, so that the two parts share the line and keep every other vertex.

use crate::boundary::{Boundary, BoundaryError};
use crate::position::Position;

/// Why a line does not cut an area in two.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CutError {
    /// Fewer than two or more than a thousand points.
    #[error("a cutting line has 2 to 1,000 points")]
    Points,
    /// Several separate parts: which of them is meant would be a guess.
    #[error("the area has several separate parts")]
    Parts,
    /// Both ends meet the border at the same place.
    #[error("both ends of the line meet the border at the same place")]
    SameEnd,
    /// The line leaves the area, or crosses itself.
    #[error("the line leaves the area or crosses itself: {0}")]
    Line(#[from] BoundaryError),
    /// The line runs outside the area.
    #[error("the line runs outside the area")]
    Outside,
}

impl CutError {
    /// The same sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Points => "分割线应有 2 至 1,000 个点".into(),
            Self::Parts => "该区划由几个不相连的部分组成，不能按线分割".into(),
            Self::SameEnd => "分割线两端落在边界的同一处".into(),
            Self::Line(error) => format!("分割线超出区划或自相交：{}", error.zh()),
            Self::Outside => "分割线在区划之外".into(),
        }
    }
}

impl Boundary {
    /// Cuts along a line whose ends are moved to the nearest vertices of the border: the part left of the line as
    /// it is drawn, then the part right of it.
    ///
    /// # Errors
    /// [`CutError`] when the line does not make two valid parts that fill the area.
    pub fn cut(&self, line: &[Position]) -> Result<(Self, Self), CutError> {
        let ([first, middle @ .., last], true) = (line, line.len() <= 1000) else {
            return Err(CutError::Points);
        };
        let parts = self.parts();
        let [rings] = parts.as_slice() else { return Err(CutError::Parts) };
        let Some((outer, holes)) = rings.split_first() else { return Err(CutError::Parts) };
        let border = outer.get(1..).unwrap_or_default();
        let (from, to) = (nearest(border, *first), nearest(border, *last));
        if from == to {
            return Err(CutError::SameEnd);
        }
        let middle: Vec<Position> = middle.iter().map(|point| point.rounded()).collect();
        let back: Vec<Position> = middle.iter().rev().copied().collect();
        // The outer ring runs counter-clockwise, so the way back along it keeps the left part to its left.
        let left = Self::new(&[part(&middle, &walk(border, to, from), holes)])?;
        let right = Self::new(&[part(&back, &walk(border, from, to), holes)])?;
        let (whole, sum) =
            (self.area_square_degrees(), left.area_square_degrees() + right.area_square_degrees());
        if (whole - sum).abs() > whole * 1e-6 {
            return Err(CutError::Outside);
        }
        Ok((left, right))
    }
}

fn nearest(border: &[Position], point: Position) -> usize {
    let far =
        |index: &usize| border.get(*index).map_or(f64::INFINITY, |vertex| vertex.distance_metres(point));
    (0..border.len()).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or_default()
}

/// Vertices of the border from one to another, both included, in its own direction.
fn walk(border: &[Position], from: usize, to: usize) -> Vec<Position> {
    let steps = if to >= from { to - from } else { to + border.len() - from };
    border.iter().cycle().skip(from).take(steps + 1).copied().collect()
}

/// The line between the two ends of a way along the border closes a ring; holes inside it belong to it.
fn part(line: &[Position], border: &[Position], holes: &[Vec<Position>]) -> Vec<Vec<Position>> {
    let mut ring = border.to_vec();
    ring.extend_from_slice(line);
    ring.extend(border.first());
    let lies_inside = |hole: &&Vec<Position>| {
        Boundary::new(&[vec![ring.clone()]])
            .is_ok_and(|shape| hole.first().is_some_and(|vertex| shape.contains(*vertex)))
    };
    let inside: Vec<Vec<Position>> = holes.iter().filter(lies_inside).cloned().collect();
    std::iter::once(ring.clone()).chain(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Position {
        Position::new(109.0 + x / 100.0, 24.0 + y / 100.0).unwrap()
    }

    fn square() -> Vec<Position> {
        [(0., 0.), (2., 0.), (4., 0.), (4., 4.), (2., 4.), (0., 4.), (0., 0.)].map(|(x, y)| at(x, y)).into()
    }

    #[test]
    fn a_line_makes_two_parts_that_fill_the_area() {
        let whole = Boundary::new(&[vec![square()]]).unwrap();
        let (left, right) = whole.cut(&[at(2.1, -0.3), at(2.5, 2.0), at(2.1, 4.2)]).unwrap();
        assert!(left.contains(at(1.0, 2.0)) && right.contains(at(3.0, 2.0)));
        assert!(left.area_square_degrees() > right.area_square_degrees());
        assert_eq!(
            Boundary::around([&left, &right]).unwrap().area_square_metres().round(),
            whole.area_square_metres().round()
        );
        let (turned, _) = whole.cut(&[at(2.0, 4.0), at(2.5, 2.0), at(2.0, 0.0)]).unwrap();
        assert!(turned.contains(at(3.0, 2.0)), "left is meant as the line is drawn");
    }

    #[test]
    fn a_hole_stays_with_the_part_around_it() {
        let hole: Vec<Position> =
            [(3., 1.), (3.5, 1.), (3.5, 2.), (3., 2.), (3., 1.)].map(|(x, y)| at(x, y)).into();
        let whole = Boundary::new(&[vec![square(), hole]]).unwrap();
        let (left, right) = whole.cut(&[at(2.0, 0.0), at(2.0, 4.0)]).unwrap();
        assert_eq!((left.parts()[0].len(), right.parts()[0].len()), (1, 2));
        assert!(whole.cut(&[at(2.0, 0.0), at(3.2, 1.5), at(2.0, 4.0)]).is_err(), "a line through a hole");
    }

    #[test]
    fn a_line_that_cuts_nothing_is_refused() {
        let whole = Boundary::new(&[vec![square()]]).unwrap();
        assert_eq!(whole.cut(&[at(2.0, 0.0)]), Err(CutError::Points));
        assert_eq!(whole.cut(&[at(2.0, 0.0), at(2.1, 0.1)]), Err(CutError::SameEnd));
        assert!(whole.cut(&[at(0.0, 0.0), at(2.0, 0.0)]).is_err(), "along the border");
        assert!(whole.cut(&[at(0.0, 0.0), at(2.0, -1.0), at(4.0, 0.0)]).is_err(), "around the area");
        assert!(whole.cut(&[at(2.0, 0.0), at(9.0, 2.0), at(2.0, 4.0)]).is_err(), "out of the area and back");
    }
}
