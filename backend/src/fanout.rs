//! From what happened to the work it causes: the one page that knows who must hear of what. Decides without IO; what
//! it decides is staged in the unit of work that caused it.

use shared::id::{FollowId, Uuid};
use shared::time::Timestamp;

use crate::domain::event::Event;
use crate::domain::federation::key::{self, FreshKey};
use crate::domain::federation::tell::{self, Here};
use crate::domain::federation::trace;
use crate::domain::notification::Around;
use crate::domain::{follow, mirror, notification, outbox, playlist, work};
use crate::store::records::{JobKind, TalkJob};
use crate::store::tables::AccountKey;
use crate::store::{StoreError, Write};

/// The jobs an event causes, in the order they are put in the queue.
#[must_use]
pub fn jobs(event: &Event) -> Vec<JobKind> {
    match event {
        Event::VideoArrived(video) => vec![JobKind::Package(*video)],
        Event::ReplacementArrived(video) => vec![JobKind::Replace(*video)],
        Event::TorrentsOutdated(video) => vec![JobKind::Torrents(*video)],
        Event::CaptionsChanged(video) => vec![JobKind::Captions(*video)],
        Event::VideoDeleted { id, uuid } => {
            vec![JobKind::RemoveFiles(*uuid), JobKind::Talk(TalkJob::ForgetVideo(*id))]
        }
        // Copies of what it has there have names of their own.
        Event::RemoteVideoRemoved(video) => vec![JobKind::Talk(TalkJob::ForgetVideo(*video))],
        Event::RemoteActorGone(party) => vec![JobKind::Talk(TalkJob::RemoveActor(*party))],
        Event::VideoShown(video) => {
            vec![JobKind::Talk(TalkJob::Announce { video: *video, after: FollowId(0) })]
        }
        // The few who hear of these are told at once.
        Event::CommentMade(_)
        | Event::CommentApproved(_)
        | Event::Followed { .. }
        | Event::AccountFollowed { .. }
        | Event::InstanceFollowed { .. }
        | Event::InstanceFollowedByItself { .. }
        | Event::VideoReady(_)
        | Event::VideoHeard(_)
        | Event::UserRegistered(_)
        | Event::RegistrationAsked(_)
        | Event::UserBlocked { .. }
        | Event::AbuseMade(_)
        | Event::AbuseJudged(_)
        | Event::AbuseDiscussed { .. }
        | Event::VideoBlocked { .. }
        | Event::VideoUnblocked(_)
        | Event::VideoOffered { .. }
        | Event::OfferAnswered { .. }
        | Event::ChannelOffered { .. }
        | Event::ChannelOfferAnswered { .. }
        | Event::ImportEnded(_)
        | Event::CollaboratorInvited { .. }
        | Event::CollaboratorAnswered { .. }
        | Event::MailWanted { .. } => Vec::new(),
        Event::PictureDropped { name } => vec![JobKind::RemoveFiles(*name)],
        Event::ChannelRemoved(channel) => vec![JobKind::Talk(TalkJob::ForgetChannel(*channel))],
        Event::AccountRemoved(account) => vec![JobKind::Talk(TalkJob::ForgetAccount(*account))],
        Event::UserRemoved(user) => vec![JobKind::Talk(TalkJob::ForgetUser(*user))],
        Event::PlaylistsGiven(account) => vec![JobKind::Talk(TalkJob::FileElements(*account))],
        Event::PlaylistRemoved { id, account } => {
            vec![JobKind::Talk(TalkJob::ForgetPlaylist { playlist: *id, account: *account })]
        }
    }
}

/// What everybody gets who is new here.
#[derive(Clone, Copy)]
pub struct Larder<'l> {
    /// Throws a name for ever.
    pub name: &'l dyn Fn() -> Uuid,
    /// Gives a key to sign with, where one lies ready.
    pub key: &'l dyn Fn() -> Option<FreshKey>,
}

/// Tells the few who must hear at once of all that a unit of work noted, and stages the jobs it causes. Gives how many
/// there are. `around` is what the unit of work does not know itself; `larder` has what everybody gets from the beginning;
/// `here` is who tells other servers, where anybody does.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn settle(
    write: &mut Write<'_>,
    now: Timestamp,
    around: Around<'_>,
    larder: Larder<'_>,
    here: Option<Here<'_>>,
) -> Result<usize, StoreError> {
    for (old, new) in write.changes_of::<AccountKey>()? {
        // Somebody of another server keeps their lists there.
        if let (None, Some(account)) = (old, new.filter(|account| account.remote.is_none())) {
            playlist::give_watch_later(write, now, account.id, (larder.name)())?;
        }
    }
    key::follow(write, now, larder.key)?;
    trace::follow(write, now)?;
    // Before others are told: what goes with something is told of, too.
    mirror::follow(write, now)?;
    if let Some(here) = here {
        tell::follow(write, now, here)?;
    }
    follow::follow_moves(write)?;
    notification::note_published(write)?;
    let mut asked = 0;
    loop {
        // What is told may be an event itself.
        let events = write.take_events();
        if events.is_empty() {
            return Ok(asked);
        }
        for event in &events {
            notification::tell_of(write, now, around, event)?;
            if let Event::MailWanted { user, kind, subject } = event {
                outbox::post_news(write, now, *user, *kind, *subject)?;
            }
            if let Event::VideoShown(video) = event
                && !notification::begin_to_announce(write, *video)?
            {
                continue;
            }
            for kind in jobs(event) {
                work::ask(write, now, kind)?;
                asked += 1;
            }
        }
    }
}
