//! What people say of videos.

use shared::time::Timestamp;

use super::hearers::{Hearers, Here, Publisher, deed, latest};
use crate::domain::federation::talk::people;
use crate::domain::federation::video::is_published;
use crate::store::records::{Account, Comment, Party, Said, Video, Withheld};
use crate::store::tables::{AccountKey, CommentKey, VideoKey, WithheldKey};
use crate::store::{Read, StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<CommentKey>()? {
        let waits = |comment: &Comment| comment.held && !comment.is_deleted();
        match (old.as_ref().filter(|old| waits(old)), new.as_ref().filter(|new| waits(new))) {
            (None, Some(new)) => say_asked(write, now, here, new)?,
            (Some(old), None) if new.as_ref().is_none_or(Comment::is_deleted) => {
                say_refused(write, now, here, old)?;
            }
            (Some(_) | None, None) | (Some(_), Some(_)) => {}
        }
        let is_seen = |comment: &Comment| !comment.held && !comment.is_deleted();
        match (old.filter(is_seen), new.filter(is_seen)) {
            (None, None) => {}
            (None, Some(new)) => say_made(write, now, here, &new)?,
            (Some(old), None) => say_removed(write, now, here, &old)?,
            (Some(old), Some(new)) => {
                if old.text != new.text {
                    say_changed(write, now, here, &new)?;
                }
            }
        }
    }
    Ok(())
}

/// What a comment is about, and who wrote it; none where one of them is going, which is told by itself.
fn around(write: &Write<'_>, comment: &Comment) -> Result<Option<(Video, Account)>, StoreError> {
    let Some(account) = comment.author else { return Ok(None) };
    let Some(author) = write.get(&AccountKey { account })? else { return Ok(None) };
    Ok(write.get(&VideoKey { video: comment.video })?.map(|video| (video, author)))
}

/// Who hears of a comment of ours; none where others know nothing of its video.
fn hearers<'h>(
    write: &Write<'_>,
    here: Here<'h>,
    comment: &Comment,
    video: &Video,
) -> Result<Option<Hearers<'h>>, StoreError> {
    let mut hearers = Hearers::new(here);
    if video.remote.is_some() {
        hearers.add_origin(write, video)?;
    } else {
        if !is_published(video, here.with_unlisted) {
            return Ok(None);
        }
        let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(None) };
        hearers.add_followers(write, &publisher.heard_through())?;
    }
    if let Some(people) = people(write, comment, here.host)? {
        hearers.add_followers(write, &[Party::Account(people.author.id)])?;
        for account in &people.told {
            hearers.add_account(write, account)?;
        }
    }
    Ok(Some(hearers))
}

fn say_made(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    if let Some(remote) = &author.remote {
        return say_approved(write, now, here, comment, &video, &remote.inbox);
    }
    let Some(hearers) = hearers(write, here, comment, &video)? else { return Ok(()) };
    hearers.say(write, now, Party::Account(author.id), Said::CommentCreated(comment.id), &deed())
}

/// One of ours that waits for whose a video elsewhere is: they hear of it, and nobody else.
fn say_asked(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    if author.remote.is_some() || video.remote.is_none() {
        return Ok(());
    }
    let mut origin = Hearers::new(here);
    origin.add_origin(write, &video)?;
    origin.say(write, now, Party::Account(author.id), Said::CommentCreated(comment.id), &deed())
}

/// One that waited goes unseen: who knew of it hears that. Of ours on a video elsewhere that is whose the video is; of
/// another's on a video of ours it is its author, who is told no.
fn say_refused(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    let mut hearers = Hearers::new(here);
    match (&author.remote, &video.remote) {
        (None, Some(_)) => {
            hearers.add_origin(write, &video)?;
            let said = Said::CommentDeleted { comment: comment.id, video: video.uuid };
            hearers.say(write, now, Party::Account(author.id), said, &deed())
        }
        (Some(remote), None) if is_published(&video, here.with_unlisted) => {
            let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
            let Some(url) = comment.remote.as_ref().map(|remote| remote.url.clone()) else { return Ok(()) };
            hearers.add(write, &remote.inbox)?;
            let (by, parent) = (Party::Account(publisher.account), comment.parent);
            let said = Said::CommentRejected { comment: comment.id, video: video.uuid, url, parent };
            hearers.say(write, now, by, said, &deed())
        }
        (None, None) | (Some(_), Some(_) | None) => Ok(()),
    }
}

/// What its author's server said of a comment that waited is passed on as it came, now that it is seen.
fn pass_on(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
    publisher: Publisher,
) -> Result<(), StoreError> {
    let key = WithheldKey { comment: comment.id };
    let Some(Withheld { words: Some(words), sender }) = write.get(&key)? else { return Ok(()) };
    let mut hearers = Hearers::new(here);
    hearers.add_followers(write, &publisher.heard_through())?;
    hearers.leave_out(&sender);
    write.insert(&key, &Withheld { words: None, sender })?;
    hearers.say(write, now, Party::Instance, Said::Words(words), &deed())
}

/// Somebody elsewhere hears at their own inbox that what they said of a video of ours is seen: their server may hold it
/// back from its own people until then.
fn say_approved(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
    video: &Video,
    inbox: &str,
) -> Result<(), StoreError> {
    if !is_published(video, here.with_unlisted) {
        return Ok(());
    }
    let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
    let mut author = Hearers::new(here);
    author.add(write, inbox)?;
    let by = Party::Account(publisher.account);
    author.say(write, now, by, Said::CommentApproved(comment.id), &deed())?;
    pass_on(write, now, here, comment, publisher)
}

fn say_changed(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    if author.remote.is_some() {
        return Ok(());
    }
    let Some(hearers) = hearers(write, here, comment, &video)? else { return Ok(()) };
    let about = format!("comment {}", comment.id);
    hearers.say(write, now, Party::Account(author.id), Said::CommentUpdated(comment.id), &latest(about))
}

/// One of ours goes by its author's word, whoever removed it; somebody else's by the word of whose the video is.
fn say_removed(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    comment: &Comment,
) -> Result<(), StoreError> {
    let Some((video, author)) = around(write, comment)? else { return Ok(()) };
    let Some(mut hearers) = hearers(write, here, comment, &video)? else { return Ok(()) };
    let (by, said) = match &comment.remote {
        None => {
            let said = Said::CommentDeleted { comment: comment.id, video: video.uuid };
            (author.id, said)
        }
        Some(_) if video.remote.is_some() => return Ok(()),
        Some(remote) => {
            let Some(publisher) = Publisher::of(write, video.channel)? else { return Ok(()) };
            hearers.add_account(write, &author)?;
            let url = remote.url.clone();
            (publisher.account, Said::CommentRemoved { comment: comment.id, video: video.uuid, url })
        }
    };
    hearers.say(write, now, Party::Account(by), said, &deed())
}
