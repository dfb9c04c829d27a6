//! What people change of themselves and of their channels, and how they leave.

use crate::makers::{bob, captured, root, without_sentences};
use crate::rig::{Answer, Instance, PASSWORD, Part, instance, settings};
use backend::Server;
use backend::domain::account;
use backend::store::Durability;
use backend::store::records::Role;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const CHANNELS: &str = "/api/v1/video-channels";

async fn me(instance: &Instance, token: &str) -> Value {
    instance.get("/api/v1/users/me").bearer(token).send().await.json()
}

async fn put_me(instance: &Instance, token: &str, change: Value) -> Answer {
    instance.ask(Method::PUT, "/api/v1/users/me").bearer(token).json(&change).send().await
}

/// A red picture, as PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb([200, 20, 20]));
    image::DynamicImage::ImageRgb8(picture).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_tell_what_was_said_also_after_a_restart() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let before = me(&instance, &bob.token).await;
    assert_eq!(
        (&before["nsfwPolicy"], &before["theme"]),
        (&json!("do_not_list"), &json!("instance-default"))
    );
    assert_eq!((&before["p2pEnabled"], &before["noWelcomeModal"]), (&json!(true), &json!(false)));
    let change = json!({
        "displayName": " Bob B. ", "description": "I am **Bob**.", "nsfwPolicy": "warn",
        "nsfwFlagsDisplayed": 1, "nsfwFlagsHidden": 2, "p2pEnabled": false, "autoPlayVideo": false,
        "autoPlayNextVideo": true, "autoPlayNextVideoPlaylist": false, "videosHistoryEnabled": false,
        "videoLanguages": ["fr", "_unknown"], "theme": "dark", "language": "fr", "emailPublic": true,
        "noInstanceConfigWarningModal": true, "noWelcomeModal": true, "noAccountSetupWarningModal": true,
    });
    assert_eq!(put_me(&instance, &bob.token, change.clone()).await.status, StatusCode::NO_CONTENT);
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    let instance = Instance { running: Server::start(settings(folder.path())).await.unwrap(), folder };
    let after = me(&instance, &bob.token).await;
    for (name, value) in change.as_object().unwrap() {
        match name.as_str() {
            "displayName" => assert_eq!(after["account"]["displayName"], "Bob B."),
            "description" => assert_eq!(after["account"]["description"], *value),
            _ => assert_eq!(after[name], *value, "{name}"),
        }
    }
    let nothing = json!({ "description": null, "videoLanguages": null, "language": null });
    assert_eq!(put_me(&instance, &bob.token, nothing).await.status, StatusCode::NO_CONTENT);
    let last = me(&instance, &bob.token).await;
    assert_eq!((&last["account"]["description"], &last["videoLanguages"]), (&Value::Null, &Value::Null));
    assert_eq!(last["account"]["displayName"], "Bob B.", "what is not named stays");
    assert_eq!(put_me(&instance, "0000", json!({})).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_name_every_wrong_field() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let before = me(&instance, &bob.token).await;
    for (name, wrong) in [
        ("displayName", json!("")),
        ("displayName", json!("x".repeat(121))),
        ("displayName", json!(5)),
        ("displayName", Value::Null),
        ("description", json!("xx")),
        ("description", json!("x".repeat(1001))),
        ("nsfwPolicy", json!("perhaps")),
        ("nsfwFlagsHidden", json!(-1)),
        ("p2pEnabled", json!("perhaps")),
        ("autoPlayVideo", Value::Null),
        ("videoLanguages", json!(["nonsense"])),
        ("videoLanguages", json!("x")),
        ("language", json!("nonsense")),
        ("email", json!("nope")),
        ("password", json!("12345")),
        ("theme", json!([])),
    ] {
        let answer = put_me(&instance, &bob.token, json!({ name: wrong, "noWelcomeModal": true })).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {wrong}");
        let params = answer.json()["invalid-params"].clone();
        assert_eq!(params.as_object().unwrap().keys().collect::<Vec<_>>(), [name], "{wrong}");
        assert!(params[name]["value"] != "12345", "a password is not sent back");
    }
    let twice = json!({ "nsfwFlagsHidden": 3, "nsfwFlagsWarned": 2 });
    assert_eq!(put_me(&instance, &bob.token, twice).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(me(&instance, &bob.token).await, before, "nothing was stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_change_password_and_address_only_with_the_password() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let elsewhere = instance.log_in("bob", &PASSWORD.replace(' ', "+")).await.json();
    let elsewhere = elsewhere["access_token"].as_str().unwrap();
    let put = |change: Value| put_me(&instance, &bob.token, change);
    let missing = put(json!({ "password": "another one" })).await;
    assert_eq!(missing.status, StatusCode::BAD_REQUEST);
    let wrong = put(json!({ "email": "new@films.example", "currentPassword": "wrong" })).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.json()["code"], "current_password_is_invalid");
    let taken = put(json!({ "email": "ROOT@127.0.0.1", "currentPassword": PASSWORD })).await;
    assert!(taken.status.is_client_error(), "{:?}", taken.body);

    let both =
        json!({ "email": "New@films.example", "password": "another one", "currentPassword": PASSWORD });
    assert_eq!(put(both).await.status, StatusCode::NO_CONTENT);
    assert_eq!(me(&instance, &bob.token).await["email"], "New@films.example");
    let out = instance.get("/api/v1/users/me").bearer(elsewhere).send().await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED, "other sessions end");
    assert_eq!(instance.log_in("bob", "correct+horse+battery").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(instance.log_in("new@films.example", "another+one").await.status, StatusCode::OK);
    assert_eq!(instance.log_in("bob@films.example", "another+one").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_of_channels_are_made_changed_and_removed() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let post = |token: &str, new: Value| instance.post(CHANNELS).bearer(token).json(&new).send();
    let new = json!({ "name": "bob_films", "displayName": "Bob's films", "description": "All of them" });
    let made = post(&bob.token, new.clone()).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    let id = made.json()["videoChannel"]["id"].as_u64().unwrap();
    let shown = instance.get("/api/v1/video-channels/bob_films").send().await.json();
    assert_eq!((&shown["id"], &shown["displayName"]), (&json!(id), &json!("Bob's films")));
    assert_eq!(shown["ownerAccount"]["name"], "bob");

    let again = post(&bob.token, new).await;
    assert_eq!((again.status, again.json()), (StatusCode::CONFLICT, captured("error-409-channel-exists")));
    let of_an_account = post(&bob.token, json!({ "name": "root", "displayName": "x" })).await;
    assert_eq!(of_an_account.status, StatusCode::CONFLICT, "accounts and channels share names");
    for (name, wrong) in [
        ("name", json!("A b")),
        ("name", json!("x".repeat(51))),
        ("displayName", json!("")),
        ("description", json!("xx")),
        ("support", json!("x".repeat(1001))),
    ] {
        let mut form = json!({ "name": "other", "displayName": "x" });
        form[name] = wrong.clone();
        let answer = post(&bob.token, form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name} {wrong}");
        assert!(answer.json()["invalid-params"][name].is_object(), "{name} {wrong}");
    }
    assert_eq!(post("0000", json!({})).await.status, StatusCode::UNAUTHORIZED);

    let list = instance.get("/api/v1/video-channels?sort=name&count=2").send().await.json();
    assert_eq!((&list["total"], &list["data"][1]["name"]), (&json!(3), &json!("bob_films")));
    let newest = instance.get("/api/v1/video-channels").send().await.json();
    assert_eq!(newest["data"][0]["name"], "bob_films");
    let wrong_sort = instance.get("/api/v1/video-channels?sort=foo").send().await;
    assert!(wrong_sort.json()["invalid-params"]["sort"].is_object());
    let accounts = instance.get("/api/v1/accounts").send().await.json();
    let mut expected = captured("accounts")["data"][0].clone();
    let mut found = accounts["data"][0].clone();
    assert_eq!((&accounts["total"], &found["name"]), (&json!(2), &json!("bob")));
    assert_eq!(keys(&mut found), keys(&mut expected), "PeerTube's fields");

    let root = root(&instance).await;
    let remove =
        |token: &str| instance.ask(Method::DELETE, "/api/v1/video-channels/bob_films").bearer(token).send();
    let stranger = stranger(&instance).await;
    assert_eq!(remove(&stranger).await.status, StatusCode::FORBIDDEN);
    assert_eq!(remove(&root.token).await.status, StatusCode::NO_CONTENT, "who keeps order may");
    assert_eq!(instance.get("/api/v1/video-channels/bob_films").send().await.status, StatusCode::NOT_FOUND);
    let reused = post(&bob.token, json!({ "name": "bob_films", "displayName": "x" })).await;
    assert_eq!(reused.status, StatusCode::CONFLICT, "names are given once");

    for number in 2..=20 {
        let made = post(&bob.token, json!({ "name": format!("bob{number}"), "displayName": "x" })).await;
        assert_eq!(made.status, StatusCode::OK, "{number}");
    }
    let too_many = post(&bob.token, json!({ "name": "bob21", "displayName": "x" })).await;
    assert_eq!(too_many.status, StatusCode::BAD_REQUEST);
}

fn keys(value: &mut Value) -> Vec<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// Somebody else, signed in.
async fn stranger(instance: &Instance) -> String {
    instance
        .running
        .app()
        .write(Durability::Relaxed, |write, now| {
            account::create(
                write,
                now,
                account::NewUser {
                    username: "carol".into(),
                    email: "carol@films.example".into(),
                    password: backend::domain::password::hash(PASSWORD, [7; 16]).unwrap(),
                    role: Role::User,
                    channel: "carol_channel".into(),
                    video_quota: None,
                    video_quota_daily: None,
                },
            )
        })
        .await
        .unwrap();
    let tokens = instance.log_in("carol", &PASSWORD.replace(' ', "+")).await.json();
    tokens["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_have_pictures_in_every_size() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let pick = async |path: &str, field: &str, bytes: &[u8]| {
        let parts = [Part::File(field, "../../x.exe", bytes)];
        instance.post(path).bearer(&bob.token).parts(&parts).send().await
    };
    let mut files = Vec::new();
    for (path, field, list, capture) in [
        ("/api/v1/users/me/avatar/pick", "avatarfile", "avatars", "users-me-avatar-pick"),
        ("/api/v1/video-channels/bob_channel/avatar/pick", "avatarfile", "avatars", "users-me-avatar-pick"),
        ("/api/v1/video-channels/bob_channel/banner/pick", "bannerfile", "banners", "channel-banner-pick"),
    ] {
        let answer = pick(path, field, &png(300, 200)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
        let images = answer.json()[list].as_array().unwrap().clone();
        let widths = |images: &[Value]| images.iter().map(|image| image["width"].clone()).collect::<Vec<_>>();
        let expected = captured(capture)[list].as_array().unwrap().clone();
        assert_eq!(widths(&images), widths(&expected), "{path}");
        for image in &images {
            let path = image["path"].as_str().unwrap();
            let file = instance.get(path).send().await;
            assert_eq!(file.status, StatusCode::OK, "{path}");
            let picture = image::load_from_memory(&file.body).unwrap();
            assert_eq!(json!(picture.width()), image["width"]);
            files.push(path.to_owned());
        }
    }
    let account = instance.get("/api/v1/accounts/bob").send().await.json();
    assert_eq!(account["avatars"].as_array().unwrap().len(), 4);
    let channel = instance.get("/api/v1/video-channels/bob_channel").send().await.json();
    assert_eq!(channel["banners"].as_array().unwrap().len(), 2);

    let path = "/api/v1/users/me/avatar/pick";
    for (field, bytes) in
        [("avatarfile", &b"GIF89a"[..]), ("other", &png(9, 9)), ("avatarfile", &[0; 5_000_000])]
    {
        let refused = pick(path, field, bytes).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{field}");
        assert!(refused.json()["invalid-params"][field].is_object());
    }
    let other = "/api/v1/video-channels/root_channel/avatar/pick";
    assert_eq!(pick(other, "avatarfile", &png(9, 9)).await.status, StatusCode::FORBIDDEN);

    let delete = |path: &'static str| instance.ask(Method::DELETE, path).bearer(&bob.token).send();
    for path in [
        "/api/v1/users/me/avatar",
        "/api/v1/video-channels/bob_channel/avatar",
        "/api/v1/video-channels/bob_channel/banner",
    ] {
        assert_eq!(delete(path).await.status, StatusCode::NO_CONTENT, "{path}");
    }
    let folder = instance.folder.path().to_owned();
    let left = move || {
        ["avatars", "banners"]
            .iter()
            .map(|name| std::fs::read_dir(folder.join(name)).unwrap().count())
            .sum::<usize>()
    };
    crate::makers::until(|| left() == 0).await;
    assert_eq!(instance.get("/api/v1/accounts/bob").send().await.json()["avatars"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_that_go_are_gone() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let root = root(&instance).await;
    let delete = |token: &str| instance.ask(Method::DELETE, "/api/v1/users/me").bearer(token).send();
    assert_eq!(delete(&root.token).await.status, StatusCode::BAD_REQUEST, "somebody must keep the instance");
    assert_eq!(delete(&bob.token).await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete(&bob.token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(instance.log_in("bob", &PASSWORD.replace(' ', "+")).await.status, StatusCode::BAD_REQUEST);
    for path in ["accounts/bob", "video-channels/bob_channel", "accounts/bob/videos"] {
        let answer = instance.get(&format!("/api/v1/{path}")).send().await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let users = instance.get("/api/v1/users").bearer(&root.token).send().await.json();
    assert_eq!(users["total"], 1);
    let bad = instance.post(CHANNELS).bearer(&root.token).json(&json!({ "name": "bob", "displayName": "x" }));
    assert_eq!(bad.send().await.status, StatusCode::CONFLICT, "nobody becomes bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_are_managed_by_those_above_them() {
    let instance = instance().await;
    let root = root(&instance).await;
    let bob = bob(&instance, None).await;
    let users = "/api/v1/users";
    let post = |token: &str, new: Value| instance.post(users).bearer(token).json(&new).send();
    let new = |name: &str, role: u32| {
        json!({
            "username": name, "password": "a good one", "email": format!("{name}@films.example"),
            "videoQuota": -1, "videoQuotaDaily": 5, "role": role, "channelName": format!("{name}_films"),
        })
    };
    let made = post(&root.token, new("mod", 1)).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    assert!(made.json()["user"]["account"]["id"].is_u64());
    let moderator =
        instance.log_in("mod", "a+good+one").await.json()["access_token"].as_str().unwrap().to_owned();
    let again = post(&root.token, new("mod", 1)).await;
    assert_eq!((again.status, again.json()), (StatusCode::CONFLICT, captured("error-409-user-exists")));
    assert_eq!(post(&moderator, new("mod2", 1)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&bob.token, new("x", 2)).await.status, StatusCode::FORBIDDEN);
    let dave = post(&moderator, new("dave", 2)).await.json()["user"]["id"].as_u64().unwrap();
    let bad = post(&root.token, json!({ "username": "A b", "password": "1", "email": "nope" })).await;
    let names = bad.json()["invalid-params"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names, ["email", "password", "role", "username"]);

    let list =
        async |query: &str| instance.get(&format!("{users}?{query}")).bearer(&root.token).send().await.json();
    let all = list("").await;
    assert_eq!((&all["total"], &all["data"][0]["username"]), (&json!(4), &json!("dave")));
    let mut expected = captured("users-list-admin")["data"][0].clone();
    let mut found = all["data"][0].clone();
    for key in keys(&mut expected) {
        assert!(found.as_object_mut().unwrap().contains_key(&key), "{key} is missing");
    }
    assert_eq!((&found["videoQuota"], &found["videoQuotaDaily"]), (&json!(-1), &json!(5)));
    assert_eq!(list("search=BOB").await["total"], 1);
    assert_eq!(list("search=films.example&sort=username&count=1").await["data"][0]["username"], "bob");
    assert_eq!(list("sort=-videoQuotaUsed").await["total"], 4);
    assert_eq!(list("sort=foo").await["status"], 400);
    let refused = instance.get(users).bearer(&bob.token).send().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let complete = instance.get("/api/v1/users/autocomplete?search=o").bearer(&bob.token).send().await.json();
    assert_eq!(complete, json!(["bob", "mod", "root"]));

    let ask = |method: Method, token: &str, path: String, body: Value| {
        instance.ask(method, &format!("{users}/{path}")).bearer(token).json(&body).send()
    };
    let root_id = me(&instance, &root.token).await["id"].as_u64().unwrap();
    let bob_id = me(&instance, &bob.token).await["id"].as_u64().unwrap();
    for (method, path) in
        [(Method::PUT, ""), (Method::DELETE, ""), (Method::POST, "/block"), (Method::POST, "/unblock")]
    {
        let path = format!("{root_id}{path}");
        let upwards = ask(method.clone(), &moderator, path.clone(), json!({})).await;
        assert_eq!(upwards.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
    let promoted = ask(Method::PUT, &moderator, bob_id.to_string(), json!({ "role": 1 })).await;
    assert_eq!(promoted.status, StatusCode::FORBIDDEN, "nobody makes others their equals");
    let demoted = ask(Method::PUT, &root.token, root_id.to_string(), json!({ "role": 2 })).await;
    assert_eq!(demoted.status, StatusCode::BAD_REQUEST);
    let changed = json!({ "videoQuota": 1000, "emailVerified": true, "adminFlags": 1 });
    assert_eq!(
        ask(Method::PUT, &moderator, bob_id.to_string(), changed).await.status,
        StatusCode::NO_CONTENT
    );
    let shown = ask(Method::GET, &moderator, format!("{bob_id}?withStats=true"), json!({})).await.json();
    assert_eq!(
        (&shown["videoQuota"], &shown["emailVerified"], &shown["adminFlags"], &shown["videosCount"]),
        (&json!(1000), &json!(true), &json!(1), &json!(0))
    );

    let blocked = ask(Method::POST, &moderator, format!("{bob_id}/block"), json!({ "reason": "spam" })).await;
    assert_eq!(blocked.status, StatusCode::NO_CONTENT);
    let out = instance.get("/api/v1/users/me").bearer(&bob.token).send().await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED, "at once");
    let kept_out = instance.log_in("bob", &PASSWORD.replace(' ', "+")).await;
    assert_eq!(kept_out.json()["code"], "account_blocked");
    assert_eq!(list("blocked=true").await["data"][0]["blockedReason"], "spam");
    assert_eq!(ask(Method::POST, &moderator, format!("{bob_id}/unblock"), json!({})).await.status, 204);
    assert_eq!(instance.log_in("bob", &PASSWORD.replace(' ', "+")).await.status, StatusCode::OK);

    assert_eq!(ask(Method::DELETE, &moderator, dave.to_string(), json!({})).await.status, 204);
    assert_eq!(
        ask(Method::GET, &root.token, dave.to_string(), json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(ask(Method::DELETE, &root.token, root_id.to_string(), json!({})).await.status, 400);
    let nobody = ask(Method::GET, &root.token, "x".into(), json!({})).await;
    assert_eq!(without_sentences(nobody.json())["invalid-params"]["id"]["location"], "params");
}
