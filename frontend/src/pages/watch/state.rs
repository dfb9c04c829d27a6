//! What a watch page knows of its video.

use shared::api::{Caption, ChapterEntry, Storyboard, VideoDetails, VideoFile, privacy, state};

/// All that was fetched for the page.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// The video.
    pub video: VideoDetails,
    /// Key to its files, where it is not for everybody.
    pub file_token: Option<String>,
    /// Pictures for the scrub bar.
    pub storyboard: Option<Storyboard>,
    /// Subtitles.
    pub captions: Vec<Caption>,
    /// By when they begin.
    pub chapters: Vec<ChapterEntry>,
    /// For what the player tells the instance of where its viewer is.
    pub access_token: Option<String>,
}

/// Whoever stopped before this saw nothing yet that would be missed.
const RESUMED_FROM_SECONDS: u64 = 5;
/// Whoever stopped in the last twentieth has seen it: what comes there are names.
const SEEN_PARTS: u64 = 20;

/// The second to go on at, for somebody who stopped at `position` the last time.
pub fn resume_at(position: Option<u64>, duration: u64) -> Option<u32> {
    let position = position.filter(|position| RESUMED_FROM_SECONDS <= *position)?;
    let is_seen = duration.saturating_sub(duration / SEEN_PARTS) <= position;
    if is_seen { None } else { u32::try_from(position).ok() }
}

/// What can be done with a video.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Readiness {
    /// Play it.
    Ready {
        /// Address of the master playlist or the file.
        src: String,
        /// Address of the digests.
        sha256: Option<String>,
        /// Folders on other servers that the same files lie in.
        mirrors: Vec<String>,
    },
    /// Wait: it is being made.
    NotYet,
    /// Nothing: it could not be made.
    Failed,
}

/// What can be done with a video. A video can be watched as soon as one rendition is there, also while others are made.
pub fn readiness(video: &VideoDetails, origin: &str) -> Readiness {
    let local = |address: &str| if video.card.is_local { here(address, origin) } else { address.to_owned() };
    if let Some(playlist) = video.streaming_playlists.first() {
        let sha256 = Some(local(&playlist.segments_sha256_url)).filter(|address| !address.is_empty());
        let mirrors = playlist.redundancies.iter().map(|copy| copy.base_url.clone()).collect();
        return Readiness::Ready { src: local(&playlist.playlist_url), sha256, mirrors };
    }
    if let Some(file) = whole_files(video).max_by_key(|file| file.resolution.id) {
        return Readiness::Ready { src: file.file_url.clone(), sha256: None, mirrors: Vec::new() };
    }
    match video.state.id {
        state::TRANSCODING_FAILED => Readiness::Failed,
        _ => Readiness::NotYet,
    }
}

/// Files that play by themselves, as other instances offer them. On ours it is the uploaded file, which its owner sees
/// listed until it was packaged and no page can play: it asks for more than a key.
fn whole_files(video: &VideoDetails) -> impl Iterator<Item = &VideoFile> {
    video.files.iter().filter(|_| !video.card.is_local)
}

/// The same address on the host the page came from: an instance may be reached by another name than its own.
pub fn here(address: &str, origin: &str) -> String {
    let path = address.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    path.map_or_else(|| address.to_owned(), |path| format!("{origin}{path}"))
}

/// Whether its files ask for a key.
pub fn needs_token(video: &VideoDetails) -> bool {
    matches!(video.card.privacy.id, privacy::PRIVATE | privacy::INTERNAL | privacy::PASSWORD)
}

/// A file to take away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// `720p`.
    pub label: String,
    /// Bytes.
    pub size: u64,
    /// Where it is.
    pub address: String,
    /// What is in it.
    pub content: Content,
    /// For a BitTorrent client, where there is one.
    pub torrent: Option<Torrent>,
}

/// Addresses of a file for a BitTorrent client, which gives pictures and sound as they lie.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Torrent {
    /// Of the .torrent file.
    pub file: String,
    /// None until the file was hashed.
    pub magnet: Option<String>,
    /// What is in it, which may be less than what the instance puts together.
    pub content: Content,
}

/// What is in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    Whole,
    PictureOnly,
    SoundOnly,
}

/// The files to take away. A stream keeps pictures and sound apart: where the instance is ours, it puts them together
/// while it sends them.
pub fn offers(seen: &Seen, origin: &str) -> Vec<Offer> {
    let video = &seen.video;
    let files: Vec<&VideoFile> = whole_files(video)
        .chain(video.streaming_playlists.iter().flat_map(|playlist| &playlist.files))
        .collect();
    let sound = files.iter().copied().find(|file| file.has_audio && !file.has_video);
    let offer = |file: &VideoFile| {
        let joined = sound.filter(|_| video.card.is_local && file.has_video && !file.has_audio);
        let address = match joined {
            Some(sound) => {
                let uuid = video.card.uuid;
                format!(
                    "{origin}/download/videos/generate/{uuid}?videoFileIds={}&videoFileIds={}",
                    file.id, sound.id
                )
            }
            None if video.card.is_local => here(&file.file_download_url, origin),
            None => file.file_download_url.clone(),
        };
        let joint = if address.contains('?') { '&' } else { '?' };
        let content = |with_sound: bool| match (file.has_video, file.has_audio || with_sound) {
            (true, false) => Content::PictureOnly,
            (false, true) => Content::SoundOnly,
            (true, true) | (false, false) => Content::Whole,
        };
        Offer {
            label: file.resolution.label.clone(),
            size: file.size + joined.map_or(0, |sound| sound.size),
            address: match &seen.file_token {
                Some(token) => format!("{address}{joint}videoFileToken={token}"),
                None => address,
            },
            content: content(joined.is_some()),
            torrent: file.torrent_download_url.as_ref().map(|address| Torrent {
                file: if video.card.is_local { here(address, origin) } else { address.clone() },
                magnet: file.magnet_uri.clone().filter(|magnet| magnet.starts_with("magnet:")),
                content: content(false),
            }),
        }
    };
    files.iter().copied().map(offer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: &str = "https://here.example";

    fn seen() -> Seen {
        let video = serde_json::from_str(include_str!("sample.json")).unwrap();
        Seen {
            video,
            file_token: None,
            storyboard: None,
            captions: Vec::new(),
            chapters: Vec::new(),
            access_token: None,
        }
    }

    #[test]
    fn a_playlist_is_played_from_the_host_of_the_page() {
        let Readiness::Ready { src, sha256, mirrors } = readiness(&seen().video, ORIGIN) else { panic!() };
        assert!(mirrors.is_empty());
        assert!(src.starts_with("https://here.example/static/streaming-playlists/hls/"), "{src}");
        assert!(sha256.is_some_and(|sha256| sha256.starts_with(ORIGIN) && sha256.ends_with(".json")));
    }

    #[test]
    fn the_player_is_told_where_copies_lie() {
        let mut video = seen().video;
        let base_url = "https://b.example/static/redundancy/hls/1".to_owned();
        video.streaming_playlists[0].redundancies =
            vec![shared::api::Redundancy { base_url: base_url.clone() }];
        let Readiness::Ready { mirrors, .. } = readiness(&video, ORIGIN) else { panic!() };
        assert_eq!(mirrors, [base_url]);
    }

    #[test]
    fn one_goes_on_where_one_stopped_unless_that_was_at_an_end() {
        assert_eq!(resume_at(None, 600), None);
        assert_eq!((resume_at(Some(4), 600), resume_at(Some(5), 600)), (None, Some(5)));
        assert_eq!((resume_at(Some(569), 600), resume_at(Some(570), 600)), (Some(569), None));
        assert_eq!((resume_at(Some(6), 10), resume_at(Some(10), 10)), (Some(6), None));
    }

    #[test]
    fn a_remote_video_is_played_from_its_own_host() {
        let mut video = seen().video;
        video.card.is_local = false;
        let Readiness::Ready { src, .. } = readiness(&video, ORIGIN) else { panic!() };
        assert!(src.starts_with("http://localhost:9001/"), "{src}");
    }

    #[test]
    fn a_video_without_a_file_is_awaited_unless_it_failed() {
        let mut video = seen().video;
        video.streaming_playlists.clear();
        video.state.id = state::TO_TRANSCODE;
        assert_eq!(readiness(&video, ORIGIN), Readiness::NotYet);
        video.state.id = state::TRANSCODING_FAILED;
        assert_eq!(readiness(&video, ORIGIN), Readiness::Failed);
    }

    #[test]
    fn pictures_and_sound_that_lie_apart_are_taken_away_together() {
        let mut seen = seen();
        let files = &mut seen.video.streaming_playlists[0].files;
        files.truncate(2);
        for (file, (id, has_video)) in files.iter_mut().zip([(7, true), (8, false)]) {
            file.id = shared::id::FileId(id);
            (file.has_video, file.has_audio, file.size) = (has_video, !has_video, 100);
        }
        let offered: Vec<_> =
            offers(&seen, ORIGIN).into_iter().map(|offer| (offer.content, offer.size)).collect();
        assert_eq!(offered, [(Content::Whole, 200), (Content::SoundOnly, 100)]);
        let first = &offers(&seen, ORIGIN)[0].address;
        assert!(first.ends_with("?videoFileIds=7&videoFileIds=8"), "{first}");
        seen.video.card.is_local = false;
        assert_eq!(offers(&seen, ORIGIN)[0].content, Content::PictureOnly);
    }

    #[test]
    fn a_file_has_a_torrent_where_its_instance_offers_one() {
        let mut seen = seen();
        let torrent = |seen: &Seen| offers(seen, ORIGIN)[0].torrent.clone();
        let offered = torrent(&seen).unwrap();
        assert!(offered.file.starts_with("https://here.example/download/torrents/"), "{}", offered.file);
        assert!(offered.magnet.is_some_and(|magnet| magnet.starts_with("magnet:?xs=")));
        let file = &mut seen.video.streaming_playlists[0].files[0];
        file.magnet_uri = Some("javascript:alert(1)".into());
        assert_eq!(torrent(&seen).unwrap().magnet, None);
        seen.video.streaming_playlists[0].files[0].torrent_download_url = None;
        assert_eq!(torrent(&seen), None);
    }

    #[test]
    fn an_uploaded_file_that_is_listed_is_neither_played_nor_offered() {
        let mut seen = seen();
        seen.video.files = seen.video.streaming_playlists.remove(0).files;
        assert!(offers(&seen, ORIGIN).is_empty());
        assert_eq!(readiness(&seen.video, ORIGIN), Readiness::NotYet);
    }

    #[test]
    fn files_of_a_private_video_carry_its_key() {
        let mut seen = seen();
        assert!(offers(&seen, ORIGIN).iter().all(|offer| !offer.address.contains("videoFileToken")));
        seen.file_token = Some("key".into());
        let offers = offers(&seen, ORIGIN);
        assert!(
            !offers.is_empty() && offers.iter().all(|offer| offer.address.ends_with("?videoFileToken=key"))
        );
    }
}
