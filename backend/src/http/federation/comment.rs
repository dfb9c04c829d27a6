//! What people say of videos.

use shared::id::{CommentId, VideoRef};

use super::answer::{addresses, answer, elsewhere};
use super::path::CommentPart;
use super::video::find_anywhere;
use crate::documents::{note, place};
use crate::domain::federation::Document;
use crate::domain::federation::activity::{ApproveReply, Create};
use crate::domain::federation::comment::EmptyPlace;
use crate::domain::federation::context::{APPROVAL, COMMENT};
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::store::Read;
use crate::store::records::Comment;
use crate::store::tables::CommentKey;

/// `/videos/watch/{id}/comments/{comment}`, its making and its approval.
pub(super) async fn show(ask: &Ask, name: VideoRef, id: CommentId, part: CommentPart) -> Outcome {
    let app = &ask.app;
    let entry = match find_anywhere(app, name).await {
        Ok(entry) => entry,
        Err(why) => return *why,
    };
    let missing = || Failure::not_found("Video comment not found");
    let video = &entry.listed.video;
    let comment = app.read(move |store| store.get(&CommentKey { comment: id })).await?;
    // Nobody but its author and the video's owner knows of one that waits. One of ours that waits for an owner elsewhere is
    // shown to those who know its address: their server asks for it here before it keeps it.
    let is_shown = |comment: &Comment| {
        let waits_elsewhere = video.remote.is_some() && comment.remote.is_none();
        comment.video == video.id && (!comment.held || waits_elsewhere)
    };
    let comment = comment.filter(is_shown).ok_or_else(missing)?;
    if let Some(remote) = comment.remote.as_ref().filter(|_| part != CommentPart::Approval) {
        return elsewhere(&remote.url);
    }
    let addresses = addresses(app);
    let (read, about) = (comment.clone(), entry.clone());
    let here = app.blocking(move |app| place(app, &about.listed.video, &read)).await?;
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
        if video.remote.is_some() {
            return Err(missing());
        }
        let owner = &entry.publisher.account.name;
        let at = addresses.comment(video.uuid, comment.id);
        let approval = ApproveReply::new(&addresses, owner, at, here.address, here.in_reply_to);
        return answer(&Document::new(APPROVAL, approval));
    }
    let (read, about) = (comment.clone(), entry.clone());
    let note = app.blocking(move |app| note(app, &about.listed.video, &read)).await?;
    let (author, note) = note.ok_or_else(missing)?;
    if part == CommentPart::Activity {
        let actor = addresses.account(&author);
        return answer(&Document::new(
            COMMENT,
            Create::new(note.audience.clone(), &here.address, actor, note),
        ));
    }
    answer(&Document::new(COMMENT, note))
}
