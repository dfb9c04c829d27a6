//! What this instance is: `/about`.

use yew::prelude::*;

use super::view::Known;
use crate::api::{Social, Texts};
use crate::components::{Heading, Markdown, avatar};
use crate::locale::Locale;
use crate::route::Route;
use crate::text::words::Words;

/// What this instance is.
pub fn draw(known: &Known, locale: &Locale) -> Html {
    let words = locale.words();
    let Known { instance, texts, .. } = known;
    let of = &instance.instance;
    html! {
        <>
            <header class="actor">
                if let Some(banner) = texts.banners.iter().max_by_key(|banner| banner.width) {
                    <img class="actor-banner" src={banner.path.clone()} alt="" width="1920" height="317" />
                }
                <div class="actor-row">
                    if !texts.avatars.is_empty() {
                        { avatar(&of.name, &texts.avatars, 96) }
                    }
                    <div class="actor-words">
                        <Heading title={of.name.clone()} tab={words.about} />
                        if !of.short_description.is_empty() {
                            <p class="lead">{ &of.short_description }</p>
                        }
                    </div>
                </div>
            </header>
            { written(texts, &of.support.text, words) }
            if instance.contact_form.enabled {
                <p><a class="button" href={Route::Contact.to_string()}>{ words.contact }</a></p>
            }
            <p class="about-text">{ words.about_text }</p>
            <h2>{ words.about_facts }</h2>
            { facts(known, locale) }
        </>
    }
}

/// What administrators wrote, each text under its heading.
fn written(texts: &Texts, support: &str, words: &'static Words) -> Html {
    let written = [
        ("", texts.description.as_str()),
        (words.about_administrator, &texts.administrator),
        (words.about_reason, &texts.creation_reason),
        (words.about_terms, &texts.terms),
        (words.about_conduct, &texts.code_of_conduct),
        (words.about_moderation, &texts.moderation_information),
        (words.about_lifetime, &texts.maintenance_lifetime),
        (words.about_money, &texts.business_model),
        (words.support, support),
        (words.about_hardware, &texts.hardware_information),
    ];
    let section = |(title, text): (&'static str, &str)| {
        html! {
            <section class="about-said">
                if !title.is_empty() {
                    <h2>{ title }</h2>
                }
                <Markdown text={AttrValue::from(text.to_owned())} />
            </section>
        }
    };
    written.into_iter().filter(|(_, text)| !text.trim().is_empty()).map(section).collect()
}

/// What can be said in a line each.
fn facts(known: &Known, locale: &Locale) -> Html {
    let words = locale.words();
    let Known { instance, texts, numbers, .. } = known;
    let bytes = |quota: i64| match u64::try_from(quota) {
        Ok(quota) => locale.bytes(quota),
        Err(_) => words.no_limit.to_owned(),
    };
    let signup = match (instance.signup.allowed, instance.signup.requires_approval) {
        (false, _) => words.about_signup_closed,
        (true, true) => words.about_signup_asked,
        (true, false) => words.about_signup_open,
    };
    let heights = instance.transcoding.enabled_resolutions.iter().filter(|height| 0 < **height);
    let languages = texts.languages.iter().map(|code| locale.language_name(code, code));
    let categories = texts.categories.iter().filter_map(|category| words.category(*category));
    let here = [
        locale.count(numbers.total_local_videos, &words.videos),
        locale.count(numbers.total_local_video_views, &words.views),
        locale.count(numbers.total_local_video_comments, &words.comments),
        locale.count(numbers.total_users, &words.accounts),
    ];
    let rows = [
        (words.about_here, here.join(", ")),
        (words.about_categories, categories.collect::<Vec<_>>().join(", ")),
        (words.about_languages, languages.collect::<Vec<_>>().join(", ")),
        (words.about_country, instance.instance.server_country.clone()),
        (words.about_signup, signup.to_owned()),
        (words.about_quota, bytes(instance.user.video_quota)),
        (words.about_quota_daily, bytes(instance.user.video_quota_daily)),
        (words.about_heights, heights.map(|height| format!("{height}p")).collect::<Vec<_>>().join(", ")),
        (words.about_software, format!("Shoal {}", instance.server_software.version)),
    ];
    let row = |(name, text): (&'static str, String)| html! { <><dt>{ name }</dt><dd>{ text }</dd></> };
    let elsewhere = elsewhere(&instance.instance.social, words);
    html! {
        <dl class="facts">
            { for rows.into_iter().filter(|(_, text)| !text.is_empty()).map(row) }
            if !elsewhere.is_empty() {
                <dt>{ words.about_elsewhere }</dt><dd class="about-links">{ for elsewhere }</dd>
            }
        </dl>
    }
}

/// Links to where else the instance is. What is no address of the web is no link.
fn elsewhere(social: &Social, words: &'static Words) -> Vec<Html> {
    let links = [
        (words.about_site_own, &social.external_link),
        ("Mastodon", &social.mastodon_link),
        ("Bluesky", &social.bluesky_link),
        ("X", &social.x_link),
    ];
    let is_web = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    let links = links.into_iter().filter(|(_, address)| is_web(address));
    let links =
        links.map(|(name, address)| html! { <a href={address.clone()} rel="noopener me">{ name }</a> });
    links.collect()
}
