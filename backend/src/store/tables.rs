//! Every table's key layout, on one page.
//!
//! | byte | table | key | record |
//! |---|---|---|---|
//! | 0 | none: the sum over all rows, `store::integrity` | | |
//! | 1 | settings | name | [`Setting`] |
//! | 2 | users | user | [`User`] |
//! | 3 | user names | lower-case name | user |
//! | 17 | user e-mails | lower-case address | user |
//! | 4 | accounts | account | [`Account`] |
//! | 5 | account names | lower-case name | account |
//! | 6 | channels | channel | [`Channel`] |
//! | 7 | channel names | lower-case name | channel |
//! | 8 | channels of an account | account, channel | – |
//! | 9 | access tokens | SHA-256 of the token | [`AccessToken`] |
//! | 10 | refresh tokens | SHA-256 of the token | [`RefreshToken`] |
//! | 11 | videos | video | [`Video`] |
//! | 12 | video UUIDs | UUID | video |
//! | 13 | videos of a channel | channel, video | – |
//! | 14 | uploads | upload's 16 random bytes | [`Upload`] |
//! | 15 | jobs | job | [`Job`] |
//! | 16 | jobs due | time, job | – |
//! | 18 | views of a day | first moment of the day, video | number |
//! | 20 | sessions | user, session | [`Session`] |
//! | 21 | registrations | registration | [`Registration`] |
//! | 22 | registration names | lower-case name | registration |
//! | 23 | registration e-mails | lower-case address | registration |
//! | 24 | mails | time it is due, mail | [`Mail`] |
//! | 25 | second proofs | user | [`TwoFactor`] |
//! | 40 | ratings | video, account | [`Rating`] |
//! | 41 | ratings of an account | account, ↓time, video | [`Opinion`] |
//! | 42 | tallies | account | [`Tally`] |
//! | 43 | comments | comment | [`Comment`] |
//! | 44 | threads | video, ↓time, comment | – |
//! | 45 | threads by replies | video, ↓replies, ↓time, comment | – |
//! | 46 | replies | comment, reply | author, where the reply is held |
//! | 47 | held comments | video, ↓time, comment | account |
//! | 48 | comments of an account | account, comment | video |
//! | 49 | comments of a video | video, comment | – |
//! | 50 | talk about a video | video | [`VideoTalk`] |
//! | 51 | subscriptions | account, channel | [`Subscription`] |
//! | 52 | subscriptions in order | account, follow | channel |
//! | 53 | followers | channel, follow | account |
//! | 54 | watched | video, account | [`Watched`] |
//! | 55 | history | account, ↓time, video | – |
//! | 56 | notifications | user, notification | [`Notification`] |
//! | 57 | unread notifications | user, notification | – |
//! | 58 | notification settings | user | [`NotificationSettings`] |
//! | 59 | announced videos | video | – |
//! | 85 | schedules | time, video | – |
//! | 86 | watched in all | video | [`WatchTotal`] |
//! | 87 | watched of a day | video, first moment of the day | [`WatchDay`] |
//! | 88 | offers | account, video | [`Offer`] |
//! | 89 | offers by video | video | account |
//! | 90 | offers of channels | channel | [`ChannelOffer`] |
//! | 91 | offers of channels to an account | account, channel | – |
//! | 92 | offers of channels by number | offer's number | channel |
//! | 100 | reports | report | [`Abuse`] |
//! | 101 | reports of a reporter | account, report | – |
//! | 102 | counts of an account's reports | account; 0 for all | [`Reports`] |
//! | 103 | counts of a video's reports | video | count |
//! | 104 | messages about reports | report, message | [`AbuseMessage`] |
//! | 105 | blocked videos | block | video |
//! | 106 | muted accounts | account (0: the instance), account | time |
//! | 107 | muted servers | account (0: the instance), host | time |
//! | 108 | watched words | account (0: the instance), list | [`WordList`] |
//! | 109 | tags that hold comments | account | [`HeldTags`] |
//! | 110 | audit log | line | [`Audit`] |
//! | 70 | playlists | playlist | [`VideoPlaylist`] |
//! | 71 | playlists of an account | account, playlist | – |
//! | 72 | playlists of a channel | channel, playlist | – |
//! | 73 | elements | playlist, place | [`Element`] |
//! | 74 | places of elements | element | [`ElementPlace`] |
//! | 75 | elements of a video | video, element | playlist |
//! | 76 | elements of an account | account, video, element | playlist |
//! | 120 | changed settings | path of the field | [`Custom`] |
//! | 121 | pages of the instance | name | [`SitePage`] |
//! | 122 | pictures of the instance | name | [`ActorPicture`] |
//! | 141 | imports | import | [`Import`] |
//! | 142 | imports of a user | user, import | – |
//! | 143 | imports that are not over | import | – |
//! | 144 | torrents of imports | import | [`SentTorrent`] |
//! | 111 | channels elsewhere | synchronisation | [`ChannelSync`] |
//! | 112 | synchronisations of a channel | channel, synchronisation | – |
//! | 113 | addresses known to a channel | channel, SHA-256 of the address, first half | [`KnownAddress`] |
//! | 114 | pictures of imports | import | [`SentPictures`] |
//! | 140 | views of a channel's day | first moment of the day, channel | number |
//! | 150 | subscribed lists of mutes | subscription | [`BlocklistSubscription`] |
//! | 151 | mutes of a list | subscription, target | – |
//! | 152 | origins of mutes | target | [`MuteOrigin`] |
//! | 153 | mutes by hand | time | [`MuteDeed`] |
//! | 154 | subscribed lists of words | account (0: the instance), subscription | [`WordSubscription`] |
//! | 160 | collaborations | account, channel | – |
//! | 161 | deeds in a channel | channel, number | [`Activity`] |
//! | 162 | actors | lower-case name | [`Actor`] |
//! | 163 | traces | UUID | [`Trace`] |
//! | 170 | servers | server | [`Server`] |
//! | 171 | servers by host | host | server |
//! | 172 | posts | post | [`Post`] |
//! | 173 | deliveries | server, lane, number | [`Delivery`] |
//! | 174 | servers due | time, server | failures in a row |
//! | 175 | latest deliveries | server, what they are about | lane and number |
//! | 176 | outcomes | server, number | [`Outcome`] |
//! | 180 | actors of other servers | id | [`Party`] |
//! | 181 | things of other servers | id | [`RemoteObject`] |
//! | 182 | followings across servers | follow | [`Follow`] |
//! | 183 | who follows whom across servers | follower, followed | follow |
//! | 184 | followers across servers | followed, follow | follower |
//! | 185 | followed across servers | follower, follow | followed |
//! | 186 | where followers are told | followed, inbox | how many accepted ones |
//! | 187 | inbox | number | [`Arrived`] |
//! | 188 | heard | SHA-256 of what tells an activity from others, first half | when |
//! | 189 | received | number | [`Received`] |
//! | 190 | shares | video, who | id of the `Announce` |
//! | 191 | names on other servers | lower-case `name@host` | [`Party`] |
//! | 196 | words of comments that waited | comment | [`Withheld`] |
//! | 200 | why followings came to nothing | job | [`FollowFault`] |
//! | 192 | copies of videos of other servers | copy | [`Mirror`] |
//! | 193 | the copy of a video | video | copy |
//! | 194 | servers whose videos may be copied | host | time |
//! | 195 | videos of which a copy was asked for | video | [`MirrorWish`] |
//! | 198 | repairs | what of other servers | [`Repair`] |
//! | 199 | repairs due | whether somebody waits (0: yes), time, what | – |
//!
//! Fields with an arrow are inverted, so that the largest comes first. Numbers are eight bytes, big-endian. Names are UTF-8 and the last field of their key.

use shared::id::{
    AbuseId, AbuseMessageId, AccountId, AuditId, BlockId, BlocklistSubscriptionId, ChannelId, CommentId,
    ElementId, FollowId, ImportId, JobId, MailId, MirrorId, NotificationId, PlaylistId, PostId,
    RegistrationId, ServerId, SessionId, SyncId, UserId, Uuid, VideoId, WordListId, WordSubscriptionId,
};
use shared::time::Timestamp;

use super::StoreError;
use super::records::{
    Abuse, AbuseMessage, AccessToken, Account, Activity, Actor, ActorPicture, Arrived, Audit,
    BlocklistSubscription, Channel, ChannelOffer, ChannelSync, Comment, Custom, Delivery, Element,
    ElementPlace, Follow, FollowFault, HeldTags, Import, Job, KnownAddress, Mail, Mirror, MirrorWish,
    MuteDeed, MuteOrigin, Notification, NotificationSettings, Offer, Opinion, Outcome, Party, Post, Rating,
    Received, RefreshToken, Registration, RemoteObject, Repair, RepairTarget, Reports, SentPictures,
    SentTorrent, Server, Session, Setting, Share, SitePage, Subscription, Tally, Trace, TwoFactor, Upload,
    User, Video, VideoPlaylist, VideoTalk, WatchDay, WatchTotal, Watched, Withheld, WordList,
    WordSubscription,
};
use super::table::{Key, Prefix, Record, Table};

/// A table's name in messages.
#[must_use]
pub fn name(table: Table) -> &'static str {
    match table {
        Table::Settings => "settings",
        Table::Users => "users",
        Table::UserNames => "user names",
        Table::UserEmails => "user e-mails",
        Table::Accounts => "accounts",
        Table::AccountNames => "account names",
        Table::Channels => "channels",
        Table::ChannelNames => "channel names",
        Table::AccountChannels => "channels of an account",
        Table::AccessTokens => "access tokens",
        Table::RefreshTokens => "refresh tokens",
        Table::Videos => "videos",
        Table::VideoUuids => "video UUIDs",
        Table::ChannelVideos => "videos of a channel",
        Table::Uploads => "uploads",
        Table::Jobs => "jobs",
        Table::JobsDue => "jobs due",
        Table::ViewDays => "views of a day",
        Table::ChannelViewDays => "views of a channel's day",
        Table::Imports => "imports",
        Table::UserImports => "imports of a user",
        Table::OpenImports => "imports that are not over",
        Table::ImportTorrents => "torrents of imports",
        Table::Syncs => "channels elsewhere",
        Table::ChannelSyncs => "synchronisations of a channel",
        Table::KnownAddresses => "addresses known to a channel",
        Table::ImportPictures => "pictures of imports",
        Table::Sessions => "sessions",
        Table::Registrations => "registrations",
        Table::RegistrationNames => "registration names",
        Table::RegistrationEmails => "registration e-mails",
        Table::Mails => "mails",
        Table::TwoFactors => "second proofs",
        Table::Ratings => "ratings",
        Table::AccountRatings => "ratings of an account",
        Table::Tallies => "tallies",
        Table::Comments => "comments",
        Table::Threads => "threads",
        Table::ThreadsByReplies => "threads by replies",
        Table::Replies => "replies",
        Table::HeldComments => "held comments",
        Table::AccountComments => "comments of an account",
        Table::VideoComments => "comments of a video",
        Table::VideoTalks => "talk about a video",
        Table::Subscriptions => "subscriptions",
        Table::AccountFollows => "subscriptions in order",
        Table::Followers => "followers",
        Table::Watched => "watched",
        Table::History => "history",
        Table::Notifications => "notifications",
        Table::UnreadNotifications => "unread notifications",
        Table::NotificationSettings => "notification settings",
        Table::Announced => "announced videos",
        Table::Schedules => "schedules",
        Table::WatchTotals => "watched in all",
        Table::WatchDays => "watched of a day",
        Table::Offers => "offers",
        Table::VideoOffers => "offers by video",
        Table::ChannelOffers => "offers of channels",
        Table::AccountChannelOffers => "offers of channels to an account",
        Table::ChannelOfferNumbers => "offers of channels by number",
        Table::Abuses => "reports",
        Table::ReporterAbuses => "reports of a reporter",
        Table::AccountReports => "counts of an account's reports",
        Table::VideoReports => "counts of a video's reports",
        Table::AbuseMessages => "messages about reports",
        Table::Blocks => "blocked videos",
        Table::AccountMutes => "muted accounts",
        Table::ServerMutes => "muted servers",
        Table::WordLists => "watched words",
        Table::HeldTags => "tags that hold comments",
        Table::Audits => "audit log",
        Table::Playlists => "playlists",
        Table::AccountPlaylists => "playlists of an account",
        Table::ChannelPlaylists => "playlists of a channel",
        Table::Elements => "elements",
        Table::ElementPlaces => "places of elements",
        Table::VideoElements => "elements of a video",
        Table::AccountElements => "elements of an account",
        Table::Customs => "changed settings",
        Table::SitePages => "pages of the instance",
        Table::SitePictures => "pictures of the instance",
        Table::BlocklistSubscriptions => "subscribed lists of mutes",
        Table::ListedMutes => "mutes of a list",
        Table::MuteOrigins => "origins of mutes",
        Table::MuteDeeds => "mutes by hand",
        Table::WordSubscriptions => "subscribed lists of words",
        Table::Collaborations => "collaborations",
        Table::Servers => "servers",
        Table::ServerHosts => "server hosts",
        Table::Posts => "posts",
        Table::Deliveries => "deliveries",
        Table::ServersDue => "servers due",
        Table::LatestDeliveries => "latest deliveries",
        Table::RemoteActors => "actors of other servers",
        Table::RemoteObjects => "things of other servers",
        Table::Follows => "followings across servers",
        Table::FollowsBetween => "who follows whom across servers",
        Table::PartyFollowers => "followers across servers",
        Table::PartyFollowed => "followed across servers",
        Table::Listeners => "where followers are told",
        Table::Inbox => "inbox",
        Table::Heard => "heard",
        Table::Received => "received",
        Table::Shares => "shares",
        Table::RemoteNames => "names on other servers",
        Table::Withheld => "words of comments that waited",
        Table::FollowFaults => "why followings came to nothing",
        Table::Mirrors => "copies of videos of other servers",
        Table::VideoMirrors => "the copy of a video",
        Table::MirroredHosts => "servers whose videos may be copied",
        Table::MirrorWishes => "videos of which a copy was asked for",
        Table::Repairs => "repairs",
        Table::RepairsDue => "repairs due",
        Table::Outcomes => "outcomes",
        Table::Activities => "deeds in a channel",
        Table::Actors => "actors",
        Table::Traces => "traces",
    }
}

impl Record for UserId {}
impl Record for AccountId {}
impl Record for ChannelId {}
impl Record for VideoId {}
impl Record for RegistrationId {}
impl Record for PlaylistId {}
impl Record for u64 {}
impl Record for (u64, u64) {}
impl Record for ServerId {}
impl Record for FollowId {}
impl Record for MirrorId {}
impl Record for Option<AccountId> {}

/// A field of a key with a fixed width.
trait Field: Sized {
    fn put(&self, out: &mut Vec<u8>);
    /// Takes the field from the front of `bytes`.
    fn take(bytes: &mut &[u8]) -> Option<Self>;
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (field, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*field)
}

macro_rules! number_fields {
    ($($name:ident),*) => {$(
        impl Field for $name {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend(self.to_be_bytes());
            }
            fn take(bytes: &mut &[u8]) -> Option<$name> {
                take(bytes).map(|field| $name(u64::from_be_bytes(field)))
            }
        }
    )*};
}

number_fields!(
    UserId,
    AccountId,
    ChannelId,
    VideoId,
    JobId,
    CommentId,
    FollowId,
    NotificationId,
    SessionId,
    ImportId,
    SyncId,
    RegistrationId,
    MailId,
    AbuseId,
    AbuseMessageId,
    BlockId,
    WordListId,
    BlocklistSubscriptionId,
    WordSubscriptionId,
    AuditId,
    ElementId,
    PlaylistId,
    PostId,
    ServerId,
    MirrorId
);

impl Field for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.to_be_bytes());
    }
    fn take(bytes: &mut &[u8]) -> Option<u64> {
        take(bytes).map(u64::from_be_bytes)
    }
}

/// What somebody is, then their number.
impl Field for Party {
    fn put(&self, out: &mut Vec<u8>) {
        let (kind, number) = match self {
            Party::Instance => (0, 0),
            Party::Account(account) => (1, account.0),
            Party::Channel(channel) => (2, channel.0),
        };
        out.push(kind);
        out.extend(u64::to_be_bytes(number));
    }
    fn take(bytes: &mut &[u8]) -> Option<Party> {
        let [kind] = take(bytes)?;
        let number = u64::from_be_bytes(take(bytes)?);
        match kind {
            0 => Some(Party::Instance),
            1 => Some(Party::Account(AccountId(number))),
            2 => Some(Party::Channel(ChannelId(number))),
            _ => None,
        }
    }
}

/// What it is, then its number.
impl Field for RepairTarget {
    fn put(&self, out: &mut Vec<u8>) {
        let (kind, number) = match self {
            RepairTarget::Video(video) => (0, video.0),
            RepairTarget::Account(account) => (1, account.0),
            RepairTarget::Channel(channel) => (2, channel.0),
            RepairTarget::Comment(comment) => (3, comment.0),
        };
        out.push(kind);
        out.extend(u64::to_be_bytes(number));
    }
    fn take(bytes: &mut &[u8]) -> Option<RepairTarget> {
        let [kind] = take(bytes)?;
        let number = u64::from_be_bytes(take(bytes)?);
        match kind {
            0 => Some(RepairTarget::Video(VideoId(number))),
            1 => Some(RepairTarget::Account(AccountId(number))),
            2 => Some(RepairTarget::Channel(ChannelId(number))),
            3 => Some(RepairTarget::Comment(CommentId(number))),
            _ => None,
        }
    }
}

/// Two fields of a prefix.
impl<A: Field, B: Field> Field for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn take(bytes: &mut &[u8]) -> Option<(A, B)> {
        Some((A::take(bytes)?, B::take(bytes)?))
    }
}

/// A date in a key whose scans begin with the latest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Latest(pub Timestamp);

impl Field for Latest {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.0.to_be_bytes().map(|byte| !byte));
    }
    fn take(bytes: &mut &[u8]) -> Option<Latest> {
        take(bytes).map(|field: [u8; 8]| Latest(Timestamp::from_be_bytes(field.map(|byte| !byte))))
    }
}

/// A number in a key whose scans begin with the largest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Most(pub u64);

impl Field for Most {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend((!self.0).to_be_bytes());
    }
    fn take(bytes: &mut &[u8]) -> Option<Most> {
        take(bytes).map(|field| Most(!u64::from_be_bytes(field)))
    }
}

impl Field for Timestamp {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.to_be_bytes());
    }
    fn take(bytes: &mut &[u8]) -> Option<Timestamp> {
        take(bytes).map(Timestamp::from_be_bytes)
    }
}

impl Field for Uuid {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.to_be_bytes());
    }
    fn take(bytes: &mut &[u8]) -> Option<Uuid> {
        take(bytes).map(|field| Uuid(u128::from_be_bytes(field)))
    }
}

impl<const N: usize> Field for [u8; N] {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self);
    }
    fn take(bytes: &mut &[u8]) -> Option<[u8; N]> {
        take(bytes)
    }
}

/// The last field of a key may be as long as it likes.
impl Field for String {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.as_bytes());
    }
    fn take(bytes: &mut &[u8]) -> Option<String> {
        let text = std::str::from_utf8(bytes).ok()?.to_owned();
        *bytes = &[];
        Some(text)
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident($($field:ident: $type:ty),+) in $table:ident holds $record:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
            pub struct $name {
                $(#[allow(missing_docs, reason = "the layout above names each field")] pub $field: $type,)+
            }

            impl Key for $name {
                const TABLE: Table = Table::$table;
                type Record = $record;

                fn write(&self, out: &mut Vec<u8>) {
                    $(self.$field.put(out);)+
                }

                fn read(mut bytes: &[u8]) -> Option<$name> {
                    let key = $name { $($field: Field::take(&mut bytes)?,)+ };
                    bytes.is_empty().then_some(key)
                }
            }
        )*

        /// Whether this program reads rows of this table and version, whatever they hold.
        ///
        /// # Errors
        /// [`StoreError::TableTooNew`] or [`StoreError::RowTooNew`].
        pub(super) fn check_version(key: &[u8], value: &[u8]) -> Result<(), StoreError> {
            let (byte, found) = (key.first().copied().unwrap_or(0), value.first().copied().unwrap_or(0));
            let known = [$((Table::$table, <$record as Record>::VERSION)),*];
            match known.into_iter().find(|(table, _)| table.byte() == byte) {
                None => Err(StoreError::TableTooNew { table: byte }),
                Some((table, known)) if known < found => {
                    Err(StoreError::RowTooNew { table: name(table), found, known })
                }
                Some(_) => Ok(()),
            }
        }

        /// Every table with the number of its rows, each of which was read.
        ///
        /// # Errors
        /// [`StoreError`] for a row that cannot be read.
        #[cfg(test)]
        pub(super) fn read_all(read: &impl super::Read) -> Result<Vec<(&'static str, usize)>, StoreError> {
            let mut tables = Vec::new();
            $(
                let rows = read.table::<$name>().collect::<Result<Vec<_>, _>>()?;
                tables.push((name(Table::$table), rows.len()));
            )*
            Ok(tables)
        }

        /// Every table's byte with its records' newest version.
        pub(super) fn all_versions() -> Vec<(u8, u8)> {
            vec![$((Table::$table.byte(), <$record as Record>::VERSION),)*]
        }
    };
}

keys! {
    /// One fact, by name.
    SettingKey(name: String) in Settings holds Setting;

    /// A login.
    UserKey(user: UserId) in Users holds User;

    /// A login by its lower-case name.
    UserNameKey(name: String) in UserNames holds UserId;

    /// A login by its lower-case e-mail address.
    UserEmailKey(email: String) in UserEmails holds UserId;

    /// A publishing person.
    AccountKey(account: AccountId) in Accounts holds Account;

    /// A local account by its lower-case name.
    AccountNameKey(name: String) in AccountNames holds AccountId;

    /// A channel.
    ChannelKey(channel: ChannelId) in Channels holds Channel;

    /// A local channel by its lower-case name.
    ChannelNameKey(name: String) in ChannelNames holds ChannelId;

    /// A channel of an account, first made first.
    AccountChannelKey(account: AccountId, channel: ChannelId) in AccountChannels holds ();

    /// An access token by its hash.
    AccessTokenKey(hash: [u8; 32]) in AccessTokens holds AccessToken;

    /// A refresh token by its hash.
    RefreshTokenKey(hash: [u8; 32]) in RefreshTokens holds RefreshToken;

    /// A video.
    VideoKey(video: VideoId) in Videos holds Video;

    /// A video by its UUID.
    VideoUuidKey(uuid: Uuid) in VideoUuids holds VideoId;

    /// A video of a channel, first made first.
    ChannelVideoKey(channel: ChannelId, video: VideoId) in ChannelVideos holds ();

    /// An upload under way, by its unguessable name.
    UploadKey(upload: [u8; 16]) in Uploads holds Upload;

    /// A piece of work.
    JobKey(job: JobId) in Jobs holds Job;

    /// A piece of work by the time it may be taken.
    JobDueKey(due: Timestamp, job: JobId) in JobsDue holds ();

    /// The views a video had on one day.
    ViewDayKey(day: Timestamp, video: VideoId) in ViewDays holds u64;

    /// The views that a channel's videos had on one day.
    ChannelViewDayKey(day: Timestamp, channel: ChannelId) in ChannelViewDays holds u64;

    /// A video that is fetched from elsewhere.
    ImportKey(import: ImportId) in Imports holds Import;

    /// An import of a login, first asked first.
    UserImportKey(user: UserId, import: ImportId) in UserImports holds ();

    /// An import that is not over, first asked first.
    OpenImportKey(import: ImportId) in OpenImports holds ();

    /// The torrent that an import fetches, where one was sent.
    ImportTorrentKey(import: ImportId) in ImportTorrents holds SentTorrent;

    /// A channel elsewhere whose videos are imported as they come.
    SyncKey(sync: SyncId) in Syncs holds ChannelSync;

    /// A synchronisation into a channel, first made first.
    ChannelSyncKey(channel: ChannelId, sync: SyncId) in ChannelSyncs holds ();

    /// An address whose video may be imported into a channel.
    KnownAddressKey(channel: ChannelId, address: [u8; 16]) in KnownAddresses holds KnownAddress;

    /// The pictures of the video that an import is to bring, where some were sent.
    ImportPicturesKey(import: ImportId) in ImportPictures holds SentPictures;

    /// Where a login is logged in.
    SessionKey(user: UserId, session: SessionId) in Sessions holds Session;

    /// Somebody who asked to be let in.
    RegistrationKey(registration: RegistrationId) in Registrations holds Registration;

    /// Somebody who asked to be let in, by lower-case name.
    RegistrationNameKey(name: String) in RegistrationNames holds RegistrationId;

    /// Somebody who asked to be let in, by lower-case e-mail address.
    RegistrationEmailKey(email: String) in RegistrationEmails holds RegistrationId;

    /// A mail by the time it may be sent.
    MailKey(due: Timestamp, mail: MailId) in Mails holds Mail;

    /// The second proof of a login.
    TwoFactorKey(user: UserId) in TwoFactors holds TwoFactor;

    /// What an account thinks of a video.
    RatingKey(video: VideoId, account: AccountId) in Ratings holds Rating;

    /// What an account thinks of a video, latest first.
    AccountRatingKey(account: AccountId, at: Latest, video: VideoId) in AccountRatings holds Opinion;

    /// What an account has so many of.
    TallyKey(account: AccountId) in Tallies holds Tally;

    /// A comment or a reply.
    CommentKey(comment: CommentId) in Comments holds Comment;

    /// A thread of a video, latest first.
    ThreadKey(video: VideoId, at: Latest, comment: CommentId) in Threads holds ();

    /// A thread of a video, most replies first.
    ThreadByRepliesKey(video: VideoId, replies: Most, at: Latest, comment: CommentId) in ThreadsByReplies holds ();

    /// A reply to a comment, first first, with its author where it is held.
    ReplyKey(parent: CommentId, comment: CommentId) in Replies holds Option<AccountId>;

    /// A comment that waits for the video's owner, latest first, with its author.
    HeldCommentKey(video: VideoId, at: Latest, comment: CommentId) in HeldComments holds AccountId;

    /// A comment of an account, first first, with its video.
    AccountCommentKey(account: AccountId, comment: CommentId) in AccountComments holds VideoId;

    /// A comment of a video, first first.
    VideoCommentKey(video: VideoId, comment: CommentId) in VideoComments holds ();

    /// How much is said about a video.
    VideoTalkKey(video: VideoId) in VideoTalks holds VideoTalk;

    /// An account follows a channel.
    SubscriptionKey(account: AccountId, channel: ChannelId) in Subscriptions holds Subscription;

    /// A channel that an account follows, first followed first.
    AccountFollowKey(account: AccountId, follow: FollowId) in AccountFollows holds ChannelId;

    /// An account that follows a channel, first follower first.
    FollowerKey(channel: ChannelId, follow: FollowId) in Followers holds AccountId;

    /// How far somebody watched a video.
    WatchedKey(video: VideoId, account: AccountId) in Watched holds Watched;

    /// What somebody watched, latest first.
    HistoryKey(account: AccountId, at: Latest, video: VideoId) in History holds ();

    /// A notification, first first.
    NotificationKey(user: UserId, notification: NotificationId) in Notifications holds Notification;

    /// A notification that was not read.
    UnreadKey(user: UserId, notification: NotificationId) in UnreadNotifications holds ();

    /// How each kind of notification arrives.
    NotificationSettingsKey(user: UserId) in NotificationSettings holds NotificationSettings;

    /// A video whose subscribers were told of it.
    AnnouncedKey(video: VideoId) in Announced holds ();

    /// A video by the time it changes its privacy by itself.
    ScheduleKey(at: Timestamp, video: VideoId) in Schedules holds ();

    /// What was watched of a video.
    WatchTotalKey(video: VideoId) in WatchTotals holds WatchTotal;

    /// What was watched of a video on one day.
    WatchDayKey(video: VideoId, day: Timestamp) in WatchDays holds WatchDay;

    /// A video offered to an account.
    OfferKey(to: AccountId, video: VideoId) in Offers holds Offer;

    /// To whom a video is offered.
    VideoOfferKey(video: VideoId) in VideoOffers holds AccountId;

    /// A channel that is offered to somebody.
    ChannelOfferKey(channel: ChannelId) in ChannelOffers holds ChannelOffer;

    /// A channel offered to an account.
    AccountChannelOfferKey(account: AccountId, channel: ChannelId) in AccountChannelOffers holds ();

    /// Which channel an offer is about.
    ChannelOfferNumberKey(number: u64) in ChannelOfferNumbers holds ChannelId;

    /// A report.
    AbuseKey(abuse: AbuseId) in Abuses holds Abuse;

    /// A report by its reporter.
    ReporterAbuseKey(reporter: AccountId, abuse: AbuseId) in ReporterAbuses holds ();

    /// How often an account reported and was reported.
    AccountReportsKey(account: AccountId) in AccountReports holds Reports;

    /// How often a video was reported.
    VideoReportsKey(video: VideoId) in VideoReports holds u64;

    /// What is said about a report, first first.
    AbuseMessageKey(abuse: AbuseId, message: AbuseMessageId) in AbuseMessages holds AbuseMessage;

    /// A blocked video, first blocked first.
    BlockKey(block: BlockId) in Blocks holds VideoId;

    /// An account that another, or the instance, mutes, with since when.
    AccountMuteKey(by: AccountId, target: AccountId) in AccountMutes holds Timestamp;

    /// A server that an account, or the instance, mutes, with since when.
    ServerMuteKey(by: AccountId, host: String) in ServerMutes holds Timestamp;

    /// A list of watched words of an account, or of the instance, first made first.
    WordListKey(owner: AccountId, list: WordListId) in WordLists holds WordList;

    /// The tags with which a comment waits for this account.
    HeldTagsKey(account: AccountId) in HeldTags holds HeldTags;

    /// A line of the audit log, first first.
    AuditKey(audit: AuditId) in Audits holds Audit;

    /// Another server of the network.
    ServerKey(server: ServerId) in Servers holds Server;

    /// Another server by its host, with its port where that is not the usual one, in lower case.
    ServerHostKey(host: String) in ServerHosts holds ServerId;

    /// Something that other servers are told.
    PostKey(post: PostId) in Posts holds Post;

    /// What a server has not heard yet, in the order it is to hear it: by lane, then as it was said.
    DeliveryKey(server: ServerId, lane: u64, number: u64) in Deliveries holds Delivery;

    /// A server that is to hear something, by when it is next told, with how often in a row it could not be reached.
    ServerDueKey(due: Timestamp, server: ServerId) in ServersDue holds u64;

    /// What a server has not heard yet about one thing of which it needs the newest alone.
    LatestDeliveryKey(server: ServerId, about: String) in LatestDeliveries holds (u64, u64);

    /// What became of a delivery to a server.
    OutcomeKey(server: ServerId, number: u64) in Outcomes holds Outcome;

    /// An actor of another server, by its id.
    RemoteActorKey(url: String) in RemoteActors holds Party;

    /// Something of another server, by its id.
    RemoteObjectKey(url: String) in RemoteObjects holds RemoteObject;

    /// A following across servers.
    FollowKey(follow: FollowId) in Follows holds Follow;

    /// Who follows whom across servers.
    FollowBetweenKey(follower: Party, followed: Party) in FollowsBetween holds FollowId;

    /// A follower across servers, first asked first, whatever was answered.
    PartyFollowerKey(followed: Party, follow: FollowId) in PartyFollowers holds Party;

    /// Whom somebody follows across servers, first asked first, whatever was answered.
    PartyFollowedKey(follower: Party, follow: FollowId) in PartyFollowed holds Party;

    /// Where followers of other servers are told something, with how many accepted ones are told there.
    ListenerKey(followed: Party, inbox: String) in Listeners holds u64;

    /// An activity that came and was not done yet, first come first.
    InboxKey(number: u64) in Inbox holds Arrived;

    /// An activity that came lately, by the first half of the SHA-256 of its id.
    HeardKey(digest: [u8; 16]) in Heard holds Timestamp;

    /// What became of an activity that came, first come first.
    ReceivedKey(number: u64) in Received holds Received;

    /// Who shares a video.
    ShareKey(video: VideoId, by: Party) in Shares holds Share;

    /// Somebody of another server by their handle in lower case.
    RemoteNameKey(name: String) in RemoteNames holds Party;

    /// What others have not heard yet of a comment of another server that waits, or waited, for the owner of our video.
    WithheldKey(comment: CommentId) in Withheld holds Withheld;
    /// Why a job that was to follow somebody came to nothing when it was last tried.
    FollowFaultKey(job: JobId) in FollowFaults holds FollowFault;
    /// A whole copy of a video of another server.
    MirrorKey(mirror: MirrorId) in Mirrors holds Mirror;

    /// The copy of a video of another server.
    VideoMirrorKey(video: VideoId) in VideoMirrors holds MirrorId;

    /// A server whose videos may be copied, with since when.
    MirroredHostKey(host: String) in MirroredHosts holds Timestamp;

    /// A video of which somebody asked for a copy that is not there yet.
    MirrorWishKey(video: VideoId) in MirrorWishes holds MirrorWish;
    /// How something of another server is kept true.
    RepairKey(target: RepairTarget) in Repairs holds Repair;

    /// Something of another server that is to be read again: for whom somebody waits first (lane 0), then in turns.
    RepairDueKey(lane: u64, due: Timestamp, target: RepairTarget) in RepairsDue holds ();

    /// A list of videos that somebody made.
    PlaylistKey(playlist: PlaylistId) in Playlists holds VideoPlaylist;

    /// A list of videos of an account, first made first.
    AccountPlaylistKey(account: AccountId, playlist: PlaylistId) in AccountPlaylists holds ();

    /// A list of videos of a channel, first made first.
    ChannelPlaylistKey(channel: ChannelId, playlist: PlaylistId) in ChannelPlaylists holds ();

    /// A video in a list, in the list's order. Places have gaps between them.
    ElementKey(playlist: PlaylistId, place: u64) in Elements holds Element;

    /// Where in its list an element is.
    ElementPlaceKey(element: ElementId) in ElementPlaces holds ElementPlace;

    /// A list that a video is in.
    VideoElementKey(video: VideoId, element: ElementId) in VideoElements holds PlaylistId;

    /// A list of an account that a video is in.
    AccountElementKey(account: AccountId, video: VideoId, element: ElementId) in AccountElements holds PlaylistId;

    /// A setting that was changed while the instance ran.
    CustomKey(path: String) in Customs holds Custom;

    /// A page that administrators wrote, by its name.
    SitePageKey(name: String) in SitePages holds SitePage;

    /// A picture of the instance, by its name.
    SitePictureKey(name: String) in SitePictures holds ActorPicture;

    /// A list of mutes that the instance is subscribed to, first subscribed first.
    BlocklistSubscriptionKey(subscription: BlocklistSubscriptionId) in BlocklistSubscriptions holds BlocklistSubscription;

    /// Somebody whom such a list mutes.
    ListedMuteKey(subscription: BlocklistSubscriptionId, target: String) in ListedMutes holds ();

    /// Which lists mute somebody.
    MuteOriginKey(target: String) in MuteOrigins holds MuteOrigin;

    /// Whom the instance muted by hand, or heard again, first first: no two at one moment.
    MuteDeedKey(at: Timestamp) in MuteDeeds holds MuteDeed;

    /// A list of words that an account, or the instance, is subscribed to, first subscribed first.
    WordSubscriptionKey(owner: AccountId, subscription: WordSubscriptionId) in WordSubscriptions holds WordSubscription;

    /// A channel of somebody else that an account was asked to edit, whatever it answered.
    CollaborationKey(account: AccountId, channel: ChannelId) in Collaborations holds ();

    /// What was done in a channel, first done first.
    ActivityKey(channel: ChannelId, number: u64) in Activities holds Activity;

    /// What others know of the account or channel of this name, or of the instance.
    ActorNameKey(name: String) in Actors holds Actor;

    /// What is left of what had this name for ever.
    TraceKey(uuid: Uuid) in Traces holds Trace;
}

macro_rules! prefixes {
    ($($(#[$doc:meta])* $name:ident($type:ty) of $key:ident;)*) => {$(
        $(#[$doc])*
        pub struct $name(pub $type);

        impl Prefix for $name {
            type Key = $key;

            fn write(&self, out: &mut Vec<u8>) {
                self.0.put(out);
            }
        }
    )*};
}

prefixes! {
    /// The channels of one account.
    ChannelsOf(AccountId) of AccountChannelKey;

    /// What one login imports.
    ImportsOf(UserId) of UserImportKey;

    /// What is imported into one channel as it comes.
    SyncsOf(ChannelId) of ChannelSyncKey;

    /// The addresses known to one channel.
    KnownAddressesOf(ChannelId) of KnownAddressKey;

    /// Where one login is logged in.
    SessionsOf(UserId) of SessionKey;

    /// The videos of one channel.
    VideosOf(ChannelId) of ChannelVideoKey;

    /// What all think of a video.
    RatingsOf(VideoId) of RatingKey;

    /// What an account thinks of all videos.
    RatingsBy(AccountId) of AccountRatingKey;

    /// The threads of a video.
    ThreadsOf(VideoId) of ThreadKey;

    /// The threads of a video by their replies.
    ThreadsByRepliesOf(VideoId) of ThreadByRepliesKey;

    /// The replies to a comment.
    RepliesTo(CommentId) of ReplyKey;

    /// What waits for a video's owner.
    HeldCommentsOf(VideoId) of HeldCommentKey;

    /// All an account said.
    CommentsBy(AccountId) of AccountCommentKey;

    /// All that was said about a video.
    CommentsOf(VideoId) of VideoCommentKey;

    /// Whom an account follows, in no order.
    SubscriptionsOf(AccountId) of SubscriptionKey;

    /// Whom an account follows.
    FollowsOf(AccountId) of AccountFollowKey;

    /// Who follows a channel.
    FollowersOf(ChannelId) of FollowerKey;

    /// Who watched a video.
    WatchersOf(VideoId) of WatchedKey;

    /// What an account watched.
    HistoryOf(AccountId) of HistoryKey;

    /// What is offered to an account.
    OffersTo(AccountId) of OfferKey;

    /// The channels that are offered to an account.
    ChannelOffersTo(AccountId) of AccountChannelOfferKey;

    /// The days on which a video was watched.
    WatchDaysOf(VideoId) of WatchDayKey;

    /// Somebody's notifications.
    NotificationsOf(UserId) of NotificationKey;

    /// Somebody's unread notifications.
    UnreadOf(UserId) of UnreadKey;

    /// What somebody reported.
    AbusesBy(AccountId) of ReporterAbuseKey;

    /// What is said about a report.
    AbuseMessagesOf(AbuseId) of AbuseMessageKey;

    /// Who follows somebody across servers.
    FollowersAcross(Party) of PartyFollowerKey;

    /// Whom somebody follows across servers.
    FollowedAcross(Party) of PartyFollowedKey;

    /// Where somebody's followers are told something.
    ListenersOf(Party) of ListenerKey;

    /// Who shares a video.
    SharesOf(VideoId) of ShareKey;

    /// What is to be read again, for whom somebody waits or in turns.
    RepairsIn(u64) of RepairDueKey;

    /// What a server has not heard yet.
    DeliveriesTo(ServerId) of DeliveryKey;

    /// What became of the last deliveries to a server.
    OutcomesOf(ServerId) of OutcomeKey;

    /// Whom an account mutes.
    AccountMutesBy(AccountId) of AccountMuteKey;

    /// Which servers an account mutes.
    ServerMutesBy(AccountId) of ServerMuteKey;

    /// The watched words of an account.
    WordListsOf(AccountId) of WordListKey;

    /// Whom a subscribed list mutes.
    ListedMutesOf(BlocklistSubscriptionId) of ListedMuteKey;

    /// The subscriptions of an account to lists of words.
    WordSubscriptionsOf(AccountId) of WordSubscriptionKey;

    /// The lists of videos of an account.
    PlaylistsOf(AccountId) of AccountPlaylistKey;

    /// The lists of videos of a channel.
    ChannelPlaylistsOf(ChannelId) of ChannelPlaylistKey;

    /// What a list holds.
    ElementsOf(PlaylistId) of ElementKey;

    /// The lists a video is in.
    VideoElementsOf(VideoId) of VideoElementKey;

    /// What was done in a channel.
    ActivitiesOf(ChannelId) of ActivityKey;

    /// The channels of others that an account was asked to edit.
    CollaborationsOf(AccountId) of CollaborationKey;

    /// The lists of an account that a video is in.
    AccountElementsOf((AccountId, VideoId)) of AccountElementKey;

    /// What the lists of an account hold, by video.
    AllElementsOf(AccountId) of AccountElementKey;
}

/// All that the instance muted by hand.
pub struct AllMuteDeeds;

impl Prefix for AllMuteDeeds {
    type Key = MuteDeedKey;

    fn write(&self, _: &mut Vec<u8>) {}
}

/// All that was heard lately.
pub struct AllHeard;

impl Prefix for AllHeard {
    type Key = HeardKey;

    fn write(&self, _: &mut Vec<u8>) {}
}
