//! An instance for tests: Alice's channel with a video of each kind.

use std::path::Path;

use shared::id::{AccountId, ChannelId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use crate::app::App;
use crate::config::Config;
use crate::domain::video::tests::video;
use crate::lines::Lines;
use crate::store::records::{Account, Channel, Facts, PlayerTheme, Privacy, Video, VideoState};
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
