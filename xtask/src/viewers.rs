//! `cargo xtask viewers`: builds the native viewers and hands over to them. What they do lies in `tests/src/rig/viewer`.

use anyhow::Result;

use crate::shop::{Program, Root};

/// `cargo xtask viewers --url URL [WORDS]`.
///
/// # Errors
/// When they do not build, or one does not see the film.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    // With the server beside it, as the tests are built, so that its dependencies are not built twice.
    Program::cargo()
        .args(["build", "--release", "--locked", "-p", "backend", "-p", "tests", "--bin", "viewers"])
        .within(root.path())
        .run()?;
    Program::new(root.target("release/viewers")).args(words).within(root.path()).run()
}
