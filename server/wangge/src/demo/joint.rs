//! What the units of the demo do together, and what they ask the street for.

use orders::{Asked, Order, OrderId, RequestId, RequestKind};
use platform::{Error, Millis, Write};

use super::day::{DAY, HOUR, awake};
use super::play::{Beat, Play};
use super::texts::{HELPED, MORE_TIME, SUPERVISED};

impl Play {
    /// One case in twenty needs a second unit.
    pub(super) fn helpers(&mut self, nth: usize, lead: i64) -> Result<Vec<i64>, Error> {
        if self.case(nth)?.returned || !self.draw.percent(5.0) {
            return Ok(Vec::new());
        }
        let mut units: Vec<i64> = self.cast.departments.values().copied().filter(|id| *id != lead).collect();
        units.sort_unstable();
        Ok(self.draw.of(&units).copied().into_iter().collect())
    }

    pub(super) async fn help(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let order = self.order(nth)?.clone();
        let id = order.wire_id();
        for row in orders::obligations_of(w, &order).await?.into_iter().filter(|row| row.is_open()) {
            let found = self.cast.handlers.get(&row.organisation_id).cloned();
            let helper = found.ok_or_else(|| Error::internal("a unit that helps has no handler"))?;
            let file = self.picture(w, true, Some(helper.account), helper.post.street()).await?;
            let w = w.standing_in(w.call().on_behalf_of(helper), order.street_id, at);
            orders::sign_help(&w, id, row.wire_id()).await?;
            orders::finish_help(&w, id, row.wire_id(), self.draw.word(HELPED), &[file]).await?;
        }
        self.reload(w, nth, id).await?;
        self.work(at, nth)
    }

    /// The unit asks for more time, unless what it has is over; says whether it asked.
    pub(super) async fn ask(&mut self, w: &Write, at: Millis, nth: usize) -> Result<bool, Error> {
        let order = self.order(nth)?.clone();
        if order.due_at.is_none_or(|due| due.0 - at.0 < HOUR) {
            return Ok(false);
        }
        let handler = self.handler(nth)?;
        let asked = Asked {
            kind: RequestKind::Extend,
            reason: self.draw.word(MORE_TIME).to_owned(),
            basis: None,
            pause_kind: None,
            until: None,
            files: Vec::new(),
        };
        let on = w.standing_in(w.call().on_behalf_of(handler), order.street_id, at);
        let request = orders::ask(&on, &self.books, order.wire_id(), asked).await?;
        if let Some(case) = self.cases.get_mut(nth) {
            case.asked = Some(request);
        }
        self.reload(w, nth, order.wire_id()).await?;
        let wait = self.minutes(10, 45);
        self.later(at.plus(wait), nth, Beat::Decide);
        Ok(true)
    }

    pub(super) async fn decide(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let (order, asked) = (self.order(nth)?.clone(), self.case(nth)?.asked);
        // What was asked in the last day still waits when the district is first served.
        let Some(request) = asked.filter(|_| self.now.0 - at.0 > DAY) else { return Ok(()) };
        let (id, request) = (order.wire_id(), RequestId::new(order.street_id, request));
        let unit = order.organisation_id.unwrap_or_default();
        let chair = self.cast.chairs.get(&unit).cloned();
        let chair = chair.ok_or_else(|| Error::internal(format!("unit {unit} has no head")))?;
        let on = w.standing_in(w.call().on_behalf_of(chair), order.street_id, at);
        orders::endorse(&on, id, request, None).await?;
        let on = w.standing_in(w.call().on_behalf_of(self.chief(nth)?), order.street_id, at.plus(1));
        let note = Some("理由不充分，请按原时限办结。");
        let decision = if order.due_at.is_some_and(|due| due > at) && self.draw.percent(80.0) {
            (true, None)
        } else {
            (false, note)
        };
        orders::settle(&on, &self.books, id, request, decision).await?;
        self.reload(w, nth, id).await?;
        self.work(at, nth)
    }

    pub(super) async fn supervise(&mut self, w: &Write, at: Millis, nth: usize) -> Result<(), Error> {
        let order = self.order(nth)?.clone();
        if order.state.is_ended() || order.organisation_id.is_none() {
            return Ok(());
        }
        let on = w.standing_in(w.call().on_behalf_of(self.leader(nth)?), order.street_id, at);
        let id = order.wire_id();
        orders::supervise(&on, id, self.draw.word(SUPERVISED), awake(at.plus(DAY))).await?;
        self.reload(w, nth, id).await
    }

    /// Reads anew what others changed on a case.
    async fn reload(&mut self, w: &Write, nth: usize, id: OrderId) -> Result<(), Error> {
        let order: Option<Order> = orders::find(w, id.street, id.id).await?;
        self.keep(nth, order.ok_or(Error::Missing("order"))?);
        Ok(())
    }
}
