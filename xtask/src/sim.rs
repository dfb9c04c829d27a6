//! `cargo xtask sim`: builds the simulator and hands over to it. What it does lies in `tests/src/sim`.

use anyhow::Result;

use crate::shop::{Program, Root};

/// `cargo xtask sim [WORDS]`.
///
/// # Errors
/// When the simulator does not build, or a run breaks a rule.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    // With the server beside it, as the tests are built, so that its dependencies are not built twice.
    Program::cargo()
        .args(["build", "--release", "--locked", "-p", "backend", "-p", "tests", "--bin", "sim"])
        .within(root.path())
        .run()?;
    Program::new(root.target("release/sim")).args(words).within(root.path()).run()
}
