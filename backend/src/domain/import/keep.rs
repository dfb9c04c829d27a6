//! What is kept of an import, from the wish to its end.

use std::collections::BTreeSet;

use shared::api::{ImportFault, NewVideo};
use shared::id::{AccountId, ChannelId, ImportId, SyncId, UserId, VideoId};
use shared::time::Timestamp;

use crate::domain::event::Event;
use crate::domain::makers::Makers;
use crate::domain::right::Right;
use crate::domain::sync;
use crate::domain::video::edit::{EditError, managed_channel};
use crate::domain::viewer::Person;
use crate::store::records::{Attempt, Import, ImportSource, ImportState, SentPictures, SentTorrent};
use crate::store::tables::{
    AccountKey, ImportKey, ImportPicturesKey, ImportTorrentKey, ImportsOf, OpenImportKey, UserImportKey,
};
use crate::store::{Read, StoreError, Write};

/// Imports of one person that wait or are on their way: an evening's work of one machine.
pub const OPEN_PER_USER_MAX: usize = 50;
/// Imports that are remembered of one person; beyond it the oldest that is over is forgotten.
pub const KEPT_PER_USER_MAX: usize = 500;
/// Imports of one person that are over and may be tried again with the torrent and the pictures that were sent: fifteen
/// megabytes. Beyond it what was sent with those that ended first is let go.
pub const TORRENTS_KEPT_MAX: usize = 50;
/// Letters of a reason: a few lines.
const REASON_LENGTH_MAX: usize = 1000;

/// Why an import was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is no such import, or no more.
    #[error("there is no such import")]
    NoSuchImport,
    /// It is somebody else's.
    #[error("the import is somebody else's")]
    NotYours,
    /// It is over.
    #[error("the import is over")]
    Over,
    /// It is not over.
    #[error("the import is not over")]
    NotOver,
    /// As many wait as may.
    #[error("at most {OPEN_PER_USER_MAX} imports wait")]
    TooMany,
    /// The channel is not theirs.
    #[error(transparent)]
    Channel(#[from] EditError),
    /// The store failed.
    #[error("the import could not be read or written")]
    Store(#[from] StoreError),
}

/// Why no video came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason {
    /// As a word.
    pub fault: ImportFault,
    /// What the word is about: a host, a status, what a program said.
    pub about: Option<String>,
    /// As a sentence in English.
    pub text: String,
}

/// Takes the reason of an earlier try.
fn forgive(import: &mut Import) {
    (import.error, import.fault, import.about) = (None, None, None);
}

/// From where a video is wanted.
pub struct Wanted {
    /// The address, or what stands for it.
    pub source: ImportSource,
    /// The torrent, where one was sent.
    pub torrent: Option<SentTorrent>,
    /// The video's pictures, where some were sent.
    pub pictures: SentPictures,
    /// The synchronisation that asks for it.
    pub sync: Option<SyncId>,
}

/// Notes that somebody wants a video from elsewhere. What is wanted was found to be fit.
///
/// # Errors
/// [`ImportError`].
pub fn ask(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    form: NewVideo,
    wanted: Wanted,
) -> Result<Import, ImportError> {
    let channel = form.channel_id.unwrap_or(ChannelId(0));
    managed_channel(write, channel, who.account)?;
    let known = list(write, who.user)?;
    if OPEN_PER_USER_MAX <= known.iter().filter(|import| import.state.is_open()).count() {
        return Err(ImportError::TooMany);
    }
    if KEPT_PER_USER_MAX <= known.len()
        && let Some(oldest) = known.iter().find(|import| !import.state.is_open())
    {
        forget(write, oldest);
    }
    let id = ImportId(write.next_number("imports")?);
    let import = Import {
        id,
        user: who.user,
        channel,
        source: wanted.source,
        form,
        sync: wanted.sync,
        state: ImportState::Waiting,
        error: None,
        fault: None,
        about: None,
        attempts: 0,
        begun: 0,
        has_sent: wanted.torrent.is_some() || !wanted.pictures.is_empty(),
        video: None,
        created_at: now,
        updated_at: now,
    };
    write.insert(&UserImportKey { user: who.user, import: id }, &())?;
    if let Some(torrent) = &wanted.torrent {
        write.insert(&ImportTorrentKey { import: id }, torrent)?;
    }
    if !wanted.pictures.is_empty() {
        write.insert(&ImportPicturesKey { import: id }, &wanted.pictures)?;
    }
    put(write, &import)?;
    Ok(import)
}

fn put(write: &mut Write<'_>, import: &Import) -> Result<(), StoreError> {
    let open = OpenImportKey { import: import.id };
    if import.state.is_open() {
        write.insert(&open, &())?;
    } else {
        write.remove(&open);
    }
    write.insert(&ImportKey { import: import.id }, import)
}

/// Takes what was sent with an import.
fn drop_sent(write: &mut Write<'_>, import: &mut Import) {
    write.remove(&ImportTorrentKey { import: import.id });
    write.remove(&ImportPicturesKey { import: import.id });
    import.has_sent = false;
}

/// Lets go what was sent with the imports of a login that ended first, beyond those that may keep it.
fn keep_few_sent(write: &mut Write<'_>, user: UserId) -> Result<(), StoreError> {
    let mut ended = list(write, user)?;
    ended.retain(|import| import.has_sent && !import.state.is_open());
    ended.sort_by_key(|import| import.updated_at);
    let surplus = ended.len().saturating_sub(TORRENTS_KEPT_MAX);
    for mut import in ended.into_iter().take(surplus) {
        drop_sent(write, &mut import);
        put(write, &import)?;
    }
    Ok(())
}

fn forget(write: &mut Write<'_>, import: &Import) {
    write.remove(&OpenImportKey { import: import.id });
    write.remove(&UserImportKey { user: import.user, import: import.id });
    write.remove(&ImportTorrentKey { import: import.id });
    write.remove(&ImportPicturesKey { import: import.id });
    write.remove(&ImportKey { import: import.id });
}

/// All that is remembered of somebody's imports, first asked first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(read: &impl Read, user: UserId) -> Result<Vec<Import>, StoreError> {
    let mut found = Vec::new();
    for row in read.scan(&ImportsOf(user)) {
        let (key, ()) = row?;
        found.extend(read.get(&ImportKey { import: key.import })?);
    }
    Ok(found)
}

/// What somebody imports, and what others import into these channels, each with those who publish there; first asked first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list_with_channels(
    read: &impl Read,
    user: UserId,
    channels: &[(ChannelId, Makers)],
) -> Result<Vec<Import>, StoreError> {
    let mut found = list(read, user)?;
    let makers = channels.iter().flat_map(|(_, makers)| makers.editors().iter().chain([&makers.owner]));
    let accounts: BTreeSet<AccountId> = makers.copied().collect();
    for account in accounts {
        let other = read.get(&AccountKey { account })?.and_then(|account| account.user);
        let Some(other) = other.filter(|other| *other != user) else { continue };
        let theirs = list(read, other)?.into_iter();
        found.extend(theirs.filter(|import| channels.iter().any(|(channel, _)| *channel == import.channel)));
    }
    found.sort_by_key(|import| import.id);
    Ok(found)
}

/// The import whose turn it is: the first asked of those that may be fetched.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn waiting(
    read: &impl Read,
    may: impl Fn(&ImportSource) -> bool,
) -> Result<Option<ImportId>, StoreError> {
    for row in read.table::<OpenImportKey>() {
        let (key, ()) = row?;
        let import = read.get(&ImportKey { import: key.import })?;
        if import.is_some_and(|import| import.state == ImportState::Waiting && may(&import.source)) {
            return Ok(Some(key.import));
        }
    }
    Ok(None)
}

/// Lets those wait again that were on their way when the server stopped.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn recover(write: &mut Write<'_>) -> Result<(), StoreError> {
    let open: Vec<ImportId> = write
        .table::<OpenImportKey>()
        .map(|row| row.map(|(key, ())| key.import))
        .collect::<Result<_, _>>()?;
    for id in open {
        if let Some(mut import) = write.get(&ImportKey { import: id })?
            && import.state == ImportState::Running
        {
            import.state = ImportState::Waiting;
            put(write, &import)?;
        }
    }
    Ok(())
}

/// Takes an import whose turn it is; none where it is not its turn any more.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn begin(write: &mut Write<'_>, now: Timestamp, id: ImportId) -> Result<Option<Import>, StoreError> {
    let found = write.get(&ImportKey { import: id })?;
    let Some(mut import) = found.filter(|import| import.state == ImportState::Waiting) else {
        return Ok(None);
    };
    import.state = ImportState::Running;
    import.attempts = import.attempts.saturating_add(1);
    import.begun = import.begun.saturating_add(1);
    import.updated_at = now;
    put(write, &import)?;
    Ok(Some(import))
}

/// The import as it is on its way by this beginning; none where it was called off or begun anew.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn underway(read: &impl Read, attempt: Attempt) -> Result<Option<Import>, StoreError> {
    let found = read.get(&ImportKey { import: attempt.import })?;
    Ok(found.filter(|import| import.state == ImportState::Running && import.begun == attempt.begun))
}

/// Notes the video that came of an import, in the unit of work that makes the video. Gives whether it is wanted still.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn arrive(
    write: &mut Write<'_>,
    now: Timestamp,
    attempt: Attempt,
    video: VideoId,
) -> Result<bool, StoreError> {
    let Some(mut import) = underway(write, attempt)? else { return Ok(false) };
    (import.state, import.video) = (ImportState::Done, Some(video));
    forgive(&mut import);
    import.updated_at = now;
    // Nobody tries it again.
    drop_sent(write, &mut import);
    put(write, &import)?;
    if let ImportSource::Address(url) = &import.source {
        sync::note_imported(write, import.channel, url)?;
    }
    write.note(Event::ImportEnded(import.id));
    Ok(true)
}

/// Notes why no video comes of an import. Nothing where it is not on its way by this beginning any more.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn fail(
    write: &mut Write<'_>,
    now: Timestamp,
    attempt: Attempt,
    reason: &Reason,
) -> Result<(), StoreError> {
    let Some(mut import) = underway(write, attempt)? else { return Ok(()) };
    write.use_reserve();
    import.state = ImportState::Failed;
    import.updated_at = now;
    let cut = |text: &String| text.chars().take(REASON_LENGTH_MAX).collect::<String>();
    (import.error, import.fault) = (Some(cut(&reason.text)), Some(reason.fault));
    import.about = reason.about.as_ref().map(cut);
    put(write, &import)?;
    keep_few_sent(write, import.user)?;
    if let Some(sync) = import.sync {
        sync::note_failed(write, sync)?;
    }
    write.note(Event::ImportEnded(import.id));
    Ok(())
}

/// Lets an import wait again that the stop of the server broke off: no try of its own.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn put_back(write: &mut Write<'_>, attempt: Attempt) -> Result<(), StoreError> {
    let Some(mut import) = underway(write, attempt)? else { return Ok(()) };
    write.use_reserve();
    import.state = ImportState::Waiting;
    import.attempts = import.attempts.saturating_sub(1);
    put(write, &import)
}

/// The import, for whoever may change it.
fn own(read: &impl Read, who: &Person, id: ImportId) -> Result<Import, ImportError> {
    let import = read.get(&ImportKey { import: id })?.ok_or(ImportError::NoSuchImport)?;
    let may = import.user == who.user || who.has(Right::ManageVideoImports);
    if may { Ok(import) } else { Err(ImportError::NotYours) }
}

/// Calls an import off. Gives the beginning that is to end with it.
///
/// # Errors
/// [`ImportError::Over`] for one that is over.
pub fn cancel(
    write: &mut Write<'_>,
    now: Timestamp,
    who: &Person,
    id: ImportId,
) -> Result<Attempt, ImportError> {
    let mut import = own(write, who, id)?;
    if !import.state.is_open() {
        return Err(ImportError::Over);
    }
    write.use_reserve();
    import.state = ImportState::Cancelled;
    import.updated_at = now;
    put(write, &import)?;
    keep_few_sent(write, import.user)?;
    Ok(import.attempt())
}

/// Has an import tried again that failed or was called off.
///
/// # Errors
/// [`ImportError::NotOver`] for one that goes on by itself, [`ImportError::Over`] for one of which a video came.
pub fn retry(write: &mut Write<'_>, now: Timestamp, who: &Person, id: ImportId) -> Result<(), ImportError> {
    let mut import = own(write, who, id)?;
    match import.state {
        ImportState::Failed | ImportState::Cancelled => {}
        ImportState::Waiting | ImportState::Running => return Err(ImportError::NotOver),
        ImportState::Done => return Err(ImportError::Over),
    }
    let open = list(write, import.user)?.iter().filter(|import| import.state.is_open()).count();
    if OPEN_PER_USER_MAX <= open {
        return Err(ImportError::TooMany);
    }
    (import.state, import.updated_at) = (ImportState::Waiting, now);
    forgive(&mut import);
    Ok(put(write, &import)?)
}

/// Forgets an import; the video that came of it stays.
///
/// # Errors
/// [`ImportError::NotOver`] for one that is not over.
pub fn remove(write: &mut Write<'_>, who: &Person, id: ImportId) -> Result<(), ImportError> {
    let import = own(write, who, id)?;
    if import.state.is_open() {
        return Err(ImportError::NotOver);
    }
    write.use_reserve();
    forget(write, &import);
    Ok(())
}

/// Forgets some of the imports of a login that is gone. Gives how many.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_user(write: &mut Write<'_>, user: UserId, rows_max: usize) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&ImportsOf(user)).take(rows_max).collect::<Result<_, _>>()?;
    for (key, ()) in &rows {
        write.remove(&OpenImportKey { import: key.import });
        write.remove(&ImportKey { import: key.import });
        write.remove(&ImportTorrentKey { import: key.import });
        write.remove(&ImportPicturesKey { import: key.import });
        write.remove(key);
    }
    Ok(rows.len())
}
