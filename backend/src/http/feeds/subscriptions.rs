//! `/feeds/subscriptions.*`: what is new in the channels somebody follows, for programs of theirs that cannot log in.
//!
//! A token of its own opens it and nothing else. It is part of the address, so it is in no log line, and what it opens is
//! kept by nobody.

use http::StatusCode;
use sha2::{Digest, Sha256};
use shared::id::AccountId;

use super::answer::{FOR_ONE, address, answer, write};
use super::feed::{Feed, Item};
use super::format::Format;
use super::item;
use super::measure::go_on;
use super::subject::{account, instance_picture, number, rights, value};
use super::videos::{count, told};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::subscription;
use crate::domain::video::query::{self, Query};
use crate::domain::viewer::{Person, Viewer};
use crate::domain::wrong::Wrong;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::video_list::defaults;
use crate::store::Read;
use crate::store::records::Account;
use crate::store::tables::UserKey;

/// `GET /feeds/subscriptions.*`
pub async fn subscriptions(name: &str, format: Format, ask: &Ask) -> Outcome {
    let app = &ask.app;
    let token = value(ask, "token");
    let (number, token) = match (number(ask, "accountId")?, token) {
        (Some(number), Some(token)) => (number, token),
        (None, _) => return Err(Wrong::query("accountId", None, "Should have a valid id").into()),
        (_, None) => return Err(Wrong::query("token", None, "Should have a token").into()),
    };
    let reader = account(app, number)?;
    let who = admit(app, &reader, token).await?;
    let viewer = Viewer::Person(who);
    let mut query = query::read(&ask.pairs(), app.url().host(), defaults(app, &viewer))?;
    if query.filter.needs_rights() {
        return Err(Failure::new(StatusCode::UNAUTHORIZED, "You are not allowed to see all videos."));
    }
    query.count = count(app.config().feeds.videos_count);
    let rows = app.blocking(move |app| found(app, who, &query)).await?;
    let (items, left): (Vec<Item>, _) = told(app, rows, item::video).await;
    go_on(app, left);
    let feed = feed(app, &reader, address(app, name, ask));
    Ok(answer(format.media_type(), write(format, feed, &items), FOR_ONE))
}

/// Whose token it is, if it is that of this account.
async fn admit(app: &App, reader: &Account, token: String) -> Result<Person, Failure> {
    let refused = || Failure::forbidden("User and token mismatch");
    let user = reader.user.ok_or_else(refused)?;
    let user = app.read(move |store| store.get(&UserKey { user })).await?.ok_or_else(refused)?;
    // Digests, so that the time a comparison takes tells nothing of the token.
    let is_right =
        user.feed_token.is_some_and(|known| Sha256::digest(known.to_string()) == Sha256::digest(&token));
    if !is_right || user.blocked.is_some() {
        return Err(refused());
    }
    Ok(Person { user: user.id, account: user.account, role: user.role })
}

/// What they find. Blocks.
fn found(
    app: &App,
    who: Person,
    query: &Query,
) -> Result<Vec<std::sync::Arc<Entry>>, subscription::FollowError> {
    let mut channels = subscription::all_followed(app.store(), who.account)?;
    let muted = app.mutes().hidden_from(&Viewer::Person(who));
    let owner = |channel| -> Option<AccountId> {
        app.catalogue().publisher(channel).map(|publisher| publisher.account.id)
    };
    channels.retain(|channel| owner(*channel).is_none_or(|owner| muted.binary_search(&owner).is_err()));
    Ok(app.catalogue().feed(&channels, query).rows)
}

fn feed(app: &App, reader: &Account, address: String) -> Feed {
    let url = app.url();
    let author = item::account(url, reader);
    let instance = &app.config().instance.name;
    Feed {
        title: format!("{} - {instance}", author.name),
        description: format!("New videos in the channels that {} follows.", author.name),
        page: format!("{url}/videos/subscriptions"),
        address,
        picture: author.picture.clone().unwrap_or_else(|| instance_picture(app)),
        updated: reader.created_at,
        author,
        rights: rights(app),
    }
}
