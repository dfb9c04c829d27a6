//! Where what others sent meets the rooms for following.

use shared::time::Timestamp;

use super::follow::{self, Heard, Here, Rules, SayError};
use super::receive::ActorFact;
use super::vocab::{Activity, Deed};
use crate::app::App;
use crate::config::Config;
use crate::domain::federation::Addresses;
use crate::domain::follow::AskError;
use crate::store::records::{Fate, Party};
use crate::store::{StoreError, Write};

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
