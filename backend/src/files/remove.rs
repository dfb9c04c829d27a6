//! Removing everything of a video.
//!
//! Owns the rule that all files of a video begin with its UUID, whatever folder they lie in, so that they are found
//! without asking a store that no longer knows the video.

use std::io;
use std::path::Path;

use shared::id::Uuid;

use super::disk;
use super::layout::Layout;

/// A name for a picture of a video. Pictures are cached for ever, so each new one has a salt of its own.
#[must_use]
pub fn picture_name(video: Uuid, salt: [u8; 4]) -> String {
    format!("{video}-{:08x}.jpg", u32::from_be_bytes(salt))
}

/// Removes a video's source, streams and pictures, or the sizes of an account's or channel's picture, of this server or another. Running it twice does what running it once does. Blocks.
///
/// # Errors
/// What the system says; some files may be gone by then.
pub fn remove_all_of(layout: &Layout, video: Uuid) -> io::Result<()> {
    for folder in [layout.hls(video), layout.captions(video)] {
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    let name = video.to_string();
    let named = [
        layout.sources(),
        layout.thumbnail(""),
        layout.preview(""),
        layout.storyboard(""),
        layout.torrent(""),
        layout.avatar(""),
        layout.banner(""),
        layout.copies(),
    ];
    for folder in named {
        remove_named(&folder, &name)?;
    }
    Ok(())
}

/// Removes what was hashed for a video's torrents.
///
/// # Errors
/// What the system says; some files may be gone by then.
pub fn remove_torrents_of(layout: &Layout, video: Uuid) -> io::Result<()> {
    remove_torrents_but(layout, video, &[])
}

/// Removes what was hashed for a video's torrents, but for files of these names.
///
/// # Errors
/// What the system says; some files may be gone by then.
pub fn remove_torrents_but(layout: &Layout, video: Uuid, kept: &[String]) -> io::Result<()> {
    remove_named_but(&layout.torrent(""), &video.to_string(), kept)
}

fn remove_named(folder: &Path, beginning: &str) -> io::Result<()> {
    remove_named_but(folder, beginning, &[])
}

fn remove_named_but(folder: &Path, beginning: &str, kept: &[String]) -> io::Result<()> {
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let is_kept = |name: &str| kept.iter().any(|kept| kept == name);
        if file.file_name().to_str().is_some_and(|name| name.starts_with(beginning) && !is_kept(name)) {
            disk::remove_if_there(&file.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::layout::pieces_name;

    #[test]
    fn all_of_one_video_goes_and_nothing_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::new(folder.path());
        for path in layout.folders() {
            std::fs::create_dir_all(path).unwrap();
        }
        let (gone, stays) = (Uuid::from_random(1), Uuid::from_random(2));
        let files = |video: Uuid| {
            let picture = picture_name(video, [1, 2, 3, 4]);
            [
                layout.source(video, ".mp4"),
                layout.hls(video).join("a.mp4"),
                layout.captions(video).join("a.vtt"),
                layout.thumbnail(&picture),
                layout.preview(&picture),
                layout.storyboard(&picture),
                layout.torrent(&pieces_name(video, 720)),
            ]
        };
        for path in files(gone).iter().chain(&files(stays)) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        for _ in 0..2 {
            remove_all_of(&layout, gone).unwrap();
            assert!(files(gone).iter().all(|path| !path.exists()));
            assert!(files(stays).iter().all(|path| path.exists()));
        }
    }
}
