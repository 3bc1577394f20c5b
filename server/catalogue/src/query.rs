//! Reads of the duty list; everything else is read from the snapshot.

use platform::{Error, Page, Read};
use serde::Deserialize;
use store::{sql, vals};
use utoipa::IntoParams;

use crate::duty::{Duty, DutyLevel};

sql! {
    /// Empty filters let everything through.
    DUTIES: Duty = "WHERE valid_to IS NULL AND ($1 = '' OR duty_level = $1) AND ($2 = '' OR parent_code = $2)
        AND ($3 = '' OR LOWER(name_zh) LIKE $3 OR LOWER(name_en) LIKE $3 OR LOWER(COALESCE(basis, '')) LIKE $3 OR code LIKE $3)
        AND code > $4 ORDER BY code LIMIT $5";
}

/// Which duty items are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
pub(crate) struct DutyQuery {
    pub level: Option<DutyLevel>,
    /// The code of the level above.
    pub parent: Option<String>,
    /// Words in the name, the code or the legal basis.
    pub q: Option<String>,
    pub cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    pub limit: Option<i64>,
}

impl DutyQuery {
    pub(crate) fn page(&self) -> Page {
        Page { cursor: self.cursor.clone(), limit: self.limit }
    }
}

/// One more duty than the page holds, from its cursor on.
pub(crate) async fn duties(r: &Read, query: &DutyQuery) -> Result<Vec<Duty>, Error> {
    let page = query.page();
    let after: String = page.after()?.unwrap_or_default();
    let level = query.level.map_or("", DutyLevel::as_str);
    let parent = query.parent.as_deref().unwrap_or_default();
    let words = query.q.as_deref().map(pattern).unwrap_or_default();
    Ok(r.query(&DUTIES, &vals![level, parent, words, after, page.limit() + 1]).await?)
}

/// A LIKE pattern that finds the words anywhere; signs of the pattern's own language are left out.
fn pattern(words: &str) -> String {
    let plain: String =
        words.trim().to_lowercase().chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
    if plain.is_empty() { plain } else { format!("%{plain}%") }
}
