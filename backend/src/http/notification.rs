//! `/users/me/notifications` and their settings, and the WebSocket that tells pages of news at once.
//!
//! The socket is ours: PeerTube's is socket.io's, whose long-polling half alone would be a second protocol beside HTTP;
//! whoever speaks only that lists notifications instead.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::OnUpgrade;
use serde_json::{Map, Value};
use shared::api::{NotificationSettings, NotificationsRead, Page, SocketToken, SocketWord};
use shared::id::NotificationId;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};

use super::extract::{Ask, Body};
use super::handshake::{refusal, shake};
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::server::take_over;
use super::views;
use crate::app::App;
use crate::bells::Listener;
use crate::domain::notification::{self, Asked};
use crate::domain::session::{self, TokenHash};
use crate::domain::viewer::Person;
use crate::domain::wrong::Wrong;
use crate::store::records::{Arrival, NotificationSettings as Chosen};
use crate::store::tables::NotificationSettingsKey;
use crate::store::{Durability, Read, StoreError};

/// A thousand numbers.
const READ_BYTES_MAX: usize = 32 * 1024;
/// As many as one person has.
const IDS_MAX: usize = 1000;
/// A number for each kind.
const SETTINGS_BYTES_MAX: usize = 8 * 1024;
/// More kinds than there are.
const KINDS_MAX: usize = 100;

/// `GET /api/v1/users/me/notifications`
pub async fn list(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let asked = asked(&ask)?;
    let page = ask.app.blocking(move |app| {
        let (total, rows) = notification::list(app.store(), who.user, who.account, &asked)?;
        let data = rows.iter().map(|row| views::notification(app, &who, row));
        Ok::<_, StoreError>(Page { total, data: data.collect::<Result<_, _>>()? })
    });
    json(&page.await?)
}

fn asked(ask: &Ask) -> Result<Asked, Failure> {
    let page = ask.page()?;
    let mut wrongs = Vec::new();
    let descending = match ask.parameter("sort").as_deref() {
        None | Some("" | "-createdAt") => true,
        Some("createdAt") => false,
        other => {
            wrongs.push(Wrong::query("sort", other, "Invalid value"));
            true
        }
    };
    let unread = ask.truth("unread").unwrap_or_else(|wrong| {
        wrongs.push(wrong);
        None
    });
    let is_kind = |name: &str| name == "typeOneOf" || name.starts_with("typeOneOf[");
    let mut kinds = Vec::new();
    for (_, value) in ask.pairs().into_iter().filter(|(name, _)| is_kind(name)).take(KINDS_MAX) {
        match value.parse() {
            Ok(kind) => kinds.push(kind),
            Err(_) => wrongs.push(Wrong::query("typeOneOf", Some(&value), "Should have numbers")),
        }
    }
    if wrongs.is_empty() {
        Ok(Asked { unread, kinds, descending, start: page.start, count: page.count })
    } else {
        Err(wrongs.into())
    }
}

/// `POST /api/v1/users/me/notifications/read`
pub async fn read(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let wish: NotificationsRead = body.json(READ_BYTES_MAX).await?;
    if wish.ids.is_empty() || IDS_MAX < wish.ids.len() {
        return Err(Wrong::body("ids", None, format!("Should have 1 to {IDS_MAX} ids")).into());
    }
    ask.app
        .write(Durability::Relaxed, move |write, now| notification::read(write, now, who.user, &wish.ids))
        .await?;
    Ok(no_content())
}

/// `POST /api/v1/users/me/notifications/read-all`
pub async fn read_all(ask: Ask) -> Outcome {
    let who = ask.person().await?;
    ask.app
        .write(Durability::Relaxed, move |write, now| notification::read_all(write, now, who.user))
        .await?;
    Ok(no_content())
}

/// `PUT /api/v1/users/me/notification-settings`: what is absent stays as it is.
pub async fn set(ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let wish: Map<String, Value> = body.json(SETTINGS_BYTES_MAX).await?;
    let known = fields(&NotificationSettings::default())?;
    let mut wrongs = Vec::new();
    let mut chosen = Vec::new();
    for (name, value) in wish.into_iter().filter(|(name, _)| known.contains_key(name)) {
        match value.as_u64().filter(|bits| *bits <= 3) {
            Some(bits) => chosen.push((name, Arrival { web: bits & 1 != 0, mail: bits & 2 != 0 })),
            None => wrongs.push(Wrong::body(&name, None, "Should be 0, 1, 2 or 3")),
        }
    }
    if !wrongs.is_empty() {
        return Err(wrongs.into());
    }
    let key = NotificationSettingsKey { user: who.user };
    ask.app
        .write(Durability::Flushed, move |write, _| {
            let Chosen(mut settings) = write.get(&key)?.unwrap_or_default();
            settings.extend(chosen);
            write.insert(&key, &Chosen(settings))
        })
        .await?;
    Ok(no_content())
}

/// How each kind of news arrives at somebody, chosen or not.
///
/// # Errors
/// [`Failure::Internal`] when the settings have no JSON form, which they always have.
pub fn settings(chosen: &Chosen) -> Result<NotificationSettings, Failure> {
    let mut fields = fields(&NotificationSettings::default())?;
    for (name, arrival) in &chosen.0 {
        let bits = u8::from(arrival.web) | u8::from(arrival.mail) << 1;
        fields.insert(name.clone(), bits.into());
    }
    serde_json::from_value(Value::Object(fields)).map_err(|error| Failure::internal(&error))
}

fn fields(settings: &NotificationSettings) -> Result<Map<String, Value>, Failure> {
    match serde_json::to_value(settings) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Ok(Map::new()),
        Err(error) => Err(Failure::internal(&error)),
    }
}

/// How long a page has to say who it is.
const TOKEN_DURATION_MAX: Duration = Duration::from_secs(10);
/// How often a page is asked whether it is there; one that was silent for two rounds has gone.
const ROUND: Duration = Duration::from_secs(30);
/// What a page says in a round: answers to our question, and a few of its own.
const HEARD_PER_ROUND_MAX: u32 = 20;
/// A token in JSON, and room to spare.
const HEARD_BYTES_MAX: usize = 1024;
/// What waits for a page that does not read: then it has to come back.
const UNSENT_BYTES_MAX: usize = 64 * 1024;
/// How long a page has to hear why it is closed.
const GOODBYE_DURATION_MAX: Duration = Duration::from_secs(2);
/// For a page that shows no good token, or no longer (RFC 6455 §7.4.2 leaves these to us).
const CLOSE_UNAUTHORIZED: u16 = 4401;
/// For one there is no room for.
const CLOSE_CROWDED: u16 = 4429;

/// `GET /api/v1/users/me/notifications/socket`
///
/// The token is shown as `Authorization: Bearer`, as the parameter `accessToken`, or as the first message, since
/// browsers send no headers with a WebSocket.
pub async fn socket(ask: Ask, upgrade: Option<OnUpgrade>) -> Outcome {
    let Some((upgrade, response)) = shake(&ask, upgrade) else { return Ok(refusal()) };
    let shown = ask.token().or_else(|| ask.parameter("accessToken").map(|token| TokenHash::of(&token)));
    let app = ask.app.clone();
    // Detached: it ends with the connection that it waits for.
    tokio::spawn(async move {
        let Some((stream, unread)) = take_over(upgrade).await else { return };
        let Ok(stream) = TcpStream::from_std(stream) else { return };
        let limits = WebSocketConfig::default()
            .read_buffer_size(HEARD_BYTES_MAX)
            .write_buffer_size(0)
            .max_write_buffer_size(UNSENT_BYTES_MAX)
            .max_message_size(Some(HEARD_BYTES_MAX))
            .max_frame_size(Some(HEARD_BYTES_MAX));
        let socket = WebSocketStream::from_partially_read(stream, unread, Role::Server, Some(limits)).await;
        // Whatever breaks off here, the page comes back and lists what it missed.
        let _ = serve(&app, socket, shown).await;
    });
    Ok(response)
}

type Socket = WebSocketStream<TcpStream>;
type Broken = tokio_tungstenite::tungstenite::Error;

async fn serve(app: &App, mut socket: Socket, shown: Option<TokenHash>) -> Result<(), Broken> {
    let shown = match shown {
        Some(token) => Some(token),
        None => tokio::time::timeout(TOKEN_DURATION_MAX, first_word(&mut socket)).await.ok().flatten(),
    };
    let person = match shown {
        Some(token) => whose(app, token).await.map(|person| (person, token)),
        None => None,
    };
    let Some((person, token)) = person else {
        return close(&mut socket, CLOSE_UNAUTHORIZED, "Token is invalid").await;
    };
    let Some(listener) = app.bells().hang(person.user, token) else {
        return close(&mut socket, CLOSE_CROWDED, "Too many pages listen").await;
    };
    // Once the bell hangs: a token that ended before would never be noticed again.
    if whose(app, token).await.is_none() {
        return close(&mut socket, CLOSE_UNAUTHORIZED, "Token is invalid").await;
    }
    let account = person.account;
    let Ok(unread) = app.read(move |store| notification::unread(store, account)).await else { return Ok(()) };
    say(&mut socket, &SocketWord::Ready { unread }).await?;
    listen(app, &mut socket, &person, token, listener).await
}

async fn listen(
    app: &App,
    socket: &mut Socket,
    person: &Person,
    token: TokenHash,
    mut listener: Listener,
) -> Result<(), Broken> {
    let mut round = tokio::time::interval(ROUND);
    round.reset();
    let (mut silent, mut heard) = (0, 0);
    loop {
        tokio::select! {
            ring = listener.rings.recv() => {
                let Some(id) = ring else { return Ok(()) };
                if let Some(word) = news(app, person, id).await {
                    say(socket, &word).await?;
                }
            }
            () = listener.ended.cancelled() => {
                return close(socket, CLOSE_UNAUTHORIZED, "The session has ended").await;
            }
            () = app.stopping().cancelled() => {
                return close(socket, CloseCode::Away.into(), "The server stops").await;
            }
            _ = round.tick() => {
                // Tokens also end by themselves.
                if whose(app, token).await.is_none() {
                    return close(socket, CLOSE_UNAUTHORIZED, "The session has ended").await;
                }
                silent += 1;
                heard = 0;
                if 2 < silent {
                    return Ok(());
                }
                socket.send(Message::Ping(Vec::new().into())).await?;
            }
            message = socket.next() => {
                match message {
                    None => return Ok(()),
                    Some(Err(error)) => return Err(error),
                    Some(Ok(_)) => {}
                }
                silent = 0;
                heard += 1;
                if HEARD_PER_ROUND_MAX < heard {
                    return close(socket, CloseCode::Policy.into(), "There is nothing to say here").await;
                }
            }
        }
    }
}

/// The token of the first message.
async fn first_word(socket: &mut Socket) -> Option<TokenHash> {
    loop {
        match socket.next().await?.ok()? {
            Message::Text(text) => {
                let word: SocketToken = serde_json::from_str(&text).ok()?;
                return Some(TokenHash::of(&word.token));
            }
            Message::Ping(_) | Message::Pong(_) => {}
            Message::Binary(_) | Message::Close(_) | Message::Frame(_) => return None,
        }
    }
}

async fn whose(app: &App, token: TokenHash) -> Option<Person> {
    let now = app.clock().now();
    app.read(move |store| session::whose(store, now, &token)).await.ok().flatten()
}

/// A notification as it is told; none where it was read or removed meanwhile.
async fn news(app: &App, person: &Person, id: NotificationId) -> Option<SocketWord> {
    let person = *person;
    let view = app.blocking(move |app| {
        let notification = notification::one(app.store(), person.user, id)?;
        notification.map(|notification| views::notification(app, &person, &notification)).transpose()
    });
    match view.await {
        Ok(view) => view.map(|view| SocketWord::Notification { notification: Box::new(view) }),
        Err(error) => {
            tracing::error!(%error, "a notification could not be read");
            None
        }
    }
}

async fn say(socket: &mut Socket, word: &SocketWord) -> Result<(), Broken> {
    // Our API's shapes always have a JSON form.
    let text = serde_json::to_string(word).unwrap_or_default();
    socket.send(Message::text(text)).await
}

async fn close(socket: &mut Socket, code: u16, reason: &'static str) -> Result<(), Broken> {
    socket.close(Some(CloseFrame { code: code.into(), reason: reason.into() })).await?;
    // What is left unread when a socket closes resets it, and the reason would never arrive.
    let rest = async { while let Some(Ok(_)) = socket.next().await {} };
    let _ = tokio::time::timeout(GOODBYE_DURATION_MAX, rest).await;
    Ok(())
}
