//! The rig itself: what every other story relies on.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::json;
use tests::rig::{Clip, Driver, Sound, clip, eventually, findings, processes_naming};

const DEADLINE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_types_presses_waits_and_keeps_pictures() -> Result<()> {
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let page = "data:text/html,<title>a</title><input id=name><button onclick=\"setTimeout(() => \
                document.title = document.querySelector('input').value, 200)\">go</button>";
    browser.goto(page).await?;
    browser.fill("#name", "typed", DEADLINE).await?;
    browser.click("button", DEADLINE).await?;
    browser.wait_for("the title is what was typed", "document.title === 'typed'", DEADLINE).await?;
    assert_eq!(browser.run("await null; return a[0] + 1", vec![json!(1)]).await?, json!(2));

    // A field without a label keeps people out who hear pages.
    let found = findings(&browser).await?;
    assert!(
        found.iter().any(|one| one.is_grave() && one.rule == "label" && one.node.contains("#name")),
        "{found:?}"
    );

    browser.size(320, 640).await?;
    assert_eq!(browser.value("innerWidth").await?, json!(320));
    let picture = browser.screenshot("rig").await?;
    assert!(std::fs::read(picture)?.starts_with(b"\x89PNG"));

    browser.run("console.error('a word to the console')", Vec::new()).await?;
    assert!(browser.console().await?.iter().any(|line| line.contains("a word to the console")));
    browser.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_takes_its_browsers_along() -> Result<()> {
    let driver = Driver::start().await?;
    let folder = driver.folder().to_owned();
    let _open = (driver.browser().await?, driver.browser().await?);
    assert!(!processes_naming(&folder)?.is_empty(), "browsers name their folder");
    drop(driver);
    let left = async || Ok(processes_naming(&folder)?.is_empty().then_some(()));
    eventually("every browser has ended", DEADLINE, left).await
}

#[tokio::test]
async fn waiting_in_vain_says_for_what() {
    let begun = Instant::now();
    let error = eventually("the moon is blue", Duration::from_millis(100), async || Ok(None::<()>))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the moon is blue") && begun.elapsed() < DEADLINE);
}

#[test]
fn a_clip_is_made_once() -> Result<()> {
    let wish = Clip { seconds: 1, width: 64, height: 36, sound: Sound::None, ..Clip::default() };
    let first = std::fs::metadata(clip(&wish)?)?.modified()?;
    assert_eq!(std::fs::metadata(clip(&wish)?)?.modified()?, first);
    Ok(())
}
