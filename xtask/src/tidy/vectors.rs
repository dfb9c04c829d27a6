//! Every vector says where it comes from.
//!
//! Owns the rule: each folder below `tests/vectors` that holds files is named, in backticks, in SOURCES.md.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Result;

use super::finding::Finding;
use crate::shop::Root;

const FOLDER: &str = "tests/vectors/";
const SOURCES: &str = "tests/vectors/SOURCES.md";
/// Letters beside the folder's name; a word is no source.
const SOURCE_LETTERS_MIN: usize = 20;

/// Every folder without a source, and every source without a folder.
///
/// # Errors
/// Never today; reading is forgiving.
pub fn check(root: &Root, files: &[String]) -> Result<Vec<Finding>> {
    let told = fs::read_to_string(root.join(SOURCES)).unwrap_or_default();
    Ok(judge(&told, files))
}

fn judge(told: &str, files: &[String]) -> Vec<Finding> {
    let inside = files.iter().filter_map(|file| file.strip_prefix(FOLDER));
    let folders: BTreeSet<&str> =
        inside.filter_map(|file| file.rsplit_once('/')).map(|(folder, _)| folder).collect();
    let missing = folders.iter().filter(|folder| !is_told(told, folder));
    let missing =
        missing.map(|folder| Finding::of(SOURCES, format!("does not say where `{folder}/` comes from")));
    let stale = told_folders(told).into_iter().filter(|folder| !folders.contains(folder));
    let stale = stale.map(|folder| Finding::of(SOURCES, format!("names `{folder}/`, which holds no files")));
    missing.chain(stale).collect()
}

fn is_told(told: &str, folder: &str) -> bool {
    let name = format!("`{folder}/`");
    told.lines().any(|line| {
        line.contains(&name)
            && SOURCE_LETTERS_MIN
                <= line.replace(&name, "").chars().filter(|letter| letter.is_alphanumeric()).count()
    })
}

/// What stands in backticks and ends with a slash.
fn told_folders(told: &str) -> Vec<&str> {
    let lines = told.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    lines.filter_map(|word| word.strip_suffix('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| format!("{FOLDER}{name}")).collect()
    }

    #[test]
    fn a_folder_without_a_source_is_caught() {
        let found =
            judge("- `hls/`: captured from PeerTube 6.3 with curl", &files(&["hls/a.m3u8", "peer/x.bin"]));
        assert_eq!(found.len(), 1);
        assert!(found[0].what.contains("`peer/`"));
    }

    #[test]
    fn a_bare_name_is_no_source() {
        assert_eq!(judge("- `hls/`: theirs", &files(&["hls/a.m3u8"])).len(), 1);
    }

    #[test]
    fn a_source_whose_folder_is_gone_is_caught() {
        assert_eq!(judge("- `old/`: captured from PeerTube 6.3 with curl", &files(&["SOURCES.md"])).len(), 1);
    }
}
