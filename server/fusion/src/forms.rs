//! Forms that higher levels push down: which of their columns the register knows, and that none is filled in twice.

pub mod answer;
mod answers_api;
mod api;
mod column;
mod count;
mod field;
mod roster;
mod values;

use platform::ids::wire_id;
use platform::words;
use platform::{App, Caller, Error, Millis, Text, Thing, Write};
use registry::look;
use serde_json::json;
use store::{Tx, sql, table, vals};
use utoipa_axum::router::OpenApiRouter;

pub use column::{Column, RowsOf};
pub use field::ARTICLE;

wire_id!(
    /// A form on the wire.
    FormId, "frm"
);

/// What one cell takes by hand where nobody said otherwise: an assumption, which each form may replace.
const SECONDS_PER_CELL: i64 = 15;
const NAME_CHARS: usize = 80;
const NOTE_CHARS: usize = 500;

words! {
    /// How a form stands.
    FormState, "state of a form" {
        Received = "received", "待研判", "to be looked at";
        Accepted = "accepted", "已接收", "accepted";
        Refused = "refused", "已退回", "refused";
    }
}

words! {
    /// How often a form is to be filled in.
    Every, "rhythm" {
        Once = "once", "一次性", "once";
        Weekly = "weekly", "每周", "every week";
        Monthly = "monthly", "每月", "every month";
        Quarterly = "quarterly", "每季度", "every quarter";
        Yearly = "yearly", "每年", "every year";
    }
}

table! {
    /// A form of another level. It belongs to whoever registered it: the district, or a street for itself.
    pub struct Form in "forms" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub version: i64,
        pub name: String,
        /// Who wants it.
        pub issuer: String,
        /// The document that it is wanted under.
        pub basis: String,
        pub every: Every,
        /// [`Column`]s as JSON.
        pub columns: String,
        pub column_count: i64,
        pub known_count: i64,
        pub seconds_per_cell: i64,
        pub state: FormState,
        pub decided_note: Option<String>,
        pub received_at: Millis,
        pub received_by: Option<i64>,
        pub decided_at: Option<Millis>,
        pub decided_by: Option<i64>,
        /// Only residents of these ages, in whole years.
        pub age_from: Option<i64>,
        pub age_to: Option<i64>,
    }
}

sql! {
    NEWEST: Form = "WHERE street_id = $1 ORDER BY id DESC LIMIT 500";
    ACCEPTED: Form = "WHERE street_id = $1 AND state = 'accepted' ORDER BY id LIMIT 500";
    REFUSED: Form = "WHERE street_id = $1 AND state = 'refused' ORDER BY id LIMIT 500";
}

/// A form as it came.
#[derive(Clone, Debug)]
pub struct NewForm {
    pub name: String,
    pub issuer: String,
    pub basis: String,
    pub every: Every,
    pub columns: Vec<Column>,
    pub seconds_per_cell: Option<i64>,
    pub age_from: Option<i64>,
    pub age_to: Option<i64>,
}

impl NewForm {
    /// Trims, and refuses what makes no form.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the reason.
    pub fn tidy(mut self) -> Result<Self, Error> {
        let wrong = |field: &'static str, zh, en| Err(Error::field(field, Text::new(zh, en)));
        for text in [&mut self.name, &mut self.issuer, &mut self.basis] {
            *text = text.trim().to_owned();
        }
        let fits = |text: &str| text.chars().count() <= NAME_CHARS && !text.chars().any(char::is_control);
        if self.name.is_empty() || !fits(&self.name) {
            return wrong("name", "请填写 1 至 80 字", "write 1 to 80 characters");
        }
        // Looks at the people in it are about the form, by its name.
        if look::holds_a_number(&self.name) {
            return Err(Error::field("name", look::no_number()));
        }
        if self.issuer.is_empty() || !fits(&self.issuer) {
            return wrong("issuer", "请填写 1 至 80 字", "write 1 to 80 characters");
        }
        if !fits(&self.basis) {
            return wrong("basis", "不超过 80 字", "80 characters at most");
        }
        column::check(&self.columns)?;
        if self.seconds_per_cell.is_some_and(|seconds| !(1..=600).contains(&seconds)) {
            return wrong("seconds_per_cell", "每格用时须为 1 至 600 秒", "a cell takes 1 to 600 seconds");
        }
        let (from, to) = (self.age_from.unwrap_or(0), self.age_to.unwrap_or(150));
        if from < 0 || to > 150 || from > to {
            return wrong("age_from", "年龄范围有误", "these ages are no range");
        }
        Ok(self)
    }
}

impl Form {
    pub fn wire_id(&self) -> FormId {
        FormId::new(self.street_id, self.id)
    }

    /// What policies see of it.
    pub fn thing(&self) -> Thing {
        Thing::at(self.street_id)
    }

    /// Its columns, read.
    ///
    /// # Errors
    /// [`Error::Internal`] where they are broken.
    pub fn columns(&self) -> Result<Vec<Column>, Error> {
        serde_json::from_str(&self.columns).map_err(Error::internal)
    }

    /// Columns that nobody but the community can fill.
    pub fn new_count(&self) -> i64 {
        self.column_count - self.known_count
    }

    /// The ages of its residents, in whole years; everybody where it says none.
    pub fn ages(&self) -> std::ops::RangeInclusive<i64> {
        match (self.age_from, self.age_to) {
            (None, None) => 0..=i64::MAX,
            (from, to) => from.unwrap_or(0)..=to.unwrap_or(150),
        }
    }

    /// The first day's month of the span for which it is filled in now, such as `2026-11`.
    pub fn month(&self, now: Millis) -> String {
        let today = now.beijing_date();
        let (year, month) = match self.every {
            Every::Once => {
                let received = self.received_at.beijing_date();
                (received.year(), received.month())
            }
            Every::Weekly | Every::Monthly => (today.year(), today.month()),
            Every::Quarterly => (today.year(), (today.month() - 1) / 3 * 3 + 1),
            Every::Yearly => (today.year(), 1),
        };
        format!("{year:04}-{month:02}")
    }

    /// How often it is filled in during a month.
    pub fn times_in(&self, month: &str) -> i64 {
        let number = month.get(5..7).and_then(|month| month.parse::<i64>().ok()).unwrap_or_default();
        let received = self.received_at.beijing_date().strftime("%Y-%m").to_string();
        match self.every {
            _ if month < received.as_str() => 0,
            Every::Once => i64::from(month == received),
            Every::Weekly => 4,
            Every::Monthly => 1,
            Every::Quarterly => i64::from(number % 3 == 1),
            Every::Yearly => i64::from(number == 1),
        }
    }
}

/// The forms that a post meets: those of its street, and those of the district.
///
/// # Errors
/// What the store answers.
pub(crate) async fn forms_for(r: &Tx, caller: &Caller, district: i64) -> Result<Vec<Form>, Error> {
    let mut forms: Vec<Form> = r.query(&NEWEST, &vals![district]).await?;
    if caller.post.street() != district {
        forms.extend(r.query::<Form>(&NEWEST, &vals![caller.post.street()]).await?);
    }
    forms.sort_by_key(|form| std::cmp::Reverse(form.id));
    Ok(forms)
}

/// The accepted and the refused forms of the district and of a street.
///
/// # Errors
/// What the store answers.
pub(crate) async fn decided(r: &Tx, owner: i64) -> Result<(Vec<Form>, Vec<Form>), Error> {
    Ok((r.query(&ACCEPTED, &vals![owner]).await?, r.query(&REFUSED, &vals![owner]).await?))
}

/// Enters a form into the register of forms. One that asks for nothing new, or for what is never kept, is refused.
///
/// # Errors
/// [`Error::Forbidden`], what the store answers.
pub async fn receive_form(w: &Write, new: NewForm) -> Result<Form, Error> {
    let owner = w.street();
    w.require("form:manage", &Thing::at(owner))?;
    let known = new.columns.iter().filter(|column| !column.is_new()).count();
    let is_refused = known == new.columns.len() || new.columns.iter().any(|column| column.never);
    let form = Form {
        street_id: owner,
        id: w.id(),
        version: 1,
        name: new.name,
        issuer: new.issuer,
        basis: new.basis,
        every: new.every,
        columns: json!(new.columns).to_string(),
        column_count: new.columns.len() as i64,
        known_count: known as i64,
        seconds_per_cell: new.seconds_per_cell.unwrap_or(SECONDS_PER_CELL),
        state: if is_refused { FormState::Refused } else { FormState::Received },
        decided_note: None,
        received_at: w.now(),
        received_by: w.call().account().ok(),
        decided_at: is_refused.then_some(w.now()),
        decided_by: None,
        age_from: new.age_from,
        age_to: new.age_to,
    };
    w.insert(&form).await?;
    let detail = json!({ "columns": form.column_count, "known": form.known_count, "state": form.state });
    w.record("form:receive", form.wire_id(), detail);
    Ok(form)
}

/// Accepts or refuses a form. One that asks for nothing new is only accepted with a reason, one that asks for what is
/// never kept not at all.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`] without the reason, a conflict when somebody decided meanwhile.
pub async fn decide_form(w: &Write, form: Form, accept: bool, note: Option<&str>) -> Result<Form, Error> {
    w.require("form:manage", &form.thing())?;
    let note = note.map(str::trim).filter(|note| !note.is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE_CHARS) {
        return Err(Error::field("note", Text::new("不超过 500 字", "500 characters at most")));
    }
    if accept && form.columns()?.iter().any(|column| column.never) {
        let text = Text::new(
            "表格要求填报本系统不得收集的信息，不能接收",
            "the form asks for what is never kept here; it cannot be accepted",
        );
        return Err(Error::field("decision", text));
    }
    if accept && form.new_count() == 0 && note.is_none() {
        let text = Text::owned(
            format!("各列均可从登记册取得。{}。仍要接收的，请写明理由", ARTICLE.zh),
            format!("the register knows every column. {}. To accept it all the same, say why", ARTICLE.en),
        );
        return Err(Error::field("note", text));
    }
    let decided = Form {
        state: if accept { FormState::Accepted } else { FormState::Refused },
        decided_note: note.map(str::to_owned),
        decided_at: Some(w.now()),
        decided_by: w.call().account().ok(),
        ..form
    };
    w.update(&decided).await?;
    w.record("form:decide", decided.wire_id(), json!({ "state": decided.state }));
    Ok(Form { version: decided.version + 1, ..decided })
}

/// The form with this id, of which the caller's street hears.
///
/// # Errors
/// [`Error::Missing`].
pub(crate) async fn form_of(r: &Tx, caller: &Caller, id: FormId) -> Result<Form, Error> {
    let street = caller.post.street();
    let form: Option<Form> = r.find(&vals![id.street, id.id]).await?;
    let is_near =
        |form: &Form| form.street_id == street || form.street_id == street / 1000 || street < 1_000_000;
    form.filter(is_near).ok_or(Error::Missing("form"))
}

pub(crate) fn router() -> OpenApiRouter<App> {
    api::router().merge(answers_api::router())
}
