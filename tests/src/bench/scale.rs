//! All that is asked often, of an instance with 100,000 videos beside one with 1,000: what an answer costs must not grow
//! with what there is.
//!
//! Each turn asks for many different pages in turn, so that a page that was kept is seldom the answer. Half of what
//! people type is words as they are, half begins of words and misspelt.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::api::seed;
use super::load::{TURN, wrk};
use super::processes::Usage;
use super::trial::{Figure, Trial};
use crate::rig::Instance;

const ROUNDS: usize = 3;
/// Videos, people, comments.
const SIZES: [[u64; 3]; 2] = [[100_000, 10_000, 1_000_000], [1_000, 100, 20_000]];
const CONTENDERS: [&str; 2] = ["100,000 videos", "1,000 videos"];

const CPU: Figure = Figure::cost("CPU per request", "ms");
const RATE: Figure = Figure::yield_of("requests", "/s");
const HALF: Figure = Figure::cost("half are answered within", "ms");
const MOST: Figure = Figure::cost("99 % are answered within", "ms");
const MEMORY: Figure = Figure::cost("memory of the server", "MB");

/// What is asked, and the paths it is asked by. `VIDEO` stands for the video that everybody talks about.
const QUESTIONS: &[(&str, &[&str])] = &[
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
/// Different pages of one path.
const PAGES: u64 = 200;

struct Place {
    server: Instance,
    token: String,
    video: String,
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
        Ok(Place { server, token, video })
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
    for (title, paths) in QUESTIONS {
        let mut trial = Trial::new(title, &CONTENDERS, ROUNDS);
        for turn in trial.turns() {
            let place = places.get(turn.1).context("two places")?;
            let pid = place.server.pid().context("the server does not run")?;
            let script = folder.path().join("ask.lua");
            fs::write(&script, place.script(paths))?;
            let before = Usage::of(pid)?;
            let load = wrk(place.server.address(), "/", Some(&script)).context(*title)?;
            let cpu = (Usage::of(pid)? - before).own.as_secs_f64();
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
