//! Lists that are kept elsewhere: what they bring, what they take away, what stays whatever they say, and what is told of
//! those that do not come; and the list that the instance publishes itself.

use std::sync::{Arc, Mutex};

use backend::config::Config;
use backend::lists;
use backend::store::tables::{BlocklistSubscriptionKey, WordSubscriptionKey};
use backend::store::{Durability, Read, StoreError};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use shared::time::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::makers::{Maker, bob, once, root};
use crate::rig::{Answer, Instance, instance_with};
use crate::videos::{list, publish};

const MUTES: &str = "server/blocklist/subscriptions";
const WORDS: &str = "watched-words/accounts/bob/subscriptions";

/// Somebody who publishes a list.
struct Publisher {
    port: u16,
    page: Arc<Mutex<Page>>,
}

/// What stands at their address, and what was asked of it.
#[derive(Default)]
struct Page {
    body: String,
    etag: Option<&'static str>,
    refusal: Option<&'static str>,
    asked: Vec<String>,
}

impl Publisher {
    async fn open(list: &Value) -> Publisher {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let page = Arc::new(Mutex::new(Page { body: list.to_string(), ..Page::default() }));
        let publisher = Publisher { port, page: page.clone() };
        tokio::spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                tokio::spawn(answer(line, page.clone()));
            }
        });
        publisher
    }

    fn url(&self) -> String {
        self.url_of("list.json")
    }

    fn url_of(&self, path: &str) -> String {
        format!("http://localhost:{}/{path}", self.port)
    }

    fn say(&self, list: &Value) {
        self.page.lock().unwrap().body = list.to_string();
    }

    fn refuse(&self, refusal: Option<&'static str>) {
        self.page.lock().unwrap().refusal = refusal;
    }

    /// What was asked since the last call: the first line and the fields of each head.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.page.lock().unwrap().asked)
    }
}

async fn answer(mut line: TcpStream, page: Arc<Mutex<Page>>) -> Option<()> {
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        if line.read_buf(&mut heard).await.ok()? == 0 {
            return None;
        }
    }
    let text = String::from_utf8(heard).ok()?.to_lowercase();
    let answer = {
        let mut page = page.lock().unwrap();
        let path = text.split(' ').nth(1)?.to_owned();
        let etag = page.etag.map(|etag| format!("ETag: {etag}\r\n")).unwrap_or_default();
        let is_known = page.etag.is_some_and(|etag| text.contains(&format!("if-none-match: {etag}")));
        page.asked.push(text);
        let end = "Content-Length: 0\r\nConnection: close\r\n\r\n";
        let moved = |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n{end}");
        match path.as_str() {
            _ if page.refusal.is_some() => format!("HTTP/1.1 {}\r\n{end}", page.refusal.unwrap_or_default()),
            "/moved" => moved("/list.json"),
            "/round" => moved("/round"),
            "/inside" => moved("http://169.254.169.254/list.json"),
            _ if is_known => format!("HTTP/1.1 304 Not Modified\r\n{etag}Connection: close\r\n\r\n"),
            _ => format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{etag}Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                page.body.len(),
                page.body
            ),
        }
    };
    line.write_all(answer.as_bytes()).await.ok()?;
    line.shutdown().await.ok()
}

/// A list of mutes; minutes of a day of the past stand for dates.
fn mutes(name: &str, actions: &[(&str, &str, u32)]) -> Value {
    let action = |(kind, target, minute): &(&str, &str, u32)| json!({ "type": kind, "target": target, "createdAt": date(*minute) });
    json!({ "name": name, "actions": actions.iter().map(action).collect::<Vec<_>>() })
}

fn words(name: &str, actions: &[(&str, &str, u32)]) -> Value {
    let action = |(kind, word, minute): &(&str, &str, u32)| json!({ "type": kind, "word": word, "createdAt": date(*minute) });
    json!({ "name": name, "actions": actions.iter().map(action).collect::<Vec<_>>() })
}

fn date(minute: u32) -> String {
    format!("2024-01-02T03:{minute:02}:00.000Z")
}

/// Lets the instance ask who listens on this machine.
fn near(config: &mut Config) {
    config.import.networks_allowed = ["127.0.0.1", "::1"].map(|network| network.parse().unwrap()).to_vec();
}

async fn send(instance: &Instance, who: &Maker, method: Method, path: &str, body: &Value) -> Answer {
    instance.ask(method, &format!("/api/v1/{path}")).bearer(&who.token).json(body).send().await
}

async fn get(instance: &Instance, who: &Maker, path: &str) -> Value {
    let answer = instance.get(&format!("/api/v1/{path}")).bearer(&who.token).send().await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {:?}", answer.body);
    answer.json()
}

async fn subscribe(instance: &Instance, who: &Maker, path: &str, url: &str) -> Value {
    let made = send(instance, who, Method::POST, path, &json!({ "url": url })).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.body);
    settled(instance).await;
    made.json()
}

async fn unsubscribe(instance: &Instance, who: &Maker, path: &str, id: &Value) -> u16 {
    send(instance, who, Method::DELETE, &format!("{path}/{id}"), &json!({})).await.status.as_u16()
}

/// Returns once all lists were read that are due.
async fn settled(instance: &Instance) {
    let app = instance.running.app();
    let is_due = async || {
        lists::round(app).await;
        let now = app.clock().now();
        let is_due = app.read(move |store| {
            let mutes: Vec<_> = store.table::<BlocklistSubscriptionKey>().collect::<Result<_, _>>()?;
            let words: Vec<_> = store.table::<WordSubscriptionKey>().collect::<Result<_, _>>()?;
            let mut readings =
                mutes.iter().map(|(_, row)| &row.reading).chain(words.iter().map(|(_, row)| &row.reading));
            Ok::<_, StoreError>(readings.any(|reading| reading.due <= now))
        });
        is_due.await.unwrap()
    };
    once(is_due, |is_due| !is_due).await;
}

/// Reads all lists, as if their time had come.
async fn read_again(instance: &Instance) {
    let made_due = instance.running.app().write(Durability::Relaxed, |write, _| {
        let mutes: Vec<_> = write.table::<BlocklistSubscriptionKey>().collect::<Result<_, _>>()?;
        let words: Vec<_> = write.table::<WordSubscriptionKey>().collect::<Result<_, _>>()?;
        for (key, mut row) in mutes {
            row.reading.due = Timestamp(0);
            write.insert(&key, &row)?;
        }
        for (key, mut row) in words {
            row.reading.due = Timestamp(0);
            write.insert(&key, &row)?;
        }
        Ok::<_, StoreError>(())
    });
    made_due.await.unwrap();
    settled(instance).await;
}

/// The muted servers with the list that brought each; none where a hand did.
async fn servers(instance: &Instance, who: &Maker) -> Vec<(String, Option<String>)> {
    let page = get(instance, who, "server/blocklist/servers?count=100").await;
    let row = |row: &Value| {
        let host = row["blockedServer"]["host"].as_str().unwrap().to_owned();
        (host, row["blocklistSubscription"]["name"].as_str().map(str::to_owned))
    };
    let mut rows: Vec<_> = page["data"].as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

fn of(host: &str, list: Option<&str>) -> (String, Option<String>) {
    (host.to_owned(), list.map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_mutes_whom_it_names_and_hears_whom_it_takes_out() {
    let instance = instance_with(near).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    publish(&instance, &root, "Mine", |_| ()).await;
    publish(&instance, &bob, "Bob's", |_| ()).await;
    let host = instance.running.url.host().to_owned();
    let own_bob = format!("Bob@{host}");
    let elsewhere = Publisher::open(&mutes(
        "Bad places",
        &[
            ("block", "Evil.example", 1),
            ("block", &own_bob, 2),
            ("block", "spam@far.example", 3),
            ("block", "nobody@", 3),
            ("block", &host, 4),
            ("block", "left.example", 5),
            ("unblock", "left.example", 6),
        ],
    ))
    .await;
    let made = subscribe(&instance, &root, MUTES, &elsewhere.url()).await;
    assert_eq!((&made["name"], &made["url"]), (&json!("Bad places"), &json!(elsewhere.url())));
    assert_eq!((&made["mutedServersCount"], &made["lastSyncAt"]), (&json!(0), &Value::Null));

    let page = get(&instance, &root, MUTES).await;
    let row = &page["data"][0];
    assert_eq!((&page["total"], &row["id"]), (&json!(1), &made["id"]));
    assert_eq!(row["state"], json!({ "id": 3, "label": "Synchronized" }));
    assert_eq!((&row["mutedAccountsCount"], &row["mutedServersCount"]), (&json!(1), &json!(1)));
    assert!(row["lastSyncAt"].is_string() && row["error"].is_null(), "{row}");
    assert_eq!(servers(&instance, &root).await, [of("evil.example", Some("Bad places"))]);
    let accounts = get(&instance, &root, "server/blocklist/accounts").await;
    assert_eq!(accounts["total"], 0, "nobody here is silenced from elsewhere");
    assert_eq!(list(&instance, "").await, ["Bob's", "Mine"]);
    let asked = format!(
        "blocklist/status?accounts={own_bob}&accounts=spam@far.example&hosts=evil.example&hosts=left.example"
    );
    let status = get(&instance, &root, &asked).await;
    let by_list = json!({ "blockedByServer": true, "blockedByServerSubscription": "Bad places", "blockedByUser": false });
    assert_eq!(status["accounts"][&own_bob]["blockedByServer"], false);
    assert_eq!(status["accounts"]["spam@far.example"], by_list);
    assert_eq!(status["hosts"]["evil.example"], by_list);
    assert_eq!(status["hosts"]["left.example"]["blockedByServer"], false);
    for (query, total) in [
        ("server/blocklist/servers?subscriptionName=Bad%20places", 1),
        ("server/blocklist/servers?subscriptionName=Other", 0),
        ("server/blocklist/accounts?subscriptionName=Bad%20places", 0),
        ("server/blocklist/accounts?subscriptionName=Other", 0),
    ] {
        assert_eq!(get(&instance, &root, query).await["total"], total, "{query}");
    }

    // Only news count, and the list says what it is called now.
    elsewhere.say(&mutes(
        "Worse places",
        &[("unblock", "evil.example", 1), ("unblock", &own_bob, 7), ("block", "new.example", 8)],
    ));
    read_again(&instance).await;
    let expected = [of("evil.example", Some("Worse places")), of("new.example", Some("Worse places"))];
    assert_eq!(servers(&instance, &root).await, expected);
    assert_eq!(list(&instance, "").await, ["Bob's", "Mine"]);
    let row = get(&instance, &root, MUTES).await["data"][0].clone();
    assert_eq!((&row["name"], &row["mutedServersCount"]), (&json!("Worse places"), &json!(2)));

    let instance = instance.restart().await;
    assert_eq!(servers(&instance, &root).await, expected);
    assert_eq!(unsubscribe(&instance, &root, MUTES, &made["id"]).await, 204);
    assert_eq!(servers(&instance, &root).await, []);
    assert_eq!(unsubscribe(&instance, &root, MUTES, &made["id"]).await, 404);
    let status = get(&instance, &root, "blocklist/status?accounts=spam@far.example").await;
    assert_eq!(status["accounts"]["spam@far.example"]["blockedByServer"], false);
    let audits = get(&instance, &root, "server/audit-logs?startDate=2020-01-01").await;
    let deeds: Vec<_> = audits.as_array().unwrap().iter().map(|line| line["action"].clone()).collect();
    assert_eq!(deeds, ["create", "delete"], "{audits}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_muted_by_hand_stays_and_what_two_lists_name_goes_with_the_second() {
    let instance = instance_with(near).await;
    let root = root(&instance).await;
    let servers_path = "server/blocklist/servers";
    let by_hand = json!({ "host": "hand.example" });
    assert_eq!(send(&instance, &root, Method::POST, servers_path, &by_hand).await.status, 204);
    let one = Publisher::open(&mutes(
        "One",
        &[("block", "hand.example", 1), ("block", "both.example", 1), ("block", "one.example", 1)],
    ))
    .await;
    let two =
        Publisher::open(&mutes("Two", &[("block", "both.example", 1), ("block", "two.example", 1)])).await;
    let of_one = subscribe(&instance, &root, MUTES, &one.url()).await["id"].clone();
    let of_two = subscribe(&instance, &root, MUTES, &two.url()).await["id"].clone();
    let all = [
        of("both.example", Some("One")),
        of("hand.example", None),
        of("one.example", Some("One")),
        of("two.example", Some("Two")),
    ];
    assert_eq!(servers(&instance, &root).await, all);

    one.say(&mutes("One", &[("unblock", "hand.example", 2), ("unblock", "both.example", 2)]));
    read_again(&instance).await;
    let mut fewer = all.clone();
    fewer[0].1 = Some("Two".to_owned());
    assert_eq!(servers(&instance, &root).await, fewer);

    // Muted by hand, too, it stays when the list goes.
    let two_by_hand = json!({ "host": "two.example" });
    assert_eq!(send(&instance, &root, Method::POST, servers_path, &two_by_hand).await.status, 204);
    assert_eq!(servers(&instance, &root).await[3], of("two.example", None));
    assert_eq!(unsubscribe(&instance, &root, MUTES, &of_two).await, 204);
    let left = [of("hand.example", None), of("one.example", Some("One")), of("two.example", None)];
    assert_eq!(servers(&instance, &root).await, left);

    // Who is heard again by hand is heard until the list names them anew.
    let hear = "server/blocklist/servers/one.example";
    assert_eq!(send(&instance, &root, Method::DELETE, hear, &json!({})).await.status, 204);
    one.say(&mutes("One", &[("block", "one.example", 1), ("block", "other.example", 3)]));
    read_again(&instance).await;
    let left = [of("hand.example", None), of("other.example", Some("One")), of("two.example", None)];
    assert_eq!(servers(&instance, &root).await, left);
    one.say(&mutes("One", &[("block", "one.example", 4)]));
    read_again(&instance).await;
    assert_eq!(servers(&instance, &root).await[1], of("one.example", Some("One")));
    assert_eq!(unsubscribe(&instance, &root, MUTES, &of_one).await, 204);
    assert_eq!(servers(&instance, &root).await, [of("hand.example", None), of("two.example", None)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_asked_for_its_news_alone_and_not_told_twice() {
    let instance = instance_with(near).await;
    let root = root(&instance).await;
    let elsewhere = Publisher::open(&mutes("List", &[("block", "a.example", 1)])).await;
    elsewhere.page.lock().unwrap().etag = Some("\"v1\"");
    subscribe(&instance, &root, MUTES, &elsewhere.url()).await;
    let asked = elsewhere.asked();
    assert_eq!(asked.len(), 2, "once for its name, once for what it says: {asked:?}");
    assert!(asked.iter().all(|head| head.starts_with("get /list.json http/1.1")), "{asked:?}");

    read_again(&instance).await;
    let asked = elsewhere.asked();
    let since = "get /list.json?startdate=2024-01-02t03:01:00.000z http/1.1";
    assert!(asked.len() == 1 && asked[0].starts_with(since), "{asked:?}");
    assert!(!asked[0].contains("if-none-match"), "another question: {asked:?}");
    read_again(&instance).await;
    let asked = elsewhere.asked();
    assert!(asked.len() == 1 && asked[0].contains("if-none-match: \"v1\""), "{asked:?}");
    let row = get(&instance, &root, MUTES).await["data"][0].clone();
    assert_eq!((&row["state"]["id"], &row["mutedServersCount"]), (&json!(3), &json!(1)));

    // A publisher who tells some of it at a time is asked until there is no more.
    let part = |from: u32| -> Vec<Value> {
        let at = |number: u32| format!("2024-02-01T00:{:02}:{:02}.000Z", number / 60, number % 60);
        (from..from + 500)
            .map(|number| json!({ "type": "block", "target": format!("s{number}.example"), "createdAt": at(number) }))
            .collect()
    };
    elsewhere.page.lock().unwrap().etag = None;
    elsewhere.say(&json!({ "name": "List", "actions": part(0) }));
    read_again(&instance).await;
    assert_eq!(elsewhere.asked().len(), 2, "it answered all it may at once, then nothing new");
    assert_eq!(get(&instance, &root, MUTES).await["data"][0]["mutedServersCount"], 501);
    let id = get(&instance, &root, MUTES).await["data"][0]["id"].clone();
    assert_eq!(unsubscribe(&instance, &root, MUTES, &id).await, 204);
    assert_eq!(servers(&instance, &root).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_list_is_refused_and_what_does_not_come_says_why() {
    let instance = instance_with(near).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let elsewhere = Publisher::open(&mutes("List", &[("block", "a.example", 1)])).await;
    let ask = async |url: &str| send(&instance, &root, Method::POST, MUTES, &json!({ "url": url })).await;
    for url in
        ["", "invalid", "ftp://films.example/list", "http://a:b@films.example/", "https://films.example/#a"]
    {
        let refused = ask(url).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{url}");
        assert!(refused.json()["invalid-params"]["url"].is_object(), "{url}: {:?}", refused.body);
    }
    for (url, why) in [
        (elsewhere.url_of("round"), "on and on"),
        (elsewhere.url_of("inside"), "not of the open internet"),
        (format!("http://{}/list.json", instance.running.url.host()), "not of the open internet"),
        ("http://localhost:9/list.json".to_owned(), "does not answer"),
    ] {
        let refused = ask(&url).await;
        let told = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(refused.status == StatusCode::BAD_REQUEST && told.contains(why), "{url}: {told}");
    }
    for (list, why) in [
        (json!([]), "no JSON object"),
        (json!({ "actions": [] }), "no name"),
        (json!({ "name": "A" }), "no actions"),
        (json!({ "name": "A", "actions": [{ "type": "block", "target": "a.example" }] }), "Action 1"),
        (
            json!({ "name": "A", "actions": [], "long": "x".repeat(5 * 1024 * 1024) }),
            "nothing that can be read",
        ),
    ] {
        elsewhere.say(&list);
        let refused = ask(&elsewhere.url()).await;
        let told = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(refused.status == StatusCode::BAD_REQUEST && told.contains(why), "{why}: {told}");
    }
    elsewhere.refuse(Some("503 Busy"));
    assert!(ask(&elsewhere.url()).await.json()["detail"].as_str().unwrap().contains("503"));
    elsewhere.refuse(None);
    assert_eq!(get(&instance, &root, MUTES).await["total"], 0);
    let strict = instance_with(|_| {}).await;
    let keeper = crate::makers::root(&strict).await;
    let refused = send(&strict, &keeper, Method::POST, MUTES, &json!({ "url": elsewhere.url() })).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "nobody named this network");
    let users = send(&instance, &bob, Method::POST, MUTES, &json!({ "url": elsewhere.url() })).await;
    assert_eq!(users.status, StatusCode::FORBIDDEN);

    // One that came, and comes no more: its mutes stay, and the page says why.
    elsewhere.say(&mutes("List", &[("block", "a.example", 1)]));
    let made = subscribe(&instance, &root, MUTES, &elsewhere.url_of("moved")).await;
    assert_eq!(ask(&elsewhere.url_of("moved")).await.status, StatusCode::CONFLICT);
    elsewhere.refuse(Some("404 Not Found"));
    read_again(&instance).await;
    let row = get(&instance, &root, MUTES).await["data"][0].clone();
    assert_eq!(row["state"], json!({ "id": 4, "label": "Failed" }));
    assert_eq!(row["error"], "The host answers 404 Not Found.");
    assert!(row["lastTryAt"].as_str().unwrap() > row["lastSyncAt"].as_str().unwrap(), "{row}");
    assert_eq!(servers(&instance, &root).await, [of("a.example", Some("List"))]);
    elsewhere.refuse(None);
    elsewhere.say(
        &json!({ "name": "List", "actions": [{ "type": "mute", "target": "b", "createdAt": date(2) }] }),
    );
    read_again(&instance).await;
    let row = get(&instance, &root, MUTES).await["data"][0].clone();
    assert_eq!(row["error"], "Action 1 of the list cannot be read: its type is not known.");
    elsewhere.say(&mutes("List", &[("block", "b.example", 2)]));
    read_again(&instance).await;
    let row = get(&instance, &root, MUTES).await["data"][0].clone();
    assert_eq!((&row["state"]["id"], &row["error"]), (&json!(3), &Value::Null));
    assert_eq!(servers(&instance, &root).await.len(), 2);

    // There are as many as may be, in the order that is asked for.
    for number in 1..20 {
        subscribe(&instance, &root, MUTES, &elsewhere.url_of(&format!("{number}.json"))).await;
    }
    assert_eq!(ask(&elsewhere.url_of("more.json")).await.status, StatusCode::CONFLICT);
    let rows = get(&instance, &root, &format!("{MUTES}?sort=createdAt&start=1&count=1")).await;
    assert_eq!((&rows["total"], &rows["data"][0]["url"]), (&json!(20), &json!(elsewhere.url_of("1.json"))));
    assert_eq!(get(&instance, &root, &format!("{MUTES}?search=19.JSON&sort=-name")).await["total"], 1);
    for query in ["sort=zzz", "start=-1", "count=1000"] {
        let path = format!("/api/v1/{MUTES}?{query}");
        let refused = instance.get(&path).bearer(&root.token).send().await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let none = send(&instance, &root, Method::DELETE, &format!("{MUTES}/x"), &json!({})).await;
    assert_eq!(none.status, StatusCode::BAD_REQUEST);
    // What the others name stays.
    assert_eq!(unsubscribe(&instance, &root, MUTES, &made["id"]).await, 204);
    assert_eq!(servers(&instance, &root).await, [of("b.example", Some("List"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instance_tells_whom_it_muted_by_hand_where_its_keeper_wants_that() {
    let publisher = instance_with(near).await;
    let (root, _) = (root(&publisher).await, bob(&publisher, None).await);
    let log = "/api/v1/server/blocklist/public-log";
    assert_eq!(publisher.get(log).send().await.status, StatusCode::FORBIDDEN);
    let on = json!({ "blocklist": { "publicLog": { "enabled": true } } });
    assert_eq!(send(&publisher, &root, Method::PUT, "config/custom", &on).await.status, StatusCode::OK);
    let empty = publisher.get(log).send().await.json();
    assert_eq!(empty, json!({ "name": "Shoal", "actions": [] }));

    let elsewhere = Publisher::open(&mutes("List", &[("block", "listed.example", 1)])).await;
    subscribe(&publisher, &root, MUTES, &elsewhere.url()).await;
    let do_it = async |method: Method, path: &str, body: Value| {
        let done = send(&publisher, &root, method, &format!("server/blocklist/{path}"), &body).await;
        assert_eq!(done.status, StatusCode::NO_CONTENT, "{path}: {:?}", done.body);
    };
    do_it(Method::POST, "servers", json!({ "host": "a.example" })).await;
    do_it(Method::POST, "servers", json!({ "host": "a.example" })).await;
    do_it(Method::POST, "accounts", json!({ "accountName": "bob" })).await;
    do_it(Method::DELETE, "servers/a.example", json!({})).await;
    do_it(Method::DELETE, "servers/listed.example", json!({})).await;
    do_it(Method::POST, "servers", json!({ "host": "c.example" })).await;
    let own = json!({ "host": "mine.example" });
    send(&publisher, &root, Method::POST, "users/me/blocklist/servers", &own).await;
    let told = publisher.get(log).send().await.json();
    let actions = told["actions"].as_array().unwrap();
    let said: Vec<_> = actions
        .iter()
        .map(|action| (action["type"].as_str().unwrap(), action["target"].as_str().unwrap()))
        .collect();
    let of_bob = format!("bob@{}", publisher.running.url.host());
    let expected = [
        ("block", "a.example"),
        ("block", of_bob.as_str()),
        ("unblock", "a.example"),
        ("block", "c.example"),
    ];
    assert_eq!(said, expected, "whom a list brought is that list's to tell, and one's own is one's own");
    let dates: Vec<_> = actions.iter().map(|action| action["createdAt"].as_str().unwrap()).collect();
    assert!(dates.is_sorted_by(|one, next| one < next), "{dates:?}");
    let later = publisher.get(&format!("{log}?startDate={}", dates[2])).send().await.json();
    assert_eq!(later["actions"].as_array().unwrap(), &actions[2..]);
    assert_eq!(publisher.get(&format!("{log}?startDate=soon")).send().await.status, StatusCode::BAD_REQUEST);

    // Another instance takes it over.
    let reader = instance_with(near).await;
    let keeper = crate::makers::root(&reader).await;
    let url = format!("http://localhost:{}{log}", publisher.port());
    let made = subscribe(&reader, &keeper, MUTES, &url).await;
    assert_eq!(made["name"], "Shoal");
    assert_eq!(servers(&reader, &keeper).await, [of("c.example", Some("Shoal"))]);
    do_it(Method::DELETE, "servers/c.example", json!({})).await;
    do_it(Method::POST, "servers", json!({ "host": "d.example" })).await;
    read_again(&reader).await;
    assert_eq!(servers(&reader, &keeper).await, [of("d.example", Some("Shoal"))]);
}

/// What is told of an owner's lists: name, words, and where each comes from.
async fn word_lists(instance: &Instance, who: &Maker, path: &str) -> Vec<(String, Value, Option<String>)> {
    let page = get(instance, who, path).await;
    let row = |row: &Value| {
        let name = row["listName"].as_str().unwrap().to_owned();
        (name, row["words"].clone(), row["subscriptionUrl"].as_str().map(str::to_owned))
    };
    page["data"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_list_are_watched_for_as_ones_own_are() {
    let instance = instance_with(near).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let carol = crate::abuses::person(&instance, "carol", backend::store::records::Role::User).await;
    let video = publish(&instance, &bob, "Video", |_| ()).await.uuid;
    let elsewhere = Publisher::open(&words("Rude", &[])).await;
    let made = subscribe(&instance, &bob, WORDS, &elsewhere.url()).await;
    assert_eq!((&made["name"], &made["importedWordsCount"]), (&json!("Rude"), &json!(0)));
    assert_eq!(get(&instance, &bob, WORDS).await["data"][0]["state"]["id"], 3);
    let lists = "watched-words/accounts/bob/lists";
    assert_eq!(word_lists(&instance, &bob, lists).await, []);

    elsewhere.say(&words("Rude", &[("add", "fool", 1), ("add", "ass", 2), ("add", "ass", 3)]));
    read_again(&instance).await;
    let url = Some(elsewhere.url());
    assert_eq!(
        word_lists(&instance, &bob, lists).await,
        [("Rude".to_owned(), json!(["fool", "ass"]), url.clone())]
    );
    assert_eq!(get(&instance, &bob, WORDS).await["data"][0]["importedWordsCount"], 2);
    let hold = json!({ "review": ["Rude"] });
    let policy = "automatic-tags/policies/accounts/bob/comments";
    assert_eq!(send(&instance, &bob, Method::PUT, policy, &hold).await.status, StatusCode::NO_CONTENT);
    let say = async |text: &str| {
        let path = format!("videos/{video}/comment-threads");
        let made = send(&instance, &carol, Method::POST, &path, &json!({ "text": text })).await.json();
        made["comment"]["heldForReview"].clone()
    };
    assert_eq!((say("You fool").await, say("You friend").await), (json!(true), json!(false)));

    // It goes on to hold under its new name, and a list of another name is in nobody's way.
    elsewhere.say(&words("Very rude", &[("remove", "fool", 4), ("add", "pig", 5)]));
    read_again(&instance).await;
    assert_eq!(
        word_lists(&instance, &bob, lists).await,
        [("Very rude".to_owned(), json!(["ass", "pig"]), url)]
    );
    assert_eq!((say("You fool").await, say("You pig").await), (json!(false), json!(true)));
    let mine = json!({ "listName": "Mine", "words": ["x"] });
    assert_eq!(send(&instance, &bob, Method::POST, lists, &mine).await.status, StatusCode::OK);
    elsewhere.say(&words("Mine", &[("add", "cow", 6)]));
    read_again(&instance).await;
    let row = get(&instance, &bob, WORDS).await["data"][0].clone();
    assert_eq!((&row["state"]["id"], &row["importedWordsCount"]), (&json!(4), &json!(2)));
    assert_eq!(row["error"], "There is another list that is called as this one.");
    let many: Vec<_> = (0..501).map(|number| format!("w{number}")).collect();
    let many: Vec<_> = many.iter().map(|word| ("add", word.as_str(), 7)).collect();
    elsewhere.say(&words("Very rude", &many));
    read_again(&instance).await;
    let row = get(&instance, &bob, WORDS).await["data"][0].clone();
    assert_eq!(row["error"], "The list has more than 500 words.");
    let long = "x".repeat(101);
    elsewhere.say(&words("Very rude", &[("add", &long, 7)]));
    read_again(&instance).await;
    let row = get(&instance, &bob, WORDS).await["data"][0].clone();
    assert_eq!(row["error"], "A word of the list is longer than 100 letters.");

    let refused = send(&instance, &bob, Method::POST, WORDS, &json!({ "url": elsewhere.url() })).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "the same address");
    elsewhere.say(&words("Mine", &[]));
    let copy = json!({ "url": elsewhere.url_of("copy") });
    assert_eq!(
        send(&instance, &bob, Method::POST, WORDS, &copy).await.status,
        StatusCode::CONFLICT,
        "the same name"
    );
    let others = "watched-words/accounts/root/subscriptions";
    assert_eq!(send(&instance, &bob, Method::POST, others, &copy).await.status, StatusCode::FORBIDDEN);
    let unknown = "watched-words/accounts/nobody/subscriptions";
    assert_eq!(send(&instance, &root, Method::POST, unknown, &copy).await.status, StatusCode::NOT_FOUND);

    let instance = instance.restart().await;
    assert_eq!(unsubscribe(&instance, &bob, WORDS, &made["id"]).await, 204);
    assert_eq!(word_lists(&instance, &bob, lists).await, [("Mine".to_owned(), json!(["x"]), None)]);
    assert_eq!(get(&instance, &bob, policy).await, json!({ "review": [] }));
    assert_eq!(unsubscribe(&instance, &bob, WORDS, &made["id"]).await, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_instance_watches_for_words_of_a_list_too_and_forgets_with_its_account() {
    let instance = instance_with(near).await;
    let (root, bob) = (root(&instance).await, bob(&instance, None).await);
    let elsewhere = Publisher::open(&words("Boats", &[("add", "boat", 1)])).await;
    let all = "watched-words/server/subscriptions";
    let made = subscribe(&instance, &root, all, &elsewhere.url()).await;
    publish(&instance, &bob, "A boat", |_| ()).await;
    let marked = get(&instance, &root, "videos?include=64&autoTagOneOf=Boats").await;
    assert_eq!(marked["total"], 1, "{marked}");
    let lists = word_lists(&instance, &root, "watched-words/server/lists").await;
    assert_eq!(lists, [("Boats".to_owned(), json!(["boat"]), Some(elsewhere.url()))]);
    elsewhere.say(&words("Boats", &[("remove", "boat", 2)]));
    read_again(&instance).await;
    assert_eq!(
        word_lists(&instance, &root, "watched-words/server/lists").await,
        [],
        "a list without words is none"
    );
    elsewhere.say(&words("Boats", &[("add", "ship", 3)]));
    read_again(&instance).await;
    assert_eq!(word_lists(&instance, &root, "watched-words/server/lists").await.len(), 1);
    assert_eq!(unsubscribe(&instance, &root, all, &made["id"]).await, 204);
    assert_eq!(word_lists(&instance, &root, "watched-words/server/lists").await, []);

    subscribe(&instance, &bob, WORDS, &elsewhere.url()).await;
    let gone = send(&instance, &bob, Method::DELETE, "users/me", &json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{:?}", gone.body);
    let app = instance.running.app();
    let is_empty = || app.store().table::<WordSubscriptionKey>().next().is_none();
    crate::makers::until(is_empty).await;
}
