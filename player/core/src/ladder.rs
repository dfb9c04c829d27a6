//! The variants this browser plays, in order, and the sound that goes with them.
//!
//! Owns every stream (one media playlist each), its timeline once it is read, and its ban while it fails. Never fetches
//! and never chooses. The surprise is that a ladder may be narrower than its playlist: one `SourceBuffer` takes one
//! family of codecs, so the family most variants share is the ladder.

use std::time::Duration;

use shared::hls::{Multivariant, Playlist, Rendition, RenditionKind, Resolution, Variant, join_url};
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
                candidates.add(&variant, None, |uri| uri.to_owned());
                let timeline = Timeline::of(media, url, access)?;
                let only = candidates.families.first_mut()?.levels.first_mut()?;
                only.timeline = Some(timeline);
            }
            Playlist::Multivariant(master) => {
                for variant in &master.variants {
                    let sound = choose_sound(master, variant);
                    candidates.add(variant, sound, |uri| access.address(&join_url(url, uri)));
                }
            }
        }
        (!candidates.families.is_empty()).then_some(candidates)
    }

    fn add(&mut self, variant: &Variant, sound: Option<&Rendition>, address: impl Fn(&str) -> String) {
        let sound_uri = sound.and_then(|sound| sound.uri.as_deref());
        let has_picture = variant.resolution.is_some() || codecs::have_picture(variant.codecs.as_deref());
        let has_sound_apart = has_picture && sound_uri.is_some();
        // Sound alone needs no second file for the same sound.
        let name =
            codecs::family(variant.codecs.as_deref(), variant.audio.as_deref().filter(|_| has_sound_apart));
        let track = if has_picture { Track::Video } else { Track::Audio };
        let stream = |track, uri: &str, offer, resolution| Stream {
            track,
            url: address(uri),
            timeline: None,
            offer,
            resolution,
            banned_until: None,
        };
        let lines = variant.resolution.map_or(0, |size| size.width.min(size.height));
        let frame_rate = variant.frame_rate.map_or(0, |rate| rate.0);
        let offer = Offer { height: lines, frame_rate, bandwidth: variant.bandwidth };
        let level = stream(track, &variant.uri, offer, variant.resolution);
        if let Some(family) = self.families.iter_mut().find(|family| family.name == name) {
            family.levels.push(level);
            return;
        }
        self.families.push(Family {
            name,
            has_picture,
            levels: vec![level],
            sound: sound_uri
                .filter(|_| has_sound_apart)
                .map(|uri| stream(Track::Audio, uri, Offer { height: 0, frame_rate: 0, bandwidth: 0 }, None)),
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

/// The rendition a person would expect: the default of the variant's group, or else its first.
fn choose_sound<'a>(master: &'a Multivariant, variant: &Variant) -> Option<&'a Rendition> {
    let group = variant.audio.as_deref()?;
    let mut group = master
        .renditions
        .iter()
        .filter(|rendition| rendition.kind == RenditionKind::Audio && rendition.group == group);
    group.clone().find(|rendition| rendition.default).or_else(|| group.next())
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
