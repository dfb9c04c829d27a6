//! What a request is to: the parts that RFC 9421 §2.2 derives from its first line.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::request::Request;

/// What stays as it is in a part of a query (URL Standard, `application/x-www-form-urlencoded percent-encode set`).
const QUERY_PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// The host with its port, unless the scheme says it: lower-case (RFC 9421 §2.2.3).
pub(super) fn authority(scheme: &str, authority: &str) -> String {
    let default = if scheme == "https" { ":443" } else { ":80" };
    authority.strip_suffix(default).unwrap_or(authority).to_ascii_lowercase()
}

/// Path and query.
pub(super) fn path_and_query(path: &str, query: Option<&str>) -> String {
    let path = if path.is_empty() { "/" } else { path };
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

/// The value of a component whose name begins with `@`. `None` for one that requests have not.
pub(super) fn derived(request: &Request<'_>, name: &str) -> Option<String> {
    let host = || authority(request.scheme, request.authority);
    match name {
        "@method" => Some(request.method.as_str().to_owned()),
        "@scheme" => Some(request.scheme.to_ascii_lowercase()),
        "@authority" => Some(host()),
        "@path" => Some(path_and_query(request.path, None)),
        "@query" => Some(format!("?{}", request.query.unwrap_or_default())),
        "@request-target" => Some(path_and_query(request.path, request.query)),
        "@target-uri" => {
            let target = path_and_query(request.path, request.query);
            Some(format!("{}://{}{target}", request.scheme.to_ascii_lowercase(), host()))
        }
        _ => None,
    }
}

/// The value of `@query-param` (RFC 9421 §2.2.8). `None` when the query has none of that name, or several.
pub(super) fn query_param(request: &Request<'_>, wanted: &str) -> Option<String> {
    let plain = |part: &str| -> Option<String> {
        let spaced = part.replace('+', " ");
        percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    };
    let mut found = request.query?.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = utf8_percent_encode(&plain(name)?, QUERY_PART).to_string();
        (name == wanted).then_some(value)
    });
    let value = plain(found.next()?)?;
    match found.next() {
        Some(_) => None,
        None => Some(utf8_percent_encode(&value, QUERY_PART).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;

    fn check(query: Option<&str>, name: &str) -> Option<String> {
        let headers = HeaderMap::new();
        let request = Request {
            method: &Method::POST,
            scheme: "https",
            authority: "WWW.example.com:443",
            path: "/path",
            query,
            headers: &headers,
            body: b"",
        };
        match name.strip_prefix("param ") {
            Some(name) => query_param(&request, name),
            None => derived(&request, name),
        }
    }

    #[test]
    fn parts_of_the_target_are_as_the_standard_has_them() {
        let query = Some("param=value");
        for (name, value) in [
            ("@method", "POST"),
            ("@target-uri", "https://www.example.com/path?param=value"),
            ("@authority", "www.example.com"),
            ("@scheme", "https"),
            ("@request-target", "/path?param=value"),
            ("@path", "/path"),
            ("@query", "?param=value"),
        ] {
            assert_eq!(check(query, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(check(None, "@query").as_deref(), Some("?"));
        assert_eq!(check(None, "@target-uri").as_deref(), Some("https://www.example.com/path"));
        assert_eq!(check(None, "@status"), None);
    }

    #[test]
    fn parameters_of_the_query_are_as_the_standard_has_them() {
        // RFC 9421 §2.2.8.
        let query = Some(
            "param=value&foo=bar&baz=batman&qux=&bat=%2Fthing&var=this%20is%20a%20big%0Amultiline%20value\
             &bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something&two=1&two=2",
        );
        for (name, value) in [
            ("baz", Some("batman")),
            ("qux", Some("")),
            ("var", Some("this%20is%20a%20big%0Amultiline%20value")),
            ("bar", Some("with%20plus%20whitespace")),
            ("fa%C3%A7ade%22%3A%20", Some("something")),
            ("two", None),
            ("three", None),
        ] {
            assert_eq!(check(query, &format!("param {name}")).as_deref(), value, "{name}");
        }
        assert_eq!(check(None, "param baz"), None);
    }
}
