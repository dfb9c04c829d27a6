//! What a process has cost so far, as the kernel counts it.

use std::fs;
use std::ops::Sub;
use std::time::Duration;

use anyhow::{Context, Result};

/// The kernel's tick in `/proc/PID/stat`; it has been 100 a second on every Linux for decades.
const TICKS_PER_SECOND: u64 = 100;

/// Processor time of a process and of its children that have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Its own, to the nanosecond.
    pub own: Duration,
    /// Of children that have ended and been waited for, to 10 ms.
    pub children: Duration,
}

impl Usage {
    /// So far.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn of(pid: u32) -> Result<Usage> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{pid}/task")).with_context(|| format!("no process {pid}"))? {
            // A thread may end while we look.
            let told = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            nanoseconds +=
                told.split_whitespace().next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
        }
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        Ok(Usage {
            own: Duration::from_nanos(nanoseconds),
            children: children_in(&stat).context("an odd /proc/PID/stat")?,
        })
    }

    /// Both together.
    #[must_use]
    pub fn total(self) -> Duration {
        self.own + self.children
    }
}

/// A process and all below it.
#[must_use]
pub fn tree_of(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> = children
        .flat_map(|line| line.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<u32>>())
        .collect();
    std::iter::once(pid).chain(children.into_iter().flat_map(tree_of)).collect()
}

impl Sub for Usage {
    type Output = Usage;

    fn sub(self, earlier: Usage) -> Usage {
        Usage {
            own: self.own.saturating_sub(earlier.own),
            children: self.children.saturating_sub(earlier.children),
        }
    }
}

/// Fields 16 and 17, counted from 1; the name in field 2 may hold spaces.
fn children_in(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks: u64 = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// The process that takes TCP connections on a port of this machine; none where we may not see it.
#[must_use]
pub fn listening_on(port: u16) -> Option<u32> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| fs::read_to_string(path).unwrap_or_default());
    let sockets: Vec<String> = tables.iter().filter_map(|table| listener_in(table, port)).collect();
    let wanted: Vec<String> = sockets.iter().map(|socket| format!("socket:[{socket}]")).collect();
    let holds = |pid: &u32| {
        let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let mut links = open.filter_map(|entry| fs::read_link(entry.path()).ok());
        links.any(|link| wanted.iter().any(|socket| link.as_os_str() == socket.as_str()))
    };
    let processes = fs::read_dir("/proc").ok()?.flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).find(holds)
}

/// The inode of a socket that listens, out of the kernel's table of them.
fn listener_in(table: &str, port: u16) -> Option<String> {
    const LISTEN: &str = "0A";
    let ending = format!(":{port:04X}");
    let rows = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let found = rows.filter(|row| row.get(1).is_some_and(|local| local.ends_with(&ending)));
    found
        .filter(|row| row.get(3) == Some(&LISTEN))
        .find_map(|row| row.get(9).map(|inode| (*inode).to_owned()))
}

/// How busy the machine is, in the kernel's words.
#[must_use]
pub fn load_average() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_children_is_found_behind_an_odd_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 10 20 0 0 5 6 150 50 20 0 1 0 9 1 1";
        assert_eq!(children_in(stat), Some(Duration::from_secs(2)));
    }

    #[test]
    fn whoever_listens_is_found() {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        assert_eq!(listening_on(port), Some(std::process::id()));
        drop(socket);
        assert_eq!(listening_on(port), None);
    }

    #[test]
    fn work_is_seen() {
        let before = Usage::of(std::process::id()).unwrap();
        let mut number = 1_u64;
        for step in 0..20_000_000_u64 {
            number = std::hint::black_box(number.wrapping_mul(31).wrapping_add(step));
        }
        let cost = Usage::of(std::process::id()).unwrap() - before;
        assert!(Duration::from_millis(1) < cost.own, "{cost:?} {number}");
    }
}
