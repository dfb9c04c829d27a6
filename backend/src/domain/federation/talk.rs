//! Who takes part in what people say of videos: who wrote a comment, and who is told of it.

use shared::id::{AccountId, CommentId};

use crate::domain::account::account_named;
use crate::domain::comment::mentioned;
use crate::store::records::{Account, Comment, Party};
use crate::store::tables::{AccountKey, CommentKey, RemoteNameKey};
use crate::store::{Read, StoreError};

/// Whom a reply answers, further up and further up, who are told of it: PeerTube tells all, however long a thread grows.
const ANSWERED_MAX: usize = 30;

/// Who takes part in a comment.
#[derive(Clone, PartialEq, Debug)]
pub struct People {
    /// Who wrote it.
    pub author: Account,
    /// Who is told of it: those whom it answers, and whom it names.
    pub told: Vec<Account>,
}

/// Who wrote a comment and who is told of it, here or elsewhere; none where its author is being removed. `host` is ours.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn people(read: &impl Read, comment: &Comment, host: &str) -> Result<Option<People>, StoreError> {
    let Some(author) = author(read, comment.author)? else { return Ok(None) };
    let mut told: Vec<Account> = Vec::new();
    let mut tell = |account: Account| {
        if account.id != author.id && told.iter().all(|known| known.id != account.id) {
            told.push(account);
        }
    };
    let mut above: Option<CommentId> = comment.parent;
    for _ in 0..ANSWERED_MAX {
        let Some(parent) = above else { break };
        let Some(parent) = read.get(&CommentKey { comment: parent })? else { break };
        if let Some(account) = self::author(read, parent.author)? {
            tell(account);
        }
        above = parent.parent;
    }
    for handle in mentioned(&comment.text) {
        let named = match handle.host.as_deref().filter(|other| *other != host) {
            None => account_named(read, &handle.name)?,
            Some(other) => account_elsewhere(read, &handle.name, other)?,
        };
        if let Some(account) = named {
            tell(account);
        }
    }
    Ok(Some(People { author, told }))
}

fn author(read: &impl Read, author: Option<AccountId>) -> Result<Option<Account>, StoreError> {
    author.map_or(Ok(None), |account| read.get(&AccountKey { account }))
}

/// Somebody of another server, where they are known here.
fn account_elsewhere(read: &impl Read, name: &str, host: &str) -> Result<Option<Account>, StoreError> {
    let name = format!("{name}@{host}").to_lowercase();
    match read.get(&RemoteNameKey { name })? {
        Some(Party::Account(account)) => read.get(&AccountKey { account }),
        Some(Party::Channel(_) | Party::Instance) | None => Ok(None),
    }
}
