//! The file of a batch while it waits: sealed block by block as it comes in, so that nothing personal lies in clear on the
//! disk, and removed when the batch has been fused or refused.
//!
//! Each line of the file is one sealed block; the last says how many there are. Blocks are bound to their batch and their
//! number: none can be left out, doubled or taken from elsewhere.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

use platform::{App, Error, ids};
use rayon::prelude::*;

/// Bytes of a block before it is sealed.
const BLOCK: usize = 1 << 20;
const TABLE: &str = "batches";
/// How old a file is before it counts as left behind by an upload that broke off.
const STALE_MS: u128 = 24 * 3_600_000;

fn folder(app: &App) -> PathBuf {
    app.config().data.dir.join("batches")
}

fn path(app: &App, id: i64, ending: &str) -> PathBuf {
    folder(app).join(format!("{}.{ending}", ids::encode(0, id)))
}

/// Takes in a file piece by piece.
pub(crate) struct Keeper {
    app: App,
    id: i64,
    file: BufWriter<File>,
    waiting: Vec<u8>,
    blocks: i64,
    bytes: u64,
}

impl Keeper {
    /// Begins the file of a batch that has no row yet.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn begin(app: &App, id: i64) -> Result<Self, Error> {
        fs::create_dir_all(folder(app)).map_err(Error::internal)?;
        sweep(app).map_err(Error::internal)?;
        let file = File::create(path(app, id, "part")).map_err(Error::internal)?;
        let (file, waiting) = (BufWriter::new(file), Vec::with_capacity(BLOCK));
        Ok(Self { app: app.clone(), id, file, waiting, blocks: 0, bytes: 0 })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// When the disk refuses it.
    pub fn push(&mut self, mut piece: &[u8]) -> Result<(), Error> {
        self.bytes += piece.len() as u64;
        while !piece.is_empty() {
            let room = (BLOCK - self.waiting.len()).min(piece.len());
            let (now, later) = piece.split_at(room);
            self.waiting.extend_from_slice(now);
            piece = later;
            if self.waiting.len() == BLOCK {
                self.seal()?;
            }
        }
        Ok(())
    }

    /// Bytes taken so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    fn seal(&mut self) -> Result<(), Error> {
        let column = format!("block {}", self.blocks);
        let sealed =
            self.app.vault().seal(TABLE, &column, self.id, &self.waiting).map_err(Error::internal)?;
        writeln!(self.file, "{sealed}").map_err(Error::internal)?;
        self.waiting.clear();
        self.blocks += 1;
        Ok(())
    }

    /// Ends the file: from now on it is there, whole.
    ///
    /// # Errors
    /// When the disk refuses it.
    pub fn end(mut self) -> Result<(), Error> {
        if !self.waiting.is_empty() {
            self.seal()?;
        }
        let count = self.blocks.to_string();
        let sealed =
            self.app.vault().seal(TABLE, "blocks", self.id, count.as_bytes()).map_err(Error::internal)?;
        writeln!(self.file, "{sealed}").map_err(Error::internal)?;
        self.file.flush().map_err(Error::internal)?;
        self.file.get_ref().sync_all().map_err(Error::internal)?;
        fs::rename(path(&self.app, self.id, "part"), path(&self.app, self.id, "sealed"))
            .map_err(Error::internal)
    }
}

/// The whole file.
///
/// # Errors
/// [`Error::Missing`] when it is gone; [`Error::Internal`] when it was changed.
pub(crate) fn read(app: &App, id: i64) -> Result<Vec<u8>, Error> {
    let mut lines = lines(app, id)?.collect::<io::Result<Vec<_>>>().map_err(Error::internal)?;
    let count = lines.pop().ok_or_else(|| Error::internal("the file of a batch is empty"))?;
    let count = app.vault().open(TABLE, "blocks", id, &count).map_err(Error::internal)?;
    if count != lines.len().to_string().as_bytes() {
        return Err(Error::internal("the file of a batch has lost blocks"));
    }
    let opened = lines
        .par_iter()
        .enumerate()
        .map(|(at, line)| app.vault().open(TABLE, &format!("block {at}"), id, line).map_err(Error::internal));
    Ok(opened.collect::<Result<Vec<_>, _>>()?.concat())
}

/// The first block of the file: enough to say what it looks like.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_first(app: &App, id: i64) -> Result<Vec<u8>, Error> {
    let first = lines(app, id)?.next().transpose().map_err(Error::internal)?.unwrap_or_default();
    app.vault().open(TABLE, "block 0", id, &first).map_err(Error::internal)
}

fn lines(app: &App, id: i64) -> Result<impl Iterator<Item = io::Result<String>>, Error> {
    match File::open(path(app, id, "sealed")) {
        Ok(file) => Ok(BufReader::with_capacity(BLOCK, file).lines()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::Missing("batch file")),
        Err(error) => Err(Error::internal(error)),
    }
}

/// Removes whatever there is of the file.
///
/// # Errors
/// When the disk refuses it.
pub(crate) fn remove(app: &App, id: i64) -> Result<(), Error> {
    for ending in ["part", "sealed"] {
        match fs::remove_file(path(app, id, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Error::internal(error)),
            _ => {}
        }
    }
    Ok(())
}

/// Removes what uploads left behind that broke off with the program.
fn sweep(app: &App) -> io::Result<()> {
    let now = u128::from(app.clock().now().0.unsigned_abs());
    for entry in fs::read_dir(folder(app))? {
        let entry = entry?;
        let written =
            entry.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        if entry.path().extension().is_some_and(|ending| ending == "part") && written + STALE_MS < now {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
