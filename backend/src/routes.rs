//! Every route, on one page. Each line: path, method, what the handler is given, the handler.
//!
//! Owns the order. Rejections mean "not my route" and nothing else; what a route refuses is a [`Failure`].

use http::StatusCode;
use warp::filters::BoxedFilter;
use warp::path as at;
use warp::path::FullPath;
use warp::reply::Response;
use warp::{Filter, Rejection, delete, get, post, put};

use crate::app::App;
use crate::http::extract::{Segment, ask, body};
use crate::http::feeds::feeds;
use crate::http::generate;
use crate::http::open_web::{known_places, open_web, services};
use crate::http::pages::show;
use crate::http::problem::Failure;
use crate::http::respond::respond;
use crate::http::stats::{self, Stats};
use crate::http::torrent::Maker;
use crate::http::{
    abuse, activity, actor, block, blocklist, channel, channel_ownership, channel_sync, collaborator,
    comment, custom, embed, explain, failed_follow, federation, history, import, instance, jobs, language,
    logs, me, metrics, mute, notification, openapi, ownership, parts, password, people, playback, player,
    playlist, proof, rating, recommendation, redundancy, remote, rendition, search, server_follow, session,
    sessions, signup, site, statistics, subscription, torrent, tracker, two_factor, upload, user, video,
    video_list, watch, word_subscription, words,
};

/// One route, or several.
pub type Route = BoxedFilter<(Response,)>;

/// All routes of an instance.
#[must_use]
pub fn routes(app: &App) -> Route {
    let stats = Stats::default();
    let api = at("api").and(at("v1")).and(one_of(vec![
        at("users").and(one_of(users(app))).boxed(),
        at("users").and(one_of(logins(app))).boxed(),
        at("accounts").and(one_of(accounts(app))).boxed(),
        at("video-channels").and(one_of(channels(app))).boxed(),
        at("videos").and(one_of(videos(app))).boxed(),
        at("video-channel-syncs").and(one_of(channel_syncs(app))).boxed(),
        at("abuses").and(one_of(abuses(app))).boxed(),
        at("watched-words").and(one_of(watched_words(app))).boxed(),
        at("automatic-tags").and(one_of(automatic_tags(app))).boxed(),
        at("jobs").and(one_of(queue(app))).boxed(),
        at!("server" / "blocklist" / ..).and(one_of(instance_mutes(app))).boxed(),
        at!("server" / "federation" / ..).and(one_of(explanations(app))).boxed(),
        at!("server" / ..).and(one_of(instance_follows(app))).boxed(),
        at!("blocklist" / "status").and(get()).and(ask(app)).then(mute::status).map(respond).boxed(),
        at!("server" / "logs").and(get()).and(ask(app)).then(logs::log).map(respond).boxed(),
        at!("server" / "audit-logs").and(get()).and(ask(app)).then(logs::audit_log).map(respond).boxed(),
        at!("server" / "logs" / "client")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(logs::client)
            .map(respond)
            .boxed(),
        at("video-playlists").and(one_of(playlists(app))).boxed(),
        at!("search" / "videos").and(get()).and(ask(app)).then(search::videos).map(respond).boxed(),
        at!("search" / "video-channels").and(get()).and(ask(app)).then(search::channels).map(respond).boxed(),
        at!("search" / "video-caption-segments")
            .and(get())
            .and(ask(app))
            .then(search::caption_segments)
            .map(respond)
            .boxed(),
        at!("search" / "video-playlists")
            .and(get())
            .and(ask(app))
            .then(search::playlists)
            .map(respond)
            .boxed(),
        at("player-settings").and(one_of(player_settings(app))).boxed(),
        at("config").and(one_of(config(app))).boxed(),
        at!("oauth-clients" / "local").and(get()).and(ask(app)).then(session::client).map(respond).boxed(),
        at!("bulk" / "remove-comments-of")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(comment::remove_all_of)
            .map(respond)
            .boxed(),
        at!("overviews" / "videos").and(get()).and(ask(app)).then(video_list::overview).map(respond).boxed(),
        at!("server" / "stats")
            .and(get())
            .and(ask(app))
            .and(warp::any().map(move || stats.clone()))
            .then(stats::stats)
            .map(respond)
            .boxed(),
        at!("server" / "contact")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(site::contact)
            .map(respond)
            .boxed(),
        at!("server" / "debug").and(get()).and(ask(app)).then(site::debug).map(respond).boxed(),
        at!("server" / "debug" / "run-command")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(site::run_command)
            .map(respond)
            .boxed(),
        at!("client-config" / "update-interface-language")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(language::choose)
            .map(respond)
            .boxed(),
        at!("client-config" / "update-language")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(language::choose)
            .map(respond)
            .boxed(),
        at!("metrics" / "playback")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(playback::report)
            .map(respond)
            .boxed(),
        at!("custom-pages" / "homepage" / "instance")
            .and(get())
            .and(ask(app))
            .then(site::homepage)
            .map(respond)
            .boxed(),
        at!("custom-pages" / "homepage" / "instance")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(site::set_homepage)
            .map(respond)
            .boxed(),
        at!("openapi.json").and(get()).and(ask(app)).then(openapi::show).map(respond).boxed(),
        at!("ping").and(get()).then(instance::ping).map(respond).boxed(),
    ]));
    one_of(vec![logs::audited(api.boxed(), app), beside_the_api(app)]).recover(nothing_here).unify().boxed()
}

/// What is neither API nor file: pages, and the few files made for each instance.
fn beside_the_api(app: &App) -> Route {
    let maker = Maker::default();
    let maker = warp::any().map(move || maker.clone());
    one_of(vec![
        at!("lazy-static" / "torrents" / Segment)
            .and(get())
            .and(ask(app))
            .and(maker.clone())
            .then(torrent::show)
            .map(respond)
            .boxed(),
        at!("lazy-static" / "remote" / Segment / Segment / Segment)
            .and(get())
            .and(ask(app))
            .then(remote::show)
            .map(respond)
            .boxed(),
        at!("download" / "torrents" / Segment)
            .and(get())
            .and(ask(app))
            .and(maker)
            .then(torrent::download)
            .map(respond)
            .boxed(),
        at!("download" / "videos" / "generate" / Segment)
            .and(get())
            .and(ask(app))
            .then(generate::generate)
            .map(respond)
            .boxed(),
        at!("tracker" / "socket")
            .and(get())
            .and(ask(app))
            .and(warp::ext::optional())
            .then(tracker::socket)
            .map(respond)
            .boxed(),
        at!("tracker" / "announce").and(get()).and(ask(app)).then(tracker::announce).map(respond).boxed(),
        at!("tracker" / "scrape").and(get()).and(ask(app)).then(tracker::scrape).map(respond).boxed(),
        at!("metrics").and(get()).and(ask(app)).then(metrics::metrics).map(respond).boxed(),
        at!("custom.css").and(get()).and(ask(app)).then(site::css).map(respond).boxed(),
        at!("custom.js").and(get()).and(ask(app)).then(site::javascript).map(respond).boxed(),
        at!("favicon.ico").and(get()).and(ask(app)).then(show::favicon).map(respond).boxed(),
        at!("manifest.webmanifest").and(get()).and(ask(app)).then(show::manifest).map(respond).boxed(),
        at!("videos" / "embed" / ..)
            .and(at::full())
            .and(get())
            .and(ask(app))
            .then(show::embed)
            .map(respond)
            .boxed(),
        at!("videos" / "test-embed" / ..)
            .and(at::full())
            .and(get())
            .and(ask(app))
            .then(show::test_embed)
            .map(respond)
            .boxed(),
        at!("video-playlists" / "embed" / ..)
            .and(at::full())
            .and(get())
            .and(ask(app))
            .then(show::embed)
            .map(respond)
            .boxed(),
        one_of(open_web(app)),
        at!("services" / ..).and(one_of(services(app))).boxed(),
        at!(".well-known" / ..).and(one_of(well_known(app))).boxed(),
        at!(".well-known" / ..).and(one_of(known_places(app))).boxed(),
        at!("feeds" / ..).and(one_of(feeds(app))).boxed(),
        at!("nodeinfo" / "2.0.json")
            .and(get())
            .and(ask(app))
            .then(federation::nodeinfo_2_0)
            .map(federation::open)
            .boxed(),
        at!("nodeinfo" / "2.1.json")
            .and(get())
            .and(ask(app))
            .then(federation::nodeinfo_2_1)
            .map(federation::open)
            .boxed(),
        at!("inbox")
            .and(post())
            .and(at::full())
            .and(ask(app))
            .and(body())
            .then(federation::shared_inbox)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "inbox")
            .and(post())
            .and(at::full())
            .and(ask(app))
            .and(body())
            .then(federation::account_inbox)
            .map(respond)
            .boxed(),
        at!("video-channels" / Segment / "inbox")
            .and(post())
            .and(at::full())
            .and(ask(app))
            .and(body())
            .then(federation::channel_inbox)
            .map(respond)
            .boxed(),
        document_path()
            .and(get())
            .and(at::full())
            .and(ask(app))
            .then(federation::document)
            .map(federation::open)
            .boxed(),
        page_path().and(get()).and(ask(app)).then(show::page).map(respond).boxed(),
    ])
}

/// Where programs look that know nothing of an instance but its name.
fn well_known(app: &App) -> Vec<Route> {
    vec![
        at!("webfinger").and(get()).and(ask(app)).then(federation::webfinger).map(federation::open).boxed(),
        at!("host-meta").and(get()).and(ask(app)).then(federation::host_meta).map(federation::open).boxed(),
        at!("nodeinfo").and(get()).and(ask(app)).then(federation::nodeinfo).map(federation::open).boxed(),
        at!("change-password").and(get()).then(federation::change_password).map(respond).boxed(),
    ]
}

/// Any path of an object of ours, for whoever asks for its document rather than its page.
fn document_path() -> impl Filter<Extract = (federation::Place,), Error = Rejection> + Clone {
    at::full().and(warp::header::headers_cloned()).and_then(
        |path: FullPath, headers: http::HeaderMap| async move {
            federation::wanted(path.as_str(), &headers).ok_or_else(warp::reject::not_found)
        },
    )
}

/// Any path but those of programs, whose typos must not look like answers.
fn page_path() -> impl Filter<Extract = (FullPath,), Error = Rejection> + Clone {
    at::full().and_then(|path: FullPath| async move {
        let is_page = ![
            "/api/",
            "/download/",
            "/static/",
            "/lazy-static/",
            "/.well-known/",
            "/nodeinfo/",
            "/feeds/",
            "/services/",
        ]
        .iter()
        .any(|folder| path.as_str().starts_with(folder));
        if is_page { Ok(path) } else { Err(warp::reject::not_found()) }
    })
}

fn users(app: &App) -> Vec<Route> {
    vec![
        at!("token").and(post()).and(ask(app)).and(body()).then(session::token).map(respond).boxed(),
        at!("revoke-token").and(post()).and(ask(app)).then(session::revoke).map(respond).boxed(),
        at!("scoped-tokens").and(get()).and(ask(app)).then(sessions::scoped_tokens).map(respond).boxed(),
        at!("scoped-tokens")
            .and(post())
            .and(ask(app))
            .then(sessions::renew_scoped_tokens)
            .map(respond)
            .boxed(),
        at!("register").and(post()).and(ask(app)).and(body()).then(signup::register).map(respond).boxed(),
        at!("registrations").and(get()).and(ask(app)).then(signup::list).map(respond).boxed(),
        at!("registrations" / "request")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(signup::request)
            .map(respond)
            .boxed(),
        at!("registrations" / "ask-send-verify-email")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(proof::ask_verify_registration)
            .map(respond)
            .boxed(),
        at!("registrations" / Segment / "accept")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(signup::accept)
            .map(respond)
            .boxed(),
        at!("registrations" / Segment / "reject")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(signup::reject)
            .map(respond)
            .boxed(),
        at!("registrations" / Segment / "verify-email")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(proof::verify_registration)
            .map(respond)
            .boxed(),
        at!("registrations" / Segment).and(delete()).and(ask(app)).then(signup::delete).map(respond).boxed(),
        at!("ask-reset-password")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(proof::ask_reset_password)
            .map(respond)
            .boxed(),
        at!("ask-send-verify-email")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(proof::ask_verify_email)
            .map(respond)
            .boxed(),
        at!("autocomplete").and(get()).and(ask(app)).then(people::complete).map(respond).boxed(),
        at!("me").and(get()).and(ask(app)).then(user::me).map(respond).boxed(),
        at!("me").and(put()).and(ask(app)).and(body()).then(me::update).map(respond).boxed(),
        at!("me").and(delete()).and(ask(app)).then(me::delete).map(respond).boxed(),
        at!("me" / "new-feature-info" / "read")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(me::read_feature_news)
            .map(respond)
            .boxed(),
        at!("me" / "avatar" / "pick")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(me::pick_avatar)
            .map(respond)
            .boxed(),
        at!("me" / "avatar").and(delete()).and(ask(app)).then(me::delete_avatar).map(respond).boxed(),
        at!("me" / "video-quota-used").and(get()).and(ask(app)).then(user::quota_used).map(respond).boxed(),
        at!("me" / "seeder-tokens")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(user::admit_seeders)
            .map(respond)
            .boxed(),
        at!("me" / "seeder-tokens")
            .and(delete())
            .and(ask(app))
            .then(user::take_seeders_back)
            .map(respond)
            .boxed(),
        at!("me" / "notifications" / ..).and(one_of(notifications(app))).boxed(),
        at!("me" / "notification-settings")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(notification::set)
            .map(respond)
            .boxed(),
        at!("me" / "subscriptions" / ..).and(one_of(subscriptions(app))).boxed(),
        at!("me" / "history" / "videos" / ..).and(one_of(histories(app))).boxed(),
        at!("me" / "video-playlists" / "videos-exist")
            .and(get())
            .and(ask(app))
            .then(playlist::exist)
            .map(respond)
            .boxed(),
        at!("me" / "videos" / "imports").and(get()).and(ask(app)).then(import::list).map(respond).boxed(),
        at!("me" / "videos" / "comments")
            .and(get())
            .and(ask(app))
            .then(comment::of_own_videos)
            .map(respond)
            .boxed(),
        at!("me" / "blocklist" / ..).and(one_of(own_mutes(app))).boxed(),
        at!("me" / "abuses").and(get()).and(ask(app)).then(abuse::mine).map(respond).boxed(),
        at!("me" / "videos").and(get()).and(ask(app)).then(video_list::mine).map(respond).boxed(),
        at!("me" / "videos" / Segment / "rating")
            .and(get())
            .and(ask(app))
            .then(rating::mine)
            .map(respond)
            .boxed(),
    ]
}

/// Logins, for those who manage them. Behind all that has a word where these have a number.
fn logins(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(people::list).map(respond).boxed(),
        at!().and(post()).and(ask(app)).and(body()).then(people::create).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(people::show).map(respond).boxed(),
        at!(Segment).and(put()).and(ask(app)).and(body()).then(people::update).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(people::delete).map(respond).boxed(),
        at!(Segment / "block").and(post()).and(ask(app)).and(body()).then(people::block).map(respond).boxed(),
        at!(Segment / "token-sessions").and(get()).and(ask(app)).then(sessions::list).map(respond).boxed(),
        at!(Segment / "token-sessions" / Segment / "revoke")
            .and(get())
            .and(ask(app))
            .then(sessions::revoke)
            .map(respond)
            .boxed(),
        at!(Segment / "token-sessions" / Segment / "revoke")
            .and(post())
            .and(ask(app))
            .then(sessions::revoke)
            .map(respond)
            .boxed(),
        at!(Segment / "two-factor" / "request")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(two_factor::request)
            .map(respond)
            .boxed(),
        at!(Segment / "two-factor" / "confirm-request")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(two_factor::confirm)
            .map(respond)
            .boxed(),
        at!(Segment / "two-factor" / "disable")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(two_factor::disable)
            .map(respond)
            .boxed(),
        at!(Segment / "two-factor" / "recovery-codes")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(two_factor::recovery_codes)
            .map(respond)
            .boxed(),
        at!(Segment / "verify-email")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(proof::verify_email)
            .map(respond)
            .boxed(),
        at!(Segment / "reset-password")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(proof::reset_password)
            .map(respond)
            .boxed(),
        at!(Segment / "unblock").and(post()).and(ask(app)).then(people::unblock).map(respond).boxed(),
    ]
}

fn accounts(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(channel::accounts).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(actor::account).map(respond).boxed(),
        at!(Segment / "video-channels")
            .and(get())
            .and(ask(app))
            .then(actor::account_channels)
            .map(respond)
            .boxed(),
        at!(Segment / "videos").and(get()).and(ask(app)).then(video_list::of_account).map(respond).boxed(),
        at!(Segment / "followers")
            .and(get())
            .and(ask(app))
            .then(subscription::of_account)
            .map(respond)
            .boxed(),
        at!(Segment / "ratings").and(get()).and(ask(app)).then(rating::of_account).map(respond).boxed(),
        at!(Segment / "video-playlists")
            .and(get())
            .and(ask(app))
            .then(playlist::of_account)
            .map(respond)
            .boxed(),
        at!(Segment / "video-channel-syncs")
            .and(get())
            .and(ask(app))
            .then(channel_sync::of_account)
            .map(respond)
            .boxed(),
    ]
}

fn channels(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(channel::channels).map(respond).boxed(),
        // Before all that begins with a channel's name.
        one_of(channel_ownerships(app)),
        at!().and(post()).and(ask(app)).and(body()).then(channel::create).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(actor::channel).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(channel::delete).map(respond).boxed(),
        at!(Segment / "avatar" / "pick")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(channel::pick_avatar)
            .map(respond)
            .boxed(),
        at!(Segment / "avatar").and(delete()).and(ask(app)).then(channel::delete_avatar).map(respond).boxed(),
        at!(Segment / "banner" / "pick")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(channel::pick_banner)
            .map(respond)
            .boxed(),
        at!(Segment / "banner").and(delete()).and(ask(app)).then(channel::delete_banner).map(respond).boxed(),
        at!(Segment).and(put()).and(ask(app)).and(body()).then(actor::update_channel).map(respond).boxed(),
        at!(Segment / "videos").and(get()).and(ask(app)).then(video_list::of_channel).map(respond).boxed(),
        at!(Segment / "followers")
            .and(get())
            .and(ask(app))
            .then(subscription::of_channel)
            .map(respond)
            .boxed(),
        at!(Segment / "video-playlists" / "reorder")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(playlist::reorder_channel)
            .map(respond)
            .boxed(),
        at!(Segment / "video-playlists")
            .and(get())
            .and(ask(app))
            .then(playlist::of_channel)
            .map(respond)
            .boxed(),
        at!(Segment / "activities").and(get()).and(ask(app)).then(activity::list).map(respond).boxed(),
        at!(Segment / "import-videos")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(channel_sync::import_all)
            .map(respond)
            .boxed(),
        one_of(collaborators(app)),
    ]
}

/// Channels that change hands.
fn channel_ownerships(app: &App) -> Vec<Route> {
    vec![
        at!("ownership").and(get()).and(ask(app)).then(channel_ownership::list).map(respond).boxed(),
        at!("ownership" / Segment / "accept")
            .and(post())
            .and(ask(app))
            .then(channel_ownership::accept)
            .map(respond)
            .boxed(),
        at!("ownership" / Segment / "refuse")
            .and(post())
            .and(ask(app))
            .then(channel_ownership::refuse)
            .map(respond)
            .boxed(),
        at!("ownership" / Segment)
            .and(delete())
            .and(ask(app))
            .then(channel_ownership::withdraw)
            .map(respond)
            .boxed(),
        at!(Segment / "ownership")
            .and(get())
            .and(ask(app))
            .then(channel_ownership::of_channel)
            .map(respond)
            .boxed(),
        at!(Segment / "give-ownership")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(channel_ownership::give)
            .map(respond)
            .boxed(),
    ]
}

/// Those who edit a channel beside its owner.
fn collaborators(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "collaborators").and(get()).and(ask(app)).then(collaborator::list).map(respond).boxed(),
        at!(Segment / "collaborators" / "invite")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(collaborator::invite)
            .map(respond)
            .boxed(),
        at!(Segment / "collaborators" / Segment / "accept")
            .and(post())
            .and(ask(app))
            .then(collaborator::accept)
            .map(respond)
            .boxed(),
        at!(Segment / "collaborators" / Segment / "reject")
            .and(post())
            .and(ask(app))
            .then(collaborator::reject)
            .map(respond)
            .boxed(),
        at!(Segment / "collaborators" / Segment)
            .and(delete())
            .and(ask(app))
            .then(collaborator::remove)
            .map(respond)
            .boxed(),
    ]
}

/// Channels elsewhere.
fn channel_syncs(app: &App) -> Vec<Route> {
    vec![
        at!().and(post()).and(ask(app)).and(body()).then(channel_sync::create).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(channel_sync::delete).map(respond).boxed(),
        at!(Segment / "sync").and(post()).and(ask(app)).then(channel_sync::look).map(respond).boxed(),
    ]
}

fn videos(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(video_list::all).map(respond).boxed(),
        at!("upload-resumable").and(one_of(resumable(app))).boxed(),
        at!("upload").and(post()).and(ask(app)).and(body()).then(upload::single).map(respond).boxed(),
        one_of(imports(app)),
        one_of(ownerships(app)),
        at!("comments").and(get()).and(ask(app)).then(comment::of_instance).map(respond).boxed(),
        one_of(comments(app)),
        at!("blacklist").and(get()).and(ask(app)).then(block::list).map(respond).boxed(),
        one_of(blocks(app)),
        at!(Segment / "recommendations")
            .and(get())
            .and(ask(app))
            .then(recommendation::list)
            .map(respond)
            .boxed(),
        at!("categories").and(get()).then(video::categories).map(respond).boxed(),
        at!("licences").and(get()).then(video::licences).map(respond).boxed(),
        at!("languages").and(get()).then(video::languages).map(respond).boxed(),
        at!("privacies").and(get()).then(video::privacies).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(video::details).map(respond).boxed(),
        at!(Segment).and(put()).and(ask(app)).and(body()).then(video::update).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(video::delete).map(respond).boxed(),
        at!(Segment / "description").and(get()).and(ask(app)).then(video::description).map(respond).boxed(),
        one_of(time_line(app)),
        one_of(makers(app)),
        at!(Segment / "storyboards").and(get()).and(ask(app)).then(video::storyboards).map(respond).boxed(),
        at!(Segment / "source").and(get()).and(ask(app)).then(video::source).map(respond).boxed(),
        one_of(sources(app)),
        one_of(renditions(app)),
        at!(Segment / "metadata" / Segment)
            .and(get())
            .and(ask(app))
            .then(video::metadata)
            .map(respond)
            .boxed(),
        at!(Segment / "token").and(post()).and(ask(app)).then(video::token).map(respond).boxed(),
        at!(Segment / "rate").and(put()).and(ask(app)).and(body()).then(rating::rate).map(respond).boxed(),
        at!(Segment / "views").and(post()).and(ask(app)).and(body()).then(watch::view).map(respond).boxed(),
        at!(Segment / "watching")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(watch::watching)
            .map(respond)
            .boxed(),
    ]
}

fn instance_follows(app: &App) -> Vec<Route> {
    vec![
        at!("following").and(get()).and(ask(app)).then(server_follow::following).map(respond).boxed(),
        at!("following").and(post()).and(ask(app)).and(body()).then(server_follow::add).map(respond).boxed(),
        at!("following" / "failures").and(get()).and(ask(app)).then(failed_follow::list).map(respond).boxed(),
        at!("following" / "failures" / Segment)
            .and(delete())
            .and(ask(app))
            .then(failed_follow::dismiss)
            .map(respond)
            .boxed(),
        at!("following" / Segment)
            .and(delete())
            .and(ask(app))
            .then(server_follow::remove)
            .map(respond)
            .boxed(),
        at!("followers").and(get()).and(ask(app)).then(server_follow::followers).map(respond).boxed(),
        at!("followers" / Segment / "accept")
            .and(post())
            .and(ask(app))
            .then(server_follow::accept)
            .map(respond)
            .boxed(),
        at!("followers" / Segment / "reject")
            .and(post())
            .and(ask(app))
            .then(server_follow::reject)
            .map(respond)
            .boxed(),
        at!("followers" / Segment)
            .and(delete())
            .and(ask(app))
            .then(server_follow::remove_follower)
            .map(respond)
            .boxed(),
        at!("redundancy" / "videos").and(get()).and(ask(app)).then(redundancy::list).map(respond).boxed(),
        at!("redundancy" / "videos")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(redundancy::add)
            .map(respond)
            .boxed(),
        at!("redundancy" / "videos" / Segment)
            .and(delete())
            .and(ask(app))
            .then(redundancy::remove)
            .map(respond)
            .boxed(),
        at!("redundancy" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(redundancy::allow)
            .map(respond)
            .boxed(),
    ]
}

/// Why something did not arrive.
fn explanations(app: &App) -> Vec<Route> {
    vec![
        at!("servers").and(get()).and(ask(app)).then(explain::servers).map(respond).boxed(),
        at!("servers" / Segment / "try").and(post()).and(ask(app)).then(explain::hurry).map(respond).boxed(),
        at!("explain").and(get()).and(ask(app)).then(explain::explain).map(respond).boxed(),
        at!("explain" / Segment).and(get()).and(ask(app)).then(explain::list).map(respond).boxed(),
    ]
}

fn subscriptions(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(subscription::list).map(respond).boxed(),
        at!().and(post()).and(ask(app)).and(body()).then(subscription::add).map(respond).boxed(),
        at!("exist").and(get()).and(ask(app)).then(subscription::exist).map(respond).boxed(),
        at!("videos").and(get()).and(ask(app)).then(subscription::videos).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(subscription::show).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(subscription::remove).map(respond).boxed(),
    ]
}

fn notifications(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(notification::list).map(respond).boxed(),
        at!("read").and(post()).and(ask(app)).and(body()).then(notification::read).map(respond).boxed(),
        at!("read-all").and(post()).and(ask(app)).then(notification::read_all).map(respond).boxed(),
        at!("socket")
            .and(get())
            .and(ask(app))
            .and(warp::ext::optional())
            .then(notification::socket)
            .map(respond)
            .boxed(),
    ]
}

fn histories(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(history::list).map(respond).boxed(),
        at!("remove").and(post()).and(ask(app)).and(body()).then(history::clear).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(history::remove).map(respond).boxed(),
    ]
}

fn abuses(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(abuse::list).map(respond).boxed(),
        at!().and(post()).and(ask(app)).and(body()).then(abuse::make).map(respond).boxed(),
        at!(Segment).and(put()).and(ask(app)).and(body()).then(abuse::judge).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(abuse::remove).map(respond).boxed(),
        at!(Segment / "messages").and(get()).and(ask(app)).then(abuse::messages).map(respond).boxed(),
        at!(Segment / "messages").and(post()).and(ask(app)).and(body()).then(abuse::say).map(respond).boxed(),
        at!(Segment / "messages" / Segment)
            .and(delete())
            .and(ask(app))
            .then(abuse::remove_message)
            .map(respond)
            .boxed(),
    ]
}

fn own_mutes(app: &App) -> Vec<Route> {
    vec![
        at!("accounts").and(get()).and(ask(app)).then(mute::own_accounts).map(respond).boxed(),
        at!("accounts")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(mute::mute_own_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment)
            .and(delete())
            .and(ask(app))
            .then(mute::hear_own_account)
            .map(respond)
            .boxed(),
        at!("servers").and(get()).and(ask(app)).then(mute::own_servers).map(respond).boxed(),
        at!("servers").and(post()).and(ask(app)).and(body()).then(mute::mute_own_server).map(respond).boxed(),
        at!("servers" / Segment).and(delete()).and(ask(app)).then(mute::hear_own_server).map(respond).boxed(),
    ]
}

fn instance_mutes(app: &App) -> Vec<Route> {
    vec![
        at!("accounts").and(get()).and(ask(app)).then(mute::instance_accounts).map(respond).boxed(),
        at!("accounts")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(mute::mute_instance_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment)
            .and(delete())
            .and(ask(app))
            .then(mute::hear_instance_account)
            .map(respond)
            .boxed(),
        at!("servers").and(get()).and(ask(app)).then(mute::instance_servers).map(respond).boxed(),
        at!("servers")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(mute::mute_instance_server)
            .map(respond)
            .boxed(),
        at!("servers" / Segment)
            .and(delete())
            .and(ask(app))
            .then(mute::hear_instance_server)
            .map(respond)
            .boxed(),
        at!("subscriptions").and(get()).and(ask(app)).then(blocklist::subscriptions).map(respond).boxed(),
        at!("subscriptions")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(blocklist::subscribe)
            .map(respond)
            .boxed(),
        at!("subscriptions" / Segment)
            .and(delete())
            .and(ask(app))
            .then(blocklist::unsubscribe)
            .map(respond)
            .boxed(),
        at!("public-log").and(get()).and(ask(app)).then(blocklist::public_log).map(respond).boxed(),
    ]
}

fn watched_words(app: &App) -> Vec<Route> {
    vec![
        at!("accounts" / Segment / "lists")
            .and(get())
            .and(ask(app))
            .then(words::of_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "lists")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(words::make_for_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "lists" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(words::change_of_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "lists" / Segment)
            .and(delete())
            .and(ask(app))
            .then(words::remove_of_account)
            .map(respond)
            .boxed(),
        at!("server" / "lists").and(get()).and(ask(app)).then(words::of_instance).map(respond).boxed(),
        at!("server" / "lists")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(words::make_for_instance)
            .map(respond)
            .boxed(),
        at!("server" / "lists" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(words::change_of_instance)
            .map(respond)
            .boxed(),
        at!("server" / "lists" / Segment)
            .and(delete())
            .and(ask(app))
            .then(words::remove_of_instance)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "subscriptions")
            .and(get())
            .and(ask(app))
            .then(word_subscription::of_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "subscriptions")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(word_subscription::subscribe_account)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "subscriptions" / Segment)
            .and(delete())
            .and(ask(app))
            .then(word_subscription::unsubscribe_account)
            .map(respond)
            .boxed(),
        at!("server" / "subscriptions")
            .and(get())
            .and(ask(app))
            .then(word_subscription::of_instance)
            .map(respond)
            .boxed(),
        at!("server" / "subscriptions")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(word_subscription::subscribe_instance)
            .map(respond)
            .boxed(),
        at!("server" / "subscriptions" / Segment)
            .and(delete())
            .and(ask(app))
            .then(word_subscription::unsubscribe_instance)
            .map(respond)
            .boxed(),
    ]
}

fn automatic_tags(app: &App) -> Vec<Route> {
    vec![
        at!("policies" / "accounts" / Segment / "comments")
            .and(get())
            .and(ask(app))
            .then(words::policies)
            .map(respond)
            .boxed(),
        at!("policies" / "accounts" / Segment / "comments")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(words::set_policies)
            .map(respond)
            .boxed(),
        at!("accounts" / Segment / "available")
            .and(get())
            .and(ask(app))
            .then(words::available_to_account)
            .map(respond)
            .boxed(),
        at!("server" / "available")
            .and(get())
            .and(ask(app))
            .then(words::available_to_instance)
            .map(respond)
            .boxed(),
    ]
}

fn queue(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(jobs::all).map(respond).boxed(),
        at!("pause").and(post()).and(ask(app)).then(jobs::pause).map(respond).boxed(),
        at!("resume").and(post()).and(ask(app)).then(jobs::resume).map(respond).boxed(),
        at!(Segment / "retry").and(post()).and(ask(app)).then(jobs::retry).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(jobs::of_state).map(respond).boxed(),
    ]
}

fn blocks(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "blacklist")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(block::block)
            .map(respond)
            .boxed(),
        at!(Segment / "blacklist")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(block::change)
            .map(respond)
            .boxed(),
        at!(Segment / "blacklist").and(delete()).and(ask(app)).then(block::unblock).map(respond).boxed(),
    ]
}

fn comments(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "comment-threads").and(get()).and(ask(app)).then(comment::threads).map(respond).boxed(),
        at!(Segment / "comment-threads")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(comment::begin)
            .map(respond)
            .boxed(),
        at!(Segment / "comment-threads" / Segment)
            .and(get())
            .and(ask(app))
            .then(comment::thread)
            .map(respond)
            .boxed(),
        at!(Segment / "comments" / Segment)
            .and(post())
            .and(ask(app))
            .and(body())
            .then(comment::reply)
            .map(respond)
            .boxed(),
        at!(Segment / "comments" / Segment)
            .and(delete())
            .and(ask(app))
            .then(comment::remove)
            .map(respond)
            .boxed(),
        at!(Segment / "comments" / Segment / "replies")
            .and(get())
            .and(ask(app))
            .then(comment::replies)
            .map(respond)
            .boxed(),
        at!(Segment / "comments" / Segment / "approve")
            .and(post())
            .and(ask(app))
            .then(comment::approve)
            .map(respond)
            .boxed(),
    ]
}

/// What belongs to a video's time line.
fn time_line(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "captions").and(get()).and(ask(app)).then(parts::captions).map(respond).boxed(),
        at!(Segment / "captions" / "generate")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(parts::generate_captions)
            .map(respond)
            .boxed(),
        at!(Segment / "captions" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(parts::put_caption)
            .map(respond)
            .boxed(),
        at!(Segment / "captions" / Segment)
            .and(delete())
            .and(ask(app))
            .then(parts::delete_caption)
            .map(respond)
            .boxed(),
        at!(Segment / "chapters").and(get()).and(ask(app)).then(parts::chapters).map(respond).boxed(),
        at!(Segment / "chapters")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(parts::put_chapters)
            .map(respond)
            .boxed(),
    ]
}

/// Videos that change hands.
fn ownerships(app: &App) -> Vec<Route> {
    vec![
        at!("ownership").and(get()).and(ask(app)).then(ownership::list).map(respond).boxed(),
        at!("ownership" / Segment / "accept")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(ownership::accept)
            .map(respond)
            .boxed(),
        at!("ownership" / Segment / "refuse")
            .and(post())
            .and(ask(app))
            .then(ownership::refuse)
            .map(respond)
            .boxed(),
        at!(Segment / "give-ownership")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(ownership::give)
            .map(respond)
            .boxed(),
    ]
}

/// The file a video came as, and another in its place.
fn sources(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "source" / "file")
            .and(delete())
            .and(ask(app))
            .then(video::delete_source)
            .map(respond)
            .boxed(),
        at!(Segment / "source" / "replace-resumable")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(upload::begin_replacement)
            .map(respond)
            .boxed(),
        at!(Segment / "source" / "replace-resumable")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(upload::proceed_replacement)
            .map(respond)
            .boxed(),
        at!(Segment / "source" / "replace-resumable")
            .and(delete())
            .and(ask(app))
            .then(upload::cancel_replacement)
            .map(respond)
            .boxed(),
    ]
}

/// Videos from elsewhere.
fn imports(app: &App) -> Vec<Route> {
    vec![
        at!("imports").and(post()).and(ask(app)).and(body()).then(import::ask_for).map(respond).boxed(),
        at!("imports" / Segment / "cancel")
            .and(post())
            .and(ask(app))
            .then(import::cancel)
            .map(respond)
            .boxed(),
        at!("imports" / Segment / "retry").and(post()).and(ask(app)).then(import::retry).map(respond).boxed(),
        at!("imports" / Segment).and(delete()).and(ask(app)).then(import::delete).map(respond).boxed(),
    ]
}

/// Single qualities of a video.
fn renditions(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "hls").and(delete()).and(ask(app)).then(rendition::delete_stream).map(respond).boxed(),
        at!(Segment / "hls" / Segment)
            .and(delete())
            .and(ask(app))
            .then(rendition::delete_file)
            .map(respond)
            .boxed(),
        at!(Segment / "web-videos")
            .and(delete())
            .and(ask(app))
            .then(rendition::delete_web_videos)
            .map(respond)
            .boxed(),
        at!(Segment / "web-videos" / Segment)
            .and(delete())
            .and(ask(app))
            .then(rendition::delete_web_video)
            .map(respond)
            .boxed(),
        at!(Segment / "transcoding")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(rendition::transcode)
            .map(respond)
            .boxed(),
    ]
}

/// How players look.
fn player_settings(app: &App) -> Vec<Route> {
    vec![
        at!("videos" / Segment).and(get()).and(ask(app)).then(player::of_a_video).map(respond).boxed(),
        at!("videos" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(player::decide_of_a_video)
            .map(respond)
            .boxed(),
        at!("video-channels" / Segment)
            .and(get())
            .and(ask(app))
            .then(player::of_a_channel)
            .map(respond)
            .boxed(),
        at!("video-channels" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(player::decide_of_a_channel)
            .map(respond)
            .boxed(),
    ]
}

/// What only those use who make videos.
fn makers(app: &App) -> Vec<Route> {
    vec![
        at!(Segment / "embed-privacy").and(get()).and(ask(app)).then(embed::show).map(respond).boxed(),
        at!(Segment / "embed-privacy")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(embed::decide)
            .map(respond)
            .boxed(),
        at!(Segment / "embed-privacy" / "allowed")
            .and(get())
            .and(ask(app))
            .then(embed::allowed)
            .map(respond)
            .boxed(),
        at!(Segment / "passwords").and(get()).and(ask(app)).then(password::list).map(respond).boxed(),
        at!(Segment / "passwords")
            .and(put())
            .and(ask(app))
            .and(body())
            .then(password::replace)
            .map(respond)
            .boxed(),
        at!(Segment / "passwords")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(password::add)
            .map(respond)
            .boxed(),
        at!(Segment / "passwords" / Segment)
            .and(delete())
            .and(ask(app))
            .then(password::remove)
            .map(respond)
            .boxed(),
        at!(Segment / "stats" / "overall")
            .and(get())
            .and(ask(app))
            .then(statistics::overall)
            .map(respond)
            .boxed(),
        at!(Segment / "stats" / "user-agent")
            .and(get())
            .and(ask(app))
            .then(statistics::agents)
            .map(respond)
            .boxed(),
        at!(Segment / "stats" / "retention")
            .and(get())
            .and(ask(app))
            .then(statistics::retention)
            .map(respond)
            .boxed(),
        at!(Segment / "stats" / "timeseries" / Segment)
            .and(get())
            .and(ask(app))
            .then(statistics::series)
            .map(respond)
            .boxed(),
    ]
}

fn resumable(app: &App) -> Vec<Route> {
    vec![
        post().and(ask(app)).and(body()).then(upload::begin).map(respond).boxed(),
        put().and(ask(app)).and(body()).then(upload::proceed).map(respond).boxed(),
        delete().and(ask(app)).then(upload::cancel).map(respond).boxed(),
    ]
}

/// Lists of videos that people made.
fn playlists(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(playlist::list).map(respond).boxed(),
        at!().and(post()).and(ask(app)).and(body()).then(playlist::create).map(respond).boxed(),
        at!("privacies").and(get()).then(playlist::privacies).map(respond).boxed(),
        at!(Segment).and(get()).and(ask(app)).then(playlist::show).map(respond).boxed(),
        at!(Segment).and(put()).and(ask(app)).and(body()).then(playlist::update).map(respond).boxed(),
        at!(Segment).and(delete()).and(ask(app)).then(playlist::delete).map(respond).boxed(),
        at!(Segment / "videos").and(get()).and(ask(app)).then(playlist::elements).map(respond).boxed(),
        at!(Segment / "videos")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(playlist::add)
            .map(respond)
            .boxed(),
        at!(Segment / "videos" / "reorder")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(playlist::reorder)
            .map(respond)
            .boxed(),
        at!(Segment / "videos" / Segment)
            .and(put())
            .and(ask(app))
            .and(body())
            .then(playlist::change)
            .map(respond)
            .boxed(),
        at!(Segment / "videos" / Segment)
            .and(delete())
            .and(ask(app))
            .then(playlist::remove)
            .map(respond)
            .boxed(),
    ]
}

fn config(app: &App) -> Vec<Route> {
    vec![
        at!().and(get()).and(ask(app)).then(instance::config).map(respond).boxed(),
        at!("about").and(get()).and(ask(app)).then(instance::about).map(respond).boxed(),
        at!("custom").and(get()).and(ask(app)).then(custom::show).map(respond).boxed(),
        at!("custom").and(put()).and(ask(app)).and(body()).then(custom::update).map(respond).boxed(),
        at!("custom").and(delete()).and(ask(app)).then(custom::delete).map(respond).boxed(),
        at!("instance-avatar" / "pick")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(site::pick_avatar)
            .map(respond)
            .boxed(),
        at!("instance-avatar").and(delete()).and(ask(app)).then(site::delete_avatar).map(respond).boxed(),
        at!("instance-logo" / Segment / "pick")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(site::pick_logo)
            .map(respond)
            .boxed(),
        at!("instance-logo" / Segment)
            .and(delete())
            .and(ask(app))
            .then(site::delete_logo)
            .map(respond)
            .boxed(),
        at!("instance-banner" / "pick")
            .and(post())
            .and(ask(app))
            .and(body())
            .then(site::pick_banner)
            .map(respond)
            .boxed(),
        at!("instance-banner").and(delete()).and(ask(app)).then(site::delete_banner).map(respond).boxed(),
    ]
}

/// The first of these routes that takes the request.
fn one_of(routes: Vec<Route>) -> Route {
    let none =
        warp::any().and_then(|| async { Err::<Response, Rejection>(warp::reject::not_found()) }).boxed();
    routes.into_iter().rev().fold(none, |rest, route| route.or(rest).unify().boxed())
}

/// No route took the request. PeerTube answers an unknown route of its API with 400 and no body; 404 says what is
/// wrong, and no client that handles the one chokes on the other.
async fn nothing_here(rejection: Rejection) -> Result<Response, std::convert::Infallible> {
    let failure = if rejection.find::<warp::reject::MethodNotAllowed>().is_some() {
        Failure::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not take this method")
    } else {
        Failure::not_found("There is nothing at this address")
    };
    Ok(respond(Err(failure)))
}
