//! Sources and their contracts: what is covered, what for, how long, and how far a source is believed.

use platform::{App, Error, FieldProblem, Millis, Text, Thing, Write};
use registry::{OWN, Source};
use serde_json::json;
use store::{Tx, sql, vals};

use crate::columns::{COLUMNS, Mapping};

sql! {
    ALL: Source = "WHERE street_id = $1 ORDER BY rank, id LIMIT 200";
    BY_KEY: Source = "WHERE street_id = $1 AND key = $2 LIMIT 1";
}

const DAY_MS: i64 = 86_400_000;

/// A contract with a source.
#[derive(Clone, Debug)]
pub(crate) struct NewSource {
    pub key: String,
    pub name: Text,
    pub owner: String,
    pub rank: i64,
    pub fields: Vec<String>,
    pub purpose: String,
    pub basis: String,
    pub pull_url: Option<String>,
    pub expires_at: Millis,
}

/// Every source of the district, the most believed first.
///
/// # Errors
/// What the store answers.
pub(crate) async fn all(tx: &Tx, district: i64) -> Result<Vec<Source>, Error> {
    Ok(tx.query(&ALL, &vals![district]).await?)
}

/// The source with this key.
///
/// # Errors
/// What the store answers.
pub(crate) async fn find(tx: &Tx, district: i64, key: &str) -> Result<Option<Source>, Error> {
    Ok(tx.opt(&BY_KEY, &vals![district, key]).await?)
}

/// What the contract covers.
///
/// # Errors
/// [`Error::Internal`] for a list that we did not write.
pub(crate) fn fields(source: &Source) -> Result<Vec<String>, Error> {
    serde_json::from_str(&source.fields).map_err(Error::internal)
}

/// The mapping that was reviewed last; empty before that.
///
/// # Errors
/// [`Error::Internal`] for a mapping that we did not write.
pub(crate) fn mapping(source: &Source) -> Result<Mapping, Error> {
    serde_json::from_str(&source.mapping).map_err(Error::internal)
}

/// Refuses a source whose contract is not in force.
///
/// # Errors
/// [`Error::Conflict`] saying so.
pub(crate) fn must_be_in_force(source: &Source, now: Millis) -> Result<(), Error> {
    if source.closed_at.is_some() {
        return Err(Error::conflict(Text::new("该数据来源已停用", "this source is closed")));
    }
    if source.expires_at <= now {
        let day = source.expires_at.beijing_date();
        return Err(Error::conflict(Text::owned(
            format!("数据共享合同已于 {day} 到期，续签后才能交换数据"),
            format!("the contract ended on {day}; nothing is exchanged before it is renewed"),
        )));
    }
    Ok(())
}

fn checked(app: &App, new: &NewSource, now: Millis) -> Result<(), Error> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, zh, en| problems.push(FieldProblem::new(field, Text::new(zh, en)));
    let is_key =
        |key: &str| (2..=24).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !is_key(&new.key) || new.key == OWN {
        problem("key", "标识须为 2 至 24 个小写字母", "the key has 2 to 24 small letters");
    }
    for (field, text) in [("owner", &new.owner), ("purpose", &new.purpose), ("basis", &new.basis)] {
        if text.trim().is_empty() || text.chars().count() > 200 {
            problem(field, "必填，至多 200 字", "needed, at most 200 characters");
        }
    }
    if new.name.zh.trim().is_empty() || new.name.en.trim().is_empty() {
        problem("name", "请填写中英文名称", "give a name in both languages");
    }
    if !(1..=99).contains(&new.rank) {
        problem("rank", "等级为 1 至 99，1 最可信", "the rank is 1 to 99; 1 is believed most");
    }
    let known = |field: &String| {
        COLUMNS
            .iter()
            .any(|column| column.word == field && !matches!(column.word, "record_id" | "updated_on"))
    };
    if new.fields.is_empty() || !new.fields.iter().all(known) {
        problem("fields", "请选择合同包括的字段", "choose the fields that the contract covers");
    }
    if new.expires_at <= now || new.expires_at > now.plus(3 * 366 * DAY_MS) {
        problem("expires_at", "期限须在今后三年之内", "the contract ends within three years from now");
    }
    if let Some(url) = &new.pull_url
        && let Err(wrong) = crate::pull::checked_url(url, &app.config().fusion)
    {
        problems.push(wrong);
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

/// Opens a source under a contract.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] naming every wrong field; [`Error::Conflict`] for a key that is taken.
pub(crate) async fn open(w: &Write, new: NewSource) -> Result<Source, Error> {
    let district = w.app().district();
    w.require("source:manage", &Thing::at(district))?;
    checked(w.app(), &new, w.now())?;
    if find(w, district, &new.key).await?.is_some() {
        return Err(Error::conflict(Text::new("该标识已被使用", "this key is taken")));
    }
    let source = Source {
        street_id: district,
        id: w.id(),
        version: 1,
        key: new.key,
        name_zh: new.name.zh.into_owned(),
        name_en: new.name.en.into_owned(),
        owner: new.owner,
        rank: new.rank,
        fields: json!(new.fields).to_string(),
        purpose: new.purpose,
        basis: new.basis,
        pull_url: new.pull_url,
        mapping: "{}".to_owned(),
        opened_at: w.now(),
        expires_at: new.expires_at,
        closed_at: None,
    };
    w.insert(&source).await?;
    w.record("source:open", &source.key, json!({ "rank": source.rank, "fields": new.fields }));
    Ok(source)
}

/// Changes a contract; `closed` ends it. The key stays: records carry it.
///
/// # Errors
/// As [`open`]; [`Error::Conflict`] for a version that is not the present one.
pub(crate) async fn change(w: &Write, old: Source, new: NewSource, closed: bool) -> Result<Source, Error> {
    w.require("source:manage", &Thing::at(old.street_id))?;
    if !closed {
        checked(w.app(), &new, w.now())?;
    }
    let mut source = Source {
        name_zh: new.name.zh.into_owned(),
        name_en: new.name.en.into_owned(),
        owner: new.owner,
        rank: new.rank,
        fields: json!(new.fields).to_string(),
        purpose: new.purpose,
        basis: new.basis,
        pull_url: new.pull_url,
        expires_at: new.expires_at,
        closed_at: closed.then(|| old.closed_at.unwrap_or(w.now())),
        ..old
    };
    w.update(&source).await?;
    source.version += 1;
    w.record("source:change", &source.key, json!({ "version": source.version, "closed": closed }));
    Ok(source)
}

/// Keeps the mapping that somebody reviewed: the next file of this source begins with it.
///
/// # Errors
/// [`Error::Conflict`] when the source changed in between.
pub(crate) async fn keep_mapping(w: &Write, source: Source, mapping: &Mapping) -> Result<(), Error> {
    let text = json!(mapping).to_string();
    if source.mapping != text {
        w.update(&Source { mapping: text, ..source }).await?;
    }
    Ok(())
}

/// The three sources of the demo district, under contracts of two years.
///
/// # Errors
/// As the verbs; a source that is there stays as it is.
pub async fn seed_sources(w: &Write) -> Result<(), Error> {
    let two_years = w.now().plus(2 * 365 * DAY_MS);
    let all = ["name", "sex", "id_no", "birth_date", "phone", "address"].map(str::to_owned).to_vec();
    let rows = [
        (
            "civil",
            1,
            "户籍登记",
            "Household register",
            "公安机关户政部门",
            "实有人口核对",
            "户口登记条例第三条",
        ),
        (
            "insurance",
            2,
            "参保登记",
            "Insurance register",
            "社会保险经办机构",
            "服务对象核对",
            "社会保险法第七十四条",
        ),
        ("grid", 3, "网格采集", "Visits by the grid", "街道网格中心", "日常走访登记", "地方综治工作规定"),
    ];
    for (key, rank, zh, en, owner, purpose, basis) in rows {
        if find(w, w.app().district(), key).await?.is_none() {
            let new = NewSource {
                key: key.to_owned(),
                name: Text::new(zh, en),
                owner: owner.to_owned(),
                rank,
                fields: all.clone(),
                purpose: purpose.to_owned(),
                basis: basis.to_owned(),
                pull_url: None,
                expires_at: two_years,
            };
            open(w, new).await?;
        }
    }
    Ok(())
}
