//! Taking a list of people away: masked unless it was asked for otherwise, and with a second person where it is large or
//! shows anything in clear. Each person on it sees that they were exported.

use std::collections::BTreeMap;

use platform::ids::wire_id;
use platform::{AreaCode, AreaLevel, Error, Millis, Text, Thing, Write};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Value, sql, table, try_join_all, vals};

use crate::community::{OpenCommunities, is_open};
use crate::days::day_of;
use crate::look::{self, Asked};
use crate::purpose::Purpose;
use crate::resident::Resident;
use crate::reveal::{Clear, values};
use crate::whereabouts::home_of;
use crate::words::{Group, How, Sex};

wire_id!(
    /// An export on the wire.
    ExportId, "exp"
);

/// More people than this need a second person.
pub const ALONE: i64 = 100;
/// More people than this are no list for one purpose.
pub const MOST: i64 = 20_000;
/// How long a list may be taken after it was asked for, or granted.
const TAKEN_MS: i64 = 24 * 3_600_000;
/// Rows that are read at once.
const CHUNK: i64 = 500;

table! {
    /// That somebody asked for a list of people.
    pub struct Export in "exports" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub kind: String,
        pub area: i64,
        /// [`Filter`] as JSON.
        pub filter: String,
        pub purpose: String,
        pub reason: String,
        pub asked_at: Millis,
        pub asked_by: Option<i64>,
        pub asked_post: Option<i64>,
        pub decided_at: Option<Millis>,
        pub decided_by: Option<i64>,
        pub decided_post: Option<i64>,
        /// `granted` or `refused`.
        pub decision: Option<String>,
        pub decision_note: Option<String>,
        pub taken_at: Option<Millis>,
        /// How many people matched when it was asked for.
        pub people: Option<i64>,
    }
}

sql! {
    COUNTED = "SELECT area, COUNT(*) FROM residents WHERE street_id = $1 AND area BETWEEN $2 AND $3
        AND state = 'living' AND (sex = $4 OR $4 = '') AND (birth_year >= $5 OR $5 = 0) AND (birth_year <= $6 OR $6 = 9999)
        GROUP BY area ORDER BY area LIMIT 20000";
    MATCHING: Resident = "WHERE street_id = $1 AND area BETWEEN $2 AND $3
        AND state = 'living' AND (sex = $4 OR $4 = '') AND (birth_year >= $5 OR $5 = 0) AND (birth_year <= $6 OR $6 = 9999)
        AND (area, id) > ($7, $8) ORDER BY area, id LIMIT $9";
}

/// Who is on the list, and what is shown of them in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub sex: Option<Sex>,
    pub born_from: Option<i64>,
    pub born_to: Option<i64>,
    #[serde(default)]
    pub clear: Vec<Group>,
}

impl Export {
    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.area)
    }

    /// Its id on the wire.
    pub fn wire_id(&self) -> ExportId {
        ExportId::new(self.street_id, self.id)
    }

    /// Who is on it.
    ///
    /// # Errors
    /// Never in practice: the column holds what we wrote.
    pub fn filter(&self) -> Result<Filter, Error> {
        serde_json::from_str(&self.filter).map_err(Error::internal)
    }

    /// Whether a second person must grant it.
    ///
    /// # Errors
    /// As [`Export::filter`].
    pub fn needs_another(&self) -> Result<bool, Error> {
        Ok(self.people.unwrap_or(i64::MAX) > ALONE || !self.filter()?.clear.is_empty())
    }

    /// Whether whoever asked may take it now.
    ///
    /// # Errors
    /// As [`Export::filter`].
    pub fn may_be_taken(&self, now: Millis) -> Result<bool, Error> {
        let granted = self.decision.as_deref() == Some("granted");
        let since = self.decided_at.unwrap_or(self.asked_at);
        Ok((granted || !self.needs_another()?) && now < since.plus(TAKEN_MS))
    }
}

/// The codes of an area and of what lies below it: all that a street has, else two ranges.
fn ranges(area: i64) -> Vec<(i64, i64)> {
    match area {
        ..1_000_000_000 => vec![(0, i64::MAX)],
        _ => vec![(area, area), (area * 1000, area * 1000 + 999)],
    }
}

fn bound(street: i64, (low, high): (i64, i64), filter: &Filter) -> [Value; 6] {
    let sex = filter.sex.map_or("", Sex::as_str);
    vals![street, low, high, sex, filter.born_from.unwrap_or(0), filter.born_to.unwrap_or(9999)]
}

/// Asks for a list of the people of an area.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] when the purpose does not cover what is to be shown, or too many match.
pub async fn ask(
    w: &Write,
    asked: &Asked,
    open: &OpenCommunities,
    area: AreaCode,
    filter: &Filter,
    reason: &str,
) -> Result<Export, Error> {
    if area.level() == AreaLevel::District {
        let text = Text::new("请按街道或社区导出", "export a street or a community at a time");
        return Err(Error::field("area", text));
    }
    look::admit(w, asked, "export:ask", &Thing::at(area.value())).await?;
    if filter.clear.iter().any(|group| !asked.purpose.groups.contains(group)) {
        let text = Text::new("该用途不能导出这些明文字段", "this purpose does not show these in clear");
        return Err(Error::field("clear", text));
    }
    if filter.clear.contains(&Group::Household) {
        let text = Text::new("名单不含同住人员", "a list holds no households");
        return Err(Error::field("clear", text));
    }
    let street = area.street_id().ok_or(Error::Missing("area"))?;
    let mut people = 0;
    for range in ranges(area.value()) {
        let counted: Vec<(i64, i64)> = w.query(&COUNTED, &bound(street, range, filter)).await?;
        people +=
            counted.iter().filter(|(area, _)| open.is_open(*area)).map(|(_, people)| people).sum::<i64>();
    }
    if people > MOST {
        let text = Text::new("人数超过 20,000，请缩小范围", "more than 20,000 people: narrow it down");
        return Err(Error::field("area", text));
    }
    let caller = w.call().caller()?;
    let export = Export {
        street_id: street,
        id: w.id(),
        version: 1,
        kind: "residents".to_owned(),
        area: area.value(),
        filter: serde_json::to_string(filter).map_err(Error::internal)?,
        purpose: asked.purpose.word.to_owned(),
        reason: reason.to_owned(),
        asked_at: w.now(),
        asked_by: Some(caller.account),
        asked_post: Some(caller.post.id),
        decided_at: None,
        decided_by: None,
        decided_post: None,
        decision: None,
        decision_note: None,
        taken_at: None,
        people: Some(people),
    };
    w.insert(&export).await?;
    let told = json!({ "people": people, "clear": filter.clear, "purpose": export.purpose, "area": area });
    w.record("export:ask", export.wire_id(), told);
    w.announce("export", export.wire_id(), export.area, &json!({ "id": export.wire_id() }));
    Ok(export)
}

/// Grants or refuses a list that somebody else asked for.
///
/// # Errors
/// [`Error::Missing`], [`Error::Forbidden`] for who asked for it; [`Error::Conflict`] when nothing is to be decided.
pub async fn decide(w: &Write, id: ExportId, grant: bool, note: &str) -> Result<Export, Error> {
    let caller = w.call().caller()?.clone();
    let scope = w.app().policy().scope(&caller, "export:approve", w.now());
    if scope.is_empty {
        return Err(Error::forbidden());
    }
    let found: Option<Export> = w.find(&vals![id.street, id.id]).await?;
    let export = found.filter(|export| scope.covers(&export.thing())).ok_or(Error::Missing("export"))?;
    if export.asked_by == Some(caller.account) {
        return Err(Error::Forbidden(Text::new(
            "须由另一人批准",
            "somebody else must decide on what you asked for",
        )));
    }
    if export.decision.is_some() || !export.needs_another()? {
        return Err(Error::conflict(Text::new("无需再批准", "there is nothing left to decide")));
    }
    let decided = Export {
        decided_at: Some(w.now()),
        decided_by: Some(caller.account),
        decided_post: Some(caller.post.id),
        decision: Some(if grant { "granted" } else { "refused" }.to_owned()),
        decision_note: Some(note.to_owned()),
        ..export
    };
    w.update(&decided).await?;
    w.record("export:decide", id, json!({ "decision": decided.decision }));
    w.announce("export", id, decided.area, &json!({ "id": id }));
    Ok(Export { version: decided.version + 1, ..decided })
}

/// Somebody on a list, as the sheet needs it.
pub struct Listed {
    pub resident: Resident,
    pub address: Option<(String, String)>,
    pub id_numbers: Vec<Clear>,
    pub phones: Vec<Clear>,
    pub homes: Vec<Clear>,
}

/// Takes a list: everybody on it is read, and gets the trace. Whoever calls it has asked for a step-up before.
///
/// # Errors
/// [`Error::Missing`] for a list that the caller did not ask for; [`Error::Conflict`] when it may not be taken (any more).
pub async fn take(w: &Write, id: ExportId) -> Result<(Export, Vec<Listed>), Error> {
    let caller = w.call().caller()?.clone();
    let found: Option<Export> = w.find(&vals![id.street, id.id]).await?;
    let export =
        found.filter(|export| export.asked_by == Some(caller.account)).ok_or(Error::Missing("export"))?;
    let purpose = Purpose::named(&export.purpose).ok_or_else(|| Error::internal("no such purpose"))?;
    let asked = Asked { purpose, about: Some(export.wire_id().to_string()) };
    look::admit(w, &asked, "export:ask", &export.thing()).await?;
    if !export.may_be_taken(w.now())? {
        let text = Text::new("尚未批准，或已超过 24 小时", "it is not granted, or older than 24 hours");
        return Err(Error::conflict(text));
    }
    let filter = export.filter()?;
    let people = matching(w, &export, &filter).await?;
    let allowed = export.people.unwrap_or(0).max(ALONE);
    if people.len() as i64 > allowed {
        let text = Text::new("人数已增加，请重新申请", "more people match now: ask anew");
        return Err(Error::conflict(text));
    }
    let listed = try_join_all(people.into_iter().map(|resident| listed(w, resident))).await?;
    let at = w.standing_in(w.call().clone(), export.street_id, w.now());
    let seen: Vec<&Resident> = listed.iter().map(|one| &one.resident).collect();
    let groups = [Group::Name, Group::Id, Group::Phone, Group::Birth, Group::Address];
    look::leave(&at, &asked, &seen, How::Exported, &groups);
    let told = json!({ "people": seen.len(), "clear": filter.clear });
    w.record("export:take", id, told);
    let taken = Export { taken_at: Some(w.now()), ..export };
    w.update(&taken).await?;
    Ok((taken, listed))
}

async fn matching(w: &Write, export: &Export, filter: &Filter) -> Result<Vec<Resident>, Error> {
    let (mut all, mut open) = (Vec::new(), BTreeMap::new());
    for range in ranges(export.area) {
        let mut after = (0, 0);
        loop {
            let mut values = bound(export.street_id, range, filter).to_vec();
            values.extend(vals![after.0, after.1, CHUNK]);
            let rows: Vec<Resident> = w.query(&MATCHING, &values).await?;
            let Some(last) = rows.last().filter(|_| all.len() as i64 <= MOST) else { break };
            after = (last.area, last.id);
            for row in rows {
                let known = match open.get(&row.area) {
                    Some(known) => *known,
                    None => is_open(w, row.area).await?,
                };
                open.insert(row.area, known);
                all.extend(known.then_some(row));
            }
        }
    }
    Ok(all)
}

async fn listed(w: &Write, resident: Resident) -> Result<Listed, Error> {
    let home = home_of(w, &resident, &day_of(w.now())).await?;
    Ok(Listed {
        address: home.map(|home| (home.estate, home.building)),
        id_numbers: values(w, &resident, Group::Id).await?,
        phones: values(w, &resident, Group::Phone).await?,
        homes: values(w, &resident, Group::Address).await?,
        resident,
    })
}
