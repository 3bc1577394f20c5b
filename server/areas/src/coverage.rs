//! Whether boundaries fit together: neighbours do not overlap, parts fill their area and do not reach out of it.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Area as _, BooleanOps, InteriorPoint, MultiPolygon};
use platform::{AreaCode, Text};

use crate::boundary::Boundary;
use crate::directory::Directory;
use crate::geo_json::{AreaBoundary, BoundaryFile, FeatureProblem};
use crate::position::metres_per_degree;

/// Overlaps and gaps up to this size are slivers of drawing, not mistakes, in square metres.
pub const SLIVER_SQUARE_METRES: f64 = 50.0;

/// A file whose boundaries may be put: each is of an area in force and fits to all that is known.
#[derive(Clone, Debug)]
pub struct CheckedBoundaries {
    pub(crate) rows: Vec<AreaBoundary>,
    /// Features that were refused, in the order of the file.
    pub problems: Vec<FeatureProblem>,
}

impl CheckedBoundaries {
    /// How many features were found good.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// What the map would be with the file put in.
struct After<'a> {
    directory: &'a Directory,
    new: BTreeMap<AreaCode, &'a AreaBoundary>,
    kept: BTreeMap<AreaCode, Boundary>,
}

/// Checks a file against the map as it would be with the file put in.
pub fn check_boundaries(directory: &Directory, file: BoundaryFile) -> CheckedBoundaries {
    let BoundaryFile { rows, mut problems } = file;
    let mut known = Vec::with_capacity(rows.len());
    for row in rows {
        match directory.area(row.code).filter(|area| area.valid_to.is_none()) {
            None => {
                let text = Text::new("没有代码相同的现行区划", "no area in force has this code");
                problems.push(problem(&row, &text));
            }
            // What is stored has six decimals, so that is what must be valid.
            Some(_) => match row.boundary.rounded() {
                Ok(boundary) => known.push(AreaBoundary { boundary, ..row }),
                Err(error) => problems.push(problem(&row, &Text::owned(error.zh(), error.to_string()))),
            },
        }
    }
    let after = After::of(directory, &known);
    let mut found = Vec::new();
    for row in &known {
        found.extend(
            after.overlaps(row).into_iter().chain(after.outside(row)).map(|text| problem(row, &text)),
        );
    }
    for parent in after.parents() {
        if let Some((row, text)) = after.gap(parent) {
            found.push(problem(row, &text));
        }
    }
    let bad: BTreeSet<usize> = found.iter().map(|problem| problem.feature).collect();
    drop(after);
    known.retain(|row| !bad.contains(&row.feature));
    problems.extend(found);
    problems.sort_by_key(|problem| problem.feature);
    CheckedBoundaries { rows: known, problems }
}

fn problem(row: &AreaBoundary, reason: &Text) -> FeatureProblem {
    let (zh, en) = (reason.zh.to_string(), reason.en.to_string());
    FeatureProblem { feature: row.feature, code: row.code.to_string(), zh, en }
}

impl<'a> After<'a> {
    fn of(directory: &'a Directory, rows: &'a [AreaBoundary]) -> Self {
        let new: BTreeMap<AreaCode, &AreaBoundary> = rows.iter().map(|row| (row.code, row)).collect();
        let levels: BTreeSet<_> = new
            .keys()
            .flat_map(|code| [Some(code.level()), code.parent().map(AreaCode::level)])
            .flatten()
            .collect();
        let in_force =
            directory.areas().filter(|area| area.valid_to.is_none() && !new.contains_key(&area.code));
        let concerned = in_force.filter(|area| {
            let is_part_of_new = area.parent.is_some_and(|parent| new.contains_key(&parent));
            levels.contains(&area.level) || is_part_of_new
        });
        let kept = concerned.filter_map(|area| Some((area.code, directory.boundary(area.code)?))).collect();
        Self { directory, new, kept }
    }

    fn boundary(&self, code: AreaCode) -> Option<&Boundary> {
        self.new.get(&code).map(|row| &row.boundary).or_else(|| self.kept.get(&code))
    }

    fn name(&self, code: AreaCode) -> Text {
        self.directory.name(code.value())
    }

    /// Neighbours of the same level that claim the same ground; of two new ones the later is told.
    fn overlaps(&self, row: &AreaBoundary) -> Vec<Text> {
        let extent = row.boundary.extent();
        let new = self
            .new
            .values()
            .filter(|other| other.feature < row.feature)
            .map(|other| (other.code, &other.boundary));
        let others = new.chain(self.kept.iter().map(|(code, boundary)| (*code, boundary)));
        let near = others
            .filter(|(code, boundary)| code.level() == row.code.level() && extent.meets(boundary.extent()));
        let shared = near.filter_map(|(code, boundary)| {
            let (metres, at) = size(&row.boundary.shape().intersection(boundary.shape()))?;
            let name = self.name(code);
            Some(Text::owned(
                format!("与“{}”重叠约 {metres:.0} 平方米，在“{at}”附近", name.zh),
                format!("overlaps `{}` by about {metres:.0} m² near `{at}`", name.en),
            ))
        });
        shared.collect()
    }

    /// What of the area lies beyond the one that it is a part of.
    fn outside(&self, row: &AreaBoundary) -> Option<Text> {
        let parent = row.code.parent()?;
        let (metres, at) = size(&row.boundary.shape().difference(self.boundary(parent)?.shape()))?;
        let name = self.name(parent);
        Some(Text::owned(
            format!("超出上级“{}”约 {metres:.0} 平方米，在“{at}”附近", name.zh),
            format!("reaches about {metres:.0} m² out of `{}` near `{at}`", name.en),
        ))
    }

    /// The areas whose filling the file concerns.
    fn parents(&self) -> BTreeSet<AreaCode> {
        self.new.keys().flat_map(|code| [Some(*code), code.parent()]).flatten().collect()
    }

    /// Ground of an area that none of its parts claims, once every part has a boundary. The file's own feature of
    /// the area is told, or the first of its parts in the file.
    fn gap(&self, parent: AreaCode) -> Option<(&'a AreaBoundary, Text)> {
        let whole = self.boundary(parent)?;
        let mut left = whole.shape().clone();
        let mut parts = self.directory.children(parent).peekable();
        parts.peek()?;
        for part in parts {
            left = left.difference(self.boundary(part.code)?.shape());
        }
        let (metres, at) = size(&left)?;
        let name = self.name(parent);
        let told = self.new.get(&parent).or_else(|| {
            self.new.values().filter(|row| row.code.parent() == Some(parent)).min_by_key(|row| row.feature)
        })?;
        Some((
            *told,
            Text::owned(
                format!("“{}”内有约 {metres:.0} 平方米不属于任何下级区划，在“{at}”附近", name.zh),
                format!("about {metres:.0} m² of `{}` belong to none of its parts, near `{at}`", name.en),
            ),
        ))
    }
}

/// The area in square metres and a place in it; none for slivers.
fn size(shape: &MultiPolygon<f64>) -> Option<(f64, String)> {
    let largest = shape.0.iter().max_by(|a, b| a.unsigned_area().total_cmp(&b.unsigned_area()))?;
    let at = largest.interior_point()?;
    let (east, north) = metres_per_degree(at.y());
    let metres = shape.unsigned_area() * east * north;
    (metres > SLIVER_SQUARE_METRES).then(|| (metres, format!("{:.6}, {:.6}", at.x(), at.y())))
}
