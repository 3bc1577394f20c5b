//! The derivation of a deadline: which facts mattered, in the order they apply.

use crate::{
    Limit, Line, OffDays, Pause, ReckonError, Unit,
    day::{beijing_date, date_of, day_of},
    deadline::{Count, End, Held},
};

impl Count<'_> {
    /// The lines, and whether a notice that is not out may change the result.
    pub(crate) fn explain(
        &self,
        written: Limit,
        end: Option<&End>,
        held: Option<Held>,
        pauses: &[Pause],
    ) -> Result<(Vec<Line>, bool), ReckonError> {
        let mut lines = Vec::with_capacity(8);
        lines.push(Line::Started { at: self.start });
        lines.push(Line::Limited { limit: written });
        if self.limit != written {
            lines.push(Line::ReadAs { limit: self.limit });
        }
        let until = end.map(|e| e.at).or(held.map(|h| h.since)).unwrap_or(self.start);
        let until_day = day_of(until)?;
        let unit = self.limit.unit();
        let by_day = matches!(unit, Unit::WorkingDays | Unit::CalendarDays | Unit::CalendarMonths);
        let first = if by_day && self.rules.start_day_excluded { self.start_day + 1 } else { self.start_day };
        if first != self.start_day {
            lines.push(Line::StartDayExcluded { first: date_of(first) });
        }
        if unit == Unit::WorkingHours {
            lines.push(Line::OfficeHours { hours: self.rules.hours.to_string() });
            let opens = self.rules.hours.open_from(self.calendar, self.start)?;
            if opens > self.start {
                lines.push(Line::WaitsForOffice { opens });
            }
        }
        let mut unsettled = None;
        if matches!(unit, Unit::WorkingDays | Unit::WorkingHours) {
            self.explain_days_off(first, until_day, &mut lines);
            unsettled = self.calendar.unsettled_year(first.min(until_day), until_day);
        }
        for pause in pauses.iter().filter(|p| p.from <= until && p.to.is_none_or(|to| to > self.start)) {
            lines.push(Line::Paused { from: pause.from, to: pause.to, reason: pause.kind });
        }
        for nth in 1..=self.extensions {
            let before = usize::try_from(nth - 1).ok();
            let from = end.zip(before).and_then(|(end, before)| end.extended_from.get(before).copied());
            lines.push(Line::Extended { nth, limit: self.limit, from });
        }
        if let Some(end) = end {
            if let Some(from) = end.rolled_from {
                lines.push(Line::Rolled { from: date_of(from), to: beijing_date(end.at) });
            }
            if unsettled.is_none() && by_day && unit != Unit::WorkingDays && self.rules.roll_off_day {
                unsettled = self.calendar.unsettled_year(end.rolled_from.unwrap_or(until_day), until_day);
            }
            lines.push(Line::Due { at: end.at });
        }
        if let Some(Held { since, left_ms }) = held {
            lines.push(Line::Held { since, left_ms });
        }
        if let Some((year, state)) = unsettled {
            lines.push(Line::Provisional { year, state });
        }
        Ok((lines, unsettled.is_some()))
    }

    fn explain_days_off(&self, first: i32, last: i32, lines: &mut Vec<Line>) {
        if last < first {
            return;
        }
        let worked = self.calendar.worked_before(last + 1) - self.calendar.worked_before(first);
        let mut weekends = (last - first + 1) - i32::try_from(worked).unwrap_or(0);
        for stretch in self.calendar.stretches_within(first, last) {
            let (from, to) = (stretch.first.max(first), stretch.last.min(last));
            let days = OffDays { first: date_of(from), last: date_of(to), name: stretch.name.clone() };
            if stretch.off {
                weekends -= to - from + 1;
                lines.push(Line::DaysOff(days));
            } else {
                lines.push(Line::MakeUp(days));
            }
        }
        if let Ok(days @ 1..) = u32::try_from(weekends) {
            lines.push(Line::Weekends { days });
        }
    }
}
