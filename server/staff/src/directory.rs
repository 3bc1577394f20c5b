//! The organisations in force, in memory: nearly every order names one.

use std::collections::HashMap;

use platform::{Error, Read, Snapshot, Text};
use store::{sql, vals};

use crate::organisation::{Organisation, OrganisationKind, OrganisationRow};

sql! {
    IN_FORCE: OrganisationRow = "WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1) ORDER BY id LIMIT 100000";
    POST_TITLES = "SELECT id, title_zh, title_en FROM posts ORDER BY id LIMIT 1000000";
}

/// Organisations by id and key, and the titles of posts.
pub struct Directory {
    organisations: Vec<Organisation>,
    by_id: HashMap<i64, usize>,
    by_key: HashMap<(String, Option<i64>), usize>,
    titles: HashMap<i64, Text>,
}

impl Snapshot for Directory {
    const NAME: &'static str = "staff";

    async fn load(r: Read) -> Result<Self, Error> {
        let rows: Vec<OrganisationRow> = r.query(&IN_FORCE, &vals![r.now()]).await?;
        let titles: Vec<(i64, String, String)> = r.query(&POST_TITLES, &[]).await?;
        let organisations: Vec<Organisation> = rows.into_iter().map(Organisation::from).collect();
        Ok(Self {
            by_id: organisations.iter().enumerate().map(|(at, one)| (one.id, at)).collect(),
            by_key: organisations
                .iter()
                .enumerate()
                .map(|(at, one)| ((one.key.clone(), one.street), at))
                .collect(),
            titles: titles.into_iter().map(|(id, zh, en)| (id, Text::owned(zh, en))).collect(),
            organisations,
        })
    }
}

impl Directory {
    /// The organisation with this id, if it is in force.
    pub fn organisation(&self, id: i64) -> Option<&Organisation> {
        self.by_id.get(&id).and_then(|at| self.organisations.get(*at))
    }

    /// The organisation that standards and duty items call `key`: the street's own, else the district's.
    pub fn by_key(&self, key: &str, street: Option<i64>) -> Option<&Organisation> {
        let find =
            |street| self.by_key.get(&(key.to_owned(), street)).and_then(|at| self.organisations.get(*at));
        street.and_then(|street| find(Some(street))).or_else(|| find(None))
    }

    /// The district's departments, in the order in which they were opened.
    pub fn departments(&self) -> impl Iterator<Item = &Organisation> {
        self.all().filter(|one| one.kind == OrganisationKind::Department)
    }

    /// Every organisation in force.
    pub fn all(&self) -> impl Iterator<Item = &Organisation> {
        self.organisations.iter()
    }

    /// What stands on a post's door, whether or not it is still in force: history cites old posts.
    pub fn post_title(&self, post: i64) -> Option<Text> {
        self.titles.get(&post).cloned()
    }
}
