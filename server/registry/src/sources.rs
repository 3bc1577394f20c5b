//! The sources of the district, as derivation and pages need them: what each is called and how far it is believed.

use std::collections::HashMap;

use platform::{Error, Text};
use store::{Tx, row, sql, vals};

use crate::record::OWN;

row! {
    struct Named { key: String, name_zh: String, name_en: String, rank: i64 }
}

sql! {
    NAMED = "SELECT key, name_zh, name_en, rank FROM sources WHERE street_id = $1 ORDER BY id LIMIT 500";
}

/// Every source, by its key.
#[derive(Clone, Debug)]
pub struct Sources(HashMap<String, Named>);

impl Sources {
    /// Reads them from the district's contracts, ended ones included: what they said is still theirs.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(r: &Tx, district: i64) -> Result<Self, Error> {
        let all: Vec<Named> = r.query(&NAMED, &vals![district]).await?;
        Ok(Self(all.into_iter().map(|one| (one.key.clone(), one)).collect()))
    }

    /// 1 is believed most; one without a contract least of all.
    pub fn rank(&self, key: &str) -> i64 {
        match self.0.get(key) {
            Some(source) => source.rank,
            None if key == OWN => 0,
            None => i64::MAX,
        }
    }

    /// What people call it.
    pub fn name(&self, key: &str) -> Text {
        match self.0.get(key) {
            Some(source) => Text::owned(source.name_zh.clone(), source.name_en.clone()),
            None if key == OWN => Text::new("入户核实", "seen at the door"),
            None => Text::owned(key, key),
        }
    }
}
