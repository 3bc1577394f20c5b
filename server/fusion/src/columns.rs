//! Which column of a file says what: guessed from the heading, reviewed by a person, kept with the source.

use std::collections::BTreeMap;

use platform::{FieldProblem, Text};

/// One thing that a column can say.
pub(crate) struct Column {
    pub word: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Headings by which it is known, the usual one first.
    pub headings: &'static [&'static str],
    pub needed: bool,
}

const fn column(
    word: &'static str,
    (zh, en): (&'static str, &'static str),
    headings: &'static [&'static str],
    needed: bool,
) -> Column {
    Column { word, zh, en, headings, needed }
}

/// All of them; what a contract covers is named by the same words.
pub(crate) const COLUMNS: [Column; 8] = [
    column(
        "record_id",
        ("记录编号", "number of the record"),
        &["record_id", "编号", "记录编号", "个人编号", "人员编号", "参保编号", "序列号", "id"],
        true,
    ),
    column("name", ("姓名", "name"), &["name", "姓名", "名字", "人员姓名", "参保人姓名"], false),
    column("sex", ("性别", "sex"), &["sex", "性别", "gender"], false),
    column(
        "id_no",
        ("证件号码", "identity number"),
        &["id_no", "证件号码", "身份证号", "身份证号码", "公民身份号码", "证件号", "身份证"],
        false,
    ),
    column("birth_date", ("出生日期", "birth date"), &["birth_date", "出生日期", "出生年月", "生日"], false),
    column(
        "phone",
        ("电话", "telephone"),
        &["phone", "电话", "联系电话", "手机", "手机号", "手机号码", "联系方式"],
        false,
    ),
    column(
        "address",
        ("住址", "address"),
        &["address", "住址", "地址", "现住址", "居住地址", "家庭住址", "户籍地址", "联系地址"],
        false,
    ),
    column(
        "updated_on",
        ("更新日期", "date of the last change"),
        &["updated_on", "更新日期", "更新时间", "最后更新", "修改时间", "采集时间", "登记日期"],
        false,
    ),
];

/// Column by column the heading that stands over it.
pub(crate) type Mapping = BTreeMap<String, String>;
/// Where in a row each of [`COLUMNS`] stands.
pub(crate) type Places = [Option<usize>; COLUMNS.len()];

/// What the headings usually mean.
pub(crate) fn guess(heading: &[String]) -> Mapping {
    let mut found = Mapping::new();
    for column in &COLUMNS {
        // The usual heading wins over one further down the list, wherever the columns stand.
        let known = column.headings.iter().find_map(|usual| {
            heading
                .iter()
                .find(|cell| cell.eq_ignore_ascii_case(usual) && !found.values().any(|v| v == *cell))
        });
        if let Some(cell) = known {
            found.insert(column.word.to_owned(), cell.clone());
        }
    }
    found
}

/// Whether a source's contract covers a column; the record's own number and date are no data about a person.
pub(crate) fn covered(word: &str, contract: &[String]) -> bool {
    matches!(word, "record_id" | "updated_on") || contract.iter().any(|field| field == word)
}

/// What a guess keeps of what the contract covers.
pub(crate) fn within(mapping: Mapping, contract: &[String]) -> Mapping {
    mapping.into_iter().filter(|(word, _)| covered(word, contract)).collect()
}

/// Where the columns of a mapping stand.
///
/// # Errors
/// What is wrong with the mapping, field by field.
pub(crate) fn places(
    mapping: &Mapping,
    heading: &[String],
    contract: &[String],
) -> Result<Places, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut places = Places::default();
    for (word, over) in mapping {
        let problem = |text: Text| FieldProblem::new(format!("mapping.{word}"), text);
        let Some(at) = COLUMNS.iter().position(|column| column.word == word) else {
            problems.push(problem(Text::new("没有这个字段", "there is no such field")));
            continue;
        };
        if !covered(word, contract) {
            problems.push(problem(Text::new(
                "数据来源的合同不包括这个字段，不能导入",
                "the contract of the source does not cover this field",
            )));
        }
        let place = heading.iter().position(|cell| cell == over);
        if place.is_none() {
            problems.push(problem(Text::owned(
                format!("文件表头没有“{over}”"),
                format!("the file has no heading `{over}`"),
            )));
        }
        if place.is_some() && places.contains(&place) {
            problems.push(problem(Text::owned(
                format!("“{over}”已对应另一字段"),
                format!("`{over}` is mapped to another field already"),
            )));
        }
        if let Some(slot) = places.get_mut(at) {
            *slot = place;
        }
    }
    for column in COLUMNS.iter().filter(|column| column.needed && !mapping.contains_key(column.word)) {
        problems.push(FieldProblem::new(
            format!("mapping.{}", column.word),
            Text::owned(
                format!("请指定“{}”是哪一列", column.zh),
                format!("say which column is the {}", column.en),
            ),
        ));
    }
    if !mapping.keys().any(|word| matches!(word.as_str(), "name" | "id_no")) {
        let text = Text::new("姓名、证件号码至少要有一列", "there must be a column of names or of numbers");
        problems.push(FieldProblem::new("mapping.name", text));
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn the_usual_headings_are_known_and_no_column_means_two_things() {
        let guessed = guess(&words(&["序号", "个人编号", "姓名", "身份证号", "联系电话", "现住址", "备注"]));
        let pairs: Vec<(&str, &str)> =
            guessed.iter().map(|(word, over)| (word.as_str(), over.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("address", "现住址"),
                ("id_no", "身份证号"),
                ("name", "姓名"),
                ("phone", "联系电话"),
                ("record_id", "个人编号")
            ]
        );
    }

    #[test]
    fn what_a_contract_does_not_cover_is_not_taken() {
        let heading = words(&["编号", "姓名", "电话"]);
        let contract = words(&["name"]);
        let guessed = guess(&heading);
        assert!(places(&guessed, &heading, &contract).is_err());
        let places = places(&within(guessed, &contract), &heading, &contract).unwrap();
        assert_eq!(places, [Some(0), Some(1), None, None, None, None, None, None]);
    }

    #[test]
    fn a_mapping_that_does_not_fit_is_refused_field_by_field() {
        let heading = words(&["编号", "姓名"]);
        let mapping = Mapping::from([("name".into(), "名".into()), ("party".into(), "姓名".into())]);
        let problems = places(&mapping, &heading, &words(&["name"])).unwrap_err();
        let fields: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["mapping.name", "mapping.party", "mapping.record_id"]);
    }
}
