//! Correcting what an area is called and whose it is.

use std::sync::Arc;

use platform::{AreaCode, AreaLevel, Error, FieldProblem, Text, Thing, Write};
use serde_json::json;
use store::vals;

use crate::area::{AreaKind, AreaRow};
use crate::directory::Directory;
use crate::divisions::MAX_NAME_CHARS;
use crate::naming;
use crate::put_boundaries::closed;

/// Gives an area another name or kind, if nobody changed it since `version` was read.
///
/// # Errors
/// [`Error::Conflict`] when somebody did, or when the area is no longer in force; [`Error::Invalid`] for a name that
/// cannot be one.
pub async fn rename(
    w: &Write,
    code: AreaCode,
    version: i64,
    name: Option<&Text>,
    kind: Option<AreaKind>,
) -> Result<AreaRow, Error> {
    w.require("area:edit", &Thing::at(code.value()))?;
    let row: AreaRow = w.find(&vals![code.value()]).await?.ok_or(Error::Missing("area"))?;
    if row.valid_to.is_some() {
        return Err(closed());
    }
    if row.version != version {
        let detail =
            Text::new("内容刚被他人修改，请刷新后重试", "someone changed it just now; refresh and try again");
        let current = json!({ "version": row.version, "name": { "zh": row.name_zh, "en": row.name_en }, "kind": row.kind });
        return Err(Error::Conflict { detail, current: Some(Arc::new(current)) });
    }
    if kind.is_some() && code.level() != AreaLevel::Grid {
        return Err(Error::field(
            "kind",
            Text::new("只有网格可以是单位专属", "only a grid can be an employer's own"),
        ));
    }
    let mut new = row;
    if let Some(name) = name {
        check_name("name", name)?;
        new = new.named(name);
    }
    new.kind = kind.unwrap_or(new.kind);
    w.update(&new).await?;
    w.record("area:rename", code, json!({ "version": version + 1, "kind": new.kind }));
    w.outdates::<Directory>().await?;
    new.version += 1;
    Ok(new)
}

/// # Errors
/// [`Error::Invalid`] for a name that is empty, too long or holds control characters.
pub(crate) fn check_name(field: &str, name: &Text) -> Result<(), Error> {
    let problem = |language: &str, text: &str| {
        let reason = if text.trim().is_empty() {
            Text::new("名称不能为空", "a name cannot be empty")
        } else if text.chars().count() > MAX_NAME_CHARS {
            Text::new("名称超过 60 个字", "a name has 60 characters at most")
        } else if text.chars().any(char::is_control) {
            Text::new("名称含有控制字符", "a name holds no control characters")
        } else {
            return None;
        };
        Some(FieldProblem::new(format!("{field}.{language}"), reason))
    };
    let problems: Vec<FieldProblem> =
        [problem("zh", &name.zh), problem("en", &name.en)].into_iter().flatten().collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

impl AreaRow {
    /// The same area under another name.
    #[must_use]
    pub(crate) fn named(self, name: &Text) -> Self {
        let (zh, en) = (name.zh.trim(), name.en.trim());
        Self { name_zh: zh.to_owned(), name_en: en.to_owned(), initials: naming::initials(zh), ..self }
    }
}
