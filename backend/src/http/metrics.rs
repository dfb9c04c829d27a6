//! `/metrics`: what the tracker, the instance's own peer and players do, in Prometheus' text format 0.0.4.
//!
//! Owns the names. Behind a right: who administrates, or a program that shows the setting `metrics.token`. Nothing here
//! names a video, an address or a person.

use std::fmt::Write as _;

use super::extract::Ask;
use super::problem::Failure;
use super::respond::{Outcome, text_of};
use crate::domain::delivery::Figures as Told;
use crate::domain::right::Right;
use crate::playback::PlaybackReport;
use crate::seed::Snapshot;
use crate::tracker::Figures;

/// `GET /metrics`
pub async fn metrics(ask: Ask) -> Outcome {
    let config = ask.app.config();
    if !ask.shows(config.metrics.token.as_deref()) && !ask.person().await?.has(Right::ManageDebug) {
        return Err(Failure::forbidden("Only administrators may read these numbers"));
    }
    // A tracker that never started, or has stopped, does nothing.
    let tracker = ask.app.tracker().figures().await.unwrap_or_default();
    let seed = ask.app.seed().map(crate::seed::Port::figures);
    let playback = ask.app.playback().sums();
    let told = ask.app.deliveries().figures();
    Ok(text_of("text/plain; version=0.0.4; charset=utf-8", write(&tracker, seed.as_ref(), playback, told)))
}

/// What kind of number it is.
#[derive(Clone, Copy)]
enum Kind {
    /// Of this moment.
    Gauge,
    /// Since the start.
    Counter,
}

fn write(
    tracker: &Figures,
    seed: Option<&Snapshot>,
    (reports, playback): (u64, PlaybackReport),
    told: Told,
) -> String {
    use Kind::{Counter, Gauge};
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let mut rows = vec![
        ("shoal_tracker_sockets", Gauge, "Open connections of viewers and seeders.", count(tracker.sockets)),
        ("shoal_tracker_swarms", Gauge, "Swarms with somebody in them.", count(tracker.swarms)),
        ("shoal_tracker_peers", Gauge, "Members of swarms over WebSockets.", count(tracker.members)),
        ("shoal_tracker_announces_total", Counter, "Announces taken.", tracker.announces),
        ("shoal_tracker_offers_total", Counter, "Offers passed on.", tracker.offers),
        ("shoal_tracker_answers_total", Counter, "Answers passed on.", tracker.answers),
        ("shoal_tracker_rejected_total", Counter, "Messages refused.", tracker.refused),
        ("shoal_tracker_received_bytes_total", Counter, "Bytes read from clients.", tracker.bytes_in),
        ("shoal_tracker_sent_bytes_total", Counter, "Bytes written to clients.", tracker.bytes_out),
    ];
    if let Some(seed) = seed {
        rows.extend([
            ("shoal_seed_peers", Gauge, "Open connections of the instance's own peer.", seed.peers),
            ("shoal_seed_swarms", Gauge, "Swarms it is in.", seed.swarms),
            ("shoal_seed_peers_total", Counter, "Connections that were ever open.", seed.peers_total),
            ("shoal_seed_sent_bytes_total", Counter, "Bytes of segments sent.", seed.bytes_sent),
            (
                "shoal_seed_rejected_total",
                Counter,
                "Offers without a seat or of no use, and peers sent away.",
                seed.rejected,
            ),
            ("shoal_seed_addresses_told_total", Counter, "STUN answers to strangers.", seed.addresses_told),
        ]);
    }
    rows.extend([
        ("shoal_playback_reports_total", Counter, "Reports of players.", reports),
        ("shoal_playback_stalls_total", Counter, "Times they waited for bytes.", playback.stalls),
        ("shoal_playback_errors_total", Counter, "Times something went wrong in them.", playback.errors),
        (
            "shoal_playback_resolution_changes_total",
            Counter,
            "Times they changed to another quality.",
            playback.changes,
        ),
        (
            "shoal_playback_http_bytes_total",
            Counter,
            "Bytes they had from servers, as they say.",
            playback.http_bytes,
        ),
        (
            "shoal_playback_peer_received_bytes_total",
            Counter,
            "Bytes they had from each other, as they say.",
            playback.peer_bytes_in,
        ),
        (
            "shoal_playback_peer_sent_bytes_total",
            Counter,
            "Bytes they sent to each other, as they say.",
            playback.peer_bytes_out,
        ),
    ]);
    rows.extend([
        ("shoal_deliveries_servers", Gauge, "Other servers that are being told something.", told.telling),
        ("shoal_deliveries_taken_total", Counter, "Activities that other servers took.", told.taken),
        ("shoal_deliveries_refused_total", Counter, "Activities that they did not want.", told.refused),
        ("shoal_deliveries_put_off_total", Counter, "Tries that are made again.", told.put_off),
        ("shoal_deliveries_moot_total", Counter, "Activities that were not true any more.", told.moot),
    ]);
    let mut out = String::new();
    for (name, kind, help, value) in rows {
        let kind = match kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn each_number_has_its_help_and_its_kind() {
        let seed = Snapshot { peers: 2, bytes_sent: 7, ..Snapshot::default() };
        let none = (0, PlaybackReport::default());
        let text = write(
            &Figures { sockets: 3, refused: 1, ..Figures::default() },
            Some(&seed),
            none,
            Told::default(),
        );
        let of = |name: &str| text.lines().filter(|line| line.contains(name)).collect::<Vec<_>>().join("\n");
        expect![[r#"
            # HELP shoal_tracker_sockets Open connections of viewers and seeders.
            # TYPE shoal_tracker_sockets gauge
            shoal_tracker_sockets 3"#]]
        .assert_eq(&of("shoal_tracker_sockets"));
        expect![[r#"
            # HELP shoal_seed_sent_bytes_total Bytes of segments sent.
            # TYPE shoal_seed_sent_bytes_total counter
            shoal_seed_sent_bytes_total 7"#]]
        .assert_eq(&of("shoal_seed_sent_bytes_total"));
        // One that does not take part has nothing to say of it.
        assert!(!write(&Figures::default(), None, none, Told::default()).contains("shoal_seed"));
    }
}
