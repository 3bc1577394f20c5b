use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::layout::{LOCK, UNFINISHED};

/// The folder of one log, and the only hand that writes there.
#[derive(Debug)]
pub(crate) struct Disk {
    root: PathBuf,
    /// Held as long as the log is open, so that two processes never write one log.
    _lock: File,
    #[cfg(test)]
    pub(crate) fuse: Fuse,
}

impl Disk {
    pub(crate) fn open(root: &Path) -> Result<Self, Error> {
        fs::create_dir_all(root).map_err(Error::io(root))?;
        let path = root.join(LOCK);
        let lock = OpenOptions::new().create(true).append(true).open(&path).map_err(Error::io(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse(root.to_owned())),
            Err(TryLockError::Error(source)) => return Err(Error::Io { path, source }),
        }
        Ok(Self {
            root: root.to_owned(),
            _lock: lock,
            #[cfg(test)]
            fuse: Fuse::default(),
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The bytes of a file, or none if there is no such file.
    pub(crate) fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let target = self.root.join(path);
        read(&target).map_err(Error::io(&target))
    }

    /// Puts a whole file in place: a reader sees the old one or the new one, and after this returns a power cut
    /// does not bring the old one back.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let target = self.root.join(path);
        let folder = target.parent().unwrap_or(&self.root);
        self.make_folder(folder)?;
        let mut unfinished = target.clone().into_os_string();
        unfinished.push(UNFINISHED);
        let place = || -> io::Result<()> {
            self.fill(&mut File::create(&unfinished)?, bytes)?;
            self.step()?;
            fs::rename(&unfinished, &target)?;
            sync_folder(folder)
        };
        place().map_err(Error::io(&target))
    }

    /// Adds bytes to the end of a file, durably but not atomically: a crash may leave a part of them.
    pub(crate) fn append(&self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let target = self.root.join(path);
        let is_new = !target.exists();
        let grow = || -> io::Result<()> {
            self.fill(&mut OpenOptions::new().create(true).append(true).open(&target)?, bytes)?;
            if is_new { sync_folder(&self.root) } else { Ok(()) }
        };
        grow().map_err(Error::io(&target))
    }

    /// Cuts a file to a length.
    pub(crate) fn cut(&self, path: &str, length: u64) -> Result<(), Error> {
        let target = self.root.join(path);
        let cut = || -> io::Result<()> {
            let file = OpenOptions::new().write(true).open(&target)?;
            file.set_len(length)?;
            file.sync_all()
        };
        cut().map_err(Error::io(&target))
    }

    /// Removes a file that nothing needs any more, and the folder of a partial tile once it is empty.
    pub(crate) fn remove(&self, path: &str) -> Result<(), Error> {
        let target = self.root.join(path);
        let remove = || -> io::Result<()> {
            self.step()?;
            fs::remove_file(&target)?;
            let Some(folder) =
                target.parent().filter(|folder| folder.extension().is_some_and(|end| end == "p"))
            else {
                return Ok(());
            };
            match fs::remove_dir(folder) {
                Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => Err(error),
                _ => Ok(()),
            }
        };
        remove().map_err(Error::io(&target))
    }

    fn make_folder(&self, folder: &Path) -> Result<(), Error> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folder(parent)?;
            fs::create_dir(folder).and_then(|()| sync_folder(parent)).map_err(Error::io(folder))?;
        }
        Ok(())
    }

    #[cfg(not(test))]
    fn fill(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)?;
        file.sync_all()
    }

    #[cfg(not(test))]
    fn step(&self) -> io::Result<()> {
        Ok(())
    }
}

/// In tests the process can die between any two writes, and in the middle of one.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Fuse(pub std::cell::Cell<Option<u32>>);

#[cfg(test)]
impl Disk {
    fn fill(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        let (first, second) = bytes.split_at(bytes.len() / 2);
        self.step()?;
        file.write_all(first)?;
        self.step()?;
        file.write_all(second)?;
        file.sync_all()
    }

    fn step(&self) -> io::Result<()> {
        match self.fuse.0.get() {
            Some(0) => return Err(io::Error::other("killed")),
            Some(left) => self.fuse.0.set(Some(left - 1)),
            None => {}
        }
        Ok(())
    }
}

/// The bytes of a file, or none if there is no such file.
pub(crate) fn read(target: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(target) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Without this the name of a new file may be lost with the power although its bytes are safe.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
