//! What stands around every page: header, banner, footer.
//!
//! Owns the ways into the app and the word when the instance cannot be reached. Uses all three contexts.

mod banner;
mod bell;
mod footer;
mod header;
mod notice;
mod suggest;

pub use banner::Banner;
pub use bell::Bell;
pub use footer::footer;
pub use header::Header;
pub use notice::{Broadcast, notice};
pub use suggest::Suggest;
