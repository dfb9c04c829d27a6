//! `/videos/{id}/recommendations`: what is shown beside a video, each with its reason.
//!
//! PeerTube answers a list of videos; the reason is a field of ours, so that a page can say why.

use std::collections::HashSet;

use bytes::{Bytes, BytesMut};
use serde_json::json;
use shared::id::VideoId;

use super::extract::{Ask, Segment};
use super::respond::{Outcome, json_text};
use super::video::visible;
use super::video_list::{card, defaults, joined};
use crate::app::App;
use crate::catalogue::{Entry, Reason, Scope};
use crate::domain::history;
use crate::domain::video::labels;
use crate::domain::video::query::Filter;
use crate::store::StoreError;

/// Rows that are chosen before those that somebody watched are left out: a page of them, and as many watched ones.
const CHOSEN_MAX: usize = 200;

/// `GET /api/v1/videos/{id}/recommendations`
pub async fn list(id: Segment, ask: Ask) -> Outcome {
    let (entry, viewer) = visible(&id, &ask).await?;
    let page = ask.page()?;
    let scope = if viewer.person().is_some() { Scope::Members } else { Scope::Public };
    let likes = defaults(&ask.app, &viewer);
    let filter = Filter {
        nsfw: likes.hides_nsfw.then_some(false),
        nsfw_flags_shown: likes.nsfw_flags_shown,
        nsfw_flags_hidden: likes.nsfw_flags_hidden,
        muted: ask.app.mutes().hidden_from(&viewer),
        ..Filter::default()
    };
    let video = entry.listed.video.id;
    let account = viewer.person().map(|who| who.account);
    let rows = ask
        .app
        .blocking(move |app| {
            let wanted = |entry: &Entry| filter.holds(&entry.listed);
            let mut rows = app.catalogue().beside(video, scope, wanted, CHOSEN_MAX);
            if let Some(account) = account {
                let mut watched = HashSet::new();
                for (entry, _) in &rows {
                    if has_watched(app, account, entry.listed.video.id)? {
                        watched.insert(entry.listed.video.id);
                    }
                }
                rows.retain(|(entry, _)| !watched.contains(&entry.listed.video.id));
            }
            Ok::<_, StoreError>(rows)
        })
        .await?;
    let cards: Vec<Bytes> = rows
        .iter()
        .skip(page.start)
        .take(page.count)
        .map(|(entry, reason)| with_reason(&card(&ask.app, entry), reason))
        .collect();
    Ok(json_text(joined(&cards, rows.len(), false)))
}

/// Whether somebody watched a video, as far as they let us remember it. Blocks.
fn has_watched(app: &App, account: shared::id::AccountId, video: VideoId) -> Result<bool, StoreError> {
    Ok(app.histories().position(account, video).is_some()
        || history::position(app.store(), account, video)?.is_some())
}

fn with_reason(card: &[u8], reason: &Reason) -> Bytes {
    let reason = match reason {
        Reason::Tags(tags) => json!({ "kind": "tags", "tags": tags }),
        Reason::Channel => json!({ "kind": "channel" }),
        Reason::Category(category) => {
            let label = labels::name_of(labels::CATEGORIES, *category).unwrap_or(labels::UNKNOWN);
            json!({ "kind": "category", "category": { "id": category, "label": label } })
        }
        Reason::Language(code) => {
            let label = labels::language_name(code).unwrap_or(code);
            json!({ "kind": "language", "language": { "id": code, "label": label } })
        }
        Reason::New => json!({ "kind": "new" }),
    };
    let mut out = BytesMut::from(card.strip_suffix(b"}").unwrap_or(card));
    out.extend_from_slice(format!(",\"reason\":{reason}}}").as_bytes());
    out.freeze()
}
