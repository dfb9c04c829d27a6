//! `/metrics/playback`: what players tell of how watching went.

use shared::id::VideoRef;

use super::comment::too_many;
use super::extract::{Ask, Body};
use super::fields::Fields;
use super::respond::{Outcome, no_content};
use super::video::video_named;
use crate::federation::repair;
use crate::playback::PlaybackReport;
use crate::store::records::RepairTarget;

/// Eleven numbers and a name.
const REPORT_BYTES_MAX: usize = 4 * 1024;
/// What no player does between two reports, fifteen seconds apart.
pub(super) const TIMES_MAX: u64 = 10_000;
/// Fifteen seconds of ten gigabits.
pub(super) const BYTES_MAX: u64 = 20_000_000_000;
/// Lines of a picture that anybody makes.
pub(super) const RESOLUTION_MAX: u64 = 100_000;
/// Frames a second that anybody makes.
pub(super) const FPS_MAX: u64 = 1000;
/// More viewers than one meets at a time.
pub(super) const PEERS_MAX: u64 = 10_000;
/// The players that PeerTube knows.
pub(super) const PLAYERS: &[&str] = &["web-video", "p2p-media-loader", "webtorrent"];

/// `POST /api/v1/metrics/playback`
pub async fn report(ask: Ask, body: Body) -> Outcome {
    let mut fields = Fields::read(&ask, body, REPORT_BYTES_MAX).await?;
    let video = fields.word("videoId");
    let video = fields.required("videoId", video);
    let video: Option<VideoRef> = video.parse().ok();
    if video.is_none() && fields.has("videoId") {
        fields.wrong("videoId", "Should have a valid video id (id, short UUID or UUID)");
    }
    let player = fields.parsed("playerMode", "Should be one of the known players", |word| {
        PLAYERS.contains(&word).then_some(())
    });
    fields.required("playerMode", player);
    let with_peers = fields.truth("p2pEnabled");
    fields.required("p2pEnabled", with_peers);
    let resolution = fields.number("resolution", 0..=RESOLUTION_MAX);
    fields.required("resolution", resolution);
    fields.number("fps", 0..=FPS_MAX);
    fields.number("p2pPeers", 0..=PEERS_MAX);
    let mut needed = |path: &str, most: u64| {
        let number = fields.number(path, 0..=most);
        fields.required(path, number)
    };
    let report = PlaybackReport {
        errors: needed("errors", TIMES_MAX),
        changes: needed("resolutionChanges", TIMES_MAX),
        http_bytes: needed("downloadedBytesHTTP", BYTES_MAX),
        peer_bytes_in: needed("downloadedBytesP2P", BYTES_MAX),
        peer_bytes_out: needed("uploadedBytesP2P", BYTES_MAX),
        stalls: fields.number("bufferStalled", 0..=TIMES_MAX).unwrap_or(0),
    };
    fields.end()?;
    if let Err(wait) = ask.app.playback_pace(ask.address()) {
        return Ok(too_many(wait));
    }
    if let Some(video) = video {
        let entry = video_named(&ask.app, video)?;
        // A player names no address; that something went wrong is reason enough to ask where the files lie by now.
        if 0 < report.errors && entry.listed.video.remote.is_some() {
            repair::lost(&ask.app, RepairTarget::Video(entry.listed.video.id));
        }
    }
    ask.app.playback().add(report);
    Ok(no_content())
}
