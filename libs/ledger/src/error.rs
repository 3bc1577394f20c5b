use std::io;
use std::path::{Path, PathBuf};

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("a key name is not empty and has neither spaces nor `+`")]
    Name,
    #[error("not a key in the C2SP signed-note form `name+id+key` with Ed25519")]
    Malformed,
    #[error("the text cannot be a signed note: it holds control characters or is too long")]
    Unsignable,
}

/// Why a log cannot be opened, extended, signed or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("`{}` is open in another process", .0.display())]
    InUse(PathBuf),
    #[error("an entry of {0} bytes is longer than 65535")]
    EntryTooLong(usize),
    #[error("`{origin}` cannot be signed by `{key}`: an origin is the key's name, or continues it after `/`")]
    Origin { origin: String, key: String },
    #[error("{0}")]
    Key(#[from] KeyError),
    #[error("the log is damaged: {0}")]
    Broken(#[from] Box<crate::Broken>),
    #[error("the log has {size} entries; {asked} is out of its range")]
    Range { asked: u64, size: u64 },
    #[error("an earlier write failed half-way; open the log again")]
    Unsettled,
}

impl Error {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}
