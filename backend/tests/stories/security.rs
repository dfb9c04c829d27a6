//! Sessions, the second proof at login, and tokens of feeds.

use crate::makers::{bob, captured, root};
use crate::rig::{Answer, Instance, PASSWORD, instance};
use backend::domain::session::totp::{SECRET_BYTES, code, step_at};
use backend::store::Durability;
use backend::store::records::TwoFactor;
use backend::store::tables::TwoFactorKey;
use backend::store::{Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::id::UserId;
use shared::time::Timestamp;

async fn id_of(instance: &Instance, token: &str) -> u64 {
    instance.get("/api/v1/users/me").bearer(token).send().await.json()["id"].as_u64().unwrap()
}

async fn log_in(instance: &Instance, name: &str, agent: &str, otp: Option<&str>) -> Answer {
    let password = PASSWORD.replace(' ', "+");
    let form = format!("{}&grant_type=password&username={name}&password={password}", instance.client().await);
    let asking = instance.post("/api/v1/users/token").header("user-agent", agent).form(&form);
    match otp {
        Some(otp) => asking.header("x-peertube-otp", otp).send().await,
        None => asking.send().await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended_one_by_one() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let root = root(&instance).await;
    let id = id_of(&instance, &bob.token).await;
    let phone = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36";
    let tokens = log_in(&instance, "bob", phone, None).await.json();
    let on_phone = tokens["access_token"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/users/{id}/token-sessions");
    let list = |token: &str| instance.get(&path).bearer(token).send();
    let found = list(&on_phone).await.json();
    assert_eq!(found["total"], 2);
    let (newest, first) = (&found["data"][0], &found["data"][1]);
    assert_eq!(
        (&newest["loginDevice"], &newest["currentSession"]),
        (&json!("Chrome on Android"), &json!(true))
    );
    assert_eq!((&newest["loginIP"], &first["currentSession"]), (&json!("127.0.0.0"), &json!(false)));
    assert_eq!(list(&bob.token).await.json()["data"][1]["currentSession"], true);

    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = format!("{}&grant_type=refresh_token&refresh_token={refresh}", instance.client().await);
    let fresh = instance.post("/api/v1/users/token").header("user-agent", "App/2 (iPhone)").form(&form);
    let on_phone = fresh.send().await.json()["access_token"].as_str().unwrap().to_owned();
    let after = list(&on_phone).await.json();
    assert_eq!(
        (&after["total"], &after["data"][0]["id"]),
        (&json!(2), &newest["id"]),
        "it is the same session"
    );
    assert_eq!(after["data"][0]["loginDevice"], "Chrome on Android");
    assert_eq!(after["data"][0]["lastActivityDevice"], "App on iPhone");

    let revoke = |method: Method, token: &str, session: &Value| {
        instance.ask(method, &format!("{path}/{session}/revoke")).bearer(token).send()
    };
    let stranger = crate::makers::root(&instance).await;
    let not_theirs = format!("/api/v1/users/{}/token-sessions", id_of(&instance, &root.token).await);
    assert_eq!(instance.get(&not_theirs).bearer(&bob.token).send().await.status, StatusCode::FORBIDDEN);
    assert_eq!(revoke(Method::POST, &on_phone, &first["id"]).await.status, StatusCode::OK);
    assert_eq!(list(&bob.token).await.status, StatusCode::UNAUTHORIZED, "it ended");
    assert_eq!(revoke(Method::POST, &on_phone, &first["id"]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(list(&stranger.token).await.json()["total"], 1, "who manages users sees it, too");
    assert_eq!(revoke(Method::GET, &stranger.token, &newest["id"]).await.status, StatusCode::OK);
    assert_eq!(list(&on_phone).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_proof_is_asked_for_at_login() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let root = root(&instance).await;
    let id = id_of(&instance, &bob.token).await;
    let ask = |token: &str, what: &str, body: Value| {
        instance.post(&format!("/api/v1/users/{id}/two-factor/{what}")).bearer(token).json(&body).send()
    };
    let password = json!({ "currentPassword": PASSWORD });
    assert_eq!(ask(&bob.token, "request", json!({})).await.status, StatusCode::BAD_REQUEST);
    let wrong = ask(&bob.token, "request", json!({ "currentPassword": "wrong" })).await;
    assert_eq!(
        (wrong.status, &wrong.json()["code"]),
        (StatusCode::FORBIDDEN, &json!("current_password_is_invalid"))
    );
    let begun = ask(&bob.token, "request", password.clone()).await;
    assert_eq!(begun.status, StatusCode::OK, "{:?}", begun.body);
    let request = begun.json()["otpRequest"].clone();
    let shown = request["secret"].as_str().unwrap();
    assert!(request["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert!(request["uri"].as_str().unwrap().contains(&format!("secret={shown}")));
    // What an app would be told, from where the instance keeps it.
    let store = |change: fn(&mut TwoFactor)| {
        let app = instance.running.app().clone();
        async move {
            app.write(Durability::Relaxed, move |write, _| {
                let key = TwoFactorKey { user: UserId(id) };
                let mut row = write.get(&key)?.unwrap();
                change(&mut row);
                write.insert(&key, &row)?;
                Ok::<_, StoreError>(row)
            })
            .await
            .unwrap()
        }
    };
    let secret: [u8; SECRET_BYTES] = store(|_| {}).await.request.unwrap().secret;
    assert_eq!(backend::domain::session::totp::base32(&secret), shown);
    let now = || code(&secret, step_at(Timestamp(instance.running.app().clock().now().0)));
    let confirm = |token: &Value, otp: &str| {
        ask(&bob.token, "confirm-request", json!({ "requestToken": token, "otpToken": otp }))
    };
    assert_eq!(confirm(&json!("00"), &now()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(confirm(&request["requestToken"], "12").await.status, StatusCode::FORBIDDEN);
    assert_eq!(log_in(&instance, "bob", "x", None).await.status, StatusCode::OK, "not yet");
    assert_eq!(confirm(&request["requestToken"], &now()).await.status, StatusCode::NO_CONTENT);
    let me = instance.get("/api/v1/users/me").bearer(&bob.token).send().await;
    assert_eq!(me.json()["twoFactorEnabled"], true);
    assert!(!String::from_utf8_lossy(&me.body).contains(shown), "the secret is told once");
    assert_eq!(ask(&bob.token, "request", password.clone()).await.status, StatusCode::BAD_REQUEST);

    let missing = log_in(&instance, "bob", "x", None).await;
    assert_eq!(
        (missing.status, &missing.json()["code"]),
        (StatusCode::UNAUTHORIZED, &json!("missing_two_factor"))
    );
    assert_eq!(missing.header("x-peertube-otp"), "required; app");
    let invalid = log_in(&instance, "bob", "x", Some("000")).await;
    assert_eq!(
        (invalid.status, &invalid.json()["code"]),
        (StatusCode::UNAUTHORIZED, &json!("invalid_two_factor"))
    );
    // The first code was shown to begin with, and serves once; as if it had been half a minute ago:
    store(|row| row.last_step = None).await;
    let otp = now();
    assert_eq!(log_in(&instance, "bob", "x", Some(&otp)).await.status, StatusCode::OK);
    assert_eq!(log_in(&instance, "bob", "x", Some(&otp)).await.json()["code"], "invalid_two_factor");

    let codes = ask(&bob.token, "recovery-codes", password.clone()).await.json()["recoveryCodes"].clone();
    let word = codes[3].as_str().unwrap();
    assert_eq!((codes.as_array().unwrap().len(), word.len()), (10, 19));
    assert_eq!(log_in(&instance, "bob", "x", Some(word)).await.status, StatusCode::OK);
    assert_eq!(log_in(&instance, "bob", "x", Some(word)).await.json()["code"], "invalid_two_factor");
    assert_eq!(ask(&root.token, "recovery-codes", password.clone()).await.status, StatusCode::FORBIDDEN);

    assert_eq!(ask(&bob.token, "disable", json!({})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        ask(&root.token, "disable", json!({})).await.status,
        StatusCode::NO_CONTENT,
        "an administrator may"
    );
    assert_eq!(ask(&root.token, "disable", json!({})).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(log_in(&instance, "bob", "x", None).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_have_a_token_that_can_be_replaced() {
    let instance = instance().await;
    let bob = bob(&instance, None).await;
    let path = "/api/v1/users/scoped-tokens";
    let get = async || instance.get(path).bearer(&bob.token).send().await.json();
    let first = get().await;
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&first), keys(&captured("users-scoped-tokens")));
    assert_eq!(get().await, first);
    let renewed = instance.post(path).bearer(&bob.token).send().await.json();
    assert_ne!(renewed, first);
    assert_eq!(get().await, renewed);
    assert_eq!(instance.get(path).send().await.status, StatusCode::UNAUTHORIZED);
}
