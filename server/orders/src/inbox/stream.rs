//! A whole list, row by row, without ever holding it: each sorted part of it is read a little ahead and merged.

use std::collections::VecDeque;

use platform::{Error, Read};
use tokio::sync::mpsc::Sender;

use super::{BEGINNING, Inbox, Keys, Sorted, by_its_number, helped};
use crate::clocks::views::minded;
use crate::order::Order;
use crate::view::{Bounds, View};
use crate::words::State;

/// The rows that each part reads ahead, and that are handed on at once.
const AHEAD: i64 = 500;

/// A part of a list on its way: a street's orders in one state, or all that the view holds of a street.
struct Part {
    street: i64,
    state: Option<State>,
    ahead: VecDeque<Order>,
    after: Option<Keys>,
    ended: bool,
}

impl Inbox {
    /// What the list is put together from in each street; every part is sorted as the list is.
    pub(super) fn parts(&self) -> Vec<Option<State>> {
        let whole = matches!(self.view, View::Supervised | View::Escalated | View::Helping | View::Watching)
            || (self.view == View::Mine && !self.handles);
        if whole { vec![None] } else { self.view.states().iter().copied().map(Some).collect() }
    }

    /// Some rows of one part of a street.
    pub(super) async fn of_part(
        &self,
        r: &Read,
        bounds: &Bounds,
        street: i64,
        state: Option<State>,
        after: Option<Keys>,
        limit: i64,
    ) -> Result<Vec<Order>, Error> {
        if let Some(state) = state {
            let (sql, values) = self.statement(bounds, street, state, after, limit, r.now());
            return Ok(r.query(sql, &values).await?);
        }
        match self.view {
            View::Supervised | View::Escalated => {
                let from = (after.unwrap_or((i64::MIN, 0)), limit);
                minded(r, self.view, bounds, &self.caller, street, from).await
            }
            View::Helping => helped(r, bounds, street, after, limit).await,
            _ => self.own(r, bounds, street, after, limit).await,
        }
    }

    /// Hands every row of the list on, in its order.
    ///
    /// # Errors
    /// What the store answers; [`Error::Internal`] when whoever takes the rows went away.
    pub async fn stream(&self, r: &Read, to: Sender<Vec<Order>>) -> Result<(), Error> {
        let Some(bounds) = &self.bounds else { return Ok(()) };
        if let Some((number, streets)) = &self.number {
            let found = by_its_number(r, bounds, number, streets).await?;
            return to.send(found).await.map_err(Error::internal);
        }
        if self.happening.is_some() {
            return self.stream_events(r, to).await;
        }
        let mut parts: Vec<Part> = Vec::new();
        for street in bounds.streets.iter().copied() {
            let of = |state| Part { street, state, ahead: VecDeque::new(), after: None, ended: false };
            parts.extend(self.parts().into_iter().map(of));
        }
        let mut out = Vec::new();
        loop {
            for part in &mut parts {
                self.refill(r, bounds, part).await?;
            }
            let heads = parts.iter().enumerate();
            let first = heads.filter_map(|(at, part)| Some((self.rank(part.ahead.front()?), at))).min();
            let next = first.and_then(|(_, at)| parts.get_mut(at)).and_then(|part| part.ahead.pop_front());
            let ends = next.is_none();
            out.extend(next);
            if ends || out.len() >= usize::try_from(AHEAD).unwrap_or(usize::MAX) {
                to.send(std::mem::take(&mut out)).await.map_err(Error::internal)?;
            }
            if ends {
                return Ok(());
            }
        }
    }

    async fn stream_events(&self, r: &Read, to: Sender<Vec<Order>>) -> Result<(), Error> {
        let Some((measure, span)) = self.happening else { return Ok(()) };
        let mut after = BEGINNING;
        loop {
            let found = self.events(r, measure, span, after, AHEAD).await?;
            let Some((last, _)) = found.last() else { return Ok(()) };
            after = *last;
            let orders = found.into_iter().map(|(_, order)| order).collect();
            to.send(orders).await.map_err(Error::internal)?;
        }
    }

    /// Where a row stands among the others.
    fn rank(&self, order: &Order) -> Keys {
        match self.sort {
            Sorted::Due => (order.queue_at.0, order.id),
            Sorted::Ended => (-order.queue_at.0, -order.id),
            Sorted::Newest => (-order.id, 0),
        }
    }

    async fn refill(&self, r: &Read, bounds: &Bounds, part: &mut Part) -> Result<(), Error> {
        if part.ended || !part.ahead.is_empty() {
            return Ok(());
        }
        let rows = self.of_part(r, bounds, part.street, part.state, part.after, AHEAD).await?;
        part.ended = i64::try_from(rows.len()).unwrap_or(i64::MAX) < AHEAD;
        part.after = rows.last().map(|order| (order.queue_at.0, order.id)).or(part.after);
        part.ahead = rows.into();
        Ok(())
    }
}
