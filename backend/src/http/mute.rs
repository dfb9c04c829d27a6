//! `/users/me/blocklist`, `/server/blocklist` and `/blocklist/status`: whom somebody, or the instance, mutes.

use std::collections::BTreeMap;

use http::StatusCode;
use shared::api::{
    BlocklistStatus, BlocklistSubscriptionSummary, MutedAccount, MutedServer, MutedServerHost, Page,
    StatusOfAccount, StatusOfServer,
};
use shared::id::{AccountId, Handle};

use super::actor::find_account;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::domain::blocklist::{self, Target};
use crate::domain::host;
use crate::domain::mute::{self, INSTANCE, MuteError};
use crate::domain::right::Right;
use crate::domain::wrong::Wrong;
use crate::store::records::BlocklistSubscription;
use crate::store::tables::{AccountKey, ServerMuteKey};
use crate::store::{Durability, Read, StoreError};

/// A handle.
const MUTE_BYTES_MAX: usize = 4 * 1024;
/// As many as a page of comments may have authors.
const ASKED_MAX: usize = 100;

/// `GET /api/v1/users/me/blocklist/accounts`
pub async fn own_accounts(ask: Ask) -> Outcome {
    let by = ask.person().await?.account;
    accounts(&ask, by).await
}

/// `GET /api/v1/server/blocklist/accounts`
pub async fn instance_accounts(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageAccountsBlocklist).await?;
    accounts(&ask, INSTANCE).await
}

/// `POST /api/v1/users/me/blocklist/accounts`
pub async fn mute_own_account(ask: Ask, body: Body) -> Outcome {
    let by = ask.person().await?.account;
    mute_account(ask, body, by).await
}

/// `POST /api/v1/server/blocklist/accounts`
pub async fn mute_instance_account(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageAccountsBlocklist).await?;
    mute_account(ask, body, INSTANCE).await
}

/// `DELETE /api/v1/users/me/blocklist/accounts/{name}`
pub async fn hear_own_account(name: Segment, ask: Ask) -> Outcome {
    let by = ask.person().await?.account;
    hear_account(&name, ask, by).await
}

/// `DELETE /api/v1/server/blocklist/accounts/{name}`
pub async fn hear_instance_account(name: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageAccountsBlocklist).await?;
    hear_account(&name, ask, INSTANCE).await
}

/// `GET /api/v1/users/me/blocklist/servers`
pub async fn own_servers(ask: Ask) -> Outcome {
    let by = ask.person().await?.account;
    servers(&ask, by).await
}

/// `GET /api/v1/server/blocklist/servers`
pub async fn instance_servers(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServersBlocklist).await?;
    servers(&ask, INSTANCE).await
}

/// `POST /api/v1/users/me/blocklist/servers`
pub async fn mute_own_server(ask: Ask, body: Body) -> Outcome {
    let by = ask.person().await?.account;
    mute_server(ask, body, by).await
}

/// `POST /api/v1/server/blocklist/servers`
pub async fn mute_instance_server(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageServersBlocklist).await?;
    mute_server(ask, body, INSTANCE).await
}

/// `DELETE /api/v1/users/me/blocklist/servers/{host}`
pub async fn hear_own_server(host: Segment, ask: Ask) -> Outcome {
    let by = ask.person().await?.account;
    hear_server(host, ask, by).await
}

/// `DELETE /api/v1/server/blocklist/servers/{host}`
pub async fn hear_instance_server(host: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageServersBlocklist).await?;
    hear_server(host, ask, INSTANCE).await
}

async fn accounts(ask: &Ask, by: AccountId) -> Outcome {
    let (page, search, first_first) = asked(ask)?;
    let name = ask.parameter("subscriptionName").filter(|name| !name.is_empty());
    let found = ask.app.read(move |store| {
        let lists = Summaries::read(store, by)?;
        let mut rows = Vec::new();
        for (target, at) in mute::accounts_of(store, by)? {
            let account =
                if lists.0.is_empty() { None } else { store.get(&AccountKey { account: target })? };
            let list = match account {
                Some(account) => lists.of(store, &Target::of(&account))?,
                None => None,
            };
            rows.push((target, at, list));
        }
        Ok::<_, StoreError>(rows)
    });
    let mut rows = named(found.await?, name.as_deref(), |(_, _, list)| list.as_ref());
    if first_first {
        rows.reverse();
    }
    let catalogue = ask.app.catalogue();
    let url = ask.app.url();
    let muter = catalogue.account(by).map(|account| views::account(url, &account));
    let view = |(target, created_at, blocklist_subscription)| {
        let account = catalogue.account(target)?;
        let names = format!("{} {}", account.name, account.display_name).to_lowercase();
        names.contains(&search).then(|| MutedAccount {
            by_account: muter.clone(),
            blocked_account: views::account(url, &account),
            blocklist_subscription,
            created_at,
        })
    };
    json(&page.cut(rows.into_iter().filter_map(view).collect()))
}

async fn servers(ask: &Ask, by: AccountId) -> Outcome {
    let (page, search, first_first) = asked(ask)?;
    let name = ask.parameter("subscriptionName").filter(|name| !name.is_empty());
    let found = ask.app.read(move |store| {
        let lists = Summaries::read(store, by)?;
        let mut rows = Vec::new();
        for (host, at) in mute::servers_of(store, by)? {
            let target = Target::Server(host);
            let list = lists.of(store, &target)?;
            rows.push((target.key(), at, list));
        }
        Ok::<_, StoreError>(rows)
    });
    let mut rows = named(found.await?, name.as_deref(), |(_, _, list)| list.as_ref());
    if first_first {
        rows.reverse();
    }
    let muter = ask.app.catalogue().account(by).map(|account| views::account(ask.app.url(), &account));
    rows.retain(|(host, ..)| host.contains(&search));
    let view = |(host, created_at, blocklist_subscription)| MutedServer {
        by_account: muter.clone(),
        blocked_server: MutedServerHost { host },
        blocklist_subscription,
        created_at,
    };
    let page: Page<MutedServer> = page.cut(rows.into_iter().map(view).collect());
    json(&page)
}

/// The lists that the instance is subscribed to, beside what they brought.
struct Summaries(Vec<BlocklistSubscriptionSummary>);

impl Summaries {
    /// None where a person mutes: nobody subscribes to lists for themselves.
    fn read(read: &impl Read, by: AccountId) -> Result<Summaries, StoreError> {
        let all = if by == INSTANCE { blocklist::list(read)? } else { Vec::new() };
        let summary =
            |BlocklistSubscription { id, name, url, .. }| BlocklistSubscriptionSummary { id, name, url };
        Ok(Summaries(all.into_iter().map(summary).collect()))
    }

    /// The first list by which the instance mutes somebody.
    fn of(
        &self,
        read: &impl Read,
        target: &Target,
    ) -> Result<Option<BlocklistSubscriptionSummary>, StoreError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let lists = blocklist::lists_of(read, target)?;
        Ok(lists.iter().find_map(|id| self.0.iter().find(|list| list.id == *id)).cloned())
    }
}

/// The rows that a list of this name brought; all where none is named.
fn named<T>(
    rows: Vec<T>,
    name: Option<&str>,
    list: impl Fn(&T) -> Option<&BlocklistSubscriptionSummary>,
) -> Vec<T> {
    let is_meant = |row: &T| name.is_none_or(|name| list(row).is_some_and(|list| list.name == name));
    rows.into_iter().filter(is_meant).collect()
}

fn asked(ask: &Ask) -> Result<(super::extract::PageAsked, String, bool), Failure> {
    let page = ask.page()?;
    let first_first = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => false,
        Some("createdAt") => true,
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    Ok((page, ask.parameter("search").unwrap_or_default().trim().to_lowercase(), first_first))
}

async fn mute_account(ask: Ask, body: Body, by: AccountId) -> Outcome {
    let mut fields = Fields::read(&ask, body, MUTE_BYTES_MAX).await?;
    let name = fields.parsed("accountName", "Should be an account name with host", |text| {
        text.parse::<Handle>().ok().map(|_| text.to_owned())
    });
    let name = fields.required("accountName", name);
    fields.end()?;
    let target = find_account(&Segment(name), &ask).await?.id;
    ask.app.write(Durability::Flushed, move |write, now| mute::mute_account(write, now, by, target)).await?;
    Ok(no_content())
}

async fn hear_account(name: &Segment, ask: Ask, by: AccountId) -> Outcome {
    let target = find_account(name, &ask).await?.id;
    ask.app.write(Durability::Flushed, move |write, now| mute::hear_account(write, now, by, target)).await?;
    Ok(no_content())
}

async fn mute_server(ask: Ask, body: Body, by: AccountId) -> Outcome {
    let mut fields = Fields::read(&ask, body, MUTE_BYTES_MAX).await?;
    let host = fields.parsed("host", "Should be a host", a_host);
    let host = fields.required("host", host);
    fields.end()?;
    if host == ask.app.url().host() {
        return Err(Failure::new(StatusCode::CONFLICT, "You cannot block your own server."));
    }
    ask.app.write(Durability::Flushed, move |write, now| mute::mute_server(write, now, by, host)).await?;
    Ok(no_content())
}

async fn hear_server(host: Segment, ask: Ask, by: AccountId) -> Outcome {
    let written = host.0.to_lowercase();
    ask.app
        .write(Durability::Flushed, move |write, now| {
            // A row of before may be under what somebody wrote.
            let key = ServerMuteKey { by, host: written };
            let is_there = write.get(&key)?.is_some();
            let host = a_host(&key.host).filter(|_| !is_there).unwrap_or(key.host);
            mute::hear_server(write, now, by, host)
        })
        .await?;
    Ok(no_content())
}

/// A host with its port where that is not the usual one, in lower case.
fn a_host(text: &str) -> Option<String> {
    host::parse(text)
}

/// `GET /api/v1/blocklist/status`
pub async fn status(ask: Ask) -> Outcome {
    let viewer = ask.viewer().await?;
    let by = viewer.person().map(|person| person.account);
    let pairs = ask.pairs();
    let values = |name: &str| {
        let is_named =
            |given: &str| given == name || given.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
        let values = pairs.iter().filter(|(given, _)| is_named(given)).map(|(_, value)| value.clone());
        values.take(ASKED_MAX + 1).collect::<Vec<_>>()
    };
    let (handles, hosts) = (values("accounts"), values("hosts"));
    let too_many =
        [("accounts", &handles), ("hosts", &hosts)].into_iter().filter(|(_, all)| ASKED_MAX < all.len());
    let wrongs: Vec<Wrong> =
        too_many.map(|(name, _)| Wrong::query(name, None, "Should have at most 100 values")).collect();
    if !wrongs.is_empty() {
        return Err(wrongs.into());
    }
    let mut accounts = Vec::new();
    for handle in handles {
        let found = find_account(&Segment(handle.clone()), &ask).await.ok();
        let is_muted =
            |by: AccountId| found.as_ref().is_some_and(|account| ask.app.mutes().is_muted(by, account.id));
        accounts.push((handle, is_muted(INSTANCE), by.is_some_and(is_muted)));
    }
    let own_host = ask.app.url().host().to_owned();
    let status = ask.app.read(move |store| {
        let mut status = BlocklistStatus { accounts: BTreeMap::new(), hosts: BTreeMap::new() };
        let lists = Summaries::read(store, INSTANCE)?;
        for (handle, is_muted, blocked_by_user) in accounts {
            let target = Target::parse(&handle, &own_host).or_else(|| {
                // A name without a host is one of ours.
                handle.parse::<Handle>().ok().map(|handle| Target::Local(handle.name.to_lowercase()))
            });
            let list = match target {
                Some(Target::Server(name)) => lists.of(store, &Target::Local(name))?,
                Some(target) => lists.of(store, &target)?,
                None => None,
            };
            let of_account = StatusOfAccount {
                // Of accounts that are not known here, what lists say is all there is.
                blocked_by_server: is_muted || list.is_some(),
                blocked_by_server_subscription: list.map(|list| list.name),
                blocked_by_user,
            };
            status.accounts.insert(handle, of_account);
        }
        for host in hosts {
            let asked = a_host(&host).unwrap_or_else(|| host.to_lowercase());
            let is_muted = |by| mute::is_server_muted(store, by, &asked);
            let blocked_by_user = by.map_or(Ok(false), is_muted)?;
            let list = lists.of(store, &Target::Server(asked.clone()))?;
            let of_host = StatusOfServer {
                blocked_by_server: is_muted(INSTANCE)?,
                blocked_by_server_subscription: list.map(|list| list.name),
                blocked_by_user,
            };
            status.hosts.insert(host, of_host);
        }
        Ok::<_, StoreError>(status)
    });
    json(&status.await?)
}

impl From<MuteError> for Failure {
    fn from(error: MuteError) -> Failure {
        match error {
            MuteError::NoSuchAccount => Failure::not_found("Account not found"),
            MuteError::Oneself => Failure::new(StatusCode::CONFLICT, "You cannot block yourself."),
            MuteError::NotMuted => Failure::not_found("Block entry not found."),
            MuteError::TooMany => Failure::new(StatusCode::CONFLICT, "There are too many entries"),
            MuteError::Store(error) => error.into(),
        }
    }
}
