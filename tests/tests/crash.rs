//! The power goes out: nothing that somebody was told is saved may be lost, and nothing may be left half done.
//!
//! The server is killed with SIGKILL while files come in, while ffmpeg is seen to be at each kind of its work and while
//! metadata is written, and started again on what it left. Within each of these the dice choose the moment. A ledger
//! holds every answer it gave.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use serde_json::{Value, json};
use tests::rig::{
    Client, Clip, Dice, Instance, Options, Sound, Upload, all_videos, big_buck_bunny, clip, eventually,
    file_of, leftovers, processes_naming,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// Kills while uploading, and as many while metadata is written.
const KILLS_EACH: usize = 9;
/// Kills that must find ffmpeg at each kind of work; 50 in all.
const KILLS_AT_WORK: usize = 8;
/// How often a kill may come too late before the story gives up.
const MISSES_MAX: usize = 40;
/// Pieces of an upload, small so that many moments lie between two.
const PIECE_BYTES: usize = 96 * 1024;
/// All that is left over is processed within this, on a busy machine.
const SETTLE_DURATION_MAX: Duration = Duration::from_secs(600);
/// How often a video is asked whether it is finished while ffmpeg is looked for.
const ASK_EVERY: Duration = Duration::from_millis(300);

/// What ffmpeg is at, by its command line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Work {
    /// The source's own pictures are copied.
    Remux,
    /// A rendition is made that is watched meanwhile.
    Growth,
    /// The other renditions are made.
    Encode,
    /// Stills are taken.
    Pictures,
}

const WORKS: [Work; 4] = [Work::Remux, Work::Growth, Work::Encode, Work::Pictures];

impl Work {
    fn of(command: &str) -> Option<Work> {
        let has = |words: &str| command.contains(words);
        match () {
            () if !has("ffmpeg") => None,
            () if has("rawvideo") => Some(Work::Pictures),
            () if has("-flush_packets 1") => Some(Work::Growth),
            () if has("libx264") => Some(Work::Encode),
            () if has("-c:v copy") => Some(Work::Remux),
            () => None,
        }
    }

    /// Everything the server has ffmpeg do now.
    fn under_way(server: &Instance) -> Vec<Work> {
        server.at_work().iter().filter_map(|command| Work::of(command)).collect()
    }
}

/// Clips that are remuxed, and one that cannot be.
struct Clips {
    ordinary: Bytes,
    odd: Bytes,
}

/// What the server has told us is saved.
#[derive(Default)]
struct Ledger {
    videos: BTreeMap<String, Entry>,
    uploads: Vec<Begun>,
}

/// A video the server gave us a name for.
#[derive(Default)]
struct Entry {
    /// The last description it said it had taken.
    acknowledged: u32,
    /// The last one it was sent; it may have taken it without our hearing of it.
    sent: u32,
}

/// An upload the server gave us an address for.
struct Begun {
    upload: Upload,
    acknowledged: u64,
    sent: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_power_cuts_lose_nothing_and_leave_nothing() -> Result<()> {
    let mut dice = Dice::thrown();
    let ordinary = Clip { seconds: 6, width: 640, height: 360, sound: Sound::Tone, ..Clip::default() };
    let clips =
        Clips { ordinary: std::fs::read(clip(&ordinary)?)?.into(), odd: std::fs::read(odd_clip()?)?.into() };
    let mut server = Instance::start_with(Options::default()).await?;
    let admin = server.admin().await?;
    let mut ledger = Ledger::default();
    let first = new_video(&admin, &clips.ordinary, &mut ledger).await?;

    for _ in 0..KILLS_EACH {
        cut_while_uploading(&mut server, &admin, &clips.ordinary, &mut ledger, &mut dice).await?;
        check(&admin, &ledger).await.context("after a cut while uploading")?;
        cut_while_writing(&mut server, &admin, &first, &mut ledger, &mut dice).await?;
        check(&admin, &ledger).await.context("after a cut while metadata was written")?;
        // Work that the server dies over five times is given up, whoever killed it.
        settle(&admin).await?;
    }
    let mut found: BTreeMap<Work, usize> = BTreeMap::new();
    for work in WORKS {
        let mut misses = 0;
        while found.get(&work).is_none_or(|found| *found < KILLS_AT_WORK) {
            let killed = cut_at_work(&mut server, &admin, &clips, &mut ledger, &mut dice, work).await?;
            misses += usize::from(!killed.contains(&work));
            ensure!(misses <= MISSES_MAX, "{work:?} is always over too soon: {found:?}");
            killed.into_iter().for_each(|work| *found.entry(work).or_default() += 1);
            check(&admin, &ledger).await.with_context(|| format!("after a cut at {work:?}"))?;
            settle(&admin).await.with_context(|| format!("after a cut at {work:?}"))?;
        }
    }
    println!("killed while uploading and writing {KILLS_EACH} times each, and ffmpeg at work: {found:?}");

    settle(&admin).await?;
    check(&admin, &ledger).await.context("in the end")?;
    for begun in &ledger.uploads {
        let gone = admin.delete(&begun.upload.location).await?;
        ensure!([204, 404].contains(&gone.status), "an upload could not be given up: {gone:?}");
    }
    let left = leftovers(&admin, &server.data()).await?;
    ensure!(left.is_empty(), "disk and videos disagree: {left:#?}");
    server.stop().await?;
    let alive = processes_naming(&server.data())?;
    ensure!(alive.is_empty(), "still at work: {alive:#?}");
    Ok(())
}

/// A film in a codec that no browser shows.
fn odd_clip() -> Result<PathBuf> {
    file_of("crash-odd.mkv", |target| {
        let pictures = "testsrc2=s=640x360:r=25:d=12";
        let status = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", pictures])
            .args(["-f", "lavfi", "-i", "sine=440:d=12", "-c:v", "mpeg4", "-q:v", "5", "-c:a", "flac"])
            .args(["-f", "matroska"])
            .arg(target)
            .stdin(Stdio::null())
            .status()?;
        ensure!(status.success(), "ffmpeg could not make an odd clip");
        Ok(())
    })
}

/// Uploads a file, waits until ffmpeg is seen at a kind of work on it, and cuts a moment later. What it was at then.
async fn cut_at_work(
    server: &mut Instance,
    admin: &Client,
    clips: &Clips,
    ledger: &mut Ledger,
    dice: &mut Dice,
    work: Work,
) -> Result<Vec<Work>> {
    let bytes = if work == Work::Growth { &clips.odd } else { &clips.ordinary };
    let uuid = new_video(admin, bytes, ledger).await?;
    let mut asked = Instant::now();
    // As often as can be: some of it lasts a few hundredths of a second.
    while !Work::under_way(server).contains(&work) {
        tokio::task::yield_now().await;
        if ASK_EVERY < asked.elapsed() {
            let video = admin.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
            if video.get("processing").is_none_or(Value::is_null) {
                // It was over before it was seen.
                return Ok(Vec::new());
            }
            asked = Instant::now();
        }
    }
    let delay_max = if matches!(work, Work::Growth | Work::Encode) { 400 } else { 20 };
    tokio::time::sleep(dice.span(Duration::from_millis(delay_max))).await;
    let at_work = Work::under_way(server);
    server.kill()?;
    server.restart().await?;
    Ok(at_work)
}

/// Sends a file in pieces and cuts in the middle of one of them; then sends the rest, as a client that resumes does.
async fn cut_while_uploading(
    server: &mut Instance,
    admin: &Client,
    bytes: &Bytes,
    ledger: &mut Ledger,
    dice: &mut Dice,
) -> Result<()> {
    let size = bytes.len() as u64;
    let upload = Upload::begin(admin, &json!({ "name": "cut while uploading" }), "cut.mp4", size).await?;
    let mut begun = Begun { upload: upload.clone(), acknowledged: 0, sent: 0 };
    let cut_at = dice.below(size);
    let video = loop {
        let start = begun.acknowledged;
        let end = (usize::try_from(start)? + PIECE_BYTES).min(bytes.len());
        let piece = bytes.slice(usize::try_from(start)?..end);
        begun.sent = end as u64;
        let put = upload.put(admin, start, piece);
        let answer = if cut_at < end as u64 && start <= cut_at {
            let (answer, killed) = tokio::join!(put, async {
                tokio::time::sleep(dice.span(Duration::from_millis(8))).await;
                server.kill()
            });
            killed?;
            server.restart().await?;
            answer.ok()
        } else {
            Some(put.await?)
        };
        match answer {
            Some(answer) if answer.status == 308 => begun.acknowledged = end as u64,
            Some(answer) => break Some(answer.expect(200)?.json()?),
            None => match upload.received(admin).await? {
                Some(received) => {
                    ensure!(
                        begun.acknowledged <= received && received <= begun.sent,
                        "{received} bytes kept, {} acknowledged, {} sent",
                        begun.acknowledged,
                        begun.sent
                    );
                    begun.acknowledged = received;
                }
                // Complete; the answer was lost with the server.
                None => break None,
            },
        }
    };
    if let Some(uuid) = video.as_ref().and_then(|video| video.pointer("/video/uuid")).and_then(Value::as_str)
    {
        ledger.videos.insert(uuid.to_owned(), Entry::default());
    }
    // Every other time an upload is left lying about, too.
    if dice.below(2) == 0 {
        let upload = Upload::begin(admin, &json!({ "name": "left lying about" }), "left.mp4", size).await?;
        upload.put(admin, 0, bytes.slice(..PIECE_BYTES)).await?.expect(308)?;
        ledger.uploads.push(Begun { upload, acknowledged: PIECE_BYTES as u64, sent: PIECE_BYTES as u64 });
    }
    Ok(())
}

/// Changes a description again and again and cuts in between.
async fn cut_while_writing(
    server: &mut Instance,
    admin: &Client,
    uuid: &str,
    ledger: &mut Ledger,
    dice: &mut Dice,
) -> Result<()> {
    let entry = ledger.videos.get_mut(uuid).context("the ledger has lost a video")?;
    let writing = async {
        loop {
            entry.sent += 1;
            let body = json!({ "description": format!("number {}", entry.sent) });
            match admin.put(&format!("/api/v1/videos/{uuid}"), &body).await {
                Ok(answer) if answer.status == 204 => entry.acknowledged = entry.sent,
                Ok(answer) => bail!("a change was refused: {answer:?}"),
                // The server is gone.
                Err(_) => return Ok(()),
            }
        }
    };
    let (written, killed) = tokio::join!(writing, async {
        tokio::time::sleep(dice.span(Duration::from_millis(150))).await;
        server.kill()
    });
    killed?;
    written?;
    server.restart().await
}

async fn new_video(admin: &Client, bytes: &Bytes, ledger: &mut Ledger) -> Result<String> {
    let upload = Upload::begin(admin, &json!({ "name": "a clip" }), "clip.mp4", bytes.len() as u64).await?;
    let video = upload.send_from(admin, 0, bytes).await?;
    let uuid = video.get("uuid").and_then(Value::as_str).context("no uuid")?.to_owned();
    ledger.videos.insert(uuid.clone(), Entry::default());
    Ok(uuid)
}

/// Everything the ledger holds is still true.
async fn check(admin: &Client, ledger: &Ledger) -> Result<()> {
    for (uuid, entry) in &ledger.videos {
        let video = admin.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
        let description = video.get("description").and_then(Value::as_str).unwrap_or("number 0");
        let number: u32 = description.trim_start_matches("number ").parse()?;
        ensure!(
            entry.acknowledged <= number && number <= entry.sent,
            "video {uuid} has description {number}; {} was acknowledged, {} sent",
            entry.acknowledged,
            entry.sent
        );
    }
    for begun in &ledger.uploads {
        let received = begun.upload.received(admin).await?.context("an unfinished upload is gone")?;
        ensure!(
            begun.acknowledged <= received && received <= begun.sent,
            "an upload has lost bytes: {received}"
        );
    }
    Ok(())
}

/// Waits until nothing is under way: every video the server knows, also those whose names we never heard because the
/// answer was lost, is published with all its renditions. One that was at work in each of so many cuts that the server
/// gave it up is asked for once more, as who keeps it would.
async fn settle(admin: &Client) -> Result<()> {
    let given_up = admin.get("/api/v1/jobs/failed?count=100").await?.expect(200)?.json()?;
    for job in given_up.get("data").and_then(Value::as_array).into_iter().flatten() {
        let error = job.get("error").and_then(Value::as_str).unwrap_or_default();
        ensure!(error.contains("The server ended"), "a job failed otherwise: {job}");
        let id = job.get("id").and_then(Value::as_str).context("a job has a number")?;
        admin.post(&format!("/api/v1/jobs/{id}/retry"), &json!({})).await?.expect(204)?;
    }
    for uuid in all_videos(admin).await? {
        Upload::finished(admin, &uuid, SETTLE_DURATION_MAX).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_goes_on_where_it_was_when_the_server_was_killed() -> Result<()> {
    let bytes = Bytes::from(std::fs::read(big_buck_bunny()?)?);
    let size = bytes.len() as u64;
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let upload = Upload::begin(&admin, &json!({ "name": "Big Buck Bunny" }), "bunny.mp4", size).await?;
    let half = bytes.len() / 2;
    upload.put(&admin, 0, bytes.slice(..half)).await?.expect(308)?;
    server.kill()?;
    server.restart().await?;

    let received = upload.received(&admin).await?.context("the upload is gone")?;
    assert_eq!(received, half as u64);
    let video = upload.send_from(&admin, received, &bytes).await?;
    let uuid = video.get("uuid").and_then(Value::as_str).context("no uuid")?;
    let kept = std::fs::read(server.data().join(format!("sources/{uuid}.mp4")))?;
    assert!(kept == bytes, "the bytes kept are not those sent");
    Upload::published(&admin, uuid, Duration::from_secs(60)).await?;
    server.stop().await?;
    Ok(())
}

/// A film on its way from elsewhere: half of it to whoever asks first, who gets no more; all of it from then on. Gives
/// its address, and a bell that rings when half of it is out.
async fn halting_film(bytes: Bytes) -> Result<(String, Arc<Notify>)> {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let (port, half_is_out) = (socket.local_addr()?.port(), Arc::new(Notify::new()));
    let bell = half_is_out.clone();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut line, _)) = socket.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") && line.read_buf(&mut head).await.is_ok_and(|read| 0 < read) {}
            let size = bytes.len();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {size}\r\n\r\n");
            let sent = if held.is_empty() { bytes.slice(..size / 2) } else { bytes.clone() };
            // Whoever was killed meanwhile hears nothing.
            if line.write_all(head.as_bytes()).await.is_ok() && line.write_all(&sent).await.is_ok() {
                bell.notify_one();
            }
            held.push(line);
        }
    });
    // Under another name than the server has, which fetches nothing from itself.
    Ok((format!("http://localhost:{port}/Big_Buck_Bunny.mp4"), half_is_out))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_from_elsewhere_arrives_once_though_the_server_was_killed_on_the_way() -> Result<()> {
    let (film, half_is_out) = halting_film(Bytes::from(std::fs::read(big_buck_bunny()?)?)).await?;
    let options = Options::default()
        .set("import.http", true)
        .set("import.networks_allowed", "127.0.0.1,::1")
        .set("transcoding.heights", "240");
    let mut server = Instance::start_with(options).await?;
    let admin = server.admin().await?;
    let channel = admin.get("/api/v1/video-channels/root_channel").await?.expect(200)?.json()?;
    let wish = json!({ "channelId": channel.get("id"), "targetUrl": film, "privacy": 1 });
    admin.post("/api/v1/videos/imports", &wish).await?.expect(200)?;
    tokio::time::timeout(SETTLE_DURATION_MAX, half_is_out.notified())
        .await
        .context("it is never asked for")?;
    server.kill()?;
    server.restart().await?;

    let import = eventually("the import arrives", SETTLE_DURATION_MAX, async || {
        let list = admin.get("/api/v1/users/me/videos/imports").await?.expect(200)?.json()?;
        let import = list.pointer("/data/0").cloned().context("the import is gone")?;
        match import.pointer("/state/id").and_then(Value::as_u64) {
            Some(1 | 6) => Ok(None),
            Some(2) => Ok(Some(import)),
            _ => bail!("it failed: {import}"),
        }
    })
    .await?;
    assert_eq!(import.pointer("/video/name"), Some(&json!("Big Buck Bunny")));
    let all = all_videos(&admin).await?;
    assert_eq!(all.len(), 1, "it is there once: {all:?}");
    for uuid in all {
        Upload::finished(&admin, &uuid, SETTLE_DURATION_MAX).await?;
        let kept = server.data().join(format!("sources/{uuid}.mp4"));
        assert!(!kept.exists() || std::fs::read(kept)? == std::fs::read(big_buck_bunny()?)?);
    }
    server.stop().await?;
    Ok(())
}
