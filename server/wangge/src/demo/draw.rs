//! Chance that repeats: the demo looks the same in every district that is made from one seed.

/// Draws numbers from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to 1, without 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in so many of a hundred cases.
    pub fn percent(&mut self, percent: f64) -> bool {
        self.share() * 100.0 < percent
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).saturating_add(1).max(1);
        low + (self.share() * span as f64) as i64
    }

    /// One of them, or none of none.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(all.len()).unwrap_or(0) - 1;
        all.get(usize::try_from(self.between(0, last)).unwrap_or(0))
    }

    /// One word of a list of words.
    pub fn word<'a>(&mut self, all: &'a [&'a str]) -> &'a str {
        self.of(all).copied().unwrap_or_default()
    }

    /// A place below `end`; 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.share() * end as f64) as usize
    }

    /// Brings them into an order that says nothing.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let other = self.below(last + 1);
            all.swap(last, other);
        }
    }
}

/// Things that come up as often as their weight says.
pub struct Weighted<T> {
    /// Each with the sum of the weights up to it.
    sums: Vec<(f64, T)>,
}

impl<T: Copy + Default> Weighted<T> {
    pub fn new(all: impl IntoIterator<Item = (T, f64)>) -> Self {
        let mut sum = 0.0;
        let summed = |(item, weight)| {
            sum += weight;
            (sum, item)
        };
        Self { sums: all.into_iter().map(summed).collect() }
    }

    pub fn draw(&self, draw: &mut Draw) -> T {
        let wanted = draw.share() * self.sums.last().map_or(0.0, |(sum, _)| *sum);
        let at = self.sums.partition_point(|(sum, _)| *sum <= wanted);
        self.sums.get(at).map(|(_, item)| *item).unwrap_or_default()
    }
}
