//! `cargo xtask bench`: builds what is measured, fetches the rivals, and hands over to the bench program.
//!
//! Owns the preparations alone. What is measured and how lies in `tests/src/bench`, beside the rig it is measured with.

use std::fs;

use anyhow::Result;

use crate::build;
use crate::shop::{Package, Program, Root, Steps, need};
use crate::test::{fetch_node, fetch_npm};

/// The benches that open pages; the others need neither a browser nor the player.
const IN_BROWSER: &[&str] = &["firstframe", "embed", "p2p"];
/// The bench whose rival runs in node.
const IN_NODE: &str = "tracker";

/// `cargo xtask bench [NAME…]`.
///
/// # Errors
/// When something is missing that may not be installed, does not build, or a bench fails.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    let wants = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let browses = IN_BROWSER.iter().any(|name| wants(name));
    let mut steps = Steps::new(if browses { 4 } else { 3 });
    steps.step("look for the rivals and the tools", || {
        need(&[
            Package::program("ffmpeg", "ffmpeg"),
            Package::program("/usr/sbin/nginx", "nginx-light"),
            Package::program("wrk", "wrk"),
        ])?;
        if wants(IN_NODE) {
            need(&[Package::program("npm", "npm")])?;
            fetch_node(root)?;
        }
        if browses { fetch_browsers(root) } else { Ok(()) }
    })?;
    if browses {
        steps.step("build the player and the pages", || build::build(root, build::Options::default()))?;
    }
    // Together, since apart they would be built with other features of their dependencies, and so twice.
    steps.step("build the server and the benches", || {
        Program::cargo()
            .args(["build", "--release", "--locked", "-p", "backend", "-p", "tests"])
            .args(["--bin", "shoal", "--bin", "bench", "--bin", "seed"])
            .within(root.path())
            .run()
    })?;
    steps.step("measure", || Program::new(root.target("release/bench")).args(words).within(root.path()).run())
}

fn fetch_browsers(root: &Root) -> Result<()> {
    need(&[
        Package::program("chromium", "chromium"),
        Package::program("chromedriver", "chromium-driver"),
        Package::program("npm", "npm"),
    ])?;
    fetch_npm(root)?;
    pack_rivals(root)
}

/// The rival's scripts, compressed as ours are: a comparison of players must not become one of servers.
fn pack_rivals(root: &Root) -> Result<()> {
    let folder = root.target("npm/rivals");
    fs::create_dir_all(&folder)?;
    for (package, script) in [
        ("hls.js", "hls.min.js"),
        ("hls.js", "hls.light.min.js"),
        ("p2p-media-loader-core", "p2p-media-loader-core.es.min.js"),
        ("p2p-media-loader-hlsjs", "p2p-media-loader-hlsjs.es.min.js"),
    ] {
        fs::copy(
            root.target("npm/node_modules").join(package).join("dist").join(script),
            folder.join(script),
        )?;
    }
    build::compress(&folder, &root.target("npm/compressed"))
}
