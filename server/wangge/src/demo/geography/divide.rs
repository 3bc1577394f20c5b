//! Dividing the district: streets among cells, communities within streets, grids within communities.

use super::borders::{Borders, Owners};
use super::district::{ROADS, outline, street};
use super::grow::{Grower, NOBODY, Seed};
use super::lines::Lines;
use super::mesh::{Mesh, SPACING};
use super::plane::{Dice, Point, length, minus};

/// What borders must overcome to cross a line, in steps of the mesh.
const MAIN_ROAD: f64 = 6.0;
const SIDE_ROAD: f64 = 3.5;

/// How many small grids the district has.
pub const GRIDS: usize = 936;

/// A community with the cells of each of its grids.
pub struct Divided {
    /// The community's code.
    pub code: i64,
    /// For each grid in the order of the numbers: west to east, north to south.
    pub grids: Vec<Vec<usize>>,
}

/// The district's cells and who owns them.
pub struct Division {
    pub mesh: Mesh,
    pub communities: Vec<Divided>,
    /// By the codes of streets and communities, and by the number of the grid, counted through all communities.
    pub owners: Owners,
    /// The district owns every cell.
    pub whole: Vec<usize>,
}

/// Divides the district among the communities with these codes.
pub fn divide(communities: &[i64], dice: Dice) -> Division {
    let outline = outline();
    let mut lines: Vec<(Vec<Point>, f64)> = vec![(closed(&outline), 0.0)];
    lines.extend(ROADS.iter().map(|road| (road.line(), if road.is_main { MAIN_ROAD } else { SIDE_ROAD })));
    let mesh = Mesh::over(&outline, &Lines::of(&lines, SPACING * 1.5), dice);
    let mut streets: Vec<i64> = communities.iter().map(|code| code / 1000).collect();
    streets.dedup();
    let all: Vec<usize> = (0..mesh.cells.len()).collect();
    let seeds: Vec<Seed> = streets.iter().map(|code| street_seed(&mesh, *code)).collect();
    let mut grower = Grower::new(&mesh, dice);
    let street_of = grower.grow(&all, &seeds);
    let counts = grid_counts(communities, dice);
    let mut divided = Vec::with_capacity(communities.len());
    for (index, street) in streets.iter().enumerate() {
        let ground = owned(&all, &street_of, index);
        let own = communities.iter().copied().zip(counts.iter().copied());
        let own: Vec<(i64, usize)> = own.filter(|(code, _)| code / 1000 == *street).collect();
        for (code, count, ground) in place_communities(&mut grower, &ground, &own) {
            divided.push(Divided { code, grids: place_grids(&mut grower, &ground, count) });
        }
    }
    divided.sort_by_key(|community| community.code);
    let owners = owners(mesh.cells.len(), &divided);
    let whole = vec![0; mesh.cells.len()];
    Division { mesh, communities: divided, owners, whole }
}

impl Division {
    /// The borders of all grids.
    pub fn borders(&self) -> Borders<'_> {
        Borders::of(&self.mesh, &self.owners)
    }
}

fn owners(cells: usize, communities: &[Divided]) -> Owners {
    let nobody = || vec![NOBODY; cells];
    let mut owners = Owners { street: nobody(), community: nobody(), grid: nobody() };
    let grids =
        communities.iter().flat_map(|community| community.grids.iter().map(|grid| (community.code, grid)));
    for (number, (code, grid)) in grids.enumerate() {
        let code = usize::try_from(code).unwrap_or(NOBODY);
        for cell in grid {
            let own =
                |owner: &mut Vec<usize>, by| owner.get_mut(*cell).into_iter().for_each(|owner| *owner = by);
            own(&mut owners.street, code / 1000);
            own(&mut owners.community, code);
            own(&mut owners.grid, number);
        }
    }
    owners
}

fn closed(ring: &[Point]) -> Vec<Point> {
    ring.iter().chain(ring.first()).copied().collect()
}

fn street_seed(mesh: &Mesh, code: i64) -> Seed {
    let (at, speed) = street(code);
    let far =
        |cell: &usize| mesh.cells.get(*cell).map_or(f64::INFINITY, |cell| length(minus(cell.centre, at)));
    let cell = (0..mesh.cells.len()).min_by(|a, b| far(a).total_cmp(&far(b))).unwrap_or_default();
    Seed { cell, speed }
}

fn owned(ground: &[usize], owner: &[usize], seed: usize) -> Vec<usize> {
    ground.iter().zip(owner).filter(|(_, owner)| **owner == seed).map(|(cell, _)| *cell).collect()
}

/// Dense communities have many grids, villages few; together exactly [`GRIDS`] (or two each, if that is more).
fn grid_counts(communities: &[i64], dice: Dice) -> Vec<usize> {
    let weight = |code: &i64| {
        let is_town = code / 1000 % 1000 >= 100;
        let usual = match (is_town, is_village(*code)) {
            (false, false) => 13.0,
            (false, true) => 8.5,
            (true, false) => 7.0,
            (true, true) => 4.0,
        };
        usual * (0.75 + 0.5 * dice.roll(*code, 3))
    };
    let weights: Vec<f64> = communities.iter().map(weight).collect();
    let sum: f64 = weights.iter().sum();
    let exact: Vec<f64> = weights.iter().map(|weight| weight / sum * GRIDS as f64).collect();
    let mut counts: Vec<usize> = exact.iter().map(|share| (*share as usize).max(2)).collect();
    let mut order: Vec<usize> = (0..counts.len()).collect();
    let rest = |index: &usize| exact.get(*index).map_or(0.0, |share| share.fract());
    order.sort_by(|a, b| rest(b).total_cmp(&rest(a)));
    let missing = GRIDS.saturating_sub(counts.iter().sum());
    for index in order.iter().cycle().take(if order.is_empty() { 0 } else { missing }) {
        counts.get_mut(*index).into_iter().for_each(|count| *count += 1);
    }
    counts
}

/// Gives each community of a street its ground: villages lie outside and are wide.
fn place_communities(
    grower: &mut Grower<'_>,
    ground: &[usize],
    own: &[(i64, usize)],
) -> Vec<(i64, usize, Vec<usize>)> {
    let shares = own.iter().map(|(code, count)| if is_village(*code) { 2.5 } else { 1.0 } * *count as f64);
    let shares: Vec<f64> = shares.collect();
    let mut seeds = grower.spread(ground, own.len());
    grower.settle(ground, &mut seeds, &vec![1.0; own.len()]);
    let far = |seed: &Seed| length(grower.centre(seed.cell));
    seeds.sort_by(|a, b| far(a).total_cmp(&far(b)));
    grower.settle(ground, &mut seeds, &shares);
    let owner = grower.grow(ground, &seeds);
    own.iter()
        .enumerate()
        .map(|(index, (code, count))| (*code, *count, owned(ground, &owner, index)))
        .collect()
}

/// Divides a community's ground into grids, ordered as they are numbered.
fn place_grids(grower: &mut Grower<'_>, ground: &[usize], count: usize) -> Vec<Vec<usize>> {
    // A grid of a cell or two would be no place to walk around in.
    let count = count.clamp(1, (ground.len() / 4).max(1));
    let mut seeds = grower.spread(ground, count);
    grower.settle(ground, &mut seeds, &vec![1.0; count]);
    let owner = grower.grow(ground, &seeds);
    let mut grids: Vec<Vec<usize>> = (0..seeds.len()).map(|seed| owned(ground, &owner, seed)).collect();
    grids.retain(|cells| !cells.is_empty());
    let place = |cells: &Vec<usize>| middle(cells.iter().map(|cell| grower.centre(*cell)));
    grids.sort_by(|a, b| {
        let (a, b) = (place(a), place(b));
        a[0].total_cmp(&b[0]).then(b[1].total_cmp(&a[1]))
    });
    grids
}

fn is_village(code: i64) -> bool {
    (200..400).contains(&(code % 1000))
}

fn middle(points: impl ExactSizeIterator<Item = Point>) -> Point {
    let count = points.len() as f64;
    let sum = points.fold([0.0; 2], |sum, at| [sum[0] + at[0], sum[1] + at[1]]);
    [sum[0] / count, sum[1] / count]
}
