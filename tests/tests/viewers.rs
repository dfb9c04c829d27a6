//! Native viewers of a real instance: whole players that carry a film to each other.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use tests::rig::crowd::{Crowd, Seen, gather};
use tests::rig::{Clip, Instance, Options, Upload, clip};

const LATER: Duration = Duration::from_secs(300);

/// A server with a film, and so many viewers of it.
async fn see(options: Options, count: u32) -> Result<(Seen, u64)> {
    let mut server = Instance::start_with(options.set("transcoding.heights", "144")).await?;
    let admin = server.admin().await?;
    let source = clip(&Clip { seconds: 30, width: 640, height: 360, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "For many", "privacy": 1 }), &source).await?;
    let video = Upload::finished(&admin, &uuid, LATER).await?;
    let sizes = video.pointer("/streamingPlaylists/0/files").and_then(serde_json::Value::as_array);
    let sizes = sizes.context("no files")?.iter().filter_map(|file| file.get("size")?.as_u64());
    let largest = sizes.max().context("no sizes")?;
    let page = server.url(&format!("/w/{uuid}")).parse().map_err(|_| anyhow::anyhow!("no page"))?;
    let crowd = Crowd { page, count, stagger: Duration::from_millis(1500), stop: None, sharing: true };
    let seen = gather(crowd).await?;
    server.stop().await?;
    Ok((seen, largest))
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_viewers_see_a_film_and_carry_it_to_each_other() -> Result<()> {
    let (seen, largest) = see(Options::default(), 8).await?;
    println!("{seen}");
    assert_eq!((seen.viewers.len(), &seen.failures), (8, &Vec::new()), "{seen}");
    assert!(seen.viewers.iter().all(|viewer| viewer.stats.bodies_forged == 0), "{seen}");
    // Half a minute is a viewer's buffer: most of it is there before peers are met, and all of the rest is shared.
    let (from_peers, from_origin) = seen.bytes();
    assert!(0 < from_peers, "{seen}");
    assert!(from_origin < 8 * largest, "{seen}");
    assert!(seen.instance_cpu.is_some_and(|cpu| !cpu.is_zero()), "{seen}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn where_viewers_must_not_meet_each_sees_it_alone() -> Result<()> {
    let (seen, _) = see(Options::default().set("p2p.mode", "seeders"), 3).await?;
    assert_eq!((seen.viewers.len(), &seen.failures), (3, &Vec::new()), "{seen}");
    assert_eq!(seen.bytes().0, 0, "{seen}");
    assert!(seen.viewers.iter().all(|viewer| viewer.peers_most == 0), "{seen}");
    Ok(())
}
