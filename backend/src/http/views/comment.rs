//! Comments.

use shared::api;
use shared::id::AccountId;

use super::actor;
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::comment::Tree;
use crate::store::records::Comment;

/// A comment on a video.
#[must_use]
pub fn comment(app: &App, entry: &Entry, comment: &Comment) -> api::Comment {
    api::Comment {
        id: comment.id,
        url: address(app, entry, comment),
        text: comment.text.clone(),
        thread_id: comment.thread,
        in_reply_to_comment_id: comment.parent,
        video_id: comment.video,
        created_at: comment.created_at,
        updated_at: comment.updated_at,
        deleted_at: comment.deleted_at,
        held_for_review: comment.held,
        is_deleted: comment.is_deleted(),
        total_replies_from_video_author: comment.replies_of_owner,
        total_replies: comment.replies,
        account: author(app, comment),
    }
}

/// A comment with its first replies.
#[must_use]
pub fn comment_tree(app: &App, entry: &Entry, tree: &Tree) -> api::CommentTree {
    api::CommentTree {
        comment: comment(app, entry, &tree.comment),
        // Five levels at most.
        children: tree.children.iter().map(|child| comment_tree(app, entry, child)).collect(),
        total_children: tree.total_children,
    }
}

/// A comment for those who decide about it, with the tags of `by`.
#[must_use]
pub fn reviewed_comment(app: &App, entry: &Entry, comment: &Comment, by: AccountId) -> api::ReviewedComment {
    let video = &entry.listed.video;
    api::ReviewedComment {
        id: comment.id,
        url: address(app, entry, comment),
        text: comment.text.clone(),
        thread_id: comment.thread,
        in_reply_to_comment_id: comment.parent,
        video_id: comment.video,
        created_at: comment.created_at,
        updated_at: comment.updated_at,
        held_for_review: comment.held,
        automatic_tags: comment.tags.iter().filter(|tag| tag.by == by).map(|tag| tag.name.clone()).collect(),
        video: api::ReviewedVideo { id: video.id, uuid: video.uuid, name: video.name.clone() },
        account: author(app, comment),
    }
}

fn address(app: &App, entry: &Entry, comment: &Comment) -> String {
    match &comment.remote {
        Some(remote) => remote.url.clone(),
        None => format!("{}/videos/watch/{}/comments/{}", app.url(), entry.listed.video.uuid, comment.id),
    }
}

/// None too where the account is being removed, and its comments after it.
fn author(app: &App, comment: &Comment) -> Option<api::Account> {
    let account = app.catalogue().account(comment.author?)?;
    Some(actor::account(app.url(), &account))
}
