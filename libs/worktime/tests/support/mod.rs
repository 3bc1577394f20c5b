//! The real calendar and a short way to write moments.

use worktime::{Calendar, moment};

pub fn calendar() -> Calendar {
    Calendar::from_json([
        include_str!("../../../../data/holidays/2023.json"),
        include_str!("../../../../data/holidays/2024.json"),
        include_str!("../../../../data/holidays/2025.json"),
        include_str!("../../../../data/holidays/2026.json"),
    ])
    .unwrap()
}

/// Reads `2026-10-08 17:30` as Beijing time.
pub fn at(text: &str) -> i64 {
    let n: Vec<i16> = text.split(['-', ' ', ':']).map(|p| p.parse().unwrap()).collect();
    let small = |i: usize| i8::try_from(n.get(i).copied().unwrap_or(0)).unwrap();
    moment(n[0], small(1), small(2), small(3), small(4)).unwrap()
}
