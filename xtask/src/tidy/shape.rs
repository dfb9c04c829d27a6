//! The shape of a file: it begins by saying what it owns, and a folder's door holds no logic.

use super::finding::Finding;
use super::source::Source;

/// Words that begin an item with logic or shapes of its own.
const LOGIC: &[&str] =
    &["const", "enum", "fn", "impl", "macro_rules", "static", "struct", "trait", "type", "union"];

/// Whether the file begins with its head. Unit tests in a file of their own belong to the room beside them.
pub fn check_head(file: &str, text: &str) -> Option<Finding> {
    let holds_unit_tests = file.ends_with("/tests.rs") || file.ends_with("_tests.rs");
    let is_source = (file.contains("/src/") && !holds_unit_tests) || file.starts_with("tests/tests/");
    let has_head = text.starts_with("//!");
    (is_source && !has_head).then(|| Finding::at(file, 1, "begins without saying what it owns (`//! …`)"))
}

/// Whether a `mod.rs` is only a door.
pub fn check_source(source: &Source) -> Vec<Finding> {
    if !source.file.ends_with("/mod.rs") {
        return Vec::new();
    }
    let logic = source.items.iter().filter(|(word, _)| LOGIC.contains(&word.as_str()));
    logic
        .map(|(word, line)| {
            Finding::at(
                &source.file,
                *line,
                format!("a door holds `mod` and `pub use` alone, and this is a `{word}`"),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_with_logic_is_caught() {
        let door = Source::parse("backend/src/http/mod.rs", "//! Doors.\nmod video;\nfn f() {}").unwrap();
        assert_eq!(check_source(&door).len(), 1);
        let door =
            Source::parse("backend/src/http/mod.rs", "//! Doors.\nmod video;\npub use video::show;").unwrap();
        assert!(check_source(&door).is_empty());
    }

    #[test]
    fn a_file_without_a_head_is_caught() {
        assert!(check_head("backend/src/app.rs", "use a::b;").is_some());
        assert!(check_head("backend/src/app.rs", "//! Owns a.\nuse a::b;").is_none());
    }
}
