//! A log on a folder of its own, for one test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use ledger::{Log, SigningKey};

pub const ORIGIN: &str = "district.example/450204006";

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wangge-ledger-{}-{nth}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn log(&self) -> Log {
        Log::open(&self.0, ORIGIN, &key()).unwrap()
    }

    pub fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.0.join(path)).unwrap()
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(path), bytes).unwrap();
    }

    /// Every file of the log but the lock, relative to its folder.
    pub fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for found in std::fs::read_dir(folder).unwrap() {
                let path = found.unwrap().path();
                let name = path.strip_prefix(&self.0).unwrap().to_str().unwrap().to_owned();
                match path.is_dir() {
                    true => folders.push(path),
                    false if name == "lock" => {}
                    false => files.push(name),
                }
            }
        }
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

pub fn key() -> SigningKey {
    SigningKey::from_seed("district.example", &[7; 32]).unwrap()
}

/// An entry that no other is like, of a length of its own.
pub fn entry(nth: u64) -> Vec<u8> {
    format!("{{\"act\":{nth},\"note\":\"{}\"}}", "网".repeat((nth * 7 % 13) as usize)).into_bytes()
}

/// Appends the entries `from..to` at once.
pub fn grow(log: &mut Log, from: u64, to: u64) {
    let entries: Vec<_> = (from..to).map(entry).collect();
    assert_eq!(log.append(entries.iter().map(Vec::as_slice)).unwrap(), from..to);
}

/// The same numbers in every run.
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}
