//! When to fetch: how far ahead, how many at once, and when to try again.

mod retry;
mod windows;

pub(crate) use retry::Retries;
pub(crate) use windows::{Outlook, Windows, plan_windows};
