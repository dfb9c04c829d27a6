//! Every vector says where it comes from.
//!
//! Owns the rule: each file below `tests/vectors` is named in backticks in the first cell of a row of SOURCES.md, by
//! itself, with `{a,b}` or `*` for several, or by its folder with a slash at the end; and the row goes on to say more.

use std::fs;

use super::finding::Finding;
use crate::shop::Root;

const FOLDER: &str = "tests/vectors/";
const SOURCES: &str = "tests/vectors/SOURCES.md";
/// Letters in the other cells; a word is no source.
const SOURCE_LETTERS_MIN: usize = 20;

/// Every file without a source, and every source without a file.
pub fn check(root: &Root, files: &[String]) -> Vec<Finding> {
    judge(&fs::read_to_string(root.join(SOURCES)).unwrap_or_default(), files)
}

fn judge(told: &str, files: &[String]) -> Vec<Finding> {
    let vectors: Vec<&str> =
        files.iter().filter(|file| *file != SOURCES).filter_map(|file| file.strip_prefix(FOLDER)).collect();
    let names = told_names(told);
    let missing = vectors.iter().filter(|vector| !names.iter().any(|name| covers(name, vector)));
    let missing =
        missing.map(|vector| Finding::of(SOURCES, format!("does not say where `{vector}` comes from")));
    let stale = names.iter().filter(|name| !vectors.iter().any(|vector| covers(name, vector)));
    let stale = stale.map(|name| Finding::of(SOURCES, format!("names `{name}`, and there is no such file")));
    missing.chain(stale).collect()
}

fn covers(name: &str, vector: &str) -> bool {
    match name.split_once('*') {
        // A star stands for letters of one name, not for folders.
        Some((before, after)) => vector
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after))
            .is_some_and(|between| !between.contains('/')),
        None => vector == name || (name.ends_with('/') && vector.starts_with(name)),
    }
}

/// Names in first cells whose rows say enough.
fn told_names(told: &str) -> Vec<String> {
    let mut names = Vec::new();
    for row in told.lines().filter_map(|line| line.strip_prefix('|')) {
        let Some((first, rest)) = row.split_once('|') else { continue };
        if SOURCE_LETTERS_MIN <= rest.chars().filter(|letter| letter.is_alphanumeric()).count() {
            names.extend(first.split('`').skip(1).step_by(2).flat_map(expand));
        }
    }
    names
}

/// `a-{1,2}.x` → `a-1.x`, `a-2.x`.
fn expand(name: &str) -> Vec<String> {
    let braced = name.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match braced {
        Some((before, (choices, after))) => choices
            .split(',')
            .flat_map(|choice| expand(&format!("{before}{}{after}", choice.trim())))
            .collect(),
        None => vec![name.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "| files | software and version |\n| --- | --- |\n\
        | `hls/a-{1,2}.m3u8`, `peer/` | PeerTube 6.3.0 captured with curl from `/static/` |\n| `x.bin` | theirs |";

    fn said(names: &[&str]) -> Vec<String> {
        let files: Vec<String> = names.iter().map(|name| format!("{FOLDER}{name}")).collect();
        judge(TOLD, &files).iter().map(|finding| finding.what.clone()).collect()
    }

    #[test]
    fn a_row_covers_its_files_and_its_folders() {
        assert!(said(&["SOURCES.md", "hls/a-1.m3u8", "hls/a-2.m3u8", "peer/deep/x.bin"]).is_empty());
    }

    #[test]
    fn a_star_stands_for_letters_of_one_name() {
        assert!(covers("rest/6.3-*.json", "rest/6.3-me.json"));
        assert!(!covers("rest/*.json", "rest/deep/me.json") && !covers("rest/*.json", "rest/me.m3u8"));
    }

    #[test]
    fn a_file_without_a_source_is_caught() {
        let found = said(&["hls/a-1.m3u8", "hls/a-2.m3u8", "peer/x", "hls/b.m3u8"]);
        assert_eq!(found, ["does not say where `hls/b.m3u8` comes from"]);
    }

    #[test]
    fn a_bare_word_is_no_source() {
        let found = said(&["hls/a-1.m3u8", "hls/a-2.m3u8", "peer/x", "x.bin"]);
        assert_eq!(found, ["does not say where `x.bin` comes from"]);
    }

    #[test]
    fn a_source_whose_file_is_gone_is_caught() {
        assert_eq!(said(&["hls/a-1.m3u8", "peer/x"]), ["names `hls/a-2.m3u8`, and there is no such file"]);
    }
}
