//! HLS playlists (RFC 8216) as PeerTube and we write them: multivariant, and media playlists of fragmented MP4.
//!
//! Owns the model, a tolerant parser and a writer proven its inverse, and the arithmetic of addresses inside
//! playlists. Never fetches, and knows no address of ours. The surprise is [`Segment::init`]: a playlist may change
//! its init segment half-way, so every segment names the one it needs.

mod address;
mod attributes;
mod model;
mod parse;
mod write;

pub use address::{file_name, is_same_origin, join_url, with_parameter};
pub use model::{
    ByteRange, FrameRate, Init, MediaPlaylist, Multivariant, Playlist, PlaylistKind, Rendition,
    RenditionKind, Resolution, Segment, Variant,
};
pub use parse::{
    ParseError, SEGMENT_DURATION_MAX, SEGMENTS_MAX, TEXT_BYTES_MAX, VARIANTS_MAX, parse, parse_media,
    parse_multivariant,
};

#[cfg(test)]
mod tests;
