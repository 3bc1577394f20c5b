//! The closed form against a plain count, and what must hold for any limit and any pauses.

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use support::{at, calendar};
use worktime::{
    Calendar, Limit, OfficeHours, Pause, PauseKind, RuleSet, Term, Unit, beijing_date, deadline, elapsed,
    remaining,
};

static CALENDAR: LazyLock<Calendar> = LazyLock::new(calendar);
const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;

fn rules() -> impl Strategy<Value = RuleSet> {
    let hours = prop_oneof![
        Just(OfficeHours::default()),
        Just(OfficeHours::parse("08:00-12:00,14:00-18:00").unwrap()),
        Just(OfficeHours::parse("09:00-17:00").unwrap()),
        Just(OfficeHours::parse("00:00-24:00").unwrap()),
    ];
    let sets = prop_oneof![
        Just(RuleSet::civil_code()),
        Just(RuleSet::licensing()),
        Just(RuleSet::petition()),
        Just(RuleSet::city_case()),
    ];
    (sets, hours).prop_map(|(set, hours)| RuleSet { hours, ..set })
}

fn unit() -> impl Strategy<Value = Unit> {
    use Unit::*;
    prop::sample::select(vec![
        CalendarDays,
        CalendarMonths,
        WorkingDays,
        WorkingHours,
        ContinuousHours,
        ContinuousMinutes,
    ])
}

/// A minute from 2024 to 2026.
fn start() -> impl Strategy<Value = i64> {
    (0..1_000 * 1_440_i64).prop_map(|m| at("2024-01-01 00:00") + m * MINUTE)
}

/// Pauses as (minutes after the start, length); they may overlap.
fn pauses() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((-600..12_000_i64, 0..6_000_i64), 0..4)
}

fn placed(start: i64, pauses: &[(i64, i64)]) -> Vec<Pause> {
    pauses
        .iter()
        .map(|(after, length)| Pause {
            from: start + after * MINUTE,
            to: Some(start + (after + length) * MINUTE),
            kind: PauseKind::SiteCheck,
        })
        .collect()
}

fn is_paused(pauses: &[Pause], ms: i64) -> bool {
    pauses.iter().any(|p| p.from <= ms && p.to.is_none_or(|to| ms < to))
}

fn due(start: i64, amount: u32, unit: Unit, rules: &RuleSet, pauses: &[Pause]) -> i64 {
    deadline(start, Limit::new(amount, unit).unwrap(), rules, &CALENDAR, pauses).unwrap().at.unwrap()
}

/// Is the office open in the minute that begins at `ms`? Told from the text of the hours.
fn is_open(rules: &RuleSet, ms: i64) -> bool {
    let minute = (ms + 8 * 60 * MINUTE).rem_euclid(DAY) / MINUTE;
    let clock = |t: &str| t[..2].parse::<i64>().unwrap() * 60 + t[3..].parse::<i64>().unwrap();
    CALENDAR.is_workday(beijing_date(ms))
        && rules
            .hours
            .to_string()
            .split(',')
            .any(|span| clock(&span[..5]) <= minute && minute < clock(&span[6..]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn working_hours_agree_with_a_count_of_minutes(
        start in start(), amount in 1..30_u32, rules in rules(), gaps in pauses()
    ) {
        let pauses = placed(start, &gaps);
        let mut now = start;
        let mut left = i64::from(amount) * 60;
        while left > 0 {
            if is_open(&rules, now) && !is_paused(&pauses, now) {
                left -= 1;
            }
            now += MINUTE;
        }
        prop_assert_eq!(due(start, amount, Unit::WorkingHours, &rules, &pauses), now);
    }

    #[test]
    fn working_days_agree_with_a_count_of_days(
        start in start(), amount in 1..30_u32, rules in rules(), gaps in pauses()
    ) {
        let pauses = placed(start, &gaps);
        let midnight = start - (start + 8 * 60 * MINUTE).rem_euclid(DAY);
        let closes = due(start, 1, Unit::WorkingDays, &rules, &[]);
        let close = (closes - midnight).rem_euclid(DAY);
        let close = if close == 0 { DAY } else { close };
        let mut day = midnight;
        let mut left = amount;
        while left > 0 {
            day += DAY;
            if CALENDAR.is_workday(beijing_date(day)) && !is_paused(&pauses, day + close) {
                left -= 1;
            }
        }
        prop_assert_eq!(due(start, amount, Unit::WorkingDays, &rules, &pauses), day + close);
    }

    #[test]
    fn a_longer_limit_is_never_due_earlier(
        start in start(), unit in unit(), a in 1..40_u32, more in 0..10_u32, rules in rules(), gaps in pauses()
    ) {
        let pauses = placed(start, &gaps);
        let unread = |rules: &RuleSet| RuleSet { days_mean: worktime::DaysMean::Calendar, ..rules.clone() };
        let rules = unread(&rules);
        prop_assert!(due(start, a, unit, &rules, &pauses) <= due(start, a + more, unit, &rules, &pauses));
    }

    #[test]
    fn one_more_pause_is_never_due_earlier(
        start in start(), unit in unit(), amount in 1..40_u32, rules in rules(), gaps in pauses(),
        extra in (0..9_000_i64, 0..6_000_i64)
    ) {
        let before = placed(start, &gaps);
        let mut after = before.clone();
        after.extend(placed(start, &[extra]));
        prop_assert!(due(start, amount, unit, &rules, &before) <= due(start, amount, unit, &rules, &after));
    }

    #[test]
    fn a_pause_before_the_deadline_adds_its_working_time(
        start in start(), amount in 1..40_u32, rules in rules(), from in 0..2_000_i64, length in 1..6_000_i64
    ) {
        let plain = due(start, amount, Unit::WorkingHours, &rules, &[]);
        let pause = placed(start, &[(from, length)]);
        prop_assume!(start + from * MINUTE < plain);
        let paused = due(start, amount, Unit::WorkingHours, &rules, &pause);
        let took = elapsed(&rules, &CALENDAR, pause[0].from, pause[0].to.unwrap()).unwrap();
        if pause[0].from < plain {
            prop_assert_eq!(elapsed(&rules, &CALENDAR, plain, paused).unwrap(), took);
        }
    }

    #[test]
    fn no_deadline_in_working_time_or_after_rolling_is_on_a_day_off(
        start in start(), unit in unit(), amount in 1..60_u32, rules in rules(), gaps in pauses()
    ) {
        let pauses = placed(start, &gaps);
        let end = due(start, amount, unit, &rules, &pauses);
        let days = matches!(unit, Unit::CalendarDays | Unit::CalendarMonths);
        let working = matches!(unit, Unit::WorkingDays | Unit::WorkingHours);
        if working || (days && rules.roll_off_day) {
            prop_assert!(CALENDAR.is_workday(beijing_date(end - 1)), "{}", beijing_date(end - 1));
        }
    }

    #[test]
    fn an_open_pause_keeps_what_was_left_when_it_began(
        start in start(), unit in unit(), amount in 1..40_u32, rules in rules(), after in 0..4_000_i64,
        wait in 0..90_000_i64
    ) {
        let limit = Limit::new(amount, unit).unwrap();
        let since = start + after * MINUTE;
        let open = [Pause { from: since, to: None, kind: PauseKind::Returned }];
        let answer = deadline(start, limit, &rules, &CALENDAR, &open).unwrap();
        prop_assert_eq!(answer.at.is_none(), answer.held.is_some());
        let now = since + wait * MINUTE;
        let left = remaining(start, limit, &rules, &CALENDAR, &open, now).unwrap();
        prop_assert_eq!(left, remaining(start, limit, &rules, &CALENDAR, &[], since).unwrap());
        if let Some(held) = answer.held {
            prop_assert_eq!(held.left_ms, left);
            let resumed = [Pause { to: Some(now), ..open[0] }];
            prop_assert!(due(start, amount, unit, &rules, &resumed) >= now);
        }
    }

    #[test]
    fn what_is_left_and_the_deadline_agree_on_being_late(
        start in start(), unit in unit(), amount in 1..40_u32, rules in rules(), gaps in pauses(),
        later in 0..30_000_i64
    ) {
        let pauses = placed(start, &gaps);
        let limit = Limit::new(amount, unit).unwrap();
        let end = due(start, amount, unit, &rules, &pauses);
        let now = start + later * MINUTE;
        let left = remaining(start, limit, &rules, &CALENDAR, &pauses, now).unwrap();
        if now <= end { prop_assert!(left >= 0) } else { prop_assert!(left <= 0) }
        prop_assert_eq!(remaining(start, limit, &rules, &CALENDAR, &pauses, end).unwrap(), 0);
    }

    #[test]
    fn extended_working_hours_are_that_many_times_the_limit(
        start in start(), amount in 1..20_u32, rules in rules(), gaps in pauses(), extensions in 0..3_u32
    ) {
        let pauses = placed(start, &gaps);
        let term = Term { limit: Limit::new(amount, Unit::WorkingHours).unwrap(), extensions };
        let end = deadline(start, term, &rules, &CALENDAR, &pauses).unwrap().at.unwrap();
        prop_assert_eq!(end, due(start, amount * (1 + extensions), Unit::WorkingHours, &rules, &pauses));
    }

    #[test]
    fn an_extension_is_the_limit_counted_from_the_deadline(
        start in start(), unit in unit(), amount in 1..30_u32, rules in rules(), gaps in pauses()
    ) {
        let pauses = placed(start, &gaps);
        let limit = Limit::new(amount, unit).unwrap();
        let once = due(start, amount, unit, &rules, &pauses);
        let twice = deadline(start, Term { limit, extensions: 1 }, &rules, &CALENDAR, &pauses).unwrap().at.unwrap();
        let excluding = RuleSet { start_day_excluded: true, ..rules.clone() };
        prop_assert_eq!(twice, due(once, amount, unit, &excluding, &pauses));
        prop_assert!(twice > once);
        let left = remaining(start, Term { limit, extensions: 1 }, &rules, &CALENDAR, &pauses, twice).unwrap();
        prop_assert_eq!(left, 0);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,12}") {
        let _ = Limit::parse(&text);
        let _ = OfficeHours::parse(&text);
    }

    #[test]
    fn a_deadline_survives_being_stored(
        start in start(), unit in unit(), amount in 1..40_u32, rules in rules(), gaps in pauses()
    ) {
        let limit = Limit::new(amount, unit).unwrap();
        let answer = deadline(start, limit, &rules, &CALENDAR, &placed(start, &gaps)).unwrap();
        let json = serde_json::to_string(&answer).unwrap();
        prop_assert_eq!(serde_json::from_str::<worktime::Deadline>(&json).unwrap(), answer);
    }
}
