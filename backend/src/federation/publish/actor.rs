//! Accounts, channels and the instance.

use serde_json::{Map, Value};

use super::speaker::Speaker;
use super::words::{WordsError, activity};
use crate::app::App;
use crate::documents;
use crate::domain::federation::activity::{Addressed, Delete, Update};
use crate::domain::federation::context::{ACTOR, PLAIN};
use crate::domain::federation::{Audience, PUBLIC};
use crate::store::Read;
use crate::store::records::{ActorKey, Party, Post};
use crate::store::tables::{AccountKey, ChannelKey};

/// Whoever speaks, as they are now.
pub(super) fn changed(
    app: &App,
    who: &Speaker,
    post: &Post,
    key: &ActorKey,
) -> Result<Option<Map<String, Value>>, WordsError> {
    let store = app.store();
    let object = match post.by {
        Party::Instance => Some(documents::instance(app, key)),
        Party::Account(account) => {
            store.get(&AccountKey { account })?.map(|account| documents::person(app, &account, key))
        }
        Party::Channel(channel) => match store.get(&ChannelKey { channel })? {
            Some(channel) => store
                .get(&AccountKey { account: channel.account })?
                .map(|owner| documents::channel(app, &channel, &owner, key)),
            None => None,
        },
    };
    let Some(object) = object else { return Ok(None) };
    let audience = Audience { to: vec![PUBLIC.to_owned()], cc: vec![format!("{}/followers", who.address)] };
    let object = Addressed { audience: audience.clone(), object };
    activity(ACTOR, Update::new(audience, (&who.address, post.at), who.address.clone(), object)).map(Some)
}

/// The last word of whoever speaks.
pub(super) fn gone(who: &Speaker) -> Result<Map<String, Value>, WordsError> {
    activity(PLAIN, Delete::new(None, who.address.clone(), who.address.clone()))
}
