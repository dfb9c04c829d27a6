//! What narrows and sorts the videos that were found: each choice acts at once, as an address of its own.

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::wish::{AGES, Facet, LENGTHS, SENSITIVE, SORTS, Wish};
use crate::api;
use crate::browser::page;
use crate::components::{Loading, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::navigation;
use crate::session::use_session;
use crate::text::words::shelves::SearchWords;
use crate::text::words::{CATEGORIES, LICENCES};

/// What [`Filters`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is looked for now.
    pub wish: Wish,
}

/// From this many pixels on the filters leave room for what was found.
const WIDE_MIN: f64 = 736.0;

/// The fields.
#[component]
#[inline(never)]
pub fn Filters(props: &Props) -> Html {
    let locale = use_locale();
    let words = SearchWords::of(locale.language());
    let all = locale.words();
    let client = use_session().client;
    let languages = use_loaded((), move |()| async move { api::languages(&client).await });
    let wish = &props.wish;
    // It stays as it was opened: a choice must not fold it up under somebody's hands. On a phone it would stand between
    // them and what was found.
    let is_open = use_state(|| {
        let width = page::window().inner_width().ok().and_then(|width| width.as_f64());
        wish.is_narrowed() && width.is_some_and(|width| WIDE_MIN <= width)
    });
    let ontoggle = {
        let is_open = is_open.setter();
        Callback::from(move |event: Event| {
            let details = event.target_unchecked_into::<web_sys::Element>();
            is_open.set(details.has_attribute("open"));
        })
    };
    let named = |values: &[&'static str], names: &[&'static str]| -> Vec<(String, String)> {
        values.iter().zip(names).map(|(value, name)| ((*value).to_owned(), (*name).to_owned())).collect()
    };
    let numbered = |numbers: &[u32], name: &dyn Fn(u32) -> Option<&'static str>| -> Vec<(String, String)> {
        let row = |number: &u32| Some((number.to_string(), name(*number)?.to_owned()));
        numbers.iter().filter_map(row).collect()
    };
    let ages = named(&AGES.map(|(name, _)| name), &[words.day, words.week, words.month, words.year]);
    let lengths = named(&LENGTHS.map(|(name, _)| name), &[words.short, words.medium, words.long]);
    let live = named(&["true", "false"], &[words.live, words.on_demand]);
    let sensitive = named(&SENSITIVE, &[words.with_sensitive, words.only_sensitive, words.no_sensitive]);
    let sorts = named(
        &SORTS,
        &[
            words.sort_newest,
            words.sort_oldest,
            words.sort_views,
            words.sort_likes,
            words.sort_longest,
            words.sort_name,
        ],
    );
    let spoken = match &languages.state {
        Loading::Here(known) => spoken(known, &locale),
        // The one that is chosen is seen all the same.
        Loading::Waiting | Loading::Failed(_) => {
            let chosen = wish.chosen(Facet::Language).to_owned();
            let chosen = Some(chosen).filter(|chosen| !chosen.is_empty());
            chosen.map(|code| (code.clone(), locale.language_name(&code, &code))).into_iter().collect()
        }
    };
    let categories = numbered(&CATEGORIES, &|number| all.category(number));
    let licences = numbered(&LICENCES, &|number| all.licence(number));
    let on_tags = {
        let wish = wish.clone();
        Callback::from(move |event: Event| {
            let tags = event.target_unchecked_into::<HtmlInputElement>().value();
            navigation::go(&wish.with(Facet::Tags, tags.trim()).route());
        })
    };
    html! {
        <details class="filters" open={*is_open} {ontoggle}>
            <summary>{ words.filters }if 0 < wish.filters() { { format!(" ({})", wish.filters()) } }</summary>
            <div class="filters-fields">
                { choice(wish, Facet::Sort, all.sort_by, words.sort_match, &sorts) }
                { choice(wish, Facet::Published, words.published, words.any, &ages) }
                { choice(wish, Facet::Length, words.duration, words.any, &lengths) }
                { choice(wish, Facet::Live, words.kind, words.any, &live) }
                { choice(wish, Facet::Category, all.field_category, words.any, &categories) }
                { choice(wish, Facet::Licence, all.field_licence, words.any, &licences) }
                { choice(wish, Facet::Language, all.field_language, words.any, &spoken) }
                { choice(wish, Facet::Sensitive, words.sensitive, words.as_usual, &sensitive) }
                <div class="field">
                    <label for="found-tags">{ words.tags }</label>
                    <input id="found-tags" type="text" autocomplete="off" maxlength="200" value={wish.chosen(Facet::Tags).to_owned()}
                        onchange={on_tags} aria-describedby="found-tags-hint" />
                    <p class="field-hint" id="found-tags-hint">{ words.tags_hint }</p>
                </div>
            </div>
            if *wish != wish.plain() {
                <p><a class="button" href={wish.plain().route().to_string()}>{ words.no_filters }</a></p>
            }
        </details>
    }
}

/// Languages by their names.
fn spoken(known: &std::collections::BTreeMap<String, String>, locale: &Locale) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> =
        known.iter().map(|(code, label)| (code.clone(), locale.language_name(code, label))).collect();
    locale.sort(&mut rows, |(_, name)| name);
    rows
}

fn choice(
    wish: &Wish,
    facet: Facet,
    label: &'static str,
    none: &'static str,
    options: &[(String, String)],
) -> Html {
    let id = format!("found-{}", facet.name());
    let chosen = wish.chosen(facet);
    let onchange = {
        let wish = wish.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            navigation::go(&wish.with(facet, &value).route());
        })
    };
    html! {
        <div class="field">
            <label for={id.clone()}>{ label }</label>
            <select {id} {onchange}>
                <option value="" selected={chosen.is_empty()}>{ none }</option>
                { for options.iter().map(|(value, name)| html! {
                    <option value={value.clone()} selected={value == chosen}>{ name }</option>
                }) }
            </select>
        </div>
    }
}
