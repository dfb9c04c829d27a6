//! What is said, beside what PeerTube says.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use shared::id::{AbuseId, AccountId, ChannelId, CommentId, PlaylistId, PostId, VideoId};
use shared::time::Timestamp;

use super::words;
use crate::app::App;
use crate::domain::federation::cache_file::{CacheFile, Copied, Withdrawal};
use crate::domain::federation::context::CACHE_FILE;
use crate::domain::federation::{Addresses, Audience, key};
use crate::domain::video::tests::video;
use crate::federation::sign::PublicKey;
use crate::federation::sign::linked::{Contexts, read};
use crate::http::sample::{PRIVATE, PUBLIC, UNLISTED, app as sample, plain_video, put_video, remove_video};
use crate::store::records::{
    Abuse, AbuseReason, AbuseState, AbuseSubject, Account, ActorKind, Channel, Comment, Opinion, Party,
    PlayerTheme, Playlist, PlaylistKind, PlaylistPrivacy, Post, Rating, RemoteActor, RemoteComment,
    RemoteVideo, Rendition, ReportedVideo, Said, Video, VideoPlaylist, Viewing,
};
use crate::store::tables::{AbuseKey, AccountKey, ChannelKey, CommentKey, PlaylistKey, RatingKey, VideoKey};
use crate::store::{Durability, StoreError, Write};

const AT: Timestamp = Timestamp(1_795_226_450_706);
const ALICE: Party = Party::Account(AccountId(1));
const FILMS: Party = Party::Channel(ChannelId(1));
/// Bob's video, of `localhost:9002`.
const ELSEWHERE: VideoId = VideoId(9);

struct Rig {
    app: App,
    _folder: tempfile::TempDir,
}

/// Alice's public video, and Bob of another server with one of his, under which Alice says something, and he under hers.
fn rig() -> Rig {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig { app: sample(folder.path()), _folder: folder };
    put_video(&rig.app, &watchable());
    let url = |path: &str| format!("http://localhost:9002{path}");
    let actor = |path: &str| RemoteActor {
        shared_inbox: Some(url("/inbox")),
        ..RemoteActor::new(url(path), "localhost:9002", ActorKind::Person, AT)
    };
    let bob = Account {
        id: AccountId(2),
        name: "bob".into(),
        display_name: "Bob".into(),
        description: None,
        user: None,
        remote: Some(Box::new(actor("/accounts/bob"))),
        avatar: None,
        seeders_since: None,
        following: 0,
        created_at: AT,
        updated_at: AT,
    };
    let clips = Channel {
        id: ChannelId(2),
        name: "bob_clips".into(),
        display_name: "Clips".into(),
        description: None,
        support: None,
        sharing: None,
        avatar: None,
        banner: None,
        player_theme: PlayerTheme::default(),
        remote: Some(Box::new(actor("/video-channels/bob_clips"))),
        account: AccountId(2),
        collaborators: Vec::new(),
        followers: 0,
        created_at: AT,
        updated_at: AT,
    };
    let remote = RemoteVideo::new(url("/videos/watch/9"), "localhost:9002", url("/w/9"), AT);
    let film = Video { channel: ChannelId(2), remote: Some(Box::new(remote)), ..video(ELSEWHERE.0) };
    rig.write(|write| {
        write.insert(&AccountKey { account: AccountId(2) }, &bob)?;
        write.insert(&ChannelKey { channel: ChannelId(2) }, &clips)?;
        write.insert(&VideoKey { video: ELSEWHERE }, &film)?;
        for comment in [said(1, 1, 2, None), said(2, 1, 1, Some(1)), said(3, ELSEWHERE.0, 1, None)] {
            write.insert(&CommentKey { comment: comment.id }, &comment)?;
        }
        write.insert(&PlaylistKey { playlist: PlaylistId(1) }, &list())?;
        write.insert(&AbuseKey { abuse: AbuseId(2) }, &abuse())
    });
    rig
}

fn watchable() -> Video {
    let rendition = Rendition {
        file: shared::id::FileId(1),
        playlist_name: "720.m3u8".into(),
        file_name: "720-fragmented.mp4".into(),
        width: 1280,
        height: 720,
        fps: 30,
        bytes: 5,
        bandwidth: 1,
        bandwidth_average: 1,
        codecs: String::new(),
        channels: 2,
        has_audio: true,
        has_video: true,
        torrent: None,
    };
    let playlist = Playlist {
        id: 1,
        master: "master.m3u8".into(),
        digests: "segments-sha256.json".into(),
        renditions: vec![rendition],
    };
    Video { uuid: PUBLIC, playlist: Some(playlist), ..plain_video(1) }
}

/// A comment of an account on a video, or in answer to another.
fn said(id: u64, video: u64, author: u64, parent: Option<u64>) -> Comment {
    let url = format!("http://localhost:9002/videos/watch/{PUBLIC}/comments/{id}");
    Comment {
        id: CommentId(id),
        video: VideoId(video),
        thread: CommentId(parent.unwrap_or(id)),
        parent: parent.map(CommentId),
        author: Some(AccountId(author)),
        text: "Hello".into(),
        remote: (author == 2).then(|| Box::new(RemoteComment { url, page: None, fetched_at: AT })),
        held: false,
        tags: Vec::new(),
        created_at: AT,
        updated_at: AT,
        deleted_at: None,
        replies: 0,
        replies_of_owner: 0,
        children: 0,
        held_children: 0,
        approval: None,
    }
}

fn list() -> VideoPlaylist {
    VideoPlaylist {
        id: PlaylistId(1),
        uuid: PRIVATE,
        account: AccountId(1),
        channel: Some(ChannelId(1)),
        place: 1,
        kind: PlaylistKind::Regular,
        name: "Federated playlist".into(),
        description: None,
        privacy: PlaylistPrivacy::Public,
        thumbnail: None,
        videos: 0,
        first: None,
        created_at: AT,
        updated_at: AT,
        remote: None,
    }
}

fn abuse() -> Abuse {
    let video = ReportedVideo {
        id: ELSEWHERE,
        uuid: UNLISTED,
        name: "Clip".into(),
        nsfw: false,
        start: Some(1),
        end: Some(4),
        nth: 1,
    };
    Abuse {
        id: AbuseId(2),
        reporter: AccountId(1),
        flagged: AccountId(2),
        subject: AbuseSubject::Video(video),
        reason: "remote abuse report".into(),
        predefined: vec![AbuseReason::Rights],
        state: AbuseState::Pending,
        moderation_comment: None,
        messages: 0,
        created_at: AT,
        updated_at: AT,
    }
}

impl Rig {
    fn write(&self, work: impl FnOnce(&mut Write<'_>) -> Result<(), StoreError>) {
        self.app.write_here(Durability::Relaxed, |write, _| work(write)).unwrap();
    }

    /// What is said, in words; none where it is moot.
    async fn words(&self, by: Party, said: Said) -> Option<Value> {
        let post = Post { by, said, at: AT, waiting: 1 };
        let words = words(&self.app, Arc::new(Contexts::bundled()), (PostId(7), post)).await.unwrap();
        words.map(|bytes| serde_json::from_slice(&bytes).unwrap())
    }

    fn rate(&self, opinion: Option<Opinion>) {
        let key = RatingKey { video: ELSEWHERE, account: AccountId(1) };
        self.write(|write| match opinion {
            Some(opinion) => write.insert(&key, &Rating { opinion, at: AT }),
            None => {
                write.remove(&key);
                Ok(())
            }
        });
    }

    /// Whether it is signed by whoever says it, in a way that others may pass on.
    fn is_signed(&self, activity: &Value) -> bool {
        let claim = read(activity, &Contexts::bundled()).unwrap();
        let name = activity["actor"].as_str().unwrap().rsplit('/').next().unwrap();
        assert_eq!(claim.creator().as_str(), activity["actor"], "{activity}");
        let key = key::of(self.app.store(), name).unwrap().key.unwrap();
        claim.verify(&PublicKey::from_pem(&key.public).unwrap()).is_ok()
    }
}

/// What one of two PeerTubes sent the other.
fn captured(part: &str) -> Value {
    let all: Vec<Map<String, Value>> =
        serde_json::from_str(include_str!("../../../../tests/vectors/federation/peertube-6.3-signed.json"))
            .unwrap();
    let named = |one: &&Map<String, Value>| one["name"].as_str().unwrap().contains(part);
    let body = all.iter().find(named).unwrap()["body"].as_str().unwrap().to_owned();
    serde_json::from_str(&body).unwrap()
}

/// Where the words of ours have another kind of value than the captured ones, or none.
fn differences(captured: &Value, ours: &Value, at: &str, found: &mut Vec<String>) {
    match (captured, ours) {
        (Value::Object(captured), Value::Object(ours)) => {
            for (word, value) in captured {
                let at = format!("{at}.{word}");
                match ours.get(word) {
                    None => found.push(at),
                    Some(ours) => differences(value, ours, &at, found),
                }
            }
        }
        (Value::Array(captured), Value::Array(ours)) => {
            if let (Some(captured), Some(ours)) = (captured.first(), ours.first()) {
                differences(captured, ours, &format!("{at}[]"), found);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        (one, other) => {
            if std::mem::discriminant(one) != std::mem::discriminant(other) {
                found.push(at.to_owned());
            }
        }
    }
}

/// Holds what is said against what PeerTube said, but for what stands there and may be missing here.
async fn compare(rig: &Rig, by: Party, said: Said, name: &str, excused: &[&str]) -> Value {
    let ours = rig.words(by, said.clone()).await.unwrap_or_else(|| panic!("{said:?} is moot"));
    let theirs = captured(name);
    assert_eq!(ours["type"], theirs["type"]);
    let mut found = Vec::new();
    differences(&theirs, &ours, "", &mut found);
    found.retain(|at| !excused.iter().any(|excused| at.starts_with(excused)));
    assert_eq!(found, [""; 0], "{said:?} beside {name}: {ours:#}");
    ours
}

const ACTOR_CONTEXT: &str = ".object.@context";

#[tokio::test]
async fn what_is_ours_is_said_as_peertube_says_it() {
    let rig = rig();
    let id = VideoId(1);
    // What only a video with files beside its stream, small pictures, words and captions has.
    let film =
        [".object.category", ".object.licence", ".object.language", ".object.preview", ".object.uploadDate"];
    let made = compare(&rig, ALICE, Said::VideoCreated(id), "Create-Video", &film).await;
    assert!(rig.is_signed(&made));
    assert_eq!(made["id"], format!("http://localhost:9001/videos/watch/{PUBLIC}/activity"));
    assert_eq!((&made["to"], &made["cc"]), (&made["object"]["to"], &made["object"]["cc"]));
    assert_eq!(made["cc"][0], "http://localhost:9001/accounts/alice/followers");

    let changed = compare(&rig, ALICE, Said::VideoUpdated(id), "Update-Video", &film).await;
    assert!(rig.is_signed(&changed));
    let address = format!("http://localhost:9001/videos/watch/{PUBLIC}/updates/{AT}");
    assert_eq!(changed["id"], address);

    let shared = compare(&rig, FILMS, Said::VideoShared(id), "Announce", &[]).await;
    assert!(rig.is_signed(&shared));
    assert_eq!(shared["actor"], "http://localhost:9001/video-channels/alice_films");
    let shared = rig.words(Party::Instance, Said::VideoShared(id)).await.unwrap();
    assert_eq!(shared["id"], format!("http://localhost:9001/videos/watch/{PUBLIC}/announces/1"));

    let named = compare(&rig, ALICE, Said::Changed, "Update-Person", &[ACTOR_CONTEXT, ".object.icon"]).await;
    assert!(rig.is_signed(&named));
    let excused = [ACTOR_CONTEXT, ".object.icon", ".object.image"];
    let named = compare(&rig, FILMS, Said::Changed, "Update-Group", &excused).await;
    assert!(rig.is_signed(&named));

    let list = Said::PlaylistCreated(PlaylistId(1));
    assert!(rig.is_signed(&compare(&rig, ALICE, list, "Create-Playlist", &[]).await));
    let list = Said::PlaylistUpdated(PlaylistId(1));
    let excused = [".object.first", ".object.icon"];
    assert!(rig.is_signed(&compare(&rig, ALICE, list, "Update-Playlist", &excused).await));
}

#[tokio::test]
async fn what_people_say_names_whom_it_answers() {
    let rig = rig();
    let theirs = format!("http://localhost:9002/videos/watch/{PUBLIC}/comments/1");
    let note = compare(&rig, ALICE, Said::CommentCreated(CommentId(2)), "Create-Note", &[]).await;
    assert!(rig.is_signed(&note));
    assert_eq!(note["object"]["inReplyTo"], theirs);
    assert_eq!(note["object"]["tag"][0]["name"], "@bob@localhost:9002");
    assert_eq!(note["cc"][1], "http://localhost:9002/accounts/bob");

    let elsewhere = rig.words(ALICE, Said::CommentCreated(CommentId(3))).await.unwrap();
    assert_eq!(elsewhere["object"]["inReplyTo"], "http://localhost:9002/videos/watch/9");
    assert_eq!(elsewhere["cc"][1], "http://localhost:9002/accounts/bob", "its owner hears of it by name");

    let yes = compare(&rig, ALICE, Said::CommentApproved(CommentId(1)), "ApproveReply", &[]).await;
    assert!(rig.is_signed(&yes));
    assert_eq!(
        (&yes["object"], yes["actor"].as_str()),
        (&theirs.clone().into(), Some("http://localhost:9001/accounts/alice"))
    );

    let deleted = Said::CommentDeleted { comment: CommentId(2), video: PUBLIC };
    assert!(rig.is_signed(&compare(&rig, ALICE, deleted, "099_B-to-A_Delete", &[]).await));
    let removed = Said::CommentRemoved { comment: CommentId(1), video: PUBLIC, url: theirs.clone() };
    let removed = rig.words(ALICE, removed).await.unwrap();
    assert_eq!(removed["object"], theirs);
    assert!(removed["id"].as_str().unwrap().starts_with("http://localhost:9001/"), "an id of ours");
}

#[tokio::test]
async fn what_is_done_elsewhere_is_said_to_whose_it_is() {
    let rig = rig();
    rig.rate(Some(Opinion::Like));
    let like = compare(&rig, ALICE, Said::Liked(ELSEWHERE), "059_B-to-A_Like", &[]).await;
    assert!(rig.is_signed(&like));
    assert_eq!(like["to"][0], "http://localhost:9002/accounts/bob");
    assert_eq!(like["object"], "http://localhost:9002/videos/watch/9");
    assert_eq!(rig.words(ALICE, Said::Disliked(ELSEWHERE)).await, None, "they changed their mind");
    assert_eq!(rig.words(ALICE, Said::Unliked(ELSEWHERE)).await, None);
    rig.rate(Some(Opinion::Dislike));
    compare(&rig, ALICE, Said::Disliked(ELSEWHERE), "050_B-to-A_Dislike", &[]).await;
    rig.rate(None);
    let undone = compare(&rig, ALICE, Said::Unliked(ELSEWHERE), "049_B-to-A_Undo-Like", &[]).await;
    assert!(rig.is_signed(&undone));
    assert_eq!(undone["object"]["id"], like["id"]);
    compare(&rig, ALICE, Said::Undisliked(ELSEWHERE), "058_B-to-A_Undo-Dislike", &[]).await;

    // One that goes on has an end; one that is over counts.
    let view =
        compare(&rig, Party::Instance, Said::Viewed(ELSEWHERE), "148_B-to-A_View", &[".expires"]).await;
    assert!(rig.is_signed(&view));
    assert_eq!(view["actor"], "http://localhost:9001/accounts/peertube");

    assert_eq!(rig.words(Party::Instance, Said::Watching(ELSEWHERE)).await, None, "nobody watches");
    let viewing = Viewing {
        video: ELSEWHERE,
        name: UNLISTED,
        from: AT,
        to: AT,
        seconds: 25,
        sections: vec![(0, 25), (30, 40)],
    };
    let watched = rig.words(Party::Instance, Said::Watched(Box::new(viewing))).await.unwrap();
    assert!(rig.is_signed(&watched));
    let object = &watched["object"];
    assert_eq!((&object["type"], &object["duration"]), (&"WatchAction".into(), &"PT25S".into()));
    assert_eq!(object["id"], format!("http://localhost:9001/videos/local-viewer/{UNLISTED}"));
    assert_eq!(object["object"], "http://localhost:9002/videos/watch/9");
    assert_eq!((&watched["to"], &watched["cc"]), (&object["to"], &object["cc"]));
    assert_eq!(object["watchSections"][1]["startTimestamp"], 30);
    let names: Vec<&String> = object.as_object().unwrap().keys().collect();
    assert!(
        !names.iter().any(|name| ["actor", "attributedTo", "location"].contains(&name.as_str())),
        "{names:?}"
    );

    let flag = compare(&rig, ALICE, Said::Flagged(AbuseId(2)), "201_B-to-A_Flag", &[]).await;
    assert_eq!(flag["id"], "http://localhost:9001/admin/abuses/2");
    assert_eq!((&flag["startAt"], &flag["endAt"]), (&1.into(), &4.into()));
}

#[tokio::test]
async fn what_is_not_true_any_more_is_not_said() {
    let rig = rig();
    assert_eq!(rig.words(ALICE, Said::VideoDeleted(PUBLIC)).await, None, "it is there");
    assert_eq!(rig.words(FILMS, Said::VideoUnshared(VideoId(1))).await, None);
    for hidden in [2, 3] {
        assert_eq!(rig.words(ALICE, Said::VideoCreated(VideoId(hidden))).await, None);
        assert_eq!(rig.words(FILMS, Said::VideoShared(VideoId(hidden))).await, None);
    }
    assert_eq!(rig.words(Party::Account(AccountId(2)), Said::VideoCreated(ELSEWHERE)).await, None);
    assert_eq!(rig.words(Party::Account(AccountId(77)), Said::Changed).await, None);
    rig.write(|write| {
        let held = Comment { held: true, ..said(2, 1, 1, Some(1)) };
        write.insert(&CommentKey { comment: CommentId(2) }, &held)?;
        let hidden = VideoPlaylist { privacy: PlaylistPrivacy::Private, ..list() };
        write.insert(&PlaylistKey { playlist: PlaylistId(1) }, &hidden)
    });
    assert_eq!(rig.words(ALICE, Said::CommentCreated(CommentId(2))).await, None);
    assert_eq!(rig.words(ALICE, Said::PlaylistUpdated(PlaylistId(1))).await, None);
    remove_video(&rig.app, VideoId(1));
    for said in [Said::VideoCreated(VideoId(1)), Said::VideoUpdated(VideoId(1))] {
        assert_eq!(rig.words(ALICE, said).await, None);
    }
    let gone = rig.words(ALICE, Said::VideoDeleted(PUBLIC)).await.unwrap();
    assert_eq!(gone["object"], format!("http://localhost:9001/videos/watch/{PUBLIC}"));
    assert!(rig.is_signed(&gone));
}

#[tokio::test]
async fn whoever_goes_says_so_themselves() {
    let rig = rig();
    rig.write(|write| {
        write.remove(&ChannelKey { channel: ChannelId(1) });
        Ok(())
    });
    let gone = rig.words(FILMS, Said::Gone("alice_films".into())).await.unwrap();
    assert_eq!((&gone["actor"], &gone["type"]), (&gone["object"], &"Delete".into()));
    assert_eq!(gone["id"], "http://localhost:9001/video-channels/alice_films/delete");
    assert!(rig.is_signed(&gone));
}

#[tokio::test]
async fn words_that_are_ours_are_signed_and_others_stay_as_they_are() {
    let rig = rig();
    let ours = r#"{"@context":["https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1"],
        "type":"Follow","id":"http://localhost:9001/accounts/peertube/follows/1",
        "actor":"http://localhost:9001/accounts/peertube","object":"http://localhost:9002/accounts/peertube"}"#;
    let signed = rig.words(Party::Instance, Said::Words(ours.to_owned())).await.unwrap();
    assert!(rig.is_signed(&signed));
    let theirs = captured("077_B-to-A_Create-Note");
    let passed_on = rig.words(ALICE, Said::Words(theirs.to_string())).await.unwrap();
    assert_eq!(passed_on, theirs);
}

#[test]
fn a_copy_is_told_of_as_peertube_does() {
    let captured: Value = serde_json::from_str(include_str!(
        "../../../../tests/vectors/federation/peertube-6.3-undo-cache-file.json"
    ))
    .unwrap();
    let addresses = Addresses::new("http://localhost:9002", "localhost:9002");
    let file = &captured["object"]["object"];
    let copied = Copied {
        video: "cb9324b4-796d-4164-905a-79871403782f".parse().unwrap(),
        url: "http://localhost:9001/videos/watch/cb9324b4-796d-4164-905a-79871403782f",
        expires_at: Some(file["expires"].as_str().unwrap().parse().unwrap()),
    };
    let owner = || Audience::of("http://localhost:9001/accounts/alice".to_owned());
    let said = serde_json::to_value(Withdrawal::new(&addresses, owner(), &copied)).unwrap();
    for field in ["to", "cc", "type", "id", "actor", "object"] {
        assert_eq!(said[field], captured[field], "{field}");
    }
    let made = serde_json::to_value(CacheFile::new(&addresses, owner(), &copied)).unwrap();
    assert_eq!(made["to"], json!(["http://localhost:9001/accounts/alice"]));
    assert_eq!(made["url"], file["url"]);
    let context = serde_json::to_value(CACHE_FILE).unwrap();
    assert_eq!(context, captured["@context"]);
}
