//! One import after the other, from its turn to its end.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use shared::api::{ImportFault, NewVideo};
use shared::limits::VIDEO_NAME_LENGTH;
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

use super::bench::{Bench, Work};
use super::fetch::{self, Found, title_of};
use super::guard::Guard;
use super::peers::{self, Peers};
use super::program::{self, Length, Programs};
use super::reason::{Trouble, of_refusal, of_torrent, plain, quoted};
use crate::app::App;
use crate::domain::import::torrent::{self, METADATA_BYTES_MAX, Magnet};
use crate::domain::import::{self, Reason};
use crate::domain::upload::extension_of;
use crate::domain::viewer::Person;
use crate::media::run::Invocation;
use crate::store::records::{Attempt, Import, ImportSource};
use crate::store::tables::{ImportPicturesKey, ImportTorrentKey, UserKey};
use crate::store::{Durability, Read, StoreError};
use crate::uploads::{self, CutPictures, Single};

/// Rings may be missed, and what is due after a restart rings nobody.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// What two kinds of sizes differ by: an estimate from a bitrate may be twice what comes.
const ESTIMATE_FACTOR: u64 = 2;

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
            app.imports().begin(import.attempt(), stop.clone());
            Some((import, stop))
        }
        Err(error) => {
            tracing::error!(%error, "imports could not be read");
            None
        }
    }
}

async fn work(app: App, (import, stop): (Import, CancellationToken)) {
    let attempt = import.attempt();
    let duration = Duration::from_secs(u64::from(app.config().import.time_max));
    let fetching = tokio::time::timeout(duration, fetch_video(&app, import, &stop));
    let outcome = tokio::select! {
        outcome = fetching => outcome
            .unwrap_or_else(|_| Err(ImportFault::TooSlow.into())),
        () = stop.cancelled() => Err(Trouble::BrokenOff),
    };
    // What still runs on its behalf ends, too.
    stop.cancel();
    app.imports().end(attempt);
    let noted = match outcome {
        // Its end was noted with the video.
        Ok(()) => Ok(()),
        Err(Trouble::Because(reason)) => {
            tracing::info!(import = %attempt.import, reason = reason.text, "an import failed");
            app.write(Durability::Flushed, move |write, now| import::fail(write, now, attempt, &reason)).await
        }
        Err(Trouble::BrokenOff) => {
            app.write(Durability::Flushed, move |write, _| import::put_back(write, attempt)).await
        }
    };
    // There may be room for what a channel elsewhere published.
    app.syncs().wake();
    if let Err(error) = noted {
        // It is on its way still, as far as the store knows, and waits again after the next start.
        tracing::error!(%error, "the end of an import could not be noted");
    }
}

async fn fetch_video(app: &App, import: Import, stop: &CancellationToken) -> Result<(), Trouble> {
    let (attempt, user) = (import.attempt(), import.user);
    let known = app.read(move |store| -> Result<_, StoreError> {
        Ok((import::underway(store, attempt)?, store.get(&UserKey { user })?))
    });
    let (present, user) = known.await?;
    // Called off before it could be told so.
    if present.is_none() {
        return Err(Trouble::BrokenOff);
    }
    let user = user.filter(|user| user.blocked.is_none());
    let user = user.ok_or(ImportFault::NoAccount)?;
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
        Err(error) => Err(error.into()),
    }
}

fn guard(app: &App) -> Result<Guard, Trouble> {
    Guard::of(app).map_err(|error| {
        tracing::error!(%error, "TLS could not be set up");
        ImportFault::NoCare.into()
    })
}

/// Makes a video of bytes that come, of which a name is known and perhaps their number.
async fn keep<E>(
    app: &App,
    who: Person,
    import: &Import,
    form: NewVideo,
    (filename, bytes): (&str, Option<u64>),
    body: impl Stream<Item = Result<Bytes, E>>,
) -> Result<(), Trouble>
where
    Trouble: From<E>,
{
    let (bytes_max, refusal) = uploads::room_for(app, who, import.channel).await?;
    if bytes.is_some_and(|bytes| bytes_max < bytes) {
        return Err(Trouble::Because(of_refusal(&refusal)));
    }
    let attempt = import.attempt();
    let mut single = Single::new(app, who, bytes).await?.for_import(attempt);
    let mut arrived = 0u64;
    let failed = Arc::new(Mutex::new(None::<Trouble>));
    let why = failed.clone();
    let note = move |trouble: Trouble| *why.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
    let counted = body.map(move |piece| {
        let piece = piece.map_err(|error| note(error.into()))?;
        arrived = arrived.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if bytes_max < arrived {
            note(Trouble::Because(of_refusal(&refusal)));
            return Err(());
        }
        if let Some(percent) = bytes.and_then(|all| (arrived.saturating_mul(100)).checked_div(all)) {
            app.imports().report(attempt, u8::try_from(percent.min(100)).unwrap_or(100));
        }
        Ok(piece)
    });
    let received = single.receive(filename, counted).await;
    if let Err(error) = received {
        single.abandon().await;
        // The line broke, not the server.
        let why = failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        return Err(why.unwrap_or_else(|| error.into()));
    }
    let mut form = form;
    form.name = form.name.or_else(|| Some(name_of(&import.source)));
    form.channel_id = Some(import.channel);
    single.finish(form, pictures(app, import).await?).await?;
    Ok(())
}

/// The pictures that were sent with an import.
async fn pictures(app: &App, import: &Import) -> Result<CutPictures, StoreError> {
    let key = ImportPicturesKey { import: import.id };
    let sent = app.read(move |store| store.get(&key)).await?.unwrap_or_default();
    let jpeg = |text: Option<String>| text.and_then(|text| STANDARD.decode(text).ok());
    Ok(CutPictures { thumbnail: jpeg(sent.thumbnail), preview: jpeg(sent.preview) })
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

/// The folder of one beginning of an import: one that was called off may still be at work in its own.
fn folder_name(attempt: Attempt) -> String {
    format!("import-{}-{}", attempt.import, attempt.begun)
}

/// Has the program that knows pages take the film, then keeps that.
async fn take_from_page(
    app: &App,
    who: Person,
    import: &Import,
    url: &str,
    guard: Guard,
    stop: &CancellationToken,
) -> Result<(), Trouble> {
    let settings = app.config();
    let program = settings.import.yt_dlp.as_ref().ok_or(ImportFault::FilesOnly)?;
    let bench = Bench::open(app, &folder_name(import.attempt()), guard, stop).await?;
    let heights = settings.transcoding.heights.iter().map(|height| height.0);
    let room = room_for_page(app, who, import).await?;
    let programs = Programs {
        program,
        ffmpeg: &settings.transcoding.ffmpeg,
        proxy: &bench.door(),
        folder: bench.folder(),
        height_max: heights.max().unwrap_or(0).max(LEAST_HEIGHT),
        bytes_max: room.0,
    };
    let work = Work {
        name: "program that reads pages",
        missing: ImportFault::PagesProgramMissing,
        invocation: program::invocation(&programs, url),
        reason: |complaint| {
            let words = program::reason(complaint);
            quoted(ImportFault::PageSays, words.clone(), words)
        },
    };
    bench.run(work, watch(app, import.attempt(), room)).await?;
    let folder = bench.folder().to_owned();
    let found = app
        .blocking(move |_| Ok::<_, std::io::Error>((program::film(&folder)?, program::told(&folder))))
        .await;
    let (film, told) = found?;
    let (path, filename) = film.ok_or(ImportFault::NoFilm)?;
    let mut form = import.form.clone();
    told.complete(&mut form);
    keep_file(app, who, import, form, &filename, &path).await
}

/// How long the film of a page may be, and why not longer. Pictures, sound and what is put together of them lie on the
/// disk at once, and others need room meanwhile.
async fn room_for_page(app: &App, who: Person, import: &Import) -> Result<(u64, Reason), Trouble> {
    let (bytes_max, refusal) = uploads::room_for(app, who, import.channel).await?;
    let reason = of_refusal(&refusal);
    // Before anything is fetched that there is no room for.
    if bytes_max == 0 {
        return Err(Trouble::Because(reason));
    }
    let data = app.layout().data().to_owned();
    let free = app.blocking(move |_| crate::files::disk::bytes_free(&data)).await?;
    Ok(if free / 4 < bytes_max { (free / 4, plain(ImportFault::DiskFull)) } else { (bytes_max, reason) })
}

/// Reports how far the film of a page is, and ends what would bring more than there is room for: as soon as the page tells
/// its length, or once that much has come.
fn watch(
    app: &App,
    attempt: Attempt,
    (bytes_max, reason): (u64, Reason),
) -> impl FnMut(&[u8], &Path) -> Option<Reason> + Send + 'static {
    let app = app.clone();
    move |said, folder| {
        if let Some(percent) = program::percent(said) {
            app.imports().report(attempt, percent);
        }
        let is_told = match program::length(said) {
            Some(Length::Exactly(bytes)) => bytes_max < bytes,
            Some(Length::About(bytes)) => bytes_max.saturating_mul(ESTIMATE_FACTOR) < bytes,
            None => false,
        };
        let is_there = bytes_max < program::bytes_taken(folder);
        (is_told || is_there).then(|| reason.clone())
    }
}

async fn keep_file(
    app: &App,
    who: Person,
    import: &Import,
    form: NewVideo,
    filename: &str,
    path: &Path,
) -> Result<(), Trouble> {
    let file = tokio::fs::File::open(path).await?;
    let bytes = file.metadata().await?.len();
    keep(app, who, import, form, (filename, Some(bytes)), ReaderStream::new(file)).await
}

/// Has the program that knows peers fetch the one file of a torrent, then keeps that.
async fn take_from_peers(
    app: &App,
    who: Person,
    import: &Import,
    guard: Guard,
    stop: &CancellationToken,
) -> Result<(), Trouble> {
    let settings = app.config();
    let guard = guard.for_trackers();
    let bench = Bench::open(app, &folder_name(import.attempt()), guard.clone(), stop).await?;
    let (folder, proxy) = (bench.folder(), bench.door());
    let peers = |trackers: &[String], make: &dyn Fn(&Peers<'_>) -> Invocation| {
        make(&Peers { program: &settings.import.aria2c, proxy: &proxy, folder, trackers })
    };
    let work = |invocation: Invocation| Work {
        name: "program that fetches torrents",
        missing: ImportFault::TorrentsProgramMissing,
        invocation,
        reason: |_| plain(ImportFault::NoPeer),
    };
    // What a torrent says of its length need not be true.
    let bounded = |bytes_max: u64| {
        let (app, attempt) = (app.clone(), import.attempt());
        move |said: &[u8], folder: &Path| {
            if let Some(percent) = peers::percent(said) {
                app.imports().report(attempt, percent);
            }
            (bytes_max < bytes_in(folder)).then(|| plain(ImportFault::TooLarge))
        }
    };
    let metadata_bytes_max = u64::try_from(METADATA_BYTES_MAX).unwrap_or(u64::MAX);
    let (path, asked) = match &import.source {
        ImportSource::Magnet(text) => {
            let magnet = Magnet::read(text);
            let magnet = magnet.ok_or(ImportFault::MagnetUnreadable)?;
            let trackers = guard.trackers(&magnet.trackers).await;
            if trackers.is_empty() {
                return Err(ImportFault::NoTracker.into());
            }
            let invocation = peers(&trackers, &|peers| peers::ask(peers, &magnet.bare()));
            bench.run(work(invocation), bounded(metadata_bytes_max)).await?;
            (folder.join(format!("{}.torrent", magnet.hash)), Some(trackers))
        }
        ImportSource::Address(_) | ImportSource::Torrent(_) => {
            let id = import.id;
            let sent = app.read(move |store| store.get(&ImportTorrentKey { import: id })).await?;
            let bytes = sent.and_then(|sent| STANDARD.decode(sent.base64).ok());
            let bytes = bytes.ok_or(ImportFault::TorrentGone)?;
            let path = folder.join("sent.torrent");
            tokio::fs::write(&path, bytes).await?;
            (path, None)
        }
    };
    let bytes = tokio::fs::read(&path).await?;
    let found = torrent::read(&bytes).map_err(|error| Trouble::Because(of_torrent(&error)))?;
    let trackers = match asked {
        Some(trackers) => trackers,
        None => guard.trackers(&found.trackers).await,
    };
    if trackers.is_empty() && !found.has_web_seeds {
        return Err(ImportFault::NoTracker.into());
    }
    let filename = found.name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let ending = extension_of(&filename).ok_or(ImportFault::NotAVideo)?;
    // Before anything is fetched that there is no room for.
    let (room, refusal) = uploads::room_for(app, who, import.channel).await?;
    if room < found.bytes {
        return Err(Trouble::Because(of_refusal(&refusal)));
    }
    let invocation = peers(&trackers, &|peers| peers::fetch(peers, &path, ending));
    let bytes_max = found.bytes.saturating_add(metadata_bytes_max.saturating_mul(2));
    bench.run(work(invocation), bounded(bytes_max)).await?;
    let mut form = import.form.clone();
    form.name =
        form.name.or_else(|| title_of(&filename, *VIDEO_NAME_LENGTH.start(), *VIDEO_NAME_LENGTH.end()));
    keep_file(app, who, import, form, &filename, &peers::film(folder, ending)).await
}

/// Where the ladder has no height, what most screens have.
const LEAST_HEIGHT: u32 = 1080;

/// What lies in a folder, without the folders in it. What cannot be read now is looked at again in a moment.
fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| file.metadata().ok()).map(|file| file.len()).fold(0, u64::saturating_add)
}
