//! A batch from its file to the register in one go, for the program itself: the demo, and commands.

use std::io::Read;

use platform::{App, Call, Error, Text};

use crate::batch::{BatchId, BatchState, HOLD_MS, get};
use crate::receive::{self, Stopped};
use crate::{columns, run, source};

/// Takes a file of a source, reads its columns as they were reviewed or as they are usually meant, and runs it to its end.
///
/// # Errors
/// Why the file is not taken; what interrupts the run.
pub async fn take_batch(
    app: &App,
    call: &Call,
    source: &str,
    name: &str,
    bytes: impl Read + Send + 'static,
) -> Result<BatchId, Error> {
    let source = receive::admitted(app, call, source).await?;
    let id = app.ids().next(app.clock().now());
    let count = match app.heavy(move |app| receive::keep(app, id, bytes)).await? {
        Ok(count) => count,
        Err(Stopped::Fault(fault)) => return Err(receive::refuse(app, call, &source, id, fault).await?),
        Err(Stopped::Reading(error)) => return Err(Error::internal(error)),
        Err(Stopped::Ours(error)) => return Err(error),
    };
    let contract = source::fields(&source)?;
    let batch = receive::arrived(app, call, source, (id, name, count)).await?;
    let id = batch.wire_id();
    if batch.columns()?.is_empty() {
        let guessed = columns::within(columns::guess(&batch.headings()?), &contract);
        app.write(call, id.street, move |w| async move { receive::set_mapping(&w, id, guessed).await })
            .await?;
    }
    let begun =
        app.write(
            call,
            id.street,
            move |w| async move { run::begin(&w, id, Some(w.now().plus(HOLD_MS))).await },
        );
    begun.await?;
    run::run(app, call, id).await?;
    let batch = app.read(move |r| async move { get(&r, id).await }).await?;
    match (batch.state, batch.problem()) {
        (BatchState::Failed, Some(text)) => Err(Error::field("file", text)),
        (BatchState::Failed, None) => Err(Error::field("file", Text::new("批次未成功", "the batch failed"))),
        _ => Ok(id),
    }
}
