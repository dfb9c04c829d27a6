//! Sharing a video.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser::page;
use crate::components::{CopyField, Dialog};
use crate::locale::use_locale;
use crate::text::durations::{clock, parse_moment};
use crate::text::embed::{iframe, link};
use shared::api::VideoCard;

/// What [`Share`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The video.
    pub card: VideoCard,
    /// Seconds into the video when the dialog was opened.
    pub now: u32,
    /// Whether other sites may show it in a frame.
    pub is_for_frames: bool,
    /// Closes it.
    pub on_close: Callback<()>,
}

/// Link and embed code, from the beginning or from a moment on.
#[component]
#[inline(never)]
pub fn Share(props: &Props) -> Html {
    let words = use_locale().words();
    let from = use_state(|| false);
    let moment = use_state(|| clock(u64::from(props.now)));
    let parsed = parse_moment(moment.trim());
    let start = parsed.filter(|_| *from);
    let card = &props.card;
    let origin = page::origin();
    let onchange = {
        let from = from.setter();
        Callback::from(move |event: Event| {
            from.set(event.target_unchecked_into::<HtmlInputElement>().checked())
        })
    };
    let oninput = {
        let (from, moment) = (from.setter(), moment.setter());
        Callback::from(move |event: InputEvent| {
            from.set(true);
            moment.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let wrong = *from && parsed.is_none();
    html! {
        <Dialog title={words.share} on_close={props.on_close.clone()}>
            <CopyField id="share-link" label={words.share_link} text={link(&origin, &card.short_uuid, start)} />
            if props.is_for_frames {
                <CopyField id="share-embed" label={words.share_embed}
                    text={iframe(&origin, &card.embed_path, &card.name, start, card.aspect_ratio)} />
            } else {
                <p class="field-hint">{ words.share_no_embed }</p>
            }
            <div class="share-start">
                <label class="option" for="share-from">
                    <input id="share-from" type="checkbox" checked={*from} {onchange} />{ words.share_start }
                </label>
                <input type="text" class="share-moment" value={(*moment).clone()} {oninput} aria-label={words.share_moment}
                    inputmode="text" aria-invalid={wrong.to_string()} aria-describedby="share-wrong" />
            </div>
            <p class="field-wrong" id="share-wrong">{ if wrong { words.share_wrong } else { "" } }</p>
        </Dialog>
    }
}
