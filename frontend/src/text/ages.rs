//! How long ago something was, in the one unit people would choose.

use shared::time::Timestamp;

/// A unit `Intl.RelativeTimeFormat` knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// The name `Intl` uses.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Second => "second",
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        }
    }
}

/// Whole units between `then` and `now`, negative for the past, as `Intl` wants them.
pub fn age(then: Timestamp, now: Timestamp) -> (i32, Unit) {
    const UNITS: [(i64, Unit); 6] = [
        (365 * 86_400, Unit::Year),
        (30 * 86_400, Unit::Month),
        (7 * 86_400, Unit::Week),
        (86_400, Unit::Day),
        (3600, Unit::Hour),
        (60, Unit::Minute),
    ];
    let seconds = then.0.saturating_sub(now.0) / 1000;
    let (length, unit) = UNITS
        .into_iter()
        .find(|(length, _)| *length <= seconds.saturating_abs())
        .unwrap_or((1, Unit::Second));
    (i32::try_from(seconds / length).unwrap_or(0), unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_use_the_unit_people_would() {
        let now = Timestamp(1_800_000_000_000);
        for (seconds_ago, expected) in [
            (0, (0, Unit::Second)),
            (59, (-59, Unit::Second)),
            (60, (-1, Unit::Minute)),
            (3 * 3600 + 5, (-3, Unit::Hour)),
            (6 * 86_400, (-6, Unit::Day)),
            (13 * 86_400, (-1, Unit::Week)),
            (45 * 86_400, (-1, Unit::Month)),
            (800 * 86_400, (-2, Unit::Year)),
            (-7200, (2, Unit::Hour)),
        ] {
            assert_eq!(age(Timestamp(now.0 - seconds_ago * 1000), now), expected, "{seconds_ago}");
        }
    }
}
