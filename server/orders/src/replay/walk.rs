//! One order's walk: its history as the flows see it, and the deadlines that would have been others.

use std::collections::{BTreeMap, HashMap};

use platform::policy::{Caller, PostInUse};
use platform::{App, Error, PostKind};
use workflow::{CheckedFlow, Difference, Given, Need, Run, Taken, replay};
use worktime::{Pause, PauseKind};

use crate::books::Books;
use crate::order::Order;
use crate::step::Step;
use crate::words::{Act, ClockKind};

/// What parts an order from the draft.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Parting {
    Flow(Difference),
    Deadline { clock: String, is_later: bool },
}

/// What every walk needs.
pub(super) struct Guide {
    pub books: Books,
    pub draft: CheckedFlow,
    /// The kind of each post.
    pub kinds: HashMap<i64, PostKind>,
    /// The rights of each kind.
    rights: HashMap<PostKind, Vec<String>>,
}

impl Guide {
    pub fn new(app: &App, books: Books, draft: CheckedFlow, kinds: HashMap<i64, PostKind>) -> Self {
        let of = |kind: PostKind| {
            let post = PostInUse { id: 0, kind, area: app.district(), organisation: None, not_after: None };
            let rights = app.policy().rights(&Caller { account: 0, post });
            (kind, rights.into_iter().map(str::to_owned).collect())
        };
        Self { books, draft, kinds, rights: PostKind::ALL.into_iter().map(of).collect() }
    }

    /// Walks one order with its steps, the oldest first, and the number of pictures that each brought.
    pub fn walk(
        &self,
        order: &Order,
        steps: &[Step],
        files: &HashMap<i64, i64>,
    ) -> Result<Vec<Parting>, Error> {
        let flow = self.books.flow_of(order)?;
        let done: Vec<&Step> = steps.iter().filter(|step| step.action != Act::Report).collect();
        let mut before: Option<&Step> = steps.iter().find(|step| step.action == Act::Report);
        let mut taken = Vec::with_capacity(done.len());
        for step in &done {
            let needs = flow.flow().action(step.action.as_str()).map_or(&[][..], |action| &action.needs);
            let had = |need| needs.contains(&need);
            let changed =
                |of: fn(&Step) -> Option<i64>| of(step).is_some() && of(step) != before.and_then(of);
            let given = Given {
                // A row keeps reason and note as one text; it speaks for whichever was asked for.
                note: step.note.is_some(),
                reason: step.note.is_some(),
                files: u32::try_from(files.get(&step.id).copied().unwrap_or(0)).unwrap_or(u32::MAX),
                standard: had(Need::Standard) || changed(|step| step.standard_id),
                assignee: had(Need::Assignee) || changed(|step| step.organisation_id),
            };
            taken.push(Taken {
                action: step.action.as_str(),
                given,
                at: step.at.0,
                unit: step.organisation_id,
            });
            before = Some(step);
        }
        let carries = |at: usize, right: &str| {
            let kind = done.get(at).and_then(|step| step.post_id).and_then(|post| self.kinds.get(&post));
            // The program itself and a post that is gone are not asked.
            kind.is_none_or(|kind| {
                self.rights.get(kind).is_some_and(|held| held.iter().any(|held| held == right))
            })
        };
        let walked = replay(flow, &self.draft, order.reported_at.0, &taken, carries);
        let mut partings: Vec<Parting> = walked.differences.into_iter().map(Parting::Flow).collect();
        partings.extend(self.deadlines(order, &walked.before, &walked.after)?);
        Ok(partings)
    }

    /// The clocks whose deadlines would have been others: of each clock the first such run.
    fn deadlines(&self, order: &Order, before: &[Run], after: &[Run]) -> Result<Vec<Parting>, Error> {
        let mut told: BTreeMap<&str, bool> = BTreeMap::new();
        for kind in ClockKind::ALL {
            let of = |runs: &'_ [Run]| {
                runs.iter().filter(|run| run.clock == kind.as_str()).cloned().collect::<Vec<_>>()
            };
            for (was, is) in of(before).iter().zip(&of(after)) {
                if (was.started_at, &was.pauses) == (is.started_at, &is.pauses) {
                    continue;
                }
                if let (Some(old), Some(new)) = (self.due(order, *kind, was)?, self.due(order, *kind, is)?)
                    && old != new
                {
                    told.entry(kind.as_str()).or_insert(new > old);
                }
            }
        }
        Ok(told
            .into_iter()
            .map(|(clock, is_later)| Parting::Deadline { clock: clock.to_owned(), is_later })
            .collect())
    }

    fn due(&self, order: &Order, clock: ClockKind, run: &Run) -> Result<Option<i64>, Error> {
        let Some(limit) = self.books.limit_of(order, clock) else { return Ok(None) };
        let by = self.books.reckoning()?;
        let over = run.pauses.iter().filter_map(|(from, to)| {
            Some(Pause { from: *from, to: Some((*to)?), kind: PauseKind::Returned })
        });
        let pauses: Vec<Pause> = over.collect();
        let deadline = worktime::deadline(run.started_at, limit, by.rules, by.calendar, &pauses);
        Ok(deadline.map_err(Error::internal)?.at)
    }
}
