//! Counting what passed and failed, from the lines test programs end with.
//!
//! Owns the sums. The surprise is that a test program that dies prints no such line, so its end is counted by whoever
//! ran it.

/// How many passed and failed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Count {
    /// Tests and checks that held.
    pub passed: u64,
    /// Tests and checks that did not.
    pub failed: u64,
}

impl Count {
    /// One check.
    pub fn of_check(has_passed: bool) -> Count {
        if has_passed { Count { passed: 1, failed: 0 } } else { Count { passed: 0, failed: 1 } }
    }

    /// Adds what `line` says, if it is the last line of a test program.
    pub fn read(&mut self, line: &str) {
        let Some(rest) = line.trim().strip_prefix("test result: ") else { return };
        for part in rest.split([';', '.']) {
            let words: Vec<&str> = part.split_whitespace().collect();
            if let [number, word] = words.as_slice()
                && let Ok(number) = number.parse::<u64>()
            {
                match *word {
                    "passed" => self.passed += number,
                    "failed" => self.failed += number,
                    _ => {}
                }
            }
        }
    }

    /// Both together.
    pub fn plus(self, other: Count) -> Count {
        Count { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_programs_add_up() {
        let mut count = Count::default();
        for line in [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.23s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.20s",
        ] {
            count.read(line);
        }
        assert_eq!(count, Count { passed: 13, failed: 2 });
    }

    #[test]
    fn a_test_that_prints_about_results_counts_nothing() {
        let mut count = Count::default();
        count.read("it said: test result: ok. 3 passed; 0 failed");
        assert_eq!(count, Count::default());
    }
}
