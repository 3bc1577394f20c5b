//! What is asked of this room.

use platform::posts::{Post, Tenure};
use platform::{Error, Millis, PostKind, Read};
use store::{row, sql, vals};

use crate::grid::{BodyKind, GridBody, GridDuty, GridRole};

row! {
    /// A post with the number of people who hold it now.
    pub struct PostRow {
        pub id: i64,
        pub kind: PostKind,
        pub area: i64,
        pub organisation_id: Option<i64>,
        pub title_zh: String,
        pub title_en: String,
        pub place_zh: String,
        pub place_en: String,
        pub valid_to: Option<Millis>,
        pub holders: i64,
    }
}

row! {
    /// One person's time in a post.
    pub struct TenureRow {
        pub id: i64,
        pub post_id: i64,
        pub person_name: String,
        pub valid_from: Millis,
        pub valid_to: Option<Millis>,
    }
}

row! {
    /// How many people serve a grid in a role.
    pub struct Served { pub grid: i64, pub role: GridRole, pub people: i64 }
}

row! {
    /// Posts of a kind granted to an organisation.
    pub struct Granted { pub organisation_id: i64, pub kind: PostKind, pub quota: i64 }
}

row! {
    /// People who hold posts of a kind in an organisation; whoever holds two is one.
    pub struct Headcount { pub organisation_id: i64, pub kind: PostKind, pub people: i64 }
}

sql! {
    /// `$2` and `$3` narrow to an organisation and to the areas whose codes begin with an area's; 0 means all. Each is
    /// compared with its column first: PostgreSQL would take a parameter that it meets beside 0 for a short integer.
    POSTS = "SELECT p.id, p.kind, p.area, p.organisation_id, p.title_zh, p.title_en, p.place_zh, p.place_en, p.valid_to,
            (SELECT COUNT(*) FROM tenures t WHERE t.post_id = p.id AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1))
        FROM posts p
        WHERE p.valid_from <= $1 AND (p.valid_to IS NULL OR p.valid_to > $1) AND (p.organisation_id = $2 OR $2 = 0)
          AND (p.area = $3 OR p.area / 1000 = $3 OR p.area / 1000000 = $3 OR p.area / 1000000000 = $3 OR $3 = 0)
          AND p.id > $4
        ORDER BY p.id LIMIT $5";
    TENURES = "SELECT t.id, t.post_id, a.person_name, t.valid_from, t.valid_to
        FROM tenures t JOIN accounts a ON a.id = t.account_id
        WHERE t.post_id = $1 ORDER BY t.valid_from DESC, t.id DESC LIMIT 500";
    ON_DUTY: GridDuty = "WHERE street_id = $1 AND grid = $2 AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3) ORDER BY role, id LIMIT 500";
    ATTACHED: GridBody = "WHERE street_id = $1 AND grid = $2 ORDER BY kind, id LIMIT 500";
    SERVED = "SELECT grid, role, COUNT(*) FROM grid_duties
        WHERE street_id = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2) GROUP BY grid, role ORDER BY grid, role LIMIT 100000";
    WITH_PROPERTY = "SELECT DISTINCT grid FROM grid_bodies WHERE street_id = $1 AND kind = $2 ORDER BY grid LIMIT 100000";
    GRANTED = "SELECT organisation_id, kind, quota FROM quotas ORDER BY organisation_id, kind LIMIT 10000";
    HEADCOUNTS = "SELECT p.organisation_id, p.kind, COUNT(DISTINCT t.account_id)
        FROM posts p JOIN tenures t ON t.post_id = p.id
        WHERE p.organisation_id IS NOT NULL AND t.valid_from <= $1 AND (t.valid_to IS NULL OR t.valid_to > $1)
        GROUP BY p.organisation_id, p.kind ORDER BY p.organisation_id, p.kind LIMIT 10000";
}

/// Posts in force, by id after `after`.
pub(crate) async fn posts(
    r: &Read,
    organisation: i64,
    area: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<PostRow>, Error> {
    Ok(r.query(&POSTS, &vals![r.now(), organisation, area, after, limit]).await?)
}

/// The post with this id, closed or in force.
pub(crate) async fn post(r: &Read, post: i64) -> Result<Option<Post>, Error> {
    Ok(r.find(&vals![post]).await?)
}

/// The post whose holder this tenure names.
pub(crate) async fn post_of_tenure(r: &Read, tenure: i64) -> Result<Option<Post>, Error> {
    match r.find::<Tenure>(&vals![tenure]).await? {
        Some(tenure) => post(r, tenure.post_id).await,
        None => Ok(None),
    }
}

/// Everybody who holds, held or will hold a post, the latest first.
pub(crate) async fn tenures(r: &Read, post: i64) -> Result<Vec<TenureRow>, Error> {
    Ok(r.query(&TENURES, &vals![post]).await?)
}

/// Who serves a grid now, and which bodies are attached to it.
pub(crate) async fn roster(
    r: &Read,
    street: i64,
    grid: i64,
) -> Result<(Vec<GridDuty>, Vec<GridBody>), Error> {
    let duties = r.query(&ON_DUTY, &vals![street, grid, r.now()]).await?;
    Ok((duties, r.query(&ATTACHED, &vals![street, grid]).await?))
}

/// How many serve each grid of these streets in each role, and which of the grids a property company serves: two
/// statements for each street, however many grids it has.
pub(crate) async fn served(r: &Read, streets: &[i64]) -> Result<(Vec<Served>, Vec<i64>), Error> {
    let (mut served, mut property) = (Vec::new(), Vec::new());
    for street in streets {
        served.extend(r.query::<Served>(&SERVED, &vals![*street, r.now()]).await?);
        let grids: Vec<(i64,)> = r.query(&WITH_PROPERTY, &vals![*street, BodyKind::Property]).await?;
        property.extend(grids.into_iter().map(|(grid,)| grid));
    }
    Ok((served, property))
}

/// Posts granted and people in post, by organisation and kind; one may be there without the other.
pub(crate) async fn establishment(r: &Read) -> Result<(Vec<Granted>, Vec<Headcount>), Error> {
    Ok((r.query(&GRANTED, &[]).await?, r.query(&HEADCOUNTS, &vals![r.now()]).await?))
}
