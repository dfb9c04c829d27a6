//! Takes connections, as many as there is room for, and sees them out when the server stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::body::Patient;
use super::crowd::{Crowd, Place};
use super::fill::{Filled, Waiting, draining};
use super::handed::Desk;
use super::limits::{CONNECTIONS_MAX, DESCRIPTORS_KEPT, DRAIN_DURATION_MAX};
use super::peer::Peer;
use super::phase::Phase;
use super::sort::{Sorted, sort};
use super::workers::Workers;
use crate::config::Network;
use crate::http::files::room::FileRoom;
use crate::http::front::Front;

/// What every connection needs.
struct House {
    room: Arc<FileRoom>,
    routes: Front<Patient>,
    workers: Workers,
    phase: watch::Sender<Phase>,
}

/// Connections that wait for us to take them; more than a burst of page loads makes.
const BACKLOG: u32 = 1024;

/// Opens the door.
///
/// # Errors
/// What the system says, such as that the address is in use.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A restart must not wait for connections of the last run to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves connections until `stop` comes true, then lets the answers under way finish, for
/// [`DRAIN_DURATION_MAX`] at most.
///
/// # Errors
/// What the system says when it gives no threads.
pub async fn serve(
    listener: TcpListener,
    proxies: Vec<Network>,
    room: Arc<FileRoom>,
    routes: Front<Patient>,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    serve_crowd(Crowd::new(connections_max(), proxies), listener, room, routes, stop).await
}

/// [`serve`], for such a crowd.
pub(super) async fn serve_crowd(
    crowd: Crowd,
    listener: TcpListener,
    room: Arc<FileRoom>,
    routes: Front<Patient>,
    stop: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let room_for = crowd.connections_max();
    let crowd = Arc::new(crowd);
    let seats = Arc::new(Semaphore::new(room_for));
    let workers = Workers::start(&room)?;
    let house = Arc::new(House { room, routes, workers, phase: watch::Sender::new(Phase::Open) });
    let sweeping = tokio::spawn(sweep(Arc::clone(&house.room), house.phase.subscribe()));
    tokio::select! {
        () = take_connections(&listener, &house, &seats, &crowd) => {}
        () = stop => {}
    }
    drop(listener);
    house.phase.send_replace(Phase::Draining);
    // Half a sweep would hold on to the room, and with it to the store.
    if let Err(failed) = sweeping.await {
        tracing::error!(%failed, "files could not be swept");
    }
    let all = u32::try_from(room_for).unwrap_or(u32::MAX);
    if timeout(DRAIN_DURATION_MAX, seats.acquire_many(all)).await.is_err() {
        tracing::warn!(open = room_for - seats.available_permits(), "connections were cut off at the stop");
    }
    Ok(())
}

async fn take_connections(
    listener: &TcpListener,
    house: &Arc<House>,
    seats: &Arc<Semaphore>,
    crowd: &Arc<Crowd>,
) {
    let taken = || crowd.connections_max() - seats.available_permits();
    loop {
        let Ok(seat) = Arc::clone(seats).acquire_owned().await else { return };
        set_pressed(&house.phase, crowd.is_pressed(taken()));
        match listener.accept().await {
            Ok((stream, address)) => {
                // Closed without a word, which costs us less than it costs them.
                let Some(place) = crowd.enter(address.ip(), taken()) else { continue };
                // Answers are written whole, so waiting for more to fill a packet only delays their end.
                let _ = stream.set_nodelay(true);
                tokio::spawn(live((seat, place), stream, Peer(address), Arc::clone(house)));
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be taken");
                // Out of descriptors or memory: trying at once would only burn the processor.
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn sweep(room: Arc<FileRoom>, phase: watch::Receiver<Phase>) {
    // Told to end, or there is time for another round.
    while timeout(SWEEP_PAUSE, draining(phase.clone())).await.is_err() {
        let room = Arc::clone(&room);
        if let Err(failed) = tokio::task::spawn_blocking(move || room.sweep()).await {
            tracing::error!(%failed, "files could not be swept");
        }
    }
}

const SWEEP_PAUSE: Duration = Duration::from_secs(2);
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The connection broke before we took it; the next one may be fine.
fn is_of_one_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn set_pressed(phase: &watch::Sender<Phase>, pressed: bool) {
    phase.send_if_modified(|phase| {
        let next = match (*phase, pressed) {
            (Phase::Draining, _) => Phase::Draining,
            (Phase::Open | Phase::Pressed, true) => Phase::Pressed,
            (Phase::Open | Phase::Pressed, false) => Phase::Open,
        };
        std::mem::replace(phase, next) != next
    });
}

/// One connection, from its first byte to its last. The seat comes first, so that it is given up last: who has all the
/// seats knows that nobody is in the house.
async fn live(_seat: (OwnedSemaphorePermit, Place), mut stream: TcpStream, peer: Peer, house: Arc<House>) {
    let mut buffer = BytesMut::new();
    // A file that the wall of files gave back takes time to prepare, which hyper's side has threads for.
    let mut given_back = false;
    loop {
        let mut waiting = Waiting::new(house.phase.subscribe());
        let to = loop {
            match sort(&buffer, |path| house.room.owns(path)) {
                Sorted::File(_) if given_back => break To::Hyper,
                Sorted::File(_) => break To::Files,
                Sorted::Upgrade => break To::HyperForGood,
                Sorted::Other => break To::Hyper,
                Sorted::Partial => {}
            }
            match waiting.fill(&mut stream, &mut buffer).await {
                Filled::More => {}
                Filled::TooLong => break To::Hyper,
                Filled::Over => return,
            }
        };
        let desk = || Desk::new(Arc::clone(&house.room), Arc::clone(&house.routes), peer);
        given_back = matches!(to, To::Files);
        let returned = match to {
            To::Files => house.workers.serve(stream, buffer, house.phase.subscribe()).await,
            To::Hyper => desk().serve(stream, buffer, house.phase.subscribe()).await,
            To::HyperForGood => return desk().serve_for_good(stream, buffer, house.phase.subscribe()).await,
        };
        match returned {
            Some(returned) => (stream, buffer) = returned,
            None => return,
        }
    }
}

/// Who answers next.
enum To {
    Files,
    Hyper,
    HyperForGood,
}

/// Makes room for so many sockets that have left HTTP, beside all that is kept for everything else.
pub fn make_room(sockets: usize) {
    raise_descriptors(DESCRIPTORS_KEPT + CONNECTIONS_MAX as u64 + sockets as u64);
}

/// Raises the limit of descriptors as far as it goes, and says where it is.
fn raise_descriptors(wanted: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    match limit.current {
        Some(current) if current < raised => {
            let set = setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum: limit.maximum });
            if set.is_ok() { raised } else { current }
        }
        Some(current) => current,
        None => wanted,
    }
}

/// Fits the connections into the limit of descriptors.
fn connections_max() -> usize {
    let now = raise_descriptors(DESCRIPTORS_KEPT + CONNECTIONS_MAX as u64);
    let seats = now.saturating_sub(DESCRIPTORS_KEPT).max(now / 2);
    usize::try_from(seats).map_or(CONNECTIONS_MAX, |seats| seats.min(CONNECTIONS_MAX))
}
