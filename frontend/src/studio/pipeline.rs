//! What the instance is still doing with an uploaded video, live.

use gloo::timers::callback::Timeout;
use shared::api::state;
use yew::prelude::*;

use crate::api;
use crate::components::{ASK_EVERY_MS, Glyph, Loading, icon, is_underway, processing_bar, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;

/// What [`ProcessingLine`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// UUID of the video.
    pub video: String,
    /// Whether it is said that all is done, too.
    #[prop_or(true)]
    pub says_done: bool,
    /// Told once there is nothing left to wait for, where there was.
    #[prop_or_default]
    pub on_end: Callback<()>,
}

/// What the instance is still doing with a video; nothing once it is done.
#[component]
pub fn ProcessingLine(props: &Props) -> Html {
    let locale = use_locale();
    let client = use_session().client;
    let loaded = use_loaded(props.video.clone(), move |video: &String| {
        let video = video.clone();
        async move { api::video(&client, &video).await }
    });
    let wait = match &loaded.state {
        Loading::Here(video) => is_underway(video),
        Loading::Failed(failure) => failure.status().is_none(),
        Loading::Waiting => false,
    };
    use_effect_with((wait, loaded.again.clone()), |(wait, again)| {
        let again = again.clone();
        let timer = wait.then(|| Timeout::new(ASK_EVERY_MS, move || again.emit(())));
        move || drop(timer)
    });
    let has_waited = use_mut_ref(|| props.says_done);
    *has_waited.borrow_mut() |= wait;
    let ended = matches!(&loaded.state, Loading::Here(_)) && !wait && *has_waited.borrow();
    use_effect_with((ended, props.on_end.clone()), |(ended, on_end)| {
        if *ended {
            on_end.emit(());
        }
    });
    match &loaded.state {
        Loading::Here(video) => match &video.processing {
            Some(processing) => processing_bar(processing, &locale),
            None if props.says_done && video.state.id == state::PUBLISHED => html! {
                <p class="ship-note">{ icon(Glyph::Check) }{ locale.words().all_done }</p>
            },
            None => Html::default(),
        },
        Loading::Waiting | Loading::Failed(_) => Html::default(),
    }
}
