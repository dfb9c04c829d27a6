//! Addresses of pages, as PeerTube names them.
//!
//! Owns the parse and the print of every address the app draws itself. Never navigates. The surprise is that several
//! old spellings lead to one route: links to them are all over the web.

use std::fmt;

use crate::desk::Desk;
use crate::library_route::Library;
use crate::people_route::PeoplePage;
use crate::site_route::SitePage;
use crate::text::addresses::{decode, encode, query_value};
use crate::text::durations::parse_moment;

/// A page.
#[derive(Clone, PartialEq, Debug)]
pub enum Route {
    /// The lists of videos.
    Browse(Shelf),
    /// What was found: the query behind the question mark.
    Search(String),
    /// One video.
    Watch {
        /// Number, UUID or short UUID.
        video: String,
        /// Seconds to start at.
        start: Option<u32>,
        /// Seconds to stop at.
        stop: Option<u32>,
        /// The comment whose thread is wanted.
        thread: Option<u64>,
    },
    /// A list of videos, one after the other.
    Play {
        /// Number, UUID or short UUID.
        list: String,
        /// Which of them, from 1 on.
        position: Option<u32>,
    },
    /// The lists of a channel.
    ChannelPlaylists(String),
    /// The lists of an account.
    AccountPlaylists(String),
    /// Where one keeps lists of videos.
    Library(Library),
    /// Publish something.
    Upload,
    /// What the signed-in person published.
    Mine,
    /// Change what is said about a video.
    Edit(String),
    /// What was watched of a video.
    Statistics(String),
    /// Sign in, then go to another page of this instance.
    Login {
        /// Path and query of that page.
        next: Option<String>,
    },
    /// A channel by its handle.
    Channel(String),
    /// What a channel says of itself.
    ChannelAbout(String),
    /// An account by its handle.
    Account(String),
    /// The channels of an account.
    AccountChannels(String),
    /// What an account says of itself.
    AccountAbout(String),
    /// New videos of what the signed-in person subscribed to.
    Subscriptions,
    /// The channels they subscribed to.
    Follows,
    /// What they watched.
    History,
    /// What they were told.
    News,
    /// One of people and their settings.
    People(PeoplePage),
    /// Where order is kept.
    Order(Desk),
    /// What this instance is.
    About,
    /// Writing to who keeps it.
    Contact,
    /// The page that administrators wrote.
    Home,
    /// The instance itself, for administrators.
    Site(SitePage),
    /// No page of ours.
    NotFound,
}

/// Which list of videos.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Shelf {
    /// Newest first.
    #[default]
    Recent,
    /// What people watch these days.
    Trending,
    /// Newest first, of this instance alone.
    Local,
}

/// How the videos of a channel or an account are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Order {
    /// Last published first.
    #[default]
    Newest,
    /// First published first.
    Oldest,
    /// Most often viewed first.
    Viewed,
    /// Most liked first.
    Liked,
}

impl Order {
    /// All of them, in the order of the page.
    pub const ALL: [Order; 4] = [Order::Newest, Order::Oldest, Order::Viewed, Order::Liked];

    /// What `sort` in a page's query asks for.
    pub fn of(query: &str) -> Order {
        let sort = query_value(query.strip_prefix('?').unwrap_or(query), "sort").unwrap_or_default();
        Order::ALL.into_iter().find(|order| order.sort() == sort).unwrap_or_default()
    }

    /// The value of `sort`, for the page and the API alike.
    pub fn sort(self) -> &'static str {
        match self {
            Order::Newest => "-publishedAt",
            Order::Oldest => "publishedAt",
            Order::Viewed => "-views",
            Order::Liked => "-likes",
        }
    }
}

impl Route {
    /// Reads a path and a query (with or without its question mark).
    pub fn parse(path: &str, query: &str) -> Route {
        let query = query.strip_prefix('?').unwrap_or(query);
        let parts: Vec<String> = path.split('/').filter(|part| !part.is_empty()).map(decode).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match *parts.as_slice() {
            [] | ["videos"] | ["videos", "browse" | "overview"] => Route::Browse(Shelf::of(query)),
            ["videos", "recently-added"] => Route::Browse(Shelf::Recent),
            ["videos", "trending" | "most-liked"] => Route::Browse(Shelf::Trending),
            ["videos", "local"] => Route::Browse(Shelf::Local),
            ["videos", "upload"] | ["videos", "publish"] => Route::Upload,
            ["videos", "subscriptions"] => Route::Subscriptions,
            ["search"] => Route::Search(query.to_owned()),
            ["w", video] | ["videos", "watch", video] => {
                let (video, matrix) = video.split_once(';').unwrap_or((video, ""));
                Route::Watch {
                    video: video.to_owned(),
                    start: query_value(query, "start").as_deref().and_then(parse_moment),
                    stop: query_value(query, "stop").as_deref().and_then(parse_moment),
                    thread: matrix.strip_prefix("threadId=").and_then(|thread| thread.parse().ok()),
                }
            }
            ["w", "p", list] | ["videos", "watch", "playlist", list] => Route::Play {
                list: list.to_owned(),
                position: query_value(query, "playlistPosition").and_then(|number| number.parse().ok()),
            },
            ["videos", "update", video] | ["videos", "manage", video, ..] => Route::Edit(video.to_owned()),
            ["stats", "videos", video] => Route::Statistics(video.to_owned()),
            ["my-library"] | ["my-library", "videos"] => Route::Mine,
            ["my-library", "subscriptions"] => Route::Follows,
            ["my-library", "history"] | ["my-library", "history", "videos"] => Route::History,
            ["my-account", "notifications"] => Route::News,
            ["login"] => Route::Login { next: query_value(query, "next").filter(|next| is_inside(next)) },
            ["c" | "video-channels", channel] | ["c" | "video-channels", channel, "videos"] => {
                Route::Channel(channel.to_owned())
            }
            ["c" | "video-channels", channel, "video-playlists"] => {
                Route::ChannelPlaylists(channel.to_owned())
            }
            ["c" | "video-channels", channel, "about"] => Route::ChannelAbout(channel.to_owned()),
            ["a" | "accounts", account] | ["a" | "accounts", account, "videos"] => {
                Route::Account(account.to_owned())
            }
            ["a" | "accounts", account, "video-channels"] => Route::AccountChannels(account.to_owned()),
            ["a" | "accounts", account, "video-playlists"] => Route::AccountPlaylists(account.to_owned()),
            ["a" | "accounts", account, "about"] => Route::AccountAbout(account.to_owned()),
            ["about"] | ["about", "peertube"] | ["about", "instance", ..] => Route::About,
            ["about", "contact"] => Route::Contact,
            ["home"] => Route::Home,
            [handle] if handle.starts_with('@') => Route::Account(handle.trim_start_matches('@').to_owned()),
            _ => PeoplePage::parse(&parts, query)
                .map(Route::People)
                .or_else(|| Library::parse(&parts).map(Route::Library))
                .or_else(|| Desk::at(path).map(Route::Order))
                .or_else(|| SitePage::at(path).map(Route::Site))
                .unwrap_or(Route::NotFound),
        }
    }

    /// Where to go after signing in from here: back, unless nobody misses this page.
    pub fn after_login(&self) -> Option<String> {
        match self {
            Route::Login { next } => next.clone(),
            Route::Browse(Shelf::Recent) | Route::NotFound => None,
            Route::People(page) => page.is_missed().then(|| page.to_string()),
            Route::Browse(_)
            | Route::Search(_)
            | Route::Play { .. }
            | Route::ChannelPlaylists(_)
            | Route::AccountPlaylists(_)
            | Route::Library(_)
            | Route::Watch { .. }
            | Route::Upload
            | Route::Mine
            | Route::Edit(_)
            | Route::Statistics(_)
            | Route::Channel(_)
            | Route::ChannelAbout(_)
            | Route::Account(_)
            | Route::AccountChannels(_)
            | Route::AccountAbout(_)
            | Route::Subscriptions
            | Route::Follows
            | Route::History
            | Route::News
            | Route::Order(_)
            | Route::About
            | Route::Contact
            | Route::Home
            | Route::Site(_) => Some(self.to_string()),
        }
    }

    /// Whether the studio draws it.
    pub fn is_studio(&self) -> bool {
        matches!(
            self,
            Route::Upload
                | Route::Mine
                | Route::Edit(_)
                | Route::Statistics(_)
                | Route::Follows
                | Route::History
                | Route::News
                | Route::People(_)
                | Route::Order(_)
                | Route::Library(_)
                | Route::Site(_)
        )
    }

    /// The page of a video.
    pub fn watch(video: &str) -> Route {
        Route::Watch { video: video.to_owned(), start: None, stop: None, thread: None }
    }

    /// What is found by words.
    pub fn search(words: &str) -> Route {
        Route::Search(format!("search={}", encode(words)))
    }

    /// The page of a video, with one of its threads.
    pub fn thread(video: &str, thread: u64) -> Route {
        Route::Watch { video: video.to_owned(), start: None, stop: None, thread: Some(thread) }
    }
}

/// Whether an address stays on this instance: anything else in `next` would make the login page send people, fresh
/// from typing their password, to whoever wrote the link.
fn is_inside(address: &str) -> bool {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !matches!(Route::parse(path, query), Route::NotFound | Route::Login { .. })
}

impl Shelf {
    fn of(query: &str) -> Shelf {
        let trending = |sort: String| matches!(sort.as_str(), "-trending" | "-hot" | "-best" | "-views");
        if query_value(query, "scope").as_deref() == Some("local") {
            Shelf::Local
        } else if query_value(query, "sort").is_some_and(trending) {
            Shelf::Trending
        } else {
            Shelf::Recent
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Route::Browse(Shelf::Recent) => f.write_str("/videos/browse"),
            Route::Browse(Shelf::Trending) => f.write_str("/videos/browse?sort=-trending"),
            Route::Browse(Shelf::Local) => f.write_str("/videos/browse?scope=local"),
            Route::Search(query) if query.is_empty() => f.write_str("/search"),
            Route::Search(query) => write!(f, "/search?{query}"),
            Route::Watch { video, start, stop, thread } => {
                write!(f, "/w/{}", encode(video))?;
                if let Some(thread) = thread {
                    write!(f, ";threadId={thread}")?;
                }
                match (start, stop) {
                    (None, None) => Ok(()),
                    (Some(start), None) => write!(f, "?start={start}s"),
                    (None, Some(stop)) => write!(f, "?stop={stop}s"),
                    (Some(start), Some(stop)) => write!(f, "?start={start}s&stop={stop}s"),
                }
            }
            Route::Play { list, position: None } => write!(f, "/w/p/{}", encode(list)),
            Route::Play { list, position: Some(position) } => {
                write!(f, "/w/p/{}?playlistPosition={position}", encode(list))
            }
            Route::ChannelPlaylists(channel) => write!(f, "/c/{}/video-playlists", encode(channel)),
            Route::AccountPlaylists(account) => write!(f, "/a/{}/video-playlists", encode(account)),
            Route::Library(page) => page.fmt(f),
            Route::Upload => f.write_str("/videos/upload"),
            Route::Mine => f.write_str("/my-library/videos"),
            Route::Edit(video) => write!(f, "/videos/update/{}", encode(video)),
            Route::Statistics(video) => write!(f, "/stats/videos/{}", encode(video)),
            Route::Login { next: None } => f.write_str("/login"),
            Route::Login { next: Some(next) } => write!(f, "/login?next={}", encode(next)),
            Route::Channel(channel) => write!(f, "/c/{}", encode(channel)),
            Route::ChannelAbout(channel) => write!(f, "/c/{}/about", encode(channel)),
            Route::Account(account) => write!(f, "/a/{}", encode(account)),
            Route::AccountChannels(account) => write!(f, "/a/{}/video-channels", encode(account)),
            Route::AccountAbout(account) => write!(f, "/a/{}/about", encode(account)),
            Route::Subscriptions => f.write_str("/videos/subscriptions"),
            Route::Follows => f.write_str("/my-library/subscriptions"),
            Route::History => f.write_str("/my-library/history/videos"),
            Route::News => f.write_str("/my-account/notifications"),
            Route::People(page) => page.fmt(f),
            Route::Order(desk) => f.write_str(desk.path()),
            Route::About => f.write_str("/about"),
            Route::Contact => f.write_str("/about/contact"),
            Route::Home => f.write_str("/home"),
            Route::Site(page) => f.write_str(page.path()),
            Route::NotFound => f.write_str("/404"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Route {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        Route::parse(path, query)
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for route in [
            Route::Browse(Shelf::Recent),
            Route::Browse(Shelf::Trending),
            Route::Browse(Shelf::Local),
            Route::Search(String::new()),
            Route::Search("search=big%20buck&sort=-views".into()),
            Route::watch("rrBjcMzUHp9vw19EDscPnD"),
            Route::Watch { video: "12".into(), start: Some(62), stop: None, thread: None },
            Route::Watch { video: "12".into(), start: Some(62), stop: Some(70), thread: None },
            Route::Watch { video: "12".into(), start: None, stop: Some(70), thread: Some(7) },
            Route::thread("rrBjcMzUHp9vw19EDscPnD", 7),
            Route::Play { list: "rrBjcMzUHp9vw19EDscPnD".into(), position: None },
            Route::Play { list: "3".into(), position: Some(2) },
            Route::ChannelPlaylists("alice_films".into()),
            Route::AccountPlaylists("alice".into()),
            Route::Library(Library::Lists),
            Route::Library(Library::New),
            Route::Library(Library::Edit("3".into())),
            Route::Library(Library::Videos("3".into())),
            Route::Library(Library::Order("tide".into())),
            Route::Upload,
            Route::Mine,
            Route::Edit("rrBjcMzUHp9vw19EDscPnD".into()),
            Route::Statistics("rrBjcMzUHp9vw19EDscPnD".into()),
            Route::Login { next: None },
            Route::Login { next: Some("/w/12?start=3s".into()) },
            Route::Channel("alice_films".into()),
            Route::Channel("alice@films.example:9001".into()),
            Route::ChannelAbout("alice_films".into()),
            Route::Account("alice".into()),
            Route::AccountChannels("alice".into()),
            Route::AccountAbout("alice".into()),
            Route::Subscriptions,
            Route::Follows,
            Route::History,
            Route::News,
            Route::Order(Desk::Abuses),
            Route::About,
            Route::Contact,
            Route::Home,
            Route::Site(SitePage::Information),
            Route::Site(SitePage::Statistics),
            Route::NotFound,
        ] {
            assert_eq!(parse(&route.to_string()), route, "{route}");
        }
    }

    #[test]
    fn old_and_long_spellings_lead_to_the_same_pages() {
        let uuid = "ce07d2dc-d37f-4a15-8d02-89251c07337b";
        assert_eq!(parse(&format!("/videos/watch/{uuid}")), Route::watch(uuid));
        assert_eq!(parse(&format!("/w/{uuid}/")), Route::watch(uuid));
        assert_eq!(parse("/"), Route::Browse(Shelf::Recent));
        assert_eq!(parse("/videos/trending"), Route::Browse(Shelf::Trending));
        assert_eq!(parse("/videos/local"), Route::Browse(Shelf::Local));
        assert_eq!(parse("/videos/browse?scope=local&sort=-publishedAt"), Route::Browse(Shelf::Local));
        assert_eq!(parse("/video-channels/films/videos"), Route::Channel("films".into()));
        assert_eq!(parse("/@alice"), Route::Account("alice".into()));
        assert_eq!(parse("/accounts/alice/video-channels"), Route::AccountChannels("alice".into()));
        assert_eq!(parse("/my-library/history"), Route::History);
        assert_eq!(parse("/w/12;threadId=later"), Route::watch("12"));
    }

    #[test]
    fn an_order_is_read_from_the_query() {
        for order in Order::ALL {
            assert_eq!(Order::of(&format!("?sort={}", order.sort())), order);
        }
        assert_eq!(Order::of("?sort=-colour"), Order::Newest);
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        let start = |address: &str| {
            let Route::Watch { start, .. } = parse(address) else { panic!("{address}") };
            start
        };
        assert_eq!(start("/w/12?start=1m2s"), Some(62));
        assert_eq!(start("/w/12?start=90"), Some(90));
        assert_eq!(start("/w/12?start=1:00:01"), Some(3601));
        assert_eq!(start("/w/12?start=soon"), None);
    }

    #[test]
    fn signing_in_never_leads_off_the_instance() {
        for next in
            ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/nowhere", "/login"]
        {
            let address = format!("/login?next={}", encode(next));
            assert_eq!(parse(&address), Route::Login { next: None }, "{next}");
        }
    }

    #[test]
    fn unknown_addresses_are_not_found() {
        for address in ["/nowhere", "/w", "/w/a/b", "/videos/watch", "/a", "/login/x"] {
            assert_eq!(parse(address), Route::NotFound, "{address}");
        }
    }
}
