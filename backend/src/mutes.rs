//! Whom everybody mutes, in memory and in step with the store, for lists that leave them out.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use shared::id::AccountId;

use crate::domain::mute::INSTANCE;
use crate::domain::viewer::Viewer;
use crate::store::tables::AccountMuteKey;
use crate::store::{Changes, Read, Store, StoreError};

/// The mutes of accounts. Those of servers matter to nobody's list as long as all accounts are of this instance.
#[derive(Default)]
pub struct Mutes {
    by: RwLock<HashMap<AccountId, BTreeSet<AccountId>>>,
}

/// The accounts that a list leaves out, in order.
pub type Hidden = Arc<[AccountId]>;

impl Mutes {
    /// Reads all mutes.
    ///
    /// # Errors
    /// [`StoreError`] when the disk fails or a row is damaged.
    pub fn load(store: &Store) -> Result<Mutes, StoreError> {
        let mut by: HashMap<AccountId, BTreeSet<AccountId>> = HashMap::new();
        for row in store.table::<AccountMuteKey>() {
            let (key, _) = row?;
            by.entry(key.by).or_default().insert(key.target);
        }
        Ok(Mutes { by: RwLock::new(by) })
    }

    /// Takes over what a commit changed, and says whether everybody's lists are others than before. Call it under the
    /// writer's lock.
    pub fn apply(&self, changes: &Changes) -> bool {
        let mut rows = changes.of::<AccountMuteKey>().peekable();
        if rows.peek().is_none() {
            return false;
        }
        let mut by = self.by.write().unwrap_or_else(PoisonError::into_inner);
        let mut for_all = false;
        for row in rows {
            match row {
                Ok((key, muted)) => {
                    for_all |= key.by == INSTANCE;
                    let targets = by.entry(key.by).or_default();
                    if muted.is_some() {
                        targets.insert(key.target);
                    } else {
                        targets.remove(&key.target);
                    }
                    if targets.is_empty() {
                        by.remove(&key.by);
                    }
                }
                // The rows were written by this process a moment ago, so they can be read.
                Err(error) => tracing::error!(%error, "the mutes could not follow a commit"),
            }
        }
        for_all
    }

    /// Whom lists leave out for this viewer: whom the instance mutes, and whom they mute themselves.
    #[must_use]
    pub fn hidden_from(&self, viewer: &Viewer) -> Hidden {
        let by = self.read();
        let mut hidden = by.get(&INSTANCE).cloned().unwrap_or_default();
        if let Some(person) = viewer.person() {
            hidden.extend(by.get(&person.account).into_iter().flatten());
            // Nobody is hidden from themselves.
            hidden.remove(&person.account);
        }
        hidden.into_iter().collect()
    }

    /// Whether this viewer's lists are those of everybody.
    #[must_use]
    pub fn sees_as_all(&self, viewer: &Viewer) -> bool {
        let Some(person) = viewer.person() else { return true };
        let by = self.read();
        let own = by.contains_key(&person.account);
        !own && !by.get(&INSTANCE).is_some_and(|muted| muted.contains(&person.account))
    }

    /// Whether an account, or the instance, mutes another.
    #[must_use]
    pub fn is_muted(&self, by: AccountId, target: AccountId) -> bool {
        self.read().get(&by).is_some_and(|muted| muted.contains(&target))
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<AccountId, BTreeSet<AccountId>>> {
        self.by.read().unwrap_or_else(PoisonError::into_inner)
    }
}
