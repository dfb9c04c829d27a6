//! Times and sizes as people read and hear them.
//!
//! Owns the short forms of the bar (`1:02:03`) and the spoken forms of screen readers. Never chooses a language:
//! the words come from [`Words`].

use crate::locale::{Words, fill};

/// Browsers count microseconds: twenty seconds may be 19.999999.
const HAIR: f64 = 0.001;

/// What a span of seconds is made of: hours, minutes, seconds. Anything that is no time counts as zero.
fn parts(seconds: f64) -> (u64, u64, u64) {
    let whole = whole(seconds + HAIR);
    (whole / 3600, whole / 60 % 60, whole % 60)
}

/// Whole seconds, zero for what is no time (`NaN` before metadata, infinity for a live stream).
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be finite and positive; the cast saturates"
)]
pub fn whole(seconds: f64) -> u64 {
    if seconds.is_finite() && 0.0 < seconds { seconds as u64 } else { 0 }
}

/// A number held between two others; the lower one for what is no number. (`f64::clamp` would bring the formatting of
/// floats along for its panic, 20 kB of it.)
pub fn within(number: f64, least: f64, most: f64) -> f64 {
    number.max(least).min(most)
}

/// A position as the bar shows it: `0:07`, `12:34`, `1:02:03`.
pub fn clock(seconds: f64) -> String {
    let (hours, minutes, seconds) = parts(seconds);
    if 0 < hours { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A position as a screen reader says it: `1 hour 2 minutes 3 seconds`.
pub fn spoken(seconds: f64, words: &Words) -> String {
    let (hours, minutes, seconds) = parts(seconds);
    let mut said = String::new();
    for (count, (one, many)) in [(hours, words.hours), (minutes, words.minutes), (seconds, words.seconds)] {
        let last_resort = said.is_empty() && one == words.seconds.0;
        if 0 < count || last_resort {
            if !said.is_empty() {
                said.push(' ');
            }
            said.push_str(&count.to_string());
            said.push(' ');
            said.push_str(if 1 == count { one } else { many });
        }
    }
    said
}

/// Where the scrub bar stands, in words: `7 seconds of 1 minute 30 seconds`.
pub fn spoken_position(time: f64, duration: f64, words: &Words) -> String {
    let at = spoken(time, words);
    if 0.0 < duration { fill(words.position, &[&at, &spoken(duration, words)]) } else { at }
}

/// A positive number with so many decimals, the trailing zeros left out: what style sheets and other programs read.
/// Done in whole numbers, since the standard library's own way costs 30 kB of code and tables.
pub fn decimal(number: f64, places: u32) -> String {
    let scale = 10u64.saturating_pow(places);
    #[expect(clippy::cast_precision_loss, reason = "a small power of ten")]
    let scaled = whole((number * scale as f64).round());
    let mut text = (scaled / scale).to_string();
    let mut rest = scaled % scale;
    if 0 < rest {
        text.push('.');
    }
    let mut digit = scale / 10;
    while 0 < rest {
        text.push_str(&(rest / digit).to_string());
        rest %= digit;
        digit /= 10;
    }
    text
}

/// A fraction of one as whole percent.
pub fn percent(fraction: f64) -> u64 {
    whole((fraction * 100.0).round())
}

/// A speed as the menu lists it: `1.25×`, never `1.250000×`.
pub fn speed(rate: f64) -> String {
    [&decimal(rate, 2), "×"].concat()
}

/// Bits a second for the statistics: `640 kbit/s`, `3.1 Mbit/s`.
pub fn bit_rate(bits_per_second: f64) -> String {
    let kilobits = whole(bits_per_second / 1000.0);
    if kilobits < 1000 {
        format!("{kilobits} kbit/s")
    } else {
        format!("{}.{} Mbit/s", kilobits / 1000, kilobits % 1000 / 100)
    }
}

/// Bytes for the statistics: `12 kB`, `3.4 MB`.
pub fn bytes(count: u64) -> String {
    let kilobytes = count / 1000;
    if kilobytes < 1000 {
        format!("{kilobytes} kB")
    } else {
        format!("{}.{} MB", kilobytes / 1000, kilobytes % 1000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{ENGLISH, FRENCH};

    #[test]
    fn positions_read_like_a_clock() {
        let cases = [
            (0.0, "0:00"),
            (7.9, "0:07"),
            (19.999_999, "0:20"),
            (61.0, "1:01"),
            (3723.0, "1:02:03"),
            (360_000.0, "100:00:00"),
            (f64::NAN, "0:00"),
            (f64::INFINITY, "0:00"),
            (-3.0, "0:00"),
        ];
        for (seconds, text) in cases {
            assert_eq!(clock(seconds), text, "{seconds}");
        }
    }

    #[test]
    fn positions_are_spoken_in_words_with_the_right_plural() {
        assert_eq!(spoken(0.0, &ENGLISH), "0 seconds");
        assert_eq!(spoken(61.0, &ENGLISH), "1 minute 1 second");
        assert_eq!(spoken(3600.0, &ENGLISH), "1 hour");
        assert_eq!(spoken_position(7.0, 90.0, &ENGLISH), "7 seconds of 1 minute 30 seconds");
        assert_eq!(spoken_position(7.0, 90.0, &FRENCH), "7 secondes sur 1 minute 30 secondes");
        assert_eq!(spoken_position(7.0, 0.0, &ENGLISH), "7 seconds");
    }

    #[test]
    fn speeds_lose_their_trailing_zeros() {
        assert_eq!([0.5, 0.75, 1.0, 1.25, 2.0].map(speed), ["0.5×", "0.75×", "1×", "1.25×", "2×"]);
        assert_eq!(speed(1.05), "1.05×");
    }

    #[test]
    fn decimals_are_short_and_exact() {
        assert_eq!(
            [0.0, 1.0, 0.5, 1.0 / 3.0, 12.05].map(|n| decimal(n, 4)),
            ["0", "1", "0.5", "0.3333", "12.05"]
        );
        assert_eq!(decimal(0.99999, 4), "1");
        assert_eq!(decimal(-1.0, 4), "0");
        assert_eq!(decimal(0.007, 4), "0.007");
    }

    #[test]
    fn rates_and_sizes_change_unit_at_a_thousand() {
        assert_eq!(bit_rate(640_000.0), "640 kbit/s");
        assert_eq!(bit_rate(3_150_000.0), "3.1 Mbit/s");
        assert_eq!(bytes(12_345), "12 kB");
        assert_eq!(bytes(3_456_789), "3.4 MB");
    }
}
