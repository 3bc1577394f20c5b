//! What a caller filled in, checked field by field; all that is wrong is told at once.

use std::str::FromStr;

use platform::{AreaCode, Error, FieldProblem, Text};

/// The longest username and the longest name of a person, in characters.
pub(crate) const NAME: usize = 40;
/// The longest title in English; one Chinese character says about as much as two letters.
pub(crate) const ENGLISH: usize = 80;

/// The problems of one body, gathered.
#[derive(Default)]
pub(crate) struct Form(Vec<FieldProblem>);

impl Form {
    /// The value of a field, or nothing and a problem more.
    pub fn kept<T>(&mut self, field: &str, checked: Result<T, Text>) -> Option<T> {
        checked.map_err(|detail| self.0.push(FieldProblem::new(field, detail))).ok()
    }

    /// The title in both languages.
    pub fn title(&mut self, title: &Text) -> Option<Text> {
        let (zh, en) =
            (self.kept("title.zh", line(&title.zh, NAME)), self.kept("title.en", line(&title.en, ENGLISH)));
        Some(Text::owned(zh?, en?))
    }

    /// The refusal that names every problem found.
    pub fn refused(self) -> Error {
        Error::Invalid(self.0)
    }
}

/// One line of text without its margins, at most so many characters.
pub(crate) fn line(text: &str, most: usize) -> Result<String, Text> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Text::new("请填写", "fill this in")),
        many if many > most => {
            Err(Text::owned(format!("最多 {most} 个字"), format!("at most {most} characters")))
        }
        _ if text.chars().any(char::is_control) => {
            Err(Text::new("不能含换行或其他控制字符", "no line breaks or other control characters"))
        }
        _ => Ok(text.to_owned()),
    }
}

/// A username in the form in which it is kept. A first letter keeps phone and identity numbers out.
pub(crate) fn username(text: &str) -> Result<String, Text> {
    let name = text.trim().to_lowercase();
    let is_taken = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    let is_sound = (2..=NAME).contains(&name.chars().count())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(is_taken);
    is_sound.then_some(name).ok_or(Text::new(
        "账号须为 2 至 40 位小写字母、数字、点、横线或下划线，以字母开头",
        "2 to 40 lower-case letters, digits, dots, hyphens or underscores, beginning with a letter",
    ))
}

/// One of the words that a field knows.
pub(crate) fn word<T: FromStr>(text: &str) -> Result<T, Text> {
    let shown = || text.chars().take(NAME).collect::<String>();
    text.parse().map_err(|_| {
        Text::owned(format!("没有“{}”这一类", shown()), format!("there is no kind `{}`", shown()))
    })
}

/// An area's code, of any level.
pub(crate) fn area(text: &str) -> Result<AreaCode, Text> {
    text.parse::<AreaCode>().map_err(|error| Text::owned(error.zh(), error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_begins_with_a_letter_and_is_kept_in_lower_case() {
        assert_eq!(username(" Wei.Clerk-2_a "), Ok("wei.clerk-2_a".to_owned()));
        assert_eq!(username("li"), Ok("li".to_owned()));
        let long = "a".repeat(NAME + 1);
        for wrong in
            ["", "l", "13800001234", "韦小姐", "wei clerk", "wei@liunan", "ｗｅｉ", "-wei", long.as_str()]
        {
            assert!(username(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_is_one_line_and_not_too_long() {
        assert_eq!(line("  韦小姐 ", 3), Ok("韦小姐".to_owned()));
        for wrong in ["", " \t", "韦\n小姐", "韦\u{0}", "韦小姐们"] {
            assert!(line(wrong, 3).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_problem_of_a_form_is_told() {
        let mut form = Form::default();
        assert_eq!(form.kept("area", area("4502")), None);
        assert_eq!(form.title(&Text::new("", "")), None);
        assert!(form.kept("kind", word::<i64>("seven")).is_none());
        let Error::Invalid(problems) = form.refused() else { panic!("a form answers with its fields") };
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["area", "title.zh", "title.en", "kind"]);
    }
}
