//! Work that asks other servers: run by the runtime, while a thread of the queue waits for it.

use tokio::runtime::Handle;

use super::queue::Outlook;
use super::task::{Failure, Task};
use crate::federation::follow::{self, Trouble};
use crate::store::records::NetworkJob;

pub(super) fn run(task: &Task, runtime: &Handle, work: &NetworkJob) -> Result<(), Failure> {
    runtime.block_on(async {
        tokio::select! {
            done = follow::run(&task.app, task.job, work) => done.map_err(|trouble| match trouble {
                Trouble::Later(why) => Failure::Because(why, Outlook::Better),
                Trouble::Never(why) => Failure::Because(why, Outlook::None),
            }),
            () = task.stop.cancelled() => Err(Failure::Stopped),
        }
    })
}
