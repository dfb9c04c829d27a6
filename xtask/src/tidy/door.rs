//! The door of tidy: gathers the checkout's files once and hands them to each rule.
//!
//! Owns which files are ours: what git tracks or would track. Never changes a file.

use std::fs;

use anyhow::{Context, Result, bail};

use super::finding::Finding;
use super::source::Source;
use super::{dependencies, packages, rooms, shape, vectors, words};
use crate::build::Budgets;
use crate::shop::{Program, Root};

/// `cargo xtask tidy`.
///
/// # Errors
/// When a rule is broken; each break is printed first.
pub fn command(root: &Root, words: &[String]) -> Result<()> {
    if let Some(word) = words.first() {
        bail!("`tidy` does not know `{word}`");
    }
    let findings = run(root)?;
    for finding in &findings {
        say!("{finding}");
    }
    match findings.len() {
        0 => {
            tell!("tidy: the house is in order");
            Ok(())
        }
        count => bail!("tidy found {count} broken rules"),
    }
}

/// Every broken rule, in order of file.
///
/// # Errors
/// When the checkout cannot be read.
fn run(root: &Root) -> Result<Vec<Finding>> {
    let names = our_files(root)?;
    let mut findings = Vec::new();
    findings.extend(packages::check(&packages::read(root)?));
    findings.extend(dependencies::check(root)?);
    findings.extend(vectors::check(root, &names));
    if let Err(error) = Budgets::read(root) {
        findings.push(Finding::of("xtask/budgets.toml", format!("{error:#}")));
    }
    for name in &names {
        let Ok(text) = fs::read_to_string(root.join(name)) else {
            continue; // Pictures and the like.
        };
        findings.extend(words::check(name, &text));
        if name.ends_with(".rs") {
            findings.extend(shape::check_head(name, &text));
            match Source::parse(name, &text) {
                Ok(source) => {
                    findings.extend(rooms::check(&source));
                    findings.extend(shape::check_source(&source));
                }
                Err(why) => findings.push(Finding::of(name, why)),
            }
        }
    }
    findings.sort();
    Ok(findings)
}

fn our_files(root: &Root) -> Result<Vec<String>> {
    let listed = Program::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .within(root.path())
        .read()
        .context("tidy asks git which files are ours")?;
    Ok(listed.lines().filter(|name| root.join(name).is_file()).map(str::to_owned).collect())
}
