//! Stories of lists of videos of other servers in a real store.

use shared::id::PlaylistId;

use super::*;
use crate::domain::playlist::{NewElement, elements, fill_elsewhere};
use crate::store::records::{NetworkJob, PlaylistPrivacy, VideoPlaylist};
use crate::store::tables::{AccountPlaylistKey, ChannelPlaylistKey};

fn boats() -> vocab::Playlist {
    vocab::Playlist::read(&json(&vector("playlist"))).unwrap()
}

impl World {
    fn playlist(
        &self,
        said: &vocab::Playlist,
        channel: ChannelId,
        holder: Option<PlaylistId>,
    ) -> Result<PlaylistId, KeepError> {
        self.try_write(|world, write| {
            let name = || world.name();
            let intake = Intake { host: HOST, name: &name, is_backfill: false };
            let id = playlist(write, now(), said, (channel, holder), intake)?;
            world.settle(write)?;
            Ok(id)
        })
    }

    fn playlist_row(&self, playlist: PlaylistId) -> VideoPlaylist {
        self.store.get(&PlaylistKey { playlist }).unwrap().unwrap()
    }

    fn fills(&self) -> usize {
        let is_fill = |kind: &JobKind| matches!(kind, JobKind::Network(NetworkJob::FillPlaylist(_)));
        self.jobs().iter().filter(|kind| is_fill(kind)).count()
    }

    fn fill(&self, playlist: PlaylistId, wanted: &[NewElement]) -> Vec<(u64, u64)> {
        self.write(|_, write| Ok(fill_elsewhere(write, playlist, wanted)?));
        let rows = elements(&self.store, playlist, (0, 100)).unwrap();
        rows.into_iter().map(|(_, element)| (element.id.0, element.video.0)).collect()
    }
}

#[test]
fn a_list_stands_in_its_channel_and_is_read_by_a_job() {
    let world = world();
    let channel = world.films();
    let id = world.playlist(&boats(), channel, None).unwrap();
    let row = world.playlist_row(id);
    assert_eq!((row.name.as_str(), row.description.as_deref()), ("My test playlist", Some("A playlist")));
    assert_eq!((row.uuid, row.channel, row.privacy), (boats().uuid, Some(channel), PlaylistPrivacy::Public));
    assert_eq!(row.account, world.channel_row(channel).account);
    let remote = row.remote.unwrap();
    assert_eq!((remote.url.as_str(), remote.host.as_str()), (boats().id.as_str(), THERE));
    assert!(remote.picture.unwrap().url.ends_with(".jpg"));
    assert_eq!(object_of(&world.store, &boats().id).unwrap(), Some(RemoteObject::Playlist(id)));
    assert_eq!(world.fills(), 1);

    // Said again before it was read: the same row, and one job.
    let mut said = boats();
    (said.name, said.is_public) = ("Small \u{202e}boats".to_owned(), false);
    assert_eq!(world.playlist(&said, channel, None).unwrap(), id);
    let row = world.playlist_row(id);
    assert_eq!((row.name.as_str(), row.privacy), ("Small boats", PlaylistPrivacy::Unlisted));
    assert_eq!(world.fills(), 1);

    // A UUID that is in use, a channel of here, and an address of here.
    let mut other = boats();
    other.id = "http://localhost:9001/video-playlists/other".to_owned();
    assert!(matches!(world.playlist(&other, channel, Some(id)), Err(KeepError::UuidTaken)));
    assert!(matches!(world.playlist(&boats(), ChannelId(1), None), Err(KeepError::Place(_))));
    other.id = format!("https://{HOST}/video-playlists/1");
    assert!(matches!(world.playlist(&other, channel, None), Err(KeepError::Ours)));
}

#[test]
fn what_a_list_holds_is_replaced_and_what_stays_keeps_its_number() {
    let world = world();
    let video = world.clip();
    let id = world.playlist(&boats(), world.films(), None).unwrap();
    let at = |video: VideoId, start| NewElement { video, start, stop: None };
    let first = world.fill(id, &[at(video, None), at(OWN, Some(3)), at(VideoId(404), None)]);
    assert_eq!(first.iter().map(|(_, video)| *video).collect::<Vec<_>>(), [video.0, OWN.0]);
    let row = world.playlist_row(id);
    assert_eq!((row.videos, row.first), (2, Some(video)));
    let second = world.fill(id, &[at(OWN, Some(3)), at(video, None), at(video, None)]);
    assert_eq!((second[0].0, second[1].0), (first[1].0, first[0].0));
    assert_eq!((second.len(), world.playlist_row(id).videos), (3, 3));
    assert_eq!(world.fill(id, &[]), []);
    let row = world.playlist_row(id);
    assert_eq!((row.videos, row.first), (0, None));
}

#[test]
fn a_list_goes_when_its_server_says_so_and_with_its_channel() {
    let world = world();
    let channel = world.films();
    let id = world.playlist(&boats(), channel, None).unwrap();
    let remove = || {
        world.write(|world, write| {
            remove::playlist(write, id)?;
            world.settle(write)
        });
    };
    remove();
    remove();
    assert!(world.store.get(&PlaylistKey { playlist: id }).unwrap().is_none());
    assert_eq!(object_of(&world.store, &boats().id).unwrap(), None);
    assert_eq!(world.store.table::<ChannelPlaylistKey>().count(), 0);
    // It may come again.
    let again = world.playlist(&boats(), channel, None).unwrap();
    assert_ne!(again, id);
    world.write(|world, write| {
        remove_elsewhere(write, Party::Channel(channel))?;
        world.settle(write)
    });
    assert!(world.jobs().contains(&JobKind::Talk(TalkJob::ForgetChannel(channel))));
    world.write(|_, write| {
        crate::domain::playlist::forget_channel(write, channel, 10)?;
        Ok(())
    });
    assert!(world.store.get(&PlaylistKey { playlist: again }).unwrap().is_none());
    assert_eq!(object_of(&world.store, &boats().id).unwrap(), None);
    let mut owners = world.store.table::<AccountPlaylistKey>().map(|row| row.unwrap().0.account);
    assert!(owners.all(|account| account == BOB));
    let ours = world.store.table::<PlaylistKey>().next().unwrap().unwrap().1;
    let refused = world.try_write(|_, write| remove::playlist(write, ours.id));
    assert!(matches!(refused, Err(KeepError::Ours)));
}
