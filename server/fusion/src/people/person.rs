//! From a row of a register to the cells that are compared.

use chinese::address::Keys;
use linkage::{Cells, Field, Kind, Table};

/// The columns that a register may have; `record_id` and at least one other must be there.
pub const COLUMNS: [&str; 7] = ["record_id", "name", "sex", "id_no", "birth_date", "phone", "address"];

/// For each of our columns the places of the file's columns.
pub type Places = [Vec<usize>; COLUMNS.len()];

/// A table with the fields that are compared; [`write()`] fills its inputs in this order.
pub fn table() -> Table {
    let text = |name| Field::new(name, Kind::Text);
    let given = vec![
        Field::new("id_no", Kind::Identifier),
        text("id_masked"),
        text("sex"),
        text("phone"),
        text("dwelling"),
        text("building"),
        text("estate"),
        text("unit"),
        text("address_text"),
    ];
    let names = ["name", "name_reading", "name_shape", "surname_reading", "given", "given_reading"];
    Table::new(given)
        .reading(names.map(text).to_vec(), name)
        .reading(vec![Field::new("birth_date", Kind::Date), text("birth_year")], birth)
        .keyed()
}

/// The cells that a row has in the input of the table.
pub fn inputs() -> usize {
    table().inputs()
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
    number(row.id_no, &mut put);
    put(sex(row.sex), true);
    phone(row.phone, &mut put);
    address(row.address, &mut put);
    put(row.name, true);
    put(row.birth_date, true);
    put(row.record_id, true);
}

/// The number, or what a masked one shows.
fn number(text: &str, put: &mut impl FnMut(&str, bool)) {
    use chinese::identity::{self, IdFault, IdNumber};
    match identity::read(text) {
        Ok(id) => {
            put(id.text(), matches!(id, IdNumber::Resident(_)));
            put("", true);
        }
        Err(IdFault::Empty) => {
            put("", false);
            put("", true);
        }
        Err(IdFault::Masked) => {
            put("", false);
            put(&identity::cleaned(text).replace('●', "*"), true);
        }
        // A mistyped number still finds its neighbours.
        Err(_) => {
            let text = identity::cleaned(text);
            put(if text.len() >= 5 && text.bytes().any(|b| b.is_ascii_digit()) { &text } else { "" }, false);
            put("", true);
        }
    }
}

fn phone(text: &str, put: &mut impl FnMut(&str, bool)) {
    if chinese::phone::is_mobile(text) {
        put(text, true);
        return;
    }
    match chinese::phone::read(text) {
        Some(chinese::phone::Phone::Service(_)) => put("", true),
        Some(phone) => put(&phone.digits(), true),
        None => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            put(if digits.len() >= 7 { &digits } else { "" }, true);
        }
    }
}

/// The cells of a reading, one after the other.
fn cells_of(cells: &mut [Cells]) -> impl FnMut(&str) {
    let mut cells = cells.iter_mut();
    move |text| {
        if let Some(cells) = cells.next() {
            cells.push(text, true);
        }
    }
}

fn name(text: &str, cells: &mut [Cells]) {
    use chinese::name::Form;
    use chinese::{latin, reading};
    let mut put = cells_of(cells);
    let Some(name) = chinese::name::read(text) else {
        (0..6).for_each(|_| put(""));
        return;
    };
    let given = name.given.as_deref().unwrap_or_default();
    let surname = match (name.form, name.surname.as_deref()) {
        (Form::Latin, Some(surname)) => latin::sound(surname),
        (_, Some(surname)) => reading::of_surname(surname),
        (_, None) => String::new(),
    };
    let sound_of_given = match (name.form, given) {
        (Form::Latin, "") => String::new(),
        (Form::Latin, _) => latin::sound_of_name(given),
        _ => reading::of(given),
    };
    let whole = matches!(name.form, Form::Full | Form::Parts | Form::Latin);
    if whole {
        put(&name.text);
        let sound = match (name.form, given) {
            (Form::Latin, _) => latin::sound_of_name(&name.text),
            (Form::Full, "") => surname.clone(),
            (Form::Full, _) => format!("{surname} {sound_of_given}"),
            _ => name.reading(),
        };
        put(&sound);
        put(&name.text.chars().map(chinese::lookalike::shape).collect::<String>());
    } else {
        (0..3).for_each(|_| put(""));
    }
    put(&surname);
    put(given);
    put(&sound_of_given);
}

fn birth(text: &str, cells: &mut [Cells]) {
    use chinese::date::Date;
    let mut put = cells_of(cells);
    let Some(date) = chinese::date::read(text) else {
        (0..2).for_each(|_| put(""));
        return;
    };
    let written = match (date, date.day()) {
        (_, Some(day)) => format!("{:04}-{:02}-{:02}", day.year, day.month, day.day),
        (Date::Month { year, month }, None) => format!("{year:04}-{month:02}"),
        (_, None) => format!("{:04}", date.year()),
    };
    put(&written);
    put(written.get(..4).unwrap_or_default());
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
        // An address of another country is compared whole, by its words without numbers as a place, and as text.
        let words = |keep: fn(char) -> bool| {
            let lower = text.to_lowercase();
            lower
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty() && word.chars().any(keep))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let whole = words(char::is_alphanumeric);
        put(&whole, true);
        put("", true);
        put(&words(char::is_alphabetic), true);
        put("", true);
        put(&whole, true);
        return;
    }
    let address = chinese::address::read(text);
    let keys = address.keys();
    let keys = keys.as_ref();
    let building = keys.and_then(Keys::building);
    put(keys.and_then(Keys::dwelling).unwrap_or_default(), true);
    put(building.unwrap_or_default(), true);
    put(keys.map_or("", Keys::place), true);
    put(address.unit.as_deref().unwrap_or_default(), true);
    // Where no building was understood the text itself is compared.
    if building.is_none() { put(&chinese::fold::folded(text), true) } else { put("", true) }
}
