//! The reference books that every step is decided by.

use std::sync::Arc;

use areas::{AreaCode, AreaLevel};
use platform::{App, Error, FieldProblem, Millis, Text};
use staff::Organisation;
use workflow::CheckedFlow;
use worktime::{Limit, RuleSet};

use crate::clock::Reckoning;
use crate::order::Order;
use crate::words::ClockKind;

/// The flow of orders that somebody reports.
pub const FLOW: &str = "city-case";
/// The rule set by which their clocks count.
pub const RULES: &str = "city-case";

/// Areas, organisations and the catalogue as they stand now. Cheap to clone.
#[derive(Clone)]
pub struct Books {
    pub areas: Arc<areas::Directory>,
    pub staff: Arc<staff::Directory>,
    pub catalogue: Arc<catalogue::Catalogue>,
}

/// The books of this moment.
///
/// # Errors
/// What loading them answers.
pub async fn books(app: &App) -> Result<Books, Error> {
    Ok(Books { areas: app.snapshot().await?, staff: app.snapshot().await?, catalogue: app.snapshot().await? })
}

impl Books {
    /// The flow that an order keeps.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is gone: what an order cites is never deleted.
    pub fn flow_of(&self, order: &Order) -> Result<&Arc<CheckedFlow>, Error> {
        let version = u32::try_from(order.flow_version).map_err(Error::internal)?;
        let flow = self.catalogue.flow(&order.flow, version);
        flow.ok_or_else(|| Error::internal(format!("no flow {}/{version}", order.flow)))
    }

    /// The flow that a new order begins with.
    ///
    /// # Errors
    /// [`Error::Conflict`] before one was published.
    pub fn flow_at(&self, at: Millis) -> Result<&Arc<CheckedFlow>, Error> {
        let none = || {
            Error::conflict(Text::new(
                "尚未发布办理流程，请联系管理员",
                "no flow is published yet; ask the administrator",
            ))
        };
        self.catalogue.current_flow(FLOW, at).ok_or_else(none)
    }

    /// Rules and calendar for the clocks of orders.
    ///
    /// # Errors
    /// [`Error::Internal`] without the rule set.
    pub fn reckoning(&self) -> Result<Reckoning<'_>, Error> {
        let rules: Option<&RuleSet> = self.catalogue.rules(RULES);
        let rules = rules.ok_or_else(|| Error::internal(format!("no rule set {RULES}")))?;
        Ok(Reckoning { rules, calendar: self.catalogue.calendar(), catalogue: &self.catalogue })
    }

    /// How long a clock of an order may run: the flow's own limit for the step, else that of the standard, which an
    /// order keeps whether or not it is still in force.
    pub fn limit_of(&self, order: &Order, clock: ClockKind) -> Option<Limit> {
        let of_standard =
            || order.standard_id.and_then(|id| self.catalogue.standard(id)).map(|found| found.limit);
        self.catalogue.clock_limit(&order.flow, clock.as_str()).or_else(of_standard)
    }

    /// A unit that orders of a street may be sent to: the street's own, or one of the whole district.
    pub fn unit(&self, id: i64, street: i64) -> Option<&Organisation> {
        self.staff.organisation(id).filter(|unit| unit.street.is_none_or(|own| own == street))
    }

    /// An area in force that an order can lie in: a grid or a community.
    ///
    /// # Errors
    /// [`Error::Invalid`] for any other.
    pub fn place(&self, code: AreaCode, now: Millis) -> Result<AreaCode, FieldProblem> {
        let known = self
            .areas
            .area(code)
            .filter(|area| area.is_in_force(now) && code.level() >= AreaLevel::Community);
        let text = Text::new("请选择现行的社区或网格", "choose a community or a grid that is in force");
        known.map(|_| code).ok_or_else(|| FieldProblem::new("area", text))
    }
}
