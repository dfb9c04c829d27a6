//! The instance's own pictures.

use std::rc::Rc;

use web_sys::Blob;
use yew::prelude::*;

use super::head;
use super::say::Say;
use super::settings::SAVED;
use crate::api::{self, Failure, Logo, Texts};
use crate::browser::{page, spawn::spawn};
use crate::components::{Loading, Tone, alert, avatar, complaint, failed, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::studio::people::picture::{AVATAR, BANNER, Pick, Shape};
use crate::text::problems::explain;

const PICTURES: Say = Say { en: "Pictures", fr: "Images" };
const SQUARE: Say = Say { en: "Square picture", fr: "Image carrée" };
const SQUARE_HINT: Say = Say {
    en: "Beside the name of the instance, and in the tabs of browsers.",
    fr: "À côté du nom de l’instance, et dans les onglets des navigateurs.",
};
const WIDE: Say = Say { en: "Wide picture", fr: "Image large" };
const WIDE_HINT: Say =
    Say { en: "Above what the instance says of itself.", fr: "Au-dessus de la présentation." };
const CHOOSE_SQUARE: Say = Say { en: "Choose a square picture", fr: "Choisir une image carrée" };
const CHOOSE_WIDE: Say = Say { en: "Choose a wide picture", fr: "Choisir une image large" };
/// Places that may have a picture of their own: their names in the API and in addresses of this page, what they are, where
/// they are, and which shape they want.
const PLACES: [(&str, &str, Say, Say, Say, Shape); 4] = [
    (
        "header-square",
        "instance-logo-square",
        Say { en: "Logo", fr: "Logo" },
        Say {
            en: "Beside the name at the top of pages. The square picture stands there otherwise.",
            fr: "À côté du nom en haut des pages. Sinon, l’image carrée y figure.",
        },
        Say { en: "Choose a logo", fr: "Choisir un logo" },
        Shape { width: 144, height: 144, see_through: true },
    ),
    (
        "header-wide",
        "instance-logo-wide",
        Say { en: "Wide logo", fr: "Logo large" },
        Say {
            en: "In the place of logo and name at the top of wide pages, so it should have the name in it.",
            fr: "À la place du logo et du nom en haut des pages larges\u{a0}: le nom devrait donc y figurer.",
        },
        Say { en: "Choose a wide logo", fr: "Choisir un logo large" },
        Shape { width: 774, height: 144, see_through: true },
    ),
    (
        "favicon",
        "instance-logo-favicon",
        Say { en: "Icon", fr: "Icône" },
        Say {
            en: "In the tabs of browsers. The square picture stands there otherwise.",
            fr: "Dans les onglets des navigateurs. Sinon, l’image carrée y figure.",
        },
        Say { en: "Choose an icon", fr: "Choisir une icône" },
        Shape { width: 192, height: 192, see_through: true },
    ),
    (
        "opengraph",
        "instance-logo-opengraph",
        Say { en: "Picture of links", fr: "Image des liens" },
        Say {
            en: "Where other sites show a link to this instance. The square picture stands there otherwise.",
            fr: "Là où d’autres sites montrent un lien vers cette instance. Sinon, l’image carrée y figure.",
        },
        Say { en: "Choose a picture of links", fr: "Choisir une image des liens" },
        Shape { width: 1200, height: 650, see_through: false },
    ),
];
const REMOVE: Say = Say { en: "Take it away", fr: "La retirer" };

/// The instance's own pictures.
#[component]
pub fn Pictures() -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let loaded = use_loaded((), {
        let client = client.clone();
        move |()| async move { Ok::<_, Failure>((api::texts(&client).await?, api::logos(&client).await?)) }
    });
    let outcome = use_state(|| None::<Result<(), Failure>>);
    let send = {
        let (outcome, again) = (outcome.setter(), loaded.again.clone());
        Callback::from(move |(which, picture): (String, Option<Blob>)| {
            let (client, outcome, again) = (client.clone(), outcome.clone(), again.clone());
            spawn(async move {
                let done = api::set_instance_picture(&client, &which, picture.as_ref()).await;
                if done.is_ok() {
                    again.emit(());
                    head::renew().await;
                }
                outcome.set(Some(done));
            });
        })
    };
    let pick = |which: &str, id: &'static str, label: Say, shape: Shape, has_one: bool| {
        let (to_set, to_drop) = (which.to_owned(), which.to_owned());
        let on_pick = send.reform(move |picture: Blob| (to_set.clone(), Some(picture)));
        let onclick = send.reform(move |_: MouseEvent| (to_drop.clone(), None));
        html! {
            <div class="face-acts">
                <Pick {id} label={label.of(&locale)} {shape} {on_pick} />
                if has_one {
                    <button type="button" class="button button-quiet" {onclick}>{ REMOVE.of(&locale) }</button>
                }
            </div>
        }
    };
    let place =
        |logos: &[Logo],
         (name, id, title, hint, label, shape): (&str, &'static str, Say, Say, Say, Shape)| {
            let own = logos.iter().filter(|logo| logo.place == name && !logo.is_fallback);
            let own = own.max_by_key(|logo| logo.width);
            html! {
                <div class="form-part">
                    <h3>{ title.of(&locale) }</h3>
                    if let Some(own) = own {
                        <img class="instance-logo" src={own.file_url.clone()} alt="" width={own.width.to_string()} height={own.height.to_string()} />
                    }
                    <p class="field-hint">{ hint.of(&locale) }</p>
                    { pick(&format!("logo/{name}"), id, label, shape, own.is_some()) }
                </div>
            }
        };
    let draw = |found: &Rc<(Texts, Vec<Logo>)>| {
        let (texts, logos) = &**found;
        let banner = texts.banners.iter().max_by_key(|banner| banner.width);
        html! {
            <>
                <div class="face">
                    { avatar(&page::site_name(), &texts.avatars, 96) }
                    <div class="face-words">
                        <h3>{ SQUARE.of(&locale) }</h3>
                        <p class="field-hint">{ SQUARE_HINT.of(&locale) }</p>
                        { pick("avatar", "instance-avatar", CHOOSE_SQUARE, AVATAR, !texts.avatars.is_empty()) }
                    </div>
                </div>
                <div class="form-part">
                    <h3>{ WIDE.of(&locale) }</h3>
                    if let Some(banner) = banner {
                        <img class="actor-banner" src={banner.path.clone()} alt="" width="1920" height="317" />
                    }
                    <p class="field-hint">{ WIDE_HINT.of(&locale) }</p>
                    { pick("banner", "instance-banner", CHOOSE_WIDE, BANNER, banner.is_some()) }
                </div>
                { for PLACES.into_iter().map(|of| place(logos, of)) }
            </>
        }
    };
    html! {
        <section class="sheet section" aria-labelledby="instance-pictures">
            <h2 id="instance-pictures">{ PICTURES.of(&locale) }</h2>
            {
                match &loaded.state {
                    Loading::Waiting => html! { <p class="bones"><span class="bone" /><span class="bone bone-short" /></p> },
                    Loading::Failed(failure) => failed(failure, &loaded.again, locale.words()),
                    Loading::Here(found) => draw(found),
                }
            }
            {
                match &*outcome {
                    Some(Ok(())) => alert(Tone::Good, html! { <p>{ SAVED.of(&locale) }</p> }),
                    Some(Err(failure)) => complaint(explain(failure, locale.words())),
                    None => Html::default(),
                }
            }
        </section>
    }
}
