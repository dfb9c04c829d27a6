//! Logins, the persons behind them and their channels: making them and finding them.

mod create;
mod find;

pub use create::{CreateError, NewUser, create};
pub use find::{account_named, channel_named, channels_of, user_by_login};
