//! Work on followings that asks other servers: each piece is a durable job.
//!
//! Owns who is asked for what. A job that ran already does no harm when it runs again: who follows goes on.

use shared::id::{AccountId, JobId};

use super::backfill;
use super::hear::follow_by_itself;
use super::say::{Here, SayError, begin, moved, subscribe};
use crate::app::App;
use crate::domain::federation::Addresses;
use crate::domain::follow::AskError;
use crate::domain::mute;
use crate::federation::fetch::{self, FetchError};
use crate::federation::find::{self, FindError};
use crate::federation::playlists;
use crate::store::records::{FollowFault, NetworkJob, Party};
use crate::store::{Durability, StoreError};

/// Followings that go along in one unit of work when somebody moves: a few milliseconds of the writer's lock.
const MOVED_PER_WORK: usize = 50;
/// Such pieces: more than anybody follows.
const PIECES_MAX: usize = 100_000;

/// Why a job did not end well.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Trouble {
    /// In a sentence, for the list of jobs.
    pub why: String,
    /// For who wanted it.
    pub fault: FollowFault,
    /// Whether another try may go better.
    pub may_pass: bool,
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Trouble {
        let why = format!("Another server cannot be asked: {error}.");
        Trouble { why, fault: of_fetch(&error), may_pass: error.may_pass() }
    }
}

impl From<FindError> for Trouble {
    fn from(error: FindError) -> Trouble {
        let why = format!("What another server says could not be read: {error}.");
        let fault = match &error {
            FindError::Fetch(error) => of_fetch(error),
            FindError::Keep(_) | FindError::Flaw(_) | FindError::Kind | FindError::Budget => {
                FollowFault::Unreadable
            }
            FindError::Muted => FollowFault::Muted,
            FindError::Store(_) => FollowFault::Ours,
        };
        Trouble { why, fault, may_pass: error.may_pass() }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Trouble {
        tracing::error!(%error, "a following could not use the store");
        let why = "The instance's store failed.".to_owned();
        Trouble { why, fault: FollowFault::Ours, may_pass: true }
    }
}

impl From<SayError> for Trouble {
    fn from(error: SayError) -> Trouble {
        let fault = match error {
            SayError::Store(error) => return error.into(),
            SayError::Nobody => FollowFault::Nobody,
            SayError::Ask(AskError::TooMany) => FollowFault::Full,
            SayError::Ask(AskError::Store(_)) | SayError::Subscription(_) | SayError::Words(_) => {
                FollowFault::Ours
            }
        };
        let why = format!("Nobody could be followed: {error}.");
        Trouble { why, fault, may_pass: false }
    }
}

fn of_fetch(error: &FetchError) -> FollowFault {
    match error {
        FetchError::Silent
        | FetchError::Late
        | FetchError::Busy
        | FetchError::Paused(_)
        | FetchError::Broken => FollowFault::Unreachable,
        FetchError::Gone(_) => FollowFault::Nobody,
        FetchError::Status(status) => FollowFault::Answered(status.as_u16()),
        FetchError::Leads | FetchError::TooLong | FetchError::Type | FetchError::Elsewhere => {
            FollowFault::Unreadable
        }
        FetchError::Address | FetchError::Own | FetchError::Closed => FollowFault::Closed,
        FetchError::Off => FollowFault::Off,
        FetchError::Unsigned => FollowFault::Ours,
    }
}

/// Does a piece of work.
///
/// # Errors
/// [`Trouble`].
pub async fn run(app: &App, job: JobId, work: &NetworkJob) -> Result<(), Trouble> {
    match work {
        NetworkJob::FollowHost { host, by_itself } => follow_host(app, host, *by_itself).await,
        NetworkJob::FollowHandle { name, host } => {
            let followed = find::actor_by_handle(app, name, host).await?;
            say(app, move |write, here| begin(write, here, Party::Instance, followed).map(drop)).await
        }
        NetworkJob::Subscribe { account, name, host } => subscribe_to(app, *account, name, host).await,
        NetworkJob::MoveFollowers { from, to } => move_followers(app, *from, *to).await,
        NetworkJob::FindPlaylists(party) => playlists::find(app, *party).await,
        NetworkJob::FillPlaylist(playlist) => playlists::fill(app, *playlist).await,
        NetworkJob::Backfill { follow, page, pages, found } => {
            let progress = backfill::Progress { page: page.clone(), pages: *pages, found: *found };
            backfill::run(app, job, *follow, progress).await
        }
    }
}

async fn follow_host(app: &App, host: &str, by_itself: bool) -> Result<(), Trouble> {
    let asked = host.to_owned();
    let is_muted = app.read(move |store| mute::is_server_muted(store, mute::INSTANCE, &asked)).await?;
    if by_itself && is_muted {
        return Ok(());
    }
    let id = fetch::instance_actor(app, host).await?;
    let followed = find::actor(app, &id).await?;
    say(app, move |write, here| match (by_itself, followed) {
        (true, Party::Account(other)) => follow_by_itself(write, here, other),
        (_, followed) => begin(write, here, Party::Instance, followed).map(drop),
    })
    .await
}

async fn subscribe_to(app: &App, account: AccountId, name: &str, host: &str) -> Result<(), Trouble> {
    let Party::Channel(channel) = find::actor_by_handle(app, name, host).await? else {
        let why = format!("{name}@{host} is no channel.");
        return Err(Trouble { why, fault: FollowFault::Nobody, may_pass: false });
    };
    say(app, move |write, here| subscribe(write, here, account, channel)).await
}

/// Lets who follows somebody elsewhere follow who they are now, piece by piece. A piece that was done stays so.
async fn move_followers(app: &App, from: Party, to: Party) -> Result<(), Trouble> {
    for _ in 0..PIECES_MAX {
        let url = app.url().clone();
        let moving = app.write(Durability::Flushed, move |write, now| {
            let root = url.to_string();
            let here = Here { addresses: Addresses::new(&root, url.host()), now };
            moved(write, here, (from, to), MOVED_PER_WORK)
        });
        if moving.await? == 0 {
            break;
        }
    }
    Ok(())
}

async fn say(
    app: &App,
    work: impl FnOnce(&mut crate::store::Write<'_>, Here<'_>) -> Result<(), SayError> + Send + 'static,
) -> Result<(), Trouble> {
    let url = app.url().clone();
    let said = app.write(Durability::Flushed, move |write, now| {
        let root = url.to_string();
        work(write, Here { addresses: Addresses::new(&root, url.host()), now })
    });
    Ok(said.await?)
}
