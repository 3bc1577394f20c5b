//! Lists and counts as the post in use sees them, for our own pages and for rooms that print them.

use std::collections::BTreeMap;

use platform::{App, Call, Error, List, Page};

use crate::books::books;
use crate::inbox::Inbox;
use crate::present::Presenter;
use crate::tally;
use crate::view::{Bounds, ListQuery};
use crate::wire::OrderRowOut;

/// One page of a list.
///
/// # Errors
/// [`Error::Malformed`] for an area that is no code, or a foreign cursor.
pub async fn listed(app: &App, call: &Call, asked: ListQuery) -> Result<List<OrderRowOut>, Error> {
    let (books, caller) = (books(app).await?, call.caller()?.clone());
    let inbox = Inbox::of(app, &books, &caller, &asked)?;
    let page = Page { cursor: asked.cursor, limit: asked.limit };
    let with = Presenter { now: app.clock().now(), app: app.clone(), books, caller };
    app.read(move |r| async move { inbox.page(&r, &page, |order| with.row(order)).await }).await
}

/// What each view holds.
///
/// # Errors
/// [`Error::Malformed`] for an area that is no code.
pub async fn counted(
    app: &App,
    call: &Call,
    asked: &ListQuery,
) -> Result<BTreeMap<&'static str, i64>, Error> {
    let (books, caller) = (books(app).await?, call.caller()?.clone());
    let bounds = Bounds::of(app, &caller, books.areas.streets(), asked)?;
    app.read(move |r| async move { tally::counts(&r, bounds, &caller).await }).await
}
