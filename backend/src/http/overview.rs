//! The discover page: samples by category, tag and channel.
//!
//! Owns which samples there are: the categories, tags and channels with most videos, a few more with each page.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use serde_json::json;

use super::video::text as json_of;
use super::video_list::{card, defaults, join};
use super::views;
use crate::app::App;
use crate::catalogue::{Entry, Page, Scope};
use crate::domain::video::labels;
use crate::domain::video::order::{Order, Sort};
use crate::domain::video::query::{Filter, Query};
use crate::domain::viewer::Viewer;

/// Samples of each kind on one page (PeerTube's number).
const SAMPLES: usize = 2;
/// Videos in one sample (PeerTube's number).
const VIDEOS: usize = 12;
/// A sample of less is none.
const VIDEOS_MIN: usize = 2;
/// Videos that are looked at: the newest ones.
const LOOKED_AT: usize = 1000;

/// The text of one page, from 1 on, as this viewer sees it.
pub fn text(app: &App, viewer: &Viewer, page: usize) -> Bytes {
    let likes = defaults(app, viewer);
    let newest = Query {
        start: 0,
        count: LOOKED_AT,
        order: Order { sort: Sort::PublishedAt, descending: true },
        filter: Filter {
            nsfw: likes.hides_nsfw.then_some(false),
            nsfw_flags_shown: likes.nsfw_flags_shown,
            nsfw_flags_hidden: likes.nsfw_flags_hidden,
            muted: app.mutes().hidden_from(viewer),
            ..Filter::default()
        },
        skip_count: false,
    };
    let Page { rows, .. } = app.catalogue().list(Scope::Public, &newest);
    let mut out = BytesMut::new();
    out.extend_from_slice(b"{\"categories\":[");
    let categories = samples(&rows, page, |entry| entry.listed.video.category.into_iter().collect());
    put(
        app,
        &mut out,
        categories.into_iter().map(|(id, rows)| {
            let name = labels::name_of(labels::CATEGORIES, id).unwrap_or(labels::UNKNOWN);
            (format!("\"category\":{}", json!({ "id": id, "label": name })), rows)
        }),
    );
    out.extend_from_slice(b"],\"channels\":[");
    let channels = samples(&rows, page, |entry| vec![entry.publisher.channel.id]);
    put(
        app,
        &mut out,
        channels.into_iter().filter_map(|(_, rows)| {
            let publisher = &rows.first()?.publisher;
            let channel = views::channel(app.url(), &publisher.channel, Some(&publisher.account));
            let channel = String::from_utf8_lossy(&json_of(&channel)).into_owned();
            Some((format!("\"channel\":{channel}"), rows))
        }),
    );
    out.extend_from_slice(b"],\"tags\":[");
    let tags = samples(&rows, page, |entry| entry.listed.video.tags.clone());
    put(app, &mut out, tags.into_iter().map(|(tag, rows)| (format!("\"tag\":{}", json!(tag)), rows)));
    out.extend_from_slice(b"]}");
    out.freeze()
}

/// The page's groups, the largest first.
fn samples<K: Hash + Eq + Ord>(
    rows: &[Arc<Entry>],
    page: usize,
    keys: impl Fn(&Entry) -> Vec<K>,
) -> Vec<(K, Vec<Arc<Entry>>)> {
    let mut groups: HashMap<K, Vec<Arc<Entry>>> = HashMap::new();
    for row in rows {
        for key in keys(row) {
            groups.entry(key).or_default().push(row.clone());
        }
    }
    let mut groups: Vec<_> = groups.into_iter().filter(|(_, rows)| VIDEOS_MIN <= rows.len()).collect();
    groups.sort_by(|(a_key, a), (b_key, b)| b.len().cmp(&a.len()).then_with(|| a_key.cmp(b_key)));
    groups.into_iter().skip((page - 1) * SAMPLES).take(SAMPLES).collect()
}

fn put(app: &App, out: &mut BytesMut, samples: impl Iterator<Item = (String, Vec<Arc<Entry>>)>) {
    for (at, (head, rows)) in samples.enumerate() {
        if 0 < at {
            out.extend_from_slice(b",");
        }
        out.extend_from_slice(b"{");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(b",\"videos\":[");
        let cards: Vec<Bytes> = rows.iter().take(VIDEOS).map(|entry| card(app, entry)).collect();
        join(out, &cards);
        out.extend_from_slice(b"]}");
    }
}
