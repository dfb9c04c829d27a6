//! The door of `test`: every step, none of which stops the others, and the line that sums them up.
//!
//! Owns the order: what is quick comes first. Everything native is built in release, in one set of packages, so that what
//! the server is made of is compiled once for unit tests, stories and people alike.

use anyhow::{Result, bail};

use super::count::Count;
use super::needs::{fetch_clients, fetch_media, fetch_node, fetch_npm, fetch_programs, fetch_python};
use super::watched::{SILENCE_DURATION_MAX, run};
use crate::shop::{Program, Root, Steps, seconds};
use crate::{build, tidy};

/// `cargo xtask test [FILTER]`: with a filter, only the tests whose names hold it.
///
/// # Errors
/// When anything failed, or nothing ran.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    let filter = match words {
        [] => None,
        [filter] => Some(filter.as_str()),
        _ => bail!("`test` takes one filter at most"),
    };
    let mut steps = Steps::new(if filter.is_some() { 4 } else { 8 });
    let count = match filter {
        Some(filter) => some(root, &mut steps, filter),
        None => all(root, &mut steps),
    };

    tell!("\n  step by step");
    for (what, took) in steps.timings() {
        tell!("  {:>12}  {what}", seconds(*took));
    }
    tell!("  {:>12}  in all\n", seconds(steps.elapsed()));
    say!("{} passed, {} failed", count.passed, count.failed);
    match count {
        Count { passed: 0, failed: 0 } => bail!("no test ran"),
        Count { failed: 0, .. } => Ok(()),
        Count { failed, .. } => bail!("{failed} failed"),
    }
}

/// `cargo xtask fetch`: for running single tests with cargo itself.
///
/// # Errors
/// When something cannot be installed or fetched.
pub fn fetch(root: &Root, words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("`fetch` does not know `{word}`");
    }
    Steps::new(1).step("fetch what the tests need", || prepare(root))
}

fn all(root: &Root, steps: &mut Steps) -> Count {
    let checks = [
        check(steps, "fetch what the tests need", || prepare(root)),
        check(steps, "is it formatted?", || cargo(root).args(["fmt", "--all", "--check"]).run()),
        check(steps, "is the house tidy?", || tidy::command(root, &[])),
        check(steps, "does clippy agree?", || {
            cargo(root)
                .args([
                    "clippy",
                    "--release",
                    "--locked",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ])
                .run()
        }),
        check(steps, "build the player and the pages", || build::build(root, build::Options::default())),
        check(steps, "build the server and the tests", || build_server(root)),
    ];
    let tests = tests(steps, "unit tests, stories and browsers", lanes(root));
    let workshop = vec![vec![workshop_tests(root, None)]];
    let workshop = self::tests(steps, "the workshop's own tests", workshop);
    checks.into_iter().fold(tests.plus(workshop), Count::plus)
}

/// Preparations count only when they fail: a filter that finds nothing must not look like success.
fn some(root: &Root, steps: &mut Steps, filter: &str) -> Count {
    let ready = check(steps, "fetch and build what the tests need", || {
        prepare(root)?;
        build::build(root, build::Options::default())?;
        build_server(root)
    });
    let product = vec![vec![product_tests(root, Some(filter))]];
    let product = tests(steps, "unit tests, stories and browsers", product);
    let workshop = vec![vec![workshop_tests(root, Some(filter))]];
    let workshop = tests(steps, "the workshop's own tests", workshop);
    Count { passed: 0, failed: ready.failed }.plus(product).plus(workshop)
}

fn prepare(root: &Root) -> Result<()> {
    fetch_programs()?;
    fetch_media(root)?;
    fetch_npm(root)?;
    fetch_python(root)?;
    fetch_clients(root)?;
    fetch_node(root)
}

/// The server is compiled three times over: as it is, with its own tests, and with those of its stories, and the pages
/// twice. Optimising them each time would cost more than all tests together; what they are made of stays optimised.
const AS_WRITTEN: [&str; 6] = [
    "--config",
    "profile.release.package.backend.opt-level=0",
    "--config",
    "profile.release.package.frontend.opt-level=0",
    "--config",
    "profile.release.package.tests.opt-level=0",
];

/// With the tests themselves: alone it would be built with fewer features of its dependencies, and so twice.
fn build_server(root: &Root) -> Result<()> {
    product_tests(root, None).arg("--no-run").run()
}

fn product_tests(root: &Root, filter: Option<&str>) -> Program {
    cargo(root)
        .args(["test", "--release", "--locked", "--workspace", "--exclude", "xtask", "--no-fail-fast"])
        .args(AS_WRITTEN)
        .args(filter)
}

/// Half of what a test does is waiting, for pages, for encoders, for deadlines: two programs at once take little more than
/// one. Browsers are a third of it all: with them go the neighbours and the fuzzer, so that both lanes are as long.
fn lanes(root: &Root) -> Vec<Vec<Program>> {
    let of = |what: &[&str]| product_tests(root, None).args(what);
    vec![vec![of(&BROWSERS), of(&NEIGHBOURS), of(&DOCUMENTS)], vec![of(&STORIES), of(&REST)]]
}

const BROWSERS: [&str; 2] = ["--test", "browser*"];
const NEIGHBOURS: [&str; 4] = ["--test", "federation_*", "--test", "schema*"];
const DOCUMENTS: [&str; 1] = ["--doc"];
/// These wait the most, each for a server of its own.
const STORIES: [&str; 4] = ["--test", "stories", "--", "--test-threads=4"];
/// All that is named otherwise.
const REST: [&str; 10] =
    ["--lib", "--bins", "--test", "[!bfs]*", "--test", "f[!e]*", "--test", "federation", "--test", "s[!ct]*"];

/// Built as it runs already, in the development profile: bindgen twice would be minutes for nothing.
fn workshop_tests(root: &Root, filter: Option<&str>) -> Program {
    cargo(root).args(["test", "--locked", "-p", "xtask"]).args(filter)
}

fn cargo(root: &Root) -> Program {
    Program::cargo().within(root.path())
}

fn check(steps: &mut Steps, what: &str, work: impl FnOnce() -> Result<()>) -> Count {
    let done = steps.step(what, work);
    if let Err(error) = &done {
        tell!("      FAILED: {error:#}");
    }
    Count::of_check(done.is_ok())
}

fn tests(steps: &mut Steps, what: &str, lanes: Vec<Vec<Program>>) -> Count {
    match steps.step(what, || run(lanes, SILENCE_DURATION_MAX)) {
        Ok(count) => count,
        Err(error) => {
            tell!("      FAILED: {error:#}");
            Count::of_check(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_test_program_is_in_one_lane() {
        let root = Root::find().unwrap();
        for folder in ["tests/tests", "backend/tests", "shared/tests", "player/core/tests", "frontend/tests"]
        {
            let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
            for entry in entries {
                let name = entry.unwrap().file_name().into_string().unwrap();
                let name = name.trim_end_matches(".rs");
                // What the patterns above take.
                let is_neighbour = name.starts_with("federation_") || name.starts_with("schema");
                let lanes = [name.starts_with("browser"), is_neighbour, name == "stories"];
                let rest = match name.as_bytes() {
                    [b'b', ..] | [b's', b'c' | b't', ..] => false,
                    [b'f', b'e', ..] => name == "federation",
                    _ => true,
                };
                assert_eq!(
                    lanes.into_iter().chain([rest]).filter(|is_in| *is_in).count(),
                    1,
                    "{folder}: {name}"
                );
            }
        }
    }
}
