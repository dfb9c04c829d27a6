//! Work on what people say, follow and hear of: many small units of work, so that no request waits long for the
//! writer's lock, each of which may be done again.

use shared::id::{AccountId, ElementId, FollowId, VideoId};
use shared::time::Timestamp;

use super::task::{Failure, Task};
use crate::domain::{
    abuse, account, blocklist, comment, follow, history, import, mirror, mute, notification, playlist,
    rating, share, subscription, sync, words,
};
use crate::store::records::{JobKind, Party, Scope, TalkJob};
use crate::store::tables::{AnnouncedKey, JobKey, TallyKey};
use crate::store::{Durability, Read, StoreError, Write};

/// Rows that one unit of work changes: a few milliseconds of the writer's lock.
const ROWS_PER_WORK: usize = 200;
/// Followers that one unit of work tells: each is four rows.
const FOLLOWERS_PER_WORK: usize = 100;

pub(super) fn run(task: &Task, work: &TalkJob) -> Result<(), Failure> {
    let rows = ROWS_PER_WORK;
    match work {
        TalkJob::RemoveActor(party) => remove_actor(task, *party),
        TalkJob::ForgetVideo(video) => {
            pieces(task, |write, _| rating::forget_video(write, *video, rows))?;
            pieces(task, |write, _| comment::forget_video(write, *video, rows))?;
            pieces(task, |write, _| share::forget_video(write, *video, rows))?;
            pieces(task, |write, _| history::forget_video(write, *video, rows))?;
            pieces(task, |write, now| playlist::forget_video(write, now, *video, rows))?;
            task.app.write_here(Durability::Relaxed, |write, _| -> Result<(), StoreError> {
                write.use_reserve();
                write.remove(&AnnouncedKey { video: *video });
                Ok(())
            })?;
            Ok(())
        }
        TalkJob::ForgetAccount(account) => {
            pieces(task, |write, now| rating::forget_account(write, now, *account, rows))?;
            pieces(task, |write, now| comment::remove_by(write, now, *account, Scope::Instance, rows))?;
            pieces(task, |write, _| subscription::forget_account(write, *account, rows))?;
            pieces(task, |write, _| follow::forget(write, Party::Account(*account), rows))?;
            pieces(task, |write, _| history::clear(write, *account, None, rows))?;
            pieces(task, |write, _| abuse::forget_account(write, *account, rows))?;
            pieces(task, |write, _| mute::forget_account(write, *account, rows))?;
            pieces(task, |write, _| words::forget_account(write, *account, rows))?;
            pieces(task, |write, _| playlist::forget_account(write, *account, rows))?;
            task.app.write_here(Durability::Relaxed, |write, _| -> Result<(), StoreError> {
                write.use_reserve();
                write.remove(&TallyKey { account: *account });
                Ok(())
            })?;
            Ok(())
        }
        TalkJob::ForgetUser(user) => {
            pieces(task, |write, _| notification::forget_user(write, *user, rows))?;
            pieces(task, |write, _| import::forget_user(write, *user, rows))
        }
        TalkJob::Announce { video, after } => announce(task, *video, *after),
        TalkJob::ForgetChannel(channel) => {
            pieces(task, |write, _| subscription::forget_channel(write, *channel, rows))?;
            pieces(task, |write, _| follow::forget(write, Party::Channel(*channel), rows))?;
            pieces(task, |write, _| sync::forget_addresses(write, *channel, rows))?;
            pieces(task, |write, _| playlist::forget_channel(write, *channel, rows))
        }
        TalkJob::ForgetPlaylist { playlist, account } => {
            pieces(task, |write, _| playlist::forget_playlist(write, *playlist, *account, rows))
        }
        TalkJob::FileElements(account) => file_elements(task, *account),
        TalkJob::ForgetBlocklist(id) => pieces(task, |write, _| blocklist::forget(write, *id, rows)),
        TalkJob::GiveUpCopies { host, at } => give_up_copies(task, host, *at),
        TalkJob::RemoveComments { author, scope } => {
            pieces(task, |write, now| comment::remove_by(write, now, *author, *scope, rows))
        }
    }
}

/// Tells a channel's followers of a video. How far it came is noted with those who were told, so that nobody is told
/// twice after a crash.
fn announce(task: &Task, video: VideoId, after: FollowId) -> Result<(), Failure> {
    let mut next = Some(after);
    while let Some(after) = next {
        if task.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        next = task.app.write_here(Durability::Relaxed, |write, now| {
            let last = notification::announce(write, now, video, after, FOLLOWERS_PER_WORK)?;
            let key = JobKey { job: task.job };
            if let (Some(after), Some(mut job)) = (last, write.get(&key)?) {
                job.kind = JobKind::Talk(TalkJob::Announce { video, after });
                write.insert(&key, &job)?;
            }
            Ok::<_, StoreError>(last)
        })?;
    }
    Ok(())
}

/// Removes somebody of another server with their channels and videos. What of it was said and remembered goes by the jobs
/// that each of these causes.
fn remove_actor(task: &Task, party: Party) -> Result<(), Failure> {
    loop {
        if task.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        let remove = |write: &mut Write<'_>, _| account::remove_elsewhere(write, party);
        if task.app.write_here(Durability::Relaxed, remove)? == account::Removal::Done {
            return Ok(());
        }
    }
}

/// Gives up copies of a server's videos, some in each unit of work. Begins anew after a crash: what was given up stays so.
fn give_up_copies(task: &Task, host: &str, at: Timestamp) -> Result<(), Failure> {
    for some in mirror::copies_of(task.app.store(), host, at)?.chunks(ROWS_PER_WORK) {
        if task.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        task.app.write_here(Durability::Relaxed, |write, _| {
            some.iter().try_for_each(|copy| mirror::end(write, *copy).map(drop))
        })?;
    }
    Ok(())
}

/// Files what lists hold that an account gave away under their new owner. Begins anew after a crash: what was filed
/// stays so.
fn file_elements(task: &Task, account: AccountId) -> Result<(), Failure> {
    let mut next = Some((VideoId(0), ElementId(0)));
    while let Some(after) = next {
        if task.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        next = task.app.write_here(Durability::Relaxed, |write, _| {
            playlist::file_elements(write, account, after, ROWS_PER_WORK)
        })?;
    }
    Ok(())
}

/// Repeats a piece of work until it finds nothing left to do.
fn pieces(
    task: &Task,
    piece: impl Fn(&mut Write<'_>, Timestamp) -> Result<usize, StoreError>,
) -> Result<(), Failure> {
    loop {
        if task.stop.is_cancelled() {
            return Err(Failure::Stopped);
        }
        let rows = task.app.write_here(Durability::Relaxed, |write, now| {
            write.use_reserve();
            piece(write, now)
        })?;
        if rows == 0 {
            return Ok(());
        }
    }
}
