//! Many clients at once for a while: how many a second, and how long each waited.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// One kind of load that a client repeats.
pub trait Work: Send + 'static {
    /// Does it once.
    fn once(&mut self) -> impl Future<Output = Result<()>> + Send;
}

/// What came of a load.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub per_second: f64,
    pub median: Duration,
    /// 95 of 100 waited no longer than this.
    pub p95: Duration,
    /// 99 of 100 waited no longer than this.
    pub p99: Duration,
    pub failed: usize,
}

/// Starts a stopwatch.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this program is for")]
pub fn stopwatch() -> Instant {
    Instant::now()
}

/// Lets every worker repeat its work for `time`, after a tenth of it to warm up.
///
/// A load that is too heavy to be done even once in that time comes to 0 a second.
///
/// # Errors
/// When all work failed; the first failure is in the error.
pub async fn run<W: Work>(workers: Vec<W>, time: Duration) -> Result<Outcome> {
    let begun = stopwatch();
    let warm = time / 10;
    let tasks: Vec<_> =
        workers.into_iter().map(|worker| tokio::spawn(repeat(worker, begun, warm, time))).collect();
    let mut waits = Vec::new();
    let (mut failed, mut first_failure) = (0, None);
    for task in tasks {
        let done = task.await.context("a client broke down")?;
        waits.extend(done.waits);
        failed += done.failed;
        first_failure = first_failure.or(done.first_failure);
    }
    if waits.is_empty()
        && let Some(failure) = first_failure
    {
        return Err(failure.context("no work succeeded"));
    }
    if let Some(failure) = first_failure {
        eprintln!("{failed} failed, the first so: {failure:#}");
    }
    Ok(outcome(waits, time.as_secs_f64() - warm.as_secs_f64(), failed))
}

fn outcome(mut waits: Vec<Duration>, seconds: f64, failed: usize) -> Outcome {
    waits.sort_unstable();
    let at = |share: usize| {
        waits.get((waits.len() * share / 100).min(waits.len().saturating_sub(1))).copied().unwrap_or_default()
    };
    Outcome { per_second: waits.len() as f64 / seconds, median: at(50), p95: at(95), p99: at(99), failed }
}

/// Lets every worker do its work so many times: for what may be done only so often.
///
/// # Errors
/// When any work fails.
pub async fn some<W: Work>(workers: Vec<W>, times: usize) -> Result<Outcome> {
    let begun = stopwatch();
    let tasks: Vec<_> = workers.into_iter().map(|worker| tokio::spawn(timed(worker, times))).collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await.context("a client broke down")??);
    }
    Ok(outcome(waits, begun.elapsed().as_secs_f64(), 0))
}

async fn timed<W: Work>(mut worker: W, times: usize) -> Result<Vec<Duration>> {
    let mut waits = Vec::with_capacity(times);
    for _ in 0..times {
        let one = stopwatch();
        worker.once().await?;
        waits.push(one.elapsed());
    }
    Ok(waits)
}

#[derive(Default)]
struct Done {
    waits: Vec<Duration>,
    failed: usize,
    first_failure: Option<anyhow::Error>,
}

/// Gives up after this many failures: a load that only fails would otherwise spin.
const MOST_FAILURES: usize = 50;

async fn repeat<W: Work>(mut worker: W, begun: Instant, warm: Duration, time: Duration) -> Done {
    let mut done = Done::default();
    while begun.elapsed() < time && done.failed < MOST_FAILURES {
        let one = stopwatch();
        match worker.once().await {
            // What ends after the time is not counted, or a long run at the edge would flatter the rate.
            Ok(()) if begun.elapsed() >= warm && begun.elapsed() < time => done.waits.push(one.elapsed()),
            Ok(()) => {}
            Err(error) => {
                done.failed += 1;
                done.first_failure.get_or_insert(error);
            }
        }
    }
    done
}
