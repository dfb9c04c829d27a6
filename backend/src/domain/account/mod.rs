//! Logins, the persons behind them and their channels: making them and finding them.

mod channel;
mod create;
mod find;
mod password;
mod seeders;

pub use channel::{ChannelEditError, update_channel, wrongs as channel_wrongs};
pub use create::{CreateError, NewUser, create};
pub use find::{account_named, channel_named, channels_of, user_by_login};
pub use password::{SetPasswordError, set_password};
pub use seeders::{admission, still_counts, take_back_admissions};

#[cfg(test)]
mod tests;
