//! Bringing a video from its address, beside sending a file.

use std::rc::Rc;

use shared::api::privacy;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::api::{self, ImportFrom, ImportWish, Instance, Person};
use crate::components::{Glyph, Tone, alert, complaint, icon};
use crate::locale::use_locale;
use crate::people_route::PeoplePage;
use crate::session::use_session;
use crate::studio::people::fields::{Fields, Kind, on_submit, use_form};
use crate::studio::people::form::{Form, Stage};
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// Who may see it at first: what needs more said is chosen on its own page, once it is here.
const PRIVACIES: [u32; 4] = [privacy::PUBLIC, privacy::UNLISTED, privacy::INTERNAL, privacy::PRIVATE];

/// What [`Elsewhere`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Who asks.
    pub me: Rc<Person>,
    /// Whom they ask.
    pub instance: Rc<Instance>,
}

/// An address, and what is done with it.
#[component]
pub fn Elsewhere(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let channels = props.me.video_channels.clone();
    let first = channels.first().map(|channel| channel.id.to_string()).unwrap_or_default();
    let wished = props.instance.defaults.publish.privacy;
    let wished = if PRIVACIES.contains(&wished) { wished } else { privacy::PRIVATE };
    let form = use_form("elsewhere", || {
        Form::of([
            ("targetUrl", String::new()),
            ("channelId", first.clone()),
            ("privacy", wished.to_string()),
        ])
    });
    let torrent = use_state(|| None::<File>);
    let required: &[&str] = if torrent.is_some() { &[] } else { &["targetUrl"] };
    let chosen = torrent.clone();
    let onsubmit = on_submit(&form, required, &["targetUrl"], move |form: Form| {
        let client = client.clone();
        let address = ImportFrom::Address(form.trimmed("targetUrl").to_owned());
        let wish = ImportWish {
            from: (*chosen).clone().map_or(address, ImportFrom::Torrent),
            channel: form.text("channelId").parse().unwrap_or_default(),
            privacy: form.text("privacy").parse().unwrap_or(privacy::PRIVATE),
        };
        async move { api::import_video(&client, &wish).await.map(drop) }
    });
    let fields = Fields { id: "elsewhere", form: &form, locale: &locale };
    let known: Vec<_> =
        channels.iter().map(|channel| (channel.id.to_string(), channel.display_name.clone())).collect();
    let privacies = PRIVACIES.map(|value| (value.to_string(), words.privacy_name(value).to_owned()));
    let kinds = &props.instance.import.videos;
    let address_hint = match (kinds.http.enabled, kinds.torrent.enabled) {
        (true, true) => makers.elsewhere_any_hint,
        (true, false) => makers.elsewhere_address_hint,
        (false, _) => makers.elsewhere_magnet_hint,
    };
    let onchange = {
        let torrent = torrent.setter();
        Callback::from(move |event: Event| {
            let files = event.target_unchecked_into::<HtmlInputElement>().files();
            torrent.set(files.and_then(|files| files.get(0)));
        })
    };
    let hint = form.text("privacy").parse().map_or("", |value| words.privacy_hint(value));
    html! {
        <section class="sheet" aria-labelledby="elsewhere-title">
            <form id="elsewhere" class="section-form" {onsubmit} novalidate=true>
                <h2 id="elsewhere-title">{ makers.elsewhere }</h2>
                <p>{ makers.elsewhere_text }</p>
                { fields.text("targetUrl", makers.elsewhere_address, address_hint, Kind::Handle("off")) }
                if kinds.torrent.enabled {
                    <div class="field">
                        <label for="elsewhere-torrent">{ makers.elsewhere_torrent }</label>
                        <input id="elsewhere-torrent" type="file" accept=".torrent,application/x-bittorrent" {onchange} />
                    </div>
                }
                <div class="line-form">
                    if 1 < known.len() {
                        { fields.choice("channelId", words.field_channel, "", &known) }
                    }
                    { fields.choice("privacy", words.field_privacy, hint, &privacies) }
                </div>
                {
                    match &form.stage {
                        Stage::Done => alert(Tone::Good, html! { <><p>{ makers.elsewhere_begun }</p>
                            <a class="button" href={PeoplePage::Imports.to_string()}>{ makers.imports }</a></> }),
                        Stage::Refused(failure) if failure.status() == Some(403) => complaint(makers.elsewhere_closed),
                        Stage::Refused(failure) if failure.status() == Some(409) => complaint(makers.elsewhere_many),
                        Stage::Refused(failure) if !form.has_wrong() => complaint(explain(failure, words)),
                        Stage::Open | Stage::Missing(_) | Stage::Sending | Stage::Refused(_) => Html::default(),
                    }
                }
                <div class="form-acts">
                    <a class="button button-quiet" href={PeoplePage::Imports.to_string()}>{ makers.imports }</a>
                    <button type="submit" class="button button-main" disabled={form.is_sending()}>{ icon(Glyph::Down) }{ makers.elsewhere_bring }</button>
                </div>
            </form>
        </section>
    }
}
