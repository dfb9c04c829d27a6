use http::{HeaderMap, Method};
use shared::time::Timestamp;

use super::key::{Algorithm, PublicKey};
use super::message::base;
use super::request::{Request, Skew};
use super::samples;
use super::{Refusal, Scheme, read, sign_message};

/// RFC 9421 B.1.2, `test-key-rsa-pss`.
const RSA: &str = "-----BEGIN PUBLIC KEY-----\n\
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2\n\
    +QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+\n\
    oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq\n\
    gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W\n\
    Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4\n\
    aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI\n\
    2wIDAQAB\n-----END PUBLIC KEY-----\n";
/// RFC 9421 B.1.4, `test-key-ed25519`.
const ED25519: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n";
const BODY: &[u8] = br#"{"hello": "world"}"#;
const NOW: Timestamp = Timestamp(1_618_884_473_000);

/// RFC 9421 B.2, `test-request`.
fn headers() -> HeaderMap {
    let pairs = [
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        (
            "content-digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("content-length", "18"),
    ];
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

fn request(headers: &HeaderMap) -> Request<'_> {
    Request {
        method: &Method::POST,
        scheme: "https",
        authority: "example.com",
        path: "/foo",
        query: Some("param=Value&Pet=dog"),
        headers,
        body: BODY,
    }
}

/// Whether that key made that signature of the standard's request, and what was signed.
fn check(input: &str, signature: &str, pem: &str) -> (Option<bool>, String) {
    use base64::Engine;
    let headers = headers();
    let list: sfv::List = sfv::Parser::new(input).parse().unwrap();
    let sfv::ListEntry::InnerList(list) = &list[0] else { panic!("no list") };
    let base = base(&request(&headers), list).unwrap();
    let signature = base64::engine::general_purpose::STANDARD.decode(signature).unwrap();
    let ways = [Algorithm::RsaV15Sha256, Algorithm::RsaPssSha512, Algorithm::Ed25519];
    let verified = PublicKey::from_pem(pem).unwrap().verifies(&ways, &base, &signature);
    (verified, String::from_utf8(base).unwrap())
}

#[test]
fn the_minimal_signature_of_the_standard_is_verified() {
    // B.2.1.
    let (verified, base) = check(
        r#"();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#,
        "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
        RSA,
    );
    assert_eq!(verified, Some(true));
    assert_eq!(
        base,
        r#""@signature-params": ();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#
    );
}

#[test]
fn the_selective_signature_of_the_standard_is_verified() {
    // B.2.2.
    let (verified, base) = check(
        r#"("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#,
        "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==",
        RSA,
    );
    assert_eq!(verified, Some(true));
    assert!(base.contains("\n\"@query-param\";name=\"Pet\": dog\n"), "{base}");
}

#[test]
fn the_full_signature_of_the_standard_is_verified() {
    // B.2.3.
    let (verified, _) = check(
        r#"("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#,
        "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
        RSA,
    );
    assert_eq!(verified, Some(true));
}

#[test]
fn the_ed25519_signature_of_the_standard_is_verified() {
    // B.2.6.
    let input = r#"("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let signature =
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
    assert_eq!(check(input, signature, ED25519).0, Some(true));
    assert_eq!(check(&input.replace("\"date\" ", ""), signature, ED25519).0, Some(false));
    assert_eq!(check(input, signature, RSA).0, Some(false));
}

/// A request that we signed, and what its reader says once a change was made.
fn tampered(change: &dyn Fn(&mut HeaderMap)) -> Result<(), Refusal> {
    let key_id = super::KeyId::parse("https://a.test/actor#main-key").unwrap();
    let mut headers = headers();
    let outgoing = super::Outgoing {
        method: &Method::POST,
        scheme: "https",
        authority: "example.com",
        path: "/foo",
        query: Some("param=Value&Pet=dog"),
        body: Some(("application/json", BODY)),
    };
    headers.extend(sign_message(&outgoing, None, &key_id, &samples::private(), NOW).unwrap());
    change(&mut headers);
    let claim = read(&request(&headers), NOW, &Skew::USUAL)?;
    assert_eq!(claim.scheme(), Scheme::Message);
    claim.verify(&samples::public()).map(|_| ())
}

fn replaced(name: &'static str, from: &str, to: &str) -> Result<(), Refusal> {
    tampered(&|headers| {
        let value = headers.get(name).unwrap().to_str().unwrap();
        assert!(value.contains(from), "{value}");
        let value = value.replacen(from, to, 1);
        headers.insert(name, value.parse().unwrap());
    })
}

#[test]
fn what_we_sign_is_verified_and_changes_are_found() {
    assert_eq!(tampered(&|_| {}), Ok(()));
    assert_eq!(tampered(&|headers| drop(headers.remove("signature"))), Err(Refusal::Missing));
    assert_eq!(tampered(&|headers| drop(headers.remove("content-digest"))), Err(Refusal::Undigested));
    let input = |from: &str, to: &str| replaced("signature-input", from, to);
    assert_eq!(input("\"@method\" ", ""), Err(Refusal::Uncovered("@method")));
    assert_eq!(input("\"@target-uri\" ", ""), Err(Refusal::Uncovered("@target-uri")));
    assert_eq!(input("\"@target-uri\"", "\"@authority\" \"@path\""), Err(Refusal::Uncovered("@target-uri")));
    assert_eq!(input("\"@target-uri\"", "\"@authority\" \"@path\" \"@query\""), Err(Refusal::Forged));
    assert_eq!(input("\"@target-uri\"", "\"@authority\" \"@request-target\""), Err(Refusal::Forged));
    assert_eq!(input("\"@target-uri\"", "\"@target-uri\";sf"), Err(Refusal::Uncovered("@target-uri")));
    assert_eq!(input(" \"content-digest\"", ""), Err(Refusal::Uncovered("content-digest")));
    assert_eq!(
        input(" \"content-digest\"", " \"content-digest\" \"x\""),
        Err(Refusal::Absent("x".to_owned()))
    );
    assert_eq!(
        input(" \"content-digest\"", " \"content-digest\" \"@status\""),
        Err(Refusal::Component("@status".to_owned()))
    );
    assert_eq!(
        input(" \"content-digest\"", " \"content-digest\" \"date\";bs"),
        Err(Refusal::Component("date".to_owned()))
    );
    assert_eq!(
        input(" \"content-digest\"", " \"content-digest\" \"content-digest\""),
        Err(Refusal::Unreadable("a component twice"))
    );
    assert_eq!(input("#main-key", "#other-key"), Err(Refusal::Forged));
    assert_eq!(input("https://a.test", "file://a.test"), Err(Refusal::KeyId));
    assert_eq!(input("created=1618884473", "created=1618884474"), Err(Refusal::Forged));
    assert_eq!(input("created=1618884473;", ""), Err(Refusal::Uncovered("created")));
    assert_eq!(input("created=1618884473", "created=\"x\""), Err(Refusal::Undated));
    assert!(matches!(input("created=1618884473", "created=1618800000"), Err(Refusal::Old { .. })));
    assert!(matches!(input("created=1618884473", "created=1618984473"), Err(Refusal::Ahead { .. })));
    assert!(matches!(
        input("created=1618884473", "created=1618884473;expires=1618880000"),
        Err(Refusal::Expired { .. })
    ));
    assert_eq!(input("rsa-v1_5-sha256", "rsa-pss-sha512"), Err(Refusal::Forged));
    assert_eq!(input("rsa-v1_5-sha256", "ed25519"), Err(Refusal::KeyKind));
    assert_eq!(input("rsa-v1_5-sha256", "hmac-sha256"), Err(Refusal::Algorithm("hmac-sha256".to_owned())));
    assert_eq!(input(";alg=\"rsa-v1_5-sha256\"", ""), Err(Refusal::Forged));
    assert_eq!(input("sig1=", "sig2="), Err(Refusal::Missing));
    assert!(matches!(input("sig1=(", "sig1=(("), Err(Refusal::Unreadable(_))));
    assert_eq!(replaced("signature", "sig1=:", "sig1=\"").map_err(|_| ()), Err(()));
}

#[test]
fn what_another_server_wants_signed_is_signed() {
    let mut answer = HeaderMap::new();
    let wish = r#"theirs=("@authority" "date" "content-type");created;expires;nonce="n1";tag="fediverse""#;
    answer.insert("accept-signature", wish.parse().unwrap());
    let wish = super::wanted(&answer, &Method::POST, true).unwrap();
    let outgoing = super::Outgoing {
        method: &Method::POST,
        scheme: "https",
        authority: "example.com",
        path: "/foo",
        query: None,
        body: Some(("application/activity+json", BODY)),
    };
    let key_id = super::KeyId::parse("https://a.test/actor#main-key").unwrap();
    let headers = sign_message(&outgoing, Some(&wish), &key_id, &samples::private(), NOW).unwrap();
    assert_eq!(
        headers.get("signature-input").unwrap(),
        "theirs=(\"@authority\" \"date\" \"content-type\" \"@method\" \"@target-uri\" \"content-digest\")\
         ;created=1618884473;keyid=\"https://a.test/actor#main-key\";alg=\"rsa-v1_5-sha256\"\
         ;expires=1618888073;nonce=\"n1\";tag=\"fediverse\""
    );
    let request = Request { query: None, ..request(&headers) };
    // What says when it ends may have been under way for longer.
    let claim = read(&request, Timestamp(NOW.0 + 110 * 60_000), &Skew::USUAL).unwrap();
    assert_eq!((claim.nonce(), claim.tag()), (Some("n1"), Some("fediverse")));
    assert!(claim.verify(&samples::public()).is_ok());
    assert!(matches!(
        read(&request, Timestamp(NOW.0 + 130 * 60_000), &Skew::USUAL),
        Err(Refusal::Expired { .. })
    ));
}
