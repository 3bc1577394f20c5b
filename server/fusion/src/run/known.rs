//! What the register knows before a batch is compared with it: every record, opened, and whose it is.

use std::collections::{HashMap, HashSet};

use platform::{App, Error};
use rayon::prelude::*;
use registry::{Record, ResidentState, Said};
use store::{row, sql, vals};

/// Records that are read at once.
const PAGE: i64 = 20_000;

row! {
    struct Stand { id: i64, state: ResidentState }
}

sql! {
    RECORDS: Record = "WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    RESIDENTS = "SELECT id, state FROM residents WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    APART = "SELECT id, one_id, other_id FROM apart WHERE street_id = $1 AND id > $2 AND lifted_at IS NULL ORDER BY id LIMIT $3";
    PAIRS = "SELECT id, own_id, other_id FROM review_pairs WHERE street_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// A record of the register.
pub(crate) struct Known {
    pub id: i64,
    pub resident: i64,
    pub source: usize,
    pub key: Box<str>,
    pub content: Box<[u8]>,
    pub said_on: Option<Box<str>>,
    pub batch: Option<i64>,
    /// What it says, as JSON: texts of their own would take twice the memory.
    plain: Box<str>,
}

/// A resident as far as a batch must know them.
pub(crate) struct Somebody {
    pub street: i64,
    pub state: ResidentState,
    /// Their records in [`Register::records`].
    pub records: Vec<u32>,
}

/// Everything that the register knows.
#[derive(Default)]
pub(crate) struct Register {
    pub records: Vec<Known>,
    pub sources: Vec<String>,
    pub residents: HashMap<i64, Somebody>,
    /// Pairs that were found to be two people, and pairs that were asked about before: smaller id first.
    pub asked: HashSet<(i64, i64)>,
}

impl Known {
    /// What it says.
    pub fn said(&self) -> Said {
        // It was parsed once when it was opened.
        serde_json::from_str(&self.plain).unwrap_or_default()
    }
}

/// Two ids, the smaller first.
pub(crate) fn pair(one: i64, other: i64) -> (i64, i64) {
    (one.min(other), one.max(other))
}

impl Register {
    /// Reads and opens everything, street by street.
    ///
    /// # Errors
    /// What the store and the vault answer.
    pub async fn load(app: &App, streets: &[i64]) -> Result<Self, Error> {
        let mut register = Self::default();
        for &street in streets {
            register.residents_of(app, street).await?;
            register.records_of(app, street).await?;
            register.pairs_of(app, street).await?;
        }
        Ok(register)
    }

    async fn residents_of(&mut self, app: &App, street: i64) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let look = app.read(move |r| async move {
                Ok(r.query::<Stand>(&RESIDENTS, &vals![street, after, PAGE]).await?)
            });
            let page = look.await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            self.residents.extend(
                page.into_iter()
                    .map(|row| (row.id, Somebody { street, state: row.state, records: Vec::new() })),
            );
        }
    }

    async fn records_of(&mut self, app: &App, street: i64) -> Result<(), Error> {
        let mut after = 0;
        loop {
            let look = app.read(move |r| async move {
                Ok(r.query::<Record>(&RECORDS, &vals![street, after, PAGE]).await?)
            });
            let page = look.await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            let opened = app.heavy(move |app| {
                let opened = page.into_par_iter().map(|record| open(app, record));
                opened.collect::<Result<Vec<_>, Error>>()
            });
            for (record, source, is_gone) in opened.await?? {
                let at = u32::try_from(self.records.len()).map_err(Error::internal)?;
                let source = self.source(&source);
                if let Some(somebody) = self.residents.get_mut(&record.resident).filter(|_| !is_gone) {
                    somebody.records.push(at);
                }
                self.records.push(Known { source, ..record });
            }
        }
    }

    fn source(&mut self, key: &str) -> usize {
        self.sources.iter().position(|known| known == key).unwrap_or_else(|| {
            self.sources.push(key.to_owned());
            self.sources.len() - 1
        })
    }

    async fn pairs_of(&mut self, app: &App, street: i64) -> Result<(), Error> {
        for sql in [&APART, &PAIRS] {
            let mut after = 0;
            loop {
                let look = app.read(move |r| async move {
                    Ok(r.query::<(i64, i64, i64)>(sql, &vals![street, after, PAGE]).await?)
                });
                let page = look.await?;
                let Some(last) = page.last() else { break };
                after = last.0;
                self.asked.extend(page.iter().map(|(_, one, other)| pair(*one, *other)));
            }
        }
        Ok(())
    }

    /// The source of a record.
    pub fn source_of(&self, record: &Known) -> &str {
        self.sources.get(record.source).map_or("", String::as_str)
    }

    /// Whether somebody can be meant by a new record: those who were handed over or merged are known elsewhere.
    pub fn is_present(&self, resident: i64) -> bool {
        let state = self.residents.get(&resident).map(|somebody| somebody.state);
        state.is_some_and(|state| !matches!(state, ResidentState::Moved | ResidentState::Merged))
    }
}

fn open(app: &App, record: Record) -> Result<(Known, String, bool), Error> {
    let said = record.open(app)?;
    let plain = serde_json::to_string(&said).map_err(Error::internal)?.into_boxed_str();
    // What its source no longer held and now holds again says something new.
    let content = if record.gone_at.is_some() { Vec::new() } else { record.content };
    let known = Known {
        id: record.id,
        resident: record.resident_id,
        source: 0,
        key: record.external_id.into_boxed_str(),
        content: content.into_boxed_slice(),
        said_on: record.said_on.map(String::into_boxed_str),
        batch: record.batch_id,
        plain,
    };
    Ok((known, record.source, record.gone_at.is_some()))
}
