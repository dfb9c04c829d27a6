//! Accounts, channels and the instance.

use super::video::addresses;
use crate::app::App;
use crate::domain::federation::actor::{self, Actor, Instance};
use crate::store::records::{Account, ActorKey, Channel};

/// The instance, with its key.
#[must_use]
pub fn instance(app: &App, key: &ActorKey) -> Actor {
    let (config, site) = (app.config(), app.site());
    let instance = Instance {
        name: &config.instance.name,
        description: &config.instance.short_description,
        avatar: site.avatar.as_ref(),
        banner: site.banner.as_ref(),
        approves_followers: config.followers.instance_manual_approval,
        since: key.since,
    };
    actor::application(&addresses(app), &instance, &key.public)
}

/// An account of ours, with its key.
#[must_use]
pub fn person(app: &App, account: &Account, key: &ActorKey) -> Actor {
    actor::person(&addresses(app), account, &key.public)
}

/// A channel of ours, with its key.
#[must_use]
pub fn channel(app: &App, channel: &Channel, owner: &Account, key: &ActorKey) -> Actor {
    actor::group(&addresses(app), channel, &owner.name, &key.public)
}
