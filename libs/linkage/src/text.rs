//! How far texts are apart. All count characters, never bytes.

/// A digest of a text: its length in characters, and for 56 buckets of characters whether each is met an odd number of
/// times. Most texts that are far apart are told so by their digests alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digest(u64);

impl Digest {
    pub(crate) fn of(text: &str) -> Self {
        let (mut parity, mut length) = (0_u64, 0_u64);
        for c in text.chars() {
            // Digits get buckets of their own; other characters are spread over all.
            let code = u32::from(c);
            parity ^= 1 << ((code.wrapping_mul(0x9e37_79b1) >> 16) % 56);
            length += 1;
        }
        Self(parity << 8 | length.min(255))
    }

    fn length(self) -> u64 {
        self.0 & 0xff
    }

    fn differing(self, other: Self) -> u32 {
        ((self.0 ^ other.0) >> 8).count_ones()
    }

    /// Whether so few edits may be enough: each changes the length by at most one and two buckets.
    pub(crate) fn may_be_within(self, other: Self, edits: usize) -> bool {
        self.differing(other) as usize <= 2 * edits
            && self.length().abs_diff(other.length()) as usize <= edits
    }

    /// Whether the characters may be the same.
    pub(crate) fn may_be_rearranged(self, other: Self) -> bool {
        self == other
    }

    /// Whether one text may be a part of the other.
    pub(crate) fn may_be_part(self, other: Self) -> bool {
        let beyond = self.length().abs_diff(other.length());
        u64::from(self.differing(other)) <= beyond || self.length().max(other.length()) == 255
    }

    pub(crate) fn is_at_least_long(self, characters: usize) -> bool {
        self.length() as usize >= characters.min(255)
    }
}

/// Whether at most `most` insertions, deletions, replacements or swaps of neighbours turn one text into the other
/// (optimal string alignment; Damerau 1964, Boytsov 2011 for the name).
///
/// ```
/// assert!(linkage::text::within_edits("张伟", "张为", 1));
/// assert!(!linkage::text::within_edits("13800001234", "13900001243", 1));
/// ```
#[must_use]
pub fn within_edits(left: &str, right: &str, most: usize) -> bool {
    if left.is_ascii() && right.is_ascii() {
        return within(left.as_bytes(), right.as_bytes(), most);
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    within(&left, &right, most)
}

fn within<T: PartialEq + Copy>(left: &[T], right: &[T], most: usize) -> bool {
    let prefix = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(prefix..).unwrap_or_default(), right.get(prefix..).unwrap_or_default());
    let suffix = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let left = left.get(..left.len() - suffix).unwrap_or_default();
    let right = right.get(..right.len() - suffix).unwrap_or_default();
    if left.is_empty() || right.is_empty() {
        return left.len().max(right.len()) <= most;
    }
    if left.len().abs_diff(right.len()) > most || most == 0 {
        return false;
    }
    if most == 1 {
        return match (left, right) {
            ([_], [_]) => true,
            ([a, b], [c, d]) => a == d && b == c,
            _ => false,
        };
    }
    distance(left, right, most) <= most
}

/// Rows of the dynamic programme: this one, the one before, and the one before that for swaps.
fn distance<T: PartialEq + Copy>(left: &[T], right: &[T], most: usize) -> usize {
    let width = right.len() + 1;
    let (mut before, mut last, mut row) = (vec![0; width], (0..width).collect::<Vec<_>>(), vec![0; width]);
    let mut left_previous = None;
    for (at, &a) in left.iter().enumerate() {
        let mut diagonal = at;
        let mut beside = at + 1;
        let mut least = beside;
        let mut right_previous = None;
        let mut swapped = usize::MAX;
        if let Some(first) = row.first_mut() {
            *first = beside;
        }
        for (column, &b) in right.iter().enumerate() {
            let above = last.get(column + 1).copied().unwrap_or(usize::MAX);
            let mut cost = (diagonal + usize::from(a != b)).min(above + 1).min(beside + 1);
            if Some(b) == left_previous && Some(a) == right_previous {
                cost = cost.min(swapped + 1);
            }
            if let Some(cell) = row.get_mut(column + 1) {
                *cell = cost;
            }
            swapped = before.get(column).copied().unwrap_or(usize::MAX - 1);
            (diagonal, beside, right_previous) = (above, cost, Some(b));
            least = least.min(cost);
        }
        if least > most {
            return least;
        }
        left_previous = Some(a);
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// Whether the texts have the same length and differ in exactly one character.
#[must_use]
pub fn one_replaced(left: &str, right: &str, at_least_long: usize) -> bool {
    let (mut left, mut right) = (left.chars(), right.chars());
    let (mut length, mut differing) = (0, 0);
    loop {
        match (left.next(), right.next()) {
            (Some(a), Some(b)) => {
                length += 1;
                differing += usize::from(a != b);
                if differing > 1 {
                    return false;
                }
            }
            (None, None) => return differing == 1 && length >= at_least_long,
            _ => return false,
        }
    }
}

/// Whether the texts have the same characters in another order.
#[must_use]
pub fn rearranged(left: &str, right: &str) -> bool {
    if left.len() != right.len() || left == right {
        return false;
    }
    if left.is_ascii() && right.is_ascii() {
        let counted = |text: &str| {
            let mut counts = [0_u8; 128];
            for byte in text.bytes() {
                if let Some(count) = counts.get_mut(usize::from(byte)) {
                    *count = count.wrapping_add(1);
                }
            }
            counts
        };
        return left.len() < 256 && counted(left) == counted(right);
    }
    let sorted = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        chars
    };
    sorted(left) == sorted(right)
}

/// Whether one text begins or ends the other, and both have at least so many characters.
#[must_use]
pub fn part_of(left: &str, right: &str, at_least_long: usize) -> bool {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    short != long
        && (long.starts_with(short) || long.ends_with(short))
        && short.chars().count() >= at_least_long
}

/// Whether two numbers, part of which is hidden behind `*`, agree in what both show; `None` where their lengths differ or
/// both show fewer than four signs.
///
/// ```
/// use linkage::text::shown_agree;
/// assert_eq!(shown_agree("450204********1234", "450204199001011234"), Some(true));
/// assert_eq!(shown_agree("4502***********234", "450204199001011235"), Some(false));
/// assert_eq!(shown_agree("4****************4", "450204199001011234"), None);
/// ```
#[must_use]
pub fn shown_agree(left: &str, right: &str) -> Option<bool> {
    if left.len() != right.len() {
        return None;
    }
    let both = left.bytes().zip(right.bytes()).filter(|&(a, b)| a != b'*' && b != b'*');
    let (shown, differing) =
        both.fold((0, 0), |(shown, differing), (a, b)| (shown + 1, differing + usize::from(a != b)));
    (shown >= 4).then_some(differing == 0)
}

/// The share of pairs of neighbouring characters that two texts have in common, from 0 to 1 (Dice 1945; Adamson and
/// Boreham 1974): it bears slips, missing words, and words in another order.
///
/// ```
/// use linkage::text::common_pairs;
/// assert!(common_pairs("12 bogan place hopeview", "hoepview 12 bogan place") > 0.7);
/// assert!(common_pairs("12 bogan place hopeview", "7 hawker street") < 0.3);
/// ```
#[must_use]
pub fn common_pairs(left: &str, right: &str) -> f64 {
    let symbol = |b: u8| match b {
        b'a'..=b'z' => Some(usize::from(b - b'a')),
        b'0'..=b'9' => Some(usize::from(b - b'0') + 26),
        b' ' => Some(36),
        _ => None,
    };
    let plain = |text: &str| text.len() < 256 && text.bytes().all(|b| symbol(b).is_some());
    let (count, common) = if plain(left) && plain(right) {
        let mut counts = [0_u8; 37 * 37];
        let pairs = |text: &str, each: &mut dyn FnMut(usize)| {
            let symbols = text.bytes().filter_map(symbol);
            symbols.clone().zip(symbols.skip(1)).for_each(|(a, b)| each(a * 37 + b));
        };
        let (mut count, mut common) = (0_usize, 0_usize);
        pairs(left, &mut |at| {
            count += 1;
            if let Some(seen) = counts.get_mut(at) {
                *seen += 1;
            }
        });
        pairs(right, &mut |at| {
            count += 1;
            if let Some(seen) = counts.get_mut(at).filter(|seen| **seen > 0) {
                *seen -= 1;
                common += 1;
            }
        });
        (count, common)
    } else {
        let pairs = |text: &str| {
            let mut pairs: Vec<(char, char)> = text.chars().zip(text.chars().skip(1)).collect();
            pairs.sort_unstable();
            pairs
        };
        let (left, right) = (pairs(left), pairs(right));
        let (mut a, mut b, mut common) = (left.iter().peekable(), right.iter().peekable(), 0);
        while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
            let order = x.cmp(y);
            common += usize::from(order.is_eq());
            if order.is_le() {
                a.next();
            }
            if order.is_ge() {
                b.next();
            }
        }
        (left.len() + right.len(), common)
    };
    if count == 0 { 0.0 } else { 2.0 * common as f64 / count as f64 }
}

/// Similarity after Jaro (1989) and Winkler (1990), from 0 to 1: prefix of up to four characters, scale 0.1.
#[must_use]
pub fn jaro_winkler(left: &str, right: &str) -> f64 {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left == right {
        return 1.0;
    }
    // The shorter text leads, so that the measure does not depend on the order of the two.
    let (left, right) =
        if (left.len(), &left) <= (right.len(), &right) { (left, right) } else { (right, left) };
    let window = (right.len() / 2).saturating_sub(1);
    let mut taken = vec![false; right.len()];
    let mut matched = Vec::new();
    for (at, a) in left.iter().enumerate() {
        let near = right
            .iter()
            .zip(taken.iter_mut())
            .enumerate()
            .skip(at.saturating_sub(window))
            .take(window + 1 + at.min(window));
        for (_, (b, taken)) in near {
            if !*taken && a == b {
                *taken = true;
                matched.push(*a);
                break;
            }
        }
    }
    if matched.is_empty() {
        return 0.0;
    }
    let other = right.iter().zip(&taken).filter(|(_, taken)| **taken).map(|(c, _)| c);
    let transposed = matched.iter().zip(other).filter(|(a, b)| a != b).count() / 2;
    let count = matched.len() as f64;
    let jaro =
        (count / left.len() as f64 + count / right.len() as f64 + (count - transposed as f64) / count) / 3.0;
    let prefix = left.iter().zip(&right).take(4).take_while(|(a, b)| a == b).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook matrix, to hold the quick one against.
    fn slow(left: &str, right: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let mut cost = (d[i - 1][j] + 1)
                        .min(d[i][j - 1] + 1)
                        .min(d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        cost = cost.min(d[i - 2][j - 2] + 1);
                    }
                    cost
                };
            }
        }
        d[a.len()][b.len()]
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert!(one_replaced("张伟明", "张为明", 3));
        assert!(!one_replaced("张伟", "张为", 3));
        assert!(rearranged("韦明华", "韦华明"));
        assert!(part_of("梓涵", "涵", 1));
        assert!((jaro_winkler("张伟明", "张为明") - 0.8).abs() < 0.01);
        assert!((jaro_winkler("MARTHA", "MARHTA") - 0.961).abs() < 0.001);
    }

    proptest! {
        #[test]
        fn edits_agree_with_the_textbook(left in "[ab韦伟]{0,7}", right in "[ab韦伟]{0,7}", most in 0_usize..4) {
            prop_assert_eq!(within_edits(&left, &right, most), slow(&left, &right) <= most);
        }

        #[test]
        fn digests_rule_out_nothing_that_holds(left in "[ab0-9韦伟]{0,7}", right in "[ab0-9韦伟]{0,7}", most in 0_usize..4) {
            let (a, b) = (Digest::of(&left), Digest::of(&right));
            prop_assert!(!within_edits(&left, &right, most) || a.may_be_within(b, most));
            prop_assert!(!one_replaced(&left, &right, 1) || a.may_be_within(b, 1));
            prop_assert!(!rearranged(&left, &right) || a.may_be_rearranged(b));
            prop_assert!(!part_of(&left, &right, 1) || a.may_be_part(b));
        }

        #[test]
        fn every_measure_is_symmetric(left in "[abc韦伟]{0,8}", right in "[abc韦伟]{0,8}") {
            prop_assert_eq!(jaro_winkler(&left, &right), jaro_winkler(&right, &left));
            prop_assert_eq!(common_pairs(&left, &right), common_pairs(&right, &left));
            prop_assert_eq!(one_replaced(&left, &right, 1), one_replaced(&right, &left, 1));
            prop_assert_eq!(rearranged(&left, &right), rearranged(&right, &left));
            prop_assert_eq!(part_of(&left, &right, 1), part_of(&right, &left, 1));
            prop_assert_eq!(within_edits(&left, &right, 2), within_edits(&right, &left, 2));
        }
    }
}
