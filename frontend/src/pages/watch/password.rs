//! What stands in place of a video that asks for a password.

use shared::api::ProblemCode;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::api::Failure;
use crate::components::{Glyph, Heading, complaint, icon};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;

/// Whether a password would open what was refused.
pub fn asks_password(failure: &Failure) -> bool {
    matches!(failure.code(), Some(ProblemCode::VideoRequiresPassword | ProblemCode::IncorrectVideoPassword))
}

/// What [`Ask`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The video as its address names it.
    pub video: String,
    /// Why it was refused.
    pub failure: Failure,
    /// Asks for the video again.
    pub again: Callback<()>,
}

/// Asks for what opens a video.
#[component]
#[inline(never)]
pub fn Ask(props: &Props) -> Html {
    let words = use_locale().words();
    let client = use_session().client;
    let input = use_node_ref();
    let is_wrong = matches!(props.failure.code(), Some(ProblemCode::IncorrectVideoPassword));
    let onsubmit = {
        let (input, video, again) = (input.clone(), props.video.clone(), props.again.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let said = input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            if !said.trim().is_empty() {
                client.open_with(&video, said.trim().to_owned());
                again.emit(());
            }
        })
    };
    html! {
        <div class="page">
            <form class="sheet ask-password" {onsubmit}>
                <Heading title={words.asks_password} />
                <p>{ words.asks_password_text }</p>
                <div class="field">
                    <label for="video-password">{ words.password }</label>
                    <input ref={input} id="video-password" type="password" autocomplete="off" required=true
                        aria-invalid={is_wrong.to_string()} />
                </div>
                if is_wrong { { complaint(explain(&props.failure, words)) } }
                <div class="form-acts">
                    <button type="submit" class="button button-main">{ icon(Glyph::Play) }{ words.watch }</button>
                </div>
            </form>
        </div>
    }
}
