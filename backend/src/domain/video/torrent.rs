//! Which files of a video have a torrent, and what it is called.
//!
//! Owns the rule that only what everybody with the address may take away is named to trackers and peers, by anything at
//! all. Pure; hashing is `files::torrent`'s. The surprise is that a file's name is part of what is hashed, so that a
//! renamed video's files have other info hashes, though their pieces are the same.

use std::collections::BTreeMap;

use shared::id::{FileId, InfoHash};

use crate::store::records::{Playlist, Privacy, Rendition, Torrent, Video};

/// File systems take 255 bytes; this leaves room for what clients add, such as `.part`.
const NAME_BYTES_MAX: usize = 200;

/// Whether the video's files have torrents at all.
#[must_use]
pub fn is_shared(video: &Video) -> bool {
    let for_everybody = match video.privacy {
        Privacy::Public | Privacy::Unlisted => true,
        Privacy::Private | Privacy::Internal | Privacy::Password => false,
    };
    for_everybody && video.download_enabled && video.blocked.is_none()
}

/// What a file is called on the disk of whoever fetches it, as PeerTube calls it: the video's name without what some
/// file system refuses, then the quality.
#[must_use]
pub fn file_name(video: &Video, rendition: &Rendition) -> String {
    let ending = match rendition.resolution() {
        0 => " audio.mp4".to_owned(),
        resolution => format!(" {resolution}p.mp4"),
    };
    let mut name = String::new();
    for letter in video.name.chars() {
        let is_refused = letter.is_control() || "/\\?%*:|\"<>".contains(letter);
        let letter = if is_refused { '-' } else { letter };
        if NAME_BYTES_MAX < name.len() + letter.len_utf8() + ending.len() {
            break;
        }
        name.push(letter);
    }
    name + &ending
}

/// Whether every file has the torrent that it should have, or none where it should have none.
#[must_use]
pub fn is_settled(video: &Video) -> bool {
    let is_shared = is_shared(video);
    renditions(video).all(|rendition| match &rendition.torrent {
        Some(torrent) => is_shared && torrent.name == file_name(video, rendition),
        None => !is_shared,
    })
}

/// Takes over torrents that were made, as far as they are still right, and drops those that no longer are.
pub fn settle(video: &mut Video, made: &BTreeMap<FileId, Torrent>) {
    let right: BTreeMap<FileId, Torrent> = renditions(video)
        .filter_map(|rendition| {
            let name = file_name(video, rendition);
            let torrent = made.get(&rendition.file).filter(|torrent| torrent.name == name);
            let kept = rendition.torrent.as_ref().filter(|torrent| torrent.name == name);
            Some((rendition.file, torrent.or(kept)?.clone()))
        })
        .collect();
    let is_shared = is_shared(video);
    for rendition in video.playlist.iter_mut().flat_map(|playlist| &mut playlist.renditions) {
        rendition.torrent = right.get(&rendition.file).filter(|_| is_shared).cloned();
    }
}

/// What trackers and peers may know a video's files by; nothing of a video that is not shared.
pub fn info_hashes(video: &Video) -> impl Iterator<Item = InfoHash> {
    let is_shared = is_shared(video);
    renditions(video)
        .filter(move |_| is_shared)
        .filter_map(|rendition| Some(rendition.torrent.as_ref()?.info_hash))
}

/// Those that are being made change until they are whole.
fn renditions(video: &Video) -> impl Iterator<Item = &Rendition> {
    video.playlist.iter().flat_map(Playlist::whole_files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests;
    use crate::store::records::Block;
    use shared::id::BlockId;
    use shared::time::Timestamp;

    fn rendition(height: u32) -> Rendition {
        Rendition {
            file: FileId(u64::from(height)),
            playlist_name: String::new(),
            file_name: String::new(),
            width: height * 2,
            height,
            fps: 0,
            bytes: 5,
            bandwidth: 1,
            bandwidth_average: 1,
            codecs: String::new(),
            channels: 0,
            has_audio: height == 0,
            has_video: height != 0,
            torrent: None,
        }
    }

    fn video(name: &str) -> Video {
        let renditions = vec![rendition(720), rendition(0)];
        let playlist = Playlist { id: 1, master: String::new(), digests: String::new(), renditions };
        Video { name: name.to_owned(), playlist: Some(playlist), ..tests::video(1) }
    }

    /// Torrents for all files of a video, as it is called now.
    fn made(video: &Video) -> BTreeMap<FileId, Torrent> {
        renditions(video)
            .map(|rendition| {
                let name = file_name(video, rendition);
                let info_hash = InfoHash([u8::try_from(name.len()).unwrap(); 20]);
                (rendition.file, Torrent { name, piece_bytes: 1, info_hash })
            })
            .collect()
    }

    #[test]
    fn files_are_called_after_their_video_and_quality() {
        let names = |name: &str| -> Vec<String> {
            let video = video(name);
            renditions(&video).map(|rendition| file_name(&video, rendition)).collect()
        };
        assert_eq!(names("Test pattern 30 s (updated)")[0], "Test pattern 30 s (updated) 720p.mp4");
        assert_eq!(names("a/b\\c?d%e*f:g|h\"i<j>k\u{7}l")[1], "a-b-c-d-e-f-g-h-i-j-k-l audio.mp4");
        let long = &names(&"é".repeat(120))[0];
        assert!(
            long.len() <= NAME_BYTES_MAX && long.starts_with("éé") && long.ends_with("é 720p.mp4"),
            "{long}"
        );
    }

    fn blocked() -> Block {
        Block {
            id: BlockId(1),
            reason: None,
            unfederated: false,
            automatic: false,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    #[test]
    fn torrents_follow_name_and_privacy() {
        let mut video = video("Boat");
        assert!(!is_settled(&video) && info_hashes(&video).count() == 0);
        let torrents = made(&video);
        settle(&mut video, &torrents);
        assert!(is_settled(&video) && info_hashes(&video).count() == 2);

        let before = video.clone();
        video.name = "Ship ahoy".to_owned();
        assert!(!is_settled(&video));
        settle(&mut video, &torrents);
        assert_eq!(info_hashes(&video).count(), 0, "those were made under the old name");
        let torrents = made(&video);
        settle(&mut video, &torrents);
        assert!(is_settled(&video) && info_hashes(&video).ne(info_hashes(&before)));

        for hide in [
            |video: &mut Video| video.privacy = Privacy::Private,
            |video: &mut Video| video.privacy = Privacy::Internal,
            |video: &mut Video| video.privacy = Privacy::Password,
            |video: &mut Video| video.download_enabled = false,
            |video: &mut Video| video.blocked = Some(blocked()),
        ] {
            let mut hidden = video.clone();
            hide(&mut hidden);
            assert!(!is_settled(&hidden) && info_hashes(&hidden).count() == 0);
            settle(&mut hidden, &torrents);
            assert!(is_settled(&hidden) && renditions(&hidden).all(|rendition| rendition.torrent.is_none()));
        }
    }
}
