//! A QR code as one path, drawn here: the secret in it is told to nobody else.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of quiet around it (ISO/IEC 18004 asks for four).
const QUIET: i32 = 4;

/// A code, for an SVG whose `viewBox` is a square of `side`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawing {
    /// Modules from edge to edge.
    pub side: i32,
    /// The dark ones.
    pub path: String,
}

/// Draws a text; none where it is too long for any code.
pub fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let begin = x;
            while x < code.size() && code.get_module(x, y) {
                x += 1;
            }
            if begin < x {
                // Runs in a row are one rectangle.
                path.push_str(&format!("M{} {}h{}v1h-{}z", begin + QUIET, y + QUIET, x - begin, x - begin));
            }
            x += 1;
        }
    }
    Some(Drawing { side: code.size() + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_eyes() {
        let drawing = draw("otpauth://totp/films.example:a%40b.c?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert_eq!(drawing.side, 33 + 2 * QUIET);
        let right = drawing.side - QUIET - 7;
        // The first row begins and ends with the upper edges of two of them.
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "{}", drawing.path);
        assert!(drawing.path.contains(&format!("M{right} 4h7v1h-7z")), "{}", drawing.path);
        assert!(drawing.path.contains(&format!("M4 {right}h7v1h-7z")), "{}", drawing.path);
    }

    #[test]
    fn a_text_that_fits_no_code_is_not_drawn() {
        assert_eq!(draw(&"x".repeat(5000)), None);
    }
}
