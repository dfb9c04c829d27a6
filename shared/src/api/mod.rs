//! REST bodies of PeerTube's API v1, one file a resource.
//!
//! Owns field names and their JSON shapes, as captured from PeerTube 6.3. Never holds policy defaults.
//! Every list is a [`Page`]; every error is a [`Problem`].

mod actor;
mod page;
mod present;
mod problem;
mod session;
mod upload;
mod user;
mod video;

pub use actor::{Account, AccountSummary, Channel, ChannelChange, ChannelSummary, Image};
pub use page::Page;
pub use problem::{InvalidParam, Problem, ProblemCode};
pub use session::{OAuthClient, TokenGrant, Tokens};
pub use upload::{NewVideo, Uploaded, UploadedVideo};
pub use user::{
    Me, MyVideo, NotificationSettings, QuotaUsed, Role, SeederToken, SeederTokenWish, SpecialPlaylist,
};
pub use video::*;
