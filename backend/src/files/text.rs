//! Letters of text files people send, which do not say how they are written.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// Digits and line ends come early in every file of words.
const LOOKED_AT: usize = 64;

/// The text, by its byte order mark, as UTF-8 where it is that, and else by the most likely guess. Always gives
/// something: letters that cannot be read become U+FFFD.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    let (encoding, mark) = Encoding::for_bom(bytes)
        .or_else(|| wide(bytes).map(|encoding| (encoding, 0)))
        .unwrap_or_else(|| (guess(bytes), 0));
    let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
    text.into_owned()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// UTF-16 without its mark: digits and line ends have a zero byte each, all on one side.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros =
        |side: usize| bytes.iter().take(LOOKED_AT).skip(side).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, odd) if LOOKED_AT / 4 <= odd => Some(UTF_16LE),
        (even, 0) if LOOKED_AT / 4 <= even => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "1\n00:00:00,000 --> 00:00:04,000\nDéjà vu, l’été à Besançon. Où êtes-vous ? Ça va très bien.\n";

    #[test]
    fn utf8_with_and_without_its_mark() {
        assert_eq!(decode(TEXT.as_bytes()), TEXT);
        assert_eq!(decode(format!("\u{feff}{TEXT}").as_bytes()), TEXT);
        assert_eq!(decode(b""), "");
    }

    #[test]
    fn what_older_programs_wrote() {
        for (encoding, words) in [
            (encoding_rs::WINDOWS_1252, "Déjà vu, l’été à Besançon. Où êtes-vous ? Ça va très bien."),
            (encoding_rs::WINDOWS_1251, "Привет, как дела сегодня? Всё хорошо, спасибо."),
            (encoding_rs::SHIFT_JIS, "こんにちは、世界。お元気ですか。"),
        ] {
            let text = format!("1\n00:00:01,000 --> 00:00:02,000\n{words}\n");
            let (bytes, _, is_lossy) = encoding.encode(&text);
            assert!(!is_lossy);
            assert_eq!(decode(&bytes), text, "{}", encoding.name());
        }
    }

    #[test]
    fn wide_letters_in_both_orders() {
        let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_be_bytes, u16::to_le_bytes];
        for (order, mark) in orders.into_iter().flat_map(|order| [(order, ""), (order, "\u{feff}")]) {
            let bytes: Vec<u8> = format!("{mark}{TEXT}").encode_utf16().flat_map(order).collect();
            assert_eq!(decode(&bytes), TEXT);
        }
    }
}
