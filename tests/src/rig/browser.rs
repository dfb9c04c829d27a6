//! A real Chromium without a window, driven through chromedriver.
//!
//! Owns both processes and their folders: they end with the value, whatever happens to the story. Never waits for time to pass, only for
//! the page to be in a state. The surprise is that a story's pictures are kept in `target/screenshots`, so that a person
//! can see what the story saw.

use std::process::Stdio;
use std::time::{Duration, Instant};
use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::{TimeoutConfiguration, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::instance::{children_of, in_checkout};
use super::wait::eventually;

/// A page that does nothing for so long is broken, even on a busy machine.
const SCRIPT_DURATION_MAX: Duration = Duration::from_secs(120);
/// Told of a page that was waited for in vain: where it is, how far it came, and what it fetched last (a size of 0 and
/// an end of 0 is one that is still on its way).
const WHERE_IT_STANDS: &str = "({ at: location.href, state: document.readyState, fetched: \
    performance.getEntriesByType('resource').slice(-12).map((one) => \
        [one.name, Math.round(one.startTime), Math.round(one.responseEnd), one.transferSize].join(' ')) })";
/// Another process may take the port that a chromedriver chose before it listens there.
const DRIVER_TRIES_MAX: usize = 5;
/// How much of what the console said is shown when a story fails.
const CONSOLE_LINES_SHOWN: usize = 12;
/// Flags that make it run anywhere and play without a person's first touch.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--window-size=1280,900",
];

/// Peers on one machine find each other by its address, without multicast DNS, which containers rarely have.
const OPEN_ADDRESS: &str = "--disable-features=WebRtcHideLocalIpsWithMdns";

/// The page's video element, wherever it is: the player lives in a shadow root.
pub const VIDEO: &str = "(function seek(root) {
    const found = root.querySelector('video');
    if (found) return found;
    for (const element of root.querySelectorAll('*')) {
        const inside = element.shadowRoot && seek(element.shadowRoot);
        if (inside) return inside;
    }
})(document)";

/// Pictures in sight are there, nothing stands for what is still to come, and nothing moves any more but the film.
const IS_STILL: &str = "!document.querySelector('.skeleton, .bone')
    && [...document.images].every((image) => image.complete || innerHeight < image.getBoundingClientRect().top)
    && document.getAnimations().every((animation) => animation.playState !== 'running')";

/// Notes in `asked` every file and range the page asks for: its name, its range, and when.
const SPY: &str = "
    window.asked = [];
    const fetch_it = window.fetch;
    window.fetch = function (what, how) {
        const request = what instanceof Request ? what : new Request(what, { headers: how?.headers });
        window.asked.push({ url: request.url, range: request.headers.get('range') ?? '', at: performance.now() });
        return fetch_it.apply(this, arguments);
    };";

/// A chromedriver of one's own, on a port it chose itself.
pub struct Driver {
    process: Child,
    url: String,
    /// Profiles and whatever else both write.
    folder: TempDir,
}

impl Driver {
    /// Starts it. The port it chooses by itself may be another's a moment later, and it ends then: it is started again.
    ///
    /// # Errors
    /// When it is not installed or ends each time.
    pub async fn start() -> Result<Driver> {
        let mut last_words = String::new();
        for _ in 0..DRIVER_TRIES_MAX {
            match Driver::start_once().await? {
                Ok(driver) => return Ok(driver),
                Err(words) => last_words = words,
            }
        }
        bail!("chromedriver ended before it said its port, {DRIVER_TRIES_MAX} times:\n{last_words}")
    }

    /// Gives what it said where it ended.
    async fn start_once() -> Result<Result<Driver, String>> {
        let folder = TempDir::new()?;
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("could not start chromedriver: `apt-get install chromium-driver` brings it")?;
        let mut lines = BufReader::new(process.stdout.take().context("chromedriver has no output")?).lines();
        let mut complaints =
            BufReader::new(process.stderr.take().context("chromedriver has no errors")?).lines();
        let mut said = Vec::new();
        while let Some(line) = lines.next_line().await? {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                let url = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                // A full pipe would stop it.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                tokio::spawn(async move { while let Ok(Some(_)) = complaints.next_line().await {} });
                return Ok(Ok(Driver { process, url, folder }));
            }
            said.push(line);
        }
        while let Some(line) = complaints.next_line().await? {
            said.push(line);
        }
        said.push(process.wait().await?.to_string());
        Ok(Err(said.join("\n")))
    }

    /// Its process, whose children are its browsers.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    /// Where its browsers have their profiles; each of their processes names it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A browser as if just installed: no cookies, no storage.
    ///
    /// # Errors
    /// When Chromium does not start.
    pub async fn browser(&self) -> Result<Browser> {
        self.browser_with(FLAGS.to_vec()).await
    }

    /// The same for somebody who meets others on this machine.
    ///
    /// # Errors
    /// When Chromium does not start.
    pub async fn neighbour(&self) -> Result<Browser> {
        self.browser_with([FLAGS, &[OPEN_ADDRESS]].concat()).await
    }

    async fn browser_with(&self, flags: Vec<&str>) -> Result<Browser> {
        let wishes = json!({
            "goog:chromeOptions": { "args": flags, "binary": "/usr/bin/chromium" },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(wishes.as_object().context("wishes are an object")?.clone());
        let client = builder.connect(&self.url).await.context("Chromium did not start")?;
        client.update_timeouts(TimeoutConfiguration::new(Some(SCRIPT_DURATION_MAX), None, None)).await?;
        Ok(Browser { client })
    }
}

impl Drop for Driver {
    /// A chromedriver that is killed leaves its browsers running, and who watches there would stay in every swarm.
    fn drop(&mut self) {
        let browsers = self.process.id().map(children_of).unwrap_or_default();
        // First, so that it starts no more; any of them may have ended by itself.
        let _ = self.process.start_kill();
        for browser in browsers {
            let _ = kill_process(browser, Signal::KILL);
        }
    }
}

/// One browser window.
pub struct Browser {
    client: Client,
}

/// A network as slow as a story needs it.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Towards the browser.
    pub bytes_per_second: u64,
    /// Added to each request.
    pub latency: Duration,
    /// Nothing gets through.
    pub is_offline: bool,
}

impl Browser {
    /// Opens an address.
    ///
    /// # Errors
    /// When the page cannot be loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("could not open {url}"))
    }

    /// The address it shows.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn url(&self) -> Result<String> {
        Ok(self.client.current_url().await?.to_string())
    }

    /// The driver's own handle, for what is not here.
    #[must_use]
    pub fn driver(&self) -> &Client {
        &self.client
    }

    /// Runs the body of an async function in the page; `a` holds the arguments, and what it returns comes back.
    ///
    /// # Errors
    /// When it throws.
    pub async fn run(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        let script = format!(
            "const done = arguments[arguments.length - 1]; const a = [...arguments].slice(0, -1);
             (async () => {{ {body} }})().then(value => done({{ value: value ?? null }}), error => done({{ error: String(error) }}));"
        );
        let mut outcome = self.client.execute_async(&script, arguments).await?;
        if let Some(error) = outcome.get("error").and_then(Value::as_str) {
            bail!("the page threw {error} in: {body}");
        }
        Ok(outcome.get_mut("value").map(Value::take).unwrap_or_default())
    }

    /// The value of an expression in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn value(&self, expression: &str) -> Result<Value> {
        self.run(&format!("return ({expression})"), Vec::new()).await
    }

    /// Waits until an expression in the page is true, and while the page is not yet able to say, goes on waiting.
    ///
    /// # Errors
    /// When `deadline` passes; a picture of the page is kept.
    pub async fn wait_for(&self, what: &str, expression: &str, deadline: Duration) -> Result<()> {
        let body = format!("try {{ return !!({expression}) }} catch (error) {{ return false }}");
        let found = eventually(what, deadline, async || {
            Ok(self.run(&body, Vec::new()).await?.as_bool().unwrap_or(false).then_some(()))
        })
        .await;
        if found.is_err() {
            let picture = self.screenshot(&format!("in-vain-{}", file_name_of(what))).await?;
            let console = self.console().await?;
            let last = console.get(console.len().saturating_sub(CONSOLE_LINES_SHOWN)..).unwrap_or_default();
            let console = last.join("\n");
            let stand = self.value(WHERE_IT_STANDS).await.unwrap_or_default();
            return found.with_context(|| {
                format!(
                    "what the page showed is in {}; it stands at {stand}; its console said:\n{console}",
                    picture.display()
                )
            });
        }
        found
    }

    /// The first element a CSS selector names, once it is there.
    ///
    /// # Errors
    /// When `deadline` passes.
    pub async fn find(&self, selector: &str, deadline: Duration) -> Result<Element> {
        let expression = format!("document.querySelector({})", Value::from(selector));
        let until = Instant::now() + deadline;
        loop {
            self.wait_for(&format!("an element {selector}"), &expression, deadline).await?;
            match self.client.find(Locator::Css(selector)).await {
                // The page drew itself anew in between.
                Err(CmdError::Standard(said))
                    if said.error == ErrorStatus::NoSuchElement && Instant::now() < until => {}
                found => return Ok(found?),
            }
        }
    }

    /// Presses the first element a CSS selector names, once it is there. One that is scrolled beneath the head of the page
    /// is brought to the middle, as a person does; chromedriver takes it for visible.
    ///
    /// # Errors
    /// When it is not there in time, or something lies over it all the time.
    pub async fn click(&self, selector: &str, deadline: Duration) -> Result<()> {
        let until = Instant::now() + deadline;
        loop {
            let pressed = self.find(selector, deadline).await?.click().await;
            let is_hidden = matches!(&pressed, Err(CmdError::Standard(said)) if matches!(
                said.error,
                ErrorStatus::ElementClickIntercepted | ErrorStatus::StaleElementReference
            ));
            if !is_hidden || until < Instant::now() {
                return pressed.with_context(|| format!("could not press {selector}"));
            }
            let middle = "document.querySelector(a[0])?.scrollIntoView({ block: 'center' })";
            // A page that is just going has no middle; the next one is asked anew.
            let _ = self.run(middle, vec![selector.into()]).await;
        }
    }

    /// Types into the first element a CSS selector names, in place of what stood there.
    ///
    /// # Errors
    /// When it is not there in time.
    pub async fn fill(&self, selector: &str, text: &str, deadline: Duration) -> Result<()> {
        let field = self.find(selector, deadline).await?;
        field.clear().await?;
        field.send_keys(text).await.with_context(|| format!("could not type into {selector}"))
    }

    /// Sends keys to whatever has the focus.
    ///
    /// # Errors
    /// When nothing takes them.
    pub async fn keys(&self, text: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(text).await?)
    }

    /// Presses one key where the keyboard is, as a person's finger does: pages see trusted events.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn press(&self, key: impl Into<char>) -> Result<()> {
        self.press_holding(&[], key).await
    }

    /// Presses one key while others are held.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn press_holding(&self, held: &[char], key: impl Into<char>) -> Result<()> {
        let value = key.into();
        let mut actions = KeyActions::new("keyboard".to_owned());
        for held in held {
            actions = actions.then(KeyAction::Down { value: *held });
        }
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        for held in held.iter().rev() {
            actions = actions.then(KeyAction::Up { value: *held });
        }
        Ok(self.client.perform_actions(actions).await?)
    }

    /// Puts files into a file field.
    ///
    /// # Errors
    /// When there is no such field.
    pub async fn choose_files(&self, selector: &str, files: &[PathBuf], deadline: Duration) -> Result<()> {
        let field = self.find(selector, deadline).await?;
        let mut paths = Vec::new();
        for file in files {
            let whole = fs::canonicalize(file)?;
            paths.push(whole.to_str().context("a clip's path is text")?.to_owned());
        }
        field
            .send_keys(&paths.join("\n"))
            .await
            .with_context(|| format!("could not put files into {selector}"))
    }

    /// Makes the network slow, or gives back the fast one.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn network(&self, network: Option<Network>) -> Result<()> {
        self.devtools("Network.enable", json!({})).await?;
        let wishes = match network {
            Some(network) => json!({
                "offline": network.is_offline,
                "latency": network.latency.as_secs_f64() * 1000.0,
                "downloadThroughput": network.bytes_per_second,
                "uploadThroughput": network.bytes_per_second,
            }),
            None => {
                json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 })
            }
        };
        self.devtools("Network.emulateNetworkConditions", wishes).await?;
        Ok(())
    }

    /// Gives the page a size, in CSS pixels.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn size(&self, width: u32, height: u32) -> Result<()> {
        let wishes = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", wishes).await?;
        Ok(())
    }

    /// Shows pages as to somebody who likes them dark, or light. Nothing moves from then on, so that pictures and
    /// colours are those of a page at rest.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn theme(&self, is_dark: bool) -> Result<()> {
        let scheme = if is_dark { "dark" } else { "light" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Waits until the page is there in full and at rest.
    ///
    /// # Errors
    /// When `deadline` passes.
    pub async fn settle(&self, deadline: Duration) -> Result<()> {
        self.wait_for("the page is at rest", IS_STILL, deadline).await
    }

    /// Has every page loaded from now on note in its `asked` what it fetches: `{ url, range, at }`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn spy_on_fetches(&self) -> Result<()> {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": SPY })).await?;
        Ok(())
    }

    /// Any command of the DevTools protocol.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Result<Value> {
        let wish = DevTools { command, parameters };
        self.client.issue_cmd(wish).await.with_context(|| format!("the browser refused {command}"))
    }

    /// Keeps a picture of the page as `target/screenshots/{name}.png`.
    ///
    /// # Errors
    /// When it cannot be taken or kept.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let folder = in_checkout("target/screenshots");
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        fs::write(&path, self.client.screenshot().await?)?;
        Ok(path)
    }

    /// What the page's console has said since this was last asked.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn console(&self) -> Result<Vec<String>> {
        let lines = self.client.issue_cmd(ConsoleLog).await?;
        let lines = lines.as_array().cloned().unwrap_or_default();
        let told = |line: &Value| {
            let field = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{} {}", field("level"), field("message"))
        };
        Ok(lines.iter().map(told).collect())
    }

    /// Ends it. A browser that is only dropped ends with its driver.
    ///
    /// # Errors
    /// When it is gone already.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}

fn file_name_of(what: &str) -> String {
    let letters = what.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' });
    letters.take(80).collect()
}

/// chromedriver's door to the DevTools protocol.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _url: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.parameters }).to_string()))
    }
}

/// chromedriver's door to the console.
#[derive(Debug)]
struct ConsoleLog;

impl WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _url: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}
