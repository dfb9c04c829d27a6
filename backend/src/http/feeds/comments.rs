//! `/feeds/video-comments.*`: what was said last, of a video, of those of a channel or an account, or of all.

use std::collections::HashSet;
use std::sync::Arc;

use shared::id::VideoId;

use super::answer::{FOR_ALL, address, answer, write};
use super::feed::{Feed, Item};
use super::format::Format;
use super::item;
use super::subject::{Subject, rights, value};
use super::videos::count;
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::comment::{Source, latest};
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::http::extract::{Ask, Segment};
use crate::http::pages::plain::plain_text;
use crate::http::problem::Failure;
use crate::http::respond::Outcome;
use crate::http::{video, views};
use crate::store::StoreError;
use crate::store::records::{Comment, CommentsPolicy};

/// Videos whose comments are looked for one by one. Those of a channel with more are picked out of all comments.
const VIDEOS_MAX: usize = 200;

/// `GET /feeds/video-comments.*`
pub async fn comments(name: &str, format: Format, ask: &Ask) -> Outcome {
    let app = &ask.app;
    let own = address(app, name, ask);
    let (feed, about) = match value(ask, "videoId") {
        Some(id) => {
            let is_mixed =
                ["videoChannelId", "videoChannelName"].iter().any(|name| value(ask, name).is_some());
            if is_mixed {
                let message = "videoId cannot be mixed with a channel filter";
                return Err(Wrong::query("videoId", Some(&id), message).into());
            }
            let entry = seen(&id, app)?;
            (of_video(app, &entry, own), About::Video(entry))
        }
        None => {
            let subject = Subject::of(ask).await?;
            (subject.feed(app, own), About::of(app, &subject))
        }
    };
    let items = app.blocking(move |app| said(app, &about)).await?;
    Ok(answer(format.media_type(), write(format, feed, &items), FOR_ALL))
}

/// The video of this name, if everybody with its address may see it.
fn seen(id: &str, app: &App) -> Result<Arc<Entry>, Failure> {
    let (entry, by) = video::find_by(&Segment(id.to_owned()), app)?;
    entry.listed.sight().opens_to(&Viewer::Anonymous, by)?;
    Ok(entry)
}

fn of_video(app: &App, entry: &Entry, address: String) -> Feed {
    let (url, video) = (app.url(), &entry.listed.video);
    let author = item::channel(url, &entry.publisher.channel);
    let picture = views::thumbnail_path(video).map(|path| format!("{url}{path}"));
    Feed {
        title: video.name.clone(),
        description: plain_text(video.description.as_deref().unwrap_or_default()),
        page: format!("{url}/w/{}", video.uuid.short()),
        address,
        picture: picture.unwrap_or_else(|| super::subject::instance_picture(app)),
        author,
        updated: video.published_at,
        rights: rights(app),
    }
}

/// Which comments.
enum About {
    /// Of a video, be it in lists or not.
    Video(Arc<Entry>),
    /// Of these videos.
    Videos(Vec<VideoId>),
    /// Of all videos in lists.
    Everything,
}

impl About {
    fn of(app: &App, subject: &Subject) -> About {
        match subject {
            Subject::Instance => About::Everything,
            Subject::Account(account) => About::Videos(app.catalogue().videos_of(account.id)),
            Subject::Channel(channel) => {
                let videos = app.catalogue().of_channel(channel.id);
                About::Videos(videos.iter().map(|entry| entry.listed.video.id).collect())
            }
        }
    }
}

/// Comments that everybody sees on videos that everybody sees, without those of whom the instance mutes. Blocks.
fn said(app: &App, about: &About) -> Result<Vec<Item>, StoreError> {
    let muted = app.mutes().hidden_from(&Viewer::Anonymous);
    let (source, picked, alone) = match about {
        About::Video(entry) => (Source::Videos(vec![entry.listed.video.id]), None, Some(entry)),
        About::Videos(videos) if videos.len() <= VIDEOS_MAX => (Source::Videos(videos.clone()), None, None),
        About::Videos(videos) => (Source::Everything, Some(videos.iter().collect::<HashSet<_>>()), None),
        About::Everything => (Source::Everything, None, None),
    };
    let find = |video: VideoId| match alone {
        Some(entry) => Some(Arc::clone(entry)),
        None => app.catalogue().video(video).filter(|entry| entry.listed.sight().is_listed()),
    };
    let is_told = |comment: &Comment| {
        let author = comment.author;
        let is_here = picked.as_ref().is_none_or(|picked| picked.contains(&comment.video));
        let is_open = |entry: Arc<Entry>| {
            entry.listed.video.comments_policy != CommentsPolicy::Disabled
                && muted.binary_search(&entry.listed.makers.owner).is_err()
        };
        is_here
            && author.is_some_and(|author| muted.binary_search(&author).is_err())
            && find(comment.video).is_some_and(is_open)
    };
    let found = latest(app.store(), &source, count(app.config().feeds.comments_count), &is_told)?;
    let told = |comment: &Comment| {
        let entry = find(comment.video)?;
        item::comment(app, &entry, comment)
    };
    Ok(found.iter().filter_map(told).collect())
}
