//! The command's side: the same act through a running instance or on a store at rest.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::explain::{NO_HOST, explain as in_words};
use super::socket::{LINE_BYTES_MAX, Reply, Request, ShortPath};
use crate::clock::Clock;
use crate::config::PublicUrl;
use crate::domain::account::{SetPasswordError, set_password};
use crate::files::layout::Layout;
use crate::store::{self, BackupError, Durability, Store, StoreError, verify_backup};

/// A text that a person reads.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The folder holds no instance.
    #[error("there is no instance in {}", .0.display())]
    NoInstance(PathBuf),
    /// The instance said no.
    #[error("{0}")]
    Refused(String),
    /// The instance could not be talked to.
    #[error("the running instance did not answer")]
    Talk(#[source] std::io::Error),
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such login.
    #[error(transparent)]
    Password(#[from] SetPasswordError),
    /// The file is there already.
    #[error("{} is there already; nothing was written", .0.display())]
    FileExists(PathBuf),
    /// The file could not be read or written.
    #[error("{} could not be read or written", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The backup is no good.
    #[error("{} cannot be used", path.display())]
    Backup {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: BackupError,
    },
    /// The folder for the restored instance is not empty.
    #[error("{} is not empty (it holds {found}); restore into a new folder", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// Something in it.
        found: String,
    },
}

/// Writes a backup of the instance in `layout` to `file`, which must not be there yet. Gives the number of rows.
///
/// # Errors
/// [`ActError`]. There is no file then.
pub fn back_up(layout: &Layout, file: &Path) -> Result<u64, ActError> {
    if file.exists() {
        return Err(ActError::FileExists(file.to_owned()));
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = write_backup(layout, &beside).and_then(|rows| {
        std::fs::rename(&beside, file).map_err(|source| ActError::File { path: file.to_owned(), source })?;
        Ok(rows)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}

fn write_backup(layout: &Layout, path: &Path) -> Result<u64, ActError> {
    let failed = |source| ActError::File { path: path.to_owned(), source };
    let unusable = |source| ActError::Backup { path: path.to_owned(), source };
    let access = Access::to(layout)?;
    let mut file = File::create(path).map_err(failed)?;
    match access {
        Access::Running(stream) => {
            let mut stream = talk(stream, &Request::Backup)?;
            std::io::copy(&mut stream, &mut file).map_err(failed)?;
        }
        Access::AtRest(store) => {
            store.back_up(BufWriter::new(&file)).map_err(unusable)?;
        }
    }
    file.sync_all().map_err(failed)?;
    // Read back from the disk: a backup nobody read is a hope.
    verify_backup(BufReader::new(File::open(path).map_err(failed)?)).map_err(unusable)
}

/// Makes an instance of a backup in `layout`, whose folder holds nothing but settings. Gives the number of rows.
///
/// # Errors
/// [`ActError`]. The folder is as it was then.
pub fn restore(layout: &Layout, file: &Path) -> Result<u64, ActError> {
    let data = layout.data();
    let failed = |source| ActError::File { path: data.to_owned(), source };
    let backup = File::open(file).map_err(|source| ActError::File { path: file.to_owned(), source })?;
    std::fs::create_dir_all(data).map_err(failed)?;
    for entry in std::fs::read_dir(data).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path != layout.config() {
            let found = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Err(ActError::NotEmpty { path: data.to_owned(), found });
        }
    }
    store::restore(&backup, &layout.store())
        .map_err(|source| ActError::Backup { path: file.to_owned(), source })
}

/// Tells what is between the instance in `layout`, whose address is `url` unless it runs and knows better, and another
/// server, by its host, a handle or an address.
///
/// # Errors
/// [`ActError`].
pub fn explain(layout: &Layout, url: &PublicUrl, about: &str) -> Result<String, ActError> {
    match Access::to(layout)? {
        Access::Running(stream) => {
            let answer = talk(stream, &Request::Explain { about: about.to_owned() })?;
            let mut text = String::new();
            answer.take(TEXT_BYTES_MAX).read_to_string(&mut text).map_err(ActError::Talk)?;
            Ok(text)
        }
        Access::AtRest(store) => {
            in_words(&store, url, about)?.ok_or_else(|| ActError::Refused(NO_HOST.to_owned()))
        }
    }
}

/// Gives a login another password, by its hash, and ends its sessions.
///
/// # Errors
/// [`ActError`].
pub fn reset_password(layout: &Layout, name: &str, hash: &str) -> Result<(), ActError> {
    match Access::to(layout)? {
        Access::Running(stream) => {
            let request = Request::ResetPassword { name: name.to_owned(), password: hash.to_owned() };
            talk(stream, &request).map(|_| ())
        }
        Access::AtRest(store) => {
            let now = Clock::default().now();
            store.write(Durability::Flushed, |write| set_password(write, now, name, hash))?;
            Ok(())
        }
    }
}

/// A way to an instance.
enum Access {
    /// It runs.
    Running(UnixStream),
    /// It does not, and meanwhile it cannot.
    AtRest(Store),
}

impl Access {
    fn to(layout: &Layout) -> Result<Access, ActError> {
        let socket = layout.socket();
        if let Ok(stream) = ShortPath::new(&socket).and_then(UnixStream::connect) {
            return Ok(Access::Running(stream));
        }
        if !layout.store().exists() {
            return Err(ActError::NoInstance(layout.data().to_owned()));
        }
        Ok(Access::AtRest(Store::open(&layout.store())?))
    }
}

/// Sends a request; what the reader gives next follows the reply.
fn talk(mut stream: UnixStream, request: &Request) -> Result<BufReader<UnixStream>, ActError> {
    let mut ask = || {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        stream.write_all(&line)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        reader.by_ref().take(LINE_BYTES_MAX).read_line(&mut line)?;
        Ok((reader, serde_json::from_str(&line)?))
    };
    match ask().map_err(ActError::Talk)? {
        (reader, Reply::Done) => Ok(reader),
        (_, Reply::Refused(why)) => Err(ActError::Refused(why)),
    }
}
