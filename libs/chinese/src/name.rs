//! Names of persons: surname and given name, titles in place of a given name, names in parts, Latin names.

use std::sync::LazyLock;

use crate::fold::{half_width, is_interpunct, simplified};
use crate::{is_han, surnames};

/// A name in one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Simplified, without spaces; parts of a name in parts are joined by `·`, words of a Latin name by a space.
    pub text: String,
    pub surname: Option<String>,
    pub given: Option<String>,
    pub form: Form,
}

/// How much of a name was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Surname and given name.
    Full,
    /// A surname with a form of address: 韦阿姨, 老王. The given name is not known.
    Titled,
    /// A given name alone: 阿强.
    Familiar,
    /// A name in parts, as Uygur, Tibetan and other names are written: 买买提·吐尔逊. It has no surname.
    Parts,
    /// A name in Latin letters.
    Latin,
}

/// Forms of address that stand behind a surname, longest first.
const TITLES: &[&str] = &[
    "老先生",
    "老太太",
    "老大爷",
    "老奶奶",
    "老爷爷",
    "大姐姐",
    "大哥哥",
    "先生",
    "女士",
    "小姐",
    "太太",
    "夫人",
    "老师",
    "师傅",
    "阿姨",
    "阿婆",
    "阿公",
    "叔叔",
    "伯伯",
    "伯母",
    "大爷",
    "大伯",
    "大叔",
    "大妈",
    "大娘",
    "大婶",
    "婶婶",
    "奶奶",
    "爷爷",
    "大姐",
    "大哥",
    "大嫂",
    "嫂子",
    "婆婆",
    "公公",
    "同志",
    "医生",
    "大夫",
    "主任",
    "书记",
    "经理",
    "老板",
    "同学",
    "教授",
    "律师",
    "警官",
    "队长",
    "组长",
    "村长",
    "叔",
    "伯",
    "姐",
    "哥",
    "嫂",
    "姨",
    "婶",
    "妈",
    "爷",
    "婆",
    "某某",
    "某",
];

/// The last characters of the forms of address, sorted.
static TITLE_ENDS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut ends: Vec<char> = TITLES.iter().filter_map(|title| title.chars().next_back()).collect();
    ends.sort_unstable();
    ends
});

/// Reads a name; `None` where nothing of a name is written.
#[must_use]
pub fn read(text: &str) -> Option<Name> {
    let text = without_remark(text);
    let folded: String = text.chars().map(|c| simplified(half_width(c))).collect();
    if !folded.chars().any(is_han) {
        return latin(&folded);
    }
    let parts: Vec<&str> =
        folded.split(|c: char| is_interpunct(c)).map(str::trim).filter(|part| !part.is_empty()).collect();
    let squeezed: String =
        folded.chars().filter(|&c| !is_interpunct(c) && (is_han(c) || c.is_alphanumeric())).collect();
    let length = squeezed.chars().count();
    // A dot inside two or three characters, or behind a surname, is a slip of typing; otherwise it parts a name.
    let slip = length <= 3 || parts.first().is_some_and(|first| length <= 4 && surnames::is_known(first));
    if parts.len() > 1 && !slip {
        let joined: Vec<String> =
            parts.iter().map(|part| part.chars().filter(|c| !c.is_whitespace()).collect()).collect();
        return Some(Name { text: joined.join("·"), surname: None, given: None, form: Form::Parts });
    }
    if let Some(name) = addressed(&squeezed, length) {
        return Some(name);
    }
    if length > 4 {
        return Some(Name { text: squeezed, surname: None, given: None, form: Form::Parts });
    }
    Some(full(squeezed, length))
}

/// What stands in brackets behind a name tells about the person, not the name: 张伟（户主）.
fn without_remark(text: &str) -> &str {
    text.split(['(', '（', '[', '【', '<', '《'])
        .next()
        .filter(|before| !before.trim().is_empty())
        .unwrap_or(text)
}

fn addressed(text: &str, length: usize) -> Option<Name> {
    let titled = |surname: &str| Name {
        text: text.to_owned(),
        surname: Some(surname.to_owned()),
        given: None,
        form: Form::Titled,
    };
    if length == 2 {
        for mark in ["老", "小"] {
            if let Some(surname) = text.strip_prefix(mark).filter(|rest| surnames::is_known(rest)) {
                return Some(titled(surname));
            }
        }
        if let Some(given) = text.strip_prefix('阿') {
            return Some(Name {
                text: text.to_owned(),
                surname: None,
                given: Some(given.to_owned()),
                form: Form::Familiar,
            });
        }
    }
    // Most names do not end as a form of address does.
    let last = text.chars().next_back()?;
    TITLE_ENDS.binary_search(&last).ok()?;
    TITLES
        .iter()
        .find_map(|title| text.strip_suffix(title).filter(|rest| surnames::is_known(rest)))
        .map(titled)
}

fn full(text: String, length: usize) -> Name {
    let compound = length > 2 && surnames::begins_compound(&text);
    let cut = text.char_indices().nth(if compound { 2 } else { 1 }).map_or(text.len(), |(at, _)| at);
    let (surname, given) = text.split_at_checked(cut).unwrap_or((&text, ""));
    let given = (!given.is_empty()).then(|| given.to_owned());
    Name { surname: Some(surname.to_owned()), given, form: Form::Full, text }
}

/// `Smith, John` and `John Smith` are the same; words in lower case.
fn latin(text: &str) -> Option<Name> {
    let lower = text.to_lowercase();
    let words = |part: &str| -> Vec<String> {
        part.split(|c: char| !c.is_alphanumeric() && c != '\'')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let ordered = match lower.split_once(',') {
        Some((family, given)) => words(given).into_iter().chain(words(family)).collect(),
        None => words(&lower),
    };
    if !ordered.iter().any(|word| word.chars().any(char::is_alphabetic)) {
        return None;
    }
    let (surname, given) = ordered.split_last()?;
    let given = (!given.is_empty()).then(|| given.join(" "));
    Some(Name { text: ordered.join(" "), surname: Some(surname.clone()), given, form: Form::Latin })
}

impl Name {
    /// The sound of the whole name, the surname in its own reading: 单建国 is `shan jian guo`.
    #[must_use]
    pub fn reading(&self) -> String {
        match (self.form, &self.surname, &self.given) {
            (Form::Full, Some(surname), given) => {
                let mut out = crate::reading::of_surname(surname);
                crate::reading::write(given.as_deref().unwrap_or_default(), &mut out);
                out
            }
            _ => crate::reading::of(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Name, read};

    fn parts(text: &str) -> (String, String, Form) {
        let Name { surname, given, form, .. } = read(text).expect(text);
        (surname.unwrap_or_default(), given.unwrap_or_default(), form)
    }

    fn row(surname: &str, given: &str, form: Form) -> (String, String, Form) {
        (surname.to_owned(), given.to_owned(), form)
    }

    #[test]
    fn surnames_of_one_and_two_characters_are_told_apart() {
        assert_eq!(parts("韦梓涵"), row("韦", "梓涵", Form::Full));
        assert_eq!(parts("欧阳娜"), row("欧阳", "娜", Form::Full));
        assert_eq!(parts("欧阳"), row("欧", "阳", Form::Full));
        assert_eq!(parts("司马相如"), row("司马", "相如", Form::Full));
        assert_eq!(parts("劉 伟"), row("刘", "伟", Form::Full));
        assert_eq!(parts("张·伟"), row("张", "伟", Form::Full));
        assert_eq!(parts("张伟（户主）"), row("张", "伟", Form::Full));
    }

    #[test]
    fn a_form_of_address_is_no_given_name() {
        for text in ["韦阿姨", "韦师傅", "老韦", "小韦", "韦大姐", "韦老师"] {
            assert_eq!(parts(text), row("韦", "", Form::Titled), "{text}");
        }
        assert_eq!(parts("欧阳老师"), row("欧阳", "", Form::Titled));
        assert_eq!(parts("阿强"), row("", "强", Form::Familiar));
    }

    #[test]
    fn names_in_parts_stay_whole() {
        let name = read("买买提 • 吐尔逊").unwrap();
        assert_eq!((name.text.as_str(), name.form), ("买买提·吐尔逊", Form::Parts));
        assert_eq!(read("迪丽热巴·迪力木拉提").unwrap().surname, None);
    }

    #[test]
    fn latin_names_are_read_in_either_order() {
        assert_eq!(read("Smith, John").unwrap(), read("JOHN  SMITH").unwrap());
        assert_eq!(read("-"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn a_name_sounds_as_its_surname_does() {
        assert_eq!(read("单建国").unwrap().reading(), "shan jian guo");
        assert_eq!(read("韦梓涵").unwrap().reading(), read("韦子涵").unwrap().reading());
    }
}
