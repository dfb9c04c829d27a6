//! `/server/blocklist/subscriptions` and `/server/blocklist/public-log`: lists of mutes that are kept elsewhere, and one's
//! own.
//!
//! Shapes, words and statuses are PeerTube 9's (`server-blocklist.ts`); `lastTryAt` and `error` of a subscription are
//! Shoal's own.

use http::{StatusCode, Uri};
use shared::api::{self, Label, MuteAction, MuteList};
use shared::id::BlocklistSubscriptionId;
use shared::limits::LIST_URL_LENGTH;
use shared::time::Timestamp;

use super::comment::too_many;
use super::extract::{Ask, Body, PageAsked, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use crate::app::App;
use crate::domain::blocklist::{self, BlocklistError};
use crate::domain::right::Right;
use crate::domain::wrong::Wrong;
use crate::imports::web_host;
use crate::lists::{MuteNames, Which, look};
use crate::store::Durability;
use crate::store::records::{BlocklistSubscription, Reading, ReadingState};

/// An address in JSON's longest spelling: twelve bytes a letter.
const SUBSCRIPTION_BYTES_MAX: usize = 32 * 1024;

/// `GET /api/v1/server/blocklist/subscriptions`
pub async fn subscriptions(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageBlocklistSubscriptions).await?;
    let asked = Asked::of(&ask)?;
    let rows = ask.app.read(blocklist::list).await?;
    let rows: Vec<_> = rows.into_iter().map(|row| view(&ask.app, row)).collect();
    json(&asked.page.cut(asked.sorted(rows, |row| (&row.name, &row.url, row.created_at, row.last_sync_at))))
}

/// `POST /api/v1/server/blocklist/subscriptions`
pub async fn subscribe(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageBlocklistSubscriptions).await?;
    let url = read_url(&ask, body).await?;
    let known = url.clone();
    ask.app.read(move |store| blocklist::may_subscribe(store, &known)).await?;
    if let Err(wait) = ask.app.elsewhere_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    let names = MuteNames { own_host: ask.app.url().host() };
    let told = look(&ask.app, &url, |text| names.read(text)).await.map_err(|why| unread(&why))?;
    let made = ask
        .app
        .write(Durability::Flushed, move |write, now| blocklist::subscribe(write, now, url, told.name));
    let made = made.await?;
    ask.app.lists().wake();
    json(&view(&ask.app, made))
}

/// `DELETE /api/v1/server/blocklist/subscriptions/{subscription}`
pub async fn unsubscribe(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageBlocklistSubscriptions).await?;
    let id: BlocklistSubscriptionId = id.parse("id", "Should be a number")?;
    let ended =
        ask.app.write(Durability::Flushed, move |write, now| blocklist::unsubscribe(write, now, id)).await?;
    if ended.is_some() {
        ask.app.wake_jobs();
    }
    Ok(no_content())
}

/// `GET /api/v1/server/blocklist/public-log`: pages follow each other by `startDate`, as in PeerTube.
pub async fn public_log(ask: Ask) -> Outcome {
    let config = ask.app.config();
    if !config.blocklist.public_log {
        return Err(Failure::forbidden("The public log of mutes is not enabled on this instance"));
    }
    let from = match ask.parameter("startDate").filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => match text.parse::<Timestamp>() {
            Ok(from) => Some(from),
            Err(_) => return Err(Wrong::query("startDate", Some(&text), "Should be a date").into()),
        },
    };
    let deeds = ask.app.read(move |store| blocklist::deeds(store, from)).await?;
    let host = ask.app.url().host();
    let actions = deeds.into_iter().map(|(created_at, deed)| MuteAction {
        kind: if deed.mutes { "block" } else { "unblock" }.to_owned(),
        target: blocklist::told(&deed.target, host),
        created_at,
    });
    json(&MuteList { name: config.instance.name.clone(), actions: actions.collect() })
}

fn view(app: &App, row: BlocklistSubscription) -> api::BlocklistSubscription {
    api::BlocklistSubscription {
        id: row.id,
        name: row.name,
        url: row.url,
        muted_accounts_count: row.accounts,
        muted_servers_count: row.servers,
        last_sync_at: row.reading.read_at,
        state: state(app, Which::Mutes(row.id), &row.reading),
        last_try_at: row.reading.tried_at,
        error: row.reading.trouble,
        error_code: row.reading.fault,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}

/// How reading a list goes, under PeerTube's numbers (`stream-sync-state.enum.ts`).
pub(super) fn state(app: &App, which: Which, reading: &Reading) -> Label<u32> {
    // Once its end is noted it is over, though whoever read it may not have put it down yet.
    let is_due = reading.due <= app.clock().now();
    let (id, label) = match reading.state {
        ReadingState::Waiting | ReadingState::Read | ReadingState::Failed
            if is_due && app.lists().is_reading(which) =>
        {
            (2, "Processing")
        }
        ReadingState::Waiting => (1, "Waiting first run"),
        ReadingState::Read => (3, "Synchronized"),
        ReadingState::Failed => (4, "Failed"),
    };
    Label { id, label: label.to_owned() }
}

/// The address that a body names.
///
/// # Errors
/// 400 or 413.
pub(super) async fn read_url(ask: &Ask, body: Body) -> Result<String, Failure> {
    let mut fields = Fields::read(ask, body, SUBSCRIPTION_BYTES_MAX).await?;
    let is_address = |text: &str| {
        LIST_URL_LENGTH.contains(&text.chars().count())
            // What stands behind it is the browser's business, and would hide what we ask for.
            && !text.contains('#')
            && text.parse::<Uri>().is_ok_and(|address| web_host(&address).is_ok())
    };
    let message = "Should be the address of a list, with http:// or https://";
    let url = fields.parsed("url", message, |text| is_address(text).then(|| text.to_owned()));
    let url = fields.required("url", url);
    fields.end()?;
    Ok(url)
}

/// 400 that says why an address is none of a list.
pub(super) fn unread(why: &crate::lists::Trouble) -> Failure {
    Failure::bad_request(format!("Cannot fetch or parse the list: {why}"))
}

/// What a list of subscriptions is asked for.
pub(super) struct Asked {
    /// Which of them.
    pub(super) page: PageAsked,
    search: String,
    order: Order,
    is_descending: bool,
}

#[derive(Clone, Copy)]
enum Order {
    Made,
    Named,
    Read,
}

impl Asked {
    /// Reads it.
    ///
    /// # Errors
    /// 400.
    pub(super) fn of(ask: &Ask) -> Result<Asked, Failure> {
        let sort = ask.parameter("sort").filter(|sort| !sort.is_empty());
        let sort = sort.as_deref().unwrap_or("-createdAt");
        let order = match sort.trim_start_matches('-') {
            "createdAt" => Order::Made,
            "name" => Order::Named,
            "lastSyncAt" => Order::Read,
            _ => return Err(Wrong::query("sort", Some(sort), "Invalid value").into()),
        };
        let search = ask.parameter("search").unwrap_or_default().trim().to_lowercase();
        Ok(Asked { page: ask.page()?, search, order, is_descending: sort.starts_with('-') })
    }

    /// The rows that are meant, in the order that is asked for, by name, address, and when they were made and read.
    pub(super) fn sorted<T>(
        &self,
        mut rows: Vec<T>,
        of: impl Fn(&T) -> (&String, &String, Timestamp, Option<Timestamp>),
    ) -> Vec<T> {
        rows.retain(|row| {
            let (name, url, ..) = of(row);
            [name, url].iter().any(|text| text.to_lowercase().contains(&self.search))
        });
        rows.sort_by(|one, other| {
            let ((name, _, made, read), (other_name, _, other_made, other_read)) = (of(one), of(other));
            let order = match self.order {
                Order::Made => made.cmp(&other_made),
                Order::Named => name.to_lowercase().cmp(&other_name.to_lowercase()),
                Order::Read => read.cmp(&other_read),
            };
            if self.is_descending { order.reverse() } else { order }
        });
        rows
    }
}

impl From<BlocklistError> for Failure {
    fn from(error: BlocklistError) -> Failure {
        match error {
            BlocklistError::NoSuchSubscription => Failure::not_found("Blocklist subscription not found"),
            BlocklistError::Known => {
                Failure::new(StatusCode::CONFLICT, "A subscription with this URL already exists")
            }
            BlocklistError::TooMany | BlocklistError::TooLong => {
                Failure::new(StatusCode::CONFLICT, "There are too many subscriptions")
            }
            BlocklistError::Store(error) => error.into(),
        }
    }
}
