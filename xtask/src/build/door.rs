//! The door of the build: options, what makes a build stale, and the order of its steps.
//!
//! Owns the stamp. Never writes into `target/www` itself. The surprise is that a build with nothing changed starts
//! no other program at all: the stamp is enough.

use std::fs;

use anyhow::{Context, Result, bail};

use super::{bundle, package, sizes, toolchain, wasm};
use crate::shop::{Fingerprint, Root, Steps};

/// What is built and how.
#[derive(Clone, Copy, Default)]
pub struct Options {
    /// Unoptimised and uncompressed, for quick turns while writing pages.
    pub dev: bool,
    /// Build even if nothing changed.
    pub force: bool,
}

/// `cargo xtask build`.
///
/// # Errors
/// When a word is unknown or the build fails.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    let mut options = Options::default();
    for word in words {
        match word.as_str() {
            "--dev" => options.dev = true,
            "--release" => options.dev = false,
            "--force" => options.force = true,
            other => bail!("`build` does not know `{other}`"),
        }
    }
    build(root, options)
}

/// Brings `target/www` up to date.
///
/// # Errors
/// When a part does not compile, a page names an asset that is not there, or a size is over its budget.
pub fn build(root: &Root, options: Options) -> Result<()> {
    let stamp_file = root.target("xtask/build.stamp");
    let stamp = stamp(root, options)?;
    let is_fresh = fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp);
    if is_fresh && !options.force && root.target("www/index.html").is_file() {
        tell!("      target/www is up to date");
        return Ok(());
    }

    let mut steps = Steps::inside(5);
    let toolchain = steps.step("find a compiler for the browser", || toolchain::find(root))?;
    let built =
        steps.step("compile player and pages to wasm", || wasm::compile(root, &toolchain, options))?;
    let bound = steps.step("write their JavaScript side", || wasm::bind(root, &built, options))?;
    let pages = steps.step("lay out and compress target/www", || bundle::lay_out(root, &bound, options))?;
    package::lay_out(root, &root.target("player-package"))?;
    steps.step("weigh what a visitor downloads", || sizes::weigh(root, &pages, options))?;

    fs::create_dir_all(root.target("xtask"))?;
    fs::write(&stamp_file, stamp).with_context(|| format!("could not write {}", stamp_file.display()))
}

/// Everything the result depends on.
fn stamp(root: &Root, options: Options) -> Result<String> {
    let inputs = [
        "Cargo.toml",
        "Cargo.lock",
        ".cargo/config.toml",
        "shared",
        "player",
        "frontend",
        "www",
        "xtask/src/build",
        "xtask/budgets.toml",
    ];
    let mut print = Fingerprint::default()
        .text(if options.dev { "dev" } else { "release" })
        .text(&std::env::var(toolchain::CHOICE_VARIABLE).unwrap_or_default());
    for input in inputs {
        print = print.tree(&root.join(input))?;
    }
    Ok(print.finish())
}
