//! One file on its way: how far it is, and what is said of it.

use std::rc::Rc;

use crate::api::Person;
use web_sys::File;
use yew::prelude::*;

use crate::components::{Dialog, Glyph, Tone, alert, complaint, icon};
use crate::locale::{Locale, use_locale};
use crate::route::Route;
use crate::studio::form::DetailsForm;
use crate::studio::pipeline::ProcessingLine;
use crate::studio::uploads::draft::Edit;
use crate::studio::uploads::{Fleet, Saving, Ship, Stage};
use crate::text::durations;
use crate::text::problems::explain;

/// What [`ShipCard`] takes.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The file.
    pub ship: Rc<Ship>,
    /// What can be done with it.
    pub fleet: Fleet,
    /// Whose it is.
    pub me: Rc<Person>,
}

/// One file on its way.
#[component]
pub fn ShipCard(props: &Props) -> Html {
    let locale = use_locale();
    let words = locale.words();
    let asking = use_state(|| false);
    let (ship, fleet) = (&props.ship, &props.fleet);
    let id = ship.id;
    let act = |act: fn(&Fleet, u32)| {
        let fleet = fleet.clone();
        Callback::from(move |_: MouseEvent| act(&fleet, id))
    };
    let on_edit = {
        let fleet = fleet.clone();
        Callback::from(move |edit: Edit| fleet.edit(id, edit))
    };
    let on_picture = {
        let fleet = fleet.clone();
        Callback::from(move |picture: Option<File>| fleet.give_picture(id, picture))
    };
    let onsubmit = {
        let fleet = fleet.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            fleet.publish(id);
        })
    };
    let ask = |value: bool| {
        let asking = asking.setter();
        Callback::from(move |_: MouseEvent| asking.set(value))
    };
    let close = {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(false))
    };
    let progress = &ship.progress;
    let bar = !matches!(progress.stage, Stage::Done(_) | Stage::Failed(_));
    html! {
        <section class="sheet ship" aria-labelledby={format!("ship-{id}")}>
            <header class="ship-head">
                <h2 id={format!("ship-{id}")}>{ icon(Glyph::Film) }{ &ship.file }</h2>
                <div class="ship-acts">
                    {
                        match &progress.stage {
                            Stage::Paused => html! {
                                <button type="button" class="button" onclick={act(Fleet::resume)}>{ icon(Glyph::Play) }{ words.resume }</button>
                            },
                            Stage::Failed(_) | Stage::Waiting(_) => html! {
                                <button type="button" class="button" onclick={act(Fleet::resume)}>{ words.try_again }</button>
                            },
                            Stage::Beginning | Stage::Asking | Stage::Sending => html! {
                                <button type="button" class="button" onclick={act(Fleet::pause)}>{ icon(Glyph::Pause) }{ words.pause }</button>
                            },
                            Stage::Queued | Stage::Checking | Stage::Done(_) => Html::default(),
                        }
                    }
                    if ship.video().is_some() {
                        <button type="button" class="button button-quiet" onclick={act(Fleet::dismiss)}>{ words.dismiss }</button>
                    } else {
                        <button type="button" class="button button-quiet" onclick={ask(true)}>{ words.cancel }</button>
                    }
                </div>
            </header>
            if bar {
                <progress class="progress" max="100" value={progress.percent().to_string()} aria-labelledby={format!("ship-{id}")} />
            }
            <p class="ship-facts">{ facts(ship, &locale) }</p>
            <p class="unseen" role="status">{ milestone(ship, &locale) }</p>
            if 0 < progress.resumed_at && bar {
                <p class="ship-note">{ icon(Glyph::Check) }{ words.resumed_at.replacen("{}", &locale.bytes(progress.resumed_at), 1) }</p>
            }
            if let Stage::Failed(failure) = &progress.stage {
                { complaint(explain(failure, words)) }
            }
            if let Some(video) = ship.video() {
                <ProcessingLine video={video.uuid.to_string()} />
            }
            if let (Some(video), Saving::Saved) = (ship.video(), &ship.saving) {
                { alert(Tone::Good, html! { <><p>{ words.saved_named.replacen("{}", &ship.draft.name, 1) }</p>
                    <a class="button" href={Route::watch(&video.short_uuid).to_string()}>{ words.watch }</a>
                    <a class="button button-quiet" href={Route::Mine.to_string()}>{ words.my_videos }</a></> }) }
            } else if !matches!(progress.stage, Stage::Failed(_)) {
                <form {onsubmit} novalidate=true>
                    <DetailsForm id={format!("ship-{id}")} draft={ship.draft.clone()} {on_edit} {on_picture} may_wait=true
                        channels={props.me.channels()}
                        show_wrong={matches!(ship.saving, Saving::Open { pressed: true } | Saving::Refused(_))} />
                    if let Saving::Refused(failure) = &ship.saving {
                        { complaint(explain(failure, words)) }
                    }
                    if ship.saving == (Saving::Open { pressed: true }) {
                        { complaint(words.form_wrong) }
                    }
                    <div class="form-acts">
                        <p class="form-note" role="status">
                            {
                                match &ship.saving {
                                    Saving::Wanted => words.will_publish,
                                    Saving::Sending => words.saving,
                                    Saving::Open { .. } | Saving::Refused(_) | Saving::Saved => words.until_publish,
                                }
                            }
                        </p>
                        <button type="submit" class="button button-main" disabled={matches!(ship.saving, Saving::Wanted | Saving::Sending)}>
                            { words.publish }
                        </button>
                    </div>
                </form>
            }
            if *asking {
                <Dialog title={words.cancel_title} on_close={close}>
                    <p>{ words.cancel_text.replacen("{}", &ship.file, 1) }</p>
                    <div class="dialog-acts">
                        <button type="button" class="button" onclick={ask(false)}>{ words.keep_uploading }</button>
                        <button type="button" class="button button-bad" onclick={act(Fleet::cancel)}>{ words.cancel_upload }</button>
                    </div>
                </Dialog>
            }
        </section>
    }
}

/// How far it is, for the eye: changes many times a second.
fn facts(ship: &Ship, locale: &Locale) -> String {
    let words = locale.words();
    let progress = &ship.progress;
    let of = format!("{} / {}", locale.bytes(progress.sent), locale.bytes(progress.size));
    match &progress.stage {
        Stage::Queued => words.stage_queued.to_owned(),
        Stage::Beginning | Stage::Asking => words.stage_beginning.to_owned(),
        Stage::Checking => words.stage_checking.to_owned(),
        Stage::Paused => format!("{} · {of}", words.stage_paused),
        Stage::Waiting(_) => format!("{} · {of}", words.stage_waiting),
        Stage::Sending => {
            let mut parts = vec![locale.percent(progress.percent()), of];
            if let Some(speed) = progress.speed {
                parts.push(words.per_second.replacen("{}", &locale.bytes(speed), 1));
            }
            if let Some(left) = progress.left() {
                parts.push(words.time_left.replacen("{}", &durations::clock(left.as_secs()), 1));
            }
            parts.join(" · ")
        }
        Stage::Done(_) => words.stage_done.replacen("{}", &locale.bytes(progress.size), 1),
        Stage::Failed(_) => words.stage_failed.to_owned(),
    }
}

/// How far it is, for the ear: a quarter at a time.
fn milestone(ship: &Ship, locale: &Locale) -> String {
    let words = locale.words();
    match &ship.progress.stage {
        Stage::Sending => {
            let quarter = ship.progress.percent() / 25 * 25;
            words.milestone.replacen("{}", &ship.file, 1).replacen("{}", &locale.percent(quarter), 1)
        }
        Stage::Waiting(_) => words.stage_waiting.to_owned(),
        Stage::Paused => words.stage_paused.to_owned(),
        Stage::Checking => words.stage_checking.to_owned(),
        Stage::Queued | Stage::Beginning | Stage::Asking | Stage::Done(_) | Stage::Failed(_) => String::new(),
    }
}
