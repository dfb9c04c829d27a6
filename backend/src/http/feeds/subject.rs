//! Whose feed is asked for.

use shared::id::{AccountId, ChannelId};
use shared::time::Timestamp;

use super::feed::{Author, Feed};
use super::item;
use crate::app::App;
use crate::catalogue::Scope;
use crate::domain::wrong::Wrong;
use crate::http::actor;
use crate::http::extract::{Ask, Segment};
use crate::http::pages::plain::plain_text;
use crate::http::problem::Failure;
use crate::http::views;
use crate::store::records::{Account, Channel};

/// Stands for whoever has no picture.
const NO_PICTURE: &str = "/icons/shoal-512.png";

/// Whose.
pub enum Subject {
    /// All that is here.
    Instance,
    /// An account's.
    Account(Box<Account>),
    /// A channel's.
    Channel(Box<Channel>),
}

impl Subject {
    /// Whom the parameters behind the question mark name, by number or by name; the channel where they name an account,
    /// too.
    ///
    /// # Errors
    /// 400 or 404.
    pub async fn of(ask: &Ask) -> Result<Subject, Failure> {
        if let Some(number) = number(ask, "videoChannelId")? {
            let publisher = ask.app.catalogue().publisher(ChannelId(number));
            let publisher = publisher.ok_or_else(|| Failure::not_found("Video channel not found"))?;
            return Ok(Subject::Channel(Box::new(publisher.channel.clone())));
        }
        if let Some(name) = value(ask, "videoChannelName") {
            return Ok(Subject::Channel(Box::new(actor::find_channel(&Segment(name), ask).await?)));
        }
        if let Some(number) = number(ask, "accountId")? {
            return Ok(Subject::Account(Box::new(account(&ask.app, number)?)));
        }
        if let Some(name) = value(ask, "accountName") {
            return Ok(Subject::Account(Box::new(actor::find_account(&Segment(name), ask).await?)));
        }
        Ok(Subject::Instance)
    }

    /// Which list of videos.
    #[must_use]
    pub fn scope(&self) -> Scope {
        match self {
            Subject::Instance => Scope::Public,
            Subject::Account(account) => Scope::Account(account.id),
            Subject::Channel(channel) => Scope::Channel(channel.id),
        }
    }

    /// What their feed at this address says of them.
    #[must_use]
    pub fn feed(&self, app: &App, address: String) -> Feed {
        let url = app.url();
        let (author, description, updated) = match self {
            Subject::Instance => {
                let instance = &app.config().instance;
                let author = Author { name: instance.name.clone(), page: url.to_string(), picture: None };
                (author, instance.short_description.clone(), Timestamp(0))
            }
            Subject::Account(account) => {
                let description = plain_text(account.description.as_deref().unwrap_or_default());
                (item::account(url, account), description, account.updated_at)
            }
            Subject::Channel(channel) => {
                let description = plain_text(channel.description.as_deref().unwrap_or_default());
                (item::channel(url, channel), description, channel.updated_at)
            }
        };
        Feed {
            title: author.name.clone(),
            description,
            page: author.page.clone(),
            address,
            picture: author.picture.clone().unwrap_or_else(|| instance_picture(app)),
            author,
            updated,
            rights: rights(app),
        }
    }
}

/// What is said of rights: they are those of each maker.
#[must_use]
pub fn rights(app: &App) -> String {
    format!(
        "Each work is its makers', under the licence that its page names. Terms: {}/about/instance",
        app.url()
    )
}

/// The address of the instance's picture.
#[must_use]
pub fn instance_picture(app: &App) -> String {
    let avatars = views::avatars(app.site().avatar.as_ref());
    format!("{}{}", app.url(), avatars.last().map_or(NO_PICTURE, |image| &image.path))
}

/// An account by its number.
///
/// # Errors
/// 404.
pub fn account(app: &App, number: u64) -> Result<Account, Failure> {
    app.catalogue().account(AccountId(number)).ok_or_else(|| Failure::not_found("Account not found"))
}

/// A parameter; one that is empty says nothing.
#[must_use]
pub fn value(ask: &Ask, name: &str) -> Option<String> {
    ask.parameter(name).filter(|value| !value.is_empty())
}

/// A parameter that is a number of something.
///
/// # Errors
/// 400.
pub fn number(ask: &Ask, name: &str) -> Result<Option<u64>, Failure> {
    let Some(value) = value(ask, name) else { return Ok(None) };
    let number = value.parse().ok().filter(|number| *number != 0 && !value.starts_with('+'));
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(Wrong::query(name, Some(&value), "Should have a valid id").into()),
    }
}
