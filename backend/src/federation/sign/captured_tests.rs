use http::HeaderValue;
use shared::time::Timestamp;

use super::samples::{Captured, captured, captured_key, captured_one, evening};
use super::{Refusal, Scheme, Skew, read};

fn verify(one: &Captured) -> Result<(), Refusal> {
    let claim = read(&one.request(), one.date(), &Skew::USUAL)?;
    claim.verify(&captured_key(claim.key_id().document())).map(|signer| {
        assert_eq!(signer.key_id(), claim.key_id());
        assert_eq!(claim.scheme(), Scheme::Cavage);
        assert_eq!(claim.signed_at(), one.date());
    })
}

#[test]
fn what_peertube_sent_is_signed_by_whom_it_says() {
    let all = captured();
    assert!(20 < all.len());
    for one in all {
        assert_eq!(verify(&one), Ok(()), "{}", one.name);
    }
}

#[test]
fn all_that_was_said_on_an_evening_is_signed_by_whom_it_says() {
    let all = evening();
    assert_eq!(all.len(), 80);
    for one in all {
        assert_eq!(verify(&one), Ok(()), "{}", one.name);
        // For an inbox, and by who did it.
        let said: serde_json::Value = serde_json::from_str(&one.body).unwrap();
        let claim = read(&one.request(), one.date(), &Skew::USUAL).unwrap();
        assert_eq!(said["actor"], claim.key_id().document(), "{}", one.name);
    }
}

#[test]
fn a_path_that_was_signed_without_its_query_is_verified() {
    let mut one = captured_one("012_B-to-A_GET");
    assert_eq!(one.query.as_deref(), Some("page=1"));
    assert_eq!(verify(&one), Ok(()));
    one.query = None;
    assert_eq!(verify(&one), Ok(()));
    one.path.push('/');
    assert_eq!(verify(&one), Err(Refusal::Forged));
}

#[test]
fn each_part_that_is_changed_is_found() {
    let one = captured_one("_Follow");
    let changed = |change: &dyn Fn(&mut Captured)| {
        let mut other = one.clone();
        change(&mut other);
        verify(&other)
    };
    assert_eq!(changed(&|one| one.path.push('x')), Err(Refusal::Forged));
    assert_eq!(changed(&|one| one.method = "PUT".parse().unwrap()), Err(Refusal::Forged));
    assert_eq!(changed(&|one| one.set("host", "localhost:9003")), Err(Refusal::Forged));
    assert_eq!(changed(&|one| one.set("date", "Sat, 21 Nov 2026 02:23:43 GMT")), Err(Refusal::Forged));
    assert_eq!(changed(&|one| one.body.push(' ')), Err(Refusal::Digest));
    assert_eq!(
        changed(&|one| {
            one.body.push(' ');
            let digest = super::digest(one.body.as_bytes());
            one.set("digest", &digest);
        }),
        Err(Refusal::Forged)
    );
    let signature = one.headers.get("signature").unwrap().to_str().unwrap().to_owned();
    let with = |from: &str, to: &str| changed(&|one| one.set("signature", &signature.replacen(from, to, 1)));
    assert_eq!(with("date digest", "date"), Err(Refusal::Uncovered("digest")));
    assert_eq!(with("date digest", "digest"), Err(Refusal::Uncovered("date")));
    assert_eq!(with("host date", "date"), Err(Refusal::Uncovered("host")));
    assert_eq!(with("(request-target) ", ""), Err(Refusal::Uncovered("(request-target)")));
    assert_eq!(with("host date", "date host"), Err(Refusal::Forged));
    assert_eq!(with("date digest", "date digest content-type"), Err(Refusal::Forged));
    assert_eq!(with("date digest", "date digest cookie"), Err(Refusal::Absent("cookie".to_owned())));
    assert_eq!(with("accounts/peertube", "accounts/bob"), Err(Refusal::Forged));
    let flipped = changed(&|one| {
        let at = signature.rfind("=\"").unwrap() - 4;
        let other = if signature.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &signature[..at], &signature[at + 1..]);
        one.headers.insert("signature", HeaderValue::from_str(&changed).unwrap());
    });
    assert!(flipped.is_err());
}

#[test]
fn clocks_may_differ_by_an_hour_and_requests_do_not_last() {
    let one = captured_one("_Follow");
    let at = |minutes: i64| {
        let now = Timestamp(one.date().0 + minutes * 60_000);
        read(&one.request(), now, &Skew::USUAL).map(|_| ())
    };
    for minutes in [-60, -50, 0, 50, 60] {
        assert_eq!(at(minutes), Ok(()), "{minutes}");
    }
    assert!(matches!(at(13 * 60), Err(Refusal::Old { by }) if by.as_secs() == 13 * 3600));
    assert!(matches!(at(61), Err(Refusal::Old { .. })));
    assert!(matches!(at(-61), Err(Refusal::Ahead { by }) if by.as_secs() == 61 * 60));
}
