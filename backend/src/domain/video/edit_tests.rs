use super::*;
use crate::domain::notification::Around;
use crate::domain::video::tests::{facts, source};
use crate::store::records::{Account, JobKind, JobState, PlayerTheme, Role};
use crate::store::tables::{AccountKey, JobDueKey, JobKey, VideosOf};
use crate::store::{Durability, Store};
use std::collections::BTreeSet;

use shared::id::UserId;

const NOW: Timestamp = Timestamp(5000);

struct World {
    store: Store,
    _folder: tempfile::TempDir,
}

/// A store with account 1 (channels 1 and 2) and account 2 (channel 3).
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store
        .write::<_, StoreError>(Durability::Relaxed, |write| {
            for account in [1, 2] {
                let id = AccountId(account);
                let record = Account {
                    id,
                    name: format!("account{account}"),
                    display_name: String::new(),
                    description: None,
                    avatar: None,
                    seeders_since: None,
                    following: 0,
                    user: Some(UserId(account)),
                    remote: None,
                    created_at: NOW,
                    updated_at: NOW,
                };
                write.insert(&AccountKey { account: id }, &record)?;
            }
            for (channel, account) in [(1, 1), (2, 1), (3, 2)] {
                let id = ChannelId(channel);
                let record = Channel {
                    id,
                    name: format!("channel{channel}"),
                    display_name: String::new(),
                    description: None,
                    support: Some("Please support".into()),
                    avatar: None,
                    banner: None,
                    sharing: None,
                    remote: None,
                    player_theme: PlayerTheme::default(),
                    account: AccountId(account),
                    collaborators: Vec::new(),
                    followers: 0,
                    created_at: NOW,
                    updated_at: NOW,
                };
                write.insert(&ChannelKey { channel: id }, &record)?;
            }
            Ok(())
        })
        .unwrap();
    World { store, _folder: folder }
}

const HOST: &str = "films.example";

fn nothing(_: AccountId) -> Used {
    Used::default()
}

fn said_so(form: NewVideo) -> Change<'static> {
    Change { form, pictures: Pictures::default(), host: HOST, used: &nothing }
}

impl World {
    fn run<T>(&self, work: impl FnOnce(&mut Write<'_>) -> Result<T, EditError>) -> Result<T, EditError> {
        self.store.write(Durability::Relaxed, |write| {
            let outcome = work(write)?;
            let around = Around { host: "films.example", staff: &BTreeSet::new() };
            let larder = crate::fanout::Larder { name: &|| Uuid(u128::MAX), key: &|| None };
            crate::fanout::settle(write, NOW, around, larder, None)?;
            Ok(outcome)
        })
    }

    fn create(&self, uuid: u128, form: NewVideo) -> Result<Video, EditError> {
        let channel = form.channel_id.unwrap_or(ChannelId(1));
        let arrival = Arrival {
            uuid: Uuid(uuid),
            channel,
            form,
            source: source(),
            facts: facts(),
            chapters: Vec::new(),
            pictures: Pictures::default(),
            host: "films.example".into(),
        };
        self.run(|write| create(write, NOW, arrival))
    }

    fn jobs(&self) -> Vec<JobKind> {
        self.store.table::<JobKey>().map(|row| row.unwrap().1.kind).collect()
    }

    fn videos_of(&self, channel: u64) -> Vec<u64> {
        self.store.scan(&VideosOf(ChannelId(channel))).map(|row| row.unwrap().0.video.0).collect()
    }
}

fn person(account: u64, role: Role) -> Person {
    Person { user: UserId(account), account: AccountId(account), role }
}

fn owner() -> Person {
    person(1, Role::User)
}

fn named(name: &str) -> NewVideo {
    NewVideo { name: Some(name.into()), ..NewVideo::default() }
}

#[test]
fn a_new_video_is_private_until_somebody_says_otherwise() {
    let world = world();
    let video = world.create(7, named("Boat")).unwrap();
    assert_eq!(
        (video.id, video.privacy, video.state),
        (VideoId(1), Privacy::Private, VideoState::ToTranscode)
    );
    assert_eq!((video.support, video.tags.len()), (None, 0));
    assert_eq!(world.videos_of(1), [1]);
    assert_eq!(world.jobs(), [JobKind::Package(VideoId(1))]);
    let due: Vec<_> = world.store.table::<JobDueKey>().map(|row| row.unwrap().0).collect();
    assert_eq!(due.len(), 1);
    let job = world.store.get(&JobKey { job: due[0].job }).unwrap().unwrap();
    assert_eq!(job.state, JobState::Due(due[0].due));
}

#[test]
fn ending_an_upload_twice_makes_one_video() {
    let world = world();
    let first = world.create(7, named("Boat")).unwrap();
    let second = world.create(7, named("Boat")).unwrap();
    assert_eq!(first, second);
    assert_eq!((world.videos_of(1).len(), world.jobs().len()), (1, 1));
}

#[test]
fn a_channel_that_went_away_takes_no_video() {
    let world = world();
    let form = NewVideo { channel_id: Some(ChannelId(9)), ..named("Boat") };
    assert!(matches!(world.create(7, form), Err(EditError::UnknownChannel)));
    assert!(world.jobs().is_empty());
}

#[test]
fn a_change_leaves_alone_what_it_does_not_name() {
    let world = world();
    let form = NewVideo { category: Some(Some(3)), tags: Some(Some(vec!["sea".into()])), ..named("Boat") };
    let id = world.create(7, form).unwrap().id;
    let change = NewVideo { category: Some(None), privacy: Some(1), ..NewVideo::default() };
    world.run(|write| update(write, Timestamp(9000), &owner(), id, said_so(change))).unwrap();
    let video = world.store.get(&VideoKey { video: id }).unwrap().unwrap();
    assert_eq!((video.name.as_str(), video.category, video.tags), ("Boat", None, vec!["sea".to_owned()]));
    assert_eq!((video.updated_at, video.published_at), (Timestamp(9000), Timestamp(9000)));
}

#[test]
fn a_replaced_picture_is_given_back_for_removal() {
    let world = world();
    let id = world.create(7, named("Boat")).unwrap().id;
    let change = |name: &str| {
        let pictures = Pictures { thumbnail: Some(name.into()), preview: None };
        world
            .run(|write| {
                update(write, NOW, &owner(), id, Change { pictures, ..said_so(NewVideo::default()) })
            })
            .unwrap()
    };
    assert_eq!(change("a.jpg"), Pictures::default());
    assert_eq!(change("b.jpg"), Pictures { thumbnail: Some("a.jpg".into()), preview: None });
}

#[test]
fn a_video_moves_only_between_channels_of_its_owner() {
    let world = world();
    let id = world.create(7, named("Boat")).unwrap().id;
    let to = |channel: u64, who: Person| {
        let form = NewVideo { channel_id: Some(ChannelId(channel)), ..NewVideo::default() };
        world.run(|write| update(write, NOW, &who, id, said_so(form)))
    };
    assert!(matches!(to(3, owner()), Err(EditError::UnknownChannel)));
    assert!(matches!(to(3, person(9, Role::Administrator)), Err(EditError::UnknownChannel)));
    to(2, owner()).unwrap();
    assert_eq!((world.videos_of(1), world.videos_of(2)), (vec![], vec![1]));
}

#[test]
fn others_may_not_touch_a_video_but_moderators_may() {
    let world = world();
    let id = world.create(7, named("Boat")).unwrap().id;
    let rename = |who| world.run(|write| update(write, NOW, &who, id, said_so(named("Ship")))).map(|_| ());
    assert!(matches!(rename(person(2, Role::User)), Err(EditError::NotYours)));
    assert!(rename(person(2, Role::Moderator)).is_ok());
    let remove = |who| world.run(|write| delete(write, NOW, &who, id)).map(|_| ());
    assert!(matches!(remove(person(2, Role::User)), Err(EditError::NotYours)));
    assert!(remove(owner()).is_ok());
    assert!(matches!(remove(owner()), Err(EditError::NoSuchVideo)));
    assert!(matches!(rename(owner()), Err(EditError::NoSuchVideo)));
}

#[test]
fn a_removed_video_leaves_no_row_and_one_job() {
    let world = world();
    let video = world.create(7, named("Boat")).unwrap();
    world.run(|write| delete(write, NOW, &owner(), video.id)).unwrap();
    assert!(world.store.get(&VideoUuidKey { uuid: video.uuid }).unwrap().is_none());
    assert!(world.videos_of(1).is_empty());
    assert!(world.jobs().contains(&JobKind::RemoveFiles(video.uuid)));
}

#[test]
fn an_owner_who_no_longer_waits_sees_the_video_published() {
    let world = world();
    let video = world.create(7, NewVideo { wait_transcoding: Some(true), ..named("Boat") }).unwrap();
    world
        .run(|write| {
            let mut playable = video.clone();
            playable.playlist = Some(crate::store::records::Playlist {
                id: 1,
                master: String::new(),
                digests: String::new(),
                renditions: Vec::new(),
            });
            Ok(write.insert(&VideoKey { video: video.id }, &playable)?)
        })
        .unwrap();
    let change = NewVideo { wait_transcoding: Some(false), ..NewVideo::default() };
    world.run(|write| update(write, NOW, &owner(), video.id, said_so(change))).unwrap();
    let state = world.store.get(&VideoKey { video: video.id }).unwrap().unwrap().state;
    assert_eq!(state, VideoState::Published);
}
