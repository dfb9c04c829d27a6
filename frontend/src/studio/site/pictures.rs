//! The instance's own pictures.

use std::rc::Rc;

use web_sys::Blob;
use yew::prelude::*;

use super::head;
use super::say::Say;
use super::settings::SAVED;
use crate::api::{self, Failure, Texts};
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
const REMOVE: Say = Say { en: "Take it away", fr: "La retirer" };

/// The instance's own pictures.
#[component]
pub fn Pictures() -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let loaded = use_loaded((), {
        let client = client.clone();
        move |()| async move { api::texts(&client).await }
    });
    let outcome = use_state(|| None::<Result<(), Failure>>);
    let send = {
        let (outcome, again) = (outcome.setter(), loaded.again.clone());
        Callback::from(move |(which, picture): (&'static str, Option<Blob>)| {
            let (client, outcome, again) = (client.clone(), outcome.clone(), again.clone());
            spawn(async move {
                let done = api::set_instance_picture(&client, which, picture.as_ref()).await;
                if done.is_ok() {
                    again.emit(());
                    head::renew().await;
                }
                outcome.set(Some(done));
            });
        })
    };
    let pick = |which: &'static str, label: Say, shape: Shape, has_one: bool| {
        let on_pick = send.reform(move |picture: Blob| (which, Some(picture)));
        let onclick = send.reform(move |_: MouseEvent| (which, None));
        html! {
            <div class="face-acts">
                <Pick id={format!("instance-{which}")} label={label.of(&locale)} {shape} {on_pick} />
                if has_one {
                    <button type="button" class="button button-quiet" {onclick}>{ REMOVE.of(&locale) }</button>
                }
            </div>
        }
    };
    let draw = |texts: &Rc<Texts>| {
        let banner = texts.banners.iter().max_by_key(|banner| banner.width);
        html! {
            <>
                <div class="face">
                    { avatar(&page::site_name(), &texts.avatars, 96) }
                    <div class="face-words">
                        <h3>{ SQUARE.of(&locale) }</h3>
                        <p class="field-hint">{ SQUARE_HINT.of(&locale) }</p>
                        { pick("avatar", CHOOSE_SQUARE, AVATAR, !texts.avatars.is_empty()) }
                    </div>
                </div>
                <div class="form-part">
                    <h3>{ WIDE.of(&locale) }</h3>
                    if let Some(banner) = banner {
                        <img class="actor-banner" src={banner.path.clone()} alt="" width="1920" height="317" />
                    }
                    <p class="field-hint">{ WIDE_HINT.of(&locale) }</p>
                    { pick("banner", CHOOSE_WIDE, BANNER, banner.is_some()) }
                </div>
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
                    Loading::Here(texts) => draw(texts),
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
