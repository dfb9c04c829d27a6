//! The instance itself: its home page, its pictures, its look, letters to who keeps it, and a look inside for
//! administrators.

use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::limits::USER_DISPLAY_NAME_LENGTH;

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::me::an_email;
use super::pages::head::escape;
use super::picture::{self, Kind};
use super::problem::Failure;
use super::respond::{self, Outcome, empty, no_content, text_of, with_header};
use super::session::with_tries;
use super::signup::take;
use super::{custom, index, views};
use crate::app::App;
use crate::config::NsfwPolicy;
use crate::domain::outbox;
use crate::domain::right::Right;
use crate::domain::site::{self, HOMEPAGE, Logo, SitePicture};
use crate::domain::wrong::Wrong;
use crate::logins::Bounded;
use crate::mail::Language;
use crate::mail::words::Writer;
use crate::store::records::{ActorPicture, Custom, Role};
use crate::store::tables::{SitePageKey, UserKey};
use crate::store::{Durability, Read, StoreError};
use crate::{upkeep, uploads, watching};

/// A home page: text of fifty pages.
pub(super) const HOMEPAGE_LENGTH_MAX: usize = 100_000;
/// The same with each letter escaped.
const HOMEPAGE_BYTES_MAX: usize = 1024 * 1024;
/// PeerTube's bounds of a letter.
pub(super) const LETTER_LENGTH: std::ops::RangeInclusive<usize> = 3..=5000;
/// Letters in the subject of a letter.
pub(super) const SUBJECT_LENGTH_MAX: usize = 120;
/// A letter with each letter of it escaped.
const LETTER_BYTES_MAX: usize = 64 * 1024;
/// A letter is of use while who wrote it waits for an answer.
const LETTER_DURATION: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 60 * 60);

/// `GET /api/v1/custom-pages/homepage/instance`
pub async fn homepage(ask: Ask) -> Outcome {
    let page = ask.app.read(|store| store.get(&SitePageKey { name: HOMEPAGE.to_owned() })).await?;
    let page = page.ok_or_else(|| Failure::not_found("Instance homepage could not be found"))?;
    respond::json(&json!({ "content": page.content }))
}

/// `PUT /api/v1/custom-pages/homepage/instance`
pub async fn set_homepage(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageInstanceCustomPage).await?;
    let mut fields = Fields::read(&ask, body, HOMEPAGE_BYTES_MAX).await?;
    let content = fields.whole_text("content", 0..=HOMEPAGE_LENGTH_MAX);
    let content = fields.required("content", content);
    fields.end()?;
    ask.app.write(Durability::Flushed, move |write, now| site::set_homepage(write, now, content)).await?;
    Ok(no_content())
}

/// `POST /api/v1/config/instance-avatar/pick`
pub async fn pick_avatar(ask: Ask, body: Body) -> Outcome {
    pick(&ask, body, Kind::Avatar, SitePicture::Avatar).await
}

/// `POST /api/v1/config/instance-banner/pick`
pub async fn pick_banner(ask: Ask, body: Body) -> Outcome {
    pick(&ask, body, Kind::Banner, SitePicture::Banner).await
}

/// `DELETE /api/v1/config/instance-avatar`
pub async fn delete_avatar(ask: Ask) -> Outcome {
    drop_picture(&ask, SitePicture::Avatar).await
}

/// `DELETE /api/v1/config/instance-banner`
pub async fn delete_banner(ask: Ask) -> Outcome {
    drop_picture(&ask, SitePicture::Banner).await
}

/// `POST /api/v1/config/instance-logo/{logoType}/pick`
pub async fn pick_logo(place: Segment, ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    let logo = a_logo(&place)?;
    pick(&ask, body, Kind::Logo(logo), SitePicture::Logo(logo)).await
}

/// `DELETE /api/v1/config/instance-logo/{logoType}`
pub async fn delete_logo(place: Segment, ask: Ask) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    drop_picture(&ask, SitePicture::Logo(a_logo(&place)?)).await
}

fn a_logo(place: &Segment) -> Result<Logo, Failure> {
    let found = Logo::ALL.into_iter().find(|logo| logo.name() == place.0);
    let message = "Should be favicon, header-wide, header-square or opengraph";
    found.ok_or_else(|| Wrong::path("logoType", &place.0, message).into())
}

async fn pick(ask: &Ask, body: Body, kind: Kind, which: SitePicture) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    let picture = picture::receive(ask, body, kind).await?;
    if let Err(error) = set(&ask.app, which, Some(picture.clone())).await {
        picture::discard(&ask.app, &picture).await;
        return Err(error.into());
    }
    Ok(no_content())
}

async fn drop_picture(ask: &Ask, which: SitePicture) -> Outcome {
    ask.person_with(Right::ManageConfiguration).await?;
    set(&ask.app, which, None).await?;
    Ok(no_content())
}

async fn set(app: &App, which: SitePicture, picture: Option<ActorPicture>) -> Result<(), StoreError> {
    app.write(Durability::Flushed, move |write, _| site::set_picture(write, which, picture)).await
}

/// `GET /custom.css`: what administrators add to the look of all pages.
pub async fn css(ask: Ask) -> Outcome {
    let response = text_of("text/css; charset=utf-8", ask.app.config().instance.css.clone());
    Ok(with_header(response, CACHE_CONTROL, KEPT))
}

/// `GET /custom.js`: what administrators have run in all pages, where who keeps the machine allows that.
pub async fn javascript(ask: Ask) -> Outcome {
    let config = ask.app.config();
    if !config.www.custom_javascript {
        return Ok(empty(StatusCode::NOT_FOUND));
    }
    let response = text_of("text/javascript; charset=utf-8", config.instance.javascript.clone());
    Ok(with_header(response, CACHE_CONTROL, KEPT))
}

/// The address has a digest of what is there, so that it may be kept as long as it is asked for.
const KEPT: &str = "public, max-age=86400";

/// What pages show at the bare address by themselves.
pub const FIRST_PAGE: &str = "/videos/browse";

/// Whether pages are light or dark for who never chose: none where that is the system's word.
#[must_use]
pub fn theme(app: &App) -> Option<&'static str> {
    match custom::kept(app, "theme.default").as_str() {
        Some("light") => Some("light"),
        Some("dark") => Some("dark"),
        Some(_) | None => None,
    }
}

/// The tags of what administrators added to all pages.
#[must_use]
pub fn look(app: &App) -> String {
    let config = app.config();
    let version = |text: &str| hex::encode(Sha256::digest(text).get(..8).unwrap_or_default());
    let mut tags = String::new();
    let broadcast = &config.broadcast;
    if broadcast.enabled && !broadcast.message.is_empty() {
        let dismissable = if broadcast.dismissable { " data-dismissable" } else { "" };
        tags.push_str(&format!(
            "<meta name=\"shoal-broadcast\" content=\"{}\" data-level=\"{}\"{dismissable}>\n",
            escape(&broadcast.message),
            escape(&broadcast.level)
        ));
    }
    if app.site().has_homepage {
        tags.push_str("<meta name=\"shoal-home\">\n");
    }
    // Drawn 38 pixels wide, on screens that have two or three for one.
    let site = app.site();
    let pictures = views::avatars(site.logo(Logo::HeaderSquare).or(site.avatar.as_ref()));
    if let Some(picture) = pictures.iter().find(|picture| 96 <= picture.width).or(pictures.last()) {
        tags.push_str(&format!("<meta name=\"shoal-logo\" content=\"{}\">\n", escape(&picture.path)));
    }
    if let Some(picture) = views::avatars(site.logo(Logo::HeaderWide)).last() {
        tags.push_str(&format!("<meta name=\"shoal-logo-wide\" content=\"{}\">\n", escape(&picture.path)));
    }
    if index::index(app).is_some() {
        let which = match index::preference(app) {
            (_, false) => "only",
            (true, true) => "first",
            (false, true) => "offered",
        };
        tags.push_str(&format!("<meta name=\"shoal-index\" content=\"{which}\">\n"));
    }
    if config.search.captions {
        tags.push_str("<meta name=\"shoal-said\" content=\"offered\">\n");
    }
    // How strangers see what is not for all eyes; pages take the strictest where nothing is said.
    let sensitive = config.instance.nsfw_policy;
    if sensitive != NsfwPolicy::DoNotList {
        tags.push_str(&format!("<meta name=\"shoal-sensitive\" content=\"{sensitive}\">\n"));
    }
    let first = &config.instance.default_client_route;
    if first != FIRST_PAGE {
        tags.push_str(&format!("<meta name=\"shoal-first\" content=\"{}\">\n", escape(first)));
    }
    // Until somebody answered what a new instance is asked.
    if app.site().changed.get("wizard.done") != Some(&Custom::Truth(true)) {
        tags.push_str("<meta name=\"shoal-new\">\n");
    }
    if !config.instance.css.is_empty() {
        let version = version(&config.instance.css);
        tags.push_str(&format!("<link rel=\"stylesheet\" href=\"/custom.css?v={version}\">\n"));
    }
    if config.www.custom_javascript && !config.instance.javascript.is_empty() {
        let version = version(&config.instance.javascript);
        tags.push_str(&format!("<script type=\"module\" src=\"/custom.js?v={version}\"></script>\n"));
    }
    tags
}

/// `POST /api/v1/server/contact`
pub async fn contact(ask: Ask, body: Body) -> Outcome {
    let config = ask.app.config();
    let conflict = |detail: &str| Failure::new(StatusCode::CONFLICT, detail);
    if !config.contact.enabled {
        return Err(conflict("Contact form is not enabled on this instance."));
    }
    if !ask.app.can_mail() {
        return Err(conflict("SMTP is not configured on this instance."));
    }
    let mut fields = Fields::read(&ask, body, LETTER_BYTES_MAX).await?;
    let name = fields.text("fromName", USER_DISPLAY_NAME_LENGTH);
    let name = fields.required("fromName", name);
    let email = fields.parsed("fromEmail", "Should be an e-mail address", an_email);
    let email = fields.required("fromEmail", email);
    let subject = fields.text("subject", 0..=SUBJECT_LENGTH_MAX).unwrap_or_default();
    let text = fields.text("body", LETTER_LENGTH);
    let text = fields.required("body", text);
    fields.end()?;
    let left = match take(&ask.app, Bounded::Contacts, ask.address()) {
        Ok(left) => left,
        Err(refusal) => return Ok(*refusal),
    };
    let (to, language) = keeper(&ask.app).await?;
    // Many addresses may write, and one person reads.
    if !ask.app.logins().take_mailbox(ask.app.clock().instant(), &to) {
        return Err(Failure::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Many are writing at this moment. Try again in a few minutes.",
        ));
    }
    let letter = Writer { language: Language::of(language.as_deref()), instance: &config.instance.name }
        .contact(&name, &email, &subject, &text);
    ask.app
        .write(Durability::Flushed, move |write, now| {
            outbox::post_for(write, now, &to, &email, letter, LETTER_DURATION).map(drop)
        })
        .await?;
    Ok(with_tries(&ask.app, no_content(), left))
}

/// Who reads letters to the instance, and the language they read.
async fn keeper(app: &App) -> Result<(String, Option<String>), Failure> {
    let chosen = app.config().contact.email.clone();
    let first = app
        .read(|store| {
            store
                .table::<UserKey>()
                .map(|row| row.map(|(_, user)| user))
                .find(|user| user.as_ref().map_or(true, |user| user.role == Role::Administrator))
                .transpose()
        })
        .await?;
    let language = first.as_ref().and_then(|user| user.preferences.language.clone());
    let address = chosen.or_else(|| first.map(|user| user.email));
    address
        .map(|address| (address, language))
        .ok_or_else(|| Failure::new(StatusCode::CONFLICT, "Nobody keeps this instance."))
}

/// `GET /api/v1/server/debug`
pub async fn debug(ask: Ask) -> Outcome {
    ask.person_with(Right::ManageDebug).await?;
    respond::json(
        &json!({ "ip": ask.address().to_canonical().to_string(), "activityPubMessagesWaiting": ask.app.arrivals().count_waiting() }),
    )
}

/// What the server can be told to do at once that it does by itself sooner or later, by PeerTube's words; and a letter that
/// shows whether mail arrives.
pub(super) const COMMANDS: &[&str] = &[
    "remove-dandling-resumable-uploads",
    "process-video-views-buffer",
    "process-video-viewers",
    "process-update-videos-scheduler",
    "process-remove-old-views",
    "test-emails",
];
/// Two words.
const COMMAND_BYTES_MAX: usize = 4 * 1024;
/// Whoever tries mail looks for it at once.
const TEST_DURATION: std::time::Duration = std::time::Duration::from_secs(60 * 60);

/// `POST /api/v1/server/debug/run-command`
pub async fn run_command(ask: Ask, body: Body) -> Outcome {
    ask.person_with(Right::ManageDebug).await?;
    let mut fields = Fields::read(&ask, body, COMMAND_BYTES_MAX).await?;
    let command = fields
        .parsed("command", "Invalid command", |word| COMMANDS.iter().find(|known| **known == word).copied());
    let command = fields.required("command", command);
    let email = fields.parsed("email", "Should be an e-mail address", an_email);
    let email = if command == "test-emails" { fields.required("email", email) } else { String::new() };
    fields.end()?;
    let app = &ask.app;
    match command {
        "remove-dandling-resumable-uploads" => app.blocking(uploads::sweep).await,
        "process-video-views-buffer" => watching::tick(app).await,
        "process-video-viewers" => watching::write_statistics(app).await,
        "process-update-videos-scheduler" => upkeep::run_schedules(app).await,
        "process-remove-old-views" => watching::forget_old_days(app).await,
        _ => send_test(app, email).await?,
    }
    Ok(no_content())
}

async fn send_test(app: &App, to: String) -> Result<(), Failure> {
    if !app.can_mail() {
        return Err(Failure::new(StatusCode::CONFLICT, "SMTP is not configured on this instance."));
    }
    let config = app.config();
    let (_, language) = keeper(app).await?;
    let letter =
        Writer { language: Language::of(language.as_deref()), instance: &config.instance.name }.test();
    app.write(Durability::Flushed, move |write, now| {
        outbox::post(write, now, &to, letter, TEST_DURATION).map(drop)
    })
    .await?;
    Ok(())
}
