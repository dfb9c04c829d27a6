//! A tracker somewhere else, over its WebSocket: up to so many swarms on one connection, dialled again when it breaks.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::Uri;
use player_core::swarm::Input;
use shared::id::InfoHash;
use shared::limits::TRACKER_MESSAGE_BYTES_MAX;
use shared::tracker::FromTracker;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::AUTHORIZATION;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as WebSocketError, Message};
use tokio_util::sync::CancellationToken;

use super::dial::{DialError, Dialer, Line};
use crate::dice::Dice;
use crate::private::Private;
use crate::seed::socket::{Port, Request};

/// Swarms of one connection; trackers take 16 at least.
pub const SWARMS_MAX: usize = 10;
/// The first wait before dialling again, which doubles.
const WAIT_FIRST: Duration = Duration::from_secs(5);
const WAIT_MAX: Duration = Duration::from_secs(300);

/// Why a tracker was not spoken to.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Dial(#[from] DialError),
    #[error("the tracker broke off")]
    Broken(#[from] WebSocketError),
    #[error("the tracker's address is none")]
    Address,
    #[error("the tracker said goodbye")]
    Ended,
}

/// A tracker and what is spoken of there.
pub struct Desk {
    /// Its WebSocket.
    pub url: String,
    /// What admits us as a seeder.
    pub token: Option<Arc<Private<String>>>,
    /// Which swarms.
    pub swarms: Vec<InfoHash>,
    /// What is to be said there.
    pub told: mpsc::Receiver<String>,
}

/// Speaks with a tracker until `stop`.
pub async fn run(mut desk: Desk, dialer: Dialer, dice: Dice, port: Port, stop: CancellationToken) {
    let mut wait = WAIT_FIRST;
    loop {
        let talking = talk(&mut desk, &dialer, &port, &mut wait);
        let lost = tokio::select! {
            lost = talking => lost,
            () = stop.cancelled() => return,
        };
        for swarm in &desk.swarms {
            port.ask_surely(Request::Hear(*swarm, Input::TrackerDown)).await;
        }
        // Others lost it at the same moment; not all should come back at the same one.
        let [jitter] = dice.bytes::<1>();
        let wait_now = wait + wait * u32::from(jitter) / 255;
        tracing::warn!(tracker = desk.url, error = %lost, again_in_s = wait_now.as_secs(), "no tracker");
        tokio::select! {
            () = tokio::time::sleep(wait_now) => {}
            () = stop.cancelled() => return,
        }
        wait = WAIT_MAX.min(wait * 2);
    }
}

async fn talk(desk: &mut Desk, dialer: &Dialer, port: &Port, wait: &mut Duration) -> Lost {
    match talk_until_lost(desk, dialer, port, wait).await {
        Ok(()) => Lost::Ended,
        Err(lost) => lost,
    }
}

async fn talk_until_lost(
    desk: &mut Desk,
    dialer: &Dialer,
    port: &Port,
    wait: &mut Duration,
) -> Result<(), Lost> {
    let uri: Uri = desk.url.parse().map_err(|_| Lost::Address)?;
    let line: Box<dyn Line> = dialer.dial(&uri).await?;
    let mut request = desk.url.as_str().into_client_request()?;
    if let Some(token) = &desk.token {
        let bearer = HeaderValue::from_str(&format!("Bearer {}", token.reveal()));
        request.headers_mut().insert(AUTHORIZATION, bearer.map_err(|_| Lost::Address)?);
    }
    let limits = WebSocketConfig::default().max_message_size(Some(TRACKER_MESSAGE_BYTES_MAX));
    let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, line, Some(limits)).await?;
    *wait = WAIT_FIRST;
    // What was to be said to a tracker that was gone is of no use any more.
    while desk.told.try_recv().is_ok() {}
    for swarm in &desk.swarms {
        port.ask_surely(Request::Hear(*swarm, Input::TrackerUp)).await;
    }
    loop {
        tokio::select! {
            text = desk.told.recv() => match text {
                Some(text) => socket.send(Message::text(text)).await?,
                None => return Ok(()),
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => hear(port, &text).await,
                Some(Ok(Message::Binary(bytes))) => {
                    if let Ok(text) = std::str::from_utf8(&bytes) {
                        hear(port, text).await;
                    }
                }
                Some(Ok(Message::Close(_))) | None => return Ok(()),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                Some(Err(error)) => return Err(error.into()),
            },
        }
    }
}

async fn hear(port: &Port, text: &str) {
    let Ok(message) = FromTracker::decode(text) else { return };
    match message {
        FromTracker::Announced(told) => {
            let peers = u64::from(told.counts.complete) + u64::from(told.counts.incomplete);
            let interval = Duration::from_secs(u64::from(told.interval));
            port.ask_surely(Request::Hear(told.info_hash, Input::Announced { interval, peers })).await;
        }
        FromTracker::Offer { info_hash, peer_id, offer } => {
            if let Some(description) = offer.description.sdp() {
                let input = Input::OfferHeard { from: peer_id, offer_id: offer.offer_id, description };
                port.ask(Request::Hear(info_hash, input));
            }
        }
        FromTracker::Answer { info_hash, peer_id, offer_id, description } => {
            if let Some(description) = description.sdp() {
                let input = Input::AnswerHeard { from: peer_id, offer_id, description };
                port.ask(Request::Hear(info_hash, input));
            }
        }
        FromTracker::Failure { info_hash, reason } => {
            let swarm = info_hash.map(|hash| hash.to_string());
            tracing::warn!(swarm, reason, "the tracker refuses");
        }
        FromTracker::Scraped { .. } => {}
    }
}
