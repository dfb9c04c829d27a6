//! Fills the store of a stopped instance with published videos, people and what they say, so that answers can be measured
//! at a size.
//!
//! `seed DATA VIDEOS [PEOPLE COMMENTS]`: the instance must have been started once, so that `root_channel` exists. The
//! videos have rows as the pipeline leaves them and no files: whoever measures lists asks for no byte of them. With
//! people, the videos are spread over their channels, [`TALKED_ABOUT`] comments are about the newest video and the others
//! about all, and root has as much news as anybody may have.

use std::path::Path;

use anyhow::Context;
use backend::domain::account::{self, NewUser};
use backend::domain::comment::{self, NewComment};
use backend::domain::notification::tell;
use backend::domain::video::edit::{Arrival, Pictures, create};
use backend::domain::video::lifecycle::{Milestone, advance};
use backend::domain::viewer::Person;
use backend::store::records::{Facts, NotificationKind, Playlist, Rendition, Role, Source, Subject};
use backend::store::tables::{ChannelNameKey, UserKey, VideoKey};
use backend::store::{Durability, Read, Store, Write};
use shared::api::NewVideo;
use shared::id::{ChannelId, FileId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

/// Rows of one unit of work: commits stay small beside sled's segments.
const BATCH: u64 = 100;
const START: Timestamp = Timestamp(1_760_000_000_000);
const MINUTE_MS: i64 = 60_000;

/// Comments about the video that everybody talks about.
const TALKED_ABOUT: u64 = 10_000;
/// Pieces of news for root.
const NEWS: u64 = 5_000;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (data, numbers) = arguments.split_first().context("usage: seed DATA VIDEOS [PEOPLE COMMENTS]")?;
    let numbers: Vec<u64> = numbers
        .iter()
        .map(|number| number.parse())
        .collect::<Result<_, _>>()
        .context("the rest are numbers")?;
    let (videos, people, comments) = match *numbers.as_slice() {
        [videos] => (videos, 0, 0),
        [videos, people, comments] => (videos, people, comments),
        _ => anyhow::bail!("usage: seed DATA VIDEOS [PEOPLE COMMENTS]"),
    };
    let store = Store::open(&Path::new(data).join("store"))?;
    let roots = store
        .get(&ChannelNameKey { name: "root_channel".to_owned() })?
        .context("start the instance once before filling it: it has no root_channel")?;
    let crowd = crowd(&store, people)?;
    let channel = |number: u64| match u64::try_from(crowd.len()) {
        Ok(count @ 1..) => {
            crowd.get(usize::try_from(number % count)?).map(|(_, channel)| *channel).context("a person")
        }
        _ => Ok(roots),
    };
    in_batches(&store, videos, |write, number| publish(write, channel(number)?, number))?;
    in_batches(&store, comments, |write, number| {
        let (person, _) = crowd.get(usize::try_from(scattered(number) % people)?).context("a person")?;
        // The newest is the one that everybody talks about.
        let video = if number < TALKED_ABOUT { videos } else { 1 + scattered(number + 7) % videos };
        let text = format!("What was said at minute **{number}** I had never heard like that. Thank you!");
        let new =
            NewComment { video: VideoId(video), parent: None, text, is_suspicious: false, tags: Vec::new() };
        let at = Timestamp(START.0 + i64::try_from(number)? * 1000);
        comment::say(write, at, person, new)?;
        Ok(())
    })?;
    if people != 0 {
        in_batches(&store, NEWS, |write, number| {
            let at = Timestamp(START.0 + i64::try_from(number)? * MINUTE_MS);
            let subject = Subject::Video(VideoId(1 + number % videos));
            Ok(tell(write, at, UserId(1), NotificationKind::NewVideo, subject)?)
        })?;
    }
    store.flush()?;
    println!("{videos} videos, {people} people, {comments} comments");
    Ok(())
}

/// Does what is done `count` times, a batch at a time.
fn in_batches(
    store: &Store,
    count: u64,
    mut each: impl FnMut(&mut Write<'_>, u64) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for first in (0..count).step_by(usize::try_from(BATCH)?) {
        store.write(Durability::Relaxed, |write| -> anyhow::Result<()> {
            (first..count.min(first + BATCH)).try_for_each(|number| each(write, number))
        })?;
    }
    Ok(())
}

/// A multiplicative hash: rows need to differ, not to be unguessable.
fn scattered(number: u64) -> u64 {
    (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

/// People with a channel each.
fn crowd(store: &Store, count: u64) -> anyhow::Result<Vec<(Person, ChannelId)>> {
    let mut crowd = Vec::new();
    in_batches(store, count, |write, number| {
        let username = format!("viewer{number}");
        let channel = format!("viewer{number}_films");
        let new = NewUser {
            email: format!("{username}@films.example"),
            username,
            // Nobody signs in as one of them.
            password: String::new(),
            role: Role::User,
            channel: channel.clone(),
            video_quota: None,
            video_quota_daily: None,
        };
        let user = account::create(write, START, new)?;
        let account = write.get(&UserKey { user })?.context("a person just made")?.account;
        let channel = write.get(&ChannelNameKey { name: channel })?.context("a channel just made")?;
        crowd.push((Person { user, account, role: Role::User }, channel));
        Ok(())
    })?;
    Ok(crowd)
}

fn publish(write: &mut Write<'_>, channel: ChannelId, number: u64) -> anyhow::Result<()> {
    let at = Timestamp(START.0 + i64::try_from(number)? * MINUTE_MS);
    // A multiplicative hash spreads the numbers; the rows need to differ, not to be unguessable.
    let uuid =
        Uuid::from_random(u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
    let form = NewVideo {
        name: Some(format!("Evening lecture {number}")),
        description: Some(Some(format!(
            "Lecture **{number}** of the season, with two paragraphs.\n\nThe slides are at https://example.org/{number}"
        ))),
        tags: Some(Some(vec!["lecture".to_owned(), format!("season-{}", number % 7)])),
        category: Some(Some(u32::try_from(1 + number % 18)?)),
        language: Some(Some(if number.is_multiple_of(2) { "en" } else { "fr" }.to_owned())),
        privacy: Some(shared::api::privacy::PUBLIC),
        ..NewVideo::default()
    };
    let arrival = Arrival {
        uuid,
        channel,
        form,
        source: Source {
            extension: ".mp4".into(),
            filename: format!("lecture-{number}.mp4"),
            bytes: 40_000_000,
            file: None,
            take: 0,
        },
        facts: Facts {
            duration_ms: 60_000 + number * 1000,
            width: 1280,
            height: 720,
            fps: 30,
            has_audio: true,
            has_video: true,
        },
        chapters: Vec::new(),
        pictures: Pictures { thumbnail: Some(format!("{uuid}.jpg")), preview: Some(format!("{uuid}.jpg")) },
        host: "films.example".to_owned(),
    };
    let mut video = create(write, at, arrival)?;
    let renditions = [(720, 1280), (480, 854), (240, 426), (0, 0)]
        .into_iter()
        .map(|(height, width)| -> anyhow::Result<Rendition> {
            Ok(Rendition {
                file: FileId(write.next_number("files")?),
                playlist_name: format!("{uuid}-{height}.m3u8"),
                file_name: format!("{uuid}-{height}-fragmented.mp4"),
                width,
                height,
                fps: if height == 0 { 0 } else { 30 },
                bytes: 10_000 * u64::from(height) + 900_000,
                bandwidth: 4_000 * u64::from(height) + 128_000,
                bandwidth_average: 3_000 * u64::from(height) + 128_000,
                codecs: if height == 0 { "mp4a.40.2" } else { "avc1.64001f" }.to_owned(),
                channels: 2,
                has_audio: height == 0,
                has_video: height != 0,
                torrent: None,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    video.playlist = Some(Playlist {
        id: write.next_number("playlists")?,
        master: format!("{uuid}-master.m3u8"),
        digests: format!("{uuid}-segments-sha256.json"),
        renditions,
    });
    advance(&mut video, Milestone::Complete, at);
    write.insert(&VideoKey { video: video.id }, &video)?;
    Ok(())
}
