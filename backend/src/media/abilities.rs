//! What an ffmpeg can do, from what it says of itself.
//!
//! Owns the reading of `-version`, `-encoders` and `-filters`, and what we cannot do without. Never runs anything.

/// Older ones lack options that we use (`-fps_mode`).
pub const VERSION_MIN: (u32, u32) = (5, 1);

/// What every video is made with.
const ENCODERS: &[&str] = &["libx264", "aac", "mjpeg"];

/// `ffmpeg version 5.1.9-0+deb12u1 Copyright …`, `ffmpeg version n6.0 …`. None for builds between releases, which have
/// a date or a hash there and are newer than any release we refuse.
#[must_use]
pub fn version(said: &str) -> Option<(u32, u32)> {
    let (_, rest) = said.lines().next()?.split_once(" version ")?;
    let mut numbers = rest.strip_prefix('n').unwrap_or(rest).split(|letter: char| !letter.is_ascii_digit());
    let (major, minor) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().unwrap_or(0));
    // A build that is called by its date.
    (major < 1000).then_some((major, minor))
}

/// The first encoder that is not there.
#[must_use]
pub fn missing_encoder(said: &str) -> Option<&'static str> {
    ENCODERS.iter().copied().find(|encoder| !has(said, encoder))
}

/// Whether all these filters are there.
#[must_use]
pub fn has_filters(said: &str, filters: &[&str]) -> bool {
    filters.iter().all(|filter| has(said, filter))
}

/// A line is its flags, its name and what it is for.
fn has(said: &str, name: &str) -> bool {
    said.lines().any(|line| line.split_whitespace().nth(1) == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_say_their_version() {
        let of = |words: &str| {
            version(&format!("ffmpeg version {words} Copyright (c) 2000-2026 the FFmpeg developers\nbuilt"))
        };
        assert_eq!(of("5.1.9-0+deb12u1"), Some((5, 1)));
        assert_eq!(of("n4.4.2"), Some((4, 4)));
        assert_eq!(of("7.0"), Some((7, 0)));
        assert_eq!(of("8"), Some((8, 0)));
        assert_eq!(of("N-109468-gd39b34123d"), None);
        assert_eq!(of("2023-01-04-git-4a80db5fc2-full_build"), None);
        assert_eq!(version(""), None);
        assert!((4, 4) < VERSION_MIN && VERSION_MIN <= (5, 1));
    }

    #[test]
    fn encoders_and_filters_are_found_by_their_names() {
        let encoders =
            " V....D libx264              libx264 H.264 (codec h264)\n A....D aac                  AAC\n";
        assert_eq!(missing_encoder(encoders), Some("mjpeg"));
        assert_eq!(missing_encoder(""), Some("libx264"));
        let filters = " .S. tonemap           V->V       Conversion to/from different dynamic ranges.\n \
                       ... tonemap_opencl    V->V       Uses zscale\n";
        assert!(has_filters(filters, &["tonemap"]));
        assert!(!has_filters(filters, &["tonemap", "zscale"]));
    }
}
