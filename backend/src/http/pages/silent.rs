//! A video in a frame where no script runs: the browser's own player, or a sentence in its place.
//!
//! Owns which file that player is given and what the sentence says. It never says more than the API does to somebody
//! nobody knows: a video that waits, is blocked or is private is one and the same to strangers.

use shared::id::Uuid;

use super::head::escape;
use crate::domain::video::sight::Hidden;
use crate::http::views::playlist_folder;
use crate::store::records::{Playlist, Rendition};

/// Where it goes into the page.
pub const PLACE: &str = "<!-- silent -->";

/// Nobody chooses a quality where nothing measures the way: no taller than this. Pixels.
const HEIGHT_MAX: u32 = 720;

/// What is there for a browser without scripts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Silent {
    /// A film, best way first.
    Film {
        /// Its name.
        name: String,
        /// The path of its picture.
        poster: Option<String>,
        /// Paths and media types; the browser takes the first it can play.
        sources: Vec<(String, &'static str)>,
    },
    /// None that plays by itself.
    Scripts,
    /// None that strangers may see.
    Closed(Hidden),
    /// None at all.
    Missing,
}

/// The ways to a film of this instance: a whole file, the playlists, and a file of fragments with its sound.
#[must_use]
pub fn sources(uuid: Uuid, playlist: &Playlist) -> Vec<(String, &'static str)> {
    let folder = playlist_folder(uuid, false);
    let lines = |rendition: &&Rendition| rendition.width.min(rendition.height);
    let films = || playlist.whole_files().filter(|rendition| rendition.has_video);
    let best = films().filter(|film| lines(film) <= HEIGHT_MAX).max_by_key(lines);
    let best = best.or_else(|| films().min_by_key(lines));
    let whole = best.map(|film| (whole_file(uuid, lines(&film)), "video/mp4"));
    let fragments = films().filter(|film| film.has_audio && lines(film) <= HEIGHT_MAX).max_by_key(lines);
    let fragments = fragments.map(|film| (format!("{folder}/{}", film.file_name), "video/mp4"));
    let master = (format!("{folder}/{}", playlist.master), "application/vnd.apple.mpegurl");
    whole.into_iter().chain([master]).chain(fragments).collect()
}

/// The path of a rendition with its sound in one file.
fn whole_file(uuid: Uuid, lines: u32) -> String {
    format!("/static/web-videos/{uuid}-{lines}.mp4")
}

/// What stands in the page.
#[must_use]
pub fn write(silent: &Silent, french: bool) -> String {
    let sentence = match (silent, french) {
        (Silent::Film { name, poster, sources }, _) => return film(name, poster.as_deref(), sources),
        (Silent::Scripts, false) => "This video needs JavaScript and WebAssembly.",
        (Silent::Scripts, true) => "Cette vidéo a besoin de JavaScript et de WebAssembly.",
        (Silent::Closed(Hidden::Password), false) => {
            "This video is protected by a password. Switch on JavaScript to enter it."
        }
        (Silent::Closed(Hidden::Password), true) => {
            "Cette vidéo est protégée par un mot de passe. Activez JavaScript pour le saisir."
        }
        (Silent::Closed(Hidden::SignIn | Hidden::NotForYou), false) => {
            "This video is private, or not published yet."
        }
        (Silent::Closed(Hidden::SignIn | Hidden::NotForYou), true) => {
            "Cette vidéo est privée, ou pas encore publiée."
        }
        (Silent::Missing, false) => "There is no such video.",
        (Silent::Missing, true) => "Cette vidéo n’existe pas.",
    };
    format!("<p>{sentence}</p>")
}

fn film(name: &str, poster: Option<&str>, sources: &[(String, &'static str)]) -> String {
    let poster = poster.map(|path| format!(" poster=\"{}\"", escape(path))).unwrap_or_default();
    let source = |(path, kind): &(String, &str)| format!("<source src=\"{}\" type=\"{kind}\">", escape(path));
    let sources = sources.iter().map(source).collect::<Vec<String>>().concat();
    let name = escape(name);
    // To browsers both spellings are one. yt-dlp looks for pairs of one spelling, and would take the same film twice:
    // from here, and by the API.
    format!("<video controls playsinline preload=\"none\" aria-label=\"{name}\"{poster}>{sources}</VIDEO>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_film_plays_without_scripts() {
        let silent = Silent::Film {
            name: "A \"boat\"".to_owned(),
            poster: Some("/lazy-static/previews/a.jpg".to_owned()),
            sources: vec![("/static/web-videos/a-720.mp4".to_owned(), "video/mp4")],
        };
        assert_eq!(
            write(&silent, false),
            "<video controls playsinline preload=\"none\" aria-label=\"A &quot;boat&quot;\" \
             poster=\"/lazy-static/previews/a.jpg\"><source src=\"/static/web-videos/a-720.mp4\" \
             type=\"video/mp4\"></VIDEO>"
        );
    }

    #[test]
    fn strangers_read_no_more_than_a_sentence() {
        let of = |silent: Silent| (write(&silent, false), write(&silent, true));
        assert_eq!(of(Silent::Closed(Hidden::SignIn)), of(Silent::Closed(Hidden::NotForYou)));
        let (english, french) = of(Silent::Closed(Hidden::Password));
        assert!(english.contains("password") && french.contains("mot de passe"));
        assert_ne!(of(Silent::Missing), of(Silent::Closed(Hidden::SignIn)));
    }
}
