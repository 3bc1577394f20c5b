//! Which texts are limits, and which are refused.

use worktime::{Lang, Limit, LimitError, OfficeHours, Reading, RuleSet, Unit};

#[test]
fn the_usual_ways_of_writing_a_limit_are_read() {
    for (text, amount, unit) in [
        ("2紧急工作时", 2, Unit::ContinuousHours),
        ("2个紧急工作时", 2, Unit::ContinuousHours),
        ("2紧急工作日", 48, Unit::ContinuousHours),
        ("4工作时", 4, Unit::WorkingHours),
        ("4个工作小时", 4, Unit::WorkingHours),
        ("4小时", 4, Unit::ContinuousHours),
        ("3个工作日", 3, Unit::WorkingDays),
        (" 3 工作日 ", 3, Unit::WorkingDays),
        ("30日", 30, Unit::CalendarDays),
        ("1天", 1, Unit::CalendarDays),
        ("十五个工作日", 15, Unit::WorkingDays),
        ("两小时", 2, Unit::ContinuousHours),
        ("三十日", 30, Unit::CalendarDays),
        ("二十三天", 23, Unit::CalendarDays),
        ("１５日", 15, Unit::CalendarDays),
        ("30分钟", 30, Unit::ContinuousMinutes),
        ("6个月", 6, Unit::CalendarMonths),
        ("1年", 12, Unit::CalendarMonths),
    ] {
        assert_eq!(Limit::parse(text), Limit::new(amount, unit), "{text}");
    }
}

#[test]
fn sheets_of_city_management_mean_working_time() {
    assert_eq!(Limit::parse_as("4小时", Reading::CITY), Limit::new(4, Unit::WorkingHours));
    assert_eq!(Limit::parse_as("2天", Reading::CITY), Limit::new(2, Unit::WorkingDays));
    assert_eq!(Limit::parse_as("2自然日", Reading::CITY), Limit::new(2, Unit::CalendarDays));
    assert_eq!(Limit::parse_as("2紧急工作时", Reading::CITY), Limit::new(2, Unit::ContinuousHours));
}

#[test]
fn what_cannot_be_read_is_refused_and_never_guessed() {
    for text in [
        "",
        " ",
        "立即",
        "尽快",
        "1紧急工作时制止",
        "2-3天",
        "2.5小时",
        "半天",
        "3月",
        "一周",
        "天",
        "0天",
        "十十天",
        "100001天",
        "4294967296日",
        "-1天",
        "1天内",
        "约2天",
        "2天2小时",
        "2个",
        "个工作日",
        "2hours",
    ] {
        assert!(Limit::parse(text).is_err(), "`{text}` was read as a limit");
    }
    assert_eq!(Limit::parse("  "), Err(LimitError::Empty));
    assert_eq!(Limit::parse("0天"), Err(LimitError::Amount("0天".into())));
    assert_eq!(Limit::parse("立即"), Err(LimitError::Number("立即".into())));
    assert_eq!(Limit::parse("2-3天"), Err(LimitError::Unit("2-3天".into())));
}

#[test]
fn a_limit_written_in_chinese_reads_back() {
    use Unit::*;
    for unit in [CalendarDays, CalendarMonths, WorkingDays, WorkingHours, ContinuousHours, ContinuousMinutes]
    {
        for amount in [1, 2, 99, 100_000] {
            let limit = Limit::new(amount, unit).unwrap();
            assert_eq!(Limit::parse(&limit.text(Lang::Zh)), Ok(limit));
            let json = serde_json::to_string(&limit).unwrap();
            assert_eq!(serde_json::from_str::<Limit>(&json).unwrap(), limit);
        }
    }
    assert!(serde_json::from_str::<Limit>(r#"{"amount":0,"unit":"working_days"}"#).is_err());
}

#[test]
fn office_hours_are_data_and_are_checked() {
    let hours = OfficeHours::parse("08:00-12:00，14:00-18:00").unwrap();
    assert_eq!(hours.per_day(), 8 * 3_600_000);
    assert_eq!(hours.to_string(), "08:00-12:00,14:00-18:00");
    assert_eq!(OfficeHours::parse(&OfficeHours::default().to_string()), Ok(OfficeHours::default()));
    assert!(OfficeHours::parse("00:00-24:00").is_ok());
    for text in
        ["", "8-12", "12:00-08:00", "08:00-12:00,11:00-18:00", "08:00-25:00", "08:60-12:00", "08:00-08:00"]
    {
        assert!(OfficeHours::parse(text).is_err(), "`{text}`");
    }
    let rules = serde_json::to_string(&RuleSet::penalty()).unwrap();
    assert_eq!(serde_json::from_str::<RuleSet>(&rules).unwrap(), RuleSet::penalty());
}

#[test]
fn a_limit_that_cannot_be_read_says_why_in_both_languages() {
    let why =
        |text| Limit::parse(text).map_err(|error| (error.text(Lang::Zh), error.text(Lang::En))).unwrap_err();
    assert_eq!(
        why("1紧急工作时制止"),
        (
            "“1紧急工作时制止”的时间单位无法识别".to_owned(),
            "`1紧急工作时制止` is not a unit of time that can be counted".to_owned()
        )
    );
    assert_eq!(why("尽快").0, "“尽快”不以整数开头，无法识别");
    assert_eq!(why("").0, "没有填写时限");
}
