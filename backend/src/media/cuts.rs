//! Where segments begin.
//!
//! Owns the choice among the places where they may. Pure. The surprise is that the first rendition chooses and the
//! others follow, so that a player changes between them at any segment without a seam.

use std::time::Duration;

/// How long a segment should be. Shorter ones cost requests, longer ones cost the first picture and each change of
/// quality.
pub const SEGMENT_TARGET: Duration = Duration::from_secs(4);
/// How long a segment may be. x264 left alone sets a key frame every 250 frames, which is 10.4 s of film; such files
/// are worth more at once, in long segments, than later, in short ones.
pub const SEGMENT_MAX: Duration = Duration::from_millis(10_500);
/// Most segments of a rendition: above, segments grow. Their times have to fit into one argument of ffmpeg.
pub const CUTS_MAX: u32 = 11_000;
/// A last segment shorter than this is added to the one before.
const TAIL_MIN: Duration = Duration::from_secs(1);
/// How far a rendition's key frame may lie from the cut it was made for: a few frames of a slow video.
const CUT_TOLERANCE: Duration = Duration::from_millis(110);

/// Key frames lie so far apart that a segment would last this long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("key frames lie {0:?} apart")]
pub struct TooFarApart(pub Duration);

/// How long segments of a file of this length should be.
#[must_use]
pub fn target(length: Duration) -> Duration {
    SEGMENT_TARGET.max(length / CUTS_MAX)
}

/// Chooses which of the `starts`, in order, begin a segment: those that make segments as near to the target as may be.
/// The first always does.
///
/// # Errors
/// [`TooFarApart`] when a segment would be longer than [`SEGMENT_MAX`].
pub fn choose(starts: &[Duration], end: Duration) -> Result<Vec<Duration>, TooFarApart> {
    let target = target(end);
    // The short segments of a choice are on average longer than half the target.
    let may_be_short = end / CUTS_MAX * 2 <= target;
    let Some((&first, rest)) = starts.split_first() else {
        return Ok(Vec::new());
    };
    let mut cuts = vec![first];
    let mut last = first;
    let mut before: Option<Duration> = None;
    // The end is a place as good as any, but no segment begins there.
    for &start in rest.iter().chain(std::iter::once(&end)) {
        let mut length = start.saturating_sub(last);
        if let Some(earlier) = before.take_if(|_| target <= length) {
            // One of the two is too early and one too late; a tie is for the longer.
            let short = earlier.saturating_sub(last);
            let is_nearer = target.saturating_sub(short) < length.saturating_sub(target);
            if SEGMENT_MAX.max(target * 2) < length || (is_nearer && may_be_short && TAIL_MIN <= short) {
                cuts.push(earlier);
                last = earlier;
                length = start.saturating_sub(last);
            }
        }
        if length < target {
            before = Some(start);
        } else if start < end {
            cuts.push(start);
            last = start;
        }
    }
    let tail = end.saturating_sub(last);
    let before_last = cuts.iter().rev().nth(1).copied();
    if tail < TAIL_MIN && before_last.is_some_and(|before| end.saturating_sub(before) <= SEGMENT_MAX) {
        cuts.pop();
    }
    let longest = lengths(&cuts, end).max().unwrap_or_default();
    if SEGMENT_MAX.max(target * 2) < longest { Err(TooFarApart(longest)) } else { Ok(cuts) }
}

/// Looks through some stretches of a file for key frames too far apart: when each packet is shown, and whether it is a
/// key frame. Finding none proves nothing of the rest.
///
/// # Errors
/// [`TooFarApart`], by at least as much as was seen.
pub fn look_for_gaps(packets: impl IntoIterator<Item = (Duration, bool)>) -> Result<(), TooFarApart> {
    let mut key = None;
    let mut last = Duration::ZERO;
    for (at, is_key) in packets {
        // Another stretch begins.
        let is_jump = SEGMENT_MAX < at.abs_diff(last);
        last = at;
        if is_key || is_jump {
            key = is_key.then_some(at);
        }
        let gap = key.map_or(Duration::ZERO, |key: Duration| at.saturating_sub(key));
        if SEGMENT_MAX < gap {
            return Err(TooFarApart(gap));
        }
    }
    Ok(())
}

/// Whether a segment that began at `last` may end at `end`, where nothing is known yet of what follows. Key frames that
/// were asked for are where segments are wanted, but frames that come late may bring several at once.
#[must_use]
pub fn may_end(last: Duration, end: Duration) -> bool {
    earliest_after(last) <= end
}

/// No segment that is cut by [`may_end`] begins between `cut` and this.
#[must_use]
pub fn earliest_after(cut: Duration) -> Duration {
    cut.saturating_add(TAIL_MIN)
}

/// How long the segments between these cuts are. The first counts from zero, as a playlist does.
pub fn lengths(cuts: &[Duration], end: Duration) -> impl Iterator<Item = Duration> {
    let ends = cuts.iter().skip(1).copied().chain(std::iter::once(end));
    let starts = std::iter::once(Duration::ZERO).chain(cuts.iter().skip(1).copied());
    starts.zip(ends).take(cuts.len()).map(|(start, end)| end.saturating_sub(start))
}

/// For each cut, the one of the `starts` that was made for it. A cut nothing was made for has none, and its segment
/// belongs to the one before.
#[must_use]
pub fn follow(starts: &[Duration], cuts: &[Duration]) -> Vec<Duration> {
    let mut starts = starts.iter().copied().peekable();
    let mut found = Vec::with_capacity(cuts.len());
    for &cut in cuts {
        while starts.next_if(|start| *start + CUT_TOLERANCE < cut).is_some() {}
        // Several within reach: the nearest.
        let mut nearest: Option<Duration> = None;
        while let Some(start) = starts.next_if(|start| *start <= cut + CUT_TOLERANCE) {
            if nearest.is_none_or(|nearest| start.abs_diff(cut) < nearest.abs_diff(cut)) {
                nearest = Some(start);
            }
        }
        found.extend(nearest);
    }
    found
}

/// Where sound without pictures is cut.
#[must_use]
pub fn even(end: Duration) -> Vec<Duration> {
    let target = target(end);
    let mut cuts = vec![Duration::ZERO];
    let mut next = target;
    while next + TAIL_MIN <= end {
        cuts.push(next);
        next += target;
    }
    cuts
}

/// The cuts of sound that goes with pictures: theirs, and even ones behind their end.
#[must_use]
pub fn beside(cuts: &[Duration], end: Duration) -> Vec<Duration> {
    let target = target(end);
    let mut all: Vec<Duration> = cuts.iter().copied().take_while(|cut| *cut < end).collect();
    let mut next = all.last().copied().unwrap_or_default() + target;
    let pictures_end = cuts.len() == all.len();
    while pictures_end && next + SEGMENT_MAX < end {
        all.push(next);
        next += target;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(seconds: &[f64]) -> Vec<Duration> {
        seconds.iter().copied().map(Duration::from_secs_f64).collect()
    }

    fn chosen(starts: &[f64], end: f64) -> Result<Vec<f64>, TooFarApart> {
        let cuts = choose(&times(starts), Duration::from_secs_f64(end))?;
        Ok(cuts.iter().map(Duration::as_secs_f64).collect())
    }

    #[test]
    fn segments_come_as_near_to_the_target_as_key_frames_allow() {
        assert_eq!(chosen(&[0., 2., 4., 6., 8., 10.], 12.), Ok(vec![0., 4., 8.]));
        assert_eq!(chosen(&[0., 3., 6., 9.], 12.), Ok(vec![0., 3., 6., 9.]));
        assert_eq!(chosen(&[0., 2.5, 5., 7.5, 10.], 12.5), Ok(vec![0., 5., 10.]));
        assert_eq!(chosen(&[0., 3.9, 8.3], 12.), Ok(vec![0., 3.9, 8.3]));
        assert_eq!(chosen(&[0., 3.9, 4.4, 8.3], 12.), Ok(vec![0., 3.9, 8.3]));
        assert_eq!(chosen(&[0., 8.3, 16.6], 20.), Ok(vec![0., 8.3, 16.6]));
        assert_eq!(chosen(&[0., 4., 4.01, 14.], 18.), Ok(vec![0., 4., 14.]), "no segment of a blink");
    }

    #[test]
    fn short_files_are_one_segment() {
        assert_eq!(chosen(&[], 0.), Ok(vec![]));
        assert_eq!(chosen(&[0.], 0.033), Ok(vec![0.]));
        assert_eq!(chosen(&[0., 1., 2.], 3.), Ok(vec![0.]));
        assert_eq!(chosen(&[0.], 10.4), Ok(vec![0.]));
    }

    #[test]
    fn a_short_tail_is_added_to_the_segment_before() {
        assert_eq!(chosen(&[0., 4., 8.], 8.5), Ok(vec![0., 4.]));
        assert_eq!(chosen(&[0., 4., 8.], 9.), Ok(vec![0., 4., 8.]));
        assert_eq!(chosen(&[0., 10.4], 10.9), Ok(vec![0., 10.4]), "but not beyond the longest segment");
    }

    #[test]
    fn key_frames_too_far_apart_are_refused() {
        assert_eq!(chosen(&[0.], 30.), Err(TooFarApart(Duration::from_secs(30))));
        assert_eq!(chosen(&[0., 4., 15., 18.], 22.), Err(TooFarApart(Duration::from_secs(11))));
    }

    #[test]
    fn very_long_files_have_longer_segments_rather_than_more() {
        for (apart, length) in [(1., 120_000.), (3., 40_000.), (3., 22_000.), (2.1, 60_000.), (2.6, 22_000.)]
        {
            let starts: Vec<f64> =
                (0..).map(|n| f64::from(n) * apart).take_while(|start| *start < length).collect();
            let cuts = chosen(&starts, length).unwrap();
            assert!(cuts.len() <= CUTS_MAX as usize, "{} in {length} s", cuts.len());
        }
    }

    #[test]
    fn a_look_at_some_stretches_finds_what_is_too_far_apart() {
        let look = |packets: &[(f64, bool)]| {
            look_for_gaps(packets.iter().map(|(at, is_key)| (Duration::from_secs_f64(*at), *is_key)))
        };
        assert_eq!(look(&[]), Ok(()));
        assert_eq!(look(&[(0., true), (4., false), (8., true), (12., false)]), Ok(()));
        let gap = |seconds: f64| Err(TooFarApart(Duration::from_secs_f64(seconds)));
        assert_eq!(look(&[(0., true), (6., false), (11., false)]), gap(11.));
        // Frames are stored before those they are needed for, and the second stretch lies elsewhere.
        assert_eq!(look(&[(0., true), (0.2, false), (0.1, false), (500., true), (504., false)]), Ok(()));
        assert_eq!(look(&[(0., true), (1., false), (500., true), (506., false), (510.6, false)]), gap(10.6));
        assert_eq!(
            look(&[(500., false), (506., false), (511., false)]),
            Ok(()),
            "where a key frame is not seen"
        );
    }

    #[test]
    fn lengths_add_up_to_the_end() {
        let cuts = times(&[0.05, 4., 8.5]);
        let end = Duration::from_secs(11);
        let lengths: Vec<_> = lengths(&cuts, end).collect();
        assert_eq!(lengths, times(&[4., 4.5, 2.5]));
        assert_eq!(lengths.iter().sum::<Duration>(), end);
        assert_eq!(super::lengths(&[], end).count(), 0);
    }

    #[test]
    fn a_rendition_follows_another_one_s_cuts() {
        let cuts = times(&[0., 4., 8., 12.]);
        assert_eq!(follow(&times(&[0., 4.033, 7.98, 12.]), &cuts), times(&[0., 4.033, 7.98, 12.]));
        assert_eq!(follow(&times(&[0., 3.95, 4.01, 6., 8., 12.]), &cuts), times(&[0., 4.01, 8., 12.]));
        assert_eq!(follow(&times(&[0., 4., 12.]), &cuts), times(&[0., 4., 12.]), "one is missing");
        assert_eq!(follow(&times(&[0.]), &cuts), times(&[0.]));
    }

    #[test]
    fn sound_is_cut_evenly_or_where_the_pictures_are() {
        let end = Duration::from_secs_f64(12.5);
        assert_eq!(even(end), times(&[0., 4., 8.]));
        assert_eq!(even(Duration::from_millis(300)), times(&[0.]));
        assert_eq!(beside(&times(&[0., 5., 10.]), end), times(&[0., 5., 10.]));
        assert_eq!(beside(&times(&[0., 5., 10.]), Duration::from_secs(7)), times(&[0., 5.]));
        assert_eq!(beside(&times(&[0., 5.]), Duration::from_secs(22)), times(&[0., 5., 9.]));
    }

    #[test]
    fn no_choice_breaks_the_order_or_the_bounds() {
        let mut seed = 5u64;
        let mut roll = |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % sides
        };
        for _ in 0..5_000 {
            // Nearer than this a rendition could not tell one from the other.
            let apart = u64::try_from(CUT_TOLERANCE.as_millis()).unwrap() * 2;
            let mut starts = vec![Duration::from_millis(roll(90))];
            for _ in 0..roll(60) {
                let last = *starts.last().unwrap();
                starts.push(last + Duration::from_millis(apart + roll(10_500)));
            }
            let end = *starts.last().unwrap() + Duration::from_millis(1 + roll(5000));
            match choose(&starts, end) {
                Ok(cuts) => {
                    assert!(cuts.is_sorted() && cuts.iter().all(|cut| starts.contains(cut)));
                    assert!(lengths(&cuts, end).all(|length| length <= SEGMENT_MAX));
                    assert_eq!(lengths(&cuts, end).sum::<Duration>(), end);
                    assert_eq!(follow(&starts, &cuts), cuts);
                }
                Err(TooFarApart(length)) => assert!(SEGMENT_MAX < length),
            }
        }
    }
}
