//! Names in pages and styles: finding `/assets/NAME` and putting the name with the digest in its place.
//!
//! Owns the rule for what counts as a reference; pure. A name that no asset has is an error, so that a page can never
//! ask for a file that is not there.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

/// What every reference begins with.
pub const PREFIX: &str = "/assets/";

/// Plain name → name with the digest.
pub type Names = BTreeMap<String, String>;

/// Replaces each `/assets/NAME` of `text`.
///
/// # Errors
/// When a name is not in `names`.
pub fn rewrite(text: &str, names: &Names, whose: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(PREFIX) {
        let (before, found) = rest.split_at(at + PREFIX.len());
        let end = found.find(|letter| !is_name_letter(letter)).unwrap_or(found.len());
        let (name, after) = found.split_at(end);
        out.push_str(before);
        match names.get(name) {
            Some(hashed) => out.push_str(hashed),
            None => bail!("{whose} names {PREFIX}{name}, and there is no such asset"),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Every name after `/assets/` in `text`, as it stands.
pub fn names_in(text: &str) -> Vec<&str> {
    text.split(PREFIX)
        .skip(1)
        .filter_map(|found| found.split(|letter| !is_name_letter(letter)).next())
        .collect()
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '/')
}

/// `app.js` and a digest → `app-0123abcd.js`.
pub fn with_digest(name: &str, digest: &str) -> String {
    let short: String = digest.chars().take(12).collect();
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{short}.{extension}"),
        None => format!("{name}-{short}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        [("app.js", "app-1.js"), ("app.css", "app-2.css")].map(|(a, b)| (a.to_owned(), b.to_owned())).into()
    }

    #[test]
    fn a_page_asks_for_the_names_with_digests() {
        let page = r#"<link href="/assets/app.css"><script>import x from '/assets/app.js';</script>"#;
        assert_eq!(
            rewrite(page, &names(), "index.html").unwrap(),
            r#"<link href="/assets/app-2.css"><script>import x from '/assets/app-1.js';</script>"#
        );
    }

    #[test]
    fn a_page_that_names_what_is_not_there_is_refused() {
        let error = rewrite("src=/assets/gone.js>", &names(), "index.html").unwrap_err();
        assert_eq!(error.to_string(), "index.html names /assets/gone.js, and there is no such asset");
    }

    #[test]
    fn names_are_found_in_any_quotes() {
        assert_eq!(names_in("url(/assets/a.woff2) '/assets/b.js' /assets/c"), ["a.woff2", "b.js", "c"]);
    }

    #[test]
    fn the_digest_stands_before_the_ending() {
        assert_eq!(with_digest("app_bg.wasm", "0123456789abcdef"), "app_bg-0123456789ab.wasm");
    }
}
