//! Fills the store of a stopped instance with published videos, so that lists can be measured at a size.
//!
//! `seed DATA COUNT`: the instance must have been started once, so that `root_channel` exists. The videos have rows as
//! the pipeline leaves them and no files: whoever measures lists asks for no byte of them.

use std::path::Path;

use anyhow::Context;
use backend::domain::video::edit::{Arrival, Pictures, create};
use backend::domain::video::lifecycle::{Milestone, advance};
use backend::store::records::{Facts, Playlist, Rendition, Source};
use backend::store::tables::{ChannelNameKey, VideoKey};
use backend::store::{Durability, Read, Store};
use shared::api::NewVideo;
use shared::id::{ChannelId, FileId, Uuid};
use shared::time::Timestamp;

/// Rows of one unit of work: commits stay small beside sled's segments.
const BATCH: u64 = 100;
const START: Timestamp = Timestamp(1_760_000_000_000);
const MINUTE_MS: i64 = 60_000;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, count] = arguments.as_slice() else { anyhow::bail!("usage: seed DATA COUNT") };
    let count: u64 = count.parse().context("COUNT is a number")?;
    let store = Store::open(&Path::new(data).join("store"))?;
    let channel = store
        .get(&ChannelNameKey { name: "root_channel".to_owned() })?
        .context("start the instance once before filling it: it has no root_channel")?;
    for first in (0..count).step_by(usize::try_from(BATCH)?) {
        store.write(Durability::Relaxed, |write| -> anyhow::Result<()> {
            (first..count.min(first + BATCH)).try_for_each(|number| publish(write, channel, number))
        })?;
    }
    store.flush()?;
    println!("{count} videos");
    Ok(())
}

fn publish(write: &mut backend::store::Write<'_>, channel: ChannelId, number: u64) -> anyhow::Result<()> {
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
