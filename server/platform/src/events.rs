//! News of a street for those who watch it: rows in the transaction that made them, then live to browsers.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use store::{sql, table, vals};
use tokio::sync::broadcast;

use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::error::Error;

/// What a late browser can still catch up on; beyond it, it is told to read everything anew.
const CATCH_UP: i64 = 500;
/// Commits overlap: an event with a smaller id may become visible after a larger one. Resuming looks back this far.
const OVERLAP_MS: i64 = 2_000;
const WAITING: usize = 1024;

table! {
    /// One piece of news: a kind, a subject, and a small body without personal fields.
    pub struct Event in "events" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub at: Millis,
        pub kind: String,
        pub subject: String,
        pub area: i64,
        pub body: String,
    }
}

sql! {
    SINCE: Event = "WHERE street_id = $1 AND id > $2 AND at >= $3 ORDER BY id LIMIT $4";
    AT = "SELECT at FROM events WHERE street_id = $1 AND id = $2";
    FORGET city = "DELETE FROM events WHERE at < $1";
}

/// Passes durable news on to the open connections of this process.
pub struct Hub(broadcast::Sender<Event>);

impl Default for Hub {
    fn default() -> Self {
        Self(broadcast::channel(WAITING).0)
    }
}

impl Hub {
    pub(crate) fn publish(&self, events: Vec<Event>) {
        for event in events {
            // Nobody listening is the usual case on a quiet street.
            drop(self.0.send(event));
        }
    }

    /// Everything published from now on.
    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}

impl App {
    /// Drops news older than `before`; browsers that slept longer read everything anew.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn forget_events(&self, before: Millis) -> Result<u64, Error> {
        Ok(self.store().write(move |tx| async move { tx.exec(&FORGET, &vals![before]).await }).await?)
    }
}

/// Live news of the caller's street, resumed after `Last-Event-ID`.
#[utoipa::path(get, path = "/events", tag = "events",
    responses((status = 200, description = "text/event-stream of `order` events; `reset` when too much was missed")))]
pub(crate) async fn events(
    State(app): State<App>,
    call: Call,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Error> {
    let caller = call.caller()?.clone();
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    // Listen before looking back, so that nothing falls between; what comes twice only refreshes twice.
    let live = app.hub().listen();
    let missed = match last {
        Some(last) => missed(&app, caller.post.street(), last).await?,
        None => Some(Vec::new()),
    };
    let backlog = match missed {
        Some(events) => events.iter().map(wire).collect(),
        None => vec![sse::Event::default().event("reset").data("{}")],
    };
    let scope = caller;
    let live = stream::unfold(live, move |mut live| {
        let scope = scope.clone();
        async move {
            loop {
                match live.recv().await {
                    Ok(event) if scope.post.watches(event.street_id) => return Some((wire(&event), live)),
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        return Some((sse::Event::default().event("reset").data("{}"), live));
                    }
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        }
    });
    let all = stream::iter(backlog).chain(live).map(Ok);
    Ok(Sse::new(all).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}

async fn missed(app: &App, street: i64, last: i64) -> Result<Option<Vec<Event>>, Error> {
    app.read(move |r| async move {
        let Some((at,)) = r.opt::<(i64,)>(&AT, &vals![street, last]).await? else { return Ok(None) };
        let events: Vec<Event> = r.query(&SINCE, &vals![street, 0, at - OVERLAP_MS, CATCH_UP + 1]).await?;
        Ok((events.len() as i64 <= CATCH_UP).then_some(events))
    })
    .await
}

fn wire(event: &Event) -> sse::Event {
    sse::Event::default().id(event.id.to_string()).event(&event.kind).data(&event.body)
}
