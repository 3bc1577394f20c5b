//! Requests as everybody reads them: lists, one, and the token that stands for it.

use orders::{Books, Order, State, books, by_number, streets_of_number};
use platform::{App, Error, Lang, Read, Text, ids};
use store::{sql, vals};

use super::filter::Filter;
use super::form::Form;
use super::format::{Answer, Refused};
use super::record::{Shown, Teller, is_open, public};
use super::tree::Node;

/// Orders read at once.
const BATCH: i64 = 500;

sql! {
    /// Ids ascend with time: a street's orders of a span are one range of the key.
    OF_SPAN: Order = "WHERE street_id = $1 AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT $4";
}

pub(crate) fn teller<'a>(app: &App, books: &'a Books, lang: Lang) -> Teller<'a> {
    let home = app.config().server.public_url.trim_end_matches('/');
    Teller { books, lang, home: format!("{home}/open311/v2") }
}

/// Requests of a span, the newest first.
///
/// # Errors
/// What cannot be asked; what the store answers.
pub(crate) async fn list(app: &App, form: &Form, streets: Vec<i64>, lang: Lang) -> Result<Answer, Refused> {
    let filter = Filter::read(form, streets, app.clock().now())?;
    let books = books(app).await?;
    let (size, asked) = (filter.page_size, books.clone());
    let by_id = filter.ids.is_some();
    let mut found = app.read(move |r| async move { collect(&r, &asked, &filter).await }).await?;
    let more = !by_id && found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|last| (last.order.reported_at.0, last.order.id));
    let teller = teller(app, &books, lang);
    let node = Node::List("request", found.iter().map(|shown| teller.tell(shown)).collect());
    let next = next.map(|(at, id)| next_page(form, &format!("{at}.{id}")));
    Ok(Answer { next, ..Answer::ok("service_requests", node) })
}

/// One more than a page holds, so that it is known whether it goes on.
async fn collect(r: &Read, books: &Books, filter: &Filter) -> Result<Vec<Shown>, Error> {
    let mut found = Vec::new();
    if let Some(ids) = &filter.ids {
        for id in ids {
            if let Some(order) = with_number(r, id, &filter.streets).await? {
                found.extend(public(r, vec![order]).await?);
            }
        }
    } else {
        for street in &filter.streets {
            found.extend(of_street(r, *street, books, filter).await?);
        }
    }
    found.sort_by_key(|shown| std::cmp::Reverse((shown.order.reported_at, shown.order.id)));
    found.dedup_by_key(|shown| (shown.order.street_id, shown.order.id));
    Ok(if filter.ids.is_some() { found } else { found.into_iter().skip(filter.skip).collect() })
}

async fn of_street(r: &Read, street: i64, books: &Books, filter: &Filter) -> Result<Vec<Shown>, Error> {
    let wanted = filter.skip + filter.page_size + 1;
    let first = ids::first_at(filter.from);
    let mut end = i64::MAX;
    let mut found: Vec<Shown> = Vec::new();
    while found.len() < wanted {
        let batch: Vec<Order> = r.query(&OF_SPAN, &vals![street, first, end, BATCH]).await?;
        let Some(last) = batch.last().map(|order| order.id) else { break };
        let is_end = i64::try_from(batch.len()).is_ok_and(|read| read < BATCH);
        let asked: Vec<Order> = batch.into_iter().filter(|order| filter.takes(order)).collect();
        let shown = public(r, asked).await?;
        found.extend(shown.into_iter().filter(|shown| filter.takes_shown(shown, books)));
        if is_end {
            break;
        }
        end = last;
    }
    Ok(found)
}

async fn with_number(r: &Read, typed: &str, streets: &[i64]) -> Result<Option<Order>, Error> {
    let Some((number, streets)) = streets_of_number(typed.get(..60).unwrap_or(typed), streets) else {
        return Ok(None);
    };
    for street in streets {
        if let Some(order) = by_number(r, street, &number).await? {
            return Ok(Some(order));
        }
    }
    Ok(None)
}

/// The public order under an id.
///
/// # Errors
/// 404 where there is none, or none that everybody may know of.
pub(crate) async fn get(app: &App, id: &str, streets: Vec<i64>) -> Result<Shown, Refused> {
    let id = id.to_owned();
    let found = app.read(move |r| async move {
        let Some(order) = with_number(&r, &id, &streets).await? else { return Ok(None) };
        Ok(public(&r, vec![order]).await?.pop())
    });
    found.await?.ok_or_else(missing)
}

pub(crate) fn missing() -> Refused {
    Refused::missing(Text::new("没有这件反映", "there is no such request"))
}

/// One request. What was joined to another order goes on as that one, under its own id and without words of others.
///
/// # Errors
/// As [`get`].
pub(crate) async fn one(app: &App, id: &str, streets: Vec<i64>, lang: Lang) -> Result<Answer, Refused> {
    let books = books(app).await?;
    let typed = id.to_owned();
    let found = app.read(move |r| async move {
        let Some(asked) = with_number(&r, &typed, &streets).await? else { return Ok(None) };
        let number = asked.number.clone();
        let is_joined = asked.state == State::Joined && is_open(&asked);
        let order = if is_joined { orders::main_of(&r, asked).await? } else { asked };
        Ok(public(&r, vec![order]).await?.pop().map(|shown| (number, is_joined, shown)))
    });
    let (number, is_joined, mut shown) = found.await?.ok_or_else(missing)?;
    if is_joined {
        shown.order.number = number;
        shown.order.source = orders::Source::Desk;
        shown.picture = None;
    }
    let node = Node::List("request", vec![teller(app, &books, lang).tell(&shown)]);
    Ok(Answer::ok("service_requests", node))
}

/// Requests are numbered at once, so that a request's id is its token as well.
///
/// # Errors
/// As [`get`].
pub(crate) async fn token(app: &App, token: &str, streets: Vec<i64>) -> Result<Answer, Refused> {
    let shown = get(app, token, streets).await?;
    let record = Node::Record(vec![
        ("service_request_id", Node::text(&shown.order.number)),
        ("token", Node::text(token)),
    ]);
    Ok(Answer::ok("service_requests", Node::List("request", vec![record])))
}

/// The same query behind the last request of this page: it neither skips nor repeats while new ones arrive.
fn next_page(form: &Form, before: &str) -> String {
    let kept = form.said().filter(|(name, value)| !matches!(*name, "before" | "page") && !value.is_empty());
    let mut place = String::from("?");
    for (name, value) in kept {
        place.push_str(&format!("{}={}&", escaped(name), escaped(value)));
    }
    place + "before=" + before
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
