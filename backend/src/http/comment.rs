//! `/videos/{id}/comment-threads` and `/videos/{id}/comments`, lists for those who decide, and removal in bulk.

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use shared::api::{
    CommentMade, CommentThreads, CommentsRemoval, NewComment as Wish, Page, ProblemCode, ReviewedComment,
};
use shared::id::{AccountId, CommentId, Handle, VideoId};
use shared::limits::COMMENT_LENGTH;

use super::extract::{Ask, Body, PageAsked, Segment};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content, respond};
use super::video::visible;
use super::{actor, views};
use crate::app::App;
use crate::catalogue::Entry;
use crate::domain::comment::{self, Asked, CommentError, Eyes, NewComment, Order, Sort, Source, may_review};
use crate::domain::mute::INSTANCE;
use crate::domain::truth::truth;
use crate::domain::viewer::Viewer;
use crate::domain::wrong::Wrong;
use crate::domain::{words, work};
use crate::federation::repair;
use crate::store::Durability;
use crate::store::records::{Comment, CommentTag, CommentsPolicy, JobKind, Scope, TalkJob};

/// The longest text in JSON's longest spelling: twelve bytes a letter.
const COMMENT_BYTES_MAX: usize = 128 * 1024;
/// Two short words.
const REMOVAL_BYTES_MAX: usize = 4 * 1024;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;
/// More tags than one owner has lists.
const TAGS_MAX: usize = 50;

/// `GET /api/v1/videos/{id}/comment-threads`
pub async fn threads(id: Segment, ask: Ask) -> Outcome {
    let page = ask.page()?;
    let order = order(&ask)?;
    let (entry, viewer) = visible(&id, &ask).await?;
    let video = &entry.listed.video;
    repair::watched(&ask.app, video);
    if video.comments_policy == CommentsPolicy::Disabled {
        return json(&CommentThreads::default());
    }
    let (video, eyes, cut) = (video.id, eyes(&viewer, &entry), (page.start, page.count));
    let muted = ask.app.mutes().hidden_from(&viewer);
    let found = ask.app.read(move |store| comment::threads(store, video, eyes, &muted, order, cut)).await?;
    let data = found.rows.iter().map(|row| views::comment(&ask.app, &entry, row)).collect();
    json(&CommentThreads { total: found.total, data, total_not_deleted_comments: found.comments })
}

/// `GET /api/v1/videos/{id}/comment-threads/{thread}`
pub async fn thread(id: Segment, thread: Segment, ask: Ask) -> Outcome {
    let (entry, viewer) = visible(&id, &ask).await?;
    let thread = comment_id(&thread, "threadId")?;
    let missing = || Failure::not_found("Video comment thread not found");
    if entry.listed.video.comments_policy == CommentsPolicy::Disabled {
        return Err(missing());
    }
    let (video, eyes) = (entry.listed.video.id, eyes(&viewer, &entry));
    let muted = ask.app.mutes().hidden_from(&viewer);
    let tree = ask.app.read(move |store| comment::thread(store, video, eyes, &muted, thread)).await;
    let tree =
        tree.map_err(
            |error| {
                if matches!(error, CommentError::NoSuchComment) { missing() } else { error.into() }
            },
        )?;
    json(&views::comment_tree(&ask.app, &entry, &tree))
}

/// `GET /api/v1/videos/{id}/comments/{comment}/replies`
pub async fn replies(id: Segment, parent: Segment, ask: Ask) -> Outcome {
    let PageAsked { start, count } = ask.page()?;
    let (entry, viewer) = visible(&id, &ask).await?;
    let parent = comment_id(&parent, "commentId")?;
    if entry.listed.video.comments_policy == CommentsPolicy::Disabled {
        return json(&Page::<shared::api::CommentTree>::default());
    }
    let (video, eyes) = (entry.listed.video.id, eyes(&viewer, &entry));
    let muted = ask.app.mutes().hidden_from(&viewer);
    let read = move |store: &_| comment::replies(store, video, eyes, &muted, parent, (start, count));
    let (total, rows) = ask.app.read(read).await?;
    let data = rows.iter().map(|tree| views::comment_tree(&ask.app, &entry, tree)).collect();
    json(&Page { total, data })
}

/// `POST /api/v1/videos/{id}/comment-threads`
pub async fn begin(id: Segment, ask: Ask, body: Body) -> Outcome {
    say(&id, None, ask, body).await
}

/// `POST /api/v1/videos/{id}/comments/{comment}`
pub async fn reply(id: Segment, parent: Segment, ask: Ask, body: Body) -> Outcome {
    let parent = comment_id(&parent, "commentId")?;
    say(&id, Some(parent), ask, body).await
}

async fn say(id: &Segment, parent: Option<CommentId>, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = visible(id, &ask).await?;
    let wish: Wish = body.json(COMMENT_BYTES_MAX).await?;
    let text = wish.text.unwrap_or_default();
    if !COMMENT_LENGTH.contains(&text.trim().chars().count()) {
        return Err(Wrong::body("text", Some(&text), "Invalid value").into());
    }
    if let Err(wait) = ask.app.comment_pace(who.account) {
        return Ok(too_many(wait));
    }
    let (owner, host, said) = (entry.listed.makers.owner, ask.app.url().host().to_owned(), text.clone());
    let judged = ask.app.read(move |store| words::judge(store, owner, &said, &host)).await?;
    let (tags, is_suspicious) = judged;
    let new = NewComment { video: entry.listed.video.id, parent, text, is_suspicious, tags };
    let made =
        ask.app.write(Durability::Flushed, move |write, now| comment::say(write, now, &who, new)).await?;
    json(&CommentMade { comment: views::comment(&ask.app, &entry, &made) })
}

/// 429 that says how long to wait.
#[must_use]
pub fn too_many(wait: std::time::Duration) -> warp::reply::Response {
    let detail = "Too many requests, please try again later.";
    let failure = Failure::coded(StatusCode::TOO_MANY_REQUESTS, ProblemCode::TooManyRequests, detail);
    let mut response = respond(Err(failure));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
    response
}

/// `DELETE /api/v1/videos/{id}/comments/{comment}`
pub async fn remove(id: Segment, number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = visible(&id, &ask).await?;
    let (video, number) = (entry.listed.video.id, comment_id(&number, "commentId")?);
    ask.app
        .write(Durability::Flushed, move |write, now| comment::remove(write, now, &who, video, number))
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/videos/{id}/comments/{comment}/approve`
pub async fn approve(id: Segment, number: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = visible(&id, &ask).await?;
    let (video, number) = (entry.listed.video.id, comment_id(&number, "commentId")?);
    ask.app
        .write(Durability::Flushed, move |write, now| comment::approve(write, now, &who, video, number))
        .await?;
    Ok(no_content())
}

/// `GET /api/v1/videos/comments`
pub async fn of_instance(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    if !who.keeps_order() {
        return Err(Failure::forbidden("User does not have enough rights: a moderator's are needed"));
    }
    let asked = Review::read(&ask)?;
    let source = match asked.video {
        Some(video) => Source::Videos(vec![video]),
        None => Source::Everything,
    };
    review(&ask, source, INSTANCE, asked).await
}

/// `GET /api/v1/users/me/videos/comments`
pub async fn of_own_videos(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let asked = Review::read(&ask)?;
    let mut videos = if ask.truth("includeCollaborations")? == Some(true) {
        ask.app.catalogue().videos_managed_by(who.account)
    } else {
        ask.app.catalogue().videos_of(who.account)
    };
    videos.retain(|video| asked.video.is_none_or(|asked| asked == *video));
    review(&ask, Source::Videos(videos), who.account, asked).await
}

/// `POST /api/v1/bulk/remove-comments-of`
pub async fn remove_all_of(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let wish: CommentsRemoval = body.json(REMOVAL_BYTES_MAX).await?;
    let scope = match wish.scope.as_deref() {
        Some("my-videos") => Scope::VideosOf(who.account),
        Some("my-videos-and-collaborations") => Scope::VideosManagedBy(who.account),
        Some("instance") if who.keeps_order() => Scope::Instance,
        Some("instance") => {
            return Err(Failure::forbidden("User cannot remove any comments of this instance."));
        }
        other => {
            return Err(Wrong::body(
                "scope",
                other,
                "Should be my-videos, my-videos-and-collaborations or instance",
            )
            .into());
        }
    };
    let name = wish.account_name.unwrap_or_default();
    if name.parse::<Handle>().is_err() {
        return Err(Wrong::body("accountName", Some(&name), "Should have a valid account name").into());
    }
    let author = actor::find_account(&Segment(name), &ask).await?.id;
    let job = JobKind::Talk(TalkJob::RemoveComments { author, scope });
    ask.app.write(Durability::Flushed, move |write, now| work::ask(write, now, job)).await?;
    ask.app.wake_jobs();
    Ok(no_content())
}

/// What a list for those who decide is asked for.
struct Review {
    page: PageAsked,
    descending: bool,
    held: Option<bool>,
    is_local: Option<bool>,
    video: Option<VideoId>,
    channel: Option<u64>,
    /// On videos of this instance, or of others.
    on_local: Option<bool>,
    tags: Vec<String>,
    text: String,
    account: String,
    name: String,
}

impl Review {
    fn read(ask: &Ask) -> Result<Review, Failure> {
        let page = ask.page()?;
        let mut wrongs = Vec::new();
        let mut wrong = |name: &str, value: &str, message: &str| {
            wrongs.push(Wrong::query(name, Some(value), message));
        };
        let value = |name: &str| ask.parameter(name).filter(|value| !value.is_empty());
        let descending = match value("sort").as_deref() {
            None | Some("-createdAt") => true,
            Some("createdAt") => false,
            Some(other) => {
                wrong("sort", other, "Invalid value");
                true
            }
        };
        let mut yes = |name: &str| match value(name).as_deref() {
            None => None,
            Some(text) => {
                let said = truth(text);
                if said.is_none() {
                    wrong(name, text, "Should be true or false");
                }
                said
            }
        };
        let (held, is_local) = (yes("isHeldForReview"), yes("isLocal"));
        let on_local = yes("onLocalVideo");
        let mut number = |name: &str| {
            value(name).and_then(|text| {
                let number = text.parse::<u64>().ok();
                if number.is_none() {
                    wrong(name, &text, "Should be a number");
                }
                number
            })
        };
        let (video, channel) = (number("videoId").map(VideoId), number("videoChannelId"));
        let mut word = |name: &str| {
            let text = value(name).unwrap_or_default();
            if SEARCH_LENGTH_MAX < text.chars().count() {
                wrong(name, "", "Should be at most 200 characters long");
            }
            text.to_lowercase()
        };
        let (text, account, name) = (word("search"), word("searchAccount"), word("searchVideo"));
        let is_tag = |name: &str| name == "autoTagOneOf" || name.starts_with("autoTagOneOf[");
        let tags: Vec<String> = ask
            .pairs()
            .into_iter()
            .filter(|(name, _)| is_tag(name))
            .map(|(_, value)| value)
            .take(TAGS_MAX)
            .collect();
        if wrongs.is_empty() {
            Ok(Review {
                page,
                descending,
                held,
                is_local,
                video,
                channel,
                on_local,
                tags,
                text,
                account,
                name,
            })
        } else {
            Err(wrongs.into())
        }
    }

    /// Whether every comment is meant, so that none needs to be looked at.
    fn holds_all(&self) -> bool {
        let words = [&self.text, &self.account, &self.name];
        self.on_local.is_none()
            && self.tags.is_empty()
            && self.channel.is_none()
            && self.is_local.is_none()
            && words.iter().all(|word| word.is_empty())
    }

    fn holds(&self, app: &App, by: AccountId, row: &Comment) -> bool {
        let has = |text: &str, word: &str| word.is_empty() || text.to_lowercase().contains(word);
        let Some(entry) = app.catalogue().video(row.video) else { return false };
        let author = row.author.and_then(|author| app.catalogue().account(author));
        let names = author.map_or(String::new(), |author| format!("{} {}", author.name, author.display_name));
        let everywhere = format!("{} {names} {}", row.text, entry.listed.video.name);
        let is_tagged = |tag: &CommentTag| tag.by == by && self.tags.contains(&tag.name);
        self.on_local.is_none_or(|local| local == entry.listed.video.remote.is_none())
            && (self.tags.is_empty() || row.tags.iter().any(is_tagged))
            && self.is_local.is_none_or(|local| local == row.remote.is_none())
            && self.channel.is_none_or(|channel| channel == entry.listed.video.channel.0)
            && has(&everywhere, &self.text)
            && has(&names, &self.account)
            && has(&entry.listed.video.name, &self.name)
    }
}

/// `by` says whose tags are meant.
async fn review(ask: &Ask, source: Source, by: AccountId, asked: Review) -> Outcome {
    let (total, rows) = ask
        .app
        .blocking(move |app| {
            let page = Asked {
                held: asked.held,
                descending: asked.descending,
                start: asked.page.start,
                count: asked.page.count,
            };
            let holds = |row: &Comment| asked.holds(app, by, row);
            let holds: Option<&dyn Fn(&Comment) -> bool> =
                if asked.holds_all() { None } else { Some(&holds) };
            comment::search(app.store(), &source, page, holds)
        })
        .await?;
    let view = |row: &Comment| {
        let entry = ask.app.catalogue().video(row.video)?;
        Some(views::reviewed_comment(&ask.app, &entry, row, by))
    };
    json(&Page::<ReviewedComment> { total, data: rows.iter().filter_map(view).collect() })
}

fn order(ask: &Ask) -> Result<Order, Failure> {
    let (sort, descending) = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => (Sort::CreatedAt, true),
        Some("createdAt") => (Sort::CreatedAt, false),
        Some("-totalReplies") => (Sort::Replies, true),
        Some("totalReplies") => (Sort::Replies, false),
        other => return Err(Wrong::query("sort", other, "Invalid value").into()),
    };
    Ok(Order { sort, descending })
}

fn eyes(viewer: &Viewer, entry: &Entry) -> Eyes {
    match viewer.person() {
        None => Eyes::Anybody,
        Some(who) if may_review(who, &entry.listed.makers) => Eyes::Reviewer,
        Some(who) => Eyes::Author(who.account),
    }
}

fn comment_id(segment: &Segment, name: &str) -> Result<CommentId, Failure> {
    segment.parse(name, "Should be a number")
}

impl From<CommentError> for Failure {
    fn from(error: CommentError) -> Failure {
        match error {
            CommentError::NoSuchVideo => Failure::not_found("Video not found"),
            CommentError::NoSuchComment => Failure::not_found("Video comment thread not found"),
            CommentError::Disabled => conflict("Video comments are disabled for this video."),
            CommentError::Deleted => conflict("This comment is already deleted"),
            CommentError::Held => conflict("This comment waits for the video's owner"),
            CommentError::NotHeld => Failure::bad_request("This comment is not held for review"),
            CommentError::NotYours => Failure::forbidden("Cannot remove video comment of another user"),
            CommentError::Store(error) => error.into(),
        }
    }
}

fn conflict(detail: &str) -> Failure {
    Failure::new(StatusCode::CONFLICT, detail)
}
