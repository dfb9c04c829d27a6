//! The socket's address and its two sides' words.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// One line of JSON from the command.
#[derive(Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "kebab-case")]
pub(super) enum Request {
    /// Send a backup. The answer's line is followed by the backup itself.
    Backup,
    /// Tell what is between this instance and another server. The answer's line is followed by the text.
    Explain {
        /// A host, or an address.
        about: String,
    },
    /// Give a login another password and end its sessions.
    ResetPassword {
        /// Login name or e-mail address.
        name: String,
        /// argon2id, in PHC form: the password itself stays where it was typed.
        password: String,
    },
}

/// One line of JSON from the instance.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reply {
    /// It is done, or follows.
    Done,
    /// It is not done, for this reason.
    Refused(String),
}

/// A line is a name and a hash.
pub(super) const LINE_BYTES_MAX: u64 = 8 * 1024;

/// A path to a socket in a folder, short enough for the system: a socket's path has 107 bytes at most, a folder's does
/// not.
pub(super) struct ShortPath {
    path: PathBuf,
    /// Keeps the short path true.
    _folder: Option<File>,
}

const PATH_BYTES_MAX: usize = 100;

impl ShortPath {
    pub(super) fn new(socket: &Path) -> std::io::Result<ShortPath> {
        if socket.as_os_str().len() <= PATH_BYTES_MAX {
            return Ok(ShortPath { path: socket.to_owned(), _folder: None });
        }
        let folder = File::open(socket.parent().unwrap_or(Path::new(".")))?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", folder.as_raw_fd()));
        Ok(ShortPath { path: path.join(socket.file_name().unwrap_or_default()), _folder: Some(folder) })
    }
}

impl AsRef<Path> for ShortPath {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}
