//! What holds whatever anybody says: every kind of deed, about everything there is, by everybody who may say it, believed
//! or brought by somebody else.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::id::{AccountId, ChannelId, CommentId, PlaylistId, VideoId};

use super::tests::{
    BOB, DOCKS, EVE, NOW, OUR_COMMENT, OUR_FILM, PUBLIC, SEA, THEIR_FILM, THEIR_NOTE, actor, bob, decided,
    docks, eve, ours, sea, theirs,
};
use super::*;
use crate::domain::views::Teller;
use crate::federation::vocab::host_of;
use crate::store::records::{ActorKind, Party};

const OUR_HOST: &str = "films.example";
const ROOT: &str = "https://films.example/accounts/root";
const OUR_CHANNEL: &str = "https://films.example/video-channels/films";
/// What somebody here said below a film elsewhere, which waits there.
const OUR_ANSWER: &str = "https://films.example/videos/watch/2/comments/6";
const AL: &str = "https://sea.example/accounts/al";
const REEF: &str = "https://evil.example/accounts/peertube";
const PIRATES: &str = "https://evil.example/video-channels/pirates";
const EVIL_FILM: &str = "https://evil.example/videos/watch/3";
const THEIR_LIST: &str = "https://sea.example/video-playlists/1";
const EVIL_LIST: &str = "https://evil.example/video-playlists/2";
const NOWHERE: &str = "https://evil.example/nothing";
/// More rounds than a room may ask for.
const ROUNDS: usize = 7;

/// Another person of the first server.
fn al() -> ActorFact {
    actor(AL, Party::Account(AccountId(5)), ActorKind::Person)
}

fn reef() -> ActorFact {
    ActorFact { is_followed: true, ..actor(REEF, Party::Account(AccountId(6)), ActorKind::Application) }
}

fn pirates() -> ActorFact {
    let owner = Some(AccountId(3));
    ActorFact { owner, ..actor(PIRATES, Party::Channel(ChannelId(3)), ActorKind::Group) }
}

fn root() -> ActorFact {
    actor(ROOT, Party::Account(AccountId(1)), ActorKind::Person)
}

fn our_channel() -> ActorFact {
    let owner = Some(AccountId(1));
    ActorFact { owner, ..actor(OUR_CHANNEL, Party::Channel(ChannelId(1)), ActorKind::Group) }
}

fn evil_film() -> VideoFact {
    let host = Some("evil.example".to_owned());
    VideoFact { id: VideoId(3), host, channel: ChannelId(3), owner: AccountId(3), ..ours() }
}

/// Everybody who may say something.
fn speakers() -> [ActorFact; 7] {
    [bob(), al(), eve(), ActorFact { is_followed: true, ..sea() }, reef(), docks(), pirates()]
}

fn comment(id: u64, host: Option<&str>, author: u64, is_held: bool, video: VideoFact) -> Fact {
    let (host, author) = (host.map(str::to_owned), Some(AccountId(author)));
    Fact::Comment(CommentFact { id: CommentId(id), host, author, is_held, video })
}

fn list(id: u64, host: &str, channel: u64) -> Fact {
    let (channel, owner) = (Some(ChannelId(channel)), AccountId(channel));
    Fact::Playlist(PlaylistFact { id: PlaylistId(id), host: host.to_owned(), channel, owner })
}

/// What is known by an address.
fn known(url: &str) -> Fact {
    match url {
        OUR_FILM => Fact::Video(ours()),
        THEIR_FILM => Fact::Video(theirs()),
        EVIL_FILM => Fact::Video(evil_film()),
        OUR_COMMENT => comment(1, None, 1, false, ours()),
        OUR_ANSWER => comment(6, None, 1, true, theirs()),
        THEIR_NOTE => comment(5, Some("sea.example"), 2, false, ours()),
        THEIR_LIST => list(1, "sea.example", 2),
        EVIL_LIST => list(2, "evil.example", 3),
        BOB => Fact::Actor(bob()),
        AL => Fact::Actor(al()),
        EVE => Fact::Actor(ActorFact { also_known_as: vec![BOB.to_owned()], ..eve() }),
        SEA => Fact::Actor(sea()),
        REEF => Fact::Actor(reef()),
        DOCKS => Fact::Actor(docks()),
        PIRATES => Fact::Actor(pirates()),
        ROOT => Fact::Actor(root()),
        OUR_CHANNEL => Fact::Actor(our_channel()),
        _ => Fact::Nothing,
    }
}

/// What its own server says stands at an address: never what was sent of it.
fn shown(url: &str) -> Fact {
    let mut real = match url {
        THEIR_FILM => film(url, DOCKS),
        EVIL_FILM => film(url, PIRATES),
        THEIR_LIST | "https://sea.example/video-playlists/new" => playlist(url, DOCKS),
        EVIL_LIST | "https://evil.example/video-playlists/new" => playlist(url, PIRATES),
        THEIR_NOTE | "https://sea.example/notes/new" => note(url, BOB, OUR_FILM),
        "https://evil.example/notes/new" => note(url, EVE, OUR_FILM),
        // Who is there is not gone.
        _ if known(url) != Fact::Nothing => json!({ "id": url }),
        _ => return Fact::Gone,
    };
    real["content"] = json!("<p>real</p>");
    real["name"] = json!("A real film");
    Fact::Document(real)
}

fn answer(need: &Need) -> Fact {
    if let Need::Document(url) = need {
        return shown(url);
    }
    // Whatever else rooms come to ask for is not to be had here.
    let asked = if let Need::Known(url) | Need::Actor(url) | Need::ActorNow(url) = need {
        Some(url)
    } else if let Need::Video(url) | Need::Talk(url) = need {
        Some(url)
    } else {
        None
    };
    asked.map_or(Fact::Nothing, |url| known(url))
}

/// Lets a room decide with all that it asks for.
fn settled(by: &ActorFact, trust: Trust, said: &Value) -> Decision {
    let mut facts = Facts::default();
    for _ in 0..ROUNDS {
        let decision = decided(by, trust, &facts, said);
        assert_eq!(decided(by, trust, &facts, said), decision, "asked again it says the same: {said}");
        let Decision::Need(needs) = decision else { return decision };
        assert!(!needs.is_empty(), "{said}");
        for need in needs {
            let fact = answer(&need);
            facts.add(need, fact);
        }
    }
    panic!("it asks on and on: {said}")
}

fn film(id: &str, channel: &str) -> Value {
    let host = host_of(id).unwrap();
    let person = if channel == PIRATES { EVE } else { BOB };
    json!({
        "type": "Video", "id": id, "uuid": "ce07d2dc-d37f-4a15-8d02-89251c07337b", "name": "A sent film",
        "duration": "PT9S", "views": 0, "published": "2026-11-21T02:00:00.000Z",
        "updated": "2026-11-21T02:00:00.000Z", "to": [PUBLIC],
        "icon": [{ "type": "Image", "url": format!("https://{host}/a.jpg"), "mediaType": "image/jpeg", "width": 280,
            "height": 157 }],
        "attributedTo": [{ "type": "Person", "id": person }, { "type": "Group", "id": channel }],
    })
}

fn note(id: &str, by: &str, in_reply_to: &str) -> Value {
    json!({
        "type": "Note", "id": id, "attributedTo": by, "inReplyTo": in_reply_to, "content": "<p>sent</p>",
        "published": "2026-11-21T02:00:00.000Z", "to": [PUBLIC], "cc": [],
    })
}

fn playlist(id: &str, channel: &str) -> Value {
    json!({
        "type": "Playlist", "id": id, "uuid": "b06ce74f-9ed3-4f81-bc65-66859826daab", "name": "A sent list",
        "published": "2026-11-21T02:00:00.000Z", "updated": "2026-11-21T02:00:00.000Z", "to": [PUBLIC],
        "attributedTo": [channel], "totalItems": 0,
    })
}

const EVERYTHING: [&str; 18] = [
    OUR_FILM,
    OUR_COMMENT,
    OUR_ANSWER,
    ROOT,
    OUR_CHANNEL,
    THEIR_FILM,
    THEIR_NOTE,
    BOB,
    AL,
    SEA,
    DOCKS,
    THEIR_LIST,
    EVIL_LIST,
    EVIL_FILM,
    EVE,
    REEF,
    PIRATES,
    NOWHERE,
];

/// Every deed about something.
fn deeds(about: &str) -> Vec<Value> {
    let simple = [
        "Like",
        "Dislike",
        "Delete",
        "Announce",
        "View",
        "Follow",
        "ApproveReply",
        "RejectReply",
        "Flag",
        "Add",
    ];
    let mut all: Vec<Value> =
        simple.iter().map(|kind| json!({ "type": kind, "object": about, "content": "bad" })).collect();
    let later = NOW.after(std::time::Duration::from_secs(60)).to_string();
    all.push(json!({ "type": "View", "object": about, "expires": later }));
    for from in [BOB, EVE, ROOT] {
        all.push(json!({ "type": "Move", "object": from, "target": about }));
        for kind in ["Like", "Dislike", "Announce", "Follow", "Create"] {
            let url = format!("{from}/said/7");
            all.push(json!({ "type": "Undo", "object": { "type": kind, "id": url, "actor": from, "object": about } }));
        }
        for kind in ["Create", "Update"] {
            for id in
                [THEIR_NOTE, "https://sea.example/notes/new", "https://evil.example/notes/new", OUR_COMMENT]
            {
                all.push(json!({ "type": kind, "object": note(id, from, about), "to": [PUBLIC] }));
            }
        }
    }
    for kind in ["Create", "Update"] {
        all.push(json!({ "type": kind, "object": about }));
        for channel in [DOCKS, PIRATES, OUR_CHANNEL] {
            all.push(json!({ "type": kind, "object": film(about, channel), "to": [PUBLIC] }));
            let mut hidden = film(about, channel);
            hidden["to"] = json!([]);
            all.push(json!({ "type": kind, "object": hidden }));
        }
        for channel in [DOCKS, PIRATES, OUR_CHANNEL] {
            for id in
                [about, "https://sea.example/video-playlists/new", "https://evil.example/video-playlists/new"]
            {
                all.push(json!({ "type": kind, "object": playlist(id, channel), "to": [PUBLIC] }));
            }
        }
        for host in ["sea.example", "evil.example", OUR_HOST] {
            let action = json!({
                "type": "WatchAction", "id": format!("https://{host}/watched/1"), "object": about,
                "duration": "PT9S", "watchSections": [{ "startTimestamp": 0, "endTimestamp": 9 }],
            });
            all.push(json!({ "type": kind, "object": action }));
        }
        for who in ["Person", "Group", "Application"] {
            all.push(json!({ "type": kind, "object": { "type": who, "id": about, "inbox": format!("{EVE}/inbox") } }));
        }
        for host in ["sea.example", "evil.example", OUR_HOST] {
            let copy = json!({
                "type": "CacheFile", "id": format!("https://{host}/redundancy/1"), "object": about,
                "url": { "type": "Link", "mediaType": "application/x-mpegURL", "href": format!("https://{host}/m.m3u8") },
            });
            all.push(json!({ "type": kind, "object": copy }));
            all.push(json!({ "type": "Undo", "object": { "type": kind, "object": copy } }));
        }
    }
    all
}

/// Whether a film may be kept, or may go, because of what somebody said.
fn owns_film(by: &ActorFact, host: Option<String>, channel: ChannelId) -> bool {
    let owner = match channel {
        ChannelId(2) => AccountId(2),
        ChannelId(3) => AccountId(3),
        ChannelId(_) => return false,
    };
    by.host == host && (by.party == Party::Channel(channel) || by.party == Party::Account(owner))
}

/// Holds one thing that is to be done against who said it. `None` where this table does not know it.
fn is_theirs(by: &ActorFact, trust: Trust, effect: &Effect) -> Option<bool> {
    let is_word = trust == Trust::Word;
    Some(if let Effect::KeepVideo { said, channel } = effect {
        let is_fetched = said.name == "A real film";
        let host = host_of(&said.id);
        host.as_deref() != Some(OUR_HOST) && (is_fetched || (is_word && owns_film(by, host, *channel)))
    } else if let Effect::KeepComment { said, at, .. } = effect {
        let is_fetched = said.content.contains("real");
        let author = match host_of(&said.id).as_deref() {
            Some("sea.example") if is_fetched => Some(AccountId(2)),
            Some("evil.example") if is_fetched => Some(AccountId(3)),
            _ if is_fetched || !is_word => None,
            host => by.account().filter(|_| host == by.host.as_deref() && said.by == by.url),
        };
        author == Some(at.author)
    } else if let Effect::RemoveActor(party) = effect {
        let owned = match party {
            Party::Channel(ChannelId(2)) => by.party == Party::Account(AccountId(2)),
            Party::Channel(ChannelId(3)) => by.party == Party::Account(AccountId(3)),
            Party::Channel(_) | Party::Account(_) | Party::Instance => false,
        };
        is_word && (*party == by.party || owned)
    } else if let Effect::RemoveVideo(video) = effect {
        match video {
            VideoId(2) => is_word && owns_film(by, theirs().host, ChannelId(2)),
            VideoId(3) => is_word && owns_film(by, evil_film().host, ChannelId(3)),
            VideoId(_) => false,
        }
    } else if let Effect::RemoveComment(comment) = effect {
        match comment {
            CommentId(5) => is_word && by.party == Party::Account(AccountId(2)),
            // Whose film it is decides what stands below it there.
            CommentId(6) => is_word && owns_film(by, theirs().host, ChannelId(2)),
            CommentId(_) => false,
        }
    } else if let Effect::ShowComment { comment, .. } = effect {
        is_word && *comment == CommentId(6) && owns_film(by, theirs().host, ChannelId(2))
    } else if let Effect::Share { by: party, url, .. } = effect {
        is_word && *party == by.party && host_of(url) == by.host
    } else if let Effect::Unshare { by: party, .. } = effect {
        is_word && *party == by.party
    } else if let Effect::Rate { account, .. } | Effect::Unrate { account, .. } = effect {
        is_word && by.party == Party::Account(*account)
    } else if let Effect::View(video) = effect {
        // Of a film of ours every server tells what happens there.
        is_word && (*video == VideoId(1) || (*video == VideoId(2)) == (by.host == theirs().host))
    } else if let Effect::Watching { by: teller, .. } = effect {
        is_word
            && match teller {
                Teller::Origin => by.host == theirs().host,
                Teller::One(name) => name.split(' ').next() == by.host.as_deref(),
            }
    } else if let Effect::Report { reporter, .. } = effect {
        is_word && by.party == Party::Account(*reporter)
    } else if let Effect::Mirror { mirror, .. } = effect {
        // Nobody is sent to somebody else for a copy, and only who is followed or listed may offer one.
        let is_own = [&mirror.url, &mirror.playlist_url].iter().all(|url| host_of(url) == by.host);
        is_word && mirror.by == by.url && is_own && by.is_followed
    } else if let Effect::KeepPlaylist { said, channel } = effect {
        // As its server shows it, in a channel of whoever says so.
        is_word && said.name == "A real film" && owns_film(by, host_of(&said.id), *channel)
    } else if let Effect::RemovePlaylist(list) = effect {
        match list {
            PlaylistId(1) => is_word && owns_film(by, theirs().host, ChannelId(2)),
            PlaylistId(2) => is_word && owns_film(by, evil_film().host, ChannelId(3)),
            PlaylistId(_) => false,
        }
    } else if let Effect::Watched { video, .. } = effect {
        is_word && *video == VideoId(1)
    } else if let Effect::PassOnApproved { channel, .. } = effect {
        is_word && *channel == ChannelId(1)
    } else if let Effect::Unmirror { by: url, .. } = effect {
        is_word && *url == by.url
    } else if let Effect::Moved { from, .. } = effect {
        is_word && *from == by.party
    } else if let Effect::PassOn(channel) = effect {
        *channel == ChannelId(1)
    } else {
        return None;
    })
}

/// What a thing to be done is called.
fn name(effect: &Effect) -> String {
    let text = format!("{effect:?}");
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn nobody_changes_what_is_not_theirs_whatever_they_say_about_whatever() {
    let (mut tried, mut done) = (0, BTreeSet::new());
    for about in EVERYTHING {
        for deed in deeds(about) {
            for by in speakers() {
                for trust in [Trust::Word, Trust::Hint] {
                    tried += 1;
                    let Decision::Do(effects) = settled(&by, trust, &deed) else { continue };
                    for effect in effects {
                        let verdict = is_theirs(&by, trust, &effect);
                        assert_ne!(verdict, Some(false), "{} says ({trust:?}) {deed}: {effect:?}", by.url);
                        done.insert(name(&effect));
                    }
                }
            }
        }
    }
    assert!(10_000 < tried, "{tried}");
    // The table reaches all of it: that nothing happens is no proof.
    for expected in [
        "KeepVideo",
        "KeepComment",
        "PassOn",
        "RemoveActor",
        "RemoveVideo",
        "RemoveComment",
        "ShowComment",
        "Share",
        "Rate",
        "Unrate",
        "View",
        "Watching",
        "Report",
        "Mirror",
        "Unmirror",
        "KeepPlaylist",
        "RemovePlaylist",
        "Watched",
        "Moved",
    ] {
        assert!(done.contains(expected), "{expected} is not among {done:?}");
    }
}

#[test]
fn who_is_muted_adds_nothing() {
    for about in EVERYTHING {
        for deed in deeds(about) {
            for by in speakers() {
                let by = ActorFact { is_muted: true, ..by };
                let Decision::Do(effects) = settled(&by, Trust::Word, &deed) else { continue };
                let takes_away = |effect: &Effect| {
                    let name = name(effect);
                    name.starts_with("Remove") || name.starts_with("Un") || name == "PassOn"
                };
                assert!(effects.iter().all(takes_away), "{} says {deed}: {effects:?}", by.url);
            }
        }
    }
}

#[test]
fn what_is_not_for_everybody_is_spoken_of_by_nobody() {
    let closed = Fact::Video(VideoFact { is_open: false, ..ours() });
    let adds = |effect: &Effect| {
        let additions =
            ["KeepVideo", "KeepComment", "Share", "Rate", "View", "Watching", "Watched", "Mirror"];
        additions.contains(&name(effect).as_str())
    };
    let closing = |need: &Need| match answer(need) {
        Fact::Video(video) if video.id == VideoId(1) => closed.clone(),
        fact @ (Fact::Actor(_)
        | Fact::Video(_)
        | Fact::Comment(_)
        | Fact::Playlist(_)
        | Fact::Document(_)
        | Fact::Nothing
        | Fact::Gone
        | Fact::Failed(_)) => fact,
    };
    for deed in deeds(OUR_FILM) {
        for by in speakers() {
            let mut facts = Facts::default();
            let mut decision = decided(&by, Trust::Word, &facts, &deed);
            for _ in 0..ROUNDS {
                let Decision::Need(needs) = &decision else { break };
                for need in needs {
                    facts.add(need.clone(), closing(need));
                }
                decision = decided(&by, Trust::Word, &facts, &deed);
            }
            let is_added = matches!(&decision, Decision::Do(effects) if effects.iter().any(adds));
            assert!(!is_added, "{} says {deed}: {decision:?}", by.url);
        }
    }
}
