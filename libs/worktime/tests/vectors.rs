//! Deadlines worked out by hand from the notices of 2025 and 2026.

mod support;

use support::{at, calendar};
use worktime::{
    Calendar, DayKind, Deadline, Lang, Limit, Line, Pause, PauseKind, Reading, RuleSet, Term, Unit,
    YearState, deadline, elapsed, remaining,
};

fn pause(from: &str, to: Option<&str>) -> Pause {
    Pause { from: at(from), to: to.map(at), kind: PauseKind::Returned }
}

fn due(start: &str, limit: &str, rules: &RuleSet, pauses: &[Pause]) -> Deadline {
    deadline(at(start), Limit::parse(limit).unwrap(), rules, &calendar(), pauses).unwrap()
}

#[test]
fn working_days_follow_the_notices() {
    for (start, days, last) in [
        ("2026-01-01", 3, "2026-01-06"),
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-10-09", 2, "2026-10-12"),
        ("2025-09-26", 5, "2025-10-10"),
    ] {
        let d = due(&format!("{start} 09:00"), &format!("{days}个工作日"), &RuleSet::licensing(), &[]);
        assert_eq!(d.at, Some(at(&format!("{last} 17:30"))), "{start} + {days}");
        assert!(!d.provisional);
    }
}

#[test]
fn a_calendar_limit_that_ends_on_a_day_off_rolls_on() {
    for (start, days, raw, last) in [
        ("2026-09-05", 30, "2026-10-05", "2026-10-08"),
        ("2026-01-16", 30, "2026-02-15", "2026-02-24"),
        ("2026-04-01", 60, "2026-05-31", "2026-06-01"),
    ] {
        let limit = format!("{days}日");
        let d = due(&format!("{start} 09:00"), &limit, &RuleSet::civil_code(), &[]);
        assert_eq!(d.at, Some(at(&format!("{last} 23:59")) + 59_999), "{start} + {days}");
        let strict = due(&format!("{start} 09:00"), &limit, &RuleSet::petition(), &[]);
        assert_eq!(strict.at, Some(at(&format!("{raw} 23:59")) + 59_999), "without rolling");
    }
}

#[test]
fn a_make_up_weekend_is_no_day_off_and_does_not_roll() {
    let d = due("2026-02-13 09:00", "1日", &RuleSet::civil_code(), &[]);
    assert_eq!(d.at, Some(at("2026-02-14 23:59") + 59_999));
    assert!(!d.derivation.iter().any(|l| matches!(l, Line::Rolled { .. })));
}

#[test]
fn months_end_on_the_corresponding_day_or_the_end_of_the_month() {
    let d = due("2026-03-10 09:00", "1个月", &RuleSet::civil_code(), &[]);
    assert_eq!(d.at, Some(at("2026-04-10 23:59") + 59_999));
    let short = due("2025-01-31 09:00", "1个月", &RuleSet::civil_code(), &[]);
    assert_eq!(short.at, Some(at("2025-02-28 23:59") + 59_999));
    let year = due("2024-02-29 09:00", "1年", &RuleSet::civil_code(), &[]);
    assert_eq!(year.at, Some(at("2025-02-28 23:59") + 59_999));
}

#[test]
fn the_penalty_law_counts_short_limits_in_workdays() {
    let seven = due("2026-09-30 10:00", "7日", &RuleSet::penalty(), &[]);
    assert_eq!(seven.at, Some(at("2026-10-15 17:30")), "10-08 and 09, make-up 10, 12 to 15");
    let fifteen = due("2026-09-30 10:00", "15日", &RuleSet::penalty(), &[]);
    assert_eq!(fifteen.at, Some(at("2026-10-15 23:59") + 59_999));
}

#[test]
fn working_hours_count_only_while_the_office_is_open() {
    let rules = RuleSet::city_case();
    for (start, limit, end) in [
        ("2026-11-24 09:00", "2工作时", "2026-11-24 11:00"),
        ("2026-11-24 11:00", "2工作时", "2026-11-24 15:30"),
        ("2026-11-24 12:30", "1工作时", "2026-11-24 15:30"),
        ("2026-11-24 16:45", "4工作时", "2026-11-25 11:45"),
        ("2026-11-27 17:00", "4工作时", "2026-11-30 12:00"),
        ("2026-09-30 17:00", "1工作时", "2026-10-08 09:00"),
        ("2026-10-09 17:30", "1工作时", "2026-10-10 09:30"),
        ("2026-11-22 10:00", "6工作时", "2026-11-23 17:00"),
    ] {
        assert_eq!(due(start, limit, &rules, &[]).at, Some(at(end)), "{start} + {limit}");
    }
}

#[test]
fn a_limit_that_is_used_up_at_closing_time_ends_then_and_not_next_morning() {
    let d = due("2026-11-24 14:30", "3工作时", &RuleSet::city_case(), &[]);
    assert_eq!(d.at, Some(at("2026-11-24 17:30")));
}

#[test]
fn emergency_hours_run_through_the_night_and_holidays() {
    let d = due("2026-10-01 23:00", "2紧急工作时", &RuleSet::city_case(), &[]);
    assert_eq!(d.at, Some(at("2026-10-02 01:00")));
    assert!(!d.provisional);
}

#[test]
fn a_pause_adds_what_it_took() {
    let rules = RuleSet::city_case();
    let hours = [pause("2026-11-24 10:00", Some("2026-11-25 10:00"))];
    assert_eq!(due("2026-11-24 09:00", "4工作时", &rules, &hours).at, Some(at("2026-11-25 15:30")));
    let round_the_clock = [pause("2026-11-24 10:00", Some("2026-11-24 13:00"))];
    assert_eq!(due("2026-11-24 09:00", "2小时", &rules, &round_the_clock).at, Some(at("2026-11-24 14:00")));
    let over_two_closings = [pause("2026-11-25 10:00", Some("2026-11-27 09:00"))];
    let d = due("2026-11-24 09:00", "3个工作日", &rules, &over_two_closings);
    assert_eq!(d.at, Some(at("2026-12-01 17:30")), "27, 30 and 1 are the three days that count");
}

#[test]
fn a_pause_within_one_day_does_not_stretch_a_limit_in_days() {
    let short = [pause("2026-11-25 10:00", Some("2026-11-25 11:00"))];
    let d = due("2026-11-24 09:00", "3个工作日", &RuleSet::city_case(), &short);
    assert_eq!(d.at, Some(at("2026-11-27 17:30")));
}

#[test]
fn overlapping_pauses_count_once() {
    let rules = RuleSet::city_case();
    let apart = [pause("2026-11-24 10:00", Some("2026-11-24 11:30"))];
    let twice = [
        pause("2026-11-24 10:30", Some("2026-11-24 11:30")),
        pause("2026-11-24 10:00", Some("2026-11-24 11:00")),
        pause("2026-11-24 11:00", Some("2026-11-24 11:00")),
    ];
    let start = "2026-11-24 09:00";
    assert_eq!(due(start, "4工作时", &rules, &apart).at, due(start, "4工作时", &rules, &twice).at);
}

#[test]
fn an_open_pause_leaves_no_deadline_but_a_remainder() {
    let open = [pause("2026-11-24 10:00", None)];
    let d = due("2026-11-24 09:00", "4工作时", &RuleSet::city_case(), &open);
    assert_eq!(d.at, None);
    let held = d.held.unwrap();
    assert_eq!((held.since, held.left_ms), (at("2026-11-24 10:00"), 3 * 3_600_000));
    let late = due("2026-11-24 09:00", "30分钟", &RuleSet::city_case(), &open);
    assert_eq!(late.at, Some(at("2026-11-24 09:30")), "already over when the pause began");
}

#[test]
fn a_calendar_limit_that_rolls_into_an_open_pause_is_held() {
    let open = [pause("2026-11-23 09:00", None)];
    let d = due("2026-11-20 09:00", "2日", &RuleSet::civil_code(), &open);
    assert_eq!(d.at, None, "the last day is Sunday 11-22, and Monday is paused");
    let closed = [pause("2026-11-23 09:00", Some("2026-11-25 09:00"))];
    let d = due("2026-11-20 09:00", "2日", &RuleSet::civil_code(), &closed);
    assert_eq!(d.at, Some(at("2026-11-25 23:59") + 59_999));
}

#[test]
fn what_is_left_is_told_in_working_time_and_goes_negative() {
    let (rules, calendar) = (RuleSet::city_case(), calendar());
    let four = Limit::new(4, Unit::WorkingHours).unwrap();
    let left =
        |now: &str, pauses: &[_]| remaining(at("2026-11-27 16:30"), four, &rules, &calendar, pauses, at(now));
    assert_eq!(left("2026-11-27 16:30", &[]), Ok(4 * 3_600_000));
    assert_eq!(left("2026-11-28 12:00", &[]), Ok(3 * 3_600_000), "a Saturday uses nothing up");
    assert_eq!(left("2026-11-30 15:30", &[]), Ok(-3_600_000 * 3 / 2), "due at 11:30, and lunch is not late");
    let open = [pause("2026-11-27 17:00", None)];
    assert_eq!(left("2026-12-11 10:00", &open), Ok(3_600_000 * 7 / 2));
}

#[test]
fn elapsed_time_is_signed_working_time() {
    let (rules, calendar) = (RuleSet::city_case(), calendar());
    let (a, b) = (at("2026-09-30 17:00"), at("2026-10-08 09:00"));
    assert_eq!(elapsed(&rules, &calendar, a, b), Ok(3_600_000));
    assert_eq!(elapsed(&rules, &calendar, b, a), Ok(-3_600_000));
}

#[test]
fn a_year_without_a_notice_makes_the_deadline_provisional() {
    let rules = RuleSet::city_case();
    let d = due("2026-12-30 09:00", "5个工作日", &rules, &[]);
    assert!(d.provisional);
    assert!(d.derivation.contains(&Line::Provisional { year: 2027, state: YearState::Missing }));
    assert!(due("2026-12-25 09:00", "1个工作日", &rules, &[]).provisional, "New Year may reach back");
    assert!(!due("2026-12-21 09:00", "1个工作日", &rules, &[]).provisional);
    assert!(!due("2026-12-30 09:00", "48小时", &rules, &[]).provisional, "no calendar was asked");
    let announced = Calendar::from_json([r#"{"year":2027,"days":[]}"#]).unwrap();
    assert_eq!(announced.year_state(2027), YearState::Provisional);
    assert_eq!(announced.year_state(2028), YearState::Missing);
}

#[test]
fn a_deadline_explains_itself_in_both_languages() {
    let d = due("2026-09-30 16:00", "3个工作日", &RuleSet::licensing(), &[]);
    let zh: Vec<String> = d.derivation.iter().map(|l| l.text(Lang::Zh)).collect();
    assert_eq!(
        zh,
        [
            "自2026年9月30日16:00开始计时",
            "时限为3个工作日",
            "开始当日不计入，从2026年10月1日起算",
            "2026年10月1日至2026年10月7日（国庆节）放假，不计入",
            "2026年10月10日（国庆节）调休上班，计入",
            "截止时间为2026年10月10日17:30",
        ]
    );
    let en: Vec<String> = d.derivation.iter().map(|l| l.text(Lang::En)).collect();
    assert_eq!(en[3], "2026-10-01 to 2026-10-07 (国庆节) is a holiday and is not counted");
    assert_eq!(en[5], "Due at 2026-10-10 17:30");
    let rolled = due("2026-09-05 09:00", "30日", &RuleSet::civil_code(), &[]);
    let last: Vec<String> = rolled.derivation.iter().rev().take(2).map(|l| l.text(Lang::Zh)).collect();
    assert_eq!(last, ["截止时间为2026年10月8日24:00", "最后一日2026年10月5日为休假日，顺延至2026年10月8日"]);
}

#[test]
fn each_published_year_has_its_workdays() {
    let calendar = calendar();
    for (year, workdays) in [(2025, 248), (2026, 248)] {
        let first = worktime::beijing_date(at(&format!("{year}-01-01")));
        let worked = first.series(jiff::Span::new().days(1)).take_while(|d| d.year() == year);
        assert_eq!(worked.filter(|d| calendar.is_workday(*d)).count(), workdays, "{year}");
    }
    let kind = |d: &str| calendar.day_kind(d.parse().unwrap()).unwrap();
    assert_eq!(kind("2026-02-14"), DayKind::MakeUpWorkday);
    assert_eq!(kind("2026-02-16"), DayKind::Holiday);
    assert_eq!(kind("2026-11-21"), DayKind::Weekend);
    assert_eq!(kind("2026-11-20"), DayKind::Workday);
    assert_eq!(kind("2022-12-31"), DayKind::Holiday, "told by the notice of 2023");
}

#[test]
fn a_deadline_beyond_the_table_is_refused_and_not_bent() {
    let far = Limit::new(100_000, Unit::WorkingDays).unwrap();
    let answer = deadline(at("2026-11-24"), far, &RuleSet::city_case(), &calendar(), &[]);
    assert_eq!(answer, Err(worktime::ReckonError::OutOfRange));
    for start in [i64::MIN, i64::MAX, -1_000_000_000_000] {
        let hour = Limit::new(1, Unit::ContinuousHours).unwrap();
        let answer = deadline(start, hour, &RuleSet::city_case(), &calendar(), &[]);
        assert_eq!(answer, Err(worktime::ReckonError::OutOfRange));
    }
    let backwards = [pause("2026-11-24 10:00", Some("2026-11-24 09:00"))];
    let answer = deadline(
        at("2026-11-24"),
        Limit::new(1, Unit::WorkingDays).unwrap(),
        &RuleSet::city_case(),
        &calendar(),
        &backwards,
    );
    assert_eq!(answer, Err(worktime::ReckonError::PauseBackwards));
}

#[test]
fn notices_that_contradict_each_other_make_no_calendar() {
    let a = r#"{"year":2023,"days":[{"date":"2022-12-31","name":"元旦","isOffDay":true}]}"#;
    let b = r#"{"year":2022,"days":[{"date":"2022-12-31","name":"元旦","isOffDay":false}]}"#;
    assert!(Calendar::from_json([a, b]).is_err());
    assert!(Calendar::from_json([a, a]).is_err());
    let stray = r#"{"year":2023,"days":[{"date":"2021-05-01","name":"劳动节","isOffDay":true}]}"#;
    assert!(Calendar::from_json([stray]).is_err());
}

#[test]
fn the_version_names_the_content_and_not_the_order() {
    let a = r#"{"year":2023,"days":[{"date":"2023-01-02","name":"元旦","off":true}]}"#;
    let b = r#"{"year":2024,"days":[{"date":"2024-01-01","name":"元旦","off":true}]}"#;
    let version = |files: &[&str]| Calendar::from_json(files.iter().copied()).unwrap().version().to_owned();
    assert_eq!(version(&[a, b]), version(&[b, a]));
    assert_ne!(version(&[a, b]), version(&[a, &b.replace("true", "false")]));
    assert!(version(&[a, b]).starts_with("2023-2024."));
}

fn extended(start: &str, limit: &str, extensions: u32, pauses: &[Pause]) -> Deadline {
    let term = Term { limit: Limit::parse_as(limit, Reading::CITY).unwrap(), extensions };
    deadline(at(start), term, &RuleSet::city_case(), &calendar(), pauses).unwrap()
}

#[test]
fn an_extension_adds_the_limit_once_more_after_the_deadline() {
    for (start, limit, extensions, end) in [
        ("2026-11-23 09:00", "4工作时", 0, "2026-11-23 15:30"),
        ("2026-11-23 09:00", "4工作时", 1, "2026-11-24 10:30"),
        ("2026-11-23 09:00", "4工作时", 2, "2026-11-24 17:00"),
        ("2026-11-23 09:00", "2工作日", 0, "2026-11-25 17:30"),
        ("2026-11-23 09:00", "2工作日", 1, "2026-11-27 17:30"),
        // The weekend between is not counted twice, nor is the day on which the first limit ended.
        ("2026-11-23 09:00", "2工作日", 2, "2026-12-01 17:30"),
        ("2026-11-23 22:00", "2紧急工作时", 2, "2026-11-24 04:00"),
        ("2026-09-30 09:00", "1工作日", 1, "2026-10-09 17:30"),
    ] {
        assert_eq!(
            extended(start, limit, extensions, &[]).at,
            Some(at(end)),
            "{limit} from {start}, {extensions} times"
        );
    }
}

#[test]
fn an_extension_says_from_when_and_an_open_pause_holds_all_of_it() {
    let answer = extended("2026-11-23 09:00", "4工作时", 1, &[]);
    let lines: Vec<String> = answer.derivation.iter().map(|line| line.text(Lang::Zh)).collect();
    assert!(
        lines.contains(&"经批准第1次延期：在2026年11月23日15:30截止的基础上再加4工作时".to_owned()),
        "{lines:?}"
    );
    let held = extended("2026-11-23 09:00", "4工作时", 1, &[pause("2026-11-23 10:00", None)]);
    assert_eq!(held.held.unwrap().left_ms, 7 * 3_600_000);
    let resumed =
        extended("2026-11-23 09:00", "4工作时", 1, &[pause("2026-11-23 10:00", Some("2026-11-23 11:00"))]);
    assert_eq!(resumed.at, Some(at("2026-11-24 11:30")));
}
