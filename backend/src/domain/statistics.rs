//! What the maker of a video learns of its viewers: sums, never persons.
//!
//! Owns what is kept of watching (totals, a curve of [`POINTS`] points, a row a day with its hours, families of programs
//! and machines) and how it becomes answers. Kept rows are bounded by the video's days, and go with it. What somebody
//! watched is never written: only how much was watched in all.

use std::collections::BTreeMap;
use std::time::Duration;

use shared::api::{DayViews, Moment, OverallStats, Retained, Retention, TimeSeries, UsedBy, UserAgents};
use shared::id::{ChannelId, VideoId};
use shared::time::Timestamp;

use super::viewer::Person;
use crate::domain::video::edit::{EditError, own_video};
use crate::domain::views::{POINTS, Watch};
use crate::store::records::{Video, WatchDay, WatchHour, WatchTotal, WatchedWith};
use crate::store::tables::{
    ChannelViewDayKey, VideoKey, ViewDayKey, WatchDayKey, WatchDaysOf, WatchTotalKey,
};
use crate::store::{Read, StoreError, Write};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Longer spans are told in days, which fill a plot as wide as a page.
const HOURLY_MAX_MS: i64 = 7 * DAY_MS;
/// Longer spans are told in months of thirty days.
const DAILY_MAX_MS: i64 = 92 * DAY_MS;
/// The longest span that is told: twenty years.
const SPAN_MAX_MS: i64 = 20 * 366 * DAY_MS;

/// Days whose views are kept of a channel: PeerTube tells of the last thirty and the one that is not over.
pub const CHANNEL_DAYS: i64 = 31;

/// The views of a channel's last days, first day first; `today` is the first moment of the last.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn channel_days(
    read: &impl Read,
    channel: ChannelId,
    today: Timestamp,
) -> Result<Vec<DayViews>, StoreError> {
    let days = (0..CHANNEL_DAYS).rev().map(|ago| Timestamp(today.0 - ago * DAY_MS));
    days.map(|day| {
        let views = read.get(&ChannelViewDayKey { day, channel })?.unwrap_or(0);
        Ok(DayViews { date: day, views })
    })
    .collect()
}

/// What a series tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Metric {
    /// How many began to watch.
    Viewers,
    /// How many seconds were watched.
    WatchTime,
}

impl Metric {
    /// The metric of this name on the wire.
    #[must_use]
    pub fn parse(name: &str) -> Option<Metric> {
        match name {
            "viewers" => Some(Metric::Viewers),
            "aggregateWatchTime" => Some(Metric::WatchTime),
            _ => None,
        }
    }
}

/// From when to when something is told; an end that is not said is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    /// From here on.
    pub from: Option<Timestamp>,
    /// Up to here.
    pub to: Option<Timestamp>,
}

impl Span {
    /// Whether it ends after it begins, and is not longer than what is told.
    #[must_use]
    pub fn is_sensible(&self) -> bool {
        match (self.from, self.to) {
            (Some(from), Some(to)) => from <= to && to.0.saturating_sub(from.0) <= SPAN_MAX_MS,
            (_, None) | (None, _) => true,
        }
    }

    fn is_open(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether any of the hour that begins at `hour` is in it.
    fn touches(&self, hour: i64) -> bool {
        self.from.is_none_or(|from| from.0 < hour + HOUR_MS) && self.to.is_none_or(|to| hour <= to.0)
    }
}

/// Counts views of a video, in all and on the day. A video that was removed meanwhile takes its views along.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn count(write: &mut Write<'_>, now: Timestamp, video: VideoId, views: u64) -> Result<(), StoreError> {
    let key = VideoKey { video };
    let Some(mut record) = write.get(&key)? else { return Ok(()) };
    record.views = record.views.saturating_add(views);
    write.insert(&key, &record)?;
    let day = Timestamp(now.0.div_euclid(DAY_MS) * DAY_MS);
    let key = ViewDayKey { day, video };
    let so_far = write.get(&key)?.unwrap_or(0);
    write.insert(&key, &so_far.saturating_add(views))?;
    let key = ChannelViewDayKey { day, channel: record.channel };
    let so_far = write.get(&key)?.unwrap_or(0);
    write.insert(&key, &so_far.saturating_add(views))
}

/// Adds what was watched since the last time. A video that was removed meanwhile takes it along.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn add(write: &mut Write<'_>, now: Timestamp, video: VideoId, watch: &Watch) -> Result<(), StoreError> {
    let key = WatchTotalKey { video };
    let mut total = write.get(&key)?.unwrap_or_default();
    total.seconds = total.seconds.saturating_add(watch.seconds());
    total.viewers = total.viewers.saturating_add(watch.viewers);
    total.reached.resize(POINTS, 0);
    for (sum, reached) in total.reached.iter_mut().zip(&watch.reached) {
        *sum = sum.saturating_add(u64::from(*reached));
    }
    if total.peak < watch.peak {
        (total.peak, total.peak_at) = (watch.peak, Some(now));
    }
    add_agents(&mut total.with, watch);
    write.insert(&key, &total)?;
    let day_ms = now.0.div_euclid(DAY_MS) * DAY_MS;
    let key = WatchDayKey { video, day: Timestamp(day_ms) };
    let mut day: WatchDay = write.get(&key)?.unwrap_or_default();
    let hour = u8::try_from((now.0 - day_ms) / HOUR_MS).unwrap_or(0);
    let of_hour = day.hours.entry(hour).or_default();
    of_hour.viewers = of_hour.viewers.saturating_add(watch.viewers);
    of_hour.seconds = of_hour.seconds.saturating_add(watch.seconds());
    if day.peak < watch.peak {
        (day.peak, day.peak_at) = (watch.peak, Some(now));
    }
    add_agents(&mut day.with, watch);
    write.insert(&key, &day)
}

fn add_agents(with: &mut WatchedWith, watch: &Watch) {
    for (agent, viewers) in &watch.with {
        for (sums, name) in [
            (&mut with.clients, agent.client),
            (&mut with.devices, agent.device),
            (&mut with.systems, agent.system),
        ] {
            if let Some(name) = name {
                let sum = sums.entry(name.to_owned()).or_default();
                *sum = sum.saturating_add(*viewers);
            }
        }
    }
}

/// Forgets all that was watched of a video. A row a day it was watched, so years are a thousand.
///
/// # Errors
/// [`StoreError`] when the disk fails or a row is damaged.
pub fn forget(write: &mut Write<'_>, video: VideoId) -> Result<(), StoreError> {
    write.remove(&WatchTotalKey { video });
    let days: Vec<WatchDayKey> =
        write.scan(&WatchDaysOf(video)).map(|row| row.map(|(key, _)| key)).collect::<Result<_, _>>()?;
    days.iter().for_each(|key| write.remove(key));
    Ok(())
}

/// The sums of a video, for whoever may change it.
///
/// # Errors
/// [`EditError`].
pub fn overall(
    read: &impl Read,
    who: &Person,
    video: VideoId,
    span: Span,
) -> Result<OverallStats, EditError> {
    own_video(read, video, who)?;
    let mut sum = WatchTotal::default();
    if span.is_open() {
        sum = read.get(&WatchTotalKey { video })?.unwrap_or_default();
    } else {
        for row in read.scan(&WatchDaysOf(video)) {
            let (key, day) = row?;
            let mut touched = false;
            for (hour, watched) in &day.hours {
                if span.touches(key.day.0 + i64::from(*hour) * HOUR_MS) {
                    touched = true;
                    sum.viewers = sum.viewers.saturating_add(watched.viewers);
                    sum.seconds = sum.seconds.saturating_add(watched.seconds);
                }
            }
            if touched && sum.peak < day.peak {
                (sum.peak, sum.peak_at) = (day.peak, day.peak_at);
            }
        }
    }
    Ok(OverallStats {
        total_watch_time: sum.seconds,
        average_watch_time: sum.seconds.checked_div(sum.viewers).unwrap_or(0),
        total_viewers: sum.viewers,
        viewers_peak: sum.peak,
        viewers_peak_date: sum.peak_at,
        countries: Vec::new(),
        subdivisions: Vec::new(),
    })
}

/// What a video was watched with, for whoever may change it. A span is told in whole days.
///
/// # Errors
/// [`EditError`].
pub fn agents(read: &impl Read, who: &Person, video: VideoId, span: Span) -> Result<UserAgents, EditError> {
    own_video(read, video, who)?;
    let mut sum = WatchedWith::default();
    if span.is_open() {
        sum = read.get(&WatchTotalKey { video })?.unwrap_or_default().with;
    } else {
        for row in read.scan(&WatchDaysOf(video)) {
            let (key, day) = row?;
            if (0..24).any(|hour| span.touches(key.day.0 + hour * HOUR_MS)) {
                for (sums, more) in [
                    (&mut sum.clients, day.with.clients),
                    (&mut sum.devices, day.with.devices),
                    (&mut sum.systems, day.with.systems),
                ] {
                    for (name, viewers) in more {
                        let sum = sums.entry(name).or_default();
                        *sum = sum.saturating_add(viewers);
                    }
                }
            }
        }
    }
    let told = |sums: BTreeMap<String, u64>| {
        let mut told: Vec<_> = sums.into_iter().map(|(name, viewers)| UsedBy { name, viewers }).collect();
        told.sort_by_key(|used| std::cmp::Reverse(used.viewers));
        told
    };
    Ok(UserAgents {
        clients: told(sum.clients),
        devices: told(sum.devices),
        operating_systems: told(sum.systems),
    })
}

/// How much of a video its viewers watched, for whoever may change it.
///
/// # Errors
/// [`EditError`].
pub fn retention(read: &impl Read, who: &Person, video: VideoId) -> Result<Retention, EditError> {
    let (video, _) = own_video(read, video, who)?;
    let total = read.get(&WatchTotalKey { video: video.id })?.unwrap_or_default();
    Ok(Retention { data: curve(&video, &total) })
}

/// A point a second of a short video, and [`POINTS`] of a longer one.
fn curve(video: &Video, total: &WatchTotal) -> Vec<Retained> {
    let seconds = video.facts.as_ref().map_or(0, |facts| facts.duration_ms.div_ceil(1000));
    let points = seconds.min(POINTS as u64);
    let percent = |point: u64| {
        let at = usize::try_from(point * POINTS as u64 / points.max(1)).unwrap_or(0);
        let reached = total.reached.get(at).copied().unwrap_or(0);
        reached.saturating_mul(100).checked_div(total.viewers).unwrap_or(0).min(100)
    };
    (0..points)
        .map(|point| Retained { second: point * seconds / points.max(1), retention_percent: percent(point) })
        .collect()
}

/// What was watched from hour to hour, day to day or month to month, for whoever may change the video.
///
/// # Errors
/// [`EditError`].
pub fn series(
    read: &impl Read,
    now: Timestamp,
    who: &Person,
    video: VideoId,
    metric: Metric,
    span: Span,
) -> Result<TimeSeries, EditError> {
    let (record, _) = own_video(read, video, who)?;
    let to = span.to.unwrap_or(now);
    let from = span.from.unwrap_or(record.published_at).min(to);
    let length = to.0.saturating_sub(from.0);
    let (interval, name) = if length <= HOURLY_MAX_MS {
        (HOUR_MS, "1 hour")
    } else if length <= DAILY_MAX_MS {
        (DAY_MS, "1 day")
    } else {
        (30 * DAY_MS, "1 month")
    };
    let from = Timestamp(from.0.max(to.0.saturating_sub(SPAN_MAX_MS)));
    let begin = |time: i64| time.div_euclid(interval) * interval;
    let mut points: BTreeMap<i64, u64> = BTreeMap::new();
    let mut at = begin(from.0);
    while at <= to.0 {
        points.insert(at, 0);
        at += interval;
    }
    for row in read.scan(&WatchDaysOf(video)) {
        let (key, day) = row?;
        for (hour, watched) in &day.hours {
            let time = key.day.0 + i64::from(*hour) * HOUR_MS;
            if let Some(point) = points.get_mut(&begin(time)) {
                *point = point.saturating_add(of(metric, watched));
            }
        }
    }
    let moment = |(date, value)| Moment { date: Timestamp(date), value };
    Ok(TimeSeries { group_interval: name.to_owned(), data: points.into_iter().map(moment).collect() })
}

fn of(metric: Metric, hour: &WatchHour) -> u64 {
    match metric {
        Metric::Viewers => hour.viewers,
        Metric::WatchTime => hour.seconds,
    }
}

/// How long a viewer can have watched who was last heard of `silence` ago: twice as long at twice the speed, and one
/// report late. What somebody says beyond that is a jump, or made up.
#[must_use]
pub fn believable(said: Duration, silence: Duration) -> Duration {
    said.min(silence * 2 + Duration::from_secs(5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::video::tests::video;

    #[test]
    fn a_curve_has_a_point_a_second_or_a_hundred() {
        let mut film = video(1);
        let mut total = WatchTotal { viewers: 4, reached: vec![4; POINTS], ..WatchTotal::default() };
        total.reached[50..].fill(1);
        let ends = |film: &Video| {
            let curve = curve(film, &total);
            let last = curve.last().unwrap();
            (curve.len(), curve[0].retention_percent, last.second, last.retention_percent)
        };
        assert_eq!(ends(&film), (12, 100, 11, 25));
        film.facts.as_mut().unwrap().duration_ms = 3_600_000;
        assert_eq!(ends(&film), (POINTS, 100, 3564, 25));
        film.facts = None;
        assert!(curve(&film, &total).is_empty());
    }

    #[test]
    fn a_span_touches_the_hours_it_cuts() {
        let span = Span { from: Some(Timestamp(HOUR_MS + 1)), to: Some(Timestamp(3 * HOUR_MS)) };
        assert_eq!(
            [0, 1, 2, 3, 4].map(|hour| span.touches(hour * HOUR_MS)),
            [false, true, true, true, false]
        );
        assert!(span.is_sensible() && Span::default().is_sensible());
        assert!(!Span { from: Some(Timestamp(2)), to: Some(Timestamp(1)) }.is_sensible());
    }

    #[test]
    fn nobody_watches_an_hour_in_a_minute() {
        let seconds = Duration::from_secs;
        assert_eq!(believable(seconds(5), seconds(5)), seconds(5));
        assert_eq!(believable(seconds(3600), seconds(60)), seconds(125));
    }
}
