//! The steps of a run: what each took, how it ended, and the closing line.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::counts::Counts;
use crate::program::{self, Counted};

struct Step {
    name: String,
    took: Duration,
    counts: Option<Counts>,
    failure: Option<String>,
}

pub struct Suite {
    begun: Instant,
    steps: Vec<Step>,
}

impl Suite {
    pub fn begin() -> Self {
        Self { begun: program::stopwatch(), steps: Vec::new() }
    }

    /// A step that is right or wrong; gives whether it was right.
    pub fn check(&mut self, name: &str, work: impl FnOnce() -> Result<()>) -> bool {
        self.step(name, || work().map(|()| None))
    }

    /// A step that runs tests; one that ran none has failed.
    pub fn tests(&mut self, name: &str, work: impl FnOnce() -> Result<Counted>) -> bool {
        self.step(name, || work().map(Some))
    }

    /// A step that cannot be taken because an earlier one failed.
    pub fn cannot(&mut self, name: &str, reason: &str) {
        self.check(name, || Err(anyhow!("not run: {reason}")));
    }

    /// Prints every step and, alone on the last line, how many tests passed and failed.
    ///
    /// A failed step that counted no failed test counts as one.
    pub fn close(self) -> ExitCode {
        println!("\n{}", "─".repeat(78));
        let mut total = Counts::default();
        for step in &self.steps {
            let counts = step.counts.unwrap_or_default();
            total = total.and(counts);
            if step.failure.is_some() && counts.failed == 0 {
                total.failed += 1;
            }
            let mark = if step.failure.is_none() { "ok    " } else { "FAILED" };
            let tests = step.counts.map_or(String::new(), |counts| format!("  {} tests", counts.ran()));
            println!("{mark} {:>7}  {}{tests}", seconds(step.took), step.name);
        }
        for step in &self.steps {
            if let Some(failure) = &step.failure {
                println!("\n{}: {failure}", step.name);
            }
        }
        println!("\nwhole run: {}", seconds(self.begun.elapsed()));
        let skipped = if total.skipped > 0 { format!(", {} skipped", total.skipped) } else { String::new() };
        println!("{} passed, {} failed{skipped}", total.passed, total.failed);
        if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<Option<Counted>>) -> bool {
        println!("\n── {name}");
        let begun = program::stopwatch();
        let outcome = work();
        let took = begun.elapsed();
        let (counts, failure) = match outcome {
            Err(error) => (None, Some(format!("{error:#}"))),
            Ok(None) => (None, None),
            Ok(Some(counted)) => (Some(counted.counts), verdict(&counted)),
        };
        match &failure {
            None => println!("── {name}: {}", seconds(took)),
            Some(reason) => println!("── {name}: FAILED after {}\n{reason}", seconds(took)),
        }
        let right = failure.is_none();
        self.steps.push(Step { name: name.to_owned(), took, counts, failure });
        right
    }
}

fn verdict(counted: &Counted) -> Option<String> {
    let counts = counted.counts;
    if counts.failed > 0 {
        Some(format!("{} of {} tests failed", counts.failed, counts.ran()))
    } else if counts.passed == 0 {
        Some("ran no test".to_owned())
    } else if !counted.succeeded {
        Some("the runner failed although no test did".to_owned())
    } else {
        None
    }
}

fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(60) {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} m {:02} s", time.as_secs() / 60, time.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::verdict;
    use crate::counts::Counts;
    use crate::program::Counted;

    fn of(passed: u64, failed: u64, succeeded: bool) -> Option<String> {
        verdict(&Counted { counts: Counts { passed, failed, skipped: 0 }, succeeded })
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        assert_eq!(of(3, 0, true), None);
        assert_eq!(of(0, 0, true).as_deref(), Some("ran no test"));
        assert_eq!(of(3, 1, false).as_deref(), Some("1 of 4 tests failed"));
        assert!(of(3, 0, false).is_some());
    }
}
