//! The model for residents that comes with the program: fields, levels and rules. The command trains its weights on the
//! data that it is given; a batch against the register uses [`trained`], so that today's decision is tomorrow's.

use linkage::{Comparison, Constraints, Label, Level, Link, Model, ModelError, Prior, Rule, Test};

/// The shipped threshold, chosen on the open profile of the synthetic district; `docs/linkage.md` says how.
pub const THRESHOLD: f64 = 4.0;

fn same(field: &str) -> Test {
    Test::Same { field: field.to_owned() }
}

fn missing(fields: &[&str]) -> Level {
    Level::new(
        "缺失",
        "missing",
        Test::Missing { fields: fields.iter().map(|&field| field.to_owned()).collect() },
    )
}

fn comparison(name: &str, zh: &str, en: &str, levels: Vec<Level>) -> Comparison {
    Comparison { name: name.to_owned(), label: Label::new(zh, en), levels }
}

/// The untrained model.
pub fn model() -> Model {
    Model {
        link: Link::Both,
        comparisons: vec![name(), id_no(), birth_date(), sex(), contact()],
        blocking: vec![
            Rule::on(&["id_no"]),
            Rule::on(&["name_reading", "birth_date"]),
            Rule::on(&["phone", "surname_reading"]),
            Rule::on(&["birth_date", "dwelling"]),
            Rule::on(&["surname_reading", "dwelling"]),
            Rule::on(&["surname_reading", "birth_date"]),
            Rule::on(&["name_reading", "estate"]),
            Rule::on(&["name_reading", "birth_year"]),
            Rule::on(&["phone", "birth_date"]),
            Rule::on(&["given_reading", "dwelling"]),
            Rule::on(&["given_reading", "birth_date"]),
        ],
        prior: Prior {
            certain: vec![Rule::on(&["id_no"]), Rule::on(&["name", "birth_date", "phone"])],
            recall: 0.75,
            probability: None,
        },
        // No rule on telephone or dwelling: whom it brings together are families, and they would teach that one person
        // often has two names.
        training: vec![Rule::on(&["id_no"]), Rule::on(&["name_reading", "birth_date"])],
        constraints: Constraints { never_differ: vec!["id_no".to_owned()], no_pair_below: Some(-10.0) },
        threshold: THRESHOLD,
    }
}

/// The model with the weights that were learnt on the synthetic district: how rarely strangers agree is a property of the
/// district from which records are drawn, not of how many come in one batch.
///
/// # Errors
/// Never in practice: a test reads the file.
pub fn trained() -> Result<Model, ModelError> {
    Model::from_json(include_str!("../../data/residents.json"))
}

fn name() -> Comparison {
    let short = Test::All {
        of: vec![same("surname_reading"), Test::PartOf { field: "given".to_owned(), at_least_long: 1 }],
    };
    let similar = Test::Similar { field: "name".to_owned(), at_least: 0.9, at_least_long: 6 };
    let levels = vec![
        missing(&["name", "surname_reading"]),
        Level::new("姓名相同", "same name", same("name")).rarity("name"),
        Level::new("读音相同", "same reading", same("name_reading")).rarity("name_reading"),
        Level::new("字形相近", "characters look alike", same("name_shape")).rarity("name_shape"),
        Level::new(
            "名字简写或字序不同",
            "short or reordered name",
            Test::Any { of: vec![Test::Rearranged { field: "name".to_owned() }, short] },
        ),
        Level::new(
            "一字不同",
            "one character differs",
            Test::OneReplaced { field: "name".to_owned(), at_least_long: 3 },
        ),
        Level::new("拼写相近", "spelled alike", similar),
        Level::new(
            "仅有姓氏称呼，姓同音",
            "surname with a title, same reading",
            Test::All {
                of: vec![Test::Missing { fields: vec!["name".to_owned()] }, same("surname_reading")],
            },
        ),
        Level::new("姓同音", "same surname reading", same("surname_reading")),
        Level::new("名同音，姓不同", "same reading of the given name", same("given_reading")),
        Level::new("不同", "different", Test::Otherwise),
    ];
    comparison("name", "姓名", "name", levels)
}

fn id_no() -> Comparison {
    let slip = Test::Edits { field: "id_no".to_owned(), at_most: 2, unsound: true };
    let shown = |agree| Test::Shown { whole: "id_no".to_owned(), masked: "id_masked".to_owned(), agree };
    let levels = vec![
        Level::new("部分隐去，可见各位相同", "partly hidden, what is shown agrees", shown(true)),
        Level::new("部分隐去，可见各位不同", "partly hidden, what is shown differs", shown(false)),
        missing(&["id_no"]),
        Level::new("号码相同", "same number", same("id_no")),
        Level::new("相差一两处且校验不符", "one or two slips, a check fails", slip),
        Level::new("不同", "different", Test::Otherwise),
    ];
    comparison("id_no", "证件号码", "identity number", levels)
}

fn birth_date() -> Comparison {
    let field = || "birth_date".to_owned();
    let slip = Test::Any {
        of: vec![
            Test::Edits { field: field(), at_most: 1, unsound: false },
            Test::Rearranged { field: field() },
        ],
    };
    let levels = vec![
        missing(&["birth_date"]),
        Level::new("日期相同", "same day", same("birth_date")),
        Level::new("一处笔误或月日颠倒", "one slip, or digits in another order", slip),
        Level::new("同年，其一缺月日", "same year, one without a day", Test::CoarseDate { field: field() }),
        Level::new(
            "相差不超过55天（农历公历）",
            "within 55 days (lunar and solar)",
            Test::DaysApart { field: field(), at_most: 55 },
        ),
        Level::new("同年", "same year", Test::SameYear { field: field() }),
        Level::new("不同", "different", Test::Otherwise),
    ];
    comparison("birth_date", "出生日期", "birth date", levels)
}

fn sex() -> Comparison {
    let levels = vec![
        missing(&["sex"]),
        Level::new("相同", "same", same("sex")),
        Level::new("不同", "different", Test::Otherwise),
    ];
    comparison("sex", "性别", "sex", levels)
}

/// Telephone and dwelling are one comparison: a household shares both, and scored apart it would count twice.
fn contact() -> Comparison {
    let slip = Test::Edits { field: "phone".to_owned(), at_most: 1, unsound: false };
    let alike = |at_least| Test::CommonPairs { field: "address_text".to_owned(), at_least };
    // Half of all addresses leave the unit out; where both name one, another unit is another dwelling.
    let dwelling = || Test::All {
        of: vec![
            same("dwelling"),
            Test::Any { of: vec![Test::Missing { fields: vec!["unit".to_owned()] }, same("unit")] },
        ],
    };
    let levels = vec![
        missing(&["phone", "estate", "address_text"]),
        Level::new(
            "电话和住处都相同",
            "same telephone and dwelling",
            Test::All { of: vec![same("phone"), dwelling()] },
        ),
        Level::new("电话相同", "same telephone", same("phone")),
        Level::new("住处相同", "same dwelling", dwelling()),
        Level::new("电话一处不同", "telephone with one slip", slip),
        Level::new("地址文字很相近", "addresses very much alike as texts", alike(0.8)),
        Level::new("地址文字相近", "addresses alike as texts", alike(0.6)),
        Level::new("同一楼栋", "same building", same("building")),
        Level::new("同一小区", "same estate", same("estate")),
        Level::new("不同", "different", Test::Otherwise),
    ];
    comparison("contact", "联系方式", "contact", levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trained_model_is_the_untrained_one_with_weights() {
        let mut trained = trained().unwrap();
        assert!(trained.is_trained());
        trained.prior.probability = None;
        for level in trained.comparisons.iter_mut().flat_map(|comparison| &mut comparison.levels) {
            (level.m, level.u) = (None, None);
        }
        assert_eq!(trained, model());
    }
}
