//! Yes and no, as clients write them.

/// What a text says: `true` or `false` in letters of any case, since some clients write `True`, or `1` or `0`. Others
/// say neither.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "1" => Some(true),
        "0" => Some(false),
        word if word.eq_ignore_ascii_case("true") => Some(true),
        word if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_in_letters_of_any_case() {
        for (text, said) in [
            ("true", Some(true)),
            ("True", Some(true)),
            ("1", Some(true)),
            ("FALSE", Some(false)),
            ("0", Some(false)),
            ("", None),
            ("yes", None),
            (" true", None),
            ("null", None),
        ] {
            assert_eq!(truth(text), said, "{text}");
        }
    }
}
