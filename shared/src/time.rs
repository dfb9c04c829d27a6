//! Two times that never mix: [`Instant`] for spans, [`Timestamp`] for dates.
//!
//! Owns both types and the ISO 8601 text the REST API uses. Never asks what time it is: `now()` belongs to shells.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment on some monotonic clock, in microseconds since that clock's start.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Instant(pub u64);

impl Instant {
    /// The start of the clock.
    pub const ZERO: Instant = Instant(0);

    /// How long ago `earlier` was, zero if it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Instant) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl std::ops::Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, span: Duration) -> Instant {
        Instant(self.0.saturating_add(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
    }
}

/// A date in UTC, in milliseconds since 1970-01-01. On the wire: `2026-11-21T02:01:03.778Z`, always with
/// milliseconds and `Z`, since NewPipe's parser accepts nothing else.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(pub i64);

/// The text was not an ISO 8601 date we read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotADate;

impl fmt::Display for NotADate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an ISO 8601 date")
    }
}

impl std::error::Error for NotADate {}

const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// This date moved by `span` into the future.
    #[must_use]
    pub fn after(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long before this date `earlier` was, zero if it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Bytes that sort as dates do.
    #[must_use]
    pub fn to_be_bytes(self) -> [u8; 8] {
        (self.0 ^ i64::MIN).to_be_bytes()
    }

    /// The date whose [`Timestamp::to_be_bytes`] these are.
    #[must_use]
    pub fn from_be_bytes(bytes: [u8; 8]) -> Timestamp {
        Timestamp(i64::from_be_bytes(bytes) ^ i64::MIN)
    }

    /// Year, month (1–12) and day (1–31) in the proleptic Gregorian calendar.
    #[must_use]
    pub fn date(self) -> (i64, i64, i64) {
        // Days are counted from 0000-03-01, so that the leap day comes last in its year.
        let days = self.0.div_euclid(DAY_MS) + 719_468;
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }

    fn from_date(year: i64, month: i64, day: i64) -> i64 {
        let year = year - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        let ms = self.0.rem_euclid(DAY_MS);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", ms % 1000)
    }
}

impl FromStr for Timestamp {
    type Err = NotADate;

    /// Reads `YYYY-MM-DD`, optionally followed by `THH:MM[:SS[.fraction]]` and `Z` or `±HH:MM`.
    fn from_str(text: &str) -> Result<Timestamp, NotADate> {
        let number = |part: Option<&str>| -> Result<i64, NotADate> {
            let part = part.filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
            part.and_then(|part| part.parse().ok()).ok_or(NotADate)
        };
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, ""));
        let mut date = date.splitn(3, '-');
        let (year, month, day) = (number(date.next())?, number(date.next())?, number(date.next())?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) || 9999 < year {
            return Err(NotADate);
        }
        let days = Timestamp::from_date(year, month, day);
        if Timestamp(days * DAY_MS).date() != (year, month, day) {
            return Err(NotADate);
        }
        if time.is_empty() {
            return Ok(Timestamp(days * DAY_MS));
        }
        let (clock, offset_minutes) = match time.strip_suffix('Z') {
            Some(clock) => (clock, 0),
            None => match time.rfind(['+', '-']) {
                Some(at) => {
                    let (clock, offset) = time.split_at(at);
                    let sign = if offset.starts_with('-') { -1 } else { 1 };
                    let mut parts = offset.get(1..).unwrap_or("").splitn(2, ':');
                    let (hours, minutes) = (number(parts.next())?, number(parts.next())?);
                    if 23 < hours || 59 < minutes {
                        return Err(NotADate);
                    }
                    (clock, sign * (hours * 60 + minutes))
                }
                None => (time, 0),
            },
        };
        let mut parts = clock.splitn(3, ':');
        let (hour, minute) = (number(parts.next())?, number(parts.next())?);
        let (seconds, fraction) = match parts.next() {
            None => (0, 0),
            Some(seconds) => match seconds.split_once('.') {
                None => (number(Some(seconds))?, 0),
                Some((seconds, fraction)) => {
                    number(Some(fraction))?;
                    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
                    (number(Some(seconds))?, number(Some(&padded))?)
                }
            },
        };
        if 23 < hour || 59 < minute || 60 < seconds {
            return Err(NotADate);
        }
        let ms = ((hour * 60 + minute - offset_minutes) * 60 + seconds) * 1000 + fraction;
        Ok(Timestamp(days * DAY_MS + ms))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_as_peertube_writes_them() {
        for text in [
            "2026-11-21T02:01:03.778Z",
            "1970-01-01T00:00:00.000Z",
            "2024-02-29T23:59:59.999Z",
            "1969-12-31T23:59:59.999Z",
        ] {
            assert_eq!(text.parse::<Timestamp>().map(|date| date.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn looser_dates_are_read_too() {
        let expected = Ok(Timestamp(1_704_164_645_000));
        for text in [
            "2024-01-02T03:04:05Z",
            "2024-01-02T03:04:05.000Z",
            "2024-01-02 03:04:05",
            "2024-01-02T05:04:05+02:00",
        ] {
            assert_eq!(text.parse(), expected, "{text}");
        }
        assert_eq!(
            "2024-01-02".parse::<Timestamp>().map(|date| date.to_string()),
            Ok("2024-01-02T00:00:00.000Z".into())
        );
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "yesterday",
            "2023-02-29",
            "2024-13-01",
            "2024-01-02T24:00:00Z",
            "2024-01-02T03:04:05.Z",
            "-1-1-1",
            "2024-1-2T+:",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(NotADate), "{text}");
        }
    }

    #[test]
    fn key_bytes_sort_as_dates_do() {
        let dates = [-5, -1, 0, 1, 1_704_164_645_000];
        assert!(
            dates.windows(2).all(|pair| Timestamp(pair[0]).to_be_bytes() < Timestamp(pair[1]).to_be_bytes())
        );
    }
}
