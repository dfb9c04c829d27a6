//! Keys and records as types.
//!
//! Owns the rule that a key begins with its table's byte, so that no two tables can collide in the one tree, and
//! that a record begins with its version's byte, so that an old row is told from a new one.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// Every table's byte. [`super::tables`] shows the layouts. A byte is never used again for another table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Table {
    /// Single facts: secrets, counters.
    Settings = 1,
    /// Logins.
    Users = 2,
    /// Login by name.
    UserNames = 3,
    /// Publishing persons.
    Accounts = 4,
    /// Account by name.
    AccountNames = 5,
    /// Channels.
    Channels = 6,
    /// Channel by name.
    ChannelNames = 7,
    /// Channels of an account.
    AccountChannels = 8,
    /// Access tokens by hash.
    AccessTokens = 9,
    /// Refresh tokens by hash.
    RefreshTokens = 10,
    /// Videos.
    Videos = 11,
    /// Video by UUID.
    VideoUuids = 12,
    /// Videos of a channel.
    ChannelVideos = 13,
    /// Uploads under way.
    Uploads = 14,
    /// Work to do.
    Jobs = 15,
    /// Work by the time it is due.
    JobsDue = 16,
    /// Login by e-mail address.
    UserEmails = 17,
    /// Views by day.
    ViewDays = 18,
    /// Thumbs by video.
    Ratings = 40,
    /// Thumbs by account, latest first.
    AccountRatings = 41,
    /// What an account has so many of.
    Tallies = 42,
    /// Comments.
    Comments = 43,
    /// Threads of a video, latest first.
    Threads = 44,
    /// Threads of a video, most replies first.
    ThreadsByReplies = 45,
    /// Replies to a comment.
    Replies = 46,
    /// Comments of a video that wait for its owner.
    HeldComments = 47,
    /// Comments of an account.
    AccountComments = 48,
    /// Comments of a video.
    VideoComments = 49,
    /// How much is said about a video.
    VideoTalks = 50,
    /// Whom an account follows.
    Subscriptions = 51,
    /// Whom an account follows, first followed first.
    AccountFollows = 52,
    /// Who follows a channel, first follower first.
    Followers = 53,
    /// How far somebody watched a video.
    Watched = 54,
    /// What somebody watched, latest first.
    History = 55,
    /// Notifications.
    Notifications = 56,
    /// Notifications nobody has read.
    UnreadNotifications = 57,
    /// How each kind of notification arrives.
    NotificationSettings = 58,
    /// Videos whose subscribers were told.
    Announced = 59,
    /// Lists of videos that people made.
    Playlists = 70,
    /// Lists of videos of an account.
    AccountPlaylists = 71,
    /// Lists of videos of a channel.
    ChannelPlaylists = 72,
    /// What lists of videos hold, in their order.
    Elements = 73,
    /// Where in its list an element is.
    ElementPlaces = 74,
    /// In which lists a video is.
    VideoElements = 75,
    /// In which lists of an account a video is.
    AccountElements = 76,
    /// Who is logged in where.
    Sessions = 20,
    /// Who asked to be let in.
    Registrations = 21,
    /// Who asked to be let in, by name.
    RegistrationNames = 22,
    /// Who asked to be let in, by e-mail address.
    RegistrationEmails = 23,
    /// Mail to send.
    Mails = 24,
    /// Second proofs at login.
    TwoFactors = 25,
    /// Videos that change their privacy by themselves.
    Schedules = 85,
    /// What was watched of a video in all.
    WatchTotals = 86,
    /// What was watched of a video on a day.
    WatchDays = 87,
    /// Videos offered to an account.
    Offers = 88,
    /// To whom a video is offered.
    VideoOffers = 89,
    /// Channels that are offered to somebody.
    ChannelOffers = 90,
    /// Channels offered to an account.
    AccountChannelOffers = 91,
    /// Which channel an offer is about.
    ChannelOfferNumbers = 92,
    /// Reports.
    Abuses = 100,
    /// Reports by their reporter.
    ReporterAbuses = 101,
    /// How often an account reported and was reported.
    AccountReports = 102,
    /// How often a video was reported.
    VideoReports = 103,
    /// What is said about reports.
    AbuseMessages = 104,
    /// Blocked videos.
    Blocks = 105,
    /// Whom an account, or the instance, mutes.
    AccountMutes = 106,
    /// Which servers an account, or the instance, mutes.
    ServerMutes = 107,
    /// Watched words.
    WordLists = 108,
    /// Tags with which comments wait.
    HeldTags = 109,
    /// What those who keep order did.
    Audits = 110,
    /// Channels elsewhere whose videos are imported as they come.
    Syncs = 111,
    /// Channels elsewhere by the channel their videos are imported into.
    ChannelSyncs = 112,
    /// Addresses whose videos may be imported into a channel.
    KnownAddresses = 113,
    /// Pictures that were sent with an import.
    ImportPictures = 114,
    /// Settings that were changed while the instance ran.
    Customs = 120,
    /// Pages that administrators wrote.
    SitePages = 121,
    /// The instance's pictures.
    SitePictures = 122,
    /// Views of channels by day.
    ChannelViewDays = 140,
    /// Videos that are fetched from elsewhere.
    Imports = 141,
    /// Imports of a login.
    UserImports = 142,
    /// Imports that are not over.
    OpenImports = 143,
    /// Torrents that were sent to be fetched.
    ImportTorrents = 144,
    /// Lists of mutes that the instance is subscribed to.
    BlocklistSubscriptions = 150,
    /// Whom such a list mutes.
    ListedMutes = 151,
    /// Which such lists mute somebody.
    MuteOrigins = 152,
    /// Whom the instance muted by hand, and heard again.
    MuteDeeds = 153,
    /// Lists of watched words that somebody is subscribed to.
    WordSubscriptions = 154,
    /// Channels that an account was asked to edit.
    Collaborations = 160,
    /// What was done in channels.
    Activities = 161,
    /// What others know of accounts and channels, by name.
    Actors = 162,
    /// What is left of what others may have read.
    Traces = 163,
    /// Other servers of the network.
    Servers = 170,
    /// Server by host.
    ServerHosts = 171,
    /// What other servers are told.
    Posts = 172,
    /// Who has not heard it yet.
    Deliveries = 173,
    /// Servers by when they are next told something.
    ServersDue = 174,
    /// What newer news of the same take the place of.
    LatestDeliveries = 175,
    /// What became of the last deliveries to a server.
    Outcomes = 176,
    /// Actors of other servers by their ids.
    RemoteActors = 180,
    /// Things of other servers by their ids.
    RemoteObjects = 181,
    /// Followings across servers.
    Follows = 182,
    /// Who follows whom across servers.
    FollowsBetween = 183,
    /// Followers across servers.
    PartyFollowers = 184,
    /// Whom somebody follows across servers.
    PartyFollowed = 185,
    /// Where the followers of somebody are told something.
    Listeners = 186,
    /// Activities that came and were not done yet.
    Inbox = 187,
    /// Activities that came lately, by the digests of their ids.
    Heard = 188,
    /// What became of the activities that came last.
    Received = 189,
    /// Who shares a video.
    Shares = 190,
    /// Actors of other servers by their handles.
    RemoteNames = 191,
    /// What is said to others of comments once they are seen.
    Withheld = 196,
    /// Why followings that administrators wanted came to nothing.
    FollowFaults = 200,
    /// Whole copies of videos of other servers.
    Mirrors = 192,
    /// Which copy of a video there is.
    VideoMirrors = 193,
    /// Servers whose videos may be copied.
    MirroredHosts = 194,
    /// Videos of which somebody asked for a copy.
    MirrorWishes = 195,
    /// How what is known of other servers is kept true.
    Repairs = 198,
    /// What is to be read again, by when.
    RepairsDue = 199,
}

impl Table {
    /// Its byte in front of each key.
    #[must_use]
    pub fn byte(self) -> u8 {
        self as u8
    }
}

/// The key of a row.
pub trait Key: Sized {
    /// Where the row lives.
    const TABLE: Table;
    /// What the row holds.
    type Record: Record;

    /// Appends the key's bytes, without the table's. Fixed-width big-endian fields sort as numbers do.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads the bytes [`Key::write`] wrote; none when they are not of this table's layout.
    fn read(bytes: &[u8]) -> Option<Self>;

    /// The whole key, table's byte first.
    fn bytes(&self) -> Vec<u8> {
        let mut out = vec![Self::TABLE.byte()];
        self.write(&mut out);
        out
    }
}

/// The beginning of a key: names a run of rows that lie side by side.
pub trait Prefix {
    /// The keys that begin so.
    type Key: Key;

    /// Appends the leading bytes, without the table's.
    fn write(&self, out: &mut Vec<u8>);

    /// The whole prefix, table's byte first.
    fn bytes(&self) -> Vec<u8> {
        let mut out = vec![Self::Key::TABLE.byte()];
        self.write(&mut out);
        out
    }
}

/// What a row holds. On disk: one version byte, then JSON. A field that is added with a serde default needs no new
/// version; any other change does, together with an arm in [`Record::migrate`].
pub trait Record: Serialize + DeserializeOwned {
    /// The version this program writes.
    const VERSION: u8 = 1;

    /// Lifts a row of an older version to this one. Called only with `version < VERSION`.
    ///
    /// # Errors
    /// What serde says of a row that is not of that version.
    fn migrate(version: u8, json: &[u8]) -> Result<Self, serde_json::Error> {
        let _ = version;
        serde_json::from_slice(json)
    }

    /// The row's bytes.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the record has no JSON form, which is a mistake in the record's type.
    fn encode(&self, table: Table) -> Result<Vec<u8>, StoreError> {
        let mut out = vec![Self::VERSION];
        serde_json::to_writer(&mut out, self)
            .map_err(|source| StoreError::Damaged { table: super::tables::name(table), source })?;
        Ok(out)
    }

    /// Reads a row's bytes.
    ///
    /// # Errors
    /// [`StoreError::RowTooNew`] or [`StoreError::Damaged`].
    fn decode(table: Table, bytes: &[u8]) -> Result<Self, StoreError> {
        let (&version, json) = bytes.split_first().unwrap_or((&0, &[]));
        let name = super::tables::name(table);
        if Self::VERSION < version {
            return Err(StoreError::RowTooNew { table: name, found: version, known: Self::VERSION });
        }
        let record = match version {
            0 => Err(serde::de::Error::custom("the row has no version")),
            version if version < Self::VERSION => Self::migrate(version, json),
            _ => serde_json::from_slice(json),
        };
        record.map_err(|source| StoreError::Damaged { table: name, source })
    }
}

/// A row whose key says all.
impl Record for () {}
