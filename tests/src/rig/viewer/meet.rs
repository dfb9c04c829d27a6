//! The tracker over its WebSocket: what is said there and what is heard.

use anyhow::{Context as _, Result};
use backend::seed::mirror::Dialer;
use futures_util::{SinkExt as _, StreamExt as _};
use shared::tracker::FromTracker;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

/// What a tracker does.
#[derive(Debug)]
pub(super) enum Word {
    Up,
    Said(String),
    Down,
}

/// Dials, says what comes by `told`, and hands on what is heard until either side is gone.
pub(super) async fn talk(
    dialer: Dialer,
    url: String,
    mut told: mpsc::UnboundedReceiver<String>,
    hear: impl Fn(Word),
) {
    // How it ended makes no difference to a player.
    drop(talk_until_lost(&dialer, &url, &mut told, &hear).await);
    hear(Word::Down);
}

async fn talk_until_lost(
    dialer: &Dialer,
    url: &str,
    told: &mut mpsc::UnboundedReceiver<String>,
    hear: &impl Fn(Word),
) -> Result<()> {
    let line = dialer.dial(&url.parse()?).await?;
    let (mut socket, _) = tokio_tungstenite::client_async(url, line).await?;
    hear(Word::Up);
    loop {
        tokio::select! {
            text = told.recv() => socket.send(Message::text(text.context("the viewer is gone")?)).await?,
            message = socket.next() => match message.context("the tracker is gone")?? {
                Message::Text(text) => hear(Word::Said(text.to_string())),
                Message::Binary(bytes) => hear(Word::Said(String::from_utf8(bytes.to_vec())?)),
                Message::Close(_) => return Ok(()),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            },
        }
    }
}

/// Reads what a tracker said; refusals change nothing for a player.
pub(super) fn read(text: &str) -> Option<FromTracker<'_>> {
    FromTracker::decode(text).ok()
}
