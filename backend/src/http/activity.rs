//! What was done in a channel.

use shared::api::Page;

use super::actor::find_channel;
use super::extract::{Ask, Segment};
use super::respond::{Outcome, json};
use super::views;
use crate::domain::account::{ChannelEditError, changeable_channel};
use crate::domain::activity;
use crate::domain::wrong::Wrong;

/// `GET /api/v1/video-channels/{name}/activities`
pub async fn list(name: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = find_channel(&name, &ask).await?.id;
    let page = ask.page()?;
    let descending = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => true,
        Some("createdAt") => false,
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    let found = ask.app.read(move |store| {
        let channel = changeable_channel(store, &who, id)?;
        let rows = activity::list(store, id, (page.start, page.count), descending)?;
        Ok::<_, ChannelEditError>((channel, rows))
    });
    let (channel, (total, rows)) = found.await?;
    let app = &ask.app;
    let view = |(number, row): &(u64, _)| views::activity(app, &channel, *number, row);
    json(&Page { total, data: rows.iter().map(view).collect() })
}
