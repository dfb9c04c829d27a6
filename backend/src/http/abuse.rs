//! `/abuses` and `/users/me/abuses`: reports, what becomes of them, and what is said about them.

use http::StatusCode;
use shared::api::{AbuseMade, AbuseMadeId, AbuseMessageMade, Page};
use shared::id::{AbuseId, AbuseMessageId, CommentId, VideoRef};
use shared::limits::ABUSE_TEXT_LENGTH;

use super::comment::too_many;
use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::views;
use crate::app::App;
use crate::domain::abuse::{self, AbuseError, Asked, Judgement, NewAbuse, NewSubject, Sort, Source};
use crate::domain::comment::CommentError;
use crate::domain::right::Right;
use crate::domain::video::edit::EditError;
use crate::domain::video::sight::Address;
use crate::domain::viewer::{Person, Viewer};
use crate::domain::wrong::Wrong;
use crate::store::records::{Abuse, AbuseReason, AbuseState, AbuseSubject};
use crate::store::tables::CommentKey;
use crate::store::{Durability, Read, StoreError};

/// Two texts of 3000 letters in JSON's longest spelling: twelve bytes a letter.
const ABUSE_BYTES_MAX: usize = 80 * 1024;
/// A day and a half: longer than any video.
const SECOND_MAX: u64 = 999_999;
/// Longer than any name; a longer text only costs us time.
const SEARCH_LENGTH_MAX: usize = 200;

/// `POST /api/v1/abuses`
pub async fn make(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let mut fields = Fields::read(&ask, body, ABUSE_BYTES_MAX).await?;
    let reason = fields.text("reason", ABUSE_TEXT_LENGTH);
    let reason = fields.required("reason", reason);
    let words = fields.texts_or_null("predefinedReasons", REASONS.len(), |word| reason_of(word).is_some());
    let predefined = words.flatten().unwrap_or_default();
    let subject = wished(&mut fields);
    fields.end()?;
    let subject =
        subject.ok_or_else(|| Failure::bad_request("video id or account id or comment id is required."))?;
    let subject = found(&ask, &who, subject).await?;
    if let Err(wait) = ask.app.report_pace(who.account) {
        return Ok(too_many(wait));
    }
    let predefined = predefined.iter().filter_map(|word| reason_of(word)).collect();
    let new = NewAbuse { subject, reason, predefined };
    let id = ask
        .app
        .write(Durability::Flushed, move |write, now| abuse::make(write, now, who.account, new))
        .await?;
    json(&AbuseMade { abuse: AbuseMadeId { id } })
}

/// What a body says is to be reported.
enum Wished {
    Account(u64),
    Video { name: VideoRef, start: Option<u64>, end: Option<u64> },
    Comment(CommentId),
}

fn wished(fields: &mut Fields) -> Option<Wished> {
    if fields.has("video.id") {
        let name = fields.word("video.id")?.parse().ok();
        let start = fields.number("video.startAt", 0..=SECOND_MAX);
        let end = fields.number("video.endAt", 0..=SECOND_MAX);
        if end.is_some_and(|end| end <= start.unwrap_or(0)) {
            fields.wrong("video.endAt", "Should be later than startAt");
        }
        if name.is_none() {
            fields.wrong("video.id", "Should have a valid video id (id, short UUID or UUID)");
        }
        return Some(Wished::Video { name: name?, start, end });
    }
    if fields.has("comment.id") {
        return fields
            .number("comment.id", 1..=i64::MAX.unsigned_abs())
            .map(|id| Wished::Comment(CommentId(id)));
    }
    if fields.has("account.id") {
        return fields.number("account.id", 1..=i64::MAX.unsigned_abs()).map(Wished::Account);
    }
    None
}

/// The subject, if the reporter may see it.
async fn found(ask: &Ask, who: &Person, wished: Wished) -> Result<NewSubject, Failure> {
    let viewer = Viewer::Person(*who);
    match wished {
        Wished::Account(id) => {
            let account = shared::id::AccountId(id);
            ask.app.catalogue().account(account).ok_or_else(|| Failure::not_found("Account not found"))?;
            Ok(NewSubject::Account(account))
        }
        Wished::Video { name, start, end } => {
            let (entry, by) = ask.app.catalogue().find(name).ok_or(EditError::NoSuchVideo)?;
            entry.listed.sight().opens_to(&viewer, by)?;
            Ok(NewSubject::Video { id: entry.listed.video.id, start, end })
        }
        Wished::Comment(comment) => {
            let missing = || Failure::from(CommentError::NoSuchComment);
            let row = ask.app.read(move |store| store.get(&CommentKey { comment })).await?;
            let row = row.filter(|row| !row.is_deleted()).ok_or_else(missing)?;
            let entry = ask.app.catalogue().video(row.video).ok_or_else(missing)?;
            entry.listed.sight().opens_to(&viewer, Address::Uuid)?;
            Ok(NewSubject::Comment(comment))
        }
    }
}

/// `GET /api/v1/abuses`
pub async fn list(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageAbuses).await?;
    page(&ask, Source::Everything, true).await
}

/// `GET /api/v1/users/me/abuses`
pub async fn mine(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    page(&ask, Source::By(who.account), false).await
}

async fn page(ask: &Ask, source: Source, for_moderators: bool) -> Outcome {
    let (asked, filter) = read(ask)?;
    let page = ask.app.blocking(move |app| {
        let holds = |row: &Abuse| filter.holds(app, row);
        let holds: Option<&dyn Fn(&Abuse) -> bool> =
            if filter == Filter::default() { None } else { Some(&holds) };
        let (total, rows) = abuse::list(app.store(), source, asked, holds)?;
        let view = |row: &Abuse| views::abuse(app, row, for_moderators);
        let data = rows.iter().map(view).collect::<Result<_, _>>()?;
        Ok::<_, StoreError>(Page { total, data })
    });
    json(&page.await?)
}

/// Which reports a list holds. What is not said filters nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Filter {
    id: Option<AbuseId>,
    predefined: Option<AbuseReason>,
    kind: Option<Kind>,
    state: Option<AbuseState>,
    video_is: Option<VideoIs>,
    anything: String,
    reporter: String,
    reportee: String,
    video: String,
    channel: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Video,
    Comment,
    Account,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum VideoIs {
    Deleted,
    Blocked,
}

/// PeerTube's numbers of the closed list (`abusePredefinedReasonsMap`), which are the places in it.
const REASONS: &[(&str, AbuseReason)] = &[
    ("violentOrAbusive", AbuseReason::ViolentOrAbusive),
    ("hatefulOrAbusive", AbuseReason::HatefulOrAbusive),
    ("spamOrMisleading", AbuseReason::SpamOrMisleading),
    ("privacy", AbuseReason::Privacy),
    ("rights", AbuseReason::Rights),
    ("serverRules", AbuseReason::ServerRules),
    ("thumbnails", AbuseReason::Thumbnails),
    ("captions", AbuseReason::Captions),
];

fn reason_of(word: &str) -> Option<AbuseReason> {
    REASONS.iter().find(|(name, _)| *name == word).map(|(_, reason)| *reason)
}

fn state_of(number: u32) -> Option<AbuseState> {
    match number {
        1 => Some(AbuseState::Pending),
        2 => Some(AbuseState::Rejected),
        3 => Some(AbuseState::Accepted),
        _ => None,
    }
}

fn read(ask: &Ask) -> Result<(Asked, Filter), Failure> {
    let page = ask.page()?;
    let mut wrongs = Vec::new();
    let value = |name: &str| ask.parameter(name).filter(|value| !value.is_empty());
    let (sort, descending) = match value("sort").as_deref() {
        None | Some("-createdAt" | "-id") => (Sort::CreatedAt, true),
        Some("createdAt" | "id") => (Sort::CreatedAt, false),
        Some("-state") => (Sort::State, true),
        Some("state") => (Sort::State, false),
        Some(other) => {
            wrongs.push(Wrong::query("sort", Some(other), "Invalid value"));
            (Sort::CreatedAt, true)
        }
    };
    let filter = Filter {
        id: known(&mut wrongs, "id", value("id"), |text| text.parse().ok()),
        predefined: known(&mut wrongs, "predefinedReason", value("predefinedReason"), reason_of),
        kind: known(&mut wrongs, "filter", value("filter"), |text| match text {
            "video" => Some(Kind::Video),
            "comment" => Some(Kind::Comment),
            "account" => Some(Kind::Account),
            _ => None,
        }),
        state: known(&mut wrongs, "state", value("state"), |text| state_of(text.parse().ok()?)),
        video_is: known(&mut wrongs, "videoIs", value("videoIs"), |text| match text {
            "deleted" => Some(VideoIs::Deleted),
            "blacklisted" => Some(VideoIs::Blocked),
            _ => None,
        }),
        anything: words(&mut wrongs, "search", value("search")),
        reporter: words(&mut wrongs, "searchReporter", value("searchReporter")),
        reportee: words(&mut wrongs, "searchReportee", value("searchReportee")),
        video: words(&mut wrongs, "searchVideo", value("searchVideo")),
        channel: words(&mut wrongs, "searchVideoChannel", value("searchVideoChannel")),
    };
    let asked = Asked { sort, descending, start: page.start, count: page.count };
    if wrongs.is_empty() { Ok((asked, filter)) } else { Err(wrongs.into()) }
}

fn known<T>(
    wrongs: &mut Vec<Wrong>,
    name: &str,
    value: Option<String>,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let value = value?;
    let found = read(&value);
    if found.is_none() {
        wrongs.push(Wrong::query(name, Some(&value), "Invalid value"));
    }
    found
}

fn words(wrongs: &mut Vec<Wrong>, name: &str, value: Option<String>) -> String {
    let value = value.unwrap_or_default();
    if SEARCH_LENGTH_MAX < value.chars().count() {
        wrongs.push(Wrong::query(name, None, "Should be at most 200 characters long"));
    }
    value.to_lowercase()
}

impl Filter {
    fn holds(&self, app: &App, row: &Abuse) -> bool {
        let (kind, video) = match &row.subject {
            AbuseSubject::Account => (Kind::Account, None),
            AbuseSubject::Video(video) => (Kind::Video, Some(video)),
            AbuseSubject::Comment { video, .. } => (Kind::Comment, Some(video)),
        };
        let entry = video.and_then(|video| app.catalogue().video(video.id));
        let video_is = match self.video_is {
            None => true,
            Some(VideoIs::Deleted) => kind == Kind::Video && entry.is_none(),
            Some(VideoIs::Blocked) => {
                kind == Kind::Video
                    && entry.as_ref().is_some_and(|entry| entry.listed.video.blocked.is_some())
            }
        };
        let name_of = |account| {
            let account = app.catalogue().account(account);
            account.map_or(String::new(), |account| format!("{} {}", account.name, account.display_name))
        };
        let (reporter, reportee) = (name_of(row.reporter), name_of(row.flagged));
        let name = video.map_or("", |video| video.name.as_str());
        let channel = entry.as_ref().map_or(String::new(), |entry| {
            let channel = &entry.publisher.channel;
            format!("{} {}", channel.name, channel.display_name)
        });
        let has = |text: &str, word: &str| word.is_empty() || text.to_lowercase().contains(word);
        video_is
            && self.id.is_none_or(|id| id == row.id)
            && self.predefined.is_none_or(|reason| row.predefined.contains(&reason))
            && self.kind.is_none_or(|asked| asked == kind)
            && self.state.is_none_or(|state| state == row.state)
            && has(&reporter, &self.reporter)
            && has(&reportee, &self.reportee)
            && has(name, &self.video)
            && has(&channel, &self.channel)
            && has(&format!("{reporter} {reportee} {name} {channel} {}", row.reason), &self.anything)
    }
}

/// `PUT /api/v1/abuses/{id}`
pub async fn judge(id: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageAbuses).await?;
    let id = abuse_id(&id)?;
    let mut fields = Fields::read(&ask, body, ABUSE_BYTES_MAX).await?;
    let state = fields.number::<u32>("state", 1..=3).and_then(state_of);
    let comment = fields.text_or_null("moderationComment", ABUSE_TEXT_LENGTH);
    fields.end()?;
    let judgement = Judgement { state, comment };
    ask.app.write(Durability::Flushed, move |write, now| abuse::judge(write, now, id, judgement)).await?;
    Ok(no_content())
}

/// `DELETE /api/v1/abuses/{id}`
pub async fn remove(id: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageAbuses).await?;
    let id = abuse_id(&id)?;
    ask.app.write(Durability::Flushed, move |write, _| abuse::remove(write, id)).await?;
    Ok(no_content())
}

/// `GET /api/v1/abuses/{id}/messages`
pub async fn messages(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = abuse_id(&id)?;
    let rows = ask.app.read(move |store| abuse::messages(store, &who, id)).await?;
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let data: Vec<_> = rows.iter().map(|row| views::abuse_message(&ask.app, row)).collect();
    json(&Page { total, data })
}

/// `POST /api/v1/abuses/{id}/messages`
pub async fn say(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let id = abuse_id(&id)?;
    let mut fields = Fields::read(&ask, body, ABUSE_BYTES_MAX).await?;
    let text = fields.text("message", ABUSE_TEXT_LENGTH);
    let text = fields.required("message", text);
    fields.end()?;
    if let Err(wait) = ask.app.report_pace(who.account) {
        return Ok(too_many(wait));
    }
    let id =
        ask.app.write(Durability::Flushed, move |write, now| abuse::say(write, now, &who, id, text)).await?;
    json(&AbuseMessageMade { abuse_message: AbuseMadeId { id } })
}

/// `DELETE /api/v1/abuses/{id}/messages/{message}`
pub async fn remove_message(id: Segment, message: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let id = abuse_id(&id)?;
    let message: AbuseMessageId = message.parse("messageId", "Should be a number")?;
    ask.app
        .write(Durability::Flushed, move |write, _| abuse::remove_message(write, &who, id, message))
        .await?;
    Ok(no_content())
}

fn abuse_id(segment: &Segment) -> Result<AbuseId, Failure> {
    segment.parse("id", "Should be a number")
}

impl From<AbuseError> for Failure {
    fn from(error: AbuseError) -> Failure {
        match error {
            AbuseError::NoSubject => Failure::not_found("What is reported was not found"),
            AbuseError::NoSuchAbuse => Failure::not_found("Abuse not found"),
            AbuseError::NoSuchMessage => Failure::not_found("Abuse message not found"),
            AbuseError::NotYours => Failure::forbidden("Cannot access this abuse"),
            AbuseError::TooManyMessages => {
                Failure::new(StatusCode::CONFLICT, "There are too many messages about this abuse")
            }
            AbuseError::Store(error) => error.into(),
        }
    }
}
