//! Who is told of what happened.
//!
//! What few people hear of is told in the unit of work it happened in; what a channel's followers hear of, piece by
//! piece.

use std::collections::BTreeSet;

use shared::id::{AbuseId, AccountId, ChannelId, CollaboratorId, CommentId, FollowId, UserId, VideoId};
use shared::time::Timestamp;

use super::tell::tell;
use crate::domain::account::{account_named, login};
use crate::domain::comment::mentioned;
use crate::domain::event::{Event, Parties};
use crate::domain::makers::Makers;
use crate::domain::mute::is_muted;
use crate::domain::right::Right;
use crate::domain::video::sight::{Address, Sight};
use crate::domain::viewer::{Person, Viewer};
use crate::store::records::{Comment, ImportState, NotificationKind, Subject, Video, VideoState};
use crate::store::tables::{
    AbuseKey, AccountKey, AnnouncedKey, ChannelKey, CommentKey, FollowerKey, FollowersOf, ImportKey,
    NotificationsOf, SubscriptionKey, UserKey, VideoKey,
};
use crate::store::{Read, StoreError, Write};

/// So many of the last notifications are looked at for the same follower: who follows and leaves again and again is
/// told of once.
const LOOKED_BACK: usize = 50;
/// Moderators and administrators that hear of one thing: each is four rows in the unit of work that caused it.
const STAFF_TOLD_MAX: usize = 200;

/// Notes which videos of this unit of work are shown from now on to others than their owner.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn note_published(write: &mut Write<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<VideoKey>()? {
        let Some(new) = new else { continue };
        let is_published = new.state == VideoState::Published;
        let was_published = old.as_ref().is_some_and(|old| old.state == VideoState::Published);
        if is_published && !was_published && old.is_some() && new.wait_transcoding {
            write.note(Event::VideoReady(new.id));
        }
        if is_listed(&new) && !old.as_ref().is_some_and(is_listed) {
            write.note(Event::VideoShown(new.id));
        }
    }
    Ok(())
}

/// Whether those who are signed in find it in lists; whose it is does not matter for that.
fn is_listed(video: &Video) -> bool {
    Sight::of(video, Makers::alone(AccountId(0))).is_listed_for_members()
}

/// What a unit of work does not know itself.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Our own host.
    pub host: &'a str,
    /// Logins that may more than everybody.
    pub staff: &'a BTreeSet<UserId>,
}

/// Tells whoever must hear of an event at once.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tell_of(
    write: &mut Write<'_>,
    now: Timestamp,
    around: Around<'_>,
    event: &Event,
) -> Result<(), StoreError> {
    match event {
        Event::CommentMade(id) => tell_of_comment(write, now, around.host, *id, true),
        Event::CommentApproved(id) => tell_of_comment(write, now, around.host, *id, false),
        Event::UserRegistered(user) => {
            let subject = Subject::User(*user);
            tell_staff(write, now, around, NotificationKind::NewUser, subject, None)
        }
        Event::RegistrationAsked(id) => {
            let subject = Subject::Registration(*id);
            tell_staff(write, now, around, NotificationKind::NewRegistration, subject, None)
        }
        Event::AbuseMade(id) => {
            let Some(abuse) = write.get(&AbuseKey { abuse: *id })? else { return Ok(()) };
            let subject = Subject::Abuse(*id);
            tell_staff(write, now, around, NotificationKind::NewAbuse, subject, Some(abuse.reporter))
        }
        Event::AbuseJudged(id) => tell_reporter(write, now, *id, NotificationKind::AbuseJudged),
        Event::AbuseDiscussed { abuse, by_moderator: true, .. } => {
            tell_reporter(write, now, *abuse, NotificationKind::AbuseMessage)
        }
        Event::AbuseDiscussed { abuse, author, by_moderator: false } => {
            let subject = Subject::Abuse(*abuse);
            tell_staff(write, now, around, NotificationKind::AbuseMessage, subject, Some(*author))
        }
        Event::VideoBlocked { video, block, automatic } => {
            let subject = Subject::Block { id: *block, video: *video };
            if *automatic {
                return tell_staff(write, now, around, NotificationKind::VideoAutoBlocked, subject, None);
            }
            match video_and_owner(write, *video)? {
                Some((_, owner)) => tell(write, now, owner.user, NotificationKind::VideoBlocked, subject),
                None => Ok(()),
            }
        }
        Event::VideoUnblocked(video) => match video_and_owner(write, *video)? {
            Some((_, owner)) => {
                tell(write, now, owner.user, NotificationKind::VideoUnblocked, Subject::Video(*video))
            }
            None => Ok(()),
        },
        Event::Followed { id, follower, channel } => {
            let Some(record) = write.get(&ChannelKey { channel: *channel })? else { return Ok(()) };
            let (id, follower, channel) = (*id, *follower, *channel);
            let subject = Subject::Follow { id, follower, channel };
            let is_same = |told: Subject| {
                matches!(told, Subject::Follow { follower: who, channel: whom, .. }
                    if who == follower && whom == channel)
            };
            tell_of_follower(write, now, (follower, record.account), subject, is_same)
        }
        Event::AccountFollowed { id, follower, account } => {
            let (id, follower, account) = (*id, *follower, *account);
            let subject = Subject::AccountFollow { id, follower, account };
            let is_same = |told: Subject| matches!(told, Subject::AccountFollow { follower: who, .. } if who == follower);
            tell_of_follower(write, now, (follower, account), subject, is_same)
        }
        Event::InstanceFollowed { id, follower } => {
            let subject = Subject::InstanceFollow { id: *id, other: *follower };
            tell_staff(write, now, around, NotificationKind::NewInstanceFollower, subject, None)
        }
        Event::InstanceFollowedByItself { id, followed } => {
            let subject = Subject::InstanceFollow { id: *id, other: *followed };
            tell_staff(write, now, around, NotificationKind::InstanceFollowing, subject, None)
        }
        Event::VideoReady(video) => tell_owner(write, now, *video, NotificationKind::VideoPublished),
        Event::VideoHeard(video) => tell_owner(write, now, *video, NotificationKind::VideoHeard),
        Event::VideoOffered { video, offer } => {
            let subject = Subject::VideoOffer { id: offer.number, video: *video, by: offer.by, to: offer.to };
            let is_same =
                |told: Subject| matches!(told, Subject::VideoOffer { video: of, .. } if of == *video);
            tell_offered(write, now, offer, (NotificationKind::VideoOffered, subject), is_same)
        }
        Event::OfferAnswered { video, offer, accepted } => {
            let kind =
                if *accepted { NotificationKind::OfferAccepted } else { NotificationKind::OfferRefused };
            let subject = Subject::VideoOffer { id: offer.number, video: *video, by: offer.by, to: offer.to };
            tell_answered(write, now, offer, kind, subject)
        }
        Event::ChannelOffered { channel, offer } => {
            let (id, channel) = (offer.number, *channel);
            let subject = Subject::ChannelOffer { id, channel, by: offer.by, to: offer.to };
            let is_same =
                |told: Subject| matches!(told, Subject::ChannelOffer { channel: of, .. } if of == channel);
            tell_offered(write, now, offer, (NotificationKind::ChannelOffered, subject), is_same)
        }
        Event::ChannelOfferAnswered { channel, offer, accepted } => {
            let kind = if *accepted {
                NotificationKind::ChannelOfferAccepted
            } else {
                NotificationKind::ChannelOfferRefused
            };
            let (id, channel) = (offer.number, *channel);
            let subject = Subject::ChannelOffer { id, channel, by: offer.by, to: offer.to };
            tell_answered(write, now, offer, kind, subject)
        }
        Event::ImportEnded(id) => {
            let Some(import) = write.get(&ImportKey { import: *id })? else { return Ok(()) };
            let came = import.state == ImportState::Done;
            let kind = if came { NotificationKind::ImportDone } else { NotificationKind::ImportFailed };
            tell(write, now, import.user, kind, Subject::Import(*id))
        }
        Event::CollaboratorInvited { id, account, channel } => {
            tell_invited(write, now, *id, *account, *channel)
        }
        Event::CollaboratorAnswered { id, account, channel, accepted } => {
            let Some(record) = write.get(&ChannelKey { channel: *channel })? else { return Ok(()) };
            let Some(owner) = person(write, record.account)? else { return Ok(()) };
            let kind = if *accepted {
                NotificationKind::InvitationAccepted
            } else {
                NotificationKind::InvitationRefused
            };
            let subject = Subject::Collaborator { id: *id, account: *account, channel: *channel };
            tell(write, now, owner.user, kind, subject)
        }
        Event::VideoArrived(_)
        | Event::ReplacementArrived(_)
        | Event::VideoShown(_)
        | Event::TorrentsOutdated(_)
        | Event::CaptionsChanged(_)
        | Event::PictureDropped { .. }
        | Event::UserBlocked { .. }
        | Event::VideoDeleted { .. }
        | Event::RemoteVideoRemoved(_)
        | Event::RemoteActorGone(_)
        | Event::ChannelRemoved(_)
        | Event::AccountRemoved(_)
        | Event::PlaylistRemoved { .. }
        | Event::PlaylistsGiven(_)
        | Event::UserRemoved(_)
        | Event::MailWanted { .. } => Ok(()),
    }
}

/// The right without which a kind of news for staff is nobody's business.
fn right_for(kind: NotificationKind) -> Option<Right> {
    match kind {
        NotificationKind::NewAbuse | NotificationKind::AbuseMessage => Some(Right::ManageAbuses),
        NotificationKind::VideoAutoBlocked => Some(Right::ManageVideoBlacklist),
        NotificationKind::NewUser => Some(Right::ManageUsers),
        NotificationKind::NewRegistration => Some(Right::ManageRegistrations),
        NotificationKind::NewInstanceFollower | NotificationKind::InstanceFollowing => {
            Some(Right::ManageServerFollow)
        }
        NotificationKind::NewVideo
        | NotificationKind::NewComment
        | NotificationKind::VideoPublished
        | NotificationKind::VideoHeard
        | NotificationKind::NewFollower
        | NotificationKind::Mention
        | NotificationKind::AbuseJudged
        | NotificationKind::VideoBlocked
        | NotificationKind::VideoUnblocked
        | NotificationKind::VideoOffered
        | NotificationKind::OfferAccepted
        | NotificationKind::OfferRefused
        | NotificationKind::ChannelOffered
        | NotificationKind::ChannelOfferAccepted
        | NotificationKind::ChannelOfferRefused
        | NotificationKind::ImportDone
        | NotificationKind::ImportFailed
        | NotificationKind::Invited
        | NotificationKind::InvitationAccepted
        | NotificationKind::InvitationRefused => None,
    }
}

/// Tells those who hold the right for such news, but not who caused them.
fn tell_staff(
    write: &mut Write<'_>,
    now: Timestamp,
    around: Around<'_>,
    kind: NotificationKind,
    subject: Subject,
    but: Option<AccountId>,
) -> Result<(), StoreError> {
    for user in around.staff.iter().take(STAFF_TOLD_MAX) {
        let Some(login) = write.get(&UserKey { user: *user })? else { continue };
        let holds = right_for(kind).is_some_and(|right| right.of(login.role));
        if holds && login.blocked.is_none() && Some(login.account) != but {
            tell(write, now, *user, kind, subject)?;
        }
    }
    Ok(())
}

/// Tells somebody what is offered to them, unless they do not want to hear of who offers it.
fn tell_offered(
    write: &mut Write<'_>,
    now: Timestamp,
    offer: &Parties,
    news: (NotificationKind, Subject),
    is_same: impl Fn(Subject) -> bool,
) -> Result<(), StoreError> {
    let Some(asked) = person(write, offer.to)? else { return Ok(()) };
    for account in [offer.from, offer.by] {
        // Who keeps order may offer themselves something.
        if account != offer.to && is_muted(write, offer.to, account)? {
            return Ok(());
        }
    }
    tell_once(write, now, asked.user, news, is_same)
}

/// Tells whose something was, and who offered it, what became of the offer; but not who answered it.
fn tell_answered(
    write: &mut Write<'_>,
    now: Timestamp,
    offer: &Parties,
    kind: NotificationKind,
    subject: Subject,
) -> Result<(), StoreError> {
    let told: BTreeSet<AccountId> = [offer.from, offer.by].into_iter().collect();
    for account in told.into_iter().filter(|account| *account != offer.to) {
        if let Some(person) = person(write, account)? {
            tell(write, now, person.user, kind, subject)?;
        }
    }
    Ok(())
}

/// Tells somebody what they are asked to answer; where they have not read yet that they were asked the same before, that
/// asks for the answer that counts now.
fn tell_once(
    write: &mut Write<'_>,
    now: Timestamp,
    user: UserId,
    (kind, subject): (NotificationKind, Subject),
    is_same: impl Fn(Subject) -> bool,
) -> Result<(), StoreError> {
    let lately = write.scan_reverse(&NotificationsOf(user)).take(LOOKED_BACK);
    let lately: Vec<_> = lately.collect::<Result<_, _>>()?;
    for (key, mut told) in lately {
        if told.kind == kind && is_same(told.subject) && !told.read {
            told.subject = subject;
            told.updated_at = now;
            return write.insert(&key, &told);
        }
    }
    tell(write, now, user, kind, subject)
}

fn tell_reporter(
    write: &mut Write<'_>,
    now: Timestamp,
    id: AbuseId,
    kind: NotificationKind,
) -> Result<(), StoreError> {
    let Some(abuse) = write.get(&AbuseKey { abuse: id })? else { return Ok(()) };
    match person(write, abuse.reporter)? {
        Some(reporter) => tell(write, now, reporter.user, kind, Subject::Abuse(id)),
        None => Ok(()),
    }
}

fn tell_of_comment(
    write: &mut Write<'_>,
    now: Timestamp,
    host: &str,
    id: CommentId,
    is_new: bool,
) -> Result<(), StoreError> {
    let Some(comment) = write.get(&CommentKey { comment: id })? else { return Ok(()) };
    let Some(video) = write.get(&VideoKey { video: comment.video })? else { return Ok(()) };
    let Some(channel) = write.get(&ChannelKey { channel: video.channel })? else { return Ok(()) };
    let Some(author) = comment.author else { return Ok(()) };
    // Who makes a video of another server hears of it there.
    if let Some(owner) = person(write, channel.account)?
        && is_new
        && author != owner.account
        && !is_muted(write, owner.account, author)?
    {
        tell(write, now, owner.user, NotificationKind::NewComment, Subject::Comment(id))?;
    }
    if comment.held {
        return Ok(());
    }
    let sight = Sight::of(&video, Makers::of(&channel));
    for person in named(write, host, &comment)? {
        let sees = sight.opens_to(&Viewer::Person(person), Address::Uuid).is_ok();
        // The owner hears of every comment anyway.
        let is_heard = !is_muted(write, person.account, author)?;
        if sees && is_heard && person.account != author && person.account != channel.account {
            tell(write, now, person.user, NotificationKind::Mention, Subject::Comment(id))?;
        }
    }
    Ok(())
}

/// The people of this instance that a comment names.
fn named(read: &impl Read, host: &str, comment: &Comment) -> Result<Vec<Person>, StoreError> {
    let mut people: Vec<Person> = Vec::new();
    for handle in mentioned(&comment.text) {
        let is_ours = match handle.host.as_deref() {
            Some(given) => given == host,
            // A name alone is somebody where it was said.
            None => comment.remote.is_none(),
        };
        if !is_ours {
            continue;
        }
        let Some(account) = account_named(read, &handle.name)? else { continue };
        let person = person(read, account.id)?;
        people.extend(person.filter(|person| !people.contains(person)));
    }
    Ok(people)
}

/// Tells whoever owns a video what became of it.
fn tell_owner(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    kind: NotificationKind,
) -> Result<(), StoreError> {
    match video_and_owner(write, video)? {
        Some((_, owner)) => tell(write, now, owner.user, kind, Subject::Video(video)),
        None => Ok(()),
    }
}

/// Asks somebody in the pages and by mail, unless they do not want to hear of the owner.
fn tell_invited(
    write: &mut Write<'_>,
    now: Timestamp,
    id: CollaboratorId,
    account: AccountId,
    channel: ChannelId,
) -> Result<(), StoreError> {
    let Some(record) = write.get(&ChannelKey { channel })? else { return Ok(()) };
    let Some(invited) = person(write, account)? else { return Ok(()) };
    if is_muted(write, account, record.account)? {
        return Ok(());
    }
    let subject = Subject::Collaborator { id, account, channel };
    let is_same = |told: Subject| matches!(told, Subject::Collaborator { channel: of, .. } if of == channel);
    tell_once(write, now, invited.user, (NotificationKind::Invited, subject), is_same)
}

/// Tells somebody who follows what is theirs, where they were not told so lately.
fn tell_of_follower(
    write: &mut Write<'_>,
    now: Timestamp,
    (follower, followed): (AccountId, AccountId),
    subject: Subject,
    is_same: impl Fn(Subject) -> bool,
) -> Result<(), StoreError> {
    let Some(owner) = person(write, followed)? else { return Ok(()) };
    if owner.account == follower || is_muted(write, owner.account, follower)? {
        return Ok(());
    }
    for row in write.scan_reverse(&NotificationsOf(owner.user)).take(LOOKED_BACK) {
        if is_same(row?.1.subject) {
            return Ok(());
        }
    }
    tell(write, now, owner.user, NotificationKind::NewFollower, subject)
}

/// Tells at most `rows_max` followers of a video's channel of it, those that followed after `after`. Gives the last who
/// was looked at; none when there is nobody left, or nothing to tell of any more.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn announce(
    write: &mut Write<'_>,
    now: Timestamp,
    video: VideoId,
    after: FollowId,
    rows_max: usize,
) -> Result<Option<FollowId>, StoreError> {
    let Some(record) = write.get(&VideoKey { video })?.filter(is_listed) else { return Ok(None) };
    let channel = record.channel;
    // Whose it is may be of another server, and has no login here.
    let Some(owner) = write.get(&ChannelKey { channel })?.map(|channel| channel.account) else {
        return Ok(None);
    };
    let rows = write.scan_after(&FollowersOf(channel), &FollowerKey { channel, follow: after });
    let rows: Vec<_> = rows.take(rows_max).collect::<Result<_, _>>()?;
    for (_, account) in &rows {
        if *account == owner || is_muted(write, *account, owner)? {
            continue;
        }
        // What others published before somebody followed them is no news, whenever it comes.
        let since = write.get(&SubscriptionKey { account: *account, channel })?.map(|row| row.at);
        if record.remote.is_some() && since.is_none_or(|since| record.published_at < since) {
            continue;
        }
        if let Some(person) = person(write, *account)? {
            tell(write, now, person.user, NotificationKind::NewVideo, Subject::Video(video))?;
        }
    }
    Ok(rows.last().map(|(key, _)| key.follow))
}

/// Whether a video's followers are to be told of it: once in its life, and only where there are any.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn begin_to_announce(write: &mut Write<'_>, video: VideoId) -> Result<bool, StoreError> {
    let key = AnnouncedKey { video };
    if write.get(&key)?.is_some() {
        return Ok(false);
    }
    let Some(record) = write.get(&VideoKey { video })? else { return Ok(false) };
    write.insert(&key, &())?;
    let channel = write.get(&ChannelKey { channel: record.channel })?;
    Ok(channel.is_some_and(|channel| 0 < channel.followers))
}

fn video_and_owner(read: &impl Read, video: VideoId) -> Result<Option<(Video, Person)>, StoreError> {
    let Some(video) = read.get(&VideoKey { video })? else { return Ok(None) };
    let Some(channel) = read.get(&ChannelKey { channel: video.channel })? else { return Ok(None) };
    Ok(person(read, channel.account)?.map(|owner| (video, owner)))
}

/// The person behind an account of this instance.
fn person(read: &impl Read, account: AccountId) -> Result<Option<Person>, StoreError> {
    let Some(record) = read.get(&AccountKey { account })? else { return Ok(None) };
    Ok(login(read, &record)?.map(|login| Person { user: login.id, account, role: login.role }))
}
