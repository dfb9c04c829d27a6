//! What becomes of a video's file and of its owner: two sheets of the page that changes a video.

use shared::api::UploadedVideo;
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::pipeline::ProcessingLine;
use super::uploads::{Progress, Replacing, Stage as Leg};
use crate::api::{self, Failure};
use crate::browser::spawn::spawn;
use crate::components::{Dialog, Glyph, Loading, Tone, alert, complaint, failed, icon, use_loaded};
use crate::locale::{Locale, use_locale};
use crate::session::use_session;
use crate::text::problems::explain;
use crate::text::words::makers::MakerWords;

/// What [`FileSheet`] takes.
#[derive(Properties, PartialEq)]
pub struct FileProps {
    /// Its names.
    pub video: UploadedVideo,
    /// The files that are to replace others.
    pub replacing: Replacing,
    /// Told once another film is shown.
    pub on_replaced: Callback<()>,
}

/// What [`OwnerSheet`] takes.
#[derive(Properties, PartialEq)]
pub struct OwnerProps {
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
pub fn FileSheet(props: &FileProps) -> Html {
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
    // A line of its own for each file that arrived, since the one before has said its last.
    let has_arrived =
        props.replacing.progress(&id).is_some_and(|progress| matches!(progress.stage, Leg::Done(_)));
    let arrivals = u8::from(has_arrived);
    let on_end = {
        let (again, on_replaced) = (loaded.again.clone(), props.on_replaced.clone());
        use_callback(has_arrived, move |(), _| {
            again.emit(());
            on_replaced.emit(());
        })
    };
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
                    <ProcessingLine key={arrivals.to_string()} video={id.clone()} says_done={0 < arrivals} {on_end} />
                    if *may_replace { <Replace video={props.video.clone()} replacing={props.replacing.clone()} /> }
                </>
            }
        }
    };
    html! {
        <section class="sheet stack" aria-labelledby="file-title">
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

/// What [`Replace`] takes.
#[derive(Properties, PartialEq)]
struct ReplaceProps {
    video: UploadedVideo,
    replacing: Replacing,
}

/// Sends another file in the place of the video's.
#[component]
fn Replace(props: &ReplaceProps) -> Html {
    let locale = use_locale();
    let (words, makers) = (locale.words(), MakerWords::of(locale.language()));
    let chosen = use_state(|| None::<File>);
    let (replacing, id) = (&props.replacing, props.video.uuid.to_string());
    let progress = replacing.progress(&id);
    let onchange = {
        let chosen = chosen.setter();
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            chosen.set(input.files().and_then(|files| files.get(0)));
        })
    };
    let start = {
        let (chosen, replacing, video) = (chosen.clone(), replacing.clone(), props.video.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(file) = (*chosen).clone() {
                replacing.start(video.clone(), file);
            }
        })
    };
    let stop = {
        let (replacing, id) = (replacing.clone(), id.clone());
        Callback::from(move |_: MouseEvent| replacing.stop(&id))
    };
    let send = html! {
        <div class="form-acts">
            <button type="button" class="button button-main" disabled={chosen.is_none()} onclick={start}>{ makers.replace }</button>
        </div>
    };
    let state = match progress {
        None => send,
        Some(Progress { stage: Leg::Done(_), .. }) => html! {
            <>
                { alert(Tone::Good, html! { <p>{ makers.replace_arrived }</p> }) }
                { send }
            </>
        },
        Some(Progress { stage: Leg::Failed(failure), .. }) => html! {
            <>
                { complaint(explain(failure, words)) }
                { send }
            </>
        },
        Some(present) => html! {
            <>
                <progress class="progress" max="100" value={present.percent().to_string()} aria-labelledby="replace-title" />
                <p class="ship-facts">{ distance(present, &locale) }</p>
                <div class="form-acts">
                    <p class="form-note" role="status">{ makers.replace_stay }</p>
                    <button type="button" class="button" onclick={stop}>{ makers.replace_stop }</button>
                </div>
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
                    disabled={progress.is_some_and(Progress::is_underway)} />
            </div>
            { state }
        </>
    }
}

fn distance(progress: &Progress, locale: &Locale) -> String {
    let of = format!("{} / {}", locale.bytes(progress.sent), locale.bytes(progress.size));
    let state = match &progress.stage {
        Leg::Waiting(_) => locale.words().stage_waiting.to_owned(),
        Leg::Checking => locale.words().stage_checking.to_owned(),
        Leg::Queued
        | Leg::Beginning
        | Leg::Asking
        | Leg::Sending
        | Leg::Paused
        | Leg::Done(_)
        | Leg::Failed(_) => locale.percent(progress.percent()),
    };
    format!("{state} · {of}")
}

/// Offers a video to somebody else.
#[component]
pub fn OwnerSheet(props: &OwnerProps) -> Html {
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
        <section class="sheet stack" aria-labelledby="owner-title">
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
                        // Nobody has this name, or the owner has.
                        Stage::Refused(failure) if failure.status() == Some(400) => complaint(makers.owner_nobody),
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
