//! An area in numbers, on paper and as a workbook.

use paper::{Block, Cell, Column, Document, Fact, Paper, Printed, Table, Workbook};
use platform::{Account, App, Call, Error, Lang, Text};
use staff::Directory as Staff;
use store::vals;

use super::api::{BandOut, StatisticsOut};
use super::rounded::Rounded;

const TITLE: Text = Text::new("人口与房屋统计", "People and dwellings");
const DEFINITION: Text = Text::new(
    "口径：按现已掌握的、统计日有效的居住关系计人，一人只计一处；户数为有人居住的房屋数；房屋按登记的当前用途计。\
     各数四舍五入到十位，不足 10 的写“<10”，因此分项之和可能与合计略有出入。",
    "A person is counted once, where they lived on the day as is known now; households are dwellings in which somebody lives; dwellings \
     go by their present usage. Every number is rounded to tens and written <10 below ten, so parts need not add up.",
);

fn said(text: Text, lang: Lang) -> String {
    text.in_lang(lang).to_owned()
}

/// The file's name.
pub fn name(numbers: &StatisticsOut, lang: Lang, ending: &str) -> String {
    format!("{}-{}-{}.{ending}", TITLE.in_lang(lang), numbers.area_name.in_lang(lang), numbers.on)
}

fn ages(band: &BandOut, lang: Lang) -> String {
    match (band.to, lang) {
        (Some(to), _) => format!("{}–{to}", band.from),
        (None, Lang::Zh) => format!("{} 及以上", band.from),
        (None, Lang::En) => format!("{} and over", band.from),
    }
}

/// What is counted beside the ages, each with its name.
fn facts(numbers: &StatisticsOut) -> Vec<(Text, Rounded)> {
    let mut facts = vec![
        (Text::new("人口", "People"), numbers.people),
        (Text::new("男", "Men"), numbers.male),
        (Text::new("女", "Women"), numbers.female),
        (Text::new("性别未说明", "Sex not stated"), numbers.unstated),
        (Text::new("年龄不详", "Age not known"), numbers.unknown_age),
        (Text::new("户数", "Households"), numbers.households),
        (Text::new("房屋", "Dwellings"), numbers.dwellings),
    ];
    facts.extend(numbers.usages.iter().map(|row| {
        let name = row.usage.name();
        let name = Text::owned(format!("房屋：{}", name.zh), format!("Dwellings: {}", name.en));
        (name, row.count)
    }));
    facts.push((Text::new("单位", "Units"), numbers.units));
    facts
}

/// All numbers in one list.
///
/// # Errors
/// [`Error::Internal`] when the disk is full.
pub fn workbook(numbers: &StatisticsOut, lang: Lang) -> Result<Vec<u8>, Error> {
    let heads = [
        Text::new("项目", "What"),
        Text::new("合计", "All"),
        Text::new("男", "Men"),
        Text::new("女", "Women"),
    ];
    let heads = heads.map(|head| said(head, lang)).to_vec();
    let mut book = Workbook::new(TITLE.in_lang(lang), heads, numbers.counted_at)?;
    let cell = |count: Rounded| match count {
        Rounded::Few(_) => Cell::text(count.to_string()),
        Rounded::Tens(tens) => Cell::Whole(tens),
    };
    let place = [numbers.area_name.in_lang(lang), &numbers.area, &numbers.on].map(Cell::text);
    book.push(&place)?;
    for (name, count) in facts(numbers) {
        book.push(&[Cell::text(said(name, lang)), cell(count)])?;
    }
    for band in &numbers.bands {
        book.push(&[Cell::text(ages(band, lang)), Cell::Empty, cell(band.male), cell(band.female)])?;
    }
    book.push(&[Cell::text(said(DEFINITION, lang))])?;
    book.finish()
}

/// One sheet of A4: what there is, the ages in a table, the definition.
pub fn document(numbers: &StatisticsOut, printed: Printed, lang: Lang) -> Document {
    let facts =
        facts(numbers).into_iter().map(|(name, count)| Fact::new(said(name, lang), count.to_string()));
    let row = |band: &BandOut| vec![ages(band, lang), band.male.to_string(), band.female.to_string()];
    let table = Table {
        columns: vec![
            Column::words(said(Text::new("年龄", "Age"), lang), 2.0),
            Column::figures(said(Text::new("男", "Men"), lang), 1.5),
            Column::figures(said(Text::new("女", "Women"), lang), 1.5),
        ],
        rows: numbers.bands.iter().map(row).collect(),
        total: None,
    };
    Document {
        paper: Paper::A4,
        issuer: numbers.area_name.in_lang(lang).to_owned(),
        title: said(TITLE, lang),
        number: Some(numbers.on.clone()),
        code: None,
        blocks: vec![
            Block::Facts(facts.collect()),
            Block::Table(table),
            Block::Small(said(DEFINITION, lang)),
        ],
        printed,
        lang,
    }
}

/// Who prints, and what for.
///
/// # Errors
/// [`Error::Unauthenticated`] without a post.
pub async fn printed(app: &App, call: &Call, lang: Lang) -> Result<Printed, Error> {
    let caller = call.caller()?;
    let key = vals![caller.account];
    let account: Option<Account> = app.read(move |r| async move { Ok(r.find(&key).await?) }).await?;
    let name = account.map(|account| account.person_name).unwrap_or_default();
    let title = app.snapshot::<Staff>().await?.post_title(caller.post.id);
    let title = title.unwrap_or_else(|| Text::new("已撤销的岗位", "a post of the past"));
    let by = match lang {
        Lang::Zh => format!("{name}（{}）", title.zh),
        Lang::En => format!("{name} ({})", title.en),
    };
    Ok(Printed { by, at: app.clock().now(), purpose: said(Text::new("人口统计", "statistics"), lang) })
}
