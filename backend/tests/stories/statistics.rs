//! What the maker of a video learns of its viewers.

use backend::store::Read;
use backend::store::tables::{WatchDayKey, WatchTotalKey};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clips;
use crate::makers::{Maker, bob, captured, root};
use crate::rig::{Instance, Part, instance};

async fn publish(instance: &Instance, maker: &Maker) -> String {
    let channel = maker.channel.to_string();
    let parts = [
        Part::Text("name", "A clip"),
        Part::Text("channelId", &channel),
        Part::Text("privacy", "1"),
        Part::File("videofile", "clip.mp4", clips::mp4()),
    ];
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}

async fn watch(instance: &Instance, video: &str, session: &str, seconds: f64) {
    let report = json!({ "currentTime": seconds, "sessionId": session });
    let answer = instance.post(&format!("/api/v1/videos/{video}/views")).json(&report).send().await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

async fn told(instance: &Instance, maker: &Maker, video: &str, what: &str) -> Value {
    let path = format!("/api/v1/videos/{video}/stats/{what}");
    let answer = instance.get(&path).bearer(&maker.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{what}: {:?}", answer.body);
    answer.json()
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

fn sum(series: &Value) -> u64 {
    series["data"].as_array().unwrap().iter().map(|point| point["value"].as_u64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn watching_becomes_sums_a_curve_and_series() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root).await;
    let length = told(&instance, &root, &video, "retention").await["data"].as_array().unwrap().len();
    assert!(0 < length, "a point a second");
    let empty = told(&instance, &root, &video, "overall").await;
    assert_eq!((&empty["totalViewers"], &empty["averageWatchTime"]), (&json!(0), &json!(0)));
    // One watches all of it, one the first half, and one looks at the page and goes.
    #[expect(clippy::cast_precision_loss, reason = "a few seconds")]
    let end = length as f64;
    for (session, until) in [("all", end), ("half", end / 2.0), ("none", 0.0)] {
        watch(&instance, &video, session, 0.0).await;
        watch(&instance, &video, session, until).await;
    }
    let overall = told(&instance, &root, &video, "overall").await;
    assert_eq!(keys(&overall), keys(&captured("stats-overall")));
    assert_eq!((&overall["totalViewers"], &overall["viewersPeak"]), (&json!(2), &json!(3)), "{overall}");
    assert!(overall["viewersPeakDate"].is_string());
    let time = overall["totalWatchTime"].as_u64().unwrap();
    assert!(0 < time, "{overall}");
    let retention = told(&instance, &root, &video, "retention").await;
    assert_eq!(keys(&retention["data"][0]), keys(&captured("stats-retention")["data"][0]));
    let percents: Vec<u64> = retention["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["retentionPercent"].as_u64().unwrap())
        .collect();
    assert_eq!(
        (percents[0], *percents.last().unwrap()),
        (100, if length == 1 { 100 } else { 50 }),
        "{percents:?}"
    );
    let viewers = told(&instance, &root, &video, "timeseries/viewers").await;
    assert_eq!(keys(&viewers), keys(&captured("stats-timeseries")));
    assert_eq!(keys(&viewers["data"][0]), keys(&captured("stats-timeseries")["data"][0]));
    assert_eq!((sum(&viewers), viewers["groupInterval"].as_str()), (2, Some("1 hour")));
    assert_eq!(sum(&told(&instance, &root, &video, "timeseries/aggregateWatchTime").await), time);
    let past = "overall?startDate=2020-01-01T00:00:00Z&endDate=2020-02-01T00:00:00Z";
    assert_eq!(told(&instance, &root, &video, past).await["totalViewers"], 0);
    let days = "timeseries/viewers?startDate=2020-01-01T00:00:00Z&endDate=2020-02-01T00:00:00Z";
    let days = told(&instance, &root, &video, days).await;
    assert_eq!((days["groupInterval"].as_str(), days["data"].as_array().unwrap().len()), (Some("1 day"), 32));

    let instance = instance.restart().await;
    assert_eq!(told(&instance, &root, &video, "overall").await, overall);
    let path = format!("/api/v1/videos/{video}");
    let gone = instance.ask(Method::DELETE, &path).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let app = instance.running.app();
    assert_eq!(
        (app.store().table::<WatchTotalKey>().count(), app.store().table::<WatchDayKey>().count()),
        (0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn viewers_are_counted_by_what_they_watch_with_and_nothing_else_is_kept() {
    const TELEPHONE: &str = "Mozilla/5.0 (Linux; Android 15; A very rare model) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/140.0.1.2 Mobile Safari/537.36";
    const DESK: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root).await;
    let none = json!({ "clients": [], "devices": [], "operatingSystems": [] });
    assert_eq!(told(&instance, &root, &video, "user-agent").await, none);
    for (session, agent) in [("a", DESK), ("b", TELEPHONE), ("c", DESK), ("d", "one-program/1.0")] {
        for seconds in [0.0, 1.0, 1.0] {
            let report = json!({ "currentTime": seconds, "sessionId": session });
            let path = format!("/api/v1/videos/{video}/views");
            let answer = instance.post(&path).header("user-agent", agent).json(&report).send().await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT);
        }
    }
    let used = |name: &str, viewers: u64| json!({ "name": name, "viewers": viewers });
    let expected = json!({
        "clients": [used("Firefox", 2), used("Chrome", 1)],
        "devices": [used("desktop", 2), used("mobile", 1)],
        "operatingSystems": [used("Linux", 2), used("Android", 1)],
    });
    assert_eq!(told(&instance, &root, &video, "user-agent").await, expected);
    assert_eq!(told(&instance, &root, &video, "overall").await["totalViewers"], 4);
    let instance = instance.restart().await;
    let today = "user-agent?startDate=2020-01-01T00:00:00Z";
    assert_eq!(told(&instance, &root, &video, today).await, expected);
    let past = "user-agent?startDate=2020-01-01T00:00:00Z&endDate=2020-02-01T00:00:00Z";
    assert_eq!(told(&instance, &root, &video, past).await, none);
    let app = instance.running.app();
    let rows =
        app.store().table::<WatchTotalKey>().map(|row| serde_json::to_string(&row.unwrap().1).unwrap());
    assert!(
        rows.into_iter().all(|row| !row.contains("rare") && !row.contains("140.0") && !row.contains("one"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_their_owners_and_questions_are_judged() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root).await;
    for what in ["overall", "retention", "timeseries/viewers", "user-agent"] {
        let path = format!("/api/v1/videos/{video}/stats/{what}");
        let other = instance.get(&path).bearer(&bob.token).send().await;
        assert_eq!(other.status, StatusCode::FORBIDDEN, "{what}");
        assert_eq!(instance.get(&path).send().await.status, StatusCode::UNAUTHORIZED, "{what}");
    }
    for (what, name) in [
        ("timeseries/likes", "metric"),
        ("overall?startDate=soon", "startDate"),
        ("timeseries/viewers?endDate=x", "endDate"),
        ("overall?startDate=2026-02-01T00:00:00Z&endDate=2026-01-01T00:00:00Z", "endDate"),
    ] {
        let path = format!("/api/v1/videos/{video}/stats/{what}");
        let refused = instance.get(&path).bearer(&root.token).send().await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{what}");
        assert!(refused.json()["invalid-params"][name].is_object(), "{what}");
    }
}
