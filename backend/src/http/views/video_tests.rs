use super::*;
use crate::catalogue::Publisher;
use crate::domain::makers::Makers;
use crate::domain::video::list::{Counts, Listed};
use crate::domain::video::tests::video;
use crate::http::sample;
use crate::store::records::{Account, Channel, PlayerTheme, Privacy, Storyboard, Torrent};
use serde_json::Value;
use shared::id::{AccountId, ChannelId, FileId, UserId};
use shared::meeting::{Meeting, strictest};
use shared::time::Timestamp;
use std::sync::Arc;

fn url() -> PublicUrl {
    "https://films.example".parse().unwrap()
}

fn tracker_urls() -> Vec<String> {
    vec!["https://films.example/tracker/announce".into(), "wss://films.example/tracker/socket".into()]
}

fn reach(tracker_urls: Vec<String>) -> Reach {
    Reach { tracker_urls, in_force: strictest(Meeting::On, &[]) }
}

fn entry(video: Video) -> Entry {
    let account = Account {
        id: AccountId(1),
        name: "alice".into(),
        display_name: "Alice A.".into(),
        description: Some("I am **Alice**.".into()),
        avatar: None,
        seeders_since: None,
        following: 0,
        user: Some(UserId(2)),
        remote: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    let channel = Channel {
        id: ChannelId(1),
        name: "alice_films".into(),
        display_name: "Alice Films".into(),
        description: Some("Films by Alice".into()),
        support: Some("Please support".into()),
        avatar: None,
        banner: None,
        sharing: None,
        remote: None,
        player_theme: PlayerTheme::default(),
        account: AccountId(1),
        collaborators: Vec::new(),
        followers: 0,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    };
    let listed = Arc::new(Listed::new(video, Makers::alone(AccountId(1)), Counts::default()));
    Entry::new(listed, Arc::new(Publisher { channel, account, makers: Makers::alone(AccountId(1)) }), 1)
}

fn rendition(width: u32, height: u32, fps: u32) -> Rendition {
    let name = width.min(height);
    Rendition {
        file: FileId(3),
        playlist_name: format!("x-{name}.m3u8"),
        file_name: format!("x-{name}-fragmented.mp4"),
        width,
        height,
        fps,
        bytes: 1000,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: "avc1.64001f".into(),
        channels: 2,
        has_audio: height == 0,
        has_video: height != 0,
        torrent: None,
    }
}

/// A video that says everything a video can say.
fn full() -> Video {
    Video {
        description: Some("A **boat**".into()),
        support: Some("Support text".into()),
        category: Some(15),
        licence: Some(1),
        language: Some("en".into()),
        tags: vec!["sea".into()],
        thumbnail: Some("t.jpg".into()),
        preview: Some("p.jpg".into()),
        storyboard: Some(Storyboard {
            file_name: "s.jpg".into(),
            total_width: 1920,
            total_height: 324,
            sprite_width: 192,
            sprite_height: 108,
            sprite_duration: 1,
        }),
        playlist: Some(Playlist {
            id: 1,
            master: "x-master.m3u8".into(),
            digests: "x-segments-sha256.json".into(),
            renditions: vec![rendition(0, 0, 0), rendition(1280, 720, 30), rendition(1080, 1920, 60)],
        }),
        originally_published_at: Some(Timestamp(0)),
        ..video(1)
    }
}

/// Where two JSON texts differ in keys or types. Nothing is compared below `null` or in an empty list.
fn differences(path: &str, captured: &Value, ours: &Value, out: &mut Vec<String>) {
    match (captured, ours) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(captured), Value::Object(ours)) => {
            let extra = ours.keys().filter(|key| !captured.contains_key(*key));
            out.extend(extra.map(|key| format!("{path}.{key} is ours alone")));
            for (key, value) in captured {
                match ours.get(key) {
                    Some(other) => differences(&format!("{path}.{key}"), value, other, out),
                    None => out.push(format!("{path}.{key} is missing")),
                }
            }
        }
        (Value::Array(captured), Value::Array(ours)) => {
            if let (Some(captured), Some(ours)) = (captured.first(), ours.first()) {
                differences(&format!("{path}[]"), captured, ours, out);
            }
        }
        (Value::Bool(_), Value::Bool(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::String(_), Value::String(_)) => {}
        (captured, ours) => out.push(format!("{path}: {captured} there, {ours} here")),
    }
}

fn same_shape(captured: &str, ours: &impl serde::Serialize) {
    let captured: Value = serde_json::from_str(captured).unwrap();
    let mut out = Vec::new();
    differences("", &captured, &serde_json::to_value(ours).unwrap(), &mut out);
    assert_eq!(out, Vec::<String>::new());
}

macro_rules! captured {
    ($name:literal) => {
        include_str!(concat!("../../../../tests/vectors/rest/peertube-6.3-", $name, ".json"))
    };
}

#[test]
fn pages_and_lists_have_the_captured_shape() {
    let entry = entry(full());
    let mut page =
        serde_json::to_value(details(&url(), &entry, reach(tracker_urls()), Reader::Anybody)).unwrap();
    // What PeerTube 6.3 has no word for.
    assert!(page.as_object_mut().unwrap().remove("sharingInForce").is_some());
    assert!(page.as_object_mut().unwrap().remove("embedPrivacyPolicy").is_some());
    // It is there once the file was hashed.
    page["streamingPlaylists"][0]["files"][0]["magnetUri"] = "magnet:?".into();
    same_shape(captured!("video-get"), &page);
    let page = api::Page { total: 1, data: vec![card(&url(), &entry)] };
    same_shape(captured!("videos-list"), &page);
    let page = api::Page { total: 1, data: vec![mine(&url(), &entry, None)] };
    same_shape(captured!("users-me-videos"), &page);
    same_shape(captured!("storyboards"), &storyboards(&full()));
    same_shape(captured!("video-description"), &description(&full()));
}

#[test]
fn the_captured_page_reads_into_our_own_shape() {
    let page: api::VideoDetails = serde_json::from_str(captured!("video-get")).unwrap();
    assert_eq!(page.card.short_uuid, "rrBjcMzUHp9vw19EDscPnD");
}

#[test]
fn the_closed_lists_are_the_captured_ones() {
    let numbers = |list: &[(u32, &str)]| -> Value {
        list.iter()
            .map(|(id, name)| (id.to_string(), Value::from(*name)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let captured = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(numbers(labels::CATEGORIES), captured(captured!("categories")));
    assert_eq!(numbers(labels::LICENCES), captured(captured!("licences")));
    assert_eq!(numbers(labels::PRIVACIES), captured(captured!("privacies")));
    let languages: serde_json::Map<String, Value> =
        labels::LANGUAGES.iter().map(|(code, name)| ((*code).to_owned(), Value::from(*name))).collect();
    assert_eq!(Value::from(languages), captured(captured!("languages")));
}

#[test]
fn files_stand_tallest_first_and_say_their_height() {
    let page = details(&url(), &entry(full()), reach(tracker_urls()), Reader::Anybody);
    let files = &page.streaming_playlists[0].files;
    let labels: Vec<&str> = files.iter().map(|file| file.resolution.label.as_str()).collect();
    assert_eq!(labels, ["1080p60", "720p", "Audio only"]);
    assert_eq!((files[0].width, files[0].height), (1080, 1920));
    let folder = format!("https://films.example/static/streaming-playlists/hls/{}", full().uuid);
    assert_eq!(files[1].file_url, format!("{folder}/x-720-fragmented.mp4"));
    assert_eq!(page.streaming_playlists[0].playlist_url, format!("{folder}/x-master.m3u8"));
}

/// The 720p file of the captured video, with the names that only a random generator makes put in.
#[test]
fn magnets_are_those_of_peertube() {
    let urls: Value =
        serde_json::from_str(include_str!("../../../../tests/vectors/torrent/peertube-6.3-urls.json"))
            .unwrap();
    let (trackers, magnet) = (&urls["trackerUrls"], urls["magnet_hls"][0].as_str().unwrap());
    let url: PublicUrl = "http://localhost:9001".parse().unwrap();
    let trackers: Vec<String> = serde_json::from_value(trackers.clone()).unwrap();
    let uuid = "ce07d2dc-d37f-4a15-8d02-89251c07337b".parse().unwrap();
    let info_hash = "f45f7181e60d1fc761f96a4b02ac7ce9a8064a1a".parse().unwrap();
    let video = Video {
        uuid,
        name: "Test pattern 30 s (updated)".into(),
        playlist: Some(Playlist {
            renditions: vec![Rendition {
                file_name: "149de0df-389c-4cdf-9d44-8da7517b7c42-720-fragmented.mp4".into(),
                torrent: Some(Torrent { name: String::new(), piece_bytes: 16384, info_hash }),
                ..rendition(1280, 720, 30)
            }],
            ..full().playlist.unwrap()
        }),
        ..full()
    };
    let page = details(&url, &entry(video), reach(trackers), Reader::Anybody);
    let ours = page.streaming_playlists[0].files[0].magnet_uri.clone().unwrap();
    assert_eq!(ours, magnet.replace("a1dcea8e-4d4f-47db-bb18-dbb6aabfa189", &uuid.to_string()));
}

#[test]
fn files_that_are_not_for_everybody_have_no_torrent() {
    let torrent = |video: Video| {
        let page = details(&url(), &entry(video), reach(Vec::new()), Reader::Keeper(None));
        let file = page.streaming_playlists[0].files[1].clone();
        (file.torrent_url.is_some(), file.torrent_download_url.is_some(), file.magnet_uri.is_some())
    };
    let mut made = full();
    for rendition in &mut made.playlist.as_mut().unwrap().renditions {
        rendition.torrent =
            Some(Torrent { name: String::new(), piece_bytes: 1, info_hash: InfoHash([7; 20]) });
    }
    assert_eq!(torrent(full()), (true, true, false), "its file is to be hashed first");
    assert_eq!(torrent(made.clone()), (true, true, true));
    for privacy in [Privacy::Private, Privacy::Internal] {
        assert_eq!(torrent(Video { privacy, ..made.clone() }), (false, false, false));
    }
    assert_eq!(torrent(Video { download_enabled: false, ..made }), (false, false, false));
}

#[test]
fn the_uploaded_file_is_listed_for_its_keepers_alone() {
    let mut video = video(1);
    let files = |video: &Video, reader: Reader| {
        details(&url(), &entry(video.clone()), reach(Vec::new()), reader).files
    };
    assert!(files(&video, Reader::Keeper(None)).is_empty(), "it is gone");
    video.source.file = Some(FileId(9));
    assert!(files(&video, Reader::Anybody).is_empty());
    let file = &files(&video, Reader::Keeper(None))[0];
    let uuid = video.uuid;
    assert_eq!(file.file_url, format!("https://films.example/static/web-videos/private/{uuid}-720.mp4"));
    assert_eq!((file.resolution.id, file.size, file.magnet_uri.as_ref()), (720, 1000, None));
    assert!(file.torrent_url.as_ref().is_some_and(|address| address.ends_with("-720-hls.torrent")));
    assert!(original_metadata(&video, FileId(9)).is_some() && original_metadata(&video, FileId(8)).is_none());
}

#[test]
fn guarded_videos_have_addresses_that_say_so() {
    let private = Video { privacy: Privacy::Private, ..full() };
    let page = details(&url(), &entry(private), reach(Vec::new()), Reader::Anybody);
    assert!(page.streaming_playlists[0].playlist_url.contains("/hls/private/"));
}

#[test]
fn long_descriptions_end_in_dots_in_lists() {
    let long = Video { description: Some("é".repeat(251)), ..video(1) };
    let card = card(&url(), &entry(long.clone())).card;
    let cut = card.truncated_description.unwrap();
    assert_eq!((cut.chars().count(), cut.ends_with("é...")), (250, true));
    assert_eq!(card.description, Some(cut));
    assert_eq!(
        details(&url(), &entry(long.clone()), reach(Vec::new()), Reader::Anybody).card.description,
        long.description
    );
    let short = Video { description: Some("é".repeat(250)), ..video(1) };
    assert_eq!(super::card(&url(), &entry(short.clone())).card.description, short.description);
}

#[test]
fn a_video_without_pictures_shows_that_of_the_instance() {
    let bare = Video { thumbnail: None, preview: Some("p.jpg".into()), ..full() };
    let card = card(&url(), &entry(bare)).card;
    assert_eq!(card.thumbnail_path, "/icons/shoal-512.png");
    assert_eq!(card.preview_path, "/lazy-static/previews/p.jpg");
}

#[test]
fn ratios_have_four_decimals_and_lengths_are_rounded() {
    let mut video = video(1);
    let facts = video.facts.as_mut().unwrap();
    (facts.width, facts.height, facts.duration_ms) = (854, 480, 30_021);
    let card = card(&url(), &entry(video)).card;
    assert_eq!((card.aspect_ratio, card.duration), (Some(1.7792), 30));
}

/// A video of another server, as the captured instance knows one.
fn far() -> Entry {
    let account = Account { description: Some("Bob".into()), ..sample::far_account() };
    let channel = Channel { support: Some("Thanks".into()), ..sample::far_channel() };
    let video = Video {
        category: Some(15),
        licence: Some(1),
        language: Some("en".into()),
        tags: vec!["sea".into()],
        support: Some("Thanks".into()),
        ..sample::far_video()
    };
    let makers = Makers::alone(account.id);
    let listed = Arc::new(Listed::new(video, makers.clone(), Counts::default()));
    Entry::new(listed, Arc::new(Publisher { channel, account, makers }), 0)
}

/// What we say of every actor, and PeerTube 6.3 of its own alone.
fn without_mirroring(value: &mut Value) {
    for who in ["/account", "/channel", "/channel/ownerAccount"] {
        if let Some(actor) = value.pointer_mut(who).and_then(Value::as_object_mut) {
            actor.remove("hostRedundancyAllowed");
        }
    }
}

#[test]
fn videos_of_other_servers_have_the_captured_shape() {
    let entry = far();
    let reader = Reader::Anybody;
    let mut page = serde_json::to_value(details(&url(), &entry, reach(tracker_urls()), reader)).unwrap();
    assert!(page.as_object_mut().unwrap().remove("sharingInForce").is_some());
    assert!(page.as_object_mut().unwrap().remove("embedPrivacyPolicy").is_some());
    without_mirroring(&mut page);
    same_shape(captured!("video-get-remote"), &page);
    let page = api::Page { total: 1, data: vec![card(&url(), &entry)] };
    same_shape(captured!("videos-list-remote"), &page);
}

#[test]
fn videos_of_other_servers_are_watched_there_and_looked_at_here() {
    let entry = far();
    let video = &entry.listed.video;
    let page = details(&url(), &entry, reach(Vec::new()), Reader::Anybody);
    assert_eq!(page.card.url, format!("https://far.example/videos/watch/{}", video.uuid));
    assert!(!page.card.is_local && !page.channel.is_local);
    assert_eq!((page.account.host.as_str(), page.channel.host.as_str()), ("far.example", "far.example"));
    assert_eq!(page.account.url, "https://far.example/accounts/bob");
    assert_eq!((page.account.followers_count, page.channel.followers_count), (12, 12));
    assert_eq!(page.account.user_id, None);
    let stream = &page.streaming_playlists[0];
    let folder = format!("https://far.example/static/streaming-playlists/hls/{}", video.uuid);
    assert_eq!(stream.playlist_url, format!("{folder}/y-master.m3u8"));
    assert_eq!(stream.segments_sha256_url, format!("{folder}/z-segments-sha256.json"));
    let mirror = format!("https://mirror.example/static/redundancy/hls/{}", video.uuid);
    assert_eq!(stream.redundancies, [api::Redundancy { base_url: mirror }]);
    let files: Vec<(u32, &str)> =
        stream.files.iter().map(|file| (file.resolution.id, file.file_url.as_str())).collect();
    let (tall, small) = (format!("{folder}/x-720-fragmented.mp4"), format!("{folder}/x-480-fragmented.mp4"));
    assert_eq!(files, [(720, tall.as_str()), (480, small.as_str())]);
    // What browsers fetch without anybody's leave is here.
    let captions = captions(&url(), video, false);
    let here = format!("/lazy-static/remote/videos/{}/", video.uuid);
    let words = &captions.data[0];
    assert_eq!(words.caption_path, format!("{here}{}", video.captions[0].file_name));
    assert_eq!(
        (&words.file_url, words.playlist_url.as_ref()),
        (&format!("https://films.example{}", words.caption_path), None)
    );
    assert_eq!(page.card.thumbnail_path, format!("{here}{}-280.jpg", Uuid(60)));
    assert_eq!(page.card.preview_path, format!("{here}{}-850.jpg", Uuid(61)));
    assert_eq!(page.card.embed_path, format!("/videos/embed/{}", video.uuid));
    let widths: Vec<u32> = page.account.avatars.iter().map(|image| image.width).collect();
    assert_eq!(widths, [48, 120, 600]);
    assert!(
        page.channel.avatars.iter().all(|image| image.path.starts_with("/lazy-static/remote/channels/30/"))
    );
}
