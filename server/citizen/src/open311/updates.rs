//! What happened to requests, for other systems.

use orders::{Act, Order, Role, Step, books, find};
use platform::{App, Error, Lang, Millis, Read, ids};
use std::collections::BTreeMap;
use store::{sql, vals};

use super::filter::{MOST, span};
use super::form::{Form, written};
use super::format::{Answer, Refused};
use super::list::teller;
use super::record::{Shown, is_open, public};
use super::status::extended;
use super::tree::Node;
use crate::steps::{state_text, step_text};

/// How far back updates go when no date is given.
const DAY_MS: i64 = 24 * 3_600_000;

sql! {
    STEPS: Step = "WHERE street_id = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT 1000";
}

/// The updates of a span, the oldest first, a thousand at most.
///
/// # Errors
/// What cannot be asked; what the store answers.
pub(crate) async fn updates(
    app: &App,
    form: &Form,
    streets: Vec<i64>,
    lang: Lang,
) -> Result<Answer, Refused> {
    let now = app.clock().now();
    let (start, end) = (form.moment("start_date")?, form.moment("end_date")?);
    let start = start.or(Some(now.plus(-DAY_MS)).filter(|_| end.is_none()));
    let (from, to) = span(start, end, now)?;
    let books = books(app).await?;
    let mut found = app.read(move |r| async move { collect(&r, &streets, from, to).await }).await?;
    found.sort_by_key(|(_, step)| (step.at, step.id));
    found.truncate(MOST);
    let teller = teller(app, &books, lang);
    let tell = |(shown, step): &(Shown, Step)| {
        let order = &shown.order;
        // Words of the office about a case that was not reported in public stay with whoever reported it.
        let told =
            step_text(&books, step).filter(|_| is_open(order)).unwrap_or_else(|| state_text(step.state_to));
        let picture = shown.picture.as_ref().filter(|file| file.step_id == step.id);
        let picture =
            picture.map(|file| format!("{}/media/{}/{}.jpg", teller.home, order.number, file.wire_id()));
        Node::Record(vec![
            ("update_id", Node::text(ids::encode(step.street_id, step.id))),
            ("service_request_id", Node::text(&order.number)),
            ("status", Node::maybe(extended(step.action))),
            ("description", Node::text(told.in_lang(lang))),
            ("updated_datetime", Node::text(written(step.at))),
            ("media_url", Node::maybe(picture)),
            ("external_status_code", Node::text(step.state_to.as_str())),
        ])
    };
    let node = Node::List("request_update", found.iter().map(tell).collect());
    Ok(Answer::ok("service_request_updates", node))
}

async fn collect(r: &Read, streets: &[i64], from: Millis, to: Millis) -> Result<Vec<(Shown, Step)>, Error> {
    let mut found = Vec::new();
    for street in streets {
        let mut first = ids::first_at(from);
        let end = ids::first_at(to.plus(1));
        let mut orders: BTreeMap<i64, Option<Order>> = BTreeMap::new();
        let mut own = 0;
        while own < MOST {
            let steps: Vec<Step> = r.query(&STEPS, &vals![*street, first, end]).await?;
            let Some(last) = steps.last().map(|step| step.id) else { break };
            for step in steps {
                if extended(step.action).is_none() || own == MOST {
                    continue;
                }
                let order = match orders.get(&step.order_id) {
                    Some(known) => known.clone(),
                    None => {
                        let order = find(r, *street, step.order_id).await?;
                        let told = match order {
                            Some(order) if tells(&order, step.action) => Some(order),
                            _ => None,
                        };
                        orders.insert(step.order_id, told.clone());
                        told
                    }
                };
                if let Some(shown) = shown(r, order, &step).await? {
                    found.push((shown, step));
                    own += 1;
                }
            }
            first = last + 1;
        }
    }
    Ok(found)
}

/// An order that was joined is told of to whoever reported it in public, and to nobody else.
fn tells(order: &Order, act: Act) -> bool {
    order.state != orders::State::Joined || is_open(order) || act == Act::Join
}

async fn shown(r: &Read, order: Option<Order>, step: &Step) -> Result<Option<Shown>, Error> {
    let Some(order) = order else { return Ok(None) };
    if order.state == orders::State::Joined {
        return Ok(is_open(&order).then_some(Shown { updated_at: step.at, order, picture: None }));
    }
    let Some(mut shown) = public(r, vec![order]).await?.pop() else { return Ok(None) };
    shown.picture = match is_open(&shown.order) && step.action == Act::Resolve {
        true => {
            let files = orders::files_of(r, &shown.order).await?;
            files.into_iter().find(|file| file.step_id == step.id && file.role == Role::After)
        }
        false => None,
    };
    Ok(Some(shown))
}
