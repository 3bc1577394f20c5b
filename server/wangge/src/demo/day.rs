//! When things happen: people report by day, and those on duty answer once they are awake.

use platform::Millis;

use super::draw::Draw;

/// Milliseconds.
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// A moment when people report: more by day than by night, more towards the end, since more people know of it.
pub fn moment_of_report(draw: &mut Draw, start: Millis, now: Millis) -> Millis {
    let days = (now.0 - start.0) as f64;
    loop {
        let at = Millis(start.0 + (days * (1.0 - (1.0 - draw.share()).powf(1.15))) as i64);
        let likely = match at.beijing().hour() {
            0..=5 => 4.0,
            6 | 7 | 20..=23 => 35.0,
            _ => 95.0,
        };
        if draw.percent(likely) {
            return at;
        }
    }
}

/// The same moment, or seven in the morning when it lies in the night.
pub fn awake(at: Millis) -> Millis {
    match at.beijing().hour() {
        hour @ 0..=6 => at.plus((7 - i64::from(hour)) * HOUR),
        _ => at,
    }
}
