//! A letter as text and as HTML. Pure. Whatever is in a letter is plain text and stays so: what a stranger wrote into a
//! name never becomes markup.

use crate::store::records::{Letter, LetterPart};

/// What stands around every letter of an instance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame<'f> {
    /// Its name.
    pub instance: &'f str,
    /// Its address.
    pub url: &'f str,
}

/// The letter as text.
#[must_use]
pub fn text(letter: &Letter, frame: Frame<'_>) -> String {
    let mut out = String::new();
    for part in &letter.parts {
        match part {
            LetterPart::Text(text) => out.push_str(text),
            LetterPart::Quote(text) => {
                let lines: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
                out.push_str(&lines.join("\n"));
            }
            LetterPart::Link { label, url } => {
                out.push_str(label);
                out.push_str(":\n");
                out.push_str(url);
            }
        }
        out.push_str("\n\n");
    }
    // The line that mail programs know a signature by (RFC 3676 §4.3).
    out.push_str(&format!("-- \n{}\n{}\n", frame.instance, frame.url));
    out
}

/// The letter as HTML, without anything that is fetched from elsewhere.
#[must_use]
pub fn html(letter: &Letter, frame: Frame<'_>) -> String {
    let mut body = String::new();
    for part in &letter.parts {
        match part {
            LetterPart::Text(text) => body.push_str(&format!("<p>{}</p>\n", escaped(text))),
            LetterPart::Quote(text) => body.push_str(&format!(
                "<blockquote style=\"margin:0 0 1em;padding-left:1em;border-left:3px solid #ccc;white-space:pre-wrap\">\
                 {}</blockquote>\n",
                escaped(text)
            )),
            LetterPart::Link { label, url } => body.push_str(&format!(
                "<p><a href=\"{0}\" style=\"display:inline-block;padding:.6em 1.2em;border-radius:6px;\
                 background:#1f5fa8;color:#fff;text-decoration:none\">{1}</a></p>\n\
                 <p style=\"font-size:.85em;color:#555;word-break:break-all\">{0}</p>\n",
                escaped(url),
                escaped(label)
            )),
        }
    }
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"font-family:sans-serif;font-size:16px;line-height:1.5;color:#222;max-width:40em\">\n{body}\
         <p style=\"color:#555\"><a href=\"{}\">{}</a></p>\n</body>\n</html>\n",
        escaped(&letter.language),
        escaped(&letter.subject),
        escaped(frame.url),
        escaped(frame.instance)
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn letter() -> Letter {
        Letter {
            language: "en".into(),
            subject: "Hello".into(),
            parts: vec![
                LetterPart::Text("Hello <img src=x onerror=alert(1)>,".into()),
                LetterPart::Quote("no\n<b>spam</b>".into()),
                LetterPart::Link { label: "Open".into(), url: "https://films.example/a?b=1&c=\"2\"".into() },
            ],
        }
    }

    const FRAME: Frame<'_> = Frame { instance: "Films & more", url: "https://films.example" };

    #[test]
    fn a_letter_is_readable_without_html() {
        expect![[r#"
            Hello <img src=x onerror=alert(1)>,

            > no
            > <b>spam</b>

            Open:
            https://films.example/a?b=1&c="2"

            -- 
            Films & more
            https://films.example
        "#]]
        .assert_eq(&text(&letter(), FRAME));
    }

    #[test]
    fn nothing_in_a_letter_becomes_markup() {
        let html = html(&letter(), FRAME);
        assert!(html.contains("Hello &lt;img src=x onerror=alert(1)&gt;,"), "{html}");
        assert!(html.contains("&lt;b&gt;spam&lt;/b&gt;"), "{html}");
        assert!(html.contains("href=\"https://films.example/a?b=1&amp;c=&quot;2&quot;\""), "{html}");
        assert!(html.contains("Films &amp; more"), "{html}");
        assert_eq!(html.matches('<').count(), html.matches('>').count());
    }
}
