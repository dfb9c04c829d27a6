//! Stories of what becomes of captured documents in a real store.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use shared::id::{AccountId, ChannelId, CommentId, Uuid, VideoId};
use shared::time::Timestamp;

use super::*;
use crate::domain::account::{NewUser, Removal, create, remove_elsewhere};
use crate::domain::event::Event;
use crate::domain::federation::key::FreshKey;
use crate::domain::mute;
use crate::domain::notification::Around;
use crate::domain::subscription;
use crate::fanout::{self, Larder};
use crate::federation::vocab;
use crate::store::records::{
    Account, Block, Channel, Comment, CommentsPolicy, JobKind, NotificationKind, Opinion, Party, Privacy,
    RemoteObject, Role, TalkJob, Video,
};
use crate::store::tables::{
    AccountChannelKey, AccountKey, ActorNameKey, ChannelKey, CommentKey, JobKey, NotificationKey,
    PlaylistKey, RemoteActorKey, RemoteNameKey, RemoteObjectKey, ServerMuteKey, TraceKey, VideoKey,
    VideoUuidKey,
};
use crate::store::{Durability, Read, Store, StoreError, Write};

#[path = "playlist_tests.rs"]
mod playlists;

const HOST: &str = "films.example";
const THERE: &str = "localhost:9001";

/// An hour after the captured video was published.
fn now() -> Timestamp {
    "2026-11-21T03:00:00.000Z".parse().unwrap()
}

fn vector(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/ap");
    std::fs::read_to_string(path.join(format!("peertube-6.3-{name}.json"))).unwrap()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn alice() -> vocab::Actor {
    vocab::Actor::read(&json(&vector("actor-account"))).unwrap()
}

fn carol() -> vocab::Actor {
    let text = vector("actor-account").replace("accounts/alice", "accounts/carol");
    vocab::Actor::read(&json(&text.replace("\"alice\"", "\"carol\""))).unwrap()
}

fn films() -> vocab::Actor {
    vocab::Actor::read(&json(&vector("actor-channel"))).unwrap()
}

fn clip() -> vocab::Video {
    vocab::Video::read(&json(&vector("video"))).unwrap()
}

fn note(name: &str) -> vocab::Note {
    vocab::Note::read(&json(&vector(name))).unwrap()
}

struct World {
    store: Store,
    names: Cell<u128>,
    _folder: tempfile::TempDir,
}

/// Bob of this instance, account and channel 1, and his public video 1.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let world = World { store, names: Cell::new(1000), _folder: folder };
    world.write(|world, write| {
        let new = NewUser {
            username: "bob".to_owned(),
            email: "bob@films.example".to_owned(),
            password: String::new(),
            role: Role::User,
            channel: "bob_films".to_owned(),
            video_quota: None,
            video_quota_daily: None,
        };
        create(write, now(), new).unwrap();
        let number = write.next_number("videos")?;
        let own = crate::domain::video::tests::video(number);
        write.insert(&VideoUuidKey { uuid: own.uuid }, &own.id)?;
        write.insert(&VideoKey { video: own.id }, &own)?;
        world.settle(write)
    });
    world
}

impl World {
    fn write<T>(&self, work: impl FnOnce(&World, &mut Write<'_>) -> Result<T, KeepError>) -> T {
        self.try_write(work).unwrap()
    }

    fn try_write<T>(
        &self,
        work: impl FnOnce(&World, &mut Write<'_>) -> Result<T, KeepError>,
    ) -> Result<T, KeepError> {
        self.store.write(Durability::Relaxed, |write| work(self, write))
    }

    fn name(&self) -> Uuid {
        self.names.set(self.names.get() + 1);
        Uuid::from_random(self.names.get())
    }

    fn settle(&self, write: &mut Write<'_>) -> Result<(), KeepError> {
        let around = Around { host: HOST, staff: &BTreeSet::new() };
        let fresh = || FreshKey { private: String::new(), public: String::new() };
        let larder = Larder { name: &|| self.name(), key: &|| Some(fresh()) };
        fanout::settle(write, now(), around, larder, None)?;
        Ok(())
    }

    fn actor(&self, said: &vocab::Actor, owner: Option<AccountId>) -> Result<Party, KeepError> {
        self.try_write(|world, write| {
            let party = actor(write, now(), said, owner, &|| world.name())?;
            world.settle(write)?;
            Ok(party)
        })
    }

    fn alice(&self) -> AccountId {
        match self.actor(&alice(), None).unwrap() {
            Party::Account(account) => account,
            other @ (Party::Instance | Party::Channel(_)) => panic!("{other:?}"),
        }
    }

    fn carol(&self) -> AccountId {
        match self.actor(&carol(), None).unwrap() {
            Party::Account(account) => account,
            other @ (Party::Instance | Party::Channel(_)) => panic!("{other:?}"),
        }
    }

    fn films(&self) -> ChannelId {
        let owner = self.alice();
        match self.actor(&films(), Some(owner)).unwrap() {
            Party::Channel(channel) => channel,
            other @ (Party::Instance | Party::Account(_)) => panic!("{other:?}"),
        }
    }

    fn video(
        &self,
        said: &vocab::Video,
        channel: ChannelId,
        is_backfill: bool,
    ) -> Result<VideoId, KeepError> {
        self.try_write(|world, write| {
            let name = || world.name();
            let id = video(write, now(), said, channel, Intake { host: HOST, name: &name, is_backfill })?;
            world.settle(write)?;
            Ok(id)
        })
    }

    fn clip(&self) -> VideoId {
        self.video(&clip(), self.films(), false).unwrap()
    }

    fn comment(&self, said: &vocab::Note, at: Place) -> Result<CommentId, KeepError> {
        self.try_write(|world, write| {
            let name = || world.name();
            let intake = Intake { host: HOST, name: &name, is_backfill: false };
            let id = comment(write, now(), said, at, intake)?;
            world.settle(write)?;
            Ok(id)
        })
    }

    fn account_row(&self, account: AccountId) -> Account {
        self.store.get(&AccountKey { account }).unwrap().unwrap()
    }

    fn channel_row(&self, channel: ChannelId) -> Channel {
        self.store.get(&ChannelKey { channel }).unwrap().unwrap()
    }

    fn video_row(&self, video: VideoId) -> Video {
        self.store.get(&VideoKey { video }).unwrap().unwrap()
    }

    fn comment_row(&self, comment: CommentId) -> Comment {
        self.store.get(&CommentKey { comment }).unwrap().unwrap()
    }

    fn jobs(&self) -> Vec<JobKind> {
        self.store.table::<JobKey>().map(|row| row.unwrap().1.kind).collect()
    }

    fn told(&self) -> Vec<NotificationKind> {
        self.store.table::<NotificationKey>().map(|row| row.unwrap().1.kind).collect()
    }
}

const OWN: VideoId = VideoId(1);
const BOB: AccountId = AccountId(1);

#[test]
fn people_and_channels_elsewhere_are_found_by_id_and_by_handle_and_get_nothing_of_ours() {
    let world = world();
    let (account, channel) = (world.alice(), world.films());
    let alice = world.account_row(account);
    assert_eq!((alice.name.as_str(), alice.display_name.as_str()), ("alice", "Alice B."));
    assert_eq!(alice.description.as_deref(), Some("I am **Alice**, test user."));
    assert_eq!((alice.user, alice.host()), (None, Some(THERE)));
    let remote = alice.remote.unwrap();
    assert_eq!(remote.common_inbox(), "http://localhost:9001/inbox");
    assert_eq!(
        remote.keys.first().map(|key| key.id.as_str()),
        Some("http://localhost:9001/accounts/alice#main-key")
    );
    assert!(remote.avatar.unwrap().url.ends_with("14decf91-a191-48f7-bb9c-57b4797afe2f.png"), "600 pixels");
    let films = world.channel_row(channel);
    assert_eq!((films.account, films.support.as_deref()), (account, Some("Please support")));
    assert!(films.remote.unwrap().banner.is_some());
    assert!(world.store.get(&AccountChannelKey { account, channel }).unwrap().is_some());

    let found = |name: &str, host: &str| actor_named(&world.store, name, host).unwrap();
    assert_eq!(found("Alice", THERE), Some(Party::Account(account)));
    assert_eq!(found("alice_films", "LOCALHOST:9001"), Some(Party::Channel(channel)));
    assert_eq!(found("alice", HOST), None);
    let by_id = actor_of(&world.store, "http://localhost:9001/video-channels/alice_films").unwrap();
    assert_eq!(by_id, Some(Party::Channel(channel)));

    // No list to watch later, and no key to sign with.
    let owners: BTreeSet<_> = world.store.table::<PlaylistKey>().map(|row| row.unwrap().1.account).collect();
    assert_eq!(owners, [BOB].into());
    assert_eq!(world.store.table::<ActorNameKey>().count(), 2, "Bob and his channel");
}

#[test]
fn what_somebody_says_again_replaces_what_they_said_and_pictures_keep_their_names() {
    let world = world();
    let account = world.alice();
    let before = world.account_row(account);
    let mut said = alice();
    said.display_name = "Alice \u{202e}C.".to_owned();
    said.summary = Some("<p>On <b>film</b></p>".to_owned());
    said.key.id = "http://localhost:9001/accounts/alice#second".to_owned();
    assert_eq!(world.actor(&said, None).unwrap(), Party::Account(account));
    let after = world.account_row(account);
    assert_eq!(
        (after.display_name.as_str(), after.description.as_deref()),
        ("Alice C.", Some("On **film**"))
    );
    let (old, new) = (before.remote.unwrap(), after.remote.unwrap());
    assert_eq!(old.avatar, new.avatar);
    assert_eq!(new.keys.len(), 1, "the old key signs nothing any more");

    for picture in &mut said.avatars {
        picture.url.push_str("?v=2");
    }
    let dropped = world.write(|world, write| {
        actor(write, now(), &said, None, &|| world.name())?;
        Ok(write.take_events())
    });
    assert_eq!(dropped, [Event::PictureDropped { name: old.avatar.unwrap().name }]);
}

#[test]
fn nobody_takes_anothers_name_kind_or_channel() {
    let world = world();
    let (account, channel) = (world.alice(), world.films());
    let mut other = alice();
    other.id = "http://localhost:9001/accounts/Alice2".to_owned();
    other.name = "ALICE".to_owned();
    assert!(matches!(world.actor(&other, None), Err(KeepError::NameTaken)));
    let mut person = films();
    person.kind = vocab::ActorKind::Person;
    assert!(matches!(world.actor(&person, None), Err(KeepError::KindChanged)));
    assert!(matches!(world.actor(&films(), Some(BOB)), Err(KeepError::Owner)), "Bob is of another server");
    // Channels are handed on within their server.
    let carol = world.carol();
    assert_eq!(world.actor(&films(), Some(carol)).unwrap(), Party::Channel(channel));
    assert_eq!(world.channel_row(channel).account, carol);
    assert!(world.store.get(&AccountChannelKey { account, channel }).unwrap().is_none());
    // A group without an owner is an account, such as a forum.
    let mut forum = films();
    forum.id = "http://localhost:9001/c/forum".to_owned();
    forum.name = "forum".to_owned();
    assert!(matches!(world.actor(&forum, None), Ok(Party::Account(_))));
}

#[test]
fn a_video_elsewhere_is_a_row_like_ours_that_leads_there() {
    let world = world();
    let channel = world.films();
    let id = world.video(&clip(), channel, false).unwrap();
    let video = world.video_row(id);
    assert_eq!((video.name.as_str(), video.channel), ("Test pattern 30 s (updated)", channel));
    assert_eq!(video.uuid.to_string(), "ce07d2dc-d37f-4a15-8d02-89251c07337b");
    assert_eq!((video.privacy, video.category, video.licence), (Privacy::Public, Some(15), Some(1)));
    assert_eq!((video.language.as_deref(), video.tags.len(), video.views), (Some("en"), 3, 13));
    assert_eq!(video.published_at.to_string(), "2026-11-21T02:03:26.618Z");
    let facts = video.facts.unwrap();
    assert_eq!((facts.duration_ms, facts.width, facts.height), (30_000, 1280, 720));
    // A link to another server than ours is seen in its description.
    assert_eq!(video.automatic_tags, ["external-link"]);
    let languages: Vec<_> = video.captions.iter().map(|caption| caption.language.as_str()).collect();
    assert_eq!(languages, ["en", "fr"]);
    assert_eq!(video.storyboard.map(|sheet| (sheet.sprite_width, sheet.sprite_duration)), Some((192, 1)));
    assert!(video.playlist.is_none() && video.source.file.is_none());
    let remote = video.remote.unwrap();
    assert_eq!((remote.host.as_str(), remote.pictures.len(), remote.streams.len()), (THERE, 2, 1));
    assert!(remote.pictures.first().unwrap().url.contains("/thumbnails/"), "smaller first");
    let stream = remote.streams.first().unwrap();
    assert_eq!((stream.files.len(), stream.info_hashes.len()), (3, 3));
    assert!(stream.files.iter().all(|file| file.magnet.is_some() && 0 < file.bytes));
    // Nothing of it is packaged, transcoded or remembered as ours.
    assert!(world.jobs().iter().all(|job| matches!(job, JobKind::Talk(_))), "{:?}", world.jobs());
}

#[test]
fn what_changes_there_changes_here_and_what_we_decided_stays() {
    let world = world();
    let channel = world.films();
    let id = world.video(&clip(), channel, false).unwrap();
    let block = Block {
        id: shared::id::BlockId(1),
        reason: None,
        unfederated: false,
        automatic: false,
        created_at: now(),
        updated_at: now(),
    };
    world.write(|_, write| {
        let mut video = write.get(&VideoKey { video: id })?.unwrap();
        video.blocked = Some(block.clone());
        write.insert(&VideoKey { video: id }, &video)?;
        likes(write, id, Some(5), None)?;
        let parts = vocab::parts(&json(&vector("video-chapters")));
        chapters(write, id, &parts)?;
        fetched(write, now(), id, Some("\"a\""))?;
        Ok(())
    });
    let before = world.video_row(id);
    assert_eq!(before.chapters.iter().map(|chapter| chapter.timecode).collect::<Vec<_>>(), [0, 8, 20]);
    let mut said = clip();
    said.name = "Another\nname".to_owned();
    said.is_public = false;
    said.captions.pop();
    said.published = Timestamp(i64::MAX);
    assert_eq!(world.video(&said, channel, false).unwrap(), id);
    let after = world.video_row(id);
    assert_eq!((after.name.as_str(), after.privacy), ("Another name", Privacy::Unlisted));
    assert_eq!((after.blocked, after.likes, after.chapters.len()), (Some(block), 5, 3));
    assert_eq!(after.published_at, now(), "nobody comes from the future");
    assert_eq!(after.captions, before.captions.get(..1).unwrap());
    let (old, new) = (before.remote.unwrap(), after.remote.unwrap());
    // By what the old words were known the new ones are not.
    assert_eq!((old.pictures, new.etag), (new.pictures, None));
    let kept = crate::domain::video::copies::names(&world.video_row(id));
    assert_eq!(kept.len(), 4, "two pictures, the grid, words in one language");
}

#[test]
fn a_uuid_is_nobody_elses() {
    let world = world();
    let channel = world.films();
    let own = world.video_row(OWN).uuid;
    let mut thief = clip();
    thief.uuid = own;
    assert!(matches!(world.video(&thief, channel, false), Err(KeepError::UuidTaken)));
    world.video(&clip(), channel, false).unwrap();
    let mut second = clip();
    second.id = "http://localhost:9001/videos/watch/other".to_owned();
    assert!(matches!(world.video(&second, channel, false), Err(KeepError::UuidTaken)));
    let mut ours = clip();
    ours.id = format!("https://{HOST}/videos/watch/1");
    assert!(matches!(world.video(&ours, channel, false), Err(KeepError::Ours)));
    // Nobody publishes in a channel of another server.
    assert!(matches!(world.video(&clip(), ChannelId(1), false), Err(KeepError::Place(_))));
}

#[test]
fn followers_hear_of_what_is_new_and_of_nothing_else() {
    let announces = |world: &World| {
        let is_it = |job: &JobKind| matches!(job, JobKind::Talk(TalkJob::Announce { .. }));
        world.jobs().iter().filter(|job| is_it(job)).count()
    };
    let old = |said: &mut vocab::Video| said.published = Timestamp(now().0 - 2 * 24 * 60 * 60 * 1000);
    for (is_backfill, is_old, expected) in [(false, false, 1), (true, false, 0), (false, true, 0)] {
        let world = world();
        let channel = world.films();
        world.write(|world, write| {
            let since = Timestamp(now().0 - 3 * 24 * 60 * 60 * 1000);
            subscription::follow(write, since, BOB, channel).unwrap();
            world.settle(write)
        });
        let mut said = clip();
        if is_old {
            old(&mut said);
        }
        let id = world.video(&said, channel, is_backfill).unwrap();
        assert_eq!(announces(&world), expected, "{is_backfill} {is_old}");
        if expected == 0 {
            continue;
        }
        // Whose it is has no login here.
        world.write(|_, write| {
            let after = shared::id::FollowId(0);
            crate::domain::notification::announce(write, now(), id, after, 10)?;
            Ok(())
        });
        assert_eq!(world.told(), [NotificationKind::NewVideo]);
    }
}

#[test]
fn talk_elsewhere_is_kept_with_its_thread_and_edited_by_being_said_again() {
    let world = world();
    let (video, carol, alice) = (world.clip(), world.carol(), world.alice());
    let first = note("comment-note");
    let at = Place { video, parent: None, author: carol };
    let id = world.comment(&first, at).unwrap();
    let comment = world.comment_row(id);
    assert_eq!((comment.text.as_str(), comment.held), ("First! Hello @alice **bold**", false));
    assert_eq!(comment.created_at, first.published);
    assert_eq!(comment.remote.unwrap().url, first.id);
    let reply = Place { video, parent: Some(id), author: alice };
    let answer = world.comment(&note("comment-reply-note"), reply).unwrap();
    assert_eq!(world.comment_row(id).replies_of_owner, 1, "Alice's is the video");

    let mut again = first.clone();
    again.content = "<p>Second <script>alert(1)</script><em>thoughts</em></p>".to_owned();
    again.is_markdown = false;
    assert_eq!(world.comment(&again, at).unwrap(), id);
    assert_eq!(world.comment_row(id).text, "Second *thoughts*");
    // By others, elsewhere, or of nothing.
    assert!(matches!(world.comment(&again, Place { author: alice, ..at }), Err(KeepError::Place(_))));
    assert!(matches!(world.comment(&again, Place { video: OWN, ..at }), Err(KeepError::Place(_))));
    again.content = "<p> </p>".to_owned();
    assert!(matches!(world.comment(&again, at), Err(KeepError::Empty)));
    let mut private = first.clone();
    private.audience = vec!["http://localhost:9001/accounts/carol/followers".to_owned()];
    assert!(matches!(world.comment(&private, at), Err(KeepError::NotPublic)));

    // It goes, its place stays while it is answered, and it does not come back.
    world.write(|_, write| remove::comment(write, now(), id));
    assert!(world.comment_row(id).is_deleted());
    assert!(matches!(world.comment(&first, at), Err(KeepError::Gone)));
    world.write(|_, write| remove::comment(write, now(), answer));
    assert!(world.store.get(&CommentKey { comment: id }).unwrap().is_none());
    let key = RemoteObjectKey { url: note("comment-reply-note").id };
    assert!(world.store.get(&key).unwrap().is_some());
    assert!(matches!(world.comment(&note("comment-reply-note"), reply), Err(KeepError::Gone)));
}

#[test]
fn talk_about_our_videos_is_told_of_and_waits_where_its_owner_wants_that() {
    let world = world();
    let carol = world.carol();
    let mut said = note("comment-note");
    said.content =
        "<p><a href=\"https://films.example/accounts/bob\" class=\"u-url mention\">@<span>bob</span></a> and @bob</p>"
            .to_owned();
    said.is_markdown = false;
    let at = Place { video: OWN, parent: None, author: carol };
    let id = world.comment(&said, at).unwrap();
    assert_eq!(
        world.comment_row(id).text,
        "[@bob@films.example](https://films.example/accounts/bob) and @bob"
    );
    assert_eq!(world.told(), [NotificationKind::NewComment]);

    world.write(|_, write| {
        let mut video = write.get(&VideoKey { video: OWN })?.unwrap();
        video.comments_policy = CommentsPolicy::RequiresApproval;
        Ok(write.insert(&VideoKey { video: OWN }, &video)?)
    });
    let mut second = said.clone();
    second.id.push('2');
    // No word of theirs lets it be seen here.
    second.approval = Some("http://localhost:9001/approvals/1".to_owned());
    let held = world.comment(&second, at).unwrap();
    assert!(world.comment_row(held).held);
    world.write(|_, write| {
        assert!(matches!(approve(write, now(), held), Err(KeepError::Ours)));
        let mut video = write.get(&VideoKey { video: OWN })?.unwrap();
        video.privacy = Privacy::Private;
        Ok(write.insert(&VideoKey { video: OWN }, &video)?)
    });
    let mut third = said;
    third.id.push('3');
    assert!(matches!(world.comment(&third, at), Err(KeepError::NotPublic)));
}

#[test]
fn whom_the_owner_or_the_instance_has_muted_says_nothing_below_the_owners_videos() {
    let bob = AccountId(1);
    for (by, whole_server) in [(bob, false), (bob, true), (mute::INSTANCE, false), (mute::INSTANCE, true)] {
        let world = world();
        let at = Place { video: OWN, parent: None, author: world.carol() };
        let first = note("comment-note");
        let before = world.comment(&first, at).unwrap();
        let host = world.account_row(at.author).host().unwrap().to_owned();
        world.write(|_, write| {
            if whole_server {
                mute::mute_server(write, now(), by, host).unwrap();
            } else {
                mute::mute_account(write, now(), by, at.author).unwrap();
            }
            Ok(())
        });
        let mut second = first.clone();
        second.id.push('2');
        assert!(matches!(world.comment(&second, at), Err(KeepError::Unheard)), "{by:?} {whole_server}");
        let key = RemoteObjectKey { url: second.id.clone() };
        assert!(world.store.get(&key).unwrap().is_none());
        // What was said before stays, and others are heard.
        assert!(!world.comment_row(before).is_deleted());
        let clip = world.clip();
        let elsewhere = world.comment(&second, Place { video: clip, ..at });
        assert_eq!(elsewhere.is_ok(), by == bob, "below another's video only the instance's mute counts");
    }
}

#[test]
fn a_name_alone_is_somebody_where_it_was_said() {
    let world = world();
    let (video, carol) = (world.clip(), world.carol());
    let mut said = note("comment-note");
    said.content = "Hello @bob".to_owned();
    let at = Place { video, parent: None, author: carol };
    world.comment(&said, at).unwrap();
    assert_eq!(world.told(), []);
    let mut second = said;
    second.id.push('2');
    second.content = format!("Hello @bob@{HOST}");
    world.comment(&second, at).unwrap();
    assert_eq!(world.told(), [NotificationKind::Mention]);
}

#[test]
fn thumbs_shares_and_views_count_for_videos_that_are_open() {
    let world = world();
    let (carol, there) = (world.carol(), world.clip());
    let party = Party::Account(carol);
    world.write(|_, write| {
        for _ in 0..2 {
            rate(write, now(), OWN, carol, Some(Opinion::Like))?;
        }
        rate(write, now(), there, carol, Some(Opinion::Like))?;
        assert!(share(write, now(), OWN, party, "http://localhost:9001/a/1")?);
        assert!(!share(write, now(), OWN, party, "http://localhost:9001/a/1")?);
        assert!(!unshare(write, OWN, party, "http://localhost:9001/a/2")?);
        assert!(unshare(write, OWN, party, "http://localhost:9001/a/1")?);
        add_views(write, now(), OWN, 2)?;
        add_views(write, now(), OWN, u64::MAX)
    });
    let own = world.video_row(OWN);
    assert_eq!((own.likes, own.views), (1, 102));
    assert_eq!(world.video_row(there).likes, 0, "its own server counts");
    assert!(matches!(
        world.try_write(|_, write| rate(write, now(), OWN, BOB, Some(Opinion::Like))),
        Err(KeepError::Place(_))
    ));
    world.write(|_, write| {
        let mut video = write.get(&VideoKey { video: OWN })?.unwrap();
        video.privacy = Privacy::Internal;
        Ok(write.insert(&VideoKey { video: OWN }, &video)?)
    });
    let hidden = |work: &dyn Fn(&mut Write<'_>) -> Result<(), KeepError>| {
        matches!(world.try_write(|_, write| work(write)), Err(KeepError::NotPublic))
    };
    assert!(hidden(&|write| rate(write, now(), OWN, carol, Some(Opinion::Dislike))));
    assert!(hidden(&|write| share(write, now(), OWN, party, "http://localhost:9001/a/3").map(drop)));
    assert!(hidden(&|write| add_views(write, now(), OWN, 1)));
    world.write(|_, write| rate(write, now(), OWN, carol, None));
    assert_eq!(world.video_row(OWN).likes, 0);
}

#[test]
fn whoever_goes_takes_all_along_and_leaves_their_name_free() {
    let world = world();
    let (account, channel, video) = (world.alice(), world.films(), world.clip());
    let party = Party::Account(account);
    world.write(|world, write| {
        assert!(matches!(remove::actor(write, now(), Party::Account(BOB)), Err(KeepError::Ours)));
        assert!(matches!(remove::video(write, OWN), Err(KeepError::Ours)));
        remove::actor(write, now(), party)?;
        world.settle(write)
    });
    assert!(world.jobs().contains(&JobKind::Talk(TalkJob::RemoveActor(party))));
    let events = Cell::new(Vec::new());
    for _ in 0..3 {
        let removal = world.write(|world, write| {
            let removal = remove_elsewhere(write, party)?;
            let mut seen = events.take();
            let noted = write.take_events();
            seen.extend(noted.clone());
            events.set(seen);
            noted.into_iter().for_each(|event| write.note(event));
            world.settle(write)?;
            Ok(removal)
        });
        if removal == Removal::Done {
            break;
        }
    }
    let events = events.take();
    // Their UUID names no file of ours.
    assert!(events.iter().all(|event| !matches!(event, Event::VideoDeleted { .. })), "{events:?}");
    assert!(events.contains(&Event::RemoteVideoRemoved(video)));
    let store = &world.store;
    assert!(store.get(&AccountKey { account }).unwrap().is_none());
    assert!(store.get(&ChannelKey { channel }).unwrap().is_none());
    assert!(store.get(&VideoKey { video }).unwrap().is_none());
    let uuid = clip().uuid;
    assert!(store.get(&VideoUuidKey { uuid }).unwrap().is_none());
    assert!(store.get(&TraceKey { uuid }).unwrap().is_none(), "its own server says that it is gone");
    assert!(store.get(&RemoteObjectKey { url: clip().id }).unwrap().is_none());
    assert!(store.get(&RemoteActorKey { url: alice().id }).unwrap().is_none());
    assert_eq!(store.table::<RemoteNameKey>().count(), 0);
    assert_eq!(store.table::<ActorNameKey>().count(), 2, "Bob and his channel");
    assert_eq!(world.alice().0, account.0 + 1, "who comes again is somebody new");
}

#[test]
fn muted_servers_and_people_are_known() {
    let world = world();
    let carol = world.carol();
    let muted = |world: &World| {
        let of = |account| is_muted(&world.store, THERE, account).unwrap();
        (of(None), of(Some(carol)))
    };
    assert_eq!(muted(&world), (false, false));
    world.write(|_, write| {
        mute::mute_account(write, now(), mute::INSTANCE, carol).unwrap();
        Ok(())
    });
    assert_eq!(muted(&world), (false, true));
    let key = ServerMuteKey { by: BOB, host: THERE.to_owned() };
    world.write(|_, write| {
        write.insert(&key, &now())?;
        Ok(())
    });
    assert_eq!(muted(&world), (false, true), "Bob's mutes are his own");
    let by_bob = crate::domain::mute::is_muted(&world.store, BOB, world.alice());
    assert!(by_bob.unwrap(), "all of a muted server are muted");
}

#[test]
fn things_are_found_by_their_ids() {
    let world = world();
    let video = world.clip();
    let found = object_of(&world.store, &clip().id).unwrap();
    assert_eq!(found, Some(RemoteObject::Video(video)));
    let nothing: Result<_, StoreError> = object_of(&world.store, "http://localhost:9001/nothing");
    assert_eq!(nothing.unwrap(), None);
}
