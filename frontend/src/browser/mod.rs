//! The browser, one API a file.
//!
//! Owns every call into the page that is not drawing. Never decides: what to show, when to try again and what a
//! failure means is said elsewhere. What a browser forbids (storage in private windows, the clipboard) is answered
//! with `None` or `false`, never with a panic.

pub mod bus;
pub mod clipboard;
pub mod fetch;
pub mod intl;
pub mod locks;
pub mod nearness;
pub mod page;
pub mod send;
pub mod socket;
pub mod spawn;
pub mod storage;
