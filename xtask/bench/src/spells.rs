//! Long spells of lives with people who read beside them: five times the usual for a while, and steady for long.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::life::{self, Lives, Scene, Told, put, taken};
use crate::load::{Work, stopwatch};
use crate::reads;
use crate::server::Running;
use crate::table::Rows;

/// Clients at the usual load, and in a burst.
const USUAL: usize = 64;
const BURST: usize = 5 * USUAL;
/// People who read beside the lives, each of them so often.
const READERS: usize = 8;
const READ_EVERY: Duration = Duration::from_millis(100);
/// How finely it is looked whether the usual rate is back.
const WINDOW: Duration = Duration::from_secs(5);

/// What came of one spell.
pub struct Spell {
    pub lives_per_second: f64,
    pub step_p95: Duration,
    pub read_p95: Duration,
    pub refused: u64,
    pub failed: usize,
    /// When each life ended, from the beginning of the spell.
    ends: Vec<Duration>,
}

/// Usual load, five times as many clients for as long, usual load again; then every life that was told to be closed is
/// looked up.
///
/// # Errors
/// When the server cannot be reached.
pub async fn burst(
    running: &Running,
    scene: &Scene,
    label: &str,
    time: Duration,
    rows: &mut Rows,
) -> Result<()> {
    let told = Arc::new(Told::default());
    let before = spell(&running.address, scene, &told, USUAL, time).await?;
    rows.spell(label, "64 clients", &before);
    let during = spell(&running.address, scene, &told, BURST, time).await?;
    rows.spell(label, "320 clients", &during);
    let after = spell(&running.address, scene, &told, USUAL, time).await?;
    rows.spell(label, "64 clients again", &after);
    let back = after.back_to(before.lives_per_second);
    let closed = taken(&told.closed);
    let all = closed.len();
    let lost = life::lost(&running.address, scene, closed).await?;
    rows.note(&match back {
        Some(back) => format!("{label}: within 20 % of the rate before after {} s; ", back.as_secs()),
        None => format!("{label}: not within 20 % of the rate before; "),
    });
    rows.note(&format!("{lost} of {all} closed lives were lost.\n"));
    Ok(())
}

/// The usual load for long, with the memory at every tenth of it.
///
/// # Errors
/// When the server cannot be reached.
pub async fn soak(
    running: &Running,
    scene: &Scene,
    label: &str,
    time: Duration,
    rows: &mut Rows,
) -> Result<()> {
    let mut memory = Vec::new();
    for tenth in 1..=10 {
        let told = Arc::new(Told::default());
        let spell = spell(&running.address, scene, &told, USUAL, time / 10).await?;
        rows.spell(label, &format!("tenth {tenth} of {} min", time.as_secs() / 60), &spell);
        memory.push(running.resident_megabytes()?.to_string());
    }
    rows.note(&format!("{label}: memory after each tenth, in MB: {}.\n", memory.join(", ")));
    Ok(())
}

impl Spell {
    /// After how long the rate came within 20 % of another for the rest of the spell.
    fn back_to(&self, rate: f64) -> Option<Duration> {
        let last = self.ends.iter().max()?;
        let windows = last.as_secs() / WINDOW.as_secs();
        let within = |window: u64| {
            let (from, to) = (WINDOW * u32::try_from(window).unwrap_or(u32::MAX), WINDOW);
            let count = self.ends.iter().filter(|end| (from..from + to).contains(*end)).count();
            let seen = count as f64 / WINDOW.as_secs_f64();
            (seen - rate).abs() <= 0.2 * rate
        };
        let steady = (0..windows).rev().take_while(|window| within(*window)).last()?;
        Some(WINDOW * u32::try_from(steady + 1).unwrap_or(u32::MAX))
    }
}

async fn spell(
    address: &str,
    scene: &Scene,
    told: &Arc<Told>,
    clients: usize,
    time: Duration,
) -> Result<Spell> {
    let paths = reads::paths(address, scene).await?;
    drop(taken(&told.steps));
    let before = told.refused.load(std::sync::atomic::Ordering::Relaxed);
    let ends = Arc::new(Mutex::new(Vec::new()));
    let looked = Arc::new(Mutex::new(Vec::new()));
    let mut workers = Vec::new();
    for _ in 0..clients {
        workers.push(Lives::begin(address, scene, told).await?);
    }
    let begun = stopwatch();
    let mut tasks = Vec::new();
    for worker in workers {
        tasks.push(tokio::spawn(live(worker, begun, time, Arc::clone(&ends))));
    }
    for nth in 0..READERS {
        let reading = reads::reading(address, scene, &paths, nth).await?;
        tasks.push(tokio::spawn(look(reading, begun, time, Arc::clone(&looked))));
    }
    let mut failed = 0;
    for task in tasks {
        failed += task.await?;
    }
    let ends = taken(&ends);
    let within = ends.iter().filter(|end| **end < time).count();
    Ok(Spell {
        lives_per_second: within as f64 / time.as_secs_f64(),
        step_p95: p95(taken(&told.steps)),
        read_p95: p95(taken(&looked)),
        refused: told.refused.load(std::sync::atomic::Ordering::Relaxed) - before,
        failed,
        ends,
    })
}

async fn live(mut lives: Lives, begun: Instant, time: Duration, ends: Arc<Mutex<Vec<Duration>>>) -> usize {
    let mut failed = 0;
    while begun.elapsed() < time {
        match lives.once().await {
            Ok(()) => put(&ends, begun.elapsed()),
            Err(error) => {
                if failed == 0 {
                    eprintln!("a life failed: {error:#}");
                }
                failed += 1;
                tokio::time::sleep(READ_EVERY).await;
            }
        }
    }
    failed
}

/// Reads at a steady pace. What is refused for now is no read; it comes again at its next turn.
async fn look(
    mut reading: reads::Reading,
    begun: Instant,
    time: Duration,
    waits: Arc<Mutex<Vec<Duration>>>,
) -> usize {
    let mut failed = 0;
    while begun.elapsed() < time {
        let one = stopwatch();
        match reading.try_once().await {
            Ok(true) => put(&waits, one.elapsed()),
            Ok(false) => {}
            Err(_) => failed += 1,
        }
        tokio::time::sleep(READ_EVERY).await;
    }
    failed
}

fn p95(mut waits: Vec<Duration>) -> Duration {
    waits.sort_unstable();
    let at = (waits.len() * 95 / 100).min(waits.len().saturating_sub(1));
    waits.get(at).copied().unwrap_or_default()
}
