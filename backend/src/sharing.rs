//! Which swarms our videos have, and who may meet there: the tracker's list of what may be shared, in step with the store.
//!
//! Owns the rule that a video whose files are guarded has no name in any swarm, no more than one that nobody may meet
//! over, and how many names the others have. The
//! list holds more than there are streams, since players of PeerTube count every file of a playlist. Videos of other servers
//! have names here while somebody here looks at them: viewers meet each other when their own server is away. The surprise is
//! that their servers say some of these names, so none of them ever takes one that another video has.

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
use crate::store::records::RemoteStream;
use crate::store::tables::{AccountKey, ChannelKey, UserKey, VideoKey};
use crate::tracker::{Rule, Tracker};

/// Videos of other servers that have swarms here at once, those looked at last: a few kilobytes each.
const ELSEWHERE_MAX: usize = 5000;
/// Streams of a video elsewhere of which nobody says how many there are.
const STREAMS_ASSUMED: u32 = 8;

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
    elsewhere: Looks,
}

/// Videos of other servers in the order they were last looked at.
#[derive(Default)]
struct Looks {
    of: HashMap<VideoId, u64>,
    order: BTreeMap<u64, VideoId>,
    count: u64,
}

impl Looks {
    /// Notes a look. Gives what was not looked at for longest, once there are more than `max`.
    fn note(&mut self, video: VideoId, max: usize) -> Option<VideoId> {
        self.count += 1;
        if let Some(before) = self.of.insert(video, self.count) {
            self.order.remove(&before);
        }
        self.order.insert(self.count, video);
        if self.of.len() <= max {
            return None;
        }
        let (_, oldest) = self.order.pop_first()?;
        self.of.remove(&oldest);
        Some(oldest)
    }

    fn has(&self, video: VideoId) -> bool {
        self.of.contains_key(&video)
    }

    fn forget(&mut self, video: VideoId) {
        if let Some(look) = self.of.remove(&video) {
            self.order.remove(&look);
        }
    }
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
    is_ours: bool,
    video: Uuid,
    playlist_url: String,
    /// In the order of the master playlist; 0 for sound.
    resolutions: Vec<u32>,
    /// What BitTorrent clients know its files by; for a video elsewhere, the names that its server gives.
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
        let secure = if self.url.is_https() { "s" } else { "" };
        let host = self.url.host();
        let ours = [
            format!("http{secure}://{host}/tracker/announce"),
            format!("ws{secure}://{host}/tracker/socket"),
        ];
        match &entry.listed.video.remote {
            None => ours.into(),
            Some(remote) if remote.streams.is_empty() => remote.trackers.clone(),
            // Everybody else who watches it is there; those who watch it here meet here when nobody answers there.
            Some(remote) => remote.trackers.iter().cloned().chain(ours).collect(),
        }
    }

    /// Somebody here looks at a video. One of another server has swarms here from now on, until others were looked at
    /// since: see [`ELSEWHERE_MAX`].
    pub fn look_at(&self, entry: &Entry, catalogue: &Catalogue) {
        let video = &entry.listed.video;
        if video.remote.as_ref().is_none_or(|remote| remote.streams.is_empty()) || !self.is_on() {
            return;
        }
        let mut shared = self.shared();
        let is_known = shared.elsewhere.has(video.id);
        let gone = shared.elsewhere.note(video.id, ELSEWHERE_MAX);
        if !is_known {
            // As it is now: who was shown it may have an older one in hand.
            self.settle_in(&mut shared, video.id, catalogue.video(video.id).as_deref());
        }
        if let Some(gone) = gone {
            self.settle_in(&mut shared, gone, None);
        }
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

    /// Whose swarm this is: the video of ours, and the lines of the rendition; 0 for sound.
    #[must_use]
    pub fn stream_of(&self, info_hash: InfoHash) -> Option<(VideoId, u32)> {
        let shared = self.shared();
        let video = *shared.names.get(&Beginning::of(&info_hash))?;
        let (streams, _) = shared.videos.get(&video).filter(|(streams, _)| streams.is_ours)?;
        Some((video, streams.resolution_of(info_hash)?))
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, id: VideoId, entry: Option<&Entry>) {
        let mut shared = self.shared();
        if entry.is_none() {
            shared.elsewhere.forget(id);
        }
        self.settle_in(&mut shared, id, entry);
    }

    fn settle_in(&self, shared: &mut Shared, id: VideoId, entry: Option<&Entry>) {
        let is_looked_at = |entry: &&Entry| entry.listed.video.remote.is_none() || shared.elsewhere.has(id);
        let wanted = entry.filter(is_looked_at).and_then(|entry| {
            let meeting = Some(self.in_force(entry).mode).filter(|mode| *mode != Meeting::Off)?;
            let owner = entry.listed.makers.owner;
            Some((Streams::of(&self.url, entry)?, Rule { meeting, owner }))
        });
        if shared.videos.get(&id) == wanted.as_ref() {
            return;
        }
        let old = match wanted.clone() {
            Some(wanted) => shared.videos.insert(id, wanted),
            None => shared.videos.remove(&id),
        };
        let rule = |of: &Option<(Streams, Rule)>| of.as_ref().map(|(_, rule)| *rule);
        let (old_rule, new_rule) = (rule(&old), rule(&wanted));
        let is_ours = wanted.as_ref().is_some_and(|(streams, _)| streams.is_ours);
        let hashes = |of: Option<(Streams, Rule)>| -> BTreeSet<InfoHash> {
            of.map(|(streams, _)| streams.info_hashes()).into_iter().flatten().collect()
        };
        let (mut old, mut new) = (hashes(old), hashes(wanted));
        // What another server says takes no name from anybody; and only who has a name gives it up.
        old.retain(|name| shared.names.get(&Beginning::of(name)) == Some(&id));
        new.retain(|name| is_ours || shared.names.get(&Beginning::of(name)).is_none_or(|other| *other == id));
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
        if entry.listed.sight().has_guarded_files() {
            return None;
        }
        if let Some(remote) = &video.remote {
            return remote.streams.first().map(|stream| Streams::elsewhere(video.uuid, stream));
        }
        let playlist = video.playlist.as_ref()?;
        Some(Streams {
            is_ours: true,
            video: video.uuid,
            playlist_url: format!("{url}{}/{}", playlist_folder(video.uuid, false), playlist.master),
            resolutions: playlist.renditions.iter().map(|rendition| rendition.resolution()).collect(),
            files: torrent::info_hashes(video).collect(),
        })
    }

    /// The streams of a video of another server, as far as it tells of them.
    fn elsewhere(video: Uuid, stream: &RemoteStream) -> Streams {
        let told: Vec<u32> = stream.files.iter().map(|file| file.resolution).collect();
        // Places are counted; their lines matter to nobody here.
        let resolutions = if told.is_empty() { (1..=STREAMS_ASSUMED).collect() } else { told };
        let files = stream.info_hashes.iter().filter_map(|name| name.parse().ok()).collect();
        Streams { is_ours: false, video, playlist_url: stream.url.clone(), resolutions, files }
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
#[path = "sharing_tests.rs"]
mod tests;
