//! Files: pictures, made anew from their pixels and kept under the hash of what they hold.
//!
//! `ab/cdef….jpg` is a picture whose SHA-256 starts with `abcdef`; `ab/cdef….thumb.jpg` beside it is its small
//! copy. A file appears whole or not at all, and whoever has been told that it is kept finds it after a power cut.

mod budget;
mod picture;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use budget::Budget;
use picture::Picture;

/// The largest upload that is looked at: 10 MB.
pub const LARGEST_BYTES: usize = 10 * 1024 * 1024;
/// The largest picture that is decoded: 40 megapixels, more than phones take.
pub const MOST_PIXELS: u64 = 40_000_000;
/// The long side of a kept picture, in pixels.
pub const FULL_SIDE: u32 = 2048;
/// The long side of a small copy, in pixels.
pub const THUMB_SIDE: u32 = 320;
/// What every kept picture is.
pub const MEDIA_TYPE: &str = "image/jpeg";

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    /// More than [`LARGEST_BYTES`].
    #[error("larger than {LARGEST_BYTES} bytes")]
    TooLarge,
    /// By its content, whatever its name says, neither JPEG nor PNG nor WebP.
    #[error("neither JPEG nor PNG nor WebP")]
    WrongType,
    /// More than [`MOST_PIXELS`], or a decoder that asks for more memory than such a picture needs.
    #[error("more than {MOST_PIXELS} pixels")]
    TooManyPixels,
    /// It begins like a picture and does not go on like one, or it ends too early.
    #[error("broken picture: {0}")]
    Broken(String),
    /// Our disk, not the caller's fault.
    #[error("disk: {0}")]
    Disk(#[from] io::Error),
}

/// A picture that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The name to read it by: 64 hexadecimal digits.
    pub sha256: String,
    pub media_type: &'static str,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The size of the picture as kept.
    pub bytes: u64,
}

/// Which copy of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// At most [`FULL_SIDE`] on each side.
    Full,
    /// At most [`THUMB_SIDE`] on each side.
    Thumb,
}

/// A folder of pictures.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    budget: Budget,
    written: AtomicU64,
}

impl Files {
    /// Opens the folder, making it where it is missing.
    ///
    /// # Errors
    /// [`FileProblem::Disk`] when the folder cannot be written.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, FileProblem> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        let files = Self { folder, budget: Budget::new(MOST_PIXELS), written: AtomicU64::new(0) };
        let proof = files.folder.join(files.passing_name());
        write_durably(&proof, b"")?;
        fs::remove_file(&proof)?;
        Ok(files)
    }

    /// Keeps a picture: decodes it, turns it upright, drops whatever else it carried (place, camera, owner),
    /// and writes both sizes. The same picture is kept once. Takes up to seconds of a processor and waits its turn
    /// when many pictures come at once: call it apart from the async threads.
    ///
    /// # Errors
    /// [`FileProblem`]; nothing is kept then.
    pub fn keep(&self, upload: &[u8]) -> Result<Kept, FileProblem> {
        if upload.len() > LARGEST_BYTES {
            return Err(FileProblem::TooLarge);
        }
        let picture = Picture::read(upload, &self.budget)?;
        let sha256 = HEXLOWER.encode(&Sha256::digest(&picture.full));
        let (Some(full), Some(thumb)) = (self.path(&sha256, Size::Full), self.path(&sha256, Size::Thumb))
        else {
            return Err(FileProblem::Disk(io::Error::other("a hash is no name")));
        };
        // The small copy first: a full picture is never without one.
        self.write(&thumb, &picture.thumb)?;
        self.write(&full, &picture.full)?;
        let bytes = picture.full.len() as u64;
        Ok(Kept { sha256, media_type: MEDIA_TYPE, width: picture.width, height: picture.height, bytes })
    }

    /// The bytes of a kept picture; `None` when there is none of that name.
    ///
    /// # Errors
    /// [`FileProblem::Disk`].
    pub fn read(&self, sha256: &str, size: Size) -> Result<Option<Vec<u8>>, FileProblem> {
        let Some(path) = self.path(sha256, size) else { return Ok(None) };
        match fs::read(path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes both copies of a picture that nothing cites any more.
    ///
    /// # Errors
    /// [`FileProblem::Disk`].
    pub fn remove(&self, sha256: &str) -> Result<(), FileProblem> {
        for path in [Size::Full, Size::Thumb].into_iter().filter_map(|size| self.path(sha256, size)) {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Where a picture lies; `None` for what is no hash, so that no name leads out of the folder.
    fn path(&self, sha256: &str, size: Size) -> Option<PathBuf> {
        let is_hash =
            sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let (head, tail) = sha256.split_at_checked(2).filter(|_| is_hash)?;
        let ending = match size {
            Size::Full => "jpg",
            Size::Thumb => "thumb.jpg",
        };
        Some(self.folder.join(head).join(format!("{tail}.{ending}")))
    }

    fn passing_name(&self) -> String {
        let nth = self.written.fetch_add(1, Ordering::Relaxed);
        format!("{}-{nth}.part", std::process::id())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if path.exists() {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.folder);
        if !folder.exists() {
            fs::create_dir_all(folder)?;
            File::open(&self.folder)?.sync_all()?;
        }
        let passing = self.folder.join(self.passing_name());
        let written = write_durably(&passing, bytes).and_then(|()| fs::rename(&passing, path));
        if let Err(error) = written {
            // What could not be written is of no use; the disk's first complaint is the one to tell.
            fs::remove_file(&passing).ok();
            return Err(error);
        }
        File::open(folder)?.sync_all()
    }
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
