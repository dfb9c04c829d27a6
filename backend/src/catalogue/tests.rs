//! Stories of a catalogue over a real store.

use shared::id::{AccountId, ChannelId, UserId, VideoId, VideoRef};
use shared::time::Timestamp;

use super::*;
use crate::domain::video::order::{Order, Sort};
use crate::domain::video::query::{Filter, Query};
use crate::domain::video::sight::Address;
use crate::domain::video::tests::video;
use crate::domain::viewer::Viewer;
use crate::store::records::{Account, Channel, PlayerTheme, Privacy, Video, VideoState, VideoTalk};
use crate::store::tables::{AccountKey, ChannelKey, VideoKey, VideoTalkKey, ViewDayKey};
use crate::store::{Durability, Store, StoreError, Write};

struct World {
    store: Store,
    catalogue: Catalogue,
    _folder: tempfile::TempDir,
}

fn account(id: u64, name: &str) -> Account {
    Account {
        id: AccountId(id),
        name: name.into(),
        display_name: name.into(),
        description: None,
        avatar: None,
        seeders_since: None,
        following: 0,
        user: Some(UserId(id)),
        remote: None,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

fn channel(id: u64, account: u64) -> Channel {
    Channel {
        id: ChannelId(id),
        name: format!("channel{id}"),
        display_name: String::new(),
        description: None,
        support: None,
        avatar: None,
        banner: None,
        sharing: None,
        remote: None,
        player_theme: PlayerTheme::default(),
        account: AccountId(account),
        collaborators: Vec::new(),
        followers: 0,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

/// Account 1 with channel 1, account 2 with channel 2, and no video.
fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let catalogue = Catalogue::load(&store).unwrap();
    let world = World { store, catalogue, _folder: folder };
    world.write(|write| {
        write.insert(&AccountKey { account: AccountId(1) }, &account(1, "alice"))?;
        write.insert(&AccountKey { account: AccountId(2) }, &account(2, "bob"))?;
        write.insert(&ChannelKey { channel: ChannelId(1) }, &channel(1, 1))?;
        write.insert(&ChannelKey { channel: ChannelId(2) }, &channel(2, 2))
    });
    world
}

impl World {
    fn write(&self, work: impl FnOnce(&mut Write<'_>) -> Result<(), StoreError>) {
        self.store.write_then(Durability::Relaxed, work, |changes| self.catalogue.apply(changes)).unwrap();
    }

    fn put(&self, video: &Video) {
        self.write(|write| write.insert(&VideoKey { video: video.id }, video));
    }

    fn list(&self, scope: Scope, query: &Query) -> (usize, Vec<u64>) {
        let page = self.catalogue.list(scope, query);
        (page.total, page.rows.iter().map(|entry| entry.listed.video.id.0).collect())
    }
}

fn newest() -> Query {
    Query {
        start: 0,
        count: 15,
        order: Order { sort: Sort::PublishedAt, descending: true },
        filter: Filter::default(),
        skip_count: false,
    }
}

#[test]
fn lists_follow_each_commit() {
    let world = world();
    assert_eq!(world.list(Scope::Public, &newest()), (0, vec![]));
    world.put(&video(1));
    world.put(&video(2));
    assert_eq!(world.list(Scope::Public, &newest()), (2, vec![2, 1]));
    world.put(&Video { published_at: Timestamp(9999), ..video(1) });
    assert_eq!(world.list(Scope::Public, &newest()), (2, vec![1, 2]));
    world.write(|write| {
        write.remove(&VideoKey { video: VideoId(1) });
        Ok(())
    });
    assert_eq!(world.list(Scope::Public, &newest()), (1, vec![2]));
    assert!(world.catalogue.find(VideoRef::Uuid(video(1).uuid)).is_none());
}

#[test]
fn pages_are_cut_from_the_filtered_list() {
    let world = world();
    for id in 1..=40 {
        world.put(&Video { category: Some(if id % 2 == 0 { 1 } else { 2 }), ..video(id) });
    }
    let filter = Filter { categories: vec![1], ..Filter::default() };
    let page = Query { start: 18, count: 5, filter, ..newest() };
    for _ in 0..2 {
        assert_eq!(world.list(Scope::Public, &page), (20, vec![4, 2]));
    }
    assert_eq!(world.list(Scope::Public, &Query { start: 38, ..newest() }), (40, vec![2, 1]));
    assert_eq!(world.list(Scope::Public, &Query { start: usize::MAX, ..newest() }), (40, vec![]));
}

#[test]
fn each_scope_holds_its_own() {
    let world = world();
    world.put(&video(1));
    world.put(&Video { privacy: Privacy::Internal, ..video(2) });
    world.put(&Video { privacy: Privacy::Private, ..video(3) });
    world.put(&Video { state: VideoState::ToTranscode, ..video(4) });
    world.put(&Video { channel: ChannelId(2), ..video(5) });
    for (scope, expected) in [
        (Scope::Public, vec![5, 1]),
        (Scope::Members, vec![5, 2, 1]),
        (Scope::Published, vec![5, 3, 2, 1]),
        (Scope::Everything, vec![5, 4, 3, 2, 1]),
        (Scope::Channel(ChannelId(1)), vec![1]),
        (Scope::Account(AccountId(2)), vec![5]),
        (Scope::Own(AccountId(1)), vec![4, 3, 2, 1]),
    ] {
        assert_eq!(world.list(scope, &newest()).1, expected, "{scope:?}");
    }
}

#[test]
fn visibility_is_that_of_the_last_commit() {
    let world = world();
    world.put(&video(1));
    let guarded = || world.catalogue.visibility(&video(1).uuid).map(|sight| sight.has_guarded_files());
    assert_eq!(guarded(), Some(false));
    world.put(&Video { privacy: Privacy::Private, ..video(1) });
    assert_eq!(guarded(), Some(true));
    assert!(world.catalogue.visibility(&video(9).uuid).is_none());
}

#[test]
fn a_start_loads_what_was_committed() {
    let world = world();
    world.put(&video(1));
    world.write(|write| write.insert(&ViewDayKey { day: Timestamp(0), video: VideoId(1) }, &7));
    let again = Catalogue::load(&world.store).unwrap();
    let (entry, address) = again.find(VideoRef::Uuid(video(1).uuid)).unwrap();
    assert_eq!((entry.listed.counts.views_lately, address), (7, Address::Uuid));
    assert_eq!(entry.publisher.account.name, "alice");
    assert!(entry.listed.sight().opens_to(&Viewer::Anonymous, address).is_ok());
}

#[test]
fn rendered_text_lives_until_something_in_it_changes() {
    let world = world();
    world.put(&video(1));
    let card = || {
        let entry = world.catalogue.video(VideoId(1)).unwrap();
        let text = |entry: &Entry| format!("{} {}", entry.publisher.account.name, entry.viewers);
        String::from_utf8(entry.card(|entry| text(entry).into()).to_vec()).unwrap()
    };
    assert_eq!(card(), "alice 0");
    let generation = world.catalogue.generation();
    world.catalogue.set_viewers(&[(VideoId(1), 3)]);
    assert_eq!(card(), "alice 3");
    world.write(|write| write.insert(&AccountKey { account: AccountId(1) }, &account(1, "alicia")));
    assert_eq!(card(), "alicia 3");
    assert!(generation + 2 <= world.catalogue.generation());
}

#[test]
fn commits_about_other_things_change_no_generation() {
    let world = world();
    let generation = world.catalogue.generation();
    world.write(|write| write.next_number("jobs").map(|_| ()));
    assert_eq!(world.catalogue.generation(), generation);
}

#[test]
fn views_count_as_lately_for_a_week() {
    let world = world();
    world.put(&video(1));
    let day = 86_400_000;
    for (days, views) in [(0, 1), (1, 10)] {
        world.write(|write| {
            write.insert(&ViewDayKey { day: Timestamp(days * day), video: VideoId(1) }, &views)
        });
    }
    let lately = || world.catalogue.video(VideoId(1)).unwrap().listed.counts.views_lately;
    assert_eq!(lately(), 11);
    world.catalogue.begin_day(Timestamp(6 * day + 5));
    assert_eq!(lately(), 11);
    world.catalogue.begin_day(Timestamp(7 * day));
    assert_eq!(lately(), 10);
    world.catalogue.begin_day(Timestamp(8 * day));
    assert_eq!(lately(), 0);
}

#[test]
fn counts_move_rows_only_where_lists_are_sorted_by_them() {
    let world = world();
    world.put(&video(1));
    world.put(&video(2));
    let liked = Query { order: Order { sort: Sort::Likes, descending: true }, ..newest() };
    assert_eq!(world.list(Scope::Public, &liked).1, [2, 1]);
    assert_eq!(world.list(Scope::Public, &newest()).1, [2, 1]);
    let generation = world.catalogue.generation();
    world.put(&Video { likes: 3, dislikes: 1, views: 9, ..video(1) });
    assert!(generation < world.catalogue.generation());
    assert_eq!(world.list(Scope::Public, &liked).1, [1, 2]);
    assert_eq!(world.list(Scope::Public, &newest()).1, [2, 1]);
    assert_eq!(world.catalogue.list(Scope::Public, &newest()).rows[1].listed.video.likes, 3);
    world.put(&Video { likes: 3, nsfw: true, ..video(1) });
    let safe = Filter { nsfw: Some(false), ..Filter::default() };
    assert_eq!(world.list(Scope::Public, &Query { filter: safe, ..liked }).1, [2]);
}

#[test]
fn what_is_said_moves_rows_where_lists_are_sorted_by_it_and_outlives_a_restart() {
    let mut world = world();
    world.put(&video(1));
    world.put(&video(2));
    let said = Query { order: Order { sort: Sort::Comments, descending: true }, ..newest() };
    assert_eq!(world.list(Scope::Public, &said).1, [2, 1]);
    let talk = |video: u64, comments: u64| {
        let talk = VideoTalk { comments, ..VideoTalk::default() };
        world.write(|write| write.insert(&VideoTalkKey { video: VideoId(video) }, &talk));
    };
    talk(1, 2);
    assert_eq!(world.list(Scope::Public, &said).1, [1, 2]);
    let generation = world.catalogue.generation();
    talk(1, 2);
    assert_eq!(world.catalogue.generation(), generation, "the same number changes nothing");
    talk(2, 3);
    assert_eq!(world.list(Scope::Public, &said).1, [2, 1]);
    world.catalogue = Catalogue::load(&world.store).unwrap();
    assert_eq!(world.list(Scope::Public, &said).1, [2, 1]);
    assert_eq!(world.catalogue.video(VideoId(2)).unwrap().listed.counts.comments, 3);
}

#[test]
fn a_feed_holds_what_the_followed_channels_hold() {
    let world = world();
    let at = |id: u64, channel: u64, change: fn(&mut Video)| {
        let published_at = Timestamp(i64::try_from(id).unwrap());
        let mut video = Video { channel: ChannelId(channel), published_at, ..video(id) };
        change(&mut video);
        world.put(&video);
    };
    for id in 1..=6 {
        at(id, 1 + id % 2, |_| ());
    }
    at(7, 1, |video| video.nsfw = true);
    at(8, 1, |video| video.privacy = Privacy::Private);
    at(9, 2, |video| video.privacy = Privacy::Internal);
    let feed = |channels: &[u64], query: &Query| {
        let channels: Vec<ChannelId> = channels.iter().map(|channel| ChannelId(*channel)).collect();
        let page = world.catalogue.feed(&channels, query);
        (page.total, page.rows.iter().map(|entry| entry.listed.video.id.0).collect::<Vec<_>>())
    };
    let safe = Filter { nsfw: Some(false), ..Filter::default() };
    assert_eq!(feed(&[1, 2], &newest()), (8, vec![9, 7, 6, 5, 4, 3, 2, 1]));
    assert_eq!(
        feed(&[1, 2, 99], &Query { filter: safe.clone(), ..newest() }),
        (7, vec![9, 6, 5, 4, 3, 2, 1])
    );
    assert_eq!(feed(&[1], &Query { filter: safe.clone(), start: 1, count: 1, ..newest() }), (3, vec![4]));
    assert_eq!(feed(&[], &newest()), (0, vec![]));
    assert_eq!(feed(&[1, 2], &Query { start: 99, ..newest() }), (8, vec![]));
    let oldest = Query { order: Order { sort: Sort::PublishedAt, descending: false }, count: 2, ..newest() };
    assert_eq!(feed(&[1, 2], &oldest), (8, vec![1, 2]));
    at(9, 1, |video| (video.privacy, video.nsfw) = (Privacy::Private, true));
    at(2, 1, |video| video.nsfw = true);
    assert_eq!(feed(&[1, 2], &Query { filter: safe, ..newest() }), (5, vec![6, 5, 4, 3, 1]));
    world.write(|write| {
        write.remove(&VideoKey { video: VideoId(6) });
        Ok(())
    });
    assert_eq!(feed(&[1, 2], &newest()).1, [7, 5, 4, 3, 2, 1]);
}
