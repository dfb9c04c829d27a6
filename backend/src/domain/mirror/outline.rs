//! What a stream is made of, read from its playlists and digests.
//!
//! Owns what is copied at all: a finished stream whose files lie beside its playlists, each of them vouched for from its
//! first segment to its last. The surprise is the head of a file, which PeerTube publishes no digest for: it is bounded,
//! and has to end where the first segment begins.

use shared::digests::Digests;
use shared::hls::{self, ByteRange, Init, RenditionKind};
use shared::id::Digest;

/// Media playlists of one stream: nine qualities, and sound in as many.
const PLAYLISTS_MAX: usize = 32;
/// The head of a file: tables of a fragmented MP4, mostly below two thousand bytes.
const HEAD_BYTES_MAX: u64 = 1024 * 1024;
/// Longer than any name of PeerTube's or ours.
const NAME_LENGTH_MAX: usize = 128;

/// Why a stream is not copied.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Flaw {
    /// A playlist is none, or none that is copied.
    #[error("{0} cannot be read as a playlist")]
    Playlist(String),
    /// The list of digests is none.
    #[error("the list of digests cannot be read")]
    Digests,
    /// Something lies elsewhere than beside the playlist.
    #[error("{0:?} does not lie beside its playlist")]
    Elsewhere(String),
    /// It still grows.
    #[error("{0} is not finished")]
    Growing(String),
    /// Nobody vouches for a part of a file.
    #[error("no digest is published for all of {0}")]
    Unvouched(String),
    /// There is nothing in it, or too much.
    #[error("it has no files, or too many")]
    Count,
    /// It is longer than it says.
    #[error("it is longer than its server says")]
    TooLong,
}

/// A part of a file, in its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Where.
    pub range: ByteRange,
    /// What its publisher says it is; none for the head of a file.
    pub digest: Option<Digest>,
}

/// A file of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Film {
    /// Its name.
    pub name: String,
    /// Its parts without a gap, first first.
    pub pieces: Vec<Piece>,
}

impl Film {
    /// Its length.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pieces.last().map_or(0, |piece| piece.range.end())
    }
}

/// Whether a text is one plain name of a file of a stream: no folder is left by it, and ours are served under such names
/// alone.
#[must_use]
pub fn is_plain_name(name: &str, extension: &str) -> bool {
    let letters = name.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter));
    let stem = name.strip_suffix(extension).and_then(|stem| stem.strip_suffix('.'));
    letters && name.len() <= NAME_LENGTH_MAX && !name.starts_with('.') && stem.is_some_and(|s| !s.is_empty())
}

/// The names of the media playlists that a multivariant playlist leads to. Subtitles are not copied.
///
/// # Errors
/// [`Flaw`].
pub fn playlists(master: &str) -> Result<Vec<String>, Flaw> {
    let master = hls::parse_multivariant(master).map_err(|_| Flaw::Playlist("the master".to_owned()))?;
    let variants = master.variants.iter().map(|variant| variant.uri.as_str());
    let sounds = master.renditions.iter().filter(|rendition| rendition.kind == RenditionKind::Audio);
    let mut names: Vec<String> = Vec::new();
    for uri in variants.chain(sounds.filter_map(|rendition| rendition.uri.as_deref())) {
        if !is_plain_name(uri, "m3u8") {
            return Err(Flaw::Elsewhere(uri.to_owned()));
        }
        if !names.iter().any(|name| name == uri) {
            names.push(uri.to_owned());
        }
    }
    if names.is_empty() || PLAYLISTS_MAX < names.len() {
        return Err(Flaw::Count);
    }
    Ok(names)
}

/// The files that media playlists lead to, each with what its publisher says of it: at most `bytes_max` in all.
///
/// # Errors
/// [`Flaw`].
pub fn films(playlists: &[(String, String)], digests: &str, bytes_max: u64) -> Result<Vec<Film>, Flaw> {
    let digests = Digests::parse(digests).map_err(|_| Flaw::Digests)?;
    let mut films: Vec<Film> = Vec::new();
    for (name, text) in playlists {
        let film = film(name, text, &digests)?;
        match films.iter().find(|known| known.name == film.name) {
            Some(known) if *known == film => {}
            // Two playlists that cut one file differently.
            Some(_) => return Err(Flaw::Playlist(name.clone())),
            None => films.push(film),
        }
    }
    let bytes = films.iter().fold(0u64, |sum, film| sum.saturating_add(film.bytes()));
    if bytes_max < bytes { Err(Flaw::TooLong) } else { Ok(films) }
}

fn film(name: &str, text: &str, digests: &Digests) -> Result<Film, Flaw> {
    let playlist = hls::parse_media(text).map_err(|_| Flaw::Playlist(name.to_owned()))?;
    if !playlist.ended {
        return Err(Flaw::Growing(name.to_owned()));
    }
    let first = playlist.segments.first().ok_or(Flaw::Count)?;
    let file = first.uri.to_string();
    if !is_plain_name(&file, "mp4") {
        return Err(Flaw::Elsewhere(file));
    }
    let unvouched = || Flaw::Unvouched(file.clone());
    let mut pieces = Vec::with_capacity(playlist.segments.len() + 1);
    let mut end = 0;
    if let Some(Init { uri, range }) = &first.init {
        let range = range.ok_or_else(unvouched)?;
        if **uri != *file {
            return Err(Flaw::Elsewhere(uri.to_string()));
        }
        if range.offset() != 0 || HEAD_BYTES_MAX < range.len() {
            return Err(unvouched());
        }
        pieces.push(Piece { range, digest: digests.get(&file, range) });
        end = range.end();
    }
    for segment in &playlist.segments {
        if *segment.uri != *file || segment.init != first.init {
            return Err(Flaw::Elsewhere(segment.uri.to_string()));
        }
        let range = segment.range.filter(|range| range.offset() == end).ok_or_else(unvouched)?;
        let digest = digests.get(&file, range).ok_or_else(unvouched)?;
        pieces.push(Piece { range, digest: Some(digest) });
        end = range.end();
    }
    Ok(Film { name: file, pieces })
}
