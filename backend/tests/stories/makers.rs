//! People who publish, and what they and everybody else compare.

use std::path::Path;

use crate::rig::{Answer, Asking, Instance, PASSWORD, Part};
use backend::domain::account::{self, NewUser};
use backend::domain::password;
use backend::store::Durability;
use backend::store::records::Role;
use http::{Method, StatusCode};
use serde_json::{Value, json};

pub const RESUMABLE: &str = "/api/v1/videos/upload-resumable";

/// A signed-in maker with a channel.
pub struct Maker {
    pub token: String,
    pub channel: u64,
}

pub async fn root(instance: &Instance) -> Maker {
    maker(instance, instance.token().await).await
}

pub async fn maker(instance: &Instance, token: String) -> Maker {
    let me = instance.get("/api/v1/users/me").bearer(&token).send().await.json();
    Maker { channel: me["videoChannels"][0]["id"].as_u64().unwrap(), token }
}

/// Somebody who is no administrator, with a quota.
pub async fn bob(instance: &Instance, quota: Option<u64>) -> Maker {
    let new = NewUser {
        username: "bob".into(),
        email: "bob@films.example".into(),
        password: password::hash(PASSWORD, [7; 16]).unwrap(),
        role: Role::User,
        channel: "bob_channel".into(),
        video_quota: quota,
        video_quota_daily: None,
    };
    let app = instance.running.app();
    app.write(Durability::Relaxed, |write, now| account::create(write, now, new)).await.unwrap();
    let tokens = instance.log_in("bob", &PASSWORD.replace(' ', "+")).await.json();
    maker(instance, tokens["access_token"].as_str().unwrap().to_owned()).await
}

impl Maker {
    pub fn form(&self) -> Value {
        json!({
            "channelId": self.channel,
            "name": "Resumable clip",
            "filename": "clip.mp4",
            "privacy": 1,
            "category": 2,
            "language": "fr",
            "description": "uploaded with the resumable protocol",
            "tags": ["resumable", "test"],
            "waitTranscoding": false,
        })
    }

    pub fn announce(&self, instance: &Instance, form: &Value, bytes: usize) -> Asking {
        instance
            .post(RESUMABLE)
            .bearer(&self.token)
            .header("x-upload-content-length", &bytes.to_string())
            .header("x-upload-content-type", "video/mp4")
            .json(form)
    }

    /// Begins an upload and gives its path with its name.
    pub async fn begin(&self, instance: &Instance, bytes: usize) -> String {
        let answer = self.announce(instance, &self.form(), bytes).send().await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.body);
        assert_eq!(answer.header("cache-control"), "no-store");
        let prefix = format!("//{}", instance.running.addr);
        answer.header("location").strip_prefix(&prefix).unwrap().to_owned()
    }

    pub async fn put(&self, instance: &Instance, path: &str, range: &str, bytes: &[u8]) -> Answer {
        let put = instance.ask(Method::PUT, path).bearer(&self.token).header("content-range", range);
        put.bytes(bytes).send().await
    }

    /// Sends one piece of `file`.
    pub async fn put_piece(
        &self,
        instance: &Instance,
        path: &str,
        file: &[u8],
        from: usize,
        to: usize,
    ) -> Answer {
        let range = format!("bytes {from}-{}/{}", to - 1, file.len());
        self.put(instance, path, &range, &file[from..to]).await
    }

    /// Asks how far an upload is.
    pub async fn ask(&self, instance: &Instance, path: &str, bytes: usize) -> Answer {
        self.put(instance, path, &format!("bytes */{bytes}"), &[]).await
    }

    pub async fn single(&self, instance: &Instance, parts: &[Part<'_>]) -> Answer {
        instance.post("/api/v1/videos/upload").bearer(&self.token).parts(parts).send().await
    }
}

/// The captured answer, without the link to PeerTube's manual.
pub fn captured(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/rest");
    let text = std::fs::read_to_string(path.join(format!("peertube-6.3-{name}.json"))).unwrap();
    let mut json: Value = serde_json::from_str(&text).unwrap();
    if let Some(object) = json.as_object_mut() {
        object.remove("docs");
    }
    json
}

/// What of a problem is the same for everybody: all but the sentences of wrong parameters.
pub fn without_sentences(mut problem: Value) -> Value {
    if let Some(params) = problem.get_mut("invalid-params").and_then(Value::as_object_mut) {
        for param in params.values_mut() {
            param.as_object_mut().unwrap().remove("msg");
        }
    }
    problem
}

/// Waits for something that happens soon. Looks now and then: a loop that spins would take a core from the ffmpeg it
/// waits for.
pub async fn until(mut claim: impl FnMut() -> bool) {
    once(async || claim(), |is_so| *is_so).await;
}

/// What `look` finds, once `claim` holds of it: within two minutes, or the story fails with what it found last.
pub async fn once<T: std::fmt::Debug>(mut look: impl AsyncFnMut() -> T, claim: impl Fn(&T) -> bool) -> T {
    let mut last = None;
    let waiting = async {
        loop {
            let found = look().await;
            if claim(&found) {
                return found;
            }
            last = Some(found);
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    match tokio::time::timeout(std::time::Duration::from_secs(120), waiting).await {
        Ok(found) => found,
        Err(_) => panic!("it does not happen in time; last was {last:?}"),
    }
}
