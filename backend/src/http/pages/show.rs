//! Pages and the few files beside them that are made rather than stored.

use http::header::{CACHE_CONTROL, HeaderValue, LOCATION, REFERER};
use http::{HeaderMap, StatusCode, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use shared::api::Image;
use shared::id::VideoRef;
use warp::path::FullPath;
use warp::reply::Response;

use super::head::{Site, Subject, write_head};
use super::policy::{protect_embed, protect_page, protect_refusal};
use super::silent::{self, Silent};
use super::subject::{Page, find_subject, parse_page};
use super::wishes::Wishes;
use crate::app::App;
use crate::config::NsfwPolicy;
use crate::domain::host;
use crate::domain::site::Logo;
use crate::domain::video::embed::{allows, ancestors};
use crate::domain::video::sight::Hidden;
use crate::domain::viewer::Viewer;
use crate::http::assets::Table;
use crate::http::assets::shell::Shell;
use crate::http::extract::Ask;
use crate::http::federation;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, text_of, with_header};
use crate::http::site::{FIRST_PAGE, look, theme};
use crate::http::views;
use crate::store::records::Embed;

/// How the shell says that it is as light as the viewer's system.
const UNDECIDED: &str = "data-theme=\"auto\"";

/// The shell's own picture in the tabs of browsers.
const ICON: &str = "<link rel=\"icon\" href=\"/icons/shoal.svg\" type=\"image/svg+xml\">";

/// Every address that is no API and no file: the shell, with a head of its own.
pub async fn page(path: FullPath, ask: Ask) -> Outcome {
    let first = ask.app.config().instance.default_client_route.clone();
    if path.as_str() == "/" && first != FIRST_PAGE {
        let mut response = empty(StatusCode::FOUND);
        let location = HeaderValue::from_str(&first).map_err(|error| Failure::internal(&error))?;
        response.headers_mut().insert(LOCATION, location);
        return Ok(with_header(response, CACHE_CONTROL, "no-cache"));
    }
    with_head(path.as_str(), &ask, Table::shell, protect_page, &[look(&ask.app), String::new()]).await
}

/// `GET /videos/embed/{id}` and `/video-playlists/embed/{id}`: a video alone, or a list of them, for a frame on another
/// site.
pub async fn embed(path: FullPath, ask: Ask) -> Outcome {
    let (embed, silent) = match parse_page(path.as_str()) {
        Page::Video(name) => (embed_of(&ask.app, name), silent_of(&ask.app, name)),
        // Which of a list's videos may be shown where, each of them says when its turn comes.
        Page::Playlist(_) => (Embed::Everywhere, Silent::Scripts),
        Page::Channel(_) | Page::Account(_) | Page::Either(_) | Page::Unknown | Page::Other => {
            (Embed::Everywhere, Silent::Missing)
        }
    };
    if framed_by(&ask).is_some_and(|host| !allows(&embed, &host, ask.app.url().host())) {
        return Ok(refusal(&ask, path.as_str()));
    }
    let protect = |headers: &mut HeaderMap| protect_embed(headers, &ancestors(&embed));
    let wishes = Wishes::read(|name| ask.parameter(name)).tag();
    let silent = silent::write(&silent, ask.language() == Some("fr"));
    with_head(path.as_str(), &ask, Table::embed, protect, &[wishes, silent]).await
}

/// `GET /videos/test-embed/{id}`: a frame for who writes pages with frames, who see all it can do and says.
pub async fn test_embed(path: FullPath, ask: Ask) -> Outcome {
    with_head(path.as_str(), &ask, Table::test_embed, protect_page, &[String::new(), String::new()]).await
}

/// What of a video plays where no script runs.
fn silent_of(app: &App, name: VideoRef) -> Silent {
    let Some((entry, by)) = app.catalogue().find(name) else { return Silent::Missing };
    if let Err(hidden) = entry.listed.sight().opens_to(&Viewer::Anonymous, by) {
        return Silent::Closed(hidden);
    }
    let video = &entry.listed.video;
    // What is asked about first is not shown without the question.
    let asks = video.nsfw && app.config().instance.nsfw_policy != NsfwPolicy::Display;
    match &video.playlist {
        Some(playlist) if !asks && !entry.listed.sight().has_guarded_files() => Silent::Film {
            name: video.name.clone(),
            poster: views::preview_path(video),
            sources: silent::sources(video.uuid, playlist),
        },
        Some(_) | None => Silent::Scripts,
    }
}

/// Where a video may be framed, as far as everybody may know who has this name of it.
fn embed_of(app: &App, name: VideoRef) -> Embed {
    let Some((entry, by)) = app.catalogue().find(name) else { return Embed::Everywhere };
    match entry.listed.sight().opens_to(&Viewer::Anonymous, by) {
        Ok(()) | Err(Hidden::Password) => entry.listed.video.embed.clone(),
        // The player there shows nothing of it, and says why.
        Err(Hidden::SignIn | Hidden::NotForYou) => Embed::Everywhere,
    }
}

/// The host of the page whose frame this is for, where the browser tells. It keeps nobody out: that is the browser's, by
/// what the page's head says. It is for a sentence that people understand.
fn framed_by(ask: &Ask) -> Option<String> {
    ask.header("sec-fetch-dest").filter(|place| ["iframe", "frame", "embed", "object"].contains(place))?;
    let page: Uri = ask.header(REFERER)?.parse().ok()?;
    host::parse(page.authority()?.as_str())
}

/// The sentence in the place of a video that may not be framed there, with the way to its page.
fn refusal(ask: &Ask, path: &str) -> Response {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let (language, sentence, link) = if ask.language() == Some("fr") {
        (
            "fr",
            "Qui a publié cette vidéo ne souhaite pas qu’elle soit montrée sur ce site.",
            "La regarder là où elle a été publiée",
        )
    } else {
        (
            "en",
            "Whoever published this video does not want it to be shown on this site.",
            "Watch it where it was published",
        )
    };
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{sentence}</title>\n<style>\n\
         html, body {{ height: 100%; margin: 0; }}\n\
         body {{ display: grid; place-content: center; justify-items: center; gap: 10px; padding: 14px; \
         box-sizing: border-box; background: #05090b; color: #fff; font: 15px/1.4 system-ui, sans-serif; \
         text-align: center; }}\np {{ margin: 0; }}\na {{ color: inherit; }}\n</style>\n</head>\n<body>\n\
         <p>{sentence}</p>\n\
         <p><a href=\"/w/{name}\" target=\"_blank\" rel=\"noopener\">{link}</a></p>\n</body>\n</html>\n"
    );
    let mut response = text_of("text/html; charset=utf-8", html);
    *response.status_mut() = StatusCode::FORBIDDEN;
    protect_refusal(response.headers_mut());
    with_header(response, CACHE_CONTROL, "max-age=0, no-cache, must-revalidate")
}

async fn with_head(
    path: &str,
    ask: &Ask,
    shell: fn(&Table) -> &Shell,
    protect: impl Fn(&mut HeaderMap),
    [more, body]: &[String; 2],
) -> Outcome {
    let app = &ask.app;
    let subject = find_subject(app, parse_page(path)).await?;
    let config = app.config();
    let instance = &config.instance;
    let present = app.site();
    let pictures = views::avatars(present.avatar.as_ref());
    let path_of = |image: Option<&Image>| image.map(|image| image.path.clone());
    let icon = views::avatars(present.logo(Logo::Favicon));
    let smallest = path_of(icon.first().or(pictures.first()));
    let shared = views::avatars(present.logo(Logo::Opengraph));
    let largest = path_of(shared.last().or(pictures.last()));
    let site = Site {
        name: &instance.name,
        description: &instance.short_description,
        url: app.url().as_str(),
        picture: largest.as_deref(),
    };
    let mut html = shell(&app.assets().table()).with_head(&write_head(&site, &subject));
    if let Some(at) = html.find("</head>").filter(|_| !more.is_empty()) {
        // Behind our own rules of style, so that those of the instance win.
        html.insert_str(at, more);
    }
    if !body.is_empty() {
        html = html.replacen(silent::PLACE, body, 1);
    }
    if let Some(path) = smallest {
        html = html.replacen(ICON, &format!("<link rel=\"icon\" href=\"{path}\">"), 1);
    }
    if let Some(theme) = theme(app) {
        html = html.replacen(UNDECIDED, &format!("data-theme=\"{theme}\""), 1);
    }
    let mut response = text_of("text/html; charset=utf-8", html);
    *response.status_mut() = match subject {
        Subject::Unknown => StatusCode::NOT_FOUND,
        Subject::Instance | Subject::Video(_) | Subject::Playlist(_) | Subject::Actor(_) => StatusCode::OK,
    };
    protect(response.headers_mut());
    federation::vary(response.headers_mut());
    Ok(with_header(response, CACHE_CONTROL, "max-age=0, no-cache, must-revalidate"))
}

/// `GET /manifest.webmanifest`: as it was built, under the instance's name.
pub async fn manifest(ask: Ask) -> Outcome {
    let table = ask.app.assets().table();
    let built = table.manifest().ok_or_else(|| Failure::not_found("The pages were not built"))?;
    let mut manifest: Map<String, Value> =
        serde_json::from_slice(built).map_err(|error| Failure::internal(&error))?;
    let config = ask.app.config();
    let instance = &config.instance;
    for (key, text) in [
        ("name", &instance.name),
        ("short_name", &instance.name),
        ("description", &instance.short_description),
    ] {
        manifest.insert(key.to_owned(), Value::String(text.clone()));
    }
    let text = serde_json::to_vec(&manifest).map_err(|error| Failure::internal(&error))?;
    let response = text_of("application/manifest+json; charset=utf-8", text);
    Ok(with_header(response, CACHE_CONTROL, "max-age=7200"))
}

/// `GET /favicon.ico`: asked for by whatever reads no HTML.
pub async fn favicon(ask: Ask) -> Outcome {
    let site = ask.app.site();
    let pictures = views::avatars(site.logo(Logo::Favicon).or(site.avatar.as_ref()));
    let path = pictures.into_iter().next().map_or_else(|| "/icons/shoal-192.png".to_owned(), |own| own.path);
    let mut response = empty(StatusCode::FOUND);
    let location = HeaderValue::from_str(&path).map_err(|error| Failure::internal(&error))?;
    response.headers_mut().insert(LOCATION, location);
    Ok(with_header(response, CACHE_CONTROL, "max-age=7200"))
}
