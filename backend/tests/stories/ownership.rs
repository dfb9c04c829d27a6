//! Videos and channels that change hands.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use backend::store::records::Role;

use crate::clips;
use crate::collaborators::{ask, column, get, person, take_in, user};
use crate::makers::{Maker, bob, root};
use crate::rig::{Answer, Instance, Part, instance, instance_with};
use crate::signup::mailing;
use crate::sink::Sink;
use crate::videos;

async fn publish(instance: &Instance, maker: &Maker, name: &str, privacy: &str) -> String {
    let channel = maker.channel.to_string();
    let parts = [
        Part::Text("name", name),
        Part::Text("channelId", &channel),
        Part::Text("privacy", privacy),
        Part::File("videofile", "clip.mp4", clips::mp4()),
    ];
    let answer = maker.single(instance, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    answer.json()["video"]["uuid"].as_str().unwrap().to_owned()
}

async fn post(instance: &Instance, who: &Maker, path: &str, body: Value) -> Answer {
    instance.post(&format!("/api/v1/videos/{path}")).bearer(&who.token).json(&body).send().await
}

async fn offers(instance: &Instance, who: &Maker) -> Value {
    instance.get("/api/v1/videos/ownership").bearer(&who.token).send().await.json()
}

/// What kinds of news about a video somebody was told, latest first, with the names of the videos.
async fn news(instance: &Instance, who: &Maker) -> Vec<(u64, String)> {
    let page = instance.get("/api/v1/users/me/notifications").bearer(&who.token).send().await.json();
    let of =
        |row: &Value| (row["type"].as_u64().unwrap(), row["video"]["name"].as_str().unwrap_or("").to_owned());
    page["data"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_video_is_offered_and_taken_or_left() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(100_000_000)).await);
    // A private one, so that who is to answer sees more than others.
    let video = publish(&instance, &root, "A gift", "3").await;
    let give = format!("{video}/give-ownership");
    let to_bob = json!({ "username": "bob" });
    for (who, body, status) in [
        (&bob, json!({ "username": "root" }), 403),
        (&root, json!({ "username": "root" }), 400),
        (&root, json!({ "username": "nobody" }), 400),
        (&root, json!({ "username": "bob@elsewhere.example" }), 400),
        (&root, json!({}), 400),
        (&root, json!({ "username": 5 }), 400),
    ] {
        assert_eq!(post(&instance, who, &give, body.clone()).await.status.as_u16(), status, "{body}");
    }
    assert_eq!(offers(&instance, &bob).await, json!({ "total": 0, "data": [] }));
    for _ in 0..2 {
        assert_eq!(post(&instance, &root, &give, to_bob.clone()).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(news(&instance, &bob).await, [(26, "A gift".to_owned())], "offered twice, told once");
    let waiting = offers(&instance, &bob).await;
    let offer = &waiting["data"][0];
    assert_eq!(
        (&waiting["total"], &offer["status"]),
        (&json!(1), &json!("WAITING")),
        "offered twice, waits once"
    );
    let names = (&offer["initiatorAccount"]["name"], &offer["nextOwnerAccount"]["name"]);
    assert_eq!(names, (&json!("root"), &json!("bob")));
    assert_eq!(offer["video"]["uuid"], video.as_str());
    let id = offer["id"].as_u64().unwrap();
    let refuse = format!("ownership/{id}/refuse");
    assert_eq!(
        post(&instance, &root, &refuse, json!({})).await.status,
        StatusCode::NOT_FOUND,
        "not root's to say"
    );
    assert_eq!(post(&instance, &bob, &refuse, json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(offers(&instance, &bob).await["total"], 0);
    assert_eq!(news(&instance, &root).await, [(28, "A gift".to_owned())]);

    assert_eq!(post(&instance, &root, &give, to_bob).await.status, StatusCode::NO_CONTENT);
    let instance = instance.restart().await;
    let id = offers(&instance, &bob).await["data"][0]["id"].as_u64().unwrap();
    let accept = format!("ownership/{id}/accept");
    for wrong in [json!({}), json!({ "channelId": root.channel }), json!({ "channelId": "x" })] {
        assert_eq!(
            post(&instance, &bob, &accept, wrong.clone()).await.status,
            StatusCode::BAD_REQUEST,
            "{wrong}"
        );
    }
    let channel = json!({ "channelId": bob.channel });
    assert_eq!(post(&instance, &bob, &accept, channel.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(post(&instance, &bob, &accept, channel).await.status, StatusCode::NOT_FOUND);
    let page = instance.get(&format!("/api/v1/videos/{video}")).bearer(&bob.token).send().await.json();
    assert_eq!((&page["account"]["name"], &page["channel"]["name"]), (&json!("bob"), &json!("bob_channel")));
    let change = instance.ask(Method::PUT, &format!("/api/v1/videos/{video}")).bearer(&bob.token);
    assert_eq!(change.json(&json!({ "name": "Mine now" })).send().await.status, StatusCode::NO_CONTENT);
    let used = instance.get("/api/v1/users/me/video-quota-used").bearer(&bob.token).send().await.json();
    assert!(0 < used["videoQuotaUsed"].as_u64().unwrap());
    // Root keeps order, and so still sees what is Bob's alone.
    assert_eq!(news(&instance, &root).await[0], (27, "Mine now".to_owned()));

    // Who offered it and who took it stand in what was done there.
    let deeds = "/api/v1/video-channels/root_channel/activities";
    let deeds = instance.get(deeds).bearer(&root.token).send().await.json();
    let last = &deeds["data"][1];
    assert_eq!((&last["action"]["id"], &last["targetAccount"]["username"]), (&json!(12), &json!("bob")));
    assert_eq!(last["video"]["name"], "A gift");

    // What is gone is offered no more.
    let other = publish(&instance, &root, "Another", "1").await;
    let give = format!("{other}/give-ownership");
    assert_eq!(
        post(&instance, &root, &give, json!({ "username": "bob" })).await.status,
        StatusCode::NO_CONTENT
    );
    let gone =
        instance.ask(Method::DELETE, &format!("/api/v1/videos/{other}")).bearer(&root.token).send().await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(offers(&instance, &bob).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_given_more_than_their_quota_holds() {
    let instance = instance().await;
    let (root, bob) = (root(&instance).await, bob(&instance, Some(1000)).await);
    let video = publish(&instance, &root, "Heavy", "1").await;
    let give = format!("{video}/give-ownership");
    assert_eq!(
        post(&instance, &root, &give, json!({ "username": "bob" })).await.status,
        StatusCode::NO_CONTENT
    );
    let id = offers(&instance, &bob).await["data"][0]["id"].as_u64().unwrap();
    let accept = format!("ownership/{id}/accept");
    let refused = post(&instance, &bob, &accept, json!({ "channelId": bob.channel })).await;
    assert_eq!(
        (refused.status, refused.json()["code"].clone()),
        (StatusCode::PAYLOAD_TOO_LARGE, json!("quota_reached"))
    );
    assert_eq!(offers(&instance, &bob).await["total"], 1, "it can be taken once there is room");
    let page = instance.get(&format!("/api/v1/videos/{video}")).send().await.json();
    assert_eq!(page["account"]["name"], "root");
}

const CHANNEL: &str = "/api/v1/video-channels/alice_channel";
const OFFERS: &str = "/api/v1/video-channels/ownership";

async fn give(instance: &Instance, who: &Maker, to: &str) -> u16 {
    let body = Some(json!({ "username": to }));
    ask(instance, who, Method::POST, &format!("{CHANNEL}/give-ownership"), body).await.status.as_u16()
}

/// The number of the one offer of a channel that waits for somebody.
async fn offered(instance: &Instance, who: &Maker) -> u64 {
    get(instance, who, OFFERS).await["data"][0]["id"].as_u64().unwrap()
}

async fn reply(instance: &Instance, who: &Maker, number: u64, word: &str) -> Answer {
    ask(instance, who, Method::POST, &format!("{OFFERS}/{number}/{word}"), None).await
}

async fn withdraw(instance: &Instance, who: &Maker, number: u64) -> u16 {
    ask(instance, who, Method::DELETE, &format!("{OFFERS}/{number}"), None).await.status.as_u16()
}

/// What somebody was told of channels that change hands, latest first.
async fn told(instance: &Instance, who: &Maker) -> Vec<Value> {
    let kinds = "typeOneOf=29&typeOneOf=30&typeOneOf=31";
    let page = get(instance, who, &format!("/api/v1/users/me/notifications?{kinds}")).await;
    page["data"].as_array().unwrap().clone()
}

fn kinds(told: &[Value]) -> Vec<u64> {
    told.iter().map(|row| row["type"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_offered_answered_and_taken_back() {
    let instance = instance().await;
    let (alice, bob) = (user(&instance, "alice").await, user(&instance, "bob").await);
    let (eve, sam) = (user(&instance, "eve").await, user(&instance, "sam").await);
    let mia = person(&instance, "mia", Role::Moderator, None).await;
    let root = root(&instance).await;
    take_in(&instance, &alice, "eve", &eve).await;
    for (who, to, status) in [
        (&sam, "bob", 403),
        (&eve, "bob", 403),
        (&mia, "mia", 403),
        (&alice, "alice", 400),
        (&alice, "nobody", 400),
        (&alice, "bob@elsewhere.example", 400),
        (&alice, "", 400),
    ] {
        assert_eq!(give(&instance, who, to).await, status, "{to}");
    }
    let path = format!("{CHANNEL}/give-ownership");
    for body in [json!({}), json!({ "username": 5 })] {
        assert_eq!(ask(&instance, &alice, Method::POST, &path, Some(body)).await.status, 400);
    }
    let nowhere = "/api/v1/video-channels/nobodys/give-ownership";
    let body = Some(json!({ "username": "bob" }));
    assert_eq!(ask(&instance, &alice, Method::POST, nowhere, body).await.status, 404);
    assert_eq!(get(&instance, &alice, OFFERS).await, json!({ "total": 0, "data": [] }));

    assert_eq!(give(&instance, &alice, "bob").await, 204);
    for to in ["bob", "sam"] {
        assert_eq!(give(&instance, &alice, to).await, 400, "it waits for an answer");
    }
    let instance = instance.restart().await;
    for who in [&alice, &bob] {
        let page = get(&instance, who, OFFERS).await;
        let offer = &page["data"][0];
        assert_eq!((&page["total"], &offer["status"]), (&json!(1), &json!("WAITING")));
        assert_eq!(offer["state"], json!({ "id": 1, "label": "Pending" }));
        let names = (&offer["initiatorAccount"]["name"], &offer["nextOwnerAccount"]["name"]);
        assert_eq!(names, (&json!("alice"), &json!("bob")));
        assert_eq!((&offer["videoChannel"]["name"], offer.get("video")), (&json!("alice_channel"), None));
    }
    for who in [&eve, &sam] {
        assert_eq!(get(&instance, who, OFFERS).await["total"], 0);
    }
    let of_channel = format!("{CHANNEL}/ownership");
    for who in [&alice, &eve, &mia, &root] {
        assert_eq!(get(&instance, who, &of_channel).await["total"], 1);
    }
    for who in [&bob, &sam] {
        assert_eq!(ask(&instance, who, Method::GET, &of_channel, None).await.status, 403);
    }
    for (query, total) in [("?state=1", 1), ("?state=2", 0), ("?state=3&sort=createdAt", 0)] {
        assert_eq!(get(&instance, &alice, &format!("{of_channel}{query}")).await["total"], total, "{query}");
    }
    for query in ["state=4", "state=waiting", "sort=name"] {
        let path = format!("{of_channel}?{query}");
        assert_eq!(ask(&instance, &alice, Method::GET, &path, None).await.status, 400, "{query}");
    }
    assert_eq!(ask(&instance, &alice, Method::GET, &format!("{OFFERS}?sort=x"), None).await.status, 400);

    let news = told(&instance, &bob).await;
    assert_eq!(kinds(&news), [29]);
    let of = &news[0]["changeOwnership"];
    assert_eq!((&of["state"]["id"], &of["channel"]["name"]), (&json!(1), &json!("alice_channel")));
    let names = (&of["initiatorAccount"]["name"], &of["nextOwnerAccount"]["name"]);
    assert_eq!(names, (&json!("alice"), &json!("bob")));

    let number = offered(&instance, &bob).await;
    for who in [&alice, &eve, &root] {
        assert_eq!(reply(&instance, who, number, "accept").await.status, 403);
        assert_eq!(reply(&instance, who, number, "refuse").await.status, 403);
    }
    for who in [&eve, &bob, &mia] {
        assert_eq!(withdraw(&instance, who, number).await, 403);
    }
    for word in ["accept", "refuse"] {
        assert_eq!(reply(&instance, &bob, 424_242, word).await.status, 404);
    }
    let wrong = format!("{OFFERS}/first/accept");
    assert_eq!(ask(&instance, &bob, Method::POST, &wrong, None).await.status, 400);
    let of_videos = format!("/api/v1/videos/ownership/{number}/refuse");
    assert_eq!(ask(&instance, &bob, Method::POST, &of_videos, None).await.status, 404, "it is no video's");

    assert_eq!(reply(&instance, &bob, number, "refuse").await.status, 204);
    assert_eq!(reply(&instance, &bob, number, "accept").await.status, 404, "answered");
    assert_eq!(kinds(&told(&instance, &alice).await), [31]);
    assert_eq!(told(&instance, &bob).await[0]["changeOwnership"]["state"]["id"], 2);
    assert_eq!(get(&instance, &alice, OFFERS).await["total"], 0);

    // Offered again before it was read of, it is told of once; what is taken back nobody takes.
    assert_eq!(give(&instance, &alice, "bob").await, 204);
    assert_eq!(kinds(&told(&instance, &bob).await), [29]);
    let number = offered(&instance, &bob).await;
    assert_eq!(withdraw(&instance, &alice, number).await, 204);
    assert_eq!(withdraw(&instance, &alice, number).await, 404);
    assert_eq!(reply(&instance, &bob, number, "accept").await.status, 404);

    // Whoever keeps everything may offer it for its owner, and hears of the answer with them.
    assert_eq!(give(&instance, &root, "sam").await, 204);
    let number = offered(&instance, &sam).await;
    assert_eq!(reply(&instance, &sam, number, "refuse").await.status, 204);
    assert_eq!(kinds(&told(&instance, &alice).await), [31, 31]);
    assert_eq!(kinds(&told(&instance, &root).await), [31]);

    let deeds = get(&instance, &alice, &format!("{CHANNEL}/activities")).await;
    let rows: Vec<_> = deeds["data"].as_array().unwrap().iter().collect();
    let row = |row: &&Value| {
        let name = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", name(&row["by"]), row["action"]["id"], name(&row["targetAccount"]["username"]))
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    assert_eq!(
        rows,
        ["sam 14 sam", "root 12 sam", "alice 16 bob", "alice 12 bob", "bob 14 bob", "alice 12 bob"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_taken_brings_all_that_is_in_it() {
    let instance = instance().await;
    let (alice, bob) = (user(&instance, "alice").await, user(&instance, "bob").await);
    let (eve, sam) = (user(&instance, "eve").await, user(&instance, "sam").await);
    take_in(&instance, &alice, "eve", &eve).await;
    take_in(&instance, &alice, "bob", &bob).await;
    let invitation = json!({ "accountHandle": "sam" });
    let invite = format!("{CHANNEL}/collaborators/invite");
    let invited = ask(&instance, &alice, Method::POST, &invite, Some(invitation)).await.json();
    let invited = format!("{CHANNEL}/collaborators/{}/accept", invited["collaborator"]["id"]);
    let film = videos::publish(&instance, &alice, "A film", |_| ()).await;
    let video = format!("/api/v1/videos/{}", film.uuid);
    let to_sam = Some(json!({ "username": "sam" }));
    let gift = ask(&instance, &alice, Method::POST, &format!("{video}/give-ownership"), to_sam).await;
    assert_eq!(gift.status, 204);
    let list = async |wish: Value| {
        let made = ask(&instance, &alice, Method::POST, "/api/v1/video-playlists", Some(wish)).await.json();
        let path = format!("/api/v1/video-playlists/{}", made["videoPlaylist"]["uuid"].as_str().unwrap());
        let element = Some(json!({ "videoId": film.id }));
        let put = ask(&instance, &alice, Method::POST, &format!("{path}/videos"), element).await;
        assert_eq!(put.status, 200, "{:?}", put.body);
        path
    };
    let in_channel =
        list(json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": alice.channel })).await;
    let private =
        list(json!({ "displayName": "Drafts", "privacy": 3, "videoChannelId": alice.channel })).await;
    let hers = list(json!({ "displayName": "Hers", "privacy": 3 })).await;
    let follow = Some(json!({ "uri": format!("alice_channel@{}", instance.running.url.host()) }));
    let followed = ask(&instance, &sam, Method::POST, "/api/v1/users/me/subscriptions", follow).await;
    assert_eq!(followed.status, 204);

    assert_eq!(give(&instance, &alice, "bob").await, 204);
    let number = offered(&instance, &bob).await;
    // Whom he takes over with it he reads before.
    let offer = &get(&instance, &bob, OFFERS).await["data"][0];
    assert_eq!(column(&offer["editors"], "name"), ["eve"]);
    assert_eq!(reply(&instance, &bob, number, "accept").await.status, 204);
    assert_eq!(reply(&instance, &bob, number, "accept").await.status, 404);
    assert_eq!(kinds(&told(&instance, &alice).await), [30]);
    assert_eq!(told(&instance, &bob).await[0]["changeOwnership"]["state"]["id"], 3);
    // A second look after a restart sees the same.
    let mut instance = Some(instance);
    for look in 0..2 {
        let place = instance.take().unwrap();
        let page = get(&place, &bob, &video).await;
        assert_eq!(
            (&page["account"]["name"], &page["channel"]["name"]),
            (&json!("bob"), &json!("alice_channel"))
        );
        let channel = get(&place, &sam, CHANNEL).await;
        assert_eq!(
            (&channel["ownerAccount"]["name"], &channel["followersCount"]),
            (&json!("bob"), &json!(1))
        );
        let channels = |name: &str| format!("/api/v1/accounts/{name}/video-channels");
        assert_eq!(
            column(&get(&place, &sam, &channels("bob")).await["data"], "name"),
            ["bob_channel", "alice_channel"]
        );
        assert_eq!(get(&place, &sam, &channels("alice")).await["total"], 0);
        assert_eq!(
            column(&get(&place, &sam, "/api/v1/accounts/bob/videos").await["data"], "name"),
            ["A film"]
        );
        assert_eq!(get(&place, &sam, "/api/v1/accounts/alice/videos").await["total"], 0);
        for (path, who, owner) in
            [(&in_channel, &bob, "bob"), (&private, &bob, "bob"), (&hers, &alice, "alice")]
        {
            assert_eq!(get(&place, who, path).await["ownerAccount"]["name"], owner, "{path}");
        }
        let lists = "/api/v1/accounts/bob/video-playlists?sort=name";
        assert_eq!(
            column(&get(&place, &bob, lists).await["data"], "displayName"),
            ["Drafts", "Evenings", "Watch later"]
        );
        let editors = get(&place, &bob, &format!("{CHANNEL}/collaborators")).await;
        assert_eq!((&editors["total"], &editors["data"][0]["account"]["name"]), (&json!(1), &json!("eve")));
        let me = get(&place, &bob, "/api/v1/users/me").await;
        assert_eq!(me["videoChannelCollaborations"], json!([]));
        assert_eq!(get(&place, &sam, "/api/v1/videos/ownership").await["total"], 0, "not alice's to give");
        assert_eq!(ask(&place, &sam, Method::POST, &invited, None).await.status, 404, "not alice's to ask");
        for (who, status) in [(&alice, 403), (&eve, 204), (&bob, 204)] {
            let change = Some(json!({ "name": "A film" }));
            assert_eq!(ask(&place, who, Method::PUT, &video, change).await.status.as_u16(), status);
            let change = Some(json!({ "displayName": "Evenings" }));
            assert_eq!(ask(&place, who, Method::PUT, &in_channel, change).await.status.as_u16(), status);
        }
        let used = "/api/v1/users/me/video-quota-used";
        assert_eq!(get(&place, &alice, used).await["videoQuotaUsed"], 0);
        assert_eq!(get(&place, &bob, used).await["videoQuotaUsed"], 1000);
        // What lists hold is filed under their owner by a job, and the index follows a commit a little later.
        let exist = format!("/api/v1/users/me/video-playlists/videos-exist?videoIds={}", film.id);
        let id = film.id.to_string();
        let waiting = async {
            loop {
                let rows = get(&place, &bob, &exist).await;
                let is_filed = rows[&id].as_array().is_some_and(|rows| rows.len() == 2);
                let found = get(&place, &sam, "/api/v1/search/video-channels?search=alice_channel").await;
                if is_filed && found["data"][0]["ownerAccount"]["name"] == "bob" {
                    return;
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await.expect("it is filed in time");
        let rows = get(&place, &alice, &exist).await;
        assert_eq!(column(&rows[&id], "playlistDisplayName"), ["Hers"]);
        instance = Some(if look == 0 { place.restart().await } else { place });
    }
    let instance = instance.unwrap();
    let deeds = get(&instance, &bob, &format!("{CHANNEL}/activities?count=100")).await;
    let is_taken = |row: &&Value| row["action"]["id"] == 13;
    let taken: Vec<_> = deeds["data"].as_array().unwrap().iter().filter(is_taken).collect();
    assert_eq!((taken.len(), &taken[0]["by"]), (1, &json!("bob")));
    // It is his to give on, also to whoever edits it.
    assert_eq!(give(&instance, &alice, "eve").await, 403);
    assert_eq!(give(&instance, &bob, "eve").await, 204);
    let number = offered(&instance, &eve).await;
    assert_eq!(reply(&instance, &eve, number, "accept").await.status, 204);
    assert_eq!(get(&instance, &eve, &format!("{CHANNEL}/collaborators")).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_more_channels_or_videos_than_they_have_room_for() {
    let instance = instance_with(|config| config.channels.per_user_max = 2).await;
    let alice = user(&instance, "alice").await;
    let bob = person(&instance, "bob", Role::User, Some(1999)).await;
    let tom = user(&instance, "tom").await;
    for name in ["One", "Two"] {
        videos::publish(&instance, &alice, name, |_| ()).await;
    }
    assert_eq!(give(&instance, &alice, "bob").await, 204);
    let number = offered(&instance, &bob).await;
    let refused = reply(&instance, &bob, number, "accept").await;
    assert_eq!((refused.status.as_u16(), refused.json()["code"].clone()), (413, json!("quota_reached")));
    assert_eq!(get(&instance, &bob, OFFERS).await["total"], 1, "it can be taken once there is room");
    assert_eq!(get(&instance, &bob, CHANNEL).await["ownerAccount"]["name"], "alice");
    assert_eq!(withdraw(&instance, &alice, number).await, 204);

    let second = Some(json!({ "name": "tom_second", "displayName": "Tom's second" }));
    assert_eq!(ask(&instance, &tom, Method::POST, "/api/v1/video-channels", second).await.status, 200);
    assert_eq!(give(&instance, &alice, "tom").await, 204);
    let number = offered(&instance, &tom).await;
    let refused = reply(&instance, &tom, number, "accept").await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["detail"].clone()),
        (400, json!("You cannot create more channels"))
    );
    let gone = ask(&instance, &tom, Method::DELETE, "/api/v1/video-channels/tom_second", None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(reply(&instance, &tom, number, "accept").await.status, 204);
    assert_eq!(get(&instance, &bob, CHANNEL).await["ownerAccount"]["name"], "tom");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_of_a_channel_ends_with_it_and_with_who_is_asked() {
    let instance = instance().await;
    let (alice, bob) = (user(&instance, "alice").await, user(&instance, "bob").await);
    let sam = user(&instance, "sam").await;
    assert_eq!(give(&instance, &alice, "bob").await, 204);
    assert_eq!(ask(&instance, &bob, Method::DELETE, "/api/v1/users/me", None).await.status, 204);
    assert_eq!(get(&instance, &alice, OFFERS).await["total"], 0);

    // Whoever is muted may offer, and nobody is told.
    let mute = Some(json!({ "accountName": "alice" }));
    let mutes = "/api/v1/users/me/blocklist/accounts";
    assert_eq!(ask(&instance, &sam, Method::POST, mutes, mute).await.status, 204);
    assert_eq!(give(&instance, &alice, "sam").await, 204);
    assert!(told(&instance, &sam).await.is_empty());
    assert_eq!(get(&instance, &sam, OFFERS).await["total"], 1);

    assert_eq!(ask(&instance, &alice, Method::DELETE, CHANNEL, None).await.status, 204);
    assert_eq!(get(&instance, &sam, OFFERS).await["total"], 0);
    let instance = instance.restart().await;
    assert_eq!(get(&instance, &sam, OFFERS).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_offered_a_channel_hears_of_it_by_mail_in_their_language() {
    let sink = Sink::start().await;
    let address = sink.address;
    let instance = instance_with(|config| mailing(config, address)).await;
    let (alice, bob) = (user(&instance, "alice").await, user(&instance, "bob").await);
    let french = Some(json!({ "language": "fr" }));
    assert_eq!(ask(&instance, &bob, Method::PUT, "/api/v1/users/me", french).await.status, 204);
    assert_eq!(give(&instance, &alice, "bob").await, 204);
    let mail = sink.mail(1).await;
    assert!(mail.to.contains("bob@films.example"), "{}", mail.to);
    assert!(mail.readable().contains("vous propose la chaîne"), "{}", mail.readable());
    mail.link(&format!("{}/my-library/ownership", instance.running.url));
    let number = offered(&instance, &bob).await;
    assert_eq!(reply(&instance, &bob, number, "accept").await.status, 204);
    let mail = sink.mail(2).await;
    assert!(mail.to.contains("alice@films.example"), "{}", mail.to);
    assert!(mail.readable().contains("it belongs to them now"), "{}", mail.readable());
}
