//! Dividing cells among seeds: areas grow from their seeds until they meet, slowly across roads.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::mesh::{Mesh, SPACING};
use super::plane::{Dice, Point, length, minus};

/// Nobody's cell.
pub const NOBODY: usize = usize::MAX;

/// Where an area starts, and how fast it grows.
#[derive(Clone, Copy)]
pub struct Seed {
    pub cell: usize,
    pub speed: f64,
}

/// Divides parts of a mesh, again and again.
pub struct Grower<'a> {
    mesh: &'a Mesh,
    dice: Dice,
    /// How hard each cell is to enter: gently uneven ground makes borders bend.
    rough: Vec<f64>,
    /// For each cell its index in the ground that is being divided.
    place: Vec<usize>,
}

impl<'a> Grower<'a> {
    pub fn new(mesh: &'a Mesh, dice: Dice) -> Self {
        let rough = |centre: Point| 0.8 * dice.gentle(centre, 0.55, 1) + 0.5 * dice.gentle(centre, 0.2, 2);
        Self {
            mesh,
            dice,
            rough: mesh.cells.iter().map(|cell| rough(cell.centre)).collect(),
            place: vec![NOBODY; mesh.cells.len()],
        }
    }

    /// The owner of each cell of `ground` (indices of cells), by index of its seed. Every area is in one piece.
    pub fn grow(&mut self, ground: &[usize], seeds: &[Seed]) -> Vec<usize> {
        for (index, cell) in ground.iter().enumerate() {
            self.place.get_mut(*cell).into_iter().for_each(|place| *place = index);
        }
        let owner = self.spill(ground, seeds);
        for cell in ground {
            self.place.get_mut(*cell).into_iter().for_each(|place| *place = NOBODY);
        }
        owner
    }

    fn spill(&self, ground: &[usize], seeds: &[Seed]) -> Vec<usize> {
        let mut owner = vec![NOBODY; ground.len()];
        let mut best = vec![u64::MAX; ground.len()];
        // Whole thousandths of a step: a heap needs numbers in a total order.
        let mut front: BinaryHeap<Reverse<(u64, usize, usize)>> =
            seeds.iter().enumerate().map(|(seed, start)| Reverse((0, seed, start.cell))).collect();
        while let Some(Reverse((cost, seed, cell))) = front.pop() {
            let Some(owned) = self.place.get(cell).and_then(|index| owner.get_mut(*index)) else { continue };
            if *owned != NOBODY {
                continue;
            }
            *owned = seed;
            let speed = seeds.get(seed).map_or(1.0, |seed| seed.speed);
            for (next, barrier) in
                self.mesh.cells.get(cell).into_iter().flat_map(|cell| &cell.neighbours).flatten()
            {
                let Some(best) = self.place.get(*next).and_then(|index| best.get_mut(*index)) else {
                    continue;
                };
                let rough = self.rough.get(*next).copied().unwrap_or_default();
                let reached = cost + ((1.0 + rough + barrier) * 1000.0 / speed) as u64;
                if reached < *best {
                    *best = reached;
                    front.push(Reverse((reached, seed, *next)));
                }
            }
        }
        owner
    }

    /// Seeds spread over the ground, `count` of them, each in the middle of what it would own.
    pub fn spread(&mut self, ground: &[usize], count: usize) -> Vec<Seed> {
        let start = (self.dice.roll(ground.len() as i64, 1) * ground.len() as f64) as usize;
        let mut seeds: Vec<Seed> = Vec::with_capacity(count);
        let mut far = vec![f64::INFINITY; ground.len()];
        let mut next = ground.get(start).copied();
        while let Some(cell) = next.filter(|_| seeds.len() < count) {
            seeds.push(Seed { cell, speed: 1.0 });
            let at = self.centre(cell);
            let mut farthest = (0.0, None);
            for (far, other) in far.iter_mut().zip(ground) {
                *far = far.min(length(minus(self.centre(*other), at)));
                let shaken = *far + self.dice.roll(*other as i64, 2) * SPACING;
                if *far > 0.0 && shaken > farthest.0 {
                    farthest = (shaken, Some(*other));
                }
            }
            next = farthest.1;
        }
        seeds
    }

    /// Moves each seed to the middle of its own ground, a few times, and hastens those that own less than their
    /// share of it.
    pub fn settle(&mut self, ground: &[usize], seeds: &mut [Seed], shares: &[f64]) {
        let whole: f64 = shares.iter().sum();
        for _ in 0..6 {
            let owner = self.grow(ground, seeds);
            let mut sums = vec![([0.0_f64; 2], 0.0_f64); seeds.len()];
            for (cell, seed) in ground.iter().zip(&owner) {
                if let Some((sum, count)) = sums.get_mut(*seed) {
                    let at = self.centre(*cell);
                    *sum = [sum[0] + at[0], sum[1] + at[1]];
                    *count += 1.0;
                }
            }
            let mut best = vec![f64::INFINITY; seeds.len()];
            for (cell, seed) in ground.iter().zip(&owner) {
                let parts = (sums.get(*seed), best.get_mut(*seed), seeds.get_mut(*seed));
                let (Some((sum, count)), Some(best), Some(place)) = parts else { continue };
                let far = length(minus(self.centre(*cell), [sum[0] / count, sum[1] / count]));
                if far < *best {
                    (*best, place.cell) = (far, *cell);
                }
            }
            for (seed, ((_, count), share)) in seeds.iter_mut().zip(sums.iter().zip(shares)) {
                let due = share / whole * ground.len() as f64;
                seed.speed = (seed.speed * (due / count.max(1.0)).powf(0.3)).clamp(0.3, 3.0);
            }
        }
    }

    pub fn centre(&self, cell: usize) -> Point {
        self.mesh.cells.get(cell).map_or([0.0; 2], |cell| cell.centre)
    }
}
