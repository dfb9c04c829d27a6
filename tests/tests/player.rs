//! The player in pages of other people: several at once, taken away again, and in browsers that lack MediaSource.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::rig::{Browser, Clip, Driver, Options, Site, Upload, VIDEO, clip};

const SOON: Duration = Duration::from_secs(60);
const LATER: Duration = Duration::from_secs(300);

/// A page with three players that keeps count of what they leave running: timers, frames asked for, and requests.
const SEVERAL: &str = "<!doctype html><meta charset=utf-8><title>several</title>
<div class=place style='width:320px;height:180px'></div>
<div class=place style='width:640px;height:360px'></div>
<div class=place style='width:960px;height:540px'></div>
<script>
  // The browser's driver has timers of its own in the page.
  const isOurs = () => /\\/(assets|player)\\/shoal.player/.test(new Error().stack);
  window.running = { timers: new Set(), frames: new Set(), requests: new Set() };
  const watch = (begin, end, kind, repeats) => {
    const [began, ended] = [window[begin], window[end]];
    window[begin] = (act, ...more) => {
      const id = began.call(window, (...values) => {
        if (!repeats) running[kind].delete(id);
        act(...values);
      }, ...more);
      if (isOurs()) running[kind].add(id);
      return id;
    };
    window[end] = (id) => {
      running[kind].delete(id);
      ended.call(window, id);
    };
  };
  watch('setTimeout', 'clearTimeout', 'timers', false);
  watch('setInterval', 'clearInterval', 'timers', true);
  watch('requestAnimationFrame', 'cancelAnimationFrame', 'frames', false);
  const ask = window.fetch;
  window.asked = 0;
  window.fetch = (...values) => {
    const request = {};
    const answer = ask.apply(window, values);
    if (!isOurs()) return answer;
    window.asked += 1;
    running.requests.add(request);
    answer.catch(() => {}).then(() => running.requests.delete(request));
    return answer;
  };
</script>
<script type=module>
  import init, { mount } from '/player/shoal-player.js';
  await init();
  window.players = [...document.querySelectorAll('.place')].map((place) =>
    mount(place, { video: VIDEO_NAME, autoplay: true, muted: true }));
</script>";

/// A page with one player, in a browser without what `REMOVE` takes away.
const LACKING: &str = "<!doctype html><meta charset=utf-8><title>lacking</title>
<div id=place style='width:640px;height:360px'></div>
<script>
  delete window.MediaSource;
  delete window.ManagedMediaSource;
  REMOVE
</script>
<script type=module>
  import init, { mount } from '/player/shoal-player.js';
  await init();
  window.told = [];
  window.player = mount(document.getElementById('place'), { video: VIDEO_NAME, autoplay: true, muted: true });
  for (const type of ['ready', 'error']) player.on(type, (detail) => told.push([type, detail]));
</script>";

const NO_HLS: &str = "
  const able = HTMLMediaElement.prototype.canPlayType;
  HTMLMediaElement.prototype.canPlayType = function (type) {
    return type.includes('mpegurl') ? '' : able.call(this, type);
  };";

/// A page with one player, in a browser that has `ManagedMediaSource` alone, as phones of Apple do. It is Chromium's
/// own with the manners that the Media Source Extensions give the managed kind: it opens only on an element that gave up
/// remote playback, says when it has enough, tells of every change of what it holds, and takes out what it likes.
const MANAGED: &str = "<!doctype html><meta charset=utf-8><title>managed</title>
<div id=place style='width:640px;height:360px'></div>
<script>
  const Native = MediaSource;
  delete window.MediaSource;
  window.shim = { refused: 0, ends: 0, starts: 0, ahead: 0, buffers: [] };
  const ENOUGH = 8, WANTING = 4;
  window.ManagedMediaSource = class extends Native {
    constructor() {
      super();
      this.streaming = false;
      shim.media = this;
      this.addEventListener('sourceopen', () => this.turn(true));
    }
    turn(streaming) {
      this.streaming = streaming;
      shim[streaming ? 'starts' : 'ends'] += 1;
      this.dispatchEvent(new Event(streaming ? 'startstreaming' : 'endstreaming'));
    }
    addSourceBuffer(type) {
      const buffer = super.addSourceBuffer(type);
      const append = buffer.appendBuffer.bind(buffer);
      buffer.appendBuffer = (bytes) => {
        if (buffer.taking) buffer.later = () => append(bytes); else append(bytes);
      };
      buffer.addEventListener('updateend', (event) => {
        if (buffer.taking) {
          event.stopImmediatePropagation();
          buffer.taking = false;
          buffer.later?.();
          buffer.later = undefined;
        }
        buffer.dispatchEvent(new Event('bufferedchange'));
        look();
      });
      shim.buffers.push(buffer);
      return buffer;
    }
  };
  shim.take = (from, to) => shim.buffers.forEach((buffer) => {
    buffer.taking = true;
    buffer.remove(from, to);
  });
  const sources = new Set(), make = URL.createObjectURL;
  URL.createObjectURL = (thing) => {
    const url = make.call(URL, thing);
    if (thing instanceof Native) sources.add(url);
    return url;
  };
  const src = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src');
  Object.defineProperty(HTMLMediaElement.prototype, 'src', { ...src, set(url) {
    if (sources.has(url) && !this.disableRemotePlayback) return void (shim.refused += 1);
    if (sources.has(url)) shim.video = this;
    src.set.call(this, url);
  } });
  // At once after each piece, since a quick machine appends several between two looks at the clock.
  function look() {
    const { video, media } = shim;
    if (!video || media.readyState !== 'open') return;
    const ranges = [...Array(video.buffered.length).keys()].map((at) => [video.buffered.start(at), video.buffered.end(at)]);
    const range = ranges.find(([start, end]) => start <= video.currentTime && video.currentTime <= end);
    const ahead = range ? range[1] - video.currentTime : 0;
    shim.ahead = Math.max(shim.ahead, ahead);
    if (media.streaming && ENOUGH < ahead) media.turn(false);
    if (!media.streaming && ahead < WANTING) media.turn(true);
  }
  setInterval(look, 50);
</script>
<script type=module>
  import init, { mount } from '/player/shoal-player.js';
  await init();
  window.told = [];
  window.player = mount(document.getElementById('place'), { video: VIDEO_NAME, autoplay: true, muted: true });
  player.on('error', (detail) => told.push(detail));
</script>";

async fn site_with_a_film() -> Result<(Site, String)> {
    let site = Site::start(Options::default()).await?;
    let admin = site.server.admin().await?;
    let film = clip(&Clip::default())?;
    let uuid = Upload::file(&admin, &json!({ "name": "A tone", "privacy": 1 }), &film).await?;
    Upload::finished(&admin, &uuid, LATER).await?;
    Ok((site, uuid))
}

fn page(text: &str, uuid: &str, remove: &str) -> String {
    text.replace("VIDEO_NAME", &json!(uuid).to_string()).replace("REMOVE", remove)
}

#[tokio::test(flavor = "multi_thread")]
async fn several_players_play_side_by_side_and_leave_nothing_behind() -> Result<()> {
    let (mut site, uuid) = site_with_a_film().await?;
    let address = site.add("story/several.html", page(SEVERAL, &uuid, ""))?;
    site.reopen().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.goto(&address).await?;
    let all = "players.length === 3 && players.every((player) => 1 < player.currentTime())";
    browser.wait_for("all three play", all, LATER).await?;
    ensure!(
        browser.value("9 < asked").await? == json!(true),
        "the page does not see what the players ask for"
    );
    browser.screenshot("several-players").await?;

    let rest = "document.querySelectorAll('.place > *').length === 0";
    browser.run("players[1].destroy()", Vec::new()).await?;
    browser.wait_for("the others play on", "2 < players[0].currentTime()", SOON).await?;
    browser.run("players.forEach((player) => player.destroy())", Vec::new()).await?;
    browser.wait_for("the page is empty again", rest, SOON).await?;
    let quiet = "Object.values(running).every((kind) => kind.size === 0)";
    browser.wait_for("nothing of them runs", quiet, SOON).await?;
    // Nothing is left that could begin anything: no timer, no frame, no request, and no element that reports.
    let asked = browser.value("asked").await?;
    browser.run("await new Promise((done) => requestIdleCallback(done))", Vec::new()).await?;
    ensure!(browser.value("asked").await? == asked, "a player asked for something after its end");
    browser.close().await?;
    site.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_without_mediasource_plays_the_playlist_or_else_a_file() -> Result<()> {
    let (mut site, uuid) = site_with_a_film().await?;
    let by_playlist = site.add("story/playlist.html", page(LACKING, &uuid, ""))?;
    let by_file = site.add("story/file.html", page(LACKING, &uuid, NO_HLS))?;
    site.reopen().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    let has_hls = "document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''";
    if browser.value(has_hls).await? == json!(true) {
        ensure!(source_of(&browser, &by_playlist).await?.ends_with("-master.m3u8"), "not by the playlist");
    }
    ensure!(source_of(&browser, &by_file).await?.ends_with("-fragmented.mp4"), "not by a file");
    // It has but one file with pictures, whose sound lies in another.
    let message = format!("{VIDEO}.getRootNode().querySelector('.message[data-shown]')?.textContent ?? ''");
    let message = browser.value(&message).await?;
    let sentence = "Your browser plays this video without its sound.";
    ensure!(
        message.as_str().is_some_and(|message| message.starts_with(sentence)),
        "nobody is told that the sound is missing, but {message}"
    );
    browser.screenshot("plain-file").await?;
    browser.close().await?;
    site.server.stop().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_with_a_managed_mediasource_plays_and_is_given_no_more_than_it_wants() -> Result<()> {
    let mut site = Site::start(Options::default()).await?;
    let admin = site.server.admin().await?;
    // Longer than what is fetched ahead where nobody says that it is enough.
    let film = clip(&Clip { seconds: 50, width: 426, height: 240, ..Clip::default() })?;
    let uuid = Upload::file(&admin, &json!({ "name": "Managed", "privacy": 1 }), &film).await?;
    Upload::finished(&admin, &uuid, LATER).await?;
    let address = site.add("story/managed.html", page(MANAGED, &uuid, ""))?;
    site.reopen().await?;
    let driver = Driver::start().await?;
    let browser = driver.browser().await?;
    browser.goto(&address).await?;
    browser.wait_for("it has played for a while", "6 < shim.video?.currentTime", LATER).await?;
    let seen = browser.value("({ refused: shim.refused, ends: shim.ends, ahead: shim.ahead })").await?;
    ensure!(seen["refused"] == json!(0), "it was opened where it may not: {seen}");
    ensure!(seen["ends"].as_u64().is_some_and(|ends| 0 < ends), "it never had enough: {seen}");
    // What is on its way when it has enough still comes; without a word from it, 30 seconds and more would be there.
    ensure!(seen["ahead"].as_f64().is_some_and(|ahead| ahead < 28.0), "it was given too much: {seen}");

    // What it takes out is brought again, before playback comes there.
    let take = "const at = shim.video.currentTime; shim.gap = at + 3; shim.take(at + 2, at + 30)";
    browser.wait_for("nothing is being appended", "shim.buffers.every((one) => !one.updating)", SOON).await?;
    browser.run(take, Vec::new()).await?;
    browser.wait_for("it plays on over the gap", "shim.gap + 6 < shim.video.currentTime", LATER).await?;
    ensure!(browser.value("told").await? == json!([]), "the player told of trouble");
    browser.close().await?;
    site.server.stop().await?;
    Ok(())
}

/// Opens a page, sees it play, and tells what its element plays from.
async fn source_of(browser: &Browser, address: &str) -> Result<String> {
    browser.goto(address).await?;
    browser.wait_for("playback advances", &format!("1 < {VIDEO}.currentTime"), LATER).await?;
    ensure!(browser.value("told").await? == json!([["ready", {}]]), "the player told of trouble");
    let source = browser.value(&format!("{VIDEO}.src")).await?;
    Ok(source.as_str().context("a player without a source")?.to_owned())
}
