//! Quotas as people write them: gigabytes, or nothing for no bound.

const GIGABYTE: i64 = 1_000_000_000;
/// No bound, on the wire.
const UNBOUND: i64 = -1;

/// Bytes of a text such as `50`, `1.5` or `1,5`; none where it is no such text.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return Some(UNBOUND);
    }
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(rest) || 9 < rest.len() || whole.is_empty() {
        return None;
    }
    let fraction: i64 = format!("{rest:0<9}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(GIGABYTE)?.checked_add(fraction)
}

/// The text of some bytes.
pub fn text(bytes: i64) -> String {
    if bytes < 0 {
        return String::new();
    }
    let fraction = format!("{:09}", bytes % GIGABYTE);
    let fraction = fraction.trim_end_matches('0');
    let whole = bytes / GIGABYTE;
    if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for bytes in [UNBOUND, 0, 1, 5 * GIGABYTE, 1_500_000_000, 5_368_709_120] {
            assert_eq!(parse(&text(bytes)), Some(bytes), "{}", text(bytes));
        }
        assert_eq!(parse("1,5"), Some(1_500_000_000));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for wrong in ["-1", "x", "1.2.3", "1e3", ".5", "99999999999999999999", "1.0123456789"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
