//! The variants this browser plays, in order, and the sound that goes with them.
//!
//! Owns every stream (one media playlist each), its timeline once it is read, and its ban while it fails. Never fetches
//! and never chooses. The surprise is that a ladder may be narrower than its playlist: one `SourceBuffer` takes one
//! family of codecs, so the family most variants share is the ladder.

use std::time::Duration;

use shared::hls::{Multivariant, Playlist, Rendition, RenditionKind, Resolution, Variant, join_url};
use shared::swarm_name;
use shared::time::Instant;

use crate::abr::Level;
use crate::access::Access;
use crate::codecs::{self, Types};
use crate::io::{Offer, Track};
use crate::table::sort_few;
use crate::timeline::Timeline;

/// One media playlist of the ladder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct StreamId(pub(crate) usize);

/// One media playlist: a variant, or the sound of all.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) track: Track,
    /// Absolute, token included.
    pub(crate) url: String,
    pub(crate) timeline: Option<Timeline>,
    /// Its place in the master playlist, among those of its kind: swarms are named by it.
    pub(crate) place: (swarm_name::Stream, usize),
    offer: Offer,
    resolution: Option<Resolution>,
    banned_until: Option<Instant>,
}

/// What a playlist offers, before the browser has said what it plays.
#[derive(Clone, Debug)]
pub(crate) struct Candidates {
    families: Vec<Family>,
}

/// Variants that can follow each other in one `SourceBuffer`, in playlist order.
#[derive(Clone, Debug)]
struct Family {
    name: String,
    has_picture: bool,
    levels: Vec<Stream>,
    sound: Option<Stream>,
    types: Vec<Types>,
}

/// The variants to play.
#[derive(Clone, Debug)]
pub(crate) struct Ladder {
    /// The levels from the lowest bandwidth up, then the sound if it is apart.
    streams: Vec<Stream>,
    levels: usize,
    /// What to open the media source with; the first is right unless the playlist left us guessing.
    types: Vec<Types>,
}

impl Candidates {
    /// Sorts a playlist's variants into families. None if it has no variant.
    pub(crate) fn of(playlist: &Playlist, url: &str, access: &Access) -> Option<Candidates> {
        let mut candidates = Candidates { families: Vec::new() };
        match playlist {
            Playlist::Media(media) => {
                let variant = Variant { uri: url.to_owned(), ..Variant::default() };
                candidates.add((0, &variant), None, |uri| uri.to_owned());
                let timeline = Timeline::of(media, url, access)?;
                let only = candidates.families.first_mut()?.levels.first_mut()?;
                // Nobody says where to ask for it again.
                only.timeline = Some(timeline.closed());
            }
            Playlist::Multivariant(master) => {
                for variant in master.variants.iter().enumerate() {
                    let sound = choose_sound(master, variant.1);
                    candidates.add(variant, sound, |uri| access.address(&join_url(url, uri)));
                }
            }
        }
        (!candidates.families.is_empty()).then_some(candidates)
    }

    fn add(
        &mut self,
        (place, variant): (usize, &Variant),
        sound: Option<(usize, &Rendition)>,
        address: impl Fn(&str) -> String,
    ) {
        let sound_place = sound.map_or(0, |(place, _)| place);
        let sound_uri = sound.and_then(|(_, sound)| sound.uri.as_deref());
        let has_picture = variant.resolution.is_some() || codecs::have_picture(variant.codecs.as_deref());
        let has_sound_apart = has_picture && sound_uri.is_some();
        // Sound alone needs no second file for the same sound.
        let name =
            codecs::family(variant.codecs.as_deref(), variant.audio.as_deref().filter(|_| has_sound_apart));
        let track = if has_picture { Track::Video } else { Track::Audio };
        let stream = |track, uri: &str, place, offer, resolution| Stream {
            track,
            url: address(uri),
            timeline: None,
            place,
            offer,
            resolution,
            banned_until: None,
        };
        let lines = variant.resolution.map_or(0, |size| size.width.min(size.height));
        let frame_rate = variant.frame_rate.map_or(0, |rate| rate.0);
        let offer = Offer { height: lines, frame_rate, bandwidth: variant.bandwidth };
        let level = stream(track, &variant.uri, (swarm_name::Stream::Main, place), offer, variant.resolution);
        if let Some(family) = self.families.iter_mut().find(|family| family.name == name) {
            family.levels.push(level);
            return;
        }
        self.families.push(Family {
            name,
            has_picture,
            levels: vec![level],
            sound: sound_uri.filter(|_| has_sound_apart).map(|uri| {
                let place = (swarm_name::Stream::Secondary, sound_place);
                stream(Track::Audio, uri, place, Offer { height: 0, frame_rate: 0, bandwidth: 0 }, None)
            }),
            types: codecs::types(variant.codecs.as_deref(), has_picture, has_sound_apart),
        });
    }

    /// Every type the browser should be asked about.
    pub(crate) fn types(&self) -> Vec<String> {
        let all = self.families.iter().flat_map(|family| &family.types).flatten();
        let mut types: Vec<String> = all.map(|(_, mime)| mime.clone()).collect();
        sort_few(&mut types, |mime| mime.clone());
        types.dedup();
        types
    }

    /// The largest family the browser plays; none if it plays none. Sound alone is taken only when there is no picture.
    pub(crate) fn settle(self, supported: &[String]) -> Option<Ladder> {
        let is_supported = |types: &Types| types.iter().all(|(_, mime)| supported.contains(mime));
        let playable = self.families.into_iter().filter_map(|family| {
            let types: Vec<Types> =
                family.types.iter().filter(|types| is_supported(types)).cloned().collect();
            (!types.is_empty()).then_some(Family { types, ..family })
        });
        // `max_by_key` takes the last of equals, and publishers put what they prefer first.
        let best = playable.rev().max_by_key(|family| (family.has_picture, family.levels.len()))?;
        let mut streams = best.levels;
        sort_few(&mut streams, |stream| (stream.bandwidth(), stream.offer.height));
        let levels = streams.len();
        streams.extend(best.sound);
        Some(Ladder { streams, levels, types: best.types })
    }
}

/// The rendition a person would expect: the default of the variant's group, or else its first. With its place among all
/// sound that has an address.
fn choose_sound<'a>(master: &'a Multivariant, variant: &Variant) -> Option<(usize, &'a Rendition)> {
    let group = variant.audio.as_deref()?;
    let is_sound = |rendition: &&Rendition| rendition.kind == RenditionKind::Audio;
    let with_address = |rendition: &&Rendition| rendition.uri.is_some();
    let mut group = master.renditions.iter().filter(is_sound).filter(|rendition| rendition.group == group);
    let chosen = group.clone().find(|rendition| rendition.default).or_else(|| group.next())?;
    let mut apart = master.renditions.iter().filter(is_sound).filter(with_address);
    let place = apart.position(|rendition| std::ptr::eq(rendition, chosen));
    Some((place.unwrap_or(0), chosen))
}

impl Stream {
    /// Peak bits per second; guessed from the picture's size where the playlist does not say.
    fn bandwidth(&self) -> u64 {
        match (self.offer.bandwidth, self.resolution) {
            (0, Some(size)) => u64::from(size.width) * u64::from(size.height) * 3,
            (bandwidth, _) => bandwidth.max(1),
        }
    }

    fn is_banned(&self, now: Instant) -> bool {
        self.banned_until.is_some_and(|until| now < until)
    }
}

impl Ladder {
    /// One stream.
    pub(crate) fn get(&self, id: StreamId) -> Option<&Stream> {
        self.streams.get(id.0)
    }

    /// The timeline of one stream, once read.
    pub(crate) fn timeline(&self, id: StreamId) -> Option<&Timeline> {
        self.get(id)?.timeline.as_ref()
    }

    pub(crate) fn set_timeline(&mut self, id: StreamId, timeline: Timeline) {
        if let Some(stream) = self.streams.get_mut(id.0) {
            stream.timeline = Some(timeline);
        }
    }

    /// The types to open the media source with.
    pub(crate) fn types(&self) -> Types {
        self.types.first().cloned().unwrap_or_default()
    }

    /// Gives a refused guess up; whether there is another.
    pub(crate) fn guess_again(&mut self) -> bool {
        let has_more = 1 < self.types.len();
        if has_more {
            self.types.remove(0);
        }
        has_more
    }

    /// The tracks that play.
    pub(crate) fn tracks(&self) -> Vec<Track> {
        self.types().into_iter().map(|(track, _)| track).collect()
    }

    /// The track whose quality can be chosen.
    pub(crate) fn level_track(&self) -> Track {
        self.streams.first().map_or(Track::Video, |stream| stream.track)
    }

    /// The stream of sound apart.
    pub(crate) fn sound(&self) -> Option<StreamId> {
        (self.levels < self.streams.len()).then_some(StreamId(self.levels))
    }

    /// The levels, as the choice sees them. Level numbers are stream numbers.
    pub(crate) fn levels(&self, now: Instant) -> Vec<Level> {
        let level = |stream: &Stream| Level {
            height: stream.offer.height,
            resolution: stream.resolution,
            bandwidth: stream.bandwidth(),
            is_banned: stream.is_banned(now),
        };
        self.streams.iter().take(self.levels).map(level).collect()
    }

    /// What to offer a person, best first.
    pub(crate) fn offers(&self) -> Vec<Offer> {
        let levels = self.streams.iter().take(self.levels).rev();
        levels.filter(|stream| !stream.is_banned_for_ever()).map(|stream| stream.offer).collect()
    }

    pub(crate) fn offer(&self, id: StreamId) -> Option<Offer> {
        self.get(id).map(|stream| stream.offer)
    }

    /// Whether another level than this one may still play.
    pub(crate) fn has_other(&self, id: StreamId) -> bool {
        let mut levels = self.streams.iter().take(self.levels).enumerate();
        id.0 < self.levels && levels.any(|(at, stream)| at != id.0 && !stream.is_banned_for_ever())
    }

    /// Leaves a stream alone for a while; [`Duration::MAX`] is for ever.
    pub(crate) fn ban(&mut self, id: StreamId, now: Instant, ban: Duration) {
        if let Some(stream) = self.streams.get_mut(id.0) {
            stream.banned_until = stream.banned_until.max(Some(now + ban));
        }
    }

    /// Gives every stream another chance.
    pub(crate) fn forgive(&mut self) {
        self.streams.iter_mut().for_each(|stream| stream.banned_until = None);
    }

    /// When the next ban ends.
    pub(crate) fn next_unban(&self, now: Instant) -> Option<Instant> {
        let ends = self.streams.iter().filter_map(|stream| stream.banned_until);
        ends.filter(|&until| now < until && until < FOR_EVER).min()
    }

    /// How long the film is, as far as the playlists read so far say.
    pub(crate) fn duration(&self) -> Option<Duration> {
        self.streams.iter().filter_map(|stream| stream.timeline.as_ref()).map(Timeline::duration).max()
    }
}

const FOR_EVER: Instant = Instant(u64::MAX);

impl Stream {
    fn is_banned_for_ever(&self) -> bool {
        self.banned_until == Some(FOR_EVER)
    }
}

#[cfg(test)]
mod tests {
    use shared::hls;

    use super::*;

    const BASE: &str = "https://a.test/hls/u-master.m3u8";

    fn ladder(master: &str, supported: &[&str]) -> Option<Ladder> {
        let playlist = hls::parse(&format!("#EXTM3U\n{master}")).unwrap();
        let candidates = Candidates::of(&playlist, BASE, &Access::default()).unwrap();
        let types = candidates.types().into_iter();
        let supported: Vec<String> =
            types.filter(|mime| supported.iter().any(|known| mime.contains(known))).collect();
        candidates.settle(&supported)
    }

    fn heights(ladder: &Ladder) -> Vec<u32> {
        ladder.levels(Instant::ZERO).iter().map(|level| level.height).collect()
    }

    const TWO_FAMILIES: &str = "\
        #EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720,CODECS=\"avc1.64001f,mp4a.40.2\"\na.m3u8\n\
        #EXT-X-STREAM-INF:BANDWIDTH=500000,RESOLUTION=426x240,CODECS=\"avc1.640015,mp4a.40.2\"\nb.m3u8\n\
        #EXT-X-STREAM-INF:BANDWIDTH=2000000,RESOLUTION=1280x720,CODECS=\"av01.0.05M.08,mp4a.40.2\"\nc.m3u8\n\
        #EXT-X-STREAM-INF:BANDWIDTH=100000,CODECS=\"mp4a.40.2\"\nd.m3u8\n";

    #[test]
    fn the_largest_family_the_browser_plays_is_the_ladder() {
        let both = ladder(TWO_FAMILIES, &["avc1", "av01", "mp4a"]).unwrap();
        assert_eq!(heights(&both), [240, 720]);
        assert_eq!([0, 1].map(|level| both.get(StreamId(level)).unwrap().place.1), [1, 0], "by the playlist");
        assert_eq!(heights(&ladder(TWO_FAMILIES, &["av01"]).unwrap()), [720]);
        assert!(ladder(TWO_FAMILIES, &["hvc1"]).is_none());
    }

    #[test]
    fn sound_alone_is_taken_only_when_there_is_no_picture() {
        let heard = ladder(TWO_FAMILIES, &["audio/mp4"]).unwrap();
        assert_eq!((heights(&heard), heard.level_track(), heard.sound()), (vec![0], Track::Audio, None));
    }

    #[test]
    fn the_default_sound_of_the_group_is_played() {
        let master = "\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"x\",NAME=\"other\",DEFAULT=YES,URI=\"x.m3u8\"\n\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"first\",URI=\"f.m3u8\"\n\
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"default\",DEFAULT=YES,URI=\"g.m3u8\"\n\
            #EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=2x1,CODECS=\"avc1.640015,mp4a.40.2\",AUDIO=\"a\"\nv.m3u8\n";
        let ladder = ladder(master, &["avc1", "mp4a"]).unwrap();
        assert_eq!(ladder.tracks(), [Track::Video, Track::Audio]);
        let sound = ladder.get(ladder.sound().unwrap()).unwrap();
        assert_eq!((sound.url.as_str(), sound.track), ("https://a.test/hls/g.m3u8", Track::Audio));
        assert_eq!(sound.place, (swarm_name::Stream::Secondary, 2));
    }

    #[test]
    fn upright_pictures_are_named_by_their_shorter_side() {
        let master = "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=720x1280,CODECS=\"avc1.64001f\"\nv.m3u8\n";
        assert_eq!(heights(&ladder(master, &["avc1"]).unwrap()), [720]);
    }

    #[test]
    fn a_ban_ends_unless_it_is_for_ever() {
        let mut ladder = ladder(TWO_FAMILIES, &["avc1"]).unwrap();
        let (low, high) = (StreamId(0), StreamId(1));
        ladder.ban(high, Instant::ZERO, Duration::from_secs(30));
        assert_eq!(ladder.next_unban(Instant::ZERO), Some(Instant(30_000_000)));
        assert!(
            ladder.levels(Instant(29_999_999))[1].is_banned
                && !ladder.levels(Instant(30_000_000))[1].is_banned
        );
        assert!(ladder.has_other(low));
        ladder.ban(high, Instant::ZERO, Duration::MAX);
        assert!(!ladder.has_other(low) && ladder.next_unban(Instant::ZERO).is_none());
        assert_eq!(ladder.offers().len(), 1);
        ladder.forgive();
        assert_eq!(ladder.offers().iter().map(|offer| offer.height).collect::<Vec<_>>(), [720, 240]);
    }
}
