//! What residents ask, as they read it, and by when it must be answered.

use std::sync::Arc;

use catalogue::{Catalogue, deadline};
use platform::{App, Error, FieldProblem, Millis, Text};
use registry::correction::TEXT_CHARS;
use registry::look::LookId;
use registry::survive::{Field, normal};
use registry::{Correction, CorrectionId, CorrectionKind, Outcome, Said, Wish, corrections_of};
use serde::Serialize;
use utoipa::ToSchema;
use worktime::Limit;

use super::me::Me;

/// Working days until an answer (个人信息保护法 art. 50: in time; the house promises when).
const DAYS: &str = "15工作日";
/// The rules by which they are counted.
const RULES: &str = "civil-code";
/// The longest value, in characters.
const VALUE_CHARS: usize = 120;

/// A correction or question with its clock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MineCorrection {
    #[schema(value_type = String)]
    pub id: CorrectionId,
    pub number: String,
    pub kind: CorrectionKind,
    pub kind_name: Text,
    pub field: Option<Field>,
    pub field_name: Option<Text>,
    /// The look that a question is about.
    #[schema(value_type = Option<String>)]
    pub look: Option<LookId>,
    pub value: Option<String>,
    pub text: String,
    pub asked_at: Millis,
    /// By when it must be answered.
    pub due_at: Millis,
    pub late: bool,
    pub answered_at: Option<Millis>,
    pub answered_by: Option<Text>,
    pub outcome: Option<Outcome>,
    pub outcome_name: Option<Text>,
    pub answer: Option<String>,
}

impl MineCorrection {
    /// # Errors
    /// What the vault answers.
    pub(super) fn of(
        app: &App,
        staff: &staff::Directory,
        one: &Correction,
        now: Millis,
    ) -> Result<Self, Error> {
        let wish = one.wish(app)?;
        Ok(Self {
            id: one.wire_id(),
            number: one.number.clone(),
            kind: one.kind,
            kind_name: one.kind.name(),
            field: one.field,
            field_name: one.field.map(Field::name),
            look: one.look_id.map(|look| LookId::new(one.street_id, look)),
            value: one.field.is_some().then_some(wish.value),
            text: wish.text,
            asked_at: one.asked_at,
            due_at: one.due_at,
            late: one.is_late(now),
            answered_at: one.answered_at,
            answered_by: one.answered_post.and_then(|post| staff.post_title(post)),
            outcome: one.outcome,
            outcome_name: one.outcome.map(Outcome::name),
            answer: one.answer_text(app)?,
        })
    }
}

/// Everything that a resident asked, the newest first.
///
/// # Errors
/// What the store and the vault answer.
pub(super) async fn all(app: &App, me: &Me) -> Result<Vec<MineCorrection>, Error> {
    let selves = me.selves.clone();
    let staff = app.snapshot::<staff::Directory>().await?;
    let found = app.read(move |r| async move {
        let mut found = Vec::new();
        for (street, id) in selves {
            found.extend(corrections_of(&r, street, id).await?);
        }
        found.sort_unstable_by_key(|one: &Correction| std::cmp::Reverse(one.id));
        Ok(found)
    });
    let (found, now) = (found.await?, app.clock().now());
    found.iter().map(|one| MineCorrection::of(app, &staff, one, now)).collect()
}

/// By when something that is asked now must be answered.
///
/// # Errors
/// [`Error::Invalid`] when the house has not published how days are counted.
pub(super) fn due(catalogue: &Arc<Catalogue>, now: Millis) -> Result<Millis, Error> {
    let limit = Limit::parse(DAYS).map_err(Error::internal)?;
    let due = deadline(catalogue, RULES, limit, now, &[])?;
    due.at.ok_or_else(|| Error::internal("a clock without pauses has an end"))
}

fn short(field: &str, text: &str, most: usize, problems: &mut Vec<FieldProblem>) -> String {
    let text = text.trim().to_owned();
    if text.is_empty() || text.chars().count() > most {
        let words = Text::owned(format!("请填写 1 至 {most} 字"), format!("write 1 to {most} characters"));
        problems.push(FieldProblem::new(field, words));
    }
    text
}

/// The value that would be right, and why.
///
/// # Errors
/// [`Error::Invalid`] for a value that cannot be one of this field.
pub(super) fn correction(field: Field, value: &str, reason: &str) -> Result<Wish, Error> {
    let mut problems = Vec::new();
    let value = short("value", value, VALUE_CHARS, &mut problems);
    let text = short("reason", reason, TEXT_CHARS, &mut problems);
    if problems.is_empty() && !could_be(field, &value) {
        let words = Text::owned(
            format!("这不是可用的{}，请检查", field.name().zh),
            format!("this cannot be a {}; please check it", field.name().en),
        );
        problems.push(FieldProblem::new("value", words));
    }
    if problems.is_empty() { Ok(Wish { value, text }) } else { Err(Error::invalid(problems)) }
}

/// Whether a value is whole: an identity number passes its check, a telephone is a mobile's, a date exists.
fn could_be(field: Field, value: &str) -> bool {
    let own = || value.to_owned();
    let said = match field {
        Field::Name => Said { name: own(), ..Said::default() },
        Field::Sex => Said { sex: own(), ..Said::default() },
        Field::IdNo => Said { id_no: own(), ..Said::default() },
        Field::BirthDate => Said { birth_date: own(), ..Said::default() },
        Field::Phone => Said { phone: own(), ..Said::default() },
        Field::Address => Said { address: own(), ..Said::default() },
    };
    match (field, normal(field, &said)) {
        (_, None) => false,
        (Field::IdNo | Field::BirthDate, Some((_, whole))) => whole,
        (_, Some(_)) => true,
    }
}

/// A question about a look.
///
/// # Errors
/// [`Error::Invalid`] for none, or one that is too long.
pub(super) fn question(text: &str) -> Result<Wish, Error> {
    let mut problems = Vec::new();
    let text = short("text", text, TEXT_CHARS, &mut problems);
    if problems.is_empty() { Ok(Wish { text, ..Wish::default() }) } else { Err(Error::invalid(problems)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_a_value_is_taken() {
        for (field, right, wrong) in [
            (Field::IdNo, "450204199001010018", "450204199001010019"),
            (Field::BirthDate, "1990-03-04", "1990-02-31"),
            (Field::Sex, "女", "不详"),
            (Field::Phone, "13800005678", "没有"),
            (Field::Name, "韦子涵", "1"),
        ] {
            assert!(correction(field, right, "写错了").is_ok(), "{field} {right}");
            assert!(correction(field, wrong, "写错了").is_err(), "{field} {wrong}");
        }
        assert!(correction(Field::Name, "韦子涵", " ").is_err());
        assert!(question(" ").is_err() && question("为什么查我的住址？").is_ok());
        assert!(question(&"长".repeat(TEXT_CHARS + 1)).is_err());
    }
}
