//! Who reads here, as far as they sign: a server that could not be reached and asks for something is back.
//!
//! Owns that nobody waits for it, and that it costs little: one look in a few seconds for each server, no question to
//! anybody whose key is not known, and nothing where they could be reached all the time.

use std::net::IpAddr;

use http::Method;
use http::header::HOST;
use shared::time::Timestamp;
use warp::path::FullPath;

use crate::app::App;
use crate::domain::delivery;
use crate::federation::sign::{Claim, Request, Skew, read};
use crate::federation::verify;
use crate::federation::vocab::host_of;
use crate::http::extract::Ask;
use crate::store::tables::{ServerHostKey, ServerKey};
use crate::store::{Durability, Read, StoreError};

/// Has what waits for whoever signed this question sent at once, where they could not be reached. Returns at once.
pub(super) fn note(path: &FullPath, ask: &Ask) {
    let app = &ask.app;
    let now = app.clock().now();
    let Some((claim, host)) = claimed(path, ask, now) else { return };
    if app.config().federation.enabled && app.repairs().is_new_voice(app.clock().instant(), &host) {
        let (hearing, by) = (app.clone(), ask.address());
        app.spawn(async move {
            if let Err(error) = hear(&hearing, claim, host, by).await {
                tracing::error!(%error, "that a server is back could not be noted");
            }
        });
    }
}

fn claimed(path: &FullPath, ask: &Ask, now: Timestamp) -> Option<(Claim, String)> {
    let headers = ask.headers();
    if !headers.contains_key("signature") || !headers.contains_key(HOST) {
        return None;
    }
    let url = ask.app.url();
    let request = Request {
        method: &Method::GET,
        scheme: url.scheme(),
        authority: url.host(),
        path: path.as_str(),
        query: Some(ask.query()).filter(|query| !query.is_empty()),
        headers,
        body: &[],
    };
    let claim = read(&request, now, &Skew::USUAL).ok()?;
    let host = host_of(claim.key_id().as_str())?;
    Some((claim, host))
}

async fn hear(app: &App, claim: Claim, host: String, by: IpAddr) -> Result<(), StoreError> {
    let asked = host.clone();
    let is_ill = app.read(move |store| {
        let Some(server) = store.get(&ServerHostKey { host: asked })? else { return Ok(false) };
        Ok::<_, StoreError>(store.get(&ServerKey { server })?.is_some_and(|server| 0 < server.failures))
    });
    if !is_ill.await? || !verify::is_known(app, &claim, None).await? {
        return Ok(());
    }
    if verify::signer(app, &claim, None, by).await.is_err() {
        return Ok(());
    }
    app.fetches().answered(&host, app.clock().instant());
    app.write(Durability::Relaxed, move |write, now| delivery::heard_from(write, now, &host)).await
}
