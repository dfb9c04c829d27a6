//! All that is asked often, of an instance with 100,000 videos beside one with 1,000: what an answer costs must not grow
//! with what there is.
//!
//! Each turn asks for many different pages in turn, so that a page that was kept is seldom the answer. Half of what
//! people type is words as they are, half begins of words and misspelt. Some lists are asked for while videos change one
//! after the other, as they do where people live: what is kept must follow each change and not be made anew.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::api::seed;
use super::load::{TURN, wrk};
use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::{Client, Instance};

const ROUNDS: usize = 3;
/// Videos, people, comments.
const SIZES: [[u64; 3]; 2] = [[100_000, 10_000, 1_000_000], [1_000, 100, 20_000]];
const CONTENDERS: [&str; 2] = ["100,000 videos", "1,000 videos"];

const CPU: Figure = Figure::cost("CPU per request", "ms");
const RATE: Figure = Figure::yield_of("requests", "/s");
const HALF: Figure = Figure::cost("half are answered within", "ms");
const MOST: Figure = Figure::cost("99 % are answered within", "ms");
const ALONE: Figure = Figure::cost("95 % are answered within, to one who asks alone", "ms");
const START: Figure = Figure::cost("until the first answer", "ms");
const MEMORY: Figure = Figure::cost("memory of the server", "MB");

/// What is asked, and the paths it is asked by. `VIDEO` stands for the video that everybody talks about.
const QUESTIONS: &[(&str, &[&str])] = &[
    (
        "newest videos, while some change",
        &["videos?sort=-publishedAt&count=15&start=N", "videos?sort=-likes&count=15&start=N"],
    ),
    (
        "videos of a category and a tag, while some change",
        &["videos?categoryOneOf=7&tagsOneOf=season-3&count=15&start=N"],
    ),
    ("newest videos", &["videos?sort=-publishedAt&count=15&start=N"]),
    ("videos by views", &["videos?sort=-views&count=15&start=N"]),
    ("videos by likes", &["videos?sort=-likes&count=15&start=N"]),
    ("videos by name", &["videos?sort=name&count=15&start=N"]),
    ("trending videos", &["videos?sort=-trending&count=15&start=N"]),
    ("hot videos", &["videos?sort=-hot&count=15&start=N"]),
    (
        "videos of a category, a language and a tag",
        &["videos?categoryOneOf=7&languageOneOf=en&tagsOneOf=season-3&count=15&start=N"],
    ),
    ("a video", &["videos/N"]),
    (
        "threads of a video with 10,000",
        &[
            "videos/VIDEO/comment-threads?count=10&start=N",
            "videos/VIDEO/comment-threads?count=10&start=N&sort=-totalReplies",
        ],
    ),
    (
        "a search",
        &["search/videos?search=lecture+N&count=10", "search/videos?search=evning+lectur&count=10&start=N"],
    ),
    ("one's news", &["users/me/notifications?count=20&start=N"]),
];
/// In the name of a question that is asked while videos change.
const CHANGING: &str = "while some change";
/// One change after the other, each of a thumb and of a name: more than a lively instance sees.
const CHANGE_PAUSE: Duration = Duration::from_millis(50);
/// Different pages of one path.
const PAGES: u64 = 200;

/// A server at rest uses less of a core than a twentieth.
const REST_LOOK: Duration = Duration::from_millis(500);
const REST_USE_MAX: Duration = Duration::from_millis(25);
const REST_DEADLINE: Duration = Duration::from_secs(180);

/// Waits until the server has done what it does by itself: what a start leaves to be done, and what changes leave, is no
/// part of what an answer costs.
async fn settle(pid: u32) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < REST_DEADLINE {
        let before = Usage::of(pid)?;
        tokio::time::sleep(REST_LOOK).await;
        if (Usage::of(pid)? - before).own < REST_USE_MAX {
            return Ok(());
        }
    }
    bail!("the server does not come to rest")
}

struct Place {
    server: Instance,
    admin: Client,
    token: String,
    video: String,
}

/// Changes one video after the other.
async fn change(admin: Client) {
    for number in (1..PAGES).cycle() {
        let path = format!("/api/v1/videos/{number}");
        let rating = if number % 2 == 0 { "like" } else { "none" };
        // A change that comes too late for its turn is not missed.
        let _ = admin.put(&format!("{path}/rate"), &json!({ "rating": rating })).await;
        let _ = admin.put(&path, &json!({ "name": format!("Lecture {number}, seen again") })).await;
        tokio::time::sleep(CHANGE_PAUSE).await;
    }
}

impl Place {
    async fn build(counts: &[u64; 3]) -> Result<Place> {
        let mut server = Instance::start().await?;
        server.stop().await?;
        seed(&server.data(), counts)?;
        server.restart().await?;
        let admin = server.admin().await?;
        let newest = admin.get("/api/v1/videos?count=1").await?.expect(200)?.json()?;
        ensure!(newest.pointer("/total").and_then(Value::as_u64) == Some(counts[0]), "not filled: {newest}");
        let video = newest.pointer("/data/0/uuid").and_then(Value::as_str).context("no video")?.to_owned();
        let token = admin.token().context("nobody signed in")?.to_owned();
        Ok(Place { server, admin, token, video })
    }

    /// Within what 95 of a hundred answers come to one client that asks one after the other.
    async fn alone(&self, paths: &[&str]) -> Result<f64> {
        let mut took = Vec::new();
        for number in 1..=PAGES {
            for path in paths {
                let path = path.replace('N', &number.to_string()).replace("VIDEO", &self.video);
                let begun = Instant::now();
                self.admin.get(&format!("/api/v1/{path}")).await?.expect(200)?;
                took.push(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
        took.sort_by(f64::total_cmp);
        took.get(took.len() * 95 / 100).copied().context("nothing was asked")
    }

    /// A script that asks for one page after the other.
    fn script(&self, paths: &[&str]) -> String {
        let mut script = String::from("local paths = {\n");
        for number in 1..=PAGES {
            for path in paths {
                let path = path.replace('N', &number.to_string()).replace("VIDEO", &self.video);
                let _ = writeln!(script, "  \"/api/v1/{path}\",");
            }
        }
        let _ = writeln!(script, "}}\nlocal at = 0\nlocal headers = {{}}");
        // What is everybody's is asked by nobody in particular.
        if paths.iter().any(|path| path.starts_with("users/me")) {
            let _ = writeln!(script, "headers.Authorization = \"Bearer {}\"", self.token);
        }
        script.push_str(
            "request = function()\n  at = at % #paths + 1\n  return wrk.format(\"GET\", paths[at], headers)\nend\n",
        );
        script
    }
}

/// Measures.
///
/// # Errors
/// When a part is missing or an answer is wrong.
pub async fn run() -> Result<()> {
    let mut places = [Place::build(&SIZES[0]).await?, Place::build(&SIZES[1]).await?];
    let folder = tempfile::tempdir()?;
    let mut trial = Trial::new("a start", &CONTENDERS, ROUNDS);
    for turn in trial.turns() {
        let place = places.get_mut(turn.1).context("two places")?;
        place.server.stop().await?;
        let begun = Instant::now();
        place.server.restart().await?;
        trial.note(turn, START, begun.elapsed().as_secs_f64() * 1e3);
    }
    trial.finish()?;
    for (title, paths) in QUESTIONS {
        let mut trial = Trial::new(title, &CONTENDERS, ROUNDS);
        for turn in trial.turns() {
            let place = places.get(turn.1).context("two places")?;
            let pid = place.server.pid().context("the server does not run")?;
            let script = folder.path().join("ask.lua");
            fs::write(&script, place.script(paths))?;
            settle(pid).await?;
            let changing = title.contains(CHANGING).then(|| tokio::spawn(change(place.admin.clone())));
            let before = Usage::of(pid)?;
            let load = wrk(place.server.address(), "/", Some(&script)).context(*title)?;
            let cpu = (Usage::of(pid)? - before).own.as_secs_f64();
            if let Some(changing) = changing {
                changing.abort();
            }
            trial.note(turn, ALONE, place.alone(paths).await?);
            trial.note(turn, CPU, cpu * 1e3 / load.requests);
            trial.note(turn, RATE, load.requests / TURN.as_secs_f64());
            trial.note(turn, HALF, load.half_ms);
            trial.note(turn, MOST, load.most_ms);
            #[expect(clippy::cast_precision_loss, reason = "far below 53 bits")]
            trial.note(turn, MEMORY, place.server.resident_bytes()? as f64 / 1e6);
        }
        trial.finish()?;
    }
    for place in &mut places {
        place.server.stop().await?;
    }
    Ok(())
}
