//! The instance's own port: as the settings say, for the videos that everybody may see, with its own tracker beside it.
//!
//! Owns the way from a swarm's name to a file, and from the tracker's words to the thread's. No WebSocket lies between
//! the two: the tracker keeps a place for us in every swarm, so that the very first viewer's offer finds somebody.

use std::net::SocketAddr;
use std::sync::Arc;

use shared::id::{InfoHash, VideoRef};
use shared::meeting::Meeting;
use shared::tracker::{Answer, Description, FromTracker};

use super::certificate::{self, CertificateError};
use super::figures::Figures;
use super::hub::{Hub, Limits};
use super::library::Holding;
use super::peer::Making;
use super::place;
use super::seeder::{Seeder, Stay, Told};
use super::socket::{self, Found, Places, Port, Request, Surroundings};
use crate::app::App;

/// Why the instance is no peer.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// The port could not be had.
    #[error("the UDP address {address} could not be listened on (setting seed.listen)")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It has nothing to show.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The thread could not be started.
    #[error("the thread for peers could not be started")]
    Thread(#[from] std::io::Error),
}

/// Starts as the settings say; none where they say no.
///
/// # Errors
/// [`SeedError`].
pub fn start(app: &App) -> Result<Option<Port>, SeedError> {
    let settings = &app.config().seed;
    if !settings.enabled || !app.sharing().is_on() {
        return Ok(None);
    }
    let own = [app.config().server.listen];
    let listen = if settings.listen.is_empty() { &own[..] } else { &settings.listen };
    let places = place::bind(listen, &settings.advertise)
        .map_err(|(address, source)| SeedError::Listen { address, source })?;
    let addresses: Vec<SocketAddr> = places.iter().flat_map(place::Place::addresses).collect();
    let crypto = Arc::new(certificate::crypto());
    let certificate = certificate::of(&app.layout().seed_certificate(), &crypto)?;
    let making = Making { crypto, certificate, addresses: addresses.clone(), reflexive: None, is_lite: true };
    let limits = Limits {
        peers_max: settings.peers_max,
        rate_max: settings.rate.0,
        peer_rate_max: settings.peer_rate.0,
    };
    let figures = Arc::new(Figures::default());
    let hub = Hub::new(making, limits, app.clock().clone(), app.dice(), figures.clone());
    let seeder = Seeder::new(hub, app.dice(), figures.clone());
    let places = Places { ears: place::bind_beside(&places), peers: places };
    let (port, thread) =
        socket::start(places, seeder, Stay::WhileNeeded, surroundings(app), app.clock().clone(), figures)?;
    tracing::info!(?addresses, "a peer of the viewers");
    let ending = (app.clone(), port.clone());
    app.spawn(async move {
        let (app, port) = ending;
        app.stopping().cancelled().await;
        port.ask_surely(Request::Stop).await;
        // A panic of the thread was reported when it happened.
        app.blocking(move |_| drop(thread.join())).await;
    });
    let hearing = port.clone();
    app.tracker().reside(Box::new(move |text| hear(&hearing, text)));
    Ok(Some(port))
}

fn surroundings(app: &App) -> Surroundings {
    let (finding, telling) = (app.clone(), app.clone());
    Surroundings {
        find: Arc::new(move |info_hash| find(&finding, info_hash)),
        tell: Box::new(move |told| match told {
            Told::Answer { info_hash, me, to, offer_id, description } => {
                let json = Description::answer(&description);
                let Some(description) = Description::parse(&json) else { return };
                let answer = Answer { info_hash, peer_id: me, to, offer_id, description };
                telling.tracker().answer(&answer);
            }
            // The tracker keeps our place without being asked.
            Told::Announce { .. } => {}
        }),
        stun: None,
    }
}

/// What the tracker tells us.
fn hear(port: &Port, text: &str) {
    let Ok(message) = FromTracker::decode(text) else { return };
    match message {
        FromTracker::Offer { info_hash, peer_id, offer } => {
            if let Some(description) = offer.description.sdp() {
                let offer_id = offer.offer_id;
                port.ask(Request::Offer { info_hash, from: peer_id, offer_id, description });
            }
        }
        FromTracker::Announced(_)
        | FromTracker::Answer { .. }
        | FromTracker::Scraped { .. }
        | FromTracker::Failure { .. } => {}
    }
}

fn find(app: &App, info_hash: InfoHash) -> Option<Found> {
    let (video, resolution) = app.sharing().stream_of(info_hash)?;
    let entry = app.catalogue().video(video)?;
    let video = &entry.listed.video;
    let playlist = video.playlist.as_ref()?;
    let rendition = playlist.renditions.iter().find(|rendition| rendition.resolution() == resolution)?;
    let holding = match Holding::open(app.layout(), video.uuid, playlist, rendition) {
        Ok(holding) => holding,
        Err(error) => {
            tracing::error!(video = %video.uuid, %error, "a rendition cannot be given to peers");
            return None;
        }
    };
    let (app, uuid) = (app.clone(), video.uuid);
    let may_give = move || {
        let found = app.catalogue().find(VideoRef::Uuid(uuid));
        found.is_some_and(|(entry, _)| app.sharing().in_force(&entry).mode != Meeting::Off)
    };
    Some(Found { holding, may_give: Arc::new(may_give) })
}
