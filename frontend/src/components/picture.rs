//! The picture of a video in a list.

use shared::api::VideoCard;
use yew::prelude::*;

use crate::locale::use_locale;
use crate::sensitive::{Care, care};
use crate::session::use_session;

/// What [`Picture`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    path: AttrValue,
    nsfw: bool,
    flags: u32,
    early: bool,
}

/// The picture of a video, as clear as its viewer wants it.
#[component]
pub fn Picture(props: &Props) -> Html {
    let words = use_locale().words();
    let care = care(&use_session().viewer, props.nsfw, props.flags);
    html! {
        <>
            <img src={props.path.clone()} alt="" width="280" height="157" decoding="async" draggable="false"
                class={(care == Care::Blur).then_some("blurred")} loading={if props.early { "eager" } else { "lazy" }} />
            if care != Care::Show { <span class="badge badge-left">{ words.sensitive }</span> }
        </>
    }
}

/// The picture of this video; at once where it is among the first of its page.
pub fn picture(card: &VideoCard, early: bool) -> Html {
    let path = AttrValue::from(card.thumbnail_path.clone());
    html! { <Picture {path} nsfw={card.nsfw} flags={card.nsfw_flags} {early} /> }
}
