//! Subscriptions to lists of watched words that are kept elsewhere: each becomes a list among its owner's own.

use shared::id::{AccountId, WordSubscriptionId};
use shared::limits::{WATCHED_WORD_LENGTH, WATCHED_WORDS_MAX, WATCHED_WORDS_NAME_LENGTH};
use shared::time::Timestamp;

use super::reading::{self, Known};
use super::words::{self, LISTS_MAX, ListChange, WordsError};
use crate::store::records::{WordList, WordSubscription};
use crate::store::tables::{WordSubscriptionKey, WordSubscriptionsOf};
use crate::store::{Read, StoreError, Write};

/// Why a subscription was not made, or a list not done.
#[derive(Debug, thiserror::Error)]
pub enum WordSubscriptionError {
    /// There is no such subscription, or no more.
    #[error("there is no such subscription")]
    NoSuchSubscription,
    /// The owner is subscribed to this address.
    #[error("there is a subscription to this list")]
    Known,
    /// There are as many lists as may be.
    #[error("There are {LISTS_MAX} lists of words, and no more may be made.")]
    TooMany,
    /// The owner has another list, or a tag, of this name.
    #[error("There is another list that is called as this one.")]
    NameTaken,
    /// It is no name of a list.
    #[error("The name of the list is longer than {} letters.", WATCHED_WORDS_NAME_LENGTH.end())]
    Name,
    /// The list is too long.
    #[error("The list has more than {WATCHED_WORDS_MAX} words.")]
    TooLong,
    /// A word is too long.
    #[error("A word of the list is longer than {} letters.", WATCHED_WORD_LENGTH.end())]
    Word,
    /// The store failed.
    #[error("the list could not be read or written")]
    Store(#[from] StoreError),
}

impl From<WordsError> for WordSubscriptionError {
    fn from(error: WordsError) -> WordSubscriptionError {
        match error {
            WordsError::TooMany => WordSubscriptionError::TooMany,
            WordsError::NameTaken => WordSubscriptionError::NameTaken,
            // It was there a moment ago, in the same unit of work.
            WordsError::NoSuchList | WordsError::NoSuchTag => WordSubscriptionError::NoSuchSubscription,
            WordsError::Store(error) => WordSubscriptionError::Store(error),
        }
    }
}

/// The subscriptions of an account, or of the instance, first made first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list(read: &impl Read, owner: AccountId) -> Result<Vec<WordSubscription>, StoreError> {
    read.scan(&WordSubscriptionsOf(owner)).map(|row| row.map(|(_, subscription)| subscription)).collect()
}

/// Whether another subscription may be made to this address.
///
/// # Errors
/// [`WordSubscriptionError::Known`], [`WordSubscriptionError::TooMany`].
pub fn may_subscribe(read: &impl Read, owner: AccountId, url: &str) -> Result<(), WordSubscriptionError> {
    let known = list(read, owner)?;
    if known.iter().any(|subscription| subscription.url == url) {
        return Err(WordSubscriptionError::Known);
    }
    // A subscription whose list says nothing yet will have one.
    let own = words::lists(read, owner)?.iter().filter(|list| list.subscription.is_none()).count();
    if LISTS_MAX <= own + known.len() { Err(WordSubscriptionError::TooMany) } else { Ok(()) }
}

/// Subscribes an account, or the instance, to the list at an address, which calls itself so. It is read at once.
///
/// # Errors
/// [`WordSubscriptionError`].
pub fn subscribe(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    url: String,
    name: String,
) -> Result<WordSubscription, WordSubscriptionError> {
    may_subscribe(write, owner, &url)?;
    if !WATCHED_WORDS_NAME_LENGTH.contains(&name.chars().count()) {
        return Err(WordSubscriptionError::Name);
    }
    words::check_name(&words::lists(write, owner)?, None, &name)?;
    let id = WordSubscriptionId(write.next_number("word-subscriptions")?);
    let subscription =
        WordSubscription { id, name, url, reading: reading::begun(now), created_at: now, updated_at: now };
    write.insert(&WordSubscriptionKey { owner, subscription: id }, &subscription)?;
    Ok(subscription)
}

/// Ends a subscription, and removes the list that came of it.
///
/// # Errors
/// [`WordSubscriptionError::NoSuchSubscription`].
pub fn unsubscribe(
    write: &mut Write<'_>,
    owner: AccountId,
    id: WordSubscriptionId,
) -> Result<(), WordSubscriptionError> {
    let key = WordSubscriptionKey { owner, subscription: id };
    write.get(&key)?.ok_or(WordSubscriptionError::NoSuchSubscription)?;
    write.use_reserve();
    write.remove(&key);
    if let Some(list) = list_of(write, owner, id)? {
        words::remove(write, owner, list.id)?;
    }
    Ok(())
}

/// The list that came of a subscription, once it said a word.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn list_of(
    read: &impl Read,
    owner: AccountId,
    id: WordSubscriptionId,
) -> Result<Option<WordList>, StoreError> {
    Ok(words::lists(read, owner)?.into_iter().find(|list| list.subscription == Some(id)))
}

/// Does what a list says: which words are watched for from now on, and which no more; and notes that it was done up to a
/// date. The list has the name that it has elsewhere.
///
/// # Errors
/// [`WordSubscriptionError`]. Then nothing of it may be kept.
pub fn apply(
    write: &mut Write<'_>,
    now: Timestamp,
    (owner, id): (AccountId, WordSubscriptionId),
    name: String,
    says: &[(String, bool)],
    (upto, known): (Option<Timestamp>, Known),
) -> Result<(), WordSubscriptionError> {
    let key = WordSubscriptionKey { owner, subscription: id };
    let mut subscription = write.get(&key)?.ok_or(WordSubscriptionError::NoSuchSubscription)?;
    if !WATCHED_WORDS_NAME_LENGTH.contains(&name.chars().count()) {
        return Err(WordSubscriptionError::Name);
    }
    let list = list_of(write, owner, id)?;
    let before = list.as_ref().map_or(&[][..], |list| &list.words);
    let words = told(before, says)?;
    let is_held = match &list {
        Some(list) => words::held_tags(write, owner)?.contains(&list.name),
        None => false,
    };
    match list {
        // Of a list without words that holds comments back, the owner's choice stays: its publisher may say some again.
        Some(list) if words.is_empty() && !is_held => words::remove(write, owner, list.id)?,
        Some(list) if list.words == words && list.name == name => {}
        Some(list) => {
            let change = ListChange { name: Some(name.clone()), words: Some(words) };
            words::change(write, now, owner, list.id, change)?;
        }
        None if words.is_empty() => {}
        None => {
            words::put(write, now, owner, Some(id), (name.clone(), words))?;
        }
    }
    if subscription.name != name || !says.is_empty() {
        subscription.updated_at = now;
    }
    subscription.name = name;
    reading::note_done(&mut subscription.reading, now, upto, known);
    Ok(write.insert(&key, &subscription)?)
}

/// The words of a list after what it says was done, in the order they came.
fn told(before: &[String], says: &[(String, bool)]) -> Result<Vec<String>, WordSubscriptionError> {
    let mut words = before.to_vec();
    for (word, puts) in says {
        if !puts {
            words.retain(|known| known != word);
        } else if !WATCHED_WORD_LENGTH.contains(&word.chars().count()) {
            return Err(WordSubscriptionError::Word);
        } else if !words.contains(word) {
            words.push(word.clone());
        }
    }
    if WATCHED_WORDS_MAX < words.len() { Err(WordSubscriptionError::TooLong) } else { Ok(words) }
}

/// Notes that a list is as it was.
///
/// # Errors
/// [`WordSubscriptionError::NoSuchSubscription`].
pub fn note_same(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    id: WordSubscriptionId,
) -> Result<(), WordSubscriptionError> {
    let key = WordSubscriptionKey { owner, subscription: id };
    let mut subscription = write.get(&key)?.ok_or(WordSubscriptionError::NoSuchSubscription)?;
    reading::note_same(&mut subscription.reading, now);
    Ok(write.insert(&key, &subscription)?)
}

/// Notes that a list could not be read or done.
///
/// # Errors
/// [`WordSubscriptionError::NoSuchSubscription`].
pub fn note_failed(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    id: WordSubscriptionId,
    failed: &reading::Failed,
) -> Result<(), WordSubscriptionError> {
    let key = WordSubscriptionKey { owner, subscription: id };
    let mut subscription = write.get(&key)?.ok_or(WordSubscriptionError::NoSuchSubscription)?;
    reading::note_failed(&mut subscription.reading, now, failed);
    Ok(write.insert(&key, &subscription)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Durability, Store};

    fn list_of_words(all: &[&str]) -> Vec<String> {
        all.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn words_come_and_go_in_the_order_they_came() {
        let says = |all: &[(&str, bool)]| -> Vec<(String, bool)> {
            all.iter().map(|(word, puts)| ((*word).to_owned(), *puts)).collect()
        };
        let found =
            told(&list_of_words(&["a", "b"]), &says(&[("a", false), ("c", true), ("b", true), ("x", false)]));
        assert_eq!(found.unwrap(), list_of_words(&["b", "c"]));
        let long = "x".repeat(101);
        assert!(matches!(told(&[], &says(&[(&long, true)])), Err(WordSubscriptionError::Word)));
        let many: Vec<_> = (0..501).map(|number| (format!("word{number}"), true)).collect();
        assert!(matches!(told(&[], &many), Err(WordSubscriptionError::TooLong)));
        assert_eq!(told(&[], &many[1..]).unwrap().len(), 500);
    }

    #[test]
    fn who_keeps_a_list_elsewhere_does_not_end_what_its_owner_holds_back() {
        const OWNER: AccountId = AccountId(7);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let now = Timestamp(1_000);
        let work = |says: &[(&str, bool)], id: WordSubscriptionId| {
            let says: Vec<_> = says.iter().map(|(word, puts)| ((*word).to_owned(), *puts)).collect();
            let done = store.write(Durability::Relaxed, |write| {
                apply(write, now, (OWNER, id), "Rude".to_owned(), &says, (None, Known::default()))
            });
            done.unwrap();
        };
        let made = store.write(Durability::Relaxed, |write| {
            subscribe(write, now, OWNER, "https://a.example/rude".to_owned(), "Rude".to_owned())
        });
        let id = made.unwrap().id;
        work(&[("fool", true)], id);
        let held =
            store.write(Durability::Relaxed, |write| words::hold(write, OWNER, vec!["Rude".to_owned()]));
        held.unwrap();
        let waits = || words::judge(&store, OWNER, "you fool", "films.example").unwrap().1;
        assert!(waits());
        work(&[("fool", false)], id);
        assert!(!waits());
        work(&[("fool", true)], id);
        assert!(waits(), "it was the publisher who went back and forth");
        // Where nothing is held, a list without words is none.
        store.write(Durability::Relaxed, |write| words::hold(write, OWNER, Vec::new())).unwrap();
        work(&[("fool", false)], id);
        assert!(words::lists(&store, OWNER).unwrap().is_empty());
    }
}
