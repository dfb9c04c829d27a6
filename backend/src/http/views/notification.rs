//! Notifications.

use shared::api;

use super::actor::collaborator_state;
use super::{actor, follow_state, import_source, order};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::federation::INSTANCE;
use crate::domain::follow;
use crate::domain::notification::number;
use crate::domain::ownership;
use crate::domain::right::Right;
use crate::domain::video::sight::Address;
use crate::domain::viewer::{Person, Viewer};
use crate::store::records::{
    Abuse, AbuseSubject, Account, Channel, Notification, NotificationKind, Party, ReportedVideo, Subject,
};
use crate::store::tables::{AbuseKey, CommentKey, ImportKey, OfferKey, RegistrationKey, UserKey};
use crate::store::{Read, StoreError};

/// What somebody was told, with what it is about, as far as that is still there and they may see it. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn notification(
    app: &App,
    who: &Person,
    notification: &Notification,
) -> Result<api::Notification, StoreError> {
    let mut view = api::Notification {
        id: notification.id,
        kind: number(notification.kind),
        read: notification.read,
        video: None,
        comment: None,
        actor_follow: None,
        account: None,
        abuse: None,
        video_blacklist: None,
        video_import: None,
        registration: None,
        video_channel_collaborator: None,
        change_ownership: None,
        created_at: notification.created_at,
        updated_at: notification.updated_at,
    };
    let entry = |video| {
        let entry = app.catalogue().video(video)?;
        let sees = entry.listed.sight().opens_to(&Viewer::Person(*who), Address::Uuid).is_ok();
        sees.then_some(entry)
    };
    match notification.subject {
        Subject::Video(video) => {
            // What is offered is shown to whoever is to answer, private or not.
            let is_offered = ownership::is_offered_to(app.store(), video, who.account)?;
            let found = if is_offered { app.catalogue().video(video) } else { entry(video) };
            view.video = found.map(|entry| video_of(app, &entry, true));
        }
        Subject::VideoOffer { id, video, by, to } => {
            let is_offered = ownership::is_offered_to(app.store(), video, who.account)?;
            let found = if is_offered { app.catalogue().video(video) } else { entry(video) };
            view.video = found.as_ref().map(|entry| video_of(app, entry, true));
            let waits = app.store().get(&OfferKey { to, video })?.is_some_and(|offer| offer.number == id);
            view.change_ownership = found.and_then(|entry| {
                let is_theirs = entry.listed.makers.owner == to;
                let answer = OfferAnswer::of(notification.kind, waits, is_theirs);
                let between = (app.catalogue().account(by)?, app.catalogue().account(to)?);
                let offer = offer_of(app, id, answer, &between);
                Some(api::NotificationOwnership { video: Some(video_of(app, &entry, false)), ..offer })
            });
        }
        Subject::ChannelOffer { id, channel, by, to } => {
            let waits = ownership::channel::of_channel(app.store(), channel)?;
            let waits = waits.is_some_and(|offer| offer.number == id);
            view.change_ownership = app.catalogue().publisher(channel).and_then(|publisher| {
                let answer = OfferAnswer::of(notification.kind, waits, publisher.account.id == to);
                let between = (app.catalogue().account(by)?, app.catalogue().account(to)?);
                let offer = offer_of(app, id, answer, &between);
                Some(api::NotificationOwnership {
                    channel: Some(channel_of(app, &publisher.channel)),
                    ..offer
                })
            });
        }
        Subject::Comment(comment) => {
            let comment = app.store().get(&CommentKey { comment })?;
            let found = comment.and_then(|comment| {
                let author = app.catalogue().account(comment.author?)?;
                Some((entry(comment.video)?, author, comment))
            });
            view.comment = found.map(|(entry, author, comment)| api::NotificationComment {
                id: comment.id,
                thread_id: comment.thread,
                account: account_of(app, &author),
                video: video_of(app, &entry, false),
                held_for_review: comment.held,
            });
        }
        Subject::User(user) => {
            let user = app.store().get(&UserKey { user })?;
            let account = user.and_then(|user| app.catalogue().account(user.account));
            view.account = account.map(|account| account_of(app, &account));
        }
        Subject::Abuse(abuse) => {
            let abuse = app.store().get(&AbuseKey { abuse })?;
            let may = |abuse: &Abuse| abuse.reporter == who.account || who.has(Right::ManageAbuses);
            view.abuse = abuse.filter(may).map(|abuse| abuse_of(app, &abuse));
        }
        Subject::Block { id, video } => {
            let shown = entry(video).map(|entry| video_of(app, &entry, false));
            view.video_blacklist = shown.map(|video| api::NotificationBlock { id, video });
        }
        Subject::Registration(id) => {
            let found = app.store().get(&RegistrationKey { registration: id })?;
            let found = found.filter(|_| who.has(Right::ManageRegistrations));
            view.registration =
                found.map(|found| api::NotificationRegistration { id, username: found.username });
        }
        Subject::Import(id) => {
            let import = app.store().get(&ImportKey { import: id })?.filter(|import| import.user == who.user);
            view.video_import = import.map(|import| {
                let [target_url, magnet_uri, torrent_name] = import_source(&import.source);
                let video = import.video.and_then(entry).map(|entry| video_of(app, &entry, false));
                api::NotificationImport { id, target_url, magnet_uri, torrent_name, video }
            });
        }
        Subject::Collaborator { id, account, channel } => {
            let ends = app.catalogue().account(account).zip(app.catalogue().publisher(channel));
            view.video_channel_collaborator = ends.and_then(|(account, publisher)| {
                let found = publisher.channel.collaborators.iter().find(|one| one.id == id)?;
                Some(api::NotificationCollaborator {
                    id,
                    state: collaborator_state(found.state),
                    channel: channel_of(app, &publisher.channel),
                    channel_owner: account_of(app, &publisher.account),
                    account: account_of(app, &account),
                })
            });
        }
        Subject::InstanceFollow { id, other } => {
            let follow = follow::get(app.store(), id)?.filter(|_| who.has(Right::ManageServerFollow));
            view.actor_follow = follow.zip(app.catalogue().account(other)).map(|(follow, other)| {
                let (other, own) = (account_of(app, &other), instance_of(app));
                let is_ours = follow.follower == Party::Instance;
                let (follower, following) = if is_ours { (own, other) } else { (other, own) };
                api::NotificationFollow {
                    id,
                    state: follow_state(follow.state).to_owned(),
                    follower,
                    following: api::NotificationFollowed {
                        kind: "instance".to_owned(),
                        display_name: following.display_name,
                        name: following.name,
                        host: following.host,
                    },
                }
            });
        }
        Subject::AccountFollow { id, follower, account } => {
            let ends = app.catalogue().account(follower).zip(app.catalogue().account(account));
            view.actor_follow = ends.map(|(follower, followed)| api::NotificationFollow {
                id,
                state: "accepted".to_owned(),
                follower: account_of(app, &follower),
                following: api::NotificationFollowed {
                    kind: "account".to_owned(),
                    display_name: followed.display_name.clone(),
                    name: followed.name.clone(),
                    host: followed.host().unwrap_or(app.url().host()).to_owned(),
                },
            });
        }
        Subject::Follow { id, follower, channel } => {
            let ends = app.catalogue().account(follower).zip(app.catalogue().publisher(channel));
            view.actor_follow = ends.map(|(follower, followed)| api::NotificationFollow {
                id,
                state: "accepted".to_owned(),
                follower: account_of(app, &follower),
                following: api::NotificationFollowed {
                    kind: "channel".to_owned(),
                    display_name: followed.channel.display_name.clone(),
                    name: followed.channel.name.clone(),
                    host: followed.channel.host().unwrap_or(app.url().host()).to_owned(),
                },
            });
        }
    }
    debug_assert!(is_about(notification.kind, notification.subject), "each kind has its own subject");
    Ok(view)
}

/// What became of an offer, as far as it is known: answered ones are not kept.
#[derive(Clone, Copy)]
enum OfferAnswer {
    Waits,
    Refused,
    Accepted,
}

impl OfferAnswer {
    /// From the kind of news, whether the offer still waits, and whether what was offered belongs to who was asked.
    fn of(kind: NotificationKind, waits: bool, is_theirs: bool) -> OfferAnswer {
        let is_accepted =
            [NotificationKind::OfferAccepted, NotificationKind::ChannelOfferAccepted].contains(&kind);
        let is_asked = [NotificationKind::VideoOffered, NotificationKind::ChannelOffered].contains(&kind);
        match (is_accepted, is_asked, waits) {
            (true, _, _) => OfferAnswer::Accepted,
            (_, true, true) => OfferAnswer::Waits,
            (_, true, false) if is_theirs => OfferAnswer::Accepted,
            (_, _, _) => OfferAnswer::Refused,
        }
    }
}

fn offer_of(
    app: &App,
    id: u64,
    answer: OfferAnswer,
    (by, to): &(Account, Account),
) -> api::NotificationOwnership {
    let (state, label) = match answer {
        OfferAnswer::Waits => (api::OWNERSHIP_PENDING, "Pending"),
        OfferAnswer::Refused => (api::OWNERSHIP_REJECTED, "Rejected"),
        OfferAnswer::Accepted => (api::OWNERSHIP_ACCEPTED, "Accepted"),
    };
    api::NotificationOwnership {
        id,
        state: api::Label { id: state, label: label.to_owned() },
        initiator_account: account_of(app, by),
        next_owner_account: account_of(app, to),
        video: None,
        channel: None,
    }
}

/// Whether a kind of news is about such a subject.
fn is_about(kind: NotificationKind, subject: Subject) -> bool {
    match kind {
        NotificationKind::NewVideo
        | NotificationKind::VideoPublished
        | NotificationKind::VideoHeard
        | NotificationKind::VideoUnblocked => matches!(subject, Subject::Video(_)),
        NotificationKind::VideoOffered | NotificationKind::OfferAccepted | NotificationKind::OfferRefused => {
            matches!(subject, Subject::Video(_) | Subject::VideoOffer { .. })
        }
        NotificationKind::ChannelOffered
        | NotificationKind::ChannelOfferAccepted
        | NotificationKind::ChannelOfferRefused => matches!(subject, Subject::ChannelOffer { .. }),
        NotificationKind::NewAbuse | NotificationKind::AbuseJudged | NotificationKind::AbuseMessage => {
            matches!(subject, Subject::Abuse(_))
        }
        NotificationKind::VideoBlocked | NotificationKind::VideoAutoBlocked => {
            matches!(subject, Subject::Block { .. })
        }
        NotificationKind::NewRegistration => matches!(subject, Subject::Registration(_)),
        NotificationKind::NewComment | NotificationKind::Mention => matches!(subject, Subject::Comment(_)),
        NotificationKind::ImportDone | NotificationKind::ImportFailed => {
            matches!(subject, Subject::Import(_))
        }
        NotificationKind::NewUser => matches!(subject, Subject::User(_)),
        NotificationKind::NewFollower => {
            matches!(subject, Subject::Follow { .. } | Subject::AccountFollow { .. })
        }
        NotificationKind::NewInstanceFollower | NotificationKind::InstanceFollowing => {
            matches!(subject, Subject::InstanceFollow { .. })
        }
        NotificationKind::Invited
        | NotificationKind::InvitationAccepted
        | NotificationKind::InvitationRefused => matches!(subject, Subject::Collaborator { .. }),
    }
}

/// This instance, as an actor of the network.
fn instance_of(app: &App) -> api::NotificationActor {
    api::NotificationActor {
        id: 0,
        display_name: app.config().instance.name.clone(),
        name: INSTANCE.to_owned(),
        host: app.url().host().to_owned(),
        avatars: Vec::new(),
    }
}

fn abuse_of(app: &App, abuse: &Abuse) -> api::NotificationAbuse {
    let plain = |video: &ReportedVideo| api::NotificationVideo {
        id: video.id,
        uuid: video.uuid,
        short_uuid: video.uuid.short(),
        name: video.name.clone(),
        channel: None,
    };
    let (video, comment) = match &abuse.subject {
        AbuseSubject::Account => (None, None),
        AbuseSubject::Video(video) => (Some(plain(video)), None),
        AbuseSubject::Comment { thread, video, .. } => {
            (None, Some(api::NotificationAbuseComment { thread_id: *thread, video: plain(video) }))
        }
    };
    let account = app.catalogue().account(abuse.flagged);
    api::NotificationAbuse {
        id: abuse.id,
        state: order::state(abuse.state).id,
        video,
        comment,
        account: account.map(|account| account_of(app, &account)),
    }
}

fn video_of(app: &App, entry: &Entry, with_channel: bool) -> api::NotificationVideo {
    let video = &entry.listed.video;
    let channel = &entry.publisher.channel;
    api::NotificationVideo {
        id: video.id,
        uuid: video.uuid,
        short_uuid: video.uuid.short(),
        name: video.name.clone(),
        channel: with_channel.then(|| channel_of(app, channel)),
    }
}

fn account_of(app: &App, account: &Account) -> api::NotificationActor {
    let summary = actor::account_summary(app.url(), account);
    api::NotificationActor {
        id: summary.id.0,
        display_name: summary.display_name,
        name: summary.name,
        host: summary.host,
        avatars: summary.avatars,
    }
}

fn channel_of(app: &App, channel: &Channel) -> api::NotificationActor {
    let summary = actor::channel_summary(app.url(), channel);
    api::NotificationActor {
        id: summary.id.0,
        display_name: summary.display_name,
        name: summary.name,
        host: summary.host,
        avatars: summary.avatars,
    }
}
