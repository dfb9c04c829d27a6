//! `/videos/{id}/embed-privacy`: on which sites a video may be shown in a frame.

use http::StatusCode;
use shared::api::{EmbedAllowed, EmbedPrivacy, Label};

use super::extract::{Ask, Body, Segment};
use super::fields::Fields;
use super::problem::Failure;
use super::respond::{Outcome, json, no_content};
use super::video::{find, find_seen};
use crate::domain::host;
use crate::domain::video::edit::EditError;
use crate::domain::video::embed::{self, DOMAINS_MAX, EVERYWHERE, NOWHERE, ON};
use crate::domain::wrong::Wrong;
use crate::store::Durability;
use crate::store::records::Embed;

/// As many hosts as a video may have, in JSON's longest spelling.
const EMBED_BYTES_MAX: usize = 128 * 1024;

/// `GET /api/v1/videos/{id}/embed-privacy`
pub async fn show(id: Segment, ask: Ask) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let policy = &entry.listed.video.embed;
    let (id, label) = embed::label(policy);
    json(&EmbedPrivacy {
        policy: Label { id, label: label.to_owned() },
        domains: embed::domains(policy).to_vec(),
    })
}

/// `PUT /api/v1/videos/{id}/embed-privacy`
pub async fn decide(id: Segment, ask: Ask, body: Body) -> Outcome {
    let who = ask.person().await?;
    let (entry, _) = find(&id, &ask.app)?;
    if !entry.listed.sight().may_change(&who) {
        return Err(EditError::NotYours.into());
    }
    let mut fields = Fields::read(&ask, body, EMBED_BYTES_MAX).await?;
    let policy = fields.number("policy", EVERYWHERE..=NOWHERE);
    let policy = fields.required("policy", policy);
    let is_known = [EVERYWHERE, ON, NOWHERE].contains(&policy);
    // One that is no number in these bounds was refused above.
    if !is_known && policy != 0 {
        fields.wrong("policy", "Should be 1, 2 or 4");
    }
    let domains = fields.texts_or_null("domains", DOMAINS_MAX, |text| host::parse(text).is_some());
    let domains = fields.required("domains", domains.flatten());
    fields.end()?;
    if policy != ON && !domains.is_empty() {
        let detail = "Domains should be empty when policy is in \"all allowed\" or \"disabled\" mode";
        return Err(Failure::new(StatusCode::BAD_REQUEST, detail));
    }
    let policy = match policy {
        EVERYWHERE => Embed::Everywhere,
        ON => {
            let mut domains: Vec<String> = domains.iter().filter_map(|text| host::parse(text)).collect();
            domains.sort_unstable();
            domains.dedup();
            Embed::On(domains)
        }
        _ => Embed::Nowhere,
    };
    let video = entry.listed.video.id;
    let work =
        ask.app.write(Durability::Flushed, move |write, now| embed::decide(write, now, &who, video, policy));
    work.await?;
    Ok(no_content())
}

/// `GET /api/v1/videos/{id}/embed-privacy/allowed`
pub async fn allowed(id: Segment, ask: Ask) -> Outcome {
    let sent = ask.parameter("domain");
    let host = sent.as_deref().and_then(host::parse);
    let host = host.ok_or_else(|| Wrong::query("domain", sent.as_deref(), "Should be a host"))?;
    // What opens a video is not asked for: where it may be framed is in the head of its page for everybody who has its
    // address.
    let (entry, viewer) = find_seen(&id, &ask).await?;
    let policy = &entry.listed.video.embed;
    let domain_allowed = embed::allows(policy, &host, ask.app.url().host());
    let may_change = || viewer.person().is_some_and(|who| entry.listed.sight().may_change(who));
    let user_bypass_allowed = (!domain_allowed).then(|| *policy != Embed::Nowhere && may_change());
    json(&EmbedAllowed { domain_allowed, user_bypass_allowed })
}
