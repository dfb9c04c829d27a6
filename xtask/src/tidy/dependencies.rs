//! Every dependency has its reason in ARCHITECTURE.md, and none is listed that nobody uses.
//!
//! Owns what counts as a reason: a line that begins with the name in backticks and goes on for some words.

use std::fs;

use anyhow::{Context, Result};

use super::finding::Finding;
use crate::shop::Root;

/// Letters beside the name; "good" is not a reason.
const REASON_LETTERS_MIN: usize = 20;
const ROOM: &str = "ARCHITECTURE.md";

/// Every name without a reason, and every name nobody uses.
///
/// # Errors
/// When `Cargo.toml` cannot be read.
pub fn check(root: &Root) -> Result<Vec<Finding>> {
    let manifest = read_table(root, "Cargo.toml")?;
    let told = fs::read_to_string(root.join(ROOM)).unwrap_or_default();
    let names = foreign(&manifest);
    let mut findings: Vec<Finding> = names
        .iter()
        .filter(|name| !has_reason(&told, name))
        .map(|name| Finding::of(ROOM, format!("gives no reason for the dependency `{name}`")))
        .collect();

    let mut used = Vec::new();
    for member in members(&manifest) {
        used.extend(dependencies_of(&read_table(root, &format!("{member}/Cargo.toml"))?));
    }
    let unused = names.iter().filter(|name| !used.contains(name));
    findings.extend(
        unused.map(|name| Finding::of("Cargo.toml", format!("lists `{name}`, which no package uses"))),
    );
    Ok(findings)
}

fn read_table(root: &Root, name: &str) -> Result<toml::Table> {
    let text = fs::read_to_string(root.join(name)).with_context(|| format!("could not read {name}"))?;
    text.parse().with_context(|| format!("{name} is no TOML"))
}

/// Names under `[workspace.dependencies]` that are not ours.
fn foreign(manifest: &toml::Table) -> Vec<String> {
    let table =
        manifest.get("workspace").and_then(|table| table.get("dependencies")).and_then(|it| it.as_table());
    let is_ours = |value: &toml::Value| value.get("path").is_some();
    table.into_iter().flatten().filter(|(_, value)| !is_ours(value)).map(|(name, _)| name.clone()).collect()
}

fn members(manifest: &toml::Table) -> Vec<&str> {
    let list = manifest.get("workspace").and_then(|table| table.get("members")).and_then(|it| it.as_array());
    list.into_iter().flatten().filter_map(toml::Value::as_str).collect()
}

fn dependencies_of(manifest: &toml::Table) -> Vec<String> {
    let mut names = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            names.extend(table.keys().cloned());
        } else {
            // `[target.….dependencies]` lies deeper.
            names.extend(dependencies_of(table));
        }
    }
    names
}

fn has_reason(told: &str, name: &str) -> bool {
    let quoted = format!("`{name}`");
    told.lines().any(|line| {
        let line = line.trim_start_matches(['|', '-', '*', ' ']);
        let Some((names, reason)) = split_names(line) else { return false };
        names.contains(&quoted)
            && REASON_LETTERS_MIN <= reason.chars().filter(|letter| letter.is_alphanumeric()).count()
    })
}

/// "`a`, `b` | because" → "`a`, `b`" and "because": several may share a reason.
fn split_names(line: &str) -> Option<(&str, &str)> {
    let mut end = 0;
    while let Some(after) = line.get(end..)?.strip_prefix('`') {
        end += after.find('`')? + 2;
        let gap = line.get(end..)?;
        let next = gap.trim_start_matches([' ', ',', '·']);
        if !next.starts_with('`') {
            break;
        }
        end += gap.len() - next.len();
    }
    (0 < end).then(|| line.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_some_words_after_the_name() {
        let told = "| `sled` | the embedded store the project is built on |\n- `a`, `b`: both halves of the same wire format\n- `c`";
        let known = |name: &str| has_reason(told, name);
        assert!(known("sled") && known("a") && known("b"));
        assert!(!known("c") && !known("d"));
    }

    #[test]
    fn a_name_inside_somebody_elses_reason_does_not_count() {
        assert!(!has_reason("- `hyper` is what `warp` stands on, and we too", "warp"));
    }

    #[test]
    fn a_dependency_that_nobody_uses_or_explains_is_caught() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        write(
            "Cargo.toml",
            "[workspace]\nmembers = ['a']\n[workspace.dependencies]\nx = '1'\ny = '1'\nours = { path = 'o' }",
        );
        write("a/Cargo.toml", "[target.'cfg(unix)'.dependencies]\nx.workspace = true");
        write(ROOM, "- `x` does what we would otherwise write ourselves");
        let found = check(&Root::at(folder.path())).unwrap();
        assert_eq!(found.len(), 2, "{found:?}");
    }
}
