//! The catalogue on the wire.

use platform::posts::OrganisationId;
use platform::{App, Caller, Error, Millis, PostInUse, PostKind, Text};
use serde::Serialize;
use utoipa::ToSchema;
use workflow::{CheckedFlow, Flow, StateKind};
use worktime::Lang;

use crate::class::{CaseClass, Category};
use crate::deadline::Due;
use crate::duty::{COMMUNITY, Duty, DutyLevel};
use crate::flow::{Published, sentences};
use crate::snapshot::Edition;
use crate::standard::{Standard, StandardId};

/// An entry of the duty list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DutyOut {
    pub code: String,
    pub level: DutyLevel,
    pub parent: Option<String>,
    pub name: Text,
    pub basis: Option<String>,
    pub owner: Option<Text>,
    pub co_owners: Vec<Text>,
    /// The codes of the case classes that fall under it.
    pub classes: Vec<String>,
}

impl DutyOut {
    pub(crate) fn of(duty: Duty, staff: &staff::Directory) -> Self {
        let named = |word: String| name_of(&word, staff);
        let (helpers, classes) = (duty.helpers(), duty.classes());
        Self {
            code: duty.code,
            level: duty.duty_level,
            parent: Some(duty.parent_code).filter(|code| !code.is_empty()),
            name: Text::owned(duty.name_zh, duty.name_en),
            basis: duty.basis,
            owner: duty.owner.map(named),
            co_owners: helpers.into_iter().map(named).collect(),
            classes,
        }
    }
}

/// The name of the organisation that a duty list calls by its key or its Chinese name; what is no organisation of
/// ours is shown as the list writes it.
fn name_of(word: &str, staff: &staff::Directory) -> Text {
    if word == COMMUNITY {
        return Text::new("社区", "the community");
    }
    let by_name = || staff.all().find(|organisation| organisation.name.zh == word);
    match staff.by_key(word, None).or_else(by_name) {
        Some(organisation) => organisation.name.clone(),
        None => Text::owned(word, word),
    }
}

/// A class of cases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassOut {
    pub code: String,
    pub name: Text,
    /// The major class.
    pub parent: Option<String>,
    pub kind: Category,
    /// 部件 or 事件.
    pub category: Text,
}

impl From<&CaseClass> for ClassOut {
    fn from(class: &CaseClass) -> Self {
        Self {
            code: class.code.clone(),
            name: class.name.clone(),
            parent: class.parent.clone(),
            kind: class.category,
            category: class.category.name(),
        }
    }
}

/// An organisation by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Responsible {
    pub id: OrganisationId,
    pub name: Text,
}

/// A standard in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandardOut {
    pub id: StandardId,
    pub class: String,
    pub open_condition: String,
    pub close_condition: String,
    pub limit: Text,
    /// Who handles it, seen from the street of the caller's post; none until that organisation is opened.
    pub organisation: Option<Responsible>,
    pub basis: Option<String>,
    pub emergency: bool,
}

impl StandardOut {
    pub(crate) fn of(standard: &Standard, staff: &staff::Directory, street: Option<i64>) -> Self {
        let organisation = staff.by_key(&standard.organisation_key, street);
        Self {
            id: StandardId::shared(standard.id),
            class: standard.class.clone(),
            open_condition: standard.open_condition.clone(),
            close_condition: standard.close_condition.clone(),
            limit: Text::owned(standard.limit.text(Lang::Zh), standard.limit.text(Lang::En)),
            organisation: organisation
                .map(|one| Responsible { id: OrganisationId::shared(one.id), name: one.name.clone() }),
            basis: standard.basis.clone(),
            emergency: standard.emergency,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowStateOut {
    pub key: String,
    pub name: Text,
    /// An end.
    #[serde(rename = "final")]
    pub is_final: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowActionOut {
    pub key: String,
    pub name: Text,
    pub from: Vec<String>,
    pub to: String,
    /// The kinds of post that carry the right.
    pub who: Vec<PostKind>,
    /// What must come with it.
    pub needs: Vec<String>,
}

/// A flow in the version that is in effect.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FlowOut {
    pub key: String,
    pub name: Text,
    pub version: u32,
    pub effective_from: Millis,
    pub states: Vec<FlowStateOut>,
    pub actions: Vec<FlowActionOut>,
    /// What the check would find today; empty unless the rights changed after it was published.
    pub findings: Vec<Text>,
}

impl FlowOut {
    pub(crate) fn of(published: &Published, app: &App) -> Result<Self, Error> {
        let checked: &CheckedFlow = &published.flow;
        let flow: &Flow = checked.flow();
        let state = |state: &workflow::State| FlowStateOut {
            key: state.name.clone(),
            name: Text::owned(state.zh.clone(), state.en.clone()),
            is_final: state.kind == StateKind::Terminal,
        };
        let action = |action: &workflow::Action| FlowActionOut {
            key: action.name.clone(),
            name: Text::owned(action.zh.clone(), action.en.clone()),
            from: action.from.clone(),
            to: action.to.clone(),
            who: holders(app, &action.right),
            needs: action.needs.iter().map(|need| format!("{need:?}").to_lowercase()).collect(),
        };
        Ok(Self {
            key: flow.id.clone(),
            name: Text::owned(flow.zh.clone(), flow.en.clone()),
            version: flow.version,
            effective_from: published.effective_from,
            states: flow.states.iter().map(state).collect(),
            actions: flow.actions.iter().map(action).collect(),
            findings: findings(flow, app),
        })
    }
}

/// What the check finds in a flow with the rights that policies grant now.
pub(crate) fn findings(flow: &Flow, app: &App) -> Vec<Text> {
    flow.check(|right| app.policy().is_held(right)).err().map(|found| sentences(&found)).unwrap_or_default()
}

/// The kinds of post that carry a right somewhere.
pub(crate) fn holders(app: &App, right: &str) -> Vec<PostKind> {
    let carries = |kind: &PostKind| {
        let post =
            PostInUse { id: 0, kind: *kind, area: app.district(), organisation: None, not_after: None };
        app.policy().rights(&Caller { account: 0, post }).contains(&right)
    };
    PostKind::ALL.into_iter().filter(carries).collect()
}

/// What is known of a year's holidays.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum YearStatus {
    Known,
    /// Announced, not out: only weekends are off.
    Provisional,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoticeDayOut {
    /// `2026-10-01`.
    pub date: String,
    /// The holiday that it belongs to.
    pub name: String,
    /// A day off; otherwise a weekend day that is worked (调休).
    pub off: bool,
}

/// A year's notice in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct YearOut {
    pub year: i16,
    pub status: YearStatus,
    /// Raised with every notice that replaces another.
    pub edition: i64,
    pub published_at: Millis,
    pub days: Vec<NoticeDayOut>,
}

impl From<&Edition> for YearOut {
    fn from(edition: &Edition) -> Self {
        let notice = &edition.notice;
        let day = |day: &worktime::NoticeDay| NoticeDayOut {
            date: day.date.to_string(),
            name: day.name.clone(),
            off: day.off,
        };
        Self {
            year: notice.year,
            status: if notice.days.is_empty() { YearStatus::Provisional } else { YearStatus::Known },
            edition: edition.edition,
            published_at: edition.published_at,
            days: notice.days.iter().map(day).collect(),
        }
    }
}

/// A deadline with its reasons.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeadlineOut {
    pub due_at: Millis,
    pub provisional: bool,
    /// The rule set that counted, as `id/version`.
    pub rules: String,
    pub derivation: Vec<Text>,
}

impl DeadlineOut {
    /// # Errors
    /// Never without an open pause.
    pub(crate) fn of(due: Due) -> Result<Self, Error> {
        let due_at = due.at.ok_or_else(|| Error::internal("a deadline without pauses has a moment"))?;
        Ok(Self { due_at, provisional: due.provisional, rules: due.rules, derivation: due.derivation })
    }
}
