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
//!
//! Numbers are eight bytes, big-endian. Names are UTF-8 and the last field of their key.

use shared::id::{AccountId, ChannelId, JobId, UserId, Uuid, VideoId};
use shared::time::Timestamp;

use super::StoreError;
use super::records::{AccessToken, Account, Channel, Job, RefreshToken, Setting, Upload, User, Video};
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
    }
}

impl Record for UserId {}
impl Record for AccountId {}
impl Record for ChannelId {}
impl Record for VideoId {}
impl Record for u64 {}

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

number_fields!(UserId, AccountId, ChannelId, VideoId, JobId);

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
}

/// The channels of one account.
pub struct ChannelsOf(pub AccountId);

impl Prefix for ChannelsOf {
    type Key = AccountChannelKey;

    fn write(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
}

/// The videos of one channel.
pub struct VideosOf(pub ChannelId);

impl Prefix for VideosOf {
    type Key = ChannelVideoKey;

    fn write(&self, out: &mut Vec<u8>) {
        self.0.put(out);
    }
}
