//! Differences in groups, each with its sentence and some of its orders.

use std::collections::BTreeMap;

use platform::{Millis, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use workflow::{Difference, Flow, Lang, Need, Status};

use super::walk::Parting;
use crate::order::{Order, OrderId};
use crate::words::State;

/// Orders that a group names.
const EXAMPLES: usize = 50;

/// Orders that part from the draft in the same way.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ReplayGroup {
    /// `state`, `action`, `need`, `right`, `end`, `clock` or `deadline`.
    pub kind: String,
    pub text: Text,
    pub count: usize,
    /// The first of them, at most 50.
    pub orders: Vec<ReplayedOrder>,
}

/// An order that a draft would have treated otherwise.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct ReplayedOrder {
    pub id: OrderId,
    pub number: String,
    pub state: State,
    pub reported_at: Millis,
}

/// The differences of all orders so far.
#[derive(Default)]
pub(super) struct Groups {
    by_parting: BTreeMap<Parting, (usize, Vec<ReplayedOrder>)>,
    /// Orders with any difference.
    pub differing: usize,
}

impl Groups {
    pub fn add(&mut self, order: &Order, partings: Vec<Parting>) {
        self.differing += usize::from(!partings.is_empty());
        for parting in partings {
            let (count, orders) = self.by_parting.entry(parting).or_default();
            *count += 1;
            if orders.len() < EXAMPLES {
                let (id, number) = (order.wire_id(), order.number.clone());
                orders.push(ReplayedOrder { id, number, state: order.state, reported_at: order.reported_at });
            }
        }
    }

    /// The groups, the largest first, in the words of the flow in force and, where it has none, of the draft.
    pub fn told(self, before: &Flow, draft: &Flow) -> Vec<ReplayGroup> {
        let names = Names { before, draft };
        let group = |(parting, (count, orders)): (Parting, (usize, Vec<ReplayedOrder>))| ReplayGroup {
            kind: kind(&parting).to_owned(),
            text: names.sentence(&parting),
            count,
            orders,
        };
        let mut groups: Vec<ReplayGroup> = self.by_parting.into_iter().map(group).collect();
        groups.sort_by_key(|group| std::cmp::Reverse(group.count));
        groups
    }
}

fn kind(parting: &Parting) -> &'static str {
    match parting {
        Parting::Deadline { .. } => "deadline",
        Parting::Flow(Difference::State { .. }) => "state",
        Parting::Flow(Difference::Action { .. }) => "action",
        Parting::Flow(Difference::Need { .. }) => "need",
        Parting::Flow(Difference::Right { .. }) => "right",
        Parting::Flow(Difference::End { .. }) => "end",
        Parting::Flow(Difference::Clock { .. }) => "clock",
    }
}

/// What the parts are called.
struct Names<'a> {
    before: &'a Flow,
    draft: &'a Flow,
}

impl Names<'_> {
    fn action(&self, name: &str) -> Text {
        if name == "opening" {
            return Text::new("上报", "report");
        }
        let found = self.before.action(name).or_else(|| self.draft.action(name));
        found.map_or_else(|| Text::owned(name, name), |action| Text::owned(&action.zh, &action.en))
    }

    fn state(&self, name: &str) -> Text {
        let found = self.before.state(name).or_else(|| self.draft.state(name));
        found.map_or_else(|| Text::owned(name, name), |state| Text::owned(&state.zh, &state.en))
    }

    fn clock(&self, name: &str) -> Text {
        let found = self.before.clock(name).or_else(|| self.draft.clock(name));
        found.map_or_else(|| Text::owned(name, name), |clock| Text::owned(&clock.zh, &clock.en))
    }

    fn sentence(&self, parting: &Parting) -> Text {
        match parting {
            Parting::Flow(Difference::State { action, state }) => {
                let (action, state) = (self.action(action), self.state(state));
                Text::owned(
                    format!("按草稿，在“{}”时不能执行“{}”", state.zh, action.zh),
                    format!("by the draft `{}` cannot be done while `{}`", action.en, state.en),
                )
            }
            Parting::Flow(Difference::Action { action }) => {
                let action = self.action(action);
                Text::owned(
                    format!("草稿没有操作“{}”", action.zh),
                    format!("the draft has no action `{}`", action.en),
                )
            }
            Parting::Flow(Difference::Need { action, need }) => {
                let action = self.action(action);
                let need = need_text(need);
                Text::owned(
                    format!("执行“{}”时没有草稿要求的{}", action.zh, need.zh),
                    format!("`{}` came without {}, which the draft asks for", action.en, need.en),
                )
            }
            Parting::Flow(Difference::Right { action, right }) => {
                let action = self.action(action);
                Text::owned(
                    format!("执行“{}”的岗位没有草稿要求的权限 {right}", action.zh),
                    format!("whoever did `{}` lacks the right {right}, which the draft asks for", action.en),
                )
            }
            Parting::Flow(Difference::End { before, after }) => {
                let (before, after) = (self.state(before), self.state(after));
                Text::owned(
                    format!("最终状态由“{}”变为“{}”", before.zh, after.zh),
                    format!("it ends as `{}` instead of `{}`", after.en, before.en),
                )
            }
            Parting::Flow(Difference::Clock { action, clock, before, after }) => {
                let (action, clock) = (self.action(action), self.clock(clock));
                let (was, is) = (status(*before), status(*after));
                Text::owned(
                    format!("“{}”之后，{}由{}变为{}", action.zh, clock.zh, was.zh, is.zh),
                    format!(
                        "after `{}` the clock `{}` is {} instead of {}",
                        action.en, clock.en, is.en, was.en
                    ),
                )
            }
            Parting::Deadline { clock, is_later } => {
                let clock = self.clock(clock);
                let (zh, en) = if *is_later { ("推后", "later") } else { ("提前", "earlier") };
                Text::owned(
                    format!("{}的截止时间{zh}", clock.zh),
                    format!("the deadline of `{}` is {en}", clock.en),
                )
            }
        }
    }
}

fn status(status: Status) -> Text {
    match status {
        Status::Off => Text::new("未计时", "off"),
        Status::Running => Text::new("计时中", "running"),
        Status::Paused => Text::new("暂停", "paused"),
    }
}

fn need_text(need: &str) -> Text {
    let all = [Need::Note, Need::Files, Need::Standard, Need::Assignee, Need::Reason];
    let found = all.into_iter().find(|known| format!("{known:?}").to_lowercase() == need);
    found.map_or_else(|| Text::owned(need, need), |need| Text::new(need.text(Lang::Zh), need.text(Lang::En)))
}
