//! Work for later, as rows: left by the change that wants it, done at least once, retried with patience.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use store::{sql, table, vals};

use crate::app::App;
use crate::clock::Millis;
use crate::error::Error;

table! {
    /// One piece of work. Handlers are idempotent: a crash after the work and before the row is gone repeats it.
    pub struct Job in "jobs" key 2 {
        pub street_id: i64,
        pub id: i64,
        pub kind: String,
        pub body: String,
        pub due_at: Millis,
        pub tries: i64,
        pub held_until: Millis,
        pub problem: Option<String>,
    }
}

sql! {
    DUE: Job | city = "WHERE due_at <= $1 AND held_until <= $1 ORDER BY due_at, id LIMIT 64";
    HOLD = "UPDATE jobs SET held_until = $4 WHERE street_id = $1 AND id = $2 AND held_until = $3";
    DONE = "DELETE FROM jobs WHERE street_id = $1 AND id = $2";
    FAILED = "UPDATE jobs SET tries = tries + 1, held_until = $3, problem = $4 WHERE street_id = $1 AND id = $2";
}

/// How long one process may work on a job before another takes it over.
const HOLD_MS: i64 = 120_000;
/// The longest pause between two tries.
const PATIENCE_MS: i64 = 3_600_000;

/// The answer of a handler.
pub type Work = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
/// Does one kind of job.
pub type Handler = Arc<dyn Fn(App, Job) -> Work + Send + Sync>;

/// Wraps an async function as a [`Handler`].
pub fn handler<W: Future<Output = Result<(), Error>> + Send + 'static>(work: fn(App, Job) -> W) -> Handler {
    Arc::new(move |app, job| Box::pin(work(app, job)))
}

impl App {
    /// Does everything that is due now; answers how many jobs were tried.
    ///
    /// # Errors
    /// What the store answers; a failing job is kept, with its problem, and tried again later.
    pub async fn run_due_jobs(&self) -> Result<usize, Error> {
        let due: Vec<Job> = self.read(|r| async move { Ok(r.query(&DUE, &vals![r.now()]).await?) }).await?;
        let mut tried = 0;
        for job in due {
            tried += usize::from(self.run(job).await?);
        }
        Ok(tried)
    }

    async fn run(&self, job: Job) -> Result<bool, Error> {
        let (street, id, seen) = (job.street_id, job.id, job.held_until);
        let now = self.clock().now();
        let until = now.plus(HOLD_MS);
        let held = self
            .store()
            .write(move |tx| async move { tx.exec(&HOLD, &vals![street, id, seen, until]).await });
        if held.await.map_err(Error::from)? == 0 {
            return Ok(false);
        }
        let tries = job.tries;
        let outcome = match self.handler(&job.kind).cloned() {
            Some(handler) => {
                let app = self.clone();
                let work = AssertUnwindSafe(async move { handler(app, job).await }).catch_unwind();
                // One broken job must not end the work on all others.
                work.await.unwrap_or_else(|_| Err(Error::internal("the job panicked")))
            }
            None => Err(Error::internal(format!("nobody does jobs of kind {}", job.kind))),
        };
        match outcome {
            Ok(()) => {
                self.store().write(move |tx| async move { tx.exec(&DONE, &vals![street, id]).await }).await
            }
            Err(error) => {
                let again = now.plus((1000_i64 << tries.clamp(0, 12)).min(PATIENCE_MS));
                tracing::warn!(job.id = id, tries, %error, "a job failed and will be tried again");
                let problem = error.to_string();
                self.store()
                    .write(
                        move |tx| async move { tx.exec(&FAILED, &vals![street, id, again, problem]).await },
                    )
                    .await
            }
        }
        .map_err(Error::from)?;
        Ok(true)
    }

    /// Runs jobs until the program ends.
    pub async fn keep_running_jobs(self) {
        loop {
            match self.run_due_jobs().await {
                Ok(64..) => {}
                Ok(_) => tokio::time::sleep(Duration::from_secs(1)).await,
                Err(error) => {
                    tracing::error!(%error, "the jobs cannot be read; trying again in 5 seconds");
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
        }
    }
}
