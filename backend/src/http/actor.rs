//! `/accounts` and `/video-channels`.

use shared::id::Handle;

use super::extract::{Ask, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json};
use super::views;
use crate::domain::account::{account_named, channel_named, channels_of};
use crate::store::records::Account;
use crate::store::tables::AccountKey;
use crate::store::{Read, StoreError};

/// `GET /api/v1/accounts/{name}`
pub async fn account(name: Segment, ask: Ask) -> Outcome {
    let account = find_account(&name, &ask).await?;
    json(&views::account(ask.app.url(), &account))
}

/// `GET /api/v1/accounts/{name}/video-channels`
pub async fn account_channels(name: Segment, ask: Ask) -> Outcome {
    let page = ask.page()?;
    let account = find_account(&name, &ask).await?;
    let id = account.id;
    let mut channels = ask.app.read(move |store| channels_of(store, id)).await?;
    // Last made first: PeerTube's order when nobody asks for another.
    channels.reverse();
    let url = ask.app.url();
    let rows = channels.iter().map(|channel| views::channel(url, channel, Some(&account))).collect();
    json(&page.cut(rows))
}

/// `GET /api/v1/video-channels/{name}`
pub async fn channel(name: Segment, ask: Ask) -> Outcome {
    let not_found = || Failure::not_found("Video channel not found");
    let name = local_name(&name, &ask).ok_or_else(not_found)?;
    let found = ask
        .app
        .read(move |store| {
            let Some(channel) = channel_named(store, &name)? else { return Ok(None) };
            let owner = store.get(&AccountKey { account: channel.account })?;
            Ok::<_, StoreError>(Some((channel, owner)))
        })
        .await?;
    let (channel, owner) = found.ok_or_else(not_found)?;
    json(&views::channel(ask.app.url(), &channel, owner.as_ref()))
}

async fn find_account(name: &Segment, ask: &Ask) -> Result<Account, Failure> {
    let not_found = || Failure::not_found("Account not found");
    let name = local_name(name, ask).ok_or_else(not_found)?;
    ask.app.read(move |store| account_named(store, &name)).await?.ok_or_else(not_found)
}

/// The name of one of ours: `alice`, or `alice@` and our own host. Nobody of another host is known here.
fn local_name(name: &Segment, ask: &Ask) -> Option<String> {
    let handle: Handle = name.0.parse().ok()?;
    let ours = handle.host.is_none_or(|host| host == ask.app.url().host());
    ours.then_some(handle.name)
}
