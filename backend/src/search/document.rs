//! What the index holds of a thing, and of which things it holds anything.

use std::hash::{DefaultHasher, Hash, Hasher};

use shared::id::{ChannelId, PlaylistId, VideoId};

use crate::app::App;
use crate::store::records::{PlaylistPrivacy, Video};

/// Kinds of things that are found.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Videos.
    Video,
    /// Channels.
    Channel,
    /// Lists of videos.
    Playlist,
}

impl Kind {
    pub(super) fn number(self) -> u64 {
        match self {
            Kind::Video => 0,
            Kind::Channel => 1,
            Kind::Playlist => 2,
        }
    }
}

/// A thing: its kind and its number in one, as the index knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct Key(pub(super) u64);

/// Numbers count up from one, so that the upper bits are free.
const KIND_SHIFT: u32 = 60;

impl Key {
    pub(super) fn new(kind: Kind, id: u64) -> Key {
        Key(kind.number() << KIND_SHIFT | id)
    }

    pub(super) fn id(self) -> u64 {
        self.0 & ((1 << KIND_SHIFT) - 1)
    }

    fn kind(self) -> Kind {
        match self.0 >> KIND_SHIFT {
            0 => Kind::Video,
            1 => Kind::Channel,
            _ => Kind::Playlist,
        }
    }
}

/// What is said of a thing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Document {
    /// What it is called: worth most.
    pub(super) name: String,
    /// What else is said of it.
    pub(super) text: String,
    /// What it can be filtered by, so that a common word does not hide a rare tag.
    pub(super) facets: Vec<String>,
}

impl Document {
    /// What differs when the document does. A release of Rust may hash otherwise; then all is written anew once.
    pub(super) fn stamp(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }
}

/// The facet of a video's category.
pub(super) fn category(category: u32) -> String {
    format!("c{category}")
}

/// The facet of a video's licence.
pub(super) fn licence(licence: u32) -> String {
    format!("l{licence}")
}

/// The facet of a video's language; `_unknown` for those that say none.
pub(super) fn language(language: &str) -> String {
    format!("g{language}")
}

/// The facet of a tag in lower case.
pub(super) fn tag(tag: &str) -> String {
    format!("t{tag}")
}

/// What the index is to hold of a thing now; none where nobody finds it.
pub(super) fn document(app: &App, key: Key) -> Option<Document> {
    match key.kind() {
        Kind::Video => {
            let entry = app.catalogue().video(VideoId(key.id()))?;
            entry.listed.sight().is_listed_for_members().then(|| of_video(&entry.listed.video))
        }
        Kind::Channel => {
            let channel = &app.catalogue().publisher(ChannelId(key.id()))?.channel;
            Some(Document {
                name: format!("{} {}", channel.display_name, channel.name),
                text: channel.description.clone().unwrap_or_default(),
                facets: Vec::new(),
            })
        }
        Kind::Playlist => {
            let playlist = app.playlists().get(PlaylistId(key.id()))?;
            let is_found = playlist.privacy == PlaylistPrivacy::Public && 0 < playlist.videos;
            is_found.then(|| Document {
                name: playlist.name.clone(),
                text: playlist.description.clone().unwrap_or_default(),
                facets: Vec::new(),
            })
        }
    }
}

fn of_video(video: &Video) -> Document {
    let mut facets: Vec<String> = video.tags.iter().map(|name| tag(&name.to_lowercase())).collect();
    facets.extend(video.category.map(category));
    facets.extend(video.licence.map(licence));
    facets.push(language(video.language.as_deref().unwrap_or("_unknown")));
    let mut text = video.tags.join(" ");
    text.push(' ');
    text.push_str(video.description.as_deref().unwrap_or_default());
    Document { name: video.name.clone(), text, facets }
}
