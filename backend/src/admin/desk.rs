//! The instance's side of the socket.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::UnixListener;

use super::explain::{NO_HOST, explain};
use super::socket::{LINE_BYTES_MAX, Reply, Request, ShortPath};
use crate::app::App;
use crate::domain::account::set_password;
use crate::files::disk::remove_if_there;
use crate::store::Durability;

/// The other side is a program on the same machine: a longer silence is a broken one.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// A person types one command; more at once are a mistake.
const COMMANDS_MAX: usize = 4;

/// Why the socket could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the socket {} could not be made", path.display())]
pub struct DeskError {
    path: PathBuf,
    #[source]
    source: std::io::Error,
}

/// Takes commands until the instance stops.
///
/// # Errors
/// [`DeskError`].
pub fn open_desk(app: &App) -> Result<(), DeskError> {
    let path = app.layout().socket();
    let listener = listen(&path).map_err(|source| DeskError { path: path.clone(), source })?;
    let (app, places) = (app.clone(), std::sync::Arc::new(tokio::sync::Semaphore::new(COMMANDS_MAX)));
    app.clone().spawn(async move {
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let taken = tokio::select! {
                taken = listener.accept() => taken,
                () = app.stopping().cancelled() => break,
            };
            let Ok((stream, _)) = taken else { continue };
            let app = app.clone();
            tokio::task::spawn_blocking(move || {
                let _place = place;
                let answered = stream.into_std().and_then(|stream| answer(&app, &stream));
                if let Err(error) = answered {
                    tracing::warn!(%error, "a command's connection broke");
                }
            });
        }
        // The next start would remove it too; a stopped instance should not look like a running one.
        let _ = std::fs::remove_file(&path);
    });
    Ok(())
}

fn listen(path: &PathBuf) -> std::io::Result<UnixListener> {
    // The store's lock is ours, so a socket that lies here is of a process that was killed.
    remove_if_there(path)?;
    let listener = UnixListener::bind(ShortPath::new(path)?)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn answer(app: &App, stream: &UnixStream) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.set_write_timeout(Some(SILENCE_MAX))?;
    let mut line = String::new();
    BufReader::new(stream.take(LINE_BYTES_MAX)).read_line(&mut line)?;
    match serde_json::from_str(&line) {
        Ok(Request::Backup) => {
            reply(stream, &Reply::Done)?;
            match app.store().back_up(BufWriter::new(stream)) {
                Ok(rows) => tracing::info!(rows, "a backup was made"),
                // The other side notices by itself that the backup has no end.
                Err(error) => tracing::error!(%error, "a backup was not finished"),
            }
            Ok(())
        }
        Ok(Request::Explain { about }) => match explain(app.store(), app.url(), &about) {
            Ok(Some(text)) => {
                reply(stream, &Reply::Done)?;
                let mut out = stream;
                out.write_all(text.as_bytes())
            }
            Ok(None) => reply(stream, &Reply::Refused(NO_HOST.to_owned())),
            Err(error) => reply(stream, &Reply::Refused(error.to_string())),
        },
        Ok(Request::ResetPassword { name, password }) => {
            let reset =
                app.write_here(Durability::Flushed, |write, now| set_password(write, now, &name, &password));
            match reset {
                Ok(user) => {
                    tracing::info!(user = user.0, "a password was reset");
                    reply(stream, &Reply::Done)
                }
                Err(error) => reply(stream, &Reply::Refused(error.to_string())),
            }
        }
        Err(_) => {
            reply(stream, &Reply::Refused("the running instance does not know this command".to_owned()))
        }
    }
}

fn reply(mut stream: &UnixStream, reply: &Reply) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(reply)?;
    line.push(b'\n');
    stream.write_all(&line)
}
