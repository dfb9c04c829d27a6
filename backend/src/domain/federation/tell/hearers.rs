//! Where something is told.

use std::collections::BTreeSet;

use shared::id::{AccountId, ChannelId, VideoId};
use shared::time::Timestamp;

use crate::domain::delivery::{Inbox, Kept, Lane, post};
use crate::domain::host;
use crate::domain::mute::{INSTANCE, is_server_muted};
use crate::store::records::{Account, Channel, Party, Said};
use crate::store::tables::{AccountKey, ChannelKey, ListenersOf, SharesOf};
use crate::store::{Read, StoreError, Write};

/// Inboxes that hear one thing: more servers than the whole network has.
const HEARERS_MAX: usize = 50_000;
/// Inboxes of one server that hear one thing: servers without a common one have few people.
const INBOXES_PER_HOST_MAX: usize = 100;
/// Who shares a video and hears of its end besides those who follow.
const SHARERS_MAX: usize = 1000;

/// What tells what is ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Here<'h> {
    /// Our host.
    pub host: &'h str,
    /// Whether videos are published that are in no list.
    pub with_unlisted: bool,
}

/// Inboxes that hear something: none twice, none of ours, and none of a server that the instance mutes.
#[derive(Debug)]
pub(super) struct Hearers<'h> {
    here: Here<'h>,
    inboxes: BTreeSet<Inbox>,
}

impl<'h> Hearers<'h> {
    pub(super) fn new(here: Here<'h>) -> Hearers<'h> {
        Hearers { here, inboxes: BTreeSet::new() }
    }

    /// Those of an address.
    pub(super) fn add(&mut self, read: &impl Read, url: &str) -> Result<(), StoreError> {
        if HEARERS_MAX <= self.inboxes.len() {
            return Ok(());
        }
        let Some(host) = host::of_address(url).filter(|host| host != self.here.host) else { return Ok(()) };
        if !is_server_muted(read, INSTANCE, &host)? {
            let first = Inbox { host: host.clone(), url: String::new() };
            let of_host = self.inboxes.range(first..).take_while(|inbox| inbox.host == host);
            if of_host.take(INBOXES_PER_HOST_MAX).count() < INBOXES_PER_HOST_MAX {
                self.inboxes.insert(Inbox { host, url: url.to_owned() });
            }
        }
        Ok(())
    }

    /// Those of the followers of all of these.
    pub(super) fn add_followers(&mut self, read: &impl Read, of: &[Party]) -> Result<(), StoreError> {
        for party in of {
            for row in read.scan(&ListenersOf(*party)).take(HEARERS_MAX) {
                let (key, _) = row?;
                self.add(read, &key.inbox)?;
            }
        }
        Ok(())
    }

    /// That of an account of another server; nothing where it is of this one.
    pub(super) fn add_account(&mut self, read: &impl Read, account: &Account) -> Result<(), StoreError> {
        account.remote.as_ref().map_or(Ok(()), |remote| self.add(read, remote.common_inbox()))
    }

    /// Those of others who share a video.
    pub(super) fn add_sharers(&mut self, read: &impl Read, video: VideoId) -> Result<(), StoreError> {
        for row in read.scan(&SharesOf(video)).take(SHARERS_MAX) {
            let (key, _) = row?;
            let remote = match key.by {
                Party::Instance => None,
                Party::Account(account) => {
                    read.get(&AccountKey { account })?.and_then(|account| account.remote)
                }
                Party::Channel(channel) => {
                    read.get(&ChannelKey { channel })?.and_then(|channel| channel.remote)
                }
            };
            if let Some(remote) = remote {
                self.add(read, remote.common_inbox())?;
            }
        }
        Ok(())
    }

    /// Leaves out a server, which knows.
    pub(super) fn leave_out(&mut self, host: &str) {
        self.inboxes.retain(|inbox| inbox.host != host);
    }

    /// Says something to all of them.
    pub(super) fn say(
        &self,
        write: &mut Write<'_>,
        now: Timestamp,
        by: Party,
        said: Said,
        kept: &Kept,
    ) -> Result<(), StoreError> {
        post(write, now, (by, said), &self.inboxes, kept).map(drop)
    }
}

/// Said once, in its turn.
pub(super) fn deed() -> Kept {
    Kept { lane: Lane::Deeds, about: None }
}

/// Said in its turn; of several that nobody heard yet, the newest alone.
pub(super) fn latest(about: String) -> Kept {
    Kept { lane: Lane::Deeds, about: Some(about) }
}

/// Whose a video or a list is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Publisher {
    /// The account.
    pub account: AccountId,
    /// The channel.
    pub channel: ChannelId,
}

impl Publisher {
    /// That of a channel, which may be going in this very unit of work.
    pub(super) fn of(write: &Write<'_>, channel: ChannelId) -> Result<Option<Publisher>, StoreError> {
        let publisher = |row: Channel| Publisher { account: row.account, channel };
        if let Some(row) = write.get(&ChannelKey { channel })? {
            return Ok(Some(publisher(row)));
        }
        let changes = write.changes_of::<ChannelKey>()?;
        Ok(changes.into_iter().filter_map(|(old, _)| old).find(|old| old.id == channel).map(publisher))
    }

    /// All whose followers hear of what it publishes.
    pub(super) fn heard_through(self) -> [Party; 3] {
        [Party::Account(self.account), Party::Channel(self.channel), Party::Instance]
    }
}
