//! What a search asks of a video beside what every list may ask: when it was published, how long it is, which one it is.

use shared::id::{Uuid, VideoRef};
use shared::time::Timestamp;

use super::list::Listed;
use crate::domain::wrong::Wrong;

/// More than any page shows.
const UUIDS_MAX: usize = 100;

/// Bounds of a search. What is not said bounds nothing.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// Published not before.
    pub published_from: Option<Timestamp>,
    /// Published not after.
    pub published_to: Option<Timestamp>,
    /// First appeared elsewhere not before.
    pub originally_from: Option<Timestamp>,
    /// First appeared elsewhere not after.
    pub originally_to: Option<Timestamp>,
    /// Seconds at least.
    pub duration_min: Option<u64>,
    /// Seconds at most.
    pub duration_max: Option<u64>,
    /// One of these; none for all.
    pub uuids: Option<Vec<Uuid>>,
    /// Published at this host.
    pub host: Option<String>,
}

impl Span {
    /// Reads the parameters of a search.
    ///
    /// # Errors
    /// Every wrong one.
    pub fn read(pairs: &[(String, String)]) -> Result<Span, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let value = |name: &str| {
            let mut values = pairs.iter().rev().filter(|(given, _)| given == name);
            values.next().map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let mut date = |name: &str, what: &str| {
            let value = value(name)?;
            let date = value.parse().ok();
            if date.is_none() {
                let message = format!("Should have {what} date that conforms to ISO 8601");
                wrongs.push(Wrong::query(name, Some(value), message));
            }
            date
        };
        let published_from = date("startDate", "a start");
        let published_to = date("endDate", "an end");
        let originally_from = date("originallyPublishedStartDate", "a published start");
        let originally_to = date("originallyPublishedEndDate", "a published end");
        let mut number = |name: &str| {
            let value = value(name)?;
            let number = value.parse().ok();
            if number.is_none() {
                wrongs.push(Wrong::query(name, Some(value), "Should be a whole number of seconds"));
            }
            number
        };
        let (duration_min, duration_max) = (number("durationMin"), number("durationMax"));
        let sent: Vec<&str> = pairs
            .iter()
            .filter(|(name, _)| name == "uuids" || name.starts_with("uuids["))
            .map(|(_, value)| value.as_str())
            .collect();
        let read: Vec<Uuid> = sent
            .iter()
            .filter_map(|text| match text.parse() {
                Ok(VideoRef::Uuid(uuid)) => Some(uuid),
                Ok(VideoRef::Id(_)) | Err(_) => None,
            })
            .collect();
        if read.len() < sent.len() || UUIDS_MAX < sent.len() {
            wrongs.push(Wrong::query("uuids", None, format!("Should have at most {UUIDS_MAX} uuids")));
        }
        let uuids = (!sent.is_empty()).then_some(read);
        let host = value("host").map(str::to_lowercase);
        let span = Span {
            published_from,
            published_to,
            originally_from,
            originally_to,
            duration_min,
            duration_max,
            uuids,
            host,
        };
        if wrongs.is_empty() { Ok(span) } else { Err(wrongs) }
    }

    /// Whether a video of this host is within.
    #[must_use]
    pub fn holds(&self, row: &Listed, host: &str) -> bool {
        let video = &row.video;
        let seconds = video.facts.as_ref().map_or(0, |facts| (facts.duration_ms + 500) / 1000);
        let within = |date: Option<Timestamp>, from: Option<Timestamp>, to: Option<Timestamp>| {
            from.is_none_or(|from| date.is_some_and(|date| from <= date))
                && to.is_none_or(|to| date.is_some_and(|date| date <= to))
        };
        within(Some(video.published_at), self.published_from, self.published_to)
            && within(video.originally_published_at, self.originally_from, self.originally_to)
            && self.duration_min.is_none_or(|min| min <= seconds)
            && self.duration_max.is_none_or(|max| seconds <= max)
            && self.uuids.as_ref().is_none_or(|uuids| uuids.contains(&video.uuid))
            && self.host.as_ref().is_none_or(|asked| asked == video.host().unwrap_or(host))
    }
}
