//! Writes playlists: `to_string()` of the model, and [`super::parse`] reads the same model back.
//!
//! What a line cannot hold (quotes in a name, line ends in an address) is replaced, so no name can add a tag.

use std::fmt;
use std::time::Duration;

use super::attributes::AttributeWriter;
use super::model::{
    Init, MediaPlaylist, Multivariant, Playlist, PlaylistKind, Rendition, RenditionKind, Segment, Variant,
};

impl fmt::Display for Playlist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Playlist::Multivariant(playlist) => playlist.fmt(f),
            Playlist::Media(playlist) => playlist.fmt(f),
        }
    }
}

impl fmt::Display for Multivariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_head(f, self.version, self.independent_segments)?;
        for rendition in &self.renditions {
            writeln!(f, "#EXT-X-MEDIA:{}", rendition_attributes(rendition))?;
        }
        for variant in &self.variants {
            writeln!(f, "#EXT-X-STREAM-INF:{}", variant_attributes(variant))?;
            writeln!(f, "{}", Address(&variant.uri))?;
        }
        Ok(())
    }
}

impl fmt::Display for MediaPlaylist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_head(f, self.version, self.independent_segments)?;
        writeln!(f, "#EXT-X-TARGETDURATION:{}", Seconds(self.target_duration))?;
        writeln!(f, "#EXT-X-MEDIA-SEQUENCE:{}", self.media_sequence)?;
        match self.kind {
            Some(PlaylistKind::Vod) => writeln!(f, "#EXT-X-PLAYLIST-TYPE:VOD")?,
            Some(PlaylistKind::Event) => writeln!(f, "#EXT-X-PLAYLIST-TYPE:EVENT")?,
            None => {}
        }
        if self.kind == Some(PlaylistKind::Event) && !self.ended {
            // Players would join near its end, as they join a broadcast.
            writeln!(f, "#EXT-X-START:TIME-OFFSET=0")?;
        }
        let mut init = None;
        for segment in &self.segments {
            write_segment(f, segment, init)?;
            init = segment.init.as_ref();
        }
        if self.ended { writeln!(f, "#EXT-X-ENDLIST") } else { Ok(()) }
    }
}

fn write_head(f: &mut fmt::Formatter<'_>, version: Option<u32>, independent_segments: bool) -> fmt::Result {
    writeln!(f, "#EXTM3U")?;
    if let Some(version) = version {
        writeln!(f, "#EXT-X-VERSION:{version}")?;
    }
    if independent_segments { writeln!(f, "#EXT-X-INDEPENDENT-SEGMENTS") } else { Ok(()) }
}

fn write_segment(f: &mut fmt::Formatter<'_>, segment: &Segment, last_init: Option<&Init>) -> fmt::Result {
    if segment.discontinuity {
        writeln!(f, "#EXT-X-DISCONTINUITY")?;
    }
    if let Some(init) = segment.init.as_ref().filter(|init| Some(*init) != last_init) {
        let mut attributes = AttributeWriter::default();
        attributes.quoted("URI", &init.uri);
        if let Some(range) = init.range {
            attributes.range("BYTERANGE", range);
        }
        writeln!(f, "#EXT-X-MAP:{}", attributes.finish())?;
    }
    writeln!(f, "#EXTINF:{:.6},", Seconds(segment.duration))?;
    if let Some(range) = segment.range {
        writeln!(f, "#EXT-X-BYTERANGE:{}@{}", range.len(), range.offset())?;
    }
    writeln!(f, "{}", Address(&segment.uri))
}

fn variant_attributes(variant: &Variant) -> String {
    let mut attributes = AttributeWriter::default();
    attributes.plain("BANDWIDTH", variant.bandwidth);
    if let Some(average) = variant.average_bandwidth {
        attributes.plain("AVERAGE-BANDWIDTH", average);
    }
    if let Some(resolution) = variant.resolution {
        attributes.plain("RESOLUTION", format_args!("{}x{}", resolution.width, resolution.height));
    }
    if let Some(frame_rate) = variant.frame_rate {
        attributes.plain("FRAME-RATE", frame_rate);
    }
    for (name, value) in
        [("CODECS", &variant.codecs), ("AUDIO", &variant.audio), ("SUBTITLES", &variant.subtitles)]
    {
        if let Some(value) = value {
            attributes.quoted(name, value);
        }
    }
    attributes.finish()
}

fn rendition_attributes(rendition: &Rendition) -> String {
    let yes_or_no = |claim: bool| if claim { "YES" } else { "NO" };
    let mut attributes = AttributeWriter::default();
    attributes.plain(
        "TYPE",
        match rendition.kind {
            RenditionKind::Audio => "AUDIO",
            RenditionKind::Subtitles => "SUBTITLES",
        },
    );
    attributes.quoted("GROUP-ID", &rendition.group);
    attributes.quoted("NAME", &rendition.name);
    if let Some(language) = &rendition.language {
        attributes.quoted("LANGUAGE", language);
    }
    attributes.plain("DEFAULT", yes_or_no(rendition.default));
    attributes.plain("AUTOSELECT", yes_or_no(rendition.autoselect));
    if rendition.forced {
        attributes.plain("FORCED", "YES");
    }
    if let Some(channels) = &rendition.channels {
        attributes.quoted("CHANNELS", channels);
    }
    if let Some(uri) = &rendition.uri {
        attributes.quoted("URI", uri);
    }
    attributes.finish()
}

/// `4` or `2.033333`; with a precision, that many decimals (at most six).
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, micros) = (self.0.as_secs(), self.0.subsec_micros());
        match f.precision() {
            None if micros == 0 => write!(f, "{whole}"),
            _ => write!(f, "{whole}.{micros:06}"),
        }
    }
}

/// An address on a line of its own.
struct Address<'a>(&'a str);

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.trim();
        // A leading # would make the line a comment.
        if let Some(after) = rest.strip_prefix('#') {
            f.write_str("%23")?;
            rest = after;
        }
        rest.split(char::is_control).try_for_each(|part| f.write_str(part))
    }
}
