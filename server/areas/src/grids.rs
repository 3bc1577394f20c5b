//! Opening, splitting and merging grids. A grid that ends names those that take its place; its row and its boundary
//! stay, so that a case of last year is still shown where it was.

use platform::{AreaCode, AreaLevel, Error, Text, Thing, Write};
use serde_json::json;
use store::{sql, vals};

use crate::area::{AreaKind, AreaRow, BoundaryRow};
use crate::boundary::Boundary;
use crate::directory::Directory;
use crate::position::Position;
use crate::put_boundaries::closed;

sql! {
    /// Retired grids count: a number is never used twice.
    LAST_NUMBER = "SELECT CAST(COALESCE(MAX(id), 0) AS BIGINT) FROM areas WHERE id BETWEEN $1 AND $2";
}

/// Most grids that one merge joins.
pub const MOST_MERGED: usize = 50;

/// A grid that is to be.
#[derive(Clone, Debug)]
pub struct NewGrid {
    pub name: Text,
    pub kind: AreaKind,
    pub boundary: Option<Boundary>,
}

/// What a part of a split grid will be called.
#[derive(Clone, Debug)]
pub struct NewPart {
    pub name: Text,
    pub kind: AreaKind,
}

/// Opens grids in a community under its next free numbers.
///
/// # Errors
/// [`Error::Missing`] when the community is not in force, [`Error::Conflict`] when its numbers are used up.
pub async fn open_grids(w: &Write, community: AreaCode, grids: &[NewGrid]) -> Result<Vec<AreaCode>, Error> {
    w.require("area:edit", &Thing::at(community.value()))?;
    if community.level() != AreaLevel::Community {
        return Err(Error::Missing("community"));
    }
    in_force(w, community).await?;
    let codes = open(w, community, grids).await?;
    w.record("area:open", community, json!({ "grids": codes }));
    w.outdates::<Directory>().await?;
    Ok(codes)
}

/// Opens one grid.
///
/// # Errors
/// As [`open_grids`].
pub async fn open_grid(w: &Write, community: AreaCode, grid: &NewGrid) -> Result<AreaCode, Error> {
    let opened = open_grids(w, community, std::slice::from_ref(grid)).await?;
    opened.first().copied().ok_or(Error::Missing("grid"))
}

/// Splits a grid along a line: the first part lies left of the line as it is drawn, the second right of it.
///
/// # Errors
/// [`Error::Invalid`] when the line does not cut it in two, [`Error::Conflict`] when it is no longer in force.
pub async fn split(
    w: &Write,
    grid: AreaCode,
    line: &[Position],
    parts: [NewPart; 2],
) -> Result<Vec<AreaCode>, Error> {
    let community = community_of(grid)?;
    w.require("area:edit", &Thing::at(grid.value()))?;
    let row = in_force(w, grid).await?;
    let Some(boundary) = boundary(w, grid).await? else {
        return Err(Error::conflict(Text::new(
            "该网格还没有边界，不能拆分",
            "this grid has no boundary yet",
        )));
    };
    let cut = boundary.cut(line);
    let (left, right) =
        cut.map_err(|error| Error::field("line", Text::owned(error.zh(), error.to_string())))?;
    let [first, second] = parts;
    let part =
        |part: NewPart, boundary| NewGrid { name: part.name, kind: part.kind, boundary: Some(boundary) };
    let codes = open(w, community, &[part(first, left), part(second, right)]).await?;
    close(w, row, &codes).await?;
    w.record("area:split", grid, json!({ "into": codes }));
    w.outdates::<Directory>().await?;
    Ok(codes)
}

/// Joins neighbouring grids of one community into a new one.
///
/// # Errors
/// [`Error::Invalid`] when they are fewer than two, of several communities or apart; [`Error::Conflict`] when one is
/// no longer in force.
pub async fn merge(w: &Write, grids: &[AreaCode], new: NewPart) -> Result<AreaCode, Error> {
    let refuse = |zh: &'static str, en: &'static str| Err(Error::field("grids", Text::new(zh, en)));
    let mut grids = grids.to_vec();
    grids.sort_unstable();
    grids.dedup();
    let Some(first) = grids.first().filter(|_| (2..=MOST_MERGED).contains(&grids.len())) else {
        return refuse("请选择 2 至 50 个网格", "choose 2 to 50 grids");
    };
    let community = community_of(*first)?;
    if grids.iter().any(|grid| grid.level() != AreaLevel::Grid || grid.parent() != Some(community)) {
        return refuse("只能合并同一社区的网格", "only grids of one community can be merged");
    }
    w.require("area:edit", &Thing::at(community.value()))?;
    let (mut rows, mut boundaries) = (Vec::new(), Vec::new());
    for grid in &grids {
        rows.push(in_force(w, *grid).await?);
        boundaries.extend(boundary(w, *grid).await?);
    }
    let boundary = match boundaries.len() {
        0 => None,
        drawn if drawn < grids.len() => {
            return refuse("有的网格还没有边界", "some of the grids have no boundary yet");
        }
        _ => match Boundary::around(&boundaries) {
            Ok(joined) if joined.parts().len() == 1 => Some(joined),
            _ => return refuse("所选网格不相邻", "these grids are not neighbours"),
        },
    };
    let codes = open(w, community, &[NewGrid { name: new.name, kind: new.kind, boundary }]).await?;
    for row in rows {
        close(w, row, &codes).await?;
    }
    let code = codes.first().copied().ok_or(Error::Missing("grid"))?;
    w.record("area:merge", code, json!({ "from": grids }));
    w.outdates::<Directory>().await?;
    Ok(code)
}

fn community_of(grid: AreaCode) -> Result<AreaCode, Error> {
    grid.parent().filter(|_| grid.level() == AreaLevel::Grid).ok_or(Error::Missing("grid"))
}

async fn in_force(w: &Write, code: AreaCode) -> Result<AreaRow, Error> {
    let row: AreaRow = w.find(&vals![code.value()]).await?.ok_or(Error::Missing("area"))?;
    if row.valid_to.is_some() { Err(closed()) } else { Ok(row) }
}

async fn boundary(w: &Write, code: AreaCode) -> Result<Option<Boundary>, Error> {
    let row: Option<BoundaryRow> = w.find(&vals![code.value()]).await?;
    row.map(|row| Boundary::stored(&row.geometry).map_err(Error::internal)).transpose()
}

async fn open(w: &Write, community: AreaCode, grids: &[NewGrid]) -> Result<Vec<AreaCode>, Error> {
    let floor = community.value() * 1000;
    let (last,): (i64,) = w.one(&LAST_NUMBER, &vals![floor, floor + 999]).await?;
    let mut codes = Vec::with_capacity(grids.len());
    for (sequence, grid) in (last.max(floor) - floor + 1..).zip(grids) {
        let Some(code) = community.child(sequence) else {
            return Err(Error::conflict(Text::new(
                "该社区的网格编号已用完",
                "this community has no grid number left",
            )));
        };
        w.insert(&AreaRow::new(code, grid.kind, &grid.name, w.now())).await?;
        if let Some(boundary) = &grid.boundary {
            w.insert(&BoundaryRow::new(code, boundary)).await?;
        }
        codes.push(code);
    }
    Ok(codes)
}

async fn close(w: &Write, row: AreaRow, successors: &[AreaCode]) -> Result<(), Error> {
    let successors = successors.iter().map(AreaCode::to_string).collect::<Vec<_>>().join(" ");
    Ok(w.update(&AreaRow { valid_to: Some(w.now()), successors, ..row }).await?)
}
