//! How much memory a server holds, idle and while it receives far more than that.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::rig::{Instance, Upload, eventually, zeros};

const MIB: u64 = 1024 * 1024;
/// More than any buffer anywhere on the way.
const UPLOAD_BYTES: u64 = 4096 * MIB;
/// What receiving may cost beyond being idle, whatever the size of the file.
const GROWTH_BYTES_MAX: u64 = 64 * MIB;

#[tokio::test(flavor = "multi_thread")]
async fn receiving_four_gigabytes_takes_no_more_memory_than_being_idle() -> Result<()> {
    let mut server = Instance::start().await?;
    let admin = server.admin().await?;
    admin.get("/api/v1/users/me").await?.expect(200)?;
    let idle = server.resident_bytes()?;

    // One byte more is announced than sent, so that what came is not yet looked at.
    let upload =
        Upload::begin(&admin, &json!({ "name": "Nothing, at length" }), "nothing.mp4", UPLOAD_BYTES + 1)
            .await?;
    let mut most = 0;
    let answer = {
        let sending = upload.put_stream(&admin, 0, UPLOAD_BYTES, zeros(UPLOAD_BYTES));
        tokio::pin!(sending);
        loop {
            tokio::select! {
                answer = &mut sending => break answer?,
                () = tokio::time::sleep(Duration::from_millis(50)) => most = most.max(server.resident_bytes()?),
            }
        }
    };
    answer.expect(308)?;
    assert_eq!(upload.received(&admin).await?.context("the upload is gone")?, UPLOAD_BYTES);
    println!("resident: idle {} MiB, receiving 4 GiB at most {} MiB", idle / MIB, most / MIB);
    ensure!(
        most < idle + GROWTH_BYTES_MAX,
        "{} MiB while idle, {} MiB while receiving",
        idle / MIB,
        most / MIB
    );

    admin.delete(&upload.location).await?.expect(204)?;
    let uploads = server.data().join("uploads");
    eventually("the given-up upload leaves the disk", Duration::from_secs(30), async || {
        Ok((std::fs::read_dir(&uploads)?.next().is_none()).then_some(()))
    })
    .await?;
    server.stop().await?;
    Ok(())
}
