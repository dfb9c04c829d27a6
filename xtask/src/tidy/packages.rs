//! The walls between packages, as `cargo metadata` tells them.

use anyhow::{Context, Result};
use serde_json::Value;

use super::finding::Finding;
use crate::shop::{Program, Root};

/// One of our packages and what it depends on, tests of it left out.
pub struct Package {
    /// As cargo calls it.
    pub name: String,
    /// Names of what it is built from.
    pub dependencies: Vec<String>,
}

/// What a package never depends on.
const NEVER: &[(&str, &[&str])] = &[
    ("player-core", &["tokio", "web-sys", "js-sys", "wasm-bindgen", "warp", "sled", "rand", "getrandom"]),
    ("player", &["tokio", "warp", "sled", "yew", "backend", "frontend"]),
    ("frontend", &["tokio", "warp", "sled", "player", "player-core", "backend"]),
    ("backend", &["web-sys", "js-sys", "wasm-bindgen", "yew", "gloo", "player", "frontend"]),
];
/// What a package depends on at most. `schemars` is behind a feature of `shared` that the backend alone asks for.
const AT_MOST: &[(&str, &[&str])] = &[("shared", &["serde", "serde_json", "md-5", "sha1", "schemars"])];
/// Packages nobody depends on.
const NEVER_USED: &[&str] = &["tests", "xtask"];
/// Packages the workshop could name, and does not: it must build when they do not.
const OURS: &[&str] = &["shared", "player-core", "player", "frontend", "backend", "tests"];

/// Asks cargo.
///
/// # Errors
/// When cargo cannot tell.
pub fn read(root: &Root) -> Result<Vec<Package>> {
    let told = Program::cargo()
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .within(root.path())
        .read()
        .context("tidy asks cargo who depends on whom")?;
    let told: Value = serde_json::from_str(&told)?;
    parse(&told).context("cargo metadata has a shape we do not know")
}

fn parse(told: &Value) -> Option<Vec<Package>> {
    let mut packages = Vec::new();
    for package in told.get("packages")?.as_array()? {
        let mut dependencies = Vec::new();
        for dependency in package.get("dependencies")?.as_array()? {
            let is_for_tests = dependency.get("kind")?.as_str() == Some("dev");
            if !is_for_tests {
                dependencies.push(dependency.get("name")?.as_str()?.to_owned());
            }
        }
        packages.push(Package { name: package.get("name")?.as_str()?.to_owned(), dependencies });
    }
    Some(packages)
}

/// Every wall that is climbed.
pub fn check(packages: &[Package]) -> Vec<Finding> {
    packages.iter().flat_map(check_one).collect()
}

fn check_one(package: &Package) -> Vec<Finding> {
    let name = package.name.as_str();
    let row =
        |table: &'static [(&str, &[&str])]| table.iter().find(|(of, _)| *of == name).map(|(_, list)| *list);
    let never = row(NEVER).unwrap_or_default();
    let at_most = row(AT_MOST);
    let breaks = |dependency: &&String| {
        let dependency = dependency.as_str();
        never.contains(&dependency)
            || NEVER_USED.contains(&dependency)
            || at_most.is_some_and(|list| !list.contains(&dependency))
            || (name == "xtask" && OURS.contains(&dependency))
    };
    let found = package.dependencies.iter().filter(breaks);
    found
        .map(|other| Finding::of("Cargo.toml", format!("package `{name}` may not depend on `{other}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, dependency: &str) -> usize {
        check(&[Package { name: name.to_owned(), dependencies: vec![dependency.to_owned()] }]).len()
    }

    #[test]
    fn each_wall_holds() {
        for (name, dependency) in [
            ("shared", "tokio"),
            ("player-core", "web-sys"),
            ("frontend", "player"),
            ("backend", "yew"),
            ("backend", "tests"),
            ("xtask", "shared"),
        ] {
            assert_eq!(said(name, dependency), 1, "{name} -> {dependency}");
        }
    }

    #[test]
    fn what_is_allowed_passes() {
        for (name, dependency) in [("shared", "serde"), ("player", "player-core"), ("backend", "player-core")]
        {
            assert_eq!(said(name, dependency), 0, "{name} -> {dependency}");
        }
    }
}
