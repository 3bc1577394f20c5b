//! How many pixels are decoded at once: small pictures side by side, large ones alone.

use std::sync::{Condvar, Mutex, PoisonError};

/// A number of pixels to share.
#[derive(Debug)]
pub struct Budget {
    all: u64,
    free: Mutex<u64>,
    freed: Condvar,
}

/// A share of the budget, given back when dropped.
pub struct Share<'a> {
    budget: &'a Budget,
    pixels: u64,
}

impl Budget {
    pub fn new(all: u64) -> Self {
        Self { all, free: Mutex::new(all), freed: Condvar::new() }
    }

    /// Waits until `pixels` are free and takes them; more than there are is taken as all of them.
    pub fn take(&self, pixels: u64) -> Share<'_> {
        let pixels = pixels.min(self.all);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = self.freed.wait_while(free, |free| *free < pixels);
        *enough.unwrap_or_else(PoisonError::into_inner) -= pixels;
        Share { budget: self, pixels }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        *self.budget.free.lock().unwrap_or_else(PoisonError::into_inner) += self.pixels;
        self.budget.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn never_more_pixels_at_once_than_the_budget() {
        let (budget, now, most) = (Budget::new(10), AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for pixels in [1, 4, 5, 9, 10, 99, 3, 7] {
                let (budget, now, most) = (&budget, &now, &most);
                scope.spawn(move || {
                    for _ in 0..200 {
                        let share = budget.take(pixels);
                        let sum = now.fetch_add(share.pixels, Ordering::SeqCst) + share.pixels;
                        most.fetch_max(sum, Ordering::SeqCst);
                        std::thread::yield_now();
                        now.fetch_sub(share.pixels, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(most.load(Ordering::SeqCst), 10);
        assert_eq!(*budget.free.lock().unwrap(), 10);
    }
}
