//! What an address asks of a player in a frame: `/videos/embed/{id}?start=1m2s&muted=1`.
//!
//! Owns PeerTube's names for these wishes and what each may say. Whoever writes the address may be a stranger, so a value
//! that is not one of its kind counts as absent; what is left goes to the page's script, which reads no address itself.

use serde::Serialize;

use super::head::escape;

/// A moment later than this is in no video. Seconds.
const MOMENT_MAX: f64 = 1_000_000.0;
/// The longest name of a color or form of one: `rgba(255, 255, 255, 0.75)` has 25 letters.
const COLOR_BYTES_MAX: usize = 40;
/// The longest tag of a language, and of a channel between pages.
const NAME_BYTES_MAX: usize = 64;
/// As many videos as nobody has in one list.
const POSITION_MAX: u32 = 1_000_000;

/// The wishes. None is what the player does by itself.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Wishes {
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<f64>,
    /// Whether the player can be worked by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controls: Option<bool>,
    /// Whether it has its bar; the big button stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_bar: Option<bool>,
    /// Whether the title leads to the video's page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peertube_link: Option<bool>,
    /// Whether it begins without sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
    /// Whether it begins anew at its end.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    pub looping: Option<bool>,
    /// The language of the captions that are shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Whether it begins by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoplay: Option<bool>,
    /// 1 is normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playback_rate: Option<f64>,
    /// Whether the title is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<bool>,
    /// Whether the title says that viewers share. Ours says it in its menu, so there is nothing to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning_title: Option<bool>,
    /// Whether viewers share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p2p: Option<bool>,
    /// Behind the big button, as CSS writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub big_play_background_color: Option<String>,
    /// Of signs and words, as CSS writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreground_color: Option<String>,
    /// Which of PeerTube's players: one without sharing, or one with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<&'static str>,
    /// The video a list begins with, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub playlist_position: Option<u32>,
    /// Whether the page around the frame drives the player.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<bool>,
    /// What its messages are named after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Whether that page will tell the password.
    #[serde(rename = "waitPasswordFromEmbedAPI", skip_serializing_if = "Option::is_none")]
    pub wait_password: Option<bool>,
}

impl Wishes {
    /// Reads them; `of` gives what the address says under a name.
    #[must_use]
    pub fn read(of: impl Fn(&str) -> Option<String>) -> Wishes {
        let is = |name| of(name).as_deref().and_then(yes_or_no);
        let when = |name| of(name).as_deref().and_then(moment);
        let color = |name| of(name).filter(|text| is_color(text));
        let tag = |name| of(name).filter(|text| is_tag(text));
        let rate = of("playbackRate").and_then(|text| text.parse::<f64>().ok());
        let position = of("playlistPosition").and_then(|text| text.parse::<u32>().ok());
        Wishes {
            start: when("start"),
            stop: when("stop"),
            controls: is("controls"),
            control_bar: is("controlBar"),
            peertube_link: is("peertubeLink"),
            muted: is("muted"),
            looping: is("loop"),
            subtitle: tag("subtitle"),
            autoplay: is("autoplay"),
            playback_rate: rate.filter(|rate| (0.25..=4.0).contains(rate)),
            title: is("title"),
            warning_title: is("warningTitle"),
            p2p: is("p2p"),
            big_play_background_color: color("bigPlayBackgroundColor"),
            foreground_color: color("foregroundColor"),
            mode: of("mode").as_deref().and_then(mode),
            playlist_position: position.filter(|position| (1..=POSITION_MAX).contains(position)),
            api: is("api"),
            scope: tag("scope"),
            wait_password: is("waitPasswordFromEmbedAPI"),
        }
    }

    /// The tag that tells them to the page's script; nothing where nothing is wished.
    #[must_use]
    pub fn tag(&self) -> String {
        if *self == Wishes::default() {
            return String::new();
        }
        let text = serde_json::to_string(self).unwrap_or_default();
        format!("<meta name=\"shoal-wishes\" content=\"{}\">\n", escape(&text))
    }
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "1" | "true" => Some(true),
        "0" | "false" => Some(false),
        _ => None,
    }
}

fn mode(text: &str) -> Option<&'static str> {
    // The first is what PeerTube called it before 6.0.
    match text {
        "webtorrent" | "web-video" => Some("web-video"),
        "p2p-media-loader" => Some("p2p-media-loader"),
        _ => None,
    }
}

/// `62`, `62.5`, `62s`, `1m2s`, `1h2m3s`, `1:02`, `1:02:03`, as seconds; none for the beginning, which needs no wish.
fn moment(text: &str) -> Option<f64> {
    let total = if text.contains(':') { by_colons(text) } else { by_units(text) };
    total.filter(|&total| 0.0 < total && total <= MOMENT_MAX)
}

fn by_colons(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.splitn(4, ':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes, seconds] => ("0", *minutes, *seconds),
        [hours, minutes, seconds] => (*hours, *minutes, *seconds),
        _ => return None,
    };
    Some(number(hours)? * 3600.0 + number(minutes)? * 60.0 + number(seconds)?)
}

fn by_units(text: &str) -> Option<f64> {
    let (mut total, mut rest) = (0.0, text);
    for (unit, worth) in [('h', 3600.0), ('m', 60.0)] {
        if let Some((count, after)) = rest.split_once(unit) {
            total += number(count)? * worth;
            rest = after;
        }
    }
    let rest = rest.strip_suffix('s').unwrap_or(rest);
    if rest.is_empty() { Some(total) } else { Some(total + number(rest)?) }
}

/// Digits with at most one point: neither signs, exponents nor words.
fn number(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_plain && text.len() <= 12 { text.parse().ok() } else { None }
}

/// A name, `#` with hexadecimal digits, or a function of numbers: nothing that ends a rule of style or asks for a file.
fn is_color(text: &str) -> bool {
    let is_hex = |digits: &str| {
        [3, 4, 6, 8].contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_numbers =
        |numbers: &str| numbers.bytes().all(|byte| byte.is_ascii_digit() || b" ,.%/".contains(&byte));
    let is_function = |text: &str| {
        let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
        call.is_some_and(|(name, numbers)| {
            ["rgb", "rgba", "hsl", "hsla"].contains(&name) && is_numbers(numbers)
        })
    };
    text.len() <= COLOR_BYTES_MAX
        && (text.strip_prefix('#').map_or(is_word(text), is_hex) || is_function(text))
}

/// Letters, digits, `-` and `_`.
fn is_tag(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= NAME_BYTES_MAX && text.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Wishes {
        Wishes::read(|name| {
            pairs.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn every_wish_of_peertube_is_understood() {
        let wishes = read(&[
            ("start", "1m2s"),
            ("stop", "2:00"),
            ("controls", "0"),
            ("controlBar", "0"),
            ("peertubeLink", "0"),
            ("muted", "1"),
            ("loop", "1"),
            ("subtitle", "pt-BR"),
            ("autoplay", "true"),
            ("playbackRate", "1.5"),
            ("title", "0"),
            ("warningTitle", "0"),
            ("p2p", "0"),
            ("bigPlayBackgroundColor", "#3ec6e0"),
            ("foregroundColor", "rgba(255, 0, 0, 0.5)"),
            ("mode", "web-video"),
            ("playlistPosition", "3"),
            ("api", "1"),
            ("scope", "mine"),
            ("waitPasswordFromEmbedAPI", "1"),
        ]);
        let expected = Wishes {
            start: Some(62.0),
            stop: Some(120.0),
            controls: Some(false),
            control_bar: Some(false),
            peertube_link: Some(false),
            muted: Some(true),
            looping: Some(true),
            subtitle: Some("pt-BR".to_owned()),
            autoplay: Some(true),
            playback_rate: Some(1.5),
            title: Some(false),
            warning_title: Some(false),
            p2p: Some(false),
            big_play_background_color: Some("#3ec6e0".to_owned()),
            foreground_color: Some("rgba(255, 0, 0, 0.5)".to_owned()),
            mode: Some("web-video"),
            playlist_position: Some(3),
            api: Some(true),
            scope: Some("mine".to_owned()),
            wait_password: Some(true),
        };
        assert_eq!(wishes, expected);
        let tag = wishes.tag();
        assert!(tag.contains("&quot;waitPasswordFromEmbedAPI&quot;:true"), "{tag}");
        assert!(tag.contains("&quot;loop&quot;:true"), "{tag}");
    }

    #[test]
    fn what_is_of_no_kind_is_not_there() {
        for (name, values) in [
            (
                "start",
                &["", "0", "-1", "1e9", "NaN", "inf", "2m1h", "1:2:3:4", ":", "99999999", "1.2.3", "x"][..],
            ),
            ("controls", &["", "2", "yes", "TRUE"][..]),
            ("subtitle", &["", "fr<script>", "f r", "../x"][..]),
            ("playbackRate", &["0", "-1", "9", "NaN", "inf", ""][..]),
            ("playlistPosition", &["0", "-1", "1.5", "99999999999", "4000000"][..]),
            (
                "foregroundColor",
                &["", "#12", "red;}", "url(//x.example)", "rgb(1", "var(--x)", "#ggg", "rgb(;)"][..],
            ),
            ("mode", &["", "hls"][..]),
            ("scope", &["a::b", ""][..]),
        ] {
            for &value in values {
                assert_eq!(read(&[(name, value)]), Wishes::default(), "{name}={value}");
            }
        }
        assert_eq!(Wishes::default().tag(), "");
    }

    #[test]
    fn moments_are_written_in_many_ways() {
        for (text, seconds) in [
            ("62", 62.0),
            ("62.5", 62.5),
            ("62s", 62.0),
            ("1m2s", 62.0),
            ("1m", 60.0),
            ("1h2m3s", 3723.0),
            ("1h3s", 3603.0),
            ("1:02", 62.0),
            ("1:02:03", 3723.0),
        ] {
            assert_eq!(read(&[("start", text)]).start, Some(seconds), "{text}");
        }
    }
}
