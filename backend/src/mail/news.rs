//! News in words: from what a notification is about to a letter, as far as its reader may see it now.

use shared::id::{CommentId, UserId, VideoId};

use super::faults::import_fault;
use super::words::{About, Language, News, Writer};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::follow;
use crate::domain::ownership;
use crate::domain::right::Right;
use crate::domain::video::sight::Address;
use crate::domain::viewer::{Person, Viewer};
use crate::store::records::{AbuseState, Account, Comment, FollowState, Letter, NotificationKind, Subject};
use crate::store::tables::{AbuseKey, CommentKey, ImportKey, RegistrationKey, UserKey};
use crate::store::{Read as _, StoreError};

/// The letter; none where there is nothing to tell any more. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn letter(
    app: &App,
    user: UserId,
    kind: NotificationKind,
    subject: Subject,
) -> Result<Option<Letter>, StoreError> {
    let Some(record) = app.store().get(&UserKey { user })? else { return Ok(None) };
    let reader = Person { user, account: record.account, role: record.role };
    let writer = Writer {
        language: Language::of(record.preferences.language.as_deref()),
        instance: &app.config().instance.name,
    };
    let write = |about: About<'_>, path: String| {
        Some(writer.news(&record.username, News { about, url: format!("{}{path}", app.url()) }))
    };
    Ok(match subject {
        Subject::Video(video) | Subject::VideoOffer { video, .. } => offered_or_seen(app, reader, video)?
            .and_then(|entry| {
                let (video, channel) = (&entry.listed.video, &entry.publisher.channel.display_name);
                let about = match kind {
                    NotificationKind::VideoPublished => About::VideoPublished { video: &video.name },
                    NotificationKind::VideoHeard => About::VideoHeard { video: &video.name },
                    NotificationKind::VideoUnblocked => About::VideoUnblocked { video: &video.name },
                    NotificationKind::VideoOffered => About::VideoOffered { video: &video.name },
                    NotificationKind::OfferAccepted => About::OfferAccepted { video: &video.name },
                    NotificationKind::OfferRefused => About::OfferRefused { video: &video.name },
                    NotificationKind::NewVideo
                    | NotificationKind::NewComment
                    | NotificationKind::NewUser
                    | NotificationKind::NewFollower
                    | NotificationKind::Mention
                    | NotificationKind::NewAbuse
                    | NotificationKind::AbuseJudged
                    | NotificationKind::AbuseMessage
                    | NotificationKind::VideoBlocked
                    | NotificationKind::VideoAutoBlocked
                    | NotificationKind::ImportDone
                    | NotificationKind::ImportFailed
                    | NotificationKind::Invited
                    | NotificationKind::InvitationAccepted
                    | NotificationKind::InvitationRefused
                    | NotificationKind::ChannelOffered
                    | NotificationKind::ChannelOfferAccepted
                    | NotificationKind::ChannelOfferRefused
                    | NotificationKind::NewInstanceFollower
                    | NotificationKind::InstanceFollowing
                    | NotificationKind::NewRegistration => About::NewVideo { channel, video: &video.name },
                };
                let is_offered = kind == NotificationKind::VideoOffered;
                let watch = format!("/w/{}", video.uuid.short());
                write(about, if is_offered { "/my-library/ownership".to_owned() } else { watch })
            }),
        Subject::Comment(comment) => said(app, reader, comment)?.and_then(|(entry, author, comment)| {
            let (author, video, text) = (&*author, &*entry.listed.video.name, &*comment.text);
            let about = match kind {
                NotificationKind::Mention => About::Mention { author, video, text },
                NotificationKind::NewVideo
                | NotificationKind::NewComment
                | NotificationKind::VideoPublished
                | NotificationKind::VideoHeard
                | NotificationKind::NewUser
                | NotificationKind::NewFollower
                | NotificationKind::NewAbuse
                | NotificationKind::AbuseJudged
                | NotificationKind::AbuseMessage
                | NotificationKind::VideoBlocked
                | NotificationKind::VideoUnblocked
                | NotificationKind::VideoAutoBlocked
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
                | NotificationKind::InvitationRefused
                | NotificationKind::NewInstanceFollower
                | NotificationKind::InstanceFollowing
                | NotificationKind::NewRegistration => About::Comment { author, video, text },
            };
            let thread = comment.thread;
            write(about, format!("/w/{};threadId={thread}", entry.listed.video.uuid.short()))
        }),
        Subject::User(new) => {
            let new = app.store().get(&UserKey { user: new })?;
            new.and_then(|new| write(About::NewUser { who: &new.username }, format!("/a/{}", new.username)))
        }
        Subject::Abuse(abuse) => {
            let abuse = app.store().get(&AbuseKey { abuse })?;
            let judges = reader.has(Right::ManageAbuses);
            let abuse = abuse.filter(|abuse| judges || abuse.reporter == reader.account);
            abuse.and_then(|abuse| {
                let about = match kind {
                    NotificationKind::AbuseJudged => About::AbuseJudged {
                        accepted: abuse.state == AbuseState::Accepted,
                        reason: &abuse.reason,
                    },
                    NotificationKind::AbuseMessage => About::AbuseMessage { reason: &abuse.reason },
                    NotificationKind::NewVideo
                    | NotificationKind::NewComment
                    | NotificationKind::VideoPublished
                    | NotificationKind::VideoHeard
                    | NotificationKind::NewUser
                    | NotificationKind::NewFollower
                    | NotificationKind::Mention
                    | NotificationKind::NewAbuse
                    | NotificationKind::VideoBlocked
                    | NotificationKind::VideoUnblocked
                    | NotificationKind::VideoAutoBlocked
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
                    | NotificationKind::InvitationRefused
                    | NotificationKind::NewInstanceFollower
                    | NotificationKind::InstanceFollowing
                    | NotificationKind::NewRegistration => About::NewAbuse { reason: &abuse.reason },
                };
                let own = abuse.reporter == reader.account;
                let page = if own { "/my-account/abuses" } else { "/admin/moderation/abuses/list" };
                write(about, page.to_owned())
            })
        }
        Subject::Block { video, .. } => entry(app, reader, video).and_then(|entry| {
            let video = &entry.listed.video;
            let reason = video.blocked.as_ref().and_then(|block| block.reason.as_deref()).unwrap_or_default();
            let about = match kind {
                NotificationKind::VideoAutoBlocked => About::VideoAutoBlocked { video: &video.name },
                NotificationKind::NewVideo
                | NotificationKind::NewComment
                | NotificationKind::VideoPublished
                | NotificationKind::VideoHeard
                | NotificationKind::NewUser
                | NotificationKind::NewFollower
                | NotificationKind::Mention
                | NotificationKind::NewAbuse
                | NotificationKind::AbuseJudged
                | NotificationKind::AbuseMessage
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
                | NotificationKind::InvitationRefused
                | NotificationKind::NewInstanceFollower
                | NotificationKind::InstanceFollowing
                | NotificationKind::NewRegistration => About::VideoBlocked { video: &video.name, reason },
            };
            write(about, format!("/w/{}", video.uuid.short()))
        }),
        Subject::Registration(id) => {
            let found = app.store().get(&RegistrationKey { registration: id })?;
            let page = "/admin/moderation/registrations/list";
            found.and_then(|found| write(About::NewRegistration { who: &found.username }, page.to_owned()))
        }
        Subject::Import(id) => {
            let import = app.store().get(&ImportKey { import: id })?.filter(|import| import.user == user);
            import.and_then(|import| {
                if kind == NotificationKind::ImportDone {
                    let entry = import.video.and_then(|video| entry(app, reader, video))?;
                    let video = &entry.listed.video;
                    return write(
                        About::ImportDone { video: &video.name },
                        format!("/w/{}", video.uuid.short()),
                    );
                }
                // Tried again since, and come: that is another letter.
                match &import.error {
                    None => None,
                    Some(english) => {
                        let about = import.about.as_deref();
                        let reason = import_fault(writer.language, import.fault, about, english);
                        write(
                            About::ImportFailed { url: import.source.name(), reason: &reason },
                            "/my-library/video-imports".to_owned(),
                        )
                    }
                }
            })
        }
        Subject::ChannelOffer { id, channel, to, .. } => {
            let waits = ownership::channel::of_channel(app.store(), channel)?;
            let waits = waits.is_some_and(|offer| offer.number == id);
            let ends = app.catalogue().account(to).zip(app.catalogue().publisher(channel));
            ends.and_then(|(to, publisher)| {
                let (who, channel) = (&*to.display_name, &*publisher.channel.display_name);
                let page = format!("/c/{}", publisher.channel.name);
                match kind {
                    NotificationKind::ChannelOfferAccepted => {
                        write(About::ChannelOfferAccepted { who, channel }, page)
                    }
                    NotificationKind::ChannelOfferRefused => {
                        write(About::ChannelOfferRefused { who, channel }, page)
                    }
                    NotificationKind::NewVideo
                    | NotificationKind::NewComment
                    | NotificationKind::VideoPublished
                    | NotificationKind::VideoHeard
                    | NotificationKind::NewUser
                    | NotificationKind::NewFollower
                    | NotificationKind::Mention
                    | NotificationKind::NewAbuse
                    | NotificationKind::AbuseJudged
                    | NotificationKind::AbuseMessage
                    | NotificationKind::VideoBlocked
                    | NotificationKind::VideoUnblocked
                    | NotificationKind::VideoAutoBlocked
                    | NotificationKind::VideoOffered
                    | NotificationKind::OfferAccepted
                    | NotificationKind::OfferRefused
                    | NotificationKind::ChannelOffered
                    | NotificationKind::ImportDone
                    | NotificationKind::ImportFailed
                    | NotificationKind::Invited
                    | NotificationKind::InvitationAccepted
                    | NotificationKind::InvitationRefused
                    | NotificationKind::NewInstanceFollower
                    | NotificationKind::InstanceFollowing
                    | NotificationKind::NewRegistration => {
                        // Answered or taken back since: there is nothing to say any more.
                        let owner = &*publisher.account.display_name;
                        let about = About::ChannelOffered { owner, channel };
                        waits.then(|| write(about, "/my-library/ownership".to_owned())).flatten()
                    }
                }
            })
        }
        Subject::Collaborator { account, channel, .. } => {
            let ends = app.catalogue().account(account).zip(app.catalogue().publisher(channel));
            ends.and_then(|(account, publisher)| {
                let (who, channel) = (&*account.display_name, &*publisher.channel.display_name);
                let edit = format!("/my-library/video-channels/update/{}", publisher.channel.name);
                match kind {
                    NotificationKind::InvitationAccepted => {
                        write(About::InvitationAccepted { who, channel }, edit)
                    }
                    NotificationKind::InvitationRefused => {
                        write(About::InvitationRefused { who, channel }, edit)
                    }
                    NotificationKind::NewVideo
                    | NotificationKind::NewComment
                    | NotificationKind::VideoPublished
                    | NotificationKind::VideoHeard
                    | NotificationKind::NewUser
                    | NotificationKind::NewFollower
                    | NotificationKind::Mention
                    | NotificationKind::NewAbuse
                    | NotificationKind::AbuseJudged
                    | NotificationKind::AbuseMessage
                    | NotificationKind::VideoBlocked
                    | NotificationKind::VideoUnblocked
                    | NotificationKind::VideoAutoBlocked
                    | NotificationKind::VideoOffered
                    | NotificationKind::OfferAccepted
                    | NotificationKind::OfferRefused
                    | NotificationKind::ChannelOffered
                    | NotificationKind::ChannelOfferAccepted
                    | NotificationKind::ChannelOfferRefused
                    | NotificationKind::Invited
                    | NotificationKind::ImportDone
                    | NotificationKind::ImportFailed
                    | NotificationKind::NewInstanceFollower
                    | NotificationKind::InstanceFollowing
                    | NotificationKind::NewRegistration => {
                        let owner = &*publisher.account.display_name;
                        write(About::Invited { owner, channel }, "/my-library/video-channels".to_owned())
                    }
                }
            })
        }
        Subject::Follow { follower, channel, .. } => {
            let ends = app.catalogue().account(follower).zip(app.catalogue().publisher(channel));
            ends.and_then(|(follower, followed)| {
                let about = About::NewFollower {
                    who: &follower.display_name,
                    channel: &followed.channel.display_name,
                };
                write(about, format!("/a/{}", handle(&follower)))
            })
        }
        Subject::AccountFollow { follower, account, .. } => {
            let ends = app.catalogue().account(follower).zip(app.catalogue().account(account));
            ends.and_then(|(follower, followed)| {
                let (who, account) = (&*follower.display_name, &*followed.display_name);
                write(About::NewAccountFollower { who, account }, format!("/a/{}", handle(&follower)))
            })
        }
        Subject::InstanceFollow { id, other } => {
            let followings = "/admin/settings/follows";
            let state = follow::get(app.store(), id)?.map(|follow| follow.state);
            app.catalogue().account(other).and_then(|other| {
                let who = &*handle(&other);
                if kind == NotificationKind::InstanceFollowing {
                    return write(About::InstanceFollowing { who }, format!("{followings}/following-list"));
                }
                let waits = state? == FollowState::Pending;
                write(About::NewInstanceFollower { who, waits }, format!("{followings}/followers-list"))
            })
        }
    })
}

/// How people name an account: with its server where that is another.
fn handle(account: &Account) -> String {
    account.host().map_or_else(|| account.name.clone(), |host| format!("{}@{host}", account.name))
}

/// The video, if its reader may see it, or is to say whether they take it.
fn offered_or_seen(
    app: &App,
    reader: Person,
    video: VideoId,
) -> Result<Option<std::sync::Arc<Entry>>, StoreError> {
    let is_offered = ownership::is_offered_to(app.store(), video, reader.account)?;
    Ok(if is_offered { app.catalogue().video(video) } else { entry(app, reader, video) })
}

/// The video, if its reader may see it.
fn entry(app: &App, reader: Person, video: VideoId) -> Option<std::sync::Arc<Entry>> {
    let entry = app.catalogue().video(video)?;
    entry.listed.sight().opens_to(&Viewer::Person(reader), Address::Uuid).ok()?;
    Some(entry)
}

type Said = (std::sync::Arc<Entry>, String, Comment);

fn said(app: &App, reader: Person, comment: CommentId) -> Result<Option<Said>, StoreError> {
    let comment = app.store().get(&CommentKey { comment })?;
    Ok(comment.and_then(|comment| {
        let author = app.catalogue().account(comment.author?)?;
        Some((entry(app, reader, comment.video)?, author.display_name, comment))
    }))
}
