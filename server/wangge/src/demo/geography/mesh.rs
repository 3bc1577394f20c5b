//! A honeycomb over the district. At each corner three cells meet, so the border of any set of cells is a set of
//! rings that never touch themselves: areas made of cells are valid and fill the district without gaps.

use std::collections::HashMap;

use super::lines::Lines;
use super::plane::{Dice, Point};

/// Distance between neighbouring cells, in kilometres.
pub const SPACING: f64 = 0.062;

/// The six corners counter-clockwise from the lower right one, in half columns and half rows from the centre.
const CORNERS: [(i64, i64); 6] = [(1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1), (0, -2)];
/// The six neighbours; each lies across the edge from the corner of the same index to the next.
const NEIGHBOURS: [(i64, i64); 6] = [(2, 0), (1, 3), (-1, 3), (-2, 0), (-1, -3), (1, -3)];

/// One cell.
pub struct Cell {
    pub centre: Point,
    pub corners: [usize; 6],
    /// The cell across each edge, with what a step there must overcome.
    pub neighbours: [Option<(usize, f64)>; 6],
}

/// The cells of a district.
pub struct Mesh {
    pub cells: Vec<Cell>,
    pub corners: Vec<Point>,
}

fn place((x, y): (i64, i64)) -> Point {
    [x as f64 * SPACING / 2.0, y as f64 * SPACING / 2.0 / 3.0_f64.sqrt()]
}

impl Mesh {
    /// Covers the inside of a closed outline; corners are shaken a little and drawn to the lines.
    pub fn over(outline: &[Point], lines: &Lines, dice: Dice) -> Self {
        let places = places(outline);
        let known: HashMap<(i64, i64), usize> =
            places.iter().enumerate().map(|(cell, key)| (*key, cell)).collect();
        let mut corner_of: HashMap<(i64, i64), usize> = HashMap::new();
        let mut corners = Vec::new();
        let cells = places
            .iter()
            .map(|(x, y)| {
                let centre = place((*x, *y));
                let corner = |(east, north): (i64, i64)| {
                    let key = (x + east, y + north);
                    *corner_of.entry(key).or_insert_with(|| {
                        corners.push(lines.attract(shaken(key, dice), SPACING));
                        corners.len() - 1
                    })
                };
                let neighbour = |(east, north): (i64, i64)| {
                    let key = (x + east, y + north);
                    known.get(&key).map(|cell| (*cell, lines.barrier(centre, place(key))))
                };
                Cell { centre, corners: CORNERS.map(corner), neighbours: NEIGHBOURS.map(neighbour) }
            })
            .collect();
        Self { cells, corners }
    }
}

/// The centres of cells inside the outline, row by row.
fn places(outline: &[Point]) -> Vec<(i64, i64)> {
    let reach = outline.iter().fold(0.0_f64, |reach, point| reach.max(point[0].abs()).max(point[1].abs()));
    let most = (reach / place((0, 3))[1]) as i64 + 1;
    let mut places = Vec::new();
    for row in -most..=most {
        let crossed = crossings(outline, place((0, 3 * row))[1]);
        for pair in crossed.chunks_exact(2) {
            let [west, east] = [0, 1].map(|end| pair.get(end).copied().unwrap_or_default());
            let column = |x: f64| (x / SPACING - row.rem_euclid(2) as f64 / 2.0).ceil() as i64;
            places
                .extend((column(west)..column(east)).map(|column| (2 * column + row.rem_euclid(2), 3 * row)));
        }
    }
    places
}

/// Where the outline crosses a parallel, from west to east.
fn crossings(outline: &[Point], y: f64) -> Vec<f64> {
    let ends = outline.iter().zip(outline.iter().cycle().skip(1));
    let crossing = ends.filter(|(a, b)| (a[1] > y) != (b[1] > y));
    let mut crossed: Vec<f64> =
        crossing.map(|(a, b)| a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])).collect();
    crossed.sort_by(f64::total_cmp);
    crossed
}

/// A corner moved by less than a quarter of an edge, so that cells stay convex enough.
fn shaken(key: (i64, i64), dice: Dice) -> Point {
    let by = |turn: i64| (dice.roll(key.0 * 4 + turn, key.1) - 0.5) * SPACING * 0.24;
    let at = place(key);
    [at[0] + by(0), at[1] + by(1)]
}
