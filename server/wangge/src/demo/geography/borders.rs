//! From owned cells to rings: borders are smoothed and straightened once, between the corners where three areas meet,
//! so that neighbours of every level keep the very same vertices.

use std::collections::HashMap;

use super::mesh::Mesh;
use super::plane::{Point, along, length, minus, nearest_on};

/// Straightens borders out here by this much, in kilometres: finely in the city, coarsely far from it.
fn tolerance(at: Point) -> f64 {
    0.026 + 0.026 * ((length(at) - 4.0) / 6.0).clamp(0.0, 1.0)
}

/// The owner of every cell on each level, the largest areas first.
pub struct Owners {
    pub street: Vec<usize>,
    pub community: Vec<usize>,
    pub grid: Vec<usize>,
}

impl Owners {
    /// How important the border between two cells is; none within a grid.
    fn rank(&self, a: usize, b: usize) -> Option<u8> {
        let differ = |owner: &[usize]| owner.get(a) != owner.get(b);
        let levels = [(3, &self.street), (2, &self.community), (1, &self.grid)];
        levels.into_iter().find(|(_, owner)| differ(owner)).map(|(rank, _)| rank)
    }
}

/// An end of a border edge, and how important the edge is.
type Edge = (usize, u8);

/// Which corners of the mesh remain vertices of borders, and where they lie.
pub struct Borders<'a> {
    mesh: &'a Mesh,
    corners: Vec<Point>,
    kept: Vec<bool>,
}

impl<'a> Borders<'a> {
    /// Draws the borders of the finest areas; coarser ones are made of the same lines.
    pub fn of(mesh: &'a Mesh, owners: &Owners) -> Self {
        let edges = border_edges(mesh, owners);
        let mut borders = Self { mesh, corners: mesh.corners.clone(), kept: vec![false; mesh.corners.len()] };
        for _ in 0..4 {
            borders.smooth(&edges);
        }
        let around: Vec<Vec<usize>> =
            edges.iter().map(|near| near.iter().map(|(corner, _)| *corner).collect()).collect();
        let mut is_seen = vec![false; mesh.corners.len()];
        for (corner, near) in around.iter().enumerate().filter(|(_, near)| near.len() == 3) {
            borders.keep(corner);
            for next in near {
                let chain = follow(&around, corner, *next);
                chain.iter().for_each(|passed| mark(&mut is_seen, *passed));
                // Walked from both ends; once is enough.
                if chain.first() <= chain.last() {
                    borders.straighten(&chain);
                }
            }
        }
        // A border that meets no other goes around an area inside another one.
        for corner in 0..around.len() {
            let next = around.get(corner).and_then(|near| near.first());
            if let (Some(next), Some(false)) = (next, is_seen.get(corner)) {
                for passed in follow(&around, corner, *next) {
                    mark(&mut is_seen, passed);
                    borders.keep(passed);
                }
            }
        }
        borders
    }

    /// Moves each corner half-way between those before and after it on the most important border through it.
    fn smooth(&mut self, edges: &[Vec<Edge>]) {
        let moved = edges.iter().enumerate().map(|(corner, near)| {
            let here = self.at(corner);
            let most = near.iter().map(|(_, rank)| *rank).max().unwrap_or_default();
            let mut on_border = near.iter().filter(|(_, rank)| *rank == most).map(|(next, _)| self.at(*next));
            match (on_border.next(), on_border.next(), on_border.next()) {
                (Some(a), Some(b), None) => along(here, along(a, b, 0.5), 0.5),
                _ => here,
            }
        });
        self.corners = moved.collect();
    }

    fn keep(&mut self, corner: usize) {
        mark(&mut self.kept, corner);
    }

    fn at(&self, corner: usize) -> Point {
        self.corners.get(corner).copied().unwrap_or_default()
    }

    /// Keeps the corner that lies farthest from the straight line, and so on for both halves.
    fn straighten(&mut self, chain: &[usize]) {
        let ([first, .., last], true) = (chain, chain.len() > 2) else { return };
        let (from, to) = (self.at(*first), self.at(*last));
        let off = |corner: &usize| length(minus(self.at(*corner), nearest_on(from, to, self.at(*corner))));
        let inner = 1..chain.len() - 1;
        let offs = inner.filter_map(|index| Some((index, chain.get(index).map(off)?)));
        let Some((index, far)) = offs.max_by(|a, b| a.1.total_cmp(&b.1)) else { return };
        if far > tolerance(from) || first == last {
            chain.get(index).into_iter().for_each(|corner| self.keep(*corner));
            let (before, after) = (chain.get(..=index), chain.get(index..));
            before.into_iter().chain(after).for_each(|half| self.straighten(half));
        }
    }

    /// The closed rings around an area: outer ones counter-clockwise, holes clockwise.
    pub fn rings(&self, area: Cells<'_>) -> Vec<Vec<Point>> {
        let is_kept = |corner: &&usize| self.kept.get(**corner).copied().unwrap_or_default();
        let rings = rings(self.mesh, area);
        rings
            .iter()
            .map(|ring| close(ring.iter().filter(is_kept).map(|corner| self.at(*corner)).collect()))
            .collect()
    }

    /// Gives up straightening around an area: a rare shape that would come out crossed.
    pub fn roughen(&mut self, area: Cells<'_>) {
        for corner in rings(self.mesh, area).concat() {
            self.keep(corner);
        }
    }
}

/// The cells of an area, as the owner whose they are.
#[derive(Clone, Copy)]
pub struct Cells<'a> {
    pub cells: &'a [usize],
    /// The owner of every cell on the area's level.
    pub owner: &'a [usize],
    pub by: usize,
}

impl Cells<'_> {
    fn hold(&self, cell: usize) -> bool {
        self.owner.get(cell) == Some(&self.by)
    }
}

fn mark(marks: &mut [bool], index: usize) {
    if let Some(mark) = marks.get_mut(index) {
        *mark = true;
    }
}

fn close(mut ring: Vec<Point>) -> Vec<Point> {
    ring.extend(ring.first().copied());
    ring
}

/// Directed edges with another owner on their right.
fn edges(mesh: &Mesh, area: Cells<'_>) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for cell in area.cells.iter().filter_map(|cell| mesh.cells.get(*cell)) {
        let ends = cell.corners.iter().zip(cell.corners.iter().cycle().skip(1));
        for ((from, to), neighbour) in ends.zip(cell.neighbours) {
            if !neighbour.is_some_and(|(next, _)| area.hold(next)) {
                edges.push((*from, *to));
            }
        }
    }
    edges
}

fn rings(mesh: &Mesh, area: Cells<'_>) -> Vec<Vec<usize>> {
    let edges = edges(mesh, area);
    let mut next: HashMap<usize, usize> = edges.iter().copied().collect();
    let mut rings = Vec::new();
    for (start, _) in edges {
        let mut ring = Vec::new();
        let mut corner = start;
        while let Some(to) = next.remove(&corner) {
            ring.push(corner);
            corner = to;
        }
        if !ring.is_empty() {
            rings.push(ring);
        }
    }
    rings
}

/// For each corner the border edges that start there: none, two or three.
fn border_edges(mesh: &Mesh, owners: &Owners) -> Vec<Vec<Edge>> {
    let mut around = vec![Vec::new(); mesh.corners.len()];
    for (index, cell) in mesh.cells.iter().enumerate() {
        let ends = cell.corners.iter().zip(cell.corners.iter().cycle().skip(1));
        for ((from, to), neighbour) in ends.zip(cell.neighbours) {
            // An inner edge is met from both of its cells; the outer border from one.
            let rank = match neighbour {
                Some((next, _)) if index < next => owners.rank(index, next),
                Some(_) => None,
                None => Some(4),
            };
            if let Some(rank) = rank {
                around.get_mut(*from).into_iter().for_each(|near| near.push((*to, rank)));
                around.get_mut(*to).into_iter().for_each(|near| near.push((*from, rank)));
            }
        }
    }
    around
}

/// The corners from one along a border to the next where three areas meet, or back to the first.
fn follow(around: &[Vec<usize>], first: usize, second: usize) -> Vec<usize> {
    let mut chain = vec![first, second];
    let (mut before, mut here) = (first, second);
    while let Some([a, b]) = around.get(here).map(Vec::as_slice)
        && here != first
    {
        let next = if *a == before { *b } else { *a };
        (before, here) = (here, next);
        chain.push(here);
    }
    chain
}
