//! Watched words, the tags that follow from them, and which of these hold a comment back.
//!
//! Pure but for reading and writing lists: which tags a text gets depends on the text and the lists alone.

use shared::id::{AccountId, WordListId, WordSubscriptionId};
use shared::time::Timestamp;

use super::mute::INSTANCE;
use crate::store::records::{CommentTag, HeldTags, WordList};
use crate::store::tables::{HeldTagsKey, WordListKey, WordListsOf, WordSubscriptionsOf};
use crate::store::{Read, StoreError, Write};

/// The tag of what links to another server, which everybody has.
pub const EXTERNAL_LINK: &str = "external-link";
/// Lists of one owner: as many as are read for each comment.
pub const LISTS_MAX: usize = 20;

/// Why a list was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// There is no such list.
    #[error("there is no such list")]
    NoSuchList,
    /// Another list, or a tag of ours, has the name.
    #[error("the name is taken")]
    NameTaken,
    /// There are as many as may be.
    #[error("at most {LISTS_MAX} lists")]
    TooMany,
    /// There is no such tag.
    #[error("there is no such tag")]
    NoSuchTag,
    /// The store failed.
    #[error("the list could not be read or written")]
    Store(#[from] StoreError),
}

/// A list to be, or what a list becomes; what is none stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListChange {
    /// 1–100 letters.
    pub name: Option<String>,
    /// At most 500.
    pub words: Option<Vec<String>>,
}

/// The lists of an account, or of the instance, last made first.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn lists(read: &impl Read, owner: AccountId) -> Result<Vec<WordList>, StoreError> {
    read.scan_reverse(&WordListsOf(owner)).map(|row| row.map(|(_, list)| list)).collect()
}

/// Makes a list.
///
/// # Errors
/// [`WordsError`].
pub fn make(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    name: String,
    words: Vec<String>,
) -> Result<WordListId, WordsError> {
    put(write, now, owner, None, (name, words))
}

/// Makes a list, of a subscription or of none.
///
/// # Errors
/// [`WordsError`].
pub(super) fn put(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    subscription: Option<WordSubscriptionId>,
    (name, words): (String, Vec<String>),
) -> Result<WordListId, WordsError> {
    let lists = lists(write, owner)?;
    if LISTS_MAX <= lists.len() {
        return Err(WordsError::TooMany);
    }
    check_name(&lists, None, &name)?;
    let id = WordListId(write.next_number("word-lists")?);
    let list = WordList { id, name, words, subscription, created_at: now, updated_at: now };
    write.insert(&WordListKey { owner, list: id }, &list)?;
    Ok(id)
}

/// Changes a list. What it held back by its name it holds back by its new one.
///
/// # Errors
/// [`WordsError`].
pub fn change(
    write: &mut Write<'_>,
    now: Timestamp,
    owner: AccountId,
    id: WordListId,
    change: ListChange,
) -> Result<(), WordsError> {
    let key = WordListKey { owner, list: id };
    let mut list = write.get(&key)?.ok_or(WordsError::NoSuchList)?;
    if let Some(name) = change.name {
        check_name(&lists(write, owner)?, Some(id), &name)?;
        let old = std::mem::replace(&mut list.name, name.clone());
        let mut held = held_tags(write, owner)?;
        for tag in held.iter_mut().filter(|tag| **tag == old) {
            tag.clone_from(&name);
        }
        put_held(write, owner, held)?;
    }
    list.words = change.words.unwrap_or(list.words);
    list.updated_at = now;
    write.insert(&key, &list)?;
    Ok(())
}

/// Whether a list may have a name beside these.
///
/// # Errors
/// [`WordsError::NameTaken`].
pub(super) fn check_name(lists: &[WordList], own: Option<WordListId>, name: &str) -> Result<(), WordsError> {
    let is_taken = |list: &WordList| Some(list.id) != own && list.name == name;
    if name == EXTERNAL_LINK || lists.iter().any(is_taken) { Err(WordsError::NameTaken) } else { Ok(()) }
}

/// Removes a list.
///
/// # Errors
/// [`WordsError::NoSuchList`].
pub fn remove(write: &mut Write<'_>, owner: AccountId, id: WordListId) -> Result<(), WordsError> {
    let key = WordListKey { owner, list: id };
    let list = write.get(&key)?.ok_or(WordsError::NoSuchList)?;
    write.use_reserve();
    write.remove(&key);
    let mut held = held_tags(write, owner)?;
    held.retain(|tag| *tag != list.name);
    put_held(write, owner, held)?;
    Ok(())
}

/// The tags with which a comment on this account's videos waits for it.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn held_tags(read: &impl Read, account: AccountId) -> Result<Vec<String>, StoreError> {
    Ok(read.get(&HeldTagsKey { account })?.unwrap_or_default().0)
}

/// Chooses the tags with which a comment waits.
///
/// # Errors
/// [`WordsError::NoSuchTag`].
pub fn hold(write: &mut Write<'_>, account: AccountId, mut tags: Vec<String>) -> Result<(), WordsError> {
    let lists = lists(write, account)?;
    let is_known = |tag: &String| tag == EXTERNAL_LINK || lists.iter().any(|list| list.name == *tag);
    if !tags.iter().all(is_known) {
        return Err(WordsError::NoSuchTag);
    }
    tags.sort();
    tags.dedup();
    Ok(put_held(write, account, tags)?)
}

fn put_held(write: &mut Write<'_>, account: AccountId, tags: Vec<String>) -> Result<(), StoreError> {
    let key = HeldTagsKey { account };
    if tags.is_empty() {
        write.remove(&key);
        return Ok(());
    }
    write.insert(&key, &HeldTags(tags))
}

/// Removes what an account that is gone watched for. Gives how many rows.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget_account(
    write: &mut Write<'_>,
    account: AccountId,
    rows_max: usize,
) -> Result<usize, StoreError> {
    let rows: Vec<_> = write.scan(&WordListsOf(account)).take(rows_max).collect::<Result<_, _>>()?;
    let subscribed: Vec<_> =
        write.scan(&WordSubscriptionsOf(account)).take(rows_max).collect::<Result<_, _>>()?;
    rows.iter().for_each(|(key, _)| write.remove(key));
    subscribed.iter().for_each(|(key, _)| write.remove(key));
    write.remove(&HeldTagsKey { account });
    Ok(rows.len() + subscribed.len())
}

/// What a comment on a video of `owner` is marked with, for the instance and for the owner, and whether it waits.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn judge(
    read: &impl Read,
    owner: AccountId,
    text: &str,
    host: &str,
) -> Result<(Vec<CommentTag>, bool), StoreError> {
    let links = links_elsewhere(text, host);
    let folded = text.to_lowercase();
    let mut tags = Vec::new();
    for by in [INSTANCE, owner] {
        let tag = |name: &str| CommentTag { by, name: name.to_owned() };
        tags.extend(links.then(|| tag(EXTERNAL_LINK)));
        for list in lists(read, by)?.iter().rev() {
            tags.extend(list.words.iter().any(|word| has_word(&folded, word)).then(|| tag(&list.name)));
        }
    }
    let held = held_tags(read, owner)?;
    let waits = tags.iter().any(|tag| tag.by == owner && held.contains(&tag.name));
    Ok((tags, waits))
}

/// What the instance marks a video with that has this name and this description.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn tags_of(
    read: &impl Read,
    name: &str,
    description: Option<&str>,
    host: &str,
) -> Result<Vec<String>, StoreError> {
    let texts = [name, description.unwrap_or_default()];
    let folded = texts.map(str::to_lowercase);
    let mut tags = Vec::new();
    if texts.iter().any(|text| links_elsewhere(text, host)) {
        tags.push(EXTERNAL_LINK.to_owned());
    }
    for list in lists(read, INSTANCE)?.into_iter().rev() {
        if list.words.iter().any(|word| folded.iter().any(|text| has_word(text, word))) {
            tags.push(list.name);
        }
    }
    Ok(tags)
}

/// Whether a text in lower case has a word, or several, with no letter beside.
fn has_word(folded: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    !word.is_empty()
        && folded.match_indices(&word).any(|(at, found)| {
            let before = folded.get(..at).and_then(|text| text.chars().next_back());
            let after = folded.get(at + found.len()..).and_then(|text| text.chars().next());
            let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
            !is_letter(before) && !is_letter(after)
        })
}

/// Whether a text links to another server than ours.
fn links_elsewhere(text: &str, host: &str) -> bool {
    let folded = text.to_lowercase();
    let ends = |letter: char| letter.is_whitespace() || "/?#)]>\"'".contains(letter);
    ["http://", "https://"].iter().any(|scheme| {
        folded.split(scheme).skip(1).any(|rest| {
            let linked = rest.split(ends).next().unwrap_or_default();
            !linked.is_empty() && linked != host
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_every_case() {
        for (text, word, expected) in [
            ("buy this now", "BUY", true),
            ("buyer", "buy", false),
            ("(Buy)!", "buy", true),
            ("a free offer, today", "free offer", true),
            ("a freeoffer", "free offer", false),
            ("ÉTÉ indien", "été", true),
            ("rebuy buy", "buy", true),
            ("", "buy", false),
            ("buy", "", false),
        ] {
            assert_eq!(has_word(&text.to_lowercase(), word), expected, "{word} in {text}");
        }
    }

    #[test]
    fn links_to_other_servers_are_seen() {
        for (text, expected) in [
            ("see https://elsewhere.example/x", true),
            ("see HTTP://Elsewhere.example", true),
            ("see https://films.example/w/1", false),
            ("https://films.example.evil/w", true),
            ("[x](https://films.example)", false),
            ("no link: https://", false),
            ("films", false),
        ] {
            assert_eq!(links_elsewhere(text, "films.example"), expected, "{text}");
        }
    }
}
