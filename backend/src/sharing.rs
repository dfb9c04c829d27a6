//! Which swarms our videos have, and who may meet there: the tracker's list of what may be shared, in step with the store.
//!
//! Owns the rule that a video whose files are guarded has no name in any swarm, no more than one that nobody may meet
//! over, and how many names the others have. The
//! list holds more than there are streams, since players of PeerTube count every file of a playlist.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use shared::id::{ChannelId, InfoHash, Uuid, VideoId};
use shared::meeting::{Decider, InForce, Meeting, strictest};
use shared::swarm_name::{Protocol, Stream, SwarmName};
use shared::time::Timestamp;

use crate::catalogue::{Catalogue, Entry};
use crate::config::{P2p, P2pMode, PublicUrl};
use crate::domain::video::torrent;
use crate::http::views::playlist_folder;
use crate::store::Changes;
use crate::store::tables::{AccountKey, ChannelKey, UserKey, VideoKey};
use crate::tracker::{Rule, Tracker};

/// Nothing that was promised before still stands.
const NEVER: Timestamp = Timestamp(i64::MAX);

/// What may be shared.
pub struct Sharing {
    url: PublicUrl,
    meeting: RwLock<Meeting>,
    tracker: Tracker,
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    videos: BTreeMap<VideoId, (Streams, Rule)>,
    /// By the beginnings of their swarms' names: there are millions on a large instance, and whoever looks one up
    /// compares the whole of it with those of the video.
    names: HashMap<Beginning, VideoId>,
}

/// The first bytes of a swarm's name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Beginning(u64);

impl Beginning {
    fn of(name: &InfoHash) -> Beginning {
        Beginning(name.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes)))
    }
}

/// What the names of a video's swarms are made of. Views and titles change often; this hardly ever does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Streams {
    video: Uuid,
    playlist_url: String,
    /// In the order of the master playlist; 0 for sound.
    resolutions: Vec<u32>,
    /// What BitTorrent clients know its files by.
    files: Vec<InfoHash>,
}

impl Sharing {
    /// Tells the tracker of all videos there are.
    #[must_use]
    pub fn new(url: PublicUrl, settings: &P2p, tracker: Tracker, catalogue: &Catalogue) -> Sharing {
        let meeting = RwLock::new(meeting_of(settings));
        let sharing = Sharing { url, meeting, tracker, shared: Mutex::default() };
        sharing.settle_all(catalogue);
        sharing
    }

    /// Brings another choice of the instance into force, also for those who met before. Call it under the writer's lock.
    pub fn follow_settings(&self, settings: &P2p, catalogue: &Catalogue) {
        let chosen = meeting_of(settings);
        let before =
            std::mem::replace(&mut *self.meeting.write().unwrap_or_else(PoisonError::into_inner), chosen);
        if before != chosen {
            self.settle_all(catalogue);
        }
    }

    fn settle_all(&self, catalogue: &Catalogue) {
        for entry in catalogue.all() {
            self.settle(entry.listed.video.id, Some(&entry));
        }
    }

    fn meeting(&self) -> Meeting {
        *self.meeting.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows a commit. Call it under the writer's lock, after the catalogue did.
    pub fn follow(&self, changes: &Changes, catalogue: &Catalogue) {
        for (key, _) in changes.of::<VideoKey>().flatten() {
            self.settle(key.video, catalogue.video(key.video).as_deref());
        }
        let channels: BTreeSet<ChannelId> =
            changes.of::<ChannelKey>().flatten().map(|(key, _)| key.channel).collect();
        for entry in channels.into_iter().flat_map(|channel| catalogue.of_channel(channel)) {
            self.settle(entry.listed.video.id, Some(&entry));
        }
        self.follow_promises(changes);
    }

    /// Whoever was let in by somebody who takes that back, was blocked or is gone has no standing any more.
    fn follow_promises(&self, changes: &Changes) {
        for (key, account) in changes.of::<AccountKey>().flatten() {
            let since = account.map_or(Some(NEVER), |account| account.seeders_since);
            if let Some(since) = since {
                self.tracker.take_back(key.account, since);
            }
        }
        let users = changes.of::<UserKey>().flatten().filter_map(|(_, user)| user);
        for user in users.filter(|user| user.blocked.is_some()) {
            self.tracker.take_back(user.account, NEVER);
        }
    }

    /// Where viewers of a video find each other, as PeerTube lists it; nowhere for a video that is not shared.
    #[must_use]
    pub fn tracker_urls(&self, entry: &Entry) -> Vec<String> {
        if self.in_force(entry).mode == Meeting::Off {
            return Vec::new();
        }
        if let Some(remote) = &entry.listed.video.remote {
            // Everybody else who watches it is there.
            return remote.trackers.clone();
        }
        let secure = if self.url.is_https() { "s" } else { "" };
        let host = self.url.host();
        vec![format!("http{secure}://{host}/tracker/announce"), format!("ws{secure}://{host}/tracker/socket")]
    }

    /// Who may meet over a video, and who decided that.
    #[must_use]
    pub fn in_force(&self, entry: &Entry) -> InForce {
        let privacy = entry.listed.sight().has_guarded_files().then_some(Meeting::Off);
        strictest(
            self.meeting(),
            &[
                (Decider::Channel, entry.publisher.channel.sharing),
                (Decider::Video, entry.listed.video.sharing),
                (Decider::Privacy, privacy),
            ],
        )
    }

    /// Whether anything is shared at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.meeting() != Meeting::Off
    }

    /// Whose swarm this is: the video, and the lines of the rendition; 0 for sound.
    #[must_use]
    pub fn stream_of(&self, info_hash: InfoHash) -> Option<(VideoId, u32)> {
        let shared = self.shared();
        let video = *shared.names.get(&Beginning::of(&info_hash))?;
        let (streams, _) = shared.videos.get(&video)?;
        Some((video, streams.resolution_of(info_hash)?))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, id: VideoId, entry: Option<&Entry>) {
        let wanted = entry.and_then(|entry| {
            let meeting = Some(self.in_force(entry).mode).filter(|mode| *mode != Meeting::Off)?;
            let owner = entry.listed.makers.owner;
            Some((Streams::of(&self.url, entry)?, Rule { meeting, owner }))
        });
        let mut shared = self.shared();
        if shared.videos.get(&id) == wanted.as_ref() {
            return;
        }
        let old = match wanted.clone() {
            Some(wanted) => shared.videos.insert(id, wanted),
            None => shared.videos.remove(&id),
        };
        let rule = |of: &Option<(Streams, Rule)>| of.as_ref().map(|(_, rule)| *rule);
        let (old_rule, new_rule) = (rule(&old), rule(&wanted));
        let hashes = |of: Option<(Streams, Rule)>| -> BTreeSet<InfoHash> {
            of.map(|(streams, _)| streams.info_hashes()).into_iter().flatten().collect()
        };
        let (old, new) = (hashes(old), hashes(wanted));
        // A rendition that is added leaves the swarms of the others alone.
        let gone: Vec<InfoHash> = old.difference(&new).copied().collect();
        for name in &gone {
            shared.names.remove(&Beginning::of(name));
        }
        shared.names.extend(new.iter().map(|name| (Beginning::of(name), id)));
        if !gone.is_empty() {
            self.tracker.forbid(gone);
        }
        let Some(rule) = new_rule else { return };
        // Who may meet changes for those who are there already, too.
        let is_ruled = |name: &InfoHash| old_rule == new_rule && old.contains(name);
        let come: Vec<InfoHash> = new.into_iter().filter(|name| !is_ruled(name)).collect();
        if !come.is_empty() {
            self.tracker.allow(come, rule);
        }
    }
}

fn meeting_of(settings: &P2p) -> Meeting {
    match settings.mode {
        P2pMode::Off => Meeting::Off,
        P2pMode::Seeders => Meeting::Seeders,
        P2pMode::Threshold => Meeting::Threshold(settings.threshold),
        P2pMode::On => Meeting::On,
    }
}

impl Streams {
    /// The streams of a video that everybody with its address may see, once there are any.
    #[must_use]
    pub fn of(url: &PublicUrl, entry: &Entry) -> Option<Streams> {
        let video = &entry.listed.video;
        let playlist = video.playlist.as_ref().filter(|_| !entry.listed.sight().has_guarded_files())?;
        Some(Streams {
            video: video.uuid,
            playlist_url: format!("{url}{}/{}", playlist_folder(video.uuid, false), playlist.master),
            resolutions: playlist.renditions.iter().map(|rendition| rendition.resolution()).collect(),
            files: torrent::info_hashes(video).collect(),
        })
    }

    /// The lines of the stream that a swarm of this name is about; 0 for sound. None for a name that counts no stream:
    /// players of PeerTube number sound that lies apart as if it were a picture.
    fn resolution_of(&self, info_hash: InfoHash) -> Option<u32> {
        let pictures: Vec<u32> = self.resolutions.iter().copied().filter(|lines| *lines != 0).collect();
        // Sound alone is a variant of its own.
        let main = if pictures.is_empty() { &self.resolutions } else { &pictures };
        let place = |stream, place| SwarmName::Place { playlist_url: &self.playlist_url, stream, place };
        let places = main.iter().enumerate().map(|(number, lines)| (place(Stream::Main, number), *lines));
        let apart = (!pictures.is_empty()).then_some((place(Stream::Secondary, 0), 0));
        let of = |protocol, stream, resolution| {
            (SwarmName::Resolution { protocol, video: self.video, stream, resolution }, resolution)
        };
        let next = Protocol::ALL.into_iter().flat_map(|protocol| {
            let main = main.iter().map(move |lines| of(protocol, Stream::Main, *lines));
            main.chain([of(protocol, Stream::Secondary, 0)])
        });
        places
            .chain(apart)
            .chain(next)
            .find(|(name, _)| name.info_hash() == info_hash)
            .map(|(_, lines)| lines)
    }

    /// The names of their swarms in every family of players, those of PeerTube 7 and 8 in its order.
    #[must_use]
    pub fn info_hashes(&self) -> Vec<InfoHash> {
        let has_sound = self.resolutions.contains(&0);
        let secondary = has_sound.then_some(Stream::Secondary);
        let place = |stream, place| SwarmName::Place { playlist_url: &self.playlist_url, stream, place };
        let mut names: Vec<SwarmName<'_>> =
            (0..self.resolutions.len()).map(|number| place(Stream::Main, number)).collect();
        names.extend(secondary.map(|stream| place(stream, 0)));
        for protocol in Protocol::ALL {
            let named = |stream, resolution| SwarmName::Resolution {
                protocol,
                video: self.video,
                stream,
                resolution,
            };
            names.extend(self.resolutions.iter().map(|resolution| named(Stream::Main, *resolution)));
            names.extend(secondary.map(|stream| named(stream, 0)));
        }
        names.iter().map(SwarmName::info_hash).chain(self.files.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests {
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
        Streams { video: Uuid(7), playlist_url, resolutions: resolutions.to_vec(), files: Vec::new() }
    }

    #[test]
    fn a_video_has_the_swarms_that_peertube_allows() {
        let lists: Value = serde_json::from_str(LISTS).unwrap();
        for (name, resolutions) in [
            ("muxedThreeRenditions", &[720, 240, 480][..]),
            ("splitAudioPlusTwo", &[0, 720, 240]),
            ("audioOnlyVideo", &[0]),
        ] {
            let expected: Vec<&str> = lists[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["storedHex"].as_str().unwrap())
                .collect();
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
            Streams { video: video.uuid, playlist_url, resolutions, files }
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
}
