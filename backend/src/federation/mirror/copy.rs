//! Making one copy.

use std::io;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::time::Duration;

use shared::digests;
use shared::hls::{self, ByteRange};
use shared::id::{MirrorId, Uuid, VideoId};

use super::disk;
use crate::app::App;
use crate::documents::addresses;
use crate::domain::federation::cache_file;
use crate::domain::mirror::{
    self, Film, Flaw, Forged, Made, Make, MakeError, bytes_of, films, is_plain_name, playlists,
};
use crate::federation::fetch::{self, FetchError};
use crate::files::disk::{bytes_free, rename_durably, sync_folder, write_whole};
use crate::store::Durability;
use crate::store::records::{RemoteMirror, RemoteStream};

/// What is asked for at once of a file: some seconds of film, and little to ask for again after a failure.
const PART_BYTES: u64 = 4 * 1024 * 1024;
/// Copies are what an instance can do without: below this much free room none is made.
const ROOM_LEFT_MIN: u64 = 1024 * 1024 * 1024;
/// How much longer files may be than their server says: it rounds, and heads count differently.
const BYTES_MORE: u64 = 1024 * 1024;

/// What is to be copied, and why.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub video: VideoId,
    pub uuid: Uuid,
    pub stream: RemoteStream,
    pub make: Make,
}

/// Why there is no copy yet, or none at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum CopyError {
    /// Its server does not give it.
    #[error("it is not to be had from its server")]
    Fetch(#[from] FetchError),
    /// It is none that is copied.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// It is not what its publisher says.
    #[error(transparent)]
    Forged(#[from] Forged),
    /// The hour's bytes are spent.
    #[error("the bytes of this hour are spent")]
    Spent(Duration),
    /// There is no room.
    #[error("there is no room left on the disk")]
    NoRoom,
    /// The server is about to stop.
    #[error("the server stops")]
    Stopping,
    /// It is not kept.
    #[error(transparent)]
    Make(#[from] MakeError),
    /// The disk failed.
    #[error("a copy could not be written")]
    Disk(#[from] io::Error),
}

impl CopyError {
    /// Whether what was fetched so far is of use later.
    pub fn may_pass(&self) -> bool {
        match self {
            // Ours to switch on again.
            CopyError::Fetch(FetchError::Off) => true,
            CopyError::Fetch(error) => error.may_pass(),
            CopyError::Flaw(_) | CopyError::Forged(_) | CopyError::Make(MakeError::Changed) => false,
            CopyError::Spent(_)
            | CopyError::NoRoom
            | CopyError::Stopping
            | CopyError::Disk(_)
            | CopyError::Make(MakeError::Enough | MakeError::Store(_)) => true,
        }
    }
}

/// Makes a copy, or goes on with one. It is whole and noted when this returns.
pub(super) async fn copy(app: &App, wanted: &Wanted) -> Result<(), CopyError> {
    let stream = &wanted.stream;
    let texts = texts(app, stream).await?;
    let said = bytes_of(stream);
    let bytes_max = said.saturating_add(said / 50).saturating_add(BYTES_MORE);
    let films: Vec<Arc<Film>> =
        films(&texts.playlists, &texts.digests.1, bytes_max)?.into_iter().map(Arc::new).collect();
    let written = texts.all();
    let bytes = written.iter().fold(0u64, |sum, (_, text)| sum.saturating_add(length(text.len())));
    let bytes = films.iter().fold(bytes, |sum, film| sum.saturating_add(film.bytes()));
    let (uuid, names) = (wanted.uuid, films.iter().map(|film| film.name.clone()).collect::<Vec<_>>());
    app.blocking(move |app| prepare(app, uuid, &written, &names, bytes)).await?;
    for film in films {
        fetch_film(app, wanted, film).await?;
    }
    let wanted = wanted.clone();
    app.blocking(move |app| finish(app, wanted, bytes)).await
}

/// What leads to a stream's files, each by its name.
struct Texts {
    master: (String, String),
    playlists: Vec<(String, String)>,
    digests: (String, String),
}

impl Texts {
    fn all(self) -> Vec<(String, String)> {
        let Texts { master, playlists, digests } = self;
        playlists.into_iter().chain([master, digests]).collect()
    }
}

async fn texts(app: &App, stream: &RemoteStream) -> Result<Texts, CopyError> {
    let digests_url = stream.digests_url.as_deref().ok_or(Flaw::Digests)?;
    let named = |url: &str, extension: &str| {
        let name = hls::file_name(url);
        let is_plain = is_plain_name(name, extension);
        if is_plain { Ok(name.to_owned()) } else { Err(Flaw::Elsewhere(name.to_owned())) }
    };
    let master = (named(&stream.url, "m3u8")?, text(app, &stream.url, hls::TEXT_BYTES_MAX).await?);
    let digests = (named(digests_url, "json")?, text(app, digests_url, digests::TEXT_BYTES_MAX).await?);
    let mut found = Vec::new();
    for name in playlists(&master.1)? {
        let url = hls::join_url(&stream.url, &name);
        let text = text(app, &url, hls::TEXT_BYTES_MAX).await?;
        found.push((name, text));
    }
    Ok(Texts { master, playlists: found, digests })
}

async fn text(app: &App, url: &str, bytes_max: usize) -> Result<String, CopyError> {
    let bytes = tokio::select! {
        bytes = fetch::file(app, url, bytes_max) => bytes?,
        () = app.stopping().cancelled() => return Err(CopyError::Stopping),
    };
    spend(app, length(bytes.len()))?;
    String::from_utf8(bytes.to_vec()).map_err(|_| Flaw::Playlist(hls::file_name(url).to_owned()).into())
}

/// Takes bytes out of this hour's.
fn spend(app: &App, bytes: u64) -> Result<(), CopyError> {
    let per_hour = app.config().redundancy.hourly_budget.0;
    app.mirrors().take(app.clock().instant(), bytes, per_hour).map_err(CopyError::Spent)
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Makes the folder with its texts, and removes from it what an older attempt left of another stream. Blocks.
fn prepare(
    app: &App,
    uuid: Uuid,
    texts: &[(String, String)],
    films: &[String],
    bytes: u64,
) -> Result<(), CopyError> {
    let layout = app.layout();
    let folder = layout.mirror_part(uuid);
    std::fs::create_dir_all(&folder)?;
    // What is there takes no room any more.
    let mut there = 0_u64;
    for file in std::fs::read_dir(&folder)? {
        let file = file?;
        let name = file.file_name();
        if films.iter().any(|film| name == film.as_str()) {
            there = there.saturating_add(file.metadata()?.len());
        } else {
            std::fs::remove_file(file.path())?;
        }
    }
    if bytes_free(layout.data())?.saturating_sub(bytes.saturating_sub(there)) < ROOM_LEFT_MIN {
        return Err(CopyError::NoRoom);
    }
    for (name, text) in texts {
        let scratch = layout.tmp().join(format!("{uuid}-{name}"));
        write_whole(&folder.join(name), &scratch, text.as_bytes())?;
    }
    Ok(())
}

/// Fetches what is not there of a file. Nothing of it stays that is not what its publisher says.
async fn fetch_film(app: &App, wanted: &Wanted, film: Arc<Film>) -> Result<(), CopyError> {
    let url = hls::join_url(&wanted.stream.url, &film.name);
    let path = app.layout().mirror_part(wanted.uuid).join(&film.name);
    let end = film.bytes();
    let taken_up = app.blocking(move |app| disk::take_up(app, &path, film)).await?;
    let (mut file, mut checker) = taken_up.ok_or(CopyError::Stopping)?;
    while !checker.is_done() {
        let at = checker.at();
        let left = end.saturating_sub(at).min(PART_BYTES);
        let range = ByteRange::new(at, left).ok_or(Flaw::Count)?;
        spend(app, left)?;
        let bytes = tokio::select! {
            bytes = fetch::part(app, &url, range) => bytes?,
            () = app.stopping().cancelled() => return Err(CopyError::Stopping),
        };
        (file, checker) = app
            .blocking(move |_| {
                checker.read(&bytes)?;
                file.write_all_at(&bytes, at)?;
                Ok::<_, CopyError>((file, checker))
            })
            .await?;
    }
    Ok(app.blocking(move |_| file.sync_all()).await?)
}

/// The folder takes its place, and the row is written. Blocks.
fn finish(app: &App, wanted: Wanted, bytes: u64) -> Result<(), CopyError> {
    let layout = app.layout();
    let (part, whole) = (layout.mirror_part(wanted.uuid), layout.mirror(wanted.uuid));
    sync_folder(&part)?;
    let _turn = app.mirrors().folders();
    if app.mirrors().has(wanted.uuid) {
        return Err(MakeError::Changed.into());
    }
    disk::remove(&whole)?;
    rename_durably(&part, &whole)?;
    let addresses = addresses(app);
    let made = Made {
        video: wanted.video,
        stream: wanted.stream,
        bytes,
        strategy: wanted.make.strategy,
        lifetime: wanted.make.lifetime,
        offer: RemoteMirror {
            url: cache_file::address(&addresses, wanted.uuid),
            by: addresses.instance(),
            number: MirrorId::default(),
            playlist_url: addresses.of_path(&format!("{}{}", cache_file::FILES_FOLDER, wanted.uuid)),
            expires_at: None,
            created_at: None,
            updated_at: None,
        },
    };
    let noted = app.write_here(Durability::Flushed, |write, now| mirror::made(write, now, made));
    // What a failing disk did not promise may be there all the same.
    if noted.is_err() && !app.mirrors().has(wanted.uuid) {
        rename_durably(&whole, &part)?;
    }
    noted?;
    Ok(())
}
