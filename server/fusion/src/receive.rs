//! A file arrives: sealed as it comes, looked at, and given a row; or refused, and then nothing of it stays but the ledger's
//! entry that it was.

use std::io::Read;

use platform::{App, Call, Error, Millis, Text, Thing, Write};
use registry::Source;
use serde_json::json;

use crate::batch::{Batch, BatchId, BatchStage, BatchState, get};
use crate::columns::{self, Mapping};
use crate::fault::FileFault;
use crate::kept::{self, Keeper};
use crate::sheet::Sheet;
use crate::source;

/// Bytes that are read at once.
const PIECE: usize = 1 << 16;
/// Characters of a file's name.
const NAME_CHARS: usize = 120;

/// What a file was found to be.
struct Looked {
    heading: Vec<String>,
    rows: i64,
    content: Vec<u8>,
}

/// The source that a batch is sent for, if it may be sent now.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] for an unknown source; [`Error::Conflict`] when its contract has ended.
pub(crate) async fn admitted(app: &App, call: &Call, key: &str) -> Result<Source, Error> {
    let (district, key) = (app.district(), key.to_owned());
    if !matches!(call.who, platform::Who::Program(_)) {
        let now = app.clock().now();
        app.policy().require(call.caller()?, "batch:manage", &Thing::at(district), now)?;
    }
    let found = app.read(move |r| async move { Ok((source::find(&r, district, &key).await?, r.now())) });
    let (found, now) = found.await?;
    let none = || Error::field("source", Text::new("没有这个数据来源", "there is no such source"));
    let found = found.ok_or_else(none)?;
    source::must_be_in_force(&found, now)?;
    Ok(found)
}

/// Reads a file from wherever it comes, up to the limit.
///
/// # Errors
/// The file's fault; what the disk answers.
pub(crate) fn keep(app: &App, id: i64, mut from: impl Read) -> Result<u64, Stopped> {
    let most = app.config().fusion.largest_mb;
    let mut keeper = Keeper::begin(app, id)?;
    let mut piece = vec![0; PIECE];
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Stopped::Reading(error)),
        };
        keeper.push(piece.get(..count).unwrap_or_default())?;
        if keeper.bytes() > (most.unsigned_abs() << 20) {
            return Err(Stopped::Fault(FileFault::TooLarge(most)));
        }
    }
    let bytes = keeper.bytes();
    keeper.end()?;
    Ok(bytes)
}

/// Why a file did not arrive.
#[derive(Debug)]
pub(crate) enum Stopped {
    Fault(FileFault),
    /// Whoever sends it broke off.
    Reading(std::io::Error),
    Ours(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Gives a file that lies sealed its row, or refuses it.
///
/// # Errors
/// The file's fault, which the ledger keeps.
pub(crate) async fn arrived(
    app: &App,
    call: &Call,
    source: Source,
    (id, name, bytes): (i64, &str, u64),
) -> Result<Batch, Error> {
    let looked = match app.heavy(move |app| look(app, id)).await? {
        Ok(looked) => looked,
        Err(Stopped::Fault(fault)) => return Err(refuse(app, call, &source, id, fault).await?),
        Err(Stopped::Reading(error)) => return Err(Error::internal(error)),
        Err(Stopped::Ours(error)) => return Err(error),
    };
    let contract = source::fields(&source)?;
    let reviewed = source::mapping(&source)?;
    let fits = !reviewed.is_empty() && columns::places(&reviewed, &looked.heading, &contract).is_ok();
    let mapping = if fits { reviewed } else { Mapping::new() };
    let batch = Batch {
        street_id: app.district(),
        id,
        version: 1,
        source: source.key.clone(),
        name: name.chars().filter(|c| !c.is_control()).take(NAME_CHARS).collect(),
        state: BatchState::Received,
        mapping: json!(mapping).to_string(),
        heading: json!(looked.heading).to_string(),
        content: looked.content,
        bytes: i64::try_from(bytes).map_err(Error::internal)?,
        stage: BatchStage::Waiting,
        done: 0,
        total: looked.rows,
        rejected: 0,
        unplaced: 0,
        unchanged: 0,
        joined: 0,
        opened: 0,
        for_review: 0,
        problem_zh: None,
        problem_en: None,
        received_at: Millis(0),
        received_by: call.account().ok(),
        started_at: None,
        finished_at: None,
        held_until: None,
    };
    let stored = app.write(call, app.district(), move |w| async move {
        let batch = Batch { received_at: w.now(), ..batch };
        w.insert(&batch).await?;
        let detail = json!({ "source": batch.source, "rows": batch.total, "bytes": batch.bytes });
        w.record("batch:receive", batch.wire_id(), detail);
        Ok(batch)
    });
    match stored.await {
        Ok(batch) => Ok(batch),
        Err(error) => {
            app.heavy(move |app| kept::remove(app, id)).await??;
            Err(error)
        }
    }
}

/// Removes a file that is not taken, and enters into the ledger that it was not.
///
/// # Errors
/// When even that cannot be done; else gives the error for whoever sent it.
pub(crate) async fn refuse(
    app: &App,
    call: &Call,
    source: &Source,
    id: i64,
    fault: FileFault,
) -> Result<Error, Error> {
    app.heavy(move |app| kept::remove(app, id)).await??;
    let (key, word) = (source.key.clone(), fault.word());
    app.write(call, app.district(), move |w| async move {
        w.record("batch:refuse", key, json!({ "fault": word }));
        Ok(())
    })
    .await?;
    Ok(fault.into())
}

/// Looks at the file and keeps it as plain text, whatever it came as.
fn look(app: &App, id: i64) -> Result<Looked, Stopped> {
    let sheet = Sheet::of(kept::read(app, id)?).map_err(Stopped::Fault)?;
    let rows = sheet.count().map_err(Stopped::Fault)?;
    let mut keeper = Keeper::begin(app, id)?;
    keeper.push(sheet.text.as_bytes())?;
    keeper.end()?;
    let content = app.vault().index("fusion.file", &sheet.text).to_vec();
    Ok(Looked { heading: sheet.heading, rows, content })
}

/// Sets which column says what. The source keeps it for its next file.
///
/// # Errors
/// [`Error::Forbidden`]; [`Error::Invalid`] naming what does not fit; [`Error::Conflict`] for a batch that has run.
pub(crate) async fn set_mapping(w: &Write, id: BatchId, mapping: Mapping) -> Result<Batch, Error> {
    w.require("batch:manage", &Thing::at(id.street))?;
    let mut batch = get(w, id).await?;
    if batch.state != BatchState::Received {
        return Err(Error::conflict(Text::new("该批次已运行，不能再改列对应", "this batch has run already")));
    }
    let source = source::find(w, batch.street_id, &batch.source).await?.ok_or(Error::Missing("source"))?;
    source::must_be_in_force(&source, w.now())?;
    columns::places(&mapping, &batch.headings()?, &source::fields(&source)?).map_err(Error::invalid)?;
    batch.mapping = json!(mapping).to_string();
    w.update(&batch).await?;
    batch.version += 1;
    source::keep_mapping(w, source, &mapping).await?;
    w.record("batch:map", id, json!({ "fields": mapping.keys().collect::<Vec<_>>() }));
    Ok(batch)
}
