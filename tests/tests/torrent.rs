//! Files for BitTorrent clients: fetched by a stock one from us and from another, and gone with what they are of; and
//! the uploaded file for PeerTube's own command line, which asks for its torrent.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tests::rig::{
    Client, Clip, CommandLine, Dice, Errand, Instance, Options, Sound, Upload, WebTorrent, big_buck_bunny,
    clip, eventually, leftovers,
};

/// A minute of film is packaged and hashed in seconds on an idle machine.
const DEADLINE: Duration = Duration::from_secs(120);

const PUBLIC: u32 = 1;
const PRIVATE: u32 = 3;

fn silent_clip() -> Result<std::path::PathBuf> {
    clip(&Clip { seconds: 6, sound: Sound::None, ..Clip::default() })
}

async fn upload(client: &Client, name: &str, path: &Path) -> Result<String> {
    Upload::file(client, &json!({ "name": name, "privacy": PUBLIC }), path).await
}

async fn page(client: &Client, uuid: &str) -> Result<Value> {
    client.get(&format!("/api/v1/videos/{uuid}")).await?.expect(200)?.json()
}

fn files(page: &Value) -> Vec<Value> {
    page.pointer("/streamingPlaylists/0/files").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// The info hash in a magnet.
fn info_hash(file: &Value) -> &str {
    let magnet = text(file, "magnetUri");
    magnet.split_once("urn:btih:").and_then(|(_, rest)| rest.get(..40)).unwrap_or_default()
}

/// The page of a finished video once all its files were hashed under the name it has.
async fn shared(client: &Client, uuid: &str, name: &str) -> Result<Value> {
    let form_encoded = name.replace(' ', "+");
    eventually("all files have magnets", DEADLINE, async || {
        let page = page(client, uuid).await?;
        let is_idle = page.get("processing").is_none_or(Value::is_null);
        let all = files(&page);
        let named = |file: &Value| text(file, "magnetUri").contains(&format!("&dn={form_encoded}&"));
        Ok((is_idle && !all.is_empty() && all.iter().all(named)).then_some(page))
    })
    .await
}

/// The file as the server gives it.
async fn bytes_of(client: &Client, file: &Value) -> Result<Vec<u8>> {
    Ok(client.get(text(file, "fileUrl")).await?.expect(200)?.body.to_vec())
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn fetched(folder: &Path, said: &Value) -> Result<Vec<u8>> {
    Ok(sha256(&fs::read(folder.join(text(said, "name")))?))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_client_fetches_a_file_from_its_web_seed() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let uuid = upload(&admin, "Big Buck Bunny", &big_buck_bunny()?).await?;
    let page = shared(&admin, &uuid, "Big Buck Bunny").await?;
    let file = files(&page).first().cloned().context("it has files")?;
    let right = sha256(&bytes_of(&server.client(), &file).await?);

    for what in [text(&file, "torrentUrl"), text(&file, "magnetUri")] {
        let folder = tempfile::tempdir()?;
        let client = WebTorrent::send(Errand::Fetch, what, folder.path()).await?;
        assert_eq!(fetched(folder.path(), &client.said)?, right, "{what}");
        assert_eq!(text(&client.said, "infoHash"), info_hash(&file));
        assert_eq!(text(&client.said, "name"), "Big Buck Bunny 720p.mp4");
        assert!(client.said["wires"].as_array().is_some_and(|wires| wires.contains(&json!("webSeed"))));
        let mut announce: Vec<&str> =
            client.said["announce"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        announce.sort_unstable();
        let host = server.address();
        assert_eq!(
            announce,
            [format!("http://{host}/tracker/announce"), format!("ws://{host}/tracker/socket")]
        );
    }
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_stock_clients_meet_at_our_tracker_and_share_a_file() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    let uuid = upload(&admin, "A boat", &silent_clip()?).await?;
    let page = shared(&admin, &uuid, "A boat").await?;
    let file = files(&page).first().cloned().context("it has files")?;
    let bytes = bytes_of(&admin, &file).await?;
    let (one, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    fs::write(one.path().join("A boat 360p.mp4"), &bytes)?;
    let what = text(&file, "torrentUrl");
    let seeder = WebTorrent::send(Errand::Seed, what, one.path()).await?;
    assert_eq!(text(&seeder.said, "infoHash"), info_hash(&file));
    let reader = WebTorrent::send(Errand::Meet, what, other.path()).await?;
    assert_eq!(reader.said["wires"], json!(["webrtc"]));
    assert_eq!(fetched(other.path(), &reader.said)?, sha256(&bytes));
    drop(seeder);
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn torrents_follow_the_name_and_are_gone_with_the_right_to_fetch() -> Result<()> {
    let mut server = Instance::start().await?;
    let (admin, anybody) = (server.admin().await?, server.client());
    let uuid = upload(&admin, "A boat", &silent_clip()?).await?;
    let address = format!("/api/v1/videos/{uuid}");
    let first = shared(&admin, &uuid, "A boat").await?;
    let download = anybody.get(text(&files(&first)[0], "torrentDownloadUrl")).await?.expect(200)?;
    assert_eq!(download.header("content-disposition"), "attachment; filename=\"A boat-360p.torrent\"");
    assert_eq!(download.header("content-type"), "application/x-bittorrent");
    assert_eq!(download.header("cache-control"), "public, max-age=0");
    assert!(leftovers(&admin, &server.data()).await?.is_empty());

    admin.put(&address, &json!({ "name": "Ship ahoy" })).await?.expect(204)?;
    let second = shared(&admin, &uuid, "Ship ahoy").await?;
    for (before, after) in files(&first).iter().zip(files(&second)) {
        assert_ne!(info_hash(before), info_hash(&after));
        let torrent = anybody.get(text(&after, "torrentUrl")).await?.expect(200)?;
        assert!(torrent.text().contains("Ship ahoy "), "{}", torrent.text());
    }

    let torrents = server.data().join("torrents");
    admin.put(&address, &json!({ "privacy": PRIVATE })).await?.expect(204)?;
    for file in files(&page(&admin, &uuid).await?) {
        for field in ["torrentUrl", "torrentDownloadUrl", "magnetUri"] {
            assert!(file.get(field).is_none_or(Value::is_null), "{field} in {file}");
        }
    }
    for file in files(&second) {
        for asker in [&admin, &anybody] {
            asker.get(text(&file, "torrentUrl")).await?.expect(404)?;
        }
    }
    eventually("nothing is kept of it", DEADLINE, async || {
        Ok(fs::read_dir(&torrents)?.next().is_none().then_some(()))
    })
    .await?;

    admin.put(&address, &json!({ "privacy": PUBLIC, "downloadEnabled": false })).await?.expect(204)?;
    let closed = page(&admin, &uuid).await?;
    assert!(files(&closed).iter().all(|file| info_hash(file).is_empty()));
    anybody.get(text(&files(&second)[0], "torrentUrl")).await?.expect(403)?;

    admin.put(&address, &json!({ "downloadEnabled": true })).await?.expect(204)?;
    let again = shared(&admin, &uuid, "Ship ahoy").await?;
    assert_eq!(
        info_hash(&files(&again)[0]),
        info_hash(&files(&second)[0]),
        "the same bytes under the same name"
    );

    // Digests that were lost, as after a restored backup, are made again for whoever asks.
    for file in fs::read_dir(&torrents)? {
        fs::remove_file(file?.path())?;
    }
    for file in files(&again) {
        anybody.get(text(&file, "torrentUrl")).await?.expect(200)?;
    }

    admin.delete(&address).await?.expect(204)?;
    eventually("nothing is left of it", DEADLINE, async || {
        Ok(fs::read_dir(&torrents)?.next().is_none().then_some(()))
    })
    .await?;
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_it_hashes_leaves_nothing_half_made() -> Result<()> {
    let mut server = Instance::start().await?;
    let mut dice = Dice::thrown();
    let admin = server.admin().await?;
    let film = big_buck_bunny()?;
    let mut names = Vec::new();
    // A job that was interrupted five times is given up.
    for number in 0..2 {
        let name = format!("Film {number}");
        names.push((upload(&admin, &name, &film).await?, name));
        tokio::time::sleep(dice.span(Duration::from_millis(2500))).await;
        server.kill()?;
        server.restart().await?;
        // A rename makes all torrents anew.
        let (uuid, name) = names.last_mut().context("one was pushed")?;
        name.push_str(" cut");
        admin.put(&format!("/api/v1/videos/{uuid}"), &json!({ "name": name })).await?.expect(204)?;
        server.kill()?;
        server.restart().await?;
    }
    for (uuid, name) in &names {
        let page = shared(&admin, uuid, name).await?;
        for file in files(&page) {
            let torrent = admin.get(text(&file, "torrentUrl")).await?.expect(200)?.body;
            let found = backend::files::torrent::Info {
                name: &format!("{name} {}", quality(&file)),
                bytes: file["size"].as_u64().context("it has a size")?,
                piece_bytes: 256 * 1024,
                digests: &digests(&bytes_of(&admin, &file).await?),
            };
            assert_eq!(found.hash().to_string(), info_hash(&file), "{file}");
            let hashed = found.metainfo(&[], "");
            let info =
                hashed.get(at(&hashed, b"4:infod")..at(&hashed, b"8:url-list")).context("it has an info")?;
            ensure!(torrent.windows(info.len()).any(|window| window == info), "the torrent says otherwise");
        }
    }
    let left = leftovers(&admin, &server.data()).await?;
    assert!(left.is_empty(), "{left:?}");
    server.stop().await?;
    Ok(())
}

fn quality(file: &Value) -> String {
    match file.pointer("/resolution/id").and_then(serde_json::Value::as_u64) {
        Some(0) | None => "audio.mp4".to_owned(),
        Some(resolution) => format!("{resolution}p.mp4"),
    }
}

/// By definition, in pieces of 256 KiB.
fn digests(bytes: &[u8]) -> Vec<u8> {
    let pieces = bytes.chunks(256 * 1024);
    pieces
        .flat_map(|piece| {
            backend::files::torrent::digests(piece, piece.len() as u64, u64::MAX)
                .expect("a piece is read from memory")
        })
        .collect()
}

fn at(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|window| window == what).unwrap_or(bytes.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn peertubes_own_command_line_uploads_a_video() -> Result<()> {
    // Its file of passwords knows no blanks.
    const PASSWORD: &str = "a-password-for-stories";
    let mut server = Instance::start_with(Options::default().set("admin_password", PASSWORD)).await?;
    let (admin, url) = (server.client().sign_in("root", PASSWORD).await?, server.url(""));
    let command_line = CommandLine::new()?;
    command_line.sign_in(&url, "root", PASSWORD).await?;
    assert!(command_line.run(&["auth", "list"]).await?.contains(&url));

    let (film, tiny) = (big_buck_bunny()?, silent_clip()?);
    for (name, path, privacy) in
        [("A film", &film, PUBLIC), ("A clip", &tiny, PUBLIC), ("A secret", &tiny, PRIVATE)]
    {
        let file = path.to_str().context("a path that is text")?;
        let privacy = privacy.to_string();
        let words = ["upload", "-f", file, "-n", name, "-t", "boats,sea", "-d", "By sea", "-P", &privacy];
        let said = command_line.run(&words).await?;
        assert!(said.contains("uploaded"), "{said}");
    }
    let mine = admin.get("/api/v1/users/me/videos").await?.expect(200)?.json()?;
    assert_eq!(mine["total"], 3);
    for row in mine["data"].as_array().context("rows")? {
        let video = Upload::finished(&admin, text(row, "uuid"), DEADLINE).await?;
        assert_eq!((&video["tags"], &video["description"]), (&json!(["boats", "sea"]), &json!("By sea")));
    }
    server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_uploaded_file_is_its_owners_alone() -> Result<()> {
    let mut server = Instance::start().await?;
    let (admin, anybody) = (server.admin().await?, server.client());
    let path = silent_clip()?;
    let uuid = upload(&admin, "A boat", &path).await?;
    let listed = page(&admin, &uuid).await?;
    let file = listed.pointer("/files/0").context("it is listed from the first answer on")?;
    assert!(text(file, "torrentUrl").contains(&uuid));
    assert_eq!(page(&anybody, &uuid).await?["files"], json!([]));
    for field in ["fileUrl", "fileDownloadUrl"] {
        assert!(admin.get(text(file, field)).await?.expect(200)?.body == fs::read(&path)?, "{field}");
        anybody.get(text(file, field)).await?.expect(403)?;
    }
    let metadata = text(file, "metadataUrl");
    assert_eq!(admin.get(metadata).await?.expect(200)?.json()?["format"]["size"], file["size"]);
    anybody.get(metadata).await?.expect(404)?;

    // However quick the pipeline was, a client on a slow line finds it as well.
    let finished = Upload::finished(&admin, &uuid, DEADLINE).await?;
    assert_eq!(finished.pointer("/files/0"), Some(file));
    server.stop().await?;
    Ok(())
}
