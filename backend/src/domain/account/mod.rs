//! Logins, the persons behind them and their channels: making them and finding them.

mod create;
mod find;
mod password;

pub use create::{CreateError, NewUser, create};
pub use find::{account_named, channel_named, channels_of, user_by_login};
pub use password::{SetPasswordError, set_password};

#[cfg(test)]
mod tests;
