//! Distinct texts of a column, numbered in the order in which they first appear; 0 stands for nothing written.

use rayon::prelude::*;

use crate::text::Digest;

/// Numbers texts. The same texts in the same order get the same numbers on every machine.
#[derive(Debug)]
pub(crate) struct Dictionary {
    texts: String,
    /// Where the text of a number ends; it begins where the one before ends.
    ends: Vec<u32>,
    counts: Vec<u32>,
    digests: Vec<Digest>,
    /// Whether every text gets a number of its own without being looked up: for keys, which must not repeat anyway.
    unique: bool,
    /// Open addressing: half the hash above, the number of the text below; 0 for a free slot. Length is a power of two.
    slots: Vec<u64>,
}

/// Texts whose slots are read ahead together; what is read must still be in the cache when its turn comes.
const WARMED: usize = 1_024;

/// The dictionary would outgrow what 32 bits can address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Dictionary {
    pub(crate) fn new() -> Self {
        Self {
            texts: String::new(),
            ends: vec![0],
            counts: vec![0],
            digests: vec![Digest::of("")],
            unique: false,
            slots: vec![0; 1024],
        }
    }

    /// A dictionary of texts that do not repeat. Nothing is looked up, so nothing is hashed; whether they truly do not
    /// repeat is asked once, with [`Self::repeated`].
    pub(crate) fn of_unique() -> Self {
        Self { unique: true, slots: vec![0], ..Self::new() }
    }

    /// The numbers of texts, new ones for new texts, in their order; `new` is told of each new text. An empty text is 0.
    /// Each text counts for `records`.
    pub(crate) fn intern<'t>(
        &mut self,
        texts: impl Iterator<Item = (&'t str, bool)> + Clone,
        records: u32,
        mut new: impl FnMut(&str, bool),
    ) -> Result<Vec<u32>, Full> {
        let mut numbers = Vec::new();
        let mut texts = texts;
        loop {
            let tags: Vec<u32> = texts.clone().take(WARMED).map(|(text, _)| tag(text)).collect();
            if tags.is_empty() {
                return Ok(numbers);
            }
            self.warm(&tags);
            numbers.reserve(tags.len());
            for (tag, (text, sound)) in tags.into_iter().zip(&mut texts) {
                if text.is_empty() {
                    numbers.push(0);
                    continue;
                }
                let (slot, found) = self.probe(text, tag);
                if let Some(count) = self.counts.get_mut(found as usize).filter(|_| found != 0) {
                    *count += records;
                    numbers.push(found);
                    continue;
                }
                numbers.push(self.insert(text, tag, slot, records)?);
                new(text, sound);
            }
        }
    }

    /// Reads what the probes will read, all of it independently, so that the memory answers many at a time instead of
    /// one after the other.
    fn warm(&self, tags: &[u32]) {
        let mask = self.slots.len() - 1;
        let entries: Vec<u64> =
            tags.iter().map(|&tag| self.slots.get(tag as usize & mask).copied().unwrap_or(0)).collect();
        let ends: Vec<u32> =
            entries.iter().map(|&entry| self.ends.get(entry as u32 as usize).copied().unwrap_or(0)).collect();
        let bytes = ends
            .iter()
            .map(|&end| self.texts.as_bytes().get((end as usize).saturating_sub(1)).copied().unwrap_or(0));
        let counts =
            entries.iter().map(|&entry| self.counts.get(entry as u32 as usize).copied().unwrap_or(0));
        std::hint::black_box((
            bytes.fold(0_u8, |sum, byte| sum ^ byte),
            counts.fold(0_u32, |sum, count| sum ^ count),
        ));
    }

    /// Gives each text the next number, whatever it says.
    pub(crate) fn push_all<'t>(
        &mut self,
        mut texts: impl Iterator<Item = (&'t str, bool)>,
    ) -> Result<(), Full> {
        texts.try_for_each(|(text, _)| self.push(text).map(|_| ()))
    }

    fn push(&mut self, text: &str) -> Result<u32, Full> {
        let number = u32::try_from(self.ends.len()).map_err(|_| Full)?;
        self.texts.push_str(text);
        self.ends.push(u32::try_from(self.texts.len()).map_err(|_| Full)?);
        Ok(number)
    }

    fn insert(&mut self, text: &str, tag: u32, slot: usize, records: u32) -> Result<u32, Full> {
        let number = self.push(text)?;
        self.counts.push(records);
        self.digests.push(Digest::of(text));
        if let Some(free) = self.slots.get_mut(slot) {
            *free = u64::from(tag) << 32 | u64::from(number);
        }
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        Ok(number)
    }

    /// The number of a text that was interned before.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        if self.unique {
            return (1..self.next()).find(|&number| self.text(number) == text);
        }
        let (_, found) = self.probe(text, tag(text));
        (found != 0).then_some(found)
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        let at = number as usize;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(at).copied().unwrap_or(from);
        self.texts.get(from as usize..to as usize).unwrap_or_default()
    }

    pub(crate) fn digest(&self, number: u32) -> Digest {
        self.digests.get(number as usize).copied().unwrap_or_else(|| Digest::of(self.text(number)))
    }

    pub(crate) fn count(&self, number: u32) -> u32 {
        self.counts.get(number as usize).copied().unwrap_or(0)
    }

    /// The number that the next new text will get.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.ends.len()).unwrap_or(u32::MAX)
    }

    /// Counts texts that were interned with a count of 0, because they stand for many.
    pub(crate) fn count_more(&mut self, numbers: impl Iterator<Item = u32>) {
        for number in numbers {
            if let Some(count) = self.counts.get_mut(number as usize) {
                *count += 1;
            }
        }
    }

    /// A text that was interned more than once.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let of = |number: u32| hash(self.text(number).as_bytes());
        let mut hashes: Vec<u64> = (1..self.next()).into_par_iter().map(of).collect();
        hashes.par_sort_unstable();
        let twice: Vec<u64> =
            hashes.windows(2).filter(|pair| pair.first() == pair.last()).flatten().copied().collect();
        if twice.is_empty() {
            return None;
        }
        let mut texts: Vec<&str> = (1..self.next())
            .filter(|&number| twice.binary_search(&of(number)).is_ok())
            .map(|number| self.text(number))
            .collect();
        texts.sort_unstable();
        texts.windows(2).find(|pair| pair.first() == pair.last())?.first().copied()
    }

    /// How often each text occurs, in the order of the numbers.
    pub(crate) fn counts(&self) -> &[u32] {
        self.counts.get(1..).unwrap_or_default()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.texts.capacity()
            + 8 * self.digests.capacity()
            + 4 * (self.ends.capacity() + self.counts.capacity())
            + 8 * self.slots.capacity()
    }

    fn probe(&self, text: &str, tag: u32) -> (usize, u32) {
        let mask = self.slots.len() - 1;
        let mut slot = tag as usize & mask;
        loop {
            let entry = self.slots.get(slot).copied().unwrap_or(0);
            let number = entry as u32;
            if number == 0 || (entry >> 32) as u32 == tag && self.text(number) == text {
                return (slot, number);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let longer = vec![0; self.slots.len() * 2];
        let mask = longer.len() - 1;
        let entries = std::mem::replace(&mut self.slots, longer);
        for entry in entries.into_iter().filter(|&entry| entry != 0) {
            let mut slot = (entry >> 32) as usize & mask;
            while self.slots.get(slot).is_some_and(|&taken| taken != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(free) = self.slots.get_mut(slot) {
                *free = entry;
            }
        }
    }
}

/// The half of the hash that chooses the slot and tells most other texts apart.
fn tag(text: &str) -> u32 {
    (hash(text.as_bytes()) >> 32) as u32
}

/// Eight bytes at a time, multiplied and folded; the high bits are mixed into the low ones that choose the slot.
fn hash(bytes: &[u8]) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        state = mix(state ^ chunk.try_into().map_or(0, u64::from_le_bytes));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(chunks.remainder()) {
        *to = *from;
    }
    mix(state ^ u64::from_le_bytes(last))
}

/// A bijection of 64 bits that spreads every bit over all.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ value >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let value = (value ^ value >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93);
    value ^ value >> 32
}

#[cfg(test)]
mod tests {
    use super::Dictionary;

    #[test]
    fn texts_are_numbered_as_they_come_and_found_again() {
        let mut dictionary = Dictionary::new();
        let texts: Vec<String> = (0..5000).map(|at| format!("text {at}")).collect();
        for round in 0..2 {
            let mut new = 0;
            let numbers = dictionary
                .intern(texts.iter().map(|text| (text.as_str(), true)), 1, |_, _| new += 1)
                .unwrap();
            assert_eq!(numbers, (1..=5000).collect::<Vec<u32>>());
            assert_eq!(new, if round == 0 { 5000 } else { 0 });
        }
        assert_eq!(dictionary.text(4001), "text 4000");
        assert_eq!(dictionary.find("text 77"), Some(78));
        assert_eq!(dictionary.find("none"), None);
        assert_eq!(dictionary.count(3), 2);
    }
}
