use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, Method};
use shared::time::Timestamp;

use super::samples;
use super::{
    KeyId, Outgoing, Query, Refusal, Request, Scheme, Skew, digest, read, sign_cavage, sign_message,
};

const BODY: &[u8] = br#"{"type":"Like"}"#;
const NOW: Timestamp = Timestamp(1_795_000_000_000);
const SECONDS: i64 = 1_795_000_000;

fn outgoing(method: &Method) -> Outgoing<'_> {
    Outgoing {
        method,
        scheme: "https",
        authority: "b.test:8443",
        path: "/inbox",
        query: Some("page=1"),
        body: (*method == Method::POST).then_some(("application/activity+json", BODY)),
    }
}

fn key_id() -> KeyId {
    KeyId::parse("https://a.test/accounts/x#main-key").unwrap()
}

fn judge(method: &Method, headers: &HeaderMap) -> Result<Scheme, Refusal> {
    let outgoing = outgoing(method);
    let request = Request {
        method,
        scheme: outgoing.scheme,
        authority: outgoing.authority,
        path: outgoing.path,
        query: outgoing.query,
        headers,
        body: outgoing.body.map(|(_, body)| body).unwrap_or_default(),
    };
    let claim = read(&request, NOW, &Skew::USUAL)?;
    claim.verify(&samples::public())?;
    Ok(claim.scheme())
}

/// Headers of a request signed by hand: the names that are signed, and parameters beside them.
fn by_hand(names: &str, more: &str) -> HeaderMap {
    let mut headers: HeaderMap = [
        ("host", "b.test:8443".to_owned()),
        (
            "date",
            httpdate::fmt_http_date(
                std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_795_000_000_000),
            ),
        ),
        ("digest", digest(BODY)),
    ]
    .into_iter()
    .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
    .collect();
    let lines: Vec<String> = names
        .split(' ')
        .filter(|name| !name.is_empty())
        .map(|name| match name {
            "(request-target)" => "(request-target): post /inbox?page=1".to_owned(),
            "(created)" => format!("(created): {SECONDS}"),
            "(expires)" => format!("(expires): {}", SECONDS + 300),
            name => format!("{name}: {}", headers.get(name).unwrap().to_str().unwrap()),
        })
        .collect();
    let signature = STANDARD.encode(samples::private().sign(lines.join("\n").as_bytes()));
    let line = format!(r#"keyId="{}",{more}headers="{names}",signature="{signature}""#, key_id().as_str());
    headers.insert("signature", line.parse().unwrap());
    headers
}

const ALL: &str = "(request-target) host date digest";

#[test]
fn what_we_sign_is_verified_in_both_forms() {
    for method in [Method::GET, Method::POST] {
        let outgoing = outgoing(&method);
        for query in [Query::Signed, Query::LeftOut] {
            let headers = sign_cavage(&outgoing, query, &key_id(), &samples::private(), NOW).unwrap();
            // Whoever could pass on what was sent to one address as sent to another says it with a query.
            let is_read = query == Query::Signed || method == Method::GET;
            let judged = if is_read { Ok(Scheme::Cavage) } else { Err(Refusal::Forged) };
            assert_eq!(judge(&method, &headers), judged);
        }
        let headers = sign_message(&outgoing, None, &key_id(), &samples::private(), NOW).unwrap();
        assert_eq!(judge(&method, &headers), Ok(Scheme::Message));
    }
}

#[test]
fn our_header_is_as_everybody_expects_it() {
    let headers =
        sign_cavage(&outgoing(&Method::POST), Query::Signed, &key_id(), &samples::private(), NOW).unwrap();
    let line = headers.get("signature").unwrap().to_str().unwrap();
    let begin = r#"keyId="https://a.test/accounts/x#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest",signature=""#;
    assert!(line.starts_with(begin), "{line}");
    assert_eq!(headers.get("date").unwrap(), "Wed, 18 Nov 2026 11:06:40 GMT");
    assert_eq!(headers.get("host").unwrap(), "b.test:8443");
    assert_eq!(headers.get("digest").unwrap(), digest(BODY).as_str());
    let headers =
        sign_cavage(&outgoing(&Method::GET), Query::Signed, &key_id(), &samples::private(), NOW).unwrap();
    assert!(
        headers
            .get("signature")
            .unwrap()
            .to_str()
            .unwrap()
            .contains(r#"headers="(request-target) host date""#)
    );
    assert_eq!(headers.get("digest"), None);
}

#[test]
fn both_forms_at_once_are_verified_and_the_worse_one_does_no_harm() {
    let method = Method::POST;
    let mut headers = sign_message(&outgoing(&method), None, &key_id(), &samples::private(), NOW).unwrap();
    let older = sign_cavage(&outgoing(&method), Query::Signed, &key_id(), &samples::private(), NOW).unwrap();
    headers.append("signature", older.get("signature").unwrap().clone());
    headers.insert("digest", older.get("digest").unwrap().clone());
    assert_eq!(judge(&method, &headers), Ok(Scheme::Message));
    // A proxy's own, which covers too little.
    headers.insert("signature-input", HeaderValue::from_static("sig1=(\"@method\");created=1;keyid=\"k\""));
    assert_eq!(judge(&method, &headers), Ok(Scheme::Cavage));
}

#[test]
fn every_algorithm_that_is_in_use_is_verified_and_no_other() {
    for more in ["", r#"algorithm="rsa-sha256","#, r#"algorithm="hs2019","#, r#"algorithm="RSA-SHA256","#] {
        assert_eq!(judge(&Method::POST, &by_hand(ALL, more)), Ok(Scheme::Cavage), "{more}");
    }
    for name in ["none", "hmac-sha256", "rsa-sha1", "ecdsa-sha256", ""] {
        let refused = judge(&Method::POST, &by_hand(ALL, &format!(r#"algorithm="{name}","#)));
        assert_eq!(refused, Err(Refusal::Algorithm(name.to_owned())));
    }
}

#[test]
fn a_date_may_be_a_parameter() {
    let names = "(request-target) (created) (expires) host digest";
    let more = format!(r#"algorithm="hs2019",created={SECONDS},expires={},"#, SECONDS + 300);
    assert_eq!(judge(&Method::POST, &by_hand(names, &more)), Ok(Scheme::Cavage));
    let quoted = format!(r#"algorithm="hs2019",expires="{}",created="{SECONDS}","#, SECONDS + 300);
    assert_eq!(judge(&Method::POST, &by_hand(names, &quoted)), Ok(Scheme::Cavage));
    let undated = judge(&Method::POST, &by_hand("(request-target) (created) host digest", ""));
    assert_eq!(undated, Err(Refusal::Absent("(created)".to_owned())));
    let later = format!("created={},", SECONDS + 1);
    assert_eq!(
        judge(&Method::POST, &by_hand("(request-target) (created) host digest", &later)),
        Err(Refusal::Forged)
    );
    // Who says that it is over says so even where it is not signed.
    let over = format!("created={SECONDS},expires={},", SECONDS - 7200);
    assert!(matches!(judge(&Method::POST, &by_hand(ALL, &over)), Err(Refusal::Expired { .. })));
    let prolonged = format!("expires={},", SECONDS + 12 * 3600);
    let headers = by_hand(ALL, &prolonged);
    let request = Request {
        method: &Method::POST,
        scheme: "https",
        authority: "b.test:8443",
        path: "/inbox",
        query: Some("page=1"),
        headers: &headers,
        body: BODY,
    };
    let later = Timestamp(NOW.0 + 2 * 3_600_000);
    assert!(matches!(read(&request, later, &Skew::USUAL), Err(Refusal::Old { .. })));
}

#[test]
fn what_covers_too_little_is_refused() {
    for (names, missing) in [
        ("", "(request-target)"),
        ("date", "(request-target)"),
        ("(request-target) host date", "digest"),
        ("(request-target) host digest", "date"),
        ("(request-target) date digest", "host"),
        ("host date digest", "(request-target)"),
    ] {
        assert_eq!(judge(&Method::POST, &by_hand(names, "")), Err(Refusal::Uncovered(missing)), "{names}");
    }
    let headers = by_hand(ALL, "");
    let line = headers.get("signature").unwrap().to_str().unwrap();
    let mut unnamed = headers.clone();
    unnamed.insert("signature", line.replace(&format!(r#"headers="{ALL}","#), "").parse().unwrap());
    assert_eq!(judge(&Method::POST, &unnamed), Err(Refusal::Uncovered("(request-target)")));
}

#[test]
fn nothing_counts_for_another_request() {
    let get =
        sign_cavage(&outgoing(&Method::GET), Query::Signed, &key_id(), &samples::private(), NOW).unwrap();
    assert_eq!(judge(&Method::POST, &get), Err(Refusal::Uncovered("digest")));
    let mut with_digest = get;
    with_digest.insert("digest", digest(BODY).parse().unwrap());
    assert_eq!(judge(&Method::POST, &with_digest), Err(Refusal::Uncovered("digest")));
    let post = by_hand(ALL, "");
    assert_eq!(judge(&Method::PUT, &post), Err(Refusal::Digest));
    assert_eq!(judge(&Method::GET, &post), Err(Refusal::Forged));
}

#[test]
fn headers_twice_are_refused_where_others_might_read_the_other_one() {
    for name in ["digest", "date", "host", "signature"] {
        let mut headers = by_hand(ALL, "");
        let value = headers.get(name).unwrap().clone();
        headers.append(name, value);
        assert_eq!(judge(&Method::POST, &headers), Err(Refusal::Repeated(name)));
    }
}

#[test]
fn odd_headers_are_refused_without_a_panic() {
    let good = by_hand(ALL, "");
    let line = good.get("signature").unwrap().to_str().unwrap().to_owned();
    let with = |line: &[u8]| {
        let mut headers = good.clone();
        headers.insert("signature", HeaderValue::from_bytes(line).unwrap());
        judge(&Method::POST, &headers)
    };
    assert_eq!(judge(&Method::POST, &HeaderMap::new()), Err(Refusal::Missing));
    for end in 0..line.len() {
        assert!(with(&line.as_bytes()[..end]).is_err(), "{end}");
    }
    let address = r#"keyId=""#.len()..r#"keyId=""#.len() + key_id().as_str().len();
    for at in 0..line.len() {
        for letter in [b'"', b',', b'=', b' ', 0xff] {
            let mut other = line.clone().into_bytes();
            if other[at] != letter {
                other[at] = letter;
                // A space beside another one changes nothing, and another address asks another key.
                let verdict = with(&other);
                assert!(verdict.is_err() || letter == b' ' || address.contains(&at), "{at} {letter}");
            }
        }
    }
    let long = format!("{line},x=\"{}\"", "y".repeat(9000));
    assert_eq!(with(long.as_bytes()), Err(Refusal::TooLong("signature")));
    let many = line.replace(ALL, &format!("{ALL}{}", " x".repeat(40)));
    assert!(matches!(with(many.as_bytes()), Err(Refusal::Unreadable(_))));
    for key in ["acct:x@a.test", "", "https://", "http://u@127.0.0.1/"] {
        assert_eq!(with(line.replace(key_id().as_str(), key).as_bytes()), Err(Refusal::KeyId), "{key}");
    }
    let mut undated = good.clone();
    undated.insert("date", HeaderValue::from_static("yesterday"));
    assert_eq!(judge(&Method::POST, &undated), Err(Refusal::Undated));
    undated.remove("date");
    assert_eq!(judge(&Method::POST, &undated), Err(Refusal::Absent("date".to_owned())));
}
