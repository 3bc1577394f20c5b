//! A list of people as a workbook: masked but for what was granted, under a watermark.

use areas::Directory as Areas;
use paper::{Cell, Workbook};
use platform::{Error, Lang, Millis, Text};

use crate::export::{Filter, Listed};
use crate::mask::{MaskedAddress, MaskedId, MaskedName, MaskedPhone, birth};
use crate::reveal::Clear;
use crate::words::Group;

/// The heads of the columns, in the order of [`cells`].
const HEADS: [Text; 8] = [
    Text::new("序号", "No."),
    Text::new("姓名", "Name"),
    Text::new("性别", "Sex"),
    Text::new("出生日期", "Born"),
    Text::new("证件号码", "Identity number"),
    Text::new("电话", "Telephone"),
    Text::new("住址", "Address"),
    Text::new("网格", "Grid"),
];

/// Writes the list; the row below the heads says who took it, when and what for.
///
/// # Errors
/// [`Error::Internal`] when the disk is full.
pub(crate) fn written(
    listed: &[Listed],
    filter: &Filter,
    areas: &Areas,
    lang: Lang,
    (watermark, purpose, now): (&str, &Text, Millis),
) -> Result<Vec<u8>, Error> {
    let name = Text::new("人员名单", "People");
    let heads = HEADS.iter().map(|head| head.in_lang(lang).to_owned()).collect();
    let mut book = Workbook::new(name.in_lang(lang), heads, now)?;
    let only = Text::new("仅限本次用途，不得转发", "for this purpose alone, not to be passed on");
    let mark = format!("{watermark} · {} · {}", purpose.in_lang(lang), only.in_lang(lang));
    book.push(&[Cell::Empty, Cell::text(mark)])?;
    for (nth, one) in (1..).zip(listed) {
        book.push(&cells(nth, one, filter, areas, lang))?;
    }
    book.finish()
}

fn cells(nth: i64, one: &Listed, filter: &Filter, areas: &Areas, lang: Lang) -> Vec<Cell> {
    let clear = |group: Group| filter.clear.contains(&group);
    let all = |values: &[Clear], masked: &dyn Fn(&str) -> String| {
        values.iter().map(|one| masked(&one.value)).collect::<Vec<_>>().join("；")
    };
    let own = |text: &str| text.to_owned();
    let resident = &one.resident;
    let name =
        if clear(Group::Name) { own(&resident.name) } else { MaskedName::of(&resident.name).to_string() };
    let born = match (clear(Group::Birth), &resident.birth_date) {
        (true, Some(day)) => own(day),
        _ => birth(resident).map(|masked| masked.to_string()).unwrap_or_default(),
    };
    let number = match clear(Group::Id) {
        true => all(&one.id_numbers, &own),
        false => all(&one.id_numbers, &|value| MaskedId::of(value).to_string()),
    };
    let phone = match clear(Group::Phone) {
        true => all(&one.phones, &own),
        false => all(&one.phones, &|value| MaskedPhone::of(value).to_string()),
    };
    let address = match (clear(Group::Address), &one.address) {
        (true, _) => all(&one.homes, &own),
        (false, Some((estate, building))) => MaskedAddress::building(estate, building).to_string(),
        (false, None) => String::new(),
    };
    vec![
        Cell::Whole(nth),
        Cell::text(name),
        Cell::text(resident.sex.name().in_lang(lang)),
        Cell::text(born),
        Cell::text(number),
        Cell::text(phone),
        Cell::text(address),
        Cell::text(areas.name(resident.area).in_lang(lang)),
    ]
}
