//! Every login, account and channel in memory, of this server and of others, in step with the store, for lists of them.
//!
//! Owns the order of these lists. Never decides who may see one. First made comes first in memory, so that the list that
//! is asked for most, last made first, is read from its end and costs what its page costs; other orders sort.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use shared::id::{AccountId, ChannelId, RegistrationId, UserId};

use crate::store::records::{Account, Channel, Registration, RegistrationState, Role, User};
use crate::store::tables::{AccountKey, ChannelKey, RegistrationKey, UserKey};
use crate::store::{Changes, Key, Read, Store, StoreError};

/// How two rows compare.
pub type Compare<'c, T> = dyn Fn(&T, &T) -> Ordering + 'c;

/// The directory.
#[derive(Default)]
pub struct Directory {
    lists: RwLock<Lists>,
}

#[derive(Default)]
struct Lists {
    users: BTreeMap<UserId, Arc<User>>,
    accounts: BTreeMap<AccountId, Arc<Account>>,
    channels: BTreeMap<ChannelId, Arc<Channel>>,
    registrations: BTreeMap<RegistrationId, Arc<(RegistrationId, Registration)>>,
    /// Accounts of other servers, by [`elsewhere`].
    accounts_elsewhere: HashMap<String, AccountId>,
    /// Channels of other servers, by [`elsewhere`].
    channels_elsewhere: HashMap<String, ChannelId>,
    /// Logins that may more than everybody, so that nobody looks for them among all.
    staff: Arc<BTreeSet<UserId>>,
}

/// Rows of one page, and how many there are in all.
#[derive(Clone, PartialEq, Debug)]
pub struct Cut<T> {
    /// Rows in the whole list.
    pub total: usize,
    /// Rows of the page.
    pub rows: Vec<Arc<T>>,
}

impl Directory {
    /// Reads all logins, accounts and channels.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Directory, StoreError> {
        let mut lists = Lists::default();
        for row in store.table::<UserKey>() {
            let (key, user) = row?;
            lists.note_staff(key.user, Some(user.role));
            lists.users.insert(key.user, Arc::new(user));
        }
        for row in store.table::<AccountKey>() {
            let (key, account) = row?;
            note_name(&mut lists.accounts_elsewhere, key.account, None, name_of_account(&account));
            lists.accounts.insert(key.account, Arc::new(account));
        }
        for row in store.table::<ChannelKey>() {
            let (key, channel) = row?;
            note_name(&mut lists.channels_elsewhere, key.channel, None, name_of_channel(&channel));
            lists.channels.insert(key.channel, Arc::new(channel));
        }
        for row in store.table::<RegistrationKey>() {
            let (key, registration) = row?;
            lists.registrations.insert(key.registration, Arc::new((key.registration, registration)));
        }
        Ok(Directory { lists: RwLock::new(lists) })
    }

    /// Takes over what a commit changed. Call it under the writer's lock.
    pub fn apply(&self, changes: &Changes) {
        let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        // One that cannot be read is told of below.
        for (key, user) in changes.of::<UserKey>().flatten() {
            lists.note_staff(key.user, user.map(|user| user.role));
        }
        lists.note_names(changes);
        let followed = follow::<UserKey, _>(changes, |key| key.user, &mut lists.users)
            .and_then(|()| follow::<AccountKey, _>(changes, |key| key.account, &mut lists.accounts))
            .and_then(|()| follow::<ChannelKey, _>(changes, |key| key.channel, &mut lists.channels))
            .and_then(|()| follow_registrations(changes, &mut lists.registrations));
        if let Err(error) = followed {
            // The rows were written by this process a moment ago, so they can be read.
            tracing::error!(%error, "the directory could not follow a commit");
        }
    }

    /// A login.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<Arc<User>> {
        self.read().users.get(&id).cloned()
    }

    /// How many logins there are.
    #[must_use]
    pub fn count_users(&self) -> usize {
        self.read().users.len()
    }

    /// Logins that are `wanted`; by `order` where there is one, else last made first.
    #[must_use]
    pub fn users(
        &self,
        page: (usize, usize),
        wanted: impl Fn(&User) -> bool,
        order: Option<&Compare<'_, User>>,
    ) -> Cut<User> {
        cut(&self.read().users, page, wanted, order)
    }

    /// Accounts; by `order` where there is one, else last made first.
    #[must_use]
    pub fn accounts(&self, page: (usize, usize), order: Option<&Compare<'_, Account>>) -> Cut<Account> {
        let lists = self.read();
        let total = lists.accounts.len();
        let rows = rows(&lists.accounts, page, order);
        Cut { total, rows }
    }

    /// Channels; by `order` where there is one, else last made first.
    #[must_use]
    pub fn channels(&self, page: (usize, usize), order: Option<&Compare<'_, Channel>>) -> Cut<Channel> {
        let lists = self.read();
        let total = lists.channels.len();
        let rows = rows(&lists.channels, page, order);
        Cut { total, rows }
    }

    /// Who asked to be let in; by `order` where there is one, else who came last first.
    #[must_use]
    pub fn registrations(
        &self,
        page: (usize, usize),
        wanted: impl Fn(&(RegistrationId, Registration)) -> bool,
        order: Option<&Compare<'_, (RegistrationId, Registration)>>,
    ) -> Cut<(RegistrationId, Registration)> {
        cut(&self.read().registrations, page, wanted, order)
    }

    /// How many wait to be judged.
    #[must_use]
    pub fn count_pending(&self) -> usize {
        let is_pending =
            |row: &&Arc<(RegistrationId, Registration)>| row.1.state == RegistrationState::Pending;
        self.read().registrations.values().filter(is_pending).count()
    }

    /// An account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<Arc<Account>> {
        self.read().accounts.get(&id).cloned()
    }

    /// An account of another server, by its name there and the server; case makes no difference.
    #[must_use]
    pub fn account_elsewhere(&self, name: &str, host: &str) -> Option<Arc<Account>> {
        let lists = self.read();
        lists.accounts.get(lists.accounts_elsewhere.get(&elsewhere(name, host))?).cloned()
    }

    /// A channel of another server, by its name there and the server; case makes no difference.
    #[must_use]
    pub fn channel_elsewhere(&self, name: &str, host: &str) -> Option<Arc<Channel>> {
        let lists = self.read();
        lists.channels.get(lists.channels_elsewhere.get(&elsewhere(name, host))?).cloned()
    }

    /// How many channels of this server there are.
    #[must_use]
    pub fn count_own_channels(&self) -> usize {
        let lists = self.read();
        lists.channels.len().saturating_sub(lists.channels_elsewhere.len())
    }

    /// Accounts of this server, first made first.
    #[must_use]
    pub fn own_accounts(&self) -> Vec<Arc<Account>> {
        self.read().accounts.values().filter(|account| account.remote.is_none()).cloned().collect()
    }

    /// A channel.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<Arc<Channel>> {
        self.read().channels.get(&id).cloned()
    }

    /// Logins that may more than everybody, first made first.
    #[must_use]
    pub fn staff(&self) -> Arc<BTreeSet<UserId>> {
        self.read().staff.clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Lists> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name on another server, the same in every case.
fn elsewhere(name: &str, host: &str) -> String {
    format!("{name}@{host}").to_lowercase()
}

fn name_of_account(account: &Account) -> Option<String> {
    account.host().map(|host| elsewhere(&account.name, host))
}

fn name_of_channel(channel: &Channel) -> Option<String> {
    channel.host().map(|host| elsewhere(&channel.name, host))
}

/// Notes that somebody has another name.
fn note_name<I: PartialEq>(names: &mut HashMap<String, I>, id: I, old: Option<String>, new: Option<String>) {
    if let Some(old) = old.filter(|old| names.get(old) == Some(&id)) {
        names.remove(&old);
    }
    if let Some(new) = new {
        names.insert(new, id);
    }
}

impl Lists {
    /// Follows names on other servers. Call it before the rows are followed.
    fn note_names(&mut self, changes: &Changes) {
        for (key, account) in changes.of::<AccountKey>().flatten() {
            let old = self.accounts.get(&key.account).and_then(|account| name_of_account(account));
            let new = account.as_ref().and_then(name_of_account);
            note_name(&mut self.accounts_elsewhere, key.account, old, new);
        }
        for (key, channel) in changes.of::<ChannelKey>().flatten() {
            let old = self.channels.get(&key.channel).and_then(|channel| name_of_channel(channel));
            let new = channel.as_ref().and_then(name_of_channel);
            note_name(&mut self.channels_elsewhere, key.channel, old, new);
        }
    }

    fn note_staff(&mut self, user: UserId, role: Option<Role>) {
        let belongs = match role {
            Some(Role::Administrator | Role::Moderator) => true,
            Some(Role::User) | None => false,
        };
        if belongs != self.staff.contains(&user) {
            let staff = Arc::make_mut(&mut self.staff);
            if belongs {
                staff.insert(user);
            } else {
                staff.remove(&user);
            }
        }
    }
}

fn follow_registrations(
    changes: &Changes,
    list: &mut BTreeMap<RegistrationId, Arc<(RegistrationId, Registration)>>,
) -> Result<(), StoreError> {
    for row in changes.of::<RegistrationKey>() {
        let (RegistrationKey { registration: id }, record) = row?;
        match record {
            Some(record) => list.insert(id, Arc::new((id, record))),
            None => list.remove(&id),
        };
    }
    Ok(())
}

fn follow<K: Key, I: Ord>(
    changes: &Changes,
    id: impl Fn(&K) -> I,
    list: &mut BTreeMap<I, Arc<K::Record>>,
) -> Result<(), StoreError> {
    for row in changes.of::<K>() {
        let (key, record) = row?;
        match record {
            Some(record) => list.insert(id(&key), Arc::new(record)),
            None => list.remove(&id(&key)),
        };
    }
    Ok(())
}

/// A page of everything: the page alone is touched where the order is that of the list.
fn rows<I, T>(
    list: &BTreeMap<I, Arc<T>>,
    (start, count): (usize, usize),
    order: Option<&Compare<'_, T>>,
) -> Vec<Arc<T>> {
    match order {
        None => list.values().rev().skip(start).take(count).cloned().collect(),
        Some(order) => {
            let mut rows: Vec<_> = list.values().rev().cloned().collect();
            rows.sort_by(|one, other| order(one, other));
            rows.into_iter().skip(start).take(count).collect()
        }
    }
}

fn cut<I, T>(
    list: &BTreeMap<I, Arc<T>>,
    (start, count): (usize, usize),
    wanted: impl Fn(&T) -> bool,
    order: Option<&Compare<'_, T>>,
) -> Cut<T> {
    let mut rows: Vec<_> = list.values().rev().filter(|row| wanted(row)).cloned().collect();
    if let Some(order) = order {
        rows.sort_by(|one, other| order(one, other));
    }
    Cut { total: rows.len(), rows: rows.into_iter().skip(start).take(count).collect() }
}
