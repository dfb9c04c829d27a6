//! `cargo xtask dist`: one program with everything inside.
//!
//! Owns the choice of profile and feature. The surprise is that the pages are built first: the program holds whatever
//! `target/www` holds.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::shop::{Program, Root, Steps};

/// `cargo xtask dist`.
///
/// # Errors
/// When a part does not build, or the program cannot say its version.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("`dist` does not know `{word}`");
    }
    let mut steps = Steps::new(3);
    steps.step("build the player and the pages", || build::build(root, build::Options::default()))?;
    steps.step("build the server around them", || {
        Program::cargo()
            .args(["build", "--profile", "dist", "--locked", "-p", "backend", "--features", "embedded"])
            .env("SHOAL_EMBED_DIR", root.target("www"))
            .within(root.path())
            .run()
    })?;
    let program = root.target("dist/shoal");
    let version = steps.step("ask it for its version", || Program::new(&program).arg("--version").read())?;
    let bytes =
        fs::metadata(&program).with_context(|| format!("could not look at {}", program.display()))?.len();
    println!("{}: {version}, {}.{} MB", program.display(), bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    Ok(())
}
