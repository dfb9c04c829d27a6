//! Those who edit a channel beside its owner: asked, answered, at work, and out again.

use backend::domain::account::{self, NewUser};
use backend::domain::password;
use backend::store::Durability;
use backend::store::records::{Privacy, Role};
use http::Method;
use serde_json::{Value, json};

use crate::clips;
use crate::makers::{Maker, maker};
use crate::rig::{Answer, Instance, PASSWORD, Part, instance, instance_with};
use crate::signup::mailing;
use crate::sink::Sink;
use crate::videos::publish;

const COLLABORATORS: &str = "/api/v1/video-channels/alice_channel/collaborators";

/// Somebody with a channel of their own.
pub async fn person(instance: &Instance, name: &str, role: Role, quota: Option<u64>) -> Maker {
    let new = NewUser {
        username: name.to_owned(),
        email: format!("{name}@films.example"),
        password: password::hash(PASSWORD, [7; 16]).unwrap(),
        role,
        channel: format!("{name}_channel"),
        video_quota: quota,
        video_quota_daily: None,
    };
    let app = instance.running.app();
    app.write(Durability::Relaxed, |write, now| account::create(write, now, new)).await.unwrap();
    let tokens = instance.log_in(name, &PASSWORD.replace(' ', "+")).await.json();
    maker(instance, tokens["access_token"].as_str().unwrap().to_owned()).await
}

pub async fn user(instance: &Instance, name: &str) -> Maker {
    person(instance, name, Role::User, Some(100_000_000)).await
}

pub async fn ask(
    instance: &Instance,
    who: &Maker,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let asking = instance.ask(method, path).bearer(&who.token);
    match body {
        Some(body) => asking.json(&body).send().await,
        None => asking.send().await,
    }
}

async fn invite(instance: &Instance, who: &Maker, name: &str) -> Answer {
    let body = json!({ "accountHandle": name });
    ask(instance, who, Method::POST, &format!("{COLLABORATORS}/invite"), Some(body)).await
}

async fn answer(instance: &Instance, who: &Maker, id: u64, word: &str) -> u16 {
    ask(instance, who, Method::POST, &format!("{COLLABORATORS}/{id}/{word}"), None).await.status.as_u16()
}

async fn remove(instance: &Instance, who: &Maker, id: u64) -> u16 {
    ask(instance, who, Method::DELETE, &format!("{COLLABORATORS}/{id}"), None).await.status.as_u16()
}

/// Asks somebody, who agrees. Gives their number.
pub async fn take_in(instance: &Instance, owner: &Maker, name: &str, editor: &Maker) -> u64 {
    let asked = invite(instance, owner, name).await;
    assert_eq!(asked.status, 200, "{:?}", asked.body);
    let id = asked.json()["collaborator"]["id"].as_u64().unwrap();
    assert_eq!(answer(instance, editor, id, "accept").await, 204);
    id
}

pub async fn get(instance: &Instance, who: &Maker, path: &str) -> Value {
    let answer = ask(instance, who, Method::GET, path, None).await;
    assert_eq!(answer.status, 200, "{path}: {:?}", answer.body);
    answer.json()
}

pub fn column<'v>(rows: &'v Value, field: &str) -> Vec<&'v str> {
    rows.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap()).collect()
}

/// The kinds of news somebody was told, latest first.
async fn news(instance: &Instance, who: &Maker) -> Vec<u64> {
    let page = get(instance, who, "/api/v1/users/me/notifications").await;
    page["data"].as_array().unwrap().iter().map(|row| row["type"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_asks_and_who_is_asked_answers() {
    let instance = instance().await;
    let alice = user(&instance, "alice").await;
    let (eve, sam) = (user(&instance, "eve").await, user(&instance, "sam").await);
    let mia = person(&instance, "mia", Role::Moderator, None).await;
    assert_eq!(get(&instance, &alice, COLLABORATORS).await, json!({ "total": 0, "data": [] }));
    assert_eq!(instance.get(COLLABORATORS).send().await.status, 401);
    assert_eq!(ask(&instance, &sam, Method::GET, COLLABORATORS, None).await.status, 403);
    get(&instance, &mia, COLLABORATORS).await;
    for (who, name, status) in [
        (&sam, "eve", 403),
        (&alice, "alice", 400),
        (&alice, "", 404),
        (&alice, "nobody", 404),
        (&alice, "eve@elsewhere.example", 404),
    ] {
        assert_eq!(invite(&instance, who, name).await.status.as_u16(), status, "{name}");
    }
    let nothing =
        ask(&instance, &alice, Method::POST, &format!("{COLLABORATORS}/invite"), Some(json!({}))).await;
    assert!(nothing.json()["invalid-params"]["accountHandle"].is_object(), "{:?}", nothing.body);

    let asked = invite(&instance, &alice, "Eve").await.json();
    let row = &asked["collaborator"];
    assert_eq!(
        (&row["account"]["name"], &row["state"]),
        (&json!("eve"), &json!({ "id": 1, "label": "Pending" }))
    );
    let id = row["id"].as_u64().unwrap();
    assert_eq!(invite(&instance, &alice, "eve").await.status, 409);
    assert_eq!(get(&instance, &alice, COLLABORATORS).await["data"], json!([row]));
    // Who has not agreed yet may nothing.
    assert_eq!(ask(&instance, &eve, Method::GET, COLLABORATORS, None).await.status, 403);
    let told = get(&instance, &eve, "/api/v1/users/me/notifications?typeOneOf=23").await;
    let of = &told["data"][0]["videoChannelCollaborator"];
    assert_eq!(
        (&of["id"], &of["state"]["id"], &of["channelOwner"]["name"]),
        (&json!(id), &json!(1), &json!("alice"))
    );
    assert_eq!((&of["channel"]["name"], &of["account"]["name"]), (&json!("alice_channel"), &json!("eve")));

    assert_eq!(answer(&instance, &sam, id, "accept").await, 400, "somebody else was asked");
    assert_eq!(answer(&instance, &eve, 4242, "accept").await, 404);
    let elsewhere = format!("/api/v1/video-channels/sam_channel/collaborators/{id}/accept");
    assert_eq!(ask(&instance, &eve, Method::POST, &elsewhere, None).await.status, 404);
    let wrong = format!("{COLLABORATORS}/first/accept");
    assert_eq!(ask(&instance, &eve, Method::POST, &wrong, None).await.status, 400);
    assert_eq!(answer(&instance, &eve, id, "reject").await, 204);
    assert_eq!(answer(&instance, &eve, id, "accept").await, 400, "answered already");
    assert_eq!(get(&instance, &alice, COLLABORATORS).await["total"], 0, "who refused is not listed");
    assert_eq!(news(&instance, &alice).await, [25]);

    // Who refused may be asked again; what was answered outlives a restart.
    let id = take_in(&instance, &alice, "eve", &eve).await;
    assert_eq!(news(&instance, &alice).await, [24, 25]);
    let instance = instance.restart().await;
    let rows = get(&instance, &eve, COLLABORATORS).await;
    assert_eq!((&rows["total"], &rows["data"][0]["state"]["label"]), (&json!(1), &json!("Accepted")));
    let me = get(&instance, &eve, "/api/v1/users/me").await;
    assert_eq!(column(&me["videoChannels"], "name"), ["eve_channel"]);
    assert_eq!(column(&me["videoChannelCollaborations"], "name"), ["alice_channel"]);
    let owner = get(&instance, &alice, "/api/v1/users/me").await["account"]["id"].clone();
    assert_eq!(me["videoChannelCollaborations"][0]["ownerAccountId"], owner);
    assert_eq!(me["videoChannels"][0]["ownerAccountId"], me["account"]["id"]);
    let channels = "/api/v1/accounts/eve/video-channels";
    let with = format!("{channels}?includeCollaborations=true");
    assert_eq!(column(&get(&instance, &eve, &with).await["data"], "name"), ["eve_channel", "alice_channel"]);
    assert_eq!(column(&get(&instance, &eve, channels).await["data"], "name"), ["eve_channel"]);
    assert_eq!(
        column(&get(&instance, &sam, &with).await["data"], "name"),
        ["eve_channel"],
        "eve's alone to know"
    );

    // An editor asks nobody and removes nobody else.
    assert_eq!(invite(&instance, &eve, "sam").await.status, 403);
    let other = invite(&instance, &alice, "sam").await.json()["collaborator"]["id"].as_u64().unwrap();
    assert_eq!(remove(&instance, &eve, other).await, 403);
    assert_eq!(remove(&instance, &sam, id).await, 403);
    assert_eq!(remove(&instance, &alice, 4242).await, 404);
    assert_eq!(remove(&instance, &mia, other).await, 204);
    assert_eq!(answer(&instance, &sam, other, "accept").await, 404, "taken back");
    assert_eq!(remove(&instance, &eve, id).await, 204, "whoever edits may leave");
    assert_eq!(get(&instance, &alice, COLLABORATORS).await["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_has_as_many_as_it_may_and_those_who_go_leave_no_place() {
    let instance = instance_with(|config| config.channels.collaborators_max = 2).await;
    let alice = user(&instance, "alice").await;
    let (eve, sam, tom) =
        (user(&instance, "eve").await, user(&instance, "sam").await, user(&instance, "tom").await);
    take_in(&instance, &alice, "eve", &eve).await;
    let second = invite(&instance, &alice, "sam").await.json()["collaborator"]["id"].as_u64().unwrap();
    let refused = invite(&instance, &alice, "tom").await;
    assert_eq!(refused.status, 400);
    assert!(refused.json()["detail"].as_str().unwrap().contains('2'), "{:?}", refused.body);
    // The place of who refused is free.
    assert_eq!(answer(&instance, &sam, second, "reject").await, 204);
    let third = invite(&instance, &alice, "tom").await.json()["collaborator"]["id"].as_u64().unwrap();
    assert_eq!(answer(&instance, &tom, third, "accept").await, 204);
    assert_eq!(invite(&instance, &alice, "sam").await.status, 400);
    // Whoever goes is out of it, and so is a channel that goes.
    assert_eq!(ask(&instance, &eve, Method::DELETE, "/api/v1/users/me", None).await.status, 204);
    let rows = get(&instance, &alice, COLLABORATORS).await;
    assert_eq!((&rows["total"], &rows["data"][0]["account"]["name"]), (&json!(1), &json!("tom")));
    let channel = "/api/v1/video-channels/alice_channel";
    assert_eq!(ask(&instance, &tom, Method::DELETE, channel, None).await.status, 403, "its owner's to do");
    assert_eq!(ask(&instance, &alice, Method::DELETE, channel, None).await.status, 204);
    let me = get(&instance, &tom, "/api/v1/users/me").await;
    assert_eq!(me["videoChannelCollaborations"], json!([]));
    let told = get(&instance, &tom, "/api/v1/users/me/notifications?typeOneOf=23").await;
    assert_eq!(told["data"][0].get("videoChannelCollaborator"), None, "what is gone is told no more");
    let instance = instance.restart().await;
    get(&instance, &tom, "/api/v1/users/me").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_manages_what_the_channel_publishes_until_they_are_out() {
    let instance = instance().await;
    let alice = user(&instance, "alice").await;
    // Who edits needs no room of their own.
    let eve = person(&instance, "eve", Role::User, Some(0)).await;
    let sam = user(&instance, "sam").await;
    let upload = async |who: &Maker, name: &str| {
        let channel = alice.channel.to_string();
        let parts = [
            Part::Text("name", name),
            Part::Text("channelId", &channel),
            Part::Text("privacy", "3"),
            Part::File("videofile", "clip.mp4", clips::mp4()),
        ];
        who.single(&instance, &parts).await
    };
    assert_eq!(upload(&sam, "Not mine").await.status, 400);
    assert_eq!(upload(&eve, "Too early").await.status, 413, "with no room of their own");
    let id = take_in(&instance, &alice, "eve", &eve).await;
    let made = upload(&eve, "By the editor").await;
    assert_eq!(made.status, 200, "{:?}", made.body);
    let uuid = made.json()["video"]["uuid"].as_str().unwrap().to_owned();
    let used = |who| get(&instance, who, "/api/v1/users/me/video-quota-used");
    assert!(
        0 < used(&alice).await["videoQuotaUsed"].as_u64().unwrap(),
        "what is published there is the owner's"
    );
    assert_eq!(used(&eve).await["videoQuotaUsed"], 0);

    let video = format!("/api/v1/videos/{uuid}");
    let thread = json!({ "text": "Nice" });
    let public = publish(&instance, &alice, "By the owner", |_| ()).await.uuid.to_string();
    // What an editor does, and a stranger may not: method, path, body.
    let deeds: Vec<(Method, String, Value)> = vec![
        (Method::GET, video.clone(), Value::Null),
        (
            Method::PUT,
            video.clone(),
            json!({ "name": "Changed", "privacy": 5, "videoPasswords": ["first one"] }),
        ),
        (Method::GET, format!("{video}/source"), Value::Null),
        (
            Method::PUT,
            format!("{video}/chapters"),
            json!({ "chapters": [{ "timecode": 0, "title": "One" }] }),
        ),
        (Method::PUT, format!("{video}/passwords"), json!({ "passwords": ["secret one"] })),
        (Method::GET, format!("{video}/stats/overall"), Value::Null),
        (Method::PUT, format!("/api/v1/videos/{public}"), json!({ "commentsPolicy": 3 })),
        (
            Method::PUT,
            "/api/v1/video-channels/alice_channel".into(),
            json!({ "displayName": "Alice's films" }),
        ),
        (Method::GET, COLLABORATORS.into(), Value::Null),
    ];
    let told = async |who: &Maker, (method, path, body): &(Method, String, Value)| {
        let body = (!body.is_null()).then(|| body.clone());
        ask(&instance, who, method.clone(), path, body).await.status.as_u16()
    };
    for deed in &deeds {
        assert_eq!(told(&sam, deed).await, 403, "{deed:?}");
        assert!((200..300).contains(&told(&eve, deed).await), "{deed:?}");
    }
    // Comments wait for whoever makes the video, of whom the editor is one.
    let threads = format!("/api/v1/videos/{public}/comment-threads");
    let said = ask(&instance, &sam, Method::POST, &threads, Some(thread.clone())).await.json();
    let comment = said["comment"]["id"].as_u64().unwrap();
    assert_eq!(said["comment"]["heldForReview"], true);
    let mine = "/api/v1/users/me/videos/comments";
    assert_eq!(get(&instance, &eve, mine).await["total"], 0);
    assert_eq!(get(&instance, &eve, &format!("{mine}?includeCollaborations=true")).await["total"], 1);
    let approve = format!("/api/v1/videos/{public}/comments/{comment}/approve");
    assert_eq!(ask(&instance, &sam, Method::POST, &approve, None).await.status, 403);
    assert_eq!(ask(&instance, &eve, Method::POST, &approve, None).await.status, 204);
    let own = ask(&instance, &eve, Method::POST, &threads, Some(thread)).await.json();
    assert_eq!(own["comment"]["heldForReview"], false, "nobody waits for themselves");

    // Lists of videos of the channel.
    let wish = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": alice.channel });
    assert_eq!(
        ask(&instance, &sam, Method::POST, "/api/v1/video-playlists", Some(wish.clone())).await.status,
        403
    );
    let list = ask(&instance, &eve, Method::POST, "/api/v1/video-playlists", Some(wish)).await.json();
    let list = format!("/api/v1/video-playlists/{}", list["videoPlaylist"]["uuid"].as_str().unwrap());
    let page = get(&instance, &eve, &list).await;
    assert_eq!(page["ownerAccount"]["name"], "alice", "what is shown in a channel is its owner's");
    let put_in = json!({ "videoId": public });
    let elements = format!("{list}/videos");
    assert_eq!(ask(&instance, &sam, Method::POST, &elements, Some(put_in.clone())).await.status, 403);
    assert_eq!(ask(&instance, &eve, Method::POST, &elements, Some(put_in)).await.status, 200);
    let elsewhere = json!({ "videoChannelId": eve.channel });
    assert_eq!(
        ask(&instance, &eve, Method::PUT, &list, Some(elsewhere)).await.status,
        403,
        "it stays alice's"
    );
    let lists = "/api/v1/accounts/eve/video-playlists";
    assert_eq!(get(&instance, &eve, lists).await["total"], 1);
    let with = get(&instance, &eve, &format!("{lists}?includeCollaborations=true")).await;
    assert_eq!(column(&with["data"], "displayName"), ["Evenings", "Watch later"]);
    let named = format!("{lists}?includeCollaborations=true&channelNameOneOf=alice_channel");
    assert_eq!(column(&get(&instance, &eve, &named).await["data"], "displayName"), ["Evenings"]);

    // Whose videos a list of one's own holds.
    for (query, names) in [
        ("", vec![]),
        ("?includeCollaborations=true&sort=name", vec!["By the owner", "Changed"]),
        (
            "?includeCollaborations=true&sort=name&channelNameOneOf[]=alice_channel",
            vec!["By the owner", "Changed"],
        ),
        ("?includeCollaborations=true&channelNameOneOf=eve_channel", vec![]),
        ("?includeCollaborations=true&channelNameOneOf=nobody", vec![]),
    ] {
        let rows = get(&instance, &eve, &format!("/api/v1/users/me/videos{query}")).await;
        assert_eq!(column(&rows["data"], "name"), names, "{query}");
    }
    let wrong = "/api/v1/users/me/videos?includeCollaborations=perhaps";
    assert_eq!(ask(&instance, &eve, Method::GET, wrong, None).await.status, 400);

    // A move to a channel of the editor's own is looked at by the editor's quota.
    let to_own = json!({ "channelId": eve.channel });
    assert_eq!(ask(&instance, &eve, Method::PUT, &video, Some(to_own)).await.status, 413);
    let to_others = json!({ "channelId": sam.channel });
    assert_eq!(ask(&instance, &eve, Method::PUT, &video, Some(to_others)).await.status, 400);

    // Out, at once: also of an upload that was begun before.
    let file = clips::mp4();
    let form = json!({ "channelId": alice.channel, "name": "Begun", "filename": "clip.mp4", "privacy": 3 });
    let begun = eve.announce(&instance, &form, file.len()).send().await;
    assert_eq!(begun.status, 201, "{:?}", begun.body);
    let prefix = format!("//{}", instance.running.addr);
    let path = begun.header("location").strip_prefix(&prefix).unwrap().to_owned();
    assert_eq!(remove(&instance, &alice, id).await, 204);
    let late = eve.put_piece(&instance, &path, file, 0, file.len()).await;
    assert_eq!(late.status, 400, "{:?}", late.body);
    for deed in &deeds {
        assert_eq!(told(&eve, deed).await, 403, "{deed:?}");
    }
    assert_eq!(ask(&instance, &eve, Method::DELETE, &list, None).await.status, 403);
    assert_eq!(ask(&instance, &eve, Method::DELETE, &video, None).await.status, 403);
    let rows = get(&instance, &eve, "/api/v1/users/me/videos?includeCollaborations=true").await;
    assert_eq!(rows["total"], 0);
    assert_eq!(ask(&instance, &alice, Method::DELETE, &video, None).await.status, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_asked_hears_of_it_by_mail_in_their_language_but_not_from_whom_they_mute() {
    let sink = Sink::start().await;
    let address = sink.address;
    let instance = instance_with(|config| mailing(config, address)).await;
    let (alice, eve) = (user(&instance, "alice").await, user(&instance, "eve").await);
    let french = json!({ "language": "fr" });
    assert_eq!(ask(&instance, &eve, Method::PUT, "/api/v1/users/me", Some(french)).await.status, 204);
    let id = take_in(&instance, &alice, "eve", &eve).await;
    let mail = sink.mail(1).await;
    assert!(mail.to.contains("eve@films.example"), "{}", mail.to);
    assert!(mail.readable().contains("vous propose de gérer la chaîne"), "{}", mail.readable());
    mail.link(&format!("{}/my-library/video-channels", instance.running.url));
    let mail = sink.mail(2).await;
    assert!(mail.to.contains("alice@films.example"), "{}", mail.to);
    assert!(mail.readable().contains("agreed to edit your channel"), "{}", mail.readable());

    // Asked again before they read of it, they are told once; and not at all by whom they mute.
    assert_eq!(remove(&instance, &eve, id).await, 204);
    let again = invite(&instance, &alice, "eve").await.json()["collaborator"]["id"].as_u64().unwrap();
    assert_eq!(news(&instance, &eve).await, [23]);
    let told = get(&instance, &eve, "/api/v1/users/me/notifications").await;
    assert_eq!(told["data"][0]["videoChannelCollaborator"]["id"], again, "the answer that counts now");
    assert_eq!(remove(&instance, &alice, again).await, 204);
    let read = "/api/v1/users/me/notifications/read-all";
    assert_eq!(ask(&instance, &eve, Method::POST, read, None).await.status, 204);
    let mute = json!({ "accountName": "alice" });
    let muted = ask(&instance, &eve, Method::POST, "/api/v1/users/me/blocklist/accounts", Some(mute)).await;
    assert_eq!(muted.status, 204);
    assert_eq!(invite(&instance, &alice, "eve").await.status, 200);
    assert_eq!(news(&instance, &eve).await, [23], "nothing new");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_remembers_who_did_what_in_it() {
    const ACTIVITIES: &str = "/api/v1/video-channels/alice_channel/activities";
    let instance = instance().await;
    let alice = user(&instance, "alice").await;
    let (eve, sam) = (user(&instance, "eve").await, user(&instance, "sam").await);
    take_in(&instance, &alice, "eve", &eve).await;
    assert_eq!(instance.get(ACTIVITIES).send().await.status, 401);
    assert_eq!(ask(&instance, &sam, Method::GET, ACTIVITIES, None).await.status, 403);
    assert_eq!(get(&instance, &eve, ACTIVITIES).await, json!({ "total": 0, "data": [] }));
    let video = publish(&instance, &alice, "A film", |_| ()).await.uuid.to_string();
    let path = format!("/api/v1/videos/{video}");
    let list = json!({ "displayName": "Evenings", "privacy": 1, "videoChannelId": alice.channel });
    let list = ask(&instance, &alice, Method::POST, "/api/v1/video-playlists", Some(list)).await.json();
    let list = format!("/api/v1/video-playlists/{}", list["videoPlaylist"]["id"]);
    let channel = "/api/v1/video-channels/alice_channel";
    for (who, method, path, body) in [
        (&eve, Method::PUT, path.clone(), json!({ "name": "Another film" })),
        (&alice, Method::PUT, format!("{path}/chapters"), json!({ "chapters": [] })),
        (&eve, Method::POST, format!("{list}/videos"), json!({ "videoId": video })),
        (&eve, Method::PUT, channel.to_owned(), json!({ "displayName": "Films" })),
        (&eve, Method::PUT, path.clone(), json!({ "channelId": eve.channel })),
        (&eve, Method::DELETE, list, json!({})),
    ] {
        let answer = ask(&instance, who, method, &path, Some(body)).await;
        assert!(answer.status.is_success(), "{path}: {:?}", answer.body);
    }
    let instance = instance.restart().await;
    let told = get(&instance, &eve, ACTIVITIES).await;
    let row = |row: &Value| {
        let number = |field: &str| row[field]["id"].as_u64().unwrap();
        let name = |of: &str| row[of]["name"].as_str().unwrap_or("-").to_owned();
        assert_eq!(row["by"], row["account"]["name"]);
        (name("account"), number("action"), number("targetType"), name("video"), name("playlist"))
    };
    let rows: Vec<_> = told["data"].as_array().unwrap().iter().map(row).collect();
    let rows: Vec<String> = rows
        .iter()
        .map(|(who, action, kind, video, list)| format!("{who} {action} {kind} {video} {list}"))
        .collect();
    assert_eq!(
        rows,
        [
            "eve 3 2 - Evenings",
            "eve 10 1 Another film -",
            "eve 2 3 - -",
            "eve 9 2 - Evenings",
            "alice 5 1 Another film -",
            "eve 2 1 Another film -",
            "alice 1 2 - Evenings",
        ]
    );
    assert_eq!(told["total"], 7);
    assert_eq!(told["data"][1]["video"]["uuid"], video.as_str());
    let of_eve = get(&instance, &eve, "/api/v1/video-channels/eve_channel/activities").await;
    assert_eq!(of_eve["data"][1]["action"], json!({ "id": 11, "label": "Create channel ownership" }));
    let page = get(&instance, &alice, &format!("{ACTIVITIES}?sort=createdAt&start=1&count=1")).await;
    assert_eq!(page["data"][0]["action"]["label"], "Update");
    assert_eq!(
        ask(&instance, &alice, Method::GET, &format!("{ACTIVITIES}?sort=name"), None).await.status,
        400
    );
    // Who is gone is told of by the name they had.
    assert_eq!(ask(&instance, &eve, Method::DELETE, "/api/v1/users/me", None).await.status, 204);
    let told = get(&instance, &alice, ACTIVITIES).await;
    assert_eq!((&told["data"][0]["by"], told["data"][0].get("account")), (&json!("eve"), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_editor_offered_is_nobodys_to_take_once_they_are_out() {
    const OFFERS: &str = "/api/v1/videos/ownership";
    let instance = instance().await;
    let (alice, eve) = (user(&instance, "alice").await, user(&instance, "eve").await);
    let sam = user(&instance, "sam").await;
    let id = take_in(&instance, &alice, "eve", &eve).await;
    let film =
        publish(&instance, &alice, "A film", |video| video.privacy = Privacy::Private).await.uuid.to_string();
    let give = format!("/api/v1/videos/{film}/give-ownership");
    let to_sam = || Some(json!({ "username": "sam" }));
    let accept = async || {
        let offers = get(&instance, &sam, OFFERS).await;
        let number = offers["data"][0]["id"].clone();
        let body = Some(json!({ "channelId": sam.channel }));
        ask(&instance, &sam, Method::POST, &format!("{OFFERS}/{number}/accept"), body).await.status
    };
    assert_eq!(ask(&instance, &eve, Method::POST, &give, to_sam()).await.status, 204);
    let offers = get(&instance, &sam, OFFERS).await;
    let (number, offer) = (offers["data"][0]["id"].clone(), &offers["data"][0]);
    assert_eq!((&offers["total"], &offer["initiatorAccount"]["name"]), (&json!(1), &json!("eve")));
    assert_eq!(offer["state"], json!({ "id": 1, "label": "Pending" }));
    let told = async || get(&instance, &sam, "/api/v1/users/me/notifications").await["data"][0].clone();
    let of = told().await;
    assert_eq!((&of["type"], &of["video"]["name"]), (&json!(26), &json!("A film")));
    assert_eq!(of["changeOwnership"]["initiatorAccount"]["name"], "eve");

    // Whoever answers tells both: whose it is, and who offered it.
    let refuse = format!("{OFFERS}/{number}/refuse");
    assert_eq!(ask(&instance, &sam, Method::POST, &refuse, None).await.status, 204);
    assert_eq!((news(&instance, &alice).await[0], news(&instance, &eve).await[0]), (28, 28));

    assert_eq!(ask(&instance, &eve, Method::POST, &give, to_sam()).await.status, 204);
    let number = get(&instance, &sam, OFFERS).await["data"][0]["id"].clone();
    assert_eq!(remove(&instance, &alice, id).await, 204);
    assert_eq!(get(&instance, &sam, OFFERS).await, json!({ "total": 0, "data": [] }));
    for (word, body) in [("accept", Some(json!({ "channelId": sam.channel }))), ("refuse", None)] {
        let path = format!("{OFFERS}/{number}/{word}");
        assert_eq!(ask(&instance, &sam, Method::POST, &path, body).await.status, 404, "{word}");
    }
    let of = told().await;
    assert_eq!(
        (of.get("video"), of.get("changeOwnership")),
        (None, None),
        "a private film is nothing to tell of"
    );
    let page = get(&instance, &alice, &format!("/api/v1/videos/{film}")).await;
    assert_eq!(page["account"]["name"], "alice");

    // Its owner offers it still.
    assert_eq!(ask(&instance, &alice, Method::POST, &give, to_sam()).await.status, 204);
    assert_eq!(accept().await, 204);
    let page = get(&instance, &sam, &format!("/api/v1/videos/{film}")).await;
    assert_eq!(page["account"]["name"], "sam");
}
