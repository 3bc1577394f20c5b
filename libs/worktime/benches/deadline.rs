//! How long one deadline takes, derivation included.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

use std::{hint::black_box, time::Instant};

use worktime::{Calendar, Limit, Pause, PauseKind, RuleSet, Unit, deadline, moment};

const FILES: [&str; 4] = [
    include_str!("../../../data/holidays/2023.json"),
    include_str!("../../../data/holidays/2024.json"),
    include_str!("../../../data/holidays/2025.json"),
    include_str!("../../../data/holidays/2026.json"),
];

fn main() {
    let calendar = Calendar::from_json(FILES).expect("the notices of the repository load");
    let rules = RuleSet::city_case();
    let start = moment(2026, 9, 24, 16, 45).expect("a real moment");
    let pauses = [Pause { from: start + 3_600_000, to: Some(start + 90_000_000), kind: PauseKind::Returned }];
    for (name, amount, unit, pauses) in [
        ("4 working hours", 4, Unit::WorkingHours, &[][..]),
        ("40 working hours, one pause", 40, Unit::WorkingHours, &pauses[..]),
        ("5 working days", 5, Unit::WorkingDays, &[][..]),
        ("60 calendar days", 60, Unit::CalendarDays, &[][..]),
        ("2 continuous hours", 2, Unit::ContinuousHours, &[][..]),
    ] {
        let limit = Limit::new(amount, unit).expect("a small amount");
        let rounds: i64 = 200_000;
        let before = Instant::now();
        for round in 0..rounds {
            black_box(deadline(black_box(start + round * 1000), limit, &rules, &calendar, pauses).is_ok());
        }
        println!("{name}: {:.2} µs", before.elapsed().as_secs_f64() * 1e6 / rounds as f64);
    }
}
