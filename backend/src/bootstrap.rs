//! What an instance needs before its first request: the OAuth client of its programs and its administrator.
//!
//! Runs at every start and does nothing where all is there.

use crate::app::App;
use crate::config::Config;
use crate::dice::Dice;
use crate::domain::account::{self, CreateError, NewUser};
use crate::domain::blocklist;
use crate::domain::password::{self, NotAPassword};
use crate::domain::playlist;
use crate::domain::session;
use crate::private::Private;
use crate::store::records::{Role, Setting};
use crate::store::tables::{SettingKey, UserKey};
use crate::store::{Durability, Read, StoreError, Write};

/// The administrator's login name, as in PeerTube.
pub const ADMINISTRATOR: &str = account::ROOT;
const ADMINISTRATOR_CHANNEL: &str = "root_channel";

/// Why an instance could not be furnished.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// The password in the environment cannot be one.
    #[error("SHOAL_ADMIN_PASSWORD is wrong")]
    Password(#[from] NotAPassword),
    /// The administrator could not be made.
    #[error("the administrator could not be made")]
    Administrator(#[from] CreateError),
    /// The store failed.
    #[error("the instance could not be furnished")]
    Store(#[from] StoreError),
}

/// Makes what is missing. Gives the administrator's password if it was thrown just now: nobody else knows it, so show
/// it.
///
/// # Errors
/// [`BootstrapError`].
pub fn bootstrap(app: &App) -> Result<Option<Private<String>>, BootstrapError> {
    let client = SettingKey { name: OAUTH_CLIENT.to_owned() };
    if app.store().get(&client)?.is_none() {
        let dice = app.dice();
        let record = Setting::OAuthClient { id: letters(dice), secret: letters(dice) };
        app.write_here(Durability::Flushed, |write, _| write.insert(&client, &record))?;
    }
    app.write_here(Durability::Flushed, |write, _| session::adopt(write))?;
    give_watch_later(app)?;
    app.write_here(Durability::Flushed, |write, _| blocklist::begin_log(write))?;
    if app.store().table::<UserKey>().next().transpose()?.is_some() {
        return Ok(None);
    }
    let chosen = app.config().admin_password.as_ref().map(|password| password.reveal().clone());
    let thrown = chosen.is_none().then(|| letters(app.dice()));
    let password = password::hash(&chosen.or(thrown.clone()).unwrap_or_default(), app.dice().bytes())?;
    let new = administrator(&app.config(), app.url().host(), password);
    app.write_here(Durability::Flushed, |write: &mut Write<'_>, now| account::create(write, now, new))?;
    Ok(thrown.map(Private))
}

/// Accounts that are older than lists of videos get the one that everybody has.
fn give_watch_later(app: &App) -> Result<(), StoreError> {
    /// A few milliseconds of the writer's lock.
    const ACCOUNTS_PER_WORK: usize = 500;
    let accounts = app.directory().own_accounts();
    let without: Vec<_> =
        accounts.iter().filter(|account| app.playlists().watch_later(account.id).is_none()).collect();
    for some in without.chunks(ACCOUNTS_PER_WORK) {
        app.write_here(Durability::Flushed, |write, now| {
            some.iter()
                .try_for_each(|account| playlist::give_watch_later(write, now, account.id, app.dice().uuid()))
        })?;
    }
    Ok(())
}

/// The name of the row that holds the OAuth client.
pub const OAUTH_CLIENT: &str = "oauth-client";

fn administrator(config: &Config, host: &str, password: String) -> NewUser {
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    NewUser {
        username: ADMINISTRATOR.to_owned(),
        email: format!("{ADMINISTRATOR}@{host}"),
        password,
        role: Role::Administrator,
        channel: ADMINISTRATOR_CHANNEL.to_owned(),
        video_quota: config.user.video_quota.map(|size| size.0),
        video_quota_daily: config.user.video_quota_daily.map(|size| size.0),
    }
}

/// 32 letters and digits that nobody mistakes for each other: 160 bits.
#[must_use]
pub fn letters(dice: Dice) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied().map(char::from);
    dice.bytes::<32>().into_iter().filter_map(letter).collect()
}
