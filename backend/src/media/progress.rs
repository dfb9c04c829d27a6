//! How far ffmpeg is, from what `-progress` writes.
//!
//! Owns the reading of its lines, whatever pieces they arrive in. The surprise is the unit: `out_time_ms` is in
//! microseconds, too, so only `out_time_us` is read.

use std::time::Duration;

/// No line of ffmpeg's is longer; what follows in a longer one is dropped.
const LINE_BYTES_MAX: usize = 1024;

/// Reads the lines.
#[derive(Debug, Default)]
pub struct Progress {
    line: Vec<u8>,
}

impl Progress {
    /// Takes the next piece. Gives how much media has been written by now, if the piece says so.
    pub fn read(&mut self, piece: &[u8]) -> Option<Duration> {
        let mut latest = None;
        for &byte in piece {
            if byte == b'\n' {
                latest = parse(&self.line).or(latest);
                self.line.clear();
            } else if self.line.len() < LINE_BYTES_MAX {
                self.line.push(byte);
            }
        }
        latest
    }
}

/// `out_time_us=1234567`. Before the first frame it is `N/A` or far below zero.
fn parse(line: &[u8]) -> Option<Duration> {
    let value = std::str::from_utf8(line).ok()?.strip_prefix("out_time_us=")?;
    value.trim().parse().ok().map(Duration::from_micros)
}

/// How many of a hundred parts are done. Never all of them: that is said when the process has ended well.
#[must_use]
pub fn percent(done: Duration, all: Duration) -> u8 {
    if all.is_zero() {
        return 0;
    }
    let hundredths = done.as_millis().saturating_mul(100) / all.as_millis().max(1);
    u8::try_from(hundredths.min(99)).unwrap_or(99)
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = "frame=120\nfps=59.20\nbitrate=N/A\nout_time_us=4000000\nout_time_ms=4000000\n\
                          out_time=00:00:04.000000\ndup_frames=0\nspeed=2x\nprogress=continue\n\
                          frame=240\nout_time_us=8000000\nprogress=continue\n";

    #[test]
    fn the_latest_time_of_a_piece_counts() {
        assert_eq!(Progress::default().read(REPORT.as_bytes()), Some(Duration::from_secs(8)));
    }

    #[test]
    fn lines_may_come_in_any_pieces() {
        for size in 1..40 {
            let mut progress = Progress::default();
            let times: Vec<_> =
                REPORT.as_bytes().chunks(size).filter_map(|piece| progress.read(piece)).collect();
            assert_eq!(times.last(), Some(&Duration::from_secs(8)), "pieces of {size}");
        }
    }

    #[test]
    fn what_is_no_time_is_passed_over() {
        let mut progress = Progress::default();
        for line in
            ["out_time_us=N/A\n", "out_time_us=-9223372036854775808\n", "\u{fffd}\n", "\n", "speed=1x\n"]
        {
            assert_eq!(progress.read(line.as_bytes()), None, "{line:?}");
        }
        assert_eq!(progress.read(&vec![b'x'; 1_000_000]), None);
        assert!(progress.line.len() <= LINE_BYTES_MAX);
        assert_eq!(progress.read(b"\nout_time_us=5\n"), Some(Duration::from_micros(5)));
    }

    #[test]
    fn a_hundred_percent_is_never_reported_early() {
        let seconds = Duration::from_secs;
        assert_eq!(percent(seconds(0), seconds(60)), 0);
        assert_eq!(percent(seconds(15), seconds(60)), 25);
        assert_eq!(percent(seconds(600), seconds(60)), 99);
        assert_eq!(percent(seconds(5), seconds(0)), 0);
    }
}
