//! An instance for tests: Alice's channel with a video of each kind.

use std::path::Path;

use shared::id::{AccountId, ChannelId, MirrorId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::app::App;
use crate::config::Config;
use crate::domain::video::tests::video;
use crate::lines::Lines;
use crate::store::records::{
    Account, ActorKind, Channel, Facts, PlayerTheme, Privacy, RemoteActor, RemoteCaption, RemoteFile,
    RemoteMirror, RemotePicture, RemoteStream, RemoteVideo, Video, VideoState,
};
use crate::store::tables::{AccountKey, AccountNameKey, ChannelKey, ChannelNameKey, VideoKey};
use crate::store::{Durability, Store};
use crate::tracker::Tracker;

/// The public video.
pub const PUBLIC: Uuid = Uuid(0xce07_d2dc_d37f_4a15_8d02_8925_1c07_337b);
/// The unlisted one.
pub const UNLISTED: Uuid = Uuid(2);
/// The private one.
pub const PRIVATE: Uuid = Uuid(3);

/// An instance in a folder.
pub fn app(folder: &Path) -> App {
    let mut config = Config::new(folder);
    config.instance.name = "Reference a".into();
    config.instance.short_description = "Reference PeerTube instance a".into();
    config.www.dir = Some(folder.join("www"));
    let store = Store::open(&folder.join("store")).unwrap();
    let app = App::new(
        config,
        "http://localhost:9001".parse().unwrap(),
        store,
        Tracker::new(10).unwrap(),
        Lines::default(),
    )
    .unwrap();
    let account = Account {
        id: AccountId(1),
        name: "alice".into(),
        display_name: "Alice B.".into(),
        description: Some("I am Alice, test user.".into()),
        avatar: None,
        seeders_since: None,
        following: 0,
        user: Some(UserId(1)),
        remote: None,
        created_at: Timestamp(1_795_226_450_706),
        updated_at: Timestamp(1_795_227_195_598),
    };
    let channel = Channel {
        id: ChannelId(1),
        name: "alice_films".into(),
        display_name: "Alice Films 2".into(),
        description: Some("Films by Alice, updated".into()),
        support: None,
        avatar: None,
        banner: None,
        sharing: None,
        remote: None,
        player_theme: PlayerTheme::default(),
        account: AccountId(1),
        collaborators: Vec::new(),
        followers: 0,
        created_at: Timestamp(1_795_226_452_223),
        updated_at: Timestamp(1_795_229_066_921),
    };
    put(&app, |write| {
        write.insert(&AccountKey { account: AccountId(1) }, &account)?;
        write.insert(&AccountNameKey { name: "alice".into() }, &AccountId(1))?;
        write.insert(&ChannelKey { channel: ChannelId(1) }, &channel)?;
        write.insert(&ChannelNameKey { name: "alice_films".into() }, &ChannelId(1))
    });
    for (id, uuid, privacy) in
        [(1, PUBLIC, Privacy::Public), (2, UNLISTED, Privacy::Unlisted), (3, PRIVATE, Privacy::Private)]
    {
        put_video(&app, &Video { uuid, privacy, ..plain_video(id) });
    }
    app
}

/// A published video of Alice's.
pub fn plain_video(id: u64) -> Video {
    Video {
        id: VideoId(id),
        channel: ChannelId(1),
        name: "Test pattern 30 s (updated)".into(),
        description: Some(
            "A **testsrc2** clip.\n\nWith two paragraphs and a link https://example.org/".into(),
        ),
        state: VideoState::Published,
        facts: Some(Facts {
            duration_ms: 30_021,
            width: 1280,
            height: 720,
            fps: 30,
            has_audio: true,
            has_video: true,
        }),
        preview: Some("37d1f0b3-1c75-469e-844c-439f215b57fe.jpg".into()),
        created_at: Timestamp(1_795_226_463_778),
        ..video(id)
    }
}

/// Bob's channel on another server.
pub const FAR_CHANNEL: ChannelId = ChannelId(30);
/// Its video.
pub const FAR_VIDEO: VideoId = VideoId(30);

/// What is known of an actor of another server.
pub fn remote_actor(path: &str, kind: ActorKind) -> RemoteActor {
    let url = format!("https://far.example{path}");
    let face = RemotePicture {
        url: format!("{url}/face.png"),
        name: Uuid(u128::from(kind == ActorKind::Group) + 50),
        created_at: Timestamp(7),
    };
    RemoteActor {
        page: Some(format!("{url}/page")),
        shared_inbox: Some("https://far.example/inbox".into()),
        avatar: Some(face),
        followers: 12,
        following: 3,
        ..RemoteActor::new(url, "far.example", kind, Timestamp(0))
    }
}

/// Bob of another server.
pub fn far_account() -> Account {
    Account {
        id: AccountId(30),
        name: "bob".into(),
        display_name: "Bob".into(),
        description: None,
        avatar: None,
        seeders_since: None,
        following: 0,
        user: None,
        remote: Some(Box::new(remote_actor("/accounts/bob", ActorKind::Person))),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

/// Bob's channel.
pub fn far_channel() -> Channel {
    Channel {
        id: FAR_CHANNEL,
        name: "Bob_Films".into(),
        display_name: "Films by Bob".into(),
        description: None,
        support: None,
        avatar: None,
        banner: None,
        sharing: None,
        remote: Some(Box::new(remote_actor("/video-channels/Bob_Films", ActorKind::Group))),
        player_theme: PlayerTheme::default(),
        account: AccountId(30),
        collaborators: Vec::new(),
        followers: 1,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

/// Bob's video: a stream of two qualities, words, and pictures.
pub fn far_video() -> Video {
    let uuid = Uuid(0x78ca_d8e8_77c3_4a00_9647_f98b_d910_5748);
    let url = format!("https://far.example/videos/watch/{uuid}");
    let folder = format!("https://far.example/static/streaming-playlists/hls/{uuid}");
    let picture = |name: u128| RemotePicture {
        url: format!("https://far.example/lazy-static/{name}.jpg"),
        name: Uuid(name),
        created_at: Timestamp(7),
    };
    let file = |resolution: u32| RemoteFile {
        url: format!("{folder}/x-{resolution}-fragmented.mp4"),
        media_type: "video/mp4".into(),
        resolution,
        width: resolution * 2,
        height: resolution,
        fps: 30,
        bytes: 1000,
        torrent_url: Some(format!("https://far.example/lazy-static/torrents/x-{resolution}-hls.torrent")),
        magnet: Some("magnet:?xt=urn:btih:f45f7181e60d1fc761f96a4b02ac7ce9a8064a1a".into()),
        metadata_url: Some(format!("https://far.example/api/v1/videos/{uuid}/metadata/{resolution}")),
    };
    let caption = crate::store::records::Caption {
        language: "fr".into(),
        file_name: format!("{uuid}-00ff-fr.vtt"),
        automatic: false,
        bytes: 0,
        updated_at: Timestamp(0),
    };
    Video {
        uuid,
        channel: FAR_CHANNEL,
        name: "A far boat".into(),
        preview: None,
        captions: vec![caption],
        remote: Some(Box::new(RemoteVideo {
            host: "far.example".into(),
            page: format!("https://far.example/w/{}", uuid.short()),
            embed: None,
            pictures: vec![picture(60), picture(61)],
            storyboard: None,
            streams: vec![RemoteStream {
                url: format!("{folder}/y-master.m3u8"),
                digests_url: Some(format!("{folder}/z-segments-sha256.json")),
                info_hashes: Vec::new(),
                files: vec![file(480), file(720)],
            }],
            files: Vec::new(),
            trackers: vec!["wss://far.example/tracker/socket".into()],
            captions: vec![RemoteCaption { language: "fr".into(), url: "https://far.example/fr.vtt".into() }],
            chapters_url: None,
            likes_url: None,
            dislikes_url: None,
            shares_url: None,
            comments_url: None,
            is_live: false,
            mirrors: vec![RemoteMirror {
                url: "https://mirror.example/redundancy/1".into(),
                by: "https://mirror.example/accounts/peertube".into(),
                number: MirrorId(1),
                playlist_url: format!("https://mirror.example/static/redundancy/hls/{uuid}"),
                expires_at: None,
                created_at: None,
                updated_at: None,
            }],
            etag: None,
            fetched_at: Timestamp(0),
            url,
        })),
        ..plain_video(FAR_VIDEO.0)
    }
}

/// Stores Bob, his channel and his video.
pub fn put_elsewhere(app: &App) {
    put(app, |write| {
        write.insert(&AccountKey { account: AccountId(30) }, &far_account())?;
        write.insert(&ChannelKey { channel: FAR_CHANNEL }, &far_channel())
    });
    put_video(app, &far_video());
}

/// Stores a video, or a changed one.
pub fn put_video(app: &App, video: &Video) {
    put(app, |write| write.insert(&VideoKey { video: video.id }, video));
}

/// Removes a video's row.
pub fn remove_video(app: &App, video: VideoId) {
    put(app, |write| {
        write.remove(&VideoKey { video });
        Ok(())
    });
}

fn put(app: &App, work: impl FnOnce(&mut crate::store::Write<'_>) -> Result<(), crate::store::StoreError>) {
    app.write_here(Durability::Relaxed, |write, _| work(write)).unwrap();
}
