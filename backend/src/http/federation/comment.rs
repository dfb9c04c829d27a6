//! What people say of videos.

use shared::id::{CommentId, VideoRef};

use super::answer::{addresses, answer, elsewhere};
use super::collection::comment_address;
use super::path::CommentPart;
use super::video::{find_anywhere, video_address};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::comment::mentioned;
use crate::domain::federation::activity::{ApproveReply, Create};
use crate::domain::federation::comment::{EmptyPlace, Said, note};
use crate::domain::federation::context::{APPROVAL, COMMENT};
use crate::domain::federation::html::Mentioned;
use crate::domain::federation::{Addresses, Document};
use crate::http::actor::account_of;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::store::records::{Account, Comment};
use crate::store::tables::{AccountKey, CommentKey};
use crate::store::{Read, Store, StoreError};

/// Whom a reply answers, further up and further up, who are told of it: PeerTube tells all, however long a thread grows.
const ANSWERED_MAX: usize = 30;

/// `/videos/watch/{id}/comments/{comment}`, its making and its approval.
pub(super) async fn show(ask: &Ask, name: VideoRef, id: CommentId, part: CommentPart) -> Outcome {
    let app = &ask.app;
    let entry = match find_anywhere(app, name).await {
        Ok(entry) => entry,
        Err(why) => return *why,
    };
    let missing = || Failure::not_found("Video comment not found");
    let video = entry.listed.video.id;
    let comment = app.read(move |store| store.get(&CommentKey { comment: id })).await?;
    // Nobody but its author and the video's owner knows of one that waits.
    let comment = comment.filter(|comment| comment.video == video && !comment.held).ok_or_else(missing)?;
    if let Some(remote) = &comment.remote {
        return elsewhere(&remote.url);
    }
    let parent = match comment.parent {
        Some(comment) => app.read(move |store| store.get(&CommentKey { comment })).await?,
        None => None,
    };
    let addresses = addresses(app);
    let here = Here::of(&addresses, &entry, &comment, parent.as_ref());
    if let Some(deleted) = comment.deleted_at {
        return match part {
            CommentPart::Whole => {
                let place = EmptyPlace::new(&here.address, &here.in_reply_to, comment.created_at, deleted);
                answer(&Document::new(COMMENT, place))
            }
            CommentPart::Activity | CommentPart::Approval => Err(missing()),
        };
    }
    if part == CommentPart::Approval {
        let owner = &entry.publisher.account.name;
        let approval = ApproveReply::new(&addresses, owner, here.address, here.in_reply_to);
        return answer(&Document::new(APPROVAL, approval));
    }
    let read = comment.clone();
    let people = app.blocking(move |app| people(app, &read)).await?.ok_or_else(missing)?;
    let said = Said {
        address: &here.address,
        in_reply_to: &here.in_reply_to,
        author: &people.author,
        text: &comment.text,
        mentioned: &people.mentioned,
        published: comment.created_at,
        updated: comment.updated_at,
    };
    let note = note(&addresses, &said);
    if part == CommentPart::Activity {
        let actor = addresses.account(&people.author);
        return answer(&Document::new(
            COMMENT,
            Create::new(note.audience.clone(), &here.address, actor, note),
        ));
    }
    answer(&Document::new(COMMENT, note))
}

/// Where a comment is, and what it answers.
struct Here {
    address: String,
    in_reply_to: String,
}

impl Here {
    /// Where a comment of this server is; `parent` is what it answers, as far as that is still there.
    fn of(addresses: &Addresses<'_>, entry: &Entry, comment: &Comment, parent: Option<&Comment>) -> Here {
        let video = entry.listed.video.uuid;
        let in_reply_to = match (parent, comment.parent) {
            (Some(parent), _) => comment_address(addresses, video, parent),
            (None, Some(parent)) => addresses.comment(video, parent),
            (None, None) => video_address(addresses, entry),
        };
        Here { address: addresses.comment(video, comment.id), in_reply_to }
    }
}

struct People {
    author: String,
    mentioned: Vec<Mentioned>,
}

/// Who wrote a comment and who is told of it; none where its author is being removed.
fn people(app: &App, comment: &Comment) -> Result<Option<People>, StoreError> {
    let (store, addresses) = (app.store(), addresses(app));
    let Some(author) = author(store, comment)? else { return Ok(None) };
    let mut told: Vec<Account> = Vec::new();
    let mut tell = |account: Account| {
        if account.id != author.id && told.iter().all(|known| known.id != account.id) {
            told.push(account);
        }
    };
    let mut above = comment.parent;
    for _ in 0..ANSWERED_MAX {
        let Some(parent) = above else { break };
        let Some(parent) = store.get(&CommentKey { comment: parent })? else { break };
        if let Some(account) = self::author(store, &parent)? {
            tell(account);
        }
        above = parent.parent;
    }
    let host = addresses.host();
    for handle in mentioned(&comment.text) {
        if let Some(account) = account_of(app, &handle)? {
            tell(account);
        }
    }
    let mentioned = told.iter().map(|account| Mentioned {
        handle: format!("{}@{}", account.name, account.host().unwrap_or(host)),
        address: match &account.remote {
            Some(remote) => remote.url.clone(),
            None => addresses.account(&account.name),
        },
    });
    Ok(Some(People { mentioned: mentioned.collect(), author: author.name }))
}

fn author(store: &Store, comment: &Comment) -> Result<Option<Account>, StoreError> {
    comment.author.map_or(Ok(None), |account| store.get(&AccountKey { account }))
}
