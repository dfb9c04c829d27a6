//! Stories in several parts, for stages that take long to set up.
//!
//! Owns the list of what failed: every part is told, so that one failure hides no other.

use anyhow::{Error, Result, ensure};

/// What failed so far.
#[derive(Default)]
pub struct Parts {
    failed: Vec<String>,
}

impl Parts {
    /// Takes how one part ended.
    pub fn note(&mut self, part: &str, told: Result<(), Error>) {
        match told {
            Ok(()) => println!("{part}: told"),
            Err(error) => {
                println!("{part}: FAILED: {error:#}");
                self.failed.push(format!("{part}: {error:#}"));
            }
        }
    }

    /// Ends the story.
    ///
    /// # Errors
    /// When a part failed; the sentence holds all of them.
    pub fn end(self) -> Result<()> {
        ensure!(
            self.failed.is_empty(),
            "{} of the parts failed:\n- {}",
            self.failed.len(),
            self.failed.join("\n- ")
        );
        Ok(())
    }
}
