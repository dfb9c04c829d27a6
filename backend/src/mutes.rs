//! Whom everybody mutes, in memory and in step with the store, for lists that leave them out.
//!
//! The surprise: who mutes a server mutes all accounts of it, also those that become known later.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use shared::id::AccountId;

use crate::domain::host::mutable_names;
use crate::domain::mute::INSTANCE;
use crate::domain::viewer::Viewer;
use crate::store::records::Account;
use crate::store::tables::{AccountKey, AccountMuteKey, ServerMuteKey};
use crate::store::{Changes, Read, Store, StoreError};

/// The mutes.
#[derive(Default)]
pub struct Mutes {
    muted: RwLock<Muted>,
}

#[derive(Default)]
struct Muted {
    accounts: HashMap<AccountId, BTreeSet<AccountId>>,
    servers: HashMap<AccountId, BTreeSet<String>>,
    /// The accounts of each other server.
    of_server: HashMap<String, BTreeSet<AccountId>>,
    /// The server of each account that is of another.
    server_of: HashMap<AccountId, String>,
}

/// The accounts that a list leaves out, in order.
pub type Hidden = Arc<[AccountId]>;

impl Mutes {
    /// Reads all mutes.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Mutes, StoreError> {
        let mut muted = Muted::default();
        for row in store.table::<AccountMuteKey>() {
            let (key, _) = row?;
            put(&mut muted.accounts, key.by, key.target, true);
        }
        for row in store.table::<ServerMuteKey>() {
            let (key, _) = row?;
            put(&mut muted.servers, key.by, key.host, true);
        }
        for row in store.table::<AccountKey>() {
            let (key, account) = row?;
            muted.place(key.account, account.host());
        }
        Ok(Mutes { muted: RwLock::new(muted) })
    }

    /// Takes over what a commit changed, and says whether everybody's lists are others than before. Call it under the
    /// writer's lock.
    pub fn apply(&self, changes: &Changes) -> bool {
        match self.follow(changes) {
            Ok(for_all) => for_all,
            // The rows were written by this process a moment ago, so they can be read.
            Err(error) => {
                tracing::error!(%error, "the mutes could not follow a commit");
                true
            }
        }
    }

    fn follow(&self, changes: &Changes) -> Result<bool, StoreError> {
        let is_other = changes.of::<AccountMuteKey>().next().is_some()
            || changes.of::<ServerMuteKey>().next().is_some()
            || changes.of::<AccountKey>().next().is_some();
        if !is_other {
            return Ok(false);
        }
        let mut muted = self.muted.write().unwrap_or_else(PoisonError::into_inner);
        let mut for_all = false;
        for row in changes.of::<AccountMuteKey>() {
            let (key, since) = row?;
            for_all |= key.by == INSTANCE;
            put(&mut muted.accounts, key.by, key.target, since.is_some());
        }
        for row in changes.of::<ServerMuteKey>() {
            let (key, since) = row?;
            for_all |= key.by == INSTANCE;
            put(&mut muted.servers, key.by, key.host, since.is_some());
        }
        for row in changes.of::<AccountKey>() {
            let (key, account) = row?;
            for_all |= muted.place(key.account, account.as_ref().and_then(Account::host));
        }
        Ok(for_all)
    }

    /// Whom lists leave out for this viewer: whom the instance mutes, and whom they mute themselves.
    #[must_use]
    pub fn hidden_from(&self, viewer: &Viewer) -> Hidden {
        let muted = self.read();
        let mut hidden = BTreeSet::new();
        hidden.extend(muted.by(INSTANCE));
        if let Some(person) = viewer.person() {
            hidden.extend(muted.by(person.account));
            // Nobody is hidden from themselves.
            hidden.remove(&person.account);
        }
        hidden.into_iter().collect()
    }

    /// Whether this viewer's lists are those of everybody.
    #[must_use]
    pub fn sees_as_all(&self, viewer: &Viewer) -> bool {
        let Some(person) = viewer.person() else { return true };
        let muted = self.read();
        let own = muted.accounts.contains_key(&person.account) || muted.servers.contains_key(&person.account);
        !own && !muted.accounts.get(&INSTANCE).is_some_and(|muted| muted.contains(&person.account))
    }

    /// Whether an account, or the instance, mutes another by name.
    #[must_use]
    pub fn is_muted(&self, by: AccountId, target: AccountId) -> bool {
        self.read().accounts.get(&by).is_some_and(|muted| muted.contains(&target))
    }

    fn read(&self) -> RwLockReadGuard<'_, Muted> {
        self.muted.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Muted {
    /// Whom somebody mutes, by name or by server.
    fn by(&self, by: AccountId) -> impl Iterator<Item = AccountId> {
        let named = self.accounts.get(&by).into_iter().flatten();
        let servers = self.servers.get(&by).into_iter().flatten();
        named.chain(servers.filter_map(move |host| self.of_server.get(host)).flatten()).copied()
    }

    /// Notes which server an account is of; none for ours, and for one that is gone. Gives whether everybody's lists are
    /// others than before.
    fn place(&mut self, account: AccountId, host: Option<&str>) -> bool {
        if self.server_of.get(&account).map(String::as_str) == host {
            return false;
        }
        if let Some(before) = self.server_of.remove(&account) {
            for name in mutable_names(&before) {
                put(&mut self.of_server, name.to_owned(), account, false);
            }
        }
        let Some(host) = host else { return false };
        self.server_of.insert(account, host.to_owned());
        let names = mutable_names(host);
        for name in &names {
            put(&mut self.of_server, (*name).to_owned(), account, true);
        }
        let muted = self.servers.get(&INSTANCE);
        muted.is_some_and(|muted| names.iter().any(|name| muted.contains(*name)))
    }
}

/// Adds somebody to a set, or takes them out; sets of nobody are forgotten.
fn put<K: Eq + std::hash::Hash + Clone, T: Ord>(
    sets: &mut HashMap<K, BTreeSet<T>>,
    key: K,
    one: T,
    is_in: bool,
) {
    if is_in {
        sets.entry(key).or_default().insert(one);
        return;
    }
    if let Some(set) = sets.get_mut(&key) {
        set.remove(&one);
        if set.is_empty() {
            sets.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOB: AccountId = AccountId(30);
    const ALICE: AccountId = AccountId(1);

    fn hidden(muted: &Muted, by: AccountId) -> Vec<AccountId> {
        muted.by(by).collect()
    }

    #[test]
    fn who_mutes_a_server_mutes_all_of_it() {
        let mut muted = Muted::default();
        assert!(!muted.place(BOB, Some("far.example")) && !muted.place(ALICE, None));
        put(&mut muted.servers, ALICE, "far.example".to_owned(), true);
        assert_eq!(hidden(&muted, ALICE), [BOB]);
        assert!(hidden(&muted, INSTANCE).is_empty());
        put(&mut muted.servers, INSTANCE, "far.example".to_owned(), true);
        let carol = AccountId(31);
        assert!(muted.place(carol, Some("far.example")), "everybody's lists leave out one more");
        assert!(!muted.place(carol, Some("far.example")), "which is said once");
        assert_eq!(hidden(&muted, INSTANCE), [BOB, carol]);
        muted.place(BOB, None);
        assert_eq!(hidden(&muted, ALICE), [carol]);
        put(&mut muted.servers, ALICE, "far.example".to_owned(), false);
        assert!(hidden(&muted, ALICE).is_empty() && !muted.servers.contains_key(&ALICE));
    }
}
