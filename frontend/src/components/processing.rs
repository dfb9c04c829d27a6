//! What the instance is still doing with a video, for its owner.

use shared::api::{Processing, Stage, VideoDetails, state};
use yew::prelude::*;

use super::alert::{Tone, alert};
use crate::locale::Locale;

/// How often it is asked.
pub const ASK_EVERY_MS: u32 = 2000;

/// Whether there is something to wait for.
pub fn is_underway(video: &VideoDetails) -> bool {
    match &video.processing {
        Some(processing) => processing.stage != Stage::Failed,
        None => video.card.is_local && matches!(video.state.id, state::TO_TRANSCODE | state::TO_IMPORT),
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
                <span>{ stage_name(processing.stage, locale) }</span>
                <span>{ locale.percent(processing.percent) }</span>
            </p>
            <progress class="progress" max="100" value={processing.percent.to_string()} aria-label={stage_name(processing.stage, locale)} />
            if let Some(delay) = &processing.delay {
                <p class="alert-detail">{ words.processing_delayed }{ " " }{ delay }</p>
            }
            <p class="unseen" role="status">
                { stage_name(processing.stage, locale) }{ " " }{ locale.percent(processing.percent / 25 * 25) }
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
