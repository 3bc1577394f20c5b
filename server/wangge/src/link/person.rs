//! From a row of a register to the cells that are compared.

use linkage::{Cells, Field, Kind};

/// The columns that a register may have; `record_id` and at least one other must be there.
pub const COLUMNS: [&str; 7] = ["record_id", "name", "sex", "id_no", "birth_date", "phone", "address"];

/// The fields of the table, in the order in which [`write()`] fills them.
pub fn fields() -> Vec<Field> {
    let text = |name| Field::new(name, Kind::Text);
    vec![
        text("record_id"),
        text("name"),
        text("name_reading"),
        text("name_shape"),
        text("surname_reading"),
        text("given"),
        text("given_reading"),
        Field::new("id_no", Kind::Identifier),
        Field::new("birth_date", Kind::Date),
        text("birth_year"),
        text("sex"),
        text("phone"),
        text("dwelling"),
        text("building"),
        text("estate"),
    ]
}

/// What a row says, column by column; absent columns are empty.
#[derive(Clone, Copy, Default)]
pub struct Row<'a> {
    pub record_id: &'a str,
    pub name: &'a str,
    pub sex: &'a str,
    pub id_no: &'a str,
    pub birth_date: &'a str,
    pub phone: &'a str,
    pub address: &'a str,
}

/// Writes the cells of a row.
pub fn write(row: &Row, cells: &mut [Cells]) {
    let mut cells = cells.iter_mut();
    let mut put = |text: &str, sound: bool| {
        if let Some(cells) = cells.next() {
            cells.push(text, sound);
        }
    };
    put(row.record_id, true);
    name(row.name, &mut put);
    match chinese::identity::read(row.id_no) {
        Ok(id) => put(id.text(), matches!(id, chinese::identity::IdNumber::Resident(_))),
        // A mistyped number still finds its neighbours; a masked one is no number.
        Err(chinese::identity::IdFault::Empty | chinese::identity::IdFault::Masked) => put("", false),
        Err(_) => {
            let text = chinese::identity::cleaned(row.id_no);
            put(if text.len() >= 5 && text.bytes().any(|b| b.is_ascii_digit()) { &text } else { "" }, false);
        }
    }
    birth(row.birth_date, &mut put);
    put(sex(row.sex), true);
    match chinese::phone::read(row.phone) {
        Some(chinese::phone::Phone::Service(_)) => put("", true),
        Some(phone) => put(&phone.digits(), true),
        None => {
            let digits: String = row.phone.chars().filter(char::is_ascii_digit).collect();
            put(if digits.len() >= 7 { &digits } else { "" }, true);
        }
    }
    address(row.address, &mut put);
}

fn name(text: &str, put: &mut impl FnMut(&str, bool)) {
    use chinese::name::Form;
    use chinese::reading;
    let Some(name) = chinese::name::read(text) else {
        (0..6).for_each(|_| put("", true));
        return;
    };
    let given = name.given.as_deref().unwrap_or_default();
    let surname = match (name.form, name.surname.as_deref()) {
        (Form::Latin, Some(surname)) => surname.to_owned(),
        (_, Some(surname)) => reading::of_surname(surname),
        (_, None) => String::new(),
    };
    let sound_of_given = if name.form == Form::Latin { given.to_owned() } else { reading::of(given) };
    let whole = matches!(name.form, Form::Full | Form::Parts | Form::Latin);
    if whole {
        put(&name.text, true);
        let sound = match (name.form, given) {
            (Form::Latin, _) => name.text.clone(),
            (Form::Full, "") => surname.clone(),
            (Form::Full, _) => format!("{surname} {sound_of_given}"),
            _ => name.reading(),
        };
        put(&sound, true);
        put(&name.text.chars().map(chinese::lookalike::shape).collect::<String>(), true);
    } else {
        (0..3).for_each(|_| put("", true));
    }
    put(&surname, true);
    put(given, true);
    put(&sound_of_given, true);
}

fn birth(text: &str, put: &mut impl FnMut(&str, bool)) {
    use chinese::date::Date;
    let Some(date) = chinese::date::read(text) else {
        (0..2).for_each(|_| put("", true));
        return;
    };
    let written = match (date, date.day()) {
        (_, Some(day)) => format!("{:04}-{:02}-{:02}", day.year, day.month, day.day),
        (Date::Month { year, month }, None) => format!("{year:04}-{month:02}"),
        (_, None) => format!("{:04}", date.year()),
    };
    put(&written, true);
    put(written.get(..4).unwrap_or_default(), true);
}

/// GB/T 2261.1: 1 is male, 2 is female.
fn sex(text: &str) -> &'static str {
    match text.trim() {
        "男" | "男性" | "1" | "M" | "m" | "male" => "M",
        "女" | "女性" | "2" | "F" | "f" | "female" => "F",
        _ => "",
    }
}

fn address(text: &str, put: &mut impl FnMut(&str, bool)) {
    if !text.chars().any(chinese::is_han) {
        // An address of another country is compared whole, and by its words without numbers as a place.
        let words = |keep: fn(char) -> bool| {
            let lower = text.to_lowercase();
            lower
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty() && word.chars().any(keep))
                .collect::<Vec<_>>()
                .join(" ")
        };
        put(&words(char::is_alphanumeric), true);
        put("", true);
        put(&words(char::is_alphabetic), true);
        return;
    }
    let address = chinese::address::read(text);
    put(address.dwelling_key().as_deref().unwrap_or_default(), true);
    put(address.building_key().as_deref().unwrap_or_default(), true);
    put(address.place().as_deref().unwrap_or_default(), true);
}
