//! Putting divisions and map into the register, through the same verbs that a steward uses.

use std::sync::Arc;

use areas::{
    AreaCode, BoundaryFile, Directory, Divisions, check_boundaries, import_divisions, open_grids,
    plan_import, put_boundaries, put_landmarks,
};
use platform::{App, Call, Error, Text};

use super::{Geography, geography};

const STREETS: &[u8] = include_bytes!("../../../../../data/divisions/liunan_streets.csv");
const COMMUNITIES: &[u8] = include_bytes!("../../../../../data/divisions/liunan_divisions.csv");

/// The demo's map is the same on every machine.
const SEED: u64 = 7;

/// Imports the real divisions into an empty register, opens the demo's grids and draws everything.
///
/// # Errors
/// [`Error::Internal`] when the map does not fit the register, for example because it holds grids already.
pub async fn fill(app: &App) -> Result<(), Error> {
    let call = Call::program("demo");
    import(app, &call, Divisions::read(STREETS)?).await?;
    let communities = Divisions::read(COMMUNITIES)?;
    import(app, &call, communities.clone()).await?;
    let map = app.heavy(move |_| geography(SEED, &communities.rows)).await?.map_err(Error::internal)?;
    draw(app, &call, map).await
}

async fn import(app: &App, call: &Call, mut divisions: Divisions) -> Result<(), Error> {
    let directory: Arc<Directory> = app.snapshot().await?;
    let district = &app.config().district;
    let root = AreaCode::try_from(district.code).map_err(Error::internal)?;
    let name = Text::owned(&district.name_zh, &district.name_en);
    let changes = plan_import(&directory, &mut divisions, (root, &name));
    if let Some(problem) = divisions.problems.first() {
        return Err(Error::internal(format!("the demo's divisions: row {}: {}", problem.row, problem.en)));
    }
    app.write(call, app.district(), move |w| async move { import_divisions(&w, &changes).await }).await
}

async fn draw(app: &App, call: &Call, map: Geography) -> Result<(), Error> {
    let map = Arc::new(map);
    let grids = map.clone();
    app.write(call, app.district(), move |w| async move {
        for (community, new) in &grids.grids {
            let opened = open_grids(&w, *community, new).await?;
            if opened.first().copied() != community.child(1) {
                return Err(Error::internal(format!("{community} holds grids already")));
            }
        }
        Ok(())
    })
    .await?;
    let directory: Arc<Directory> = app.snapshot().await?;
    let drawn = map.clone();
    let check = move |_: &App| {
        check_boundaries(&directory, BoundaryFile { rows: drawn.boundaries.clone(), problems: Vec::new() })
    };
    let checked = app.heavy(check).await?;
    if let Some(problem) = checked.problems.first() {
        return Err(Error::internal(format!("the demo's map does not fit: {} {}", problem.code, problem.en)));
    }
    app.write(call, app.district(), move |w| async move {
        put_boundaries(&w, &checked).await?;
        put_landmarks(&w, &map.roads, &map.places).await
    })
    .await
}

#[cfg(test)]
mod tests {
    use areas::{AreaLevel, Position};
    use platform::testing::House;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_map_is_taken_in_through_the_verbs() {
        let fresh = store::testing::sqlite().await.unwrap();
        let house = House::open(fresh, vec![platform::room(), areas::room()]).await;
        fill(&house.app).await.unwrap();
        let directory: Arc<Directory> = house.app.snapshot().await.unwrap();
        assert_eq!((directory.streets().len(), directory.communities().count()), (11, 98));
        for grid in directory.grids() {
            let label = directory.label_point(grid.code).unwrap();
            assert_eq!(directory.locate(label), Some(grid.code));
        }
        let found = directory.search("柳南万达广场");
        let plaza = found.first().unwrap();
        assert_eq!(plaza.area.at(AreaLevel::Community).unwrap().value(), 450_204_006_009);
        assert_eq!(directory.locate(Position::new(109.5, 24.3).unwrap()), None);
        assert!(fill(&house.app).await.is_err(), "a register with grids is not drawn over");
    }
}
