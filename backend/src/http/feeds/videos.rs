//! `/feeds/videos.*`: new videos of everybody, an account or a channel; and a channel as a podcast.

use std::sync::Arc;

use super::answer::{FOR_ALL, address, answer, write};
use super::feed::Item;
use super::format::Format;
use super::item;
use super::measure::{Measure, Wanted, go_on};
use super::podcast::{self, Episode, Show};
use super::subject::{Subject, instance_picture, number, value};
use crate::app::App;
use crate::catalogue::{Entry, Scope, Text};
use crate::domain::video::query::{self, Query};
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::video_list::{allow, defaults};

/// How many a feed has, whatever the settings say: as many as a page of a list.
const COUNT_MAX: u32 = 100;

/// `GET /feeds/videos.*`
pub async fn videos(name: &str, format: Format, ask: &Ask) -> Outcome {
    let app = &ask.app;
    // Read before anything else, so that a text is never kept as younger than it is.
    let generation = app.catalogue().generation();
    let subject = Subject::of(ask).await?;
    let scope = subject.scope();
    let key = format!("{name}?{}#{}", ask.query(), instance_picture(app));
    if let Some(kept) = app.catalogue().kept_page(generation, scope, &key) {
        return Ok(answer(format.media_type(), kept, FOR_ALL));
    }
    let rows = app.catalogue().list(scope, &wish(ask)?).rows;
    let (items, left): (Vec<Item>, _) = told(app, rows, item::video).await;
    let text = write(format, subject.feed(app, address(app, name, ask)), &items);
    keep(app, (generation, scope, &key), &text, left);
    Ok(answer(format.media_type(), text, FOR_ALL))
}

/// `GET /feeds/podcast/videos.xml`
pub async fn podcast(ask: &Ask) -> Outcome {
    const NAME: &str = "podcast/videos.xml";
    let app = &ask.app;
    let generation = app.catalogue().generation();
    if value(ask, "videoChannelName").is_none() && number(ask, "videoChannelId")?.is_none() {
        return Err(Wrong::query("videoChannelId", None, "Should have a valid id").into());
    }
    let missing = || Failure::not_found("Video channel not found");
    let subject = Subject::of(ask).await?;
    let channel = match &subject {
        // A channel of another server is that server's podcast, under the name it has there.
        Subject::Channel(channel) if channel.remote.is_none() => channel.id,
        Subject::Channel(_) | Subject::Account(_) | Subject::Instance => return Err(missing()),
    };
    let scope = Scope::Channel(channel);
    let key = format!("{NAME}?{}#{}", ask.query(), instance_picture(app));
    if let Some(kept) = app.catalogue().kept_page(generation, scope, &key) {
        return Ok(answer(Format::Rss.media_type(), kept, FOR_ALL));
    }
    let publisher = app.catalogue().publisher(channel).ok_or_else(missing)?;
    let rows = app.catalogue().list(scope, &wish(ask)?).rows;
    let (episodes, left): (Vec<Episode>, _) = told(app, rows, item::episode).await;
    // However it was asked for, it is one podcast, and has one name.
    let mut feed = subject.feed(app, format!("{}/feeds/{NAME}?videoChannelId={channel}", app.url()));
    feed.updated = episodes.iter().map(|episode| episode.item.updated).max().unwrap_or(feed.updated);
    feed.author = item::account(app.url(), &publisher.account);
    let language = most(episodes.iter().filter_map(|episode| episode.item.language.clone()));
    let show = Show {
        language: language.or_else(|| app.config().instance.languages.first().cloned()),
        category: most(episodes.iter().filter_map(|episode| Some(episode.item.category?.0))),
        feed,
        episodes,
    };
    let text: Text = bytes::Bytes::from(podcast::write(&show)).into();
    keep(app, (generation, scope, &key), &text, left);
    Ok(answer(Format::Rss.media_type(), text, FOR_ALL))
}

/// Which videos are asked for, for everybody.
fn wish(ask: &Ask) -> Result<Query, Failure> {
    let app = &ask.app;
    let mut query = query::read(&ask.pairs(), app.url().host(), defaults(app, &Viewer::Anonymous))?;
    allow(&Viewer::Anonymous, &query.filter)?;
    query.filter.muted = app.mutes().hidden_from(&Viewer::Anonymous);
    query.count = count(app.config().feeds.videos_count);
    Ok(query)
}

/// How many items, out of the settings.
#[must_use]
pub fn count(wanted: u32) -> usize {
    usize::try_from(wanted.clamp(1, COUNT_MAX)).unwrap_or(1)
}

/// What is told of each video, and what could not be measured meanwhile.
pub async fn told<T: Send + 'static>(
    app: &App,
    rows: Vec<Arc<Entry>>,
    tell: fn(&mut Measure<'_>, &App, &Entry) -> T,
) -> (Vec<T>, Vec<Wanted>) {
    app.blocking(move |app| {
        let mut measure = Measure::begin(app);
        let told = rows.iter().map(|entry| tell(&mut measure, app, entry)).collect();
        (told, measure.left())
    })
    .await
}

/// Keeps a text that is whole; goes on with what it lacks.
fn keep(app: &App, (generation, scope, key): (u64, Scope, &str), text: &Text, left: Vec<Wanted>) {
    if left.is_empty() {
        app.catalogue().keep_page(generation, scope, key, text.clone());
    } else {
        go_on(app, left);
    }
}

/// What is there most often; of those that are as often, the first.
fn most<T: PartialEq>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut counted: Vec<(T, usize)> = Vec::new();
    for one in all {
        match counted.iter_mut().find(|(known, _)| *known == one) {
            Some((_, count)) => *count += 1,
            None => counted.push((one, 1)),
        }
    }
    let best = counted.iter().map(|(_, count)| *count).max()?;
    counted.into_iter().find(|(_, count)| *count == best).map(|(one, _)| one)
}
