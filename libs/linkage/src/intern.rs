//! Distinct texts of a column, numbered in the order in which they first appear; 0 stands for nothing written.

use crate::text::Digest;

/// Numbers texts. The same texts in the same order get the same numbers on every machine.
#[derive(Debug)]
pub(crate) struct Dictionary {
    texts: String,
    /// Where the text of a number ends; it begins where the one before ends.
    ends: Vec<u32>,
    counts: Vec<u32>,
    digests: Vec<Digest>,
    /// Open addressing: half the hash above, the number of the text below; 0 for a free slot. Length is a power of two.
    slots: Vec<u64>,
}

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
            slots: vec![0; 1024],
        }
    }

    /// The number of `text`, a new one if it is new, and whether it is.
    pub(crate) fn intern(&mut self, text: &str) -> Result<(u32, bool), Full> {
        let (slot, found) = self.probe(text);
        if found != 0 {
            if let Some(count) = self.counts.get_mut(found as usize) {
                *count += 1;
            }
            return Ok((found, false));
        }
        let number = u32::try_from(self.ends.len()).map_err(|_| Full)?;
        self.texts.push_str(text);
        self.ends.push(u32::try_from(self.texts.len()).map_err(|_| Full)?);
        self.counts.push(1);
        self.digests.push(Digest::of(text));
        if let Some(free) = self.slots.get_mut(slot) {
            *free = u64::from(tag(text)) << 32 | u64::from(number);
        }
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        Ok((number, true))
    }

    /// The number of a text that was interned before.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        let (_, found) = self.probe(text);
        (found != 0).then_some(found)
    }

    pub(crate) fn text(&self, number: u32) -> &str {
        let at = number as usize;
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(at).copied().unwrap_or(from);
        self.texts.get(from as usize..to as usize).unwrap_or_default()
    }

    pub(crate) fn digest(&self, number: u32) -> Digest {
        self.digests.get(number as usize).copied().unwrap_or_else(|| Digest::of(""))
    }

    pub(crate) fn count(&self, number: u32) -> u32 {
        self.counts.get(number as usize).copied().unwrap_or(0)
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

    fn probe(&self, text: &str) -> (usize, u32) {
        let mask = self.slots.len() - 1;
        let tag = tag(text);
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
        for round in 0..2 {
            for at in 0..5000_u32 {
                assert_eq!(dictionary.intern(&format!("text {at}")), Ok((at + 1, round == 0)));
            }
        }
        assert_eq!(dictionary.text(4001), "text 4000");
        assert_eq!(dictionary.find("text 77"), Some(78));
        assert_eq!(dictionary.find("none"), None);
        assert_eq!(dictionary.count(3), 2);
    }
}
