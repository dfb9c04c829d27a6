//! The whole of a mirror: ask, fetch, check, share, until told to stop.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use shared::id::{Digest, InfoHash};
use shared::tracker::{Announce, Answer, Description, FromClient, Offer};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::dial::{DialError, Dialer};
use super::fetch::Origin;
use super::film::{Address, Copy, Film};
use super::tracker::{self, Desk, SWARMS_MAX};
use crate::clock::Clock;
use crate::dice::Dice;
use crate::private::Private;
use crate::seed::certificate::{self, CertificateError};
use crate::seed::figures::{Figures, Snapshot};
use crate::seed::hub::{Hub, Limits};
use crate::seed::library::{Holding, Segment};
use crate::seed::peer::Making;
use crate::seed::place;
use crate::seed::seeder::{Seeder, Stay, Told};
use crate::seed::socket::{self, Places, Port, Request, Surroundings};

/// What waits to be said to one tracker; more comes only when it does not listen.
const TOLD_MAX: usize = 64;
/// Others are told of new segments after so many, and after the last.
const SEGMENTS_AT_ONCE: usize = 8;
/// A config of an instance.
const CONFIG_BYTES_MAX: usize = 1024 * 1024;
/// How names of copies end, behind their swarm's.
const COPY: &str = ".mp4";
/// Peers that a home's line can serve.
const PEERS_MAX: usize = 100;

/// What somebody asks a mirror to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which videos.
    pub addresses: Vec<Address>,
    /// Where to keep them.
    pub folder: PathBuf,
    /// How much to keep at most.
    pub bytes_max: u64,
    /// How much to give at most, a second.
    pub upload_bytes_per_second: u64,
    /// UDP address to listen on.
    pub listen: SocketAddr,
    /// What admits it as a seeder.
    pub token: Option<Arc<Private<String>>>,
    /// Certificates (PEM) to believe beside those that browsers believe.
    pub authorities: Vec<u8>,
}

/// Why a mirror could not work.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// The folder cannot be written to.
    #[error("{} cannot be written to", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The UDP port could not be had.
    #[error("the UDP address {address} could not be listened on")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There is nothing to show peers.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// TLS cannot be spoken.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// The thread could not be started.
    #[error("the thread for peers could not be started")]
    Thread(#[from] io::Error),
    /// None of the videos can be mirrored.
    #[error("none of the videos can be shared")]
    Nothing,
}

/// Mirrors until `stop`, and says line by line what it does. Gives what it did.
///
/// # Errors
/// [`MirrorError`].
pub async fn run(
    options: Options,
    stop: CancellationToken,
    say: impl Fn(&str),
) -> Result<Snapshot, MirrorError> {
    let failed = |source| MirrorError::Folder { path: options.folder.clone(), source };
    fs::create_dir_all(&options.folder).map_err(failed)?;
    let dialer = Dialer::new(&options.authorities)?;
    let mut origin = Origin::new(dialer.clone());
    let mut plans = Vec::new();
    let mut left = options.bytes_max;
    for address in &options.addresses {
        match Film::ask(&mut origin, address).await {
            Ok(film) => plans.extend(plan(film, &mut left, &say)),
            Err(error) => say(&format!("{} {}: {}", address.instance, address.video, causes(&error))),
        }
    }
    if plans.is_empty() {
        return Err(MirrorError::Nothing);
    }
    let kept: HashSet<PathBuf> =
        plans.iter().map(|plan| file_of(&options.folder, plan.copy.info_hash)).collect();
    for path in make_room(&options.folder, &kept, left).map_err(failed)? {
        say(&format!("{} made room", path.display()));
    }

    let mut desks: HashMap<InfoHash, mpsc::Sender<String>> = HashMap::new();
    let mut waiting = Vec::new();
    let mut by_tracker: Vec<(String, Vec<InfoHash>)> = Vec::new();
    for plan in &plans {
        let open =
            by_tracker.iter_mut().find(|(url, swarms)| *url == plan.tracker && swarms.len() < SWARMS_MAX);
        match open {
            Some((_, swarms)) => swarms.push(plan.copy.info_hash),
            None => by_tracker.push((plan.tracker.clone(), vec![plan.copy.info_hash])),
        }
    }
    for (url, swarms) in by_tracker {
        let (say_there, told) = mpsc::channel(TOLD_MAX);
        desks.extend(swarms.iter().map(|swarm| (*swarm, say_there.clone())));
        waiting.push(Desk { url, token: options.token.clone(), swarms, told });
    }

    let stun = stun_server(&mut origin, &options.addresses).await;
    let (port, thread) = open_port(&options, desks, stun)?;
    for plan in &plans {
        let path = file_of(&options.folder, plan.copy.info_hash);
        let file = open(&path).map_err(failed)?;
        port.ask_surely(Request::Hold(plan.copy.info_hash, Holding::new(file, Vec::new()))).await;
    }
    let tasks = tokio_util::task::TaskTracker::new();
    for desk in waiting {
        tasks.spawn(tracker::run(desk, dialer.clone(), Dice, port.clone(), stop.clone()));
    }
    for plan in &plans {
        let path = file_of(&options.folder, plan.copy.info_hash);
        tokio::select! {
            kept = keep(&mut origin, &plan.copy, &path, &port) => match kept {
                Ok(kept) => say(&format!("{}: {kept} of {} segments are here", plan.what, plan.copy.segments.len())),
                Err(error) => say(&format!("{}: {}", plan.what, causes(&error))),
            },
            () = stop.cancelled() => break,
        }
    }
    say("All that can be had is here, and is shared.");
    stop.cancelled().await;
    port.ask_surely(Request::Stop).await;
    tasks.close();
    tasks.wait().await;
    // A panic of the thread was reported when it happened.
    let _ = tokio::task::spawn_blocking(move || drop(thread.join())).await;
    Ok(port.figures())
}

/// A stream that is to be kept.
struct Plan {
    what: String,
    tracker: String,
    copy: Copy,
}

/// As many streams as fit, the first first.
fn plan(film: Film, left: &mut u64, say: &impl Fn(&str)) -> Vec<Plan> {
    let mut plans = Vec::new();
    let Some(tracker) = film.trackers.first() else { return plans };
    for (number, copy) in film.streams.into_iter().enumerate() {
        let what = format!("{}, stream {}", film.name, number + 1);
        if *left < copy.bytes() {
            say(&format!(
                "{what}: {} MB more than there is room for",
                copy.bytes().saturating_sub(*left) / 1_000_000
            ));
            continue;
        }
        *left -= copy.bytes();
        plans.push(Plan { what, tracker: tracker.clone(), copy });
    }
    plans
}

/// Removes copies that are not to be kept, the oldest first, until no more than `left` bytes of them are there. What it
/// removed. Files that are no copies of ours are left alone.
fn make_room(folder: &Path, kept: &HashSet<PathBuf>, left: u64) -> io::Result<Vec<PathBuf>> {
    let mut others = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_copy =
            name.to_str().and_then(|name| name.strip_suffix(COPY)?.parse::<InfoHash>().ok()).is_some();
        let told = entry.metadata()?;
        if is_copy && told.is_file() && !kept.contains(&entry.path()) {
            // Holes are no bytes: a copy that was begun holds less than its length.
            others.push((told.modified()?, entry.path(), told.blocks() * 512));
        }
    }
    others.sort();
    let mut there: u64 = others.iter().map(|(_, _, bytes)| bytes).sum();
    let mut removed = Vec::new();
    for (_, path, bytes) in others {
        if there <= left {
            break;
        }
        fs::remove_file(&path)?;
        there -= bytes;
        removed.push(path);
    }
    Ok(removed)
}

fn open_port(
    options: &Options,
    desks: HashMap<InfoHash, mpsc::Sender<String>>,
    stun: Option<SocketAddr>,
) -> Result<(Port, std::thread::JoinHandle<()>), MirrorError> {
    let places = place::bind(&[options.listen], &[])
        .map_err(|(address, source)| MirrorError::Listen { address, source })?;
    let crypto = Arc::new(certificate::crypto());
    let certificate = certificate::of(&options.folder.join("seed.pem"), &crypto)?;
    let addresses = places.iter().flat_map(place::Place::addresses).collect();
    // Behind a home's router we have to look for ways ourselves.
    let making = Making { crypto, certificate, addresses, reflexive: None, is_lite: false };
    let rate = options.upload_bytes_per_second;
    let limits = Limits { peers_max: PEERS_MAX, rate_max: rate, peer_rate_max: rate };
    let (clock, figures) = (Clock::default(), Arc::new(Figures::default()));
    let hub = Hub::new(making, limits, clock.clone(), Dice, figures.clone());
    let seeder = Seeder::new(hub, Dice, figures.clone());
    let surroundings =
        Surroundings { find: Arc::new(|_| None), tell: Box::new(move |told| tell(&desks, told)), stun };
    // Nobody asks a mirror for their address.
    let places = Places { peers: places, ears: Vec::new() };
    Ok(socket::start(places, seeder, Stay::Always, surroundings, clock, figures)?)
}

fn tell(desks: &HashMap<InfoHash, mpsc::Sender<String>>, told: Told) {
    let mut text = String::new();
    let info_hash = match told {
        Told::Announce { info_hash, me, event, offers } => {
            let written: Vec<_> =
                offers.iter().map(|(offer_id, sdp)| (*offer_id, Description::offer(sdp))).collect();
            let offers = written.iter().filter_map(|(offer_id, json)| {
                Some(Offer { offer_id: *offer_id, description: Description::parse(json)? })
            });
            let offers = offers.collect();
            let announce = Announce { info_hash, peer_id: me, event, is_complete: false, offers };
            FromClient::Announce(announce).encode(&mut text);
            info_hash
        }
        Told::Answer { info_hash, me, to, offer_id, description } => {
            let json = Description::answer(&description);
            let Some(description) = Description::parse(&json) else { return };
            FromClient::Answer(Answer { info_hash, peer_id: me, to, offer_id, description })
                .encode(&mut text);
            info_hash
        }
    };
    if let Some(desk) = desks.get(&info_hash) {
        // A tracker that does not listen hears nothing; the next announce makes up for it.
        let _ = desk.try_send(text);
    }
}

fn file_of(folder: &Path, info_hash: InfoHash) -> PathBuf {
    folder.join(format!("{info_hash}{COPY}"))
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Why a stream is not kept whole.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error("the disk failed")]
    Disk(#[from] io::Error),
}

/// Fetches what is missing of a stream, and shares each segment once its digest is right. How many are here.
async fn keep(origin: &mut Origin, copy: &Copy, path: &Path, port: &Port) -> Result<usize, KeepError> {
    let file = Arc::new(open(path)?);
    let mut kept: Vec<Segment> = Vec::new();
    let mut told = 0;
    for segment in &copy.segments {
        let holding = Holding::new(file.try_clone()?, Vec::new());
        let wanted = *segment;
        let is_here = blocking(move || holding.is_right(&wanted).unwrap_or(false)).await;
        if is_here || fetch(origin, copy, segment, &file).await? {
            kept.push(*segment);
        }
        let is_last = copy.segments.last() == Some(segment);
        if told + SEGMENTS_AT_ONCE <= kept.len() || (is_last && told < kept.len()) {
            told = kept.len();
            port.ask_surely(Request::Hold(copy.info_hash, Holding::new(file.try_clone()?, kept.clone())))
                .await;
        }
    }
    Ok(kept.len())
}

async fn fetch(
    origin: &mut Origin,
    copy: &Copy,
    segment: &Segment,
    file: &Arc<File>,
) -> Result<bool, KeepError> {
    let bytes = match origin.range(&copy.url, segment.range).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(segment = segment.id.0, error = %causes(&error), "a segment was not got");
            return Ok(false);
        }
    };
    let (file, segment) = (file.clone(), *segment);
    let is_kept = blocking(move || {
        let is_right = Digest(Sha256::digest(&bytes).into()) == segment.digest;
        if is_right {
            file.write_all_at(&bytes, segment.range.offset())?;
        } else {
            tracing::warn!(segment = segment.id.0, "a segment is not what its digest says, and is not kept");
        }
        io::Result::Ok(is_right)
    });
    Ok(is_kept.await?)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

/// What an instance says of itself, as far as we need it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Config {
    webrtc: WebRtc,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WebRtc {
    stun_servers: Vec<String>,
}

/// Who tells us the address that a router gives us; the first that an instance names.
async fn stun_server(origin: &mut Origin, addresses: &[Address]) -> Option<SocketAddr> {
    for address in addresses {
        let Ok(text) = origin.text(&format!("{}/api/v1/config", address.instance), CONFIG_BYTES_MAX).await
        else {
            continue;
        };
        let config: Config = serde_json::from_str(&text).unwrap_or_default();
        for server in config.webrtc.stun_servers {
            let Some(host) = server.strip_prefix("stun:") else { continue };
            let host = if host.contains(':') { host.to_owned() } else { format!("{host}:3478") };
            let mut found = match tokio::net::lookup_host(host).await {
                Ok(found) => found.filter(SocketAddr::is_ipv4),
                Err(_) => continue,
            };
            if let Some(found) = found.next() {
                return Some(found);
            }
        }
    }
    None
}

/// An error with its causes, in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_other_videos_make_room_oldest_first_and_nothing_else_does() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path();
        let copy = |number: u8, age: u64| {
            let path = file_of(folder, InfoHash([number; 20]));
            fs::write(&path, vec![1; 8192]).unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            let then = std::time::SystemTime::now() - std::time::Duration::from_secs(age);
            file.set_modified(then).unwrap();
            path
        };
        let (oldest, kept, older, young) = (copy(1, 400), copy(2, 300), copy(3, 200), copy(4, 100));
        let others = [folder.join("seed.pem"), folder.join("holiday.mp4")];
        others.iter().for_each(|path| fs::write(path, vec![1; 8192]).unwrap());
        let keep = HashSet::from([kept.clone()]);
        let nothing: Vec<PathBuf> = Vec::new();
        assert_eq!(make_room(folder, &keep, 24_576).unwrap(), nothing);
        assert_eq!(make_room(folder, &keep, 10_000).unwrap(), [oldest, older]);
        assert_eq!(make_room(folder, &keep, 0).unwrap(), std::slice::from_ref(&young));
        assert!(kept.exists() && others.iter().all(|path| path.exists()));
    }
}
