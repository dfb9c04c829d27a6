//! Where what others sent meets the rooms for following.

use shared::id::{AccountId, FollowId};
use shared::time::Timestamp;

use super::follow::{self, Heard, Here, Rules, SayError};
use super::receive::ActorFact;
use super::vocab::{Activity, Deed};
use crate::app::App;
use crate::config::Config;
use crate::domain::federation::Addresses;
use crate::domain::follow::{self as followings, AskError};
use crate::domain::subscription::FollowError;
use crate::store::records::{Fate, FollowState, Party};
use crate::store::tables::{FollowersAcross, FollowersOf};
use crate::store::{Read, StoreError, Write};

/// Followings that go along in one unit of work when somebody moves. Who has more here has to be followed anew by the rest.
const MOVED_MAX: usize = 1000;

/// Decides about `Follow`, `Accept`, `Reject` and `Undo` of a `Follow`, and does it. `inbox` is whose it came to.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn heard(
    write: &mut Write<'_>,
    now: Timestamp,
    app: &App,
    (by, inbox): (&ActorFact, Option<Party>),
    activity: &Activity,
) -> Result<Fate, StoreError> {
    let here = here(app, now);
    let heard = match &activity.deed {
        Deed::Follow(object) => {
            let rules = rules(&app.config());
            match follow::received(write, here, rules, by.party, (activity.id.as_deref(), object)) {
                Ok(heard) => Some(heard),
                Err(SayError::Store(error) | SayError::Ask(AskError::Store(error))) => return Err(error),
                Err(error) => return Ok(Fate::Refused(error.to_string())),
            }
        }
        Deed::Accept(wish) => Some(follow::accepted(write, here, by.party, (inbox, wish))?),
        Deed::Reject(wish) => Some(follow::rejected(write, here, by.party, (inbox, wish))?),
        Deed::Undo(undone) => follow::undone(write, here, by.party, undone)?,
        Deed::Create(_)
        | Deed::Update(_)
        | Deed::Delete(_)
        | Deed::Announce(_)
        | Deed::Like(_)
        | Deed::Dislike(_)
        | Deed::View(_)
        | Deed::Flag(_)
        | Deed::ApproveReply(_)
        | Deed::RejectReply(_)
        | Deed::Move(_)
        | Deed::Other(_) => None,
    };
    Ok(match heard {
        Some(Heard::Done) => Fate::Done,
        Some(Heard::Nothing) | None => Fate::Nothing,
        Some(Heard::Refused(why)) => Fate::Refused(why.to_owned()),
    })
}

fn here(app: &App, now: Timestamp) -> Here<'_> {
    Here { addresses: Addresses::new(app.url().as_str(), app.url().host()), now }
}

/// What administrators decided.
fn rules(config: &Config) -> Rules {
    Rules {
        instance: config.followers.instance_enabled,
        approval: config.followers.instance_manual_approval,
        channels: config.followers.channels_enabled,
        follow_back: config.followings.auto_follow_back,
    }
}

/// Who here follows `from` follows `to` instead.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub(super) fn moved(
    write: &mut Write<'_>,
    now: Timestamp,
    app: &App,
    from: Party,
    to: Party,
) -> Result<(), StoreError> {
    let here = here(app, now);
    if let (Party::Channel(from), Party::Channel(to)) = (from, to) {
        let rows = write.scan(&FollowersOf(from)).take(MOVED_MAX).map(|row| row.map(|(_, account)| account));
        let accounts: Vec<AccountId> = rows.collect::<Result<_, _>>()?;
        for account in accounts {
            // First the old one: who follows as many as they may has room for one only then.
            done(follow::unsubscribe(write, here, account, from))?;
            done(follow::subscribe(write, here, account, to))?;
        }
    }
    // What is left are followings without a subscription: those of the instance.
    let rows = write.scan(&FollowersAcross(from)).take(MOVED_MAX);
    let rows: Vec<(FollowId, Party)> =
        rows.map(|row| row.map(|(key, follower)| (key.follow, follower))).collect::<Result<_, _>>()?;
    for (id, follower) in rows {
        let row = followings::get(write, id)?;
        let counts = row.is_some_and(|row| row.state != FollowState::Rejected);
        if counts && followings::is_local(write, follower)? {
            done(follow::withdraw(write, here, id))?;
            done(follow::begin(write, here, follower, to).map(drop))?;
        }
    }
    Ok(())
}

/// What cannot be followed is not.
fn done(said: Result<(), SayError>) -> Result<(), StoreError> {
    match said {
        Ok(()) => Ok(()),
        Err(
            SayError::Store(error)
            | SayError::Ask(AskError::Store(error))
            | SayError::Subscription(FollowError::Store(error)),
        ) => Err(error),
        Err(error) => {
            tracing::debug!(%error, "a following does not go along");
            Ok(())
        }
    }
}
