//! One video of the catalogue.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::Text;
use crate::domain::makers::Makers;
use crate::domain::video::list::Listed;
use crate::store::records::{Account, Channel};

/// A channel and whose it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Publisher {
    /// The channel.
    pub channel: Channel,
    /// Its owner.
    pub account: Account,
    /// Its owner and those who edit it.
    pub makers: Makers,
}

/// A video with all that is shown beside it. Never changes: a changed video is another entry.
#[derive(Debug)]
pub struct Entry {
    /// The video.
    pub listed: Arc<Listed>,
    /// Where it is published.
    pub publisher: Arc<Publisher>,
    /// How many watch it now.
    pub viewers: u64,
    card: OnceLock<Bytes>,
    page: OnceLock<Text>,
}

impl Entry {
    pub(crate) fn new(listed: Arc<Listed>, publisher: Arc<Publisher>, viewers: u64) -> Entry {
        Entry { listed, publisher, viewers, card: OnceLock::new(), page: OnceLock::new() }
    }

    /// Its text in a list, rendered by the first who asks.
    pub fn card(&self, render: impl FnOnce(&Entry) -> Bytes) -> Bytes {
        self.card.get_or_init(|| render(self)).clone()
    }

    /// Its text as a page, as everybody sees it, rendered by the first who asks.
    pub fn page(&self, render: impl FnOnce(&Entry) -> Bytes) -> Text {
        self.page.get_or_init(|| render(self).into()).clone()
    }
}
