//! `cargo xtask dist`: one program with everything inside, and the player as a package for npm.
//!
//! Owns the choice of profile and feature, and the proof: the program is started where nothing else is, and asked for
//! its pages; and it is started beside itself with the pages in a folder, and must answer the same. The surprise is that
//! the pages are built first: it holds whatever `target/www` holds.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::build;
use crate::run::{Seen, Server, ask, fetch};
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
    let mut steps = Steps::new(5);
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
    let answers =
        steps.step("compare what it holds with the files themselves", || compare(root, &program))?;
    let package = root.target("dist/npm/shoal-player");
    let packed = steps.step("pack the player for npm", || build::pack(root, &package))?;
    say!("{}: {packed} files, for `npm pack` or `npm publish`", package.display());
    let bytes =
        fs::metadata(&program).with_context(|| format!("could not look at {}", program.display()))?.len();
    say!(
        "{}: {version}, {}.{} MB, with {files} files that its pages and the player name; {answers} answers are those of \
         the files themselves",
        program.display(),
        bytes / 1_000_000,
        bytes % 1_000_000 / 100_000
    );
    Ok(())
}

/// Runs it in an empty folder, without variables; how many files its pages and the player need, all of them there.
fn try_out(program: &Path) -> Result<usize> {
    let place = tempfile::tempdir()?;
    let server = Server::of(alone(program, place.path(), "127.0.0.1:0")).context("the program")?;
    let looked = look(&server.told().address);
    server.stop()?;
    looked
}

fn alone(program: &Path, place: &Path, listen: &str) -> Program {
    Program::new(program)
        .args(["serve", "--data", "data", "--listen", listen])
        .without_any_env()
        .within(place)
}

/// Pages and files that are no files of the build by these names.
const MADE: &[&str] = &[
    "/",
    "/login",
    "/about",
    "/videos/embed/no-such-video",
    "/manifest.webmanifest",
    "/robots.txt",
    "/favicon.ico",
    "/index.html",
    "/assets/no-such-file.js",
];
/// What browsers send, and programs.
const ENCODINGS: &[&str] = &["gzip, deflate, br, zstd", "gzip", "identity"];
/// True of a moment or a process, not of a file.
const PASSING: &[&str] = &["date", "last-modified"];

/// Runs it twice, once with what it holds and once with the folder it was made of, and asks both the same: for every
/// file in every encoding, again with the tag of the first answer, and for a part of it. How many answers were the same.
fn compare(root: &Root, program: &Path) -> Result<usize> {
    let (here, there) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let (holder, reader) = (free_address()?, free_address()?);
    // Pages name the instance: under one name they are the same to the letter, packed or not.
    let named = |place: &Path, listen: &str| {
        alone(program, place, listen).env("SHOAL_SERVER_URL", "https://release.example")
    };
    let holding = Server::of(named(here.path(), &holder)).context("the program")?;
    let www = root.target("www");
    let reading = Server::of(named(there.path(), &reader).env("SHOAL_WWW_DIR", &www));
    let compared = reading.context("the program beside its pages").and_then(|reading| {
        let compared = compare_all(&www, &format!("http://{holder}"), &format!("http://{reader}"));
        reading.stop()?;
        compared
    });
    holding.stop()?;
    compared
}

/// Told by the system, since what the server says of itself is its name.
fn free_address() -> Result<String> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.to_string())
}

fn compare_all(www: &Path, holding: &str, reading: &str) -> Result<usize> {
    let mut paths: Vec<String> = MADE.iter().map(|path| (*path).to_owned()).collect();
    list(www, "", &mut paths)?;
    let mut count = 0;
    for path in &paths {
        for encoding in ENCODINGS {
            let whole = same(holding, reading, path, &[("accept-encoding", encoding)])?;
            count += 1;
            let Some(tag) = whole.header("etag") else { continue };
            for more in [("if-none-match", tag), ("range", "bytes=0-9")] {
                same(holding, reading, path, &[("accept-encoding", encoding), more])?;
                count += 1;
            }
        }
    }
    Ok(count)
}

fn list(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn same(holding: &str, reading: &str, path: &str, headers: &[(&str, &str)]) -> Result<Seen> {
    let seen = [holding, reading].map(|address| {
        let mut answer = ask(address, path, headers)?;
        answer.headers.retain(|name, _| !PASSING.contains(&name.as_str()));
        anyhow::Ok(answer)
    });
    let [held, read] = seen;
    let (held, read) = (held?, read?);
    ensure!(
        (held.status, &held.headers) == (read.status, &read.headers),
        "{path} with {headers:?}: what is inside is answered with {} {:?}, the file itself with {} {:?}",
        held.status,
        held.headers,
        read.status,
        read.headers
    );
    ensure!(held.body == read.body, "{path} with {headers:?}: what is inside is not what the file holds");
    Ok(held)
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
