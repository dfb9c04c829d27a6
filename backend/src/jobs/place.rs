//! Puts finished renditions where they are served from.
//!
//! Owns the order in which files and records change, so that whoever looks at any moment, and after any crash, sees a
//! stream that holds together: files first, digests of them, then the record, then the master. Only a video's first
//! master comes before its record, since nobody may ask for it before. What grows comes in the same order, segment by
//! segment.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use shared::digests::Digests;
use shared::hls::{MediaPlaylist, parse_media};

use crate::app::App;
use crate::domain::video::labels::language_name;
use crate::files::disk;
use crate::files::layout::{self, caption_playlist_name};
use crate::media::index::index;
use crate::media::make::Made;
use crate::media::package::{self, Words};
use crate::store::records::{Caption, Playlist, Rendition, Video};

/// Moves whole files into the video's folder, and writes their digests and media playlists. Before the master names
/// them nobody knows of them, unless they grew there.
pub(super) fn place(app: &App, video: &Video, playlist: &Playlist, made: &[Made]) -> io::Result<()> {
    let folder = make_folder(app, video)?;
    for rendition in made {
        File::open(&rendition.file)?.sync_all()?;
        // One that grew is there already.
        disk::rename_durably(&rendition.file, &folder.join(file_name(video, rendition)))?;
    }
    write_digests(app, video, playlist, made)?;
    for rendition in made {
        write_media(app, video, rendition, &rendition.cut.playlist(&file_name(video, rendition)))?;
    }
    Ok(())
}

fn make_folder(app: &App, video: &Video) -> io::Result<PathBuf> {
    let folder = app.layout().hls(video.uuid);
    std::fs::create_dir_all(&folder)?;
    if let Some(above) = folder.parent() {
        disk::sync_folder(above)?;
    }
    Ok(folder)
}

/// Moves files that are still written to into the video's folder, which are followed where they go.
pub(super) fn place_growing(app: &App, video: &Video, made: &mut [Made]) -> io::Result<()> {
    let folder = make_folder(app, video)?;
    for rendition in made {
        let place = folder.join(file_name(video, rendition));
        if rendition.file != place {
            disk::rename_durably(&rendition.file, &place)?;
            rendition.file = place;
        }
    }
    Ok(())
}

/// Names the segments that are complete by now: bytes first, then their digests, then the lists that lead to them.
pub(super) fn list_growing(app: &App, video: &Video, playlist: &Playlist, made: &[Made]) -> io::Result<()> {
    for rendition in made {
        File::open(&rendition.file)?.sync_data()?;
    }
    write_digests(app, video, playlist, made)?;
    for rendition in made {
        write_media(app, video, rendition, &rendition.cut.playlist_so_far(&file_name(video, rendition)))?;
    }
    Ok(())
}

/// How many segments of this rendition somebody may have seen already. A list that cannot be read may have been seen.
pub(super) fn segments_listed(app: &App, video: &Video, rendition: &Rendition) -> io::Result<usize> {
    let path = app.layout().stream(video.uuid, &rendition.playlist_name);
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        text => text?,
    };
    Ok(parse_media(&text).map_err(io::Error::other)?.segments.len())
}

/// Writes the digests of all renditions of `playlist`, some of which were just made.
fn write_digests(app: &App, video: &Video, playlist: &Playlist, made: &[Made]) -> io::Result<()> {
    let path = app.layout().stream(video.uuid, &playlist.digests);
    let old = match std::fs::read_to_string(&path) {
        Ok(text) => Digests::parse(&text).unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Digests::default(),
        Err(error) => return Err(error),
    };
    let mut digests = Digests::default();
    for rendition in &playlist.renditions {
        let new = made.iter().find(|made| file_name(video, made) == rendition.file_name);
        match new {
            Some(made) => made.digests.iter().for_each(|(range, digest)| {
                digests.insert(&rendition.file_name, *range, *digest);
            }),
            None => keep_digests(app, video, rendition, &old, &mut digests)?,
        }
    }
    write(app, video, &playlist.digests, digests.to_string().as_bytes())
}

/// Forgets the digests of renditions that are not in `playlist`.
pub(crate) fn forget_digests(app: &App, video: &Video, playlist: &Playlist) -> io::Result<()> {
    write_digests(app, video, playlist, &[])
}

/// Takes over the digests of a rendition that was there before, or makes them again if they are lost.
fn keep_digests(
    app: &App,
    video: &Video,
    rendition: &Rendition,
    old: &Digests,
    new: &mut Digests,
) -> io::Result<()> {
    let path = app.layout().stream(video.uuid, &rendition.file_name);
    let text = std::fs::read_to_string(app.layout().stream(video.uuid, &rendition.playlist_name))?;
    let media = parse_media(&text).map_err(io::Error::other)?;
    let init = media.segments.first().and_then(|segment| segment.init.as_ref()?.range);
    let ranges: Vec<_> =
        init.into_iter().chain(media.segments.iter().filter_map(|segment| segment.range)).collect();
    let known: Vec<_> =
        ranges.iter().map_while(|range| Some((*range, old.get(&rendition.file_name, *range)?))).collect();
    let all = if known.len() == ranges.len() {
        known
    } else {
        let file = File::open(&path)?;
        let index = index(&file).map_err(io::Error::other)?;
        let starts = starts_of(&media);
        let starts = crate::media::cuts::follow(&index.starts(), &starts);
        let cut = package::cut(&index, &starts).map_err(io::Error::other)?;
        package::digests(&file, &cut)?
    };
    for (range, digest) in all {
        new.insert(&rendition.file_name, range, digest);
    }
    Ok(())
}

/// Replaces the master by the one of `playlist` and of the video's captions, whose own playlists come first.
pub(crate) fn write_master(app: &App, video: &Video, playlist: &Playlist) -> io::Result<()> {
    let duration = Duration::from_millis(video.facts.as_ref().map_or(0, |facts| facts.duration_ms));
    let words: Vec<Words> = video.captions.iter().map(words).collect();
    for words in &words {
        let media = package::caption_playlist(words, duration);
        write(app, video, &words.playlist_name, media.to_string().as_bytes())?;
    }
    let master = package::master(playlist, &words);
    write(app, video, &playlist.master, master.to_string().as_bytes())
}

fn words(caption: &Caption) -> Words {
    Words {
        language: caption.language.clone(),
        name: language_name(&caption.language).unwrap_or(&caption.language).to_owned(),
        playlist_name: caption_playlist_name(&caption.file_name),
        uri: format!("/lazy-static/video-captions/{}", caption.file_name),
    }
}

fn file_name(video: &Video, rendition: &Made) -> String {
    layout::rendition_name(video.rendition_stem(), rendition.resolution)
}

fn write_media(app: &App, video: &Video, rendition: &Made, media: &MediaPlaylist) -> io::Result<()> {
    let name = layout::playlist_name(video.rendition_stem(), rendition.resolution);
    write(app, video, &name, media.to_string().as_bytes())
}

fn write(app: &App, video: &Video, name: &str, bytes: &[u8]) -> io::Result<()> {
    disk::write_whole(&app.layout().stream(video.uuid, name), &app.layout().tmp().join(name), bytes)
}

/// When the segments of a playlist begin.
pub(super) fn starts_of(media: &shared::hls::MediaPlaylist) -> Vec<std::time::Duration> {
    let mut next = std::time::Duration::ZERO;
    let mut starts = Vec::with_capacity(media.segments.len());
    for segment in &media.segments {
        starts.push(next);
        next += segment.duration;
    }
    starts
}

/// Removes what lies in the video's folder and is not named by its record.
pub(crate) fn remove_unnamed(app: &App, video: &Video) -> io::Result<()> {
    let mut named: Vec<String> = Vec::new();
    if let Some(playlist) = &video.playlist {
        named.extend([playlist.master.clone(), playlist.digests.clone()]);
        for rendition in &playlist.renditions {
            named.extend([rendition.playlist_name.clone(), rendition.file_name.clone()]);
        }
        named.extend(video.former.iter().flat_map(|former| former.names.iter().cloned()));
        named.extend(video.captions.iter().map(|caption| caption_playlist_name(&caption.file_name)));
    }
    let folder = app.layout().hls(video.uuid);
    let files = match std::fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        files => files?,
    };
    for file in files {
        let file = file?;
        if !file.file_name().to_str().is_some_and(|name| named.iter().any(|known| known == name)) {
            disk::remove_if_there(&file.path())?;
        }
    }
    if named.is_empty() { std::fs::remove_dir(&folder) } else { Ok(()) }
}
