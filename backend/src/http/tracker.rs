//! `/tracker/…`: the way into the tracker, over WebSocket and over HTTP.
//!
//! Never checks where a page comes from: viewers of other instances watch our
//! videos there, and find each other here.

use http::StatusCode;
use http::header::RETRY_AFTER;
use hyper::upgrade::OnUpgrade;
use warp::reply::Response;

use super::extract::Ask;
use super::handshake::{refusal, shake};
use super::problem::Failure;
use super::respond::{Outcome, respond, text_of, with_header};
use super::server::take_over;
use crate::config::P2pMode;
use crate::domain::account::still_counts;
use crate::domain::seeder_token::Admission;
use crate::tracker::{Gone, Promise, Standing, TcpRequest, write_announced, write_failure, write_scraped};

/// The query of a viewer who wants to meet nobody but admitted peers.
const SEEDERS_ONLY: &str = "meet=seeders";
/// What PeerTube says.
const DISABLED: &str = "Tracker is disabled on this instance.";

/// `GET /tracker/socket`
pub async fn socket(ask: Ask, upgrade: Option<OnUpgrade>) -> Outcome {
    let app = ask.app.clone();
    if app.config().p2p.mode == P2pMode::Off {
        return Err(Failure::forbidden(DISABLED));
    }
    let Some((upgrade, response)) = shake(&ask, upgrade) else { return Ok(refusal()) };
    let Some(seat) = app.tracker().seat() else {
        let failure =
            Failure::new(StatusCode::SERVICE_UNAVAILABLE, "The tracker has no room for more viewers");
        return Ok(with_header(respond(Err(failure)), RETRY_AFTER, "60"));
    };
    let standing = standing(&ask).await?;
    // Detached: it ends with the connection that it waits for.
    tokio::spawn(async move {
        if let Some((stream, unread)) = take_over(upgrade).await {
            app.tracker().open(stream, unread, standing, seat);
        }
    });
    Ok(response)
}

/// `GET /tracker/announce`
pub async fn announce(ask: Ask) -> Outcome {
    if ask.app.config().p2p.mode == P2pMode::Off {
        return Ok(bencoded(write_failure(DISABLED)));
    }
    let announce = TcpRequest::parse(ask.query()).and_then(|request| request.announce(ask.address()));
    let announce = match announce {
        Ok(announce) => announce,
        Err(reason) => return Ok(bencoded(write_failure(reason))),
    };
    let answer = ask.app.tracker().announce(announce).await.map_err(stopped)?;
    Ok(bencoded(answer.map_or_else(|reason| write_failure(&reason), |announced| write_announced(&announced))))
}

/// `GET /tracker/scrape`
pub async fn scrape(ask: Ask) -> Outcome {
    match TcpRequest::parse(ask.query()).and_then(TcpRequest::scrape) {
        Ok(info_hashes) => {
            let (files, interval) = ask.app.tracker().scrape(info_hashes).await.map_err(stopped)?;
            Ok(bencoded(write_scraped(&files, interval)))
        }
        Err(reason) => Ok(bencoded(write_failure(reason))),
    }
}

fn bencoded(body: Vec<u8>) -> Response {
    // What the reference says; clients do not look at it.
    text_of("text/plain", body)
}

fn stopped(_: Gone) -> Failure {
    Failure::new(StatusCode::SERVICE_UNAVAILABLE, "The tracker has stopped")
}

/// What a client is to us: a seeder shows its token, and a cautious viewer says so in the address.
async fn standing(ask: &Ask) -> Result<Standing, Failure> {
    if ask.shows(ask.app.config().p2p.seeder_token.as_deref()) {
        return Ok(Standing::Admitted);
    }
    if let Some(admission) = ask.bearer().and_then(|token| ask.app.seeder_tokens().read(token)) {
        let counts = ask.app.read(move |store| still_counts(store, &admission)).await?;
        let Admission { account: by, is_for_all, made_at } = admission;
        let promised = Standing::AdmittedBy(Promise { by, is_for_all, made_at });
        return Ok(if counts { promised } else { Standing::Viewer });
    }
    Ok(if ask.query() == SEEDERS_ONLY { Standing::Cautious } else { Standing::Viewer })
}
