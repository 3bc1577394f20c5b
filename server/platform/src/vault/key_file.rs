//! Files that hold secrets: whole or not at all, and for the program's own user alone.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Error;

/// The text of a key file; none if there is none.
///
/// # Errors
/// [`Error::Exposed`] when others may read it.
pub(crate) fn read(path: &Path) -> Result<Option<String>, Error> {
    let mode = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(fail(path))?.permissions().mode(),
    };
    if mode & 0o077 != 0 {
        return Err(Error::Exposed(path.to_owned()));
    }
    fs::read_to_string(path).map(Some).map_err(fail(path))
}

/// Writes a key file where there is none. If another process was faster, its text counts.
pub(crate) fn create(path: &Path, text: &str) -> Result<String, Error> {
    let unfinished = write_beside(path, text)?;
    let linked = fs::hard_link(&unfinished, path);
    fs::remove_file(&unfinished).map_err(fail(path))?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(fail(path)(error)),
        _ => sync_folder(path)?,
    }
    read(path)?.ok_or_else(|| fail(path)(io::ErrorKind::NotFound.into()))
}

/// Puts a new text in the place of the old one.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let unfinished = write_beside(path, text)?;
    fs::rename(&unfinished, path).map_err(fail(path))?;
    sync_folder(path)
}

fn write_beside(path: &Path, text: &str) -> Result<PathBuf, Error> {
    let unfinished = path.with_added_extension(format!("{}.new", std::process::id()));
    let write = || {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(fail(path))?;
    Ok(unfinished)
}

fn sync_folder(path: &Path) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail(path))
}

fn fail(path: &Path) -> impl Fn(io::Error) -> Error + '_ {
    move |source| Error::Io { path: path.to_owned(), source }
}
