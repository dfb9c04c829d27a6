//! The handles rooms are given: settings, store, paths, clock, dice, and the ways to read, write and work on.
//!
//! Owns the rule that the store is touched where blocking is allowed, and that what happened in a unit of work becomes
//! jobs in the same batch. Never decides anything. Cheap to clone.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use shared::id::AccountId;
use shared::time::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::bells::Bells;
use crate::catalogue::Catalogue;
use crate::clock::Clock;
use crate::config::{Config, PublicUrl};
use crate::copies::Copies;
use crate::dice::Dice;
use crate::directory::Directory;
use crate::domain::federation::tell::Here;
use crate::domain::file_token::FileTokens;
use crate::domain::notification::Around;
use crate::domain::pace::Pace;
use crate::domain::proof::Proofs;
use crate::domain::secret;
use crate::domain::seeder_token::SeederTokens;
use crate::domain::session::AddressBlock;
use crate::fanout::{self, Larder};
use crate::federation::arrivals::Arrivals;
use crate::federation::deliver::Deliveries;
use crate::federation::fetch;
use crate::federation::find::Flights;
use crate::federation::mirror::Mirrors;
use crate::federation::repair::Repairs;
use crate::files::layout::Layout;
use crate::histories::Histories;
use crate::http::assets::Assets;
use crate::http::files::films::Films;
use crate::imports::{Imports, Syncs};
use crate::jobs::Board;
use crate::keys::Keys;
use crate::lines::Lines;
use crate::lists::Lists;
use crate::logins::Logins;
use crate::mutes::Mutes;
use crate::playback::Playback;
use crate::playlists::Playlists;
use crate::search::{Hearing, Search};
use crate::seed::{self, Port, SeedError};
use crate::sharing::Sharing;
use crate::site::{Present, Site};
use crate::store::tables::{MailKey, RepairDueKey, ServerDueKey};
use crate::store::{Durability, Store, StoreError, Write};
use crate::tracker::{Settings as TrackerSettings, Tracker};
use crate::uploads::Uploads;
use crate::watching::Watching;

/// Units of work are memory-speed; whatever is slower belongs before them, since every writer waits meanwhile.
const WORK_DURATION_MAX: Duration = Duration::from_millis(250);

/// Comments one account may make in [`COMMENTS_WINDOW`]: one every ten seconds, which is as fast as people talk.
const COMMENTS_MAX: u32 = 30;
const COMMENTS_WINDOW: Duration = Duration::from_secs(5 * 60);
/// Reports one account may make in [`REPORTS_WINDOW`], and messages about them: each is read by every moderator.
const REPORTS_MAX: u32 = 20;
const REPORTS_WINDOW: Duration = Duration::from_secs(10 * 60);
/// Failures one address may tell of in [`CLIENT_LOGS_WINDOW`]: a page that fails all the time says nothing new.
const CLIENT_LOGS_MAX: u32 = 10;
const CLIENT_LOGS_WINDOW: Duration = Duration::from_secs(10 * 60);
/// Reports of players at one address in [`PLAYBACKS_WINDOW`]: a classroom, each of whose players reports every fifteen
/// seconds.
const PLAYBACKS_MAX: u32 = 2000;
const PLAYBACKS_WINDOW: Duration = Duration::from_secs(10 * 60);

/// Questions that go to a search index, or to a list that one would subscribe to, from one address in
/// [`ELSEWHERE_WINDOW`]: a classroom that types, and no load for somebody else's machine.
const ELSEWHERE_MAX: u32 = 120;
const ELSEWHERE_WINDOW: Duration = Duration::from_secs(60);

/// Channels and lists of videos that one account makes in [`NAMES_WINDOW`]: each leaves a row for ever, also when it goes
/// at once, so that nobody is ever told that it never was.
const NAMES_MAX: u32 = 1_000;
const NAMES_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);
/// Documents that one address reads in [`DOCUMENTS_WINDOW`]: a server that takes in a channel reads some dozen a second, and
/// that for minutes.
const DOCUMENTS_MAX: u32 = 1_500;
const DOCUMENTS_WINDOW: Duration = Duration::from_secs(60);

/// One instance, as its rooms see it.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    site: Site,
    url: PublicUrl,
    layout: Layout,
    store: Store,
    catalogue: Catalogue,
    directory: Directory,
    playlists: Playlists,
    search: Search,
    hearing: Hearing,
    clock: Clock,
    dice: Dice,
    logins: Logins,
    file_tokens: FileTokens,
    seeder_tokens: SeederTokens,
    proofs: Proofs,
    keys: Keys,
    fetches: fetch::Memory,
    flights: Flights,
    repairs: Repairs,
    mail: Notify,
    deliveries: Deliveries,
    uploads: Uploads,
    watching: Watching,
    histories: Histories,
    copies: Copies,
    mirrors: Mirrors,
    bells: Bells,
    comment_pace: Mutex<Pace<AccountId>>,
    report_pace: Mutex<Pace<AccountId>>,
    client_log_pace: Mutex<Pace<AddressBlock>>,
    playback_pace: Mutex<Pace<AddressBlock>>,
    elsewhere_pace: Mutex<Pace<AddressBlock>>,
    arrivals: Arrivals,
    document_pace: Mutex<Pace<AddressBlock>>,
    name_pace: Mutex<Pace<AccountId>>,
    playback: Playback,
    imports: Imports,
    lists: Lists,
    syncs: Syncs,
    mutes: Mutes,
    lines: Lines,
    tracker: Tracker,
    sharing: Sharing,
    seed: OnceLock<Port>,
    jobs: Notify,
    board: Board,
    stopping: CancellationToken,
    tasks: TaskTracker,
    assets: Assets,
    films: Films,
}

impl App {
    /// An instance over an open store, reached at `url`.
    ///
    /// # Errors
    /// [`StoreError`] when what is kept in memory cannot be read.
    pub fn new(
        config: Config,
        url: PublicUrl,
        store: Store,
        tracker: Tracker,
        lines: Lines,
    ) -> Result<App, StoreError> {
        let clock = Clock::default();
        let catalogue = Catalogue::load(&store)?;
        let directory = Directory::load(&store)?;
        let mutes = Mutes::load(&store)?;
        let playlists = Playlists::load(&store)?;
        let arrivals = Arrivals::load(&store)?;
        let mirrors = Mirrors::load(&store)?;
        let site = Site::load(config, &store)?;
        let config = site.present().config.clone();
        Ok(App {
            inner: Arc::new(Inner {
                sharing: Sharing::new(url.clone(), &config.p2p, tracker.clone(), &catalogue),
                tracker,
                seed: OnceLock::new(),
                url,
                layout: Layout::new(&config.data),
                assets: Assets::open(config.www.dir.as_deref(), clock.now()),
                logins: Logins::new(&config),
                site,
                catalogue,
                directory,
                playlists,
                search: Search::default(),
                hearing: Hearing::default(),
                file_tokens: FileTokens::new(secret::of(&store, "file-tokens", Dice.bytes())?),
                proofs: Proofs::new(secret::of(&store, "proofs", Dice.bytes())?),
                seeder_tokens: SeederTokens::new(secret::of(&store, "seeder-tokens", Dice.bytes())?),
                keys: Keys::default(),
                fetches: fetch::Memory::default(),
                flights: Flights::default(),
                repairs: Repairs::default(),
                uploads: Uploads::default(),
                watching: Watching::new(Dice),
                histories: Histories::default(),
                copies: Copies::default(),
                mirrors,
                bells: Bells::default(),
                comment_pace: Mutex::new(Pace::new(COMMENTS_MAX, COMMENTS_WINDOW)),
                report_pace: Mutex::new(Pace::new(REPORTS_MAX, REPORTS_WINDOW)),
                client_log_pace: Mutex::new(Pace::new(CLIENT_LOGS_MAX, CLIENT_LOGS_WINDOW)),
                playback_pace: Mutex::new(Pace::new(PLAYBACKS_MAX, PLAYBACKS_WINDOW)),
                elsewhere_pace: Mutex::new(Pace::new(ELSEWHERE_MAX, ELSEWHERE_WINDOW)),
                arrivals,
                document_pace: Mutex::new(Pace::new(DOCUMENTS_MAX, DOCUMENTS_WINDOW)),
                name_pace: Mutex::new(Pace::new(NAMES_MAX, NAMES_WINDOW)),
                playback: Playback::default(),
                imports: Imports::default(),
                lists: Lists::default(),
                syncs: Syncs::default(),
                mutes,
                lines,
                store,
                clock,
                dice: Dice,
                jobs: Notify::new(),
                mail: Notify::new(),
                deliveries: Deliveries::default(),
                board: Board::default(),
                stopping: CancellationToken::new(),
                tasks: TaskTracker::new(),
                films: Films::default(),
            }),
        })
    }

    /// The settings in force. Administrators change some of them while the instance runs: ask again rather than keep it.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        self.inner.site.present().config.clone()
    }

    /// The settings of file, variables and flags alone.
    #[must_use]
    pub fn base_config(&self) -> &Config {
        self.inner.site.base()
    }

    /// What the instance is at this moment.
    #[must_use]
    pub fn site(&self) -> Arc<Present> {
        self.inner.site.present()
    }

    /// The address people type.
    #[must_use]
    pub fn url(&self) -> &PublicUrl {
        &self.inner.url
    }

    /// Where files lie.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.inner.layout
    }

    /// The clocks.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The dice.
    #[must_use]
    pub fn dice(&self) -> Dice {
        self.inner.dice
    }

    /// The built pages.
    #[must_use]
    pub fn assets(&self) -> &Assets {
        &self.inner.assets
    }

    /// Films that are put together while they are sent.
    #[must_use]
    pub fn films(&self) -> &Films {
        &self.inner.films
    }

    /// Every video, in memory and in step with the store.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.inner.catalogue
    }

    /// Every login, account and channel, in memory and in step with the store.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.inner.directory
    }

    /// Every list of videos, in memory and in step with the store.
    #[must_use]
    pub fn playlists(&self) -> &Playlists {
        &self.inner.playlists
    }

    /// What is found by words.
    #[must_use]
    pub fn search(&self) -> &Search {
        &self.inner.search
    }

    /// What is found by what is said in videos.
    #[must_use]
    pub fn hearing(&self) -> &Hearing {
        &self.inner.hearing
    }

    /// Where passwords are judged.
    #[must_use]
    pub fn logins(&self) -> &Logins {
        &self.inner.logins
    }

    /// What admits seeders.
    #[must_use]
    pub fn seeder_tokens(&self) -> &SeederTokens {
        &self.inner.seeder_tokens
    }

    /// What is mailed to be shown again.
    #[must_use]
    pub fn proofs(&self) -> &Proofs {
        &self.inner.proofs
    }

    /// What actors are to sign with.
    #[must_use]
    pub fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// What is remembered of the servers that were asked.
    #[must_use]
    pub fn fetches(&self) -> &fetch::Memory {
        &self.inner.fetches
    }

    /// What is being asked of other servers just now.
    #[must_use]
    pub fn flights(&self) -> &Flights {
        &self.inner.flights
    }

    /// Who causes that something of another server is read again.
    #[must_use]
    pub fn repairs(&self) -> &Repairs {
        &self.inner.repairs
    }

    /// Whether a mail server is set, so that what needs mail can be offered.
    #[must_use]
    pub fn can_mail(&self) -> bool {
        self.config().smtp.host.is_some()
    }

    /// Returns when the outbox changed. A change that came before the wait counts.
    pub async fn mail_woken(&self) {
        self.inner.mail.notified().await;
    }

    /// Who tells other servers of what happens here; none where nobody does.
    #[must_use]
    pub fn here(&self) -> Option<Here<'_>> {
        let with_unlisted = self.config().federation.unlisted;
        self.config().federation.enabled.then(|| Here { host: self.inner.url.host(), with_unlisted })
    }

    /// What other servers are told, and how that goes.
    #[must_use]
    pub fn deliveries(&self) -> &Deliveries {
        &self.inner.deliveries
    }

    /// Keys to the files of guarded videos.
    #[must_use]
    pub fn file_tokens(&self) -> &FileTokens {
        &self.inner.file_tokens
    }

    /// Files on their way in.
    #[must_use]
    pub fn uploads(&self) -> &Uploads {
        &self.inner.uploads
    }

    /// Who watches what.
    #[must_use]
    pub fn watching(&self) -> &Watching {
        &self.inner.watching
    }

    /// How far people are in what they watch.
    #[must_use]
    pub fn histories(&self) -> &Histories {
        &self.inner.histories
    }

    /// What is kept of pictures and words of other servers.
    #[must_use]
    pub fn copies(&self) -> &Copies {
        &self.inner.copies
    }

    /// Our copies of videos of other servers.
    #[must_use]
    pub fn mirrors(&self) -> &Mirrors {
        &self.inner.mirrors
    }

    /// Who listens for news.
    #[must_use]
    pub fn bells(&self) -> &Bells {
        &self.inner.bells
    }

    /// Counts a comment of this account.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn comment_pace(&self, account: AccountId) -> Result<(), Duration> {
        let mut pace = self.inner.comment_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &account)
    }

    /// Counts a report of this account, or a message about one.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn report_pace(&self, account: AccountId) -> Result<(), Duration> {
        let mut pace = self.inner.report_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &account)
    }

    /// Counts a failure that a page at this address tells of.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn client_log_pace(&self, address: IpAddr) -> Result<(), Duration> {
        let mut pace = self.inner.client_log_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &AddressBlock::of(address))
    }

    /// Counts a report of a player at this address.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn playback_pace(&self, address: IpAddr) -> Result<(), Duration> {
        let mut pace = self.inner.playback_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &AddressBlock::of(address))
    }

    /// What is fetched from elsewhere.
    #[must_use]
    pub fn imports(&self) -> &Imports {
        &self.inner.imports
    }

    /// The lists that are kept elsewhere.
    #[must_use]
    pub fn lists(&self) -> &Lists {
        &self.inner.lists
    }

    /// Whom to tell of channels elsewhere.
    #[must_use]
    pub fn syncs(&self) -> &Syncs {
        &self.inner.syncs
    }

    /// Counts a question from this address that goes to another server.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn elsewhere_pace(&self, address: IpAddr) -> Result<(), Duration> {
        let mut pace = self.inner.elsewhere_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &AddressBlock::of(address))
    }

    /// What others sent and is not done yet, in step with the store, and who may send more.
    #[must_use]
    pub fn arrivals(&self) -> &Arrivals {
        &self.inner.arrivals
    }

    /// Counts a document that this address reads.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn document_pace(&self, address: IpAddr) -> Result<(), Duration> {
        let mut pace = self.inner.document_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &AddressBlock::of(address))
    }

    /// Counts a channel or a list of videos that this account makes.
    ///
    /// # Errors
    /// How long it has to wait, where there were too many.
    pub fn name_pace(&self, account: AccountId) -> Result<(), Duration> {
        let mut pace = self.inner.name_pace.lock().unwrap_or_else(PoisonError::into_inner);
        pace.step(self.inner.clock.instant(), &account)
    }

    /// What players told of how it went.
    #[must_use]
    pub fn playback(&self) -> &Playback {
        &self.inner.playback
    }

    /// Whom everybody mutes, in memory and in step with the store.
    #[must_use]
    pub fn mutes(&self) -> &Mutes {
        &self.inner.mutes
    }

    /// The last lines of the log.
    #[must_use]
    pub fn lines(&self) -> &Lines {
        &self.inner.lines
    }

    /// Where viewers find each other.
    #[must_use]
    pub fn tracker(&self) -> &Tracker {
        &self.inner.tracker
    }

    /// What viewers may share.
    #[must_use]
    pub fn sharing(&self) -> &Sharing {
        &self.inner.sharing
    }

    /// The instance as a peer, where it is one.
    #[must_use]
    pub fn seed(&self) -> Option<&Port> {
        self.inner.seed.get()
    }

    /// Starts to be a peer, if the settings say so. A second call does nothing.
    ///
    /// # Errors
    /// [`SeedError`].
    pub fn start_seed(&self) -> Result<(), SeedError> {
        if self.seed().is_none()
            && let Some(port) = seed::start(self)?
        {
            // Somebody else would have to have started it in this very moment.
            drop(self.inner.seed.set(port));
        }
        Ok(())
    }

    /// Starts the tracker's thread.
    ///
    /// # Errors
    /// What the system says when it gives no thread or descriptor.
    pub fn start_tracker(&self) -> std::io::Result<()> {
        let asked = &self.base_config().tracker;
        let settings = TrackerSettings {
            interval: Duration::from_secs(u64::from(asked.interval)),
            messages_per_second_max: asked.messages_per_second_max,
        };
        let seed = u64::from_be_bytes(self.inner.dice.bytes());
        self.inner.tracker.start(settings, self.inner.clock.clone(), seed)
    }

    /// The store, for those who may block: threads of their own, and the inside of [`App::blocking`].
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Runs one unit of work: what it stages is committed as one batch, together with the jobs that its events cause,
    /// or dropped when it fails. A durable one returns when it is on the disk. Keep the work short: it holds the only
    /// writer's lock.
    ///
    /// # Errors
    /// What `work` returned, or the store's own failure.
    pub async fn write<T, E>(
        &self,
        durability: Durability,
        work: impl FnOnce(&mut Write<'_>, Timestamp) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.blocking(move |app| app.write_here(durability, work)).await
    }

    /// As [`App::write`], on this very thread: for those who may block.
    ///
    /// # Errors
    /// What `work` returned, or the store's own failure.
    pub fn write_here<T, E: From<StoreError>>(
        &self,
        durability: Durability,
        work: impl FnOnce(&mut Write<'_>, Timestamp) -> Result<T, E>,
    ) -> Result<T, E> {
        let now = self.inner.clock.now();
        let mut caused = false;
        let outcome = self.inner.store.write_then(
            durability,
            |write| {
                let began = self.inner.clock.instant();
                let outcome = work(write, now)?;
                let staff = self.inner.directory.staff();
                let around = Around { host: self.inner.url.host(), staff: &staff };
                let larder = Larder { name: &|| self.inner.dice.uuid(), key: &|| self.inner.keys.take() };
                caused = 0 < fanout::settle(write, now, around, larder, self.here())?;
                let took = self.inner.clock.instant().since(began);
                if WORK_DURATION_MAX < took {
                    tracing::warn!(took_ms = took.as_millis(), "a unit of work held up all writers");
                }
                Ok(outcome)
            },
            |changes| {
                if self.inner.mutes.apply(changes) {
                    self.inner.catalogue.begin_anew();
                }
                self.inner.catalogue.apply(changes);
                self.inner.directory.apply(changes);
                self.inner.playlists.apply(changes);
                self.inner.search.follow(changes);
                self.inner.hearing.follow(changes);
                self.inner.arrivals.follow(changes);
                self.inner.mirrors.follow(changes);
                if changes.of::<MailKey>().next().is_some() {
                    self.inner.mail.notify_one();
                }
                if changes.of::<ServerDueKey>().next().is_some() {
                    self.inner.deliveries.wake();
                }
                if changes.of::<RepairDueKey>().next().is_some() {
                    self.inner.repairs.wake();
                }
                self.inner.sharing.follow(changes, &self.inner.catalogue);
                match self.inner.site.follow(changes) {
                    Ok(false) => {}
                    Ok(true) => {
                        // Lists leave out what the instance wants left out.
                        self.inner.catalogue.begin_anew();
                        self.inner.sharing.follow_settings(&self.config().p2p, &self.inner.catalogue);
                        // Somebody may want what is said found, or no longer.
                        self.inner.hearing.wake();
                        // More of them may be allowed to work.
                        self.wake_jobs();
                    }
                    Err(error) => tracing::error!(%error, "the settings could not follow a commit"),
                }
                if let Err(error) = self.inner.bells.follow(changes) {
                    tracing::error!(%error, "the bells could not follow a commit");
                }
            },
        );
        // Also after a failed flush: the batch is committed in memory, and its jobs can be seen.
        if caused {
            self.wake_jobs();
        }
        outcome
    }

    /// Reads where blocking is allowed.
    ///
    /// # Errors
    /// What `work` returned.
    pub async fn read<T, E>(&self, work: impl FnOnce(&Store) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        self.blocking(move |app| work(app.store())).await
    }

    /// Runs what blocks on a thread made for that. A panic in there goes on here, so that a request or a job that
    /// trips an invariant fails alone.
    pub async fn blocking<T: Send + 'static>(&self, work: impl FnOnce(&App) -> T + Send + 'static) -> T {
        let app = self.clone();
        match tokio::task::spawn_blocking(move || work(&app)).await {
            Ok(value) => value,
            Err(failed) => match failed.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Blocking work is never aborted; only a runtime that is being torn down refuses it, and then nobody
                // waits for the answer.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// What runs, and how far it is.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.inner.board
    }

    /// Tells the workers that there may be work.
    pub fn wake_jobs(&self) {
        self.inner.jobs.notify_one();
    }

    /// Returns when there may be work. A call that came before the wait counts.
    pub async fn jobs_woken(&self) {
        self.inner.jobs.notified().await;
    }

    /// Runs a task for as long as the server lives. It should end soon after [`App::stopping`] does.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.inner.tasks.spawn(task);
    }

    /// Becomes cancelled when the server is told to stop.
    #[must_use]
    pub fn stopping(&self) -> &CancellationToken {
        &self.inner.stopping
    }

    /// Tells every task to stop and waits until they have.
    pub(crate) async fn stop_tasks(&self) {
        self.inner.stopping.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}
