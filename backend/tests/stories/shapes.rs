//! Every call that was captured from a PeerTube, asked of an instance of ours: the same names, the same types.

use std::collections::{BTreeMap, BTreeSet};

use crate::clips;
use crate::makers::{Maker, bob, captured, once, root, until};
use crate::profiles::png;
use crate::rig::{Instance, Part, instance};
use backend::store::Read;
use backend::store::records::{Job, JobKind};
use backend::store::tables::JobKey;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// Who asks.
#[derive(Clone, Copy)]
enum As {
    Anybody,
    Bob,
    Root,
}
use As::{Anybody, Bob, Root};

/// A capture, the same question put to us (`UUID` and `SHORT` stand for Root's film, `LIST` for a
/// list that holds it, and `HOST` for the instance), who
/// asks, and where the answers differ.
type Call = (&'static str, &'static str, As, &'static [Difference]);

/// A path at or below which (with `*`: a beginning of paths with which) the answers may differ, and why.
pub type Difference = (&'static str, &'static str);

const SHARING: Difference = (
    ".sharingInForce",
    "viewers learn who may meet whom and who decided it; PeerTube knows on and off alone",
);
const LATER: &str = "PeerTube 7 and 8 name it, 6.3 did not";
const OFFERS: &str = "offers of videos are news of ours";
const COMMENTS: Difference = (".data[].comments", LATER);
const PERSON: [Difference; 8] = [
    (".language", LATER),
    (".newFeaturesInfoRead", LATER),
    (".notificationSettings.videoOwnershipChange", OFFERS),
    (".nsfwFlagsBlurred", LATER),
    (".nsfwFlagsDisplayed", LATER),
    (".nsfwFlagsHidden", LATER),
    (".nsfwFlagsWarned", LATER),
    (".videoChannelCollaborations", LATER),
];
const PEOPLE: [Difference; 9] = [
    (".data[].language", LATER),
    (".data[].newFeaturesInfoRead", LATER),
    (".data[].notificationSettings.videoOwnershipChange", OFFERS),
    (".data[].nsfwFlagsBlurred", LATER),
    (".data[].nsfwFlagsDisplayed", LATER),
    (".data[].nsfwFlagsHidden", LATER),
    (".data[].nsfwFlagsWarned", LATER),
    (".data[].specialPlaylists", ONE_FORM),
    (".data[].videoChannelCollaborations", LATER),
];
const ONE_FORM: &str = "whoever reads a user reads one form of it: that of `users/me`";

const CALLS: &[Call] = &[
    ("abuses-admin", "abuses", Root, &[]),
    ("account", "accounts/root", Anybody, &[]),
    ("account-channels", "accounts/root/video-channels?withStats=true", Root, &[]),
    ("account-followers", "accounts/root/followers", Root, &[]),
    ("account-ratings", "accounts/bob/ratings", Bob, &[(".data[].video.comments", LATER)]),
    ("account-videos", "accounts/root/videos", Anybody, &[COMMENTS]),
    ("accounts", "accounts", Anybody, &[]),
    ("admin-comments", "videos/comments", Root, &[]),
    ("captions", "videos/UUID/captions", Anybody, &[(".data[].fileUrl", LATER), (".data[].m3u8Url", LATER)]),
    ("categories", "videos/categories", Anybody, &[]),
    ("chapters", "videos/UUID/chapters", Anybody, &[]),
    (
        "comment-thread",
        "videos/UUID/comment-threads/1",
        Anybody,
        &[
            (".children[].children[].totalChildren", LATER),
            (".children[].totalChildren", LATER),
            (".totalChildren", LATER),
        ],
    ),
    ("comment-threads", "videos/UUID/comment-threads", Anybody, &[]),
    (
        "comment-threads-sorted",
        "videos/UUID/comment-threads?sort=-totalReplies&start=0&count=10",
        Anybody,
        &[],
    ),
    (
        "config",
        "config",
        Anybody,
        &[
            (".defaults.player", LATER),
            (".instance.logo", LATER),
            (".search.captionSearch", LATER),
            (".instance.serverCountry", LATER),
            (".instance.social*", LATER),
            (".instance.support*", LATER),
            (".serverSoftware", "programs that care can tell a Shoal by it"),
            (".webrtc", "where the instance's own peer is met"),
        ],
    ),
    ("config-about", "config/about", Anybody, &[]),
    (
        "config-custom-admin",
        "config/custom",
        Root,
        &[
            (".blocklist", LATER),
            (".followers.channels*", LATER),
            (".search.captionSearch", LATER),
            (".defaults", LATER),
            (".p2p", "PeerTube sets who meets whom in its file alone"),
            (".videoChannels.maxCollaboratorsPerChannel", LATER),
            (".signup.filters*", "PeerTube sets from where people come in in its file alone"),
            (".instance.serverCountry", LATER),
            (".instance.social*", LATER),
            (".instance.support*", LATER),
            (".wizard", "whether somebody went through the first steps"),
        ],
    ),
    ("languages", "videos/languages", Anybody, &[]),
    ("licences", "videos/licences", Anybody, &[]),
    ("oauth-clients-local", "oauth-clients/local", Anybody, &[]),
    ("overviews-videos", "overviews/videos?page=1", Anybody, &[]),
    ("privacies", "videos/privacies", Anybody, &[]),
    ("registrations", "users/registrations", Root, &[]),
    ("search-channels", "search/video-channels?search=root", Anybody, &[]),
    (
        "search-playlists",
        "search/video-playlists?search=evenings",
        Anybody,
        &[(".data[].videoChannelPosition", LATER)],
    ),
    ("search-videos", "search/videos?search=film", Anybody, &[COMMENTS]),
    ("server-debug", "server/debug", Root, &[]),
    ("server-stats", "server/stats", Anybody, &[]),
    ("stats-overall", "videos/UUID/stats/overall", Root, &[]),
    ("stats-retention", "videos/UUID/stats/retention", Root, &[]),
    ("stats-timeseries", "videos/UUID/stats/timeseries/viewers", Root, &[]),
    ("storyboards", "videos/UUID/storyboards", Anybody, &[]),
    (
        "user-get-admin",
        "users/1?withStats=true",
        Root,
        &[
            (".notificationSettings", ONE_FORM),
            (".specialPlaylists", ONE_FORM),
            PERSON[0],
            PERSON[1],
            PERSON[3],
            PERSON[4],
            PERSON[5],
            PERSON[6],
            PERSON[7],
        ],
    ),
    ("users-list-admin", "users?start=0&count=10", Root, &PEOPLE),
    (
        "users-me",
        "users/me",
        Root,
        &[
            (".videoChannels[].ownerAccountId", LATER),
            PERSON[0],
            PERSON[1],
            PERSON[2],
            PERSON[3],
            PERSON[4],
            PERSON[5],
            PERSON[6],
            PERSON[7],
        ],
    ),
    ("users-me-abuses", "users/me/abuses", Bob, &[]),
    ("users-me-history", "users/me/history/videos", Bob, &[COMMENTS]),
    ("users-me-quota", "users/me/video-quota-used", Root, &[]),
    ("users-me-rating", "users/me/videos/UUID/rating", Bob, &[]),
    ("users-me-subscription-get", "users/me/subscriptions/root_channel@HOST", Bob, &[]),
    ("users-me-subscriptions", "users/me/subscriptions", Bob, &[]),
    (
        "users-me-subscriptions-exist",
        "users/me/subscriptions/exist?uris=root_channel@HOST&uris=foo@HOST",
        Bob,
        &[],
    ),
    (
        "users-me-subscriptions-videos",
        "users/me/subscriptions/videos",
        Bob,
        &[COMMENTS, (".data[].userHistory", "there once one watched, and one has")],
    ),
    ("users-me-videos", "users/me/videos?start=0&count=10", Root, &[COMMENTS]),
    (
        "users-me-videos-comments-held",
        "users/me/videos/comments?sort=-createdAt",
        Root,
        &[(".data[].account.userId", "the form of `videos/comments`, where it is")],
    ),
    ("users-scoped-tokens", "users/scoped-tokens", Root, &[]),
    ("video-channel", "video-channels/root_channel", Anybody, &[]),
    ("video-channel-followers", "video-channels/root_channel/followers", Root, &[]),
    ("video-channel-fullhandle", "video-channels/root_channel@HOST", Anybody, &[]),
    ("video-channel-videos", "video-channels/root_channel/videos", Anybody, &[COMMENTS]),
    ("video-channels", "video-channels?start=0&count=15", Anybody, &[]),
    ("video-description", "videos/UUID/description", Anybody, &[]),
    ("video-get", "videos/UUID", Anybody, &[(".comments", LATER), (".embedPrivacyPolicy", LATER), SHARING]),
    (
        "video-get-auth-owner",
        "videos/UUID",
        Root,
        &[(".comments", LATER), (".embedPrivacyPolicy", LATER), SHARING],
    ),
    (
        "video-get-short",
        "videos/SHORT",
        Anybody,
        &[(".comments", LATER), (".embedPrivacyPolicy", LATER), SHARING],
    ),
    ("video-playlist", "video-playlists/LIST", Anybody, &[(".videoChannelPosition", LATER)]),
    ("video-playlist-videos", "video-playlists/LIST/videos", Anybody, &[(".data[].video.comments", LATER)]),
    ("video-playlists", "video-playlists", Anybody, &[(".data[].videoChannelPosition", LATER)]),
    ("video-playlists-privacies", "video-playlists/privacies", Anybody, &[]),
    ("videos-list", "videos", Anybody, &[COMMENTS]),
    (
        "videos-list-admin-filter",
        "videos?tagsOneOf=test&categoryOneOf=15&languageOneOf=en&include=1&privacyOneOf=1",
        Root,
        &[COMMENTS],
    ),
    (
        "videos-list-params",
        "videos?start=0&count=5&sort=-publishedAt&isLocal=true&nsfw=false",
        Anybody,
        &[COMMENTS],
    ),
    ("videos-list-skipcount-trending", "videos?count=2&skipCount=true&sort=-trending", Anybody, &[COMMENTS]),
];

/// What an instance holds once people lived in it for a while.
pub struct Place {
    pub instance: Instance,
    pub root: Maker,
    pub bob: Maker,
    pub uuid: String,
    pub short: String,
    pub list: String,
}

impl Place {
    pub async fn build() -> Place {
        let instance = instance().await;
        let (root, bob) = (root(&instance).await, bob(&instance, None).await);
        let host = instance.running.url.host().to_owned();
        let place = |path: &str| format!("/api/v1/{path}");
        let put = async |who: &Maker, path: &str, body: Value| {
            let answer = instance.ask(Method::PUT, &place(path)).bearer(&who.token).json(&body).send().await;
            assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}: {:?}", answer.body);
        };
        let post = async |who: &Maker, path: &str, body: Value| {
            let answer = instance.post(&place(path)).bearer(&who.token).json(&body).send().await;
            assert!(answer.status.is_success(), "{path}: {:?}", answer.body);
            if answer.body.is_empty() { Value::Null } else { answer.json() }
        };
        let picture = async |who: &Maker, path: &str, field: &str, (width, height): (u32, u32)| {
            let file = [Part::File(field, "picture.png", &png(width, height))];
            let answer = instance.post(&place(path)).bearer(&who.token).parts(&file).send().await;
            assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        };
        for who in [&root, &bob] {
            picture(who, "users/me/avatar/pick", "avatarfile", (400, 400)).await;
        }
        for channel in ["root_channel", "bob_channel"] {
            let who = if channel == "bob_channel" { &bob } else { &root };
            picture(who, &format!("video-channels/{channel}/avatar/pick"), "avatarfile", (400, 400)).await;
            picture(who, &format!("video-channels/{channel}/banner/pick"), "bannerfile", (1920, 317)).await;
        }
        put(
            &root,
            "video-channels/root_channel",
            json!({ "description": "What Root makes", "support": "Thanks" }),
        )
        .await;
        put(&root, "users/me", json!({ "description": "I keep this place" })).await;
        for (who, channel) in [(&bob, "root_channel"), (&root, "bob_channel")] {
            post(who, "users/me/subscriptions", json!({ "uri": format!("{channel}@{host}") })).await;
        }

        let channel = root.channel.to_string();
        let form = [
            Part::Text("name", "Film"),
            Part::Text("channelId", &channel),
            Part::Text("privacy", "1"),
            Part::Text("category", "15"),
            Part::Text("licence", "1"),
            Part::Text("language", "en"),
            Part::Text("description", "What one sees\n\n00:00 Start\n00:01 End"),
            Part::Text("support", "Buy the record"),
            Part::Text("tags[]", "test"),
            Part::Text("tags[]", "film"),
            Part::Text("originallyPublishedAt", "2020-01-02T03:04:05.000Z"),
            Part::File("videofile", "clip.mp4", clips::mp4()),
        ];
        let made = root.single(&instance, &form).await;
        assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
        let video = made.json()["video"].clone();
        let text = |name: &str| video[name].as_str().unwrap().to_owned();
        let (uuid, short) = (text("uuid"), text("shortUUID"));
        let words =
            [Part::File("captionfile", "en.vtt", b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello\n")];
        let caption = instance.ask(Method::PUT, &place(&format!("videos/{uuid}/captions/en")));
        assert_eq!(caption.bearer(&root.token).parts(&words).send().await.status, StatusCode::NO_CONTENT);
        let app = instance.running.app().clone();
        // What was uploaded is kept for a while, in case the machine stops.
        let is_left = |row: &Job| !matches!(row.kind, JobKind::RemoveSource(_));
        until(|| !app.store().table::<JobKey>().any(|row| row.is_ok_and(|(_, job)| is_left(&job)))).await;

        let thread = post(&bob, &format!("videos/{uuid}/comment-threads"), json!({ "text": "First!" })).await;
        let parent = &thread["comment"]["id"];
        let reply =
            post(&root, &format!("videos/{uuid}/comments/{parent}"), json!({ "text": "Welcome" })).await;
        let parent = &reply["comment"]["id"];
        post(&bob, &format!("videos/{uuid}/comments/{parent}"), json!({ "text": "Thanks" })).await;
        put(&bob, &format!("videos/{uuid}/rate"), json!({ "rating": "like" })).await;
        let watched = json!({ "currentTime": 1, "viewEvent": "seek" });
        post(&bob, &format!("videos/{uuid}/views"), watched).await;
        let list = json!({
            "displayName": "Evenings", "description": "For long evenings", "privacy": 1,
            "videoChannelId": root.channel,
        });
        let list = post(&root, "video-playlists", list).await["videoPlaylist"]["id"].to_string();
        let element = json!({ "videoId": uuid, "startTimestamp": 0, "stopTimestamp": 1 });
        post(&root, &format!("video-playlists/{list}/videos"), element).await;
        let report = json!({
            "reason": "not nice", "predefinedReasons": ["spamOrMisleading"],
            "video": { "id": video["id"], "startAt": 0, "endAt": 1 },
        });
        post(&bob, "abuses", report).await;
        let searched = async || {
            let found = instance.get("/api/v1/search/video-playlists?search=evenings").send().await;
            found.json()["total"] == 1
        };
        // The index follows a moment later.
        once(searched, |is_found| *is_found).await;
        Place { instance, root, bob, uuid, short, list }
    }

    async fn ask(&self, path: &str, who: As) -> Value {
        let path = path.replace("UUID", &self.uuid).replace("SHORT", &self.short).replace("LIST", &self.list);
        let ask =
            self.instance.get(&format!("/api/v1/{}", path.replace("HOST", self.instance.running.url.host())));
        let ask = match who {
            Anybody => ask,
            Bob => ask.bearer(&self.bob.token),
            Root => ask.bearer(&self.root.token),
        };
        let answer = ask.send().await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        // Where the answer names people and places, they are called as in the captures.
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        let text = text.replace(self.instance.running.url.host(), "localhost:9001");
        serde_json::from_str(&text.replace("root_channel", "alice_films")).unwrap()
    }
}

/// The types that were seen at each path of an answer. Rows of a list are one path.
fn types(value: &Value) -> BTreeMap<String, BTreeSet<&'static str>> {
    fn walk(value: &Value, path: &str, out: &mut BTreeMap<String, BTreeSet<&'static str>>) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(rows) => {
                rows.iter().for_each(|row| walk(row, &format!("{path}[]"), out));
                "array"
            }
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(value, &format!("{path}.{name}"), out));
                "object"
            }
        };
        out.entry(path.to_owned()).or_default().insert(kind);
    }
    let mut out = BTreeMap::new();
    walk(value, "", &mut out);
    out
}

/// Where two answers differ in names or types. What is null in one may be anything in the other, but the name is there.
pub fn differences(captured: &Value, ours: &Value) -> Vec<String> {
    let (captured, ours) = (types(captured), types(ours));
    // Below what is null, or a list without rows, nothing can be compared.
    let is_blind = |path: &str, side: &BTreeMap<String, BTreeSet<&str>>| {
        let above =
            path.rmatch_indices(['.', '[']).map(|(end, _)| &path[..end]).find_map(|above| side.get(above));
        above.is_some_and(|kinds| !kinds.contains("object"))
    };
    let mut out = Vec::new();
    for (path, kinds) in &captured {
        match ours.get(path) {
            None if is_blind(path, &ours) => {}
            None => out.push(format!("{path} is missing")),
            Some(own) => {
                let (a, b): (Vec<_>, Vec<_>) = (
                    kinds.iter().filter(|k| **k != "null").collect(),
                    own.iter().filter(|k| **k != "null").collect(),
                );
                if !a.is_empty() && !b.is_empty() && a != b {
                    out.push(format!("{path} is {b:?} here, {a:?} there"));
                }
            }
        }
    }
    let extra = ours.keys().filter(|path| !captured.contains_key(*path) && !is_blind(path, &captured));
    out.extend(extra.map(|path| format!("{path} is ours alone")));
    out
}

/// The differences that no reason is given for, and the reasons that nothing is given for any more.
pub fn unexcused(name: &str, differences: Vec<String>, known: &[Difference]) -> Vec<String> {
    let mut out = Vec::new();
    let mut unused: BTreeSet<&str> = known.iter().map(|(path, _)| *path).collect();
    for line in differences {
        let excuse = known.iter().find(|(path, _)| match path.strip_suffix('*') {
            Some(beginning) => line.starts_with(beginning),
            None => line.strip_prefix(path).is_some_and(|rest| rest.starts_with([' ', '.', '['])),
        });
        match excuse {
            Some((path, _)) => drop(unused.remove(path)),
            None => out.push(format!("{name}: {line}")),
        }
    }
    out.extend(unused.iter().map(|path| format!("{name}: {path} does not differ any more")));
    out
}

/// Lists that hold something there hold something here.
fn is_told(captured: &Value, ours: &Value) -> bool {
    let is_full = |page: &Value| page["data"].as_array().is_none_or(|rows| !rows.is_empty());
    !is_full(captured) || is_full(ours)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_captured_call_is_answered_in_the_same_shape() {
    let place = Place::build().await;
    let mut out = Vec::new();
    for (name, path, who, known) in CALLS {
        let (there, here) = (captured(name), place.ask(path, *who).await);
        if !is_told(&there, &here) {
            out.push(format!("{name}: nothing to compare in {here}"));
        }
        out.extend(unexcused(name, differences(&there, &here), known));
    }
    assert!(out.is_empty(), "{} differences:\n{}", out.len(), out.join("\n"));
}
