//! The power goes out: nothing that somebody was told is saved may be lost, and nothing may be left half done.
//!
//! The server is killed with SIGKILL at moments chosen by dice, while files come in, while they are processed and while
//! metadata is written, and started again on what it left. A ledger holds every answer it gave.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use serde_json::{Value, json};
use tests::rig::{
    Client, Clip, Dice, Instance, Options, Sound, Upload, big_buck_bunny, clip, eventually_every, leftovers,
};

/// Kills in each of the three kinds of moment; 54 in all.
const KILLS_EACH: usize = 18;
/// Pieces of an upload, small so that many moments lie between two.
const PIECE_BYTES: usize = 96 * 1024;
/// All that is left over is processed within this, on a busy machine.
const SETTLE_DURATION_MAX: Duration = Duration::from_secs(600);

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
    let clip = clip(&Clip { seconds: 5, width: 426, height: 240, sound: Sound::Tone, ..Clip::default() })?;
    let bytes = Bytes::from(std::fs::read(clip)?);
    let mut server = Instance::start_with(Options::default()).await?;
    let admin = server.admin().await?;
    let mut ledger = Ledger::default();
    let first = new_video(&admin, &bytes, &mut ledger).await?;

    let mut kills = 0;
    for _ in 0..KILLS_EACH {
        cut_while_uploading(&mut server, &admin, &bytes, &mut ledger, &mut dice).await?;
        check(&admin, &ledger).await.context("after a cut while uploading")?;
        cut_while_processing(&mut server, &admin, &bytes, &mut ledger, &mut dice).await?;
        check(&admin, &ledger).await.context("after a cut while processing")?;
        cut_while_writing(&mut server, &admin, &first, &mut ledger, &mut dice).await?;
        check(&admin, &ledger).await.context("after a cut while metadata was written")?;
        kills += 3;
    }
    ensure!(50 <= kills, "only {kills} cuts");

    settle(&admin, &ledger).await?;
    check(&admin, &ledger).await.context("in the end")?;
    for begun in &ledger.uploads {
        let gone = admin.delete(&begun.upload.location).await?;
        ensure!([204, 404].contains(&gone.status), "an upload could not be given up: {gone:?}");
    }
    let left = leftovers(&admin, &server.data()).await?;
    ensure!(left.is_empty(), "disk and videos disagree: {left:#?}");
    println!("{kills} cuts, {} videos, {} uploads begun", ledger.videos.len(), ledger.uploads.len());
    server.stop().await?;
    Ok(())
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

/// Uploads a file and cuts within the seconds in which it is worked on.
async fn cut_while_processing(
    server: &mut Instance,
    admin: &Client,
    bytes: &Bytes,
    ledger: &mut Ledger,
    dice: &mut Dice,
) -> Result<()> {
    new_video(admin, bytes, ledger).await?;
    tokio::time::sleep(dice.span(Duration::from_millis(2500))).await;
    server.kill()?;
    server.restart().await
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

/// Waits until nothing is under way: every video is published with all its renditions, or has failed with a reason.
async fn settle(admin: &Client, ledger: &Ledger) -> Result<()> {
    for uuid in ledger.videos.keys() {
        let pause = Duration::from_millis(200);
        eventually_every(pause, &format!("video {uuid} comes to an end"), SETTLE_DURATION_MAX, async || {
            let video = admin.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()?;
            if let Some(why) = video.pointer("/processing/failure").and_then(Value::as_str) {
                bail!("a sound clip failed: {why}");
            }
            let is_published = video.pointer("/state/id").and_then(Value::as_u64) == Some(1);
            Ok((is_published && video.get("processing").is_none_or(Value::is_null)).then_some(()))
        })
        .await?;
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
