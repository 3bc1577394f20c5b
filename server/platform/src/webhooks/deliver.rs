//! The hand that delivers: it writes down what is to be sent, sends it in order, and keeps what became of it.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use store::{sql, vals};

use super::hook::{DELIVERED, Delivery, WAITING, Webhook, streets};
use super::send::{Letter, Outcome, Sender};
use super::sign::signature;
use crate::app::App;
use crate::call::Call;
use crate::clock::Millis;
use crate::error::Error;
use crate::feed;

/// The rest between two rounds.
const PAUSE: Duration = Duration::from_secs(1);
/// Webhooks that are served at the same time.
const AT_ONCE: usize = 8;
/// Events that are written down at once, and letters that are sent before what became of them is written.
const BATCH: usize = 50;
/// The first pause after a failure; each further one is four times as long, up to the longest.
const FIRST_PAUSE_MS: i64 = 5_000;
const LONGEST_PAUSE_MS: i64 = 6 * 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;

sql! {
    DUE: Webhook | city = "WHERE closed_at IS NULL AND paused_at IS NULL AND next_at <= $1 ORDER BY next_at, id LIMIT 200";
    NEXT: Delivery = "WHERE street_id = $1 AND webhook_id = $2 AND state = 'waiting' ORDER BY id LIMIT $3";
    /// Moves the cursor if nobody else moved it since.
    ADVANCE = "UPDATE webhooks SET feed_cursor = $4 WHERE street_id = $1 AND id = $2 AND feed_cursor = $3";
    TRIED = "UPDATE webhook_deliveries SET state = $3, tries = tries + 1, tried_at = $4, status = $5, problem = $6
        WHERE street_id = $1 AND id = $2";
    SUCCEEDED = "UPDATE webhooks SET tries = 0, failing_at = NULL, delivered_at = $3 WHERE street_id = $1 AND id = $2";
    FAILED = "UPDATE webhooks SET tries = tries + 1, failing_at = COALESCE(failing_at, $3), next_at = $4
        WHERE street_id = $1 AND id = $2";
    STOP = "UPDATE webhooks SET paused_at = $3, paused_because = $4, version = version + 1
        WHERE street_id = $1 AND id = $2 AND paused_at IS NULL";
    FORGET city = "DELETE FROM webhook_deliveries WHERE state = 'delivered' AND queued_at < $1";
}

impl App {
    /// Serves every webhook that is due, once; answers how many events were taken by their receivers.
    ///
    /// # Errors
    /// What the store answers when the webhooks cannot be read.
    pub async fn deliver_once(&self) -> Result<usize, Error> {
        round(self, &Sender::new(&self.config().webhooks)).await
    }

    /// Delivers until the program ends.
    pub async fn keep_delivering(self) {
        if self.config().server.process != 0 {
            return std::future::pending().await;
        }
        let sender = Sender::new(&self.config().webhooks);
        loop {
            match round(&self, &sender).await {
                Ok(0) => tokio::time::sleep(PAUSE).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "the webhooks cannot be read; trying on");
                    tokio::time::sleep(5 * PAUSE).await;
                }
            }
        }
    }

    /// Drops deliveries that were taken before a moment; the ledger still has their events.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn forget_deliveries(&self, before: Millis) -> Result<u64, Error> {
        Ok(self.store().write(move |tx| async move { tx.exec(&FORGET, &vals![before]).await }).await?)
    }
}

async fn round(app: &App, sender: &Sender) -> Result<usize, Error> {
    let due: Vec<Webhook> = app.read(|r| async move { Ok(r.query(&DUE, &vals![r.now()]).await?) }).await?;
    let served = due.into_iter().map(|hook| async move {
        let id = hook.wire_id();
        serve(app, sender, hook).await.unwrap_or_else(|error| {
            tracing::error!(webhook.id = %id, %error, "a webhook cannot be served; trying on");
            0
        })
    });
    let served: Vec<_> = served.collect();
    Ok(futures_util::stream::iter(served).buffer_unordered(AT_ONCE).fold(0, async |all, one| all + one).await)
}

/// One webhook's turn: what waits, or else what happened since.
async fn serve(app: &App, sender: &Sender, hook: Webhook) -> Result<usize, Error> {
    let mut waiting = next(app, &hook).await?;
    if waiting.is_empty() && write_down(app, &hook).await? {
        waiting = next(app, &hook).await?;
    }
    if waiting.is_empty() {
        return Ok(0);
    }
    let now = app.clock().now();
    let tried = send(app, sender, &hook, waiting, now).await?;
    keep(app, hook, tried, now).await
}

async fn next(app: &App, hook: &Webhook) -> Result<Vec<Delivery>, Error> {
    let (street, id) = (hook.street_id, hook.id);
    app.read(move |r| async move { Ok(r.query(&NEXT, &vals![street, id, BATCH as i64]).await?) }).await
}

/// Turns what happened since the cursor into deliveries, in the change that moves it. Answers whether there are any.
async fn write_down(app: &App, hook: &Webhook) -> Result<bool, Error> {
    let (own, after, asking) = (hook.street_id, hook.cursor()?, app.clone());
    let look = app.read(move |r| async move {
        let streets = streets(&r, &asking, own).await?;
        feed::read(&r, &streets, &after, BATCH).await
    });
    let told = look.await?;
    let (before, next) = (hook.feed_cursor.clone(), told.next.text());
    if before == next {
        return Ok(false);
    }
    let now = app.clock().now();
    let mut rows = Vec::new();
    for (event, cursor) in told.events.into_iter().filter(|(event, _)| hook.wants(&event.kind)) {
        rows.push(Delivery {
            street_id: hook.street_id,
            id: app.ids().next(now),
            webhook_id: hook.id,
            state: WAITING.to_owned(),
            event: event.id.to_string(),
            body: serde_json::to_string(&event).map_err(Error::internal)?,
            feed_cursor: cursor.text(),
            queued_at: now,
            tries: 0,
            tried_at: None,
            status: None,
            problem: None,
        });
    }
    let (street, id, found) = (hook.street_id, hook.id, !rows.is_empty());
    let written = app.store().write(move |tx| async move {
        if tx.exec(&ADVANCE, &vals![street, id, before, next]).await? == 0 {
            return Err(store::Error::Stale);
        }
        for row in &rows {
            tx.insert(row).await?;
        }
        Ok(())
    });
    match written.await {
        // Somebody rewound it meanwhile; the next round begins there.
        Err(store::Error::Stale) => Ok(false),
        other => other.map(|()| found).map_err(Error::from),
    }
}

/// Sends one after the other until one is not taken.
async fn send(
    app: &App,
    sender: &Sender,
    hook: &Webhook,
    waiting: Vec<Delivery>,
    now: Millis,
) -> Result<Vec<(i64, Outcome)>, Error> {
    let (sender, url) = (sender.clone(), hook.url.clone());
    let (row, sealed) = (hook.id, hook.secret_sealed.clone());
    let sent = app.heavy(move |app| {
        let secret = app.vault().open("webhooks", "secret", row, &sealed).map_err(Error::internal)?;
        let secret = String::from_utf8(secret).map_err(Error::internal)?;
        let mut tried = Vec::new();
        for Delivery { id, event, body, .. } in waiting {
            let timestamp = now.0.div_euclid(1000);
            let signature = signature(&secret, &event, timestamp, &body)?;
            let outcome = sender.send(&Letter { url: url.clone(), id: event, timestamp, signature, body });
            let taken = matches!(outcome, Outcome::Taken(_));
            tried.push((id, outcome));
            if !taken {
                break;
            }
        }
        Ok(tried)
    });
    sent.await?
}

/// Writes down what became of the letters; a webhook that fails rests, and after long enough it stops.
async fn keep(app: &App, hook: Webhook, tried: Vec<(i64, Outcome)>, now: Millis) -> Result<usize, Error> {
    let (street, id) = (hook.street_id, hook.id);
    let taken = tried.iter().filter(|(_, outcome)| matches!(outcome, Outcome::Taken(_))).count();
    let failure =
        tried.last().map(|(_, outcome)| outcome.clone()).filter(|last| !matches!(last, Outcome::Taken(_)));
    let tries = if taken > 0 { 0 } else { hook.tries };
    let failing_at = hook.failing_at.filter(|_| taken == 0).unwrap_or(now);
    let again = now.plus(pause(app, tries)?);
    let fails = failure.is_some();
    let written = app.store().write(move |tx| async move {
        for (delivery, outcome) in tried {
            let (state, status, problem) = match outcome {
                Outcome::Taken(status) => (DELIVERED, Some(status), None),
                Outcome::Refused { problem, status } => (WAITING, status, Some(problem)),
                Outcome::Gone => (WAITING, Some(410), Some("answer")),
            };
            tx.exec(&TRIED, &vals![street, delivery, state, now, status, problem]).await?;
        }
        if taken > 0 {
            tx.exec(&SUCCEEDED, &vals![street, id, now]).await?;
        }
        if fails {
            tx.exec(&FAILED, &vals![street, id, now, again]).await?;
        }
        Ok::<_, store::Error>(())
    });
    written.await.map_err(Error::from)?;
    let patience_ms = app.config().webhooks.give_up_days * DAY_MS;
    match failure {
        Some(Outcome::Gone) => stop(app, &hook, "gone").await?,
        Some(_) if now.0 - failing_at.0 >= patience_ms => stop(app, &hook, "failing").await?,
        _ => {}
    }
    Ok(taken)
}

/// The rest after a failure, up to a fifth longer or shorter by chance, so that receivers are not met all at once.
fn pause(app: &App, tries: i64) -> Result<i64, Error> {
    let longer = u32::try_from(tries.clamp(0, 10)).map_err(Error::internal)?;
    let pause = FIRST_PAUSE_MS.saturating_mul(4_i64.saturating_pow(longer)).min(LONGEST_PAUSE_MS);
    let drawn = i64::from(u16::from_be_bytes(app.chance().bytes()?));
    Ok(pause * 4 / 5 + pause * 2 / 5 * drawn / i64::from(u16::MAX))
}

/// Pauses a webhook and says so: to the ledger, to the list, and to whoever watches its street.
async fn stop(app: &App, hook: &Webhook, because: &'static str) -> Result<(), Error> {
    let (street, row, id) = (hook.street_id, hook.id, hook.wire_id());
    tracing::warn!(webhook.id = %id, because, "a webhook was paused");
    app.write(&Call::program("webhooks"), street, move |w| async move {
        w.exec(&STOP, &vals![street, row, w.now(), because]).await?;
        w.record("webhook:pause", id, json!({ "because": because }));
        w.announce("webhook", id, street, &json!({ "id": id, "paused_because": because }));
        Ok(())
    })
    .await
}
