//! Pages and the few files beside them that are made rather than stored.

use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use http::{HeaderMap, HeaderName, StatusCode};
use serde_json::{Map, Value};
use warp::path::FullPath;

use super::head::{Site, Subject, write_head};
use super::policy::{protect_embed, protect_page};
use super::subject::{find_subject, parse_page};
use crate::http::assets::Table;
use crate::http::assets::shell::Shell;
use crate::http::extract::Ask;
use crate::http::problem::Failure;
use crate::http::respond::{Outcome, empty, text_of, with_header};
use crate::http::site::look;

/// What the shell shows at the bare address by itself.
const HOME_OF_THE_SHELL: &str = "/videos/browse";

/// Every address that is no API and no file: the shell, with a head of its own.
pub async fn page(path: FullPath, ask: Ask) -> Outcome {
    let first = ask.app.config().instance.default_client_route.clone();
    if path.as_str() == "/" && first != HOME_OF_THE_SHELL {
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
    let site =
        Site { name: &instance.name, description: &instance.short_description, url: app.url().as_str() };
    let mut html = shell(&app.assets().table()).with_head(&write_head(&site, &subject));
    if let Some(at) = html.find("</head>").filter(|_| !look.is_empty()) {
        // Behind our own rules of style, so that these win.
        html.insert_str(at, look);
    }
    let mut response = text_of("text/html; charset=utf-8", html);
    *response.status_mut() = match subject {
        Subject::Unknown => StatusCode::NOT_FOUND,
        Subject::Instance | Subject::Video(_) | Subject::Actor(_) => StatusCode::OK,
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
pub async fn favicon() -> Outcome {
    let mut response = empty(StatusCode::FOUND);
    let fields: [(HeaderName, &str); 2] =
        [(LOCATION, "/icons/shoal-192.png"), (CACHE_CONTROL, "max-age=172800")];
    for (name, value) in fields {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
