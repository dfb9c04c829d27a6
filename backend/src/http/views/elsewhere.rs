//! Streams and files of videos of other servers: where they lie there, as PeerTube tells of them.

use shared::api::{self, Label};
use shared::id::{FileId, VideoId};

use super::video::resolution_name;
use crate::store::records::{RemoteFile, RemoteMirror, RemoteStream, RemoteVideo};

/// The adaptive streams and the plain files of a video of another server. Players and people fetch them there.
pub(super) fn streams_and_files(
    id: VideoId,
    remote: &RemoteVideo,
) -> (Vec<api::StreamingPlaylist>, Vec<api::VideoFile>) {
    // They have no numbers here; each has one among those of its video.
    let mut number = 0;
    let mut next = || {
        number += 1;
        FileId(number)
    };
    let mut list = |files: &[RemoteFile]| {
        // Where sound lies apart, pictures are silent.
        let is_split = files.iter().any(|file| file.resolution == 0) && 1 < files.len();
        let mut files: Vec<api::VideoFile> = files.iter().map(|one| file(next(), one, is_split)).collect();
        files.sort_by_key(|file| std::cmp::Reverse(file.resolution.id));
        files
    };
    let plain = list(&remote.files);
    let streams =
        remote.streams.iter().map(|stream| playlist(id, stream, &remote.mirrors, list(&stream.files)));
    (streams.collect(), plain)
}

fn playlist(
    id: VideoId,
    stream: &RemoteStream,
    mirrors: &[RemoteMirror],
    files: Vec<api::VideoFile>,
) -> api::StreamingPlaylist {
    api::StreamingPlaylist {
        id: id.0,
        kind: 1,
        playlist_url: stream.url.clone(),
        segments_sha256_url: stream.digests_url.clone().unwrap_or_default(),
        redundancies: redundancies(mirrors),
        files,
    }
}

/// Where else a stream lies.
pub(super) fn redundancies(mirrors: &[RemoteMirror]) -> Vec<api::Redundancy> {
    mirrors.iter().map(|mirror| api::Redundancy { base_url: mirror.folder().to_owned() }).collect()
}

fn file(id: FileId, file: &RemoteFile, is_split: bool) -> api::VideoFile {
    let has_video = file.resolution != 0;
    api::VideoFile {
        id,
        resolution: Label { id: file.resolution, label: resolution_name(file.resolution, file.fps) },
        width: file.width,
        height: file.height,
        magnet_uri: file.magnet.clone(),
        size: file.bytes,
        fps: file.fps,
        torrent_url: file.torrent_url.clone(),
        torrent_download_url: file.torrent_url.as_deref().map(download_address),
        file_url: file.url.clone(),
        file_download_url: download_address(&file.url),
        metadata_url: file.metadata_url.clone().unwrap_or_default(),
        has_audio: !has_video || !is_split,
        has_video,
        storage: 0,
    }
}

/// The address at which PeerTube offers a file to be kept, where the file is one of a PeerTube's; else the file's own.
fn download_address(address: &str) -> String {
    let folders = [
        ("/static/streaming-playlists/hls/", "/download/streaming-playlists/hls/videos/"),
        ("/static/web-videos/", "/download/web-videos/"),
        ("/lazy-static/torrents/", "/download/torrents/"),
    ];
    let offered = folders.iter().find_map(|(folder, download)| {
        let (origin, rest) = address.split_once(folder)?;
        // Files of streams lie in a folder of their video, and are offered under names of their own.
        let name = match rest.split_once('/') {
            None => rest.to_owned(),
            Some((video, name)) => {
                let (_, resolution) = name.strip_suffix("-fragmented.mp4")?.rsplit_once('-')?;
                format!("{video}-{resolution}-fragmented.mp4")
            }
        };
        Some(format!("{origin}{download}{name}"))
    });
    offered.unwrap_or_else(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_peertube_are_offered_where_peertube_offers_them() {
        for (file, offered) in [
            (
                "https://a.example/static/streaming-playlists/hls/U/149de0df-720-fragmented.mp4",
                "https://a.example/download/streaming-playlists/hls/videos/U-720-fragmented.mp4",
            ),
            (
                "https://a.example/static/web-videos/x-720.mp4",
                "https://a.example/download/web-videos/x-720.mp4",
            ),
            (
                "https://a.example/lazy-static/torrents/x-720-hls.torrent",
                "https://a.example/download/torrents/x-720-hls.torrent",
            ),
            ("https://owncast.example/hls/1/a.mp4", "https://owncast.example/hls/1/a.mp4"),
            (
                "https://a.example/static/streaming-playlists/hls/U/odd.mp4",
                "https://a.example/static/streaming-playlists/hls/U/odd.mp4",
            ),
        ] {
            assert_eq!(download_address(file), offered);
        }
    }

    #[test]
    fn where_sound_lies_apart_pictures_are_silent() {
        let one = |resolution| RemoteFile {
            url: String::new(),
            media_type: "video/mp4".into(),
            resolution,
            width: resolution * 2,
            height: resolution,
            fps: 30,
            bytes: 1,
            torrent_url: None,
            magnet: None,
            metadata_url: None,
        };
        let shown = |is_split, resolution| {
            let shown = file(FileId(1), &one(resolution), is_split);
            (shown.has_audio, shown.has_video)
        };
        assert_eq!(shown(false, 720), (true, true));
        assert_eq!(shown(true, 720), (false, true));
        assert_eq!((shown(true, 0), shown(false, 0)), ((true, false), (true, false)));
    }
}
