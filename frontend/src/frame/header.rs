//! Logo, search field, upload, display, account.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser::bus::{Word, hear};
use crate::browser::page;
use crate::components::{Glyph, Menu, avatar, icon, logo};
use crate::desk::Desk;
use crate::later::{later_bell, later_suggestions};
use crate::library_route::Library;
use crate::locale::{Language, Locale, use_locale};
use crate::navigation;
use crate::people_route::{PeoplePage, Section};
use crate::route::{Route, Shelf};
use crate::session::{Viewer, use_session};
use crate::site_route::SitePage;
use crate::text::words::order::OrderWords;
use crate::theme::{Choice, Theme, use_theme};

/// What [`Header`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The page one is on.
    pub route: Route,
    /// Whether the bell may be drawn: the part of the program it is in has come.
    pub has_bell: bool,
}

/// The header of every page.
#[component]
pub fn Header(props: &Props) -> Html {
    let (locale, theme) = (use_locale(), use_theme());
    let words = locale.words();
    let underway = use_state(|| None::<u8>);
    use_effect_with((), {
        let underway = underway.setter();
        move |()| {
            let heard = hear(Word::Uploading, move |percent| underway.set(percent.parse().ok()));
            move || drop(heard)
        }
    });
    // In a narrow window the field stands under the rest while it is wanted.
    let is_asking = use_state_eq(|| false);
    use_effect_with(props.route.clone(), {
        let is_asking = is_asking.setter();
        move |_| is_asking.set(false)
    });
    use_effect_with(*is_asking, |is_asking| {
        let field = page::document().get_element_by_id("search").filter(|_| *is_asking);
        if let Some(field) = field {
            page::focus(&field);
        }
    });
    let ask = {
        let is_asking = is_asking.clone();
        Callback::from(move |_: MouseEvent| is_asking.set(!*is_asking))
    };
    let field = use_node_ref();
    let onsubmit = {
        let field = field.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(field) = field.cast::<HtmlInputElement>() {
                navigation::go(&Route::search(field.value().trim()));
            }
        })
    };
    let on_upload = props.route == Route::Upload;
    let home = page::meta_text("shoal-first").unwrap_or_else(|| Route::Browse(Shelf::Recent).to_string());
    // Has the name in it, as a picture: on wide pages it stands in the place of logo and name.
    let wide = page::meta_text("shoal-logo-wide");
    html! {
        <header class={if *is_asking { "header header-asking" } else { "header" }}>
            <a class={if wide.is_some() { "brand brand-wide" } else { "brand" }} href={home}>
                if let Some(wide) = wide {
                    <img class="logo-wide" src={wide} alt="" />
                }
                if let Some(picture) = page::meta_text("shoal-logo") {
                    <img class="logo" src={picture} alt="" />
                } else {
                    { logo() }
                }
                <span class="brand-name">{ page::site_name() }</span>
            </a>
            <form id="search-form" class="search" role="search" action="/search" {onsubmit}>
                <input ref={field} id="search" name="search" type="text" inputmode="search" enterkeyhint="search" maxlength="200"
                    autocomplete="off" autocapitalize="none" aria-label={words.search} placeholder={words.search} />
                <button class="button button-quiet button-round" aria-label={words.search}>{ icon(Glyph::Search) }</button>
                if props.has_bell { { later_suggestions(&props.route) } }
            </form>
            <nav class="header-acts" aria-label={words.main_menu}>
                <button type="button" class="button button-quiet button-round search-opener" aria-label={words.search}
                    aria-expanded={is_asking.to_string()} aria-controls="search-form" onclick={ask}>
                    { icon(Glyph::Search) }
                </button>
                <a class={if underway.is_some() { "button button-busy" } else { "button" }} href={Route::Upload.to_string()}
                    aria-current={on_upload.then_some("page")}>
                    { icon(Glyph::Up) }
                    <span class="wide-only">{ words.publish }</span>
                    <span class="narrow-unseen">{ words.publish }</span>
                    if let Some(percent) = *underway {
                        <span class="count">{ locale.percent(percent) }</span>
                    }
                </a>
                <Menu id="menu-display" label={words.display} face={icon(Glyph::Gear)}>
                    { display(&locale, &theme) }
                </Menu>
                if props.has_bell { { later_bell() } }
                <Person route={props.route.clone()} />
            </nav>
        </header>
    }
}

/// Theme and language.
fn display(locale: &Locale, theme: &Theme) -> Html {
    let words = locale.words();
    let choice = |choice: Choice, name: &'static str| {
        let choose = theme.choose.clone();
        let onchange = Callback::from(move |_: Event| choose.emit(choice));
        html! {
            <label class="option">
                <input type="radio" name="theme" checked={theme.choice == choice} {onchange} />{ name }
            </label>
        }
    };
    let language = |language: Language| {
        let locale = locale.clone();
        let checked = locale.language() == language;
        let onchange = Callback::from(move |_: Event| locale.choose(language));
        html! {
            <label class="option" lang={language.tag()}>
                <input type="radio" name="language" {checked} {onchange} />{ language.name() }
            </label>
        }
    };
    html! {
        <>
            <fieldset class="options">
                <legend>{ words.theme }</legend>
                { choice(Choice::Auto, words.theme_auto) }
                { choice(Choice::Light, words.theme_light) }
                { choice(Choice::Dark, words.theme_dark) }
            </fieldset>
            <fieldset class="options">
                <legend>{ words.language }</legend>
                { for Language::ALL.into_iter().map(language) }
            </fieldset>
        </>
    }
}

/// What [`Person`] takes.
#[derive(Properties, PartialEq)]
struct PersonProps {
    /// The page one is on, to come back to it.
    route: Route,
}

/// The way in, or the menu of who is in.
#[component]
fn Person(props: &PersonProps) -> Html {
    let locale = use_locale();
    let (words, order) = (locale.words(), OrderWords::of(locale.language()));
    let session = use_session();
    match &session.viewer {
        Viewer::Arriving => html! { <span class="avatar skeleton" aria-hidden="true" /> },
        Viewer::Stranger => {
            let next = props.route.after_login();
            html! {
                <a class="button button-main" href={Route::Login { next }.to_string()}
                    aria-current={matches!(props.route, Route::Login { .. }).then_some("page")}>
                    { words.log_in }
                </a>
            }
        }
        Viewer::Person(me) => {
            let leave = {
                let session = session.clone();
                Callback::from(move |_: MouseEvent| {
                    session.leave();
                    navigation::go(&Route::Browse(Shelf::Recent));
                })
            };
            let account = &me.account;
            let face = html! {
                { avatar(&account.display_name, &account.avatars, 36) }
            };
            html! {
                <Menu id="menu-account" label={words.account_menu.replacen("{}", &account.display_name, 1)} {face}>
                    <p class="menu-head"><strong>{ &account.display_name }</strong><span>{ "@" }{ &account.name }</span></p>
                    <a class="menu-item" href={Route::Mine.to_string()}>{ icon(Glyph::Film) }{ words.my_videos }</a>
                    <a class="menu-item" href={PeoplePage::Channels.to_string()}>{ icon(Glyph::Waves) }{ words.my_channels }</a>
                    <a class="menu-item" href={Route::Subscriptions.to_string()}>{ icon(Glyph::Waves) }{ words.feed }</a>
                    <a class="menu-item" href={Route::Library(Library::Lists).to_string()}>{ icon(Glyph::Keep) }{ words.playlists }</a>
                    <a class="menu-item" href={Route::History.to_string()}>{ icon(Glyph::History) }{ words.history }</a>
                    <a class="menu-item" href={Route::Account(account.name.clone()).to_string()}>
                        { icon(Glyph::Person) }{ words.my_page }
                    </a>
                    <a class="menu-item" href={PeoplePage::Settings(Section::Profile).to_string()}>{ icon(Glyph::Gear) }{ words.settings }</a>
                    if me.manages_people() {
                        <a class="menu-item" href={PeoplePage::Users.to_string()}>{ icon(Glyph::People) }{ words.admin_users }</a>
                        <a class="menu-item" href={PeoplePage::Registrations.to_string()}>{ icon(Glyph::Letter) }{ words.admin_registrations }</a>
                    }
                    <a class="menu-item" href={Desk::OwnAbuses.path()}>{ icon(Glyph::Lock) }{ order.own_order }</a>
                    if me.role.id <= 1 {
                        <a class="menu-item" href={Desk::Abuses.path()}>{ icon(Glyph::Eye) }{ order.order }</a>
                    }
                    if me.keeps_the_site() {
                        <a class="menu-item" href={SitePage::Information.path()}>{ icon(Glyph::Gear) }{ words.the_instance }</a>
                    }
                    <button type="button" class="menu-item" data-closes="" onclick={leave}>
                        { icon(Glyph::Leave) }{ words.log_out }
                    </button>
                </Menu>
            }
        }
    }
}
