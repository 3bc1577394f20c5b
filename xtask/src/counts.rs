//! Reads how many tests passed from the closing lines of the test runners.

/// Tests that ran, and those that were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }

    pub fn ran(self) -> u64 {
        self.passed + self.failed
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
pub fn cargo(line: &str) -> Option<Counts> {
    let rest = line.trim().strip_prefix("test result: ")?;
    let (_, rest) = rest.split_once(". ")?;
    Some(worded(rest.split("; ")))
}

/// `Summary [   4.451s] 68 tests run: 66 passed (1 slow), 2 failed, 3 skipped`
pub fn nextest(line: &str) -> Option<Counts> {
    let rest = line.trim().strip_prefix("Summary [")?;
    let (_, rest) = rest.split_once(" run: ")?;
    Some(worded(rest.split(", ")))
}

/// `Tests  1 failed | 11 passed (12)`
pub fn vitest(line: &str) -> Option<Counts> {
    let rest = line.trim().strip_prefix("Tests ")?;
    let (rest, _) = rest.split_once('(')?;
    Some(worded(rest.split('|')))
}

/// `ℹ pass 5`, one line for each number; a cancelled test counts as failed.
pub fn node(line: &str) -> Option<Counts> {
    let mut words = line.trim().strip_prefix(['ℹ', '#'])?.split_whitespace();
    let (word, number) = (words.next()?, words.next()?.parse().ok()?);
    match word {
        "pass" => Some(Counts { passed: number, ..Counts::default() }),
        "fail" | "cancelled" => Some(Counts { failed: number, ..Counts::default() }),
        "skipped" | "todo" => Some(Counts { skipped: number, ..Counts::default() }),
        _ => None,
    }
}

/// `three: ran 10 tests: 9 passed, 1 failed`
pub fn open311(line: &str) -> Option<Counts> {
    let rest = line.trim().strip_prefix("three: ran ")?;
    let (_, rest) = rest.split_once(" tests: ")?;
    Some(worded(rest.split(", ")))
}

fn worded<'a>(parts: impl Iterator<Item = &'a str>) -> Counts {
    let mut counts = Counts::default();
    for part in parts {
        let mut words = part.split_whitespace();
        let (Some(Ok(number)), Some(word)) = (words.next().map(str::parse::<u64>), words.next()) else {
            continue;
        };
        match word {
            "passed" => counts.passed += number,
            "failed" => counts.failed += number,
            "ignored" | "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{Counts, cargo, nextest, node, open311, vitest};

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts { passed, failed, skipped })
    }

    #[test]
    fn cargo_closes_each_binary_with_a_line() {
        let line = "test result: FAILED. 11 passed; 2 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.1s";
        assert_eq!(cargo(line), counts(11, 2, 1));
        assert_eq!(cargo("test a_rule_holds ... ok"), None);
    }

    #[test]
    fn nextest_closes_with_a_summary() {
        let line = "     Summary [   4.451s] 68 tests run: 65 passed (1 slow), 3 failed, 2 skipped";
        assert_eq!(nextest(line), counts(65, 3, 2));
        assert_eq!(nextest("        PASS [   0.007s] platform a_rule"), None);
    }

    #[test]
    fn the_client_of_open311_closes_with_a_line() {
        assert_eq!(open311("three: ran 11 tests: 9 passed, 2 failed"), counts(9, 2, 0));
        assert_eq!(open311("Ran 11 tests in 0.5s"), None);
    }

    #[test]
    fn vitest_closes_with_files_and_then_tests() {
        assert_eq!(vitest(" Test Files  2 passed (2)"), None);
        assert_eq!(vitest("      Tests  1 failed | 11 passed | 2 skipped (14)"), counts(11, 1, 2));
    }

    #[test]
    fn node_gives_each_number_a_line_and_a_cancelled_test_failed() {
        assert_eq!(node("ℹ tests 7"), None);
        assert_eq!(node("ℹ pass 5"), counts(5, 0, 0));
        assert_eq!(node("ℹ fail 1"), counts(0, 1, 0));
        assert_eq!(node("ℹ cancelled 1"), counts(0, 1, 0));
        assert_eq!(node("# pass 5"), counts(5, 0, 0));
        assert_eq!(node("ℹ duration_ms 12.5"), None);
    }
}
