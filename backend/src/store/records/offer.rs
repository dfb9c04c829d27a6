//! Videos and channels offered to somebody else.

use serde::{Deserialize, Serialize};
use shared::id::AccountId;
use shared::time::Timestamp;

use crate::store::Record;

/// A video that waits for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Its number on this instance.
    pub number: u64,
    /// Whose the video is.
    pub from: AccountId,
    /// Who made it; none where that was not noted, which then was its owner.
    #[serde(default)]
    pub by: Option<AccountId>,
    /// When it was made.
    pub at: Timestamp,
}

impl Record for Offer {}

/// A channel that waits for an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChannelOffer {
    /// Its number on this instance, which no offer of a video has.
    pub number: u64,
    /// Whose the channel is.
    pub from: AccountId,
    /// Who made it.
    pub by: AccountId,
    /// Who is to answer.
    pub to: AccountId,
    /// When it was made.
    pub at: Timestamp,
}

impl Record for ChannelOffer {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Table;

    #[test]
    fn an_offer_of_before_is_its_owners() {
        let row = b"\x01{\"number\":7,\"from\":3,\"at\":\"2026-11-21T02:03:26.618Z\"}";
        let offer = Offer::decode(Table::Offers, row).unwrap();
        assert_eq!((offer.number, offer.from, offer.by), (7, AccountId(3), None));
    }
}
