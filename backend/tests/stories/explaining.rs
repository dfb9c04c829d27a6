//! What administrators learn of what other servers sent, and of whom could not be followed.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::makers::{Maker, once, root};
use crate::rig::Instance;
use crate::stranger::{Stranger, neighbour};

const FAILURES: &str = "/api/v1/server/following/failures";

async fn told(instance: &Instance, who: &Maker, path: &str) -> Value {
    let answer = instance.get(path).bearer(&who.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_what_came_is_found_by_server_person_and_thing() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let ann = stranger.person("ann");
    let film = format!("{}/videos/watch/6eb367f5-5dcc-4f98-aefc-fe5092365ef6", instance.running.url);
    // There is no such film.
    let note = stranger.note(&ann, "1", &film, "Fine");
    assert!(stranger.say(&instance, &ann, &note).await.status.is_success());
    let note_id = stranger.url("/notes/1");
    for about in [&stranger.host(), &ann, &note_id, &film] {
        let path = format!("/api/v1/server/federation/explain/received?about={about}");
        let page = once(async || told(&instance, &root, &path).await, |page| page["total"] == 1).await;
        let row = &page["data"][0];
        assert_eq!(
            (&row["activity"], &row["by"], &row["about"]),
            (&json!("Create"), &json!(ann), &json!(note_id))
        );
        assert_ne!(row["state"], "done", "{row}");
        assert_eq!(row["host"], stranger.host());
    }
    let path = format!("/api/v1/server/federation/explain?about={note_id}");
    let explained = told(&instance, &root, &path).await;
    assert_eq!((&explained["kind"], &explained["isHere"]), (&json!("unknown"), &json!(false)));
    let stats = told(&instance, &root, "/api/v1/server/stats").await;
    assert_eq!(stats["totalActivityPubMessagesProcessed"], 1);
    assert_eq!(stats["totalActivityPubMessagesWaiting"], 0);
    let counts = ["Successes", "Errors"].map(|how| &stats[format!("totalActivityPubCreateMessages{how}")]);
    assert_eq!(counts.iter().filter_map(|count| count.as_u64()).sum::<u64>(), 1, "{counts:?}");
    assert!(stats["activityPubMessagesProcessedPerSecond"].as_f64().is_some_and(|rate| 0.0 < rate));
    assert_eq!((&stats["totalInstanceFollowers"], &stats["totalInstanceFollowing"]), (&json!(0), &json!(0)));
    instance.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_not_be_followed_is_listed_until_somebody_takes_note() {
    let stranger = Stranger::start().await;
    let instance = neighbour(&[&stranger]).await;
    let root = root(&instance).await;
    let wish = async || {
        let body = json!({ "hosts": [], "handles": [format!("nobody@{}", stranger.host())] });
        let path = "/api/v1/server/following";
        instance.post(path).bearer(&root.token).json(&body).send().await.status
    };
    let failed =
        async || once(async || told(&instance, &root, FAILURES).await, |page| page["total"] == 1).await;
    assert_eq!(told(&instance, &root, FAILURES).await, json!({ "total": 0, "data": [] }));
    assert_eq!(wish().await, StatusCode::NO_CONTENT);
    let first = failed().await["data"][0].clone();
    assert_eq!((&first["name"], &first["host"]), (&json!("nobody"), &json!(stranger.host())));
    assert_eq!(first["fault"], "nobody", "{first}");
    // Whoever asks for it anew sees what became of that.
    assert_eq!(wish().await, StatusCode::NO_CONTENT);
    let second = once(failed, |page| page["data"][0]["id"] != first["id"]).await["data"][0].clone();

    let dismiss = async |id: &Value| {
        let path = format!("{FAILURES}/{id}");
        instance.ask(Method::DELETE, &path).bearer(&root.token).send().await.status
    };
    assert_eq!(dismiss(&first["id"]).await, StatusCode::NOT_FOUND);
    assert_eq!(dismiss(&second["id"]).await, StatusCode::NO_CONTENT);
    assert_eq!(told(&instance, &root, FAILURES).await["total"], 0);
    instance.running.stop().await.unwrap();
}
