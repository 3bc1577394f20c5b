//! A run: from the file of a batch to the register. Reading, comparing and sealing happen outside of transactions; what is
//! written goes street by street in chunks, each whole in one transaction.
//!
//! - A chunk holds residents whole, so that an interrupted run leaves no half of anybody. Taken up again, it finds what it
//!   wrote by source, number and content, and goes on with the rest.
//! - What somebody changes meanwhile is found by its version: then the rest of the batch is worked out anew.
//! - A batch that cannot be compared at all has changed nothing, and says why.

mod before;
mod build;
mod ground;
mod groups;
mod known;
mod link;
mod plan;
mod rejects;
mod stay;
#[cfg(test)]
mod tests;
mod write;

use areas::Directory;
use platform::jobs::Job;
use platform::{App, Call, Error, Millis, Text, Thing, Write};
use registry::Sources;
use serde_json::json;

use before::Before;
use build::Chunk;
use ground::Ground;
use known::Register;
use plan::{Of, Plan, Work};

use crate::batch::{Batch, BatchId, BatchStage, BatchState, get, hold, progress};
use crate::columns;
use crate::kept;
use crate::sheet::Sheet;
use crate::source;

pub(crate) use rejects::cells;

/// Residents who are written together: few enough that other writers wait less than a second.
const TOGETHER: usize = 4_000;
/// How often a batch is worked out anew because somebody changed what it had read.
const TRIES: usize = 8;
/// The kind of the job that minds a running batch.
pub(crate) const MIND: &str = "fusion:mind";
/// How often it looks.
const MIND_MS: i64 = 60_000;

/// Starts a batch whose mapping was reviewed; a job takes it up at once.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Conflict`] without a mapping, for a contract that has ended, and for a batch that has run.
pub(crate) async fn start(w: &Write, id: BatchId) -> Result<Batch, Error> {
    begin(w, id, None).await
}

/// The same for whoever runs it themselves, until a moment at which the job looks whether they still do.
///
/// # Errors
/// As [`start`].
pub(crate) async fn begin(w: &Write, id: BatchId, held_until: Option<Millis>) -> Result<Batch, Error> {
    w.require("batch:manage", &Thing::at(id.street))?;
    let mut batch = get(w, id).await?;
    if batch.state != BatchState::Received {
        return Err(Error::conflict(Text::new("该批次已经运行", "this batch has run or is running")));
    }
    let source = source::find(w, batch.street_id, &batch.source).await?.ok_or(Error::Missing("source"))?;
    source::must_be_in_force(&source, w.now())?;
    if batch.columns()?.is_empty() {
        return Err(Error::conflict(Text::new("请先核对列对应关系", "review which column says what first")));
    }
    batch.state = BatchState::Running;
    batch.stage = BatchStage::Waiting;
    batch.started_at = Some(w.now());
    batch.held_until = held_until;
    w.update(&batch).await?;
    batch.version += 1;
    w.enqueue(MIND, &id, held_until.unwrap_or(w.now())).await?;
    w.record("batch:run", id, json!({ "source": batch.source, "rows": batch.total }));
    announce(w, &batch);
    Ok(batch)
}

fn announce(w: &Write, batch: &Batch) {
    let told = json!({ "id": batch.wire_id(), "state": batch.state, "stage": batch.stage });
    w.announce("batch", batch.wire_id(), batch.street_id, &told);
}

/// Minds a running batch: takes it up when nobody works on it, and looks again later.
///
/// # Errors
/// What the store answers.
pub(crate) async fn mind(app: App, job: Job) -> Result<(), Error> {
    let id: BatchId = serde_json::from_str(&job.body).map_err(Error::internal)?;
    let batch = app.read(move |r| async move { get(&r, id).await }).await?;
    if batch.state != BatchState::Running {
        // A program that stopped between the end and the removal left the file.
        return app.heavy(move |app| kept::remove(app, id.id)).await?;
    }
    if hold(&app, id).await? {
        let (app, call) = (app.clone(), Call::program("fusion"));
        // The other jobs of the house do not wait until a district is fused.
        tokio::spawn(async move {
            if let Err(error) = run(&app, &call, id).await {
                tracing::error!(batch.id = %id, %error, "a batch was interrupted and will be taken up again");
            }
        });
    }
    let again = app.clock().now().plus(MIND_MS);
    let next = Job {
        id: app.ids().next(again),
        due_at: again,
        tries: 0,
        held_until: Millis(0),
        problem: None,
        ..job
    };
    let left = app.store().write(move |tx| async move { tx.insert(&next).await });
    left.await.map_err(Error::from)
}

/// Runs a batch to its end.
///
/// # Errors
/// What interrupted it; then it stays running and can be taken up again.
pub(crate) async fn run(app: &App, call: &Call, id: BatchId) -> Result<(), Error> {
    for _ in 0..TRIES {
        match once(app, call, id).await {
            Ok(()) => return end(app, call, id, None).await,
            // Nothing was written of a batch that cannot be compared.
            Err(Error::Invalid(problems)) => {
                let first = problems.into_iter().next().map(|problem| problem.detail);
                let text = first.unwrap_or_else(|| Text::new("文件无法使用", "the file cannot be used"));
                return end(app, call, id, Some(text)).await;
            }
            Err(Error::TooLarge(text)) => return end(app, call, id, Some(text)).await,
            Err(Error::Missing("batch file")) => {
                let text = Text::new("批次文件已不在，请重新上传", "the file is gone; send it again");
                return end(app, call, id, Some(text)).await;
            }
            Err(Error::Conflict { .. }) => {
                tracing::info!(batch.id = %id, "the register changed meanwhile; the rest is worked out anew");
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::internal("the register changed faster than the batch could be worked out"))
}

/// Ends a batch and removes its file: nothing personal stays of it but sealed rejects.
async fn end(app: &App, call: &Call, id: BatchId, problem: Option<Text>) -> Result<(), Error> {
    app.write(call, id.street, move |w| async move {
        let mut batch = get(&w, id).await?;
        if batch.state != BatchState::Running {
            return Err(Error::conflict(Text::new("该批次已结束", "this batch has ended")));
        }
        batch.state = if problem.is_some() { BatchState::Failed } else { BatchState::Done };
        batch.stage = BatchStage::Ended;
        batch.finished_at = Some(w.now());
        batch.held_until = None;
        (batch.problem_zh, batch.problem_en) =
            problem.map(|text| (text.zh.into_owned(), text.en.into_owned())).unzip();
        w.update(&batch).await?;
        let told = json!({
            "state": batch.state,
            "total": batch.total,
            "rejected": batch.rejected,
            "unplaced": batch.unplaced,
            "unchanged": batch.unchanged,
            "joined": batch.joined,
            "opened": batch.opened,
            "for_review": batch.for_review,
        });
        w.record("batch:end", id, told);
        announce(&w, &batch);
        Ok(())
    })
    .await?;
    app.heavy(move |app| kept::remove(app, id.id)).await?
}

/// Works out and writes what is left of a batch.
async fn once(app: &App, call: &Call, id: BatchId) -> Result<(), Error> {
    let look = app.read(move |r| async move {
        let batch = get(&r, id).await?;
        let source = source::find(&r, id.street, &batch.source).await?.ok_or(Error::Missing("source"))?;
        Ok((batch, source, Sources::of(&r, id.street).await?))
    });
    let (batch, source, ranks) = look.await?;
    progress(app, id, BatchStage::Reading, (0, batch.total)).await?;
    let contract = source::fields(&source)?;
    let (heading, mapping) = (batch.headings()?, batch.columns()?);
    let places = columns::places(&mapping, &heading, &contract).map_err(Error::invalid)?;
    let (sheet, rows) = app
        .heavy(move |app| {
            let text = String::from_utf8(kept::read(app, id.id)?).map_err(Error::internal)?;
            let sheet = Sheet::of_text(text)?;
            let today = app.clock().now().beijing_date().to_string();
            let rows = sheet.rows(&places, &today)?;
            Ok::<_, Error>((sheet, rows))
        })
        .await??;
    let total = i64::try_from(rows.taken.len() + rows.refused.len()).map_err(Error::internal)?;
    progress(app, id, BatchStage::Known, (0, total)).await?;
    let streets = app.snapshot::<Directory>().await?.streets().to_vec();
    let register = Register::load(app, &streets).await?;
    let mut ground = Ground::load(app).await?;
    progress(app, id, BatchStage::Comparing, (0, total)).await?;
    let key = source.key.clone();
    let planned = app
        .heavy(move |app| {
            let now = app.clock().now();
            let of = Of { app, now, batch: id.id, source: &key, ranks: &ranks };
            let mut rows = rows;
            let refused = std::mem::take(&mut rows.refused);
            let plan = plan::plan(&of, &register, &mut ground, rows)?;
            let refused = rejects::with_cells(&sheet, plan.refused.clone(), refused)?;
            Ok::<_, Error>((plan, refused, Material { register, ground, ranks, source: key }))
        })
        .await??;
    let (mut plan, refused, material) = planned;
    let counts = rejects::Counts { unchanged: plan.unchanged, total };
    progress(app, id, BatchStage::Writing, (0, total)).await?;
    rejects::keep(app, call, id, refused, counts).await?;
    let works = std::mem::take(&mut plan.works);
    let works = works.into_iter().flat_map(|(street, works)| chunks(street, works)).collect();
    write_all(app, call, id, plan, material, works).await
}

/// What chunks are worked out from.
struct Material {
    register: Register,
    ground: Ground,
    ranks: Sources,
    source: String,
}

/// Residents who are written together, and whether they are the last of their street.
struct Together {
    street: i64,
    works: Vec<Work>,
    is_last: bool,
}

fn chunks(street: i64, mut works: Vec<Work>) -> Vec<Together> {
    let mut all = Vec::new();
    while !works.is_empty() {
        let later = works.split_off(works.len().min(TOGETHER));
        let is_last = later.is_empty();
        all.push(Together { street, works: std::mem::replace(&mut works, later), is_last });
    }
    all
}

/// Works out one chunk while the one before is written.
async fn write_all(
    app: &App,
    call: &Call,
    id: BatchId,
    plan: Plan,
    material: Material,
    works: Vec<Together>,
) -> Result<(), Error> {
    let mut state = Some((plan, material));
    let mut ready: Option<(Chunk, bool)> = None;
    for together in works {
        let Some((plan, mut material)) = state.take() else { break };
        let source = material.source.clone();
        let is_last = together.is_last;
        let building = async {
            let before = Before::read(app, together.street, &together.works).await?;
            app.heavy(move |app| {
                let of = Of {
                    app,
                    now: app.clock().now(),
                    batch: id.id,
                    source: &material.source,
                    ranks: &material.ranks,
                };
                let work = (together.street, together.works.as_slice());
                let chunk =
                    build::build(&of, (&material.register, &plan), &mut material.ground, work, &before)?;
                Ok::<_, Error>((chunk, plan, material))
            })
            .await?
        };
        let writing = written(app, call, (id, &source), ready.take());
        let (built, ()) = store::try_join(building, writing).await?;
        let (chunk, plan, material) = built;
        ready = Some((chunk, is_last));
        state = Some((plan, material));
    }
    let source = state.map(|(_, material)| material.source).unwrap_or_default();
    written(app, call, (id, &source), ready).await
}

async fn written(
    app: &App,
    call: &Call,
    (id, source): (BatchId, &str),
    chunk: Option<(Chunk, bool)>,
) -> Result<(), Error> {
    match chunk {
        Some((chunk, is_last)) => write::write(app, call, (id, source.to_owned(), is_last), chunk).await,
        None => Ok(()),
    }
}
