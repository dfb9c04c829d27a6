//! Where a video may be shown in a frame: what its owner decides, what the head of its page says, and the sentence in its
//! place.

use backend::store::records::Privacy;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, instance};
use crate::videos::publish;

async fn decide(instance: &Instance, who: &Maker, video: &str, wish: Value) -> Answer {
    let path = format!("/api/v1/videos/{video}/embed-privacy");
    instance.ask(Method::PUT, &path).bearer(&who.token).json(&wish).send().await
}

async fn allowed(instance: &Instance, who: Option<&Maker>, video: &str, domain: &str) -> Answer {
    let asking = instance.get(&format!("/api/v1/videos/{video}/embed-privacy/allowed?domain={domain}"));
    match who {
        Some(who) => asking.bearer(&who.token).send().await,
        None => asking.send().await,
    }
}

async fn framed(instance: &Instance, video: &str, by: Option<&str>, language: &str) -> Answer {
    let asking = instance.get(&format!("/videos/embed/{video}")).header("sec-fetch-dest", "iframe");
    let asking = asking.header("accept-language", language);
    match by {
        Some(page) => asking.header("referer", page).send().await,
        None => asking.send().await,
    }
}

fn ancestors(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let rule = policy.split(';').map(str::trim).find_map(|rule| rule.strip_prefix("frame-ancestors "));
    rule.expect("pages say who may frame them").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_framed_where_its_owner_wants_it() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob, "Boat", |_| ()).await.uuid.to_string();
    let path = format!("/api/v1/videos/{video}/embed-privacy");
    let kept = async |who: &Maker| instance.get(&path).bearer(&who.token).send().await.json();
    let everywhere = json!({ "policy": { "id": 1, "label": "All domains" }, "domains": [] });
    assert_eq!(kept(&bob).await, everywhere);
    assert_eq!(ancestors(&framed(&instance, &video, Some("https://any.example/page"), "en").await), "*");
    let anybody = allowed(&instance, None, &video, "any.example").await.json();
    assert_eq!(anybody, json!({ "domainAllowed": true, "userBypassAllowed": null }));

    let wish = json!({ "policy": 2, "domains": ["School.example:8443", "blog.example", "blog.example"] });
    assert_eq!(decide(&instance, &bob, &video, wish).await.status, StatusCode::NO_CONTENT);
    assert_eq!(kept(&root).await["domains"], json!(["blog.example", "school.example:8443"]));
    let page = framed(&instance, &video, Some("https://blog.example/page"), "en").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(ancestors(&page), "'self' blog.example school.example:8443");
    let ours = instance.running.app().url().host().to_owned();
    for (domain, expected) in
        [("blog.example", true), ("BLOG.example", true), ("www.blog.example", false), (ours.as_str(), true)]
    {
        let answer = allowed(&instance, None, &video, domain).await.json();
        assert_eq!(answer["domainAllowed"], expected, "{domain}");
    }
    let bypass = async |who| allowed(&instance, who, &video, "other.example").await.json();
    assert_eq!(bypass(None).await, json!({ "domainAllowed": false, "userBypassAllowed": false }));
    assert_eq!(bypass(Some(&bob)).await["userBypassAllowed"], true);

    // The browser would show nothing of ours: where it says who frames, a sentence stands there.
    let refused = framed(&instance, &video, Some("https://other.example/page"), "en").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let text = String::from_utf8(refused.body.to_vec()).unwrap();
    assert!(
        text.contains("does not want it to be shown on this site") && !text.contains("<script"),
        "{text}"
    );
    assert_eq!(ancestors(&refused), "*");
    let french = framed(&instance, &video, Some("https://other.example/page"), "fr-FR,fr;q=0.9").await;
    assert!(String::from_utf8(french.body.to_vec()).unwrap().contains("montrée sur ce site"));
    // Where it does not say, the head keeps them out.
    assert_eq!(
        ancestors(&framed(&instance, &video, None, "en").await),
        "'self' blog.example school.example:8443"
    );

    let nowhere = decide(&instance, &bob, &video, json!({ "policy": 4, "domains": [] })).await;
    assert_eq!(nowhere.status, StatusCode::NO_CONTENT);
    assert_eq!(ancestors(&framed(&instance, &video, None, "en").await), "'none'");
    assert_eq!(bypass(Some(&bob)).await, json!({ "domainAllowed": false, "userBypassAllowed": false }));
    assert_eq!(allowed(&instance, None, &video, &ours).await.json()["domainAllowed"], false);
    let details = instance.get(&format!("/api/v1/videos/{video}")).send().await.json();
    assert_eq!(details["embedPrivacyPolicy"], json!({ "id": 4, "label": "Disabled" }));

    let again = instance.restart().await;
    assert_eq!(again.get(&path).bearer(&bob.token).send().await.json()["policy"]["id"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_wishes_and_strangers_are_refused() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Boat", |_| ()).await.uuid.to_string();
    for (wish, field) in [
        (json!({ "domains": [] }), "policy"),
        (json!({ "policy": 3, "domains": [] }), "policy"),
        (json!({ "policy": 5, "domains": [] }), "policy"),
        (json!({ "policy": 2 }), "domains"),
        (json!({ "policy": 2, "domains": ["https://blog.example"] }), "domains"),
        (json!({ "policy": 2, "domains": ["blog.example; script-src *"] }), "domains"),
        (json!({ "policy": 2, "domains": vec!["blog.example"; 51] }), "domains"),
    ] {
        let answer = decide(&instance, &root, &video, wish).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(answer.json()["invalid-params"].get(field).is_some(), "{field}: {:?}", answer.body);
    }
    let named_and_all = json!({ "policy": 1, "domains": ["blog.example"] });
    assert_eq!(decide(&instance, &root, &video, named_and_all).await.status, StatusCode::BAD_REQUEST);
    let others = decide(&instance, &bob, &video, json!({ "policy": 1, "domains": [] })).await;
    assert_eq!(others.status, StatusCode::FORBIDDEN);
    for domain in ["", "two%20words"] {
        let answer = allowed(&instance, None, &video, domain).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{domain}");
    }

    // What nobody may see says nothing of where it is framed.
    let private = publish(&instance, &root, "Private", |video| video.privacy = Privacy::Private).await;
    let private = private.uuid.to_string();
    let wish = json!({ "policy": 2, "domains": ["secret.example"] });
    assert_eq!(decide(&instance, &root, &private, wish).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ancestors(&framed(&instance, &private, None, "en").await), "*");
    let asked = allowed(&instance, None, &private, "secret.example").await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let asked = allowed(&instance, Some(&bob), &private, "secret.example").await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
}
