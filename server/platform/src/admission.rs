//! How many calls are worked on at once. Beyond it the next one is told to come again before it costs anything, so that
//! a burst keeps the queues short: those who are let in are answered as fast as ever.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::error::Error;

/// The calls that are being worked on.
pub struct Admission {
    most: i64,
    inside: AtomicI64,
}

/// One call's place; it is free again when this is dropped.
pub struct Place<'a>(&'a AtomicI64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Admission {
    pub fn new(most: i64) -> Self {
        Self { most, inside: AtomicI64::new(0) }
    }

    /// Lets one more call in.
    ///
    /// # Errors
    /// [`Error::Busy`] when all places are taken.
    pub fn enter(&self) -> Result<Place<'_>, Error> {
        let before = self.inside.fetch_add(1, Ordering::Relaxed);
        let place = Place(&self.inside);
        match before < self.most {
            true => Ok(place),
            false => Err(Error::Busy),
        }
    }
}
