//! Reports and blocks.

use shared::api::{self, Label};
use shared::id::AccountId;

use super::{actor, video};
use crate::app::App;
use crate::catalogue::Entry;
use crate::config::PublicUrl;
use crate::domain::abuse;
use crate::store::records::{
    Abuse, AbuseMessage, AbuseReason, AbuseState, AbuseSubject, Account, Channel, ReportedVideo,
};
use crate::store::tables::CommentKey;
use crate::store::{Read, StoreError};

/// A report, for its reporter or for moderators. Blocks.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn abuse(app: &App, row: &Abuse, for_moderators: bool) -> Result<api::Abuse, StoreError> {
    let mut view = api::Abuse {
        id: row.id,
        reason: row.reason.clone(),
        predefined_reasons: row.predefined.iter().map(|reason| reason_word(*reason).to_owned()).collect(),
        flagged_account: account(app, row.flagged),
        state: state(row.state),
        count_messages: row.messages,
        created_at: row.created_at,
        updated_at: row.updated_at,
        video: None,
        comment: None,
        moderation_comment: None,
        reporter_account: None,
        count_reports_for_reporter: None,
        count_reports_for_reportee: None,
    };
    match &row.subject {
        AbuseSubject::Account => {}
        AbuseSubject::Video(reported) => {
            let mut shown = abuse_video(app, reported);
            if for_moderators {
                shown.count_reports = Some(abuse::count_of(app.store(), reported.id)?);
                shown.nth_report = Some(reported.nth);
            }
            view.video = Some(shown);
        }
        AbuseSubject::Comment { id, thread, video } => {
            let comment = app.store().get(&CommentKey { comment: *id })?;
            let comment = comment.filter(|comment| !comment.is_deleted());
            let entry = app.catalogue().video(video.id);
            view.comment = Some(api::AbuseComment {
                id: *id,
                thread_id: *thread,
                deleted: comment.is_none(),
                text: comment.map_or(String::new(), |comment| comment.text),
                video: api::AbuseCommentVideo {
                    id: video.id,
                    uuid: video.uuid,
                    name: entry.map_or_else(|| video.name.clone(), |entry| entry.listed.video.name.clone()),
                },
            });
        }
    }
    if for_moderators {
        view.moderation_comment = Some(row.moderation_comment.clone());
        view.reporter_account = Some(account(app, row.reporter));
        view.count_reports_for_reporter = Some(abuse::counts(app.store(), row.reporter)?.made);
        view.count_reports_for_reportee = Some(abuse::counts(app.store(), row.flagged)?.received);
    }
    Ok(view)
}

/// Something that was said about a report.
#[must_use]
pub fn abuse_message(app: &App, row: &AbuseMessage) -> api::AbuseMessage {
    let author = app.catalogue().account(row.author);
    api::AbuseMessage {
        id: row.id,
        message: row.text.clone(),
        by_moderator: row.by_moderator,
        created_at: row.created_at,
        account: author.map(|author| actor::account_summary(app.url(), &author)),
    }
}

/// A blocked video; none where it is not.
#[must_use]
pub fn blocked_video(app: &App, entry: &Entry) -> Option<api::BlockedVideo> {
    let block = entry.listed.video.blocked.as_ref()?;
    Some(api::BlockedVideo {
        id: block.id,
        unfederated: block.unfederated,
        reason: block.reason.clone(),
        kind: if block.automatic { 2 } else { 1 },
        created_at: block.created_at,
        updated_at: block.updated_at,
        video: video::card(app.url(), entry),
    })
}

fn abuse_video(app: &App, reported: &ReportedVideo) -> api::AbuseVideo {
    let entry = app.catalogue().video(reported.id);
    let shown = entry.as_ref().map(|entry| video::card(app.url(), entry));
    let now = entry.as_ref().map(|entry| &entry.listed.video);
    api::AbuseVideo {
        id: reported.id,
        uuid: reported.uuid,
        name: now.map_or_else(|| reported.name.clone(), |video| video.name.clone()),
        nsfw: now.map_or(reported.nsfw, |video| video.nsfw),
        start_at: reported.start,
        end_at: reported.end,
        deleted: entry.is_none(),
        blacklisted: now.is_some_and(|video| video.blocked.is_some()),
        thumbnail_path: shown.map(|shown| shown.card.thumbnail_path),
        channel: entry.as_ref().map(|entry| abuse_channel(app.url(), &entry.publisher.channel)),
        count_reports: None,
        nth_report: None,
    }
}

fn abuse_channel(url: &PublicUrl, channel: &Channel) -> api::AbuseChannel {
    let summary = actor::channel_summary(url, channel);
    api::AbuseChannel {
        url: summary.url,
        name: summary.name,
        host: summary.host,
        avatars: summary.avatars,
        id: channel.id,
        host_redundancy_allowed: false,
        banners: actor::channel_banners(channel),
        display_name: summary.display_name,
        description: channel.description.clone(),
        is_local: channel.remote.is_none(),
    }
}

/// None where the account is gone.
fn account(app: &App, id: AccountId) -> Option<api::AbuseActor> {
    app.catalogue().account(id).map(|account| abuse_actor(app.url(), &account))
}

fn abuse_actor(url: &PublicUrl, account: &Account) -> api::AbuseActor {
    let summary = actor::account_summary(url, account);
    api::AbuseActor {
        url: summary.url,
        name: summary.name,
        host: summary.host,
        avatars: summary.avatars,
        id: account.id,
        host_redundancy_allowed: false,
        display_name: summary.display_name,
    }
}

/// What became of a report, as PeerTube numbers it.
#[must_use]
pub fn state(state: AbuseState) -> Label<u32> {
    let (id, label) = match state {
        AbuseState::Pending => (1, "Pending"),
        AbuseState::Rejected => (2, "Rejected"),
        AbuseState::Accepted => (3, "Accepted"),
    };
    Label { id, label: label.to_owned() }
}

fn reason_word(reason: AbuseReason) -> &'static str {
    match reason {
        AbuseReason::ViolentOrAbusive => "violentOrAbusive",
        AbuseReason::HatefulOrAbusive => "hatefulOrAbusive",
        AbuseReason::SpamOrMisleading => "spamOrMisleading",
        AbuseReason::Privacy => "privacy",
        AbuseReason::Rights => "rights",
        AbuseReason::ServerRules => "serverRules",
        AbuseReason::Thumbnails => "thumbnails",
        AbuseReason::Captions => "captions",
    }
}
