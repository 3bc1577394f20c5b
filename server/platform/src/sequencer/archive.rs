//! Where the logs lie, the key that signs them, and their verification without the program.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use data_encoding::BASE64URL_NOPAD;
use ledger::{Broken, Log, SigningKey, Verified, VerifierKey, View};

use crate::app::App;
use crate::error::Error;
use crate::text::Text;
use crate::vault::key_file;

/// In the data folder: a folder for each street.
const FOLDER: &str = "ledger";
/// In the data folder: the secret half of the key.
const KEY_FILE: &str = "ledger.key";
/// Beside the logs: the public half, which goes with them to whoever verifies.
const VERIFIER_FILE: &str = "verifier.key";
const HEAD: &str =
    "# The key that signs the ledger. Whoever reads this file can sign a ledger of his own making.\n";

/// The logs of all streets.
pub(super) struct Archive {
    folder: PathBuf,
    key: SigningKey,
}

impl Archive {
    /// Opens the archive of the data folder; at first start its key is made.
    pub(super) fn open(app: &App) -> Result<Self, Error> {
        let data = &app.config().data.dir;
        let key = signing_key(app, &data.join(KEY_FILE))?;
        let folder = data.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(Error::internal)?;
        let public = folder.join(VERIFIER_FILE);
        match read(&public).map_err(Error::internal)? {
            None => std::fs::write(&public, format!("{}\n", key.verifier_key())).map_err(Error::internal)?,
            Some(text) if text.trim() == key.verifier_key().to_string() => {}
            Some(_) => {
                return Err(Error::internal(format!(
                    "`{}` is not of the key in `{KEY_FILE}`",
                    public.display()
                )));
            }
        }
        Ok(Self { folder, key })
    }

    /// The streets that have a log.
    pub(super) fn streets(&self) -> Result<BTreeSet<i64>, Error> {
        streets_in(&self.folder).map_err(Error::internal)
    }

    /// Opens a street's log for writing, or begins it.
    pub(super) fn log(&self, street: i64) -> Result<Log, Error> {
        let origin = format!("{}/{street}", self.key.name());
        Log::open(&self.folder.join(street.to_string()), &origin, &self.key).map_err(Error::internal)
    }
}

/// A street's log as it was last signed, with the key that proves it; none before the first signature.
pub(crate) fn view(app: &App, street: i64) -> Result<Option<(View, VerifierKey)>, Error> {
    let folder = app.config().data.dir.join(FOLDER);
    let Some(text) = read(&folder.join(VERIFIER_FILE)).map_err(Error::internal)? else { return Ok(None) };
    let key: VerifierKey = text.parse().map_err(Error::internal)?;
    match View::open(&folder.join(street.to_string()), &key) {
        Ok(view) => Ok(Some((view, key))),
        Err(ledger::Error::Broken(broken)) if broken.fault == ledger::Fault::NoCheckpoint => Ok(None),
        Err(error) => Err(Error::internal(error)),
    }
}

fn signing_key(app: &App, path: &Path) -> Result<SigningKey, Error> {
    let text = match key_file::read(path).map_err(Error::internal)? {
        Some(text) => text,
        None => {
            let seed = BASE64URL_NOPAD.encode(&app.chance().bytes::<32>()?);
            let text = format!("{HEAD}wangge-{} {seed}\n", app.district());
            key_file::create(path, &text).map_err(Error::internal)?
        }
    };
    let refuse = || Error::internal(format!("`{}`: expected a line `NAME SECRET`", path.display()));
    let line = text.lines().find(|line| !line.starts_with('#')).ok_or_else(refuse)?;
    let (name, seed) = line.split_once(' ').ok_or_else(refuse)?;
    let seed = BASE64URL_NOPAD.decode(seed.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    SigningKey::from_seed(name, &seed.ok_or_else(refuse)?).map_err(Error::internal)
}

/// Why the logs in a folder are not verified.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// The folder cannot be read.
    #[error("`{}`: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// There is no key to verify with.
    #[error("`{}` does not hold a verifier key", .0.display())]
    Key(PathBuf),
    /// A street's log is damaged.
    #[error("log of {street}: {broken}")]
    Broken { street: i64, broken: Box<Broken> },
}

impl Unverified {
    /// One sentence for people.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Io { path, source } => format!("读不出 {}：{source}", path.display()),
            Self::Key(path) => format!("{} 中没有验证公钥", path.display()),
            Self::Broken { street, broken } => format!("街道 {street} 的审计账：{}", broken.zh()),
        };
        Text::owned(zh, self.to_string())
    }
}

/// Verifies the logs of all streets from the files of a folder alone: the ledger's folder, or a copy of it.
///
/// The key is read from the folder too: compare it with one that you hold from elsewhere.
///
/// # Errors
/// The first damage, in the order of the streets and of their entries.
pub fn verify_ledger(folder: &Path) -> Result<Vec<(i64, Verified)>, Unverified> {
    let io = |path: PathBuf| |source| Unverified::Io { path, source };
    let path = folder.join(VERIFIER_FILE);
    let text = read(&path).map_err(io(path.clone()))?;
    let key = text.and_then(|text| text.parse::<VerifierKey>().ok()).ok_or(Unverified::Key(path))?;
    let streets = streets_in(folder).map_err(io(folder.to_owned()))?;
    let verified = streets.into_iter().map(|street| {
        let broken = |broken| Unverified::Broken { street, broken };
        let verified = ledger::verify(&folder.join(street.to_string()), &key).map_err(broken)?;
        let own = format!("{}/{street}", key.name());
        match verified.checkpoint.origin == own {
            true => Ok((street, verified)),
            // The sound log of another street in this one's place.
            false => Err(broken(Box::new(Broken {
                entries: 0..verified.checkpoint.size,
                file: "checkpoint".to_owned(),
                fault: ledger::Fault::Signature,
            }))),
        }
    });
    verified.collect()
}

fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn streets_in(folder: &Path) -> io::Result<BTreeSet<i64>> {
    let mut streets = BTreeSet::new();
    for found in std::fs::read_dir(folder)? {
        streets.extend(found?.file_name().to_str().and_then(|name| name.parse::<i64>().ok()));
    }
    Ok(streets)
}
