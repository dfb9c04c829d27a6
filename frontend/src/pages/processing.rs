//! What the instance is still doing with a video, live, for its owner.

use gloo::timers::callback::Timeout;
use shared::api::{Processing, Stage, VideoDetails, state};
use yew::prelude::*;

use crate::api;
use crate::components::{Glyph, Loading, Tone, alert, icon, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;

/// How often it is asked.
pub const ASK_EVERY_MS: u32 = 2000;

/// Whether there is something to wait for.
pub fn is_underway(video: &VideoDetails) -> bool {
    match &video.processing {
        Some(processing) => processing.stage != Stage::Failed,
        None => video.card.is_local && matches!(video.state.id, state::TO_TRANSCODE | state::TO_IMPORT),
    }
}

/// What [`ProcessingLine`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// UUID of the video.
    pub video: String,
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
    match &loaded.state {
        Loading::Here(video) => match &video.processing {
            Some(processing) => processing_bar(processing, &locale),
            None if video.state.id == state::PUBLISHED => html! {
                <p class="ship-note">{ icon(Glyph::Check) }{ locale.words().all_done }</p>
            },
            None => Html::default(),
        },
        Loading::Waiting | Loading::Failed(_) => Html::default(),
    }
}

/// Where the pipeline is, or why it stopped.
pub fn processing_bar(processing: &Processing, locale: &Locale) -> Html {
    let words = locale.words();
    if processing.stage == Stage::Failed {
        return html! {
            { alert(Tone::Bad, html! { <><p>{ words.processing_failed }</p>
                if let Some(failure) = &processing.failure {
                    <p class="alert-detail">{ failure }</p>
                }</> }) }
        };
    }
    html! {
        <div class="processing">
            <p>
                <span>{ stage_name(processing.stage, &locale) }</span>
                <span>{ locale.percent(processing.percent) }</span>
            </p>
            <progress class="progress" max="100" value={processing.percent.to_string()} aria-label={stage_name(processing.stage, &locale)} />
            <p class="unseen" role="status">
                { stage_name(processing.stage, &locale) }{ " " }{ locale.percent(processing.percent / 25 * 25) }
            </p>
        </div>
    }
}

/// What the pipeline is doing, in a few words.
pub fn stage_name(stage: Stage, locale: &Locale) -> &'static str {
    let words = locale.words();
    match stage {
        Stage::Waiting => words.processing_waiting,
        Stage::Packaging => words.processing_packaging,
        Stage::Transcoding => words.processing_transcoding,
        Stage::Failed => words.processing_failed,
    }
}
