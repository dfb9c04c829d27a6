//! What people are told: as they chose, in lists and at once.

use crate::makers::{Maker, bob, captured, root, until};
use crate::ratings::shape;
use crate::rig::{Answer, Instance, PASSWORD, instance, instance_with};
use crate::signup::mailing;
use crate::sink::Sink;
use crate::videos::publish;
use backend::domain::account::{self, NewUser};
use backend::domain::password;
use backend::store::records::{Role, Video, VideoState};
use backend::store::tables::{JobKey, VideoKey};
use backend::store::{Durability, Read, StoreError};
use futures_util::{SinkExt, StreamExt};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

const PATH: &str = "/api/v1/users/me/notifications";

async fn told(instance: &Instance, who: &Maker, query: &str) -> Value {
    let answer = instance.get(&format!("{PATH}?{query}")).bearer(&who.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()
}

/// The kinds of news somebody has, latest first, and how many there are.
async fn kinds(instance: &Instance, who: &Maker, query: &str) -> (u64, Vec<u64>) {
    let page = told(instance, who, query).await;
    let kind = |row: &Value| row["type"].as_u64().unwrap();
    (page["total"].as_u64().unwrap(), page["data"].as_array().unwrap().iter().map(kind).collect())
}

async fn follow(instance: &Instance, who: &Maker, channel: &str) {
    let uri = format!("{channel}@{}", instance.running.url.host());
    let post = instance.post("/api/v1/users/me/subscriptions").bearer(&who.token);
    assert_eq!(post.json(&json!({ "uri": uri })).send().await.status, StatusCode::NO_CONTENT);
}

async fn say(instance: &Instance, who: &Maker, video: &Video, text: &str) -> Answer {
    let path = format!("/api/v1/videos/{}/comment-threads", video.uuid);
    let answer = instance.post(&path).bearer(&who.token).json(&json!({ "text": text })).send().await;
    assert_eq!(answer.status, StatusCode::OK);
    answer
}

async fn set(instance: &Instance, who: &Maker, settings: &Value) -> Answer {
    let put = instance.ask(Method::PUT, "/api/v1/users/me/notification-settings").bearer(&who.token);
    put.json(settings).send().await
}

/// No work is left to do.
async fn idle(instance: &Instance) {
    let app = instance.running.app();
    until(|| app.store().table::<JobKey>().next().is_none()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_news_is_told_and_looks_as_captured() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    follow(&instance, &bob, "root_channel").await;
    let video = publish(&instance, &root, "Video", |_| ()).await;
    idle(&instance).await;
    say(&instance, &bob, &video, "Hello @root and @bob").await;
    say(&instance, &root, &video, "Hello @bob, @nobody and @bob@elsewhere.example").await;
    let app = instance.running.app();
    let ready = |state| {
        let id = video.id;
        app.write(Durability::Relaxed, move |write, _| {
            let key = VideoKey { video: id };
            let mut video = write.get(&key)?.unwrap();
            (video.state, video.wait_transcoding) = (state, true);
            write.insert(&key, &video)?;
            Ok::<_, StoreError>(())
        })
    };
    ready(VideoState::ToTranscode).await.unwrap();
    ready(VideoState::Published).await.unwrap();
    idle(&instance).await;
    assert_eq!(kinds(&instance, &root, "").await, (3, vec![6, 2, 10]));
    assert_eq!(kinds(&instance, &bob, "").await, (2, vec![11, 1]), "a video is announced once");

    let captured = captured("users-me-notifications");
    let of_kind = |page: &Value, kind: u64| {
        let rows = page["data"].as_array().unwrap().clone();
        let is_whole = |row: &Value| row["type"] == kind && (kind != 2 || !row["comment"].is_null());
        rows.into_iter().find(is_whole).unwrap()
    };
    let page = told(&instance, &root, "").await;
    for kind in [2, 6, 10] {
        assert_eq!(shape(&of_kind(&page, kind)), shape(&of_kind(&captured, kind)), "{kind}");
    }
    let own = told(&instance, &bob, "").await;
    assert_eq!(shape(&of_kind(&own, 1)), shape(&of_kind(&captured, 6)));
    assert_eq!(shape(&of_kind(&own, 11)), shape(&of_kind(&captured, 2)));
    assert_eq!(of_kind(&own, 11)["comment"]["account"]["name"], "root");
    assert_eq!(of_kind(&page, 10)["actorFollow"]["following"]["name"], "root_channel");

    // What is gone is left out, and what nobody sees any more too.
    instance.ask(Method::DELETE, "/api/v1/videos/1/comments/2").bearer(&root.token).send().await;
    let hide =
        instance.ask(Method::PUT, "/api/v1/videos/1").bearer(&root.token).json(&json!({ "privacy": 3 }));
    assert_eq!(hide.send().await.status, StatusCode::NO_CONTENT);
    let own = told(&instance, &bob, "").await;
    assert!(own["data"][0].get("comment").is_none() && own["data"][1].get("video").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn news_are_read_one_by_one_and_all_at_once() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", |_| ()).await;
    for text in ["one", "two", "three"] {
        say(&instance, &bob, &video, text).await;
    }
    follow(&instance, &bob, "root_channel").await;
    assert_eq!(kinds(&instance, &root, "count=2").await, (4, vec![10, 2]));
    assert_eq!(kinds(&instance, &root, "sort=createdAt&count=1&start=3").await, (4, vec![10]));
    assert_eq!(kinds(&instance, &root, "typeOneOf[]=10&typeOneOf[]=11").await, (1, vec![10]));
    let read = async |body: Value| {
        instance.post(&format!("{PATH}/read")).bearer(&root.token).json(&body).send().await.status
    };
    assert_eq!(read(json!({ "ids": [2, 4, 99] })).await, StatusCode::NO_CONTENT);
    assert_eq!(kinds(&instance, &root, "unread=true").await, (2, vec![2, 2]));
    assert_eq!(kinds(&instance, &root, "unread=false&typeOneOf=2").await, (1, vec![2]));
    for body in [json!({}), json!({ "ids": [] }), json!({ "ids": ["x"] }), json!({ "ids": 1 })] {
        assert_eq!(read(body.clone()).await, StatusCode::BAD_REQUEST, "{body}");
    }
    let instance = instance.restart().await;
    assert_eq!(kinds(&instance, &root, "unread=true").await.0, 2);
    let all = instance.post(&format!("{PATH}/read-all")).bearer(&root.token).send().await;
    assert_eq!(all.status, StatusCode::NO_CONTENT);
    assert_eq!(kinds(&instance, &root, "unread=true").await, (0, vec![]));
    assert_eq!(kinds(&instance, &root, "").await.0, 4);
    for query in ["sort=name", "unread=x", "typeOneOf=x", "count=101"] {
        let answer = instance.get(&format!("{PATH}?{query}")).bearer(&root.token).send().await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(instance.get(PATH).send().await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(instance.post(&format!("{PATH}/read-all")).send().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_chooses_what_they_hear_of() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", |_| ()).await;
    let settings = async || {
        let me = instance.get("/api/v1/users/me").bearer(&root.token).send().await.json();
        me["notificationSettings"].clone()
    };
    let first = settings().await;
    assert_eq!((&first["newCommentOnMyVideo"], &first["abuseAsModerator"]), (&json!(1), &json!(3)));
    let wish = json!({ "newCommentOnMyVideo": 0, "abuseAsModerator": 1, "unheardOf": 9 });
    assert_eq!(set(&instance, &root, &wish).await.status, StatusCode::NO_CONTENT);
    let second = settings().await;
    assert_eq!(
        (&second["newCommentOnMyVideo"], &second["abuseAsModerator"], &second["newFollow"]),
        (&json!(0), &json!(1), &json!(1))
    );
    assert_eq!(shape(&second), shape(&first));
    say(&instance, &bob, &video, "unheard").await;
    assert_eq!(kinds(&instance, &root, "").await.0, 0);
    assert_eq!(
        set(&instance, &root, &json!({ "newCommentOnMyVideo": 3 })).await.status,
        StatusCode::NO_CONTENT
    );
    say(&instance, &bob, &video, "heard").await;
    assert_eq!(kinds(&instance, &root, "").await.0, 1);
    for wish in
        [json!({ "newFollow": 4 }), json!({ "newFollow": "1" }), json!({ "newFollow": null }), json!([])]
    {
        assert_eq!(set(&instance, &root, &wish).await.status, StatusCode::BAD_REQUEST, "{wish}");
    }
    let anonymous = instance.ask(Method::PUT, "/api/v1/users/me/notification-settings").json(&json!({}));
    assert_eq!(anonymous.send().await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_followers_hear_of_a_new_video() {
    let instance = instance().await;
    let root = root(&instance).await;
    let app = instance.running.app();
    // More than one piece of work.
    let hash = password::hash(PASSWORD, [7; 16]).unwrap();
    app.write(Durability::Relaxed, move |write, now| {
        for number in 0..250 {
            let name = format!("fan{number}");
            let new = NewUser {
                username: name.clone(),
                email: format!("{name}@films.example"),
                password: hash.clone(),
                role: Role::User,
                channel: format!("{name}_channel"),
                video_quota: None,
                video_quota_daily: None,
            };
            account::create(write, now, new)?;
        }
        Ok::<_, account::CreateError>(())
    })
    .await
    .unwrap();
    app.write(Durability::Relaxed, |write, now| {
        for account in 2..=251 {
            backend::domain::subscription::follow(
                write,
                now,
                shared::id::AccountId(account),
                shared::id::ChannelId(1),
            )?;
        }
        write.take_events();
        Ok::<_, backend::domain::subscription::FollowError>(())
    })
    .await
    .unwrap();
    publish(&instance, &root, "News", |_| ()).await;
    idle(&instance).await;
    for fan in ["fan0", "fan120", "fan249"] {
        let tokens = instance.log_in(fan, &PASSWORD.replace(' ', "+")).await.json();
        let fan = Maker { token: tokens["access_token"].as_str().unwrap().to_owned(), channel: 0 };
        assert_eq!(kinds(&instance, &fan, "").await, (1, vec![1]));
    }
    assert_eq!(kinds(&instance, &root, "").await.0, 0);
}

type Socket = WebSocketStream<TcpStream>;

async fn open(instance: &Instance, query: &str) -> Socket {
    let address = instance.running.addr;
    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("ws://{address}{PATH}/socket{query}");
    tokio_tungstenite::client_async(url, stream).await.unwrap().0
}

async fn hear(socket: &mut Socket) -> Message {
    let heard = tokio::time::timeout(std::time::Duration::from_secs(20), socket.next());
    heard.await.expect("a word in time").expect("the socket is open").unwrap()
}

async fn word(socket: &mut Socket) -> Value {
    serde_json::from_str(hear(socket).await.to_text().unwrap()).unwrap()
}

async fn closed_with(socket: &mut Socket) -> u16 {
    let heard = hear(socket).await;
    let Message::Close(Some(frame)) = heard else { panic!("{heard:?}") };
    frame.code.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_hears_at_once_until_its_session_ends() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Video", |_| ()).await;
    say(&instance, &bob, &video, "before").await;
    let mut page = open(&instance, &format!("?accessToken={}", root.token)).await;
    assert_eq!(word(&mut page).await, json!({ "type": "ready", "unread": 1 }));
    let mut shy = open(&instance, "").await;
    shy.send(Message::text(json!({ "token": bob.token }).to_string())).await.unwrap();
    assert_eq!(word(&mut shy).await, json!({ "type": "ready", "unread": 0 }));

    say(&instance, &bob, &video, "news").await;
    let news = word(&mut page).await;
    let listed = told(&instance, &root, "count=1").await;
    assert_eq!((&news["type"], &news["notification"]), (&json!("notification"), &listed["data"][0]));

    for (query, first) in
        [("?accessToken=0000", None), ("", Some("{\"token\":\"0000\"}")), ("", Some("what?"))]
    {
        let mut stranger = open(&instance, query).await;
        if let Some(first) = first {
            stranger.send(Message::text(first)).await.unwrap();
        }
        assert_eq!(closed_with(&mut stranger).await, 4401, "{query} {first:?}");
    }
    let out = instance.post("/api/v1/users/revoke-token").bearer(&root.token).json(&json!({})).send().await;
    assert_eq!(out.status, StatusCode::OK);
    assert_eq!(closed_with(&mut page).await, 4401);
    // Who talks without end is shown out.
    for _ in 0..30 {
        if shy.send(Message::text("blah")).await.is_err() {
            break;
        }
    }
    assert_eq!(closed_with(&mut shy).await, 1008);
    let plain = instance.get(&format!("{PATH}/socket")).bearer(&bob.token).send().await;
    assert_eq!(plain.status, StatusCode::UPGRADE_REQUIRED);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_chose_mail_gets_mail_and_no_word_of_what_is_gone() {
    let sink = Sink::start().await;
    let address = sink.address;
    let instance = instance_with(|config| mailing(config, address)).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let video = publish(&instance, &root, "Pelicans & more", |_| ()).await;
    let wish = json!({ "newCommentOnMyVideo": 2, "newFollow": 3 });
    assert_eq!(set(&instance, &root, &wish).await.status, StatusCode::NO_CONTENT);
    let french = instance.ask(Method::PUT, "/api/v1/users/me").bearer(&bob.token);
    assert_eq!(french.json(&json!({ "language": "fr" })).send().await.status, StatusCode::NO_CONTENT);
    let french = json!({ "commentMention": 2 });
    assert_eq!(set(&instance, &bob, &french).await.status, StatusCode::NO_CONTENT);

    say(&instance, &bob, &video, "What a <b>bird</b>").await;
    let mail = sink.mail(1).await;
    assert_eq!(mail.header("Subject"), "bob commented on Pelicans & more");
    let text = mail.readable();
    assert!(text.contains("What a <b>bird</b>"), "the text says it as it was written: {text}");
    assert!(text.contains("What a &lt;b&gt;bird&lt;/b&gt;"), "and so does the HTML: {text}");
    mail.link(&format!("{}/w/{}", instance.running.url, video.uuid.short()));
    follow(&instance, &bob, "root_channel").await;
    let mail = sink.mail(2).await;
    assert!(mail.header("Subject").starts_with("bob follows "), "{}", mail.header("Subject"));
    assert_eq!(kinds(&instance, &root, "").await, (1, vec![10]), "the comment came by mail alone");
    say(&instance, &root, &video, "Merci @bob").await;
    let mail = sink.mail(3).await;
    assert!(mail.to.contains("bob@films.example"), "{}", mail.to);
    assert!(mail.readable().contains("vous a mentionné"), "{}", mail.readable());
}
