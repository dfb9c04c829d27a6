use serde_json::Value;
use shared::id::FileId;

use super::*;
use crate::http::sample;
use crate::store::records::{Playlist, Privacy, Rendition, Torrent, Video};

const LISTS: &str = include_str!("../../tests/vectors/p2p/peertube-allowlist-7-8.json");

fn streams(resolutions: &[u32]) -> Streams {
    let list: Value = serde_json::from_str(LISTS).unwrap();
    let name = list["muxedThreeRenditions"][0]["streamSwarmId"].as_str().unwrap();
    let playlist_url = name.strip_prefix("v2-").unwrap().strip_suffix("-main-0").unwrap().to_owned();
    Streams {
        is_ours: true,
        video: Uuid(7),
        playlist_url,
        resolutions: resolutions.to_vec(),
        files: Vec::new(),
    }
}

#[test]
fn a_video_has_the_swarms_that_peertube_allows() {
    let lists: Value = serde_json::from_str(LISTS).unwrap();
    for (name, resolutions) in [
        ("muxedThreeRenditions", &[720, 240, 480][..]),
        ("splitAudioPlusTwo", &[0, 720, 240]),
        ("audioOnlyVideo", &[0]),
    ] {
        let expected: Vec<&str> =
            lists[name].as_array().unwrap().iter().map(|row| row["storedHex"].as_str().unwrap()).collect();
        let hashes: Vec<String> =
            streams(resolutions).info_hashes().iter().map(ToString::to_string).collect();
        assert_eq!(hashes[..expected.len()], expected, "{name}");
        // And as many in each of the two next ones.
        assert_eq!(hashes.len(), 3 * expected.len(), "{name}");
    }
}

/// What BitTorrent clients know a rendition's file by.
fn file_of(height: u32) -> InfoHash {
    InfoHash([u8::try_from(height / 10).unwrap(); 20])
}

fn with_renditions(video: Video, heights: &[u32]) -> Video {
    let rendition = |height: &u32| Rendition {
        file: FileId(u64::from(*height)),
        playlist_name: format!("x-{height}.m3u8"),
        file_name: format!("x-{height}-fragmented.mp4"),
        width: height * 2,
        height: *height,
        fps: 30,
        bytes: 1000,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: "avc1.64001f".into(),
        channels: 2,
        has_audio: true,
        has_video: true,
        torrent: Some(Torrent { name: String::new(), piece_bytes: 1000, info_hash: file_of(*height) }),
    };
    let playlist = Playlist {
        id: 1,
        master: format!("{}-master.m3u8", video.uuid),
        digests: "x-segments-sha256.json".into(),
        renditions: heights.iter().map(rendition).collect(),
    };
    Video { playlist: Some(playlist), ..video }
}

#[tokio::test]
async fn the_tracker_knows_exactly_what_everybody_may_see() {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    app.start_tracker().unwrap();
    let video = Video { uuid: sample::PUBLIC, ..sample::plain_video(1) };
    let allowed = async |video: &Video| {
        let (entry, _) = app.catalogue().find(shared::id::VideoRef::Uuid(video.uuid)).unwrap();
        let entry_streams = Streams::of(app.url(), &entry);
        let announce = |info_hash| crate::tracker::TcpAnnounce {
            info_hash,
            peer_id: shared::id::PeerId([1; 20]),
            address: "192.0.2.1:6881".parse().unwrap(),
            event: shared::tracker::Event::Stopped,
            is_complete: false,
            wanted: 0,
            is_compact: true,
        };
        let mut taken = 0;
        for hash in streams_with(video, 3).info_hashes() {
            taken += usize::from(app.tracker().announce(announce(hash)).await.unwrap().is_ok());
        }
        (entry_streams.is_some(), taken)
    };
    fn streams_with(video: &Video, renditions: usize) -> Streams {
        let playlist_url = format!(
            "http://localhost:9001/static/streaming-playlists/hls/{}/{}-master.m3u8",
            video.uuid, video.uuid
        );
        let resolutions: Vec<u32> = [240, 480, 720].into_iter().take(renditions).collect();
        let files = resolutions.iter().copied().map(file_of).collect();
        Streams { is_ours: true, video: video.uuid, playlist_url, resolutions, files }
    }
    assert_eq!(allowed(&video).await, (false, 0), "there is nothing to play yet");
    let first = with_renditions(video.clone(), &[240]);
    sample::put_video(&app, &first);
    assert_eq!(allowed(&first).await, (true, 4));
    sample::put_video(&app, &with_renditions(video.clone(), &[240, 480, 720]));
    assert_eq!(allowed(&first).await, (true, 12));
    for (privacy, expected) in [
        (Privacy::Private, (false, 0)),
        (Privacy::Unlisted, (true, 12)),
        (Privacy::Internal, (false, 0)),
        (Privacy::Public, (true, 12)),
    ] {
        sample::put_video(&app, &Video { privacy, ..with_renditions(video.clone(), &[240, 480, 720]) });
        assert_eq!(allowed(&first).await, expected, "{privacy:?}");
    }
    sample::remove_video(&app, first.id);
    let gone = streams_with(&first, 3).info_hashes();
    let (files, _) = app.tracker().scrape(gone).await.unwrap();
    assert_eq!(files.len(), 12);
    app.tracker().stop();
}

#[test]
fn who_was_not_looked_at_for_longest_makes_room() {
    let mut looks = Looks::default();
    for video in [1, 2, 1] {
        assert_eq!(looks.note(VideoId(video), 2), None);
    }
    assert_eq!(looks.note(VideoId(3), 2), Some(VideoId(2)));
    assert!(looks.has(VideoId(1)) && !looks.has(VideoId(2)));
    looks.forget(VideoId(1));
    assert_eq!(looks.note(VideoId(4), 2), None);
    assert_eq!((looks.of.len(), looks.order.len()), (2, 2));
}

/// Whether the tracker lets these meet.
async fn are_allowed(app: &crate::app::App, names: &[InfoHash]) -> Vec<bool> {
    let mut allowed = Vec::new();
    for info_hash in names {
        let announce = crate::tracker::TcpAnnounce {
            info_hash: *info_hash,
            peer_id: shared::id::PeerId([1; 20]),
            address: "192.0.2.1:6881".parse().unwrap(),
            event: shared::tracker::Event::Stopped,
            is_complete: false,
            wanted: 0,
            is_compact: true,
        };
        allowed.push(app.tracker().announce(announce).await.unwrap().is_ok());
    }
    allowed
}

#[tokio::test]
async fn a_video_elsewhere_has_swarms_here_once_somebody_looks_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path());
    app.start_tracker().unwrap();
    let ours = with_renditions(Video { uuid: sample::PUBLIC, ..sample::plain_video(1) }, &[240]);
    sample::put_video(&app, &ours);
    sample::put_elsewhere(&app);
    let entry = || app.catalogue().video(sample::FAR_VIDEO).unwrap();
    let far = entry();
    let stream = &far.listed.video.remote.as_ref().unwrap().streams[0];
    let place =
        |place| SwarmName::Place { playlist_url: &stream.url, stream: Stream::Main, place }.info_hash();
    let (first, beyond) = (place(0), place(2));
    assert_eq!(are_allowed(&app, &[first]).await, [false], "nobody looked at it");
    app.sharing().look_at(&far, app.catalogue());
    assert_eq!(are_allowed(&app, &[first, place(1), beyond]).await, [true, true, false]);
    assert_eq!(app.sharing().stream_of(first), None, "the instance has nothing of it to give");
    let urls = app.sharing().tracker_urls(&far);
    assert_eq!(urls[0], "wss://far.example/tracker/socket", "everybody else is there");
    assert!(urls[1..].iter().any(|url| url.ends_with("/tracker/socket")), "{urls:?}");

    // Its server says that a swarm of ours is its own, and another name that it made up.
    let (ours_now, _) = app.catalogue().find(shared::id::VideoRef::Uuid(ours.uuid)).unwrap();
    let stolen = Streams::of(app.url(), &ours_now).unwrap().info_hashes()[0];
    let made_up = InfoHash([7; 20]);
    let mut video = far.listed.video.clone();
    let named = [stolen, made_up].iter().map(ToString::to_string).collect();
    video.remote.as_mut().unwrap().streams[0].info_hashes = named;
    sample::put_video(&app, &video);
    assert_eq!(are_allowed(&app, &[first, stolen, made_up]).await, [true, true, true]);
    assert_eq!(app.sharing().stream_of(stolen).map(|(video, _)| video), Some(ours.id));

    // What moderators hide has none, and what was ours stays ours.
    let block = crate::store::records::Block {
        id: shared::id::BlockId(1),
        reason: None,
        unfederated: false,
        automatic: false,
        created_at: Timestamp(1),
        updated_at: Timestamp(1),
    };
    sample::put_video(&app, &Video { blocked: Some(block), ..video.clone() });
    assert_eq!(are_allowed(&app, &[first, stolen, made_up]).await, [false, true, false]);
    sample::put_video(&app, &video);
    assert_eq!(are_allowed(&app, &[first]).await, [true]);
    sample::remove_video(&app, sample::FAR_VIDEO);
    assert_eq!(are_allowed(&app, &[first, stolen]).await, [false, true]);
    app.tracker().stop();
}
