//! One way to page: a cursor that the caller hands back unread.

use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::clock::Millis;
use crate::error::{Error, Text};

/// The most rows that one page may hold.
pub const LIMIT: i64 = 200;

/// The page that a caller asks for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
pub struct Page {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows on the page, 1 to 200; 50 when absent.
    pub limit: Option<i64>,
}

impl Page {
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(50).clamp(1, LIMIT)
    }

    /// Where to go on: the sort keys of the last row seen.
    ///
    /// # Errors
    /// [`Error::Malformed`] for a cursor that we did not make.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Error> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
        let keys = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        keys.map(Some).ok_or_else(|| {
            Error::malformed(Text::new(
                "分页游标无效，请从第一页重新开始",
                "this cursor is not one of ours; start again from the first page",
            ))
        })
    }
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Hand this back as `cursor`; `null` on the last page.
    pub next: Option<String>,
    /// The server's moment, for counting down without trusting the caller's clock.
    pub now: Millis,
}

impl<T> List<T> {
    /// Everything there is, on one page.
    pub fn whole(items: Vec<T>, now: Millis) -> Self {
        Self { items, next: None, now }
    }

    /// One page out of `limit + 1` rows read; `keys` are the sort keys of a row.
    ///
    /// # Errors
    /// Never in practice: keys are numbers and texts.
    pub fn cut<R, K: Serialize>(
        mut rows: Vec<R>,
        page: &Page,
        now: Millis,
        keys: impl Fn(&R) -> K,
        wire: impl FnMut(R) -> T,
    ) -> Result<Self, Error> {
        let limit = usize::try_from(page.limit()).map_err(Error::internal)?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = match rows.last().filter(|_| more) {
            Some(last) => {
                Some(BASE64URL_NOPAD.encode(&serde_json::to_vec(&keys(last)).map_err(Error::internal)?))
            }
            None => None,
        };
        Ok(Self { items: rows.into_iter().map(wire).collect(), next, now })
    }
}
