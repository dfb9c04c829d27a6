//! Accounts, channels and the instance.

use shared::time::Timestamp;

use super::hearers::{Hearers, Here, deed, latest};
use crate::domain::site::SitePicture;
use crate::store::records::{Account, Channel, Party, Said};
use crate::store::tables::{AccountKey, ChannelKey, CustomKey, SitePictureKey};
use crate::store::{StoreError, Write};

pub(super) fn follow(write: &mut Write<'_>, now: Timestamp, here: Here<'_>) -> Result<(), StoreError> {
    for (old, new) in write.changes_of::<ChannelKey>()? {
        let Some(old) = old.filter(|old| old.remote.is_none()) else { continue };
        let by = Party::Channel(old.id);
        let mut parties = vec![by, Party::Account(old.account), Party::Instance];
        let said = match new {
            None => Said::Gone(old.name),
            Some(new) if looks_alike(&old, &new) => continue,
            Some(new) => {
                // Who follows the account that it was given to hears of it, too.
                parties.push(Party::Account(new.account));
                Said::Changed
            }
        };
        say(write, now, here, said, &parties)?;
    }
    for (old, new) in write.changes_of::<AccountKey>()? {
        let Some(old) = old.filter(|old| old.remote.is_none()) else { continue };
        let said = match new {
            None => Said::Gone(old.name),
            Some(new) if account_looks_alike(&old, &new) => continue,
            Some(_) => Said::Changed,
        };
        say(write, now, here, said, &[Party::Account(old.id), Party::Instance])?;
    }
    let settings = write.keyed_changes_of::<CustomKey>()?;
    let pictures = write.keyed_changes_of::<SitePictureKey>()?;
    let shown = [SitePicture::Avatar.key(), SitePicture::Banner.key()];
    let is_other = settings.iter().any(|(key, (old, new))| SETTINGS.contains(&&*key.path) && old != new)
        || pictures.iter().any(|(key, (old, new))| shown.contains(key) && old != new);
    if is_other {
        say(write, now, here, Said::Changed, &[Party::Instance])?;
    }
    Ok(())
}

/// What others see of the instance among what administrators change.
const SETTINGS: [&str; 3] =
    ["instance.name", "instance.shortDescription", "followers.instance.manualApproval"];

/// The first of them says it.
fn say(
    write: &mut Write<'_>,
    now: Timestamp,
    here: Here<'_>,
    said: Said,
    parties: &[Party],
) -> Result<(), StoreError> {
    let Some(by) = parties.first().copied() else { return Ok(()) };
    let mut hearers = Hearers::new(here);
    hearers.add_followers(write, parties)?;
    let kept = match (&said, by) {
        (Said::Changed, Party::Channel(channel)) => latest(format!("channel {channel}")),
        (Said::Changed, Party::Account(account)) => latest(format!("account {account}")),
        (Said::Changed, Party::Instance) => latest("instance".to_owned()),
        _ => deed(),
    };
    hearers.say(write, now, by, said, &kept)
}

fn looks_alike(old: &Channel, new: &Channel) -> bool {
    fn seen(channel: &Channel) -> impl PartialEq {
        let words = (&channel.display_name, &channel.description, &channel.support);
        (words, &channel.avatar, &channel.banner, channel.account)
    }
    seen(old) == seen(new)
}

fn account_looks_alike(old: &Account, new: &Account) -> bool {
    fn seen(account: &Account) -> impl PartialEq {
        (&account.display_name, &account.description, &account.avatar)
    }
    seen(old) == seen(new)
}
