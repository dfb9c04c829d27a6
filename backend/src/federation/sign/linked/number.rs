//! Numbers as literals, letter for letter as JSON-LD's reference implementation writes them.
//!
//! Owns that one text. The surprise is that whole numbers are written out and others have sixteen digits and an exponent,
//! and that halves are rounded up where Rust rounds them to even.

/// Digits of a number with an exponent: one, and fifteen behind the point.
const DIGITS: usize = 16;
/// Whole numbers from here on are written with an exponent.
const WHOLE_MAX: f64 = 1e21;

/// A number as letters, and whether it is written with an exponent. `None` for one that implementations differ in.
pub(super) fn write(number: f64) -> Option<(String, bool)> {
    if !number.is_finite() {
        return None;
    }
    if number.abs() < WHOLE_MAX && number.trunc() == number {
        let whole = format!("{number:.0}");
        return Some((if whole == "-0" { "0".to_owned() } else { whole }, false));
    }
    // JavaScript takes some of these for whole ones, by how it would print them.
    (1e-6 <= number.abs()).then(|| (exponential(number), true))
}

/// `1.7778` → `1.7778E0`.
pub(super) fn exponential(number: f64) -> String {
    // More digits than decide how the sixteenth is rounded.
    let exact = format!("{number:.60e}");
    let (digits, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_digit).collect();
    let mut exponent: i32 = exponent.parse().unwrap_or_default();
    let is_up = digits.get(DIGITS).is_some_and(|next| b'5' <= *next);
    digits.truncate(DIGITS);
    if is_up {
        let mut is_carried = true;
        for digit in digits.iter_mut().rev() {
            if !is_carried {
                break;
            }
            is_carried = *digit == b'9';
            *digit = if is_carried { b'0' } else { *digit + 1 };
        }
        if is_carried {
            digits.insert(0, b'1');
            exponent += 1;
        }
    }
    let text = String::from_utf8(digits).unwrap_or_default();
    let (first, rest) = text.split_at_checked(1).unwrap_or((&text, ""));
    let rest = rest.get(..DIGITS - 1).unwrap_or(rest).trim_end_matches('0');
    let rest = if rest.is_empty() { "0" } else { rest };
    format!("{sign}{first}.{rest}E{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_reference_writes_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-12.0, "-12"),
            (1e20, "100000000000000000000"),
            (1e21, "1.0E21"),
            (1.5, "1.5E0"),
            (1.7778, "1.7778E0"),
            (-0.25, "-2.5E-1"),
            (0.1, "1.0E-1"),
            (123_456.789, "1.23456789E5"),
            (1e22, "1.0E22"),
            (2_251_799_813_685_249.5, "2.25179981368525E15"),
            (1.0 / 3.0, "3.333333333333333E-1"),
        ] {
            assert_eq!(write(number).unwrap().0, text, "{number}");
        }
        assert_eq!(exponential(5.0), "5.0E0");
        assert_eq!(exponential(2.0_f64.powi(-24)), "5.960464477539063E-8");
        assert_eq!(write(1e-7), None);
        assert_eq!(write(f64::NAN), None);
    }
}
