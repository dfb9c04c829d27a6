//! Coming in, and the mail that goes with it.

use crate::makers::{bob, captured, root, without_sentences};
use crate::rig::{Answer, Instance, PASSWORD, instance, instance_with, settings};
use crate::sink::Sink;
use backend::Server;
use backend::config::{Config, SmtpTls};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const USERS: &str = "/api/v1/users";

/// An instance that strangers may come to, and its mail server.
async fn open(change: impl FnOnce(&mut Config)) -> (Instance, Sink) {
    let sink = Sink::start().await;
    let address = sink.address;
    let instance = instance_with(|config| {
        mailing(config, address);
        config.signup.enabled = true;
        config.signup.requires_approval = false;
        config.signup.per_address_max = 100;
        config.smtp.per_address_max = 100;
        change(config);
    })
    .await;
    (instance, sink)
}

pub fn mailing(config: &mut Config, address: std::net::SocketAddr) {
    config.instance.name = "Films & more".into();
    config.smtp.host = Some(address.ip().to_string());
    config.smtp.port = address.port();
    config.smtp.tls = SmtpTls::None;
    config.smtp.from = Some("films@films.example".into());
}

async fn post(instance: &Instance, path: &str, body: Value) -> Answer {
    instance.post(&format!("{USERS}/{path}")).json(&body).send().await
}

async fn ask(instance: &Instance, token: &str, path: &str, body: Value) -> Answer {
    instance.post(&format!("{USERS}/{path}")).bearer(token).json(&body).send().await
}

fn carol() -> Value {
    json!({
        "username": "carol", "password": "carolpass", "email": "carol@films.example", "displayName": "Carol",
        "channel": { "name": "carol_films", "displayName": "Carol's films" },
    })
}

/// What stands behind `name=` in an address.
fn parameter(url: &str, name: &str) -> String {
    let (_, rest) = url.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {url}"));
    rest.split('&').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_come_in_where_they_may() {
    let closed = instance().await;
    let config = closed.get("/api/v1/config").send().await.json();
    assert_eq!((&config["signup"]["allowed"], &config["email"]["enabled"]), (&json!(false), &json!(false)));
    let refused = post(&closed, "register", carol()).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    let (instance, sink) = open(|config| config.signup.limit = 3).await;
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!(
        config["signup"],
        json!({
            "allowed": true, "allowedForCurrentIP": true, "minimumAge": 16, "requiresApproval": false,
            "requiresEmailVerification": false,
        })
    );
    assert_eq!(config["email"]["enabled"], true);
    let bad =
        post(&instance, "register", json!({ "username": "C A", "password": "1", "email": "nope" })).await;
    let (mut found, mut expected) =
        (without_sentences(bad.json()), without_sentences(captured("error-400-register-bad")));
    // A password is not sent back.
    expected["invalid-params"]["password"].as_object_mut().unwrap().remove("value");
    assert_eq!((bad.status, found.take()), (StatusCode::BAD_REQUEST, expected.take()));
    let half =
        json!({ "username": "x", "password": "carolpass", "email": "x@y.z", "channel": { "name": "y" } });
    assert!(
        post(&instance, "register", half).await.json()["invalid-params"]["channel.displayName"].is_object()
    );

    assert_eq!(post(&instance, "register", carol()).await.status, StatusCode::NO_CONTENT);
    let again = post(&instance, "register", carol()).await;
    assert_eq!((again.status, again.json()), (StatusCode::CONFLICT, captured("error-409-user-exists")));
    let tokens = instance.log_in("carol", "carolpass").await.json();
    let me =
        instance.get("/api/v1/users/me").bearer(tokens["access_token"].as_str().unwrap()).send().await.json();
    assert_eq!((&me["account"]["displayName"], &me["role"]["id"]), (&json!("Carol"), &json!(2)));
    assert_eq!(me["videoChannels"][0]["displayName"], "Carol's films");
    let mut dave = json!({ "username": "dave", "password": "davepass", "email": "dave@films.example" });
    let taken = json!({ "name": "carol_films", "displayName": "x" });
    let mut same_channel = dave.clone();
    same_channel["channel"] = taken;
    assert_eq!(post(&instance, "register", same_channel).await.status, StatusCode::CONFLICT);
    assert_eq!(post(&instance, "register", dave.clone()).await.status, StatusCode::NO_CONTENT);
    dave["username"] = json!("erin");
    dave["email"] = json!("erin@films.example");
    assert_eq!(post(&instance, "register", dave).await.status, StatusCode::FORBIDDEN, "it is full");
    assert_eq!(instance.get("/api/v1/config").send().await.json()["signup"]["allowed"], false);
    assert_eq!(sink.count(), 0, "nobody asked for mail");
}

#[tokio::test(flavor = "multi_thread")]
async fn signups_and_mails_are_counted_by_address() {
    let (instance, sink) = open(|config| {
        config.signup.per_address_max = 2;
        config.smtp.per_address_max = 3;
    })
    .await;
    let new = |name: &str| json!({ "username": name, "password": "a good one", "email": format!("{name}@films.example") });
    let first = post(&instance, "register", new("a")).await;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("2", "1"));
    assert_eq!(
        post(&instance, "register", new("a")).await.status,
        StatusCode::CONFLICT,
        "which is not counted"
    );
    assert_eq!(post(&instance, "register", new("b")).await.status, StatusCode::NO_CONTENT);
    let third = post(&instance, "register", new("c")).await;
    assert_eq!(
        (third.status, &third.json()["code"]),
        (StatusCode::TOO_MANY_REQUESTS, &json!("too_many_requests"))
    );
    assert!(third.header("retry-after").parse::<u64>().unwrap() <= 300);

    let reset = |email: &str| post(&instance, "ask-reset-password", json!({ "email": email }));
    for remaining in ["2", "1", "0"] {
        let answer = reset("a@films.example").await;
        assert_eq!(
            (answer.status, answer.header("x-ratelimit-remaining")),
            (StatusCode::NO_CONTENT, remaining)
        );
    }
    assert_eq!(reset("b@films.example").await.status, StatusCode::TOO_MANY_REQUESTS);
    sink.mail(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_mail_in_the_readers_language() {
    let (instance, sink) = open(|config| config.signup.requires_email_verification = true).await;
    let answer = instance
        .post("/api/v1/users/register")
        .header("accept-language", "fr-FR,fr;q=0.9,en;q=0.5")
        .json(&carol())
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{:?}", answer.body);
    let not_yet = instance.log_in("carol", "carolpass").await;
    assert_eq!(
        (not_yet.status, &not_yet.json()["code"]),
        (StatusCode::BAD_REQUEST, &json!("email_not_verified"))
    );

    let mail = sink.mail(1).await;
    assert_eq!(mail.to, "carol@films.example");
    assert!(mail.header("From").contains("films@films.example"), "{}", mail.raw);
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.header("Content-Type").starts_with("multipart/alternative"), "{}", mail.raw);
    let text = mail.readable();
    assert!(text.contains("Bonjour carol,") && text.contains("<p>Bonjour carol,</p>"), "{text}");
    assert!(text.contains("Films &amp; more"), "{text}");
    let url = mail.link(&format!("{}/verify-account/email?", instance.running.url));
    let (user, proof) = (parameter(&url, "userId"), parameter(&url, "verificationString"));
    let verify = |user: &str, proof: &str| {
        let path = format!("{user}/verify-email");
        let body = json!({ "verificationString": proof });
        let instance = &instance;
        async move { post(instance, &path, body).await.status }
    };
    assert_eq!(verify(&user, "0000").await, StatusCode::FORBIDDEN);
    assert_eq!(verify("1", &proof).await, StatusCode::FORBIDDEN, "somebody else's");
    assert_eq!(verify("999", &proof).await, StatusCode::NOT_FOUND);

    post(&instance, "ask-send-verify-email", json!({ "email": "carol@films.example" })).await;
    let again = sink.mail(2).await;
    assert_ne!(again.header("Message-ID"), mail.header("Message-ID"));
    assert_eq!(verify(&user, &proof).await, StatusCode::NO_CONTENT);
    let tokens = instance.log_in("carol", "carolpass").await;
    assert_eq!(tokens.status, StatusCode::OK);

    // A new address waits for its own mail.
    let token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let change = json!({ "email": "new@films.example", "currentPassword": "carolpass" });
    let put = instance.ask(Method::PUT, "/api/v1/users/me").bearer(&token).json(&change).send().await;
    assert_eq!(put.status, StatusCode::NO_CONTENT, "{:?}", put.body);
    let me = async || instance.get("/api/v1/users/me").bearer(&token).send().await.json();
    let waiting = me().await;
    assert_eq!(
        (&waiting["email"], &waiting["pendingEmail"]),
        (&json!("carol@films.example"), &json!("new@films.example"))
    );
    let mail = sink.mail(3).await;
    assert_eq!(mail.to, "new@films.example");
    let url = mail.link(&format!("{}/verify-account/email?", instance.running.url));
    let proof = parameter(&url, "verificationString");
    assert_eq!(parameter(&url, "isPendingEmail"), "true");
    let body = json!({ "verificationString": proof, "isPendingEmail": true });
    assert_eq!(post(&instance, &format!("{user}/verify-email"), body).await.status, StatusCode::NO_CONTENT);
    let moved = me().await;
    assert_eq!((&moved["email"], &moved["pendingEmail"]), (&json!("new@films.example"), &Value::Null));
    assert_eq!(moved["emailVerified"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_chosen_anew_by_mail_once() {
    let (instance, sink) = open(|_| {}).await;
    let bob = bob(&instance, None).await;
    let nobody = post(&instance, "ask-reset-password", json!({ "email": "nobody@films.example" })).await;
    let known = post(&instance, "ask-reset-password", json!({ "email": "BOB@films.example" })).await;
    assert_eq!(
        (nobody.status, known.status),
        (StatusCode::NO_CONTENT, StatusCode::NO_CONTENT),
        "told apart by nothing"
    );
    let mail = sink.mail(1).await;
    assert!(mail.readable().contains("Hello bob,"));
    let url = mail.link(&format!("{}/reset-password?", instance.running.url));
    let (user, proof) = (parameter(&url, "userId"), parameter(&url, "verificationString"));
    let reset = |proof: &str, password: &str| {
        let body = json!({ "verificationString": proof, "password": password });
        let (instance, path) = (&instance, format!("{user}/reset-password"));
        async move { post(instance, &path, body).await.status }
    };
    assert_eq!(reset("0".repeat(80).as_str(), "another one").await, StatusCode::FORBIDDEN);
    assert_eq!(reset(&proof, "short").await, StatusCode::BAD_REQUEST);
    assert_eq!(reset(&proof, "another one").await, StatusCode::NO_CONTENT);
    assert_eq!(reset(&proof, "a third one").await, StatusCode::FORBIDDEN, "it serves once");
    let out = instance.get("/api/v1/users/me").bearer(&bob.token).send().await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED, "sessions end");
    assert_eq!(instance.log_in("bob", "another+one").await.status, StatusCode::OK);
    assert_eq!(sink.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_to_come_in_waits_for_an_answer() {
    let (instance, sink) = open(|config| {
        config.signup.requires_approval = true;
        config.signup.requires_email_verification = true;
    })
    .await;
    let root = root(&instance).await;
    assert_eq!(
        post(&instance, "register", carol()).await.status,
        StatusCode::FORBIDDEN,
        "somebody must say yes"
    );
    let mut request = carol();
    let no_reason = post(&instance, "registrations/request", request.clone()).await;
    assert!(no_reason.json()["invalid-params"]["registrationReason"].is_object());
    request["registrationReason"] = json!("I make <b>films</b>.");
    let asked = post(&instance, "registrations/request", request.clone()).await;
    assert_eq!(asked.status, StatusCode::OK, "{:?}", asked.body);
    let row = asked.json();
    assert_eq!(
        (&row["state"], &row["emailVerified"]),
        (&json!({ "id": 1, "label": "Pending" }), &json!(false))
    );
    assert!(!asked.body.windows(6).any(|word| word == b"argon2"), "no hash is told");
    let id = row["id"].as_u64().unwrap();
    assert_eq!(post(&instance, "registrations/request", request).await.status, StatusCode::CONFLICT);
    let waiting = instance.log_in("carol", "carolpass").await;
    assert_eq!(waiting.json()["code"], "account_waiting_for_approval");
    assert_eq!(instance.log_in("carol", "wrong").await.json()["code"], "invalid_grant");

    let url = sink.mail(1).await.link(&format!("{}/verify-account/email?", instance.running.url));
    assert_eq!(parameter(&url, "registrationId"), id.to_string());
    let proof = json!({ "verificationString": parameter(&url, "verificationString") });
    let verify = format!("registrations/{id}/verify-email");
    assert_eq!(post(&instance, &verify, proof).await.status, StatusCode::NO_CONTENT);

    let list = |query: &str| {
        let path = format!("{USERS}/registrations?{query}");
        let (instance, token) = (&instance, &root.token);
        async move { instance.get(&path).bearer(token).send().await.json() }
    };
    let found = list("search=films&stateOneOf=1").await;
    assert_eq!((&found["total"], &found["data"][0]["emailVerified"]), (&json!(1), &json!(true)));
    assert_eq!(list("stateOneOf=2").await["total"], 0);
    assert_eq!(list("stateOneOf=9").await["status"], 400);
    assert_eq!(instance.get(&format!("{USERS}/registrations")).send().await.status, StatusCode::UNAUTHORIZED);

    let accept = format!("registrations/{id}/accept");
    assert_eq!(ask(&instance, &root.token, &accept, json!({})).await.status, StatusCode::BAD_REQUEST);
    let answer = json!({ "moderationResponse": "Welcome <i>Carol</i>" });
    assert_eq!(ask(&instance, &root.token, &accept, answer.clone()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(ask(&instance, &root.token, &accept, answer.clone()).await.status, StatusCode::CONFLICT);
    let mail = sink.mail(2).await;
    assert!(mail.readable().contains("Welcome &lt;i&gt;Carol&lt;/i&gt;"), "{}", mail.readable());
    assert_eq!(instance.log_in("carol", "carolpass").await.status, StatusCode::OK);
    assert!(list("").await["data"][0]["user"]["id"].is_u64());

    let dave = json!({
        "username": "dave", "password": "davepass", "email": "dave@films.example", "registrationReason": "spam",
    });
    let id = post(&instance, "registrations/request", dave.clone()).await.json()["id"].as_u64().unwrap();
    sink.mail(3).await;
    let silent = json!({ "moderationResponse": "No", "preventEmailDelivery": true });
    let reject = format!("registrations/{id}/reject");
    assert_eq!(ask(&instance, &root.token, &reject, silent).await.status, StatusCode::NO_CONTENT);
    assert_eq!(instance.log_in("dave", "davepass").await.json()["code"], "account_approval_rejected");
    let path = format!("{USERS}/registrations/{id}");
    let delete = || instance.ask(Method::DELETE, &path).bearer(&root.token).send();
    assert_eq!(delete().await.status, StatusCode::NO_CONTENT);
    assert_eq!(delete().await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        post(&instance, "registrations/request", dave).await.status,
        StatusCode::OK,
        "and may ask again"
    );
    sink.mail(4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_not_taken_goes_out_later_and_survives_a_restart() {
    let (instance, sink) = open(|_| {}).await;
    let root = root(&instance).await;
    let bob = bob(&instance, None).await;
    let me = instance.get("/api/v1/users/me").bearer(&bob.token).send().await.json();
    sink.refuse(1);
    let path = format!("{}/block", me["id"]);
    assert_eq!(ask(&instance, &root.token, &path, json!({ "reason": "spam" })).await.status, 204);
    let Instance { running, folder } = instance;
    running.stop().await.unwrap();
    let mut config = settings(folder.path());
    mailing(&mut config, sink.address);
    let instance = Instance { running: Server::start(config).await.unwrap(), folder };
    let mail = sink.mail(1).await;
    assert!(mail.readable().contains("> spam"), "{}", mail.readable());
    assert_eq!(mail.to, "bob@films.example");
    drop(instance);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_for_whom_a_login_is_made_chooses_the_password() {
    let (instance, sink) = open(|_| {}).await;
    let root = root(&instance).await;
    let new = json!({ "username": "dave", "email": "dave@films.example", "role": 2 });
    let made = instance.post(USERS).bearer(&root.token).json(&new).send().await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    let url = sink.mail(1).await.link(&format!("{}/reset-password?", instance.running.url));
    let body = json!({ "verificationString": parameter(&url, "verificationString"), "password": PASSWORD });
    let path = format!("{}/reset-password", parameter(&url, "userId"));
    assert_eq!(post(&instance, &path, body).await.status, StatusCode::NO_CONTENT);
    assert_eq!(instance.log_in("dave", &PASSWORD.replace(' ', "+")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_in_from_where_administrators_say() {
    let (instance, _sink) = open(|_| {}).await;
    let root = root(&instance).await;
    let set = async |filters: Value| {
        let change = json!({ "signup": { "filters": { "cidr": filters } } });
        instance.ask(Method::PUT, "/api/v1/config/custom").bearer(&root.token).json(&change).send().await
    };
    let wrong = set(json!({ "whitelist": ["10.0.0.0/8", "everywhere"] })).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.json()["invalid-params"]["signup.filters.cidr.whitelist"].is_object());
    // The proxy in front, which is trusted, says where somebody is.
    let come = async |from: &str, name: &str| {
        let body =
            json!({ "username": name, "password": "carolpass", "email": format!("{name}@films.example") });
        let asked = instance.post("/api/v1/users/register").header("x-forwarded-for", from).json(&body);
        let config = instance.get("/api/v1/config").header("x-forwarded-for", from).send().await.json();
        (asked.send().await.status.as_u16(), config["signup"]["allowedForCurrentIP"].as_bool().unwrap())
    };
    assert_eq!(come("198.51.100.7", "anna").await, (204, true), "from anywhere");
    let kept =
        set(json!({ "whitelist": ["203.0.113.0/24", "2001:db8::/32"], "blacklist": ["203.0.113.9"] })).await;
    assert_eq!(kept.status, StatusCode::OK);
    assert_eq!(kept.json()["signup"]["filters"]["cidr"]["blacklist"], json!(["203.0.113.9"]));
    assert_eq!(come("198.51.100.7", "bert").await, (403, false));
    assert_eq!(come("203.0.113.8", "carla").await, (204, true));
    assert_eq!(come("203.0.113.9", "dora").await, (403, false), "shut out of a network that is named");
    assert_eq!(come("2001:db8:1::1", "emil").await, (204, true));
    assert_eq!(set(json!({ "whitelist": [] })).await.status, StatusCode::OK);
    assert_eq!(come("198.51.100.7", "bert").await, (204, true));
    assert_eq!(come("203.0.113.9", "dora").await, (403, false));
    // Requests are no other door.
    let approve = json!({ "signup": { "requiresApproval": true } });
    let put = instance.ask(Method::PUT, "/api/v1/config/custom").bearer(&root.token).json(&approve);
    assert_eq!(put.send().await.status, StatusCode::OK);
    let request = json!({
        "username": "dora", "password": "carolpass", "email": "dora@films.example", "registrationReason": "films",
    });
    let asked = instance.post("/api/v1/users/registrations/request").header("x-forwarded-for", "203.0.113.9");
    let refused = asked.json(&request).send().await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.json()["detail"], "You are not on a network authorized for registration.");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_chose_a_language_before_signing_up_is_written_to_in_it() {
    let (instance, sink) = open(|config| config.signup.requires_email_verification = true).await;
    for path in ["update-interface-language", "update-language"] {
        let choose = |body: Value| instance.post(&format!("/api/v1/client-config/{path}")).json(&body).send();
        assert_eq!(choose(json!({})).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(choose(json!({ "language": "klingon; Path=/" })).await.status, StatusCode::BAD_REQUEST);
        let chosen = choose(json!({ "language": "fr-FR" })).await;
        assert_eq!(chosen.status, StatusCode::NO_CONTENT);
        assert!(chosen.header("set-cookie").starts_with("clientLanguage=fr-FR; Path=/; Max-Age=31536000"));
        let taken_back = choose(json!({ "language": null })).await;
        assert!(taken_back.header("set-cookie").starts_with("clientLanguage=; Path=/; Max-Age=0"));
    }
    let asked = instance.post("/api/v1/users/register").header("accept-language", "en");
    let cookie = asked.header("cookie", "other=1; clientLanguage=fr-FR");
    assert_eq!(cookie.json(&carol()).send().await.status, StatusCode::NO_CONTENT);
    let mail = sink.mail(1).await;
    assert!(mail.readable().contains("Bonjour carol"), "{}", mail.readable());
}
