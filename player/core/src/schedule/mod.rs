//! When to fetch, and from whom: how far ahead, how many at once, which source, and when to try again.

mod dial;
mod retry;
mod source;
mod windows;

pub(crate) use dial::{Dial, Step};
pub(crate) use retry::Retries;
pub(crate) use source::{
    Race, Source, SourceView, can_go_beside, choose_source, comes_in_time, is_pressing, leaves_time,
    should_make_way, should_race, should_yield,
};
pub(crate) use windows::{Outlook, Windows, plan_windows};
