//! Pages and the few files beside them that are made rather than stored.

use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};
use shared::api::Image;
use warp::path::FullPath;

use super::head::{Site, Subject, write_head};
use super::policy::{protect_embed, protect_page};
use super::subject::{find_subject, parse_page};
use crate::http::assets::Table;
use crate::http::assets::shell::Shell;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, text_of, with_header};
use crate::http::site::{FIRST_PAGE, look, theme};
use crate::http::views;

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
    with_head(path.as_str(), &ask, Table::shell, protect_page, &look(&ask.app)).await
}

/// `GET /videos/embed/{id}`: a video alone, for a frame on another site.
pub async fn embed(path: FullPath, ask: Ask) -> Outcome {
    with_head(path.as_str(), &ask, Table::embed, protect_embed, "").await
}

async fn with_head(
    path: &str,
    ask: &Ask,
    shell: fn(&Table) -> &Shell,
    protect: fn(&mut HeaderMap),
    look: &str,
) -> Outcome {
    let app = &ask.app;
    let subject = find_subject(app, parse_page(path)).await?;
    let config = app.config();
    let instance = &config.instance;
    let present = app.site();
    let pictures = views::avatars(present.avatar.as_ref());
    let path_of = |image: Option<&Image>| image.map(|image| image.path.clone());
    let (smallest, largest) = (path_of(pictures.first()), path_of(pictures.last()));
    let site = Site {
        name: &instance.name,
        description: &instance.short_description,
        url: app.url().as_str(),
        picture: largest.as_deref(),
    };
    let mut html = shell(&app.assets().table()).with_head(&write_head(&site, &subject));
    if let Some(at) = html.find("</head>").filter(|_| !look.is_empty()) {
        // Behind our own rules of style, so that these win.
        html.insert_str(at, look);
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
    Ok(with_header(response, CACHE_CONTROL, "max-age=0, no-cache, must-revalidate"))
}

/// `GET /robots.txt`: everything may be read; what must not be listed says so in its head.
pub async fn robots() -> Outcome {
    let response = text_of("text/plain; charset=utf-8", "User-agent: *\nDisallow:\n");
    Ok(with_header(response, CACHE_CONTROL, "max-age=7200"))
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
    let pictures = views::avatars(ask.app.site().avatar.as_ref());
    let path = pictures.into_iter().next().map_or_else(|| "/icons/shoal-192.png".to_owned(), |own| own.path);
    let mut response = empty(StatusCode::FOUND);
    let location = HeaderValue::from_str(&path).map_err(|error| Failure::internal(&error))?;
    response.headers_mut().insert(LOCATION, location);
    Ok(with_header(response, CACHE_CONTROL, "max-age=7200"))
}
