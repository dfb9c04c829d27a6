//! What others say: that they want to follow one of ours, or no longer, and what they answer to ours.

use shared::id::{AccountId, FollowId};

use super::say::{Here, SayError, begin, judge};
use super::who::{account_of, channel_of, follow_numbered, local_party};
use crate::domain::event::Event;
use crate::domain::follow::{self, AskError};
use crate::domain::mute::{self, INSTANCE};
use crate::domain::{subscription, work};
use crate::federation::vocab::{Undone, Wish};
use crate::store::records::{ActorKind, Follow, FollowState, JobKind, NetworkJob, Party, RemoteActor};
use crate::store::tables::ChannelKey;
use crate::store::{Read, StoreError, Write};

/// What administrators decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct Rules {
    /// The instance may be followed.
    pub instance: bool,
    /// Who follows it waits for an administrator.
    pub approval: bool,
    /// Accounts and channels may be followed.
    pub channels: bool,
    /// The instance follows back.
    pub follow_back: bool,
}

/// What became of something that was said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// It was done.
    Done,
    /// Nothing was to be done.
    Nothing,
    /// It was refused, and why.
    Refused(&'static str),
}

/// Somebody elsewhere, `signer`, wants to follow what is at the address `object`. `id` is the wish's.
///
/// # Errors
/// [`SayError`].
pub fn received(
    write: &mut Write<'_>,
    here: Here<'_>,
    rules: Rules,
    signer: Party,
    (id, object): (Option<&str>, &str),
) -> Result<Heard, SayError> {
    let Some(actor) = follow::remote(write, signer)? else {
        return Ok(Heard::Refused("whoever follows is not of another server"));
    };
    let Some(followed) = local_party(write, &here.addresses, object)? else {
        return Ok(Heard::Refused("nobody of this server is to be followed"));
    };
    let known = follow::between(write, signer, followed)?;
    let verdict = verdict(write, rules, (signer, &actor), followed, known.as_ref())?;
    // Some send none. What names the wish then is who wants what.
    let url = id.map_or_else(|| format!("{}#follow-{object}", actor.url), str::to_owned);
    let row = match follow::ask(write, here.now, signer, followed, |_| url) {
        Ok(row) => row,
        Err(AskError::TooMany) => return Ok(Heard::Refused("it follows too many")),
        Err(AskError::Store(error)) => return Err(error.into()),
    };
    judge(write, here, row, verdict)?;
    if verdict == FollowState::Rejected {
        // Only what an administrator refused stays refused: settings and mutes are asked anew next time.
        if known.as_ref().is_none_or(|known| known.state != FollowState::Rejected) {
            follow::end(write, row)?;
        }
        return Ok(Heard::Refused("it may not follow"));
    }
    // Groups follow, too, but nobody is told of those: they are nobody whom one knows.
    if let Some(follower) = account_of(signer) {
        let is_new = known.is_none();
        match followed {
            Party::Instance => {
                if is_new {
                    write.note(Event::InstanceFollowed { id: row, follower });
                }
                let was_in = known.as_ref().is_some_and(|known| known.state == FollowState::Accepted);
                let is_let_in = verdict == FollowState::Accepted && !was_in;
                if rules.follow_back && is_let_in && actor.kind == ActorKind::Application {
                    follow_by_itself(write, here, follower)?;
                }
            }
            Party::Channel(channel) if is_new => write.note(Event::Followed { id: row, follower, channel }),
            Party::Account(account) if is_new => {
                write.note(Event::AccountFollowed { id: row, follower, account });
            }
            Party::Channel(_) | Party::Account(_) => {}
        }
    }
    Ok(Heard::Done)
}

/// What is answered to who wants to follow.
fn verdict(
    write: &Write<'_>,
    rules: Rules,
    (signer, actor): (Party, &RemoteActor),
    followed: Party,
    known: Option<&Follow>,
) -> Result<FollowState, StoreError> {
    let may = match followed {
        Party::Instance => rules.instance,
        Party::Account(_) | Party::Channel(_) => rules.channels,
    };
    if !may || is_muted(write, (signer, actor), followed)? {
        return Ok(FollowState::Rejected);
    }
    Ok(match (known.map(|known| known.state), followed) {
        // Who was refused once is not let in for asking again.
        (Some(FollowState::Rejected), _) => FollowState::Rejected,
        (Some(FollowState::Accepted), _) | (_, Party::Account(_) | Party::Channel(_)) => {
            FollowState::Accepted
        }
        (Some(FollowState::Pending) | None, Party::Instance) if rules.approval => FollowState::Pending,
        (Some(FollowState::Pending) | None, Party::Instance) => FollowState::Accepted,
    })
}

/// Whether the instance, or whose it is that is followed, does not want to hear of the follower.
fn is_muted(
    read: &impl Read,
    (signer, actor): (Party, &RemoteActor),
    followed: Party,
) -> Result<bool, StoreError> {
    let owner = match followed {
        Party::Instance => INSTANCE,
        Party::Account(account) => account,
        Party::Channel(channel) => read.get(&ChannelKey { channel })?.map_or(INSTANCE, |row| row.account),
    };
    let follower = match signer {
        Party::Instance => None,
        Party::Account(account) => Some(account),
        Party::Channel(channel) => read.get(&ChannelKey { channel })?.map(|row| row.account),
    };
    for by in [owner, INSTANCE] {
        if mute::is_server_muted(read, by, &actor.host)? {
            return Ok(true);
        }
    }
    follower.map_or(Ok(false), |follower| mute::is_muted(read, owner, follower))
}

/// Lets the instance follow another, and says so to administrators.
///
/// # Errors
/// [`SayError`].
pub fn follow_by_itself(write: &mut Write<'_>, here: Here<'_>, other: AccountId) -> Result<(), SayError> {
    let followed = Party::Account(other);
    if follow::between(write, Party::Instance, followed)?.is_some() {
        return Ok(());
    }
    match begin(write, here, Party::Instance, followed) {
        Ok(id) => write.note(Event::InstanceFollowedByItself { id, followed: other }),
        Err(SayError::Ask(AskError::TooMany)) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Somebody elsewhere, `signer`, lets somebody of ours follow them. `inbox` is whose inbox it came to, where that was
/// anybody's own.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn accepted(
    write: &mut Write<'_>,
    here: Here<'_>,
    signer: Party,
    (inbox, wish): (Option<Party>, &Wish),
) -> Result<Heard, StoreError> {
    let Some(row) = meant(write, here, signer, (inbox, wish))? else {
        return Ok(Heard::Refused("nobody of this server asked for that"));
    };
    // A refusal ended the subscription: they have to ask anew.
    if row.state == FollowState::Rejected && row.follower != Party::Instance {
        return Ok(Heard::Nothing);
    }
    if !follow::answer(write, here.now, row.id, FollowState::Accepted)? {
        return Ok(Heard::Nothing);
    }
    let job = NetworkJob::Backfill { follow: row.id, page: None, pages: 0, found: 0 };
    work::ask(write, here.now, JobKind::Network(job))?;
    work::ask(write, here.now, JobKind::Network(NetworkJob::FindPlaylists(row.followed)))?;
    Ok(Heard::Done)
}

/// Somebody elsewhere, `signer`, does not let somebody of ours follow them, or no longer. An account that was subscribed
/// is not any more.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn rejected(
    write: &mut Write<'_>,
    here: Here<'_>,
    signer: Party,
    (inbox, wish): (Option<Party>, &Wish),
) -> Result<Heard, StoreError> {
    let Some(row) = meant(write, here, signer, (inbox, wish))? else {
        return Ok(Heard::Refused("nobody of this server asked for that"));
    };
    if !follow::answer(write, here.now, row.id, FollowState::Rejected)? {
        return Ok(Heard::Nothing);
    }
    if let (Some(account), Some(channel)) = (account_of(row.follower), channel_of(row.followed)) {
        match subscription::unfollow(write, account, channel) {
            Ok(()) | Err(subscription::FollowError::NotFollowed) => {}
            Err(subscription::FollowError::Store(error)) => return Err(error),
            Err(subscription::FollowError::NoSuchChannel | subscription::FollowError::TooMany) => {}
        }
    }
    Ok(Heard::Done)
}

/// Which wish of ours is answered: by its id, by who asked whom, or by whose inbox the answer came to. Always one to follow
/// who answers.
fn meant(
    read: &impl Read,
    here: Here<'_>,
    signer: Party,
    (inbox, wish): (Option<Party>, &Wish),
) -> Result<Option<Follow>, StoreError> {
    let by_number = wish.id.as_deref().and_then(|id| follow_numbered(&here.addresses, id));
    if let Some(id) = by_number
        && let Some(row) = follow::get(read, FollowId(id.0))?
        && row.followed == signer
    {
        return Ok(Some(row));
    }
    if let Some(follower) = &wish.follower
        && let Some(follower) = local_party(read, &here.addresses, follower)?
        && let Some(row) = follow::between(read, follower, signer)?
    {
        return Ok(Some(row));
    }
    inbox.map_or(Ok(None), |follower| follow::between(read, follower, signer))
}

/// Somebody elsewhere, `signer`, takes something back; none where it was no wish to follow, as far as is known here.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn undone(
    write: &mut Write<'_>,
    here: Here<'_>,
    signer: Party,
    undone: &Undone,
) -> Result<Option<Heard>, StoreError> {
    let is_told = undone.kind == "Follow";
    if !is_told && !undone.kind.is_empty() {
        return Ok(None);
    }
    let mut row = None;
    if let Some(object) = undone.object.as_deref().filter(|_| is_told)
        && let Some(followed) = local_party(write, &here.addresses, object)?
    {
        row = follow::between(write, signer, followed)?;
    }
    if row.is_none()
        && let Some(id) = &undone.id
    {
        row = follow::by_url(write, signer, id)?;
    }
    let Some(row) = row else { return Ok(is_told.then_some(Heard::Nothing)) };
    // Who was refused and takes it back may ask again, but is still refused: the row says so.
    if row.state == FollowState::Rejected {
        return Ok(Some(Heard::Nothing));
    }
    follow::end(write, row.id)?;
    Ok(Some(Heard::Done))
}
