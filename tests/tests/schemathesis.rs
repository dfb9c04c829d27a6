//! schemathesis asks all that our OpenAPI document allows, and much that it does not: no answer is a failure of ours, and
//! none has a status, a type or a field that the document does not know.
//!
//! It asks as the administrator, who may ask everything, of an instance that holds something of every kind. What it asks
//! is the same each time. What it deletes, and whom it signs out, is nothing that anything else is asked about.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::Method;
use serde_json::{Value, json};
use tests::rig::{Client, Clip, Elsewhere, Instance, Options, Sound, Upload, clip, full, in_checkout};
use tokio::process::Command;
use tokio::time::timeout;

/// Three minutes on an idle machine.
const DEADLINE: Duration = Duration::from_secs(20 * 60);
/// Made-up questions for each route, beside those that walk along each bound of the document.
const EXAMPLES: &str = "3";
const SEED: &str = "7";
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
/// Of all routes, the part in hundreds that may refuse all that it makes up: it knows no passwords, nothing that was
/// mailed, no film, and no names but those it is told.
const REFUSED_MAX: usize = 40;

/// What schemathesis is told beside the document: which things there are.
struct Names(String);

impl Names {
    /// For every route that has none of its own.
    fn new(token: &str, things: &Value) -> Result<Names> {
        let mut text = format!("headers = {{ Authorization = \"Bearer {token}\" }}\n[parameters]\n");
        for (name, thing) in things.as_object().context("names of things")? {
            text.push_str(&format!("\"{name}\" = {thing}\n"));
        }
        Ok(Names(text))
    }

    /// For this route. What is said first counts.
    fn of(&mut self, route: &str, things: &Value) -> Result<()> {
        let things = things.as_object().context("names of things")?;
        let things: Vec<String> =
            things.iter().map(|(name, thing)| format!("\"{name}\" = {thing}")).collect();
        self.say(&json!([route]), "include-name", &format!("parameters = {{ {} }}", things.join(", ")));
        Ok(())
    }

    /// For all routes whose path fits.
    fn within(&mut self, path: &str, name: &str, thing: &Value) {
        self.say(&json!(path), "include-path-regex", &format!("parameters = {{ \"{name}\" = {thing} }}"));
    }

    fn say(&mut self, which: &Value, way: &str, says: &str) {
        self.0.push_str(&format!("\n[[operations]]\n{way} = {which}\n{says}\n"));
    }
}

/// Who makes what there is.
struct Maker<'c> {
    client: &'c Client,
    film: &'c Path,
}

impl Maker<'_> {
    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.client.post(&format!("/api/v1/{path}"), &body).await?.expect(200)?.json()
    }

    async fn done(&self, method: Method, path: &str, body: Value) -> Result<()> {
        let json = [("content-type", "application/json")];
        self.client
            .send(method, &format!("/api/v1/{path}"), &json, full(body.to_string()))
            .await?
            .expect(204)?;
        Ok(())
    }

    async fn get(&self, path: &str, pointer: &str) -> Result<Value> {
        let said = self.client.get(&format!("/api/v1/{path}")).await?.expect(200)?.json()?;
        said.pointer(pointer).cloned().with_context(|| format!("{path} has no {pointer}: {said}"))
    }

    /// Makes something, and gives its number.
    async fn make(&self, path: &str, body: Value, pointer: &str) -> Result<Value> {
        let said = self.post(path, body).await?;
        said.pointer(pointer).cloned().with_context(|| format!("{path} gives no {pointer}: {said}"))
    }

    async fn publish(&self, form: Value) -> Result<String> {
        let uuid = Upload::file(self.client, &form, self.film).await?;
        Upload::finished(self.client, &uuid, DEADLINE).await?;
        Ok(uuid)
    }

    /// Announces a file of which nothing arrives.
    async fn begin(&self, path: &str, form: Value) -> Result<String> {
        let headers = [("content-type", "application/json"), ("x-upload-content-length", "100000")];
        let path = format!("/api/v1/{path}");
        let answer =
            self.client.send(Method::POST, &path, &headers, full(form.to_string())).await?.expect(201)?;
        Ok(answer.header("location").split_once("upload_id=").context("no upload")?.1.to_owned())
    }
}

/// Makes something of every kind, and says which is for whom.
#[expect(clippy::too_many_lines, reason = "one thing after the other, each needed by one or two routes")]
async fn fill(server: &Instance, film: &Path, lists: &str) -> Result<String> {
    let admin = server.admin().await?;
    let root = Maker { client: &admin, film };
    let host = server.address().to_string();

    let user = async |name: &str| {
        let email = format!("{name}@films.example");
        let wish = json!({ "username": name, "password": "a-password", "email": email, "role": 2 });
        root.make("users", wish, "/user/id").await
    };
    let (bob_id, carol_id, dora_id) = (user("bob").await?, user("carol").await?, user("dora").await?);
    let bob = server.client().sign_in("bob", "a-password").await?;
    let bob = Maker { client: &bob, film };
    for _ in 0..2 {
        server.client().sign_in("dora", "a-password").await?;
    }
    let sessions = format!("users/{dora_id}/token-sessions");
    let session = async |at: usize| root.get(&sessions, &format!("/data/{at}/id")).await;
    let sessions = (session(0).await?, session(1).await?);

    let public = |name: &str| json!({ "name": name, "privacy": 1 });
    let video = root.publish(public("A film")).await?;
    let spare = root.publish(public("To be deleted")).await?;
    let to_block = root.publish(public("To be blocked")).await?;
    let blocked = root.publish(public("Blocked")).await?;
    root.done(Method::POST, &format!("videos/{blocked}/blacklist"), json!({ "reason": "No" })).await?;
    let form = json!({ "name": "Between us", "privacy": 5, "videoPasswords": ["open", "sesame"] });
    let (guarded, unguarded) = (root.publish(form.clone()).await?, root.publish(form).await?);
    let password = root.get(&format!("videos/{unguarded}/passwords"), "/data/0/id").await?;
    let number = root.get(&format!("videos/{video}"), "/id").await?;
    let file = root.get(&format!("videos/{video}"), "/streamingPlaylists/0/files/0/id").await?;
    for name in ["A gift", "Another"] {
        let uuid = bob.publish(public(name)).await?;
        bob.done(Method::POST, &format!("videos/{uuid}/give-ownership"), json!({ "username": "root" }))
            .await?;
    }
    let offer = async |at: usize| root.get("videos/ownership", &format!("/data/{at}/id")).await;
    let offers = (offer(0).await?, offer(1).await?);

    let threads = format!("videos/{video}/comment-threads");
    let say = async || root.make(&threads, json!({ "text": "Thanks" }), "/comment/id").await;
    let (comment, spare_comment) = (say().await?, say().await?);
    let shelf = json!({ "displayName": "Evenings", "privacy": 3 });
    let list = async || root.make("video-playlists", shelf.clone(), "/videoPlaylist/id").await;
    let (list, spare_list) = (list().await?, list().await?);
    let shelf = format!("video-playlists/{list}/videos");
    let put = async || root.make(&shelf, json!({ "videoId": video }), "/videoPlaylistElement/id").await;
    let (element, spare_element) = (put().await?, put().await?);
    root.post("video-channels", json!({ "name": "spare", "displayName": "Spare" })).await?;
    let report = async |uuid: &str| {
        let id = root.get(&format!("videos/{uuid}"), "/id").await?;
        bob.make("abuses", json!({ "reason": "Not nice", "video": { "id": id } }), "/abuse/id").await
    };
    let (abuse, spare_abuse) = (report(&video).await?, report(&spare).await?);
    let message = json!({ "message": "Look at it" });
    let message = root.make(&format!("abuses/{abuse}/messages"), message, "/abuseMessage/id").await?;
    let words = async |of: &str, name: &str| {
        let wish = json!({ "listName": name, "words": ["word"] });
        root.make(&format!("watched-words/{of}/lists"), wish, "/watchedWordsList/id").await
    };
    let of_server = (words("server", "one").await?, words("server", "two").await?);
    let of_root = (words("accounts/root", "one").await?, words("accounts/root", "two").await?);
    for place in ["users/me", "server"] {
        let (accounts, servers) =
            (format!("{place}/blocklist/accounts"), format!("{place}/blocklist/servers"));
        root.done(Method::POST, &accounts, json!({ "accountName": "bob" })).await?;
        root.done(Method::POST, &servers, json!({ "host": "elsewhere.example" })).await?;
    }
    let subscribe = async |path: &str, list: &str| {
        root.make(path, json!({ "url": format!("{lists}{list}") }), "/id").await
    };
    let subscriptions = [
        ("server/blocklist/subscriptions", subscribe("server/blocklist/subscriptions", "mutes").await?),
        (
            "watched-words/server/subscriptions",
            subscribe("watched-words/server/subscriptions", "words").await?,
        ),
        (
            "watched-words/accounts/{name}/subscriptions",
            subscribe("watched-words/accounts/root/subscriptions", "words").await?,
        ),
    ];
    let of_bob = bob.get("users/me", "/videoChannels/0/name").await?;
    let of_bob = format!("{}@{host}", of_bob.as_str().context("a name")?);
    let followed = format!("spare@{host}");
    for uri in [&followed, &of_bob] {
        root.done(Method::POST, "users/me/subscriptions", json!({ "uri": uri })).await?;
    }
    let guest = async |name: &str| {
        let email = format!("{name}@films.example");
        let wish = json!({ "username": name, "password": "a-password", "email": email, "registrationReason": "Films" });
        root.make("users/registrations/request", wish, "/id").await
    };
    let guests = (guest("emil").await?, guest("fred").await?, guest("gina").await?);
    root.done(Method::PUT, "custom-pages/homepage/instance", json!({ "content": "Hello" })).await?;
    let text = "--b\r\nContent-Disposition: form-data; name=\"captionfile\"; filename=\"a.vtt\"\r\n\r\n\
                WEBVTT\n\n00:00.000 --> 00:01.000\nBonjour\n\r\n--b--\r\n";
    for language in ["fr", "de"] {
        let path = format!("/api/v1/videos/{video}/captions/{language}");
        let parts = [("content-type", "multipart/form-data; boundary=b")];
        admin.send(Method::PUT, &path, &parts, full(text)).await?.expect(204)?;
    }
    let channel = root.get("users/me", "/videoChannels/0/id").await?;
    let form = json!({ "name": "Begun", "channelId": channel, "filename": "film.mp4" });
    let begun = async || root.begin("videos/upload-resumable", form.clone()).await;
    let begun = (begun().await?, begun().await?);
    let replace = format!("videos/{video}/source/replace-resumable");
    let replaced = async || root.begin(&replace, json!({ "filename": "film.mp4" })).await;
    let replaced = (replaced().await?, replaced().await?);

    let (asks, leaves) = (server.admin().await?, server.admin().await?);
    let token = |client: &Client| client.token().map(str::to_owned).context("nobody is signed in");
    let things = json!({
        "path.id": video, "path.comment": comment, "path.thread": comment, "path.element": element,
        "path.language": "fr", "path.metric": "viewers", "path.file": file, "path.state": "completed",
        "path.handle": followed, "path.list": of_server.0, "path.message": message,
        "path.host": "elsewhere.example",
    });
    let mut names = Names::new(&token(&asks)?, &things)?;
    let own = format!("headers = {{ Authorization = \"Bearer {}\" }}", token(&leaves)?);
    names.say(&json!(["POST /api/v1/users/revoke-token"]), "include-name", &own);
    for (route, things) in [
        ("DELETE /api/v1/videos/{id}", json!({ "path.id": spare })),
        ("POST /api/v1/videos/{id}/blacklist", json!({ "path.id": to_block })),
        ("PUT /api/v1/videos/{id}/blacklist", json!({ "path.id": blocked })),
        ("DELETE /api/v1/videos/{id}/blacklist", json!({ "path.id": blocked })),
        ("DELETE /api/v1/videos/{id}/comments/{comment}", json!({ "path.comment": spare_comment })),
        ("DELETE /api/v1/videos/{id}/captions/{language}", json!({ "path.language": "de" })),
        (
            "DELETE /api/v1/videos/{id}/passwords/{password}",
            json!({ "path.id": unguarded, "path.password": password }),
        ),
        ("PUT /api/v1/videos/upload-resumable", json!({ "query.upload_id": begun.0 })),
        ("DELETE /api/v1/videos/upload-resumable", json!({ "query.upload_id": begun.1 })),
        ("PUT /api/v1/videos/{id}/source/replace-resumable", json!({ "query.upload_id": replaced.0 })),
        ("DELETE /api/v1/videos/{id}/source/replace-resumable", json!({ "query.upload_id": replaced.1 })),
        ("POST /api/v1/videos/ownership/{id}/accept", json!({ "path.id": offers.0 })),
        ("POST /api/v1/videos/ownership/{id}/refuse", json!({ "path.id": offers.1 })),
        ("DELETE /api/v1/video-channels/{name}", json!({ "path.name": "spare" })),
        ("DELETE /api/v1/users/me/subscriptions/{handle}", json!({ "path.handle": of_bob })),
        ("DELETE /api/v1/video-playlists/{id}", json!({ "path.id": spare_list })),
        (
            "DELETE /api/v1/video-playlists/{id}/videos/{element}",
            json!({ "path.id": list, "path.element": spare_element }),
        ),
        ("DELETE /api/v1/abuses/{id}", json!({ "path.id": spare_abuse })),
        (
            "DELETE /api/v1/watched-words/accounts/{name}/lists/{list}",
            json!({ "path.name": "root", "path.list": of_root.1 }),
        ),
        (
            "PUT /api/v1/watched-words/accounts/{name}/lists/{list}",
            json!({ "path.name": "root", "path.list": of_root.0 }),
        ),
        ("DELETE /api/v1/watched-words/server/lists/{list}", json!({ "path.list": of_server.1 })),
        ("DELETE /api/v1/users/{id}", json!({ "path.id": carol_id })),
        ("POST /api/v1/users/registrations/{id}/accept", json!({ "path.id": guests.0 })),
        ("POST /api/v1/users/registrations/{id}/reject", json!({ "path.id": guests.1 })),
        (
            "POST /api/v1/users/{id}/token-sessions/{session}/revoke",
            json!({ "path.id": dora_id, "path.session": sessions.1 }),
        ),
        (
            "GET /api/v1/users/{id}/token-sessions/{session}/revoke",
            json!({ "path.id": dora_id, "path.session": sessions.0 }),
        ),
        ("DELETE /api/v1/users/me/history/videos/{id}", json!({ "path.id": number })),
    ] {
        names.of(route, &things)?;
    }
    for (path, subscription) in subscriptions {
        let things = json!({ "path.name": "root", "path.subscription": subscription });
        names.of(&format!("DELETE /api/v1/{path}/{{subscription}}"), &things)?;
    }
    for (path, name, thing) in [
        ("/videos/[{]id[}]/passwords", "path.id", json!(guarded)),
        ("^/api/v1/video-playlists/", "path.id", list),
        ("^/api/v1/users/registrations/", "path.id", guests.2),
        ("^/api/v1/users/me/", "path.id", json!(video)),
        ("^/api/v1/users/", "path.id", bob_id),
        ("^/api/v1/abuses/", "path.id", abuse),
        ("/blocklist/accounts/", "path.name", json!("bob")),
        ("/accounts/[{]name[}]", "path.name", json!("root")),
        ("^/api/v1/video-channels/", "path.name", json!("root_channel")),
    ] {
        names.within(path, name, &thing);
    }
    Ok(names.0)
}

/// Runs it, and gives what it tells of what it did.
async fn ask(server: &Instance, names: &str) -> Result<Value> {
    let packages = in_checkout("target/schemathesis");
    ensure!(
        packages.join("schemathesis").is_dir(),
        "target/schemathesis is missing: `cargo xtask fetch` brings it"
    );
    let place = tempfile::tempdir()?;
    std::fs::write(place.path().join("names.toml"), names)?;
    let mut command = Command::new("python3");
    command.args(["-m", "schemathesis.cli", "--config-file", "names.toml", "run"]);
    command.arg(server.url("/api/v1/openapi.json"));
    command.args([
        "--phases",
        "coverage,fuzzing",
        "-n",
        EXAMPLES,
        "--no-shrink",
        "-w",
        "1",
        "--warnings",
        "off",
    ]);
    command.args(["--seed", SEED, "--generation-deterministic"]);
    command.args([
        "--continue-on-failure",
        "-c",
        CHECKS,
        "--report",
        "json",
        "--report-json-path",
        "told.json",
    ]);
    command.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", SEED);
    let output = command.current_dir(place.path()).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(DEADLINE, output).await.context("schemathesis does not end")??;
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "schemathesis found something: {said}\n{}", server.log());
    Ok(serde_json::from_slice(&std::fs::read(place.path().join("told.json"))?)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_gets_an_answer_that_the_document_does_not_know() -> Result<()> {
    // All that can be asked for is offered, and nobody is slowed.
    let options = Options::default()
        .set("signup.enabled", true)
        .set("signup.limit", 0)
        .set("signup.per_address_max", 100_000)
        .set("smtp.host", "127.0.0.1")
        .set("smtp.tls", "none")
        .set("smtp.per_address_max", 100_000)
        .set("contact.per_address_max", 100_000)
        .set("upload.replace", true)
        .set("blocklist.public_log", true)
        .set("search.captions", true)
        .set("import.networks_allowed", "127.0.0.1,::1")
        .set("transcoding.keep_source", true);
    let mut server = Instance::start_with(options).await?;
    let film = clip(&Clip { seconds: 1, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let lists = Elsewhere::answer(|path| {
        let name = path.split('?').next().unwrap_or_default();
        matches!(name, "/mutes" | "/words")
            .then(|| ("application/json", json!({ "name": name, "actions": [] }).to_string()))
    })
    .await?;
    // Another name than the server has, which asks nothing of itself.
    let lists = (lists.url().replace("127.0.0.1", "localhost"), lists);
    let names = fill(&server, &film, &lists.0).await?;
    let document = server.client().get("/api/v1/openapi.json").await?.expect(200)?.json()?;
    let paths = document["paths"].as_object().context("no paths")?.values();
    let routes: usize = paths.filter_map(|path| Some(path.as_object()?.len())).sum();

    let told = ask(&server, &names).await?;
    // The document itself it only reads.
    assert_eq!(told["operations"]["tested"], routes - 1, "it asks every route");
    // Whoever was always refused has shown nothing of the answers that matter.
    let refused = refused_always(&told)?;
    ensure!(refused.len() * 100 <= routes * REFUSED_MAX, "it names too little that is there: {refused:?}");
    server.client().get("/api/v1/config").await?.expect(200)?;
    server.stop().await?;
    Ok(())
}

/// Routes that never answered well to what the document allows.
fn refused_always(told: &Value) -> Result<Vec<&str>> {
    let routes =
        told.get("valid_rates").and_then(Value::as_object).context("it does not say what was accepted")?;
    let accepted = |phases: &Value| {
        let phases = phases.as_object().into_iter().flatten();
        phases.filter_map(|(_, phase)| phase.get("accepted")?.as_u64()).sum::<u64>()
    };
    Ok(routes.iter().filter(|(_, phases)| accepted(phases) == 0).map(|(route, _)| route.as_str()).collect())
}
