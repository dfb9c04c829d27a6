//! How long a video is, and moments in it.
//!
//! Owns the clock-like spelling `1:02:03` and the ways people write a moment in an address or a description.

/// `0:07`, `12:34`, `1:02:03`.
pub fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if 0 < hours { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `PT1H2M3S`, which screen readers and `<time datetime>` know.
pub fn machine(seconds: u64) -> String {
    format!("PT{}H{}M{}S", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Reads `62`, `62s`, `1m2s`, `1h`, `1:02` or `0:01:02` as seconds.
pub fn parse_moment(text: &str) -> Option<u32> {
    if text.contains(':') {
        return parse_clock(text);
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let mut total = 0u32;
    let mut number = None::<u32>;
    for letter in text.chars() {
        let unit = match letter.to_ascii_lowercase() {
            'h' => 3600,
            'm' => 60,
            's' => 1,
            digit => {
                let digit = digit.to_digit(10)?;
                number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
                continue;
            }
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    if number.is_some() || text.is_empty() { None } else { Some(total) }
}

/// Reads `1:02` or `0:01:02` as seconds; minutes and seconds after the first number stay under 60.
pub fn parse_clock(text: &str) -> Option<u32> {
    let mut total = 0u32;
    let mut parts = 0;
    for part in text.split(':') {
        let digits = !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
        let value: u32 = if digits { part.parse().ok()? } else { return None };
        if 0 < parts && (59 < value || part.len() != 2) {
            return None;
        }
        total = total.checked_mul(60)?.checked_add(value)?;
        parts += 1;
    }
    if (2..=3).contains(&parts) { Some(total) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_a_clock() {
        for (seconds, text) in
            [(0, "0:00"), (7, "0:07"), (754, "12:34"), (3600, "1:00:00"), (360_000, "100:00:00")]
        {
            assert_eq!(clock(seconds), text);
        }
        assert_eq!(machine(3723), "PT1H2M3S");
    }

    #[test]
    fn moments_are_read_in_every_usual_spelling() {
        for (text, seconds) in [
            ("62", 62),
            ("62s", 62),
            ("1m2s", 62),
            ("1h", 3600),
            ("1H1M1S", 3661),
            ("1:02", 62),
            ("0:01:02", 62),
            ("100:00", 6000),
        ] {
            assert_eq!(parse_moment(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in
            ["", "s", "m1", "1x", "1m2", "-1", "1:2", "1:60", "1:2:3:4", ":", "1::02", "99999999999", "1:002"]
        {
            assert_eq!(parse_moment(text), None, "{text}");
        }
    }
}
