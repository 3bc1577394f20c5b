//! What the dispatch desk's rules add to a step: what they refuse, where it goes, who helps, what is ruled.

use platform::{Error, FieldProblem, Millis, Text, Write};
use store::Tx;

use crate::books::Books;
use crate::clock::Change;
use crate::decide::StepInput;
use crate::dispatch::act::step_of;
use crate::dispatch::listed::{cited, duty_for, in_force};
use crate::dispatch::obligation::{Assisted, HELPERS, ask, asked, release_all};
use crate::dispatch::ruling::{Ruling, charge, disputed, returns_of, rule};
use crate::order::Order;
use crate::query::clocks_of;
use crate::step::{Actor, Step};
use crate::take_step::tell;
use crate::timing::Clocks;
use crate::words::{Action, ClockKind, State};

/// The longest clause, in characters.
const CLAUSE_CHARS: usize = 300;

/// What a step is decided by beside the order itself.
#[derive(Clone, Debug, Default)]
pub struct Past {
    pub clocks: Clocks,
    /// Who gave the order back; only needed for giving back and for a ruling.
    pub returns: Vec<Step>,
}

impl From<Clocks> for Past {
    fn from(clocks: Clocks) -> Self {
        Self { clocks, returns: Vec::new() }
    }
}

impl Past {
    /// What a decision about this action needs.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of(r: &Tx, order: &Order, action: Action) -> Result<Self, Error> {
        let returns = match action {
            Action::Return | Action::Rule => returns_of(r, order).await?,
            _ => Vec::new(),
        };
        Ok(Self { clocks: clocks_of(r, order.street_id, order.id).await?, returns })
    }
}

/// Trims what belongs to the desk, and refuses what does not belong to the action.
pub(crate) fn tidy(input: StepInput, problems: &mut Vec<FieldProblem>) -> StepInput {
    let text = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let (clause, duty_code) = (text(input.clause), text(input.duty_code));
    let sends = matches!(input.action, Action::Dispatch | Action::Rule);
    let mut refuse = |field, zh, en| problems.push(FieldProblem::new(field, Text::new(zh, en)));
    if clause.as_ref().is_some_and(|clause| clause.chars().count() > CLAUSE_CHARS) {
        refuse("clause", "不超过 300 字", "300 characters at most");
    }
    if duty_code.is_some() && !sends && input.action != Action::Return {
        refuse(
            "duty_code",
            "只有派单、退回或裁定时引用清单",
            "only a dispatch, a return or a ruling cites the list",
        );
    }
    if input.organisation_id.is_some() && !sends {
        refuse("organisation_id", "只有派单或裁定时指定承办单位", "only a dispatch or a ruling names a unit");
    }
    if !input.helpers.is_empty() && !sends {
        refuse(
            "helpers",
            "只有派单或裁定时指定协办单位",
            "only a dispatch or a ruling names units that help",
        );
    }
    if input.helpers.len() > HELPERS {
        refuse("helpers", "同时协办的单位不超过 10 个", "ten units at most help at a time");
    }
    StepInput { clause, duty_code, ..input }
}

/// What the rules of the desk forbid although the flow would allow it.
///
/// # Errors
/// [`Error::Invalid`] without the clause that has to be named; [`Error::Conflict`] for a second return, the return of a
/// designated unit, a referral of what nobody gave back, and a lead that would finish before its helpers.
pub(crate) fn refuse(books: &Books, order: &Order, past: &Past, input: &StepInput) -> Result<(), Error> {
    let conflict = |zh: &'static str, en: &'static str| Err(Error::conflict(Text::new(zh, en)));
    if matches!(input.action, Action::Return | Action::Rule) && input.clause.is_none() {
        let text = Text::new("请写明依据的清单条款", "name the clause of the list");
        return Err(Error::field("clause", text));
    }
    if let Some(code) = input.duty_code.as_deref() {
        in_force(books, code)?;
    }
    match input.action {
        Action::Return if order.designated => conflict(
            "已裁定由本单位承办，不得退回",
            "a ruling named this unit; it cannot give the order back",
        ),
        Action::Return
            if past.returns.iter().any(|step| step.post_organisation_id == order.organisation_id) =>
        {
            conflict(
                "本单位已退回过一次，不得再次退回；仍有异议的，由街道提请仲裁",
                "this unit gave it back once and cannot again; if it still objects, the street refers it to arbitration",
            )
        }
        Action::Refer if order.returned_at.is_none() => {
            conflict("没有单位退回，无须提请仲裁", "no unit gave it back; there is nothing to arbitrate")
        }
        Action::Resolve if order.helpers_open > 0 => {
            let units =
                past.clocks.helping().filter_map(|run| books.staff.organisation(run.organisation_id?));
            let (zh, en): (Vec<&str>, Vec<&str>) =
                units.map(|unit| (unit.name.zh.as_ref(), unit.name.en.as_ref())).unzip();
            Err(Error::conflict(Text::owned(
                format!("协办单位尚未办结：{}", zh.join("、")),
                format!("units that help have not finished: {}", en.join(", ")),
            )))
        }
        _ => Ok(()),
    }
}

/// Sends the order to the unit that was named, under a sub-item of the list.
///
/// # Errors
/// [`Error::Invalid`] for no unit of the street's, for one that helps already, and as [`duty_for`].
pub(crate) fn send(
    after: &mut Order,
    books: &Books,
    clocks: &Clocks,
    input: &StepInput,
) -> Result<(), Error> {
    let refuse = |zh: &'static str, en: &'static str| Error::field("organisation_id", Text::new(zh, en));
    let unit = input.organisation_id.and_then(|id| books.unit(id, after.street_id));
    let unit = unit.ok_or_else(|| {
        refuse("该单位不存在，或不承办本街道的案件", "no such unit, or it takes no orders of this street")
    })?;
    if clocks.helping().any(|run| run.organisation_id == Some(unit.id)) {
        return Err(refuse("该单位正在协办，请先解除协办", "this unit helps already; release it first"));
    }
    let duty = duty_for(books, after, unit, input.duty_code.as_deref())?;
    after.duty_code = duty.map(|duty| duty.code.clone());
    after.organisation_id = Some(unit.id);
    after.returned_at = None;
    let handled = clocks.runs.iter().rfind(|run| run.clock == ClockKind::Handling);
    // Taken back and sent again, the unit of a ruling is still that of the ruling.
    after.designated = input.action == Action::Rule
        || (after.designated && handled.is_some_and(|run| run.organisation_id == Some(unit.id)));
    Ok(())
}

/// The clause that a step cites: the one that was named, else the sub-item under which it goes.
pub(crate) fn clause(after: &Order, books: &Books, input: &StepInput) -> Option<String> {
    let of_list = || match input.action {
        Action::Dispatch => {
            books.catalogue.duty(after.duty_code.as_deref()?).map(|duty| cited(duty).zh.into_owned())
        }
        _ => None,
    };
    input.clause.clone().or_else(of_list)
}

/// The rows that the desk adds to a step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    assisted: Vec<(Assisted, Step)>,
    ruling: Option<Ruling>,
    releases: bool,
}

impl Desk {
    /// What has to happen to the clocks before the flow's own effects.
    pub fn before(past: &mut Past, input: &StepInput, now: Millis) -> Vec<Change> {
        let (Action::Rule, Some(unit)) = (input.action, input.organisation_id) else { return Vec::new() };
        let own = disputed(&past.returns, unit).filter(|step| step.post_organisation_id == Some(unit));
        own.map(|returned| charge(&mut past.clocks, unit, returned, now)).unwrap_or_default()
    }

    /// What the step brings along once the flow's effects are done.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a unit that cannot help.
    pub fn after(
        books: &Books,
        actor: Actor,
        after: &mut Order,
        past: &mut Past,
        input: &StepInput,
        (now, next_id): (Millis, &dyn Fn() -> i64),
    ) -> Result<(Self, Vec<Change>), Error> {
        let (mut desk, mut changes) = (Self::default(), Vec::new());
        let leaves = after.state.is_ended() || matches!(after.state, State::Consulting | State::Guiding);
        if leaves && after.helpers_open > 0 {
            desk.releases = true;
            after.helpers_open = 0;
            let open: Vec<i64> = past.clocks.helping().map(|run| run.id).collect();
            changes.extend(open.into_iter().filter_map(|run| past.clocks.end(run, now)));
        }
        for unit in &input.helpers {
            let wanted = (*unit, None, None);
            let assisted = ask(books, actor, after, &mut past.clocks, (now, next_id), wanted)?;
            let step = step_of(after, next_id(), now, actor, &asked(&assisted.obligation));
            after.helpers_open += 1;
            desk.assisted.push((assisted, step));
        }
        if let (Action::Rule, Some(reason), Some(clause)) = (input.action, &input.reason, &input.clause) {
            let returned = after.organisation_id.and_then(|unit| disputed(&past.returns, unit));
            desk.ruling = Some(rule(books, actor, after, returned, (clause, reason), (now, next_id()))?);
        }
        Ok((desk, changes))
    }

    /// Writes the desk's rows with the step that they belong to.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn write(self, w: &Write, after: &Order) -> Result<(), Error> {
        if self.releases {
            release_all(w, after).await?;
        }
        if let Some(ruling) = &self.ruling {
            w.insert(ruling).await?;
        }
        for (assisted, step) in &self.assisted {
            w.insert(&assisted.obligation).await?;
            crate::take_step::write(w, &assisted.run).await?;
            w.insert(step).await?;
            tell(w, after, step);
        }
        Ok(())
    }
}
