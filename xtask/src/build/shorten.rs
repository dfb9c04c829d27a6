//! Short names between script and wasm, and a script without what only people read.
//!
//! Owns both sides of the names, so that they cannot part. Bindgen names each import after the function and a digest;
//! hundreds of digests do not compress, and both files carry them. Never changes what the script does.

use std::collections::BTreeMap;

use walrus::Module;

/// Bindgen's long name → ours.
pub type Renamed = BTreeMap<String, String>;

/// Renames what the wasm imports from its script.
pub fn imports(module: &mut Module) -> Renamed {
    let mut renamed = Renamed::new();
    for import in module.imports.iter_mut().filter(|import| import.name.starts_with("__wb")) {
        let count = renamed.len();
        let short = renamed.entry(import.name.clone()).or_insert_with(|| short_name(count));
        import.name.clone_from(short);
    }
    renamed
}

/// The script with those names, without comments and indentation.
pub fn script(text: &str, renamed: &Renamed) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_comment = false;
    for line in text.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if is_comment {
            is_comment = !line.ends_with("*/");
            continue;
        }
        if !line.is_empty() && !line.starts_with("//") {
            rename(line, renamed, &mut out);
            out.push('\n');
        }
    }
    out
}

fn rename(line: &str, renamed: &Renamed, out: &mut String) {
    let mut rest = line;
    while !rest.is_empty() {
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
        let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(renamed.get(word).map_or(word, String::as_str));
        let next = after.find(is_word).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        out.push_str(between);
        rest = after;
    }
}

/// `a`, `b`, … `z`, `ba`, `bb`, …: keys of one object, so that words of the language may be among them.
fn short_name(mut count: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + u8::try_from(count % 26).unwrap_or(0));
        count /= 26;
        if count == 0 {
            break;
        }
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_agree_on_the_names() {
        let mut module = Module::default();
        let ty = module.types.add(&[], &[]);
        for name in ["__wbg_play_0123456789abcdef", "__wbg_stop_fedcba9876543210", "other"] {
            module.add_import_func("./player_bg.js", name, ty);
        }
        let renamed = imports(&mut module);
        let names: Vec<&str> = module.imports.iter().map(|import| import.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "other"]);
        let text = "const imports = {\n    __wbg_stop_fedcba9876543210: function() {},\n};\n";
        assert_eq!(script(text, &renamed), "const imports = {\nb: function() {},\n};\n");
    }

    #[test]
    fn only_whole_words_are_names() {
        let renamed = Renamed::from([("__wbg_a".to_owned(), "x".to_owned())]);
        assert_eq!(script("f(__wbg_a, __wbg_ab, '__wbg_a')", &renamed), "f(x, __wbg_ab, 'x')\n");
    }

    #[test]
    fn comments_of_their_own_lines_go_and_all_else_stays() {
        let text =
            "/**\n * What it does.\n */\nlet a = 1; // one\n  // two\n/* three */\n\nlet b = 'http://x/*';\n";
        assert_eq!(script(text, &Renamed::new()), "let a = 1; // one\nlet b = 'http://x/*';\n");
    }

    #[test]
    fn no_two_short_names_are_the_same() {
        let names: std::collections::BTreeSet<String> = (0..2000).map(short_name).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!((short_name(0), short_name(25), short_name(26)), ("a".into(), "z".into(), "ba".into()));
    }
}
