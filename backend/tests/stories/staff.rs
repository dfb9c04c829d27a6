//! What administrators look into: the queue, the log, and what those who keep order did.

use crate::makers::{Maker, bob, captured, root, until};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, instance};
use crate::videos::publish;
use backend::domain::work;
use backend::lines::{Level, Line};
use backend::store::records::{Job, JobKind, JobState};
use backend::store::tables::{JobDueKey, JobKey};
use backend::store::{Durability, Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::JobId;
use shared::time::Timestamp;

async fn send(instance: &Instance, who: &Maker, method: Method, path: &str, body: &Value) -> Answer {
    instance.ask(method, &format!("/api/v1/{path}")).bearer(&who.token).json(body).send().await
}

async fn get(instance: &Instance, who: &Maker, path: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_listed_paused_and_tried_again() {
    let instance = instance().await;
    let root = root(&instance).await;
    assert_eq!(
        send(&instance, &root, Method::POST, "jobs/pause", &json!({})).await.status,
        StatusCode::NO_CONTENT
    );
    let video = publish(&instance, &root, "Video", |_| ()).await;
    let app = instance.running.app();
    let id = video.id;
    app.write(Durability::Relaxed, move |write, now| {
        let job = work::ask(write, now, JobKind::Transcode(id))?;
        let dead = work::ask(write, now, JobKind::Storyboard(id))?;
        write.remove(&JobDueKey { due: now, job: dead });
        let job = Job {
            state: JobState::Dead("no pictures".into()),
            id: dead,
            ..write.get(&JobKey { job })?.unwrap()
        };
        write.insert(&JobKey { job: dead }, &Job { kind: JobKind::Storyboard(id), ..job })?;
        Ok::<_, StoreError>(())
    })
    .await
    .unwrap();
    app.wake_jobs();
    let all = get(&instance, &root, "jobs").await;
    let mut expected = captured("jobs-transcoding");
    // What a job does is told in fields of its own.
    expected["data"][0]["data"] = json!({ "videoUUID": "", "videoName": "" });
    assert_eq!(shape(&all), shape(&expected));
    let ids = |page: &Value| -> Vec<String> {
        page["data"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((ids(&all), &all["total"]), (vec!["2".to_owned(), "1".to_owned()], &json!(2)));
    for (path, expected) in [
        ("jobs?sort=createdAt", &["1", "2"][..]),
        ("jobs/waiting", &["1"]),
        ("jobs/failed", &["2"]),
        ("jobs/active", &[]),
        ("jobs/completed", &[]),
        ("jobs?jobType=video-transcoding", &["1"]),
    ] {
        assert_eq!(ids(&get(&instance, &root, path).await), expected, "{path}");
    }
    assert_eq!(all["data"][0]["error"], "no pictures");
    for (path, status) in [("jobs/x", 400), ("jobs?sort=x", 400), ("jobs?count=101", 400)] {
        let answer = send(&instance, &root, Method::GET, path, &json!({})).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
    }
    for (job, status) in [("1", 409), ("99", 404), ("x", 400), ("2", 204)] {
        let path = format!("jobs/{job}/retry");
        let answer = send(&instance, &root, Method::POST, &path, &json!({})).await;
        assert_eq!(answer.status.as_u16(), status, "{job}");
    }
    assert_eq!(ids(&get(&instance, &root, "jobs/waiting").await), ["2", "1"]);

    // Paused it stays, whoever starts it again; resumed, the work goes on, and fails for want of files.
    let instance = instance.restart().await;
    let app = instance.running.app();
    let key = JobKey { job: JobId(1) };
    assert_eq!(app.store().get(&key).unwrap().unwrap().attempts, 0);
    send(&instance, &root, Method::POST, "jobs/resume", &json!({})).await;
    until(|| app.store().get(&key).unwrap().is_none_or(|job| 0 < job.attempts)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_those_who_keep_order_do_is_written_down() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &bob, "Video", |_| ()).await;
    let block = format!("videos/{}/blacklist", video.uuid);
    send(&instance, &root, Method::POST, &block, &json!({ "reason": "No" })).await;
    send(&instance, &root, Method::POST, &block, &json!({ "reason": "Again" })).await;
    send(&instance, &bob, Method::DELETE, &block, &json!({})).await;
    send(&instance, &root, Method::PUT, "users/me", &json!({ "description": "Me, myself" })).await;
    let removed = send(&instance, &root, Method::DELETE, "users/2", &json!({})).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let instance = instance.restart().await;
    let lines = get(&instance, &root, "server/audit-logs?startDate=2020-01-01T00:00:00Z").await;
    let said: Vec<_> = lines
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["user"].as_str().unwrap(),
                line["domain"].as_str().unwrap(),
                line["action"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(said, [("root", "blacklist", "create"), ("root", "users", "delete")]);
    assert_eq!(lines[0]["path"], block);
    let none = get(&instance, &root, "server/audit-logs?startDate=2020-01-01&endDate=2020-01-02").await;
    assert_eq!(none, json!([]));
    for path in [
        "server/audit-logs",
        "server/logs",
        "server/logs?startDate=x",
        "server/logs?startDate=2020-01-01&level=x",
    ] {
        let answer = send(&instance, &root, Method::GET, path, &json!({})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_lines_are_read_and_pages_tell_of_their_failures() {
    let instance = instance().await;
    let root = root(&instance).await;
    let lines = instance.running.app().lines();
    let line =
        |at, level, text: &str| Line { at: Timestamp(at), level, part: "shoal".into(), text: text.into() };
    lines.push(line(1000, Level::Info, "started"));
    lines.push(line(2000, Level::Error, "on fire"));
    let all = get(&instance, &root, "server/logs?startDate=1970-01-01").await;
    assert_eq!(
        shape(&json!({ "rows": all })),
        [".rows[].label", ".rows[].level", ".rows[].message", ".rows[].timestamp"]
    );
    assert_eq!((all[0]["message"].as_str(), all[1]["level"].as_str()), (Some("started"), Some("error")));
    let grave = get(&instance, &root, "server/logs?startDate=1970-01-01&level=warn").await;
    assert_eq!(grave.as_array().unwrap().len(), 1);

    let tell = |body: Value| {
        let ask = instance.post("/api/v1/server/logs/client");
        async move { ask.json(&body).send().await }
    };
    let fine = json!({ "level": "error", "message": "It broke", "url": "https://films.example/w/1?token=x" });
    assert_eq!(tell(fine.clone()).await.status, StatusCode::NO_CONTENT);
    for (field, value) in [
        ("level", json!("info")),
        ("level", json!(null)),
        ("message", json!("")),
        ("message", json!("x".repeat(1001))),
        ("url", json!(5)),
        ("stackTrace", json!("x".repeat(15_001))),
        ("userAgent", json!([])),
        ("meta", json!({})),
    ] {
        let mut body = fine.clone();
        body[field] = value;
        let answer = tell(body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(answer.json()["invalid-params"].get(field).is_some(), "{field}");
    }
    for _ in 0..9 {
        assert_eq!(tell(fine.clone()).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(tell(fine).await.status, StatusCode::TOO_MANY_REQUESTS);
}
