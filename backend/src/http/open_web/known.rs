//! Small files at places that programs know: `/robots.txt`, `/.well-known/security.txt`, `/.well-known/dnt/`.
//!
//! Owns what they say where the instance's settings say nothing.

use std::time::Duration;

use http::header::CACHE_CONTROL;
use shared::time::Timestamp;

use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, text_of, with_header};

const TEXT: &str = "text/plain; charset=utf-8";
/// How long what says how to report a hole is to be believed: RFC 9116 recommends less than a year.
const SECURITY_DURATION: Duration = Duration::from_secs(180 * 24 * 60 * 60);

/// `GET /robots.txt`: what the instance's settings say, and where the sitemap is. What must not be listed says so in its
/// head.
pub async fn robots(ask: Ask) -> Outcome {
    let config = ask.app.config();
    let response = text_of(TEXT, robots_text(&config.instance.robots, ask.app.url().as_str()));
    Ok(with_header(response, CACHE_CONTROL, "max-age=7200"))
}

fn robots_text(said: &str, url: &str) -> String {
    let names_one = said.lines().any(|line| is_field(line, "sitemap"));
    let sitemap = if names_one { String::new() } else { format!("\nSitemap: {url}/sitemap.xml\n") };
    format!("{}\n{sitemap}", said.trim_end())
}

/// `GET /.well-known/security.txt` (RFC 9116): to whom one tells of a hole.
pub async fn security(ask: Ask) -> Outcome {
    let app = &ask.app;
    let config = app.config();
    let takes_letters = config.contact.enabled && app.can_mail() && app.url().is_https();
    let text =
        security_text(&config.instance.security_txt, app.url().as_str(), takes_letters, app.clock().now());
    let text = text.ok_or_else(|| Failure::not_found("This instance has no security.txt"))?;
    Ok(with_header(text_of(TEXT, text), CACHE_CONTROL, "max-age=7200"))
}

/// None where nobody is named: the file says nothing without a contact, and one on the web begins with `https://`.
fn security_text(said: &str, url: &str, takes_letters: bool, now: Timestamp) -> Option<String> {
    let has = |name: &str| said.lines().any(|line| is_field(line, name));
    let mut text = String::new();
    if has("contact") {
        text.push_str(said.trim_end());
        text.push('\n');
    } else if takes_letters {
        text = format!("Contact: {url}/about/contact\nCanonical: {url}/.well-known/security.txt\n");
    } else {
        return None;
    }
    if !has("expires") {
        text.push_str(&format!("Expires: {}\n", now.after(SECURITY_DURATION)));
    }
    Some(text)
}

fn is_field(line: &str, name: &str) -> bool {
    line.split_once(':').is_some_and(|(field, _)| field.trim().eq_ignore_ascii_case(name))
}

/// `GET /.well-known/dnt/` (Tracking Preference Expression, section 6.4): nobody is tracked.
pub async fn tracking() -> Outcome {
    let response = text_of("application/tracking-status+json", "{\"tracking\":\"N\"}");
    Ok(with_header(response, CACHE_CONTROL, "max-age=86400"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://films.example";

    #[test]
    fn robots_learn_where_the_sitemap_is() {
        assert_eq!(
            robots_text("User-agent: *\nDisallow:\n", URL),
            "User-agent: *\nDisallow:\n\nSitemap: https://films.example/sitemap.xml\n"
        );
        let own = "User-agent: *\nDisallow: /\nsitemap: https://elsewhere.example/map.xml";
        assert_eq!(robots_text(own, URL), format!("{own}\n"));
    }

    #[test]
    fn who_finds_a_hole_learns_whom_to_tell_and_until_when() {
        let now: Timestamp = "2026-11-23T00:00:00.000Z".parse().unwrap();
        assert_eq!(
            security_text("", URL, true, now).unwrap(),
            "Contact: https://films.example/about/contact\n\
             Canonical: https://films.example/.well-known/security.txt\n\
             Expires: 2027-05-22T00:00:00.000Z\n"
        );
        assert_eq!(security_text("# Nobody yet", URL, false, now), None);
        let own = "Contact: mailto:keeper@films.example\nExpires: 2027-01-01T00:00:00.000Z";
        assert_eq!(security_text(own, URL, false, now).unwrap(), format!("{own}\n"));
        let endless = security_text("contact: mailto:keeper@films.example", URL, false, now).unwrap();
        assert!(endless.ends_with("\nExpires: 2027-05-22T00:00:00.000Z\n"), "{endless}");
    }
}
