//! Publishing a clip as a person would: sign in, send the file in pieces, wait until it can be watched.
//!
//! Owns the talk with the server, which is PeerTube's, so it works on any of its kind.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::Response;

use super::clips::Clip;
use crate::shop::{Progress, seconds};

/// A piece of a file; small enough that progress is seen.
const PIECE_BYTES: usize = 2 * 1024 * 1024;
/// A slow machine takes this long for a minute of full HD.
const PUBLISH_DURATION_MAX: Duration = Duration::from_secs(300);
/// How often a video is asked whether it can be watched: the API has no answer that waits until it can.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A server that is there answers at once.
const ANSWER_DURATION_MAX: Duration = Duration::from_secs(30);

type Answer = Response<ureq::Body>;

/// Somebody signed in.
pub struct Publisher {
    agent: Agent,
    address: String,
    token: String,
    channel: u64,
}

/// Whether an instance answers there.
pub fn answers(address: &str) -> bool {
    agent().get(format!("{address}/api/v1/config")).call().is_ok_and(|answer| answer.status() == 200)
}

/// What an instance hands out at a path.
///
/// # Errors
/// When it cannot be asked or says anything but 200.
pub fn fetch(address: &str, path: &str) -> Result<Vec<u8>> {
    let mut answer = agent().get(format!("{address}{path}")).call()?;
    ensure!(answer.status() == 200, "{path}: the server said {}", answer.status());
    Ok(answer.body_mut().read_to_vec()?)
}

/// An answer, whatever it is.
#[derive(Debug)]
pub struct Seen {
    /// 200 and the like.
    pub status: u16,
    /// In the order of their names.
    pub headers: BTreeMap<String, String>,
    /// As sent.
    pub body: Vec<u8>,
}

impl Seen {
    /// A header, if it was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// Asks an instance for a path, with these headers.
///
/// # Errors
/// When it cannot be asked.
pub fn ask(address: &str, path: &str, headers: &[(&str, &str)]) -> Result<Seen> {
    let request = agent().get(format!("{address}{path}"));
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let mut answer = request.call()?;
    let headers = answer.headers().iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(Seen {
        status: answer.status().as_u16(),
        headers: headers.collect(),
        body: answer.body_mut().read_to_vec()?,
    })
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        // 308 means "send more" in this protocol, and leads nowhere.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(ANSWER_DURATION_MAX))
        .build()
        .new_agent()
}

impl Publisher {
    /// The clips whose titles nobody has published there.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub fn missing<'a>(address: &str, clips: &'a [Clip]) -> Result<Vec<&'a Clip>> {
        let answer =
            agent().get(format!("{address}/api/v1/videos?isLocal=true&count=100&nsfw=both")).call()?;
        let list = read(answer, 200, "the list of videos")?;
        let names: Vec<&str> = list
            .get("data")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|video| video.get("name").and_then(Value::as_str))
            .collect();
        Ok(clips.iter().filter(|clip| !names.contains(&clip.title)).collect())
    }

    /// Signs in.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn sign_in(address: &str, name: &str, password: &str) -> Result<Publisher> {
        let agent = agent();
        let secrets =
            read(agent.get(format!("{address}/api/v1/oauth-clients/local")).call()?, 200, "signing in")?;
        let secret = |field: &str| text(&secrets, &format!("/{field}"));
        let form = [
            ("client_id", secret("client_id")?),
            ("client_secret", secret("client_secret")?),
            ("grant_type", "password".to_owned()),
            ("response_type", "code".to_owned()),
            ("username", name.to_owned()),
            ("password", password.to_owned()),
        ];
        let answer = agent.post(format!("{address}/api/v1/users/token")).send_form(form)?;
        let token = text(&read(answer, 200, "signing in")?, "/access_token")?;
        let me = agent
            .get(format!("{address}/api/v1/users/me"))
            .header("authorization", format!("Bearer {token}"));
        let me = read(me.call()?, 200, "looking at the account")?;
        let channel = me
            .pointer("/videoChannels/0/id")
            .and_then(Value::as_u64)
            .context("the account has no channel")?;
        Ok(Publisher { agent, address: address.to_owned(), token, channel })
    }

    /// Uploads a clip and waits until it can be watched.
    ///
    /// # Errors
    /// When the server refuses it or cannot process it.
    pub fn publish(&self, clip: &Clip, file: &Path) -> Result<()> {
        let begun = Instant::now();
        let mut progress = Progress::new(clip.title);
        let uuid = self
            .upload(clip, file, &mut progress)
            .with_context(|| format!("could not upload {}", clip.title))?;
        progress.waits("uploaded, waiting until it can be watched");
        let address = self.wait_until_published(&uuid).with_context(|| clip.title.to_owned())?;
        progress.done(&format!("{address}  ({})", seconds(begun.elapsed())));
        Ok(())
    }

    fn upload(&self, clip: &Clip, path: &Path, progress: &mut Progress) -> Result<String> {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        let body = json!({
            "channelId": self.channel,
            "name": clip.title,
            "filename": path.file_name().and_then(|name| name.to_str()),
            "description": clip.description,
            "tags": clip.tags,
            "category": clip.category,
            // Public domain dedication: whoever wishes may show them.
            "licence": 7,
            "language": "en",
            "privacy": 1,
            "nsfw": false,
            "commentsPolicy": 1,
            "downloadEnabled": true,
            "waitTranscoding": false,
        });
        let begin = self
            .agent
            .post(format!("{}/api/v1/videos/upload-resumable", self.address))
            .header("authorization", self.bearer())
            .header("x-upload-content-length", size.to_string())
            .header("x-upload-content-type", "video/mp4")
            .send_json(&body)?;
        let location = self.location(begin)?;

        let mut piece = vec![0; PIECE_BYTES];
        let mut sent = 0;
        loop {
            let length = read_full(&mut file, &mut piece)?;
            ensure!(0 < length, "the server wants more than the file holds");
            let last = sent + length as u64 - 1;
            let answer = self
                .agent
                .put(&location)
                .header("authorization", self.bearer())
                .header("content-type", "application/octet-stream")
                .header("content-range", format!("bytes {sent}-{last}/{size}"))
                .send(piece.get(..length).unwrap_or_default())?;
            sent = last + 1;
            progress.at(sent * 100 / size);
            if answer.status() != 308 {
                return text(&read(answer, 200, "the last piece")?, "/video/uuid");
            }
        }
    }

    fn location(&self, answer: Answer) -> Result<String> {
        if answer.status() != 201 {
            bail!("{}", complaint(answer, "announcing the file"));
        }
        let header = answer.headers().get("location").and_then(|value| value.to_str().ok());
        let location = header.context("no Location in the answer")?;
        // PeerTube sends `//host/path`, without the scheme.
        Ok(match location {
            whole if whole.starts_with("http") => whole.to_owned(),
            bare if bare.starts_with("//") => format!("http:{bare}"),
            path => format!("{}{path}", self.address),
        })
    }

    /// The page's address.
    fn wait_until_published(&self, uuid: &str) -> Result<String> {
        let begun = Instant::now();
        loop {
            let request = self.agent.get(format!("{}/api/v1/videos/{uuid}", self.address));
            let video =
                read(request.header("authorization", self.bearer()).call()?, 200, "looking at the video")?;
            if let Some(why) = video.pointer("/processing/failure").and_then(Value::as_str) {
                bail!("the server could not process it: {why}");
            }
            if video.pointer("/state/id").and_then(Value::as_u64) == Some(1) {
                return Ok(format!("{}/w/{}", self.address, text(&video, "/shortUUID")?));
            }
            ensure!(
                begun.elapsed() < PUBLISH_DURATION_MAX,
                "not watchable after {}",
                seconds(PUBLISH_DURATION_MAX)
            );
            std::thread::sleep(LOOK_EVERY);
        }
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

fn read(answer: Answer, status: u16, what: &str) -> Result<Value> {
    if answer.status() != status {
        bail!("{}", complaint(answer, what));
    }
    let mut answer = answer;
    answer.body_mut().read_json().with_context(|| format!("{what}: the answer is not JSON"))
}

fn complaint(mut answer: Answer, what: &str) -> String {
    let said = answer.body_mut().read_to_string().unwrap_or_default();
    format!("{what}: the server said {} {}", answer.status(), said.chars().take(500).collect::<String>())
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    Ok(value
        .pointer(pointer)
        .and_then(Value::as_str)
        .with_context(|| format!("no {pointer} in the answer"))?
        .to_owned())
}

/// As much as there is, up to the buffer's length.
fn read_full(file: &mut File, buffer: &mut [u8]) -> Result<usize> {
    let mut length = 0;
    while let Some(rest) = buffer.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}
