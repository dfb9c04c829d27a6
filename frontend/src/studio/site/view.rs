//! The tabs of the instance, and the page that is open.

use yew::prelude::*;

use super::arrival::Arrival;
use super::copies::Copies;
use super::follows::Follows;
use super::homepage::Homepage;
use super::say::Say;
use super::settings::Settings;
use super::statistics::Statistics;
use super::wizard::Wizard;
use crate::api::FollowList;
use crate::components::{Glyph, Heading, empty};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::session::{Viewer, use_session};
use crate::site_route::SitePage;
use crate::studio::gate::gate;
use crate::studio::tabs::Tabs;

/// What [`Site`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Which of its pages.
    pub page: SitePage,
}

/// Pages in the order of their tabs. The wizard is reached by its own word.
const TABS: [(SitePage, Say); 11] = [
    (SitePage::Information, Say { en: "Information", fr: "Informations" }),
    (SitePage::Signup, Say { en: "Sign-up and people", fr: "Inscription et membres" }),
    (SitePage::Videos, Say { en: "Videos", fr: "Vidéos" }),
    (SitePage::Look, Say { en: "Look", fr: "Apparence" }),
    (SitePage::Homepage, Say { en: "Home page", fr: "Page d’accueil" }),
    (SitePage::Network, Say { en: "Other instances", fr: "Autres instances" }),
    (SitePage::Followers, Say { en: "Followers", fr: "Abonnés" }),
    (SitePage::Following, Say { en: "Following", fr: "Abonnements" }),
    (SitePage::Arrival, Say { en: "What did not arrive", fr: "Ce qui n’est pas arrivé" }),
    (SitePage::Copies, Say { en: "Copies of videos", fr: "Copies de vidéos" }),
    (SitePage::Statistics, Say { en: "Statistics", fr: "Statistiques" }),
];

const TITLE: Say = Say { en: "The instance", fr: "L’instance" };
const NOT_ALLOWED: Say =
    Say { en: "Only administrators may look in here", fr: "Réservé à l’administration" };

/// A page about the instance itself.
#[component]
pub fn Site(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let session = use_session();
    let title = TITLE.of(&locale);
    let me = match &session.viewer {
        Viewer::Person(me) => me,
        Viewer::Arriving => return html! { <div class="page"><Heading {title} waiting=true /></div> },
        Viewer::Stranger => {
            return html! {
                <div class="page"><Heading {title} unseen=true />{ gate(words, title, &Route::Site(props.page)) }</div>
            };
        }
    };
    if !me.keeps_the_site() {
        return html! {
            <div class="page">
                <Heading {title} unseen=true />
                { empty(Glyph::Lock, NOT_ALLOWED.of(&locale), "", Html::default()) }
            </div>
        };
    }
    if props.page == SitePage::Wizard {
        return html! { <div class="page page-settings"><Wizard /></div> };
    }
    let name = TABS.iter().find(|(page, _)| *page == props.page).map(|(_, name)| name.of(&locale));
    let body = match props.page {
        SitePage::Homepage => html! { <Homepage /> },
        SitePage::Statistics => html! { <Statistics /> },
        SitePage::Arrival => html! { <Arrival /> },
        SitePage::Followers => html! { <Follows key="followers" list={FollowList::Followers} /> },
        SitePage::Following => html! { <Follows key="following" list={FollowList::Following} /> },
        SitePage::Copies => html! { <Copies /> },
        page @ (SitePage::Information
        | SitePage::Signup
        | SitePage::Videos
        | SitePage::Look
        | SitePage::Network
        | SitePage::Wizard) => html! { <Settings key={page.path()} {page} /> },
    };
    html! {
        <div class="page page-settings">
            <Heading {title} tab={AttrValue::from(name.unwrap_or(title))} />
            { tabs(&locale, props.page) }
            <div class="sections">{ body }</div>
        </div>
    }
}

fn tabs(locale: &Locale, here: SitePage) -> Html {
    let tab = |(page, name): &(SitePage, Say)| {
        let current = (*page == here).then_some("page");
        html! { <li><a href={page.path()} aria-current={current}>{ name.of(locale) }</a></li> }
    };
    html! {
        <Tabs label={TITLE.of(locale)} present={here.path()}>{ for TABS.iter().map(tab) }</Tabs>
    }
}
