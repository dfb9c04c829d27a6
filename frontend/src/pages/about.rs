//! What this instance is: `/about`.

use yew::prelude::*;

use crate::api::{self, Instance};
use crate::components::{Heading, Loading, failed, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;

/// What this instance is.
#[component]
#[inline(never)]
pub fn About() -> Html {
    let locale = use_locale();
    let words = locale.words();
    let client = use_session().client;
    let loaded = use_loaded((), move |()| async move { api::instance(&client).await });
    html! {
        <div class="page page-text">
            {
                match &loaded.state {
                    Loading::Waiting => html! { <><Heading title={words.about} waiting=true /><p class="bones"><span class="bone" /><span class="bone bone-short" /></p></> },
                    Loading::Failed(failure) => html! {
                        <><Heading title={words.about} />{ failed(failure, &loaded.again, words) }</>
                    },
                    Loading::Here(instance) => draw(instance, &locale),
                }
            }
        </div>
    }
}

fn draw(instance: &Instance, locale: &Locale) -> Html {
    let words = locale.words();
    let bytes = |quota: i64| match u64::try_from(quota) {
        Ok(quota) => locale.bytes(quota),
        Err(_) => words.no_limit.to_owned(),
    };
    let heights = &instance.transcoding.enabled_resolutions;
    let heights: Vec<String> =
        heights.iter().filter(|height| 0 < **height).map(|height| format!("{height}p")).collect();
    html! {
        <>
            <Heading title={instance.instance.name.clone()} tab={words.about} />
            if !instance.instance.short_description.is_empty() {
                <p class="lead">{ &instance.instance.short_description }</p>
            }
            <p>{ words.about_text }</p>
            <h2>{ words.about_facts }</h2>
            <dl class="facts">
                <dt>{ words.about_software }</dt><dd>{ "Shoal " }{ &instance.server_software.version }</dd>
                <dt>{ words.about_signup }</dt>
                <dd>{ if instance.signup.allowed { words.about_signup_open } else { words.about_signup_closed } }</dd>
                <dt>{ words.about_quota }</dt><dd>{ bytes(instance.user.video_quota) }</dd>
                <dt>{ words.about_quota_daily }</dt><dd>{ bytes(instance.user.video_quota_daily) }</dd>
                if !heights.is_empty() {
                    <dt>{ words.about_heights }</dt><dd>{ heights.join(", ") }</dd>
                }
            </dl>
        </>
    }
}
