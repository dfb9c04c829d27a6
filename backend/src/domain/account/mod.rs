//! Logins, the persons behind them and their channels: making them and finding them.

mod channel;
mod create;
mod email;
mod find;
mod login;
mod manage;
mod password;
mod picture;
mod profile;
mod remove;
mod seeders;

pub use channel::{
    ChannelEditError, NewChannelError, changeable_channel, create_channel, own_channel, update_channel,
    wrongs as channel_wrongs,
};
pub use create::{CreateError, More, NewUser, create, create_with, first_channel, is_name};
pub use email::is_email;
pub use find::{account_named, channel_named, channels_of, is_email_taken, is_name_taken, user_by_login};
pub use login::login;
pub use manage::{ManageError, ROOT, Ruling, deletable, manageable, rule, set_blocked};
pub use password::{SetPasswordError, set_password, set_password_of};
pub use picture::{ChannelPicture, set_avatar, set_channel_picture};
pub use profile::{
    NewAddress, ProfileError, THEME_OF_THE_INSTANCE, change_me, confirm_address, contradicts_itself,
};
pub use remove::{Removal, VIDEOS_PER_PIECE, remove_channel, remove_elsewhere, remove_user};
pub use seeders::{admission, still_counts, take_back_admissions};

#[cfg(test)]
mod tests;
