//! What a receipt promises, in words that need no glossary.

use orders::{Books, Order, standard_for};
use platform::{Millis, Text};
use worktime::{Limit, Unit};

/// By when the resident knows whether it is taken up, and how long such matters may take.
pub(crate) fn promise(books: &Books, order: &Order) -> Text {
    let answer = match order.due_at.map(Millis::beijing) {
        Some(due) => Text::owned(
            format!("{}前答复是否受理", due.strftime("%-m月%-d日%H:%M")),
            format!("By {} you can see whether it is taken up", due.strftime("%H:%M on %-d %B")),
        ),
        None => Text::new("会尽快答复是否受理", "You can soon see whether it is taken up"),
    };
    match standard_for(books, order).map(|standard| in_plain_words(standard.limit)) {
        Some(limit) => Text::owned(
            format!("{}；受理后交由承办单位处理，这类问题的处理时限为{}。", answer.zh, limit.zh),
            format!(
                "{}. It then goes to the office in charge; the time for matters of this kind is {}.",
                answer.en, limit.en
            ),
        ),
        None => Text::owned(format!("{}。", answer.zh), format!("{}.", answer.en)),
    }
}

/// A limit as people say it.
fn in_plain_words(limit: Limit) -> Text {
    let n = limit.amount();
    let s = if n == 1 { "" } else { "s" };
    match limit.unit() {
        Unit::CalendarDays => Text::owned(format!("{n}天"), format!("{n} day{s}")),
        Unit::CalendarMonths => Text::owned(format!("{n}个月"), format!("{n} month{s}")),
        Unit::WorkingDays => Text::owned(format!("{n}个工作日"), format!("{n} working day{s}")),
        Unit::WorkingHours => Text::owned(format!("{n}个工作小时"), format!("{n} working hour{s}")),
        Unit::ContinuousHours => {
            Text::owned(format!("{n}小时（不分昼夜）"), format!("{n} hour{s}, day or night"))
        }
        Unit::ContinuousMinutes => Text::owned(format!("{n}分钟"), format!("{n} minute{s}")),
    }
}
