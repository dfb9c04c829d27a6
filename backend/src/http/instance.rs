//! `/config`, `/config/about` and `/ping`: what the instance is.
//!
//! Owns `GET /config`, field by field as PeerTube 6.3 has it, so that its clients find what they look for. What this
//! server cannot do is said to be off. The surprise is `serverVersion`: clients compare it with versions of PeerTube to
//! know what they may ask, so it is the PeerTube whose API we speak; our own version stands beside it.

use std::net::IpAddr;

use serde_json::{Value, json};
use shared::api::Image;
use shared::limits::{IMAGE_BYTES_MAX, VIDEO_EXTENSIONS};

use super::extract::Ask;
use super::respond::{self, Outcome};
use super::{channel_sync, custom, signup, views};
use crate::app::App;
use crate::config::{ByteSize, P2pMode};
use crate::domain::site::Logo;
use crate::site::Present;

/// The PeerTube whose API this is.
const PEERTUBE_VERSION: &str = "6.3.0";
/// Our own.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `GET /api/v1/ping`
pub async fn ping() -> Outcome {
    Ok(respond::text_of("text/html; charset=utf-8", "pong"))
}

/// `GET /api/v1/config/about`
pub async fn about(ask: Ask) -> Outcome {
    respond::json(&about_view(&ask.app))
}

/// What the instance says of itself.
pub(super) fn about_view(app: &App) -> Value {
    let (config, site) = (app.config(), app.site());
    let instance = &config.instance;
    json!({
        "instance": {
            "name": instance.name,
            "shortDescription": instance.short_description,
            "description": instance.description,
            "terms": instance.terms,
            "codeOfConduct": instance.code_of_conduct,
            "hardwareInformation": instance.hardware_information,
            "creationReason": instance.creation_reason,
            "moderationInformation": instance.moderation_information,
            "administrator": instance.administrator,
            "maintenanceLifetime": instance.maintenance_lifetime,
            "businessModel": instance.business_model,
            "languages": instance.languages,
            "categories": instance.categories,
            "banners": views::banners(site.banner.as_ref()),
            "avatars": views::avatars(site.avatar.as_ref())
        }
    })
}

/// `GET /api/v1/config`
pub async fn config(ask: Ask) -> Outcome {
    respond::json(&view(&ask.app, ask.address()))
}

/// The pictures of the places that have their own, and what stands there otherwise.
fn logos(app: &App, site: &Present) -> Vec<Value> {
    let url = app.url();
    let row = |logo: Logo, (width, height): (u32, u32), path: &str, is_fallback: bool| {
        json!({
            "type": logo.name(),
            "width": width,
            "height": height,
            "fileUrl": format!("{url}{path}"),
            "isFallback": is_fallback
        })
    };
    let of_place = |logo: Logo| -> Vec<Value> {
        if let Some(picture) = site.logo(logo) {
            let sizes = logo.sizes().iter().rev().zip(views::avatars(Some(picture)));
            return sizes.map(|(size, image)| row(logo, *size, &image.path, false)).collect();
        }
        let pictures = views::avatars(site.avatar.as_ref());
        if !pictures.is_empty() {
            let square = |image: &Image| row(logo, (image.width, image.width), &image.path, true);
            return pictures.iter().map(square).collect();
        }
        match logo {
            Logo::Favicon => vec![row(logo, (192, 192), "/icons/shoal-192.png", true)],
            Logo::HeaderWide | Logo::HeaderSquare => vec![row(logo, (38, 38), "/icons/shoal.svg", true)],
            Logo::Opengraph => Vec::new(),
        }
    };
    Logo::ALL.into_iter().flat_map(of_place).collect()
}

/// What the instance is and can do, for somebody at this address.
pub(super) fn view(app: &App, address: IpAddr) -> Value {
    let (config, site) = (app.config(), app.site());
    let index = super::index::index(app);
    let (signup, can_mail) = (signup::policy(app), app.can_mail());
    let kept = |path: &str| custom::kept(app, path);
    let stun_servers: Vec<String> = app
        .seed()
        .map_or_else(Vec::new, |seed| seed.ears().iter().map(|address| format!("stun:{address}")).collect());
    // Beside PeerTube's list of servers: who the instance is among a viewer's peers.
    let fingerprint = app.seed().map(|seed| seed.face());
    let quota = |size: Option<ByteSize>| size.map_or(-1, |size| i64::try_from(size.0).unwrap_or(i64::MAX));
    let off = json!({ "enabled": false });
    let shared = json!({ "enabled": config.p2p.mode != P2pMode::Off });
    let image =
        json!({ "size": { "max": IMAGE_BYTES_MAX }, "extensions": [".png", ".jpeg", ".jpg", ".webp"] });
    let heights: Vec<u32> = config.transcoding.heights.iter().map(|height| height.0).collect();
    json!({
        "client": {
            "videos": {
                "miniature": { "displayAuthorAvatar": false, "preferAuthorDisplayName": kept("client.videos.miniature.preferAuthorDisplayName") },
                "resumableUpload": { "maxChunkSize": 0 }
            },
            "menu": { "login": { "redirectOnSingleExternalAuth": kept("client.menu.login.redirectOnSingleExternalAuth") } }
        },
        "defaults": {
            "publish": {
                "downloadEnabled": true,
                "commentsPolicy": 1,
                "commentsEnabled": true,
                "privacy": 1,
                "licence": null
            },
            "p2p": { "webapp": shared, "embed": shared },
            // Of later PeerTubes.
            "player": { "theme": kept("defaults.player.theme") }
        },
        "webadmin": { "configuration": { "edition": { "allowed": true } } },
        "instance": {
            "name": config.instance.name,
            "shortDescription": config.instance.short_description,
            "isNSFW": config.instance.is_nsfw,
            "defaultNSFWPolicy": config.instance.nsfw_policy.to_string(),
            "defaultClientRoute": config.instance.default_client_route,
            // Of later PeerTubes.
            "serverCountry": config.instance.server_country,
            "support": { "text": config.instance.support_text },
            "social": {
                "externalLink": config.instance.external_link,
                "mastodonLink": config.instance.mastodon_link,
                "blueskyLink": config.instance.bluesky_link,
                "xLink": config.instance.x_link
            },
            "customizations": { "javascript": config.instance.javascript, "css": config.instance.css },
            "avatars": views::avatars(site.avatar.as_ref()),
            "banners": views::banners(site.banner.as_ref()),
            "logo": logos(app, &site)
        },
        "search": {
            "remoteUri": { "users": false, "anonymous": false },
            "searchIndex": {
                "enabled": index.is_some(),
                "url": index.unwrap_or_default(),
                "disableLocalSearch": kept("search.searchIndex.disableLocalSearch"),
                "isDefaultSearch": kept("search.searchIndex.isDefaultSearch")
            },
            "captionSearch": { "enabled": config.search.captions }
        },
        "plugin": { "registered": [], "registeredExternalAuths": [], "registeredIdAndPassAuths": [] },
        "theme": { "registered": [], "default": kept("theme.default") },
        "email": { "enabled": can_mail },
        "contactForm": { "enabled": config.contact.enabled && can_mail },
        "serverVersion": PEERTUBE_VERSION,
        "serverCommit": "",
        "serverSoftware": { "name": "shoal", "version": VERSION },
        "transcoding": {
            "remoteRunners": off,
            "hls": { "enabled": true },
            "web_videos": off,
            "enabledResolutions": heights,
            "profile": "default",
            "availableProfiles": ["default"]
        },
        "live": {
            "enabled": false,
            "allowReplay": false,
            "latencySetting": off,
            "maxDuration": -1,
            "maxInstanceLives": 0,
            "maxUserLives": 0,
            "transcoding": {
                "enabled": false,
                "remoteRunners": off,
                "enabledResolutions": [],
                "profile": "default",
                "availableProfiles": ["default"]
            },
            "rtmp": { "port": 1935 }
        },
        "videoStudio": { "enabled": false, "remoteRunners": off },
        "videoFile": { "update": { "enabled": config.upload.replace } },
        "videoTranscription": { "enabled": config.transcription.enabled, "remoteRunners": off },
        "import": {
            "videos": { "http": { "enabled": config.import.http }, "torrent": { "enabled": config.import.torrent } },
            "videoChannelSynchronization": { "enabled": channel_sync::is_enabled(&config) },
            "users": off
        },
        "export": { "users": { "enabled": false, "exportExpiration": 0, "maxUserVideoQuota": 0 } },
        "autoBlacklist": { "videos": { "ofUsers": { "enabled": config.moderation.block_new_videos } } },
        "avatar": { "file": image },
        "banner": { "file": image },
        "video": { "image": image, "file": { "extensions": VIDEO_EXTENSIONS } },
        "videoCaption": { "file": { "size": { "max": 20 * 1024 * 1024 }, "extensions": [".vtt", ".srt"] } },
        "user": {
            "videoQuota": quota(config.user.video_quota),
            "videoQuotaDaily": quota(config.user.video_quota_daily)
        },
        "videoChannels": { "maxPerUser": config.channels.per_user_max },
        "trending": {
            "videos": {
                "intervalDays": 7,
                "algorithms": { "enabled": config.trending.algorithms, "default": config.trending.default }
            }
        },
        "tracker": shared,
        "followings": { "instance": { "autoFollowIndex": { "indexUrl": "" } } },
        "broadcastMessage": {
            "enabled": config.broadcast.enabled,
            "message": config.broadcast.message,
            "level": config.broadcast.level,
            "dismissable": config.broadcast.dismissable
        },
        "homepage": { "enabled": site.has_homepage },
        "openTelemetry": {
            // Players report where somebody reads the sums.
            "metrics": { "enabled": config.metrics.token.is_some(), "playbackStatsInterval": 15000 }
        },
        "views": { "videos": { "watchingInterval": { "anonymous": 5000, "users": 5000 } } },
        "storyboards": { "enabled": config.transcoding.storyboards },
        "signup": {
            "allowed": signup.allowed,
            "allowedForCurrentIP": signup::is_let_in_from(&config, address),
            "minimumAge": signup.minimum_age,
            "requiresApproval": signup.requires_approval,
            "requiresEmailVerification": signup.requires_email_verification
        },
        "webrtc": { "stunServers": stun_servers, "fingerprint": fingerprint }
    })
}
