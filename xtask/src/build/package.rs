//! The player as npm takes packages, laid out from what was built.
//!
//! Owns which files belong to it: the element, and whatever that names, and what those name. Nothing is published.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use super::refer::names_in;
use crate::shop::Root;

/// Beside the scripts, as they are in the sources: what people and compilers read.
const BESIDE: &[(&str, &str)] = &[
    ("player/package/shoal-player.d.ts", "player/shoal-player.d.ts"),
    ("player/package/README.md", "README.md"),
    ("player/LICENSE-MIT", "LICENSE-MIT"),
    ("player/LICENSE-APACHE", "LICENSE-APACHE"),
];

/// Fills `folder` anew; how many files it has.
///
/// # Errors
/// When a file cannot be read or written, or a script names a file that is not there.
pub fn lay_out(root: &Root, folder: &Path) -> Result<usize> {
    let www = root.target("www");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut waiting = vec!["player/shoal-player.js".to_owned()];
    let mut files = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let bytes = copy(&www.join(&name), &folder.join(&name))?;
        if name.ends_with(".js") {
            let text = String::from_utf8(bytes).with_context(|| format!("{name} is no text"))?;
            // One of them names what lies beside it.
            let named = names_in(&text).into_iter().map(|name| format!("assets/{name}"));
            let parts = named.chain(snippets(&text).map(|name| format!("assets/{name}")));
            waiting.extend(parts.filter(|part| *part != name && !files.contains(part)));
        }
        files.insert(name);
    }
    for (from, to) in BESIDE {
        copy(&root.join(from), &folder.join(to))?;
    }
    let manifest = manifest(&root.join("Cargo.toml"))?;
    fs::write(folder.join("package.json"), format!("{manifest:#}\n"))?;
    Ok(files.len() + BESIDE.len() + 1)
}

fn copy(from: &Path, to: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(from).with_context(|| format!("could not read {}", from.display()))?;
    fs::create_dir_all(to.parent().context("a file lies in no folder")?)?;
    fs::write(to, &bytes).with_context(|| format!("could not write {}", to.display()))?;
    Ok(bytes)
}

/// Scripts that Rust code brought along, as bindgen's script names them.
fn snippets(text: &str) -> impl Iterator<Item = &str> {
    text.split("'./")
        .skip(1)
        .filter_map(|found| found.split('\'').next())
        .filter(|name| name.starts_with("snippets/"))
}

fn manifest(workspace: &Path) -> Result<serde_json::Value> {
    let workspace: toml::Table = fs::read_to_string(workspace)?.parse()?;
    let version = workspace.get("workspace").and_then(|table| table.get("package"));
    let version = version.and_then(|table| table.get("version")).and_then(toml::Value::as_str);
    Ok(json!({
        "name": "shoal-player",
        "version": version.context("no version in Cargo.toml")?,
        "description": "A video player that carries what it shows to others: HLS, MediaSource, WebRTC, in Rust.",
        "license": "MIT OR Apache-2.0",
        "type": "module",
        "exports": {
            ".": { "types": "./player/shoal-player.d.ts", "default": "./player/shoal-player.js" },
            "./package.json": "./package.json",
        },
        "types": "./player/shoal-player.d.ts",
        // What is imported makes an element known: no bundler may leave it out.
        "sideEffects": ["./player/shoal-player.js"],
        "files": ["player", "assets", "LICENSE-MIT", "LICENSE-APACHE"],
        "keywords": ["video", "player", "hls", "webrtc", "peertube", "activitypub", "custom-element"],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_has_all_that_its_scripts_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::at(folder.path());
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("Cargo.toml", "[workspace.package]\nversion = \"1.2.3\"\n");
        for (from, _) in BESIDE {
            write(from, "words");
        }
        write(
            "target/www/player/shoal-player.js",
            "import(at(\"../assets/glue-1.js\")); fetch(at(\"../assets/code-1.wasm\"))",
        );
        write("target/www/assets/glue-1.js", "import { a } from './snippets/player-2/a.js';");
        write("target/www/assets/snippets/player-2/a.js", "export const a = 1;");
        write("target/www/assets/code-1.wasm", "code");
        let package = root.target("player-package");
        assert_eq!(lay_out(&root, &package).unwrap(), 9);
        for name in ["assets/glue-1.js", "assets/code-1.wasm", "assets/snippets/player-2/a.js", "README.md"] {
            assert!(package.join(name).is_file(), "{name}");
        }
        let manifest: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(package.join("package.json")).unwrap()).unwrap();
        assert_eq!(manifest["version"], "1.2.3");
        assert!(package.join(manifest["exports"]["."]["types"].as_str().unwrap()).is_file());
    }
}
