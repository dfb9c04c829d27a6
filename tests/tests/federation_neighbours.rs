//! Other people's software for servers of the network, unchanged, beside an instance.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tests::rig::{Client, Clip, Instance, Neighbour, Options, Sound, Upload, clip, eventually};

/// Everything a story waits for takes a few seconds on an idle machine.
const SOON: Duration = Duration::from_secs(120);

async fn instance_beside(neighbour: &Neighbour) -> Result<Instance> {
    let options = Options::default()
        .set("federation.allow_private_hosts", neighbour.host())
        .set("transcoding.heights", "240");
    Instance::start_with(options).await
}

async fn publish(admin: &Client, name: &str) -> Result<String> {
    let film = clip(&Clip { seconds: 2, width: 426, height: 240, sound: Sound::None, ..Clip::default() })?;
    let uuid = Upload::file(admin, &json!({ "name": name, "privacy": 1 }), &film).await?;
    Upload::finished(admin, &uuid, SOON).await?;
    Ok(uuid)
}

async fn number(client: &Client, path: &str, pointer: &str, wanted: u64) -> Result<()> {
    let mut last = String::new();
    let found = eventually(path, SOON, async || {
        let answer = client.get(path).await?;
        last = answer.text();
        let said: Value = answer.json().unwrap_or_default();
        Ok((said.pointer(pointer).and_then(Value::as_u64) == Some(wanted)).then_some(()))
    });
    found.await.with_context(|| format!("{pointer} should be {wanted}: {last}"))
}

/// Waits until the neighbour has heard something of this type by this actor.
async fn hears(neighbour: &Neighbour, kind: &str, actor: &str) -> Result<Value> {
    let mut last = Vec::new();
    let found = eventually("the neighbour to hear", SOON, async || {
        last = neighbour.heard().await?;
        let by = |one: &&Value| {
            one.pointer("/type") == Some(&json!(kind)) && one.pointer("/actor") == Some(&json!(actor))
        };
        Ok(last.iter().find(by).cloned())
    });
    found.await.with_context(|| format!("no {kind} by {actor} in {last:?}"))
}

async fn with_fedify(first_knock: &str) -> Result<()> {
    let alice = Neighbour::fedify(first_knock).await?;
    let mut server = instance_beside(&alice).await?;
    let admin = server.admin().await?;
    let channel = server.url("/video-channels/root_channel");
    let account = server.url("/accounts/root");

    // She looks at the channel and follows it.
    let looked = alice.does("look", &[("to", &channel)]).await?;
    ensure!(looked.pointer("/type") == Some(&json!("Group")), "{looked}");
    alice.does("follow", &[("to", &channel)]).await?;
    hears(&alice, "Accept", &channel).await?;
    number(&admin, "/api/v1/video-channels/root_channel", "/followersCount", 1).await?;

    // What is published reaches her; she likes it and answers.
    let uuid = publish(&admin, "For Alice").await?;
    let video = server.url(&format!("/videos/watch/{uuid}"));
    hears(&alice, "Announce", &channel).await?;
    let looked = alice.does("look", &[("to", &video)]).await?;
    ensure!(looked.pointer("/name") == Some(&json!("For Alice")), "{looked}");
    alice.does("like", &[("to", &video)]).await?;
    number(&admin, &format!("/api/v1/videos/{uuid}"), "/likes", 1).await?;
    alice.does("reply", &[("to", &video), ("text", "<p>Hello from <b>Fedify</b></p>")]).await?;
    let threads = format!("/api/v1/videos/{uuid}/comment-threads");
    number(&admin, &threads, "/total", 1).await?;
    let thread = admin.get(&threads).await?.expect(200)?.json()?;
    ensure!(thread.pointer("/data/0/account/host") == Some(&json!(alice.host())), "{thread}");
    let said = thread.pointer("/data/0/text").and_then(Value::as_str).context("no text")?;
    ensure!(said.contains("Fedify"), "{said}");

    // An answer to her reaches her, and her account is followed from here.
    let comment = thread.pointer("/data/0/id").context("no number")?;
    let answer = json!({ "text": "Welcome" });
    admin.post(&format!("/api/v1/videos/{uuid}/comments/{comment}"), &answer).await?.expect(200)?;
    hears(&alice, "Create", &account).await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn fedify_that_signs_by_the_standard_first() -> Result<()> {
    with_fedify("rfc9421").await
}

#[tokio::test(flavor = "multi_thread")]
async fn fedify_that_signs_by_the_draft_first() -> Result<()> {
    with_fedify("draft-cavage-http-signatures-12").await
}

#[tokio::test(flavor = "multi_thread")]
async fn pubby_follows_a_channel_and_hears_of_its_videos() -> Result<()> {
    let dora = Neighbour::pubby().await?;
    let mut server = instance_beside(&dora).await?;
    let admin = server.admin().await?;
    let channel = server.url("/video-channels/root_channel");
    let inbox = format!("{channel}/inbox");
    let say = async |kind: &str, about: &str| -> Result<()> {
        let said = dora.does("say", &[("kind", kind), ("about", about), ("inbox", &inbox)]).await?;
        let status = said.pointer("/status").and_then(Value::as_u64).context("no status")?;
        ensure!((200..300).contains(&status), "{kind}: {said}");
        Ok(())
    };
    say("Follow", &channel).await?;
    hears(&dora, "Accept", &channel).await?;
    let uuid = publish(&admin, "For Dora").await?;
    hears(&dora, "Announce", &channel).await?;
    say("Like", &server.url(&format!("/videos/watch/{uuid}"))).await?;
    number(&admin, &format!("/api/v1/videos/{uuid}"), "/likes", 1).await?;
    admin.delete(&format!("/api/v1/videos/{uuid}")).await?.expect(204)?;
    hears(&dora, "Delete", &server.url("/accounts/root")).await?;
    server.stop().await?;
    Ok(())
}
