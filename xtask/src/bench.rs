//! `cargo xtask bench`: builds what is measured, fetches the rivals, and hands over to the bench program.
//!
//! Owns the preparations alone. What is measured and how lies in `tests/src/bench`, beside the rig it is measured with.

use std::fs;

use anyhow::Result;

use crate::build;
use crate::shop::{Package, Program, Root, Steps, need};
use crate::test::{fetch_media, fetch_node, fetch_npm};

/// `cargo xtask bench [NAME…]`.
///
/// # Errors
/// When something is missing that may not be installed, does not build, or a bench fails.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    let mut steps = Steps::new(5);
    steps.step("look for the rivals and the tools", || {
        need(&[
            Package::program("ffmpeg", "ffmpeg"),
            Package::program("/usr/sbin/nginx", "nginx-light"),
            Package::program("wrk", "wrk"),
            Package::program("chromium", "chromium"),
            Package::program("chromedriver", "chromium-driver"),
            Package::program("npm", "npm"),
        ])?;
        fetch_media(root)?;
        fetch_npm(root)?;
        fetch_node(root)?;
        pack_rivals(root)
    })?;
    steps.step("build the player and the pages", || build::build(root, build::Options::default()))?;
    steps.step("build the server", || {
        Program::cargo().args(["build", "--release", "--locked", "-p", "backend"]).within(root.path()).run()
    })?;
    steps.step("build the benches", || {
        Program::cargo()
            .args(["build", "--release", "--locked", "-p", "tests", "--bin", "bench", "--bin", "seed"])
            .within(root.path())
            .run()
    })?;
    steps.step("measure", || Program::new(root.target("release/bench")).args(words).within(root.path()).run())
}

/// The rival's scripts, compressed as ours are: a comparison of players must not become one of servers.
fn pack_rivals(root: &Root) -> Result<()> {
    let folder = root.target("npm/rivals");
    fs::create_dir_all(&folder)?;
    for script in ["hls.min.js", "hls.light.min.js"] {
        fs::copy(root.target("npm/node_modules/hls.js/dist").join(script), folder.join(script))?;
    }
    build::compress(&folder, &root.target("npm/compressed"))
}
