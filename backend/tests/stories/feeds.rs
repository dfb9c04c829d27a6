//! Feeds: what is new, for programs that look for themselves.

use backend::store::Read;
use backend::store::records::{Chapter, CommentsPolicy, JobKind, Privacy, Video};
use backend::store::tables::JobKey;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::clips;
use crate::makers::{Maker, bob, root, until};
use crate::rig::{Answer, Instance, Part, instance, instance_with};
use crate::videos::publish;

async fn get(instance: &Instance, path: &str) -> Answer {
    instance.get(&format!("/feeds/{path}")).send().await
}

/// The titles of a feed's items.
async fn titles(instance: &Instance, path: &str) -> Vec<String> {
    let answer = get(instance, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    titles_in(&answer)
}

fn titles_in(answer: &Answer) -> Vec<String> {
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.to_vec()).unwrap()
}

async fn send(instance: &Instance, who: &Maker, method: Method, path: &str, body: &Value) -> Answer {
    instance.ask(method, &format!("/api/v1/{path}")).bearer(&who.token).json(body).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_reads_what_everybody_finds() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "Alpha & <b>", |video| (video.category, video.views) = (Some(2), 7)).await;
    publish(&instance, &bob, "beta", |video| video.language = Some("fr".into())).await;
    publish(&instance, &root, "Not for all eyes", |video| video.nsfw = true).await;
    publish(&instance, &root, "Hidden", |video| video.privacy = Privacy::Unlisted).await;
    publish(&instance, &root, "Members", |video| video.privacy = Privacy::Internal).await;
    let numbers = (root.channel, bob.channel);
    for (query, expected) in [
        (String::new(), &["beta", "Alpha & <b>"][..]),
        ("?sort=-views".into(), &["Alpha & <b>", "beta"]),
        ("?categoryOneOf=2".into(), &["Alpha & <b>"]),
        ("?languageOneOf[]=fr&isLocal=true".into(), &["beta"]),
        ("?isLocal=false".into(), &[]),
        ("?nsfw=true".into(), &["Not for all eyes"]),
        ("?nsfw=both&videoChannelName=root_channel".into(), &["Not for all eyes", "Alpha & <b>"]),
        (format!("?videoChannelId={}", numbers.0), &["Alpha & <b>"]),
        (format!("?videoChannelId={}", numbers.1), &["beta"]),
        ("?accountName=bob".into(), &["beta"]),
        ("?count=1&videoChannelName=bob_channel".into(), &["beta"]),
    ] {
        for _ in 0..2 {
            assert_eq!(titles(&instance, &format!("videos.json{query}")).await, expected, "{query}");
        }
    }
    let me = instance.get("/api/v1/users/me").bearer(&bob.token).send().await.json();
    let own = format!("videos.json?accountId={}", me["account"]["id"]);
    assert_eq!(titles(&instance, &own).await, ["beta"]);

    for (path, media_type, root) in [
        ("videos.xml", "application/xml; charset=utf-8", "<rss"),
        ("videos.rss", "application/rss+xml; charset=utf-8", "<rss"),
        ("videos.rss2", "application/rss+xml; charset=utf-8", "<rss"),
        ("videos.atom", "application/atom+xml; charset=utf-8", "<feed"),
        ("videos.atom1", "application/atom+xml; charset=utf-8", "<feed"),
        ("videos.json", "application/json; charset=utf-8", "{"),
        ("videos.json1", "application/json; charset=utf-8", "{"),
    ] {
        let answer = get(&instance, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), media_type, "{path}");
        assert_eq!(answer.header("cache-control"), "max-age=900", "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert!(text(&answer).contains(root), "{path}");
        assert!(path.contains("json") || text(&answer).contains("Alpha &amp; &lt;b&gt;"), "{path}");
        let asked = instance.ask(Method::HEAD, &format!("/feeds/{path}")).send().await;
        assert_eq!((asked.status, asked.body.len()), (StatusCode::OK, 0), "{path}");
        assert_eq!(asked.header("etag"), answer.header("etag"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_is_not_sent_again() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Old name", |_| ()).await;
    for path in
        ["videos.xml", "videos.atom", "videos.json", "podcast/videos.xml?videoChannelName=root_channel"]
    {
        let first = get(&instance, path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        let known = || instance.get(&format!("/feeds/{path}")).header("if-none-match", &tag).send();
        let again = known().await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(again.header("cache-control"), "max-age=900", "{path}");
    }
    let tag = get(&instance, "videos.xml").await.header("etag").to_owned();
    let known = || instance.get("/feeds/videos.xml").header("if-none-match", &tag).send();
    let path = format!("videos/{}", video.uuid);
    let rename = json!({ "name": "New name" });
    assert_eq!(send(&instance, &root, Method::PUT, &path, &rename).await.status, StatusCode::NO_CONTENT);
    let changed = known().await;
    assert_eq!(changed.status, StatusCode::OK);
    assert!(text(&changed).contains("New name") && !text(&changed).contains("Old name"));
    send(&instance, &root, Method::PUT, &path, &json!({ "privacy": 3 })).await;
    assert_eq!(titles(&instance, "videos.json").await, [""; 0], "what is private now is in no feed");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_feeds_are_refused_by_name() {
    let instance = instance().await;
    let root = root(&instance).await;
    let me = instance.get("/api/v1/users/me").bearer(&root.token).send().await.json();
    let own = format!("subscriptions.json?accountId={}&token=x", me["account"]["id"]);
    for (path, status, named) in [
        ("videos.pdf", 400, "format"),
        ("videos.json?videoChannelId=x", 400, "videoChannelId"),
        ("videos.json?accountId=0", 400, "accountId"),
        ("videos.json?sort=foo", 400, "sort"),
        ("videos.json?nsfw=perhaps", 400, "nsfw"),
        ("podcast/videos.xml", 400, "videoChannelId"),
        ("subscriptions.json?token=x", 400, "accountId"),
        ("subscriptions.json?accountId=1", 400, "token"),
        ("video-comments.xml?videoId=1&videoChannelId=1", 400, "videoId"),
        ("videos.json?include=1", 401, ""),
        ("videos.json?videoChannelId=999", 404, ""),
        ("videos.json?videoChannelName=nobody", 404, ""),
        ("videos.json?accountId=999", 404, ""),
        ("videos.json?accountName=nobody", 404, ""),
        ("podcast/videos.xml?videoChannelId=999", 404, ""),
        ("podcast/videos/999/chapters.json", 404, ""),
        ("video-comments.json?videoId=999", 404, ""),
        ("subscriptions.json?accountId=999&token=x", 404, ""),
        (own.as_str(), 403, ""),
        ("videos", 404, ""),
        ("nothing.xml", 404, ""),
        ("nothing", 404, ""),
    ] {
        let answer = get(&instance, path).await;
        assert_eq!(answer.status.as_u16(), status, "{path}: {:?}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json; charset=utf-8", "{path}");
        if !named.is_empty() {
            assert!(answer.json()["invalid-params"].get(named).is_some(), "{path}: {:?}", answer.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_has_as_many_as_the_settings_say_and_none_of_whom_the_instance_mutes() {
    let instance = instance_with(|config| {
        config.feeds.videos_count = 2;
        config.feeds.comments_count = 1;
    })
    .await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let mut last = None;
    for name in ["One", "Two", "Three"] {
        last = Some(publish(&instance, &root, name, |_| ()).await);
    }
    publish(&instance, &bob, "Bob's", |_| ()).await;
    assert_eq!(titles(&instance, "videos.json").await, ["Bob's", "Three"]);
    let say = format!("videos/{}/comment-threads", last.unwrap().uuid);
    for (who, said) in [(&root, "First"), (&bob, "Second")] {
        send(&instance, who, Method::POST, &say, &json!({ "text": said })).await;
    }
    assert_eq!(titles(&instance, "video-comments.json").await, ["Three - bob"]);
    let mute = json!({ "accountName": format!("bob@{}", instance.running.url.host()) });
    let all = "server/blocklist/accounts";
    assert_eq!(send(&instance, &root, Method::POST, all, &mute).await.status, StatusCode::NO_CONTENT);
    assert_eq!(titles(&instance, "videos.json").await, ["Three", "Two"]);
    assert_eq!(titles(&instance, "video-comments.json").await, ["Three - root"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_that_everybody_sees_are_told() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Open", |_| ()).await;
    let asks = |video: &mut Video| video.comments_policy = CommentsPolicy::RequiresApproval;
    let held = publish(&instance, &root, "Asks first", asks).await;
    let unlisted = publish(&instance, &bob, "Unlisted", |video| video.privacy = Privacy::Unlisted).await;
    let private = publish(&instance, &root, "Private", |video| video.privacy = Privacy::Private).await;
    let say = async |who: &Maker, video: &Video, said: &str| -> u64 {
        let path = format!("videos/{}/comment-threads", video.uuid);
        let answer = send(&instance, who, Method::POST, &path, &json!({ "text": said })).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
        answer.json()["comment"]["id"].as_u64().unwrap()
    };
    let first = say(&bob, &video, "**First** <script>").await;
    let gone = say(&bob, &video, "Gone").await;
    say(&bob, &held, "Waits").await;
    say(&root, &unlisted, "On the unlisted").await;
    say(&root, &private, "On the private").await;
    let path = format!("videos/{}/comments/{gone}", video.uuid);
    send(&instance, &bob, Method::DELETE, &path, &json!({})).await;

    let feed = get(&instance, "video-comments.json").await;
    assert_eq!(titles_in(&feed), ["Open - bob"]);
    let item = &feed.json()["items"][0];
    let html = item["content_html"].as_str().unwrap();
    assert!(html.contains("<strong>First</strong>") && !html.contains("<script"), "{html}");
    assert!(item["id"].as_str().unwrap().ends_with(&format!("/comments/{first}")));
    assert!(item["url"].as_str().unwrap().contains(&format!("/w/{};threadId={first}", video.uuid.short())));

    for (query, expected) in [
        (format!("videoId={}", video.uuid), &["Open - bob"][..]),
        (format!("videoId={}", unlisted.uuid), &["Unlisted - root"]),
        (format!("videoId={}", held.uuid), &[]),
        ("videoChannelName=root_channel".into(), &["Open - bob"]),
        ("videoChannelName=bob_channel".into(), &[]),
        ("accountName=root".into(), &["Open - bob"]),
    ] {
        assert_eq!(titles(&instance, &format!("video-comments.json?{query}")).await, expected, "{query}");
    }
    for ending in ["xml", "atom"] {
        let answer = get(&instance, &format!("video-comments.{ending}")).await;
        assert!(text(&answer).contains("Open - bob"), "{ending}");
    }
    let closed = get(&instance, &format!("video-comments.json?videoId={}", private.uuid)).await;
    assert_eq!(closed.status, StatusCode::UNAUTHORIZED, "{:?}", closed.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_feed_opens_to_its_token_alone() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "For all", |_| ()).await;
    publish(&instance, &root, "Members", |video| video.privacy = Privacy::Internal).await;
    publish(&instance, &bob, "Bob's own", |_| ()).await;
    let uri = json!({ "uri": format!("root_channel@{}", instance.running.url.host()) });
    send(&instance, &bob, Method::POST, "users/me/subscriptions", &uri).await;
    let me = instance.get("/api/v1/users/me").bearer(&bob.token).send().await.json();
    let account = me["account"]["id"].as_u64().unwrap();
    let tokens = "/api/v1/users/scoped-tokens";
    let token = |answer: &Answer| answer.json()["feedToken"].as_str().unwrap().to_owned();
    let first = token(&instance.get(tokens).bearer(&bob.token).send().await);
    let path = |account: u64, token: &str| format!("subscriptions.json?accountId={account}&token={token}");

    let answer = get(&instance, &path(account, &first)).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    assert_eq!(titles_in(&answer), ["Members", "For all"]);
    assert_eq!(answer.header("cache-control"), "private, no-store");
    assert!(text(&answer).contains("/feeds/subscriptions.json?accountId="), "its own address");
    for ending in ["xml", "atom"] {
        let path = format!("subscriptions.{ending}?accountId={account}&token={first}");
        assert_eq!(get(&instance, &path).await.status, StatusCode::OK);
    }
    let others = instance.get("/api/v1/users/me").bearer(&root.token).send().await.json();
    let other = others["account"]["id"].as_u64().unwrap();
    for (account, token) in [(account, "x"), (other, first.as_str()), (account, &first[1..])] {
        assert_eq!(get(&instance, &path(account, token)).await.status, StatusCode::FORBIDDEN);
    }
    let second = token(&instance.post(tokens).bearer(&bob.token).send().await);
    assert_eq!(get(&instance, &path(account, &first)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&instance, &path(account, &second)).await.status, StatusCode::OK);

    let mute = json!({ "accountName": "root" });
    send(&instance, &bob, Method::POST, "users/me/blocklist/accounts", &mute).await;
    assert_eq!(titles_in(&get(&instance, &path(account, &second)).await), [""; 0]);
    let user = me["id"].as_u64().unwrap();
    let block = format!("users/{user}/block");
    assert_eq!(send(&instance, &root, Method::POST, &block, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&instance, &path(account, &second)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_a_podcast_with_files_whose_length_is_right() {
    let instance = instance().await;
    let root = root(&instance).await;
    let channel = root.channel.to_string();
    let parts = [
        Part::Text("name", "A film"),
        Part::Text("channelId", &channel),
        Part::Text("privacy", "1"),
        Part::Text("category", "15"),
        Part::File("videofile", "clip.mp4", clips::other()),
    ];
    let answer = root.single(&instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    let uuid = answer.json()["video"]["uuid"].as_str().unwrap().to_owned();
    let app = instance.running.app();
    until(|| {
        let mut jobs = app.store().table::<JobKey>().map(|row| row.unwrap().1.kind);
        jobs.all(|kind| matches!(kind, JobKind::RemoveSource(_)))
    })
    .await;
    let chapters =
        json!({ "chapters": [{ "timecode": 0, "title": "One" }, { "timecode": 2, "title": "Two" }] });
    let path = format!("videos/{uuid}/chapters");
    assert_eq!(send(&instance, &root, Method::PUT, &path, &chapters).await.status, StatusCode::NO_CONTENT);

    let feed = get(&instance, &format!("podcast/videos.xml?videoChannelId={channel}")).await;
    assert_eq!(feed.header("content-type"), "application/rss+xml; charset=utf-8");
    let feed = text(&feed);
    for expected in [
        "<podcast:medium>video</podcast:medium>",
        "<podcast:guid>",
        "<itunes:category text=\"Technology\"/>",
        "<podcast:person href=",
        "<podcast:socialInteract uri=",
        "<podcast:alternateEnclosure type=\"video/mp4\"",
        "<podcast:alternateEnclosure type=\"audio/mp4\"",
        "<podcast:alternateEnclosure type=\"application/x-mpegURL\"",
        "<itunes:duration>4</itunes:duration>",
        "<itunes:explicit>false</itunes:explicit>",
    ] {
        assert!(feed.contains(expected), "{expected} is not in {feed}");
    }
    let of = |text: &str, name: &str| {
        let from = text.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
        text[from..][..text[from..].find('"').unwrap()].to_owned()
    };
    let local =
        |address: &str| address[address.find("/static/").or(address.find("/feeds/")).unwrap()..].to_owned();
    let enclosure = &feed[feed.find("<enclosure").unwrap()..];
    let asked = instance.ask(Method::HEAD, &local(&of(enclosure, "url"))).send().await;
    assert_eq!(asked.status, StatusCode::OK);
    assert_eq!(asked.header("content-length"), of(enclosure, "length"));
    assert_eq!(of(enclosure, "type"), "video/mp4");

    let at = &feed[feed.find("<podcast:chapters").unwrap()..];
    assert_eq!(of(at, "type"), "application/json+chapters");
    let told = instance.get(&local(&of(at, "url"))).send().await;
    assert_eq!(told.header("content-type"), "application/json+chapters");
    let expected = json!({ "version": "1.2.0", "chapters": [{ "startTime": 0, "title": "One" }, { "startTime": 2, "title": "Two" }] });
    assert_eq!(told.json(), expected);

    // The same file, in the words of each format.
    let bytes: u64 = asked.header("content-length").parse().unwrap();
    let item = get(&instance, "videos.json").await.json()["items"][0].clone();
    assert_eq!(item["attachments"][0]["size_in_bytes"], bytes);
    for (path, expected) in
        [("videos.xml", format!("fileSize=\"{bytes}\"")), ("videos.atom", format!("length=\"{bytes}\""))]
    {
        let feed = text(&get(&instance, path).await);
        assert!(feed.contains(&expected), "{expected} is not in {feed}");
    }
    // What is kept of a podcast says the same by whichever name it was asked for.
    let named = text(&get(&instance, "podcast/videos.xml?videoChannelName=root_channel").await);
    let guid = |feed: &str| feed[feed.find("<podcast:guid>").unwrap()..][..50].to_owned();
    assert_eq!(guid(&named), guid(&feed));
}

#[tokio::test(flavor = "multi_thread")]
async fn chapters_of_what_is_hidden_are_hidden() {
    let instance = instance().await;
    let root = root(&instance).await;
    let video = publish(&instance, &root, "Private", |video| {
        video.privacy = Privacy::Private;
        video.chapters = vec![Chapter { timecode: 0, title: "One".into() }];
    })
    .await;
    let answer = get(&instance, &format!("podcast/videos/{}/chapters.json", video.uuid)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{:?}", answer.body);
}
