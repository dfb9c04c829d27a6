//! One import after the other, from its turn to its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use shared::api::NewVideo;
use shared::id::{ImportId, VideoId};
use shared::limits::VIDEO_NAME_LENGTH;
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

use super::fetch::{self, FetchError, Found, title_of};
use super::guard::Guard;
use super::peers::{self, Peers};
use super::program::{self, Programs};
use super::proxy::Proxy;
use crate::app::App;
use crate::domain::import;
use crate::domain::import::torrent::{self, METADATA_BYTES_MAX, Magnet};
use crate::domain::upload::{Refusal, extension_of};
use crate::domain::viewer::Person;
use crate::media::run::{Invocation, Limits, RunError};
use crate::store::records::{Import, ImportSource, ImportState};
use crate::store::tables::{ImportKey, ImportTorrentKey, UserKey, VideoUuidKey};
use crate::store::{Durability, Read, StoreError};
use crate::uploads::{CutPictures, Single, UploadError};

/// Rings may be missed, and what is due after a restart rings nobody.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A program that says nothing for so long waits for a line that is dead.
const SILENCE_MAX: Duration = Duration::from_secs(5 * 60);
/// Progress is a line twice a second.
const WORDS_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// What a program that reads strangers' words may ask for, with each that it starts. A page or a torrent made to be endless
/// ends the program and not the server; the largest pages of films there are take a tenth of it.
const MEMORY_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Why there is no video.
enum Trouble {
    /// The server stops.
    Stopped,
    /// Nobody wants it any more.
    Unwanted,
    /// For this reason, told to whoever asked.
    Because(String),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        tracing::error!(%error, "an import could not be read");
        Trouble::Because(NO_CARE.to_owned())
    }
}

impl From<UploadError> for Trouble {
    fn from(error: UploadError) -> Trouble {
        Trouble::Because(match &error {
            UploadError::Refused(refusal) => refused(refusal).to_owned(),
            UploadError::Unreadable => "The file is no video that can be read.".to_owned(),
            UploadError::Broken => return Trouble::Stopped,
            UploadError::Busy => "Too many files were arriving at that moment.".to_owned(),
            UploadError::Wrong(_)
            | UploadError::NoSuchUpload
            | UploadError::Superseded
            | UploadError::TooLong
            | UploadError::Edit(_)
            | UploadError::Store(_)
            | UploadError::Disk(_) => {
                tracing::error!(%error, "an import could not be kept");
                "The instance could not keep the file.".to_owned()
            }
        })
    }
}

fn refused(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotAVideo => "The file is no video by its name.",
        Refusal::TooLarge { .. } => TOO_LARGE,
        Refusal::OverQuota(_) => "There is no room left for the file in the quota.",
        Refusal::DiskFull => "The instance's disk is full.",
        Refusal::TooManyUnfinished => "Too many uploads are unfinished.",
    }
}

/// Fetches until the server stops.
pub async fn run(app: App) {
    let recovered = app.write(Durability::Flushed, |write, _| import::recover(write)).await;
    if let Err(error) = recovered {
        tracing::error!(%error, "imports that were broken off could not be put back");
    }
    let mut running = tokio::task::JoinSet::new();
    loop {
        while let Some(next) = next(&app, running.len()).await {
            running.spawn(work(app.clone(), next));
        }
        tokio::select! {
            () = app.imports().woken() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            Some(_) = running.join_next() => {}
            () = app.stopping().cancelled() => break,
        }
    }
    while running.join_next().await.is_some() {}
}

/// The import whose turn it is, if there is one and a place for it.
async fn next(app: &App, running: usize) -> Option<(Import, CancellationToken)> {
    let settings = app.config().import.clone();
    if settings.concurrency <= running || app.stopping().is_cancelled() {
        return None;
    }
    let may = move |source: &ImportSource| match source {
        ImportSource::Address(_) => settings.http,
        ImportSource::Magnet(_) | ImportSource::Torrent(_) => settings.torrent,
    };
    let waiting = app.read(move |store| import::waiting(store, may)).await;
    let taken = match waiting {
        Ok(waiting) => {
            let id = waiting?;
            app.write(Durability::Flushed, move |write, now| import::begin(write, now, id)).await
        }
        Err(error) => Err(error),
    };
    match taken {
        Ok(taken) => {
            let import = taken?;
            let stop = app.stopping().child_token();
            app.imports().begin(import.id, stop.clone());
            Some((import, stop))
        }
        Err(error) => {
            tracing::error!(%error, "imports could not be read");
            None
        }
    }
}

async fn work(app: App, (import, stop): (Import, CancellationToken)) {
    let id = import.id;
    let duration = Duration::from_secs(u64::from(app.config().import.time_max));
    let fetching = tokio::time::timeout(duration, fetch_video(&app, import, &stop));
    let outcome = tokio::select! {
        outcome = fetching => outcome
            .unwrap_or_else(|_| Err(Trouble::Because("It took longer than the instance waits.".to_owned()))),
        () = stop.cancelled() => Err(if app.stopping().is_cancelled() { Trouble::Stopped } else { Trouble::Unwanted }),
    };
    // What still runs on its behalf ends, too.
    stop.cancel();
    app.imports().end(id);
    let noted = match outcome {
        Ok(video) => {
            app.write(Durability::Flushed, move |write, now| import::end(write, now, id, Ok(video))).await
        }
        Err(Trouble::Because(reason)) => {
            tracing::info!(import = %id, reason, "an import failed");
            app.write(Durability::Flushed, move |write, now| import::end(write, now, id, Err(reason))).await
        }
        Err(Trouble::Stopped) => {
            app.write(Durability::Flushed, move |write, _| import::put_back(write, id)).await
        }
        Err(Trouble::Unwanted) => Ok(()),
    };
    if let Err(error) = noted {
        // It is on its way still, as far as the store knows, and waits again after the next start.
        tracing::error!(%error, "the end of an import could not be noted");
    }
}

async fn fetch_video(app: &App, import: Import, stop: &CancellationToken) -> Result<VideoId, Trouble> {
    let (id, uuid, user) = (import.id, import.uuid, import.user);
    let known = app.read(move |store| -> Result<_, StoreError> {
        let present = store.get(&ImportKey { import: id })?;
        Ok((present, store.get(&VideoUuidKey { uuid })?, store.get(&UserKey { user })?))
    });
    let (present, there, user) = known.await?;
    // Called off before it could be told so.
    if present.is_none_or(|present| present.state != ImportState::Running) {
        return Err(Trouble::Unwanted);
    }
    // A try that was broken off between the video and its note.
    if let Some(video) = there {
        return Ok(video);
    }
    let user = user.filter(|user| user.blocked.is_none());
    let user = user.ok_or_else(|| Trouble::Because("The account may publish nothing.".to_owned()))?;
    let who = Person { user: user.id, account: user.account, role: user.role };
    let guard = guard(app)?;
    let url = match &import.source {
        ImportSource::Address(url) => url,
        ImportSource::Magnet(_) | ImportSource::Torrent(_) => {
            return take_from_peers(app, who, &import, guard, stop).await;
        }
    };
    match fetch::find(&guard, url).await {
        Ok(Found::File(file)) => {
            let (filename, bytes) = (file.filename.clone(), file.bytes);
            let body = file.into_stream();
            let mut form = import.form.clone();
            form.name = form
                .name
                .or_else(|| title_of(&filename, *VIDEO_NAME_LENGTH.start(), *VIDEO_NAME_LENGTH.end()));
            keep(app, who, &import, form, (&filename, bytes), body).await
        }
        Ok(Found::Page) => take_from_page(app, who, &import, url, guard, stop).await,
        Err(error) => Err(Trouble::Because(error.to_string())),
    }
}

fn guard(app: &App) -> Result<Guard, Trouble> {
    Guard::of(app).map_err(|error| {
        tracing::error!(%error, "TLS could not be set up");
        Trouble::Because(NO_CARE.to_owned())
    })
}

/// Makes a video of bytes that come, of which a name is known and perhaps their number.
async fn keep(
    app: &App,
    who: Person,
    import: &Import,
    form: NewVideo,
    (filename, bytes): (&str, Option<u64>),
    body: impl Stream<Item = Result<Bytes, impl std::fmt::Display>>,
) -> Result<VideoId, Trouble> {
    let mut single = Single::new(app, who, bytes).await?.with_uuid(import.uuid);
    let (id, mut arrived) = (import.id, 0u64);
    let failed = Arc::new(std::sync::Mutex::new(None));
    let why = failed.clone();
    let counted = body.map(move |piece| {
        piece
            .inspect(|piece| {
                arrived = arrived.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                if let Some(percent) = bytes.and_then(|all| (arrived.saturating_mul(100)).checked_div(all)) {
                    app.imports().report(id, u8::try_from(percent.min(100)).unwrap_or(100));
                }
            })
            .map_err(|error| {
                let mut why = why.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                *why = Some(error.to_string());
            })
    });
    let received = single.receive(filename, counted).await;
    if let Err(error) = received {
        single.abandon().await;
        // The line broke, not the server.
        let why = failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        return Err(why.map_or_else(|| error.into(), Trouble::Because));
    }
    let mut form = form;
    form.name = form.name.or_else(|| Some(name_of(&import.source)));
    form.channel_id = Some(import.channel);
    let video = single.finish(form, CutPictures::default()).await?;
    Ok(video.id)
}

/// What a film is called of which nothing else is known: where it came from.
fn name_of(source: &ImportSource) -> String {
    let from = match source {
        ImportSource::Address(url) => {
            let uri: Option<http::Uri> = url.parse().ok();
            uri.and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default()
        }
        ImportSource::Magnet(_) | ImportSource::Torrent(_) => "a torrent".to_owned(),
    };
    format!("Video from {from}").chars().take(*VIDEO_NAME_LENGTH.end()).collect()
}

/// What is said of a film that is too long.
const TOO_LARGE: &str = "The file is larger than the instance takes.";
const NO_CARE: &str = "The instance could not look after it.";

fn failed(error: std::io::Error) -> Trouble {
    tracing::error!(%error, "an import had no room or no door");
    Trouble::Because(NO_CARE.to_owned())
}

/// What is said of a torrent that nobody may be asked for.
const NO_TRACKER: &str = "The torrent names no tracker that may be asked.";

/// What a program works with: a folder, a door, and who may end it.
struct Bench {
    app: App,
    import: ImportId,
    scratch: Scratch,
    proxy: Proxy,
    stop: CancellationToken,
}

/// A program, and how what it says is understood.
struct Work {
    /// What people call it.
    name: &'static str,
    invocation: Invocation,
    /// What it may write.
    bytes_max: u64,
    percent: fn(&[u8]) -> Option<u8>,
    /// Why it brought nothing, out of its complaint.
    reason: fn(&str) -> String,
}

impl Bench {
    async fn open(
        app: &App,
        import: ImportId,
        guard: Guard,
        stop: &CancellationToken,
    ) -> Result<Bench, Trouble> {
        let proxy = Proxy::open(guard, app.dice().bytes()).await.map_err(failed)?;
        let folder = app.layout().tmp().join(format!("import-{import}"));
        let scratch = Scratch(folder.clone());
        let made =
            app.blocking(move |_| remove_folder(&folder).and_then(|()| std::fs::create_dir_all(&folder)));
        made.await.map_err(failed)?;
        Ok(Bench { app: app.clone(), import, scratch, proxy, stop: stop.clone() })
    }

    fn folder(&self) -> &Path {
        &self.scratch.0
    }

    async fn run(&self, work: Work) -> Result<(), Trouble> {
        let (id, folder, halt) = (self.import, self.folder().to_owned(), self.stop.child_token());
        let is_over = Arc::new(AtomicBool::new(false));
        let (over, end, name, reason) = (is_over.clone(), halt.clone(), work.name, work.reason);
        let ran = self.app.blocking(move |app| {
            let config = app.config();
            let limits = Limits {
                time_max: Duration::from_secs(u64::from(config.import.time_max)),
                silence_max: SILENCE_MAX,
                output_bytes_max: WORDS_BYTES_MAX,
                niceness: u8::try_from(config.transcoding.niceness).unwrap_or(19),
                memory_bytes_max: Some(MEMORY_BYTES_MAX),
            };
            crate::media::run::run(&work.invocation, &limits, app.clock(), &halt, |said| {
                if let Some(percent) = (work.percent)(said) {
                    app.imports().report(id, percent);
                }
                if work.bytes_max < bytes_in(&folder) {
                    over.store(true, Ordering::Relaxed);
                    end.cancel();
                }
            })
        });
        ran.await.map_err(|error| match error {
            RunError::Stopped if is_over.load(Ordering::Relaxed) => Trouble::Because(TOO_LARGE.to_owned()),
            RunError::Stopped => Trouble::Unwanted,
            RunError::Failed { complaint, .. } => Trouble::Because(reason(&complaint)),
            RunError::Start { .. } => Trouble::Because(format!("The {name} is not installed.")),
            error @ (RunError::Lost(_) | RunError::TimedOut(_) | RunError::TooMuchOutput(_)) => {
                Trouble::Because(format!("The {name} {error}."))
            }
        })
    }
}

/// What lies in a folder, without the folders in it. What cannot be read now is looked at again in a moment.
fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).fold(0, u64::saturating_add)
}

/// Has the program that knows pages take the film, then keeps that.
async fn take_from_page(
    app: &App,
    who: Person,
    import: &Import,
    url: &str,
    guard: Guard,
    stop: &CancellationToken,
) -> Result<VideoId, Trouble> {
    let settings = app.config();
    let Some(program) = &settings.import.yt_dlp else {
        let reason = "This address leads to a page, and the instance imports from addresses of files alone.";
        return Err(Trouble::Because(reason.to_owned()));
    };
    let bench = Bench::open(app, import.id, guard, stop).await?;
    let heights = settings.transcoding.heights.iter().map(|height| height.0);
    // Before anything is fetched that there is no room for. Pictures, sound and what is put together of them lie on the
    // disk at once, and others need room meanwhile.
    drop(Single::new(app, who, Some(1)).await?);
    let data = app.layout().data().to_owned();
    let free = app.blocking(move |_| crate::files::disk::bytes_free(&data)).await.map_err(failed)?;
    let bytes_max = settings.upload.file_bytes_max.0.min(free / 4);
    let programs = Programs {
        program,
        ffmpeg: &settings.transcoding.ffmpeg,
        proxy: &bench.proxy.url(),
        folder: bench.folder(),
        height_max: heights.max().unwrap_or(0).max(LEAST_HEIGHT),
        bytes_max,
    };
    let work = Work {
        name: "program that reads pages",
        invocation: program::invocation(&programs, url),
        // Pictures and sound lie beside what is put together of them.
        bytes_max: bytes_max.saturating_mul(2),
        percent: program::percent,
        reason: program::reason,
    };
    bench.run(work).await?;
    let folder = bench.folder().to_owned();
    let found = app
        .blocking(move |_| Ok::<_, std::io::Error>((program::film(&folder)?, program::told(&folder))))
        .await;
    let (film, told) = found.map_err(failed)?;
    let Some((path, filename)) = film else {
        return Err(Trouble::Because(
            "The page shows no film, or a longer one than the instance takes.".to_owned(),
        ));
    };
    let mut form = import.form.clone();
    told.complete(&mut form);
    keep_file(app, who, import, form, &filename, &path).await
}

async fn keep_file(
    app: &App,
    who: Person,
    import: &Import,
    form: NewVideo,
    filename: &str,
    path: &Path,
) -> Result<VideoId, Trouble> {
    let file = tokio::fs::File::open(path).await.map_err(failed)?;
    let bytes = file.metadata().await.map_err(failed)?.len();
    keep(app, who, import, form, (filename, Some(bytes)), ReaderStream::new(file)).await
}

/// Has the program that knows peers fetch the one file of a torrent, then keeps that.
async fn take_from_peers(
    app: &App,
    who: Person,
    import: &Import,
    guard: Guard,
    stop: &CancellationToken,
) -> Result<VideoId, Trouble> {
    let settings = app.config();
    let guard = guard.for_trackers();
    let bench = Bench::open(app, import.id, guard.clone(), stop).await?;
    let (folder, proxy) = (bench.folder(), bench.proxy.url());
    let peers = |trackers: &[String], make: &dyn Fn(&Peers<'_>) -> Invocation| {
        make(&Peers { program: &settings.import.aria2c, proxy: &proxy, folder, trackers })
    };
    let work = |invocation: Invocation, bytes_max: u64, percent: fn(&[u8]) -> Option<u8>| Work {
        name: "program that fetches torrents",
        invocation,
        bytes_max,
        percent,
        reason: |_| "Nobody who has the whole file was found.".to_owned(),
    };
    let metadata_bytes_max = u64::try_from(METADATA_BYTES_MAX).unwrap_or(u64::MAX);
    let (path, asked) = match &import.source {
        ImportSource::Magnet(text) => {
            let magnet = Magnet::read(text);
            let magnet =
                magnet.ok_or_else(|| Trouble::Because("The magnet address cannot be read.".to_owned()))?;
            let trackers = guard.trackers(&magnet.trackers).await;
            if trackers.is_empty() {
                return Err(Trouble::Because(NO_TRACKER.to_owned()));
            }
            let invocation = peers(&trackers, &|peers| peers::ask(peers, &magnet.bare()));
            bench.run(work(invocation, metadata_bytes_max, |_| None)).await?;
            (folder.join(format!("{}.torrent", magnet.hash)), Some(trackers))
        }
        ImportSource::Address(_) | ImportSource::Torrent(_) => {
            let id = import.id;
            let sent = app.read(move |store| store.get(&ImportTorrentKey { import: id })).await?;
            let bytes = sent.and_then(|sent| STANDARD.decode(sent.base64).ok());
            let bytes = bytes.ok_or_else(|| Trouble::Because("The torrent is there no more.".to_owned()))?;
            let path = folder.join("sent.torrent");
            tokio::fs::write(&path, bytes).await.map_err(failed)?;
            (path, None)
        }
    };
    let bytes = tokio::fs::read(&path).await.map_err(failed)?;
    let found = torrent::read(&bytes).map_err(|error| Trouble::Because(error.to_string()))?;
    let trackers = match asked {
        Some(trackers) => trackers,
        None => guard.trackers(&found.trackers).await,
    };
    if trackers.is_empty() && !found.has_web_seeds {
        return Err(Trouble::Because(NO_TRACKER.to_owned()));
    }
    let filename = found.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let ending =
        extension_of(&filename).ok_or_else(|| Trouble::Because(refused(&Refusal::NotAVideo).to_owned()))?;
    // Before anything is fetched that there is no room for.
    drop(Single::new(app, who, Some(found.bytes)).await?);
    if settings.upload.file_bytes_max.0 < found.bytes {
        return Err(Trouble::Because(TOO_LARGE.to_owned()));
    }
    let invocation = peers(&trackers, &|peers| peers::fetch(peers, &path, ending));
    let bytes_max = found.bytes.saturating_add(metadata_bytes_max.saturating_mul(2));
    bench.run(work(invocation, bytes_max, peers::percent)).await?;
    let mut form = import.form.clone();
    form.name =
        form.name.or_else(|| title_of(&filename, *VIDEO_NAME_LENGTH.start(), *VIDEO_NAME_LENGTH.end()));
    keep_file(app, who, import, form, &filename, &peers::film(folder, ending)).await
}

/// Where the ladder has no height, what most screens have.
const LEAST_HEIGHT: u32 = 1080;

fn remove_folder(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A folder that goes when it is not needed any more; what a crash leaves the next start removes.
struct Scratch(std::path::PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove_folder(&self.0) {
            tracing::warn!(%error, "what is left of an import could not be removed");
        }
    }
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Trouble {
        Trouble::Because(error.to_string())
    }
}
