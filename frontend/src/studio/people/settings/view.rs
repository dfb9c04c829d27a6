//! The tabs of the settings, and the section that is open.

use std::rc::Rc;

use shared::api::Me;
use yew::prelude::*;

use super::{leave, news, preferences, profile, secrets, sessions, two_factor};
use crate::api::{self, Failure};
use crate::components::{Heading, Loading, failed, use_loaded};
use crate::locale::use_locale;
use crate::people_route::{PeoplePage, Section};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::studio::gate::gate;
use crate::studio::tabs::Tabs;
use crate::text::words::people::PeopleWords;

/// What [`Settings`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The section that is open.
    pub section: Section,
}

/// What every section takes.
#[derive(Properties, PartialEq)]
pub struct SectionProps {
    /// Everything the instance holds of the person.
    pub me: Rc<Me>,
    /// To be told when some of it was changed.
    pub on_change: Callback<()>,
}

/// What one chose for oneself.
#[component]
pub fn Settings(props: &Props) -> Html {
    let locale = use_locale();
    let (words, people) = (locale.words(), locale.people());
    let session = use_session();
    let client = session.client.clone();
    let id = session.person().map(|me| me.id);
    let loaded = use_loaded(id, move |id| {
        let is_known = id.is_some();
        async move { if is_known { api::my_settings(&client).await } else { Err(Failure::Unreadable) } }
    });
    let on_change = {
        let (again, session) = (loaded.again.clone(), session.clone());
        Callback::from(move |()| {
            again.emit(());
            session.renew();
        })
    };
    let body = match (&session.viewer, &loaded.state) {
        (Viewer::Stranger, _) => {
            let next = Route::People(PeoplePage::Settings(props.section));
            return html! {
                <div class="page">
                    <Heading title={words.settings} unseen=true />
                    { gate(words, people.gate_settings, &next) }
                </div>
            };
        }
        (Viewer::Arriving, _) | (_, Loading::Waiting) => html! {
            <div class="sheet skeleton sheet-tall" aria-hidden="true" />
        },
        (Viewer::Person(_), Loading::Failed(failure)) => failed(failure, &loaded.again, words),
        (Viewer::Person(_), Loading::Here(me)) => {
            let me = me.clone();
            match props.section {
                Section::Profile => html! { <profile::Profile {me} {on_change} /> },
                Section::Preferences => html! { <preferences::Preferences {me} {on_change} /> },
                Section::Notifications => html! { <news::News {me} {on_change} /> },
                Section::Security => html! {
                    <>
                        <secrets::Address me={me.clone()} on_change={on_change.clone()} />
                        <secrets::Password me={me.clone()} on_change={on_change.clone()} />
                        <two_factor::TwoFactor me={me.clone()} on_change={on_change.clone()} />
                        <sessions::Sessions me={me.clone()} on_change={on_change.clone()} />
                        <leave::Leave {me} {on_change} />
                    </>
                },
            }
        }
    };
    html! {
        <div class="page page-settings">
            <Heading title={words.settings} tab={AttrValue::from(name(props.section, people))} />
            <Tabs label={words.settings} present={PeoplePage::Settings(props.section).to_string()}>
                { for Section::ALL.into_iter().map(|section| html! {
                    <li>
                        <a href={PeoplePage::Settings(section).to_string()}
                            aria-current={(section == props.section).then_some("page")}>{ name(section, people) }</a>
                    </li>
                }) }
            </Tabs>
            <div class="sections">{ body }</div>
        </div>
    }
}

fn name(section: Section, people: &PeopleWords) -> &'static str {
    match section {
        Section::Profile => people.section_profile,
        Section::Preferences => people.section_preferences,
        Section::Notifications => people.section_notifications,
        Section::Security => people.section_security,
    }
}
