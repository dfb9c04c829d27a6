//! How players look: what videos, channels and the instance say, and who is heard.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, instance};
use crate::videos::publish;
use backend::store::records::Privacy;

async fn get(instance: &Instance, who: Option<&Maker>, path: &str) -> Answer {
    let asking = instance.get(&format!("/api/v1/player-settings/{path}"));
    match who {
        Some(who) => asking.bearer(&who.token).send().await,
        None => asking.send().await,
    }
}

async fn put(instance: &Instance, who: &Maker, path: &str, theme: &Value) -> Answer {
    let path = format!("/api/v1/player-settings/{path}");
    instance.ask(Method::PUT, &path).bearer(&who.token).json(&json!({ "theme": theme })).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_nearest_word_about_a_player_counts() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let uuid = publish(&instance, &bob, "Boat", |_| ()).await.uuid;
    let (video, channel) = (format!("videos/{uuid}"), "video-channels/bob_channel".to_owned());
    let looks = async |path: &str| get(&instance, None, path).await.json()["theme"].clone();
    let said = async |path: &str| get(&instance, Some(&bob), &format!("{path}?raw=true")).await.json();
    assert_eq!((looks(&video).await, looks(&channel).await), (json!("galaxy"), json!("galaxy")));
    assert_eq!(said(&video).await, json!({ "theme": "channel-default" }));
    assert_eq!(said(&channel).await, json!({ "theme": "instance-default" }));

    let custom = json!({ "defaults": { "player": { "theme": "lucide" } } });
    let changed = instance.ask(Method::PUT, "/api/v1/config/custom").bearer(&root.token).json(&custom);
    assert_eq!(changed.send().await.status, StatusCode::OK);
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(config["defaults"]["player"]["theme"], "lucide");
    assert_eq!((looks(&video).await, looks(&channel).await), (json!("lucide"), json!("lucide")));
    let answer = put(&instance, &bob, &channel, &json!("galaxy")).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "theme": "galaxy" })));
    assert_eq!((looks(&video).await, looks(&channel).await), (json!("galaxy"), json!("galaxy")));
    assert_eq!(put(&instance, &bob, &video, &json!("instance-default")).await.status, StatusCode::OK);
    assert_eq!(looks(&video).await, "lucide");
    assert_eq!(put(&instance, &root, &video, &json!("galaxy")).await.status, StatusCode::OK);

    let instance = instance.restart().await;
    assert_eq!(get(&instance, None, &video).await.json()["theme"], "galaxy");
    let kept = get(&instance, Some(&bob), &format!("{channel}?raw=true")).await.json();
    assert_eq!(kept, json!({ "theme": "galaxy" }));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_looks_and_strangers_are_refused() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let uuid = publish(&instance, &root, "Boat", |_| ()).await.uuid;
    let private = publish(&instance, &root, "Private", |video| video.privacy = Privacy::Private).await.uuid;
    let (video, channel) = (format!("videos/{uuid}"), "video-channels/root_channel".to_owned());
    for (path, theme) in [
        (&video, json!("aurora")),
        (&video, json!(3)),
        (&video, Value::Null),
        (&channel, json!("channel-default")),
        (&channel, json!("")),
    ] {
        let answer = put(&instance, &root, path, &theme).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {theme}");
        assert!(answer.json()["invalid-params"].get("theme").is_some(), "{:?}", answer.body);
    }
    for path in [&video, &channel] {
        assert_eq!(
            put(&instance, &bob, path, &json!("lucide")).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
        let raw = format!("{path}?raw=true");
        assert_eq!(get(&instance, Some(&bob), &raw).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(get(&instance, None, &raw).await.status, StatusCode::UNAUTHORIZED, "{path}");
        let wrong = get(&instance, None, &format!("{path}?raw=perhaps")).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let hidden = get(&instance, None, &format!("videos/{private}")).await;
    assert_eq!(hidden.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&instance, None, "video-channels/nobody").await.status, StatusCode::NOT_FOUND);
}
