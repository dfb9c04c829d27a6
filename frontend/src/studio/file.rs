//! What becomes of a video's file and of its owner: two sheets of the page that changes a video.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::json;
use shared::api::UploadedVideo;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::pipeline::ProcessingLine;
use super::uploads::{Aim, CHUNK_BYTES, Pilot, Progress, Stage as Leg};
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Loading, Tone, alert, complaint, failed, icon, use_loaded};
use crate::locale::use_locale;
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What the sheets take.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its names.
    pub video: UploadedVideo,
}

/// Where a change is.
#[derive(Clone, PartialEq)]
enum Stage {
    Open,
    /// Whether it is meant is asked.
    Asked,
    Sending,
    Done,
    Refused(Failure),
}

/// The file a video came as: had back, no longer kept, replaced by another.
#[component]
pub fn FileSheet(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let stage = use_state(|| Stage::Open);
    let id = props.video.uuid.to_string();
    let loaded = use_loaded((id.clone(), *stage == Stage::Done), {
        let client = client.clone();
        move |(id, _): &(String, bool)| {
            let id = id.clone();
            async move { Ok::<_, Failure>((api::source(&client, &id).await?, api::may_replace(&client).await?)) }
        }
    });
    let turn = |next: Stage| {
        let stage = stage.setter();
        Callback::from(move |_: MouseEvent| stage.set(next.clone()))
    };
    let delete = {
        let (stage, client, id) = (stage.setter(), client.clone(), id.clone());
        Callback::from(move |_: MouseEvent| {
            stage.set(Stage::Sending);
            let (stage, client, id) = (stage.clone(), client.clone(), id.clone());
            spawn(async move {
                stage.set(match api::delete_source(&client, &id).await {
                    Ok(()) => Stage::Done,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let close = {
        let stage = stage.setter();
        Callback::from(move |()| stage.set(Stage::Open))
    };
    let body = match &loaded.state {
        Loading::Waiting => html! { <span class="bone" aria-hidden="true" /> },
        Loading::Failed(failure) => failed(failure, &loaded.again, words),
        Loading::Here(found) => {
            let (source, may_replace) = &**found;
            html! {
                <>
                    <dl class="facts">
                        <dt>{ makers.file_name }</dt><dd>{ &source.filename }</dd>
                        <dt>{ makers.file_size }</dt><dd>{ locale.bytes(source.size) }</dd>
                    </dl>
                    if let Some(address) = &source.file_download_url {
                        <p>{ makers.file_kept }</p>
                        <div class="form-acts">
                            <a class="button" href={address.clone()} download={source.filename.clone()}>{ icon(Glyph::File) }{ makers.file_download }</a>
                            <button type="button" class="button button-quiet" onclick={turn(Stage::Asked)}>{ icon(Glyph::Bin) }{ makers.file_delete }</button>
                        </div>
                    } else {
                        <p>{ makers.file_gone }</p>
                    }
                    if *may_replace { <Replace video={props.video.clone()} /> }
                </>
            }
        }
    };
    html! {
        <section class="sheet" aria-labelledby="file-title">
            <h2 id="file-title">{ makers.file }</h2>
            { body }
            if let Stage::Refused(failure) = &*stage { { complaint(explain(failure, words)) } }
            if matches!(*stage, Stage::Asked | Stage::Sending) {
                <Dialog title={makers.file_delete_title} on_close={close.clone()}>
                    <p>{ makers.file_delete_text }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ words.keep }</button>
                        <button type="button" class="button button-bad" disabled={*stage == Stage::Sending} onclick={delete}>{ makers.file_delete }</button>
                    </div>
                </Dialog>
            }
        </section>
    }
}

/// Sends another file in the place of the video's.
#[component]
fn Replace(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let chosen = use_state(|| None::<File>);
    let progress = use_state(|| None::<Progress>);
    // Dropped with the page, which stops it.
    let pilot = use_state(|| Rc::new(RefCell::new(None::<Pilot>)));
    let onchange = {
        let (chosen, progress) = (chosen.setter(), progress.setter());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            chosen.set(input.files().and_then(|files| files.get(0)));
            progress.set(None);
        })
    };
    let start = {
        let (chosen, progress, pilot, video) =
            (chosen.clone(), progress.setter(), pilot.clone(), props.video.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(file) = (*chosen).clone() else { return };
            let announcement = json!({ "filename": file.name() }).to_string();
            let report = {
                let progress = progress.clone();
                Callback::from(move |(next, _): (Progress, Option<String>)| progress.set(Some(next)))
            };
            let aim = Aim { announcement, replaces: Some(video.clone()), address: None };
            let begun = Pilot::start(client.clone(), file, CHUNK_BYTES, aim, report);
            pilot.replace(Some(begun));
        })
    };
    let stop = {
        let (pilot, progress) = (pilot.clone(), progress.setter());
        Callback::from(move |_: MouseEvent| {
            if let Some(pilot) = pilot.take() {
                pilot.cancel();
            }
            progress.set(None);
        })
    };
    use_effect_with((), {
        let pilot = pilot.clone();
        move |()| {
            move || {
                if let Some(pilot) = pilot.take() {
                    pilot.pause();
                }
            }
        }
    });
    let state = match (*progress).as_ref() {
        None => html! {
            <button type="button" class="button button-main" disabled={chosen.is_none()} onclick={start}>{ makers.replace }</button>
        },
        Some(Progress { stage: Leg::Done(video), .. }) => html! {
            <>
                { alert(Tone::Good, html! { <p>{ makers.replace_arrived }</p> }) }
                <ProcessingLine video={video.uuid.to_string()} />
            </>
        },
        Some(Progress { stage: Leg::Failed(failure), .. }) => html! {
            <>
                { complaint(explain(failure, words)) }
                <button type="button" class="button button-main" onclick={start}>{ words.try_again }</button>
            </>
        },
        Some(present) => html! {
            <>
                <progress class="progress" max="100" value={present.percent().to_string()} aria-labelledby="replace-title" />
                <p role="status">{ makers.replace_stay }</p>
                <button type="button" class="button" onclick={stop}>{ makers.replace_stop }</button>
            </>
        },
    };
    html! {
        <>
            <h3 id="replace-title">{ makers.replace }</h3>
            <p>{ makers.replace_text }</p>
            <div class="field">
                <label for="replace-file">{ makers.replace_choose }</label>
                <input id="replace-file" type="file" accept="video/*,audio/*,.mkv,.flv,.mts,.m2ts,.mxf" {onchange}
                    disabled={progress.as_ref().is_some_and(|progress| !matches!(progress.stage, Leg::Done(_) | Leg::Failed(_)))} />
            </div>
            { state }
        </>
    }
}

/// Offers a video to somebody else.
#[component]
pub fn OwnerSheet(props: &Props) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let client = use_session().client;
    let name = use_state(String::new);
    let stage = use_state(|| Stage::Open);
    let oninput = {
        let (name, stage) = (name.setter(), stage.setter());
        Callback::from(move |event: InputEvent| {
            name.set(event.target_unchecked_into::<HtmlInputElement>().value());
            stage.set(Stage::Open);
        })
    };
    let onsubmit = {
        let (stage, name) = (stage.setter(), name.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !name.trim().is_empty() {
                stage.set(Stage::Asked);
            }
        })
    };
    let close = {
        let stage = stage.setter();
        Callback::from(move |()| stage.set(Stage::Open))
    };
    let offer = {
        let (stage, name, video) = (stage.setter(), name.clone(), props.video.uuid.to_string());
        Callback::from(move |_: MouseEvent| {
            stage.set(Stage::Sending);
            let (stage, client, video, name) =
                (stage.clone(), client.clone(), video.clone(), name.trim().to_owned());
            spawn(async move {
                stage.set(match api::offer_video(&client, &video, &name).await {
                    Ok(()) => Stage::Done,
                    Err(failure) => Stage::Refused(failure),
                });
            });
        })
    };
    let named = |template: &'static str| template.replacen("{}", name.trim(), 1);
    html! {
        <section class="sheet" aria-labelledby="owner-title">
            <h2 id="owner-title">{ makers.owner }</h2>
            <p>{ makers.owner_text }</p>
            <form {onsubmit} novalidate=true>
                <div class="field">
                    <label for="owner-name">{ makers.owner_name }</label>
                    <input id="owner-name" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" value={(*name).clone()} {oninput} />
                </div>
                {
                    match &*stage {
                        Stage::Done => alert(Tone::Good, html! { <p>{ named(makers.owner_done) }</p> }),
                        Stage::Refused(failure) => complaint(explain(failure, words)),
                        Stage::Open | Stage::Asked | Stage::Sending => Html::default(),
                    }
                }
                <div class="form-acts">
                    <button type="submit" class="button">{ makers.owner_offer }</button>
                </div>
            </form>
            if matches!(*stage, Stage::Asked | Stage::Sending) {
                <Dialog title={makers.owner_title} on_close={close.clone()}>
                    <p>{ named(makers.owner_sure) }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={close.reform(|_: MouseEvent| ())}>{ words.cancel }</button>
                        <button type="button" class="button button-bad" disabled={*stage == Stage::Sending} onclick={offer}>{ makers.owner_offer }</button>
                    </div>
                </Dialog>
            }
        </section>
    }
}
