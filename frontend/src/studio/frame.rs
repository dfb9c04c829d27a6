//! A video's picture, taken from the video by its maker.

use js_sys::{Array, Promise};
use shared::api::{VideoDetails, privacy};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, HtmlVideoElement};
use yew::prelude::*;

use crate::api;
use crate::browser::page;
use crate::browser::spawn::spawn;
use crate::components::{Loading, complaint, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::words::makers::MakerWords;

/// The height that is looked for: as tall as the largest picture that is made of it.
const HEIGHT: u32 = 480;
/// As good as JPEG needs to be before it is made smaller.
const QUALITY: f64 = 0.92;

/// What [`Frame`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The video.
    pub video: VideoDetails,
    /// Told of a picture.
    pub on_picture: Callback<File>,
}

/// What became of the last press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    NotYet,
    Here,
    Failed,
}

/// A small player, and a button that takes what it shows.
#[component]
pub fn Frame(props: &Props) -> Html {
    let locale = use_locale();
    let makers = MakerWords::of(locale.language());
    let client = use_session().client;
    let element = use_node_ref();
    let taken = use_state(|| Taken::NotYet);
    let is_guarded = !matches!(props.video.card.privacy.id, privacy::PUBLIC | privacy::UNLISTED);
    let key = use_loaded(props.video.card.uuid.to_string(), move |id: &String| {
        let id = id.clone();
        async move { if is_guarded { api::file_token(&client, &id).await.map(Some) } else { Ok(None) } }
    });
    let Some(address) = file_of(&props.video) else { return Html::default() };
    let source = match &key.state {
        Loading::Here(key) => match &**key {
            Some(key) => Some(format!("{address}?videoFileToken={key}")),
            None => Some(address),
        },
        Loading::Waiting | Loading::Failed(_) => None,
    };
    let take = {
        let (element, taken, on_picture) = (element.clone(), taken.setter(), props.on_picture.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(video) = element.cast::<HtmlVideoElement>() else { return };
            let (taken, on_picture) = (taken.clone(), on_picture.clone());
            spawn(async move {
                match picture_of(&video).await {
                    Ok(file) => {
                        taken.set(Taken::Here);
                        on_picture.emit(file);
                    }
                    Err(_) => taken.set(Taken::Failed),
                }
            });
        })
    };
    html! {
        <details class="more">
            <summary>{ makers.frame }</summary>
            <p class="field-hint">{ makers.frame_hint }</p>
            <video ref={element} class="frame" src={source} controls=true muted=true playsinline=true preload="metadata" aria-label={makers.frame_label} />
            <div class="form-acts">
                <span class="form-note" role="status">{ if *taken == Taken::Here { makers.frame_taken } else { "" } }</span>
                <button type="button" class="button" onclick={take}>{ makers.frame_take }</button>
            </div>
            if *taken == Taken::Failed { { complaint(makers.frame_failed) } }
        </details>
    }
}

/// The smallest file that is tall enough, or the tallest.
fn file_of(video: &VideoDetails) -> Option<String> {
    let files = || {
        let lists = video.streaming_playlists.iter().flat_map(|list| &list.files);
        lists.filter(|file| file.has_video)
    };
    let enough = files().filter(|file| HEIGHT <= file.resolution.id).min_by_key(|file| file.resolution.id);
    let found = enough.or_else(|| files().max_by_key(|file| file.resolution.id));
    // From where this page is: another origin would not let its pictures be read.
    found.and_then(|file| {
        let (_, rest) = file.file_url.split_once("//")?;
        rest.find('/').and_then(|at| rest.get(at..)).map(str::to_owned)
    })
}

async fn picture_of(video: &HtmlVideoElement) -> Result<File, JsValue> {
    let canvas: HtmlCanvasElement = page::document().create_element("canvas")?.dyn_into()?;
    canvas.set_width(video.video_width());
    canvas.set_height(video.video_height());
    let context = canvas.get_context("2d")?.ok_or(JsValue::UNDEFINED)?;
    let context: CanvasRenderingContext2d = context.dyn_into()?;
    context.draw_image_with_html_video_element(video, 0.0, 0.0)?;
    let made = Promise::new(&mut |resolve, reject| {
        let told = Closure::once_into_js(move |made: Option<Blob>| {
            let _ = match made {
                Some(made) => resolve.call1(&JsValue::UNDEFINED, &made),
                None => reject.call0(&JsValue::UNDEFINED),
            };
        });
        let _ =
            canvas.to_blob_with_type_and_encoder_options(told.unchecked_ref(), "image/jpeg", &QUALITY.into());
    });
    let blob: Blob = JsFuture::from(made).await?.dyn_into()?;
    File::new_with_blob_sequence(&Array::of1(&blob), "frame.jpg")
}
