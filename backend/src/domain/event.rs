//! What happened, in the rules' own words. Says what, never who must hear of it: that is `fanout`.

use shared::id::{
    AbuseId, AccountId, BlockId, ChannelId, CollaboratorId, CommentId, FollowId, ImportId, PlaylistId,
    RegistrationId, UserId, Uuid, VideoId,
};

use crate::store::records::{ChannelOffer, NotificationKind, Offer, Party, Subject};

/// Between whom an offer passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parties {
    /// The offer's number.
    pub number: u64,
    /// Whose it is that is offered.
    pub from: AccountId,
    /// Who offers it.
    pub by: AccountId,
    /// Who is to answer.
    pub to: AccountId,
}

impl Parties {
    /// Those of an offer of a channel.
    #[must_use]
    pub fn of(offer: &ChannelOffer) -> Parties {
        Parties { number: offer.number, from: offer.from, by: offer.by, to: offer.to }
    }

    /// Those of an offer of a video to somebody.
    #[must_use]
    pub fn of_video(offer: &Offer, to: AccountId) -> Parties {
        Parties { number: offer.number, from: offer.from, by: offer.by.unwrap_or(offer.from), to }
    }
}

/// Something that happened in a unit of work. Noted with `Write::note`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// A video's file arrived whole.
    VideoArrived(VideoId),
    /// A file that is to replace a video's arrived whole.
    ReplacementArrived(VideoId),
    /// A video was offered to somebody.
    VideoOffered {
        /// Which.
        video: VideoId,
        /// By whom to whom.
        offer: Parties,
    },
    /// Somebody took a video that was offered to them, or left it.
    OfferAnswered {
        /// Which.
        video: VideoId,
        /// By whom to whom.
        offer: Parties,
        /// Whether they took it.
        accepted: bool,
    },
    /// A channel was offered to somebody.
    ChannelOffered {
        /// Which.
        channel: ChannelId,
        /// By whom to whom.
        offer: Parties,
    },
    /// Somebody took a channel that was offered to them, or left it.
    ChannelOfferAnswered {
        /// Which.
        channel: ChannelId,
        /// By whom to whom.
        offer: Parties,
        /// Whether they took it.
        accepted: bool,
    },
    /// A video's torrents are not what its name and privacy ask for.
    TorrentsOutdated(VideoId),
    /// A video's captions are others than before.
    CaptionsChanged(VideoId),
    /// A picture of an account or a channel is shown no more.
    PictureDropped {
        /// The name its files are under.
        name: Uuid,
    },
    /// Somebody made themselves a login, or was let in.
    UserRegistered(UserId),
    /// Somebody asked to be let in.
    RegistrationAsked(RegistrationId),
    /// A login was kept out, or let in again.
    UserBlocked {
        /// Which.
        user: UserId,
        /// Whether it is kept out now.
        is_blocked: bool,
    },
    /// A video was deleted by its owner or by a moderator.
    VideoDeleted {
        /// The video.
        id: VideoId,
        /// The name its files are under.
        uuid: Uuid,
    },
    /// A video of another server is gone here.
    RemoteVideoRemoved(VideoId),
    /// Somebody of another server is gone there; what is theirs is still to be removed.
    RemoteActorGone(Party),
    /// Somebody commented on a video, for all to see or for its owner to review.
    CommentMade(CommentId),
    /// A comment that waited for the video's owner can be seen.
    CommentApproved(CommentId),
    /// A video can be watched, after its maker chose to wait for its renditions.
    VideoReady(VideoId),
    /// A video is in lists from now on, of everybody or of those who are signed in. It may have been before.
    VideoShown(VideoId),
    /// Somebody wants to be told of something by e-mail.
    MailWanted {
        /// Who.
        user: UserId,
        /// What kind of news it is.
        kind: NotificationKind,
        /// What it is about.
        subject: Subject,
    },
    /// A video came from elsewhere, or none did.
    ImportEnded(ImportId),
    /// Somebody reported something.
    AbuseMade(AbuseId),
    /// A report was judged.
    AbuseJudged(AbuseId),
    /// Something was said about a report.
    AbuseDiscussed {
        /// Which report.
        abuse: AbuseId,
        /// Who said so.
        author: AccountId,
        /// Whether as a moderator.
        by_moderator: bool,
    },
    /// A video was hidden.
    VideoBlocked {
        /// Which.
        video: VideoId,
        /// Its block's number.
        block: BlockId,
        /// Until a moderator has seen it, rather than because one has.
        automatic: bool,
    },
    /// A video is hidden no more.
    VideoUnblocked(VideoId),
    /// An account follows a channel from now on.
    Followed {
        /// The following's number.
        id: FollowId,
        /// Who follows.
        follower: AccountId,
        /// Whom.
        channel: ChannelId,
    },
    /// Somebody of another server follows an account from now on.
    AccountFollowed {
        /// The following's number.
        id: FollowId,
        /// Who follows.
        follower: AccountId,
        /// Whom.
        account: AccountId,
    },
    /// Somebody of another server follows this one, or asks whether it may.
    InstanceFollowed {
        /// The following's number.
        id: FollowId,
        /// Who: mostly an instance.
        follower: AccountId,
    },
    /// This instance follows another because its settings say so.
    InstanceFollowedByItself {
        /// The following's number.
        id: FollowId,
        /// Whom.
        followed: AccountId,
    },
    /// A channel is gone, with its videos.
    ChannelRemoved(ChannelId),
    /// An account is gone, with its channels.
    AccountRemoved(AccountId),
    /// What is said in it was written down.
    VideoHeard(VideoId),
    /// A login is gone, with its account.
    UserRemoved(UserId),
    /// Somebody was asked to edit another's channel.
    CollaboratorInvited {
        /// Their part's number.
        id: CollaboratorId,
        /// Who.
        account: AccountId,
        /// Which channel.
        channel: ChannelId,
    },
    /// Somebody answered who was asked to edit another's channel.
    CollaboratorAnswered {
        /// Their part's number.
        id: CollaboratorId,
        /// Who.
        account: AccountId,
        /// Which channel.
        channel: ChannelId,
        /// Whether they edit it from now on.
        accepted: bool,
    },
    /// Lists of videos that were this account's are another's; what they hold is still filed under it.
    PlaylistsGiven(AccountId),
    /// A list of videos is gone; what it held is still to be removed.
    PlaylistRemoved {
        /// The list.
        id: PlaylistId,
        /// Whose it was.
        account: AccountId,
    },
}
