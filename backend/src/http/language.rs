//! `/client-config`: the language of the pages, for who never logged in.

use http::HeaderValue;
use http::header::SET_COOKIE;

use super::extract::{Ask, Body, LANGUAGE_COOKIE};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, no_content};
use crate::domain::video::labels::language_name;

/// One code.
const BYTES_MAX: usize = 1024;
/// A year, in seconds: PeerTube's.
const KEPT_SECONDS: u32 = 365 * 24 * 60 * 60;

/// `POST /api/v1/client-config/update-interface-language`, and `update-language` as PeerTube's manual calls it. Letters
/// follow it: whoever signs up afterwards is written to in this language. Nothing for what the browser says.
pub async fn choose(ask: Ask, body: Body) -> Outcome {
    let mut fields = Fields::read(&ask, body, BYTES_MAX).await?;
    let takes_back = fields.is_null("language");
    let code =
        if takes_back { None } else { fields.parsed("language", "Should be a known language", a_locale) };
    if !takes_back {
        fields.required("language", code.clone());
    }
    fields.end()?;
    let secure = if ask.app.url().is_https() { "; Secure" } else { "" };
    let seconds = if code.is_some() { KEPT_SECONDS } else { 0 };
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age={seconds}; SameSite=Lax{secure}",
        code.unwrap_or_default()
    );
    let value = HeaderValue::from_str(&cookie).map_err(|error| Failure::internal(&error))?;
    let mut response = no_content();
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(response)
}

/// `fr` and `fr-FR`.
fn a_locale(text: &str) -> Option<String> {
    let (language, region) = text.split_once('-').map_or((text, None), |(one, other)| (one, Some(other)));
    let is_region = |region: &str| {
        (2..=8).contains(&region.len()) && region.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    (language_name(language).is_some() && region.is_none_or(is_region)).then(|| text.to_owned())
}
