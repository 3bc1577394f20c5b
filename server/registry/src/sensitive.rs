//! Sensitive groups: what a street may one day have to know of somebody, for which the law asks more than for the rest
//! (个人信息保护法 art. 28, 29). All of them are off until switched on with a legal basis; a resident has no such field.

use platform::{Error, Millis, Text, Thing, Write};
use serde_json::json;
use store::{Tx, sql, table, vals};

use platform::words;

words! {
    /// A group for which a field may be kept once it is switched on.
    SensitiveGroup, "sensitive group" {
        Disability = "disability", "残疾人", "people with disabilities";
        LowIncome = "low_income", "低保、低收入家庭", "households on low income";
        LivingAlone = "living_alone", "独居老人", "elderly people living alone";
        LeftBehindChild = "left_behind_child", "留守儿童", "children whose parents work elsewhere";
    }
}

table! {
    /// A group that was switched on in a street; `id` is its place in the closed list.
    struct GroupRow in "registry_groups" key 2 {
        street_id: i64,
        id: i64,
        basis: String,
        opened_at: Millis,
        opened_by: Option<i64>,
        closed_at: Option<Millis>,
    }
}

sql! {
    OF_STREET: GroupRow = "WHERE street_id = $1 ORDER BY id LIMIT 100";
    OPEN = "INSERT INTO registry_groups (street_id, id, basis, opened_at, opened_by, closed_at) VALUES ($1, $2, $3, $4, $5, NULL)
        ON CONFLICT (street_id, id) DO UPDATE SET basis = excluded.basis, opened_at = excluded.opened_at,
        opened_by = excluded.opened_by, closed_at = NULL";
    CLOSE = "UPDATE registry_groups SET closed_at = $3 WHERE street_id = $1 AND id = $2 AND closed_at IS NULL";
}

/// Characters of a legal basis: the law with its article at least.
const BASIS_CHARS: std::ops::RangeInclusive<usize> = 6..=200;

/// How a group stands in a street.
pub(crate) struct Standing {
    pub group: SensitiveGroup,
    pub basis: Option<String>,
    pub opened_at: Option<Millis>,
    pub closed_at: Option<Millis>,
}

impl SensitiveGroup {
    fn place(self) -> i64 {
        Self::ALL.iter().zip(1..).find(|(group, _)| **group == self).map_or(0, |(_, place)| place)
    }
}

/// Every group of the list, and how it stands in a street.
///
/// # Errors
/// What the store answers.
pub(crate) async fn groups_of(r: &Tx, street: i64) -> Result<Vec<Standing>, Error> {
    let rows: Vec<GroupRow> = r.query(&OF_STREET, &vals![street]).await?;
    let standing = |group: &SensitiveGroup| {
        let row = rows.iter().find(|row| row.id == group.place());
        Standing {
            group: *group,
            basis: row.map(|row| row.basis.clone()),
            opened_at: row.map(|row| row.opened_at),
            closed_at: row.and_then(|row| row.closed_at),
        }
    };
    Ok(SensitiveGroup::ALL.iter().map(standing).collect())
}

/// Switches a group on in a street, with the law that asks for it, or off.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] without a basis; [`Error::Conflict`] when it is off already.
pub(crate) async fn set_group(
    w: &Write,
    street: i64,
    group: SensitiveGroup,
    basis: Option<&str>,
) -> Result<(), Error> {
    w.require("registry:open", &Thing::at(street))?;
    let action = match basis.map(str::trim) {
        Some(basis) => {
            if !BASIS_CHARS.contains(&basis.chars().count()) {
                return Err(Error::field(
                    "basis",
                    Text::new(
                        "请写明法律依据（法律名称和条款，6 至 200 字）",
                        "name the law and its article, 6 to 200 characters",
                    ),
                ));
            }
            let by = w.call().account().ok();
            w.exec(&OPEN, &vals![street, group.place(), basis, w.now(), by]).await?;
            "registry:group_on"
        }
        None => {
            if w.exec(&CLOSE, &vals![street, group.place(), w.now()]).await? == 0 {
                return Err(Error::conflict(Text::new("已经是停用状态", "it is off already")));
            }
            "registry:group_off"
        }
    };
    w.record(action, group, json!({ "basis": basis }));
    Ok(())
}
