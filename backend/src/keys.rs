//! Keys for actors, made ahead.
//!
//! Owns who makes them and when. A key takes a good part of a second of a processor, so a few lie ready for whoever signs
//! up or makes a channel, and are made anew by a task that works a tenth of its time and not at all in the first moments
//! of a server. Where thousands are made at once, by a bulk import or a bench, most of them get theirs on the first need:
//! nobody is told of an actor that has none.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::sync::{Notify, Semaphore};

use crate::app::App;
use crate::domain::federation::key::{self, FreshKey};
use crate::store::records::ActorKey;
use crate::store::{Durability, StoreError};

/// Keys that lie ready: as many as four people need who sign up in one moment, with their channels.
const READY: usize = 8;
/// The first moments of a server belong to those who wait for it.
const FIRST_AFTER: Duration = Duration::from_secs(10);
/// How much longer than it works the task rests.
const REST: u32 = 9;

/// Keys that lie ready.
pub struct Keys {
    ready: Mutex<VecDeque<FreshKey>>,
    taken: Notify,
    /// The turn to make one for somebody who waits. One at a time, so that a stranger who asks for many actors takes one
    /// processor at most.
    turn: Semaphore,
}

impl Default for Keys {
    fn default() -> Keys {
        Keys { ready: Mutex::default(), taken: Notify::new(), turn: Semaphore::new(1) }
    }
}

/// Why an actor got no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The library that makes them gave none, and does not say why.
    #[error("no key could be made")]
    Make,
    /// It could not be kept.
    #[error("the key could not be kept")]
    Store(#[from] StoreError),
}

impl From<Unspecified> for KeyError {
    fn from(_: Unspecified) -> KeyError {
        KeyError::Make
    }
}

impl Keys {
    /// One that lies ready. It has no owner yet, and is lost where it gets none.
    #[must_use]
    pub fn take(&self) -> Option<FreshKey> {
        let key = self.lock().pop_front();
        self.taken.notify_one();
        key
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<FreshKey>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The key of an actor that is here; one that has none gets it now, and it is on the disk before anybody sees it.
///
/// # Errors
/// [`KeyError`].
pub async fn key_of(app: &App, name: &str) -> Result<ActorKey, KeyError> {
    let name = name.to_owned();
    let asked = name.clone();
    if let Some(kept) = app.read(move |store| key::of(store, &asked)).await?.key {
        return Ok(kept);
    }
    let _turn = app.keys().turn.acquire().await;
    app.blocking(move |app| {
        // Whoever had the turn before may have been here for the same actor.
        if let Some(kept) = key::of(app.store(), &name)?.key {
            return Ok(kept);
        }
        let fresh = match app.keys().take() {
            Some(fresh) => fresh,
            None => make()?,
        };
        app.write_here(Durability::Flushed, |write, now| Ok(key::give(write, now, &name, fresh)?))
    })
    .await
}

/// Keeps some ready until the server stops.
pub async fn run(app: App) {
    let rest = |span: Duration| {
        let app = app.clone();
        async move {
            tokio::select! {
                () = tokio::time::sleep(span) => true,
                () = app.stopping().cancelled() => false,
            }
        }
    };
    if !rest(FIRST_AFTER).await {
        return;
    }
    loop {
        while READY <= app.keys().lock().len() {
            tokio::select! {
                () = app.keys().taken.notified() => {}
                () = app.stopping().cancelled() => return,
            }
        }
        let began = app.clock().instant();
        match app.blocking(|_| make()).await {
            Ok(key) => app.keys().lock().push_back(key),
            Err(error) => tracing::error!(%error, "actors have to wait for their keys"),
        }
        let took = app.clock().instant().since(began);
        if !rest(took.saturating_mul(REST)).await {
            return;
        }
    }
}

/// Makes a key. Blocks for a good part of a second.
///
/// # Errors
/// [`KeyError::Make`].
pub fn make() -> Result<FreshKey, KeyError> {
    let pair = KeyPair::generate(KeySize::Rsa2048)?;
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair)?;
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key())?;
    Ok(FreshKey { private: STANDARD.encode(private.as_ref()), public: pem(public.as_ref()) })
}

/// A public key as text (RFC 7468 §13). PeerTube refuses every other heading.
fn pem(der: &[u8]) -> String {
    const LINE: usize = 64;
    let mut text = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    for (at, letter) in STANDARD.encode(der).chars().enumerate() {
        if at != 0 && at % LINE == 0 {
            text.push('\n');
        }
        text.push(letter);
    }
    text + "\n-----END PUBLIC KEY-----\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};

    #[test]
    fn a_key_signs_and_its_public_half_says_so() {
        let made = make().unwrap();
        let body: Vec<&str> = made.public.lines().collect();
        assert_eq!(body.first(), Some(&"-----BEGIN PUBLIC KEY-----"));
        assert_eq!(body.last(), Some(&"-----END PUBLIC KEY-----"));
        assert!(body.iter().all(|line| line.len() <= 64) && made.public.ends_with('\n'));
        let pair = KeyPair::from_pkcs8(&STANDARD.decode(&made.private).unwrap()).unwrap();
        assert_eq!(pair.public_modulus_len() * 8, 2048);

        let mut signature = vec![0; pair.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, b"boat", &mut signature).unwrap();
        let der = STANDARD.decode(body[1..body.len() - 1].concat()).unwrap();
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der);
        assert!(public.verify(b"boat", &signature).is_ok());
        assert!(public.verify(b"goat", &signature).is_err());
    }

    #[test]
    fn each_key_is_another_and_is_taken_once() {
        let keys = Keys::default();
        assert!(keys.take().is_none());
        keys.lock().push_back(make().unwrap());
        keys.lock().push_back(make().unwrap());
        let (one, other) = (keys.take().unwrap(), keys.take().unwrap());
        assert!(one != other && keys.take().is_none());
    }
}
