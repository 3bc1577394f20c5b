//! What one version of a flow changes of another, part by part.

use serde::Serialize;

use crate::{Flow, Part};

/// What happened to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Added,
    Removed,
    Changed,
}

/// One part that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub part: Part,
    /// Its name; empty for the flow itself.
    pub name: String,
    pub kind: Kind,
    /// What of it changed: `zh`, `en`, `kind`, `from`, `to`, `right`, `needs`, `clocks`, `opening`.
    pub fields: Vec<&'static str>,
}

/// What `after` changes of `before`: the flow itself, states, actions, clocks, in their order.
pub fn changes(before: &Flow, after: &Flow) -> Vec<Change> {
    let mut all = Vec::new();
    let own = fields([
        ("zh", before.zh != after.zh),
        ("en", before.en != after.en),
        ("opening", before.opening != after.opening),
    ]);
    if !own.is_empty() {
        all.push(Change { part: Part::Flow, name: String::new(), kind: Kind::Changed, fields: own });
    }
    compare(
        Part::State,
        &before.states,
        &after.states,
        |state| &state.name,
        &mut all,
        |old, new| {
            fields([("zh", old.zh != new.zh), ("en", old.en != new.en), ("kind", old.kind != new.kind)])
        },
    );
    compare(
        Part::Action,
        &before.actions,
        &after.actions,
        |action| &action.name,
        &mut all,
        |old, new| {
            fields([
                ("zh", old.zh != new.zh),
                ("en", old.en != new.en),
                ("from", old.from != new.from),
                ("to", old.to != new.to),
                ("right", old.right != new.right),
                ("needs", old.needs != new.needs),
                ("clocks", old.clocks != new.clocks),
            ])
        },
    );
    compare(
        Part::Clock,
        &before.clocks,
        &after.clocks,
        |clock| &clock.name,
        &mut all,
        |old, new| fields([("zh", old.zh != new.zh), ("en", old.en != new.en)]),
    );
    all
}

fn fields<const N: usize>(changed: [(&'static str, bool); N]) -> Vec<&'static str> {
    changed.into_iter().filter(|(_, is)| *is).map(|(field, _)| field).collect()
}

fn compare<T>(
    part: Part,
    before: &[T],
    after: &[T],
    name: impl Fn(&T) -> &String,
    all: &mut Vec<Change>,
    changed: impl Fn(&T, &T) -> Vec<&'static str>,
) {
    let named = |list: &[T], wanted: &String| list.iter().position(|one| name(one) == wanted);
    for new in after {
        let old = named(before, name(new)).and_then(|at| before.get(at));
        let fields = old.map(|old| changed(old, new));
        let kind = if old.is_some() { Kind::Changed } else { Kind::Added };
        if fields.as_ref().is_none_or(|fields| !fields.is_empty()) {
            all.push(Change { part, name: name(new).clone(), kind, fields: fields.unwrap_or_default() });
        }
    }
    for old in before.iter().filter(|old| named(after, name(old)).is_none()) {
        all.push(Change { part, name: name(old).clone(), kind: Kind::Removed, fields: Vec::new() });
    }
}
