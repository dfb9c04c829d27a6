//! A Rust file as the rules see it: where its modules are, and every path it names.
//!
//! Owns the reading of tokens; comments and strings are gone before a rule looks. Never resolves names as the
//! compiler does: a path is made absolute by `crate`, `self` and `super` alone, which is all our walls need, since
//! whatever crosses one has to be named once in a `use` or in full.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// From `crate` where it began with `crate`, `self` or `super`; else as written.
    pub segments: Vec<String>,
    /// From 1.
    pub line: usize,
    /// Inside `#[cfg(test)]` or a file of tests.
    pub in_test: bool,
}

/// A global.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Static {
    /// The words of its type.
    pub type_words: Vec<String>,
    /// `static mut`.
    pub is_mut: bool,
    /// From 1.
    pub line: usize,
}

/// One file.
pub struct Source {
    /// Path inside the checkout.
    pub file: String,
    /// Folder of its package's sources, such as `backend/src`; empty for files outside any `src`.
    pub package: String,
    /// Modules from the package's root down to this file.
    pub module: Vec<String>,
    /// Every path of two segments or more, and every `use`.
    pub named: Vec<Named>,
    /// Every `static` item.
    pub statics: Vec<Static>,
    /// Keywords of the items at the top of the file.
    pub items: Vec<(String, usize)>,
}

impl Source {
    /// Reads a file's tokens.
    ///
    /// # Errors
    /// When the text is no Rust.
    pub fn parse(file: &str, text: &str) -> Result<Source, String> {
        let tokens: TokenStream =
            text.parse().map_err(|error| format!("is not Rust we can read: {error}"))?;
        let (package, module) = place(file);
        let mut reader = Reader { named: Vec::new(), statics: Vec::new() };
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let is_tests = module.last().is_some_and(|last| last == "tests" || last.ends_with("_tests"))
            || file.contains("/tests/");
        reader.read(&trees, &module, is_tests);
        let items = items(&trees);
        Ok(Source {
            file: file.to_owned(),
            package,
            module,
            named: reader.named,
            statics: reader.statics,
            items,
        })
    }

    /// The uppermost module it lies in; empty for the root.
    pub fn room(&self) -> &str {
        self.module.first().map_or("", String::as_str)
    }
}

/// `backend/src/http/video.rs` → `backend/src` and `http`, `video`.
fn place(file: &str) -> (String, Vec<String>) {
    let Some((package, inside)) = file.rsplit_once("/src/") else {
        return (String::new(), Vec::new());
    };
    let mut module: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    let is_door = matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main"));
    if is_door {
        module.pop();
    }
    (format!("{package}/src"), module)
}

const ITEM_WORDS: &[&str] = &[
    "const",
    "enum",
    "fn",
    "impl",
    "macro_rules",
    "mod",
    "static",
    "struct",
    "trait",
    "type",
    "union",
    "use",
];

fn items(trees: &[TokenTree]) -> Vec<(String, usize)> {
    let words = trees.iter().filter_map(|tree| match tree {
        TokenTree::Ident(word) => Some((word.to_string(), word.span().start().line)),
        TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    });
    words.filter(|(word, _)| ITEM_WORDS.contains(&word.as_str())).collect()
}

struct Reader {
    named: Vec<Named>,
    statics: Vec<Static>,
}

impl Reader {
    fn read(&mut self, trees: &[TokenTree], module: &[String], in_test: bool) {
        let mut rest = trees;
        let mut test_ahead = false;
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match first {
                TokenTree::Punct(mark) if mark.as_char() == '#' => {
                    if let Some((TokenTree::Group(attribute), after)) = rest.split_first() {
                        test_ahead |= is_cfg_test(attribute);
                        self.read_group(attribute, module, in_test);
                        rest = after;
                    }
                }
                TokenTree::Punct(mark) if mark.as_char() == '\'' => rest = rest.get(1..).unwrap_or_default(),
                TokenTree::Punct(mark) if mark.as_char() == ';' => test_ahead = false,
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                TokenTree::Group(group) => {
                    self.read_group(group, module, in_test || test_ahead);
                    if group.delimiter() == Delimiter::Brace {
                        test_ahead = false;
                    }
                }
                TokenTree::Ident(word) if word == "mod" => {
                    if let [TokenTree::Ident(name), TokenTree::Group(body), after @ ..] = rest {
                        let mut inner = module.to_vec();
                        inner.push(name.to_string());
                        let trees: Vec<TokenTree> = body.stream().into_iter().collect();
                        self.read(&trees, &inner, in_test || test_ahead);
                        test_ahead = false;
                        rest = after;
                    }
                }
                TokenTree::Ident(word) if word == "use" => {
                    let end = rest.iter().position(|tree| is_mark(tree, ';')).unwrap_or(rest.len());
                    let (tree, after) = rest.split_at(end);
                    self.read_use(tree, &[], module, in_test || test_ahead);
                    rest = after;
                }
                TokenTree::Ident(word) => {
                    if word == "static" {
                        self.statics.extend(read_static(rest, word.span().start().line));
                    }
                    let (segments, after) = path_from(word.to_string(), rest);
                    if 1 < segments.len() {
                        self.name(segments, word.span().start().line, module, in_test || test_ahead);
                    }
                    rest = after;
                }
            }
        }
    }

    fn read_group(&mut self, group: &Group, module: &[String], in_test: bool) {
        let trees: Vec<TokenTree> = group.stream().into_iter().collect();
        self.read(&trees, module, in_test);
    }

    /// One branch of a `use` tree.
    fn read_use(&mut self, trees: &[TokenTree], before: &[String], module: &[String], in_test: bool) {
        let mut segments = before.to_vec();
        let mut line = 0;
        for tree in trees {
            match tree {
                TokenTree::Ident(word) if word == "as" => break,
                TokenTree::Ident(word) => {
                    line = word.span().start().line;
                    segments.push(word.to_string());
                }
                TokenTree::Group(group) => {
                    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                    for branch in inner.split(|tree| is_mark(tree, ',')) {
                        self.read_use(branch, &segments, module, in_test);
                    }
                    return;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        if !segments.is_empty() {
            self.name(segments, line, module, in_test);
        }
    }

    fn name(&mut self, segments: Vec<String>, line: usize, module: &[String], in_test: bool) {
        self.named.push(Named { segments: absolute(segments, module), line, in_test });
    }
}

fn absolute(segments: Vec<String>, module: &[String]) -> Vec<String> {
    let first = segments.first().map_or("", String::as_str);
    if first != "self" && first != "super" {
        return segments;
    }
    let ups = segments.iter().filter(|segment| *segment == "super").count();
    let kept = module.get(..module.len().saturating_sub(ups)).unwrap_or_default();
    let down = segments.iter().filter(|segment| *segment != "super" && *segment != "self");
    std::iter::once("crate".to_owned()).chain(kept.iter().cloned()).chain(down.cloned()).collect()
}

/// `a` and `:: b :: c ( … )` → `a::b::c`.
fn path_from(first: String, mut rest: &[TokenTree]) -> (Vec<String>, &[TokenTree]) {
    let mut segments = vec![first];
    while let [colon, second, TokenTree::Ident(word), after @ ..] = rest {
        if !is_mark(colon, ':') || !is_mark(second, ':') {
            break;
        }
        segments.push(word.to_string());
        rest = after;
    }
    (segments, rest)
}

/// What follows the word `static` where an item begins; none for closures and the like.
fn read_static(rest: &[TokenTree], line: usize) -> Option<Static> {
    let is_mut = matches!(rest.first(), Some(TokenTree::Ident(word)) if word == "mut");
    let rest = rest.get(usize::from(is_mut)..)?;
    let [TokenTree::Ident(_), colon, after @ ..] = rest else {
        return None;
    };
    if !is_mark(colon, ':') {
        return None;
    }
    let until = after.iter().take_while(|tree| !is_mark(tree, '=') && !is_mark(tree, ';'));
    let type_words = until.flat_map(|tree| words_of(tree.clone())).collect();
    Some(Static { type_words, is_mut, line })
}

fn words_of(tree: TokenTree) -> Vec<String> {
    match tree {
        TokenTree::Ident(word) => vec![word.to_string()],
        TokenTree::Group(group) => group.stream().into_iter().flat_map(words_of).collect(),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    }
}

fn is_cfg_test(attribute: &Group) -> bool {
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    text == "cfg(test)"
}

fn is_mark(tree: &TokenTree, wanted: char) -> bool {
    matches!(tree, TokenTree::Punct(mark) if mark.as_char() == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(file: &str, text: &str) -> Vec<String> {
        let source = Source::parse(file, text).unwrap();
        source.named.iter().map(|named| named.segments.join("::")).collect()
    }

    #[test]
    fn a_tree_of_uses_is_every_path_in_it() {
        assert_eq!(
            paths("backend/src/http/video.rs", "use crate::{store::{Read, write::Write as W}, files};"),
            ["crate::store::Read", "crate::store::write::Write", "crate::files"]
        );
    }

    #[test]
    fn super_and_self_are_counted_from_where_they_stand() {
        let text = "use super::page; mod inner { use super::super::super::store::Read; use self::x::Y; }";
        assert_eq!(
            paths("backend/src/http/video.rs", text),
            ["crate::http::page", "crate::store::Read", "crate::http::video::inner::x::Y"]
        );
    }

    #[test]
    fn paths_in_code_and_macros_count_and_words_in_strings_do_not() {
        let text = r#"fn f() { vec![sled::open("tokio::x")]; /* warp::y */ } "#;
        assert_eq!(paths("backend/src/store/open.rs", text), ["sled::open"]);
    }

    #[test]
    fn what_stands_in_tests_is_marked() {
        let text = "use a::b; #[cfg(test)] mod tests { use c::d; } use e::f;";
        let source = Source::parse("backend/src/x.rs", text).unwrap();
        let marks: Vec<bool> = source.named.iter().map(|named| named.in_test).collect();
        assert_eq!(marks, [false, true, false]);
    }

    #[test]
    fn a_lifetime_is_no_global() {
        let text = "static A: Mutex<u8> = x; fn f(a: &'static str) {} static mut B: u8 = 0;";
        let source = Source::parse("backend/src/x.rs", text).unwrap();
        let found: Vec<bool> = source.statics.iter().map(|item| item.is_mut).collect();
        assert_eq!(found, [false, true]);
        assert!(source.statics[0].type_words.contains(&"Mutex".to_owned()));
    }
}
