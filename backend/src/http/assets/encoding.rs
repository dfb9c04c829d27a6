//! Which compressed form of a file a client gets (RFC 9110 §12.5.3). Pure.

/// A form our files come in, besides the plain one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Brotli: a sixth smaller than gzip, and understood by every browser over TLS.
    Brotli,
    /// gzip: understood by everything.
    Gzip,
}

impl Encoding {
    /// The name in `Content-Encoding`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Brotli => "br",
            Encoding::Gzip => "gzip",
        }
    }
}

/// The best of the available forms that the header allows, our own taste deciding between equals; none for the plain
/// form.
#[must_use]
pub fn choose_encoding(accepted: Option<&str>, available: &[Encoding]) -> Option<Encoding> {
    let accepted = accepted?;
    let weight = |name: &str| {
        let listed = |wanted: &str| parse_list(accepted).find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        listed(name).or_else(|| listed("*")).map_or(0, |(_, weight)| weight)
    };
    let plain = parse_list(accepted).find(|(name, _)| name.eq_ignore_ascii_case("identity"));
    // Left unmentioned, the plain form is acceptable but not asked for.
    let plain = plain.map_or(0, |(_, weight)| weight);
    let best = |best: Option<(Encoding, u16)>, encoding: Encoding| match weight(encoding.as_str()) {
        found if best.map_or(0, |(_, weight)| weight) < found => Some((encoding, found)),
        _ => best,
    };
    let (encoding, weight) = available.iter().copied().fold(None, best)?;
    (plain <= weight).then_some(encoding)
}

/// Names with their weights in thousandths.
fn parse_list(header: &str) -> impl Iterator<Item = (&str, u16)> {
    header.split(',').map(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        (name.trim(), quality.map_or(1000, parse_quality))
    })
}

/// `0` to `1` with up to three decimals; nonsense counts as a refusal.
fn parse_quality(text: &str) -> u16 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|digit| digit.is_ascii_digit());
    match (whole, digits) {
        ("1", true) => 1000,
        ("0" | "", true) => format!("{decimals:0<3}").parse().unwrap_or(0),
        (_, _) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Brotli, Gzip};

    #[test]
    fn the_client_weighs_and_we_break_ties() {
        for (accepted, chosen) in [
            (Some("gzip, deflate, br, zstd"), Some(Brotli)),
            (Some("gzip, deflate"), Some(Gzip)),
            (Some("GZIP"), Some(Gzip)),
            (Some("br;q=0.5, gzip;q=0.8"), Some(Gzip)),
            (Some("br;q=0.8, gzip;q=0.8"), Some(Brotli)),
            (Some("br;q=0, gzip"), Some(Gzip)),
            (Some("br;q=0.000"), None),
            (Some("br ; q=0.001"), Some(Brotli)),
            (Some("*"), Some(Brotli)),
            (Some("*;q=0.5, br;q=0"), Some(Gzip)),
            (Some("identity"), None),
            (Some("identity;q=1, br;q=0.5"), None),
            (Some("identity;q=0, br;q=0.5"), Some(Brotli)),
            (Some("br;q=nonsense"), None),
            (Some("br;q=1.5"), Some(Brotli)),
            (Some("br;q=2"), None),
            (Some(""), None),
            (Some(",,;,"), None),
            (None, None),
        ] {
            assert_eq!(choose_encoding(accepted, &[Brotli, Gzip]), chosen, "{accepted:?}");
        }
        assert_eq!(choose_encoding(Some("br, gzip"), &[Gzip]), Some(Gzip));
        assert_eq!(choose_encoding(Some("br, gzip"), &[]), None);
    }
}
