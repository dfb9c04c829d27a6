//! Logging in, being somebody, and logging out.

use crate::makers::captured;
use crate::rig::{PASSWORD, instance, instance_with};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn root_logs_in_is_somebody_and_logs_out() {
    let instance = instance().await;
    let answer = instance.log_in("root", &PASSWORD.replace(' ', "+")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(86399)));
    assert_eq!(tokens["refresh_token_expires_in"], 1_209_599);
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(access.len(), 40);

    let me = instance.get("/api/v1/users/me").bearer(access).send().await.json();
    assert_eq!((&me["username"], &me["role"]["label"]), (&json!("root"), &json!("Administrator")));
    assert_eq!(me["account"]["name"], "root");
    assert_eq!(me["videoChannels"][0]["name"], "root_channel");
    assert_eq!(me["videoQuota"], -1);
    assert!(me["lastLoginDate"].is_string());

    let used = instance.get("/api/v1/users/me/video-quota-used").bearer(access).send().await.json();
    assert_eq!(used, json!({ "videoQuotaUsed": 0, "videoQuotaUsedDaily": 0 }));

    let out = instance.post("/api/v1/users/revoke-token").bearer(access).json(&json!({})).send().await;
    assert_eq!((out.status, out.json()), (StatusCode::OK, json!({ "success": true })));
    let after = instance.get("/api/v1/users/me").bearer(access).send().await;
    assert_eq!((after.status, &after.json()["code"]), (StatusCode::UNAUTHORIZED, &json!("invalid_token")));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = format!("{}&grant_type=refresh_token&refresh_token={refresh}", instance.client().await);
    let refreshed = instance.post("/api/v1/users/token").form(&form).send().await;
    assert_eq!(refreshed.json()["code"], "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_serves_once() {
    let instance = instance().await;
    let first = instance.log_in("root", &PASSWORD.replace(' ', "+")).await.json();
    let form = format!(
        "{}&grant_type=refresh_token&refresh_token={}",
        instance.client().await,
        first["refresh_token"].as_str().unwrap()
    );
    let second = instance.post("/api/v1/users/token").form(&form).send().await;
    assert_eq!(second.status, StatusCode::OK);
    let access = |tokens: &serde_json::Value| tokens["access_token"].as_str().unwrap().to_owned();
    let status = async |token: &str| instance.get("/api/v1/users/me").bearer(token).send().await.status;
    assert_eq!(status(&access(&second.json())).await, StatusCode::OK);
    assert_eq!(status(&access(&first)).await, StatusCode::UNAUTHORIZED);
    let third = instance.post("/api/v1/users/token").form(&form).send().await;
    assert_eq!(third.status, StatusCode::BAD_REQUEST);
    let problem = third.json();
    assert_eq!(problem["code"], "invalid_grant");
    assert_eq!(problem["error"], "Invalid grant: refresh token is invalid");
    assert_eq!(
        problem["type"],
        "https://docs.joinpeertube.org/api-rest-reference.html#section/Errors/invalid_grant"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_logins_are_told_apart_only_as_far_as_peertube_does() {
    let instance = instance().await;
    let wrong_password = instance.log_in("root", "wrong-password").await;
    let nobody = instance.log_in("nobody", "wrong-password").await;
    assert_eq!(wrong_password.status, StatusCode::BAD_REQUEST);
    assert_eq!(wrong_password.json()["error"], "Invalid grant: user credentials are invalid");
    assert_eq!(wrong_password.json(), nobody.json());

    let token = |form: String| instance.post("/api/v1/users/token").form(&form).send();
    let client = instance.client().await;
    let code = async |form: &str| token(form.to_owned()).await.json()["code"].clone();
    let stranger = "client_id=x&client_secret=y&grant_type=password&username=root&password=x";
    assert_eq!(code(stranger).await, "invalid_client");
    assert_eq!(code(&format!("{client}&grant_type=foo")).await, "unsupported_grant_type");
    let incomplete = token(format!("{client}&grant_type=password&username=root")).await;
    assert_eq!(incomplete.status, StatusCode::BAD_REQUEST);
    assert_eq!(incomplete.json()["invalid-params"]["password"]["location"], "body");
    assert_eq!(incomplete.json()["instance"], "/api/v1/users/token");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_the_captured_ones() {
    let instance = instance().await;
    let client = instance.client().await;
    let tokens = instance.log_in("root", &PASSWORD.replace(' ', "+")).await.json();
    let refresh = format!(
        "{client}&grant_type=refresh_token&refresh_token={}",
        tokens["refresh_token"].as_str().unwrap()
    );
    let token = |form: &str| instance.post("/api/v1/users/token").form(form);
    token(&refresh).send().await;
    let get = |path: &str| instance.get(path);
    let stranger = "client_id=x&client_secret=y&grant_type=password&username=root&password=wrong";
    for (asking, status, name) in [
        (token(&format!("{client}&grant_type=foo&username=root")), 400, "400-token-bad-grant"),
        (token(stranger), 400, "400-token-bad-password"),
        (
            token(&format!("{client}&grant_type=password&username=root&password=wrong")),
            400,
            "400-token-bad-password2",
        ),
        (token(&refresh), 400, "400-token-refresh-reused"),
        (get("/api/v1/users/me"), 401, "401-no-token"),
        (get("/api/v1/users/me").bearer("0000"), 401, "401-bad-token"),
        (get("/api/v1/accounts/nobody"), 404, "404-account"),
        (get("/api/v1/video-channels/nobody"), 404, "404-channel"),
    ] {
        let answer = asking.send().await;
        assert_eq!(answer.header("content-type"), "application/problem+json; charset=utf-8");
        let expected = captured(&format!("error-{name}"));
        assert_eq!((answer.status.as_u16(), answer.json()), (status, expected), "{name}");
    }
    // The sentence is the parser's; the rest is the same.
    let broken = instance.post("/api/v1/users/token").header("content-type", "application/json");
    let broken = broken.bytes("{\"text\":").send().await;
    let (mut answer, mut expected) = (broken.json(), captured("error-400-invalid-json"));
    for problem in [&mut answer, &mut expected] {
        problem["detail"].take();
        problem["error"].take();
    }
    assert_eq!((broken.status.as_u16(), answer), (400, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_a_page_is_not_sent_it_again() {
    let instance = instance().await;
    for path in ["/api/v1/videos", "/api/v1/config", "/api/v1/videos/categories"] {
        let first = instance.get(path).send().await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}: {tag}");
        let packed = instance.get(path).header("accept-encoding", "gzip").send().await;
        assert_eq!(packed.header("etag"), tag, "{path}");
        let again = instance.get(path).header("if-none-match", &tag).send().await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!((again.header("etag"), again.header("access-control-allow-origin")), (tag.as_str(), "*"));
        let other = instance.get(path).header("if-none-match", "W/\"2-x\"").send().await;
        assert_eq!(other.body, first.body, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_is_taken_for_a_login_too_and_so_is_the_e_mail_address() {
    let instance = instance().await;
    let client = instance.get("/api/v1/oauth-clients/local").send().await.json();
    let body = json!({
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "grant_type": "password",
        "username": "ROOT@127.0.0.1",
        "password": PASSWORD,
    });
    let answer = instance.post("/api/v1/users/token").json(&body).send().await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_per_address() {
    let instance = instance_with(|config| config.login.failures_per_address_max = 2).await;
    for remaining in ["1", "0"] {
        let answer = instance.log_in("root", "wrong-password").await;
        assert_eq!(
            (answer.status, answer.header("x-ratelimit-remaining")),
            (StatusCode::BAD_REQUEST, remaining)
        );
    }
    let refused = instance.log_in("root", &PASSWORD.replace(' ', "+")).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["code"], "too_many_requests");
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=300).contains(&wait), "{wait}");

    // A proxy on loopback is trusted, so people behind it are told apart.
    let form = format!("{}&grant_type=password&username=root&password={}", instance.client().await, PASSWORD);
    let other = instance.post("/api/v1/users/token").header("x-forwarded-for", "203.0.113.9").form(&form);
    assert_eq!(other.send().await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_one_is_nobody() {
    let instance = instance().await;
    let none = instance.get("/api/v1/users/me").send().await;
    assert_eq!(
        (none.status, &none.json()["code"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthorized_request"))
    );
    assert_eq!(none.header("content-type"), "application/problem+json; charset=utf-8");
    let wrong = instance.get("/api/v1/users/me").bearer("0000").send().await;
    assert_eq!((wrong.status, &wrong.json()["code"]), (StatusCode::UNAUTHORIZED, &json!("invalid_token")));
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_and_channels_are_found_by_handle() {
    let instance = instance().await;
    let host = instance.running.url.host().to_owned();
    for path in ["root".to_owned(), "ROOT".to_owned(), format!("root@{host}"), format!("root%40{host}")] {
        let account = instance.get(&format!("/api/v1/accounts/{path}")).send().await.json();
        assert_eq!(account["url"], format!("http://{host}/accounts/root"), "{path}");
    }
    let channel = instance.get("/api/v1/video-channels/root_channel").send().await.json();
    assert_eq!(channel["ownerAccount"]["name"], "root");
    assert_eq!(channel["isLocal"], true);
    let channels = instance.get("/api/v1/accounts/root/video-channels?count=1").send().await.json();
    assert_eq!((&channels["total"], &channels["data"][0]["name"]), (&json!(1), &json!("root_channel")));
    for (path, error) in [
        ("accounts/nobody", "Account not found"),
        ("accounts/root@elsewhere.example", "Account not found"),
        ("accounts/a%2Fb", "Account not found"),
        ("video-channels/root", "Video channel not found"),
    ] {
        let answer = instance.get(&format!("/api/v1/{path}")).send().await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (StatusCode::NOT_FOUND, &json!(error)),
            "{path}"
        );
    }
    let bad = instance.get("/api/v1/accounts/root/video-channels?count=500&start=-1").send().await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert_eq!(bad.json()["detail"], "Incorrect request parameters: start, count");
    assert_eq!(bad.json()["invalid-params"]["count"]["msg"], "Should have a number count (max: 100)");
}

#[tokio::test(flavor = "multi_thread")]
async fn client_tokens_are_given_to_the_instances_own_host() {
    let named =
        instance_with(|config| config.server.url = Some("https://films.example".parse().unwrap())).await;
    let ask = |host: &str| named.get("/api/v1/oauth-clients/local").header("host", host).send();
    assert_eq!(ask("Films.Example").await.status, StatusCode::OK);
    assert_eq!(ask("evil.example").await.status, StatusCode::FORBIDDEN);
    let unnamed = instance().await;
    let answer = unnamed.get("/api/v1/oauth-clients/local").header("host", "localhost:9000").send().await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["client_id"].as_str().unwrap().len(), 32);
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_of_other_sites_may_use_the_api() {
    let instance = instance().await;
    let preflight = instance
        .ask(Method::OPTIONS, "/api/v1/videos/upload-resumable")
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-headers", "authorization,x-upload-content-length")
        .send()
        .await;
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(preflight.header("access-control-allow-methods"), "GET,HEAD,PUT,PATCH,POST,DELETE");
    assert_eq!(preflight.header("access-control-allow-headers"), "authorization,x-upload-content-length");
    let config = instance.get("/api/v1/config/").send().await;
    assert_eq!((config.status, config.header("access-control-allow-origin")), (StatusCode::OK, "*"));
    for name in ["Location", "Range", "Retry-After"] {
        assert!(config.header("access-control-expose-headers").contains(name));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_problem_too() {
    let instance = instance().await;
    let unknown = instance.get("/api/v1/nothing-here").send().await;
    assert_eq!((unknown.status, &unknown.json()["status"]), (StatusCode::NOT_FOUND, &json!(404)));
    let method = instance.ask(Method::DELETE, "/api/v1/ping").send().await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    let head = instance.ask(Method::HEAD, "/api/v1/ping").send().await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (StatusCode::OK, "4", 0));
    let long = instance.post("/api/v1/users/token").form(&"a=b&".repeat(10_000)).send().await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instance_says_what_it_is_and_how_much_it_holds() {
    let instance = instance_with(|config| config.instance.name = "Films".into()).await;
    let config = instance.get("/api/v1/config").send().await.json();
    assert_eq!((&config["serverVersion"], &config["instance"]["name"]), (&json!("6.3.0"), &json!("Films")));
    assert_eq!(config["serverSoftware"], json!({ "name": "shoal", "version": env!("CARGO_PKG_VERSION") }));
    assert_eq!(config["transcoding"]["enabledResolutions"], json!([240, 360, 480, 720, 1080]));
    let about = instance.get("/api/v1/config/about").send().await.json();
    assert_eq!(about["instance"]["name"], "Films");
    instance.token().await;
    let stats = instance.get("/api/v1/server/stats").send().await.json();
    let counts =
        ["totalUsers", "totalAdmins", "totalDailyActiveUsers", "totalLocalVideoChannels", "totalVideos"];
    assert_eq!(counts.map(|name| stats[name].as_u64().unwrap()), [1, 1, 1, 1, 0]);
}
