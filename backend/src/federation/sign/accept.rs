//! `Accept-Signature` (RFC 9421 §5): what another server wants signed.
//!
//! Owns whether we can do it. What we cannot sign or do not understand makes the wish as good as none.

use http::{HeaderMap, Method};
use sfv::{BareItem, Dictionary, InnerList, ListEntry, Parser};

use super::headers::{joined, text};
use super::key::Algorithm;

/// Wishes in one answer.
const WISHES_MAX: usize = 8;
/// Components of one wish.
const COMPONENTS_MAX: usize = 32;
/// What we can sign of any request we make.
const OURS: &[&str] = &[
    "@method",
    "@target-uri",
    "@authority",
    "@scheme",
    "@path",
    "@query",
    "@request-target",
    "date",
    "host",
];
/// What we can sign besides where there is a body.
const OURS_WITH_BODY: &[&str] = &["content-digest", "content-type"];

/// A wish that we can grant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    /// What to call the signature.
    pub label: String,
    /// What to sign, in order. What we always sign is not missing.
    pub components: Vec<String>,
    /// To be said back.
    pub nonce: Option<String>,
    /// To be said back.
    pub tag: Option<String>,
    /// Whether an end of its validity is wanted.
    pub expires: bool,
}

/// The first wish of an answer that a request with that method can be signed by. `has_body` tells whether it has one.
#[must_use]
pub fn wanted(headers: &HeaderMap, method: &Method, has_body: bool) -> Option<Accepted> {
    let value = joined(headers, "accept-signature")?;
    let wishes: Dictionary = Parser::new(text(&value, "accept-signature").ok()?).parse().ok()?;
    wishes.into_iter().take(WISHES_MAX).find_map(|(label, wish)| {
        let ListEntry::InnerList(wish) = wish else { return None };
        grant(label.as_str(), &wish, method, has_body)
    })
}

fn grant(label: &str, wish: &InnerList, method: &Method, has_body: bool) -> Option<Accepted> {
    let is_ours = |name: &str| OURS.contains(&name) || (has_body && OURS_WITH_BODY.contains(&name));
    let mut components = Vec::new();
    for item in wish.items.iter().take(COMPONENTS_MAX + 1) {
        let name = item.bare_item.as_string()?.as_str();
        let is_new = !components.iter().any(|earlier| earlier == name);
        (item.params.is_empty() && is_ours(name) && is_new).then(|| components.push(name.to_owned()))?;
    }
    let is_bodiless = *method == Method::GET || *method == Method::HEAD;
    for name in ["@method", "@target-uri"].into_iter().chain((!is_bodiless).then_some("content-digest")) {
        if !components.iter().any(|found| found == name) {
            components.push(name.to_owned());
        }
    }
    let word = |name: &str| match wish.params.get(name) {
        None => Some(None),
        Some(value) => value.as_string().map(|word| Some(word.as_str().to_owned())),
    };
    let algorithm = word("alg")?;
    let is_our_way =
        algorithm.is_none_or(|name| Algorithm::from_registry(&name) == Some(Algorithm::RsaV15Sha256));
    // A wish for a certain key is one for a key of theirs.
    let is_grantable = components.len() <= COMPONENTS_MAX && is_our_way && !wish.params.contains_key("keyid");
    is_grantable.then_some(())?;
    let expires = wish.params.get("expires").is_some_and(|value| *value == BareItem::Boolean(true));
    Some(Accepted { label: label.to_owned(), components, nonce: word("nonce")?, tag: word("tag")?, expires })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn check(value: &str) -> Option<Accepted> {
        let mut headers = HeaderMap::new();
        headers.insert("accept-signature", HeaderValue::from_str(value).unwrap());
        wanted(&headers, &Method::POST, true)
    }

    #[test]
    fn a_wish_is_read_with_its_parameters() {
        let found = check(
            r#"sig1=("@method" "@target-uri" "@authority" "content-digest" "date");created;tag="app-123";nonce="n""#,
        )
        .unwrap();
        assert_eq!(found.label, "sig1");
        assert_eq!(found.components, ["@method", "@target-uri", "@authority", "content-digest", "date"]);
        assert_eq!((found.tag.as_deref(), found.nonce.as_deref()), (Some("app-123"), Some("n")));
        assert!(!found.expires);
    }

    #[test]
    fn what_we_always_sign_is_added() {
        let found = check(r#"a=("@path");expires"#).unwrap();
        assert_eq!(found.components, ["@path", "@method", "@target-uri", "content-digest"]);
        assert!(found.expires);
    }

    #[test]
    fn the_first_wish_that_can_be_granted_is() {
        let found = check(r#"a=("cookie"), b=("@status"), c=("@method");alg="ed25519", d=("date")"#).unwrap();
        assert_eq!(found.label, "d");
    }

    #[test]
    fn what_we_cannot_sign_is_no_wish() {
        let many = format!("a=({})", (0..99).map(|n| format!("\"h{n}\" ")).collect::<String>());
        for odd in [
            "",
            "a",
            "a=1",
            "a=(1)",
            r#"a=("date";sf)"#,
            r#"a=("date" "date")"#,
            r#"a=("x")"#,
            "((",
            &many,
            r#"a=("date");keyid="k""#,
            r#"a=("date");nonce=1"#,
            r#"a=("date");alg="hmac-sha256""#,
        ] {
            assert_eq!(check(odd), None, "{odd}");
        }
    }
}
