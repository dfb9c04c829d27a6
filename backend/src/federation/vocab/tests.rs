//! Documents of PeerTube, Mastodon, Lemmy and of those who mean harm.

use serde_json::{Value, json};

use super::activity::{Reply, Undone, Wish};
use super::*;

const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMIGf\n-----END PUBLIC KEY-----\n";

fn actor() -> Value {
    json!({
        "type": "Group", "id": "https://a.example/video-channels/tide", "preferredUsername": "tide", "name": "Tide",
        "inbox": "https://a.example/video-channels/tide/inbox", "outbox": "https://a.example/video-channels/tide/outbox",
        "followers": "https://a.example/video-channels/tide/followers", "endpoints": { "sharedInbox": "https://a.example/inbox" },
        "url": "https://a.example/c/tide", "summary": "About the sea", "support": "Bring fish",
        "publicKey": { "id": "https://a.example/video-channels/tide#main-key", "owner": "https://a.example/video-channels/tide", "publicKeyPem": PEM },
        "attributedTo": [{ "type": "Person", "id": "https://a.example/accounts/ann" }],
        "icon": [{ "type": "Image", "mediaType": "image/png", "width": 48, "height": 48, "url": "https://a.example/48.png" },
                 { "type": "Image", "mediaType": "image/png", "width": 600, "height": 600, "url": "https://a.example/600.png" }],
    })
}

fn with(mut document: Value, field: &str, value: Value) -> Value {
    document[field] = value;
    document
}

#[test]
fn somebody_is_read_with_all_that_is_theirs() {
    let tide = Actor::read(&actor()).unwrap();
    assert_eq!((tide.kind, tide.handle()), (ActorKind::Group, "tide@a.example".to_owned()));
    assert_eq!(tide.shared_inbox.as_deref(), Some("https://a.example/inbox"));
    assert_eq!(
        (tide.page.as_str(), tide.owners),
        ("https://a.example/c/tide", vec!["https://a.example/accounts/ann".to_owned()])
    );
    assert_eq!(tide.avatars.first().and_then(|picture| picture.width), Some(600), "the largest first");
    // As others write it: one picture, a list of pages, an owner without a list, another's shared inbox.
    let other = with(actor(), "icon", json!({ "type": "Image", "url": "https://a.example/me.jpg" }));
    let other = with(other, "url", json!([{ "type": "Link", "href": "https://a.example/@tide" }]));
    let other = with(other, "attributedTo", json!("https://a.example/accounts/ann"));
    let other = with(other, "endpoints", json!({ "sharedInbox": "https://evil.example/inbox" }));
    let other = Actor::read(&with(other, "name", json!(" "))).unwrap();
    assert_eq!((other.shared_inbox, other.display_name.as_str(), other.owners.len()), (None, "tide", 1));
    assert_eq!((other.page.as_str(), other.avatars.len()), ("https://a.example/@tide", 1));
}

#[test]
fn other_keys_are_read_where_they_are_theirs() {
    const KEY: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    let tide = "https://a.example/video-channels/tide";
    let key = |id: &str, kind: &str, owner: &str, key: &str| json!({ "id": id, "type": kind, "controller": owner, "publicKeyMultibase": key });
    let own = format!("{tide}#ed25519-key");
    let keys = json!([
        key("https://evil.example/k", "Multikey", tide, KEY),
        key(&own, "Multikey", "https://a.example/b", KEY),
        key(&own, "Multikey", tide, KEY),
    ]);
    let read =
        Actor::read(&with(with(actor(), "assertionMethod", keys), "manuallyApprovesFollowers", json!(true)));
    let read = read.unwrap();
    assert_eq!(read.other_keys.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), [own.as_str()]);
    assert!(read.other_keys[0].pem.starts_with("-----BEGIN PUBLIC KEY-----"), "{}", read.other_keys[0].pem);
    assert!(read.approves_followers);
    for odd in [json!("https://a.example/k"), key(&own, "Key", tide, KEY), key(&own, "Multikey", tide, "z1")]
    {
        assert_eq!(Actor::read(&with(actor(), "assertionMethod", odd)).unwrap().other_keys, []);
    }
    assert!(!Actor::read(&actor()).unwrap().approves_followers);
}

#[test]
fn nobody_has_an_inbox_or_a_key_elsewhere() {
    for (field, value) in [
        ("inbox", json!("https://evil.example/inbox")),
        ("inbox", json!(null)),
        ("type", json!("Note")),
        ("id", json!("a.example/tide")),
        ("preferredUsername", json!("two words")),
        ("preferredUsername", json!("x".repeat(121))),
        (
            "publicKey",
            json!({ "id": "https://a.example/k", "owner": "https://a.example/accounts/other", "publicKeyPem": PEM }),
        ),
        ("publicKey", json!({ "id": "https://evil.example/k", "publicKeyPem": PEM })),
        (
            "publicKey",
            json!({ "id": "https://a.example/k", "publicKeyPem": "-----BEGIN RSA PUBLIC KEY-----" }),
        ),
        (
            "publicKey",
            json!({ "id": "https://a.example/k", "publicKeyPem": format!("{PEM}{}", "x".repeat(5000)) }),
        ),
    ] {
        let flaw = Actor::read(&with(actor(), field, value.clone())).unwrap_err();
        assert_eq!(flaw.field, field, "{value}: {flaw}");
    }
}

fn video() -> Value {
    let at = |path: &str| format!("https://a.example{path}");
    let renditions = json!([
        { "type": "Infohash", "name": "3a3a24719ff8bb13db2cfc994cebc5149228461d" },
        { "type": "Link", "name": "sha256", "mediaType": "application/json", "href": at("/hls/sha256.json") },
        { "type": "Link", "mediaType": "video/mp4", "href": at("/hls/720.mp4"), "height": 720, "width": 1280, "size": 1000, "fps": 30 },
        { "type": "Link", "rel": ["metadata", "video/mp4"], "mediaType": "application/json", "href": at("/metadata/3"), "height": 720, "fps": 30 },
        { "type": "Link", "mediaType": "application/x-bittorrent;x-scheme-handler/magnet", "href": "magnet:?xt=urn:btih:1", "height": 720, "fps": 30 },
    ]);
    let url = json!([
        { "type": "Link", "mediaType": "text/html", "href": at("/w/1") },
        { "type": "Link", "mediaType": "video/mp4", "href": "https://cdn.example/480.mp4", "height": 480, "width": 854, "size": 99, "fps": 25 },
        { "type": "Link", "mediaType": "application/x-bittorrent", "href": at("/480.torrent"), "height": 480, "fps": 25 },
        { "type": "Link", "mediaType": "application/x-mpegURL", "href": at("/hls/master.m3u8"), "tag": renditions },
        { "type": "Link", "name": "tracker-http", "rel": ["tracker", "http"], "href": at("/tracker/announce") },
        { "type": "Link", "name": "tracker-websocket", "rel": ["tracker", "websocket"], "href": "wss://a.example/tracker/socket" },
    ]);
    let preview = json!([{ "type": "Image", "rel": ["storyboard"], "url": [{ "mediaType": "image/jpeg", "href": at("/sb.jpg"),
        "width": 1920, "height": 324, "tileWidth": 192, "tileHeight": 108, "tileDuration": "PT1S" }] }]);
    let words = json!([
        { "identifier": "fr", "url": at("/fr.vtt"), "automaticallyGenerated": true },
        { "identifier": "en", "url": [{ "mediaType": "application/x-mpegURL", "href": at("/en.m3u8") }, { "mediaType": "text/vtt", "href": at("/en.vtt") }] },
    ]);
    let icon = json!([
        { "type": "Image", "url": at("/280.jpg"), "mediaType": "image/jpeg", "width": 280, "height": 157 },
        { "type": "Image", "url": at("/850.jpg"), "mediaType": "image/jpeg", "width": 850, "height": 480 },
    ]);
    let mut video = json!({
        "type": "Video", "id": at("/videos/watch/1"), "uuid": "ce07d2dc-d37f-4a15-8d02-89251c07337b", "name": "Low tide",
        "duration": "PT90S", "views": 3, "sensitive": true, "summary": "Crabs", "state": 1, "commentsPolicy": 3,
        "published": "2026-11-21T02:03:26.618Z", "updated": "2026-11-21T02:50:42.076Z",
        "category": { "identifier": "15", "name": "Science" }, "language": { "identifier": "fr", "name": "French" },
        "tag": [{ "type": "Hashtag", "name": "#sea" }, { "type": "Hashtag", "name": "x" }, { "type": "SensitiveTag", "name": "violence" }],
        "mediaType": "text/markdown", "content": "Walking on **sand**", "to": ["as:Public"], "cc": [],
        "attributedTo": [{ "type": "Person", "id": at("/accounts/ann") }, { "type": "Group", "id": at("/video-channels/tide") }],
        "likes": at("/videos/watch/1/likes"), "comments": "https://evil.example/comments", "hasParts": at("/videos/watch/1/chapters"),
    });
    for (field, value) in [("url", url), ("preview", preview), ("subtitleLanguage", words), ("icon", icon)] {
        video[field] = value;
    }
    video
}

#[test]
fn a_video_is_read_with_its_streams_files_words_and_pictures() {
    let video = Video::read(&video()).unwrap();
    assert_eq!((video.duration_s, video.category, video.language.as_deref()), (90, Some(15), Some("fr")));
    assert_eq!(
        (video.channel.as_str(), video.account.as_deref()),
        ("https://a.example/video-channels/tide", Some("https://a.example/accounts/ann"))
    );
    assert_eq!((video.tags, video.nsfw_reasons), (vec!["sea".to_owned()], vec!["violence".to_owned()]));
    assert!(
        video.is_public
            && video.nsfw
            && video.comments_policy == 3
            && video.download_enabled
            && !video.is_live
    );
    assert_eq!(video.page, "https://a.example/w/1");
    assert_eq!(video.comments, None, "what is elsewhere is not this video's");
    let words: Vec<_> =
        video.captions.iter().map(|caption| (caption.url.as_str(), caption.is_automatic)).collect();
    assert_eq!(words, [("https://a.example/fr.vtt", true), ("https://a.example/en.vtt", false)]);
    let [stream] = video.streams.as_slice() else { panic!("one stream") };
    let [file] = stream.files.as_slice() else { panic!("one rendition") };
    assert_eq!((file.height, file.bytes, file.format), (720, 1000, Format::Fragmented));
    assert_eq!(
        (file.metadata.as_deref(), file.magnet.as_deref()),
        (Some("https://a.example/metadata/3"), Some("magnet:?xt=urn:btih:1"))
    );
    assert_eq!(
        (stream.swarms.len(), stream.digests.as_deref()),
        (1, Some("https://a.example/hls/sha256.json"))
    );
    let [whole] = video.files.as_slice() else { panic!("one file") };
    assert_eq!(
        (whole.url.as_str(), whole.torrent.as_deref()),
        ("https://cdn.example/480.mp4", Some("https://a.example/480.torrent"))
    );
    assert_eq!(video.trackers, ["https://a.example/tracker/announce", "wss://a.example/tracker/socket"]);
    assert_eq!(video.storyboard.unwrap().tile, (192, 108));
}

#[test]
fn a_video_lacks_nothing_it_needs() {
    for (field, value) in [
        ("type", json!("Note")),
        ("id", json!(null)),
        ("uuid", json!("7")),
        ("duration", json!("90")),
        ("duration", json!("PT99999999999999999999S")),
        ("attributedTo", json!([{ "type": "Group", "id": "https://evil.example/c" }])),
        ("attributedTo", json!([{ "type": "Person", "id": "https://a.example/accounts/ann" }])),
        ("published", json!("today")),
        ("name", json!("")),
    ] {
        let flaw = Video::read(&with(video(), field, value.clone())).unwrap_err();
        assert_eq!(flaw.field, field, "{value}: {flaw}");
    }
    let bare = with(
        video(),
        "attributedTo",
        json!(["https://a.example/accounts/ann", "https://a.example/video-channels/tide"]),
    );
    let bare = Video::read(&with(bare, "duration", json!("PT1H2M3.5S"))).unwrap();
    assert_eq!((bare.channel.as_str(), bare.duration_s), ("https://a.example/video-channels/tide", 3723));
    assert_eq!(bare.account.as_deref(), Some("https://a.example/accounts/ann"));
}

#[test]
fn a_broken_picture_or_date_drops_no_video() {
    for icon in [json!(null), json!([]), json!([7, { "type": "Image" }]), json!({ "mediaType": "text/html" })]
    {
        let read = Video::read(&with(video(), "icon", icon.clone())).unwrap();
        assert!(read.pictures.is_empty(), "{icon}");
    }
    let texts =
        json!(["https://a.example/1.jpg", { "type": "Image", "url": "https://a.example/2.jpg", "width": 9 }]);
    let read = Video::read(&with(video(), "icon", texts)).unwrap();
    let urls: Vec<_> = read.pictures.iter().map(|picture| picture.url.as_str()).collect();
    assert_eq!(urls, ["https://a.example/2.jpg", "https://a.example/1.jpg"]);
    let read = Video::read(&with(video(), "updated", json!("yesterday"))).unwrap();
    assert_eq!(read.updated, read.published);
}

#[test]
fn lists_and_words_of_a_video_have_bounds() {
    let tags: Vec<_> =
        (0..190).map(|n| json!({ "type": "SensitiveTag", "name": format!("reason {n}") })).collect();
    let read = Video::read(&with(video(), "tag", json!(tags))).unwrap();
    assert_eq!(read.nsfw_reasons.len(), 20);
    let long = json!([{ "type": "SensitiveTag", "name": "x".repeat(60_000) }]);
    assert!(Video::read(&with(video(), "tag", long)).unwrap().nsfw_reasons.is_empty());
    let kind = format!("video/{}", "x".repeat(60_000));
    let url = json!([{ "type": "Link", "mediaType": kind, "href": "https://a.example/1.mp4", "height": 1, "size": 1 }]);
    assert!(Video::read(&with(video(), "url", url)).unwrap().files.is_empty());
    let magnet = format!("magnet:?{}", "x".repeat(60_000));
    let url = json!([
        { "type": "Link", "mediaType": "video/mp4", "href": "https://a.example/1.mp4", "height": 1, "size": 1 },
        { "type": "Link", "mediaType": "application/x-bittorrent;x-scheme-handler/magnet", "href": magnet, "height": 1 },
    ]);
    assert_eq!(Video::read(&with(video(), "url", url)).unwrap().files.remove(0).magnet, None);
}

#[test]
fn what_is_ours_is_not_for_others_to_describe() {
    let here = Elsewhere { own_host: "films.example", plain_hosts: &[] };
    let there = Elsewhere { own_host: "a.example", plain_hosts: &[] };
    let tide = Actor::read(&actor()).unwrap();
    assert_eq!((tide.check(here), tide.check(there).unwrap_err().field), (Ok(()), "id"));
    let film = Video::read(&video()).unwrap();
    assert_eq!((film.check(here), film.check(there).unwrap_err().field), (Ok(()), "id"));
    let plain = serde_json::to_string(&actor()).unwrap().replace("https:", "http:");
    let plain = Actor::read(&serde_json::from_str(&plain).unwrap()).unwrap();
    assert_eq!(plain.check(here).unwrap_err().field, "id", "anybody could have written it");
}

#[test]
fn parts_come_in_their_order() {
    let document = json!({ "hasPart": [{ "name": "End", "startOffset": 60, "endOffset": 90 },
        { "name": "Begin", "startOffset": 0 }, { "name": "Again", "startOffset": 0 }, { "startOffset": 5 }] });
    let parts: Vec<_> = parts(&document).into_iter().map(|part| (part.title, part.start_s)).collect();
    assert_eq!(parts, [("Begin".to_owned(), 0), ("End".to_owned(), 60)]);
}

#[test]
fn what_is_said_is_read_as_its_author_typed_it() {
    let note = json!({
        "type": "Note", "id": "https://m.example/users/bob/1", "attributedTo": "https://m.example/users/bob",
        "inReplyTo": "https://a.example/videos/watch/1", "content": "<p>Fine</p>", "published": "2026-11-21T02:03:26Z",
        "to": "https://www.w3.org/ns/activitystreams#Public", "cc": ["https://a.example/accounts/ann"],
        "tag": [{ "type": "Mention", "href": "https://a.example/accounts/ann", "name": "@ann" }],
    });
    let read = Note::read(&note).unwrap();
    assert!(read.is_public() && !read.is_markdown);
    assert_eq!((read.content.as_str(), read.mentions.len()), ("<p>Fine</p>", 1));
    let typed = with(note.clone(), "source", json!({ "content": "Fine", "mediaType": "text/markdown" }));
    assert_eq!(
        Note::read(&typed).map(|note| (note.content, note.is_markdown)),
        Ok(("Fine".to_owned(), true))
    );
    for (field, value) in [
        ("attributedTo", json!("https://evil.example/users/bob")),
        ("inReplyTo", json!(null)),
        ("type", json!("Person")),
        ("published", json!(7)),
        ("content", json!("")),
    ] {
        assert_eq!(Note::read(&with(note.clone(), field, value)).unwrap_err().field, field);
    }
    let grave = json!({ "type": "Tombstone", "id": "https://m.example/users/bob/1", "formerType": "Note" });
    assert_eq!(
        (Grave::read(&grave).map(|grave| grave.id), Grave::read(&note)),
        (Some("https://m.example/users/bob/1".to_owned()), None)
    );
}

fn deed(value: Value) -> Deed {
    let mut value = value;
    value["actor"] = json!("https://m.example/users/bob");
    let mut all = activities(&value).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0).deed
}

#[test]
fn deeds_are_read_whoever_writes_them() {
    let at = |path: &str| format!("https://a.example{path}");
    assert_eq!(deed(json!({ "type": "Follow", "object": { "id": at("/c") } })), Deed::Follow(at("/c")));
    assert_eq!(deed(json!({ "type": "Like", "object": at("/v"), "content": "⭐" })), Deed::Like(at("/v")));
    assert_eq!(
        deed(json!({ "type": "Delete", "object": { "type": "Tombstone", "id": at("/n") } })),
        Deed::Delete(at("/n"))
    );
    assert_eq!(
        deed(json!({ "type": "EmojiReact", "object": at("/v") })),
        Deed::Other("EmojiReact".to_owned())
    );
    assert_eq!(deed(json!({ "type": "Move", "object": at("/a"), "target": at("/b") })), Deed::Move(at("/b")));
    let wish = json!({ "type": "Follow", "id": at("/follows/1"), "actor": at("/a"), "object": at("/b") });
    let told = Wish { id: Some(at("/follows/1")), follower: Some(at("/a")), followed: Some(at("/b")) };
    assert_eq!(deed(json!({ "type": "Accept", "object": wish.clone() })), Deed::Accept(told));
    let bare = Wish { id: Some(at("/follows/1")), ..Wish::default() };
    assert_eq!(deed(json!({ "type": "Reject", "object": at("/follows/1") })), Deed::Reject(bare));
    let undone = Undone {
        id: Some(at("/follows/1")),
        kind: "Follow".to_owned(),
        actor: Some(at("/a")),
        object: Some(at("/b")),
        thing: None,
    };
    assert_eq!(deed(json!({ "type": "Undo", "object": wish })), Deed::Undo(Box::new(undone)));
    let seen = json!({ "type": "View", "object": at("/v"), "expires": "2026-11-21T02:03:26Z", "result": { "type": "InteractionCounter", "userInteractionCount": 4 } });
    let Deed::View(seen) = deed(seen) else { panic!("a view") };
    assert!(seen.until.is_some() && seen.viewers == Some(4));
    let Deed::Flag(report) =
        deed(json!({ "type": "Flag", "object": [at("/accounts/ann"), at("/v")], "content": "Spam",
        "tag": [{ "type": "Hashtag", "name": "spamOrMisleading" }], "startAt": 3 }))
    else {
        panic!("a report")
    };
    assert_eq!(
        (report.objects.len(), report.reasons, report.start),
        (2, vec!["spamOrMisleading".to_owned()], Some(3))
    );
    let reply = Reply { reply: at("/n"), in_reply_to: None };
    assert_eq!(deed(json!({ "type": "ApproveReply", "object": at("/n") })), Deed::ApproveReply(reply));
}

#[test]
fn of_several_values_nobody_chooses_one_that_was_not_signed_first() {
    let create = || {
        json!({ "type": "Create", "id": "https://m.example/1", "actor": "https://m.example/bob",
            "object": { "type": "Note", "id": "https://m.example/n", "attributedTo": "https://m.example/bob" } })
    };
    assert!(Activity::read_linked(&create()).is_ok());
    for (field, value) in [
        ("type", json!(["Create", "Delete"])),
        ("actor", json!(["https://m.example/bob", "https://m.example/eve"])),
        ("object", json!(["https://m.example/n", "https://m.example/o"])),
    ] {
        assert_eq!(Activity::read_linked(&with(create(), field, value)).unwrap_err().field, field);
    }
    for (field, value) in [
        ("type", json!(["Note", "Video"])),
        ("attributedTo", json!(["https://m.example/bob", "https://m.example/eve"])),
        ("inReplyTo", json!(["https://a.example/1", "https://a.example/2"])),
        ("content", json!(["one", "other"])),
    ] {
        let mut document = create();
        document["object"][field] = value;
        assert_eq!(Activity::read_linked(&document).unwrap_err().field, field);
    }
    let mut told = create();
    told["object"]["attributedTo"] = json!([{ "type": "Person", "id": "https://m.example/bob" },
        { "type": "Group", "id": "https://m.example/c" }]);
    assert!(Activity::read_linked(&told).is_ok());
    let report = json!({ "type": "Flag", "actor": "https://m.example/bob", "object": ["https://a.example/1", "https://a.example/2"] });
    assert!(Activity::read_linked(&report).is_ok());
}

#[test]
fn reports_are_as_long_as_reports_are() {
    let tags: Vec<_> = (0..100).map(|n| json!({ "name": format!("reason {n}") })).collect();
    let report = json!({ "type": "Flag", "object": ["https://a.example/v"], "content": "é".repeat(100_000), "tag": tags });
    let Deed::Flag(report) = deed(report) else { panic!("a report") };
    assert_eq!((report.content.chars().count(), report.reasons.len()), (3000, 20));
    let Deed::Other(kind) = deed(json!({ "type": "x".repeat(100_000) })) else { panic!("nothing known") };
    assert_eq!(kind.len(), 100);
}

#[test]
fn bodies_that_say_nothing_are_refused_and_collections_read() {
    for body in [
        json!([]),
        json!("x"),
        json!({}),
        json!({ "type": "Like" }),
        json!({ "type": "Like", "actor": "https://m.example/b" }),
        json!({ "type": "Create", "actor": "https://m.example/b", "object": { "type": "Note" } }),
        json!({ "type": "Flag", "actor": "https://m.example/b", "object": [] }),
    ] {
        assert!(activities(&body).is_err(), "{body}");
    }
    let like = json!({ "type": "Like", "id": "https://m.example/1", "actor": "https://m.example/b", "object": "https://a.example/v",
        "to": "as:Public", "signature": { "type": "RsaSignature2017" } });
    let body = json!({ "type": "OrderedCollection", "orderedItems": [like, { "type": "Like" }] });
    let all = activities(&body).unwrap();
    let [one] = all.as_slice() else { panic!("the other says nothing") };
    assert!(one.has_signature && one.audience == [PUBLIC] && one.id.is_some());
}

#[test]
fn lists_stay_on_their_server_and_go_forward() {
    let list =
        json!({ "type": "OrderedCollection", "totalItems": 12, "first": "https://a.example/f?page=1" });
    let read = Collection::read(&list, "https://a.example/f").unwrap();
    assert_eq!((read.total, read.first.as_deref()), (Some(12), Some("https://a.example/f?page=1")));
    let elsewhere = Collection::read(&list, "https://b.example/f").unwrap();
    assert_eq!(elsewhere.first, None);
    let within = json!({ "type": "Collection", "first": { "type": "CollectionPage", "items": ["https://a.example/1"], "next": "https://a.example/f?2" } });
    let within = Collection::read(&within, "https://a.example/f").unwrap();
    assert_eq!(
        (within.items.len(), within.first, within.next.as_deref()),
        (1, None, Some("https://a.example/f?2"))
    );
    let page = json!({ "type": "OrderedCollectionPage", "orderedItems": ["https://a.example/1"], "next": "https://a.example/f?page=1" });
    let page = CollectionPage::read(&page, "https://a.example/f?page=1").unwrap();
    assert_eq!((page.items.len(), page.next), (1, None), "a page is not its own next");
    assert!(Collection::read(&json!({ "type": "Note" }), "https://a.example/f").is_err());
}

#[test]
fn lists_of_videos_are_read_with_their_places() {
    let list = json!({ "type": "Playlist", "id": "https://a.example/video-playlists/1", "uuid": "6eb367f5-5dcc-4f98-aefc-fe5092365ef6",
        "name": "Walks", "attributedTo": ["https://a.example/video-channels/tide"], "to": [PUBLIC], "published": "2026-11-21T02:07:11.101Z" });
    let read = Playlist::read(&list).unwrap();
    assert!(read.is_public && read.channel == "https://a.example/video-channels/tide");
    assert!(Playlist::read(&with(list, "attributedTo", json!("https://b.example/c"))).is_err());
    let place = json!({ "type": "PlaylistElement", "id": "https://a.example/e/1", "url": "https://b.example/v", "position": 1, "startTimestamp": 3 });
    let read = Element::read(&place).unwrap();
    assert_eq!((read.position, read.start, read.stop), (1, Some(3), None));
    assert!(Element::read(&with(place, "position", json!(0))).is_err());
}
