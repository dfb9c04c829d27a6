//! Which files we take, before their first byte.

use shared::limits::VIDEO_EXTENSIONS;

use crate::domain::quota::{Over, Room};

/// How many unfinished uploads one user may have: more than anybody drops into the page at once, and few enough that
/// nobody fills the table.
pub const UNFINISHED_PER_USER_MAX: usize = 50;

/// What bounds an upload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The largest file this instance takes.
    pub file_bytes_max: u64,
    /// What is left of the user's quotas.
    pub room: Room,
    /// What is left of the disk.
    pub disk_bytes: u64,
    /// How many unfinished uploads the user has.
    pub unfinished: usize,
}

/// Why a file is not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Its name or type is not one of a video's.
    NotAVideo,
    /// It is larger than any file we take.
    TooLarge {
        /// The largest we take.
        bytes_max: u64,
    },
    /// The user's quota does not hold it.
    OverQuota(Over),
    /// The disk does not hold it.
    DiskFull,
    /// The user began too many uploads without ending them.
    TooManyUnfinished,
}

/// Whether a file of `bytes` may come, called `filename` and said to be a `media_type`. Gives its extension as our own
/// list spells it, so that no letter of a user's file name gets into a path.
///
/// # Errors
/// [`Refusal`].
pub fn admit(
    filename: &str,
    media_type: Option<&str>,
    bytes: u64,
    limits: &Limits,
) -> Result<&'static str, Refusal> {
    let extension = extension_of(filename).ok_or(Refusal::NotAVideo)?;
    if !media_type.is_none_or(type_is_media) {
        return Err(Refusal::NotAVideo);
    }
    if limits.file_bytes_max < bytes {
        return Err(Refusal::TooLarge { bytes_max: limits.file_bytes_max });
    }
    limits.room.holds(bytes).map_err(Refusal::OverQuota)?;
    if limits.disk_bytes < bytes {
        return Err(Refusal::DiskFull);
    }
    if UNFINISHED_PER_USER_MAX <= limits.unfinished {
        return Err(Refusal::TooManyUnfinished);
    }
    Ok(extension)
}

/// The extension of a file name, from our list, with its dot.
#[must_use]
pub fn extension_of(filename: &str) -> Option<&'static str> {
    let at = filename.rfind('.')?;
    let extension = filename.get(at..)?;
    VIDEO_EXTENSIONS.iter().copied().find(|known| known.eq_ignore_ascii_case(extension))
}

/// Whether a media type may be a video's. Browsers call what they do not know `application/octet-stream` or nothing,
/// so only a type that says otherwise is refused; the file itself is probed later.
#[must_use]
pub fn type_is_media(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    let family = essence.split('/').next().unwrap_or("");
    match family {
        "" | "video" | "audio" => true,
        "application" => {
            ["application/octet-stream", "application/mxf", "application/ogg", "application/mp4"]
                .contains(&essence.as_str())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        file_bytes_max: 1000,
        room: Room { total: Some(500), daily: Some(400) },
        disk_bytes: 10_000,
        unfinished: 0,
    };

    #[test]
    fn names_and_types_of_videos_are_taken() {
        for (name, kind, extension) in [
            ("clip12.mp4", Some("video/mp4"), ".mp4"),
            ("CLIP.MP4", None, ".mp4"),
            ("a.b.MkV", Some("video/x-matroska"), ".mkv"),
            ("sound.mp3", Some("audio/mpeg"), ".mp3"),
            ("x.mov", Some("application/octet-stream"), ".mov"),
            ("x.ogv", Some("application/ogg; charset=binary"), ".ogv"),
            ("x.mts", Some(""), ".mts"),
        ] {
            assert_eq!(admit(name, kind, 1, &LIMITS), Ok(extension), "{name}");
        }
    }

    #[test]
    fn other_names_and_types_are_not() {
        for (name, kind) in [
            ("x.txt", Some("text/plain")),
            ("x.mp4", Some("text/plain")),
            ("x.mp4", Some("image/png")),
            ("x.mp4", Some("application/json")),
            ("x.exe", Some("video/mp4")),
            ("mp4", Some("video/mp4")),
            ("x.mp4/../../etc/passwd", None),
            ("x.mp4\0", None),
            ("", None),
        ] {
            assert_eq!(admit(name, kind, 1, &LIMITS), Err(Refusal::NotAVideo), "{name}");
        }
    }

    #[test]
    fn each_limit_is_reached_at_its_last_byte() {
        let wide = Limits { room: Room { total: None, daily: None }, ..LIMITS };
        assert_eq!(admit("a.mp4", None, 1000, &wide), Ok(".mp4"));
        assert_eq!(admit("a.mp4", None, 1001, &wide), Err(Refusal::TooLarge { bytes_max: 1000 }));
        assert_eq!(admit("a.mp4", None, 400, &LIMITS), Ok(".mp4"));
        assert_eq!(admit("a.mp4", None, 401, &LIMITS), Err(Refusal::OverQuota(Over::Daily)));
        assert_eq!(admit("a.mp4", None, 501, &LIMITS), Err(Refusal::OverQuota(Over::Total)));
        let full = Limits { disk_bytes: 99, ..LIMITS };
        assert_eq!(admit("a.mp4", None, 99, &full), Ok(".mp4"));
        assert_eq!(admit("a.mp4", None, 100, &full), Err(Refusal::DiskFull));
        let many = Limits { unfinished: UNFINISHED_PER_USER_MAX, ..LIMITS };
        assert_eq!(admit("a.mp4", None, 1, &many), Err(Refusal::TooManyUnfinished));
    }
}
