//! Work that asks other servers: run by the runtime, while a thread of the queue waits for it.

use tokio::runtime::Handle;

use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::federation::follow::{self, Trouble};
use crate::store::records::{FollowFault, NetworkJob};
use crate::store::tables::FollowFaultKey;
use crate::store::{Durability, Read, StoreError};

pub(super) fn run(task: &Task, runtime: &Handle, work: &NetworkJob) -> Result<(), Failure> {
    let done = runtime.block_on(async {
        tokio::select! {
            done = follow::run(&task.app, task.job, work) => Some(done),
            () = task.stop.cancelled() => None,
        }
    });
    let trouble = done.ok_or(Failure::Stopped)?.err();
    let is_wish = match work {
        NetworkJob::FollowHost { .. } | NetworkJob::FollowHandle { .. } => true,
        NetworkJob::Subscribe { .. }
        | NetworkJob::MoveFollowers { .. }
        | NetworkJob::FindPlaylists(_)
        | NetworkJob::FillPlaylist(_)
        | NetworkJob::Backfill { .. } => false,
    };
    if is_wish {
        note(task, trouble.as_ref().map(|trouble| trouble.fault))?;
    }
    match trouble {
        None => Ok(()),
        Some(Trouble { why, may_pass: true, .. }) => Err(Failure::Because(why, Outlook::Better)),
        Some(Trouble { why, may_pass: false, .. }) => Err(Failure::Because(why, Outlook::None)),
    }
}

/// Notes why it came to nothing, for the page on which it was wanted.
fn note(task: &Task, fault: Option<FollowFault>) -> Result<(), StoreError> {
    let key = FollowFaultKey { job: task.job };
    if fault.is_none() && task.app.store().get(&key)?.is_none() {
        return Ok(());
    }
    task.app.write_here(Durability::Relaxed, |write, _| match fault {
        Some(fault) => write.insert(&key, &fault),
        None => {
            write.remove(&key);
            Ok(())
        }
    })
}
