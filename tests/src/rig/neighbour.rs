//! Other people's servers of the network, as their makers publish them: each has one person, whom a story tells what to do.
//!
//! Owns the process. What the person does and has heard goes through addresses below `/control/`, which are the story's own.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::client::Client;
use super::instance::in_checkout;

/// Node and Python take a few seconds on a busy machine.
const START_DURATION_MAX: Duration = Duration::from_secs(60);

/// Somebody else's server.
pub struct Neighbour {
    client: Client,
    port: u16,
    _process: Child,
}

impl Neighbour {
    /// One made with Fedify. It signs in this form first: `rfc9421` or `draft-cavage-http-signatures-12`. Its person is
    /// `alice`.
    ///
    /// # Errors
    /// When Fedify is not fetched, or it does not start.
    pub async fn fedify(first_knock: &str) -> Result<Neighbour> {
        let packages = in_checkout("target/npm/node_modules");
        ensure!(packages.join("@fedify/fedify").is_dir(), "Fedify is missing: `cargo xtask fetch` brings it");
        let mut command = Command::new("node");
        command.arg(in_checkout("tests/peers/fedify.cjs"));
        command.env("NODE_PATH", packages).env("FIRST_KNOCK", first_knock);
        Neighbour::start(command).await
    }

    /// One made with pubby. Its person is `dora`.
    ///
    /// # Errors
    /// When pubby is not fetched, or it does not start.
    pub async fn pubby() -> Result<Neighbour> {
        let packages = in_checkout("target/neighbour");
        ensure!(packages.join("pubby").is_dir(), "pubby is missing: `cargo xtask fetch` brings it");
        let mut command = Command::new("python3");
        command.arg(in_checkout("tests/peers/pubby_peer.py"));
        command.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1");
        Neighbour::start(command).await
    }

    async fn start(mut command: Command) -> Result<Neighbour> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
        let mut process = command.spawn().context("could not start a neighbour")?;
        let mut said = BufReader::new(process.stdout.take().context("no pipe")?).lines();
        let port =
            timeout(START_DURATION_MAX, said.next_line()).await.context("a neighbour says nothing")??;
        let port: u16 = port.context("a neighbour ended")?.parse()?;
        Ok(Neighbour { client: Client::new(&format!("http://127.0.0.1:{port}")), port, _process: process })
    }

    /// Its host, as servers name it.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// An address on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    /// Has its person do something.
    ///
    /// # Errors
    /// When they cannot.
    pub async fn does(&self, what: &str, about: &[(&str, &str)]) -> Result<Value> {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(about).finish();
        let answer = self.client.get(&format!("/control/{what}?{query}")).await?;
        if answer.status != 200 {
            bail!("the neighbour could not {what}: {}", answer.text());
        }
        answer.json()
    }

    /// All that it was told, first told first.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn heard(&self) -> Result<Vec<Value>> {
        Ok(self.does("heard", &[]).await?.as_array().cloned().unwrap_or_default())
    }
}
