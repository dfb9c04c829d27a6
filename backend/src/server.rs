//! One running instance. Two of them fit in one process: there are no globals.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::admin::{DeskError, open_desk};
use crate::app::App;
use crate::bootstrap::{BootstrapError, bootstrap};
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::dice::Dice;
use crate::files::layout::Layout;
use crate::http::files::room::FileRoom;
use crate::http::front::front;
use crate::http::server::{bind, make_room, serve};
use crate::jobs::{self, RecoverError};
use crate::lines::Lines;
use crate::media::{Tools, ToolsError};
use crate::private::Private;
use crate::routes::routes;
use crate::seed::SeedError;
use crate::store::{Store, StoreError};
use crate::tracker::Tracker;
use crate::upkeep;
use crate::uploads::{self, UploadError};

/// Why an instance did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder could not be made.
    #[error("the folder {} could not be made", path.display())]
    Folder {
        /// Which one.
        path: std::path::PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The address could not be listened on.
    #[error("the address {address} could not be listened on")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Viewers could not find each other.
    #[error("the tracker could not be started")]
    Tracker(#[source] std::io::Error),
    /// It could not be a peer of its viewers.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// Commands could not reach it.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The instance could not be furnished.
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    /// Videos could not be made.
    #[error(transparent)]
    Tools(#[from] ToolsError),
    /// What a crash left could not be put in order.
    #[error("unfinished uploads could not be put in order")]
    Uploads(#[from] UploadError),
    /// What unfinished jobs left could not be put in order.
    #[error("unfinished jobs could not be put in order")]
    Jobs(#[from] RecoverError),
}

/// An instance.
pub struct Server;

/// An instance that answers. Dropping it stops it without waiting.
pub struct Running {
    /// Where it listens; the port is real even if the settings said 0.
    pub addr: SocketAddr,
    /// The address people type.
    pub url: PublicUrl,
    /// The administrator's password, if it was thrown at this start.
    pub new_password: Option<Private<String>>,
    app: App,
    /// None once it was seen to end.
    listening: Option<JoinHandle<std::io::Result<()>>>,
}

impl Server {
    /// Starts an instance and returns once it answers.
    ///
    /// # Errors
    /// [`StartError`], a sentence for whoever started it.
    pub async fn start(config: Config) -> Result<Running, StartError> {
        Server::start_with(config, Lines::default()).await
    }

    /// As [`Server::start`], with the lines of the log that administrators read.
    ///
    /// # Errors
    /// [`StartError`], a sentence for whoever started it.
    pub async fn start_with(config: Config, lines: Lines) -> Result<Running, StartError> {
        let address = config.server.listen;
        let listener = bind(address).map_err(|source| StartError::Listen { address, source })?;
        let addr = listener.local_addr().map_err(|source| StartError::Listen { address, source })?;
        let url = config.server.url.clone().unwrap_or_else(|| PublicUrl::of_listener(addr));
        let opening = tokio::task::spawn_blocking({
            let url = url.clone();
            move || open(config, url, lines)
        });
        let (app, new_password) = match opening.await {
            Ok(opened) => opened?,
            Err(failed) => std::panic::resume_unwind(failed.into_panic()),
        };
        open_desk(&app)?;
        make_room(app.config().tracker.sockets_max);
        app.start_tracker().map_err(StartError::Tracker)?;
        app.start_seed()?;
        jobs::start(&app);
        upkeep::start(&app);
        let front = front(routes(&app), Dice);
        let room = Arc::new(FileRoom::new(app.clone()));
        let stop = app.stopping().clone().cancelled_owned();
        let proxies = app.config().server.trusted_proxies.clone();
        let listening = Some(tokio::spawn(serve(listener, proxies, room, front, stop)));
        Ok(Running { addr, url, new_password, app, listening })
    }
}

/// The part of a start that touches the disk.
fn open(config: Config, url: PublicUrl, lines: Lines) -> Result<(App, Option<Private<String>>), StartError> {
    let layout = Layout::new(&config.data);
    for path in std::iter::once(layout.data().to_owned()).chain(layout.folders()) {
        std::fs::create_dir_all(&path).map_err(|source| StartError::Folder { path, source })?;
    }
    Tools::new(&config, &Clock::default()).check(&CancellationToken::new())?;
    let store = Store::open(&layout.store())?;
    let tracker = Tracker::new(config.tracker.sockets_max).map_err(StartError::Tracker)?;
    let app = App::new(config, url, store, tracker, lines)?;
    let new_password = bootstrap(&app)?;
    uploads::tidy_at_start(&app)?;
    jobs::recover(&app)?;
    Ok((app, new_password))
}

impl Running {
    /// The instance from inside, for tests and tools in the same process.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns when connections can no longer be taken, with the reason. As long as all is well it does not return.
    pub async fn failed(&mut self) -> std::io::Error {
        match self.listening_ended().await {
            Some(Ok(Err(error))) => error,
            Some(Err(panicked)) => std::io::Error::other(panicked),
            // It was told to stop.
            Some(Ok(Ok(()))) | None => std::future::pending().await,
        }
    }

    async fn listening_ended(&mut self) -> Option<Result<std::io::Result<()>, JoinError>> {
        let ended = self.listening.as_mut()?.await;
        self.listening = None;
        Some(ended)
    }

    /// Stops: takes no new connections, lets answers under way finish for a few seconds, and ends when all that was
    /// committed is on the disk.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails.
    pub async fn stop(mut self) -> Result<(), StoreError> {
        self.app.stopping().cancel();
        if let Some(Ok(Err(error))) = self.listening_ended().await {
            tracing::error!(%error, "connections could not be served");
        }
        self.app.stop_tasks().await;
        self.app.read(|store| store.flush()).await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.app.stopping().cancel();
    }
}
