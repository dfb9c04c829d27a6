//! Takes letters from the outbox to the mail server, one after the other.
//!
//! Owns the connection and its time limit. What could not be taken goes back to the outbox, which says when it is tried
//! again; what the server refuses for good is dropped. Addresses stand in no log.

use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use shared::time::Timestamp;

use super::dress::{Frame, html, text};
use super::news;
use crate::app::App;
use crate::config::{Smtp, SmtpTls};
use crate::domain::outbox;
use crate::store::records::{Letter, Mail, Says};
use crate::store::tables::MailKey;
use crate::store::{Durability, StoreError};

/// A mail server that says nothing for so long is tried again later. RFC 5321 §4.5.3.2 would wait five minutes for some
/// answers; nobody waits behind us but other mail.
const TALK_DURATION_MAX: Duration = Duration::from_secs(60);
/// How often the outbox is looked at when nobody rings, and after a failure of the store.
const NAP: Duration = Duration::from_secs(30);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
enum PostError {
    /// It will never be.
    #[error("the mail cannot be sent: {0}")]
    Never(String),
    /// It may be, later.
    #[error("the mail server did not take the mail: {0}")]
    Later(String),
}

/// Sends what is in the outbox until the server stops. Where no mail server is set, what comes is thrown away.
pub async fn run(app: App) {
    let transport = match transport(&app) {
        Ok(transport) => transport,
        Err(error) => {
            tracing::error!(%error, "no mail can be sent with these settings");
            None
        }
    };
    while !app.stopping().is_cancelled() {
        let wait = match turn(&app, transport.as_ref()).await {
            Ok(Some(wait)) => wait,
            Ok(None) => NAP,
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read or written");
                NAP
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait.min(NAP)) => {}
            () = app.mail_woken() => {}
            () = app.stopping().cancelled() => return,
        }
    }
}

/// Sends the mail whose turn it is. Gives how long to wait for the next turn; none where the outbox is empty.
async fn turn(app: &App, transport: Option<&Transport>) -> Result<Option<Duration>, StoreError> {
    let Some((key, mail)) = app.read(outbox::next).await? else { return Ok(None) };
    let now = app.clock().now();
    let Some(transport) = transport.filter(|_| now < mail.expires_at) else {
        app.write(Durability::Relaxed, move |write, _| {
            outbox::done(write, &key);
            Ok::<_, StoreError>(())
        })
        .await?;
        return Ok(Some(Duration::ZERO));
    };
    if now < key.due {
        return Ok(Some(key.due.since(now)));
    }
    let id = key.mail;
    let sent = tokio::select! {
        sent = send(app, transport, &mail) => sent,
        () = app.stopping().cancelled() => return Ok(Some(Duration::ZERO)),
    };
    match sent {
        Ok(()) => tracing::debug!(mail = %id, attempts = mail.attempts + 1, "a mail was sent"),
        Err(PostError::Later(reason)) => {
            let again = app
                .write(Durability::Flushed, move |write, now| outbox::put_back(write, now, &key, mail))
                .await?;
            tracing::warn!(mail = %id, reason, is_given_up = again.is_none(), "a mail was not taken");
            return Ok(Some(Duration::ZERO));
        }
        Err(PostError::Never(reason)) => tracing::error!(mail = %id, reason, "a mail was dropped"),
    }
    forget(app, key).await?;
    Ok(Some(Duration::ZERO))
}

async fn forget(app: &App, key: MailKey) -> Result<(), StoreError> {
    app.write(Durability::Flushed, move |write, _| {
        outbox::done(write, &key);
        Ok(())
    })
    .await
}

async fn send(app: &App, transport: &Transport, mail: &Mail) -> Result<(), PostError> {
    let letter = match mail.says.clone() {
        Says::Letter(letter) => letter,
        Says::News { user, kind, subject } => app
            .blocking(move |app| news::letter(app, user, kind, subject))
            .await
            .map_err(|error| PostError::Later(error.to_string()))?
            .ok_or_else(|| PostError::Never("what it tells of is gone".to_owned()))?,
    };
    let message = message(app, mail, &letter)?;
    match tokio::time::timeout(TALK_DURATION_MAX, transport.send(message)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) if error.is_permanent() => Err(PostError::Never(answer(&error))),
        Ok(Err(error)) => Err(PostError::Later(answer(&error))),
        Err(_) => Err(PostError::Later("it said nothing".to_owned())),
    }
}

/// What may be logged of an answer: its code. Servers repeat addresses in their sentences.
fn answer(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("code {code}"),
        None if error.is_tls() => "no TLS".to_owned(),
        None if error.is_timeout() => "it said nothing".to_owned(),
        None => "no connection".to_owned(),
    }
}

fn message(app: &App, mail: &Mail, letter: &Letter) -> Result<Message, PostError> {
    let never = |what: &str| PostError::Never(what.to_owned());
    let (from, url) = (sender(app), app.url().to_string());
    let config = app.config();
    let frame = Frame { instance: &config.instance.name, url: &url };
    let from = from.parse().map_err(|_| never("the sender is no address"))?;
    let to: Mailbox = mail.to.parse().map_err(|_| never("the reader is no address"))?;
    let host = domain(app.url().host());
    let mut builder = Message::builder();
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(reply_to.parse().map_err(|_| never("who is answered is no address"))?);
    }
    let message = builder
        .from(Mailbox::new(Some(frame.instance.to_owned()), from))
        .to(to)
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{}@{host}>", mail.name)))
        .date(date(mail.created_at))
        // RFC 3834 §5: nobody's absence notice is to answer it.
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .multipart(MultiPart::alternative_plain_html(text(letter, frame), html(letter, frame)));
    message.map_err(|_| never("it has no form"))
}

fn date(at: Timestamp) -> std::time::SystemTime {
    std::time::SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

/// A host without its port.
fn domain(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(host, _)| host)
}

/// The address that letters come from.
fn sender(app: &App) -> String {
    let chosen = app.config().smtp.from.clone();
    chosen.unwrap_or_else(|| format!("shoal@{}", domain(app.url().host())))
}

/// The way to the mail server; none where there is none.
fn transport(app: &App) -> Result<Option<Transport>, lettre::transport::smtp::Error> {
    let config = app.config();
    let smtp: &Smtp = &config.smtp;
    let Some(host) = &smtp.host else { return Ok(None) };
    let tls = match smtp.tls {
        SmtpTls::Tls => Tls::Wrapper(TlsParameters::new(host.clone())?),
        SmtpTls::StartTls => Tls::Required(TlsParameters::new(host.clone())?),
        SmtpTls::None => Tls::None,
    };
    let mut builder = Transport::builder_dangerous(host)
        .port(smtp.port)
        .tls(tls)
        .hello_name(ClientId::Domain(domain(app.url().host()).to_owned()))
        .timeout(Some(TALK_DURATION_MAX));
    if let Some((user, password)) = smtp.username.clone().zip(smtp.password.clone()) {
        builder = builder.credentials(Credentials::new(user, password));
    }
    Ok(Some(builder.build()))
}
