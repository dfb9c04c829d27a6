//! What is offered to other people of this instance: single videos, and whole channels with all that is in them.
//!
//! Offers of both are numbered together. An offer counts as long as who made it could make it again: an editor who is out
//! of a channel gives none of its videos away.

pub mod channel;
mod standing;
mod video;

pub use video::{
    OwnershipError, accept, forget_account, forget_video, is_offered_to, may_offer, offer, refuse, waiting,
};
