//! Who may ask what: every route against everybody who may ask, as the table below says.
//!
//! The routes are read from `routes.rs` itself, so one that is not in the table fails the story, and so does a row whose
//! route is gone. Each cell asks on behalf of somebody new, about things of somebody new, so that no cell depends on
//! another. A cell says whether the right was there (`y`), nobody was signed in (`n`), or the right was missing (`f`):
//! whoever is let in may still be told that the body was wrong.

use std::collections::BTreeMap;

use backend::app::App;
use backend::domain::account::{self, NewUser};
use backend::domain::session::{self, NewTokens};
use backend::domain::video::edit::{self, Arrival, Pictures};
use backend::store::records::{Facts, Role, Source};
use backend::store::tables::UserKey;
use backend::store::{Durability, Read, StoreError};
use http::Method;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::json;
use shared::api::NewVideo;
use shared::id::{AccountId, ChannelId, UserId, Uuid};

use crate::rig::{Instance, instance_with};

/// Anonymous, another person, the owner, a moderator, an administrator.
const EVERYBODY: &str = "yyyyy";
/// Nobody who did not sign their request.
const NOBODY: &str = "nnnnn";
/// Whoever is signed in.
const SIGNED_IN: &str = "nyyyy";
/// The owner, and those who keep order among people and what they publish.
const OWNER: &str = "nfyyy";
/// Those who keep order.
const MODERATORS: &str = "nffyy";
/// Administrators alone.
const ADMINISTRATORS: &str = "nfffy";
/// A guarded thing's owner alone: nobody proves another's password.
const ONESELF: &str = "nfyff";

/// Where routes stand.
const FILES: [&str; 3] = ["src/routes.rs", "src/http/feeds/routes.rs", "src/http/open_web/routes.rs"];

/// `{…}` are the owner's things; `{x}` is nothing in particular.
const TABLE: &[(&str, &str)] = &[
    // Sessions.
    ("GET /api/v1/oauth-clients/local", EVERYBODY),
    ("POST /api/v1/users/token", EVERYBODY),
    ("POST /api/v1/users/revoke-token", SIGNED_IN),
    ("GET /api/v1/users/{user}/token-sessions", OWNER),
    ("GET /api/v1/users/{user}/token-sessions/{x}/revoke", OWNER),
    ("POST /api/v1/users/{user}/token-sessions/{x}/revoke", OWNER),
    ("GET /api/v1/users/scoped-tokens", SIGNED_IN),
    ("POST /api/v1/users/scoped-tokens", SIGNED_IN),
    ("POST /api/v1/users/{user}/two-factor/request", OWNER),
    ("POST /api/v1/users/{user}/two-factor/confirm-request", OWNER),
    ("POST /api/v1/users/{user}/two-factor/disable", OWNER),
    ("POST /api/v1/users/{user}/two-factor/recovery-codes", ONESELF),
    // Coming in. What a mail proves is shown by whoever reads it.
    ("POST /api/v1/users/register", "fffff"),
    ("POST /api/v1/users/registrations/request", "fffff"),
    ("POST /api/v1/users/registrations/ask-send-verify-email", EVERYBODY),
    ("POST /api/v1/users/registrations/{x}/verify-email", EVERYBODY),
    ("GET /api/v1/users/registrations", MODERATORS),
    ("POST /api/v1/users/registrations/{x}/accept", MODERATORS),
    ("POST /api/v1/users/registrations/{x}/reject", MODERATORS),
    ("DELETE /api/v1/users/registrations/{x}", MODERATORS),
    ("POST /api/v1/users/ask-reset-password", EVERYBODY),
    ("POST /api/v1/users/ask-send-verify-email", EVERYBODY),
    ("POST /api/v1/users/{user}/verify-email", EVERYBODY),
    ("POST /api/v1/users/{user}/reset-password", EVERYBODY),
    // Oneself.
    ("GET /api/v1/users/me", SIGNED_IN),
    ("PUT /api/v1/users/me", SIGNED_IN),
    ("DELETE /api/v1/users/me", SIGNED_IN),
    ("POST /api/v1/users/me/avatar/pick", SIGNED_IN),
    ("DELETE /api/v1/users/me/avatar", SIGNED_IN),
    ("GET /api/v1/users/me/video-quota-used", SIGNED_IN),
    ("POST /api/v1/users/me/seeder-tokens", SIGNED_IN),
    ("DELETE /api/v1/users/me/seeder-tokens", SIGNED_IN),
    ("GET /api/v1/users/me/videos", SIGNED_IN),
    ("GET /api/v1/users/me/videos/{video}/rating", SIGNED_IN),
    // Others.
    ("GET /api/v1/users", MODERATORS),
    ("POST /api/v1/users", MODERATORS),
    ("GET /api/v1/users/{user}", MODERATORS),
    ("PUT /api/v1/users/{user}", MODERATORS),
    ("DELETE /api/v1/users/{user}", MODERATORS),
    ("POST /api/v1/users/{user}/block", MODERATORS),
    ("POST /api/v1/users/{user}/unblock", MODERATORS),
    ("GET /api/v1/users/autocomplete", SIGNED_IN),
    // Accounts and channels.
    ("GET /api/v1/accounts", EVERYBODY),
    ("GET /api/v1/accounts/{account}", EVERYBODY),
    ("GET /api/v1/accounts/{account}/video-channels", EVERYBODY),
    ("GET /api/v1/accounts/{account}/videos", EVERYBODY),
    ("GET /api/v1/video-channels", EVERYBODY),
    ("POST /api/v1/video-channels", SIGNED_IN),
    ("GET /api/v1/video-channels/{channel}", EVERYBODY),
    ("PUT /api/v1/video-channels/{channel}", OWNER),
    ("DELETE /api/v1/video-channels/{channel}", OWNER),
    ("POST /api/v1/video-channels/{channel}/avatar/pick", OWNER),
    ("DELETE /api/v1/video-channels/{channel}/avatar", OWNER),
    ("POST /api/v1/video-channels/{channel}/banner/pick", OWNER),
    ("DELETE /api/v1/video-channels/{channel}/banner", OWNER),
    ("GET /api/v1/video-channels/{channel}/videos", EVERYBODY),
    ("GET /api/v1/video-channels/ownership", SIGNED_IN),
    ("POST /api/v1/video-channels/ownership/{x}/accept", SIGNED_IN),
    ("POST /api/v1/video-channels/ownership/{x}/refuse", SIGNED_IN),
    ("DELETE /api/v1/video-channels/ownership/{x}", SIGNED_IN),
    ("GET /api/v1/video-channels/{channel}/ownership", OWNER),
    ("POST /api/v1/video-channels/{channel}/give-ownership", "nfyfy"),
    ("GET /api/v1/video-channels/{channel}/activities", OWNER),
    ("GET /api/v1/video-channels/{channel}/collaborators", OWNER),
    ("POST /api/v1/video-channels/{channel}/collaborators/invite", OWNER),
    ("POST /api/v1/video-channels/{channel}/collaborators/{x}/accept", SIGNED_IN),
    ("POST /api/v1/video-channels/{channel}/collaborators/{x}/reject", SIGNED_IN),
    ("DELETE /api/v1/video-channels/{channel}/collaborators/{x}", SIGNED_IN),
    // Videos.
    ("GET /api/v1/videos", EVERYBODY),
    ("POST /api/v1/videos/upload-resumable", SIGNED_IN),
    ("PUT /api/v1/videos/upload-resumable", SIGNED_IN),
    ("DELETE /api/v1/videos/upload-resumable", SIGNED_IN),
    ("POST /api/v1/videos/upload", SIGNED_IN),
    ("GET /api/v1/videos/categories", EVERYBODY),
    ("GET /api/v1/videos/licences", EVERYBODY),
    ("GET /api/v1/videos/languages", EVERYBODY),
    ("GET /api/v1/videos/privacies", EVERYBODY),
    ("GET /api/v1/videos/{video}", EVERYBODY),
    ("PUT /api/v1/videos/{video}", OWNER),
    ("DELETE /api/v1/videos/{video}", OWNER),
    ("GET /api/v1/videos/{video}/description", EVERYBODY),
    ("GET /api/v1/videos/{video}/captions", EVERYBODY),
    ("POST /api/v1/videos/{video}/captions/generate", OWNER),
    ("PUT /api/v1/videos/{video}/captions/{language}", OWNER),
    ("DELETE /api/v1/videos/{video}/captions/{language}", OWNER),
    ("GET /api/v1/videos/{video}/chapters", EVERYBODY),
    ("PUT /api/v1/videos/{video}/chapters", OWNER),
    ("GET /api/v1/videos/ownership", SIGNED_IN),
    ("POST /api/v1/videos/ownership/{x}/accept", SIGNED_IN),
    ("POST /api/v1/videos/ownership/{x}/refuse", SIGNED_IN),
    ("POST /api/v1/videos/{video}/give-ownership", "nfyfy"),
    ("GET /api/v1/videos/{video}/embed-privacy", OWNER),
    ("PUT /api/v1/videos/{video}/embed-privacy", OWNER),
    ("GET /api/v1/videos/{video}/embed-privacy/allowed", EVERYBODY),
    ("GET /api/v1/player-settings/videos/{video}", EVERYBODY),
    ("PUT /api/v1/player-settings/videos/{video}", OWNER),
    ("GET /api/v1/player-settings/video-channels/{channel}", EVERYBODY),
    ("PUT /api/v1/player-settings/video-channels/{channel}", OWNER),
    ("GET /api/v1/videos/{video}/passwords", OWNER),
    ("PUT /api/v1/videos/{video}/passwords", OWNER),
    ("POST /api/v1/videos/{video}/passwords", OWNER),
    ("DELETE /api/v1/videos/{video}/passwords/{x}", OWNER),
    ("GET /api/v1/videos/{video}/stats/overall", OWNER),
    ("GET /api/v1/videos/{video}/stats/retention", OWNER),
    ("GET /api/v1/videos/{video}/stats/user-agent", OWNER),
    ("GET /api/v1/videos/{video}/stats/timeseries/{x}", OWNER),
    ("GET /api/v1/videos/{video}/storyboards", EVERYBODY),
    ("GET /api/v1/videos/{video}/source", OWNER),
    ("DELETE /api/v1/videos/{video}/source/file", OWNER),
    ("POST /api/v1/videos/{video}/source/replace-resumable", OWNER),
    ("PUT /api/v1/videos/{video}/source/replace-resumable", OWNER),
    ("DELETE /api/v1/videos/{video}/source/replace-resumable", OWNER),
    ("GET /api/v1/videos/{video}/metadata/{x}", EVERYBODY),
    ("POST /api/v1/videos/{video}/token", EVERYBODY),
    ("POST /api/v1/videos/{video}/views", EVERYBODY),
    ("PUT /api/v1/videos/{video}/watching", SIGNED_IN),
    // What people say, think, follow and watched. Nobody is the author of comment 999999, so whoever is signed in hears
    // that there is none.
    ("GET /api/v1/videos/{video}/comment-threads", EVERYBODY),
    ("POST /api/v1/videos/{video}/comment-threads", SIGNED_IN),
    ("GET /api/v1/videos/{video}/comment-threads/{x}", EVERYBODY),
    ("GET /api/v1/videos/{video}/comments/{x}/replies", EVERYBODY),
    ("POST /api/v1/videos/{video}/comments/{x}", SIGNED_IN),
    ("DELETE /api/v1/videos/{video}/comments/{x}", SIGNED_IN),
    ("POST /api/v1/videos/{video}/comments/{x}/approve", SIGNED_IN),
    ("GET /api/v1/videos/comments", MODERATORS),
    ("GET /api/v1/users/me/videos/comments", SIGNED_IN),
    ("POST /api/v1/bulk/remove-comments-of", SIGNED_IN),
    ("PUT /api/v1/videos/{video}/rate", SIGNED_IN),
    ("GET /api/v1/accounts/{account}/ratings", ONESELF),
    ("GET /api/v1/accounts/{account}/followers", OWNER),
    ("GET /api/v1/video-channels/{channel}/followers", OWNER),
    ("GET /api/v1/users/me/subscriptions", SIGNED_IN),
    ("POST /api/v1/users/me/subscriptions", SIGNED_IN),
    ("GET /api/v1/users/me/subscriptions/exist", SIGNED_IN),
    ("GET /api/v1/users/me/subscriptions/videos", SIGNED_IN),
    ("GET /api/v1/users/me/subscriptions/{channel}", SIGNED_IN),
    ("DELETE /api/v1/users/me/subscriptions/{channel}", SIGNED_IN),
    ("GET /api/v1/users/me/history/videos", SIGNED_IN),
    ("DELETE /api/v1/users/me/history/videos/{video}", SIGNED_IN),
    ("POST /api/v1/users/me/history/videos/remove", SIGNED_IN),
    ("GET /api/v1/users/me/notifications", SIGNED_IN),
    ("GET /api/v1/users/me/notifications/socket", EVERYBODY),
    ("POST /api/v1/users/me/notifications/read", SIGNED_IN),
    ("POST /api/v1/users/me/notifications/read-all", SIGNED_IN),
    ("PUT /api/v1/users/me/notification-settings", SIGNED_IN),
    // Order. There is no report 999999, so whoever is signed in hears that there is none.
    ("GET /api/v1/abuses", MODERATORS),
    ("POST /api/v1/abuses", SIGNED_IN),
    ("PUT /api/v1/abuses/{x}", MODERATORS),
    ("DELETE /api/v1/abuses/{x}", MODERATORS),
    ("GET /api/v1/abuses/{x}/messages", SIGNED_IN),
    ("POST /api/v1/abuses/{x}/messages", SIGNED_IN),
    ("DELETE /api/v1/abuses/{x}/messages/{x}", SIGNED_IN),
    ("GET /api/v1/users/me/abuses", SIGNED_IN),
    ("GET /api/v1/videos/blacklist", MODERATORS),
    ("GET /api/v1/users/me/blocklist/accounts", SIGNED_IN),
    ("POST /api/v1/users/me/blocklist/accounts", SIGNED_IN),
    ("DELETE /api/v1/users/me/blocklist/accounts/{account}", SIGNED_IN),
    ("GET /api/v1/users/me/blocklist/servers", SIGNED_IN),
    ("POST /api/v1/users/me/blocklist/servers", SIGNED_IN),
    ("DELETE /api/v1/users/me/blocklist/servers/{x}", SIGNED_IN),
    ("GET /api/v1/server/blocklist/accounts", MODERATORS),
    ("POST /api/v1/server/blocklist/accounts", MODERATORS),
    ("DELETE /api/v1/server/blocklist/accounts/{account}", MODERATORS),
    ("GET /api/v1/server/blocklist/servers", MODERATORS),
    ("POST /api/v1/server/blocklist/servers", MODERATORS),
    ("DELETE /api/v1/server/blocklist/servers/{x}", MODERATORS),
    ("GET /api/v1/server/blocklist/subscriptions", ADMINISTRATORS),
    ("POST /api/v1/server/blocklist/subscriptions", ADMINISTRATORS),
    ("DELETE /api/v1/server/blocklist/subscriptions/{x}", ADMINISTRATORS),
    ("GET /api/v1/server/following", EVERYBODY),
    ("POST /api/v1/server/following", ADMINISTRATORS),
    ("GET /api/v1/server/following/failures", ADMINISTRATORS),
    ("DELETE /api/v1/server/following/failures/{x}", ADMINISTRATORS),
    ("DELETE /api/v1/server/following/{x}", ADMINISTRATORS),
    ("GET /api/v1/server/followers", EVERYBODY),
    ("POST /api/v1/server/followers/{x}/accept", ADMINISTRATORS),
    ("POST /api/v1/server/followers/{x}/reject", ADMINISTRATORS),
    ("DELETE /api/v1/server/followers/{x}", ADMINISTRATORS),
    ("GET /api/v1/server/federation/servers", ADMINISTRATORS),
    ("POST /api/v1/server/federation/servers/{x}/try", ADMINISTRATORS),
    ("GET /api/v1/server/federation/explain", ADMINISTRATORS),
    ("GET /api/v1/server/federation/explain/{x}", ADMINISTRATORS),
    ("GET /api/v1/server/redundancy/videos", ADMINISTRATORS),
    ("POST /api/v1/server/redundancy/videos", ADMINISTRATORS),
    ("DELETE /api/v1/server/redundancy/videos/{x}", ADMINISTRATORS),
    ("PUT /api/v1/server/redundancy/{x}", ADMINISTRATORS),
    // Nobody's as long as the settings do not say that it is everybody's.
    ("GET /api/v1/server/blocklist/public-log", "fffff"),
    ("GET /api/v1/blocklist/status", EVERYBODY),
    ("GET /api/v1/watched-words/accounts/{account}/lists", OWNER),
    ("POST /api/v1/watched-words/accounts/{account}/lists", OWNER),
    ("PUT /api/v1/watched-words/accounts/{account}/lists/{x}", OWNER),
    ("DELETE /api/v1/watched-words/accounts/{account}/lists/{x}", OWNER),
    ("GET /api/v1/watched-words/accounts/{account}/subscriptions", OWNER),
    ("POST /api/v1/watched-words/accounts/{account}/subscriptions", OWNER),
    ("DELETE /api/v1/watched-words/accounts/{account}/subscriptions/{x}", OWNER),
    ("GET /api/v1/watched-words/server/subscriptions", MODERATORS),
    ("POST /api/v1/watched-words/server/subscriptions", MODERATORS),
    ("DELETE /api/v1/watched-words/server/subscriptions/{x}", MODERATORS),
    ("GET /api/v1/automatic-tags/accounts/{account}/available", OWNER),
    ("GET /api/v1/watched-words/server/lists", MODERATORS),
    ("POST /api/v1/watched-words/server/lists", MODERATORS),
    ("PUT /api/v1/watched-words/server/lists/{x}", MODERATORS),
    ("DELETE /api/v1/watched-words/server/lists/{x}", MODERATORS),
    ("GET /api/v1/automatic-tags/server/available", MODERATORS),
    ("GET /api/v1/automatic-tags/policies/accounts/{account}/comments", OWNER),
    ("PUT /api/v1/automatic-tags/policies/accounts/{account}/comments", OWNER),
    ("GET /api/v1/jobs", ADMINISTRATORS),
    ("GET /api/v1/jobs/{x}", ADMINISTRATORS),
    ("POST /api/v1/jobs/pause", ADMINISTRATORS),
    ("POST /api/v1/jobs/resume", ADMINISTRATORS),
    ("POST /api/v1/jobs/{x}/retry", ADMINISTRATORS),
    ("GET /api/v1/server/logs", ADMINISTRATORS),
    ("GET /api/v1/server/audit-logs", ADMINISTRATORS),
    ("POST /api/v1/server/logs/client", EVERYBODY),
    ("POST /api/v1/videos/{video}/blacklist", MODERATORS),
    ("PUT /api/v1/videos/{video}/blacklist", MODERATORS),
    ("DELETE /api/v1/videos/{video}/blacklist", MODERATORS),
    // Lists of videos. Others' private ones are shown to nobody, and their watch later is not listed.
    ("GET /api/v1/video-playlists", EVERYBODY),
    ("POST /api/v1/video-playlists", SIGNED_IN),
    ("GET /api/v1/video-playlists/privacies", EVERYBODY),
    ("GET /api/v1/video-playlists/{playlist}", "nfyfy"),
    ("PUT /api/v1/video-playlists/{playlist}", "nfyfy"),
    ("DELETE /api/v1/video-playlists/{playlist}", OWNER),
    ("GET /api/v1/video-playlists/{playlist}/videos", "nfyfy"),
    ("POST /api/v1/video-playlists/{playlist}/videos", "nfyfy"),
    ("POST /api/v1/video-playlists/{playlist}/videos/reorder", "nfyfy"),
    ("PUT /api/v1/video-playlists/{playlist}/videos/{x}", "nfyfy"),
    ("DELETE /api/v1/video-playlists/{playlist}/videos/{x}", "nfyfy"),
    ("GET /api/v1/users/me/video-playlists/videos-exist", SIGNED_IN),
    ("GET /api/v1/accounts/{account}/video-playlists", EVERYBODY),
    ("GET /api/v1/video-channels/{channel}/video-playlists", EVERYBODY),
    ("POST /api/v1/video-channels/{channel}/video-playlists/reorder", OWNER),
    // Finding.
    ("GET /api/v1/videos/{video}/recommendations", EVERYBODY),
    ("GET /api/v1/search/videos", EVERYBODY),
    ("GET /api/v1/search/video-channels", EVERYBODY),
    ("GET /api/v1/search/video-caption-segments", EVERYBODY),
    ("GET /api/v1/search/video-playlists", EVERYBODY),
    // The instance.
    ("GET /api/v1/config", EVERYBODY),
    ("GET /api/v1/config/about", EVERYBODY),
    ("GET /api/v1/config/custom", ADMINISTRATORS),
    ("PUT /api/v1/config/custom", ADMINISTRATORS),
    ("DELETE /api/v1/config/custom", ADMINISTRATORS),
    ("POST /api/v1/config/instance-avatar/pick", ADMINISTRATORS),
    ("DELETE /api/v1/config/instance-avatar", ADMINISTRATORS),
    ("POST /api/v1/config/instance-logo/{x}/pick", ADMINISTRATORS),
    ("DELETE /api/v1/config/instance-logo/{x}", ADMINISTRATORS),
    ("POST /api/v1/config/instance-banner/pick", ADMINISTRATORS),
    ("DELETE /api/v1/config/instance-banner", ADMINISTRATORS),
    ("GET /api/v1/custom-pages/homepage/instance", EVERYBODY),
    ("PUT /api/v1/custom-pages/homepage/instance", ADMINISTRATORS),
    ("POST /api/v1/server/contact", EVERYBODY),
    ("GET /api/v1/server/debug", ADMINISTRATORS),
    ("POST /api/v1/server/debug/run-command", ADMINISTRATORS),
    ("POST /api/v1/client-config/update-interface-language", EVERYBODY),
    ("POST /api/v1/client-config/update-language", EVERYBODY),
    ("POST /api/v1/metrics/playback", EVERYBODY),
    ("POST /api/v1/users/me/new-feature-info/read", SIGNED_IN),
    // Videos from elsewhere.
    ("POST /api/v1/videos/imports", SIGNED_IN),
    ("POST /api/v1/videos/imports/{x}/cancel", SIGNED_IN),
    ("POST /api/v1/videos/imports/{x}/retry", SIGNED_IN),
    ("DELETE /api/v1/videos/imports/{x}", SIGNED_IN),
    ("GET /api/v1/users/me/videos/imports", SIGNED_IN),
    // Channels elsewhere. There is no synchronisation 999999.
    ("POST /api/v1/video-channel-syncs", SIGNED_IN),
    ("DELETE /api/v1/video-channel-syncs/{x}", SIGNED_IN),
    ("POST /api/v1/video-channel-syncs/{x}/sync", SIGNED_IN),
    ("POST /api/v1/video-channels/{channel}/import-videos", OWNER),
    ("GET /api/v1/accounts/{account}/video-channel-syncs", OWNER),
    // Single qualities of a video.
    ("DELETE /api/v1/videos/{video}/hls", ADMINISTRATORS),
    ("DELETE /api/v1/videos/{video}/hls/{x}", ADMINISTRATORS),
    ("DELETE /api/v1/videos/{video}/web-videos", ADMINISTRATORS),
    ("DELETE /api/v1/videos/{video}/web-videos/{x}", ADMINISTRATORS),
    ("POST /api/v1/videos/{video}/transcoding", ADMINISTRATORS),
    ("GET /custom.css", EVERYBODY),
    ("GET /custom.js", EVERYBODY),
    ("GET /api/v1/overviews/videos", EVERYBODY),
    ("GET /api/v1/server/stats", EVERYBODY),
    ("GET /api/v1/openapi.json", EVERYBODY),
    ("GET /api/v1/ping", EVERYBODY),
    ("GET /metrics", ADMINISTRATORS),
    // Beside the API.
    ("GET /lazy-static/torrents/{x}", EVERYBODY),
    ("GET /lazy-static/remote/{x}/{x}/{x}", EVERYBODY),
    ("GET /download/torrents/{x}", EVERYBODY),
    ("GET /download/videos/generate/{video}", EVERYBODY),
    ("GET /tracker/socket", EVERYBODY),
    ("GET /tracker/announce", EVERYBODY),
    ("GET /tracker/scrape", EVERYBODY),
    ("GET /robots.txt", EVERYBODY),
    ("GET /sitemap.xml", EVERYBODY),
    ("GET /services/oembed", EVERYBODY),
    ("GET /services/redirect/accounts/{account}", EVERYBODY),
    ("GET /.well-known/security.txt", EVERYBODY),
    ("GET /.well-known/dnt", EVERYBODY),
    ("GET /.well-known/webfinger", EVERYBODY),
    ("GET /.well-known/host-meta", EVERYBODY),
    ("GET /.well-known/nodeinfo", EVERYBODY),
    ("GET /.well-known/change-password", EVERYBODY),
    ("GET /nodeinfo/2.0.json", EVERYBODY),
    ("GET /nodeinfo/2.1.json", EVERYBODY),
    // Feeds. What is somebody's alone asks for a token of its own.
    ("GET /feeds/{x}", EVERYBODY),
    ("GET /feeds/podcast/videos.xml", EVERYBODY),
    ("GET /feeds/podcast/videos/{video}/chapters.json", EVERYBODY),
    // Servers sign what they send.
    ("POST /inbox", NOBODY),
    ("POST /accounts/{account}/inbox", NOBODY),
    ("POST /video-channels/{channel}/inbox", NOBODY),
    ("GET /favicon.ico", EVERYBODY),
    ("GET /manifest.webmanifest", EVERYBODY),
    ("GET /videos/embed/**", EVERYBODY),
    ("GET /videos/test-embed/**", EVERYBODY),
    ("GET /video-playlists/embed/**", EVERYBODY),
    ("GET /**", EVERYBODY),
];

#[test]
fn every_route_has_a_row_in_the_table_and_every_row_a_route() {
    let found = routes();
    let rows: Vec<String> = TABLE.iter().map(|(route, _)| shape(route)).collect();
    let missing: Vec<_> = found.iter().filter(|route| !rows.contains(route)).collect();
    let gone: Vec<_> = rows.iter().filter(|row| !found.contains(row)).collect();
    assert!(missing.is_empty(), "routes without a row in the table of rights: {missing:#?}");
    assert!(gone.is_empty(), "rows of the table of rights without a route: {gone:#?}");
    assert!(found.len() > 80, "the routes could be read: {}", found.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_what_the_table_says_and_nothing_else() {
    let instance = instance_with(|config| {
        config.signup.per_address_max = u32::MAX;
        config.smtp.per_address_max = u32::MAX;
        config.upload.replace = true;
        config.import.http = true;
        config.import.yt_dlp = Some("/nowhere/yt-dlp".into());
        config.video_channel_synchronization.enabled = true;
    })
    .await;
    let app = instance.running.app().clone();
    let mut wrong = Vec::new();
    for (number, (route, expected)) in (0u32..).zip(TABLE) {
        let mut found = String::new();
        for (at, letter) in (0u32..).zip(["anonymous", "other", "owner", "moderator", "administrator"]) {
            let seed = number * 10 + at;
            let owner = person(&app, seed * 2, Role::User, route.contains("{video}")).await;
            let asker = match letter {
                "anonymous" => None,
                "owner" => Some(owner.token.clone()),
                "other" => Some(person(&app, seed * 2 + 1, Role::User, false).await.token),
                "moderator" => Some(person(&app, seed * 2 + 1, Role::Moderator, false).await.token),
                _ => Some(person(&app, seed * 2 + 1, Role::Administrator, false).await.token),
            };
            found.push(outcome(&instance, route, &owner, asker.as_deref()).await);
        }
        if found != *expected {
            wrong.push(format!("{route}: {found}, the table says {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn outcome(instance: &Instance, route: &str, owner: &Owner, token: Option<&str>) -> char {
    let (method, path) = route.split_once(' ').unwrap();
    let path = path
        .replace("{user}", &owner.user.to_string())
        .replace("{account}", &owner.name)
        .replace("{channel}", &format!("{}_channel", owner.name))
        .replace("{video}", &owner.video)
        .replace("{playlist}", &owner.watch_later)
        .replace("{language}", "fr")
        .replace("{x}", "999999")
        .replace("**", "somewhere");
    let mut asking = instance.ask(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    if let Some(token) = token {
        asking = asking.bearer(token);
    }
    let answer = if method == "GET" { asking.send().await } else { asking.json(&json!({})).send().await };
    assert!(!answer.status.is_server_error(), "{route}: {:?}", answer.body);
    match answer.status.as_u16() {
        401 => 'n',
        403 => 'f',
        _ => 'y',
    }
}

struct Owner {
    name: String,
    user: UserId,
    token: String,
    video: String,
    watch_later: String,
}

/// Somebody new with a channel, and a video where one is asked for.
async fn person(app: &App, seed: u32, role: Role, has_video: bool) -> Owner {
    let name = format!("p{seed}");
    let mut random = [0; 40];
    random[..4].copy_from_slice(&seed.to_be_bytes());
    let tokens = NewTokens::from_random(random);
    let new = NewUser {
        username: name.clone(),
        email: format!("{name}@films.example"),
        password: "no hash, so no password is right".into(),
        role,
        channel: format!("{name}_channel"),
        video_quota: None,
        video_quota_daily: None,
    };
    let (uuid, issued) = (app.dice().uuid(), tokens.clone());
    let (user, account) = app
        .write(Durability::Relaxed, move |write, now| {
            let user = account::create(write, now, new)?;
            session::log_in(write, now, user, &issued)?;
            let account = write.get(&UserKey { user })?.unwrap().account;
            Ok::<_, account::CreateError>((user, account))
        })
        .await
        .unwrap();
    if has_video {
        give_video(app, account, uuid).await;
    }
    let watch_later = app.playlists().watch_later(account).unwrap().id.to_string();
    Owner { name, user, token: tokens.access, video: uuid.to_string(), watch_later }
}

async fn give_video(app: &App, account: AccountId, uuid: Uuid) {
    let channel = channel_of(app, account).await;
    let source: Source =
        serde_json::from_value(json!({ "filename": "clip.mp4", "extension": ".mp4", "bytes": 1000 }))
            .unwrap();
    let facts =
        Facts { duration_ms: 1000, width: 640, height: 360, fps: 30, has_audio: true, has_video: true };
    let form = NewVideo { name: Some("A clip".into()), privacy: Some(1), ..NewVideo::default() };
    let arrival = Arrival {
        uuid,
        channel,
        form,
        source,
        facts,
        chapters: Vec::new(),
        pictures: Pictures::default(),
        host: app.url().host().to_owned(),
    };
    app.write(Durability::Relaxed, move |write, now| edit::create(write, now, arrival)).await.unwrap();
}

async fn channel_of(app: &App, account: AccountId) -> ChannelId {
    let channels = app.read(move |store| account::channels_of(store, account)).await;
    channels.map_err(|error: StoreError| error.to_string()).unwrap()[0].id
}

/// A route with its parameters made alike.
pub fn shape(route: &str) -> String {
    let parts = route.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Every route of `routes.rs`, as method and path.
pub fn routes() -> Vec<String> {
    let mut functions = BTreeMap::new();
    for file in FILES {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = std::fs::read_to_string(path).unwrap();
        let tokens: Vec<TokenTree> = text.parse::<TokenStream>().unwrap().into_iter().collect();
        functions.extend(self::functions(&tokens));
    }
    let mut found = Vec::new();
    // What stands in `let api = …;`, and the functions that are not reached from there.
    let body: Vec<TokenTree> = functions["routes"].clone();
    let start = body.iter().position(|token| is(token, "api")).unwrap() + 2;
    let end = start + body[start..].iter().position(|token| is(token, ";")).unwrap();
    chain(&body[start..end], "", &functions, &mut found);
    list("beside_the_api", "", &functions, &mut found);
    found.sort();
    found.dedup();
    found
}

fn is(token: &TokenTree, text: &str) -> bool {
    token.to_string() == text
}

fn inside(token: &TokenTree) -> Option<Vec<TokenTree>> {
    match token {
        TokenTree::Group(group) => Some(group.stream().into_iter().collect()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
    }
}

/// The body of each function, by its name.
fn functions(tokens: &[TokenTree]) -> BTreeMap<String, Vec<TokenTree>> {
    let mut functions = BTreeMap::new();
    for (at, token) in tokens.iter().enumerate() {
        if !is(token, "fn") {
            continue;
        }
        let body = tokens[at..].iter().find_map(|token| match token {
            TokenTree::Group(group) => inside(token).filter(|_| group.delimiter() == Delimiter::Brace),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => None,
        });
        functions.insert(tokens[at + 1].to_string(), body.unwrap_or_default());
    }
    functions
}

/// The routes of a function that gives a list of them.
fn list(name: &str, prefix: &str, functions: &BTreeMap<String, Vec<TokenTree>>, found: &mut Vec<String>) {
    let body = functions.get(name).unwrap_or_else(|| panic!("no function {name} in routes.rs"));
    match body.iter().rposition(|token| is(token, "vec")) {
        Some(at) => elements(&inside(&body[at + 2]).unwrap(), prefix, functions, found),
        None => chain(body, prefix, functions, found),
    }
}

fn elements(
    tokens: &[TokenTree],
    prefix: &str,
    functions: &BTreeMap<String, Vec<TokenTree>>,
    found: &mut Vec<String>,
) {
    for element in tokens.split(|token| is(token, ",")).filter(|element| !element.is_empty()) {
        chain(element, prefix, functions, found);
    }
}

/// One chain of filters: its path, then its method, or what it leads on to.
fn chain(
    tokens: &[TokenTree],
    prefix: &str,
    functions: &BTreeMap<String, Vec<TokenTree>>,
    found: &mut Vec<String>,
) {
    let mut walk = Walk { path: prefix.to_owned(), ..Walk::default() };
    step(tokens, &mut walk, functions, found);
    if walk.has_handler {
        let path = if walk.path.is_empty() { "/".to_owned() } else { walk.path };
        let method = walk.method.unwrap_or_else(|| panic!("a route at {path} has no method"));
        found.push(format!("{method} {path}"));
    } else {
        assert!(walk.leads_on, "a chain at {} is neither a route nor leads to one: {tokens:?}", walk.path);
    }
}

/// What one chain of filters says.
#[derive(Default)]
struct Walk {
    path: String,
    method: Option<String>,
    leads_on: bool,
    has_handler: bool,
}

fn step(
    tokens: &[TokenTree],
    walk: &mut Walk,
    functions: &BTreeMap<String, Vec<TokenTree>>,
    found: &mut Vec<String>,
) {
    for (at, token) in tokens.iter().enumerate() {
        let word = token.to_string();
        let next = tokens.get(at + 1);
        let argument = next.and_then(inside);
        match (word.as_str(), argument) {
            ("at", argument) => {
                // `at("x")`, `at!("x" / Segment)` and `at::full()`.
                let group = argument.or_else(|| tokens.get(at + 2).and_then(inside));
                if let Some(group) = group.filter(|_| next.is_none_or(|next| !is(next, ":"))) {
                    segments(&group, &mut walk.path);
                }
            }
            ("get" | "post" | "put" | "delete", Some(_)) => walk.method = Some(word.to_uppercase()),
            // Any path, for pages and for documents.
            ("page_path" | "document_path", Some(_)) => walk.path.push_str("/**"),
            ("and", Some(argument)) => step(&argument, walk, functions, found),
            ("one_of", Some(argument)) => {
                walk.leads_on = true;
                // `at!("x" / ..)` leaves the rest of the path to what it leads on to.
                walk.path = walk.path.trim_end_matches("/**").to_owned();
                if is(&argument[0], "vec") {
                    elements(&inside(&argument[2]).unwrap(), &walk.path, functions, found);
                } else {
                    list(&argument[0].to_string(), &walk.path, functions, found);
                }
            }
            ("then", Some(_)) => walk.has_handler = true,
            _ => {}
        }
    }
}

fn segments(tokens: &[TokenTree], path: &mut String) {
    let mut dots = 0;
    for token in tokens {
        let word = token.to_string();
        match word.as_str() {
            "/" => {}
            "Segment" => path.push_str("/{}"),
            "." => {
                dots += 1;
                if dots == 2 {
                    path.push_str("/**");
                }
            }
            word => {
                path.push('/');
                path.push_str(word.trim_matches('"'));
            }
        }
    }
}
