//! `cargo xtask dist`: one program with everything inside.
//!
//! Owns the choice of profile and feature, and the proof: the program is started where nothing else is, and asked for
//! its pages. The surprise is that the pages are built first: it holds whatever `target/www` holds.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::build;
use crate::run::{Server, fetch};
use crate::shop::{Program, Root, Steps};

/// How a module for the browser begins (WebAssembly core specification §5.5.16).
const WASM_BEGINNING: &[u8] = b"\0asm";

/// `cargo xtask dist`.
///
/// # Errors
/// When a part does not build, or the program does not hand out its pages.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("`dist` does not know `{word}`");
    }
    let mut steps = Steps::new(3);
    steps.step("build the player and the pages", || build::build(root, build::Options::default()))?;
    steps.step("build the server around them", || {
        Program::cargo()
            .args(["build", "--profile", "dist", "--locked", "-p", "backend", "--features", "embedded"])
            .env("SHOAL_BUILD_WWW", root.target("www"))
            .within(root.path())
            .run()
    })?;
    let program = root.target("dist/shoal");
    let version = Program::new(&program).arg("--version").read()?;
    let files = steps.step("start it where nothing else is, and look at its pages", || try_out(&program))?;
    let bytes =
        fs::metadata(&program).with_context(|| format!("could not look at {}", program.display()))?.len();
    say!(
        "{}: {version}, {}.{} MB, with {files} files that its pages and the player name",
        program.display(),
        bytes / 1_000_000,
        bytes % 1_000_000 / 100_000
    );
    Ok(())
}

/// Runs it in an empty folder, without variables; how many files its pages and the player need, all of them there.
fn try_out(program: &Path) -> Result<usize> {
    let place = tempfile::tempdir()?;
    let server = Program::new(program)
        .args(["serve", "--data", "data", "--listen", "127.0.0.1:0"])
        .without_any_env()
        .within(place.path());
    let server = Server::of(server).context("the program")?;
    let looked = look(&server.told().address);
    server.stop()?;
    looked
}

fn look(address: &str) -> Result<usize> {
    fetch(address, "/api/v1/config")?;
    let mut wanted = Vec::new();
    for path in ["/", "/player/shoal-player.js"] {
        let text = String::from_utf8(fetch(address, path)?)?;
        let named: Vec<String> = build::names_in(&text).into_iter().map(str::to_owned).collect();
        ensure!(!named.is_empty(), "{path} names no file: it is not the built one");
        wanted.extend(named);
    }
    wanted.sort();
    wanted.dedup();
    for name in &wanted {
        let bytes = fetch(address, &format!("/assets/{name}"))?;
        let is_wasm = name.ends_with(".wasm");
        ensure!(!is_wasm || bytes.starts_with(WASM_BEGINNING), "{name} holds something else");
    }
    ensure!(wanted.iter().any(|name| name.ends_with(".wasm")), "the pages name no wasm");
    Ok(wanted.len())
}
